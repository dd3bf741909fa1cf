//! What the search index holds, read back for the check of everything.

use guanxi_model::entity::EntityDef;
use guanxi_model::wire::search_text;
use guanxi_model::{Record, Result, Value, text};

use crate::dialect::{Dialect, SEARCH_TEXT, SEARCH_TOKENS, SORT_TITLE, search_table};
use crate::driver::Conn;
use crate::sql::{Bind, Sql};

/// What a record is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    pub text: String,
    pub sort_title: String,
    /// Sorted, each once; empty where the index is a table of its own (SQLite).
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

/// What the rows of an entity hold beside their fields.
pub fn of_rows(conn: &mut dyn Conn, def: &EntityDef, ids: Vec<i64>) -> Result<Vec<(i64, Indexed)>> {
    let postgres = conn.dialect() == Dialect::Postgres;
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(["id", SEARCH_TEXT, SORT_TITLE]);
    if postgres {
        sql.push(", array_to_string(tsvector_to_array(").name(SEARCH_TOKENS).push("), ' ')");
    }
    sql.push(" FROM ").name(&def.name).push(" WHERE \"id\"").among(Bind::Ints(ids));
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
