//! Connections. One belongs to one thread at a time; a write is one transaction.

mod client;
mod group;
mod postgres;
mod sqlite;
mod tls;

use std::path::Path;

use guanxi_model::wire::Cell;
use guanxi_model::{Error, Problem, Result, Status};

use crate::dialect::Dialect;
use crate::later::{Insertion, Later, Shape};
use crate::sql::{Bind, Sql};

/// One row of an answer.
pub trait Row {
    /// The cell of a column, counted from 0.
    fn cell(&self, index: usize) -> Cell<'_>;
}

/// A connection inside a read or a transaction.
pub trait Conn {
    /// Which database it talks to.
    fn dialect(&self) -> Dialect;
    /// Runs a statement; returns how many rows it changed.
    fn execute(&mut self, sql: &Sql) -> Result<u64>;
    /// Runs a statement whose text is made of several, without parameters (definitions).
    fn run_batch(&mut self, text: &Sql) -> Result<()>;
    /// Adds a row, perhaps together with later ones: it is there for every other question of this
    /// transaction. What stands in its way may be told only when the rows are written.
    fn insert(&mut self, row: Insertion) -> Result<()> {
        self.add(&row.shape, vec![row.values])
    }
    /// Adds rows of one shape, in order.
    fn add(&mut self, shape: &Shape, rows: Vec<Vec<Bind>>) -> Result<()>;
    /// Runs a statement of which nothing is asked, perhaps together with the next one. What stands in its way may be
    /// told only then.
    fn execute_soon(&mut self, sql: &Sql) -> Result<()> {
        self.execute(sql).map(|_| ())
    }
    /// Changes the text index, before it is next asked or at the end. SQLite's writes out what it has gathered at
    /// every savepoint: changes are cheap only together.
    fn execute_late(&mut self, sql: Sql) -> Result<()> {
        self.execute(&sql).map(|_| ())
    }
    /// Writes what was held back.
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
    /// Whether a transaction that has written so many rows may go on with more, rather than end here: a longer one
    /// writes the same pages less often, and lets others wait longer.
    fn may_go_on(&self, rows: usize) -> bool;
    /// Drops what was held back: the transaction goes back to where it was before.
    fn forget(&mut self) {}
    /// Runs a query and hands over each row, until told to stop by `false`.
    fn rows(&mut self, sql: &Sql, each: &mut dyn FnMut(&dyn Row) -> Result<bool>) -> Result<()>;
}

impl dyn Conn + '_ {
    /// Runs a query and collects what `read` makes of each row.
    pub fn collect<T>(&mut self, sql: &Sql, mut read: impl FnMut(&dyn Row) -> T) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.rows(sql, &mut |row| {
            found.push(read(row));
            Ok(true)
        })?;
        Ok(found)
    }

    /// The first row, read.
    pub fn first<T>(&mut self, sql: &Sql, mut read: impl FnMut(&dyn Row) -> T) -> Result<Option<T>> {
        let mut found = None;
        self.rows(sql, &mut |row| {
            found = Some(read(row));
            Ok(false)
        })?;
        Ok(found)
    }

    /// The integer in the first column of the first row; 0 where there is none.
    pub fn number(&mut self, sql: &Sql) -> Result<i64> {
        Ok(self.first(sql, |row| row.cell(0).int())?.flatten().unwrap_or(0))
    }
}

/// What is heard from other nodes.
#[derive(Debug)]
pub enum Heard {
    /// Listening began, or began again: what was said before was missed.
    Anew,
    Said(String),
}

/// Most bytes of one message between nodes.
pub const SAID_MAX: usize = 7900;

/// A database: many readers, and writes that are transactions.
pub struct Store {
    backend: Backend,
}

enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(Box<postgres::Postgres>),
}

impl Store {
    /// Opens or creates the embedded database in a folder.
    ///
    /// # Errors
    /// When another process holds it, or the folder cannot be written.
    pub fn open_sqlite(folder: &Path) -> Result<Self> {
        Ok(Self { backend: Backend::Sqlite(sqlite::Sqlite::open(folder)?) })
    }

