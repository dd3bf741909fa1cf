//! What is done with a lead: assign, hand on, convert, give up.

use guanxi_model::action::Outcome;
use guanxi_model::entity::Implied;
use guanxi_model::field::Code;
use guanxi_model::filter::Filter;
use guanxi_model::system::{Team, User, Verb};
use guanxi_model::tx::{Asking, record_of};
use guanxi_model::{Error, Id, Input, Query, Record, Result, Tx};

use super::contact::Contact;
use super::customer::{Customer, CustomerKind};
use super::lead::{Lead, LeadStatus};
use crate::activities::follow_up::FollowUp;
use crate::team::directory::{self, To};

#[derive(Input)]
pub struct AssignInput {
    pub owner: Option<Id<User>>,
    /// Receives in turn where nobody is named (ORG-45).
    pub team: Option<Id<Team>>,
}

#[derive(Input)]
pub struct InvalidInput {
    #[field(dict = "invalid_reason")]
    pub reason: Code,
}

#[derive(Input)]
pub struct ConvertInput {
    /// An existing customer; empty makes a new one.
    pub customer: Option<Id<Customer>>,
    /// Name of the new customer, where it differs from the lead's company.
    #[field(max = 120)]
    pub customer_name: Option<String>,
    /// Also makes the person a contact of the customer.
    #[field(default = "true")]
    pub with_contact: bool,
}

/// Gives a lead to someone (LEA-06).
// Rule: lead.assign
pub fn assign(tx: &mut dyn Tx, lead: &Record, input: &Record) -> Result<Outcome> {
    give(tx, lead, input, "lead.assign")
}

/// Hands one's own lead to a colleague (LEA-03).
// Rule: lead.transfer
pub fn transfer(tx: &mut dyn Tx, lead: &Record, input: &Record) -> Result<Outcome> {
    give(tx, lead, input, "lead.transfer")
}

fn give(tx: &mut dyn Tx, lead: &Record, input: &Record, rule: &'static str) -> Result<Outcome> {
    let input = AssignInput::from_record(input).ok_or_else(|| Error::invalid("owner", "required"))?;
    let mut lead = open(lead)?;
    let to = To { user: input.owner, team: input.team, before: lead.find(Lead::OWNER), within: None };
    let owner = directory::receiver(tx, to, "owner")?;
    if !directory::is_active(tx, owner)? {
        return Err(Error::invalid("owner", "user_not_active"));
    }
    lead.set(Lead::OWNER, Some(owner));
    tx.update(lead, rule)?;
    Outcome::done()
}

/// The lead, if it is still open.
fn open(lead: &Record) -> Result<Record> {
    match lead.get(Lead::STATUS) {
        Some(LeadStatus::Converted) => Err(Error::conflict("lead_converted")),
        Some(LeadStatus::Invalid) => Err(Error::conflict("lead_invalid")),
        _ => Ok(lead.clone()),
    }
}

/// Says that a lead leads nowhere.
// Rule: lead.mark_invalid
pub fn mark_invalid(tx: &mut dyn Tx, lead: &Record, input: &Record) -> Result<Outcome> {
    let input = InvalidInput::from_record(input).ok_or_else(|| Error::invalid("reason", "required"))?;
    let mut lead = open(lead)?;
    lead.set(Lead::STATUS, LeadStatus::Invalid);
    lead.set(Lead::INVALID_REASON, Some(input.reason));
    tx.update(lead, "lead.mark_invalid")?;
    Outcome::done()
}

/// Takes that back.
// Rule: lead.reopen
pub fn reopen(tx: &mut dyn Tx, lead: &Record, _: &Record) -> Result<Outcome> {
    if lead.get(Lead::STATUS) != Some(LeadStatus::Invalid) {
        return Err(Error::conflict("lead_open"));
    }
    let mut lead = lead.clone();
    let contacted = lead.get(Lead::CONTACT_COUNT).unwrap_or(0) > 0;
    let given = lead.find(Lead::OWNER).is_some_and(|owner| lead.find(Implied::created_by::<Lead>()) != Some(owner));
    let status = match (contacted, given) {
        (true, _) => LeadStatus::Following,
        (false, true) => LeadStatus::Assigned,
        (false, false) => LeadStatus::New,
    };
    lead.set(Lead::STATUS, status);
    lead.set(Lead::INVALID_REASON, None);
    tx.update(lead, "lead.reopen")?;
    Outcome::done()
}

/// Making a new customer of a lead is entering one.
fn may_enter(asking: &mut dyn Asking) -> Result<()> {
    if asking.may("customer:create")? { Ok(()) } else { Err(Error::forbidden("customer_create_needed")) }
}

