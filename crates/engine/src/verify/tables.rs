//! Records against the change log: each row must be what the log says it became.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use guanxi_model::entity::{EntityDef, IMPLIED};
use guanxi_model::lines::given;
use guanxi_model::rule::Op;
use guanxi_model::{Catalog, FieldDef, Record, Result, Value, wire};
use guanxi_store::{Conn, change_log, lines, records};
use serde_json::Value as Json;

use super::Verification;
use crate::engine::Engine;
use crate::write::undo::object;

/// Records compared together.
const BATCH: usize = 200;
/// Looks at a record that differs: somebody may be changing it.
const LOOKS: usize = 3;

/// A record as the log says it is now.
#[derive(Default)]
struct Expected {
    values: BTreeMap<String, Json>,
    deleted: bool,
    version: i64,
}

impl Engine {
    pub(super) fn compare_records(&self, found: &mut Verification) -> Result<()> {
        let catalog = self.catalog();
        for def in catalog.entities() {
            if def.line_of.is_some() {
                // Compared as the values of their documents.
                for id in self.inner.store.read_long(|conn| lines::orphans(conn, def, super::FAULTS_TOLD))? {
                    found.fault(format!("{} {id}: its document is not there", def.name));
                }
                continue;
            }
            let mut after = 0;
            loop {
                let ids = self.inner.store.read(|conn| change_log::records_of(conn, &def.name, after, BATCH))?;
                let Some(last) = ids.last() else { break };
                after = *last;
                found.records += ids.len() as i64;
                self.compare_batch(&catalog, def, &ids, found)?;
            }
            for id in self.inner.store.read_long(|conn| change_log::unknown_records(conn, &def.name, super::FAULTS_TOLD))? {
                found.fault(format!("{} {id}: the change log knows nothing of it", def.name));
            }
        }
        Ok(())
    }

    fn compare_batch(&self, catalog: &Catalog, def: &Arc<EntityDef>, ids: &[i64], found: &mut Verification) -> Result<()> {
        let mut differ = self.inner.store.read(|conn| differences(conn, catalog, def, ids))?;
        for _ in 1..LOOKS {
            if differ.is_empty() {
                return Ok(());
            }
            let again: Vec<i64> = differ.keys().copied().collect();
            differ = self.inner.store.read(|conn| differences(conn, catalog, def, &again))?;
        }
        for (id, what) in differ {
            found.fault(format!("{} {id}: {what}", def.name));
        }
        Ok(())
    }
}

/// The records that are not what the log says, with what differs.
fn differences(conn: &mut dyn Conn, catalog: &Catalog, def: &Arc<EntityDef>, ids: &[i64]) -> Result<BTreeMap<i64, String>> {
    let mut expected: HashMap<i64, Expected> = HashMap::with_capacity(ids.len());
    change_log::each_row_of(conn, &def.name, ids.to_vec(), |row| {
        let record = expected.entry(row.record).or_default();
        record.values.extend(object(&row.new));
        match Op::parse(&row.op) {
            Some(Op::Delete) => record.deleted = true,
            Some(Op::Restore) => record.deleted = false,
            _ => {}
        }
        record.version = row.version;
    })?;
    let now: HashMap<i64, Record> =
        records::load_many(conn, catalog, &def.name, ids)?.into_iter().map(|record| (record.id(), record)).collect();
    let mut differ = BTreeMap::new();
    for (id, expected) in &expected {
        let what = match now.get(id) {
            None => Some("is gone from its table".to_owned()),
            Some(record) => difference(catalog, record, expected),
        };
        differ.extend(what.map(|what| (*id, what)));
    }
    Ok(differ)
}

fn difference(catalog: &Catalog, record: &Record, expected: &Expected) -> Option<String> {
    if record.version() != expected.version {
        return Some(format!("version {}, the change log says {}", record.version(), expected.version));
    }
    if record.deleted_at().is_some() != expected.deleted {
        return Some("deleted_at is not what the change log says".to_owned());
    }
    // What follows from other values is kept without a word in the log.
    let logged = |field: &FieldDef| !(field.secret || field.custom && field.kind.is_computed());
    for (index, field) in record.entity().fields.iter().enumerate().skip(IMPLIED).filter(|(_, field)| logged(field)) {
        let logged = match expected.values.get(&field.name) {
            // A release gave older records what a new one begins with (`store::schema`).
            None if !field.custom && *record.at(index) == field.initial() => continue,
            None => Value::Null,
            // What the definitions of today cannot read cannot be compared.
            Some(json) => match wire::read_operand(field, json, catalog) {
                Ok(value) => value,
                Err(_) => continue,
            },
        };
        let same = given(record.at(index)) == logged || (record.at(index).is_empty() && logged.is_empty());
        if !same {
            // The values themselves may be personal: named, not shown.
            return Some(format!("{} is not what the change log says", field.name));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use guanxi_model::Entity;
    use guanxi_model::system::Department;

    use super::*;

    #[test]
    fn what_a_release_gave_older_records_needs_no_word_in_the_log() {
        let mut record = Record::empty(Arc::new(Department::def()));
        let kind = Department::KIND.index;
        let field = record.entity().fields[kind].clone();
        record.put(kind, field.initial());
        assert_eq!(difference(&Catalog::default(), &record, &Expected::default()), None);
        record.put(kind, Value::text("branch"));
        assert!(difference(&Catalog::default(), &record, &Expected::default()).is_some());
    }
}
