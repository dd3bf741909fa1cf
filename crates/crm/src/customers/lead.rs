//! Leads (线索, 准客户): people and firms that may become customers.

use guanxi_model::field::{Address, Code, Email, LongText, Phone, Region, Serial};
use guanxi_model::system::User;
use guanxi_model::{Action, Change, Choice, Entity, EntityType, Error, Id, Instant, Op, Result, Rules, Tx, Value, text};

use super::contact::Contact;
use super::customer::{Customer, CustomerKind, Gender};
use super::entry::name_key;
use super::{convert, duplicates, lead_rule, reminders};
use crate::settings::{field_profile, numbering};

/// Where a lead stands.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadStatus {
    New,
    Assigned,
    Following,
    Converted,
    Invalid,
}

/// Someone who may become a customer. Name and telephone are enough (LEA-02).
#[derive(Entity)]
#[entity(area = "customers", title = "name", owner = "owner", search)]
pub struct Lead {
    #[field(readonly, list, index)]
    pub number: Option<Serial>,
    #[field(max = 120, list, search)]
    pub name: String,
    #[field(max = 120, list, search)]
    pub company_name: Option<String>,
    #[field(list, search, sensitive)]
    pub mobile: Option<Phone>,
    #[field(search)]
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    #[field(max = 60)]
    pub wechat: Option<String>,
    pub gender: Option<Gender>,
    #[field(max = 60)]
    pub position: Option<String>,
    #[field(list, readonly, default = "new", index)]
    pub status: LeadStatus,
    #[field(list)]
    pub owner: Option<Id<User>>,
    #[field(list, dict = "customer_source")]
    pub source: Option<Code>,
    /// 注册方式 (LEA-09).
    #[field(dict = "registration_mode")]
    pub channel: Option<Code>,
    /// 媒体来源 (LEA-09).
    #[field(dict = "media_source")]
    pub media: Option<Code>,
    #[field(list)]
    pub region: Option<Region>,
    pub address: Option<Address>,
    #[field(dict = "product_category")]
    pub product_categories: Vec<Code>,
    pub demand: Option<LongText>,
    pub remark: Option<LongText>,
    #[field(group = "sales")]
    pub referrer: Option<Id<Customer>>,
    #[field(group = "statistics", readonly, list)]
    pub last_contact_at: Option<Instant>,
    #[field(group = "statistics", index)]
    pub next_contact_at: Option<Instant>,
    #[field(group = "statistics", readonly, default = "0")]
    pub contact_count: i64,
    #[field(group = "conversion", readonly, index)]
    pub customer: Option<Id<Customer>>,
    #[field(group = "conversion", readonly)]
    pub contact: Option<Id<Contact>>,
    #[field(group = "conversion", readonly)]
    pub converted_at: Option<Instant>,
    #[field(group = "conversion", readonly, dict = "invalid_reason")]
    pub invalid_reason: Option<Code>,
    #[field(group = "system", readonly, index, max = 40)]
    pub mobile_key: Option<String>,
    /// When the owner was told of the next contact.
    #[field(group = "system", readonly)]
    pub contact_told_at: Option<Instant>,
    /// Comparable kernel of the firm's name.
    #[field(group = "system", readonly, index, max = 120)]
    pub name_key: Option<String>,
    #[field(group = "system", readonly, index, max = 40)]
    pub phone_key: Option<String>,
}

/// The states in which a lead is still worked on.
pub fn open_states() -> Vec<Value> {
    let open = [LeadStatus::New, LeadStatus::Assigned, LeadStatus::Following];
    open.iter().map(|status| Value::Text(status.code().to_owned())).collect()
}

