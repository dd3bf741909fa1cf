//! Why a customer is where it is, and what may be done about it (POL-20).

use guanxi_model::action::{Outcome, Said};
use guanxi_model::time::DAY_MS;
use guanxi_model::{Id, Record, Result, Tx};

use super::claim::{obstacle, usage};
use super::customer::Customer;
use super::pool::LapseBasis;
use super::pool_members::pool_of;
use super::protection::ProtectionRule;
use crate::settings::{BusinessSettings, words};
use crate::team::directory;

/// Days left, counted up: the last hours still show one day.
fn days_left(now: i64, until: i64) -> i64 {
    let left = until.saturating_sub(now).max(0);
    left / DAY_MS + i64::from(left % DAY_MS > 0)
}

/// State, remaining days, reason, and whether the actor may claim it.
// Rule: customer.explain_protection
pub fn protection(tx: &mut dyn Tx, customer: &Record, _: &Record) -> Result<Outcome> {
    let until = customer.find(Customer::PROTECTED_UNTIL);
    let owner = customer.find(Customer::OWNER);
    let pool = pool_of(tx, customer)?;
    let (state, because) = because(tx, customer)?;
    let mut outcome = Outcome::default().value("state", state).says("because", because);
    if let Some(until) = until {
        let left = days_left(tx.now().0, until.0);
        outcome = outcome.value("until", until.to_rfc3339()).value("days_left", left);
    }
    let pool = pool.as_ref();
    outcome = outcome
        .value("extensions", customer.get(Customer::EXTENSIONS).unwrap_or(0))
        .value("extension_limit", pool.map_or(0, |pool| pool.max_extensions))
        .value("held_limit", pool.map_or(0, |pool| pool.capacity))
        .value("claim_limit", pool.map_or(0, |pool| pool.claim_per_day));
    let Some(user) = tx.actor().user.map(Id::new) else { return Ok(outcome.value("claimable", owner.is_none())) };
    let usage = usage(tx, user)?;
    let obstacle = obstacle(tx, customer, user, usage)?;
    outcome = outcome.value("claimable", obstacle.is_none()).value("held", usage.held).value("claimed_today", usage.claimed_today);
    Ok(match obstacle {
        Some(obstacle) => outcome.says("why_not", obstacle.said()),
        None => outcome,
    })
}

fn because(tx: &mut dyn Tx, customer: &Record) -> Result<(&'static str, Said)> {
    if customer.find(Customer::INVALID_REASON).is_some() {
        return Ok(("invalid", Said::new("protection.invalid")));
    }
    let Some(owner) = customer.find(Customer::OWNER) else {
        let said = Said::new("protection.pool");
        return Ok((
            "pool",
            match pool_of(tx, customer)? {
                Some(pool) => Said::new("protection.in_pool").arg("pool", &pool.name),
                None => said,
            },
        ));
    };
    let owner = directory::name_of(tx, Some(owner))?;
    let settings = BusinessSettings::of(tx)?;
    if let Some(relation) = customer.find(Customer::RELATION).filter(|relation| settings.is_exempt(Some(relation))) {
        let relation = words::label(tx, "relation_type", &relation.0)?;
        return Ok(("exempt", Said::new("protection.exempt_relation").arg("owner", owner).arg("relation", relation)));
    }
    let rule = customer.find(Customer::PROTECTION_RULE);
    let (Some(until), Some(pool)) = (customer.find(Customer::PROTECTED_UNTIL), pool_of(tx, customer)?) else {
        return Ok(("exempt", Said::new("protection.exempt").arg("owner", owner)));
    };
    let since = customer.find(Customer::PROTECTED_SINCE).unwrap_or_default();
    let date = |at| tx.zone().format(at);
    let (since, until) = (date(since), date(until));
    let by_contact = pool.lapse_basis == LapseBasis::LastContact;
    let key = match (customer.find(Customer::APPLICATION), pool.auto_return, rule) {
        (Some(_), _, _) => "protection.applied",
        (None, false, _) => "protection.no_return",
        (None, true, Some(ProtectionRule::Intent)) if by_contact => "protection.intent_contact",
        (None, true, Some(ProtectionRule::Intent)) => "protection.intent",
        (None, true, _) if by_contact => "protection.potential_contact",
        (None, true, _) => "protection.potential",
    };
    let days = if rule == Some(ProtectionRule::Intent) { pool.intent_days } else { pool.potential_days };
    let extra = customer.get(Customer::EXTENSION_DAYS).unwrap_or(0);
    let said = Said::new(key).arg("owner", owner).arg("since", since).arg("until", until);
    Ok(("protected", said.arg("days", days.saturating_add(extra)).arg("pool", &pool.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hours_show_one_day() {
        assert_eq!(days_left(0, 1), 1);
        assert_eq!(days_left(0, DAY_MS), 1);
        assert_eq!(days_left(0, DAY_MS + 1), 2);
        assert_eq!(days_left(DAY_MS, 0), 0);
    }
}
