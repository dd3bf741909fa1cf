//! Requests that are done once. The key of a request is written in the very transaction of what
//! the request does: either both are there after a crash, or neither. The answer is kept a moment
//! later; where it was lost, it is told again from the change set.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use guanxi_model::rule::Op;
use guanxi_model::{Actor, Error, Problem, Result, Status};
use guanxi_store::kept::{self, Kept, Where};
use guanxi_store::{Conn, change_log};
use serde_json::{Value as Json, json};

use crate::engine::Engine;

/// How long keys are kept, in milliseconds.
pub const KEPT_MS: i64 = 24 * 3_600_000;

/// A request with a key.
#[derive(Debug)]
pub struct Once {
    /// Made of the caller, the route and what the caller sent.
    key: String,
    route: String,
    /// Digest of the body: the same key with another body is a mistake.
    body_hash: String,
    /// The key stands in a transaction that was committed.
    claimed: AtomicBool,
}

/// What an answer consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What became of a request with the same key before.
#[derive(Debug)]
pub enum Before {
    /// It was answered.
    Answered(Answer),
    /// It was done; its answer was a secret and is not kept.
    Secret,
    /// It was done, and the server ended before the answer was kept.
    Done(Done),
}

/// What a request did, told from the change log.
#[derive(Debug, Default)]
pub struct Done {
    /// `edit`, `bulk`, `action`, `merge`, `undo`; empty where it started a task.
    pub kind: String,
    pub change_set: Option<i64>,
    pub task: Option<i64>,
    /// The records it changed, in order.
    pub records: Vec<Touched>,
}

/// A record that a request changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Name of the entity in the API.
    pub entity: String,
    pub id: i64,
    /// It was made by the request.
    pub created: bool,
    /// A rule or action changed it, not the caller's own values.
    pub by_rule: bool,
}

/// What stands beside a key when it is written.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    ChangeSet(i64),
    Task(i64),
}

/// Records told of a request whose answer was lost.
const TOLD: usize = 1000;

impl Once {
    /// A request by its key, route and the digest of its body.
    pub fn new(key: String, route: String, body_hash: String) -> Arc<Self> {
        Arc::new(Self { key, route, body_hash, claimed: AtomicBool::new(false) })
    }

    /// Writes the key in the transaction in hand.
    ///
    /// # Errors
    /// 409 where the same request was done meanwhile, by another thread or node.
    pub(crate) fn claim(&self, conn: &mut dyn Conn, subject: Subject, now: i64) -> Result<()> {
        let (set, task) = match subject {
            Subject::ChangeSet(id) => (Some(id), None),
            Subject::Task(id) => (None, Some(id)),
        };
        let values = [
            ("key", self.key.as_str().into()),
            ("route", self.route.as_str().into()),
            ("body_hash", self.body_hash.as_str().into()),
            ("status", 0.into()),
            ("at", now.into()),
            ("change_set", set.into()),
            ("task", task.into()),
        ];
        if kept::insert_if_new(conn, "idempotency", &values)? { Ok(()) } else { Err(done_meanwhile()) }
    }

    /// Takes the key back in the same transaction: nothing was written after all.
    pub(crate) fn release(&self, conn: &mut dyn Conn) -> Result<()> {
        kept::delete(conn, "idempotency", &[Where::Is("key", self.key.as_str().into())]).map(|_| ())
    }

    pub(crate) fn committed(&self) {
        self.claimed.store(true, Ordering::SeqCst);
    }
}

/// The refusal of whoever comes second with a key.
fn done_meanwhile() -> Error {
    Problem::new(Status::Conflict, "in_progress").into()
}

impl Engine {
    /// This engine for one request: its first write also writes the key.
    #[must_use]
    pub fn once(&self, once: Arc<Once>) -> Self {
        Self { inner: self.inner.clone(), once: Some(once) }
    }

    /// The key that the next write has to write.
    pub(crate) fn unclaimed(&self) -> Option<Arc<Once>> {
        self.once.clone().filter(|once| !once.claimed.load(Ordering::SeqCst))
    }

