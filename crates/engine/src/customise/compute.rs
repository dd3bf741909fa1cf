//! Existing records follow a changed definition: numbers, formulas and figures are computed for
//! all of them in the background, in batches, as a task that tells how far it is and goes on after
//! a restart.
//!
//! What follows from other values is no change of a record: versions stay, and the change log tells
//! of the definition alone. Records are taken in the order in which they were made, so that serials
//! are too; one made meanwhile takes the next number.

use guanxi_model::entity::ID;
use guanxi_model::{Actor, Catalog, Error, Filter, Query, Record, Result, Test, Value};
use guanxi_store::dialect::Hold;
use guanxi_store::{Conn, kept, records};
use serde_json::json;

use crate::engine::Engine;
use crate::write::{Purpose, WriteTx};

/// What the work is called in tasks and reasons.
const NAME: &str = "field_definition.compute";
/// Records treated in one transaction.
const BATCH: usize = 200;
/// Where nothing is left to do.
const DONE: &str = "done";

/// The key of the last record treated.
fn mark(entity: &str) -> String {
    format!("compute:{entity}")
}

/// The key that says whether the search index follows too.
fn search_mark(entity: &str) -> String {
    format!("compute_search:{entity}")
}

/// Has the search index of an entity follow as well.
pub(super) fn pend_search(conn: &mut dyn Conn, entity: &str) -> Result<()> {
    kept::set_meta(conn, &search_mark(entity), "0")
}

/// Has every record of an entity computed anew, from the first.
pub(super) fn pend(conn: &mut dyn Conn, entity: &str) -> Result<()> {
    kept::set_meta(conn, &mark(entity), "0")
}

/// Has what was stored in an earlier form stored anew.
pub(crate) fn follow_search_form(conn: &mut dyn Conn, catalog: &Catalog, new: bool) -> Result<()> {
    const KEY: &str = "search_form";
    let form = conn.dialect().search_form();
    if kept::meta(conn, KEY)?.as_deref() == Some(form) {
        return Ok(());
    }
    if !new {
        for def in catalog.entities().iter().filter(|def| def.search) {
            pend_search(conn, &def.name)?;
            pend(conn, &def.name)?;
        }
    }
    kept::set_meta(conn, KEY, form)
}

impl Engine {
    /// Starts what changed definitions left to be computed.
    pub(crate) fn compute_pending(&self, actor: &Actor) -> Result<()> {
        let catalog = self.catalog();
        let pending = self.inner.store.read(|conn| {
            let mut pending = Vec::new();
            for def in catalog.entities() {
                if kept::meta(conn, &mark(&def.name))?.is_some_and(|left| left != DONE) {
                    pending.push(def.name.clone());
                }
            }
            Ok(pending)
        })?;
        pending.iter().try_for_each(|entity| self.start_computing(actor, entity))
    }

    /// The tasks that compute now, by entity.
    pub fn computing(&self) -> Vec<(String, i64)> {
        self.inner.computing.lock().map(|computing| computing.clone().into_iter().collect()).unwrap_or_default()
    }

    fn start_computing(&self, actor: &Actor, entity: &str) -> Result<()> {
        let mut computing = self.inner.computing.lock().map_err(|_| Error::internal("computing"))?;
        if computing.contains_key(entity) {
            return Ok(());
        }
        let catalog = self.catalog();
        let total = self.inner.store.read(|conn| {
            let mut query = Query::of(entity, Filter::All).limit(usize::MAX >> 1);
            let live = records::count_up_to(conn, &catalog, &query)?;
            query.bin = true;
            Ok(live + records::count_up_to(conn, &catalog, &query)?)
        })?;
        // The work outlives the request that began it, and is no answer to it.
        let engine = Engine { inner: self.inner.clone(), once: None };
        let (worker, name, whose) = (engine.clone(), entity.to_owned(), actor.clone());
        let input = json!({"entity": catalog.get(entity).map(|def| def.plural.clone())});
        let task = engine.start_task(actor, "compute", total, input, move |progress| {
            let mut done = 0;
            let outcome = loop {
                match worker.compute_batch(&name) {
                    Ok(0) => {
                        // Figures over what was computed follow.
                        if let Err(error) = worker.compute_pending(&whose) {
                            break Err(error);
                        }
                        if worker.ended_computing(&name) {
                            break Ok(json!({"computed": done}));
                        }
                    }
                    Ok(treated) => {
                        done += treated as i64;
                        if let Err(error) = progress.step(done.min(total.max(done))) {
                            break Err(error);
                        }
                    }
                    Err(error) => break Err(error),
                }
            };
            if outcome.is_err()
                && let Ok(mut computing) = worker.inner.computing.lock()
            {
                computing.remove(&name);
            }
            outcome
        })?;
        computing.insert(entity.to_owned(), task);
        Ok(())
    }

    /// Takes a task off the list, unless a definition changed again while it ended.
    fn ended_computing(&self, entity: &str) -> bool {
        let Ok(mut computing) = self.inner.computing.lock() else { return true };
        let left = self.inner.store.read(|conn| kept::meta(conn, &mark(entity)));
        let again = left.is_ok_and(|left| left.is_some_and(|left| left != DONE));
        if !again {
            computing.remove(entity);
        }
        !again
    }

    /// Computes the next records; returns how many there were.
    fn compute_batch(&self, entity: &str) -> Result<usize> {
        let entity = entity.to_owned();
        self.write(&Actor::system(NAME), Purpose::new("job", NAME), move |tx| {
            let mark = mark(&entity);
            kept::lock(tx.conn, &mark)?;
            let left = kept::meta(tx.conn, &mark)?.filter(|left| left != DONE);
            let Some(after) = left.and_then(|left| left.parse::<i64>().ok()) else { return Ok(0) };
            let catalog = tx.catalog.clone();
            let next = Filter::is(ID, Test::Gt(Value::Int(after)));
            let found = records::find_all(tx.conn, &catalog, &Query::of(&entity, next).limit(BATCH))?;
            let search = kept::meta(tx.conn, &search_mark(&entity))?.is_some_and(|left| left != DONE);
            for record in &found {
                compute(tx, record, search)?;
            }
            match found.last() {
                Some(last) => kept::set_meta(tx.conn, &mark, &last.id().to_string())?,
                None => {
                    kept::set_meta(tx.conn, &mark, DONE)?;
                    if search {
                        kept::set_meta(tx.conn, &search_mark(&entity), DONE)?;
                    }
                    for parent in tx.engine.derived(&catalog).parents_of_formulas(&entity) {
                        pend(tx.conn, &parent)?;
                    }
                }
            }
            Ok(found.len())
        })
    }
}

fn compute(tx: &mut WriteTx<'_>, record: &Record, search: bool) -> Result<()> {
    let Some(old) = tx.load_held(&record.entity().name, record.id(), Hold::Change)? else { return Ok(()) };
    let mut new = old.clone();
    super::roll_up::figures(tx, &mut new)?;
    super::derive_numbers(tx, &mut new)?;
    super::derive_formulas(tx, &mut new);
    let mut changed = old.differences(&new);
    if search && changed.is_empty() {
        // The title saved as it is takes the searchable text with it.
        changed.push(old.entity().title);
    }
    if !changed.is_empty() {
        records::update(tx.conn, &old, &new, &changed, true)?;
    }
    Ok(())
}
