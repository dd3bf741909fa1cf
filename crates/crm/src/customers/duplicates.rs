//! Recognising a customer or lead that is already there (CUS-14, CUS-15, POL-18).

use guanxi_model::field::Phone;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::rule::{DuplicateProbe, DuplicateRule, Elsewhere};
use guanxi_model::system::User;
use guanxi_model::{Change, Id, Op, Problem, Query, Record, Result, Status, Tx, Value, text};

use super::claim;
use super::customer::{Customer, CustomerKind};
use super::entry::name_key;
use super::lead::{self, Lead};
use super::pool_members::pool_of;
use crate::settings::BusinessSettings;
use crate::settings::business::DuplicatePolicy;
use crate::team::directory;

/// What is told of a customer to someone who may not see it, and of a lead.
pub const CUSTOMERS: DuplicateRule = DuplicateRule {
    probes: |record| customer_probes(&Keys::of_customer(record)),
    similar: Some(|record| similar(&Keys::of_customer(record))),
    disclosed: &["name", "lifecycle", "owner", "protected_until"],
    elsewhere: &[Elsewhere { entity: "lead", probes: |record| open_leads(&Keys::of_customer(record)), spared: OVERRIDE, similar: None }],
};
pub const LEADS: DuplicateRule = DuplicateRule {
    probes: |record| lead_probes(&Keys::of_lead(record)),
    similar: None,
    disclosed: &["name", "owner", "status"],
    elsewhere: &[Elsewhere {
        entity: "customer",
        probes: |record| customer_probes(&Keys::of_lead(record)),
        spared: OVERRIDE,
        similar: Some(|record| similar(&Keys::of_lead(record))),
    }],
};

/// The right to enter what somebody else holds.
const OVERRIDE: &str = "customer:override";
/// Records with one name that are compared in full.
const COMPARED: usize = 100;
/// Fewest characters of a trade name that say something: Chinese ones, and letters.
const CHARACTERS: usize = 2;
const LETTERS: usize = 4;

/// By what customers and leads are compared with each other.
#[derive(Debug)]
struct Keys {
    /// The name of the firm, or of the person where there is none.
    name: String,
    person: bool,
    /// Comparable kernel of the name.
    name_key: Option<String>,
    credit_code: Option<String>,
    mobile: Option<String>,
    phone: Option<String>,
}

fn phone_key(phone: Option<Phone>) -> Option<String> {
    phone.and_then(|phone| text::phone_key(&phone.0))
}

impl Keys {
    fn of_customer(record: &Record) -> Self {
        let (name, kind) = (record.get(Customer::NAME), record.get(Customer::KIND));
        Self {
            person: kind == Some(CustomerKind::Person),
            name_key: name_key(name.clone(), kind),
            name: name.unwrap_or_default(),
            credit_code: record.find(Customer::CREDIT_CODE).and_then(|code| text::credit_code(&code)),
            mobile: phone_key(record.find(Customer::MOBILE)),
            phone: phone_key(record.find(Customer::PHONE)),
        }
    }

    /// A lead stands for its firm; one without a firm is a person, who is known by telephone, not by name.
    fn of_lead(record: &Record) -> Self {
        let firm = record.find(Lead::COMPANY_NAME).filter(|name| !name.is_empty());
        Self {
            person: firm.is_none(),
            name_key: name_key(firm.clone(), Some(CustomerKind::Organisation)),
            name: firm.or(record.get(Lead::NAME)).unwrap_or_default(),
            credit_code: None,
            mobile: phone_key(record.find(Lead::MOBILE)),
            phone: phone_key(record.find(Lead::PHONE)),
        }
    }

    fn phones(&self) -> impl Iterator<Item = &String> {
        [&self.mobile, &self.phone].into_iter().flatten()
    }

    /// Whether both are certainly one: the full name and kind of a firm or its credit code, the name and mobile of a
    /// person.
    fn is_same(&self, other: &Self) -> bool {
        if self.credit_code.is_some() && self.credit_code == other.credit_code {
            return true;
        }
        let same_mobile = self.mobile.is_some() && self.mobile == other.mobile;
        self.person == other.person && text::normalise(&self.name) == text::normalise(&other.name) && (!self.person || same_mobile)
    }
}

