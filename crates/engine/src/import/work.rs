//! Running an import: some batches at a time, in a transaction that also notes how far it came.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guanxi_model::system::Verb;
use guanxi_model::{Actor, Error, Problem, Result, Status};
use guanxi_store::kept::{self, Where};
use serde_json::{Value as Json, json};

use super::Imports;
use super::batches::{self, Batches};
use super::plan::{Plan, Wrong};
use super::rows::{Care, Caution, Verdict};
use super::run::{Counts, Run, State, load, move_on};
use crate::sheet::Row;
use crate::write::{Purpose, WriteTx};

/// How often a batch is tried again while the database is busy, and the pause before.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(200);

/// Rows after which a transaction ends that is written with care: what is written again with the next refusal.
const CAREFUL_ROWS: usize = 4000;

/// Told after each batch how many rows are done; answers whether to go on.
pub type Step<'a> = dyn Fn(i64) -> Result<bool> + 'a;

impl Imports {
    /// Starts an import, or goes on with one that was interrupted; the task tells how far it is.
    pub fn run(&self, actor: &Actor, id: i64) -> Result<i64> {
        let run = self.begin(actor, id)?;
        let (imports, as_actor) = (self.clone(), actor.clone());
        let task = self.engine.start_task(actor, "import", run.total, json!({"import": id.to_string()}), move |progress| {
            imports.finish(&as_actor, id, &|done| progress.step(done)).map(|(counts, _)| counts.json())
        });
        self.note_task(id, task)
    }

