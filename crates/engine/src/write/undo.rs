//! Taking back a change set, and a record as it stood at an instant: both walk the change log
//! backwards.

use guanxi_model::entity::{DELETED_AT, UPDATED_AT, UPDATED_BY, VERSION};
use guanxi_model::lines::given;
use guanxi_model::rule::Op;
use guanxi_model::system::Verb;
use guanxi_model::time::Instant;
use guanxi_model::{Actor, AdminLevel, Catalog, Error, Problem, Record, Result, Status, Value, wire};
use guanxi_store::Conn;
use guanxi_store::change_log::{self, ChangeRow, ChangeSet};
use guanxi_store::dialect::Hold;
use serde_json::{Map, Value as Json};

use super::tx::{Purpose, WriteTx};
use crate::engine::Engine;
use crate::meta::is_internal;

/// Rows read at a time.
const BATCH: usize = 500;
/// Conflicts told in full; more are only counted.
const CONFLICTS_SHOWN: usize = 200;

/// Something an undo cannot take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub entity: String,
    pub id: i64,
    pub title: String,
    /// The field changed since, where it is one field.
    pub field: Option<String>,
    /// Why: key of `error.<code>`.
    pub code: &'static str,
}

/// What an undo did, or would do.
#[derive(Clone, Debug, Default)]
pub struct UndoReport {
    /// The change set of the undo itself.
    pub change_set: Option<i64>,
    pub undone: i64,
    pub conflicts: Vec<Conflict>,
    /// Conflicts in all, shown or not.
    pub conflict_count: i64,
}

impl Engine {
    /// Takes a change set back: what can be, is; the rest is told with its reason. With `dry_run`
    /// nothing is written.
    ///
    /// # Errors
    /// 404 for a set that is not there or not the actor's to undo, 409 for one undone already.
    pub fn undo(&self, actor: &Actor, set: i64, dry_run: bool) -> Result<UndoReport> {
        let purpose = Purpose { kind: "undo", undo_of: Some(set), ..Purpose::default() };
        let work = move |tx: &mut WriteTx<'_>| tx.undo(set);
        let mut report = if dry_run { self.rehearse(actor, purpose, work)? } else { self.write(actor, purpose, work)? };
        if dry_run {
            report.change_set = None;
        }
        Ok(report)
    }
}

