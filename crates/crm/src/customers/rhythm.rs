//! How often a customer is to be spoken to, by its stars (CUS-26).

use guanxi_model::filter::{Filter, Test};
use guanxi_model::{Change, Op, Result, Tx, Value};

use super::customer::Customer;
use crate::settings::BusinessSettings;

/// Who is held and has stars is spoken to again so many days after the last time, unless something else is agreed.
// Rule: customer.contact_rhythm
pub fn plan(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let planned = change.after(Customer::NEXT_CONTACT_AT).is_some() || change.after(Customer::INVALID_REASON).is_some();
    let Some(star) = change.after(Customer::STAR).filter(|_| !planned && change.after(Customer::OWNER).is_some()) else { return Ok(()) };
    if change.op == Op::Delete {
        return Ok(());
    }
    let Some(days) = BusinessSettings::of(tx)?.days_between_contacts(star) else { return Ok(()) };
    let since = change.after(Customer::LAST_CONTACT_AT).max(change.after(Customer::OWNED_SINCE));
    let next = since.unwrap_or(tx.now()).plus_days(days);
    change.new.set(Customer::NEXT_CONTACT_AT, Some(next));
    Ok(())
}

/// Those for whom nothing is planned though their stars ask for it.
pub fn unplanned(settings: &BusinessSettings) -> Filter {
    let stars: Vec<Value> = (1..=5).filter(|star| settings.days_between_contacts(*star).is_some()).map(Value::Int).collect();
    if stars.is_empty() {
        return Filter::Nothing;
    }
    let empty = |field: usize| Filter::is(field, Test::Empty);
    Filter::is(Customer::STAR.index, Test::In(stars.into()))
        .and(empty(Customer::NEXT_CONTACT_AT.index))
        .and(empty(Customer::INVALID_REASON.index))
        .and(Filter::is(Customer::OWNER.index, Test::NotEmpty))
}
