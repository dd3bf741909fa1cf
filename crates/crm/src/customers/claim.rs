//! Claiming from the pool (保护客户): who may, how often, how many.

use guanxi_model::action::{Outcome, Said};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::User;
use guanxi_model::tx::{Asking, Reader};
use guanxi_model::{Change, Choice, Error, Id, Instant, Op, Problem, Query, Record, Result, Status, Tx, Value};

use super::customer::Customer;
use super::ownership::{Ending, Ownership, Start};
use super::pool::Pool;
use super::pool_members::{is_member, pool_of};
use crate::settings::{BusinessSettings, Stage};
use crate::team::directory;

/// Counting stops here; no person holds more.
const COUNTED: usize = 1_000_000;

/// Why a customer cannot be claimed by a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    HasOwner {
        owner: String,
    },
    Invalid,
    NotMember,
    /// After-sales staff hold official customers alone (POL-19).
    AfterSales,
    /// Given up a short while ago (POL-05).
    Barred {
        until: String,
    },
    DailyLimit {
        used: i64,
        limit: i64,
    },
    Full {
        held: i64,
        limit: i64,
    },
}

impl Obstacle {
    /// As a sentence: the text of the refusal.
    pub fn said(&self) -> Said {
        match self {
            Self::HasOwner { owner } => Said::new("error.customer_has_owner").arg("owner", owner),
            Self::Invalid => Said::new("error.customer_invalid"),
            Self::NotMember => Said::new("error.not_a_pool_member"),
            Self::AfterSales => Said::new("error.after_sales_hold_official"),
            Self::Barred { until } => Said::new("error.claim_barred").arg("until", until),
            Self::DailyLimit { used, limit } => Said::new("error.claim_limit").arg("used", used).arg("limit", limit),
            Self::Full { held, limit } => Said::new("error.claim_capacity").arg("held", held).arg("limit", limit),
        }
    }

    /// As a refusal.
    pub fn refusal(&self) -> Error {
        let said = self.said();
        let mut problem = Problem::new(Status::Conflict, said.key.trim_start_matches("error."));
        problem.args = said.args;
        problem.into()
    }
}

/// How much a user has of what a pool allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Customers held that are not official.
    pub held: i64,
    pub claimed_today: i64,
}

/// How many customers a user holds that are not official, counted up to so many.
fn held(reader: &mut dyn Reader, user: Id<User>, most: usize) -> Result<i64> {
    let official = BusinessSettings::of(reader)?.official_codes();
    let codes: Vec<Value> = official.into_iter().map(Value::Text).collect();
    let own = Filter::refers_to(Customer::OWNER.index, [user.raw()]);
    let open = Filter::is(Customer::LIFECYCLE.index, Test::NotIn(codes.into()));
    let valid = Filter::is(Customer::INVALID_REASON.index, Test::Empty);
    reader.count(&Query::of("customer", own.and(open).and(valid)).limit(most))
}

/// What a user holds and has claimed today.
// Rule: customer.claim_usage
pub fn usage(reader: &mut dyn Reader, user: Id<User>) -> Result<Usage> {
    let held = held(reader, user, COUNTED)?;
    let own = Filter::refers_to(Customer::OWNER.index, [user.raw()]);
    let today = reader.zone().start_of(reader.today());
    let claimed = || Test::Eq(Value::Text(Start::Claimed.code().to_owned()));
    let since_today = || Test::Ge(Value::Instant(today));
    let still = own.and(Filter::is(Customer::OWNED_SINCE.index, since_today())).and(Filter::is(Customer::OWNED_HOW.index, claimed()));
    let over = Filter::refers_to(Ownership::USER.index, [user.raw()])
        .and(Filter::is(Ownership::STARTED_AT.index, since_today()))
        .and(Filter::is(Ownership::START.index, claimed()));
    let still = reader.count(&Query::of("customer", still).limit(COUNTED))?;
    let over = reader.count(&Query::of("ownership", over).limit(COUNTED))?;
    Ok(Usage { held, claimed_today: still.saturating_add(over) })
}

/// Until when a user may not claim a customer they gave up.
// Rule: customer.claim_bar
fn barred_until(reader: &mut dyn Reader, customer: &Record, user: Id<User>, pool: &Pool) -> Result<Option<Instant>> {
    let mut endings = vec![Value::Text(Ending::Released.code().to_owned())];
    if pool.bar_after_lapse {
        endings.push(Value::Text(Ending::Lapsed.code().to_owned()));
    }
    let since = reader.now().plus_days(-pool.bar_days);
    let past = Filter::refers_to(Ownership::CUSTOMER.index, [customer.id()])
        .and(Filter::refers_to(Ownership::USER.index, [user.raw()]))
        .and(Filter::is(Ownership::ENDING.index, Test::In(endings.into())))
        .and(Filter::is(Ownership::ENDED_AT.index, Test::Gt(Value::Instant(since))));
    let found = reader.find(&Query::of("ownership", past).limit(50))?;
    let last = found.iter().filter_map(|past| past.get(Ownership::ENDED_AT)).max();
    Ok(last.map(|ended| ended.plus_days(pool.bar_days)))
}

