//! Protection (保护期): how long a customer stays with its owner.

use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::User;
use guanxi_model::{Change, Choice, Id, Instant, Op, Record, Result, Tx, Value};

use super::customer::Customer;
use super::hand_on::tell_new_owner;
use super::ownership::Start;
use super::pool::{LapseBasis, Pool};
use super::pool_members::pool_of;
use crate::settings::{BusinessSettings, Stage};
use crate::team::directory;

/// The rule by which a customer is protected.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectionRule {
    Potential,
    Intent,
    /// Never lapses: official customers, stages whose period is 0, and partners.
    Exempt,
}

/// What a period is counted from.
#[derive(Clone, Copy, Debug)]
pub struct ProtectionClock {
    pub since: Instant,
    pub extension_days: i64,
    pub last_contact: Option<Instant>,
}

impl ProtectionClock {
    /// What the period is counted from.
    pub fn start(&self, pool: &Pool) -> Instant {
        match (pool.lapse_basis, self.last_contact) {
            (LapseBasis::LastContact, Some(contact)) => contact.max(self.since),
            _ => self.since,
        }
    }
}

/// When a customer falls back; none where it never does.
// Rule: customer.protection_period
pub fn protected_until(pool: &Pool, stage: Stage, clock: ProtectionClock) -> Option<Instant> {
    let days = match stage {
        Stage::Potential => pool.potential_days,
        Stage::Intent => pool.intent_days,
        Stage::Official => 0,
    };
    if days <= 0 {
        return None;
    }
    Some(clock.start(pool).plus_days(days.saturating_add(clock.extension_days)))
}

/// The clock of a customer as it stands; none where nobody holds it.
pub fn clock_of(customer: &Record) -> Option<ProtectionClock> {
    customer.find(Customer::OWNER)?;
    Some(ProtectionClock {
        since: customer.find(Customer::PROTECTED_SINCE)?,
        extension_days: customer.get(Customer::EXTENSION_DAYS).unwrap_or(0),
        last_contact: customer.find(Customer::LAST_CONTACT_AT),
    })
}

/// Protects for the owner from entry on; a new owner or a new stage starts a new clock.
// Rule: customer.protection
pub fn protect(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Delete {
        return Ok(());
    }
    let settings = BusinessSettings::of(tx)?;
    let pool = pool_of(tx, change.new)?;
    let stage = settings.stage_of(change.new.find(Customer::LIFECYCLE).as_ref());
    let stage_before = change.old.map(|old| settings.stage_of(old.find(Customer::LIFECYCLE).as_ref()));
    if stage == Stage::Official && stage_before.is_some_and(|before| before != Stage::Official) {
        hand_to_after_sales(change, tx, pool.as_deref())?;
    }
    let now = tx.now();
    let new_owner = change.touches(Customer::OWNER);
    let made_valid = change.touches(Customer::INVALID_REASON) && change.after(Customer::INVALID_REASON).is_none();
    if new_owner {
        note_new_owner(change, now);
    }
    let exempt = settings.is_exempt(change.after(Customer::RELATION).as_ref());
    let no_longer_exempt = change.touches(Customer::RELATION) && !exempt && settings.is_exempt(change.before(Customer::RELATION).as_ref());
    if change.old.is_none() || new_owner || made_valid || no_longer_exempt || stage_before != Some(stage) {
        start_clock(change, now);
    }
    let held = change.after(Customer::OWNER).is_some() && change.after(Customer::INVALID_REASON).is_none();
    let (until, rule) = match (held, &pool) {
        (false, _) => (None, None),
        (true, Some(_)) if exempt => (None, Some(ProtectionRule::Exempt)),
        (true, None) => (None, Some(ProtectionRule::Exempt)),
        (true, Some(pool)) => {
            let until = clock_of(change.new).and_then(|clock| protected_until(pool, stage, clock));
            let rule = match (until, stage) {
                (None, _) => ProtectionRule::Exempt,
                (Some(_), Stage::Intent) => ProtectionRule::Intent,
                (Some(_), _) => ProtectionRule::Potential,
            };
            (until, Some(rule))
        }
    };
    change.new.set(Customer::PROTECTED_UNTIL, until);
    change.new.set(Customer::PROTECTION_RULE, rule);
    if change.old.is_some_and(|old| old.find(Customer::PROTECTED_UNTIL) != until) {
        change.new.set(Customer::WARNED_AT, None);
    }
    Ok(())
}

/// Partners whose clock still runs, as it does until the next save after the settings have changed.
pub fn wrongly_protected(settings: &BusinessSettings) -> Filter {
    let exempt: Vec<Value> = settings.exempt_relations.iter().map(|code| Value::Text(code.0.clone())).collect();
    if exempt.is_empty() {
        return Filter::Nothing;
    }
    Filter::is(Customer::RELATION.index, Test::In(exempt.into())).and(Filter::is(Customer::PROTECTED_UNTIL.index, Test::NotEmpty))
}

