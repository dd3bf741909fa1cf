//! Falling back into the pool when the protection is over (POL-02, POL-03).

use guanxi_model::filter::{Filter, Test};
use guanxi_model::job::{Job, Schedule, Work};
use guanxi_model::system::User;
use guanxi_model::tx::{Notice, Reader};
use guanxi_model::{Id, Instant, Query, Record, Result, Tx, Value};

use super::customer::Customer;
use super::pool::Pool;
use crate::settings::BusinessSettings;
use crate::team::directory;

/// Minutes between two runs of the sweep.
const PERIOD: i64 = 10;
/// Minute of the company's day at which owners are warned: 08:30.
const WARN_AT: i64 = 8 * 60 + 30;

pub const RETURN: Job = Job {
    name: "customer.return_to_pool",
    schedule: Schedule::EveryMinutes(PERIOD),
    work: Work::Sweep { due: due_for_return, each: return_to_pool },
};

pub const WARN: Job =
    Job { name: "customer.warn_before_return", schedule: Schedule::Daily(WARN_AT), work: Work::Sweep { due: due_for_warning, each: warn } };

/// The pools whose customers fall back by themselves.
fn returning_pools(reader: &mut dyn Reader) -> Result<Vec<Record>> {
    let on = Filter::is(Pool::AUTO_RETURN.index, Test::Eq(Value::Bool(true)));
    reader.find(&Query::of("pool", on).limit(200))
}

/// Held, not waiting for a decision.
fn held() -> Filter {
    Filter::is(Customer::OWNER.index, Test::NotEmpty).and(Filter::is(Customer::APPLICATION.index, Test::Empty))
}

/// Customers whose protection is over. A pending application stops the clock.
// Rule: customer.due_for_return
fn due_for_return(reader: &mut dyn Reader) -> Result<Option<Query>> {
    let settings = BusinessSettings::of(reader)?;
    let pools: Vec<i64> = returning_pools(reader)?.iter().map(Record::id).collect();
    if settings.returns_paused || pools.is_empty() {
        return Ok(None);
    }
    let over = Filter::is(Customer::PROTECTED_UNTIL.index, Test::Le(Value::Instant(reader.now())));
    // What was made exempt a moment ago is not swept up before it has been saved again.
    let exempt = settings.exempt_relations.iter().map(|code| Value::Text(code.0.clone())).collect::<Vec<_>>();
    let lapses = Filter::is(Customer::RELATION.index, Test::NotIn(exempt.into()));
    let filter = over.and(held()).and(Filter::refers_to(Customer::POOL.index, pools)).and(lapses);
    Ok(Some(Query::of("customer", filter).order(Customer::PROTECTED_UNTIL.index, false).along_order()))
}

/// Takes the customer from its owner, who is told.
// Rule: customer.return_to_pool
fn return_to_pool(tx: &mut dyn Tx, customer: &Record) -> Result<()> {
    if too_many_returns(tx)? {
        return Ok(());
    }
    let owner = customer.find(Customer::OWNER);
    let mut customer = customer.clone();
    customer.set(Customer::OWNER, None);
    customer.set(Customer::OWNER_REASON, None);
    let customer = tx.update(customer, "customer.return_to_pool")?;
    let Some(owner) = owner else { return Ok(()) };
    tell(tx, owner, "customer_returned", &customer, Vec::new())
}

/// A clock that jumps or a rule set wrongly must not empty everyone's list: beyond the limit of
/// one run the sweep stops until an administrator lets it go on.
// Rule: customer.returns_limit
fn too_many_returns(tx: &mut dyn Tx) -> Result<bool> {
    let settings = BusinessSettings::of(tx)?;
    if settings.returns_paused {
        return Ok(true);
    }
    let run = tx.now().0.div_euclid(PERIOD * 60_000);
    let returns = tx.next_number(&format!("customer.returns:{run}"))?;
    if returns <= settings.max_returns_per_run {
        return Ok(false);
    }
    if let Some(mut record) = tx.only("business_settings")? {
        record.set(BusinessSettings::RETURNS_PAUSED, true);
        tx.update(record, "customer.returns_limit")?;
    }
    for administrator in directory::administrators(tx)? {
        let args = vec![("limit", settings.max_returns_per_run.to_string())];
        tx.notify(Notice { user: administrator.id(), code: "returns_paused", args, about: None })?;
    }
    Ok(true)
}

/// Customers that return within the warning days of their pool, the owner not yet told.
// Rule: customer.due_for_warning
fn due_for_warning(reader: &mut dyn Reader) -> Result<Option<Query>> {
    let now = reader.now();
    let (mut soon, mut latest) = (Filter::Nothing, now);
    for record in returning_pools(reader)? {
        let days = record.get(Pool::WARN_DAYS).unwrap_or(0);
        if days > 0 {
            // What is due this very moment returns.
            let within = Test::Between(Value::Instant(Instant(now.0.saturating_add(1))), Value::Instant(now.plus_days(days)));
            let of_pool = Filter::refers_to(Customer::POOL.index, [record.id()]);
            soon = soon.or(Filter::is(Customer::PROTECTED_UNTIL.index, within).and(of_pool));
            latest = latest.max(now.plus_days(days));
        }
    }
    if soon == Filter::Nothing {
        return Ok(None);
    }
    let untold = Filter::is(Customer::WARNED_AT.index, Test::Empty);
    // Of all pools together, so that the order of ends can be walked.
    let ends = Filter::is(Customer::PROTECTED_UNTIL.index, Test::Between(Value::Instant(now), Value::Instant(latest)));
    let query = Query::of("customer", ends.and(soon).and(held()).and(untold));
    Ok(Some(query.order(Customer::PROTECTED_UNTIL.index, false).along_order()))
}

/// Tells the owner and remembers it.
// Rule: customer.warn_before_return
fn warn(tx: &mut dyn Tx, customer: &Record) -> Result<()> {
    let mut customer = customer.clone();
    customer.set(Customer::WARNED_AT, Some(tx.now()));
    let customer = tx.update(customer, "customer.warn_before_return")?;
    let (Some(owner), Some(until)) = (customer.find(Customer::OWNER), customer.find(Customer::PROTECTED_UNTIL)) else {
        return Ok(());
    };
    let until = tx.zone().format(until);
    tell(tx, owner, "customer_returns_soon", &customer, vec![("until", until)])
}

fn tell(tx: &mut dyn Tx, user: Id<User>, code: &'static str, customer: &Record, more: Vec<(&'static str, String)>) -> Result<()> {
    let mut args = vec![("name", customer.title().to_owned())];
    args.extend(more);
    tx.notify(Notice { user: user.raw(), code, args, about: Some(("customer".to_owned(), customer.id())) })
}
