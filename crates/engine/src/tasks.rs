//! Long work with progress: bulk changes of many rows, imports. One task is one row that survives
//! a restart; the work itself goes on in batches, each a transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use guanxi_model::labels::{self, Lang};
use guanxi_model::{Actor, AdminLevel, Error, Problem, Result};
use guanxi_store::kept::{self, Kept, Where};
use serde_json::{Map, Value as Json, json};

use crate::engine::Engine;
use crate::events::Event;
use crate::write::{BulkReport, Purpose, RowWork};

/// Rows changed at once by a request; more become a task.
pub const BULK_LIMIT: usize = 500;
/// Rows changed in one transaction of a task.
const BATCH: usize = 200;
/// Rows that were refused and are told one by one.
const FAILED: usize = 200;

/// What is done to each row.
#[derive(Clone, Debug)]
pub enum BulkWork {
    Edit(Map<String, Json>),
    Delete,
    Action { name: String, input: Map<String, Json> },
}

impl BulkWork {
    fn row_work(&self) -> RowWork {
        match self.clone() {
            Self::Edit(set) => RowWork::Edit(set),
            Self::Delete => RowWork::Delete,
            Self::Action { name, input } => RowWork::Action { name, input },
        }
    }

    fn purpose(&self, entity: &str) -> Purpose {
        match self {
            Self::Action { name, .. } => Purpose::new("action", format!("{entity}.{name}")),
            _ => Purpose::new("bulk", ""),
        }
    }
}

/// A task under way, as its worker sees it.
pub struct Progress {
    engine: Engine,
    pub id: i64,
    user: i64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Notes how far the work is. False when it should stop.
    pub fn step(&self, done: i64) -> Result<bool> {
        let (id, now) = (self.id, self.engine.now().0);
        let row = self.engine.inner.store.write(move |conn| {
            kept::update(conn, "task", &[("done", done.into()), ("updated_at", now.into())], &[Where::Is("id", id.into())])?;
            kept::first(conn, "task", &[Where::Is("id", id.into())])
        })?;
        self.engine.inner.events.tell(&Event::Task { user: self.user, id });
        let stop = row.is_none_or(|row| row.text("state") == "cancelling");
        self.cancelled.store(stop, Ordering::SeqCst);
        Ok(!stop)
    }

    /// Whether the work was told to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }
}

impl Engine {
    /// Changes few rows at once.
    pub fn bulk_now(&self, actor: &Actor, entity: &str, ids: Vec<i64>, work: BulkWork) -> Result<BulkReport> {
        let def = crate::engine::entity_of(&self.catalog(), entity)?;
        if let BulkWork::Action { name, input } = work {
            return self.act_on_many(actor, entity, ids, &name, input);
        }
        self.bulk(actor, entity, ids, work.row_work(), work.purpose(&def.name))
    }

    /// Starts changing many rows; the task tells how far it is.
    pub fn start_bulk(&self, actor: &Actor, entity: &str, ids: Vec<i64>, work: BulkWork) -> Result<i64> {
        let def = crate::engine::entity_of(&self.catalog(), entity)?;
        let (engine, actor, plural) = (self.clone(), actor.clone(), entity.to_owned());
        let total = ids.len() as i64;
        self.start_task(&actor.clone(), "bulk", total, json!({"entity": entity}), move |progress| {
            // All batches belong together: undo finds them by the task they are a part of.
            let purpose = Purpose { source: Some(progress.id), ..work.purpose(&def.name) };
            let (mut updated, mut count, mut failed, mut sets) = (0, 0, Vec::new(), Vec::new());
            for (n, batch) in ids.chunks(BATCH).enumerate() {
                let report = engine.bulk(&actor, &plural, batch.to_vec(), work.row_work(), purpose.clone())?;
                updated += report.updated;
                sets.extend(report.change_set.map(|id| id.to_string()));
                for (id, problem) in report.results.iter().filter_map(|row| Some((row.id, row.problem.as_ref()?))) {
                    count += 1;
                    if failed.len() < FAILED {
                        failed.push(json!({"id": id.to_string(), "code": problem.code, "detail": reason(actor.lang, problem)}));
                    }
                }
                if !progress.step(((n + 1) * BATCH).min(ids.len()) as i64)? {
                    break;
                }
            }
            Ok(json!({"updated": updated, "change_sets": sets, "failed": failed, "failed_count": count}))
        })
    }

