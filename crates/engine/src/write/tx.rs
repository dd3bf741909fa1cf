//! One transaction with its change set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use foldhash::{HashMap, HashSet};
use guanxi_model::rule::Op;
use guanxi_model::system::{Notification, Verb};
use guanxi_model::time::{Instant, Zone};
use guanxi_model::tx::{Asking, Notice, Reader, Tx};
use guanxi_model::{Actor, Catalog, Entity, Error, Filter, Query, Record, Result, Value};
use guanxi_store::change_log::{self, ChangeRow, ChangeSet};
use guanxi_store::dialect::{Dialect, Hold};
use guanxi_store::{Conn, Sql, kept, records};
use sha2::{Digest, Sha256};

use super::absent::Absent;
use super::moved::Moved;
use crate::engine::Engine;
use crate::events::Event;
use crate::once::Subject;
use crate::rights::{Access, ONLY, Org};

/// The key under which the last change of rights or settings is noted for other nodes.
pub(crate) const RIGHTS_MARK: &str = "rights_mark";

/// Deepest chain of rules that cause each other.
const MAX_DEPTH: usize = 16;

/// What a transaction is for; stands in its change set.
#[derive(Clone, Debug, Default)]
pub struct Purpose {
    /// `edit`, `bulk`, `action`, `import`, `merge`, `undo`, `job`, `setup`.
    pub kind: &'static str,
    pub reason: String,
    /// The import or other run it is a part of.
    pub source: Option<i64>,
    pub undo_of: Option<i64>,
}

impl Purpose {
    /// A purpose of a kind, for a reason.
    pub fn new(kind: &'static str, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), ..Self::default() }
    }
}

/// A transaction in progress.
pub struct WriteTx<'a> {
    pub conn: &'a mut dyn Conn,
    pub engine: Engine,
    pub access: Arc<Access>,
    pub catalog: Arc<Catalog>,
    pub now: Instant,
    set: ChangeSet,
    hash: Sha256,
    events: Vec<Event>,
    rights_touched: bool,
    /// Between the groups of tallies.
    pub(super) moved: Moved,
    definitions_touched: bool,
    /// Records whose figures over others are to be taken anew.
    pub(crate) rolled: BTreeSet<(String, i64)>,
    /// The version of each record that nobody else can change now: it is held, or was changed by this transaction itself.
    versions: HashMap<i64, i64>,
    /// Records changed so far, by this transaction itself.
    changed: HashSet<i64>,
    pub(super) absent: Absent,
    /// The last number given of each sequence.
    numbers: BTreeMap<String, i64>,
    depth: usize,
}

impl Engine {
    /// Runs work as one transaction and one change set: all of it, or nothing.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        actor: &Actor,
        purpose: Purpose,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Clone + Send + 'static,
    ) -> Result<T> {
        let (engine, actor, asking) = (self.clone(), actor.clone(), actor);
        let once = self.unclaimed();
        let claimed = once.clone();
        // Goes when the commit is known, whatever became of it.
        let changing = Arc::new(Mutex::new(None));
        let changes = changing.clone();
        let written = self.inner.store.write(move |conn| {
            // Rights as they are when the turn comes, not when it was asked for.
            let access = engine.access_within(conn, &actor)?;
            let mut tx = WriteTx::begin(conn, engine, access, purpose);
            if let Some(once) = &once {
                // First of all: whoever sends the same again waits here and is then told.
                once.claim(tx.conn, Subject::ChangeSet(tx.set.id), tx.now.0)?;
            }
            let value = work(&mut tx)?;
            tx.finish()?;
            if let Some(once) = once.filter(|_| tx.set.rows == 0) {
                once.release(tx.conn)?;
            }
            if tx.rights_touched
                && let Ok(mut changes) = changes.lock()
            {
                *changes = Some(tx.engine.changing_rights());
            }
            Ok((value, tx.events, tx.definitions_touched, tx.set.rows > 0))
        });
        if matches!(&written, Ok((_, _, true, _))) {
            self.reload_definitions()?;
            self.inner.events.tell(&Event::Metadata);
        }
        drop(changing.lock().map(|mut changing| changing.take()));
        let (value, events, definitions_touched, wrote) = written?;
        if let Some(once) = claimed.filter(|_| wrote) {
            once.committed();
        }
        // What is not begun now is by the next look at what is due.
        if definitions_touched && let Err(error) = self.compute_pending(asking) {
            tracing::error!("computing: {error}");
        }
        for event in &events {
            self.inner.events.tell(event);
        }
        Ok(value)
    }

    /// Does the work and takes it all back: what would happen.
    pub(crate) fn rehearse<T: Send + 'static>(
        &self,
        actor: &Actor,
        purpose: Purpose,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Clone + Send + 'static,
    ) -> Result<T> {
        let seen = Arc::new(Mutex::new(None));
        let inside = seen.clone();
        let outcome: Result<()> = self.write(actor, purpose, move |tx| {
            let value = work(tx)?;
            if let Ok(mut seen) = inside.lock() {
                *seen = Some(value);
            }
            Err(Error::internal("rehearsal"))
        });
        let value = seen.lock().ok().and_then(|mut seen| seen.take());
        match (value, outcome) {
            (Some(value), _) => Ok(value),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(Error::internal("rehearsal without outcome")),
        }
    }
}

