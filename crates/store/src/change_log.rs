//! The change log: what every write leaves behind, and the source of history, undo and as-of.

use guanxi_model::Result;

use crate::driver::{Conn, Row};
use crate::kept::{self, Kept, Where};
use crate::sql::{Bind, Sql};

/// One change set: who did something, when, and why.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    pub id: i64,
    /// Milliseconds UTC.
    pub at: i64,
    pub actor: Option<i64>,
    pub token: Option<i64>,
    /// `edit`, `bulk`, `action`, `import`, `merge`, `undo`, `job`, `setup`.
    pub kind: String,
    /// The request, rule, job or action.
    pub reason: String,
    /// The import or other run it is a part of.
    pub source: Option<i64>,
    pub undo_of: Option<i64>,
    pub undone_by: Option<i64>,
    pub rows: i64,
    /// SHA-256 of its content.
    pub hash: String,
    /// Its number in the chain, once sealed.
    pub seal: Option<i64>,
    /// SHA-256 of the link before and this one's hash.
    pub chain: String,
}

/// What happened to one record in a change set.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    pub id: i64,
    pub change_set: i64,
    pub entity: String,
    pub record: i64,
    pub op: String,
    /// The rule that made the change, where it was not the caller.
    pub rule: Option<String>,
    /// Version of the record after the change.
    pub version: i64,
    /// Values before, by field, as JSON; empty for a creation.
    pub old: String,
    /// Values after, by field, as JSON.
    pub new: String,
    /// The change set that took it back.
    pub undone_by: Option<i64>,
}

/// Adds a change set.
pub fn insert_set(conn: &mut dyn Conn, set: &ChangeSet) -> Result<()> {
    kept::insert_later(
        conn,
        "change_set",
        [
            ("id", set.id.into()),
            ("at", set.at.into()),
            ("actor", set.actor.into()),
            ("token", set.token.into()),
            ("kind", set.kind.as_str().into()),
            ("reason", set.reason.as_str().into()),
            ("source", set.source.into()),
            ("undo_of", set.undo_of.into()),
            ("rows", set.rows.into()),
            ("hash", set.hash.as_str().into()),
        ],
    )
}

/// Adds what happened to one record.
pub fn insert_row(conn: &mut dyn Conn, row: ChangeRow) -> Result<()> {
    kept::insert_later(
        conn,
        "change_row",
        [
            ("id", row.id.into()),
            ("change_set", row.change_set.into()),
            ("entity", row.entity.into()),
            ("record", row.record.into()),
            ("op", row.op.into()),
            ("rule", row.rule.into()),
            ("version", row.version.into()),
            ("old", row.old.into()),
            ("new", row.new.into()),
        ],
    )
}

/// A change set by its identity.
pub fn set(conn: &mut dyn Conn, id: i64) -> Result<Option<ChangeSet>> {
    Ok(kept::first(conn, "change_set", &[Where::Is("id", id.into())])?.as_ref().map(read_set))
}

/// Marks a change set as undone by another, or as standing again.
pub fn mark_undone(conn: &mut dyn Conn, id: i64, by: Option<i64>) -> Result<()> {
    kept::update(conn, "change_set", &[("undone_by", by.into())], &[Where::Is("id", id.into())]).map(|_| ())
}

/// Marks what a change set did to single records as taken back by another.
pub fn mark_rows_undone(conn: &mut dyn Conn, rows: Vec<i64>, by: i64) -> Result<()> {
    let mut sql = Sql::of(conn.dialect(), "UPDATE \"change_row\" SET \"undone_by\" = ");
    sql.bind(by).push(" WHERE \"id\"").among(Bind::Ints(rows));
    conn.execute(&sql).map(|_| ())
}

/// Lets what a change set did to a record stand again; to all records where none is named.
pub fn mark_standing(conn: &mut dyn Conn, set: i64, undone_by: i64, record: Option<(&str, i64)>) -> Result<()> {
    let mut which = vec![Where::Is("change_set", set.into()), Where::Is("undone_by", undone_by.into())];
    if let Some((entity, id)) = record {
        which.extend([Where::Is("entity", entity.into()), Where::Is("record", id.into())]);
    }
    kept::update(conn, "change_row", &[("undone_by", Bind::Null)], &which).map(|_| ())
}

/// Which change sets a page shows.
#[derive(Default)]
pub struct SetsWanted {
    pub actor: Option<i64>,
    pub entity: Option<String>,
    pub source: Option<i64>,
    /// Milliseconds UTC, from and before.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Only sets older than this identity.
    pub before: Option<i64>,
    pub limit: usize,
}

