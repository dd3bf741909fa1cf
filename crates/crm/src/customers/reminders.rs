//! Telling owners in the morning whom to contact that day (NTF-01, COM-09).

use guanxi_model::filter::{Filter, Test};
use guanxi_model::job::{Job, Schedule, Work};
use guanxi_model::system::User;
use guanxi_model::tx::{Notice, Reader};
use guanxi_model::{Change, Entity, Field, FieldType, Id, Instant, Query, Record, Result, Tx, Value};

use super::customer::Customer;
use super::lead::Lead;

/// Minute of the company's day at which owners are told: 08:30.
const TELL_AT: i64 = 8 * 60 + 30;
/// What was due longer ago than these days is told no more; it stands on the home page.
const OVERDUE_DAYS: i64 = 7;

pub const CUSTOMERS: Job = Job {
    name: "customer.remind_of_contact",
    schedule: Schedule::Daily(TELL_AT),
    work: Work::Sweep { due: due_customers, each: tell_of_customer },
};

pub const LEADS: Job =
    Job { name: "lead.remind_of_contact", schedule: Schedule::Daily(TELL_AT), work: Work::Sweep { due: due_leads, each: tell_of_lead } };

/// What is to be contacted until the end of the company's day, its owner not yet told.
fn due<E: Entity>(reader: &mut dyn Reader, next: usize, told: usize, owner: Field<E, Option<Id<User>>>) -> Query {
    let today = reader.zone().start_of(reader.today());
    let (from, until) = (today.plus_days(-OVERDUE_DAYS), Instant(today.plus_days(1).0.saturating_sub(1)));
    let due = Filter::is(next, Test::Between(Value::Instant(from), Value::Instant(until)));
    let filter = due.and(Filter::is(told, Test::Empty)).and(Filter::is(owner.index, Test::NotEmpty));
    Query::of(E::ENTITY, filter).order(next, false).along_order()
}

// Rule: customer.due_for_contact
fn due_customers(reader: &mut dyn Reader) -> Result<Option<Query>> {
    let query = due(reader, Customer::NEXT_CONTACT_AT.index, Customer::CONTACT_TOLD_AT.index, Customer::OWNER);
    let valid = Filter::is(Customer::INVALID_REASON.index, Test::Empty);
    Ok(Some(Query { filter: query.filter.and(valid), ..query }))
}

// Rule: lead.due_for_contact
fn due_leads(reader: &mut dyn Reader) -> Result<Option<Query>> {
    let query = due(reader, Lead::NEXT_CONTACT_AT.index, Lead::CONTACT_TOLD_AT.index, Lead::OWNER);
    let open = Filter::is(Lead::STATUS.index, Test::In(super::lead::open_states().into()));
    Ok(Some(Query { filter: query.filter.and(open), ..query }))
}

// Rule: customer.remind_of_contact
fn tell_of_customer(tx: &mut dyn Tx, customer: &Record) -> Result<()> {
    let mut customer = customer.clone();
    customer.set(Customer::CONTACT_TOLD_AT, Some(tx.now()));
    let customer = tx.update(customer, "customer.remind_of_contact")?;
    tell(tx, &customer, customer.find(Customer::OWNER), customer.find(Customer::NEXT_CONTACT_AT), "contact_due")
}

// Rule: lead.remind_of_contact
fn tell_of_lead(tx: &mut dyn Tx, lead: &Record) -> Result<()> {
    let mut lead = lead.clone();
    lead.set(Lead::CONTACT_TOLD_AT, Some(tx.now()));
    let lead = tx.update(lead, "lead.remind_of_contact")?;
    tell(tx, &lead, lead.find(Lead::OWNER), lead.find(Lead::NEXT_CONTACT_AT), "lead_contact_due")
}

fn tell(tx: &mut dyn Tx, record: &Record, owner: Option<Id<User>>, at: Option<Instant>, code: &'static str) -> Result<()> {
    let (Some(owner), Some(at)) = (owner, at) else { return Ok(()) };
    let args = vec![("name", record.title().to_owned()), ("at", tx.zone().format(at))];
    tx.notify(Notice { user: owner.raw(), code, args, about: Some((record.entity().name.clone(), record.id())) })
}

/// A new date or a new owner is told anew.
fn tell_again<E, T: FieldType, U: FieldType>(
    change: &mut Change<'_>,
    next: Field<E, T>,
    owner: Field<E, U>,
    told: Field<E, Option<Instant>>,
) {
    if change.old.is_some() && (change.touches(next) || change.touches(owner)) {
        change.new.set(told, None);
    }
}

// Rule: customer.remind_again
pub fn customer_again(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    tell_again(change, Customer::NEXT_CONTACT_AT, Customer::OWNER, Customer::CONTACT_TOLD_AT);
    Ok(())
}

// Rule: lead.remind_again
pub fn lead_again(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    tell_again(change, Lead::NEXT_CONTACT_AT, Lead::OWNER, Lead::CONTACT_TOLD_AT);
    Ok(())
}
