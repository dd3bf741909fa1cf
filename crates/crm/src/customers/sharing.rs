//! Sharing a customer with colleagues who work on it together (POL-10, AM-11).

use guanxi_model::action::Outcome;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Share, ShareLevel, User};
use guanxi_model::tx::{Notice, record_of};
use guanxi_model::{AnyRef, Choice, Error, Id, Input, Query, Record, Result, Tx, Value};

use super::customer::Customer;
use crate::team::directory;

/// More shares than one customer has.
const SHARES: usize = 500;

#[derive(Input)]
pub struct ShareInput {
    pub user: Id<User>,
    #[field(default = "edit")]
    pub level: ShareLevel,
}

#[derive(Input)]
pub struct UnshareInput {
    pub user: Id<User>,
}

fn shares_of(tx: &mut dyn Tx, customer: i64) -> Result<Vec<Record>> {
    let about = Value::AnyRef(AnyRef { entity: "customer".to_owned(), id: customer });
    tx.find(&Query::of("share", Filter::is(Share::ABOUT.index, Test::Eq(about))).limit(SHARES))
}

fn share_with(tx: &mut dyn Tx, customer: i64, user: Id<User>) -> Result<Option<Record>> {
    Ok(shares_of(tx, customer)?.into_iter().find(|share| share.get(Share::USER) == Some(user)))
}

/// Opens a customer to a colleague; the owner stays the owner.
// Rule: customer.share
pub fn share(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = ShareInput::from_record(input).ok_or_else(|| Error::invalid("user", "required"))?;
    let Some(owner) = customer.find(Customer::OWNER) else { return Err(Error::conflict("customer_in_pool")) };
    if owner == input.user {
        return Err(Error::invalid("user", "user_is_owner"));
    }
    if !directory::is_active(tx, input.user)? {
        return Err(Error::invalid("user", "user_not_active"));
    }
    if let Some(mut share) = share_with(tx, customer.id(), input.user)? {
        share.set(Share::LEVEL, input.level);
        tx.update(share, "customer.share")?;
        return Outcome::done();
    }
    let about = AnyRef { entity: "customer".to_owned(), id: customer.id() };
    let catalog = tx.catalog().clone();
    tx.insert(record_of(&catalog, Share { about, user: input.user, level: input.level })?, "customer.share")?;
    let by = tx.actor().user.map(Id::new);
    let by = directory::name_of(tx, by)?;
    tx.notify(Notice {
        user: input.user.raw(),
        code: "customer_shared",
        args: vec![("name", customer.title().to_owned()), ("by", by)],
        about: Some(("customer".to_owned(), customer.id())),
    })?;
    Outcome::done()
}

/// Takes a share back.
// Rule: customer.unshare
pub fn unshare(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = UnshareInput::from_record(input).ok_or_else(|| Error::invalid("user", "required"))?;
    let Some(share) = share_with(tx, customer.id(), input.user)? else {
        return Err(Error::invalid("user", "not_shared"));
    };
    tx.remove("share", share.id(), "customer.unshare")?;
    Outcome::done()
}

/// With whom a customer is shared.
// Rule: customer.shares
pub fn shares(tx: &mut dyn Tx, customer: &Record, _: &Record) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for share in shares_of(tx, customer.id())? {
        let user = share.get(Share::USER);
        let name = directory::name_of(tx, user)?;
        let level = share.get(Share::LEVEL).map_or("read", ShareLevel::code);
        let id = user.map(|user| user.raw().to_string()).unwrap_or_default();
        outcome.items.push(vec![("user", id), ("name", name), ("level", level.to_owned())]);
    }
    Ok(outcome)
}

/// A customer that falls back to the pool belongs to nobody's table any more.
pub fn end_all(tx: &mut dyn Tx, customer: i64) -> Result<()> {
    for share in shares_of(tx, customer)? {
        tx.remove("share", share.id(), "customer.holding_ends")?;
    }
    Ok(())
}
