//! Sharing a customer with colleagues who work on it together (POL-10, AM-11).

use guanxi_model::action::Outcome;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Share, ShareLevel, User};
use guanxi_model::tx::{Notice, record_of};
use guanxi_model::{AnyRef, Change, Choice, Error, Id, Input, Op, Query, Record, Result, Tx, Value};

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
    open_to(tx, customer, input.user, input.level, "customer.share")?;
    Outcome::done()
}

/// Shares a customer with somebody, who is told; where it is shared already, only the level changes.
fn open_to(tx: &mut dyn Tx, customer: &Record, user: Id<User>, level: ShareLevel, rule: &'static str) -> Result<()> {
    if let Some(mut share) = share_with(tx, customer.id(), user)? {
        share.set(Share::LEVEL, level);
        tx.update(share, rule)?;
        return Ok(());
    }
    let about = AnyRef { entity: "customer".to_owned(), id: customer.id() };
    let catalog = tx.catalog().clone();
    tx.insert(record_of(&catalog, Share { about, user, level })?, rule)?;
    if tx.actor().user == Some(user.raw()) {
        return Ok(());
    }
    let by = tx.actor().user.map(Id::new);
    let by = directory::name_of(tx, by)?;
    tx.notify(Notice {
        user: user.raw(),
        code: "customer_shared",
        args: vec![("name", customer.title().to_owned()), ("by", by)],
        about: Some(("customer".to_owned(), customer.id())),
    })
}

/// Takes a share back.
// Rule: customer.unshare
pub fn unshare(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = UnshareInput::from_record(input).ok_or_else(|| Error::invalid("user", "required"))?;
    let Some(share) = share_with(tx, customer.id(), input.user)? else {
        return Err(Error::invalid("user", "not_shared"));
    };
    tx.remove("share", share.id(), "customer.unshare")?;
    if customer.find(Customer::FOLLOWER) == Some(input.user) {
        let mut customer = customer.clone();
        customer.set(Customer::FOLLOWER, None);
        tx.update(customer, "customer.unshare")?;
    }
    Outcome::done()
}

/// Who follows a customer besides its owner works on it like one with whom it is shared (CUS-62). Back in the pool it
/// is followed by nobody.
// Rule: customer.follower_works_on_it
pub fn with_follower(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (before, after) = (change.before(Customer::FOLLOWER), change.after(Customer::FOLLOWER));
    if before == after || !matches!(change.op, Op::Create | Op::Update) {
        return Ok(());
    }
    if let Some(before) = before
        && let Some(share) = share_with(tx, change.new.id(), before)?
    {
        tx.remove("share", share.id(), "customer.follower_works_on_it")?;
    }
    match after {
        Some(after) if change.after(Customer::OWNER) != Some(after) => {
            open_to(tx, change.new, after, ShareLevel::Edit, "customer.follower_works_on_it")
        }
        _ => Ok(()),
    }
}

// Rule: customer.follower_leaves
pub fn without_owner(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let returned = change.op == Op::Update && change.touches(Customer::OWNER) && change.after(Customer::OWNER).is_none();
    if returned {
        change.new.set(Customer::FOLLOWER, None);
    }
    Ok(())
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
