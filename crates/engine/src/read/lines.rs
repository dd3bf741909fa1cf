//! Lines in what is read: one more statement for each column of lines, however many rows a page has.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use guanxi_model::entity::{EntityDef, LINE_PARENT};
use guanxi_model::kind::Kind;
use guanxi_model::system::Right;
use guanxi_model::{Error, FieldDef, Filter, Record, Result, Value, lines, wire};
use guanxi_store::compile::{self, Select};
use guanxi_store::lines::{IN_PLACE, of_records};
use guanxi_store::{Conn, Row, records};
use serde_json::{Map, Value as Json, json};

use super::plan::{Column, Plan};
use crate::engine::Engine;
use crate::rights::{Access, EntityAccess};

/// Positions of what is shown of a line.
fn shown<'a>(of: &'a EntityAccess, line: &'a EntityDef) -> impl Iterator<Item = (usize, &'a FieldDef)> {
    let declared = line.first_declared();
    line.fields.iter().enumerate().skip(declared).filter(|(index, _)| of.right(*index) >= Right::Masked)
}

impl Plan {
    /// Plans a column of lines. They are the record's own: a path through a reference has none.
    pub(super) fn lines_column(
        &mut self,
        access: &Access,
        name: &str,
        def: &Arc<EntityDef>,
        field: usize,
        masked: bool,
        table: usize,
    ) -> Result<()> {
        if table != 0 {
            return Err(Error::malformed(name, "lines_of_another"));
        }
        if !masked {
            let of = access.org.catalog.clone();
            let line = def.fields.get(field).and_then(|field| of.target_of(field)).ok_or_else(|| Error::internal("lines of nothing"))?;
            let of_line = access.of(line)?;
            let names: Vec<String> =
                std::iter::once("id".to_owned()).chain(shown(&of_line, line).map(|(_, field)| field.name.clone())).collect();
            self.lines.push((self.columns.len(), Self::new(access, line, &names)?));
        }
        self.columns.push(Column::of_lines(name, def.clone(), field, masked));
        Ok(())
    }

    /// Hands over each line of some records: the number of its column, its record, and its row.
    pub(super) fn each_line(
        &self,
        conn: &mut dyn Conn,
        access: &Access,
        records: &[i64],
        mut each: impl FnMut(usize, &Plan, i64, &dyn Row),
    ) -> Result<()> {
        let filter = Filter::refers_to(LINE_PARENT, records.iter().copied());
        for (column, plan) in &self.lines {
            let question = Select { outs: plan.outs.clone(), joins: plan.joins(), ..of_records(&plan.def, &filter, &IN_PLACE) };
            let sql = compile::select(conn.dialect(), &access.org.catalog, &question)?;
            conn.rows(&sql, &mut |row| {
                each(*column, plan, row.cell(plan.width).int().unwrap_or(0), row);
                Ok(true)
            })?;
        }
        Ok(())
    }

    /// Puts the lines into rows written as JSON: `ends` tells the record of each and where its
    /// object ends.
    pub(super) fn with_lines(&self, conn: &mut dyn Conn, access: &Access, json: Vec<u8>, ends: &[(i64, usize)]) -> Result<Vec<u8>> {
        if self.lines.is_empty() || ends.is_empty() {
            return Ok(json);
        }
        let records: Vec<i64> = ends.iter().map(|(id, _)| *id).collect();
        let mut found: HashMap<(usize, i64), Vec<u8>> = HashMap::new();
        self.each_line(conn, access, &records, |column, plan, record, row| {
            let lines = found.entry((column, record)).or_default();
            lines.push(if lines.is_empty() { b'[' } else { b',' });
            plan.write_row(lines, row, &access.org.catalog);
        })?;
        let mut out = Vec::with_capacity(json.len() + found.values().map(Vec::len).sum::<usize>());
        let mut at = 0;
        for (id, end) in ends {
            out.extend_from_slice(json.get(at..end - 1).unwrap_or_default());
            for (column, _) in &self.lines {
                if out.last() != Some(&b'{') {
                    out.push(b',');
                }
                wire::write_string(&mut out, self.columns.get(*column).map_or("", |column| &column.name));
                out.push(b':');
                out.extend_from_slice(found.get(&(*column, *id)).map_or(b"[", Vec::as_slice));
                out.push(b']');
            }
            out.push(b'}');
            at = *end;
        }
        out.extend_from_slice(json.get(at..).unwrap_or_default());
        Ok(out)
    }
}

