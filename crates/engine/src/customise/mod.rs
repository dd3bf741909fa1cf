//! Definitions made at run time: custom fields as real columns, custom objects as real tables.
//! Everything that works for what is built in works for them.
//!
//! A definition is a record of `field_definition` or `entity_definition`. It goes through the write path like any other, so
//! that who changed what is logged and can be taken back; at the end of the transaction the tables
//! follow ([`settle`]), after the commit the catalog does.

mod compute;
mod definition;
mod derived;
mod field;
mod formula;
mod lines;
mod naming;
mod object;
mod roll_up;
mod serial;
mod settle;

use std::sync::Arc;

use guanxi_model::entity::{DELETED_AT, EntityDef};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::rule::Op;
use guanxi_model::system::FieldDefinition;
use guanxi_model::{Actor, AdminLevel, Catalog, Entity, Error, Kind, Problem, Query, Record, Result, Status, Value};
use guanxi_store::dialect::Hold;
use guanxi_store::{Conn, kept, records, schema};
use serde_json::{Map, Value as Json, json};

use crate::engine::Engine;
use crate::write::{Purpose, WriteTx};

pub(crate) use compute::follow_search_form;
pub(crate) use derived::Known;
pub(crate) use roll_up::{note, take, take_of};
pub(crate) use settle::settle;

/// The key under which the version of the definitions is kept.
pub(crate) const DEFINITIONS_MARK: &str = "definitions_version";
/// The entity that keeps the definitions.
const TABLE: &str = <FieldDefinition as Entity>::ENTITY;
/// What a change of a definition is called in the log.
const DEFINE: &str = "field_definition.define";
/// Most custom fields of one entity: PostgreSQL's 1,600 columns count dropped ones too.
const MAX_FIELDS: usize = 300;
/// Most definitions of all entities together.
const MAX_DEFINITIONS: usize = 100_000;

/// Whether records of an entity are definitions.
pub(crate) fn is_definition(entity: &str) -> bool {
    entity == TABLE || entity == object::TABLE
}

/// The catalog of built-in definitions with those made at run time added.
pub(crate) fn load_catalog(conn: &mut dyn Conn, mut entities: Vec<EntityDef>) -> Result<Catalog> {
    let built_in = Catalog::new(entities.clone(), 0);
    entities.extend(object::objects(conn, &built_in)?);
    let plain = Catalog::new(entities.clone(), 0);
    for record in definition_records(conn, &plain, TABLE, Filter::All)? {
        let Some(definition) = FieldDefinition::from_record(&record) else { continue };
        let field = field::field_of(&definition, record.deleted_at().is_some(), &plain);
        entities.extend(lines::entity_of(&definition, &plain));
        if let Some(entity) = entities.iter_mut().find(|entity| entity.name == definition.entity) {
            entity.fields.change(|list| list.extend(field));
        }
    }
    object::rest(&mut entities);
    let version = kept::meta(conn, DEFINITIONS_MARK)?.and_then(|text| text.parse().ok()).unwrap_or(1);
    Ok(Catalog::new(entities, version))
}

/// The records of definitions in the order in which they were made, those in the recycle bin
/// included.
fn definition_records(conn: &mut dyn Conn, catalog: &Catalog, table: &str, filter: Filter) -> Result<Vec<Record>> {
    let mut found = records::find_all(conn, catalog, &Query::of(table, filter).limit(MAX_DEFINITIONS))?;
    found.sort_by_key(Record::id);
    Ok(found)
}

/// Computes what follows from other values, on the way of a record into the store.
pub(crate) fn derive(tx: &mut WriteTx<'_>, old: Option<&Record>, new: &mut Record) -> Result<()> {
    let derived = tx.engine.derived(&tx.catalog);
    for roll_up in derived.roll_ups(&new.entity().name) {
        // Only the children change a figure; what a rule holds of it may be old.
        let value = old.map_or_else(|| roll_up.none(tx.access.org.currency), |old| old.at(roll_up.index).clone());
        new.put(roll_up.index, value);
    }
    derive_numbers(tx, new)?;
    derive_formulas(tx, new);
    Ok(())
}

/// Gives numbers where there are none yet.
fn derive_numbers(tx: &mut WriteTx<'_>, record: &mut Record) -> Result<()> {
    let derived = tx.engine.derived(&tx.catalog);
    let Some(own) = derived.own(&record.entity().name) else { return Ok(()) };
    for (index, serial) in &own.serials {
        if record.at(*index).is_empty() {
            serial.give(tx, record, *index)?;
        }
    }
    Ok(())
}

fn derive_formulas(tx: &WriteTx<'_>, record: &mut Record) {
    tx.engine.derived(&tx.catalog).run_formulas(record, &tx.access.org.zone);
}

impl Engine {
    /// The custom fields of an entity, hidden ones included, as an administrator sees them.
    pub fn custom_fields(&self, actor: &Actor, entity: Option<&str>) -> Result<Json> {
        self.require_full(actor)?;
        let catalog = self.catalog();
        let filter = match entity {
            Some(plural) => {
                let def = catalog.by_plural(plural).ok_or_else(Error::not_found)?;
                Filter::eq(FieldDefinition::ENTITY.index, Value::Text(def.name.clone()))
            }
            None => Filter::All,
        };
        let records = self.inner.store.read(|conn| definition_records(conn, &catalog, TABLE, filter))?;
        let told = |record: &Record| record.get(FieldDefinition::ENTITY).is_some_and(|name| !is_line(&catalog, &name) || entity.is_some());
        let items: Vec<Json> = records.iter().filter(|record| told(record)).filter_map(|record| self.definition_json(record)).collect();
        Ok(json!({"items": items}))
    }

