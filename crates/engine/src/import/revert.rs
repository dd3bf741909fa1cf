//! Taking an import back: its change sets, newest first.

use std::panic::{AssertUnwindSafe, catch_unwind};

use guanxi_model::{Actor, Error, Result};
use guanxi_store::change_log::{self, ChangeSet, SetsWanted};
use guanxi_store::kept::{self, Where};
use serde_json::{Value as Json, json};

use super::Imports;
use super::run::{State, move_on};
use super::work::Step;
use crate::write::Conflict;

/// Change sets looked at together.
const PAGE: usize = 200;
/// Conflicts told in full; more are only counted.
const SHOWN: usize = 200;

/// What a revert has done so far.
#[derive(Default)]
struct Report {
    undone: i64,
    conflicts: i64,
    shown: Vec<Json>,
    /// All change sets were looked at.
    whole: bool,
}

impl Report {
    fn json(&self) -> Json {
        json!({"undone": self.undone, "conflicts": self.conflicts, "items": self.shown})
    }
}

impl Imports {
    /// Starts taking an import back: what it made goes to the recycle bin, what it changed goes
    /// back, and what others have changed since is told. May be asked for again.
    pub fn revert(&self, actor: &Actor, id: i64) -> Result<i64> {
        let total = self.begin_revert(actor, id)?;
        let (imports, as_actor) = (self.clone(), actor.clone());
        let task = self.engine.start_task(actor, "import_revert", total, json!({"import": id.to_string()}), move |progress| {
            imports.finish_revert(&as_actor, id, &|done| progress.step(done))
        });
        self.note_task(id, task)
    }

    /// Takes an import back on this thread.
    pub fn revert_here(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<Json> {
        self.begin_revert(actor, id)?;
        self.finish_revert(actor, id, step)
    }

    fn begin_revert(&self, actor: &Actor, id: i64) -> Result<i64> {
        let run = self.find(actor, id)?;
        self.engine.inner.store.write(move |conn| {
            move_on(conn, id, &[State::Done, State::Cancelled, State::Failed, State::PartlyReverted], State::Reverting)
        })?;
        Ok(run.counts.created + run.counts.updated)
    }

    fn finish_revert(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<Json> {
        let mut report = Report::default();
        let worked = catch_unwind(AssertUnwindSafe(|| self.take_back(actor, id, step, &mut report)));
        let worked = worked.unwrap_or_else(|_| Err(Error::internal("a revert panicked")));
        let state = if worked.is_ok() && report.whole && report.conflicts == 0 { State::Reverted } else { State::PartlyReverted };
        let told = report.json();
        let kept_report = told.to_string();
        self.engine.inner.store.write(move |conn| {
            let set = [("state", state.word().into()), ("reverted", kept_report.into())];
            kept::update(conn, "import_run", &set, &[Where::Is("id", id.into())]).map(|_| ())
        })?;
        // A file that was not read to its end is no longer of use.
        let _ = std::fs::remove_file(self.file(id));
        worked.map(|()| told)
    }

    fn take_back(&self, actor: &Actor, id: i64, step: &Step<'_>, report: &mut Report) -> Result<()> {
        let mut before = None;
        loop {
            let wanted = SetsWanted { source: Some(id), before, limit: PAGE, ..SetsWanted::default() };
            let sets = self.engine.inner.store.read(|conn| change_log::sets(conn, &wanted))?;
            for set in sets.iter().filter(|set| set.kind == "import" && set.undone_by.is_none()) {
                self.take_back_set(actor, set, report)?;
                if !step(report.undone)? {
                    return Ok(());
                }
            }
            match sets.last() {
                Some(last) if sets.len() == PAGE => before = Some(last.id),
                _ => break,
            }
        }
        report.whole = true;
        Ok(())
    }

    fn take_back_set(&self, actor: &Actor, set: &ChangeSet, report: &mut Report) -> Result<()> {
        let undone = self.patiently(|| self.engine.undo(actor, set.id, false))?;
        report.undone += undone.undone;
        report.conflicts += undone.conflict_count;
        let room = SHOWN.saturating_sub(report.shown.len());
        report.shown.extend(undone.conflicts.iter().take(room).map(|conflict| self.conflict_json(conflict)));
        Ok(())
    }

    fn conflict_json(&self, conflict: &Conflict) -> Json {
        let catalog = self.engine.catalog();
        let plural = catalog.get(&conflict.entity).map_or(conflict.entity.as_str(), |def| def.plural.as_str());
        json!({"entity": plural, "id": conflict.id.to_string(), "title": conflict.title, "field": conflict.field, "code": conflict.code})
    }
}
