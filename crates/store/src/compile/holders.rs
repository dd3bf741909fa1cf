//! Whose a record is, as the text index knows it: rights apply where the search looks, not to what it found.

use guanxi_model::Value;
use guanxi_model::entity::EntityDef;
use guanxi_model::filter::{Filter, Test};

use crate::search_index::holder;

/// Most owners asked of the text index; who sees the records of more sees much of what is found anyway.
const HOLDERS_MAX: usize = 400;

/// A scope in two: what belongs to known owners or to nobody, with the tokens of whom, and what was shared
/// record by record. Nothing where a scope is made of anything else.
pub struct Held {
    pub filter: Filter,
    /// One of them is in the index for each record of the scope.
    pub holders: Vec<String>,
    pub shared: Filter,
}

impl Held {
    pub fn of(scope: &Filter, def: &EntityDef) -> Option<Self> {
        let owner = def.owner?;
        let parts = match scope {
            Filter::Or(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut held = Self { filter: Filter::Nothing, holders: Vec::new(), shared: Filter::Nothing };
        for part in parts {
            match holders(part, owner) {
                Some(more) => {
                    held.holders.extend(more);
                    held.filter = held.filter.or(part.clone());
                }
                None if matches!(part, Filter::Has { .. }) => held.shared = held.shared.or(part.clone()),
                None => return None,
            }
        }
        held.holders.sort_unstable();
        held.holders.dedup();
        (!held.holders.is_empty() && held.holders.len() <= HOLDERS_MAX).then_some(held)
    }
}

/// The tokens of which every record that passes has one; nothing where the owner is not asked for.
fn holders(filter: &Filter, owner: usize) -> Option<Vec<String>> {
    match filter {
        Filter::Nothing => Some(Vec::new()),
        Filter::Is(field, test) if *field == owner => match test {
            Test::Eq(Value::Ref(id)) => Some(vec![holder(Some(*id))]),
            Test::In(list) => list.iter().map(|value| if let Value::Ref(id) = value { Some(holder(Some(*id))) } else { None }).collect(),
            Test::Empty => Some(vec![holder(None)]),
            _ => None,
        },
        Filter::And(parts) => parts.iter().filter_map(|part| holders(part, owner)).min_by_key(Vec::len),
        Filter::Or(parts) => parts.iter().map(|part| holders(part, owner)).collect::<Option<Vec<_>>>().map(|all| all.concat()),
        _ => None,
    }
}
