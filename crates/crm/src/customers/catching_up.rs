//! Carrying changed settings through to the customers they concern.

use guanxi_model::entity::{CREATED_AT, Implied};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::job::{Job, Schedule, Work};
use guanxi_model::tx::Reader;
use guanxi_model::{Choice, Instant, Query, Record, Result, Tx, Value};

use super::customer::Customer;
use super::depth::Standard;
use super::{protection, rhythm};
use crate::settings::BusinessSettings;

/// Minutes between two runs of the sweep.
const PERIOD: i64 = 10;
/// How long after a change of the settings customers are looked for, one by one: an hour, so that a sweep that was
/// interrupted is made up for.
const LOOKED_FOR_MS: i64 = 3_600_000;

pub const SWEEP: Job =
    Job { name: "customer.follow_settings", schedule: Schedule::EveryMinutes(PERIOD), work: Work::Sweep { due, each: save_again } };

/// Customers that are not as the settings, changed a short while ago, want them.
// Rule: customer.behind_settings
fn due(reader: &mut dyn Reader) -> Result<Option<Query>> {
    let now = reader.now();
    let since = Instant(now.0.saturating_sub(LOOKED_FOR_MS));
    let changed = reader.only("business_settings")?.and_then(|settings| settings.get(Implied::updated_at::<BusinessSettings>()));
    if changed.is_none_or(|changed| changed < since) {
        return Ok(None);
    }
    let settings = BusinessSettings::of(reader)?;
    let behind = off_the_mark(&settings).or(protection::wrongly_protected(&settings)).or(rhythm::unplanned(&settings));
    let entered = Filter::is(CREATED_AT, Test::Le(Value::Instant(now)));
    Ok(Some(Query::of("customer", entered.and(behind)).order(CREATED_AT, false).along_order()))
}

/// Complete enough and called not so, or the other way.
fn off_the_mark(settings: &BusinessSettings) -> Filter {
    let mark = || Value::Int(settings.completeness_pass);
    let is_not = |standard: Standard| Filter::is(Customer::STANDARD.index, Test::Ne(Value::text(standard.code())));
    let reached = Filter::is(Customer::COMPLETENESS.index, Test::Ge(mark())).and(is_not(Standard::Passed));
    reached.or(Filter::is(Customer::COMPLETENESS.index, Test::Lt(mark())).and(is_not(Standard::Failed)))
}

/// Everything that follows from the settings is filled in with any save.
// Rule: customer.follow_settings
fn save_again(tx: &mut dyn Tx, customer: &Record) -> Result<()> {
    tx.update(customer.clone(), "customer.follow_settings").map(|_| ())
}
