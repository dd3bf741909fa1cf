//! Grouped figures under the same rights as lists.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use guanxi_model::system::Verb;
use guanxi_model::value::DECIMAL_DIGITS;
use guanxi_model::wire::Cell;
use guanxi_model::{Actor, Error, Kind, Result, money};
use guanxi_store::compile::{self, Bucket, Drive, Figures, Group, Measure, Select};
use serde_json::{Map, Value as Json, json};

use super::list::Selection;
use super::plan::readable;
use crate::engine::{Engine, entity_of};

/// Most keys of a grouping.
const MAX_GROUPS: usize = 3;
/// Most measures.
const MAX_MEASURES: usize = 6;
/// Most groups answered.
const MAX_ROWS: usize = 5000;

/// A question for grouped figures.
#[derive(Clone, Debug, Default)]
pub struct AggregateRequest {
    pub selection: Selection,
    /// `stage,created_at:month`
    pub group: String,
    /// `sum:amount,count`
    pub measure: String,
}

impl Engine {
    /// Grouped figures of the records an actor may see.
    pub fn aggregate(&self, actor: &Actor, entity: &str, request: &AggregateRequest) -> Result<Json> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let of = access.require(&def, Verb::See)?;
        let mut groups: Vec<(Group, usize)> = Vec::new();
        for part in request.group.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, bucket) = part.split_once(':').unwrap_or((part, "value"));
            let field = readable(&access, &def, name)?;
            if def.fields.get(field).is_some_and(|field| field.kind == Kind::Lines) {
                return Err(Error::malformed(name, "not_groupable"));
            }
            let bucket = match bucket {
                "value" => Bucket::Value,
                "day" => Bucket::Day,
                "month" => Bucket::Month,
                "year" => Bucket::Year,
                _ => return Err(Error::malformed("group", "unknown_bucket")),
            };
            groups.push((Group { field, bucket }, field));
        }
        let mut measures: Vec<(String, Measure, Option<Kind>)> = Vec::new();
        for part in request.measure.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let measure = match part.split_once(':') {
                None if part == "count" => (Measure::Count, None),
                Some((function, name)) => {
                    let field = readable(&access, &def, name)?;
                    let kind = def.fields.get(field).map(guanxi_model::FieldDef::values);
                    let numeric = matches!(kind, Some(Kind::Integer | Kind::Decimal | Kind::Percent | Kind::Money));
                    match function {
                        "sum" if numeric => (Measure::Sum(field), kind),
                        "min" if numeric => (Measure::Min(field), kind),
                        "max" if numeric => (Measure::Max(field), kind),
                        _ => return Err(Error::malformed("measure", "unknown_measure")),
                    }
                }
                None => return Err(Error::malformed("measure", "unknown_measure")),
            };
            measures.push((part.to_owned(), measure.0, measure.1));
        }
        if measures.is_empty() {
            measures.push(("count".to_owned(), Measure::Count, None));
        }
        if groups.len() > MAX_GROUPS || measures.len() > MAX_MEASURES {
            return Err(Error::malformed("group", "too_many_values"));
        }
        let selected = self.select(&access, &def, &of, &request.selection)?;
        let question = Select {
            def: &def,
            outs: Vec::new(),
            joins: Vec::new(),
            filter: &selected.filter,
            access: &of.read,
            order: &[],
            after: None,
            limit: Some(MAX_ROWS),
            bin: selected.bin,
            drive: Drive::Free,
            text_index: true,
        };
        let keys: Vec<Group> = groups.iter().map(|(group, _)| *group).collect();
        let figures: Vec<Measure> = measures.iter().map(|(_, measure, _)| *measure).collect();
        let asked = Figures { groups: &keys, measures: &figures, ahead_seconds: access.org.zone.ahead_seconds(self.now()) };
        let told = def.tally.as_ref().and_then(|tally| compile::told(tally, &question, &asked));
        let rows: Vec<Vec<Cell<'static>>> = self.inner.store.read(|conn| {
            let (dialect, catalog) = (conn.dialect(), &access.org.catalog);
            let mut found = Vec::new();
            let sql = match &told {
                Some(told) => compile::aggregate_told(dialect, catalog, &question, told, &asked)?,
                None => compile::aggregate(dialect, catalog, &question, &asked)?,
            };
            let width = keys.len() + figures.len();
            conn.rows(&sql, &mut |row| {
                found.push(match told {
                    Some(_) => compile::row_told(row, &asked)?,
                    None => (0..width).map(|i| row.cell(i).into_owned()).collect(),
                });
                Ok(true)
            })?;
            Ok(found)
        })?;
        let mut items = Vec::with_capacity(rows.len());
        let mut known: HashMap<(usize, String), Json> = HashMap::new();
        for row in rows {
            let (mut keys, mut labels) = (Vec::new(), Vec::new());
            for ((_, field), cell) in groups.iter().zip(&row) {
                let key = cell_json(cell);
                let label = match known.entry((*field, key.to_string())) {
                    Entry::Occupied(label) => label.get().clone(),
                    Entry::Vacant(place) => place.insert(self.key_label(&access, &def, *field, cell)?).clone(),
                };
                keys.push(key);
                labels.push(label);
            }
            let mut item = Map::new();
            item.insert("group".into(), json!(keys));
            item.insert("labels".into(), json!(labels));
            for ((name, _, kind), cell) in measures.iter().zip(row.iter().skip(groups.len())) {
                item.insert(name.clone(), figure(*kind, cell, access.org.currency.digits()));
            }
            items.push(Json::Object(item));
        }
        Ok(json!({"items": items}))
    }

    fn key_label(&self, access: &crate::rights::Access, def: &guanxi_model::EntityDef, field: usize, cell: &Cell<'_>) -> Result<Json> {
        let Some(field) = def.fields.get(field) else { return Ok(Json::Null) };
        Ok(match (cell, &field.target) {
            (Cell::Null, _) => Json::Null,
            (Cell::Int(id), Some(target)) => json!(self.title(access, target, *id)?),
            (Cell::Text(code), None) if field.values() == Kind::Choice => {
                json!(crate::meta::choice_label(&access.org, access.actor.lang, def, field, code))
            }
            _ => cell_json(cell),
        })
    }
}

fn cell_json(cell: &Cell<'_>) -> Json {
    match cell {
        Cell::Null => Json::Null,
        Cell::Int(n) => json!(n.to_string()),
        Cell::Text(text) => json!(text),
    }
}

fn figure(kind: Option<Kind>, cell: &Cell<'_>, digits: u32) -> Json {
    let Some(n) = cell.int() else { return Json::Null };
    match kind {
        None => json!(n),
        Some(Kind::Money) => json!(money::format_scaled(n, digits, digits)),
        Some(Kind::Integer) => json!(n.to_string()),
        Some(_) => json!(money::format_scaled(n, DECIMAL_DIGITS, 0)),
    }
}
