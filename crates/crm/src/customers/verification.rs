//! Whether what was entered is true: superiors look into it (CUS-49).

use guanxi_model::action::Outcome;
use guanxi_model::field::LongText;
use guanxi_model::system::User;
use guanxi_model::tx::{Asking, Notice};
use guanxi_model::{Change, Choice, Error, Id, Input, Op, Record, Result, Tx};

use super::customer::Customer;
use crate::team::directory;

/// What a superior found.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    #[choice(color = "green")]
    Genuine,
    #[choice(color = "amber")]
    Doubtful,
    #[choice(color = "red")]
    False,
}

#[derive(Input)]
pub struct VerifyInput {
    #[field(default = "genuine")]
    pub verdict: Verdict,
    /// What is wrong; said of all that is not genuine.
    pub note: Option<LongText>,
}

/// Nobody verifies what they hold themselves.
pub fn may_verify(asking: &mut dyn Asking, customer: &Record) -> Result<()> {
    let own = customer.find(Customer::OWNER).map(Id::raw);
    if own.is_some() && own == asking.actor().user { Err(Error::forbidden("own_customer")) } else { Ok(()) }
}

/// Says whether a customer is genuine; who holds one that is not is told.
// Rule: customer.verify
pub fn verify(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = VerifyInput::from_record(input).ok_or_else(|| Error::invalid("verdict", "required"))?;
    may_verify(tx, customer)?;
    if input.verdict != Verdict::Genuine && input.note.is_none() {
        return Err(Error::invalid("note", "required"));
    }
    let mut customer = customer.clone();
    let verifier = tx.actor().user.map(Id::<User>::new);
    customer.set(Customer::VERDICT, Some(input.verdict));
    customer.set(Customer::VERIFIED_BY, verifier);
    customer.set(Customer::VERIFIED_AT, Some(tx.now()));
    customer.set(Customer::VERDICT_NOTE, input.note.clone());
    let customer = tx.update(customer, "customer.verify")?;
    let code = match input.verdict {
        Verdict::Genuine => return Outcome::done(),
        Verdict::Doubtful => "customer_doubtful",
        Verdict::False => "customer_false",
    };
    if let Some(owner) = customer.find(Customer::OWNER) {
        let by = directory::name_of(tx, verifier)?;
        let note = input.note.map(|note| note.0).unwrap_or_default();
        let args = vec![("name", customer.title().to_owned()), ("by", by), ("note", note)];
        tx.notify(Notice { user: owner.raw(), code, args, about: Some(("customer".to_owned(), customer.id())) })?;
    }
    Outcome::done()
}

/// Another name or telephone has to be looked into again.
// Rule: customer.verify_again
pub fn verify_again(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let corrected = change.touches(Customer::NAME)
        || change.touches(Customer::MOBILE)
        || change.touches(Customer::PHONE)
        || change.touches(Customer::CREDIT_CODE);
    if change.op == Op::Update && change.by.is_none() && corrected {
        change.new.set(Customer::VERDICT, None);
        change.new.set(Customer::VERIFIED_BY, None);
        change.new.set(Customer::VERIFIED_AT, None);
        change.new.set(Customer::VERDICT_NOTE, None);
    }
    Ok(())
}
