//! Rows of entities: insert, update, read by identity.

use foldhash::HashSet;
use guanxi_model::entity::{CREATED_AT, EntityDef, ID};
use guanxi_model::filter::Filter;
use guanxi_model::kind::Storage;
use guanxi_model::query::{Order, Query};
use guanxi_model::text::Token;
use guanxi_model::wire::{Cell, cells_of, search_text, value_of};
use guanxi_model::{Catalog, Error, Instant, Record, Result, Test, Value, text};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::compile::{Bin, Drive, Held, Out, Select, count, select, tokens};
use crate::dialect::{Dialect, Hold, SEARCH_TEXT, SORT_TITLE, TOKENS, search_table};
use crate::driver::{Conn, Row};
use crate::later::{Insertion, Shape};
use crate::lines;
use crate::schema::is_found_by_sort_title;
use crate::search_index;
use crate::sql::{Alias, Bind, Plans, Sql};

/// Adds a row with all its values, and its searchable text.
pub fn insert(conn: &mut dyn Conn, record: &Record) -> Result<()> {
    let def = record.entity();
    let dialect = conn.dialect();
    let shapes = shapes(dialect, def);
    let mut binds: Vec<Bind> = Vec::with_capacity(def.fields.len() + 8);
    for column in &shapes.columns {
        let value = record.at(column.field);
        // Most values of most records are empty.
        let (first, second) = if value.is_null() { (Cell::Null, Cell::Null) } else { cells_of(value) };
        binds.push(first.into());
        if column.second {
            binds.push(second.into());
        }
    }
    let search = def.search.then(|| Searchable::of(record));
    if let Some(search) = &search {
        binds.extend([search.text.as_str().into(), search.sort_title.as_str().into()]);
    }
    conn.insert(Insertion { shape: shapes.rows.clone(), values: binds })?;
    if let Some(search) = search {
        search.index(conn, def, record.id(), false)?;
    }
    lines::follow(conn, None, record)
}

/// Definitions whose shape a thread keeps.
const SHAPES: usize = 32;

/// How the rows of an entity are added to a database.
struct Shapes {
    dialect: Dialect,
    def: Arc<EntityDef>,
    columns: Vec<Column>,
    rows: Rc<Shape>,
    /// What they are found by, where that is an ordinary table.
    found: Rc<Shape>,
}

/// The column of a field, and perhaps its second one.
struct Column {
    field: usize,
    second: bool,
}

thread_local! {
    /// Many columns make a long text: it is written once for each definition.
    static KNOWN: RefCell<Vec<Rc<Shapes>>> = const { RefCell::new(Vec::new()) };
}

fn shapes(dialect: Dialect, def: &Arc<EntityDef>) -> Rc<Shapes> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(shapes) = known.iter().find(|shapes| shapes.dialect == dialect && Arc::ptr_eq(&shapes.def, def)) {
            return shapes.clone();
        }
        if known.len() >= SHAPES {
            known.clear();
        }
        let mut columns = Vec::with_capacity(def.fields.len());
        let mut names: Vec<Cow<'_, str>> = Vec::with_capacity(def.fields.len() + 8);
        for (index, field) in def.fields.iter().enumerate().filter(|(_, field)| field.kind.has_column()) {
            let second = field.second_column();
            columns.push(Column { field: index, second: second.is_some() });
            names.push(field.name.as_str().into());
            names.extend(second.map(Cow::Owned));
        }
        if def.search {
            names.extend([SEARCH_TEXT.into(), SORT_TITLE.into()]);
        }
        let rows = Rc::new(Shape::new(dialect, &def.name, names.iter().map(|name| &**name), false, true));
        let found = Rc::new(Shape::new(dialect, &search_table(&def.name), ["id", TOKENS].into_iter(), true, false));
        let shapes = Rc::new(Shapes { dialect, def: def.clone(), columns, rows, found });
        known.push(shapes.clone());
        shapes
    })
}