impl<'a> WriteTx<'a> {
    /// Everything written counts as done then.
    pub(crate) fn happened_at(&mut self, at: Instant) {
        self.now = at;
        self.set.at = at.0;
    }

    fn begin(conn: &'a mut dyn Conn, engine: Engine, access: Arc<Access>, purpose: Purpose) -> Self {
        let now = engine.now();
        let actor = &access.actor;
        let reason = actor.reason.clone().unwrap_or(purpose.reason);
        let set = ChangeSet {
            id: engine.new_id(),
            at: now.0,
            actor: actor.user,
            token: actor.token,
            kind: purpose.kind.to_owned(),
            reason,
            source: purpose.source,
            undo_of: purpose.undo_of,
            ..ChangeSet::default()
        };
        let catalog = access.org.catalog.clone();
        Self {
            conn,
            engine,
            access,
            catalog,
            now,
            set,
            hash: Sha256::new(),
            events: Vec::new(),
            rights_touched: false,
            moved: Moved::default(),
            definitions_touched: false,
            rolled: BTreeSet::new(),
            versions: HashMap::default(),
            changed: HashSet::default(),
            absent: Absent::default(),
            numbers: BTreeMap::new(),
            depth: 0,
        }
    }

    /// The change set's identity.
    pub fn set_id(&self) -> i64 {
        self.set.id
    }

    /// Records changed so far.
    pub fn rows(&self) -> i64 {
        self.set.rows
    }

    fn finish(&mut self) -> Result<()> {
        for (sequence, number) in &self.numbers {
            kept::set_number(self.conn, sequence, *number)?;
        }
        if self.set.rows == 0 {
            return Ok(());
        }
        if self.definitions_touched {
            crate::customise::settle(self)?;
        }
        crate::customise::take(self)?;
        let head = crate::verify::set_head(&self.set);
        self.hash.update(head.as_bytes());
        self.set.hash = crate::verify::hex(&self.hash.clone().finalize());
        self.moved.write(self.conn)?;
        change_log::insert_set(self.conn, &self.set)?;
        if self.rights_touched && self.conn.dialect() == Dialect::Postgres {
            // Other nodes look at this; an embedded database has none.
            kept::set_meta(self.conn, RIGHTS_MARK, &self.set.id.to_string())?;
        }
        Ok(())
    }

    /// Notes a change of a record.
    pub(super) fn log(&mut self, record: &Record, op: Op, rule: Option<&'static str>, old: String, new: String) -> Result<()> {
        let def = record.entity();
        let row = ChangeRow {
            id: self.engine.new_id(),
            change_set: self.set.id,
            entity: def.name.clone(),
            record: record.id(),
            op: op.name().to_owned(),
            rule: rule.map(str::to_owned),
            version: record.version(),
            old,
            new,
            undone_by: None,
        };
        if op == Op::Restore {
            self.part_again(record)?;
        }
        crate::verify::add_row(&mut self.hash, &row);
        change_log::insert_row(self.conn, row)?;
        self.set.rows += 1;
        self.changed.insert(record.id());
        self.versions.insert(record.id(), record.version());
        self.rights_touched |= Org::is_configuration(def);
        self.definitions_touched |= crate::customise::is_definition(&def.name);
        self.events.push(Event::Record { entity: def.name.clone(), id: record.id(), op: op.name(), change_set: self.set.id });
        Ok(())
    }

