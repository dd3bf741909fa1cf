//! The tables follow the definitions, in the transaction that changes them: tables, columns and indexes are
//! there when it commits, and nothing is when it does not.

use guanxi_model::entity::EntityDef;
use guanxi_model::wire::{Cell, value_of};
use guanxi_model::{Catalog, FieldDef, Problem, Result, Status, wire};
use guanxi_store::{kept, schema};

use super::{DEFINITIONS_MARK, load_catalog};
use crate::write::WriteTx;

/// One change of definitions at a time, on all nodes.
pub(super) const LOCK: &str = "definitions";
/// Repeated values named in a refusal.
const NAMED: usize = 5;

/// Brings the tables to what the definitions of this transaction say.
pub(crate) fn settle(tx: &mut WriteTx<'_>) -> Result<()> {
    kept::lock(tx.conn, LOCK)?;
    let before = tx.catalog.clone();
    let after = load_catalog(tx.conn, tx.engine.built_in())?;
    let known = schema::columns(tx.conn)?;
    for entity in after.entities() {
        let Some(old) = before.get(&entity.name) else {
            schema::prepare_entity(tx.conn, &after, entity, &known)?;
            continue;
        };
        if old == entity {
            continue;
        }
        for field in entity.fields.iter().filter(|field| is_unique(field)) {
            let there = known.contains(&(entity.name.clone(), field.name.clone()));
            if there && !old.field(&field.name).is_some_and(is_unique) {
                refuse_repeated(tx, &after, entity, field)?;
            }
        }
        schema::follow(tx.conn, &after, old, entity, &known)?;
        let searched = |def: &EntityDef| def.fields.iter().filter(|field| field.search).map(|field| field.name.clone()).collect::<Vec<_>>();
        let reindexes = entity.search && (!old.search || searched(old) != searched(entity));
        if reindexes {
            super::compute::pend_search(tx.conn, &entity.name)?;
        }
        if reindexes || recomputes(old, entity) {
            super::compute::pend(tx.conn, &entity.name)?;
        }
    }
    let version: i64 = kept::meta(tx.conn, DEFINITIONS_MARK)?.and_then(|text| text.parse().ok()).unwrap_or(1);
    kept::set_meta(tx.conn, DEFINITIONS_MARK, &(version + 1).to_string())
}

/// Whether records have to be computed anew: a computed field changed, or what one may read came or
/// went.
fn recomputes(old: &EntityDef, new: &EntityDef) -> bool {
    let computed = |field: &FieldDef| field.custom && field.formula.is_some() && !field.hidden;
    let changed = |field: &FieldDef| match old.field(&field.name) {
        None => computed(field),
        Some(old) => old.hidden != field.hidden || (computed(field) && (&old.formula, old.decimals) != (&field.formula, field.decimals)),
    };
    new.fields.iter().any(computed) && new.fields.iter().any(changed)
}

fn is_unique(field: &FieldDef) -> bool {
    field.unique && !field.hidden
}

/// Names the values that stand in the way of a unique field.
fn refuse_repeated(tx: &mut WriteTx<'_>, catalog: &Catalog, entity: &EntityDef, field: &FieldDef) -> Result<()> {
    let repeated = schema::repeated(tx.conn, entity, field, NAMED + 1)?;
    if repeated.is_empty() {
        return Ok(());
    }
    let named = repeated.iter().take(NAMED).map(|(cell, count)| {
        let value = value_of(field.values(), cell, &Cell::Null);
        let json = wire::to_json(field.values(), &value, catalog);
        format!("{} ×{count}", json.as_str().unwrap_or_default())
    });
    let more = if repeated.len() > NAMED { "、…" } else { "" };
    let named = format!("{}{more}", named.collect::<Vec<_>>().join("、"));
    let mut problem = Problem::new(Status::Conflict, "values_repeated").arg("values", &named).field("unique", "values_repeated");
    if let Some(field) = problem.fields.first_mut() {
        field.args = vec![("values", named)];
    }
    Err(problem.into())
}