/// Saves the fields at `changed`. False when the row no longer has the version it was read with, which it has where it is held: then
/// nothing is asked, and it is saved together with what comes next.
pub fn update(conn: &mut dyn Conn, before: &Record, record: &Record, changed: &[usize], held: bool) -> Result<bool> {
    let def = record.entity();
    let dialect = conn.dialect();
    let mut sql = Sql::of(dialect, "UPDATE ");
    sql.name(&def.name).push(" SET ");
    let fields = changed.iter().filter_map(|index| Some((index, def.fields.get(*index)?)));
    for (i, (index, field)) in fields.filter(|(_, field)| field.kind.has_column()).enumerate() {
        let (first, second) = cells_of(record.at(*index));
        if i > 0 {
            sql.push(", ");
        }
        sql.name(&field.name).push(" = ").bind(&first);
        if let Some(name) = field.second_column() {
            sql.push(", ").name(&name).push(" = ").bind(&second);
        }
    }
    let searched =
        |index: &usize| def.fields.get(*index).is_some_and(|field| field.search) || *index == def.title || def.owner == Some(*index);
    let search = (def.search && changed.iter().any(searched)).then(|| Searchable::of(record));
    if let Some(search) = &search {
        sql.push(", ").name(SEARCH_TEXT).push(" = ").bind(search.text.as_str());
        sql.push(", ").name(SORT_TITLE).push(" = ").bind(search.sort_title.as_str());
    }
    sql.push(" WHERE \"id\" = ").bind(before.id()).push(" AND \"version\" = ").bind(before.version());
    sql.plans = Plans::Either;
    if held {
        conn.execute_soon(&sql)?;
    } else if conn.execute(&sql)? == 0 {
        return Ok(false);
    }
    if let Some(search) = search {
        search.index(conn, def, record.id(), true)?;
    }
    lines::follow(conn, Some(before), record)?;
    Ok(true)
}

/// What the search box finds a record by.
struct Searchable {
    text: String,
    sort_title: String,
    /// The token of whose it is.
    holder: Option<String>,
}

impl Searchable {
    fn of(record: &Record) -> Self {
        // In this order: the title is read once for both.
        let sort_title = text::sort_key(record.title());
        Self { text: search_text(record), sort_title, holder: search_index::holder_of(record) }
    }

    fn tokens(&self) -> Vec<String> {
        text::index_tokens(&self.text).into_iter().chain(self.holder.clone()).collect()
    }

    /// The same as SQLite's index takes it.
    fn document(&self) -> String {
        format!("{}{}", text::index_document(&self.text), self.holder.as_deref().unwrap_or_default())
    }

    /// Keeps the text index in step.
    fn index(&self, conn: &mut dyn Conn, def: &Arc<EntityDef>, id: i64, replace: bool) -> Result<()> {
        let dialect = conn.dialect();
        if dialect == Dialect::Postgres {
            let (row, shape) = (vec![id.into(), Bind::Texts(self.tokens())], shapes(dialect, def).found.clone());
            if !replace {
                return conn.insert(Insertion { shape, values: row });
            }
            return shape.statements(vec![row]).try_for_each(|mut sql| {
                sql.push(" ON CONFLICT (\"id\") DO UPDATE SET ").name(TOKENS).push(" = EXCLUDED.").name(TOKENS);
                sql.push(" WHERE ").name(&search_table(&def.name)).push(".").name(TOKENS);
                sql.push(" IS DISTINCT FROM EXCLUDED.").name(TOKENS);
                conn.execute_soon(&sql)
            });
        }
        let index = search_table(&def.name);
        if replace {
            let mut sql = Sql::of(Dialect::Sqlite, "DELETE FROM ");
            sql.name(&index).push(" WHERE rowid = ").bind(id);
            conn.execute_late(sql)?;
        }
        let mut sql = Sql::of(Dialect::Sqlite, "INSERT INTO ");
        sql.name(&index).push(" (rowid, tokens) VALUES (").bind(id).push(", ").bind(self.document()).push(")");
        conn.execute_late(sql)
    }
}

/// Records that answer a query, complete.
pub fn find(conn: &mut dyn Conn, catalog: &Catalog, query: &Query) -> Result<Vec<Record>> {
    let bin = if query.bin { Bin::Deleted } else { Bin::Live };
    find_in(conn, catalog, query, bin)
}

