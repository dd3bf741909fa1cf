//! Tallies: a small table beside an entity's own, with one row for each group of live records.
//! Every write moves its records between groups in its own transaction. See `guanxi_model::tally`.

use std::collections::BTreeMap;

use guanxi_model::entity::EntityDef;
use guanxi_model::filter::Filter;
use guanxi_model::kind::Storage;
use guanxi_model::tally::{self, Share, Tally};
use guanxi_model::wire::Cell;
use guanxi_model::{Catalog, Problem, Result, Status};

use crate::compile::{Bin, Drive, Out, Select, select};
use crate::dialect::Dialect;
use crate::driver::Conn;
use crate::kept;
use crate::sql::Sql;

/// How many records a group has.
pub(crate) const RECORDS: &str = "records";

/// The table of an entity's tally.
pub(crate) fn table(entity: &str) -> String {
    format!("tally_{entity}")
}

/// A sum is kept in three columns: how many records have an amount, and the halves of the amounts
/// added up apart, so that no sum of what fits 64 bits ever fails to fit.
pub(crate) fn sum_columns(field: &str) -> [String; 3] {
    [format!("{field}_present"), format!("{field}_high"), format!("{field}_low")]
}

/// Bits of the lower half of an amount, and those bits themselves.
pub(crate) const HALF: i64 = 32;
pub(crate) const LOW: i64 = (1 << HALF) - 1;

/// A sum from its halves.
///
/// # Errors
/// 422 where 64 bits cannot hold it.
pub(crate) fn whole(high: i64, low: i64) -> Result<i64> {
    let sum = (i128::from(high) << HALF) + i128::from(low);
    i64::try_from(sum).map_err(|_| Problem::new(Status::Invalid, "out_of_range").into())
}

/// What changes in one group.
#[derive(Clone, Debug, Default, PartialEq)]
struct Moved {
    group: Vec<Cell<'static>>,
    records: i64,
    /// For each sum what its columns hold.
    amounts: Vec<[i64; 3]>,
}

/// Changes by group, in the order of their keys: whoever writes holds the groups in one order.
#[derive(Default)]
pub struct Moves(BTreeMap<String, Moved>);

impl Moves {
    /// Adds a record to its group, or takes it out.
    pub fn add(&mut self, share: &Share, times: i64) {
        let moved = self.0.entry(key_of(&share.group)).or_default();
        moved.group.clone_from(&share.group);
        moved.records += times;
        moved.amounts.resize(share.amounts.len(), [0; 3]);
        for (amount, [present, high, low]) in share.amounts.iter().zip(&mut moved.amounts) {
            if let Some(amount) = amount {
                *present += times;
                *high += (amount >> HALF) * times;
                *low += (amount & LOW) * times;
            }
        }
    }

    /// Writes them.
    pub fn write(&self, conn: &mut dyn Conn, entity: &EntityDef, tally: &Tally) -> Result<()> {
        for (key, moved) in &self.0 {
            if moved.records != 0 || moved.amounts.iter().any(|amount| *amount != [0; 3]) {
                conn.execute_soon(&change(conn.dialect(), entity, tally, key, moved))?;
            }
        }
        Ok(())
    }
}

