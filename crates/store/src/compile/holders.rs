//! Whose a record is, as the text index knows it: rights apply where the search looks, not to what it found.

use guanxi_model::Value;
use guanxi_model::entity::EntityDef;
use guanxi_model::filter::{Filter, Test};

use crate::search_index::holder;

/// Most owners asked of the text index; who sees the records of more sees much of what is found anyway.
const HOLDERS_MAX: usize = 400;

/// The records of at most this many owners are merged; of more, some are soon met along the order.
const MERGED_MAX: usize = 64;

/// A scope in two: what belongs to known owners or to nobody, and what was shared record by record. Nothing where a
/// scope is made of anything else.
pub struct Held {
    pub filter: Filter,
    /// Whose the records of the scope are; none for those that are nobody's.
    pub owners: Vec<Option<i64>>,
    pub shared: Filter,
}

impl Held {
    pub fn of(scope: &Filter, def: &EntityDef) -> Option<Self> {
        let owner = def.owner?;
        let parts = match scope {
            Filter::Or(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut held = Self { filter: Filter::Nothing, owners: Vec::new(), shared: Filter::Nothing };
        for part in parts {
            match owners(part, owner) {
                Some(more) => {
                    held.owners.extend(more);
                    held.filter = held.filter.or(part.clone());
                }
                None if matches!(part, Filter::Has { .. }) => held.shared = held.shared.or(part.clone()),
                None => return None,
            }
        }
        held.owners.sort_unstable();
        held.owners.dedup();
        (!held.owners.is_empty() && held.owners.len() <= HOLDERS_MAX).then_some(held)
    }

    /// Whether its records are found owner by owner.
    pub fn is_merged(&self) -> bool {
        self.owners.len() <= MERGED_MAX
    }

    /// What the text index has of one of them for each record of the scope.
    pub fn tokens(&self) -> Vec<String> {
        self.owners.iter().copied().map(holder).collect()
    }

    /// What the scope asks of records that are somebody's, or nobody's.
    pub(super) fn of_some(&self, def: &EntityDef, somebody: bool) -> Filter {
        let concerns = |part: &Filter| {
            let owners = def.owner.and_then(|owner| owners(part, owner)).unwrap_or_default();
            owners.iter().any(|owner| owner.is_some() == somebody)
        };
        match &self.filter {
            Filter::Or(parts) => parts.iter().filter(|part| concerns(part)).fold(Filter::Nothing, |any, part| any.or(part.clone())),
            one => one.clone(),
        }
    }
}

/// The owners of whom every record that passes has one; nothing where the owner is not asked for.
fn owners(filter: &Filter, owner: usize) -> Option<Vec<Option<i64>>> {
    match filter {
        Filter::Nothing => Some(Vec::new()),
        Filter::Is(field, test) if *field == owner => match test {
            Test::Eq(Value::Ref(id)) => Some(vec![Some(*id)]),
            Test::In(list) => list.iter().map(|value| if let Value::Ref(id) = value { Some(Some(*id)) } else { None }).collect(),
            Test::Empty => Some(vec![None]),
            _ => None,
        },
        Filter::And(parts) => parts.iter().filter_map(|part| owners(part, owner)).min_by_key(Vec::len),
        Filter::Or(parts) => parts.iter().map(|part| owners(part, owner)).collect::<Option<Vec<_>>>().map(|all| all.concat()),
        _ => None,
    }
}