/// The same, in the recycle bin and out of it.
pub fn find_all(conn: &mut dyn Conn, catalog: &Catalog, query: &Query) -> Result<Vec<Record>> {
    find_in(conn, catalog, query, Bin::Any)
}

/// A record by its identity, whether or not it is in the recycle bin.
pub fn load(conn: &mut dyn Conn, catalog: &Catalog, entity: &str, id: i64) -> Result<Option<Record>> {
    let query = Query::of(entity, Filter::eq(ID, Value::Int(id))).limit(1);
    Ok(find_in(conn, catalog, &query, Bin::Any)?.into_iter().next())
}

/// Some records, whether or not they are in the recycle bin.
pub fn load_many(conn: &mut dyn Conn, catalog: &Catalog, entity: &str, ids: &[i64]) -> Result<Vec<Record>> {
    let among = guanxi_model::Test::In(ids.iter().map(|id| Value::Int(*id)).collect::<Vec<_>>().into());
    find_in(conn, catalog, &Query::of(entity, Filter::is(ID, among)).limit(usize::MAX >> 1), Bin::Any)
}

/// A record by its identity as it stands once nobody else is at it, held for this transaction.
pub fn load_held(conn: &mut dyn Conn, catalog: &Catalog, entity: &str, id: i64, hold: Hold) -> Result<Option<Record>> {
    let query = Query::of(entity, Filter::eq(ID, Value::Int(id))).limit(1);
    let def = self::entity(catalog, entity)?;
    let mut sql = select(conn.dialect(), catalog, &question(&def, &query, Bin::Any))?;
    sql.hold_rows(hold);
    let mut found: Vec<Record> = conn.first(&sql, |row| read_record(&def, row))?.into_iter().collect();
    lines::attach(conn, catalog, &def, &mut found)?;
    Ok(found.pop())
}

/// Holds records for this transaction in the order of their identities, so that two who hold the
/// same ones never wait for each other in a circle.
pub fn hold(conn: &mut dyn Conn, entity: &str, ids: &[i64], hold: Hold) -> Result<()> {
    if conn.dialect() == Dialect::Sqlite || ids.len() < 2 {
        return Ok(());
    }
    let mut sql = Sql::of(conn.dialect(), "SELECT \"id\" FROM ");
    sql.name(entity).push(" WHERE \"id\"").among(Bind::Ints(ids.to_vec())).push(" ORDER BY \"id\"").hold_rows(hold);
    conn.collect(&sql, |_| ()).map(|_| ())
}

fn find_in(conn: &mut dyn Conn, catalog: &Catalog, query: &Query, bin: Bin) -> Result<Vec<Record>> {
    let def = entity(catalog, &query.entity)?;
    let question = question(&def, query, bin);
    let sql = select(conn.dialect(), catalog, &question)?;
    let mut found = conn.collect(&sql, |row| read_record(&def, row))?;
    lines::attach(conn, catalog, &def, &mut found)?;
    Ok(found)
}

/// How many records answer a query, counted up to its limit.
pub fn count_up_to(conn: &mut dyn Conn, catalog: &Catalog, query: &Query) -> Result<i64> {
    let def = entity(catalog, &query.entity)?;
    let bin = if query.bin { Bin::Deleted } else { Bin::Live };
    let sql = count(conn.dialect(), catalog, &question(&def, query, bin), Some(query.limit))?;
    conn.number(&sql)
}

/// Whether a scope has at most so many live records.
pub fn are_at_most(conn: &mut dyn Conn, catalog: &Catalog, def: &EntityDef, scope: &Filter, records: usize) -> Result<bool> {
    let newest = [Order { field: CREATED_AT, descending: true }];
    let question = Select {
        def,
        outs: Vec::new(),
        joins: Vec::new(),
        filter: &Filter::All,
        access: scope,
        order: &newest,
        after: None,
        limit: None,
        bin: Bin::Live,
        drive: if Held::of(scope, def).is_some() { Drive::Owners } else { Drive::Free },
        text_index: false,
    };
    let sql = count(conn.dialect(), catalog, &question, Some(records + 1))?;
    Ok(conn.number(&sql)? <= records as i64)
}

