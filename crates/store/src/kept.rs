//! The product's own small tables (sessions, tokens, runs of jobs …): plain rows by name.

use std::cell::RefCell;
use std::rc::Rc;

use foldhash::HashMap;
use guanxi_model::Result;
use guanxi_model::kind::Storage;
use guanxi_model::wire::Cell;

use crate::dialect::Dialect;
use crate::driver::Conn;
use crate::later::{Insertion, Shape};
use crate::sql::{Bind, Plans, Sql};

/// A table of the product's own.
pub struct Table {
    pub name: &'static str,
    /// Columns; the first is the primary key.
    pub columns: &'static [(&'static str, Storage)],
    /// Indexed columns: unique ones are marked.
    pub indexes: &'static [(&'static [&'static str], bool)],
}

const I: Storage = Storage::Int;
const T: Storage = Storage::Text;

/// Every table of the product's own.
pub const TABLES: &[Table] = &[
    Table { name: "meta", columns: &[("key", T), ("value", T)], indexes: &[] },
    Table {
        name: "change_set",
        columns: &[
            ("id", I),
            ("at", I),
            ("actor", I),
            ("token", I),
            ("kind", T),
            ("reason", T),
            ("source", I),
            ("undo_of", I),
            ("undone_by", I),
            ("rows", I),
            ("hash", T),
            ("seal", I),
            ("chain", T),
        ],
        indexes: &[(&["source"], false), (&["actor", "id"], false), (&["seal"], true)],
    },
    Table {
        name: "change_row",
        columns: &[
            ("id", I),
            ("change_set", I),
            ("entity", T),
            ("record", I),
            ("op", T),
            ("rule", T),
            ("version", I),
            ("old", T),
            ("new", T),
            ("undone_by", I),
        ],
        indexes: &[(&["entity", "record", "id"], false), (&["change_set"], false)],
    },
    Table { name: "number_sequence", columns: &[("name", T), ("value", I)], indexes: &[] },
    Table {
        name: "session",
        columns: &[
            ("id", I),
            ("hash", T),
            ("user", I),
            ("role", I),
            ("csrf", T),
            ("created_at", I),
            ("seen_at", I),
            ("agent", T),
            ("address", T),
        ],
        indexes: &[(&["hash"], true), (&["user"], false)],
    },
    Table {
        name: "token",
        columns: &[
            ("id", I),
            ("hash", T),
            ("user", I),
            ("name", T),
            ("scopes", T),
            ("expires_at", I),
            ("created_at", I),
            ("used_at", I),
            ("revoked_at", I),
        ],
        indexes: &[(&["hash"], true), (&["user"], false)],
    },
    Table {
        name: "password_reset",
        columns: &[("hash", T), ("user", I), ("expires_at", I), ("used_at", I)],
        indexes: &[(&["user"], false)],
    },
    Table {
        name: "job_run",
        columns: &[("id", I), ("job", T), ("period", I), ("state", T), ("started_at", I), ("ended_at", I), ("done", I), ("error", T)],
        indexes: &[(&["job", "period"], true)],
    },
    Table {
        name: "job_queue",
        columns: &[
            ("id", I),
            ("job", T),
            ("entity", T),
            ("record", I),
            ("state", T),
            ("tries", I),
            ("not_before", I),
            ("error", T),
            ("created_at", I),
        ],
        indexes: &[(&["state", "not_before"], false)],
    },
    Table {
        name: "task",
        columns: &[
            ("id", I),
            ("kind", T),
            ("user", I),
            ("state", T),
            ("done", I),
            ("total", I),
            ("input", T),
            ("result", T),
            ("created_at", I),
            ("updated_at", I),
        ],
        indexes: &[(&["user"], false), (&["state"], false)],
    },
    Table {
        name: "import_run",
        columns: &[
            ("id", I),
            ("entity", T),
            ("user", I),
            ("file_name", T),
            ("file_hash", T),
            ("state", T),
            ("header", T),
            ("mapping", T),
            ("options", T),
            ("total", I),
            ("done", I),
            ("created", I),
            ("updated", I),
            ("skipped", I),
            ("failed", I),
            ("preview", T),
            ("task", I),
            ("created_at", I),
            ("content", T),
            ("position", I),
            ("problem", T),
            ("reverted", T),
        ],
        indexes: &[(&["user"], false), (&["entity", "header"], false)],
    },
    Table {
        name: "import_error",
        columns: &[("id", I), ("import_run", I), ("line", I), ("cells", T), ("problem", T)],
        indexes: &[(&["import_run", "line"], false)],
    },
    Table {
        name: "idempotency",
        columns: &[
            ("key", T),
            ("route", T),
            ("body_hash", T),
            ("status", I),
            ("body", T),
            ("at", I),
            ("headers", T),
            ("change_set", I),
            ("task", I),
        ],
        indexes: &[(&["at"], false)],
    },
    Table { name: "file_waiting", columns: &[("file", I), ("at", I)], indexes: &[(&["at"], false)] },
    Table {
        name: "read_log",
        columns: &[("id", I), ("at", I), ("user", I), ("kind", T), ("entity", T), ("record", I), ("detail", T)],
        indexes: &[(&["at"], false), (&["user", "at"], false)],
    },
];