    /// Runs an import on this thread.
    pub fn run_here(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<Counts> {
        self.begin(actor, id)?;
        self.finish(actor, id, step).map(|(counts, _)| counts)
    }

    fn begin(&self, actor: &Actor, id: i64) -> Result<Run> {
        let run = self.find(actor, id)?;
        self.plan(actor, &run)?;
        self.engine.inner.store.write(move |conn| {
            move_on(conn, id, &[State::Mapping, State::Ready, State::Cancelled, State::Failed], State::Running)?;
            kept::update(conn, "import_run", &[("problem", "null".into())], &[Where::Is("id", id.into())]).map(|_| ())
        })?;
        Ok(run)
    }

    /// The plan of an import, checked against rights as they are now.
    pub(super) fn plan(&self, actor: &Actor, run: &Run) -> Result<Plan> {
        let access = self.engine.access(actor)?;
        let def = access.org.catalog.get(&run.entity).cloned().ok_or_else(Error::not_found)?;
        access.require(&def, Verb::Import)?;
        if run.options.add_choices {
            self.may_add_choices(&access)?;
        }
        let plan = Plan::new(&access, &def, &run.content.columns, &run.mapping, &run.options)?;
        if !plan.columns.iter().any(|column| column.field != guanxi_model::entity::ID) {
            return Err(Error::invalid("mapping", "nothing_mapped"));
        }
        plan.check_speed(&self.engine)?;
        Ok(plan)
    }

    /// Keeps which task works on an import; a task that could not start leaves it as failed.
    pub(super) fn note_task(&self, id: i64, task: Result<i64>) -> Result<i64> {
        let started = task.as_ref().ok().copied();
        self.engine.inner.store.write(move |conn| {
            if started.is_none() {
                kept::update(conn, "import_run", &[("state", State::Failed.word().into())], &[Where::Is("id", id.into())])?;
            }
            kept::update(conn, "import_run", &[("task", started.into())], &[Where::Is("id", id.into())]).map(|_| ())
        })?;
        task
    }

    /// Works through the rows and notes how it ended; tells whether the end was reached.
    fn finish(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<(Counts, bool)> {
        let worked = catch_unwind(AssertUnwindSafe(|| self.work(actor, id, step)));
        let worked = worked.unwrap_or_else(|_| Err(Error::internal("an import panicked")));
        let (state, problem) = match &worked {
            Ok((_, true)) => (State::Done, Json::Null),
            Ok((_, false)) => (State::Cancelled, Json::Null),
            Err(error) => (State::Failed, kept_problem(error)),
        };
        self.engine.inner.store.write(move |conn| {
            let set = [("state", state.word().into()), ("problem", problem.to_string().into())];
            kept::update(conn, "import_run", &set, &[Where::Is("id", id.into()), Where::Is("state", State::Running.word().into())])
                .map(|_| ())
        })?;
        if state == State::Done {
            // Every row is accounted for; what failed is kept with its cells.
            let _ = std::fs::remove_file(self.file(id));
        }
        worked
    }

    fn work(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<(Counts, bool)> {
        let run = self.engine.inner.store.read(|conn| load(conn, id))?.ok_or_else(Error::not_found)?;
        if run.options.add_choices {
            self.add_words(actor, &run)?;
        }
        let plan = Arc::new(self.plan(actor, &run)?);
        let (mut position, mut counts, mut whole) = (run.position, run.counts, true);
        let mut caution = Caution::default();
        batches::some(&self.file(id), &run.file_name, &run.options, run.position, |batches| {
            let written =
                caution.write(|care| self.patiently(|| self.write_some(actor, &run, &plan, batches, (position, counts), care)))?;
            (position, counts) = written;
            whole = step(counts.rows())?;
            Ok(whole)
        })?;
        Ok((counts, whole || counts.rows() >= run.total))
    }

    /// Tries again while the database is busy with others.
    pub(super) fn patiently<T>(&self, mut work: impl FnMut() -> Result<T>) -> Result<T> {
        for _ in 0..TRIES {
            match work() {
                Err(Error::Refused(problem)) if problem.status == Status::Busy => std::thread::sleep(PAUSE),
                done => return done,
            }
        }
        work()
    }

    /// Writes as many batches as are read and nobody else waits for: rows, refusals, counts and place in the file, all
    /// or nothing.
    fn write_some(
        &self,
        actor: &Actor,
        run: &Run,
        plan: &Arc<Plan>,
        batches: &Arc<Mutex<Batches>>,
        (position, counts): (i64, Counts),
        care: Care,
    ) -> Result<(i64, Counts)> {
        let (id, plan, batches) = (run.id, plan.clone(), batches.clone());
        let purpose = Purpose { source: Some(id), ..Purpose::new("import", run.file_name.clone()) };
        self.engine.write(actor, purpose, move |tx| {
            tx.access.require(&plan.def, Verb::Import)?;
            let (mut last, mut counts, mut rows) = (position, counts, 0);
            let mut batches = batches::held(&batches)?;
            batches.begin();
            while let Some(batch) = batches.next() {
                plan.treat(tx, &batch, None, care, |tx, row, treated| {
                    last = i64::try_from(row.number).unwrap_or(i64::MAX);
                    match treated.verdict {
                        Verdict::Create => counts.created += 1,
                        Verdict::Update => counts.updated += 1,
                        Verdict::Skip => counts.skipped += 1,
                        Verdict::Error => {
                            counts.failed += 1;
                            keep_failure(tx, id, row, &treated.wrong)?;
                        }
                    }
                    Ok(())
                })?;
                rows += batch.len();
                if !tx.conn.may_go_on(rows) || (care == Care::Careful && rows >= CAREFUL_ROWS) {
                    break;
                }
            }
            let set = [
                ("position", last.into()),
                ("done", counts.rows().into()),
                ("created", counts.created.into()),
                ("updated", counts.updated.into()),
                ("skipped", counts.skipped.into()),
                ("failed", counts.failed.into()),
            ];
            // The place these batches began at: were another run to work on the same file, one of
            // them would stop here.
            let here =
                [Where::Is("id", id.into()), Where::Is("position", position.into()), Where::Is("state", State::Running.word().into())];
            if kept::update(tx.conn, "import_run", &set, &here)? == 0 {
                return Err(Problem::new(Status::Conflict, "import_overtaken").into());
            }
            Ok((last, counts))
        })
    }
}

/// Keeps a row that was refused: its cells as they were, and why.
fn keep_failure(tx: &mut WriteTx<'_>, id: i64, row: &Row, wrong: &[Wrong]) -> Result<()> {
    let cells: Vec<_> = row.cells.iter().map(|cell| cell.as_text()).collect();
    let problems: Vec<Json> = wrong.iter().map(Wrong::json).collect();
    let values = [
        ("id", tx.engine.new_id().into()),
        ("import_run", id.into()),
        ("line", i64::try_from(row.number).unwrap_or(i64::MAX).into()),
        ("cells", json!(cells).to_string().into()),
        ("problem", json!(problems).to_string().into()),
    ];
    kept::insert(tx.conn, "import_error", &values)
}

/// Why an import stopped, as it is kept.
pub(super) fn kept_problem(error: &Error) -> Json {
    match error {
        Error::Refused(problem) => {
            let args: serde_json::Map<String, Json> = problem.args.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            json!({"code": problem.code, "args": args})
        }
        Error::Internal(what) => {
            tracing::error!("import: {what}");
            json!({"code": "internal"})
        }
    }
}