fn question<'a>(def: &'a EntityDef, query: &'a Query, bin: Bin) -> Select<'a> {
    let by_words = query.order.is_empty() && !tokens(&query.filter).is_empty();
    let drive = match query.along {
        true => Drive::Order,
        false if by_words => Drive::Stream,
        false => Drive::Free,
    };
    Select {
        def,
        outs: own_columns(def),
        joins: Vec::new(),
        filter: &query.filter,
        access: &Filter::All,
        order: &query.order,
        after: None,
        limit: Some(query.limit),
        bin,
        drive,
        text_index: true,
    }
}

fn entity(catalog: &Catalog, name: &str) -> Result<Arc<EntityDef>> {
    catalog.get(name).cloned().ok_or_else(|| Error::internal(format!("no entity {name}")))
}

/// Every field of a record that stands in its own table, in their order.
pub(crate) fn own_columns(def: &EntityDef) -> Vec<Out> {
    def.fields.iter().enumerate().filter(|(_, field)| field.kind.has_column()).map(|(index, _)| Out::own(index)).collect()
}

/// Reads all fields of a record from a row that starts with them.
pub fn read_record(def: &Arc<EntityDef>, row: &dyn Row) -> Record {
    let mut at = 0;
    let mut values = Vec::with_capacity(def.fields.len());
    for field in &def.fields {
        if !field.kind.has_column() {
            values.push(Value::Null);
            continue;
        }
        let first = row.cell(at);
        at += 1;
        let second = if field.values().second_column().is_some() {
            at += 1;
            row.cell(at - 1)
        } else {
            Cell::Null
        };
        values.push(value_of(field.values(), &first, &second));
    }
    Record::of(def.clone(), values)
}

/// Whether a live record other than `except` has this value.
pub fn value_is_taken(conn: &mut dyn Conn, catalog: &Catalog, def: &EntityDef, field: usize, value: &Value, except: i64) -> Result<bool> {
    let filter = Filter::eq(field, value.clone()).and(Filter::is(ID, guanxi_model::Test::Ne(Value::Int(except))));
    let query = Query::of(&def.name, filter).limit(1);
    Ok(!find(conn, catalog, &query)?.is_empty())
}

/// Which of some values live records have in a field.
pub fn present<'v>(conn: &mut dyn Conn, def: &EntityDef, field: usize, values: impl Iterator<Item = &'v Value>) -> Result<HashSet<Value>> {
    let Some(field) = def.fields.get(field) else { return Ok(HashSet::default()) };
    let cells = values.map(|value| cells_of(value).0);
    // By sort title more than those asked for may be found: what is read alike.
    let by_title = is_found_by_sort_title(def, field);
    let asked = match field.values().storage() {
        Storage::Int => Bind::Ints(sorted(cells.filter_map(|cell| cell.int()))),
        Storage::Text if by_title => Bind::Texts(sorted(cells.filter_map(|cell| cell.str().map(text::sort_key)))),
        Storage::Text => Bind::Texts(sorted(cells.filter_map(|cell| cell.str().map(str::to_owned)))),
    };
    let row = Alias(0);
    let mut sql = Sql::of(conn.dialect(), "SELECT DISTINCT ");
    sql.column(row, &field.name).from_any(&def.name, row, if by_title { SORT_TITLE } else { &field.name }, asked);
    sql.push(" AND ").column(row, "deleted_at").push(" IS NULL");
    let found = conn.collect(&sql, |row| value_of(field.values(), &row.cell(0), &Cell::Null))?;
    Ok(found.into_iter().collect())
}

fn sorted<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values
}

/// How the database would find the records of a query, in its own words.
pub fn plan(conn: &mut dyn Conn, catalog: &Catalog, query: &Query) -> Result<Vec<String>> {
    let def = entity(catalog, &query.entity)?;
    let sql = select(conn.dialect(), catalog, &question(&def, query, Bin::Live))?;
    explain(conn, &sql)
}

/// How the database would answer, in its own words.
pub fn explain(conn: &mut dyn Conn, sql: &Sql) -> Result<Vec<String>> {
    let column = if conn.dialect() == Dialect::Sqlite { 3 } else { 0 };
    conn.collect(&sql.explained(), |row| row.cell(column).str().unwrap_or_default().to_owned())
}

