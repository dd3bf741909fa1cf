//! Previews: every row is written and taken back, so that the counts are those of the run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use guanxi_model::system::Verb;
use guanxi_model::{Actor, Error, Result};
use guanxi_store::kept::{self, Where};
use serde_json::{Value as Json, json};

use super::plan::{Plan, Wrong};
use super::rows::{Ahead, Care, Caution, Treated, Verdict};
use super::run::{State, load, move_on};
use super::work::{Step, kept_problem};
use super::{Imports, batches};
use crate::sheet::Row;
use crate::write::Purpose;

/// Rows told in full; rows with errors come first.
const SHOWN: usize = 200;

/// What a preview has found so far.
#[derive(Default)]
struct Found {
    create: i64,
    update: i64,
    skip: i64,
    error: i64,
    wrong: Vec<Json>,
    other: Vec<Json>,
}

impl Found {
    fn rows(&self) -> i64 {
        self.create + self.update + self.skip + self.error
    }

    fn take(&mut self, treated: &Treated) {
        match treated.verdict {
            Verdict::Create => self.create += 1,
            Verdict::Update => self.update += 1,
            Verdict::Skip => self.skip += 1,
            Verdict::Error => self.error += 1,
        }
        let list = if treated.verdict == Verdict::Error { &mut self.wrong } else { &mut self.other };
        if list.len() < SHOWN {
            list.push(row_json(treated));
        }
    }

    fn json(mut self, words: &Json, guesses: &Json) -> Json {
        self.wrong.append(&mut self.other);
        self.wrong.truncate(SHOWN);
        json!({"create": self.create, "update": self.update, "skip": self.skip, "error": self.error, "rows": self.wrong,
            "new_words": words, "guesses": guesses})
    }
}

fn row_json(treated: &Treated) -> Json {
    // What an earlier row is going to make has no identity yet.
    let known = treated.twin.as_ref().is_none_or(|twin| twin.row.is_none());
    let id = (treated.verdict != Verdict::Create && known).then(|| treated.id.map(|id| id.to_string())).flatten();
    let twin = treated.twin.as_ref().map(|twin| {
        json!({
            "id": twin.id.filter(|_| twin.visible && twin.row.is_none()).map(|id| id.to_string()),
            "row": twin.row,
            "title": twin.title,
            "reason": twin.reason,
        })
    });
    let wrong: Vec<Json> = treated.wrong.iter().map(Wrong::json).collect();
    json!({"row": treated.row, "verdict": treated.verdict.word(), "id": id, "match": twin, "values": treated.values, "errors": wrong})
}

impl Imports {
    /// Starts a preview; the task tells how far it is.
    pub fn preview(&self, actor: &Actor, id: i64) -> Result<i64> {
        let total = self.begin_preview(actor, id)?;
        let (imports, as_actor) = (self.clone(), actor.clone());
        let task = self.engine.start_task(actor, "import_preview", total, json!({"import": id.to_string()}), move |progress| {
            imports.finish_preview(&as_actor, id, &|done| progress.step(done))
        });
        self.note_task(id, task)
    }

    /// Previews on this thread; answers with the counts and the first rows.
    pub fn preview_here(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<Json> {
        self.begin_preview(actor, id)?;
        self.finish_preview(actor, id, step)?;
        self.show(actor, id).map(|mut json| json["preview"].take())
    }

    fn begin_preview(&self, actor: &Actor, id: i64) -> Result<i64> {
        let run = self.find(actor, id)?;
        self.plan(actor, &run)?;
        let begun = run.has_begun();
        self.engine.inner.store.write(move |conn| {
            // What was begun is gone on with, not looked at again.
            let from: &[State] = if begun { &[] } else { &[State::Mapping, State::Ready, State::Cancelled, State::Failed] };
            move_on(conn, id, from, State::Previewing)
        })?;
        Ok(run.total)
    }

    fn finish_preview(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<Json> {
        let looked = catch_unwind(AssertUnwindSafe(|| self.look(actor, id, step)));
        let looked = looked.unwrap_or_else(|_| Err(Error::internal("a preview panicked")));
        let (state, preview, problem) = match &looked {
            Ok(Some(preview)) => (State::Ready, preview.to_string(), Json::Null),
            Ok(None) => (State::Mapping, "null".to_owned(), Json::Null),
            Err(error) => (State::Mapping, "null".to_owned(), kept_problem(error)),
        };
        self.engine.inner.store.write(move |conn| {
            let set = [("state", state.word().into()), ("preview", preview.into()), ("problem", problem.to_string().into())];
            kept::update(conn, "import_run", &set, &[Where::Is("id", id.into()), Where::Is("state", State::Previewing.word().into())])
                .map(|_| ())
        })?;
        let told = looked?.map(
            |preview| json!({"create": preview["create"], "update": preview["update"], "skip": preview["skip"], "error": preview["error"]}),
        );
        Ok(told.unwrap_or(Json::Null))
    }

    /// Rehearses every row; nothing where it was told to stop.
    fn look(&self, actor: &Actor, id: i64, step: &Step<'_>) -> Result<Option<Json>> {
        let run = self.engine.inner.store.read(|conn| load(conn, id))?.ok_or_else(Error::not_found)?;
        let mut plan = self.plan(actor, &run)?;
        let mut words = Json::Null;
        if run.options.add_choices {
            let coming = self.coming_words(&run, &plan)?;
            words = plan.words_json(&coming);
            plan.expect_words(&coming);
        }
        let plan = Arc::new(plan);
        let state = Arc::new(Mutex::new((Found::default(), Ahead::default())));
        let mut whole = true;
        let mut caution = Caution::default();
        batches::each(&self.file(id), &run.file_name, &run.options, 0, |batch| {
            caution.write(|care| self.patiently(|| self.rehearse_batch(actor, &plan, &batch, &state, care)))?;
            let done = state.lock().map_or(0, |state| state.0.rows());
            whole = step(done)?;
            Ok(whole)
        })?;
        let found = state.lock().map(|mut state| std::mem::take(&mut state.0)).map_err(|_| Error::internal("preview"))?;
        Ok(whole.then(|| found.json(&words, &plan.guesses_json())))
    }

    fn rehearse_batch(
        &self,
        actor: &Actor,
        plan: &Arc<Plan>,
        batch: &Arc<Vec<Row>>,
        state: &Arc<Mutex<(Found, Ahead)>>,
        care: Care,
    ) -> Result<()> {
        let (plan, batch, state) = (plan.clone(), batch.clone(), state.clone());
        self.engine.rehearse(actor, Purpose::new("import", "preview"), move |tx| {
            tx.access.require(&plan.def, Verb::Import)?;
            let mut state = state.lock().map_err(|_| Error::internal("preview"))?;
            let (found, ahead) = &mut *state;
            // Counted when the batch is through: it may have to be looked at again, with care.
            let mut treated: Vec<Treated> = Vec::with_capacity(batch.len());
            plan.treat(tx, &batch, Some(ahead), care, |_, _, row| {
                treated.push(row);
                Ok(())
            })?;
            for row in &treated {
                found.take(row);
            }
            Ok(())
        })
    }
}