/// Change sets, newest first.
pub fn sets(conn: &mut dyn Conn, wanted: &SetsWanted) -> Result<Vec<ChangeSet>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(SET_COLUMNS).push(" FROM \"change_set\" WHERE 1 = 1");
    let number = |sql: &mut Sql, text: &'static str, value: Option<i64>| {
        if let Some(value) = value {
            sql.push(text).bind(value);
        }
    };
    number(&mut sql, " AND \"actor\" = ", wanted.actor);
    number(&mut sql, " AND \"source\" = ", wanted.source);
    number(&mut sql, " AND \"at\" >= ", wanted.from);
    number(&mut sql, " AND \"at\" < ", wanted.to);
    number(&mut sql, " AND \"id\" < ", wanted.before);
    if let Some(entity) = &wanted.entity {
        sql.push(" AND \"id\" IN (SELECT \"change_set\" FROM \"change_row\" WHERE \"entity\" = ").bind(entity.as_str()).push(")");
    }
    sql.push(" ORDER BY \"id\" DESC").limit(wanted.limit);
    conn.collect(&sql, set_of_row)
}

const SET_COLUMNS: [&str; 13] =
    ["id", "at", "actor", "token", "kind", "reason", "source", "undo_of", "undone_by", "rows", "hash", "seal", "chain"];

fn set_of_row(row: &dyn Row) -> ChangeSet {
    let int = |i: usize| row.cell(i).int();
    let text = |i: usize| row.cell(i).str().unwrap_or_default().to_owned();
    ChangeSet {
        id: int(0).unwrap_or(0),
        at: int(1).unwrap_or(0),
        actor: int(2),
        token: int(3),
        kind: text(4),
        reason: text(5),
        source: int(6),
        undo_of: int(7),
        undone_by: int(8),
        rows: int(9).unwrap_or(0),
        hash: text(10),
        seal: int(11),
        chain: text(12),
    }
}

fn read_set(row: &Kept) -> ChangeSet {
    ChangeSet {
        id: row.int("id"),
        at: row.int("at"),
        actor: row.opt_int("actor"),
        token: row.opt_int("token"),
        kind: row.text("kind").to_owned(),
        reason: row.text("reason").to_owned(),
        source: row.opt_int("source"),
        undo_of: row.opt_int("undo_of"),
        undone_by: row.opt_int("undone_by"),
        rows: row.int("rows"),
        hash: row.text("hash").to_owned(),
        seal: row.opt_int("seal"),
        chain: row.text("chain").to_owned(),
    }
}

const ROW_COLUMNS: [&str; 10] = ["id", "change_set", "entity", "record", "op", "rule", "version", "old", "new", "undone_by"];

fn row_of_row(row: &dyn Row) -> ChangeRow {
    let int = |i: usize| row.cell(i).int().unwrap_or(0);
    let text = |i: usize| row.cell(i).str().unwrap_or_default().to_owned();
    ChangeRow {
        id: int(0),
        change_set: int(1),
        entity: text(2),
        record: int(3),
        op: text(4),
        rule: row.cell(5).str().map(str::to_owned),
        version: int(6),
        old: text(7),
        new: text(8),
        undone_by: row.cell(9).int(),
    }
}

fn rows(conn: &mut dyn Conn, condition: impl FnOnce(&mut Sql), newest: bool, limit: usize) -> Result<Vec<ChangeRow>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(ROW_COLUMNS).push(" FROM \"change_row\" WHERE ");
    condition(&mut sql);
    sql.push(if newest { " ORDER BY \"id\" DESC" } else { " ORDER BY \"id\" ASC" }).limit(limit);
    conn.collect(&sql, row_of_row)
}

/// What happened to a record, newest first, before a row identity.
pub fn rows_of_record(conn: &mut dyn Conn, entity: &str, record: i64, before: Option<i64>, limit: usize) -> Result<Vec<ChangeRow>> {
    let one = |sql: &mut Sql| _ = sql.push(" = ").bind(record);
    rows(conn, |sql| of_records(sql, entity, one, before), true, limit)
}

/// What happened to any of some records, newest first, before a row identity.
pub fn rows_of_records(conn: &mut dyn Conn, entity: &str, records: Vec<i64>, before: Option<i64>, limit: usize) -> Result<Vec<ChangeRow>> {
    let among = |sql: &mut Sql| _ = sql.among(Bind::Ints(records));
    rows(conn, |sql| of_records(sql, entity, among, before), true, limit)
}

fn of_records(sql: &mut Sql, entity: &str, which: impl FnOnce(&mut Sql), before: Option<i64>) {
    sql.push("\"entity\" = ").bind(entity).push(" AND \"record\"");
    which(sql);
    if let Some(before) = before {
        sql.push(" AND \"id\" < ").bind(before);
    }
}

/// What a change set did, in order, after a row identity.
pub fn rows_of_set(conn: &mut dyn Conn, set: i64, after: Option<i64>, limit: usize) -> Result<Vec<ChangeRow>> {
    rows(
        conn,
        |sql| {
            sql.push("\"change_set\" = ").bind(set);
            if let Some(after) = after {
                sql.push(" AND \"id\" > ").bind(after);
            }
        },
        false,
        limit,
    )
}

/// What a change set did, backwards, before a row identity.
pub fn rows_of_set_backwards(conn: &mut dyn Conn, set: i64, before: Option<i64>, limit: usize) -> Result<Vec<ChangeRow>> {
    rows(
        conn,
        |sql| {
            sql.push("\"change_set\" = ").bind(set);
            if let Some(before) = before {
                sql.push(" AND \"id\" < ").bind(before);
            }
        },
        true,
        limit,
    )
}

