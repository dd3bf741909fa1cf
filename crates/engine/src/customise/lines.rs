//! Lines defined at run time: a definition of the kind makes the entity of its lines, whose columns
//! are definitions of fields like any other.

use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::kind::Kind;
use guanxi_model::rule::Op;
use guanxi_model::system::FieldDefinition;
use guanxi_model::tx::record_of;
use guanxi_model::{Catalog, Error, Result};
use guanxi_store::schema;
use serde_json::{Map, Value as Json};

use super::field::field_of;
use super::{DEFINE, definition};
use crate::write::WriteTx;

/// Most columns of one field of lines.
const MAX_COLUMNS: usize = 40;

/// The table of the lines of a definition, and the name of their entity: `x_customer_items`.
pub(super) fn table(definition: &FieldDefinition) -> String {
    let name = definition.name.strip_prefix("x_").unwrap_or(&definition.name);
    let holder = definition.entity.strip_prefix("x_").unwrap_or(&definition.entity);
    format!("x_{holder}_{name}")
}

/// The entity of the lines that a definition makes.
pub(super) fn entity_of(definition: &FieldDefinition, catalog: &Catalog) -> Option<EntityDef> {
    if Kind::parse(&definition.kind) != Some(Kind::Lines) {
        return None;
    }
    let holder = catalog.get(&definition.entity)?;
    let name = table(definition);
    let mut fields = EntityDef::implied_fields();
    fields.extend(EntityDef::line_fields(&holder.name));
    let label = definition.label.clone();
    Some(EntityDef {
        plural: name.replace('_', "-"),
        name,
        area: holder.area.clone(),
        title: guanxi_model::entity::IMPLIED + guanxi_model::entity::LINE_FIELDS,
        owner: None,
        follows: None,
        fields: fields.into(),
        search: false,
        rights: holder.rights,
        information: false,
        singleton: false,
        public: false,
        personal: false,
        held: false,
        line_of: Some(holder.name.clone()),
        custom: true,
        hidden: false,
        plural_label: None,
        icon: None,
        label: Some((label.clone(), definition.label_en.clone().unwrap_or(label))),
        views: Vec::new(),
        offered: None,
        tally: None,
        profiled: false,
    })
}

/// Adds the columns that come with the definition of a field of lines, in the same transaction.
pub(super) fn add_columns(tx: &mut WriteTx<'_>, lines: &FieldDefinition, input: &Map<String, Json>) -> Result<()> {
    let columns = input.get("columns").and_then(Json::as_array).filter(|columns| !columns.is_empty());
    let columns = columns.ok_or_else(|| Error::invalid("columns", "required"))?;
    if columns.len() > MAX_COLUMNS {
        return Err(definition::out_of_range("columns", 1, MAX_COLUMNS as i64));
    }
    let before = tx.catalog.clone();
    let mut line = entity_of(lines, &before).ok_or_else(|| Error::internal("lines of nothing"))?;
    schema::check_name("name", &line.name)?;
    if before.get(&line.name).is_some() {
        return Err(Error::invalid("name", "taken"));
    }
    for (n, column) in columns.iter().enumerate() {
        let at = |error: Error| within(error, n);
        let mut column = column.as_object().cloned().ok_or_else(|| Error::malformed(&format!("columns[{n}]"), "not_an_object"))?;
        column.insert("entity".into(), Json::String(line.plural.clone()));
        column = super::naming::named(&column, |name| Ok(line.position(name).is_some())).map_err(at)?;
        // A formula reads the columns before it.
        let known = before.entities().iter().map(|def| EntityDef::clone(def)).chain([line.clone()]);
        let catalog = Arc::new(Catalog::new(known, before.version));
        let derived = tx.engine.derived(&catalog);
        let read = definition::read(&column, &catalog, &derived, None).map_err(at)?;
        schema::check_name("name", &read.name).map_err(at)?;
        if line.position(&read.name).is_some() {
            return Err(at(Error::invalid("name", "taken")));
        }
        line.fields.change(|list| list.extend(field_of(&read, false, &catalog)));
        let record = record_of(&before, read)?;
        tx.save(None, record, Op::Create, Some(DEFINE), None)?;
    }
    Ok(())
}

/// Names the column at fault.
fn within(mut error: Error, column: usize) -> Error {
    if let Error::Refused(problem) = &mut error {
        for field in &mut problem.fields {
            field.field = format!("columns[{column}].{}", field.field);
        }
    }
    error
}
