//! Recognising a customer that is already there (CUS-14, CUS-15).

use guanxi_model::filter::{Filter, Test};
use guanxi_model::rule::{DuplicateProbe, DuplicateRule};
use guanxi_model::system::User;
use guanxi_model::{Change, Id, Op, Problem, Query, Record, Result, Status, Tx, Value, text};

use super::claim;
use super::customer::{Customer, CustomerKind};
use super::entry::name_key;
use super::pool_members::pool_of;
use crate::settings::BusinessSettings;
use crate::settings::business::DuplicatePolicy;
use crate::team::directory;

/// What is told of a customer to someone who may not see it.
pub const RULE: DuplicateRule =
    DuplicateRule { probes, similar: Some(similar), disclosed: &["name", "lifecycle", "owner", "protected_until"] };

/// Records with one name that are compared in full.
const COMPARED: usize = 100;
/// Fewest characters of a trade name that say something: Chinese ones, and letters.
const CHARACTERS: usize = 2;
const LETTERS: usize = 4;

fn is_text(field: usize, value: String) -> Filter {
    Filter::is(field, Test::Eq(Value::Text(value)))
}

/// Same firm, same telephone, same credit code.
// Rule: customer.duplicates
fn probes(record: &Record) -> Vec<DuplicateProbe> {
    let mut found = Vec::new();
    if let Some(key) = name_key(record.get(Customer::NAME), record.get(Customer::KIND)) {
        found.push(DuplicateProbe { reason: "same_name", filter: is_text(Customer::NAME_KEY.index, key) });
    }
    if let Some(code) = record.find(Customer::CREDIT_CODE).and_then(|code| text::credit_code(&code)) {
        found.push(DuplicateProbe { reason: "same_credit_code", filter: is_text(Customer::CREDIT_CODE.index, code) });
    }
    for phone in [record.find(Customer::MOBILE), record.find(Customer::PHONE)].into_iter().flatten() {
        if let Some(key) = text::phone_key(&phone.0) {
            let filter = is_text(Customer::MOBILE_KEY.index, key.clone()).or(is_text(Customer::PHONE_KEY.index, key));
            found.push(DuplicateProbe { reason: "same_phone", filter });
        }
    }
    found
}

/// Firms whose name has the distinctive words of this one in it: of 靖江市春意空调有限公司 somebody types
/// 春意. A region that was typed too is looked for first.
// Rule: customer.similar_name
fn similar(record: &Record) -> Vec<DuplicateProbe> {
    let parts = text::name_parts(&record.get(Customer::NAME).unwrap_or_default());
    let telling = if parts.trade_name.is_ascii() { LETTERS } else { CHARACTERS };
    if record.get(Customer::KIND) == Some(CustomerKind::Person) || parts.trade_name.chars().count() < telling {
        return Vec::new();
    }
    let words = format!("{}{}", parts.trade_name, parts.industry);
    let whole = (!parts.region.is_empty()).then(|| format!("{}{words}", parts.region));
    let titled = |words: String| {
        let mut terms = text::parse_query(&words);
        terms.iter_mut().for_each(|term| term.in_title = true);
        DuplicateProbe { reason: "similar_name", filter: Filter::Text(terms) }
    };
    whole.into_iter().chain([words]).map(titled).collect()
}

/// Whether two records are certainly one customer: the full name and kind of a firm or its credit
/// code, the name and mobile of a person.
fn is_same(a: &Record, b: &Record) -> bool {
    let name = |record: &Record| text::normalise(&record.get(Customer::NAME).unwrap_or_default());
    let code = |record: &Record| record.find(Customer::CREDIT_CODE);
    if code(a).is_some() && code(a) == code(b) {
        return true;
    }
    let person = a.get(Customer::KIND) == Some(CustomerKind::Person);
    let same_mobile = a.find(Customer::MOBILE_KEY).is_some() && a.find(Customer::MOBILE_KEY) == b.find(Customer::MOBILE_KEY);
    a.get(Customer::KIND) == b.get(Customer::KIND) && name(a) == name(b) && (!person || same_mobile)
}

/// Someone else's customer cannot be entered a second time, nor made of a lead (CUS-15, POL-18). One that lies in the
/// pool is claimed there, by the rules of claiming (POL-05).
// Rule: customer.already_protected
pub fn already_protected(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let touched = change.touches(Customer::NAME) || change.touches(Customer::CREDIT_CODE);
    if !touched || !is_entered(change) || tx.may("customer:override")? {
        return Ok(());
    }
    let refuses = BusinessSettings::of(tx)?.duplicate_policy == DuplicatePolicy::Refuse;
    let mine = change.after(Customer::OWNER).or(tx.actor().user.map(Id::new));
    let mut same = Filter::Nothing;
    for probe in probes(change.new).into_iter().filter(|probe| probe.reason != "same_phone") {
        same = same.or(probe.filter);
    }
    for other in tx.find(&Query::of("customer", same).limit(COMPARED))? {
        if other.id() == change.new.id() || !is_same(change.new, &other) {
            continue;
        }
        match other.find(Customer::OWNER) {
            Some(owner) if refuses && Some(owner) != mine => {
                let owner = directory::name_of(tx, Some(owner))?;
                let problem = Problem::new(Status::Conflict, "already_protected").arg("name", other.title()).arg("owner", owner);
                return Err(problem.field("name", "already_protected").into());
            }
            None if other.find(Customer::INVALID_REASON).is_none() => in_pool(tx, &other, mine, refuses)?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether somebody enters or changes a customer, or makes it of a lead.
fn is_entered(change: &Change<'_>) -> bool {
    let entered = change.by.is_none() || change.by == Some("lead.convert");
    entered && matches!(change.op, Op::Create | Op::Update)
}

fn in_pool(tx: &mut dyn Tx, twin: &Record, mine: Option<Id<User>>, refuses: bool) -> Result<()> {
    if refuses {
        let pool = pool_of(tx, twin)?.map(|pool| pool.name).unwrap_or_default();
        let problem = Problem::new(Status::Conflict, "already_in_pool").arg("name", twin.title()).arg("pool", pool);
        return Err(problem.field("name", "already_in_pool").into());
    }
    match mine {
        Some(user) => claim::bar(tx, twin, user)?.map_or(Ok(()), |obstacle| Err(obstacle.refusal())),
        None => Ok(()),
    }
}