/// Since when the newest so many live records of an entity were made; nothing where there are fewer.
fn created_since(conn: &mut dyn Conn, table: &str, records: usize) -> Result<Option<Instant>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT \"created_at\" FROM ");
    sql.name(table).push(" WHERE \"deleted_at\" IS NULL ORDER BY \"created_at\" DESC");
    sql.push(conn.dialect().nulls(true)).limit(1).push(" OFFSET ").bind(records as i64);
    Ok(conn.first(&sql, |row| row.cell(0).int())?.flatten().map(Instant))
}

/// The newest so many records, of some holders where those are known: a filter that leaves out none newer than another it takes,
/// in which order it is asked, and by what. Nothing where there are fewer.
pub fn newest(conn: &mut dyn Conn, def: &EntityDef, held: Option<&Held>, records: usize) -> Result<Option<(Filter, Vec<Order>, Drive)>> {
    let newest_first = vec![Order { field: CREATED_AT, descending: true }];
    if conn.dialect() == Dialect::Postgres {
        return Ok(Some((Filter::All, newest_first, Drive::Newest { looked_at: records })));
    }
    let Some(held) = held else {
        let since = created_since(conn, &def.name, records)?;
        return Ok(since.map(|since| (Filter::is(CREATED_AT, Test::Ge(Value::Instant(since))), newest_first, Drive::Asked)));
    };
    let index = search_table(&def.name);
    let mut sql = Sql::of(Dialect::Sqlite, "SELECT rowid FROM ");
    sql.name(&index).push(" WHERE ").matches(&index, &[], &held.tokens());
    sql.push(" ORDER BY rowid DESC").limit(1).push(" OFFSET ").bind(records as i64);
    let since = conn.first(&sql, |row| row.cell(0).int())?.flatten();
    Ok(since.map(|since| (Filter::is(ID, Test::Ge(Value::Int(since))), Vec::new(), Drive::Held)))
}

/// What a record is found by, and the token of whose it is.
pub struct Sampled {
    pub text: String,
    pub holder: Option<String>,
}

/// What the newest live records are found by.
pub fn newest_texts(conn: &mut dyn Conn, def: &EntityDef, records: usize) -> Result<Vec<Sampled>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(sampled(def)).push(" FROM ").name(&def.name).push(" WHERE \"deleted_at\" IS NULL ORDER BY \"created_at\" DESC");
    sql.push(conn.dialect().nulls(true)).limit(records);
    samples(conn, def, &sql)
}

/// What some live records are found by, about so many of all.
pub fn some_texts(conn: &mut dyn Conn, def: &EntityDef, records: usize) -> Result<Vec<Sampled>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(sampled(def)).some_of(&def.name, records);
    samples(conn, def, &sql)
}

fn sampled(def: &EntityDef) -> impl Iterator<Item = &str> {
    let owner = def.owner.and_then(|owner| def.fields.get(owner));
    std::iter::once(SEARCH_TEXT).chain(owner.map(|field| field.name.as_str()))
}

fn samples(conn: &mut dyn Conn, def: &EntityDef, sql: &Sql) -> Result<Vec<Sampled>> {
    conn.collect(sql, |row| Sampled {
        text: row.cell(0).str().unwrap_or_default().to_owned(),
        holder: def.owner.map(|_| search_index::holder(row.cell(1).int())),
    })
}

/// How many rows of an entity the text index finds by all tokens and one of the holders, counted up to a
/// limit; the other database keeps statistics of its own.
pub fn text_hits(conn: &mut dyn Conn, table: &str, tokens: &[Token], holders: &[String], limit: usize) -> Result<i64> {
    if conn.dialect() == Dialect::Postgres {
        return Ok(0);
    }
    let index = search_table(table);
    let mut sql = Sql::of(Dialect::Sqlite, "SELECT count(*) FROM (SELECT rowid FROM ");
    sql.name(&index).push(" WHERE ").matches(&index, tokens, holders).limit(limit).push(")");
    conn.number(&sql)
}
