//! Changing the rules of a pool: what it would move, and carrying it through.

use guanxi_model::action::Outcome;
use guanxi_model::entity::ID;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::job::{Job, Schedule, Work};
use guanxi_model::tx::Reader;
use guanxi_model::{Action, Change, Entity, EntityType, Error, Id, Input, Instant, Op, Query, Record, Result, Rules, Tx, Value};

use super::claim::usage;
use super::customer::Customer;
use super::pool::{LapseBasis, Pool, PoolMember};
use super::pool_members::is_member;
use super::protection::{clock_of, protected_until};
use crate::settings::BusinessSettings;
use crate::team::directory;
use crate::team::structure::there_already;

/// Customers treated in one transaction.
const BATCH: usize = 500;
/// Customers a dry run names.
const NAMED: usize = 200;

/// Carries a change of the rules through to every customer of the pool.
pub const APPLY: Job = Job { name: "pool.apply_rules", schedule: Schedule::Queued, work: Work::Record(apply_rules) };

/// The customers of a pool that someone holds, a batch at a time.
fn held_customers(reader: &mut dyn Reader, pool: i64, after: i64) -> Result<Vec<Record>> {
    let filter = Filter::refers_to(Customer::POOL.index, [pool])
        .and(Filter::is(Customer::OWNER.index, Test::NotEmpty))
        .and(Filter::is(ID, Test::Gt(Value::Int(after))));
    reader.find(&Query::of("customer", filter).limit(BATCH).along_order())
}

/// A changed period holds for the customers already protected.
// Rule: pool.rules_changed
fn mark_changed(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    if rules_changed(change) {
        change.new.set(Pool::APPLIED_TO, Some(0));
    }
    Ok(())
}

fn rules_changed(change: &Change<'_>) -> bool {
    change.op == Op::Update
        && (change.touches(Pool::POTENTIAL_DAYS) || change.touches(Pool::INTENT_DAYS) || change.touches(Pool::LAPSE_BASIS))
}

fn enqueue_changed(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if rules_changed(change) {
        tx.enqueue(APPLY.name, "pool", change.new.id())?;
    }
    Ok(())
}

/// One batch; the rest follows in the next transaction.
// Rule: pool.apply_rules
fn apply_rules(tx: &mut dyn Tx, pool: &Record) -> Result<()> {
    let Some(mut pool) = tx.load("pool", pool.id())? else { return Ok(()) };
    let Some(after) = pool.find(Pool::APPLIED_TO) else { return Ok(()) };
    let customers = held_customers(tx, pool.id(), after)?;
    let last = customers.last().map(Record::id);
    let settings = BusinessSettings::of(tx)?;
    let rules = Pool::from_record(&pool);
    for customer in customers {
        if rules.as_ref().is_some_and(|rules| until_under(rules, &settings, &customer) != until_now(&customer)) {
            tx.update(customer, "pool.apply_rules")?;
        }
    }
    pool.set(Pool::APPLIED_TO, last);
    let pool = tx.update(pool, "pool.apply_rules")?;
    if last.is_some() {
        tx.enqueue(APPLY.name, "pool", pool.id())?;
    }
    Ok(())
}

fn until_now(customer: &Record) -> Option<Instant> {
    customer.find(Customer::PROTECTED_UNTIL)
}

fn until_under(rules: &Pool, settings: &BusinessSettings, customer: &Record) -> Option<Instant> {
    if customer.find(Customer::INVALID_REASON).is_some() {
        return None;
    }
    let stage = settings.stage_of(customer.find(Customer::LIFECYCLE).as_ref());
    clock_of(customer).and_then(|clock| protected_until(rules, stage, clock))
}

/// One default pool at a time.
// Rule: pool.one_default
fn one_default(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.new.get(Pool::IS_DEFAULT) != Some(true) || !change.touches(Pool::IS_DEFAULT) {
        return Ok(());
    }
    let others = Filter::is(Pool::IS_DEFAULT.index, Test::Eq(Value::Bool(true)));
    for mut other in tx.find(&Query::of("pool", others))? {
        if other.id() != change.new.id() {
            other.set(Pool::IS_DEFAULT, false);
            tx.update(other, "pool.one_default")?;
        }
    }
    Ok(())
}

/// A pool that still has customers stays.
// Rule: pool.not_in_use
fn not_in_use(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op != Op::Delete {
        return Ok(());
    }
    let used = Filter::refers_to(Customer::POOL.index, [change.new.id()]);
    if tx.count(&Query::of("customer", used).limit(1))? > 0 {
        return Err(Error::conflict("pool_in_use"));
    }
    Ok(())
}

