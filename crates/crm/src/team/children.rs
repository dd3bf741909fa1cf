//! What belongs to a customer and goes along when it changes hands.

use guanxi_model::entity::EntityDef;
use guanxi_model::filter::Filter;
use guanxi_model::system::User;
use guanxi_model::{Id, Query, Result, Tx, Value};

/// Records that say who did something: they keep their author for ever.
const HISTORY: [&str; 6] = ["follow_up", "application", "duplicate_report", "ownership", "share", "team_member"];
/// Records moved at a time.
const BATCH: usize = 500;

/// Whether records of an entity are someone's work in hand, to be handed on.
pub fn is_work(def: &EntityDef) -> bool {
    let owner = def.owner.and_then(|index| def.fields.get(index));
    let to_user = owner.is_some_and(|field| field.target.as_deref() == Some("user"));
    to_user && !def.personal && !HISTORY.contains(&def.name.as_str())
}

/// The field that says whose customer's child a record is.
pub fn parent(def: &EntityDef) -> Option<usize> {
    def.follows.filter(|index| def.fields.get(*index).is_some_and(|field| field.target.as_deref() == Some("customer")))
}

/// Gives the children of a customer that `before` held to `after`; says how many there were.
// Rule: customer.children_follow
pub fn follow(tx: &mut dyn Tx, customer: i64, before: Id<User>, after: Id<User>, rule: &'static str) -> Result<i64> {
    let catalog = tx.catalog().clone();
    let mut moved = 0;
    for def in catalog.entities().iter().filter(|def| is_work(def) && def.name != "customer") {
        let (Some(parent), Some(owner)) = (parent(def), def.owner) else { continue };
        let held = Filter::refers_to(parent, [customer]).and(Filter::refers_to(owner, [before.raw()]));
        loop {
            let children = tx.find(&Query::of(&def.name, held.clone()).limit(BATCH))?;
            if children.is_empty() {
                break;
            }
            for mut child in children {
                child.put(owner, Value::Ref(after.raw()));
                tx.update(child, rule)?;
                moved += 1;
            }
        }
    }
    Ok(moved)
}
