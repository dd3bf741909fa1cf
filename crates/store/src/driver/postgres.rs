//! PostgreSQL: a bounded pool of blocking clients.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use guanxi_model::wire::Cell;
use guanxi_model::{Error, Problem, Result, Status};
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use postgres::{NoTls, Statement};

use super::client::Client;
use super::tls::{Target, target};
use super::{Conn, Heard, Held, Row, taken};
use crate::dialect::Dialect;
use crate::later::Shape;
use crate::sql::{Bind, Plans, Sql};

/// Most connections of one node.
const CLIENTS: usize = 16;
/// Statements each connection keeps prepared.
const STATEMENTS: usize = 256;
/// Rows after which a long transaction ends.
const LONG: usize = 2000;

/// How a connection is when nobody uses it: whoever reads needs to say nothing more.
const READING: &str = "SET statement_timeout = '10s'; SET default_transaction_read_only = on; SET TIME ZONE 'UTC'; SET jit = off; \
    SET max_parallel_workers_per_gather = 0";
const READING_LONG: &str = "BEGIN READ ONLY; SET LOCAL statement_timeout = '1h'";
const WRITING: &str = "BEGIN READ WRITE; SET LOCAL statement_timeout = '30s'";

/// The tables of which much was changed since statistics were taken, or ever.
const GROWN: &str = "SELECT s.relname::TEXT FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid \
    WHERE s.schemaname = current_schema() AND s.n_mod_since_analyze > 1000 + greatest(c.reltuples, 0) / 5 \
    AND pg_has_role(c.relowner, 'USAGE')";

/// Puts in order what the text indexes only noted down: every search reads through all of that, and an import leaves 4 MB of it.
const NOTED: &str = "SELECT gin_clean_pending_list(c.oid) FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam AND a.amname = 'gin' \
    WHERE c.relkind = 'i' AND c.relnamespace = current_schema()::TEXT::REGNAMESPACE AND pg_has_role(c.relowner, 'USAGE')";

/// How plans are made: one for all parameters, or as the database chooses.
const STEADY: &str = "SET plan_cache_mode = force_generic_plan";
const CHOOSING: &str = "SET plan_cache_mode = auto";

/// Pauses before what was rolled back is done again. Whoever lost a circle of waiting lets the other end first.
const AGAIN_AFTER: [Duration; 4] = [Duration::ZERO, Duration::from_millis(20), Duration::from_millis(80), Duration::from_millis(320)];

/// How long a listener waits before it looks whether to go on, and before it tries to connect again.
const LISTEN: Duration = Duration::from_millis(200);
const AGAIN: Duration = Duration::from_secs(1);

struct Pooled {
    client: Client,
    statements: HashMap<String, Statement>,
    /// For what plans are made now; nothing where that is not known.
    plans: Option<Plans>,
}

struct Pool {
    idle: Vec<Pooled>,
    open: usize,
}

pub struct Postgres {
    target: Target,
    pool: Mutex<Pool>,
    returned: Condvar,
}

impl Postgres {
    pub fn open(url: &str) -> Result<Self> {
        let postgres = Self { target: target(url)?, pool: Mutex::new(Pool { idle: Vec::new(), open: 0 }), returned: Condvar::new() };
        let first = postgres.take()?;
        postgres.give_back(Some(first));
        Ok(postgres)
    }

    fn take(&self) -> Result<Pooled> {
        let mut pool = self.pool.lock().map_err(|_| Error::internal("connection pool"))?;
        loop {
            while let Some(pooled) = pool.idle.pop() {
                if !pooled.client.is_closed() {
                    return Ok(pooled);
                }
                pool.open -= 1;
            }
            if pool.open < CLIENTS || Held::any() {
                pool.open += 1;
                drop(pool);
                let connected = self.connect();
                if connected.is_err() {
                    self.give_back(None);
                }
                return connected;
            }
            let waited = self.returned.wait_timeout(pool, Duration::from_secs(10));
            let (guard, timeout) = waited.map_err(|_| Error::internal("connection pool"))?;
            pool = guard;
            if timeout.timed_out() && pool.idle.is_empty() {
                return Err(Problem::new(Status::Busy, "busy").into());
            }
        }
    }

    fn connect(&self) -> Result<Pooled> {
        let mut client = Client::connect(&self.target)?;
        client.say(READING)?;
        Ok(Pooled { client, statements: HashMap::new(), plans: Some(Plans::AsItThinks) })
    }

    /// Returns a connection; `None` says that one is lost and its place free.
    fn give_back(&self, pooled: Option<Pooled>) {
        if let Ok(mut pool) = self.pool.lock() {
            match pooled {
                Some(pooled) if !pooled.client.is_closed() && pool.open <= CLIENTS => pool.idle.push(pooled),
                _ => pool.open = pool.open.saturating_sub(1),
            }
        }
        self.returned.notify_one();
    }