    /// Tries a part of the work; when it is refused, its effects alone are taken back.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let dialect = self.conn.dialect();
        let before = (self.set.rows, self.events.len(), self.hash.clone(), self.depth, self.moved.mark(), self.numbers.clone());
        self.conn.run_batch(&Sql::of(dialect, "SAVEPOINT part"))?;
        // What stands in the way of rows held back is a refusal of this part.
        let outcome = work(self).and_then(|value| self.conn.flush().map(|()| value));
        match &outcome {
            Ok(_) => self.conn.run_batch(&Sql::of(dialect, "RELEASE SAVEPOINT part"))?,
            Err(_) => {
                self.conn.forget();
                self.conn.run_batch(&Sql::of(dialect, "ROLLBACK TO SAVEPOINT part"))?;
                self.conn.run_batch(&Sql::of(dialect, "RELEASE SAVEPOINT part"))?;
                self.set.rows = before.0;
                self.events.truncate(before.1);
                self.hash = before.2;
                self.depth = before.3;
                self.moved.back_to(&before.4);
                self.numbers = before.5;
                // What was held since may be changed by others again.
                self.versions.clear();
            }
        }
        outcome
    }

    /// Guards against rules that cause each other without end.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::internal("rules cause each other without end"));
        }
        self.depth += 1;
        let outcome = work(self);
        self.depth -= 1;
        outcome
    }

    /// Tells listeners after the commit.
    pub fn tell(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Whether answers about an entity may come from memory: configuration that this transaction
    /// has not changed itself.
    pub(super) fn is_remembered(&self, entity: &str) -> bool {
        !self.rights_touched && self.catalog.get(entity).is_some_and(|def| Org::is_configuration(def))
    }

    /// A record, held until the end of the transaction.
    pub fn load_held(&mut self, entity: &str, id: i64, hold: Hold) -> Result<Option<Record>> {
        let held = records::load_held(self.conn, &self.catalog.clone(), entity, id, hold)?;
        if let Some(record) = held.as_ref().filter(|_| hold != Hold::Link) {
            self.versions.insert(id, record.version());
        }
        Ok(held)
    }

    /// The version of a record, where nobody else can change it now.
    pub(super) fn version_of(&self, record: &Record) -> Option<i64> {
        self.versions.get(&record.id()).copied()
    }

    /// Whether this is the last that this transaction wrote of a record.
    pub(super) fn is_as_written(&self, record: &Record) -> bool {
        self.changed.contains(&record.id()) && self.version_of(record) == Some(record.version())
    }

    /// A live record that is answered from memory; nothing where there is none, or the database has to be asked.
    pub(crate) fn remembered(&mut self, entity: &str, id: i64) -> Result<Option<Record>> {
        if self.is_remembered(entity) { Reader::load(self, entity, id) } else { Ok(None) }
    }

    fn load_live(&mut self, entity: &str, id: i64) -> Result<Option<Record>> {
        Ok(self.load_any(entity, id)?.filter(|record| record.deleted_at().is_none()))
    }

    /// A record whether or not it is in the recycle bin.
    pub fn load_any(&mut self, entity: &str, id: i64) -> Result<Option<Record>> {
        records::load(self.conn, &self.catalog.clone(), entity, id)
    }
}

impl Reader for WriteTx<'_> {
    fn now(&self) -> Instant {
        self.now
    }

    fn zone(&self) -> &Zone {
        &self.access.org.zone
    }

    fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    fn load(&mut self, entity: &str, id: i64) -> Result<Option<Record>> {
        if self.is_remembered(entity) {
            let org = self.access.org.clone();
            return org.record(entity, id, || self.load_live(entity, id));
        }
        self.load_live(entity, id)
    }

    fn only(&mut self, entity: &str) -> Result<Option<Record>> {
        let query = || Query::of(entity, Filter::All).limit(1);
        if self.is_remembered(entity) {
            let (org, catalog) = (self.access.org.clone(), self.catalog.clone());
            return org.record(entity, ONLY, || Ok(records::find(self.conn, &catalog, &query())?.pop()));
        }
        Ok(self.find(&query())?.pop())
    }

    fn find(&mut self, query: &Query) -> Result<Vec<Record>> {
        let catalog = self.catalog.clone();
        if !query.bin && self.absent.finds_nothing(&query.entity, &query.filter) {
            return Ok(Vec::new());
        }
        if self.is_remembered(&query.entity) {
            let org = self.access.org.clone();
            return Ok(org.answer(query, || records::find(self.conn, &catalog, query))?.to_vec());
        }
        records::find(self.conn, &catalog, query)
    }

    fn count(&mut self, query: &Query) -> Result<i64> {
        let catalog = self.catalog.clone();
        records::count_up_to(self.conn, &catalog, query)
    }
}