/// The records of an entity that the log knows, in the order of their identities.
pub fn records_of(conn: &mut dyn Conn, entity: &str, after: i64, limit: usize) -> Result<Vec<i64>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT DISTINCT \"record\" FROM \"change_row\" WHERE \"entity\" = ");
    sql.bind(entity).push(" AND \"record\" > ").bind(after).push(" ORDER BY \"record\"").limit(limit);
    conn.collect(&sql, |row| row.cell(0).int().unwrap_or(0))
}

/// Everything that happened to some records, from the first on.
pub fn each_row_of(conn: &mut dyn Conn, entity: &str, records: Vec<i64>, mut each: impl FnMut(ChangeRow)) -> Result<()> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(ROW_COLUMNS).push(" FROM \"change_row\" WHERE \"entity\" = ").bind(entity).push(" AND \"record\"");
    sql.among(Bind::Ints(records)).push(" ORDER BY \"record\", \"id\"");
    conn.rows(&sql, &mut |row| {
        each(row_of_row(row));
        Ok(true)
    })
}

/// Rows of an entity's table of which the log knows nothing.
pub fn unknown_records(conn: &mut dyn Conn, entity: &str, limit: usize) -> Result<Vec<i64>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT t.\"id\" FROM ");
    sql.name(entity).push(" AS t WHERE NOT EXISTS (SELECT 1 FROM \"change_row\" AS c WHERE c.\"entity\" = ");
    sql.bind(entity).push(" AND c.\"record\" = t.\"id\")").limit(limit);
    conn.collect(&sql, |row| row.cell(0).int().unwrap_or(0))
}

/// The link of the chain at a number.
pub fn link(conn: &mut dyn Conn, number: i64) -> Result<Option<String>> {
    let found = kept::first(conn, "change_set", &[Where::Is("seal", number.into())])?;
    Ok(found.map(|row| row.text("chain").to_owned()))
}

/// How many records of each entity a change set touched.
pub fn entities_of_set(conn: &mut dyn Conn, set: i64) -> Result<Vec<(String, i64)>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT \"entity\", count(*) FROM \"change_row\" WHERE \"change_set\" = ");
    sql.bind(set).push(" GROUP BY \"entity\" ORDER BY 1");
    conn.collect(&sql, |row| (row.cell(0).str().unwrap_or_default().to_owned(), row.cell(1).int().unwrap_or(0)))
}

/// Change sets not in the chain yet, oldest first.
pub fn unsealed(conn: &mut dyn Conn, limit: usize) -> Result<Vec<ChangeSet>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(SET_COLUMNS).push(" FROM \"change_set\" WHERE \"seal\" IS NULL ORDER BY \"id\" ASC").limit(limit);
    conn.collect(&sql, set_of_row)
}

/// Change sets in the order of the chain, after a seal.
pub fn sealed(conn: &mut dyn Conn, after: i64, limit: usize) -> Result<Vec<ChangeSet>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(SET_COLUMNS).push(" FROM \"change_set\" WHERE \"seal\" > ").bind(after);
    sql.push(" ORDER BY \"seal\" ASC").limit(limit);
    conn.collect(&sql, set_of_row)
}

/// The last link of the chain: its number and its value.
pub fn last_seal(conn: &mut dyn Conn) -> Result<(i64, String)> {
    let sql =
        Sql::of(conn.dialect(), "SELECT \"seal\", \"chain\" FROM \"change_set\" WHERE \"seal\" IS NOT NULL ORDER BY \"seal\" DESC LIMIT 1");
    let last = conn.first(&sql, |row| (row.cell(0).int().unwrap_or(0), row.cell(1).str().unwrap_or_default().to_owned()))?;
    Ok(last.unwrap_or_default())
}

/// A change set with its number in the chain and its link.
pub type Seal = (i64, i64, String);

/// Puts change sets into the chain, many at a time: in numbers of few sizes, so that the texts of the statements stay prepared.
pub fn seal(conn: &mut dyn Conn, mut seals: &[Seal]) -> Result<()> {
    while let Some(size) = seals.len().checked_ilog2() {
        let (some, rest) = seals.split_at(1 << size);
        let mut sql = Sql::of(conn.dialect(), "UPDATE \"change_set\" SET \"seal\" = s.column2, \"chain\" = s.column3 FROM (VALUES ");
        for (place, (id, number, chain)) in some.iter().enumerate() {
            sql.push(if place > 0 { ", (CAST(" } else { "(CAST(" }).bind(*id).push(" AS BIGINT), CAST(").bind(*number);
            sql.push(" AS BIGINT), CAST(").bind(chain.as_str()).push(" AS TEXT))");
        }
        sql.push(") AS s WHERE \"change_set\".\"id\" = s.column1");
        conn.execute_soon(&sql)?;
        seals = rest;
    }
    Ok(())
}