/// Number, comparable name and telephones, and the owner whom the distribution rules name.
// Rule: lead.entry
fn entry(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let key = |phone: Option<Phone>| phone.and_then(|phone| text::phone_key(&phone.0));
    let (mobile, phone) = (key(change.after(Lead::MOBILE)), key(change.after(Lead::PHONE)));
    let firm = name_key(change.after(Lead::COMPANY_NAME), Some(CustomerKind::Organisation));
    change.new.set(Lead::MOBILE_KEY, mobile);
    change.new.set(Lead::PHONE_KEY, phone);
    change.new.set(Lead::NAME_KEY, firm);
    if change.op == Op::Create {
        if change.after(Lead::NUMBER).is_none() {
            let number = numbering::next(tx, "lead")?;
            change.new.set(Lead::NUMBER, Some(Serial(number)));
        }
        let owner = change.after(Lead::OWNER);
        let own = change.by.is_none() && owner.is_some() && owner.map(Id::raw) == tx.actor().user;
        if (owner.is_none() || (own && tx.may("lead:assign")?))
            && let Some(named) = lead_rule::receiver(tx, change.new, own)?
        {
            change.new.set(Lead::OWNER, Some(named));
        }
    }
    let status = change.new.get(Lead::STATUS).unwrap_or(LeadStatus::New);
    if status == LeadStatus::New && change.touches(Lead::OWNER) && change.after(Lead::OWNER).map(Id::raw) != tx.actor().user {
        let assigned = if change.after(Lead::OWNER).is_some() { LeadStatus::Assigned } else { LeadStatus::New };
        change.new.set(Lead::STATUS, assigned);
    }
    Ok(())
}

/// A lead can be called: one telephone is compulsory (LEA-02). An old gap does not stop the edit of another field.
// Rule: lead.reachable
fn reachable(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let callable = change.after(Lead::MOBILE).is_some() || change.after(Lead::PHONE).is_some();
    let touched = change.op == Op::Create || change.touches(Lead::MOBILE) || change.touches(Lead::PHONE);
    if callable || !touched || change.op == Op::Delete || change.by.is_some() {
        return Ok(());
    }
    Err(Error::invalid("mobile", "mobile_or_phone"))
}

/// The new owner is told.
// Rule: lead.tell_owner
fn tell_owner(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let Some(owner) = change.after(Lead::OWNER).filter(|_| change.touches(Lead::OWNER) && change.op != Op::Delete) else {
        return Ok(());
    };
    if tx.actor().user == Some(owner.raw()) || change.by == Some("user.hand_over") {
        return Ok(());
    }
    let args = vec![("name", change.new.title().to_owned())];
    let about = Some(("lead".to_owned(), change.new.id()));
    tx.notify(guanxi_model::tx::Notice { user: owner.raw(), code: "lead_assigned", args, about })
}

pub fn entity_type() -> EntityType {
    let rules = Rules::new()
        .fill(entry)
        .fill(reminders::lead_again)
        .check(super::formats::lead)
        .check(reachable)
        .check(duplicates::lead_already_protected)
        .react(tell_owner);
    let open = r#"{"status":{"in":["new","assigned","following"]}}"#;
    field_profile::enforced(EntityType::plain::<Lead>().rules(rules))
        .action(Action::new("assign", convert::assign).needs("assign").input::<convert::AssignInput>().when(open))
        .action(Action::new("transfer", convert::transfer).input::<convert::AssignInput>().when(open))
        .action(Action::new("convert", convert::convert).single().input::<convert::ConvertInput>().when(open))
        .action(Action::new("mark-invalid", convert::mark_invalid).input::<convert::InvalidInput>().when(open).danger())
        .action(Action::new("reopen", convert::reopen).when(r#"{"status":"invalid"}"#))
        .job(reminders::LEADS)
        .duplicates(duplicates::LEADS)
        .view("mine", r#"{"owner":{"me":true},"status":{"in":["new","assigned","following"]}}"#, "-created_at", &[])
        .view(
            "contact_today",
            r#"{"owner":{"me":true},"status":{"in":["new","assigned","following"]},"or":[{"next_contact_at":{"within":"past"}},{"next_contact_at":{"within":"today"}}]}"#,
            "next_contact_at",
            &["name", "company_name", "status", "owner", "mobile", "next_contact_at", "last_contact_at"],
        )
        .view("unassigned", r#"{"owner":{"empty":true},"status":"new"}"#, "created_at", &[])
        .view("open", open, "-created_at", &[])
        .view(
            "converted",
            r#"{"status":"converted"}"#,
            "-converted_at",
            &["name", "company_name", "owner", "source", "customer", "converted_at"],
        )
        .view("invalid", r#"{"status":"invalid"}"#, "-updated_at", &["name", "company_name", "owner", "invalid_reason", "updated_at"])
        .view("all", "{}", "-created_at", &[])
}