/// The table of that name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// A row read: cells by name.
#[derive(Debug, Clone)]
pub struct Kept {
    columns: &'static [(&'static str, Storage)],
    cells: Vec<Cell<'static>>,
}

impl Kept {
    fn cell(&self, name: &str) -> &Cell<'static> {
        const NONE: Cell<'static> = Cell::Null;
        let index = self.columns.iter().position(|(column, _)| *column == name);
        index.and_then(|index| self.cells.get(index)).unwrap_or(&NONE)
    }

    /// The integer of a column; 0 where there is none.
    pub fn int(&self, name: &str) -> i64 {
        self.cell(name).int().unwrap_or(0)
    }

    /// The integer of a column, where there is one.
    pub fn opt_int(&self, name: &str) -> Option<i64> {
        self.cell(name).int()
    }

    /// The text of a column; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.cell(name).str().unwrap_or_default()
    }
}

/// Columns with the values they get or must have.
pub type Values<'a> = &'a [(&'static str, Bind)];

/// A condition on a column.
#[derive(Clone)]
pub enum Where {
    Is(&'static str, Bind),
    IsNot(&'static str, i64),
    Below(&'static str, i64),
    AtLeast(&'static str, i64),
    None(&'static str),
}

fn conditions(sql: &mut Sql, list: &[Where]) {
    sql.push(" WHERE 1 = 1");
    for condition in list {
        sql.push(" AND ");
        match condition {
            Where::Is(column, value) => sql.name(column).push(" = ").bind(value.clone()),
            Where::IsNot(column, value) => sql.name(column).push(" <> ").bind(*value),
            Where::Below(column, value) => sql.name(column).push(" < ").bind(*value),
            Where::AtLeast(column, value) => sql.name(column).push(" >= ").bind(*value),
            Where::None(column) => sql.name(column).push(" IS NULL"),
        };
    }
}

/// Adds a row, perhaps together with later ones.
pub fn insert_later<const N: usize>(conn: &mut dyn Conn, table: &'static str, values: [(&'static str, Bind); N]) -> Result<()> {
    let dialect = conn.dialect();
    let shape = SHAPES.with_borrow_mut(|known| {
        let shape = known
            .entry((dialect, table))
            .or_insert_with(|| Rc::new(Shape::new(dialect, table, values.iter().map(|(column, _)| *column), false, false)));
        shape.clone()
    });
    let values = values.into_iter().map(|(_, value)| value).collect();
    conn.insert(Insertion { shape, values })
}

thread_local! {
    /// How the rows of a table are added; whoever adds some names all its columns.
    static SHAPES: RefCell<HashMap<(Dialect, &'static str), Rc<Shape>>> = RefCell::default();
}

/// Adds a row.
pub fn insert(conn: &mut dyn Conn, table: &str, values: Values<'_>) -> Result<()> {
    conn.execute(&insertion(conn.dialect(), table, values)).map(|_| ())
}

/// Adds a row unless its key is there already; says whether it was added.
pub fn insert_if_new(conn: &mut dyn Conn, table: &str, values: Values<'_>) -> Result<bool> {
    let mut sql = insertion(conn.dialect(), table, values);
    sql.push(" ON CONFLICT DO NOTHING");
    Ok(conn.execute(&sql)? > 0)
}

fn insertion(dialect: Dialect, table: &str, values: Values<'_>) -> Sql {
    let mut sql = Sql::of(dialect, "INSERT INTO ");
    sql.name(table).push(" (").names(values.iter().map(|(column, _)| *column)).push(") VALUES (");
    for (i, (_, value)) in values.iter().enumerate() {
        if i > 0 {
            sql.push(", ");
        }
        sql.bind(value.clone());
    }
    sql.push(")");
    sql
}

/// Changes rows; says how many.
pub fn update(conn: &mut dyn Conn, table: &str, set: Values<'_>, list: &[Where]) -> Result<u64> {
    conn.execute(&change(conn.dialect(), table, set, list))
}

/// Changes rows, perhaps together with what comes next.
pub fn update_soon(conn: &mut dyn Conn, table: &str, set: Values<'_>, list: &[Where]) -> Result<()> {
    conn.execute_soon(&change(conn.dialect(), table, set, list))
}

fn change(dialect: Dialect, table: &str, set: Values<'_>, list: &[Where]) -> Sql {
    let mut sql = Sql::of(dialect, "UPDATE ");
    sql.name(table).push(" SET ");
    for (i, (column, value)) in set.iter().enumerate() {
        if i > 0 {
            sql.push(", ");
        }
        sql.name(column).push(" = ").bind(value.clone());
    }
    conditions(&mut sql, list);
    sql
}

/// Removes rows; says how many.
pub fn delete(conn: &mut dyn Conn, table: &str, list: &[Where]) -> Result<u64> {
    let mut sql = Sql::of(conn.dialect(), "DELETE FROM ");
    sql.name(table);
    conditions(&mut sql, list);
    conn.execute(&sql)
}

/// Rows of a table, by their key; newest first when `newest`.
pub fn find(conn: &mut dyn Conn, name: &str, list: &[Where], newest: bool, limit: usize) -> Result<Vec<Kept>> {
    let Some(table) = table(name) else { return Ok(Vec::new()) };
    let mut sql = Sql::of(conn.dialect(), "SELECT ");
    sql.names(table.columns.iter().map(|(column, _)| *column)).push(" FROM ").name(name);
    conditions(&mut sql, list);
    if list.iter().all(|condition| matches!(condition, Where::Is(..) | Where::None(_))) {
        sql.plans = Plans::Either;
    }
    let key = table.columns.first().map_or("id", |(column, _)| *column);
    sql.push(" ORDER BY ").name(key).push(if newest { " DESC" } else { " ASC" });
    sql.limit(limit);
    let width = table.columns.len();
    conn.collect(&sql, |row| Kept { columns: table.columns, cells: (0..width).map(|i| row.cell(i).into_owned()).collect() })
}

/// The first row that matches.
pub fn first(conn: &mut dyn Conn, name: &str, list: &[Where]) -> Result<Option<Kept>> {
    Ok(find(conn, name, list, false, 1)?.into_iter().next())
}

/// The value of a key in `meta`.
pub fn meta(conn: &mut dyn Conn, key: &str) -> Result<Option<String>> {
    Ok(first(conn, "meta", &[Where::Is("key", key.into())])?.map(|row| row.text("value").to_owned()))
}

/// Sets a key in `meta`.
pub fn set_meta(conn: &mut dyn Conn, key: &str, value: &str) -> Result<()> {
    if !insert_if_new(conn, "meta", &[("key", key.into()), ("value", value.into())])? {
        update(conn, "meta", &[("value", value.into())], &[Where::Is("key", key.into())])?;
    }
    Ok(())
}

/// Gives a key in `meta` another name; whatever had that name goes. False where there is no such key.
pub fn rename_meta(conn: &mut dyn Conn, from: &str, to: &str) -> Result<bool> {
    if meta(conn, from)?.is_none() {
        return Ok(false);
    }
    delete(conn, "meta", &[Where::Is("key", to.into())])?;
    Ok(update(conn, "meta", &[("key", to.into())], &[Where::Is("key", from.into())])? > 0)
}

/// Takes a named lock until the end of the transaction. SQLite has one writer and needs none.
pub fn lock(conn: &mut dyn Conn, name: &str) -> Result<()> {
    insert_if_new(conn, "number_sequence", &[("name", name.into()), ("value", 0.into())])?;
    let mut sql = Sql::of(conn.dialect(), "UPDATE \"number_sequence\" SET \"value\" = \"value\" WHERE \"name\" = ");
    sql.bind(name);
    conn.execute(&sql).map(|_| ())
}

/// Says which number of a sequence was given last.
pub fn set_number(conn: &mut dyn Conn, name: &str, value: i64) -> Result<()> {
    update_soon(conn, "number_sequence", &[("value", value.into())], &[Where::Is("name", name.into())])
}

/// The next number of a sequence, from 1. Taken back when the transaction fails: no gaps.
pub fn next_number(conn: &mut dyn Conn, name: &str) -> Result<i64> {
    insert_if_new(conn, "number_sequence", &[("name", name.into()), ("value", 0.into())])?;
    let mut sql = Sql::of(conn.dialect(), "UPDATE \"number_sequence\" SET \"value\" = \"value\" + 1 WHERE \"name\" = ");
    sql.bind(name).push(" RETURNING \"value\"");
    conn.number(&sql)
}