fn is_text(field: usize, value: &str) -> Filter {
    Filter::is(field, Test::Eq(Value::text(value)))
}

/// The same firm, credit code or telephone: where these are kept decides where it is looked for.
fn probes(keys: &Keys, (name, credit_code, mobile, phone): (usize, Option<usize>, usize, usize)) -> Vec<DuplicateProbe> {
    let mut found = Vec::new();
    if let Some(key) = &keys.name_key {
        found.push(DuplicateProbe { reason: "same_name", filter: is_text(name, key) });
    }
    if let (Some(code), Some(field)) = (&keys.credit_code, credit_code) {
        found.push(DuplicateProbe { reason: "same_credit_code", filter: is_text(field, code) });
    }
    for key in keys.phones() {
        found.push(DuplicateProbe { reason: "same_phone", filter: is_text(mobile, key).or(is_text(phone, key)) });
    }
    found
}

/// Same firm, same telephone, same credit code.
// Rule: customer.duplicates
fn customer_probes(keys: &Keys) -> Vec<DuplicateProbe> {
    let code = Some(Customer::CREDIT_CODE.index);
    probes(keys, (Customer::NAME_KEY.index, code, Customer::MOBILE_KEY.index, Customer::PHONE_KEY.index))
}

/// Same firm, same telephone.
// Rule: lead.duplicates
fn lead_probes(keys: &Keys) -> Vec<DuplicateProbe> {
    probes(keys, (Lead::NAME_KEY.index, None, Lead::MOBILE_KEY.index, Lead::PHONE_KEY.index))
}

/// Those still worked on: of a converted one its customer is told.
fn open_leads(keys: &Keys) -> Vec<DuplicateProbe> {
    let open = || Filter::is(Lead::STATUS.index, Test::In(lead::open_states().into()));
    lead_probes(keys).into_iter().map(|probe| DuplicateProbe { filter: probe.filter.and(open()), ..probe }).collect()
}

