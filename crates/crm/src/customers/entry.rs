//! Entering and changing a customer: what is filled in, what is refused.

use std::cell::RefCell;
use std::collections::HashMap;

use guanxi_model::entity::Implied;
use guanxi_model::field::{Phone, Serial};
use guanxi_model::system::{User, UserStatus};
use guanxi_model::{Change, Error, Id, Op, Result, Tx, text};

use super::customer::{Customer, CustomerKind};
use super::depth;
use super::pool_members::{home_pool, is_member};
use crate::settings::{BusinessSettings, Stage, numbering};
use crate::team::directory;

/// Longest comparable kernel of a name, in characters.
const NAME_KEY_CHARS: usize = 120;

fn is_saved(change: &Change<'_>) -> bool {
    matches!(change.op, Op::Create | Op::Update)
}

/// Number and first lifecycle. Who enters a customer holds it; one entered without an owner on
/// purpose goes into the pool.
// Rule: customer.entry
pub fn entry(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if !is_saved(change) {
        return Ok(());
    }
    if change.after(Customer::LIFECYCLE).is_none() {
        let before = change.before(Customer::LIFECYCLE);
        let state = match before {
            Some(state) => state,
            None => BusinessSettings::of(tx)?.first_lifecycle(),
        };
        change.new.set(Customer::LIFECYCLE, Some(state));
    }
    if change.op != Op::Create {
        return Ok(());
    }
    if change.after(Customer::NUMBER).is_none() {
        let number = numbering::next(tx, "customer")?;
        change.new.set(Customer::NUMBER, Some(Serial(number)));
    }
    Ok(())
}

/// A customer always belongs to a pool, whose rules hold for it. Given to somebody of another
/// department, it moves to the pool of the new owner; claimed, it stays in the pool it came from.
// Rule: customer.pool
pub fn pool(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if is_saved(change) && (change.after(Customer::POOL).is_none() || leaves_its_pool(change, tx)?) {
        let owner = change.after(Customer::OWNER);
        let pool = home_pool(tx, owner)?;
        change.new.set(Customer::POOL, pool);
    }
    Ok(())
}

fn leaves_its_pool(change: &Change<'_>, tx: &mut dyn Tx) -> Result<bool> {
    let given = change.op == Op::Update && change.touches(Customer::OWNER) && !change.touches(Customer::POOL);
    let (Some(owner), pool) = (change.after(Customer::OWNER).filter(|_| given), change.after(Customer::POOL)) else { return Ok(false) };
    let followed_the_owner = match change.before(Customer::OWNER) {
        Some(before) => home_pool(tx, Some(before))? == pool,
        None => false,
    };
    Ok(followed_the_owner || !is_member(tx, pool, owner)?)
}

/// Comparable forms of name, telephones and credit code, and how complete the record is.
// Rule: customer.comparable
pub fn comparable(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if !is_saved(change) {
        return Ok(());
    }
    let renamed = change.touches(Customer::NAME) || change.touches(Customer::KIND);
    if change.op == Op::Create || renamed || change.by == Some("merge") {
        let key = name_key(change.new.get(Customer::NAME), change.new.get(Customer::KIND));
        change.new.set(Customer::NAME_KEY, key);
    }
    let key = |phone: Option<Phone>| phone.and_then(|phone| text::phone_key(&phone.0));
    let (mobile, phone) = (key(change.after(Customer::MOBILE)), key(change.after(Customer::PHONE)));
    change.new.set(Customer::MOBILE_KEY, mobile);
    change.new.set(Customer::PHONE_KEY, phone);
    if let Some(code) = change.after(Customer::CREDIT_CODE).and_then(|code| text::credit_code(&code)) {
        change.new.set(Customer::CREDIT_CODE, Some(code));
    }
    let percent = depth::gaps_of(tx, change.new, change.op == Op::Create)?.percent();
    let standard = depth::standard(&*BusinessSettings::of(tx)?, percent);
    change.new.set(Customer::COMPLETENESS, percent);
    change.new.set(Customer::STANDARD, Some(standard));
    Ok(())
}