/// A new clock; rules that bring a clock along (demonstration data, conversions) keep it.
fn start_clock(change: &mut Change<'_>, now: Instant) {
    let brought = change.old.is_none() && change.by.is_some() && change.after(Customer::PROTECTED_SINCE).is_some();
    if !brought {
        let held = change.after(Customer::OWNER).is_some();
        change.new.set(Customer::PROTECTED_SINCE, held.then_some(now));
    }
    change.new.set(Customer::EXTENSIONS, 0);
    change.new.set(Customer::EXTENSION_DAYS, 0);
    change.new.set(Customer::APPLICATION, None);
}

/// Since when and how the owner holds the customer.
// Rule: customer.owner_note
fn note_new_owner(change: &mut Change<'_>, now: Instant) {
    let held = change.after(Customer::OWNER).is_some();
    let since = change.after(Customer::OWNED_SINCE).filter(|_| change.old.is_none() && change.by.is_some());
    let after_sales =
        change.after(Customer::OWNED_HOW) == Some(Start::AfterSales) && change.before(Customer::OWNED_HOW) != Some(Start::AfterSales);
    let how = if after_sales { Start::AfterSales } else { Start::by(change.by, change.op) };
    change.new.set(Customer::OWNED_SINCE, held.then_some(since.unwrap_or(now)));
    change.new.set(Customer::OWNED_HOW, held.then_some(how));
    if change.by.is_none() {
        change.new.set(Customer::OWNER_REASON, None);
    }
}

/// Official customers pass to after-sales where the pool names someone; who sold stays follower.
// Rule: customer.after_sales
fn hand_to_after_sales(change: &mut Change<'_>, tx: &mut dyn Tx, pool: Option<&Pool>) -> Result<()> {
    let Some(pool) = pool else { return Ok(()) };
    let receiver = match (pool.after_sales_user, pool.after_sales_team) {
        (Some(user), _) => Some(user),
        (None, Some(team)) => least_loaded(tx, team.raw())?,
        (None, None) => None,
    };
    let Some(receiver) = receiver else { return Ok(()) };
    let seller = change.after(Customer::OWNER);
    if seller == Some(receiver) || !directory::is_active(tx, receiver)? {
        return Ok(());
    }
    if change.after(Customer::FOLLOWER).is_none() {
        change.new.set(Customer::FOLLOWER, seller);
    }
    change.new.set(Customer::OWNER, Some(receiver));
    change.new.set(Customer::OWNED_HOW, Some(Start::AfterSales));
    Ok(())
}

/// Whoever takes over an official customer is told.
// Rule: customer.after_sales_told
pub fn tell_after_sales(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let passed = change.op == Op::Update && change.touches(Customer::OWNER);
    if passed && change.after(Customer::OWNED_HOW) == Some(Start::AfterSales) {
        tell_new_owner(tx, change.new)?;
    }
    Ok(())
}

/// The active member of a team who holds the fewest customers.
pub fn least_loaded(tx: &mut dyn Tx, team: i64) -> Result<Option<Id<User>>> {
    use guanxi_model::Query;
    let mut best: Option<(i64, Id<User>)> = None;
    for member in directory::team_members(tx, team)? {
        let own = Filter::refers_to(Customer::OWNER.index, [member.raw()]);
        let held = tx.count(&Query::of("customer", own).limit(100_000))?;
        if best.is_none_or(|(fewest, _)| held < fewest) {
            best = Some((held, member));
        }
    }
    Ok(best.map(|(_, member)| member))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(basis: LapseBasis) -> Pool {
        Pool { lapse_basis: basis, ..Pool::initial("P") }
    }

    fn clock(last_contact: Option<i64>, extension_days: i64) -> ProtectionClock {
        let day = |n: i64| Instant(0).plus_days(n);
        ProtectionClock { since: day(0), extension_days, last_contact: last_contact.map(day) }
    }

    fn days(until: Option<Instant>) -> Option<i64> {
        until.map(|at| at.0 / guanxi_model::time::DAY_MS)
    }

    #[test]
    fn potential_customers_are_protected_thirty_days_and_intent_fifteen() {
        let pool = pool(LapseBasis::StageProgress);
        assert_eq!(days(protected_until(&pool, Stage::Potential, clock(None, 0))), Some(30));
        assert_eq!(days(protected_until(&pool, Stage::Intent, clock(None, 0))), Some(15));
        assert_eq!(days(protected_until(&pool, Stage::Official, clock(None, 0))), None);
    }

    #[test]
    fn contacts_count_only_where_the_pool_says_so() {
        let stage = Stage::Potential;
        assert_eq!(days(protected_until(&pool(LapseBasis::StageProgress), stage, clock(Some(20), 0))), Some(30));
        assert_eq!(days(protected_until(&pool(LapseBasis::LastContact), stage, clock(Some(20), 0))), Some(50));
        assert_eq!(days(protected_until(&pool(LapseBasis::LastContact), stage, clock(Some(-5), 0))), Some(30));
    }

    #[test]
    fn an_extension_adds_its_days() {
        let pool = pool(LapseBasis::StageProgress);
        assert_eq!(days(protected_until(&pool, Stage::Intent, clock(None, 15))), Some(30));
    }

    #[test]
    fn a_period_of_zero_never_ends() {
        let pool = Pool { potential_days: 0, ..pool(LapseBasis::StageProgress) };
        assert_eq!(protected_until(&pool, Stage::Potential, clock(None, 0)), None);
    }
}