/// A membership names someone.
// Rule: pool_member.names_someone
fn names_someone(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let everyone = change.new.get(PoolMember::EVERYONE) == Some(true);
    let named = change.after(PoolMember::USER).is_some() || change.after(PoolMember::DEPARTMENT).is_some();
    if everyone || named { Ok(()) } else { Err(Error::invalid("user", "required")) }
}

/// Nobody is a member of a pool twice.
// Rule: pool_member.once
fn member_once(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let same = [PoolMember::POOL.index, PoolMember::USER.index, PoolMember::DEPARTMENT.index, PoolMember::EVERYONE.index]
        .into_iter()
        .fold(Filter::All, |same, index| same.and(Filter::eq(index, change.new.at(index).clone())));
    if there_already(change, tx, same)? { Err(Error::invalid("user", "already_member")) } else { Ok(()) }
}

#[derive(Input)]
pub struct DryRunInput {
    #[field(range = "0..3650")]
    pub potential_days: Option<i64>,
    #[field(range = "0..3650")]
    pub intent_days: Option<i64>,
    pub lapse_basis: Option<LapseBasis>,
    #[field(range = "0..365")]
    pub warn_days: Option<i64>,
}

/// Which customers would fall back at once under other rules, and which within the warning days;
/// and whether the pool takes customers back at all.
// Rule: pool.dry_run
fn dry_run(tx: &mut dyn Tx, pool: &Record, input: &Record) -> Result<Outcome> {
    let input = DryRunInput::from_record(input).ok_or_else(|| Error::invalid("potential_days", "not_an_integer"))?;
    let mut rules = Pool::from_record(pool).ok_or_else(Error::not_found)?;
    rules.potential_days = input.potential_days.unwrap_or(rules.potential_days);
    rules.intent_days = input.intent_days.unwrap_or(rules.intent_days);
    rules.lapse_basis = input.lapse_basis.unwrap_or(rules.lapse_basis);
    rules.warn_days = input.warn_days.unwrap_or(rules.warn_days);
    let settings = BusinessSettings::of(tx)?;
    let now = tx.now();
    let warned_until = now.plus_days(rules.warn_days);
    let (mut moves, mut warned) = (0_i64, 0_i64);
    // Those that go first are named, whatever their order in the table.
    let mut first: Vec<(Instant, Record)> = Vec::new();
    let mut after = 0;
    loop {
        let batch = held_customers(tx, pool.id(), after)?;
        let Some(last) = batch.last().map(Record::id) else { break };
        after = last;
        for customer in batch {
            let waits = customer.find(Customer::APPLICATION).is_some();
            let Some(then) = until_under(&rules, &settings, &customer).filter(|then| !waits && *then <= warned_until) else { continue };
            if then <= now {
                moves += 1
            } else {
                warned += 1
            }
            first.push((then, customer));
        }
        first.sort_by_key(|(then, customer)| (*then, customer.id()));
        first.truncate(NAMED);
    }
    let mut outcome = Outcome::default();
    for (then, customer) in &first {
        outcome.items.push(row(tx, customer, *then)?);
    }
    Ok(outcome.value("moves", moves).value("warned", warned).value("auto_return", rules.auto_return))
}

fn row(tx: &mut dyn Tx, customer: &Record, then: Instant) -> Result<Vec<(&'static str, String)>> {
    let owner = directory::name_of(tx, customer.find(Customer::OWNER))?;
    let until = until_now(customer).map(Instant::to_rfc3339).unwrap_or_default();
    let (id, title) = (customer.id().to_string(), customer.title().to_owned());
    Ok(vec![("id", id), ("title", title), ("owner", owner), ("until_now", until), ("until_then", then.to_rfc3339())])
}

/// How much of what a pool allows the actor has used, and how many customers wait in it.
// Rule: pool.usage
fn pool_usage(tx: &mut dyn Tx, pool: &Record, _: &Record) -> Result<Outcome> {
    let rules = Pool::from_record(pool).ok_or_else(Error::not_found)?;
    let mut outcome = Outcome::default().value("claim_limit", rules.claim_per_day).value("held_limit", rules.capacity);
    if let Some(user) = tx.actor().user.map(Id::new) {
        let used = usage(tx, user)?;
        let member = is_member(tx, Some(pool.typed_id()), user)?;
        outcome = outcome.value("member", member).value("claimed_today", used.claimed_today).value("held", used.held);
    }
    Ok(outcome)
}

pub fn entity_types() -> [EntityType; 2] {
    let rules = Rules::new().fill(mark_changed).check(not_in_use).react(one_default).react(enqueue_changed);
    [
        EntityType::plain::<Pool>()
            .rules(rules)
            .action(Action::new("dry-run", dry_run).single().input::<DryRunInput>().quiet().needs("edit"))
            .action(Action::new("usage", pool_usage).single().quiet())
            .job(APPLY),
        EntityType::plain::<PoolMember>().rules(Rules::new().check(names_someone).check(member_once)),
    ]
}