impl Asking for WriteTx<'_> {
    fn actor(&self) -> &Actor {
        &self.access.actor
    }

    fn may(&mut self, permission: &str) -> Result<bool> {
        self.access.may(permission)
    }

    fn reach(&mut self, entity: &str, verb: Verb) -> Result<Filter> {
        self.access.reach(entity, verb)
    }

    fn may_on(&mut self, verb: Verb, record: &Record) -> Result<bool> {
        self.access.reach(&record.entity().name, verb)?.matches(record, self)
    }
}

impl Tx for WriteTx<'_> {
    fn insert(&mut self, record: Record, rule: &'static str) -> Result<Record> {
        self.deeper(|tx| tx.save(None, record, Op::Create, Some(rule), None))
    }

    fn update(&mut self, record: Record, rule: &'static str) -> Result<Record> {
        let old = self.load_held(&record.entity().name.clone(), record.id(), Hold::Change)?.ok_or_else(Error::not_found)?;
        // Somebody else saved it after the rule looked at it.
        if old.version() != record.version() && !self.changed.contains(&record.id()) {
            return Err(guanxi_model::Problem::new(guanxi_model::Status::Conflict, "changed_meanwhile").into());
        }
        self.deeper(|tx| tx.save(Some(old), record, Op::Update, Some(rule), None))
    }

    fn remove(&mut self, entity: &str, id: i64, rule: &'static str) -> Result<()> {
        let held = self.load_held(entity, id, Hold::Remove)?;
        let Some(old) = held.filter(|record| record.deleted_at().is_none()) else { return Ok(()) };
        let mut new = old.clone();
        new.put(guanxi_model::entity::DELETED_AT, Value::Instant(self.now));
        self.deeper(|tx| tx.save(Some(old), new, Op::Delete, Some(rule), None)).map(|_| ())
    }

    fn lock(&mut self, name: &str) -> Result<()> {
        kept::lock(self.conn, name)
    }

    fn next_number(&mut self, sequence: &str) -> Result<i64> {
        let number = match self.numbers.get(sequence) {
            Some(last) => last + 1,
            // Held from now on until the end of the transaction.
            None => kept::next_number(self.conn, sequence)?,
        };
        self.numbers.insert(sequence.to_owned(), number);
        Ok(number)
    }

    fn enqueue(&mut self, job: &'static str, entity: &str, id: i64) -> Result<()> {
        let row = self.engine.new_id();
        kept::insert(
            self.conn,
            "job_queue",
            &[
                ("id", row.into()),
                ("job", job.into()),
                ("entity", entity.into()),
                ("record", id.into()),
                ("state", "queued".into()),
                ("tries", 0.into()),
                ("not_before", self.now.0.into()),
                ("created_at", self.now.0.into()),
            ],
        )?;
        self.tell(Event::Queued);
        Ok(())
    }

    fn notify(&mut self, notice: Notice) -> Result<()> {
        let Some(def) = self.catalog.get(Notification::ENTITY).cloned() else { return Ok(()) };
        let args: serde_json::Map<String, serde_json::Value> =
            notice.args.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let mut record = Record::empty(def);
        record.set(Notification::USER, Some(guanxi_model::Id::new(notice.user)));
        record.set(Notification::CODE, notice.code.to_owned());
        record.put(Notification::ARGS.index, Value::text(serde_json::Value::Object(args).to_string()));
        if let Some((entity, id)) = notice.about {
            record.put(Notification::ABOUT.index, Value::AnyRef(guanxi_model::AnyRef { entity, id }));
        }
        let saved = self.insert(record, "notify")?;
        self.tell(Event::Notice { user: notice.user, id: saved.id() });
        Ok(())
    }
}