/// The bar on a customer its last holder gave up.
pub fn bar(reader: &mut dyn Reader, customer: &Record, user: Id<User>) -> Result<Option<Obstacle>> {
    let Some(pool) = pool_of(reader, customer)? else { return Ok(None) };
    let until = barred_until(reader, customer, user, &pool)?;
    Ok(until.map(|until| Obstacle::Barred { until: reader.zone().format(until) }))
}

/// Where a pool keeps after-sales apart, its staff hold no potential and intent customers.
fn reserved(reader: &mut dyn Reader, customer: &Record, user: Id<User>, pool: &Pool) -> Result<Option<Obstacle>> {
    let stage = BusinessSettings::of(reader)?.stage_of(customer.find(Customer::LIFECYCLE).as_ref());
    if !pool.after_sales_apart || stage == Stage::Official {
        return Ok(None);
    }
    let in_team = match pool.after_sales_team {
        Some(team) => directory::team_members(reader, team.raw())?.contains(&user),
        None => false,
    };
    Ok((in_team || pool.after_sales_user == Some(user)).then_some(Obstacle::AfterSales))
}

/// However a customer comes to somebody: entered, converted, claimed, given.
// Rule: customer.holder_by_stage
pub fn holder_by_stage(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let Some(owner) = change.after(Customer::OWNER).filter(|_| change.touches(Customer::OWNER)) else { return Ok(()) };
    let Some(pool) = pool_of(tx, change.new)?.filter(|_| matches!(change.op, Op::Create | Op::Update)) else { return Ok(()) };
    reserved(tx, change.new, owner, &pool)?.map_or(Ok(()), |obstacle| Err(obstacle.refusal()))
}

/// Who enters customers holds no more of them than who claims them.
// Rule: customer.entry_capacity
pub fn room(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let entered = change.op == Op::Create && (change.by.is_none() || change.by == Some("lead.convert"));
    let Some(owner) = change.after(Customer::OWNER).filter(|_| entered) else { return Ok(()) };
    let Some(pool) = pool_of(tx, change.new)?.filter(|pool| pool.capacity > 0) else { return Ok(()) };
    let official = BusinessSettings::of(tx)?.stage_of(change.after(Customer::LIFECYCLE).as_ref()) == Stage::Official;
    if official || tx.may("customer:override")? {
        return Ok(());
    }
    tx.lock(&format!("claim:{}", owner.raw()))?;
    let held = held(tx, owner, usize::try_from(pool.capacity).unwrap_or(COUNTED))?;
    if held < pool.capacity { Ok(()) } else { Err(Obstacle::Full { held, limit: pool.capacity }.refusal()) }
}

/// What stands between a user and a customer; none means it can be claimed.
// Rule: customer.claimable
pub fn obstacle(reader: &mut dyn Reader, customer: &Record, user: Id<User>, usage: Usage) -> Result<Option<Obstacle>> {
    if let Some(owner) = customer.find(Customer::OWNER) {
        return Ok(Some(Obstacle::HasOwner { owner: directory::name_of(reader, Some(owner))? }));
    }
    if customer.find(Customer::INVALID_REASON).is_some() {
        return Ok(Some(Obstacle::Invalid));
    }
    if !is_member(reader, customer.find(Customer::POOL), user)? {
        return Ok(Some(Obstacle::NotMember));
    }
    let Some(pool) = pool_of(reader, customer)? else { return Ok(None) };
    if let Some(reserved) = reserved(reader, customer, user, &pool)? {
        return Ok(Some(reserved));
    }
    if let Some(barred) = bar(reader, customer, user)? {
        return Ok(Some(barred));
    }
    if pool.claim_per_day > 0 && usage.claimed_today >= pool.claim_per_day {
        return Ok(Some(Obstacle::DailyLimit { used: usage.claimed_today, limit: pool.claim_per_day }));
    }
    if pool.capacity > 0 && usage.held >= pool.capacity {
        return Ok(Some(Obstacle::Full { held: usage.held, limit: pool.capacity }));
    }
    Ok(None)
}

/// What would refuse a claim by the actor.
pub fn may_claim(asking: &mut dyn Asking, customer: &Record) -> Result<()> {
    let Some(user) = asking.actor().user.map(Id::new) else { return Err(Error::forbidden("needs_a_user")) };
    let usage = usage(asking, user)?;
    match obstacle(asking, customer, user, usage)? {
        Some(obstacle) => Err(obstacle.refusal()),
        None => Ok(()),
    }
}

/// Claims of one person, and claims of one customer, happen one after the other, so that limits
/// hold and nobody snatches what another has just got (POL-18).
fn one_at_a_time(tx: &mut dyn Tx, customer: &Record, user: Id<User>) -> Result<Record> {
    tx.lock(&format!("claim:{}", user.raw()))?;
    tx.lock(&format!("customer:{}", customer.id()))?;
    tx.load("customer", customer.id())?.ok_or_else(Error::not_found)
}

/// Takes a customer out of the pool (POL-08).
// Rule: customer.claim
pub fn claim(tx: &mut dyn Tx, customer: &Record, _: &Record) -> Result<Outcome> {
    let user = tx.actor().user.map(Id::new).ok_or_else(|| Error::forbidden("needs_a_user"))?;
    let mut customer = one_at_a_time(tx, customer, user)?;
    may_claim(tx, &customer)?;
    customer.set(Customer::OWNER, Some(user));
    customer.set(Customer::OWNER_REASON, None);
    tx.update(customer, "customer.claim")?;
    Outcome::done()
}
