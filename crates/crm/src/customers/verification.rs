//! Whether what was entered is true: superiors look into it (CUS-49).

use guanxi_model::action::Outcome;
use guanxi_model::entity::Implied;
use guanxi_model::field::LongText;
use guanxi_model::filter::Filter;
use guanxi_model::system::User;
use guanxi_model::tx::{Asking, Notice};
use guanxi_model::{Change, Choice, Error, Id, Input, Op, Query, Record, Result, Tx};

use super::customer::Customer;
use super::ownership::{Ownership, Start};
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

/// Says whether a customer is genuine; who holds one that is not is told, and who entered it.
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
    let answerable = who_entered(tx, &customer)?;
    customer.set(Customer::ANSWERABLE, answerable);
    let customer = tx.update(customer, "customer.verify")?;
    let code = match input.verdict {
        Verdict::Genuine => return Outcome::done(),
        Verdict::Doubtful => "customer_doubtful",
        Verdict::False => "customer_false",
    };
    let by = directory::name_of(tx, verifier)?;
    let note = input.note.map(|note| note.0).unwrap_or_default();
    let mut told: Vec<i64> = [customer.find(Customer::OWNER), answerable].into_iter().flatten().map(Id::raw).collect();
    told.dedup();
    for user in told {
        let args = vec![("name", customer.title().to_owned()), ("by", by.clone()), ("note", note.clone())];
        tx.notify(Notice { user, code, args, about: Some(("customer".to_owned(), customer.id())) })?;
    }
    Outcome::done()
}

/// Whose work the entry was: who held the customer when it was entered, as a file or a lead may have been brought in by somebody
/// else; of one that was entered for the pool, who entered it. Later holders answer for nothing they found there.
fn who_entered(tx: &mut dyn Tx, customer: &Record) -> Result<Option<Id<User>>> {
    let here = Filter::refers_to(Ownership::CUSTOMER.index, [customer.id()]);
    let past = tx.find(&Query::of("ownership", here).limit(1))?.into_iter().next();
    let (first, start) = match past {
        Some(past) => (past.get(Ownership::USER), past.find(Ownership::START)),
        None => (customer.find(Customer::OWNER), customer.find(Customer::OWNED_HOW)),
    };
    let from_the_start = matches!(start, Some(Start::Entered | Start::Converted));
    Ok(first.filter(|_| from_the_start).or(customer.find(Implied::created_by::<Customer>())))
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
        change.new.set(Customer::ANSWERABLE, None);
    }
    Ok(())
}