    /// Lets go of connections that nobody uses: they may be as lost as the one that was just found to be.
    fn forget_idle(&self) {
        if let Ok(mut pool) = self.pool.lock() {
            pool.open = pool.open.saturating_sub(pool.idle.len());
            pool.idle.clear();
        }
    }

    /// Works on a connection; as one transaction where `begin` says how it begins.
    fn with<T>(&self, begin: Option<&'static str>, work: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        let mut pooled = self.take()?;
        if let Some(begin) = begin {
            pooled.client.say_before(begin);
        }
        let held = Held::one();
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut PgConn { pooled: &mut pooled })));
        drop(held);
        let outcome = outcome.unwrap_or_else(|_| Err(Error::internal("a database call panicked")));
        let client = &mut pooled.client;
        let ended = match (begin, &outcome) {
            (None, _) => Ok(()),
            (Some(_), Ok(_)) => client.say("COMMIT"),
            // What was never begun needs no end.
            (Some(begin), Err(_)) if client.forget(begin) => Ok(()),
            (Some(_), Err(_)) => client.say("ROLLBACK"),
        };
        // What failed together with the commit was rolled back by it.
        let stuck = outcome.is_err() && ended.is_err();
        if stuck || client.is_closed() {
            self.forget_idle();
        }
        if outcome.is_err() || ended.is_err() {
            pooled.plans = None;
        }
        self.give_back((!stuck).then_some(pooled));
        if stuck {
            // Lost before it was told to commit.
            return Err(interrupted());
        }
        outcome.and_then(|value| ended.map(|()| value))
    }

    pub fn read<T>(&self, long: bool, work: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        self.with(long.then_some(READING_LONG), work)
    }

    /// Takes statistics of the tables that grew much since it was last done, and puts the text indexes in order. PostgreSQL does so
    /// itself, but within a minute or two, and meanwhile sorts what it would find in order.
    pub fn tend(&self) -> Result<()> {
        self.read(true, |conn| {
            let grown = conn.collect(&Sql::of(Dialect::Postgres, GROWN), |row| row.cell(0).str().unwrap_or_default().to_owned())?;
            grown.iter().try_for_each(|table| {
                let mut sql = Sql::of(Dialect::Postgres, "ANALYZE (SKIP_LOCKED) ");
                sql.name(table);
                conn.run_batch(&sql)
            })?;
            conn.collect(&Sql::of(Dialect::Postgres, NOTED), |_| ()).map(|_| ())
        })
    }

    pub fn say(&self, text: &str) -> Result<()> {
        self.with(None, |conn| {
            let mut sql = Sql::of(Dialect::Postgres, "SELECT pg_notify('guanxi', ");
            sql.bind(text).push("::TEXT)");
            conn.collect(&sql, |_| ()).map(|_| ())
        })
    }

    /// A connection of its own: whoever listens does nothing else.
    pub fn listen(&self, going: &dyn Fn() -> bool, heard: &mut dyn FnMut(Heard)) {
        while going() {
            let Ok(mut client) = self.listener() else {
                std::thread::sleep(AGAIN);
                continue;
            };
            heard(Heard::Anew);
            while going() && !client.is_closed() {
                match client.notifications().timeout_iter(LISTEN).next() {
                    Ok(Some(said)) => heard(Heard::Said(said.payload().to_owned())),
                    Ok(None) => {}
                    Err(_) => break,
                }
            }
        }
    }

    fn listener(&self) -> std::result::Result<postgres::Client, postgres::Error> {
        let config = postgres::Config::from(self.target.config.clone());
        let mut client = match &self.target.tls {
            Some(tls) => config.connect(tls.clone()),
            None => config.connect(NoTls),
        }?;
        client.batch_execute("LISTEN guanxi")?;
        Ok(client)
    }

    pub fn write<T>(&self, work: impl FnOnce(&mut dyn Conn) -> Result<T> + Clone) -> Result<T> {
        for pause in AGAIN_AFTER {
            match self.with(Some(WRITING), work.clone()) {
                Err(Error::Refused(problem)) if problem.code == INTERRUPTED => std::thread::sleep(pause),
                done => return done,
            }
        }
        self.with(Some(WRITING), work)
    }
}

struct PgConn<'a> {
    pooled: &'a mut Pooled,
}

impl PgConn<'_> {
    fn prepare(&mut self, sql: &Sql) -> Result<Statement> {
        if sql.plans != Plans::Either && self.pooled.plans != Some(sql.plans) {
            self.pooled.client.say_before(if sql.plans == Plans::Once { STEADY } else { CHOOSING });
            self.pooled.plans = Some(sql.plans);
        }
        let text = sql.text();
        if let Some(statement) = self.pooled.statements.get(text) {
            return Ok(statement.clone());
        }
        if self.pooled.statements.len() >= STATEMENTS {
            self.pooled.statements.clear();
        }
        let statement = self.pooled.client.prepare(text)?;
        self.pooled.statements.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }
}