    /// Adds a custom field: a real column, at once, while everybody works on.
    pub fn add_field(&self, actor: &Actor, input: &Map<String, Json>) -> Result<Json> {
        self.require_full(actor)?;
        let input = input.clone();
        self.define(actor, move |tx| {
            let catalog = tx.catalog.clone();
            let input = match input.get("entity").and_then(Json::as_str).and_then(|plural| catalog.by_plural(plural)) {
                Some(entity) => naming::named(&input, |name| is_taken(tx, entity, name))?,
                None => input.clone(),
            };
            let definition = definition::read(&input, &catalog, &tx.engine.derived(&catalog), None)?;
            let entity = catalog.get(&definition.entity).cloned().ok_or_else(|| Error::invalid("entity", "unknown_entity"))?;
            schema::check_name("name", &definition.name)?;
            if is_taken(tx, &entity, &definition.name)? {
                return Err(Problem::new(Status::Conflict, "taken").field("name", "taken").into());
            }
            if entity.fields.iter().filter(|field| field.custom).count() >= MAX_FIELDS {
                return Err(Problem::new(Status::Conflict, "too_many_fields").arg("max", MAX_FIELDS).into());
            }
            let lines = (definition.kind == Kind::Lines.name()).then(|| definition.clone());
            let record = guanxi_model::tx::record_of(&catalog, definition)?;
            let saved = tx.save(None, record, Op::Create, Some(DEFINE), None)?;
            if let Some(lines) = lines {
                lines::add_columns(tx, &lines, &input)?;
            }
            Ok(saved)
        })
    }

    /// Changes labels, help, group, options, or takes a field out of use and back.
    pub fn edit_field(&self, actor: &Actor, id: i64, input: &Map<String, Json>, version: Option<i64>) -> Result<Json> {
        self.require_full(actor)?;
        for fixed in ["entity", "name", "kind", "target", "result", "columns"] {
            if input.contains_key(fixed) {
                return Err(Error::invalid(fixed, "cannot_change"));
            }
        }
        let input = input.clone();
        self.define(actor, move |tx| {
            let old = tx.load_held(TABLE, id, Hold::Change)?.ok_or_else(Error::not_found)?;
            tx.expect_version(&old, version)?;
            let mut current = FieldDefinition::from_record(&old).ok_or_else(|| Error::internal("field definition"))?;
            current.hidden |= old.deleted_at().is_some();
            let catalog = tx.catalog.clone();
            let definition = definition::read(&input, &catalog, &tx.engine.derived(&catalog), Some(current))?;
            let mut new = old.clone();
            let back = old.deleted_at().is_some() && !definition.hidden;
            definition.write_to(&mut new);
            if back {
                new.put(DELETED_AT, Value::Null);
            }
            tx.save(Some(old), new, if back { Op::Restore } else { Op::Update }, Some(DEFINE), None)
        })
    }

    /// Writes a definition and answers with it as it then is.
    fn define(&self, actor: &Actor, work: impl FnOnce(&mut WriteTx<'_>) -> Result<Record> + Clone + Send + 'static) -> Result<Json> {
        let record = self.write(actor, Purpose::new("edit", DEFINE), work)?;
        self.definition_json(&record).ok_or_else(|| Error::internal("field definition"))
    }

    /// A definition as the API tells it, with the task that computes its values now.
    fn definition_json(&self, record: &Record) -> Option<Json> {
        let mut json = field::definition_json(&self.catalog(), record)?;
        let definition = FieldDefinition::from_record(record)?;
        let task = self.computing().into_iter().find(|(entity, _)| definition.formula.is_some() && *entity == definition.entity);
        if let (Some((_, task)), Some(object)) = (task, json.as_object_mut()) {
            object.insert("job".into(), json!(task.to_string()));
        }
        Some(json)
    }

    /// Refuses who does not administer the whole company.
    pub(crate) fn require_full(&self, actor: &Actor) -> Result<()> {
        if self.access(actor)?.administration() == AdminLevel::Full { Ok(()) } else { Err(Error::forbidden("needs_administration")) }
    }
}

/// Whether the definitions of an entity are columns of lines: they are told with their own field.
fn is_line(catalog: &Catalog, entity: &str) -> bool {
    catalog.get(entity).is_some_and(|def| def.line_of.is_some())
}

/// Whether a column of that name is there, or belongs to a definition that is gone.
fn is_taken(tx: &mut WriteTx<'_>, entity: &Arc<EntityDef>, name: &str) -> Result<bool> {
    let second = |field: &guanxi_model::FieldDef| field.second_column().as_deref() == Some(name);
    if entity.position(name).is_some() || entity.fields.iter().any(second) {
        return Ok(true);
    }
    // Another node may be adding the same one.
    kept::lock(tx.conn, settle::LOCK)?;
    let catalog = tx.catalog.clone();
    let same = Filter::is(FieldDefinition::NAME.index, Test::Eq(Value::Text(name.to_owned())))
        .and(Filter::is(FieldDefinition::ENTITY.index, Test::Eq(Value::Text(entity.name.clone()))));
    Ok(!definition_records(tx.conn, &catalog, TABLE, same)?.is_empty())
}
