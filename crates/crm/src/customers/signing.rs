//! Signing (签约): a customer becomes official, with what was agreed (CUS-20, CUS-50, LEA-08, POL-03).

use guanxi_model::action::Outcome;
use guanxi_model::field::LongText;
use guanxi_model::system::User;
use guanxi_model::time::Date;
use guanxi_model::tx::Asking;
use guanxi_model::{Error, Id, Input, Money, Problem, Record, Result, Status, Tx};

use super::application::{self, ApplicationKind, Asked};
use super::customer::Customer;
use crate::activities::follow_up::FollowUp;
use crate::settings::{BusinessSettings, Stage, field_profile};

#[derive(Input)]
pub struct SigningInput {
    /// 实际成交金额.
    pub actual_amount: Money,
    /// Today where nothing is said.
    pub signed_on: Option<Date>,
    /// What was agreed; the reason where signings are approved.
    pub note: Option<LongText>,
}

/// Only what somebody holds is signed, once.
pub fn may_mark_won(asking: &mut dyn Asking, customer: &Record) -> Result<()> {
    let settings = BusinessSettings::of(asking)?;
    if customer.find(Customer::OWNER).is_none() {
        return Err(Error::conflict("customer_in_pool"));
    }
    if settings.stage_of(customer.find(Customer::LIFECYCLE).as_ref()) == Stage::Official {
        return Err(Error::conflict("already_official"));
    }
    if settings.signing_by_approval && customer.find(Customer::APPLICATION).is_some() {
        return Err(Error::conflict("application_pending"));
    }
    Ok(())
}

/// The customer as signing leaves it.
pub fn sign(settings: &BusinessSettings, customer: &mut Record, amount: Option<Money>, on: Option<Date>) {
    customer.set(Customer::LIFECYCLE, Some(settings.official_lifecycle()));
    customer.set(Customer::ACTUAL_AMOUNT, amount);
    customer.set(Customer::SIGNED_ON, on);
}

/// Makes a customer official, at once or when a superior has approved. What the company asks of official customers is
/// asked for here.
// Rule: customer.mark_won
pub fn mark_won(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = SigningInput::from_record(input).ok_or_else(|| Error::invalid("actual_amount", "required"))?;
    may_mark_won(tx, customer)?;
    let today = tx.zone().date_of(tx.now());
    let on = input.signed_on.unwrap_or(today);
    if on > today {
        return Err(Error::invalid("signed_on", "in_future"));
    }
    let settings = BusinessSettings::of(tx)?;
    let mut signed = customer.clone();
    sign(&settings, &mut signed, Some(input.actual_amount), Some(on));
    let lacking = field_profile::missing(tx, &signed)?;
    if !lacking.is_empty() {
        let refused = Problem::new(Status::Invalid, "invalid");
        return Err(lacking.into_iter().fold(refused, |problem, name| problem.field(name, "required")).into());
    }
    if settings.signing_by_approval {
        let reason = input.note.ok_or_else(|| Error::invalid("note", "required"))?;
        let asked = Asked { kind: ApplicationKind::Signing, reason, field: "note", amount: Some(input.actual_amount), signed_on: Some(on) };
        return application::apply(tx, customer, asked);
    }
    tx.update(signed, "customer.mark_won")?;
    if let Some(note) = input.note {
        let mut told = Record::empty(tx.catalog().get("follow_up").cloned().ok_or_else(|| Error::internal("follow_up"))?);
        let author = tx.actor().user.map(Id::<User>::new);
        told.set(FollowUp::CONTENT, note);
        told.set(FollowUp::CUSTOMER, Some(customer.typed_id()));
        told.set(FollowUp::OWNER, author);
        tx.insert(told, "customer.mark_won")?;
    }
    Outcome::done()
}
