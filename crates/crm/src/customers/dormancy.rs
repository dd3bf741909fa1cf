//! Official customers without business for long are dormant; who speaks to them wakes them (AM-05).

use guanxi_model::entity::UPDATED_AT;
use guanxi_model::field::Code;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::job::{Job, Schedule, Work};
use guanxi_model::tx::Reader;
use guanxi_model::{Query, Record, Result, Tx, Value};

use super::customer::Customer;
use crate::settings::BusinessSettings;
use crate::settings::lifecycle_words::DORMANT;

/// Minute of the company's day at which the sweep runs: 03:30.
const SWEEP_AT: i64 = 3 * 60 + 30;

pub const SWEEP: Job =
    Job { name: "customer.become_dormant", schedule: Schedule::Daily(SWEEP_AT), work: Work::Sweep { due, each: become_dormant } };

/// Official customers of whom nothing was heard and nothing was changed for so many days.
// Rule: customer.due_for_dormancy
fn due(reader: &mut dyn Reader) -> Result<Option<Query>> {
    let settings = BusinessSettings::of(reader)?;
    let official = settings.official_lifecycle();
    if settings.dormant_after_days <= 0 || official.0 == DORMANT {
        return Ok(None);
    }
    let since = Value::Instant(reader.now().plus_days(-settings.dormant_after_days));
    let before = |field: usize| Filter::is(field, Test::Lt(since.clone()));
    let silent = before(Customer::LAST_CONTACT_AT.index).or(Filter::is(Customer::LAST_CONTACT_AT.index, Test::Empty));
    let lifecycle = Filter::is(Customer::LIFECYCLE.index, Test::Eq(Value::Text(official.0)));
    let filter = lifecycle.and(silent).and(before(UPDATED_AT));
    Ok(Some(Query::of("customer", filter).order(UPDATED_AT, false).along_order()))
}

// Rule: customer.become_dormant
fn become_dormant(tx: &mut dyn Tx, customer: &Record) -> Result<()> {
    let mut customer = customer.clone();
    customer.set(Customer::LIFECYCLE, Some(Code(DORMANT.to_owned())));
    tx.update(customer, "customer.become_dormant")?;
    Ok(())
}

/// What a customer is who is spoken to: no longer dormant, where the product itself makes customers dormant.
pub fn wake(tx: &mut dyn Tx, customer: &mut Record) -> Result<()> {
    let settings = BusinessSettings::of(tx)?;
    if settings.dormant_after_days > 0 && customer.find(Customer::LIFECYCLE).is_some_and(|state| state.0 == DORMANT) {
        customer.set(Customer::LIFECYCLE, Some(settings.official_lifecycle()));
    }
    Ok(())
}
