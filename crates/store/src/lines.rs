//! Lines: child rows in a table of their own, read and written with the record they belong to.

use std::collections::HashMap;
use std::sync::Arc;

use guanxi_model::entity::{CREATED_AT, CREATED_BY, DELETED_AT, EntityDef, ID, LINE_PARENT, LINE_PLACE, UPDATED_AT, UPDATED_BY, VERSION};
use guanxi_model::filter::Filter;
use guanxi_model::query::Order;
use guanxi_model::wire::cells_of;
use guanxi_model::{Catalog, Record, Result, Value};

use crate::compile::{Bin, Drive, Select, select};
use crate::driver::Conn;
use crate::records::{insert, own_columns, read_record};
use crate::sql::{Bind, Sql};

/// The question for the lines of some records, in their order; `outs` and `joins` say what of them.
pub fn of_records<'a>(line: &'a EntityDef, filter: &'a Filter, order: &'a [Order]) -> Select<'a> {
    Select {
        def: line,
        outs: Vec::new(),
        joins: Vec::new(),
        filter,
        access: &Filter::All,
        order,
        after: None,
        limit: None,
        // Those of a record in the recycle bin are there with it.
        bin: Bin::Any,
        drive: Drive::Free,
        text_index: true,
    }
}

/// The order of lines: document by document, place by place.
pub const IN_PLACE: [Order; 2] = [Order { field: LINE_PARENT, descending: false }, Order { field: LINE_PLACE, descending: false }];

/// Puts the lines of records into them: one statement for each field of lines, however many records.
pub(crate) fn attach(conn: &mut dyn Conn, catalog: &Catalog, def: &EntityDef, records: &mut [Record]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    for (index, field) in def.lines() {
        let Some(line) = catalog.target_of(field).cloned() else { continue };
        let filter = Filter::refers_to(LINE_PARENT, records.iter().map(Record::id));
        let question = Select { outs: own_columns(&line), ..of_records(&line, &filter, &IN_PLACE) };
        let sql = select(conn.dialect(), catalog, &question)?;
        let mut found: HashMap<i64, Vec<Record>> = HashMap::new();
        for row in conn.collect(&sql, |row| read_record(&line, row))? {
            let parent = row.at(LINE_PARENT).as_ref_id().unwrap_or_default();
            found.entry(parent).or_default().push(bare(&line, &row));
        }
        for record in records.iter_mut() {
            record.put(index, Value::lines(found.remove(&record.id()).unwrap_or_default()));
        }
    }
    Ok(())
}

/// A line as it stands in its document: its identity and what was declared.
fn bare(line: &Arc<EntityDef>, row: &Record) -> Record {
    let declared = line.first_declared();
    let keep = |(index, value): (usize, &Value)| if index == ID || index >= declared { value.clone() } else { Value::Null };
    Record::of(line.clone(), row.values().iter().enumerate().map(keep).collect())
}

/// A line as its table holds it: where it belongs and its stamps are those of the document.
fn whole(parent: &Record, row: &Record, place: usize) -> Record {
    let mut row = row.clone();
    row.put(VERSION, parent.at(VERSION).clone());
    row.put(CREATED_AT, parent.at(UPDATED_AT).clone());
    row.put(CREATED_BY, parent.at(UPDATED_BY).clone());
    row.put(UPDATED_AT, parent.at(UPDATED_AT).clone());
    row.put(UPDATED_BY, parent.at(UPDATED_BY).clone());
    row.put(DELETED_AT, parent.at(DELETED_AT).clone());
    row.put(LINE_PARENT, Value::Ref(parent.id()));
    row.put(LINE_PLACE, Value::Int(i64::try_from(place).unwrap_or(i64::MAX)));
    row
}

/// Brings the tables of lines from a record as it was to the record as it is.
pub(crate) fn follow(conn: &mut dyn Conn, old: Option<&Record>, new: &Record) -> Result<()> {
    for (index, field) in new.entity().lines() {
        let Some(table) = field.target.as_deref() else { continue };
        let (was, is) = (old.map_or(&[][..], |old| old.at(index).as_lines()), new.at(index).as_lines());
        if was != is {
            replace(conn, table, new, was, is)?;
        }
        if old.is_some_and(|old| old.at(DELETED_AT) != new.at(DELETED_AT)) {
            let mut sql = Sql::of(conn.dialect(), "UPDATE ");
            sql.name(table).push(" SET \"deleted_at\" = ").bind(&cells_of(new.at(DELETED_AT)).0);
            sql.push(" WHERE \"parent\" = ").bind(new.id());
            conn.execute(&sql)?;
        }
    }
    Ok(())
}

fn replace(conn: &mut dyn Conn, table: &str, parent: &Record, was: &[Record], is: &[Record]) -> Result<()> {
    let before: HashMap<i64, (usize, &Record)> = was.iter().enumerate().map(|(place, row)| (row.id(), (place, row))).collect();
    let gone: Vec<i64> = was.iter().map(Record::id).filter(|id| !is.iter().any(|row| row.id() == *id)).collect();
    if !gone.is_empty() {
        let mut sql = Sql::of(conn.dialect(), "DELETE FROM ");
        sql.name(table).push(" WHERE \"parent\" = ").bind(parent.id()).push(" AND \"id\"").among(Bind::Ints(gone));
        conn.execute(&sql)?;
    }
    for (place, row) in is.iter().enumerate() {
        match before.get(&row.id()) {
            None => insert(conn, &whole(parent, row, place))?,
            Some((there, same)) if *there == place && *same == row => {}
            Some(_) => update(conn, parent, row, place)?,
        }
    }
    Ok(())
}

/// Writes a line anew, with its place. The version of its document guards it.
fn update(conn: &mut dyn Conn, parent: &Record, row: &Record, place: usize) -> Result<()> {
    let def = row.entity().clone();
    let row = whole(parent, row, place);
    let mut sql = Sql::of(conn.dialect(), "UPDATE ");
    sql.name(&def.name).push(" SET ");
    let kept = [ID, CREATED_AT, CREATED_BY, LINE_PARENT];
    let fields = def.fields.iter().enumerate().filter(|(index, field)| field.kind.has_column() && !kept.contains(index));
    for (i, (index, field)) in fields.enumerate() {
        let (first, second) = cells_of(row.at(index));
        if i > 0 {
            sql.push(", ");
        }
        sql.name(&field.name).push(" = ").bind(&first);
        if let Some(name) = field.second_column() {
            sql.push(", ").name(&name).push(" = ").bind(&second);
        }
    }
    sql.push(" WHERE \"id\" = ").bind(row.id()).push(" AND \"parent\" = ").bind(parent.id());
    conn.execute(&sql).map(|_| ())
}

/// Rows of a table of lines whose document is not there.
pub fn orphans(conn: &mut dyn Conn, line: &EntityDef, limit: usize) -> Result<Vec<i64>> {
    let Some(holder) = line.line_of.as_deref() else { return Ok(Vec::new()) };
    let mut sql = Sql::of(conn.dialect(), "SELECT t.\"id\" FROM ");
    sql.name(&line.name).push(" AS t WHERE NOT EXISTS (SELECT 1 FROM ").name(holder);
    sql.push(" AS p WHERE p.\"id\" = t.\"parent\")").limit(limit);
    conn.collect(&sql, |row| row.cell(0).int().unwrap_or(0))
}
