//! Who has just asked: a page asks several things at once, and each would look up the same session or token again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use guanxi_model::{Error, Instant, Result};
use guanxi_store::kept::{self, Kept, Where};

use crate::engine::Engine;

/// For how long a session or token is taken to be as it was read, in milliseconds. What is ended here ends at once, on other
/// nodes within this.
const FRESH: i64 = 1_000;
/// Most of them remembered.
const MOST: usize = 4_096;

/// The sessions and tokens read last.
#[derive(Default)]
pub(crate) struct Callers {
    read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
    /// By table and hash: what is a token is no session.
    by_hash: HashMap<(&'static str, String), (Instant, Kept)>,
    /// Counts what was ended or changed: what was read before is not remembered after it.
    changes: u64,
}

impl Callers {
    fn read(&self) -> Result<MutexGuard<'_, Read>> {
        self.read.lock().map_err(|_| Error::internal("callers lock"))
    }
}

impl Engine {
    /// The session or token of a hash.
    pub(super) fn caller(&self, table: &'static str, hash: String, list: &[Where]) -> Result<Option<Kept>> {
        let (now, key) = (self.now(), (table, hash));
        let is_fresh = |at: &Instant| (0..FRESH).contains(&now.0.saturating_sub(at.0));
        let changes = {
            let read = self.inner.callers.read()?;
            if let Some((_, row)) = read.by_hash.get(&key).filter(|(at, _)| is_fresh(at)) {
                return Ok(Some(row.clone()));
            }
            read.changes
        };
        let found = self.inner.store.read(|conn| kept::first(conn, table, list))?;
        let mut read = self.inner.callers.read()?;
        if let Some(row) = &found
            && read.changes == changes
        {
            if read.by_hash.len() >= MOST {
                read.by_hash.clear();
            }
            read.by_hash.insert(key, (now, row.clone()));
        }
        Ok(found)
    }

    /// Runs work that ends or changes sessions or tokens: the next request of anybody is looked up again.
    pub(super) fn changing_callers<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let outcome = work();
        let mut read = self.inner.callers.read()?;
        read.by_hash.clear();
        read.changes += 1;
        outcome
    }
}
