//! Scheduled and queued work: once per period whatever crashes, retried with back-off.

use std::sync::atomic::Ordering;

use guanxi_model::entity::ID;
use guanxi_model::job::{Job, Schedule, Work};
use guanxi_model::time::DAY_MS;
use guanxi_model::{Actor, Error, Filter, Query, Record, Result, Status, Test, Value};
use guanxi_store::kept::{self, Kept, Where};

use crate::engine::Engine;
use crate::write::Purpose;

/// Records of a sweep treated in one transaction.
const SWEEP_BATCH: usize = 100;
/// Most records of one sweep in one run.
const SWEEP_MAX: usize = 100_000;
/// A run that began this long ago and never ended was lost, in milliseconds.
const LOST_MS: i64 = 15 * 60_000;
/// A queued job that failed this often waits for a person.
const MAX_TRIES: i64 = 8;

/// What a sweep did.
#[derive(Clone, Copy, Default)]
struct Swept {
    treated: usize,
    /// Whether it ended because the engine does.
    cut_short: bool,
}

impl Engine {
    /// Every job of every entity.
    fn jobs(&self) -> Vec<Job> {
        self.behaviours().flat_map(|behaviour| behaviour.jobs.iter().copied()).collect()
    }

    /// Runs everything that is due: scheduled jobs once per period, then the queue. Returns how
    /// many records were treated.
    pub fn run_due(&self) -> Result<usize> {
        if self.needs_setup()? {
            return Ok(0);
        }
        self.inner.store.tend()?;
        self.compute_pending(&Actor::system("field_definition.compute"))?;
        let mut treated = 0;
        for job in self.jobs() {
            if self.is_ending() {
                return Ok(treated);
            }
            if let Some(period) = self.period(&job)? {
                treated += self.run_scheduled(&job, period)?;
            }
        }
        treated += self.run_queue()?;
        self.forget_answers()?;
        while !self.is_ending() && self.seal()? > 0 {}
        Ok(treated)
    }

    /// Asks the work in hand to stop at its next batch: what is left is done after the next start.
    pub fn end(&self) {
        self.inner.ending.store(true, Ordering::SeqCst);
    }

    fn is_ending(&self) -> bool {
        self.inner.ending.load(Ordering::SeqCst)
    }

    /// The period a scheduled job is in now; none before the day's minute has come.
    fn period(&self, job: &Job) -> Result<Option<i64>> {
        let now = self.now();
        Ok(match job.schedule {
            Schedule::Queued => None,
            Schedule::EveryMinutes(minutes) => Some(now.0.div_euclid(minutes.max(1) * 60_000)),
            Schedule::Daily(minute) => {
                let zone = self.zone()?;
                let midnight = zone.start_of(zone.date_of(now));
                (now.0 >= midnight.0 + minute * 60_000).then(|| (midnight.0 + DAY_MS / 2).div_euclid(DAY_MS))
            }
        })
    }

    fn run_scheduled(&self, job: &Job, period: i64) -> Result<usize> {
        let (id, now, name) = (self.new_id(), self.now().0, job.name);
        let this = [Where::Is("job", name.into()), Where::Is("period", period.into())];
        let before = self.inner.store.read(|conn| kept::first(conn, "job_run", &this))?;
        if before.is_some_and(|row| row.text("state") != "running" || row.int("started_at") > now - LOST_MS) {
            return Ok(0);
        }
        // Claiming the period and running are two transactions: a crash between them is found by
        // its state `running` and run again.
        let claimed = self.inner.store.write(move |conn| {
            let values = [
                ("id", id.into()),
                ("job", name.into()),
                ("period", period.into()),
                ("state", "running".into()),
                ("started_at", now.into()),
            ];
            if kept::insert_if_new(conn, "job_run", &values)? {
                return Ok(Some(id));
            }
            let stale = [
                Where::Is("job", name.into()),
                Where::Is("period", period.into()),
                Where::Is("state", "running".into()),
                Where::Below("started_at", now - LOST_MS),
            ];
            let again = kept::find(conn, "job_run", &stale, true, 1)?.into_iter().next();
            if let Some(row) = &again {
                kept::update(conn, "job_run", &[("started_at", now.into())], &[Where::Is("id", row.int("id").into())])?;
            }
            Ok(again.map(|row| row.int("id")))
        })?;
        let Some(run) = claimed else { return Ok(0) };
        let outcome = self.sweep(job);
        let ended = self.now().0;
        if let Ok(Swept { treated, cut_short: true }) = outcome {
            // The period is given back: whoever starts next goes on with what is still due.
            self.inner.store.write(move |conn| kept::delete(conn, "job_run", &[Where::Is("id", run.into())]).map(|_| ()))?;
            return Ok(treated);
        }
        let (state, done, error) = match &outcome {
            Ok(swept) => ("done", swept.treated as i64, String::new()),
            Err(error) => ("failed", 0, error.to_string()),
        };
        if let Err(error) = &outcome {
            tracing::error!(job = job.name, "job failed: {error}");
        }
        self.inner.store.write(move |conn| {
            let set = [("state", state.into()), ("ended_at", ended.into()), ("done", done.into()), ("error", error.into())];
            kept::update(conn, "job_run", &set, &[Where::Is("id", run.into())]).map(|_| ())
        })?;
        // A job that failed does not keep the others from running.
        Ok(outcome.unwrap_or_default().treated)
    }

