//! Lines given by a caller: the whole array, row by row, each fault named by its place.

use std::collections::HashSet;
use std::sync::Arc;

use guanxi_model::entity::{EntityDef, ID, IMPLIED, MAX_LINES};
use guanxi_model::filter::unknown_field;
use guanxi_model::{Currency, Error, FieldDef, FieldProblem, Record, Result, Value, wire};
use serde_json::{Map, Value as Json};

use super::accept::limits;
use crate::rights::Access;

/// The name of a field of a line, as problems tell it: `lines[2].quantity`.
pub(super) fn place(lines: &str, row: usize, field: &str) -> String {
    format!("{lines}[{row}].{field}")
}

/// The lines as they are to be: rows with an identity are those there, with what the row names
/// changed; others are new; what is not named any more goes.
///
/// # Errors
/// 400 for what is no array of objects or names what is not there.
pub(super) fn accept(
    access: &Access,
    field: &FieldDef,
    json: &Json,
    there: &[Record],
    problems: &mut Vec<FieldProblem>,
) -> Result<Option<Value>> {
    let line = access.org.catalog.target_of(field).cloned().ok_or_else(|| Error::internal("lines of nothing"))?;
    let rows: &[Json] = match json {
        Json::Null => &[],
        Json::Array(rows) => rows,
        _ => return Err(Error::malformed(&field.name, "not_a_list")),
    };
    if rows.len() > MAX_LINES {
        let args = vec![("max", MAX_LINES.to_string())];
        problems.push(FieldProblem { field: field.name.clone(), code: "too_many_lines", args });
        return Ok(None);
    }
    let (mut read, mut seen, before) = (Vec::with_capacity(rows.len()), HashSet::new(), problems.len());
    for (n, row) in rows.iter().enumerate() {
        let row = row.as_object().ok_or_else(|| Error::malformed(&format!("{}[{n}]", field.name), "not_an_object"))?;
        let base = match known(&line, row, there) {
            Ok(base) => base,
            Err(code) => {
                problems.push(FieldProblem { field: place(&field.name, n, "id"), code, args: Vec::new() });
                continue;
            }
        };
        if base.id() != 0 && !seen.insert(base.id()) {
            problems.push(FieldProblem { field: place(&field.name, n, "id"), code: "line_twice", args: Vec::new() });
            continue;
        }
        read.push(accept_row(&line, field, row, n, base, access, problems)?);
    }
    Ok((problems.len() == before).then(|| Value::lines(read)))
}

/// The line a row is about; a new one where it names none.
fn known(line: &Arc<EntityDef>, row: &Map<String, Json>, there: &[Record]) -> Result<Record, &'static str> {
    match row.get("id") {
        None | Some(Json::Null) => Ok(Record::empty(line.clone())),
        Some(id) => {
            let id = wire::read_id(id)?;
            there.iter().find(|row| row.id() == id).cloned().ok_or("no_such_line")
        }
    }
}

fn accept_row(
    line: &EntityDef,
    lines: &FieldDef,
    row: &Map<String, Json>,
    n: usize,
    mut record: Record,
    access: &Access,
    problems: &mut Vec<FieldProblem>,
) -> Result<Record> {
    let mut problem = |name: &str, code, args| problems.push(FieldProblem { field: place(&lines.name, n, name), code, args });
    let (catalog, currency): (_, Currency) = (&access.org.catalog, access.org.currency);
    for (name, json) in row {
        let index = line.position(name).filter(|index| line.fields.get(*index).is_some_and(|field| !field.hidden && !field.secret));
        let Some((index, field)) = index.and_then(|index| Some((index, line.fields.get(index)?))) else {
            return Err(unknown(line, lines, n, name));
        };
        if index == ID {
            continue;
        }
        if index < line.first_declared() {
            return Err(unknown(line, lines, n, name));
        }
        match wire::read_json(field, json, catalog, currency) {
            Ok(value) if field.is_writable() => record.put(index, value),
            // What the server gave comes back with the row.
            Ok(value) if record.id() == 0 && value.is_empty() || *record.at(index) == value || field.kind.is_computed() => {}
            Ok(_) => problem(name, "not_writable", Vec::new()),
            Err(code) => problem(name, code, limits(access, line, field)),
        }
    }
    Ok(record)
}

/// 400 naming the row and the nearest spelling.
fn unknown(line: &EntityDef, lines: &FieldDef, n: usize, name: &str) -> Error {
    let mut error = unknown_field(line, name, |index| index == ID || index >= line.first_declared().max(IMPLIED));
    if let Error::Refused(problem) = &mut error {
        for field in &mut problem.fields {
            field.field = place(&lines.name, n, name);
        }
    }
    error
}