/// What is filed is filed under a year: the one it was signed in, else the one it was entered in (CUS-41).
// Rule: customer.filed
pub fn filed(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let filed = change.after(Customer::ARCHIVE).is_some() && change.touches(Customer::ARCHIVE);
    if !is_saved(change) || !filed || change.after(Customer::ARCHIVE_YEAR).is_some() {
        return Ok(());
    }
    let entered = change.old.and_then(|old| old.get(Implied::created_at::<Customer>())).unwrap_or(tx.now());
    let on = change.after(Customer::SIGNED_ON).unwrap_or(tx.zone().date_of(entered));
    change.new.set(Customer::ARCHIVE_YEAR, Some(i64::from(on.year())));
    Ok(())
}

/// The comparable kernel of a firm's name; a person's name as it is.
pub fn name_key(name: Option<String>, kind: Option<CustomerKind>) -> Option<String> {
    let name = name?;
    if kind == Some(CustomerKind::Person) {
        return shortened(text::normalise(&name));
    }
    KEYS.with_borrow_mut(|known| {
        if let Some(key) = known.get(&name) {
            return key.clone();
        }
        if known.len() >= NAMES {
            known.clear();
        }
        let key = shortened(text::company_key(&name));
        known.insert(name, key.clone());
        key
    })
}

/// Names whose kernels a thread keeps: more than an import writes at once.
const NAMES: usize = 5000;

thread_local! {
    /// An entry looks for its duplicates, then keeps the kernel, then looks whether somebody holds
    /// it; an import does the first for many before the second.
    static KEYS: RefCell<HashMap<String, Option<String>>> = RefCell::default();
}

fn shortened(key: String) -> Option<String> {
    (!key.is_empty()).then(|| if key.len() <= NAME_KEY_CHARS { key } else { key.chars().take(NAME_KEY_CHARS).collect() })
}

/// A unified social credit code is right or left out.
// Rule: customer.credit_code
pub fn credit_code(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let code = change.after(Customer::CREDIT_CODE);
    match code {
        Some(code) if change.touches(Customer::CREDIT_CODE) && !text::credit_code_is_valid(&code) => {
            Err(Error::invalid("credit_code", "not_a_credit_code"))
        }
        _ => Ok(()),
    }
}

/// The lifecycle moves on by application and by contract; by hand only for those who may approve,
/// on entry also for those who import.
// Rule: customer.lifecycle_by_application
pub fn lifecycle(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.by.is_some() || !is_saved(change) || !change.touches(Customer::LIFECYCLE) {
        return Ok(());
    }
    let settings = BusinessSettings::of(tx)?;
    let after = settings.stage_of(change.after(Customer::LIFECYCLE).as_ref());
    let before = match change.old {
        Some(old) => settings.stage_of(old.find(Customer::LIFECYCLE).as_ref()),
        None => Stage::Potential,
    };
    if after == before || !settings.lifecycle_by_application || tx.may("customer:approve")? {
        return Ok(());
    }
    if change.op == Op::Create && tx.may("customer:import")? {
        return Ok(());
    }
    Err(Error::invalid("lifecycle", "lifecycle_by_application"))
}

/// Giving a customer to someone else, or moving it to another pool, needs the right to assign.
/// The new owner must be at work.
// Rule: customer.owner_by_right
pub fn owner_by_right(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.by.is_some() || !is_saved(change) {
        return Ok(());
    }
    let owner = change.after(Customer::OWNER);
    let given = change.touches(Customer::OWNER) && (change.op == Op::Update || owner.map(Id::raw) != tx.actor().user);
    let moved = change.op == Op::Update && change.touches(Customer::POOL);
    if (given || moved) && !tx.may("customer:assign")? {
        return Err(Error::forbidden("assign_needed"));
    }
    let Some(owner) = owner.filter(|_| given) else { return Ok(()) };
    let status = tx.load("user", owner.raw())?.and_then(|user| user.get(User::STATUS));
    if status == Some(UserStatus::Active) { Ok(()) } else { Err(Error::invalid("owner", "user_not_active")) }
}

/// A company is not its own parent, however far up.
// Rule: customer.no_circle
pub fn no_circle(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if !is_saved(change) || !change.touches(Customer::PARENT) {
        return Ok(());
    }
    let parent = change.after(Customer::PARENT).map(Id::raw);
    if directory::is_above(tx, "customer", Customer::PARENT.index, change.new.id(), parent)? {
        return Err(Error::invalid("parent", "circle"));
    }
    Ok(())
}
