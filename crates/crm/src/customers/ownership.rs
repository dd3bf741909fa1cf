//! Who held a customer before, from when to when, and why it ended.

use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{ApprovalState, User};
use guanxi_model::tx::record_of;
use guanxi_model::{Change, Choice, Entity, EntityType, Id, Instant, Op, Query, Record, Result, Tx};

use super::application::Application;
use super::contact::Contact;
use super::customer::Customer;
use super::sharing;
use crate::team::approval;

/// More contacts than one customer has.
const CONTACTS: usize = 1000;

/// How someone comes by a customer.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Entered,
    Claimed,
    Assigned,
    Transferred,
    HandedOver,
    Converted,
    AfterSales,
}

/// How the holding of a customer ends.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Given up by the owner.
    Released,
    /// Returned to the pool when the protection was over.
    Lapsed,
    Assigned,
    Transferred,
    HandedOver,
    AfterSales,
}

/// One past holding of a customer (负责人历史). The present one stands on the customer.
#[derive(Entity)]
#[entity(area = "customers", title = "customer", follows = "customer")]
pub struct Ownership {
    #[field(list, index, readonly)]
    pub customer: Id<Customer>,
    #[field(list, index, readonly)]
    pub user: Id<User>,
    #[field(list, readonly)]
    pub started_at: Option<Instant>,
    #[field(list, readonly)]
    pub start: Option<Start>,
    #[field(list, index, readonly)]
    pub ended_at: Instant,
    #[field(list, readonly)]
    pub ending: Ending,
    #[field(list, max = 500, readonly)]
    pub reason: Option<String>,
}

impl Start {
    /// How a change made by a rule or action gives a customer to its new owner.
    pub fn by(rule: Option<&str>, op: Op) -> Self {
        match rule {
            Some("customer.claim") => Self::Claimed,
            Some("customer.transfer") => Self::Transferred,
            Some("user.hand_over" | "customer.hand_over") => Self::HandedOver,
            Some("lead.convert") => Self::Converted,
            _ if op == Op::Create => Self::Entered,
            _ => Self::Assigned,
        }
    }
}

/// How the old owner's holding ended, by who has the customer now.
fn ending(change: &Change<'_>) -> Ending {
    let Some(start) = change.after(Customer::OWNER).and(change.after(Customer::OWNED_HOW)) else {
        let lapsed = change.by == Some("customer.return_to_pool");
        return if lapsed { Ending::Lapsed } else { Ending::Released };
    };
    match start {
        Start::Transferred => Ending::Transferred,
        Start::HandedOver => Ending::HandedOver,
        Start::AfterSales => Ending::AfterSales,
        Start::Entered | Start::Claimed | Start::Assigned | Start::Converted => Ending::Assigned,
    }
}

/// Keeps the holding that ends.
// Rule: customer.owner_history
pub fn keep_history(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let Some(user) = change.before(Customer::OWNER) else { return Ok(()) };
    if change.op != Op::Update || !change.touches(Customer::OWNER) {
        return Ok(());
    }
    let past = Ownership {
        customer: change.new.typed_id(),
        user,
        started_at: change.before(Customer::OWNED_SINCE),
        start: change.before(Customer::OWNED_HOW),
        ended_at: tx.now(),
        ending: ending(change),
        reason: change.after(Customer::OWNER_REASON),
    };
    let catalog = tx.catalog().clone();
    tx.insert(record_of(&catalog, past)?, "customer.owner_history")?;
    Ok(())
}

/// A pending application ends with the holding or stage it was made in; on return to the pool every share does.
// Rule: customer.holding_ends
pub fn end_holding(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op != Op::Update {
        return Ok(());
    }
    if change.touches(Customer::APPLICATION)
        && let Some(application) = change.before(Customer::APPLICATION)
        && let Some(mut record) = pending(tx, application)?
    {
        record.set(Application::STATE, ApprovalState::Withdrawn);
        record.set(Application::DECIDED_AT, Some(tx.now()));
        let withdrawn = tx.update(record, "customer.holding_ends")?;
        approval::settled(tx, &withdrawn, |_| true)?;
    }
    if change.touches(Customer::OWNER) && change.after(Customer::OWNER).is_none() {
        sharing::end_all(tx, change.new.id())?;
    }
    Ok(())
}

/// Contacts go into the pool with their customer, and belong to whoever claims it.
// Rule: customer.contacts_follow
pub fn contacts_follow(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (before, after) = (change.before(Customer::OWNER), change.after(Customer::OWNER));
    if change.op != Op::Update || before == after || (before.is_some() && after.is_some()) {
        return Ok(());
    }
    let held = match before {
        Some(before) => Filter::refers_to(Contact::OWNER.index, [before.raw()]),
        None => Filter::is(Contact::OWNER.index, Test::Empty),
    };
    let here = Filter::refers_to(Contact::CUSTOMER.index, [change.new.id()]);
    for mut contact in tx.find(&Query::of("contact", here.and(held)).limit(CONTACTS))? {
        contact.set(Contact::OWNER, after);
        tx.update(contact, "customer.contacts_follow")?;
    }
    Ok(())
}

fn pending(tx: &mut dyn Tx, application: Id<Application>) -> Result<Option<Record>> {
    let record = tx.load("application", application.raw())?;
    Ok(record.filter(|record| record.get(Application::STATE) == Some(ApprovalState::Pending)))
}

pub fn entity_type() -> EntityType {
    EntityType::plain::<Ownership>().view("latest", "{}", "-ended_at", &[])
}
