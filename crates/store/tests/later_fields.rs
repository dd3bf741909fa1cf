//! A release that declares a field which the one before did not have.

use std::sync::Arc;

use guanxi_model::entity::{CREATED_AT, Entity, EntityDef, ID, UPDATED_AT, VERSION};
use guanxi_model::system::Department;
use guanxi_model::{Catalog, Filter, Instant, Query, Record, Result, Value};
use guanxi_store::{Store, records, schema};
use tempfile::TempDir;

/// The department as a release before had it, without some fields.
fn older(without: &[&str]) -> EntityDef {
    let mut def = EntityDef::clone(&Department::def());
    def.fields.change(|list| list.retain(|field| !without.contains(&field.name.as_str())));
    def
}

fn prepare(store: &Store, def: EntityDef) -> Result<Arc<Catalog>> {
    let catalog = Arc::new(Catalog::new([def], 1));
    let made = catalog.clone();
    store.write(move |conn| schema::prepare(conn, &made))?;
    Ok(catalog)
}

#[test]
fn older_records_have_what_a_new_one_begins_with() {
    let folder = TempDir::new().unwrap();
    let store = Store::open_sqlite(folder.path()).unwrap();
    let before = prepare(&store, older(&["kind"])).unwrap();
    let mut record = Record::empty(before.get("department").unwrap().clone());
    let now = Value::Instant(Instant(1));
    for (field, value) in [(ID, Value::Int(7)), (VERSION, Value::Int(1)), (CREATED_AT, now.clone()), (UPDATED_AT, now)] {
        record.put(field, value);
    }
    store.write(move |conn| records::insert(conn, &record)).unwrap();

    let after = prepare(&store, older(&[])).unwrap();
    let found = store.read(|conn| records::find(conn, &after, &Query::of("department", Filter::All).limit(2))).unwrap();
    assert_eq!(found.iter().map(|record| record.named("kind").clone()).collect::<Vec<_>>(), [Value::text("department")]);
}
