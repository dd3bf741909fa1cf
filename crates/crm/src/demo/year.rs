//! A year of the demonstration company, told day by day, so that history, as-of and the figures by
//! month have something to show. Days count back from today.

use std::collections::BTreeSet;

use guanxi_model::field::{Code, Phone};
use guanxi_model::system::User;
use guanxi_model::{Error, Id, Record, Result, Tx};

use super::chance::Chance;
use super::customers::{customer, sellers, standing};
use super::persons;
use crate::customers::customer::{Customer, CustomerKind};

/// The company is older than its first customer.
pub const FOUNDED: i64 = 400;
/// Days of the story.
const DAYS: i64 = 365;
/// Days a customer is held before it falls back.
const HELD: i64 = 30;

/// What becomes of one customer.
struct Course {
    entered: i64,
    /// Somebody held it first, and lost it to the pool on this day.
    lapsed: Option<i64>,
    /// The day on which its owner came by it.
    held: Option<i64>,
    lifecycle: &'static str,
    /// The day on which something about it was put right.
    corrected: Option<i64>,
    /// The days of talks, the earliest first.
    talks: Vec<i64>,
}

impl Course {
    fn of(number: usize) -> Self {
        let chance = &mut Chance::of(number.wrapping_add(1_000_003));
        let standing = standing(chance);
        let held = standing.held_days(chance);
        let own_entry = chance.percent(60);
        let earliest = held.unwrap_or(0);
        let entered = if own_entry && held.is_some() { earliest } else { earliest + chance.below(DAYS - earliest) };
        let lapsed = (entered - HELD > earliest && chance.percent(50)).then_some(entered - HELD);
        let corrected = (entered > 0 && chance.percent(40)).then(|| chance.below(entered.min(45)));
        let mut talks: Vec<i64> = (0..chance.below(6)).map(|_| chance.below(entered.min(60) + 1)).collect();
        talks.sort_unstable_by_key(|day| std::cmp::Reverse(*day));
        Self { entered, lapsed, held, lifecycle: standing.lifecycle(), corrected, talks }
    }

    fn days(&self) -> impl Iterator<Item = i64> {
        let once = [Some(self.entered), self.lapsed, self.held, self.corrected];
        once.into_iter().flatten().chain(self.talks.iter().copied())
    }
}

/// The days on which something happens to so many customers, the earliest first.
pub fn days(customers: usize) -> Vec<i64> {
    let days: BTreeSet<i64> = (0..customers).flat_map(|number| Course::of(number).days().collect::<Vec<_>>()).collect();
    days.into_iter().rev().collect()
}

/// Customers made so far, by their numbers.
pub type Made = Vec<Option<Id<Customer>>>;

/// Tells one day.
pub fn day(tx: &mut dyn Tx, day: i64, mut made: Made) -> Result<Made> {
    let sellers = sellers(tx)?;
    for (number, known) in made.iter_mut().enumerate() {
        let course = Course::of(number);
        if course.days().all(|other| other != day) {
            continue;
        }
        let mut chance = Chance::of(number.wrapping_add(2_000_003).wrapping_mul(DAYS as usize).wrapping_add(day as usize));
        let seller = |turn: usize| sellers.get((number + turn).checked_rem(sellers.len()).unwrap_or(0)).copied();
        if course.entered == day {
            *known = Some(enter(tx, number, &course, seller(0), seller(1))?);
        }
        let Some(id) = *known else { continue };
        if course.lapsed == Some(day) {
            hold(tx, id, None, "potential", "customer.return_to_pool")?;
        }
        if course.held == Some(day) && course.entered != day {
            hold(tx, id, seller(0), course.lifecycle, "customer.claim")?;
        }
        if course.corrected == Some(day) {
            correct(tx, id, &mut chance)?;
        }
        for talk in course.talks.iter().filter(|talk| **talk == day) {
            let last = course.talks.last() == Some(talk) && course.held.is_some() && chance.percent(70);
            let next = last.then(|| tx.now().plus_days(day + chance.below(9))).filter(|next| *next > tx.now());
            let customer = of(tx, id)?;
            let by = customer.find(Customer::OWNER).or(seller(0));
            persons::follow_up(tx, &customer, by, next, &mut chance)?;
        }
    }
    Ok(made)
}

fn of(tx: &mut dyn Tx, id: Id<Customer>) -> Result<Record> {
    tx.load("customer", id.raw())?.ok_or_else(Error::not_found)
}

/// A new customer, entered by who holds it or by somebody who loses it later, with its people.
fn enter(tx: &mut dyn Tx, number: usize, course: &Course, now: Option<Id<User>>, before: Option<Id<User>>) -> Result<Id<Customer>> {
    let mut chance = Chance::of(number);
    let mut new = customer(tx, number, &mut chance)?;
    let own = course.held == Some(course.entered);
    let (owner, lifecycle) = match (own, course.lapsed) {
        (true, _) => (now, course.lifecycle),
        (false, Some(_)) => (before, "potential"),
        (false, None) => (None, "potential"),
    };
    new.set(Customer::OWNER, owner);
    new.set(Customer::LIFECYCLE, Some(Code(lifecycle.to_owned())));
    let new = tx.insert(new, "demo")?;
    if new.get(Customer::KIND) == Some(CustomerKind::Organisation) {
        persons::contacts(tx, &new, owner, &mut chance)?;
    }
    if number.is_multiple_of(5) {
        persons::lead(tx, &mut chance)?;
    }
    Ok(new.typed_id())
}

fn hold(tx: &mut dyn Tx, id: Id<Customer>, owner: Option<Id<User>>, lifecycle: &str, rule: &'static str) -> Result<()> {
    let mut customer = of(tx, id)?;
    customer.set(Customer::OWNER, owner);
    customer.set(Customer::LIFECYCLE, Some(Code(lifecycle.to_owned())));
    tx.update(customer, rule)?;
    Ok(())
}

/// A number that changed, a grade thought over.
fn correct(tx: &mut dyn Tx, id: Id<Customer>, chance: &mut Chance) -> Result<()> {
    let mut customer = of(tx, id)?;
    customer.set(Customer::MOBILE, Some(Phone(persons::mobile(chance))));
    customer.set(Customer::STAR, Some(1 + chance.below(5)));
    tx.update(customer, "demo")?;
    Ok(())
}
