//! The embedded database: one writer thread with group commit, a pool of readers.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use guanxi_model::wire::Cell;
use guanxi_model::{Error, Problem, Result, Status};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Raw, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::group::{Job, job, write_loop};
use super::{Conn, Held, Row, list_json, taken};
use crate::dialect::Dialect;
use crate::later::Shape;
use crate::sql::{Bind, Sql};

/// Reader connections. More than the cores of a small machine, so that one long report does not
/// stop the lists.
const READERS: usize = 8;
/// Statements each connection keeps prepared.
const STATEMENTS: usize = 256;
/// Writes that may wait; beyond, callers are told to come back (503).
const QUEUE: usize = 4096;
/// Rows after which a long transaction ends though nobody waits.
const LONG: usize = 16_000;
/// Pages of the log before they are copied into the database: 32 MiB. Pages written again meanwhile
/// (every index has its favourites) are copied once, and the disk is waited for once.
const CHECKPOINT: &str = "PRAGMA wal_autocheckpoint = 8192";
/// Page cache of the writer, in KiB. Readers share the operating system's cache by mmap.
const WRITER_CACHE_KIB: &str = "PRAGMA cache_size = -32768";

/// Longest question of a reader; a long one (an export) says so and has its own limit.
const QUESTION: Duration = Duration::from_secs(10);
const LONG_QUESTION: Duration = Duration::from_secs(3600);
/// Steps of SQLite's machine between looks at the clock.
const STEPS: i32 = 20_000;

thread_local! {
    /// When the question of this thread has to end. A question runs on the thread that asked it.
    static DEADLINE: std::cell::Cell<Option<std::time::Instant>> = const { std::cell::Cell::new(None) };
}

pub struct Sqlite {
    path: PathBuf,
    queue: SyncSender<Job>,
    /// Writes in the queue.
    waiting: Arc<AtomicUsize>,
    readers: Mutex<Vec<Connection>>,
    returned: Condvar,
    /// Held for the life of the process: a second process is refused.
    _lock: File,
}

impl Sqlite {
    pub fn open(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| no_folder(folder, &error))?;
        let lock = File::create(folder.join("guanxi.lock")).map_err(|error| no_folder(folder, &error))?;
        if lock.try_lock().is_err() {
            return Err(Problem::new(Status::Conflict, "database_in_use").arg("folder", folder.display()).into());
        }
        let path = file_in(folder);
        let writer = connect(&path, false)?;
        writer.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;").map_err(fault)?;
        writer.execute_batch(WRITER_CACHE_KIB).map_err(fault)?;
        writer.execute_batch(CHECKPOINT).map_err(fault)?;
        let (queue, jobs) = sync_channel::<Job>(QUEUE);
        let waiting = Arc::new(AtomicUsize::new(0));
        let seen = waiting.clone();
        let spawned = std::thread::Builder::new().name("writer".into()).spawn(move || write_loop(writer, &jobs, &seen));
        spawned.map_err(Error::internal)?;
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            readers.push(connect(&path, true)?);
        }
        Ok(Self { path, queue, waiting, readers: Mutex::new(readers), returned: Condvar::new(), _lock: lock })
    }

    pub fn read<T>(&self, long: bool, work: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        let connection = self.take_reader()?;
        let before = DEADLINE.replace(Some(std::time::Instant::now() + if long { LONG_QUESTION } else { QUESTION }));
        let held = Held::one();
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut LiteConn::over(&connection, None))));
        drop(held);
        DEADLINE.set(before);
        if let Ok(mut readers) = self.readers.lock()
            && readers.len() < READERS
        {
            readers.push(connection);
        }
        self.returned.notify_one();
        outcome.unwrap_or_else(|_| Err(Error::internal("a read panicked")))
    }

    fn take_reader(&self) -> Result<Connection> {
        let mut readers = self.readers.lock().map_err(|_| Error::internal("reader pool"))?;
        loop {
            if let Some(connection) = readers.pop() {
                return Ok(connection);
            }
            if Held::any() {
                drop(readers);
                return connect(&self.path, true);
            }
            let waited = self.returned.wait_timeout(readers, Duration::from_secs(10));
            let (guard, timeout) = waited.map_err(|_| Error::internal("reader pool"))?;
            readers = guard;
            if timeout.timed_out() && readers.is_empty() {
                return Err(Problem::new(Status::Busy, "busy").into());
            }
        }
    }

    pub fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut dyn Conn) -> Result<T> + Send + 'static) -> Result<T> {
        let (job, answered) = job(work);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = self.queue.try_send(job) {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(match error {
                TrySendError::Full(_) => Problem::new(Status::Busy, "busy").into(),
                TrySendError::Disconnected(_) => Error::internal("the writer has stopped"),
            });
        }
        answered.recv().unwrap_or_else(|_| Err(Error::internal("the writer gave no answer")))
    }

    pub fn integrity(&self) -> Result<Vec<String>> {
        self.read(true, |conn| {
            let mut found = conn.collect(&Sql::of(Dialect::Sqlite, "PRAGMA integrity_check"), first_text)?;
            found.retain(|line| line != "ok");
            found.extend(
                conn.collect(&Sql::of(Dialect::Sqlite, "PRAGMA foreign_key_check"), |row| format!("foreign key: {}", first_text(row)))?,
            );
            Ok(found)
        })
    }
}

