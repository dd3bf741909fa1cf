//! Giving a customer up, giving it to someone else, calling it invalid.

use guanxi_model::action::Outcome;
use guanxi_model::field::{Code, LongText};
use guanxi_model::system::User;
use guanxi_model::tx::Notice;
use guanxi_model::{Error, Id, Input, Record, Result, Tx};

use super::customer::Customer;
use crate::team::{children, directory};

#[derive(Input)]
pub struct ReleaseInput {
    #[field(max = 500)]
    pub reason: String,
}

#[derive(Input)]
pub struct TransferInput {
    pub owner: Id<User>,
    /// Contacts and whatever else belongs to it go along (ORG-14).
    #[field(default = "true")]
    pub keep_children: bool,
    #[field(max = 500)]
    pub reason: Option<String>,
}

#[derive(Input)]
pub struct InvalidInput {
    #[field(dict = "invalid_reason")]
    pub reason: Code,
}

#[derive(Input)]
pub struct DuplicateInput {
    /// The same customer a second time.
    pub other: Option<Id<Customer>>,
    pub note: Option<LongText>,
}

/// The owner gives a customer up (POL-06).
// Rule: customer.release
pub fn release(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = ReleaseInput::from_record(input).ok_or_else(|| Error::invalid("reason", "required"))?;
    let Some(owner) = customer.find(Customer::OWNER) else { return Err(Error::conflict("customer_in_pool")) };
    if tx.actor().user != Some(owner.raw()) && !tx.may("customer:assign")? {
        return Err(Error::forbidden("not_the_owner"));
    }
    let mut customer = customer.clone();
    customer.set(Customer::OWNER, None);
    customer.set(Customer::OWNER_REASON, Some(input.reason));
    tx.update(customer, "customer.release")?;
    Outcome::done()
}

/// Gives a customer to another owner (POL-09, POL-11, POL-15, POL-16).
// Rule: customer.transfer
pub fn transfer(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = TransferInput::from_record(input).ok_or_else(|| Error::invalid("owner", "required"))?;
    let before = customer.find(Customer::OWNER);
    if before == Some(input.owner) {
        return Err(Error::invalid("owner", "user_is_owner"));
    }
    if !directory::is_active(tx, input.owner)? {
        return Err(Error::invalid("owner", "user_not_active"));
    }
    let mut changed = customer.clone();
    changed.set(Customer::OWNER, Some(input.owner));
    changed.set(Customer::OWNER_REASON, input.reason);
    tx.update(changed, "customer.transfer")?;
    if let (true, Some(before)) = (input.keep_children, before) {
        children::follow(tx, customer.id(), before, input.owner, "customer.transfer")?;
    }
    let by = tx.actor().user.map(Id::new);
    let by = directory::name_of(tx, by)?;
    tx.notify(Notice {
        user: input.owner.raw(),
        code: "customer_transferred",
        args: vec![("name", customer.title().to_owned()), ("by", by)],
        about: Some(("customer".to_owned(), customer.id())),
    })?;
    Outcome::done()
}

/// Says that a customer is not worth a call (CUS-48, AM-40).
// Rule: customer.mark_invalid
pub fn mark_invalid(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = InvalidInput::from_record(input).ok_or_else(|| Error::invalid("reason", "required"))?;
    let mut customer = customer.clone();
    customer.set(Customer::INVALID_REASON, Some(input.reason));
    tx.update(customer, "customer.mark_invalid")?;
    Outcome::done()
}

/// Takes that back; the protection of an owner begins again.
// Rule: customer.mark_valid
pub fn mark_valid(tx: &mut dyn Tx, customer: &Record, _: &Record) -> Result<Outcome> {
    let mut customer = customer.clone();
    customer.set(Customer::INVALID_REASON, None);
    tx.update(customer, "customer.mark_valid")?;
    Outcome::done()
}

/// Tells those in charge of a customer entered twice (CUS-16).
// Rule: customer.report_duplicate
pub fn report_duplicate(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = DuplicateInput::from_record(input).ok_or_else(|| Error::invalid("other", "required"))?;
    let owner = customer.find(Customer::OWNER);
    let mut told: Vec<i64> = owner.map(Id::raw).into_iter().collect();
    match owner {
        Some(owner) => told.extend(directory::approver_of(tx, owner)?.map(Id::raw)),
        None => told.extend(directory::administrators(tx)?.iter().map(Record::id)),
    }
    let other = match input.other {
        Some(other) => tx.load("customer", other.raw())?.map(|record| record.title().to_owned()).unwrap_or_default(),
        None => String::new(),
    };
    let by = tx.actor().user.map(Id::new);
    let by = directory::name_of(tx, by)?;
    let note = input.note.map(|note| note.0).unwrap_or_default();
    for user in told {
        let args = vec![("name", customer.title().to_owned()), ("other", other.clone()), ("by", by.clone()), ("note", note.clone())];
        let about = Some(("customer".to_owned(), customer.id()));
        tx.notify(Notice { user, code: "duplicate_reported", args, about })?;
    }
    Outcome::done()
}