/// Firms whose name has the distinctive words of this one in it: of 靖江市春意空调有限公司 somebody types
/// 春意. A region that was typed too is looked for first.
// Rule: customer.similar_name
fn similar(keys: &Keys) -> Vec<DuplicateProbe> {
    let parts = text::name_parts(&keys.name);
    let telling = if parts.trade_name.is_ascii() { LETTERS } else { CHARACTERS };
    if keys.person || parts.trade_name.chars().count() < telling {
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

/// What may be certainly the same of what the probes find: firms by name or credit code, persons by mobile.
fn certain(keys: &Keys, probes: Vec<DuplicateProbe>) -> Filter {
    let tells = |probe: &DuplicateProbe| match probe.reason {
        "same_phone" => keys.person,
        "same_name" => !keys.person,
        _ => true,
    };
    probes.into_iter().filter(tells).fold(Filter::Nothing, |all, probe| all.or(probe.filter))
}

/// The customer of that name that whoever enters these values is told of, and why.
pub fn met(tx: &mut dyn Tx, typed: &Record, title: &str) -> Result<Option<(Record, &'static str)>> {
    let keys = Keys::of_customer(typed);
    for probe in customer_probes(&keys).into_iter().chain(similar(&keys)) {
        let found = tx.find(&Query::of("customer", probe.filter).limit(COMPARED))?;
        if let Some(customer) = found.into_iter().find(|customer| customer.title() == title) {
            return Ok(Some((customer, probe.reason)));
        }
    }
    Ok(None)
}

/// What somebody enters, for whom, and whether what is held is refused.
struct Entered<'a> {
    keys: &'a Keys,
    /// A customer already there.
    except: Option<i64>,
    mine: Option<Id<User>>,
    refuses: bool,
    /// The field that is at fault.
    field: &'static str,
}

/// Someone else's customer cannot be entered a second time, nor made of a lead, nor someone else's lead entered as a
/// customer (CUS-15, POL-18). One that lies in the pool is claimed there, by the rules of claiming (POL-05).
// Rule: customer.already_protected
pub fn already_protected(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let touched = change.touches(Customer::NAME) || change.touches(Customer::CREDIT_CODE) || change.touches(Customer::MOBILE);
    let converted = change.by == Some("lead.convert");
    if !touched || !(is_entered(change) || converted) || tx.may(OVERRIDE)? {
        return Ok(());
    }
    let entered = Entered {
        keys: &Keys::of_customer(change.new),
        except: Some(change.new.id()),
        mine: change.after(Customer::OWNER).or(tx.actor().user.map(Id::new)),
        refuses: refuses(tx)?,
        field: "name",
    };
    among_customers(tx, &entered)?;
    // Whose lead is converted has worked on it.
    if converted { Ok(()) } else { among_leads(tx, &entered) }
}

/// Someone else's customer is not entered as a lead (POL-18).
// Rule: lead.already_protected
pub fn lead_already_protected(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let touched = change.touches(Lead::NAME) || change.touches(Lead::COMPANY_NAME) || change.touches(Lead::MOBILE);
    if !touched || !is_entered(change) || tx.may(OVERRIDE)? {
        return Ok(());
    }
    let keys = Keys::of_lead(change.new);
    let entered = Entered {
        keys: &keys,
        except: None,
        mine: change.after(Lead::OWNER).or(tx.actor().user.map(Id::new)),
        refuses: refuses(tx)?,
        field: if keys.person { "name" } else { "company_name" },
    };
    among_customers(tx, &entered)
}

fn refuses(tx: &mut dyn Tx) -> Result<bool> {
    Ok(BusinessSettings::of(tx)?.duplicate_policy == DuplicatePolicy::Refuse)
}

fn is_entered(change: &Change<'_>) -> bool {
    change.by.is_none() && matches!(change.op, Op::Create | Op::Update)
}

fn among_customers(tx: &mut dyn Tx, entered: &Entered<'_>) -> Result<()> {
    let same = certain(entered.keys, customer_probes(entered.keys));
    for other in tx.find(&Query::of("customer", same).limit(COMPARED))? {
        if Some(other.id()) == entered.except || !entered.keys.is_same(&Keys::of_customer(&other)) {
            continue;
        }
        match other.find(Customer::OWNER) {
            Some(owner) => held(tx, entered, &other, owner, "already_protected")?,
            None if other.find(Customer::INVALID_REASON).is_none() => in_pool(tx, &other, entered)?,
            None => {}
        }
    }
    Ok(())
}

fn among_leads(tx: &mut dyn Tx, entered: &Entered<'_>) -> Result<()> {
    let same = certain(entered.keys, open_leads(entered.keys));
    for other in tx.find(&Query::of("lead", same).limit(COMPARED))? {
        if let (true, Some(owner)) = (entered.keys.is_same(&Keys::of_lead(&other)), other.find(Lead::OWNER)) {
            held(tx, entered, &other, owner, "already_a_lead")?;
        }
    }
    Ok(())
}

/// Refuses what somebody else holds, and says whom to speak to.
fn held(tx: &mut dyn Tx, entered: &Entered<'_>, other: &Record, owner: Id<User>, code: &'static str) -> Result<()> {
    if !entered.refuses || Some(owner) == entered.mine {
        return Ok(());
    }
    let owner = directory::name_of(tx, Some(owner))?;
    let name = if other.entity().name == "lead" { entered.keys.name.clone() } else { other.title().to_owned() };
    Err(Problem::new(Status::Conflict, code).arg("name", name).arg("owner", owner).field(entered.field, code).into())
}

fn in_pool(tx: &mut dyn Tx, twin: &Record, entered: &Entered<'_>) -> Result<()> {
    if entered.refuses {
        let pool = pool_of(tx, twin)?.map(|pool| pool.name.clone()).unwrap_or_default();
        let problem = Problem::new(Status::Conflict, "already_in_pool").arg("name", twin.title()).arg("pool", pool);
        return Err(problem.field(entered.field, "already_in_pool").into());
    }
    match entered.mine {
        Some(user) => claim::bar(tx, twin, user)?.map_or(Ok(()), |obstacle| Err(obstacle.refusal())),
        None => Ok(()),
    }
}