    /// Starts a task on a thread of its own.
    pub(crate) fn start_task(
        &self,
        actor: &Actor,
        kind: &'static str,
        total: i64,
        input: Json,
        work: impl FnOnce(&Progress) -> Result<Json> + Send + 'static,
    ) -> Result<i64> {
        let user = actor.user.unwrap_or(0);
        let (id, now) = (self.new_id(), self.now().0);
        let once = self.unclaimed();
        let claimed = once.clone();
        self.inner.store.write(move |conn| {
            if let Some(once) = &once {
                once.claim(conn, crate::once::Subject::Task(id), now)?;
            }
            let values = [
                ("id", id.into()),
                ("kind", kind.into()),
                ("user", user.into()),
                ("state", "running".into()),
                ("done", 0.into()),
                ("total", total.into()),
                ("input", input.to_string().into()),
                ("created_at", now.into()),
                ("updated_at", now.into()),
            ];
            kept::insert(conn, "task", &values)
        })?;
        if let Some(once) = claimed {
            once.committed();
        }
        let progress = Arc::new(Progress { engine: self.clone(), id, user, cancelled: AtomicBool::new(false) });
        let spawned = std::thread::Builder::new().name(kind.to_owned()).spawn(move || {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&progress)));
            let outcome = outcome.unwrap_or_else(|_| Err(Error::internal("a task panicked")));
            if let Err(error) = progress.end(outcome) {
                tracing::error!("task {id}: {error}");
            }
        });
        spawned.map_err(Error::internal)?;
        Ok(id)
    }

    /// A task of the actor's, or any task for an administrator.
    pub fn task(&self, actor: &Actor, id: i64) -> Result<Json> {
        Ok(task_json(&self.task_row(actor, id)?))
    }

    /// Tells a task to stop after the batch in hand.
    pub fn cancel_task(&self, actor: &Actor, id: i64) -> Result<()> {
        self.task_row(actor, id)?;
        self.inner.store.write(move |conn| {
            let running = [Where::Is("id", id.into()), Where::Is("state", "running".into())];
            kept::update(conn, "task", &[("state", "cancelling".into())], &running).map(|_| ())
        })
    }

    /// Marks tasks a crash has interrupted; imports among them are resumed by their owner.
    pub fn end_interrupted_tasks(&self) -> Result<()> {
        self.inner.store.write(|conn| {
            for state in ["running", "cancelling"] {
                kept::update(conn, "task", &[("state", "interrupted".into())], &[Where::Is("state", state.into())])?;
            }
            Ok(())
        })
    }

    fn task_row(&self, actor: &Actor, id: i64) -> Result<Kept> {
        let row = self.inner.store.read(|conn| kept::first(conn, "task", &[Where::Is("id", id.into())]))?;
        let row = row.ok_or_else(Error::not_found)?;
        let own = actor.user == Some(row.int("user"));
        if own || self.access(actor)?.administration() == AdminLevel::Full { Ok(row) } else { Err(Error::not_found()) }
    }
}

impl Progress {
    fn end(&self, outcome: Result<Json>) -> Result<()> {
        let (state, result) = match outcome {
            Ok(result) if self.is_cancelled() => ("cancelled", result),
            Ok(result) => ("done", result),
            Err(Error::Refused(problem)) => ("failed", json!({"code": problem.code, "status": problem.status.code()})),
            Err(Error::Internal(what)) => {
                tracing::error!("task {}: {what}", self.id);
                ("failed", json!({"code": "internal"}))
            }
        };
        let (id, now) = (self.id, self.engine.now().0);
        self.engine.inner.store.write(move |conn| {
            let set = [("state", state.into()), ("result", result.to_string().into()), ("updated_at", now.into())];
            kept::update(conn, "task", &set, &[Where::Is("id", id.into())]).map(|_| ())
        })?;
        self.engine.inner.events.tell(&Event::Task { user: self.user, id });
        Ok(())
    }
}

/// Why a row was refused, in the words of whoever started the task: of the first field at fault, where there is one.
fn reason(lang: Lang, problem: &Problem) -> String {
    let (code, args) = problem.fields.first().map_or((problem.code, &problem.args), |field| (field.code, &field.args));
    labels::fill(lang, &format!("error.{code}"), args)
}

fn task_json(row: &Kept) -> Json {
    let result: Json = serde_json::from_str(row.text("result")).unwrap_or(Json::Null);
    json!({
        "id": row.int("id").to_string(), "kind": row.text("kind"), "state": row.text("state"),
        "done": row.int("done"), "total": row.int("total"), "result": result,
    })
}