/// Makes a customer of a lead, and a contact of the person. The lead stays and names both; its
/// follow-ups appear on the customer.
// Rule: lead.convert
pub fn convert(tx: &mut dyn Tx, lead: &Record, input: &Record) -> Result<Outcome> {
    let input = ConvertInput::from_record(input).ok_or_else(|| Error::invalid("customer", "not_an_id"))?;
    tx.lock(&format!("lead:{}", lead.id()))?;
    let lead = tx.load("lead", lead.id())?.ok_or_else(Error::not_found)?;
    let mut lead = open(&lead)?;
    let customer = match input.customer {
        Some(existing) => {
            let existing = tx.load("customer", existing.raw())?.ok_or_else(|| Error::invalid("customer", "no_such_record"))?;
            if !tx.may_on(Verb::Edit, &existing)? {
                return Err(Error::invalid("customer", "no_such_record"));
            }
            existing
        }
        None => {
            may_enter(tx)?;
            new_customer(tx, &lead, input.customer_name)?
        }
    };
    let contact = if input.with_contact && customer.get(Customer::KIND) == Some(CustomerKind::Organisation) {
        Some(new_contact(tx, &lead, &customer)?)
    } else {
        None
    };
    lead.set(Lead::STATUS, LeadStatus::Converted);
    lead.set(Lead::CUSTOMER, Some(customer.typed_id()));
    lead.set(Lead::CONTACT, contact.as_ref().map(Record::typed_id));
    lead.set(Lead::CONVERTED_AT, Some(tx.now()));
    let lead = tx.update(lead, "lead.convert")?;
    let told = Filter::refers_to(FollowUp::LEAD.index, [lead.id()]);
    for mut follow_up in tx.find(&Query::of("follow_up", told).limit(1000))? {
        if follow_up.find(FollowUp::CUSTOMER).is_none() {
            follow_up.set(FollowUp::CUSTOMER, Some(customer.typed_id()));
            tx.update(follow_up, "lead.convert")?;
        }
    }
    let contact = contact.map(|contact| contact.id().to_string()).unwrap_or_default();
    Ok(Outcome::default().value("customer", customer.id()).value("contact", contact))
}

fn new_customer(tx: &mut dyn Tx, lead: &Record, name: Option<String>) -> Result<Record> {
    let company = name.or(lead.find(Lead::COMPANY_NAME)).filter(|name| !name.is_empty());
    let kind = if company.is_some() { CustomerKind::Organisation } else { CustomerKind::Person };
    let author = tx.actor().user.map(Id::<User>::new);
    let def = tx.catalog().get("customer").cloned().ok_or_else(|| Error::internal("customer"))?;
    let mut customer = Record::empty(def);
    customer.set(Customer::NAME, company.unwrap_or_else(|| lead.title().to_owned()));
    customer.set(Customer::KIND, kind);
    customer.set(Customer::OWNER, lead.find(Lead::OWNER).or(author));
    customer.set(Customer::MOBILE, lead.find(Lead::MOBILE));
    customer.set(Customer::PHONE, lead.find(Lead::PHONE));
    customer.set(Customer::EMAIL, lead.find(Lead::EMAIL));
    customer.set(Customer::SOURCE, lead.find(Lead::SOURCE));
    customer.set(Customer::REGION, lead.find(Lead::REGION));
    customer.set(Customer::ADDRESS, lead.find(Lead::ADDRESS));
    customer.set(Customer::DEMAND, lead.find(Lead::DEMAND));
    customer.set(Customer::REMARK, lead.find(Lead::REMARK));
    customer.set(Customer::REFERRER, lead.find(Lead::REFERRER));
    customer.set(Customer::PRODUCT_CATEGORIES, lead.get(Lead::PRODUCT_CATEGORIES).unwrap_or_default());
    customer.set(Customer::GENDER, lead.find(Lead::GENDER).filter(|_| kind == CustomerKind::Person));
    customer.set(Customer::NEXT_CONTACT_AT, lead.find(Lead::NEXT_CONTACT_AT));
    tx.insert(customer, "lead.convert")
}

fn new_contact(tx: &mut dyn Tx, lead: &Record, customer: &Record) -> Result<Record> {
    let contact = Contact {
        name: lead.title().chars().take(60).collect(),
        customer: Some(customer.typed_id()),
        position: lead.find(Lead::POSITION),
        department_name: None,
        chart_role: None,
        gender: lead.find(Lead::GENDER),
        mobile: lead.find(Lead::MOBILE),
        phone: lead.find(Lead::PHONE),
        email: lead.find(Lead::EMAIL),
        wechat: lead.find(Lead::WECHAT),
        qq: None,
        address: lead.find(Lead::ADDRESS),
        birthday: None,
        anniversary: None,
        is_primary: true,
        groups: Vec::new(),
        tags: Vec::new(),
        reports_to: None,
        owner: customer.find(Customer::OWNER),
        remark: None,
        mobile_key: None,
        second_customer: None,
    };
    let catalog = tx.catalog().clone();
    tx.insert(record_of(&catalog, contact)?, "lead.convert")
}
