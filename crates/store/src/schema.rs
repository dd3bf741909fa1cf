//! Tables from the catalog. Definitions only ever grow: missing tables, columns and indexes are
//! added; nothing is dropped and no type changes in place.

use std::collections::HashSet;

use guanxi_model::entity::EntityDef;
use guanxi_model::field::FieldDef;
use guanxi_model::kind::{Kind, Storage};
use guanxi_model::wire::{Cell, cells_of};
use guanxi_model::{Catalog, Error, Problem, Result, Status};

use sha2::{Digest, Sha256};

use crate::dialect::{Dialect, SEARCH_TEXT, SORT_TITLE};
use crate::driver::Conn;
use crate::kept::{self, TABLES};
use crate::search_index;
use crate::sql::Sql;
use crate::tally;

/// Version of the tables of this release. An older program refuses a newer one.
pub const SCHEMA_VERSION: i64 = 1;

/// Makes the database hold everything the catalog and the product need.
///
/// # Errors
/// When a newer release has been here.
pub fn prepare(conn: &mut dyn Conn, catalog: &Catalog) -> Result<()> {
    let known = columns(conn)?;
    for table in TABLES {
        if !known.contains(&(table.name.to_owned(), String::new())) {
            create_kept(conn, table)?;
            continue;
        }
        for (name, storage) in table.columns {
            if !known.contains(&(table.name.to_owned(), (*name).to_owned())) {
                let dialect = conn.dialect();
                let mut sql = Sql::of(dialect, "ALTER TABLE ");
                sql.name(table.name).push(" ADD COLUMN ").name(name).push(" ").push(dialect.column_type(*storage));
                conn.run_batch(&sql)?;
            }
        }
    }
    refuse_newer(conn)?;
    for entity in catalog.entities() {
        prepare_entity(conn, catalog, entity, &known)?;
    }
    kept::set_meta(conn, "schema_version", &SCHEMA_VERSION.to_string())?;
    let print = print(conn.dialect(), catalog);
    kept::set_meta(conn, PRINT, &print)
}

/// The key under which it is kept what [`prepare`] made last.
const PRINT: &str = "schema_print";

/// How a database stands to a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is in it yet.
    New,
    /// [`prepare`] will find everything there.
    Current,
    /// [`prepare`] will change it.
    Behind,
}

/// Whether preparing a database for a catalog will change it.
pub fn standing(conn: &mut dyn Conn, catalog: &Catalog) -> Result<Standing> {
    if !columns(conn)?.contains(&("meta".to_owned(), String::new())) {
        return Ok(Standing::New);
    }
    refuse_newer(conn)?;
    let current = kept::meta(conn, PRINT)?.is_some_and(|made| made == print(conn.dialect(), catalog));
    Ok(if current { Standing::Current } else { Standing::Behind })
}