    /// Treats what is due, batch by batch along its order: what was refused, and what stays due, is
    /// behind and keeps nothing from its turn.
    fn sweep(&self, job: &Job) -> Result<Swept> {
        let Work::Sweep { due, each } = job.work else { return Ok(Swept::default()) };
        let (mut treated, mut ahead) = (0, Filter::All);
        while treated < SWEEP_MAX {
            if self.is_ending() {
                return Ok(Swept { treated, cut_short: true });
            }
            let Some(query) = self.reading(due)? else { break };
            let batch = query.limit.min(SWEEP_BATCH);
            let query = Query { limit: batch, filter: query.filter.and(ahead), ..query };
            let found = self.reading(|reader| reader.find(&query))?;
            let Some(last) = found.last() else { break };
            ahead = beyond(&query, last);
            let (name, count) = (job.name, found.len());
            treated += self.write(&Actor::system(name), Purpose::new("job", name), move |tx| {
                let mut done = 0;
                for record in &found {
                    done += usize::from(treat(tx, record, each)?);
                }
                Ok(done)
            })?;
            if count < batch {
                break;
            }
        }
        Ok(Swept { treated, cut_short: false })
    }

    fn run_queue(&self) -> Result<usize> {
        let mut treated = 0;
        loop {
            let now = self.now().0;
            let rows = self.inner.store.read(|conn| {
                kept::find(conn, "job_queue", &[Where::Is("state", "queued".into()), Where::Below("not_before", now + 1)], false, 50)
            })?;
            if rows.is_empty() {
                return Ok(treated);
            }
            for row in &rows {
                if self.is_ending() {
                    return Ok(treated);
                }
                treated += usize::from(self.run_queued(row)?);
            }
        }
    }

    fn run_queued(&self, row: &Kept) -> Result<bool> {
        let job = self.jobs().into_iter().find(|job| job.name == row.text("job"));
        let (id, entity, record, name) = (row.int("id"), row.text("entity").to_owned(), row.int("record"), row.text("job").to_owned());
        let outcome = self.write(&Actor::system(&name), Purpose::new("job", name.clone()), move |tx| {
            // Taking it from the queue is part of the same transaction: done once, or not at all.
            if kept::delete(tx.conn, "job_queue", &[Where::Is("id", id.into()), Where::Is("state", "queued".into())])? == 0 {
                return Ok(false);
            }
            let Some(Job { work: Work::Record(work), .. }) = job else { return Err(Error::internal("no such job")) };
            match guanxi_model::tx::Reader::load(tx, &entity, record)? {
                Some(record) => work(tx, &record).map(|()| true),
                None => Ok(false),
            }
        });
        match outcome {
            Ok(treated) => Ok(treated),
            Err(error) => {
                tracing::warn!(job = row.text("job"), "queued job failed: {error}");
                let tries = row.int("tries") + 1;
                let state = if tries >= MAX_TRIES { "dead" } else { "queued" };
                let again = self.now().plus_seconds(10 * (1 << tries.min(10))).0;
                self.inner.store.write(move |conn| {
                    let set = [
                        ("tries", tries.into()),
                        ("state", state.into()),
                        ("not_before", again.into()),
                        ("error", error.to_string().into()),
                    ];
                    kept::update(conn, "job_queue", &set, &[Where::Is("id", id.into())]).map(|_| ())
                })?;
                Ok(false)
            }
        }
    }
}

/// What comes after a record in the ascending order of a query.
fn beyond(query: &Query, last: &Record) -> Filter {
    let later = Filter::is(ID, Test::Gt(Value::Int(last.id())));
    let Some(key) = query.order.first() else { return later };
    match last.at(key.field) {
        Value::Null => later.and(Filter::is(key.field, Test::Empty)),
        at => Filter::is(key.field, Test::Ge(at.clone())).and(Filter::is(key.field, Test::Gt(at.clone())).or(later)),
    }
}

/// Treats a record that is still due; one that is refused is passed over and told.
fn treat(tx: &mut crate::write::WriteTx<'_>, record: &Record, each: fn(&mut dyn guanxi_model::Tx, &Record) -> Result<()>) -> Result<bool> {
    let now = guanxi_model::tx::Reader::load(tx, &record.entity().name, record.id())?;
    // Somebody was faster: the next run sees what is due then.
    let Some(now) = now.filter(|now| now.version() == record.version()) else { return Ok(false) };
    match tx.attempt(|tx| each(tx, &now)) {
        Ok(()) => Ok(true),
        Err(Error::Refused(problem)) if !matches!(problem.status, Status::Busy | Status::Full) => {
            tracing::warn!(entity = record.entity().name, id = record.id(), "sweep refused: {}", problem.code);
            Ok(false)
        }
        // No fault of this record: all of the batch is done again, or another time.
        Err(fault) => Err(fault),
    }
}
