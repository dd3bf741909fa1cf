//! What a transaction knows not to be there. Many values are asked for at once, and looking for
//! one of them then costs nothing.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use guanxi_model::entity::EntityDef;
use guanxi_model::filter::Test;
use guanxi_model::{Filter, Record, Result, Value};
use guanxi_store::records;

use super::tx::WriteTx;

/// Values that no live record has, by entity and position of the field.
#[derive(Default)]
pub(super) struct Absent(HashMap<String, HashMap<usize, HashSet<Value>>>);

impl Absent {
    /// Whether a filter certainly finds no live record.
    pub fn finds_nothing(&self, entity: &str, filter: &Filter) -> bool {
        self.0.get(entity).is_some_and(|fields| is_empty(fields, filter))
    }

    /// A record has these values now.
    pub fn came(&mut self, record: &Record) {
        for (field, values) in self.0.get_mut(&record.entity().name).into_iter().flatten() {
            values.remove(record.at(*field));
        }
    }
}

fn is_empty(fields: &HashMap<usize, HashSet<Value>>, filter: &Filter) -> bool {
    match filter {
        Filter::Nothing => true,
        Filter::Is(field, Test::Eq(value)) => fields.get(field).is_some_and(|values| values.contains(value)),
        Filter::And(parts) => parts.iter().any(|part| is_empty(fields, part)),
        Filter::Or(parts) => parts.iter().all(|part| is_empty(fields, part)),
        _ => false,
    }
}

/// The values a filter asks of fields with an index.
fn keys<'f>(def: &EntityDef, filter: &'f Filter, found: &mut HashMap<usize, HashSet<&'f Value>>) {
    let indexed = |field: usize| def.fields.get(field).is_some_and(|field| field.index || field.unique);
    match filter {
        Filter::Is(field, Test::Eq(value)) if !value.is_empty() && indexed(*field) => {
            found.entry(*field).or_default().insert(value);
        }
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| keys(def, part, found)),
        _ => {}
    }
}

impl WriteTx<'_> {
    /// Whether a filter is known to find no live record, without asking.
    pub(crate) fn finds_nothing(&self, entity: &str, filter: &Filter) -> bool {
        self.absent.finds_nothing(entity, filter)
    }

    /// Asks once which of the values that some filters look for are not there.
    pub(crate) fn look_ahead<'f>(&mut self, def: &Arc<EntityDef>, filters: impl Iterator<Item = &'f Filter>) -> Result<()> {
        let mut asked = HashMap::default();
        filters.for_each(|filter| keys(def, filter, &mut asked));
        for (field, values) in asked {
            let present = records::present(self.conn, def, field, values.iter().copied())?;
            let mut absent = HashSet::with_capacity_and_hasher(values.len(), foldhash::fast::RandomState::default());
            absent.extend(values.into_iter().filter(|value| !present.contains(*value)).cloned());
            self.absent.0.entry(def.name.clone()).or_default().insert(field, absent);
        }
        Ok(())
    }
}