/// Every table, column and index in one number.
fn print(dialect: Dialect, catalog: &Catalog) -> String {
    let mut digest = Sha256::new();
    let mut say = |text: &str| {
        digest.update(text);
        digest.update([0]);
    };
    say(dialect.search_form());
    for table in TABLES {
        say(table.name);
        table.columns.iter().for_each(|(name, storage)| say(&format!("{name} {storage:?}")));
        table.indexes.iter().for_each(|index| say(&format!("{index:?}")));
    }
    for entity in catalog.entities() {
        say(&entity.name);
        say(&format!("{} {:?}", entity.search, entity.tally));
        columned(entity).for_each(|field| say(&format!("{} {:?}", field.name, field.values().storage())));
        indexes(dialect, entity).iter().for_each(|index| say(&format!("{:?} {:?}", index.columns, index.kind)));
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses a database that a newer release has written.
pub fn refuse_newer(conn: &mut dyn Conn) -> Result<()> {
    let version = kept::meta(conn, "schema_version")?.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    if version > SCHEMA_VERSION {
        return Err(Problem::new(Status::Conflict, "schema_newer").arg("found", version).arg("known", SCHEMA_VERSION).into());
    }
    Ok(())
}

/// Adds what one entity is missing: its table, or new columns and indexes.
pub fn prepare_entity(conn: &mut dyn Conn, catalog: &Catalog, entity: &EntityDef, known: &Known) -> Result<()> {
    if !known.contains(&(entity.name.clone(), String::new())) {
        create_entity(conn, catalog, entity)?;
    } else {
        for field in columned(entity) {
            if !known.contains(&(entity.name.clone(), field.name.clone())) {
                add_column(conn, catalog, entity, field)?;
                begin_with(conn, entity, field)?;
            }
        }
        if lacks_search(entity, known) {
            add_search(conn, &entity.name)?;
        }
        if known.contains(&(entity.name.clone(), search_index::FORMER_TOKENS.to_owned())) {
            search_index::replace_former(conn, &entity.name)?;
        }
    }
    // Releases before this one had an index of the title too.
    if let Some(title) = entity.title_field().filter(|title| is_found_by_sort_title(entity, title)) {
        drop_index(conn, entity, &by_value(entity, title, IndexKind::Plain))?;
    }
    for index in indexes(conn.dialect(), entity) {
        if index.kind == IndexKind::Sparse {
            // Releases before this one had empty values in it too.
            drop_index(conn, entity, &Index { kind: IndexKind::Plain, ..index.clone() })?;
        }
        create_index(conn, entity, &index)?;
    }
    tally::prepare(conn, catalog, entity)
}

fn lacks_search(entity: &EntityDef, known: &Known) -> bool {
    entity.search && !known.contains(&(entity.name.clone(), SEARCH_TEXT.to_owned()))
}

/// The fields that have a column in the entity's own table.
fn columned(entity: &EntityDef) -> impl Iterator<Item = &FieldDef> {
    entity.fields.iter().filter(|field| field.kind.has_column())
}

/// Tables (with an empty second name) and their columns.
pub type Known = HashSet<(String, String)>;

/// The tables and columns that are there.
pub fn columns(conn: &mut dyn Conn) -> Result<Known> {
    let dialect = conn.dialect();
    let sql = Sql::of(
        dialect,
        match dialect {
            Dialect::Sqlite => "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'",
            Dialect::Postgres => {
                "SELECT table_name::TEXT, column_name::TEXT FROM information_schema.columns WHERE table_schema = current_schema()"
            }
        },
    );
    let pairs =
        conn.collect(&sql, |row| (row.cell(0).str().unwrap_or_default().to_owned(), row.cell(1).str().unwrap_or_default().to_owned()))?;
    let mut known: Known = pairs.iter().map(|(table, _)| (table.clone(), String::new())).collect();
    known.extend(pairs);
    Ok(known)
}

fn create_kept(conn: &mut dyn Conn, table: &kept::Table) -> Result<()> {
    let dialect = conn.dialect();
    let mut sql = Sql::of(dialect, "CREATE TABLE ");
    sql.name(table.name).push(" (");
    for (i, (name, storage)) in table.columns.iter().enumerate() {
        if i > 0 {
            sql.push(", ");
        }
        sql.name(name).push(" ");
        match (i, storage) {
            (0, Storage::Int) => sql.push(dialect.key_type()),
            (0, Storage::Text) => sql.push(dialect.column_type(Storage::Text)).push(" PRIMARY KEY NOT NULL"),
            _ => sql.push(dialect.column_type(*storage)),
        };
    }
    sql.push(dialect.table_end());
    conn.run_batch(&sql)?;
    for (columns, unique) in table.indexes {
        let name = format!("{}_{}__{}", if *unique { "unique" } else { "by" }, table.name, columns.join("_"));
        let mut sql = Sql::of(dialect, if *unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
        sql.name(&name).push(" ON ").name(table.name).push(" (").names(columns.iter().copied()).push(")");
        conn.run_batch(&sql)?;
    }
    Ok(())
}

fn create_entity(conn: &mut dyn Conn, catalog: &Catalog, entity: &EntityDef) -> Result<()> {
    let dialect = conn.dialect();
    let mut sql = Sql::of(dialect, "CREATE TABLE ");
    sql.name(&entity.name).push(" (");
    for (i, field) in columned(entity).enumerate() {
        if i > 0 {
            sql.push(", ");
        }
        column(&mut sql, catalog, entity, field);
    }
    sql.push(dialect.table_end());
    conn.run_batch(&sql)?;
    if entity.search { add_search(conn, &entity.name) } else { Ok(()) }
}

/// Adds what the records of a table are found by.
fn add_search(conn: &mut dyn Conn, table: &str) -> Result<()> {
    let dialect = conn.dialect();
    for name in [SEARCH_TEXT, SORT_TITLE] {
        let mut sql = Sql::of(dialect, "ALTER TABLE ");
        sql.name(table).push(" ADD COLUMN ").name(name).push(" ").push(dialect.column_type(Storage::Text));
        conn.run_batch(&sql)?;
    }
    search_index::create(conn, table)
}

fn column(sql: &mut Sql, catalog: &Catalog, entity: &EntityDef, field: &FieldDef) {
    let dialect = sql.dialect;
    sql.name(&field.name).push(" ");
    if field.name == "id" {
        sql.push(dialect.key_type());
        return;
    }
    sql.push(dialect.column_type(field.values().storage()));
    if matches!(field.name.as_str(), "version" | "created_at" | "updated_at") {
        sql.push(" NOT NULL");
    }
    // People are never removed for good, and the implied references would be checked on every
    // write; SQLite enforces declared references only (PostgreSQL could not create them in order).
    let declared = field.kind == Kind::Reference && !matches!(field.name.as_str(), "created_by" | "updated_by");
    if dialect == Dialect::Sqlite
        && declared
        && let Some(target) = catalog.target_of(field)
        && target.name != entity.name
    {
        sql.push(" REFERENCES ").name(&target.name).push(" (\"id\")");
    }
    if let Some(second) = field.second_column() {
        sql.push(", ").name(&second).push(" ").push(dialect.column_type(Storage::Text));
    }
}

/// Adds the column of a field to a table that is there.
pub fn add_column(conn: &mut dyn Conn, catalog: &Catalog, entity: &EntityDef, field: &FieldDef) -> Result<()> {
    let dialect = conn.dialect();
    let mut sql = Sql::of(dialect, "ALTER TABLE ");
    sql.name(&entity.name).push(" ADD COLUMN ");
    // A statement adds one column; the second follows.
    let mut single = field.clone();
    single.kind = if field.second_column().is_some() { Kind::Integer } else { field.values() };
    column(&mut sql, catalog, entity, &single);
    conn.run_batch(&sql)?;
    if let Some(second) = field.second_column() {
        let mut sql = Sql::of(dialect, "ALTER TABLE ");
        sql.name(&entity.name).push(" ADD COLUMN ").name(&second).push(" ").push(dialect.column_type(Storage::Text));
        conn.run_batch(&sql)?;
    }
    Ok(())
}

/// Records that were there before a release declared a field have what a new record begins with. Fields of the
/// administrator stay empty in older records.
fn begin_with(conn: &mut dyn Conn, entity: &EntityDef, field: &FieldDef) -> Result<()> {
    let initial = field.initial();
    if field.custom || initial.is_null() {
        return Ok(());
    }
    let (first, second) = cells_of(&initial);
    let mut sql = Sql::of(conn.dialect(), "UPDATE ");
    sql.name(&entity.name).push(" SET ").name(&field.name).push(" = ").bind(&first);
    if let Some(name) = field.second_column() {
        sql.push(", ").name(&name).push(" = ").bind(&second);
    }
    conn.execute(&sql).map(|_| ())
}

/// Brings the table of an entity from one definition to the next: columns and indexes are added,
/// indexes that no longer serve are dropped.
pub fn follow(conn: &mut dyn Conn, catalog: &Catalog, old: &EntityDef, new: &EntityDef, known: &Known) -> Result<()> {
    for field in columned(new).filter(|field| !known.contains(&(new.name.clone(), field.name.clone()))) {
        add_column(conn, catalog, new, field)?;
    }
    if lacks_search(new, known) {
        add_search(conn, &new.name)?;
    }
    let (was, is) = (indexes(conn.dialect(), old), indexes(conn.dialect(), new));
    for index in was.iter().filter(|index| !is.contains(index)) {
        drop_index(conn, new, index)?;
    }
    for index in is.iter().filter(|index| !was.contains(index)) {
        create_index(conn, new, index)?;
    }
    Ok(())
}

/// Values that several live records share, with how many do; the most common first.
pub fn repeated(conn: &mut dyn Conn, entity: &EntityDef, field: &FieldDef, limit: usize) -> Result<Vec<(Cell<'static>, i64)>> {
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.name(&field.name).push(", count(*) FROM ").name(&entity.name).push(" WHERE \"deleted_at\" IS NULL AND ").name(&field.name);
    sql.push(" IS NOT NULL GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC, 1").limit(limit);
    conn.collect(&sql, |row| (row.cell(0).into_owned(), row.cell(1).int().unwrap_or(0)))
}

/// What an index covers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum IndexKind {
    /// Live records.
    Plain,
    /// Live records, no two with one value.
    Unique,
    /// Live records that have a value in the first column.
    Sparse,
    /// Live records that are nobody's.
    Nobodys,
    /// The recycle bin.
    Bin,
    /// Every row.
    Whole,
}

#[derive(Clone, PartialEq)]
struct Index {
    columns: Vec<String>,
    kind: IndexKind,
}

impl Index {
    fn name(&self, entity: &EntityDef) -> String {
        let purpose = match self.kind {
            IndexKind::Plain => "by",
            IndexKind::Unique => "unique",
            IndexKind::Sparse => "with",
            IndexKind::Nobodys => "nobodys",
            IndexKind::Bin => "bin",
            IndexKind::Whole => "all",
        };
        index_name(purpose, &entity.name, &self.columns)
    }
}

/// Whether the index of a field leaves out records without a value: what is looked up by its value
/// and is never the order of a list. Most records have none, and would pay for it with every save.
fn is_sparse(field: &FieldDef) -> bool {
    let looked_up = field.kind == Kind::Reference || field.values().storage() == Storage::Text;
    looked_up && !field.list && !field.required && !field.custom
}

/// Whether records are found by this field through their sort titles: it is the title, and equal titles
/// have equal sort titles, which are indexed for the lists. An index of its own would be the largest of all.
pub(crate) fn is_found_by_sort_title(entity: &EntityDef, field: &FieldDef) -> bool {
    entity.search && field.index && !field.unique && entity.title_field().is_some_and(|title| title.name == field.name)
}

/// The indexes behind the default lists. They carry the owner, so that rights are decided from
/// the index alone; the identity at the end is the last key of every order.
fn indexes(dialect: Dialect, entity: &EntityDef) -> Vec<Index> {
    let owner = owner_of(entity);
    let mut found: Vec<Index> = Vec::new();
    let mut add = |columns: Vec<&str>, kind: IndexKind| {
        let columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
        if !found.iter().any(|index| index.columns == columns) {
            found.push(Index { columns, kind });
        }
    };
    if entity.line_of.is_some() {
        // Lines are read with their document, in or out of the recycle bin, and listed by nobody.
        add(vec!["parent", "place"], IndexKind::Whole);
        for field in entity.fields.iter().skip(entity.first_declared()).filter(|field| field.index && !field.hidden) {
            add(vec![&field.name, "id"], if is_sparse(field) { IndexKind::Sparse } else { IndexKind::Plain });
        }
        return found;
    }
    add(vec!["deleted_at", "id"], IndexKind::Bin);
    for order in ["created_at", "updated_at"] {
        match owner {
            Some(owner) => add(vec![order, "id", owner], IndexKind::Plain),
            None => add(vec![order, "id"], IndexKind::Plain),
        }
    }
    if let Some(owner) = owner {
        add(vec![owner, "created_at", "id"], IndexKind::Plain);
        // PostgreSQL does not see that among nobody's that index has them in the order of creation.
        if dialect == Dialect::Postgres {
            add(vec!["created_at", "id"], IndexKind::Nobodys);
        }
    }
    if entity.search {
        match owner {
            Some(owner) => add(vec![SORT_TITLE, "id", owner], IndexKind::Plain),
            None => add(vec![SORT_TITLE, "id"], IndexKind::Plain),
        }
    }
    for field in entity.fields.iter().filter(|field| !field.hidden) {
        if field.unique {
            add(vec![&field.name], IndexKind::Unique);
        } else if (field.index || field.newest) && Some(field.name.as_str()) != owner && !is_found_by_sort_title(entity, field) {
            let kind = if is_sparse(field) { IndexKind::Sparse } else { IndexKind::Plain };
            let index = by_value(entity, field, kind);
            add(index.columns.iter().map(String::as_str).collect(), kind);
        }
    }
    found
}

/// The column of whose a record is.
fn owner_of(entity: &EntityDef) -> Option<&str> {
    entity.owner.and_then(|index| entity.fields.get(index)).map(|field| field.name.as_str())
}

/// The index by which records are found by the value of a field.
fn by_value(entity: &EntityDef, field: &FieldDef, kind: IndexKind) -> Index {
    let columns = [field.name.as_str(), "created_at", "id"].into_iter().chain(owner_of(entity)).map(str::to_owned).collect();
    Index { columns, kind }
}

/// Whether an index only serves "one value, newest first". SQLite is told when to use it; PostgreSQL would also
/// find the records of a common value by it and sort them all, where walking along another order takes a page.
fn serves_newest_alone(entity: &EntityDef, index: &Index) -> bool {
    let first = index.columns.first();
    entity.fields.iter().any(|field| field.newest && !field.index && first == Some(&field.name))
}

fn create_index(conn: &mut dyn Conn, entity: &EntityDef, index: &Index) -> Result<()> {
    let dialect = conn.dialect();
    if dialect == Dialect::Postgres && serves_newest_alone(entity, index) {
        return drop_index(conn, entity, index);
    }
    let unique = index.kind == IndexKind::Unique;
    let mut sql = Sql::of(dialect, if unique { "CREATE UNIQUE INDEX IF NOT EXISTS " } else { "CREATE INDEX IF NOT EXISTS " });
    sql.name(&index.name(entity)).push(" ON ").name(&entity.name).push(" (");
    for (i, column) in index.columns.iter().enumerate() {
        if i > 0 {
            sql.push(", ");
        }
        sql.name(column);
        if dialect == Dialect::Postgres && !unique {
            sql.push(" NULLS FIRST");
        }
    }
    sql.push(match index.kind {
        IndexKind::Bin => ") WHERE \"deleted_at\" IS NOT NULL",
        IndexKind::Whole => ")",
        IndexKind::Plain | IndexKind::Unique | IndexKind::Sparse | IndexKind::Nobodys => ") WHERE \"deleted_at\" IS NULL",
    });
    if let (IndexKind::Nobodys, Some(owner)) = (index.kind, owner_of(entity)) {
        sql.push(" AND ").name(owner).push(" IS NULL");
    }
    if let (IndexKind::Sparse, Some(first)) = (index.kind, index.columns.first()) {
        sql.push(" AND ").name(first).push(" IS NOT NULL");
    }
    conn.run_batch(&sql)
}

fn drop_index(conn: &mut dyn Conn, entity: &EntityDef, index: &Index) -> Result<()> {
    let mut sql = Sql::of(conn.dialect(), "DROP INDEX IF EXISTS ");
    sql.name(&index.name(entity));
    conn.run_batch(&sql)
}

/// PostgreSQL cuts names at 63 bytes; long ones end in a number made of the whole.
fn index_name(purpose: &str, table: &str, columns: &[String]) -> String {
    let name = format!("{purpose}_{table}__{}", columns.join("_"));
    if name.len() <= 60 {
        return name;
    }
    let sum = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let short: String = name.chars().take(50).collect();
    format!("{short}_{sum:08x}")
}

/// Endings of the tables that SQLite keeps beside a text index.
const INDEX_ENDINGS: [&str; 7] = ["_data", "_idx", "_content", "_docsize", "_config", "_terms", "_places"];

/// Checks a name for a custom entity, whose table must not be taken for the text index of another.
///
/// # Errors
/// 422 naming the parameter.
pub fn check_table_name(parameter: &str, name: &str) -> Result<()> {
    check_name(parameter, name)?;
    if INDEX_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Err(Error::invalid(parameter, "reserved_name"));
    }
    Ok(())
}

/// Checks a name for a custom entity or field: letters, digits, underscores, at most 50.
///
/// # Errors
/// 422 naming the parameter.
pub fn check_name(parameter: &str, name: &str) -> Result<()> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    if starts && name.len() <= 50 && name.chars().all(good) { Ok(()) } else { Err(Error::invalid(parameter, "bad_name")) }
}