    /// Where the embedded database of a folder stands, whether it is there or not.
    pub fn file_in(folder: &Path) -> std::path::PathBuf {
        sqlite::file_in(folder)
    }

    /// Connects to PostgreSQL, e.g. `postgres://user@host/database`.
    pub fn open_postgres(url: &str) -> Result<Self> {
        Ok(Self { backend: Backend::Postgres(Box::new(postgres::Postgres::open(url)?)) })
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match &self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Reads on a connection that cannot write.
    pub fn read<T>(&self, work: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(false, work),
            Backend::Postgres(postgres) => postgres.read(false, work),
        }
    }

    /// Reads something long, like an export: not ended by the limit of ordinary questions.
    pub fn read_long<T>(&self, work: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(true, work),
            Backend::Postgres(postgres) => postgres.read(true, work),
        }
    }

    /// Writes in one transaction: committed and durable when this returns well, undone when
    /// `work` refuses. What PostgreSQL rolled back for the sake of another transaction is done again from its start:
    /// `work` must change nothing but the database.
    pub fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut dyn Conn) -> Result<T> + Clone + Send + 'static) -> Result<T> {
        let work = move |conn: &mut dyn Conn| {
            let mut conn = Later::over(conn);
            let value = work(&mut conn)?;
            conn.pass_on().map(|()| value)
        };
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(work),
            Backend::Postgres(postgres) => postgres.write(work),
        }
    }

    /// Says something to the other nodes; nobody but them hears it, and only while they listen.
    /// PostgreSQL takes at most [`SAID_MAX`] bytes.
    pub fn say(&self, text: &str) -> Result<()> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(()),
            Backend::Postgres(postgres) => postgres.say(text),
        }
    }

    /// Hears what other nodes say, as long as `going` says so. An embedded database has no others.
    pub fn listen(&self, going: &dyn Fn() -> bool, heard: &mut dyn FnMut(Heard)) {
        if let Backend::Postgres(postgres) = &self.backend {
            postgres.listen(going, heard);
        }
    }

    /// Copies the embedded database of a folder, consistently, also while a server uses it.
    pub fn backup_file(folder: &Path, file: &Path) -> Result<()> {
        sqlite::backup(folder, file)
    }

    /// Checks that a file is an embedded database in good order.
    pub fn check_file(file: &Path) -> Result<()> {
        sqlite::check(file)
    }

    /// Sees to it that the database knows what its tables hold by now.
    pub fn tend(&self) -> Result<()> {
        match &self.backend {
            Backend::Sqlite(_) => Ok(()),
            Backend::Postgres(postgres) => postgres.tend(),
        }
    }

    /// Whether the database can be reached and written.
    pub fn ready(&self) -> Result<()> {
        self.read(|conn| conn.number(&Sql::of(conn.dialect(), "SELECT 1")).map(|_| ()))
    }

    /// The database's own check of its files.
    pub fn integrity(&self) -> Result<Vec<String>> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.integrity(),
            Backend::Postgres(_) => Ok(Vec::new()),
        }
    }
}

thread_local! {
    /// Connections this thread holds.
    static HELD: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts a connection held by this thread, until dropped. Who holds one already must not wait for
/// another: with everybody waiting like that, nobody would ever give one back.
struct Held;

impl Held {
    fn one() -> Self {
        HELD.set(HELD.get() + 1);
        Self
    }

    fn any() -> bool {
        HELD.get() > 0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.set(HELD.get().saturating_sub(1));
    }
}

/// A list parameter as JSON text, for SQLite.
fn list_json(bind: &Bind) -> Option<String> {
    match bind {
        Bind::Ints(list) => serde_json::to_string(list).ok(),
        Bind::Texts(list) => serde_json::to_string(list).ok(),
        _ => None,
    }
}

/// A unique key that is taken, told as a refusal of the field.
fn taken(index: &str) -> Error {
    // Unique indexes are named `unique_<table>_<field>`; the engine has the field's own check
    // before, so this is the loser of a race.
    let field = index.rsplit("__").next().unwrap_or(index);
    Problem::new(Status::Conflict, "taken").field(field, "taken").into()
}