#[derive(Debug)]
pub(super) struct Param<'a>(pub &'a Bind);

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self.0 {
            Bind::Null => Ok(IsNull::Yes),
            Bind::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Bind::Int(n) => n.to_sql(ty, out),
            Bind::Text(text) => text.to_sql(ty, out),
            Bind::Ints(list) => list.to_sql(ty, out),
            Bind::Texts(list) => list.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

struct PgRow<'a>(&'a postgres::Row);

impl Row for PgRow<'_> {
    fn cell(&self, index: usize) -> Cell<'_> {
        let Some(column) = self.0.columns().get(index) else { return Cell::Null };
        match *column.type_() {
            Type::INT8 => self.0.try_get::<_, Option<i64>>(index).ok().flatten().map_or(Cell::Null, Cell::Int),
            Type::INT4 => self.0.try_get::<_, Option<i32>>(index).ok().flatten().map_or(Cell::Null, |n| Cell::Int(n.into())),
            Type::BOOL => self.0.try_get::<_, Option<bool>>(index).ok().flatten().map_or(Cell::Null, |b| Cell::Int(b.into())),
            _ => self.0.try_get::<_, Option<&str>>(index).ok().flatten().map_or(Cell::Null, |t| Cell::Text(t.into())),
        }
    }
}

impl Conn for PgConn<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn execute(&mut self, sql: &Sql) -> Result<u64> {
        let statement = self.prepare(sql)?;
        self.pooled.client.execute(&statement, sql.text(), sql.binds())
    }

    fn execute_soon(&mut self, sql: &Sql) -> Result<()> {
        let statement = self.prepare(sql)?;
        self.pooled.client.execute_before(statement, sql.text(), sql.binds())
    }

    fn add(&mut self, shape: &Shape, rows: Vec<Vec<Bind>>) -> Result<()> {
        shape.statements(rows).try_for_each(|sql| self.execute_soon(&sql))
    }

    fn forget(&mut self) {
        self.pooled.client.forget_statements();
    }

    /// It does not tell who waits for rows that this transaction holds.
    fn may_go_on(&self, rows: usize) -> bool {
        rows < LONG
    }

    fn flush(&mut self) -> Result<()> {
        self.pooled.client.say_all()
    }

    fn run_batch(&mut self, sql: &Sql) -> Result<()> {
        self.pooled.client.say(sql.text())
    }

    fn rows(&mut self, sql: &Sql, each: &mut dyn FnMut(&dyn Row) -> Result<bool>) -> Result<()> {
        let statement = self.prepare(sql)?;
        self.pooled.client.rows(&statement, sql.text(), sql.binds(), |row| each(&PgRow(row)))
    }
}

/// The code of what the database rolled back whole, for the sake of another transaction or with a lost connection.
const INTERRUPTED: &str = "interrupted";

fn interrupted() -> Error {
    Problem::new(Status::Busy, INTERRUPTED).into()
}

/// No connection can be made.
pub(super) fn unreachable(error: &postgres::Error) -> Error {
    tracing::error!("PostgreSQL: {}", text_of(error));
    Problem::new(Status::Busy, "database_unreachable").arg("reason", text_of(error)).into()
}

pub(super) fn explain(error: &postgres::Error, text: &str) -> Error {
    match fault(error) {
        Error::Internal(what) => Error::Internal(format!("{what} in: {text}")),
        refused => refused,
    }
}

fn fault(error: &postgres::Error) -> Error {
    let busy = || Error::from(Problem::new(Status::Busy, "busy"));
    match error.as_db_error() {
        // Gone in the middle: nothing is known of the answer, and the same key may ask again.
        None if error.is_closed() || error.source().is_some_and(|cause| cause.is::<std::io::Error>()) => busy(),
        None => Error::internal(format!("postgres: {error}")),
        Some(db) => match db.code() {
            &SqlState::UNIQUE_VIOLATION => taken(db.constraint().unwrap_or_default()),
            // A sum that 64 bits cannot hold; a text the server cannot keep.
            &SqlState::NUMERIC_VALUE_OUT_OF_RANGE => Problem::new(Status::Invalid, "out_of_range").into(),
            &SqlState::CHARACTER_NOT_IN_REPERTOIRE => Problem::new(Status::Malformed, "control_character").into(),
            &SqlState::DISK_FULL => Problem::new(Status::Full, "disk_full").into(),
            &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => interrupted(),
            &SqlState::QUERY_CANCELED => busy(),
            &SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW => busy(),
            _ => Error::internal(format!("postgres: {}", text_of(error))),
        },
    }
}

fn text_of(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}