    /// What became of the same request before.
    ///
    /// # Errors
    /// 422 where the key was used for another body.
    pub fn done_before(&self, actor: &Actor, once: &Once) -> Result<Option<Before>> {
        let row = self.inner.store.read(|conn| kept::first(conn, "idempotency", &[Where::Is("key", once.key.as_str().into())]))?;
        let Some(row) = row.filter(|row| row.int("at") > self.now().0 - KEPT_MS) else { return Ok(None) };
        if row.text("body_hash") != once.body_hash {
            return Err(Problem::new(Status::Invalid, "key_used_differently").field("Idempotency-Key", "key_used_differently").into());
        }
        Ok(Some(match row.int("status") {
            0 => Before::Done(self.done(actor, &row)?),
            _ if row.text("body").is_empty() && row.text("headers") == SECRET => Before::Secret,
            status => Before::Answered(Answer {
                status: u16::try_from(status).unwrap_or(200),
                headers: serde_json::from_str(row.text("headers")).unwrap_or_default(),
                body: row.text("body").as_bytes().to_vec(),
            }),
        }))
    }

    fn done(&self, actor: &Actor, row: &Kept) -> Result<Done> {
        let task = row.opt_int("task");
        let Some(id) = row.opt_int("change_set") else { return Ok(Done { task, ..Done::default() }) };
        let (set, rows) = self.inner.store.read(|conn| Ok((change_log::set(conn, id)?, change_log::rows_of_set(conn, id, None, TOLD)?)))?;
        let access = self.access(actor)?;
        let plural = |name: &str| access.org.catalog.get(name).map_or(name.to_owned(), |def| def.plural.clone());
        let mut records: Vec<Touched> = Vec::new();
        for row in &rows {
            let entity = plural(&row.entity);
            if !records.iter().any(|known| known.id == row.record && known.entity == entity) {
                records.push(Touched { entity, id: row.record, created: row.op == Op::Create.name(), by_rule: row.rule.is_some() });
            }
        }
        Ok(Done { kind: set.map(|set| set.kind).unwrap_or_default(), change_set: Some(id), task, records })
    }

    /// Keeps the answer of a request for whoever asks again; none where it holds a secret.
    pub fn keep_answer(&self, once: &Once, status: u16, answer: Option<&Answer>) -> Result<()> {
        let (key, route, body_hash, now) = (once.key.clone(), once.route.clone(), once.body_hash.clone(), self.now().0);
        let headers = answer.map_or_else(|| SECRET.to_owned(), |answer| json!(answer.headers).to_string());
        let body = answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned()).unwrap_or_default();
        self.inner.store.write(move |conn| {
            let told = [("status", i64::from(status).into()), ("headers", headers.as_str().into()), ("body", body.as_str().into())];
            if kept::update(conn, "idempotency", &told, &[Where::Is("key", key.as_str().into())])? > 0 {
                return Ok(());
            }
            let mut values = vec![("key", key.into()), ("route", route.into()), ("body_hash", body_hash.into()), ("at", now.into())];
            values.extend(told);
            kept::insert_if_new(conn, "idempotency", &values).map(|_| ())
        })
    }

    /// Removes the keys whose time is over.
    pub(crate) fn forget_answers(&self) -> Result<()> {
        let old = self.now().0 - KEPT_MS;
        let is_old = || [Where::Below("at", old)];
        if self.inner.store.read(|conn| kept::find(conn, "idempotency", &is_old(), false, 1))?.is_empty() {
            return Ok(());
        }
        self.inner.store.write(move |conn| kept::delete(conn, "idempotency", &[Where::Below("at", old)]).map(|_| ()))
    }
}

/// Stands in place of the headers where an answer is not kept.
const SECRET: &str = "secret";

impl Done {
    /// The figures of a lost answer; records are added by whoever may show them.
    pub fn json(&self) -> Json {
        match self.task {
            Some(task) => json!({"job": task.to_string()}),
            None => json!({"change_set": self.change_set.map(|id| id.to_string())}),
        }
    }
}