impl WriteTx<'_> {
    /// Takes a change set back inside this transaction.
    pub fn undo(&mut self, set: i64) -> Result<UndoReport> {
        let found = change_log::set(self.conn, set)?.ok_or_else(Error::not_found)?;
        let all = self.access.administration() == AdminLevel::Full || self.access.actor.is_system();
        let own = found.actor.is_some() && found.actor == self.access.actor.user;
        if !own && !all {
            self.reaches_all(set)?;
        }
        if found.undone_by.is_some() {
            return Err(Problem::new(Status::Conflict, "already_undone").into());
        }
        let mut report = UndoReport::default();
        let (mut before, mut taken_back) = (None, Vec::new());
        loop {
            let rows = change_log::rows_of_set_backwards(self.conn, set, before, BATCH)?;
            // What an earlier undo took back already is left alone.
            for row in rows.iter().filter(|row| row.undone_by.is_none()) {
                let conflicts = report.conflict_count;
                self.undo_row(row, found.undo_of, all, &mut report)?;
                if report.conflict_count == conflicts {
                    taken_back.push(row.id);
                }
            }
            match rows.last() {
                Some(last) if rows.len() == BATCH => before = Some(last.id),
                _ => break,
            }
        }
        if report.undone > 0 {
            self.mark(&found, taken_back, report.conflict_count == 0)?;
            report.change_set = Some(self.set_id());
        }
        Ok(report)
    }

    /// Notes what was taken back. The set as a whole only when nothing of it stands any more, so
    /// that the rest can be taken back once nothing is in its way.
    fn mark(&mut self, set: &ChangeSet, rows: Vec<i64>, whole: bool) -> Result<()> {
        let by = self.set_id();
        for part in rows.chunks(BATCH) {
            change_log::mark_rows_undone(self.conn, part.to_vec(), by)?;
        }
        if whole {
            change_log::mark_undone(self.conn, set.id, Some(by))?;
        }
        if let Some(original) = set.undo_of {
            // Undoing an undo lets the first change stand again.
            change_log::mark_undone(self.conn, original, None)?;
            if whole {
                change_log::mark_standing(self.conn, original, set.id, None)?;
            }
        }
        Ok(())
    }

    /// A manager may undo the work of others as far as every record is theirs to change.
    fn reaches_all(&mut self, set: i64) -> Result<()> {
        for row in change_log::rows_of_set(self.conn, set, None, 10_000)? {
            let Some(record) = self.load_any(&row.entity, row.record)? else { continue };
            if !self.may_take_back(&row, &record)? {
                return Err(Error::not_found());
            }
        }
        Ok(())
    }

    /// Whether the actor may take back what was done to a record: it must still be theirs to
    /// change. What rules made beside it (notices, histories) goes with it.
    fn may_take_back(&mut self, row: &ChangeRow, record: &Record) -> Result<bool> {
        let nobodys = record.entity().owner.is_none() || record.entity().personal;
        let beside = row.rule.is_some() && (row.op == Op::Create.name() || nobodys);
        if beside {
            return Ok(true);
        }
        let verb = match Op::parse(&row.op) {
            Some(Op::Update) => Verb::Edit,
            _ if row.rule.is_some() => Verb::Edit,
            // Whoever made it may unmake it.
            Some(Op::Create) => Verb::Create,
            _ => Verb::Delete,
        };
        let access = self.access.clone();
        access.of(record.entity())?.reach(verb).matches(record, self)
    }

    fn undo_row(&mut self, row: &ChangeRow, undo_of: Option<i64>, all: bool, report: &mut UndoReport) -> Result<()> {
        let op = Op::parse(&row.op);
        let hold = if matches!(op, Some(Op::Create | Op::Restore)) { Hold::Remove } else { Hold::Change };
        let Some(record) = self.load_held(&row.entity, row.record, hold)? else {
            note(report, conflict(row, "", None, "gone"));
            return Ok(());
        };
        if !all && !self.may_take_back(row, &record)? {
            let title = if self.sees(&record)? { record.title() } else { "" };
            note(report, conflict(row, title, None, "out_of_scope"));
            return Ok(());
        }
        let outcome = match op {
            Some(Op::Create) => self.undo_create(row, &record),
            Some(Op::Update) => self.undo_update(row, &record, report),
            Some(Op::Delete) => self.undo_delete(row, &record),
            Some(Op::Restore) => self.undo_restore(&record, undo_of.is_some()),
            None => Err(Error::internal("unknown operation in the change log")),
        };
        match outcome {
            Ok(true) => {
                report.undone += 1;
                if let Some(original) = undo_of {
                    change_log::mark_standing(self.conn, original, row.change_set, Some((&row.entity, row.record)))?;
                }
            }
            Ok(false) => {}
            Err(Error::Refused(problem)) if !matches!(problem.status, Status::Busy | Status::Full) => {
                let field = problem.fields.first().map(|field| field.field.clone());
                note(report, conflict(row, record.title(), field, problem.code));
            }
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    /// A record that was made goes to the recycle bin, unless others have worked on it since.
    fn undo_create(&mut self, row: &ChangeRow, record: &Record) -> Result<bool> {
        if record.deleted_at().is_some() {
            return Ok(false);
        }
        let since = change_log::rows_of_record(self.conn, &row.entity, row.record, None, 50)?;
        let foreign = since
            .iter()
            .take_while(|later| later.id > row.id)
            .any(|later| later.change_set != row.change_set && later.change_set != self.set_id());
        if foreign && !self.all_undone(&since, row)? {
            return Err(Error::conflict("changed_since"));
        }
        let mut new = record.clone();
        new.put(DELETED_AT, Value::Instant(self.now));
        self.take_back(record, new, Op::Delete)?;
        Ok(true)
    }

    /// Saves without filling in or causing anything, but what would be refused otherwise is refused
    /// here too: an undo must not leave a company without an administrator, or a circle of
    /// departments.
    fn take_back(&mut self, old: &Record, mut new: Record, op: Op) -> Result<()> {
        self.attempt(|tx| {
            tx.check_rules(old, &mut new, op, "undo")?;
            tx.save_plain(old, new, op, Some("undo")).map(|_| ())
        })
    }

    /// Whether everything done to a record since then was itself taken back.
    fn all_undone(&mut self, since: &[ChangeRow], row: &ChangeRow) -> Result<bool> {
        for later in since.iter().take_while(|later| later.id > row.id) {
            if later.change_set == row.change_set || later.change_set == self.set_id() {
                continue;
            }
            let undo = change_log::set(self.conn, later.change_set)?.is_some_and(|set| set.undo_of.is_some());
            if later.undone_by.is_none() && !undo {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Fields get their old values back, except those changed since.
    fn undo_update(&mut self, row: &ChangeRow, record: &Record, report: &mut UndoReport) -> Result<bool> {
        let def = record.entity().clone();
        let (old, new) = (object(&row.old), object(&row.new));
        let mut target = record.clone();
        for (name, after) in &new {
            let Some(index) = def.position(name) else { continue };
            let Some(field) = def.fields.get(index) else { continue };
            let after = read(field, after, &self.catalog);
            let before = old.get(name).map_or(Value::Null, |json| read(field, json, &self.catalog));
            let now = given(record.at(index));
            if now == after {
                target.put(index, before);
            } else if now != before && !is_internal(index, field) {
                note(report, conflict(row, record.title(), Some(name.clone()), "changed_since"));
            }
        }
        if record.differences(&target).is_empty() {
            return Ok(false);
        }
        self.take_back(record, target, Op::Update)?;
        Ok(true)
    }

    fn undo_delete(&mut self, row: &ChangeRow, record: &Record) -> Result<bool> {
        if record.deleted_at().is_none() {
            return Ok(false);
        }
        let mut new = record.clone();
        new.put(DELETED_AT, Value::Null);
        // A deletion may carry changed fields with it (rules of the deletion).
        for (name, before) in object(&row.old) {
            if let Some((index, field)) = def_field(record, &name) {
                new.put(index, read(field, &before, &self.catalog));
            }
        }
        self.take_back(record, new, Op::Restore)?;
        Ok(true)
    }

    fn undo_restore(&mut self, record: &Record, again: bool) -> Result<bool> {
        if record.deleted_at().is_some() {
            return Ok(false);
        }
        let mut new = record.clone();
        new.put(DELETED_AT, Value::Instant(self.now));
        self.take_back(record, new, Op::Delete)?;
        if again {
            self.lead_again(record)?;
        }
        Ok(true)
    }
}

/// A record as it stood at an instant; nothing where it did not exist or was in the recycle bin.
pub(crate) fn record_at(conn: &mut dyn Conn, catalog: &Catalog, now: Record, at: Instant) -> Result<Option<Record>> {
    let def = now.entity().clone();
    let mut record = now;
    let mut before = None;
    loop {
        let rows = change_log::rows_of_record(conn, &def.name, record.id(), before, BATCH)?;
        for row in &rows {
            let set = change_log::set(conn, row.change_set)?;
            if let Some(set) = set.filter(|set| set.at <= at.0) {
                record.put(UPDATED_AT, Value::Instant(Instant(set.at)));
                record.put(UPDATED_BY, set.actor.map_or(Value::Null, Value::Ref));
                return Ok(live(record));
            }
            match Op::parse(&row.op) {
                Some(Op::Create) | None => return Ok(None),
                Some(Op::Delete) => record.put(DELETED_AT, Value::Null),
                Some(Op::Restore) => record.put(DELETED_AT, Value::Instant(at)),
                Some(Op::Update) => {}
            }
            for (name, json) in object(&row.old) {
                if let Some((index, field)) = def_field(&record, &name) {
                    let value = read(field, &json, catalog);
                    record.put(index, value);
                }
            }
            record.put(VERSION, Value::Int(row.version - 1));
        }
        match rows.last() {
            Some(last) if rows.len() == BATCH => before = Some(last.id),
            _ => return Ok(live(record)),
        }
    }
}

fn live(record: Record) -> Option<Record> {
    record.deleted_at().is_none().then_some(record)
}

/// The values of a row of the change log.
pub(crate) fn object(text: &str) -> Map<String, Json> {
    serde_json::from_str(text).unwrap_or_default()
}

fn def_field<'a>(record: &'a Record, name: &str) -> Option<(usize, guanxi_model::FieldDef)> {
    let index = record.entity().position(name)?;
    let field: &'a guanxi_model::FieldDef = record.entity().fields.get(index)?;
    Some((index, field.clone()))
}

fn read(field: impl std::borrow::Borrow<guanxi_model::FieldDef>, json: &Json, catalog: &Catalog) -> Value {
    wire::read_operand(field.borrow(), json, catalog).unwrap_or(Value::Null)
}

fn conflict(row: &ChangeRow, title: &str, field: Option<String>, code: &'static str) -> Conflict {
    Conflict { entity: row.entity.clone(), id: row.record, title: title.to_owned(), field, code }
}

fn note(report: &mut UndoReport, conflict: Conflict) {
    report.conflict_count += 1;
    if report.conflicts.len() < CONFLICTS_SHOWN {
        report.conflicts.push(conflict);
    }
}