/// A group as one text: no value is not the same as an empty text.
fn key_of(group: &[Cell<'_>]) -> String {
    let texts: Vec<String> = group
        .iter()
        .map(|cell| match cell {
            Cell::Null => String::new(),
            Cell::Int(n) => n.to_string(),
            Cell::Text(text) => format!("'{text}"),
        })
        .collect();
    texts.join("\u{1f}")
}

fn change(dialect: Dialect, entity: &EntityDef, tally: &Tally, key: &str, moved: &Moved) -> Sql {
    let numbers = number_columns(entity, tally);
    let values = std::iter::once(moved.records).chain(moved.amounts.iter().copied().flatten());
    let mut sql = Sql::of(dialect, "INSERT INTO ");
    sql.name(&table(&entity.name)).push(" (\"key\"");
    for name in names(entity, &tally.keys).chain(numbers.iter().map(String::as_str)) {
        sql.push(", ").name(name);
    }
    sql.push(") VALUES (").bind(key);
    for cell in &moved.group {
        sql.push(", ").bind(cell);
    }
    for value in values {
        sql.push(", ").bind(value);
    }
    sql.push(") ON CONFLICT (\"key\") DO UPDATE SET ");
    for (i, name) in numbers.iter().enumerate() {
        sql.push(if i > 0 { ", " } else { "" }).name(name).push(" = ");
        sql.name(&table(&entity.name)).push(".").name(name).push(" + excluded.").name(name);
    }
    sql
}

fn names<'a>(entity: &'a EntityDef, fields: &'a [usize]) -> impl Iterator<Item = &'a str> {
    fields.iter().filter_map(|index| entity.fields.get(*index)).map(|field| field.name.as_str())
}

fn number_columns(entity: &EntityDef, tally: &Tally) -> Vec<String> {
    let amounts = names(entity, &tally.sums).flat_map(sum_columns);
    std::iter::once(RECORDS.to_owned()).chain(amounts).collect()
}

/// Makes the tally of an entity from its records, where there is none or another one was declared.
pub(crate) fn prepare(conn: &mut dyn Conn, catalog: &Catalog, entity: &EntityDef) -> Result<()> {
    let mark = table(&entity.name);
    let declared =
        entity.tally.as_ref().map(|tally| number_columns(entity, tally).into_iter().chain(names(entity, &tally.keys).map(str::to_owned)));
    let declared: String = declared.map(|columns| columns.collect::<Vec<_>>().join(",")).unwrap_or_default();
    let there = kept::meta(conn, &mark)?.unwrap_or_default();
    if declared == there {
        return Ok(());
    }
    let mut sql = Sql::of(conn.dialect(), "DROP TABLE IF EXISTS ");
    sql.name(&mark);
    conn.run_batch(&sql)?;
    if let Some(tally) = &entity.tally {
        create(conn, entity, tally)?;
        counted(conn, catalog, entity, tally)?.write(conn, entity, tally)?;
    }
    kept::set_meta(conn, &mark, &declared)
}

fn create(conn: &mut dyn Conn, entity: &EntityDef, tally: &Tally) -> Result<()> {
    let dialect = conn.dialect();
    let mut sql = Sql::of(dialect, "CREATE TABLE ");
    sql.name(&table(&entity.name)).push(" (\"key\" ").push(dialect.column_type(Storage::Text)).push(" PRIMARY KEY NOT NULL");
    for field in tally.keys.iter().filter_map(|index| entity.fields.get(*index)) {
        sql.push(", ").name(&field.name).push(" ").push(dialect.column_type(field.values().storage()));
    }
    for name in number_columns(entity, tally) {
        sql.push(", ").name(&name).push(" ").push(dialect.column_type(Storage::Int)).push(" NOT NULL");
    }
    sql.push(dialect.table_end());
    conn.run_batch(&sql)
}

/// The tally as the records themselves say.
fn counted(conn: &mut dyn Conn, catalog: &Catalog, entity: &EntityDef, tally: &Tally) -> Result<Moves> {
    let fields: Vec<usize> = tally.keys.iter().chain(&tally.sums).copied().collect();
    let question = Select {
        def: entity,
        outs: fields.iter().copied().map(Out::own).collect(),
        joins: Vec::new(),
        filter: &Filter::All,
        access: &Filter::All,
        order: &[],
        after: None,
        limit: None,
        bin: Bin::Live,
        drive: Drive::Free,
        text_index: false,
    };
    // A field with two columns takes two places.
    let places = fields.iter().scan(0, |next, index| {
        let here = *next;
        *next += if entity.fields.get(*index).is_some_and(|field| field.second_column().is_some()) { 2 } else { 1 };
        Some(here)
    });
    let places: Vec<usize> = places.collect();
    let (keys, sums) = places.split_at(tally.keys.len());
    let sql = select(conn.dialect(), catalog, &question)?;
    let mut moves = Moves::default();
    conn.rows(&sql, &mut |row| {
        let group = tally.keys.iter().zip(keys).map(|(field, place)| tally::key(entity, *field, row.cell(*place).into_owned())).collect();
        moves.add(&Share { group, amounts: sums.iter().map(|place| row.cell(*place).int()).collect() }, 1);
        Ok(true)
    })?;
    Ok(moves)
}

/// Whether the tally of an entity is what its records say.
pub fn is_right(conn: &mut dyn Conn, catalog: &Catalog, entity: &EntityDef) -> Result<bool> {
    let Some(tally) = &entity.tally else { return Ok(true) };
    let counted = counted(conn, catalog, entity, tally)?;
    let numbers = number_columns(entity, tally);
    let mut sql = Sql::of(conn.dialect(), "SELECT \"key\", ");
    sql.names(numbers.iter().map(String::as_str)).push(" FROM ").name(&table(&entity.name));
    let (mut groups, mut right) = (0, true);
    conn.rows(&sql, &mut |row| {
        let number = |i: usize| row.cell(i + 1).int().unwrap_or(0);
        let none = Moved { amounts: vec![[0; 3]; tally.sums.len()], ..Moved::default() };
        let key = row.cell(0).str().unwrap_or_default().to_owned();
        let expected = counted.0.get(&key);
        groups += usize::from(expected.is_some());
        let expected = expected.unwrap_or(&none);
        let amounts = expected.amounts.iter().copied().flatten();
        right &= std::iter::once(expected.records).chain(amounts).enumerate().all(|(i, value)| number(i) == value);
        Ok(right)
    })?;
    Ok(right && groups == counted.0.len())
}
