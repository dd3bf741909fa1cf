//! Giving a customer up, giving it to someone else, calling it invalid.

use guanxi_model::action::Outcome;
use guanxi_model::field::Code;
use guanxi_model::system::{Team, User, Verb};
use guanxi_model::tx::{Asking, Notice};
use guanxi_model::{Error, Id, Input, Record, Result, Tx};

use super::customer::Customer;
use crate::settings::BusinessSettings;
use crate::team::directory::To;
use crate::team::{children, directory};

#[derive(Input)]
pub struct ReleaseInput {
    #[field(max = 500)]
    pub reason: String,
}

#[derive(Input)]
pub struct TransferInput {
    pub owner: Option<Id<User>>,
    /// Receives in turn where nobody is named (ORG-45).
    pub team: Option<Id<Team>>,
    /// Contacts and whatever else belongs to it go along (ORG-14).
    #[field(default = "true")]
    pub keep_children: bool,
    #[field(max = 500)]
    pub reason: Option<String>,
}

#[derive(Input)]
pub struct HandOverInput {
    pub receiver: Option<Id<User>>,
    /// Receives in turn where nobody is named (ORG-45).
    pub team: Option<Id<Team>>,
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

/// Only who holds a customer gives it up, or who may assign it.
pub fn may_release(asking: &mut dyn Asking, customer: &Record) -> Result<()> {
    let Some(owner) = customer.find(Customer::OWNER) else { return Err(Error::conflict("customer_in_pool")) };
    if asking.actor().user != Some(owner.raw()) && !asking.may("customer:assign")? {
        return Err(Error::forbidden("not_the_owner"));
    }
    Ok(())
}

/// The owner gives a customer up (POL-06).
// Rule: customer.release
pub fn release(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = ReleaseInput::from_record(input).ok_or_else(|| Error::invalid("reason", "required"))?;
    may_release(tx, customer)?;
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
    let to = receiver(tx, customer.find(Customer::OWNER), input.owner, input.team, "owner")?;
    let given = Given { to, field: "owner", keep_children: input.keep_children, reason: input.reason };
    give(tx, customer, given, "customer.transfer")
}

/// Hands the customer of someone who leaves or moves to a colleague (POL-12).
// Rule: customer.hand_over
pub fn hand_over(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = HandOverInput::from_record(input).ok_or_else(|| Error::invalid("receiver", "required"))?;
    let Some(owner) = customer.find(Customer::OWNER) else { return Err(Error::conflict("customer_in_pool")) };
    let to = receiver(tx, Some(owner), input.receiver, input.team, "receiver")?;
    let given = Given { to, field: "receiver", keep_children: input.keep_children, reason: input.reason };
    give(tx, customer, given, "customer.hand_over")
}

/// Gives a customer, with what belongs to it, to the one it belongs to by a decision.
pub fn pass_to(tx: &mut dyn Tx, customer: &Record, to: Id<User>, reason: Option<String>) -> Result<()> {
    give(tx, customer, Given { to, field: "owner", keep_children: true, reason }, "customer.transfer").map(|_| ())
}

/// To whom a customer goes, and the field of the input that says so.
struct Given {
    to: Id<User>,
    field: &'static str,
    keep_children: bool,
    reason: Option<String>,
}

/// The person named, or the next of the team in turn (ORG-45), of the same department where it is to stay there.
fn receiver(tx: &mut dyn Tx, before: Option<Id<User>>, user: Option<Id<User>>, team: Option<Id<Team>>, field: &str) -> Result<Id<User>> {
    let within = match before {
        Some(before) if is_bound(tx)? => Some(directory::department_of(tx, before)?),
        _ => None,
    };
    directory::receiver(tx, To { user, team, before, within }, field)
}

/// Whether what is handed over stays in the department.
fn is_bound(tx: &mut dyn Tx) -> Result<bool> {
    Ok(BusinessSettings::of(tx)?.hand_over_in_department && !tx.may("customer:override")?)
}

/// What somebody holds goes to colleagues of the same department, or wherever the giver may write too; anywhere else
/// only with the right to override, where the company wants that (POL-12).
// Rule: customer.stays_in_department
fn stays_in_department(tx: &mut dyn Tx, from: Id<User>, given: &Record, field: &'static str) -> Result<()> {
    if !is_bound(tx)? || tx.may_on(Verb::Edit, given)? {
        return Ok(());
    }
    let to = given.find(Customer::OWNER).unwrap_or(from);
    let here = directory::department_of(tx, from)?;
    if directory::department_of(tx, to)? == here { Ok(()) } else { Err(Error::invalid(field, "other_department")) }
}

fn give(tx: &mut dyn Tx, customer: &Record, given: Given, rule: &'static str) -> Result<Outcome> {
    let before = customer.find(Customer::OWNER);
    if before == Some(given.to) {
        return Err(Error::invalid(given.field, "user_is_owner"));
    }
    if !directory::is_active(tx, given.to)? {
        return Err(Error::invalid(given.field, "user_not_active"));
    }
    let mut changed = customer.clone();
    changed.set(Customer::OWNER, Some(given.to));
    if let Some(before) = before {
        stays_in_department(tx, before, &changed, given.field)?;
    }
    changed.set(Customer::OWNER_REASON, given.reason);
    let changed = tx.update(changed, rule)?;
    if let (true, Some(before)) = (given.keep_children, before) {
        children::follow(tx, customer.id(), before, given.to, rule)?;
    }
    tell_new_owner(tx, &changed)?;
    Outcome::done()
}

/// Tells whoever holds a customer now by whom it was given.
pub fn tell_new_owner(tx: &mut dyn Tx, customer: &Record) -> Result<()> {
    let Some(owner) = customer.find(Customer::OWNER) else { return Ok(()) };
    let by = tx.actor().user.map(Id::new);
    let by = directory::name_of(tx, by)?;
    tx.notify(Notice {
        user: owner.raw(),
        code: "customer_transferred",
        args: vec![("name", customer.title().to_owned()), ("by", by)],
        about: Some(("customer".to_owned(), customer.id())),
    })
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
