//! Settings and other records that belong to the product itself.

use crate::field::{Address, Email, LongText, Phone};
use crate::time::Zone;
use crate::value::AnyRef;
use crate::{Change, Currency, Entity, Error, Id, Instant, Result, Rules, Tx};

use super::people::User;

/// The company (企业信息, ORG-01) and what holds for all of it.
#[derive(Entity)]
#[entity(area = "settings", title = "name", singleton, rights, public)]
pub struct Organisation {
    #[field(max = 120, list)]
    pub name: String,
    pub address: Option<Address>,
    pub phone: Option<Phone>,
    /// ISO 4217.
    #[field(max = 3, default = "CNY")]
    pub currency: String,
    /// IANA name.
    #[field(max = 60, default = "Asia/Shanghai")]
    pub time_zone: String,
    /// Minutes without a request after which a session ends (ORG-20).
    #[field(group = "security", default = "30", range = "1..1440")]
    pub idle_minutes: i64,
    /// Hours after which a session ends in any case.
    #[field(group = "security", default = "12", range = "1..720")]
    pub session_hours: i64,
    /// Shortest password accepted, in characters.
    #[field(group = "security", default = "8", range = "8..64")]
    pub password_length: i64,
    /// Passwords must mix letters, digits and signs (等保).
    #[field(group = "security")]
    pub password_mixed: bool,
    /// People may ask for an account themselves; it waits for approval (ORG-04, AM-16).
    #[field(group = "security")]
    pub self_registration: bool,
    /// What somebody who forgot the password is told to do (ORG-22).
    #[field(group = "security", max = 1000)]
    pub password_help: Option<LongText>,
    /// Address under which people reach the product; links in messages begin with it.
    #[field(group = "security", max = 300)]
    pub base_url: Option<String>,
    /// Rows above which the exports of a person's day need the approval of a superior; 0 never asks (IMP-03).
    #[field(group = "security", default = "0", range = "0..10000000")]
    pub export_approval_rows: i64,
    /// Days in which an approved export may be fetched.
    #[field(group = "security", default = "7", range = "1..365")]
    pub export_valid_days: i64,
    /// Largest file that may be uploaded, in MB.
    #[field(group = "security", default = "20", range = "1..2000")]
    pub file_max_mb: Option<i64>,
    pub email: Option<Email>,
    /// Whom to turn to in the company.
    #[field(max = 60)]
    pub contact_person: Option<String>,
    pub contact_phone: Option<Phone>,
}

/// What everything else is reckoned by has to be known.
// Rule: organisation.currency_and_zone
fn currency_and_zone(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    if Currency::parse(&change.new.get(Organisation::CURRENCY).unwrap_or_default()).is_none() {
        return Err(Error::invalid("currency", "not_a_currency"));
    }
    if Zone::parse(&change.new.get(Organisation::TIME_ZONE).unwrap_or_default()).is_none() {
        return Err(Error::invalid("time_zone", "not_a_time_zone"));
    }
    Ok(())
}

pub fn organisation_rules() -> Rules {
    Rules::new().check(currency_and_zone)
}

/// One entry of a dictionary (字典, CUZ-01…03).
#[derive(Entity)]
#[entity(area = "settings", title = "name", rights, information, public, plural = "dictionary-entries")]
pub struct DictionaryEntry {
    /// The dictionary, e.g. `customer_source`.
    #[field(list, index, max = 60)]
    pub dictionary: String,
    /// The stored code.
    #[field(list, max = 60)]
    pub code: String,
    #[field(list, max = 60)]
    pub name: String,
    #[field(list, max = 60)]
    pub name_en: Option<String>,
    #[field(list, default = "0", range = "0..100000")]
    pub position: i64,
    /// Kept on old records, refused on new ones.
    #[field(list)]
    pub disabled: bool,
    /// Name of a pill colour.
    #[field(max = 20)]
    pub color: Option<String>,
    /// What it means and asks for, e.g. how customers of a class are looked after (CUS-24).
    #[field(max = 500)]
    pub note: Option<String>,
    #[field(max = 500)]
    pub note_en: Option<String>,
}

/// A saved view (视图): a filter, an order, columns.
#[derive(Entity)]
#[entity(area = "settings", title = "name", owner = "owner", personal)]
pub struct View {
    #[field(list, max = 60)]
    pub entity: String,
    #[field(list, max = 60)]
    pub name: String,
    /// Filter in the JSON of the API.
    pub filter: Option<LongText>,
    #[field(max = 200)]
    pub sort: Option<String>,
    /// Names of columns, as a JSON array.
    pub columns: Option<LongText>,
    /// Offered to everyone.
    #[field(list)]
    pub shared: bool,
    #[field(list, index)]
    pub owner: Option<Id<User>>,
}

/// A notice for one user (提醒).
#[derive(Entity)]
#[entity(area = "settings", title = "code", owner = "user", personal)]
pub struct Notification {
    #[field(list, index, readonly)]
    pub user: Option<Id<User>>,
    /// Key of its text, `notice.<code>`.
    #[field(list, max = 80, readonly)]
    pub code: String,
    /// Values its text names, as a JSON object.
    #[field(readonly)]
    pub args: Option<LongText>,
    #[field(readonly, index)]
    pub about: Option<AnyRef>,
    #[field(list)]
    pub read_at: Option<Instant>,
}