/// What records are called, by entity and identity, where the reader may know it.
type Titles = BTreeMap<(String, i64), String>;

impl Engine {
    /// Lines held in memory as JSON, with titles of today.
    pub(super) fn write_lines(&self, access: &Access, out: &mut Vec<u8>, rows: &[Record]) -> Result<()> {
        let Some(line) = rows.first().map(|row| row.entity().clone()) else {
            out.extend_from_slice(b"[]");
            return Ok(());
        };
        let of = access.of(&line)?;
        let mut wanted: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for row in rows {
            for (index, field) in shown(&of, &line) {
                if let (Value::Ref(id), Some(target)) = (row.at(index), &field.target) {
                    wanted.entry(target).or_default().push(*id);
                }
            }
        }
        let titles = self.titles(access, wanted)?;
        let chosen = |_: &EntityDef, index: usize, _: &Value| of.right(index) >= Right::Masked;
        lines::write_json(out, rows, chosen, |out, field, value| {
            let (first, second) = wire::cells_of(value);
            let title = value.as_ref_id().and_then(|id| titles.get(&(field.target.clone()?, id)));
            wire::write_json(out, field.values(), &first, &second, title.map(String::as_str), &access.org.catalog);
            Ok(())
        })
    }

    /// Lines as the change log keeps them, as they are told: what the reader may see, with titles.
    pub(super) fn tell_lines(&self, access: &Access, field: &FieldDef, kept: &Json) -> Result<Json> {
        let Some(line) = access.org.catalog.target_of(field).cloned() else { return Ok(json!([])) };
        let (of, rows) = (access.of(&line)?, kept.as_array().map(Vec::as_slice).unwrap_or_default());
        let id_of = |value: &Json| value.get("id").and_then(Json::as_str).and_then(|id| id.parse::<i64>().ok());
        let references = |(_, field): &(usize, &FieldDef)| field.kind.is_reference();
        let mut wanted: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (_, field) in shown(&of, &line).filter(references) {
            let ids = rows.iter().filter_map(|row| id_of(row.get(&field.name)?));
            wanted.entry(field.target.as_deref().unwrap_or_default()).or_default().extend(ids);
        }
        let titles = self.titles(access, wanted)?;
        let told = rows.iter().map(|row| {
            let mut told = Map::new();
            told.insert("id".to_owned(), row.get("id").cloned().unwrap_or(Json::Null));
            for (_, field) in shown(&of, &line) {
                let Some(value) = row.get(&field.name) else { continue };
                let value = match id_of(value).filter(|_| field.kind.is_reference()) {
                    Some(id) => json!({"id": id.to_string(), "title": field.target.clone().and_then(|target| titles.get(&(target, id)))}),
                    None => value.clone(),
                };
                told.insert(field.name.clone(), value);
            }
            Json::Object(told)
        });
        Ok(Json::Array(told.collect()))
    }

    /// What several records of each entity are called, read together.
    fn titles(&self, access: &Access, wanted: BTreeMap<&str, Vec<i64>>) -> Result<Titles> {
        let mut titles = Titles::new();
        for (entity, mut ids) in wanted {
            ids.sort_unstable();
            ids.dedup();
            let Some(def) = access.org.catalog.get(entity).cloned() else { continue };
            // Files and people are named by rules of their own; both are few.
            if def.held || entity == "user" {
                for id in ids {
                    titles.extend(self.title(access, entity, id)?.map(|title| ((entity.to_owned(), id), title)));
                }
                continue;
            }
            let of = access.of(&def)?;
            if !of.verbs.has(guanxi_model::system::Verb::See) || !of.reads(def.title) {
                continue;
            }
            let found = self.inner.store.read(|conn| records::load_many(conn, &access.org.catalog, entity, &ids))?;
            self.reading_in(access.org.zone.clone(), |reader| {
                for record in &found {
                    if of.read.matches(record, reader)? {
                        titles.insert((entity.to_owned(), record.id()), record.title().to_owned());
                    }
                }
                Ok(())
            })?;
        }
        Ok(titles)
    }
}

impl Column {
    fn of_lines(name: &str, def: Arc<EntityDef>, field: usize, masked: bool) -> Self {
        Self { name: name.to_owned(), kind: Kind::Lines, masked, first: 0, second: false, title: None, title_masked: false, def, field }
    }
}
