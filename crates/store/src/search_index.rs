//! The search index as a whole: how it is made, and what it holds, read back for the check of everything.

use guanxi_model::entity::EntityDef;
use guanxi_model::wire::search_text;
use guanxi_model::{Record, Result, Value, text};

use crate::dialect::{Dialect, SEARCH_TEXT, SORT_TITLE, TOKENS, search_table};
use crate::driver::Conn;
use crate::sql::{Alias, Bind, Sql};

/// What a record is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    pub text: String,
    pub sort_title: String,
    /// Sorted, each once; empty where the index itself can only be read token by token (SQLite).
    pub tokens: Vec<String>,
}

/// What the index should hold of a record.
pub fn expected(record: &Record) -> Indexed {
    let text = search_text(record);
    let mut tokens = text::index_tokens(&text);
    tokens.extend(holder_of(record));
    tokens.sort_unstable();
    Indexed { tokens, sort_title: text::sort_key(record.title()), text }
}

/// The token of whose a record is, where its entity has owners.
pub(crate) fn holder_of(record: &Record) -> Option<String> {
    let owner = record.entity().owner?;
    Some(holder(if let Value::Ref(id) = record.at(owner) { Some(*id) } else { None }))
}

/// The token of an owner's records, or of those that are nobody's. It begins with a character that no
/// token of a text has as it is (see `text::index_tokens`), so that nobody finds it by typing.
pub(crate) fn holder(owner: Option<i64>) -> String {
    format!("\u{9fc0}{}", owner.unwrap_or(0))
}

/// The column that releases before this one had in PostgreSQL, and an index over it with the name of the table that now has the
/// tokens. Records are found again as they are indexed anew (see [`Dialect::search_form`]).
pub(crate) const FORMER_TOKENS: &str = "search_tokens";

/// Makes the table in their stead.
pub(crate) fn replace_former(conn: &mut dyn Conn, table: &str) -> Result<()> {
    let mut sql = Sql::of(conn.dialect(), "ALTER TABLE ");
    sql.name(table).push(" DROP COLUMN ").name(FORMER_TOKENS);
    conn.run_batch(&sql)?;
    create(conn, table)
}

/// Makes the text index of a table.
pub(crate) fn create(conn: &mut dyn Conn, table: &str) -> Result<()> {
    let dialect = conn.dialect();
    let index = search_table(table);
    let mut sql = Sql::new(dialect);
    match dialect {
        Dialect::Sqlite => {
            sql.push("CREATE VIRTUAL TABLE ").name(&index);
            sql.push(" USING fts5(tokens, content='', contentless_delete=1, detail=none, tokenize='ascii'); ");
            // Merged eight at a time and not four: what was written is written again less often, and a question looks into a
            // few more pieces.
            sql.push("INSERT INTO ").name(&index).push(" (").name(&index).push(", rank) VALUES ('automerge', 8); ");
            // What a transaction brings is gathered up to 16 MiB before it is written: few long pieces are merged less often
            // than many short ones.
            sql.push("INSERT INTO ").name(&index).push(" (").name(&index).push(", rank) VALUES ('hashsize', 16777216); ");
            sql.push("CREATE VIRTUAL TABLE ").name(&format!("{index}_terms")).push(" USING fts5vocab(").name(&index).push(", 'row')");
        }
        Dialect::Postgres => {
            sql.push("CREATE TABLE ").name(&index).push(" (\"id\" ").push(dialect.key_type()).push(", ").name(TOKENS).push(" TSVECTOR); ");
            // Which tokens are how common takes long to find out, and to look up for every question: it is not asked of this table.
            sql.push("ALTER TABLE ").name(&index).push(" ALTER COLUMN ").name(TOKENS).push(" SET STATISTICS 0; ");
            sql.push("CREATE INDEX ")
                .name(&format!("tokens_{table}"))
                .push(" ON ")
                .name(&index)
                .push(" USING GIN (")
                .name(TOKENS)
                .push(")");
        }
    }
    conn.run_batch(&sql)
}

/// What the rows of an entity hold beside their fields.
pub fn of_rows(conn: &mut dyn Conn, def: &EntityDef, ids: Vec<i64>) -> Result<Vec<(i64, Indexed)>> {
    let postgres = conn.dialect() == Dialect::Postgres;
    let (row, found) = (Alias(0), Alias(1));
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.column(row, "id").push(", ").column(row, SEARCH_TEXT).push(", ").column(row, SORT_TITLE);
    if postgres {
        sql.push(", array_to_string(tsvector_to_array(").column(found, TOKENS).push("), ' ')");
    }
    sql.push(" FROM ").name(&def.name).push(" AS ").alias(row);
    if postgres {
        sql.push(" LEFT JOIN ").name(&search_table(&def.name)).push(" AS ").alias(found);
        sql.push(" ON ").column(found, "id").push(" = ").column(row, "id");
    }
    sql.push(" WHERE ").column(row, "id").among(Bind::Ints(ids));
    conn.collect(&sql, |row| {
        let text = |i: usize| row.cell(i).str().unwrap_or_default().to_owned();
        let mut tokens: Vec<String> = if postgres { text(3).split_whitespace().map(str::to_owned).collect() } else { Vec::new() };
        tokens.sort_unstable();
        (row.cell(0).int().unwrap_or(0), Indexed { text: text(1), sort_title: text(2), tokens })
    })
}

/// Makes SQLite's index readable token by token; costs nothing.
pub fn prepare_reading(conn: &mut dyn Conn, def: &EntityDef) -> Result<()> {
    let index = search_table(&def.name);
    let mut sql = Sql::of(conn.dialect(), "CREATE VIRTUAL TABLE IF NOT EXISTS ");
    sql.name(&format!("{index}_places")).push(" USING fts5vocab(").name(&index).push(", 'instance')");
    conn.run_batch(&sql)
}

/// Hands over each token of SQLite's index with the record that has it.
pub fn each_token(conn: &mut dyn Conn, def: &EntityDef, mut each: impl FnMut(&str, i64)) -> Result<()> {
    let mut sql = Sql::of(conn.dialect(), "SELECT term, doc FROM ");
    sql.name(&format!("{}_places", search_table(&def.name)));
    conn.rows(&sql, &mut |row| {
        each(row.cell(0).str().unwrap_or_default(), row.cell(1).int().unwrap_or(0));
        Ok(true)
    })
}