/// The file of the database in a folder.
pub fn file_in(folder: &Path) -> PathBuf {
    folder.join("guanxi.db")
}

/// Copies the database of a folder page by page; writers go on.
pub fn backup(folder: &Path, file: &Path) -> Result<()> {
    let path = file_in(folder);
    if !path.exists() {
        return Err(Problem::new(Status::NotFound, "no_database").arg("folder", folder.display()).into());
    }
    let source = connect(&path, true)?;
    let mut target = Connection::open(file).map_err(fault)?;
    let backup = rusqlite::backup::Backup::new(&source, &mut target).map_err(fault)?;
    backup.run_to_completion(4096, Duration::ZERO, None).map_err(fault)
}

/// Checks that a file is a database in good order.
pub fn check(file: &Path) -> Result<()> {
    let damaged = || Error::from(Problem::new(Status::Invalid, "damaged_backup").arg("file", file.display()));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(|_| damaged())?;
    let verdict = connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    let known = connection.query_row("SELECT count(*) FROM sqlite_master WHERE name = 'change_set'", [], |row| row.get::<_, i64>(0));
    if verdict.is_ok_and(|verdict| verdict == "ok") && known.is_ok_and(|count| count == 1) { Ok(()) } else { Err(damaged()) }
}

fn first_text(row: &dyn Row) -> String {
    row.cell(0).str().unwrap_or_default().to_owned()
}

fn connect(path: &Path, reader: bool) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without this, a statement with `LIMIT ?` is planned again each time it is used.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault)?;
    connection.execute_batch("PRAGMA busy_timeout = 10000; PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY;").map_err(fault)?;
    if reader {
        let late = || DEADLINE.get().is_some_and(|deadline| std::time::Instant::now() > deadline);
        connection.progress_handler(STEPS, Some(late)).map_err(fault)?;
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2048;").map_err(fault)?;
    }
    Ok(connection)
}

fn no_folder(folder: &Path, error: &std::io::Error) -> Error {
    Problem::new(Status::Conflict, "folder_not_writable").arg("folder", folder.display()).arg("reason", error).into()
}

/// A connection in use.
pub struct LiteConn<'a> {
    connection: &'a Connection,
    /// Writes that wait for this one to end; a reader has none.
    waiting: Option<&'a AtomicUsize>,
    /// Changes of the text index in this transaction.
    texts: Vec<Sql>,
    /// How many of them were made.
    made: usize,
}

impl<'a> LiteConn<'a> {
    pub(super) fn over(connection: &'a Connection, waiting: Option<&'a AtomicUsize>) -> Self {
        Self { connection, waiting, texts: Vec::new(), made: 0 }
    }

    /// A disk that is full or faulty lets SQLite itself roll back all of a transaction, in the middle of it. What came
    /// then would be written at once, and for good.
    pub(super) fn is_given_up(&self) -> bool {
        self.waiting.is_some() && self.connection.is_autocommit()
    }

