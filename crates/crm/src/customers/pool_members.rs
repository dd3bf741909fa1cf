//! Who belongs to which pool, and which pool a customer belongs to.

use std::rc::Rc;

use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::User;
use guanxi_model::tx::Reader;
use guanxi_model::{Actor, Id, Query, Record, Result, Value};

use super::customer::Customer;
use super::pool::{Pool, PoolMember};
use crate::settings::remembered;
use crate::team::directory;

/// More than any company has.
const POOLS: usize = 200;

/// The rules of a customer's pool.
pub fn pool_of(reader: &mut dyn Reader, customer: &Record) -> Result<Option<Rc<Pool>>> {
    let Some(pool) = customer.find(Customer::POOL) else { return Ok(None) };
    Ok(reader.get(pool)?.as_ref().and_then(remembered))
}

/// The pools a user may claim from; the ones they are named in come first.
pub fn pools_of(reader: &mut dyn Reader, user: Id<User>) -> Result<Vec<i64>> {
    let departments = directory::departments_of(reader, user)?;
    let named = Filter::refers_to(PoolMember::USER.index, [user.raw()]).or(Filter::refers_to(PoolMember::DEPARTMENT.index, departments));
    let open = Filter::is(PoolMember::EVERYONE.index, Test::Eq(Value::Bool(true)));
    let mut pools: Vec<i64> = Vec::new();
    for filter in [named, open] {
        for member in reader.find(&Query::of("pool_member", filter).limit(POOLS))? {
            if let Some(pool) = member.get(PoolMember::POOL)
                && !pools.contains(&pool.raw())
            {
                pools.push(pool.raw());
            }
        }
    }
    Ok(pools)
}

/// Whether a user may claim from a pool.
pub fn is_member(reader: &mut dyn Reader, pool: Option<Id<Pool>>, user: Id<User>) -> Result<bool> {
    let Some(pool) = pool else { return Ok(true) };
    Ok(pools_of(reader, user)?.contains(&pool.raw()))
}

/// The pool of a new customer: the one its owner is named in, else the default one.
// Rule: customer.home_pool
pub fn home_pool(reader: &mut dyn Reader, owner: Option<Id<User>>) -> Result<Option<Id<Pool>>> {
    let pools = reader.find(&Query::of("pool", Filter::All).limit(POOLS))?;
    let default = pools.iter().find(|pool| pool.get(Pool::IS_DEFAULT) == Some(true)).or(pools.first());
    let default = default.map(Record::typed_id::<Pool>);
    let Some(owner) = owner.filter(|_| pools.len() > 1) else { return Ok(default) };
    let departments = directory::departments_of(reader, owner)?;
    let named = Filter::refers_to(PoolMember::USER.index, [owner.raw()]).or(Filter::refers_to(PoolMember::DEPARTMENT.index, departments));
    let member = reader.find(&Query::of("pool_member", named).limit(1))?;
    Ok(member.first().and_then(|member| member.get(PoolMember::POOL)).or(default))
}

/// The members of a pool see its customers without an owner (POL-07).
// Rule: customer.pool_reach
pub fn reach(reader: &mut dyn Reader, actor: &Actor) -> Result<Filter> {
    let Some(user) = actor.user else { return Ok(Filter::All) };
    let pools = pools_of(reader, Id::new(user))?;
    let unowned = Filter::is(Customer::OWNER.index, Test::Empty);
    let valid = Filter::is(Customer::INVALID_REASON.index, Test::Empty);
    Ok(Filter::refers_to(Customer::POOL.index, pools).and(unowned).and(valid))
}
