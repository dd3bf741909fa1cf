//! Lines (明细): rows saved with their record as one document.
//!
//! A line is a [`Record`] of its own entity that stands inside the record it belongs to, as the value
//! of a field. In memory it holds its identity and what was declared; where it belongs, its place
//! and its stamps follow from the document and are written by the store alone, so that two lines are
//! the same when they say the same.

use std::marker::PhantomData;

use serde_json::Value as Json;

use crate::catalog::Catalog;
use crate::entity::{Entity, EntityDef, ID};
use crate::error::Result;
use crate::field::{FieldDef, FieldType};
use crate::kind::Kind;
use crate::record::Record;
use crate::tx::record_of;
use crate::value::Value;
use crate::wire;

/// A field of lines: `pub lines: Lines<QuoteLine>`.
pub struct Lines<L> {
    rows: Vec<Record>,
    line: PhantomData<fn() -> L>,
}

impl<L: Entity> Lines<L> {
    /// New lines of these values.
    ///
    /// # Errors
    /// When the catalog does not know the line.
    pub fn of(catalog: &Catalog, values: impl IntoIterator<Item = L>) -> Result<Self> {
        let rows = values.into_iter().map(|value| record_of(catalog, value)).collect::<Result<_>>()?;
        Ok(Self { rows, line: PhantomData })
    }

    /// The lines with their identities.
    pub fn rows(&self) -> &[Record] {
        &self.rows
    }

    /// The lines as structs; one that does not fit is left out.
    pub fn values(&self) -> impl Iterator<Item = L> {
        self.rows.iter().filter_map(L::from_record)
    }
}

impl<L> Default for Lines<L> {
    fn default() -> Self {
        Self { rows: Vec::new(), line: PhantomData }
    }
}

impl<L: Entity> FieldType for Lines<L> {
    const KIND: Kind = Kind::Lines;
    const OPTIONAL: bool = true;
    fn target() -> Option<&'static str> {
        Some(L::ENTITY)
    }
    fn from_value(value: &Value) -> Option<Self> {
        Some(Self { rows: value.as_lines().to_vec(), line: PhantomData })
    }
    fn into_value(self) -> Value {
        Value::lines(self.rows)
    }
}

/// Whether a field of a line is kept in the change log and compared: not what is computed from the
/// others.
pub fn is_given(line: &EntityDef, index: usize) -> bool {
    index >= line.first_declared() && line.fields.get(index).is_some_and(|field| !field.kind.is_computed())
}

/// A value without what is computed in its lines: what was given.
pub fn given(value: &Value) -> Value {
    let Value::Lines(rows) = value else { return value.clone() };
    let strip = |row: &Record| {
        let mut row = row.clone();
        for (index, field) in row.entity().clone().fields.iter().enumerate() {
            if field.kind.is_computed() {
                row.put(index, Value::Null);
            }
        }
        row
    };
    Value::Lines(rows.iter().map(strip).collect())
}

/// Writes lines as JSON, each with its identity and the fields at the positions chosen; `each`
/// writes a value.
pub fn write_json<E>(
    out: &mut Vec<u8>,
    rows: &[Record],
    chosen: impl Fn(&EntityDef, usize, &Value) -> bool,
    mut each: impl FnMut(&mut Vec<u8>, &FieldDef, &Value) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    out.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"id\":");
        wire::write_string(out, &row.id().to_string());
        let def = row.entity();
        for (index, field) in def.fields.iter().enumerate().skip(def.first_declared()) {
            if !chosen(def, index, row.at(index)) {
                continue;
            }
            out.push(b',');
            wire::write_string(out, &field.name);
            out.push(b':');
            each(out, field, row.at(index))?;
        }
        out.push(b'}');
    }
    out.push(b']');
    Ok(())
}

/// Reads lines as the change log keeps them. What the definitions of today do not know is passed
/// over.
///
/// # Errors
/// The code of what is wrong with them.
pub(crate) fn read_kept(field: &FieldDef, json: &Json, catalog: &Catalog) -> std::result::Result<Value, &'static str> {
    let line = catalog.target_of(field).ok_or("unknown_entity")?;
    let mut rows = Vec::new();
    for row in json.as_array().ok_or("not_a_list")? {
        let row = row.as_object().ok_or("not_an_object")?;
        let mut record = Record::empty(line.clone());
        record.put(ID, Value::Int(wire::read_id(row.get("id").ok_or("not_an_id")?)?));
        for (name, value) in row {
            let Some(index) = line.position(name).filter(|index| is_given(line, *index)) else { continue };
            if let Some(field) = line.fields.get(index) {
                record.put(index, wire::read_operand(field, value, catalog)?);
            }
        }
        rows.push(record);
    }
    Ok(Value::lines(rows))
}