    pub(super) fn still(&self) -> Result<()> {
        if self.is_given_up() { Err(Problem::new(Status::Busy, "busy").into()) } else { Ok(()) }
    }

    /// Makes the changes of the text index that are not made yet.
    pub(super) fn change_texts(&mut self) -> Result<()> {
        while let Some(sql) = self.texts.get(self.made) {
            run(self.connection, sql)?;
            self.made += 1;
        }
        Ok(())
    }

    pub(super) fn guarded<T>(&mut self, work: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or_else(|_| Err(Error::internal("a write panicked")));
        outcome.and_then(|value| self.still().map(|()| value))
    }

    pub(super) fn in_savepoint<T>(&mut self, work: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        self.connection.execute_batch("SAVEPOINT job").map_err(fault)?;
        let before = (self.texts.len(), self.made);
        let outcome = self.guarded(work);
        if self.is_given_up() {
            return outcome;
        }
        if outcome.is_err() {
            // Those of earlier jobs stay, and what was made of them here is to be made again.
            self.texts.truncate(before.0);
            self.made = before.1;
        }
        let end = if outcome.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
        self.connection.execute_batch(end).map_err(fault)?;
        outcome
    }
}

struct Param<'a>(&'a Bind);

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Bind::Null => ToSqlOutput::Owned(Raw::Null),
            Bind::Int(n) => ToSqlOutput::Owned(Raw::Integer(*n)),
            Bind::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            list => ToSqlOutput::Owned(Raw::Text(list_json(list).unwrap_or_default())),
        })
    }
}

struct LiteRow<'a, 'b>(&'a rusqlite::Row<'b>);

impl Row for LiteRow<'_, '_> {
    fn cell(&self, index: usize) -> Cell<'_> {
        match self.0.get_ref(index) {
            Ok(ValueRef::Integer(n)) => Cell::Int(n),
            Ok(ValueRef::Text(bytes)) => Cell::Text(String::from_utf8_lossy(bytes)),
            _ => Cell::Null,
        }
    }
}

impl Conn for LiteConn<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, sql: &Sql) -> Result<u64> {
        self.still()?;
        run(self.connection, sql)
    }

    /// Many rows by one statement: its places in the indexes stay open, and most new rows come last in most indexes.
    fn add(&mut self, shape: &Shape, rows: Vec<Vec<Bind>>) -> Result<()> {
        self.still()?;
        for (sql, rows) in shape.portions(&rows) {
            tracing::trace!(target: "guanxi::sql", "{}", sql.text());
            let mut statement = self.connection.prepare_cached(sql.text()).map_err(|e| explain(e, sql))?;
            // Most columns of most rows are empty, and a parameter that is not given is.
            statement.clear_bindings();
            for (place, value) in rows.iter().flatten().enumerate().filter(|(_, value)| **value != Bind::Null) {
                statement.raw_bind_parameter(place + 1, Param(value)).map_err(|e| explain(e, sql))?;
            }
            statement.raw_execute().map_err(|e| explain(e, sql))?;
        }
        Ok(())
    }

    fn execute_late(&mut self, sql: Sql) -> Result<()> {
        self.texts.push(sql);
        Ok(())
    }

    fn may_go_on(&self, rows: usize) -> bool {
        rows < LONG && self.waiting.is_none_or(|waiting| waiting.load(Ordering::Relaxed) == 0)
    }

    /// Whoever may go back set a savepoint first: what came since then is not made yet.
    fn forget(&mut self) {
        self.texts.truncate(self.made);
    }

    fn run_batch(&mut self, sql: &Sql) -> Result<()> {
        self.still()?;
        self.change_texts()?;
        self.connection.execute_batch(sql.text()).map_err(|e| explain(e, sql))
    }

    fn rows(&mut self, sql: &Sql, each: &mut dyn FnMut(&dyn Row) -> Result<bool>) -> Result<()> {
        if sql.asks_texts {
            self.change_texts()?;
        }
        tracing::trace!(target: "guanxi::sql", "{}", sql.text());
        let mut statement = self.connection.prepare_cached(sql.text()).map_err(|e| explain(e, sql))?;
        let params = rusqlite::params_from_iter(sql.binds().iter().map(Param));
        let mut rows = statement.query(params).map_err(|e| explain(e, sql))?;
        while let Some(row) = rows.next().map_err(|e| explain(e, sql))? {
            if !each(&LiteRow(row))? {
                break;
            }
        }
        Ok(())
    }
}

fn run(connection: &Connection, sql: &Sql) -> Result<u64> {
    tracing::trace!(target: "guanxi::sql", "{}", sql.text());
    let mut statement = connection.prepare_cached(sql.text()).map_err(|e| explain(e, sql))?;
    let changed = statement.execute(rusqlite::params_from_iter(sql.binds().iter().map(Param)));
    changed.map(|n| n as u64).map_err(|e| explain(e, sql))
}

fn explain(error: rusqlite::Error, sql: &Sql) -> Error {
    match fault(error) {
        Error::Internal(what) => Error::Internal(format!("{what} in: {}", sql.text())),
        refused => refused,
    }
}

pub(super) fn fault(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    if let rusqlite::Error::SqliteFailure(failure, message) = &error {
        match failure.code {
            ErrorCode::DiskFull => return Problem::new(Status::Full, "disk_full").into(),
            ErrorCode::OperationInterrupted => return Problem::new(Status::Busy, "question_too_long").into(),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => return Problem::new(Status::Busy, "busy").into(),
            ErrorCode::ConstraintViolation => {
                let message = message.clone().unwrap_or_default();
                if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
                    return taken(&columns.replace('.', "__"));
                }
            }
            _ if message.as_deref() == Some("integer overflow") => return Problem::new(Status::Invalid, "out_of_range").into(),
            _ => {}
        }
    }
    Error::internal(format!("sqlite: {error}"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn texts(connection: &Connection) -> LiteConn<'_> {
        connection.execute_batch("CREATE VIRTUAL TABLE texts USING fts5(tokens, content='', contentless_delete=1); BEGIN").unwrap();
        LiteConn::over(connection, None)
    }

    pub fn add(id: i64) -> Sql {
        let mut sql = Sql::of(Dialect::Sqlite, "INSERT INTO texts (rowid, tokens) VALUES (");
        sql.bind(id).push(", 'a')");
        sql
    }

    pub fn found(conn: &mut dyn Conn) -> Vec<i64> {
        let mut sql = Sql::of(Dialect::Sqlite, "SELECT rowid FROM texts WHERE ");
        sql.matches("texts", &[guanxi_model::text::Token { text: "a".into(), prefix: false }], &[]);
        conn.collect(&sql, |row| row.cell(0).int().unwrap_or(0)).unwrap()
    }

    #[test]
    fn a_refused_write_takes_no_text_of_the_others_along() {
        let connection = Connection::open_in_memory().unwrap();
        let mut conn = texts(&connection);
        conn.in_savepoint(|conn| conn.execute_late(add(1))).unwrap();
        let refused = conn.in_savepoint(|conn| {
            conn.execute_late(add(2))?;
            // What is asked for is there; it is taken back with the rest.
            assert_eq!(found(conn), [1, 2]);
            Err::<(), _>(Error::internal("refused"))
        });
        refused.unwrap_err();
        conn.in_savepoint(|conn| conn.execute_late(add(3))).unwrap();
        conn.change_texts().unwrap();
        assert_eq!(found(&mut conn), [1, 3]);
    }

    #[test]
    fn a_part_that_is_taken_back_takes_its_texts_along() {
        let connection = Connection::open_in_memory().unwrap();
        let mut conn = texts(&connection);
        conn.execute_late(add(1)).unwrap();
        conn.run_batch(&Sql::of(Dialect::Sqlite, "SAVEPOINT part")).unwrap();
        conn.execute_late(add(2)).unwrap();
        conn.forget();
        assert_eq!(conn.texts.len(), 1, "nothing is made only to be taken back");
        conn.run_batch(&Sql::of(Dialect::Sqlite, "ROLLBACK TO part; RELEASE part")).unwrap();
        conn.execute_late(add(3)).unwrap();
        conn.change_texts().unwrap();
        assert_eq!(found(&mut conn), [1, 3]);
    }
}
