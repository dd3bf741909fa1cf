//! What a transaction moves between the groups of tallies, written at its end.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::tally::Share;
use guanxi_model::{Record, Result};
use guanxi_store::Conn;
use guanxi_store::tally::Moves;

/// What records added to groups, each with how many times: taken out where that is negative.
#[derive(Default)]
pub(super) struct Moved(Vec<(Arc<EntityDef>, Share, i64)>);

/// How much was moved at a moment.
pub(super) struct Mark(usize, Option<i64>);

impl Moved {
    /// Notes what a change of a record moves.
    pub fn note(&mut self, old: Option<&Record>, new: &Record) {
        let def = new.entity();
        let Some(tally) = &def.tally else { return };
        let share = |record: &Record| record.deleted_at().is_none().then(|| tally.share(record));
        let (before, after) = (old.and_then(share), share(new));
        if before == after {
            return;
        }
        for (share, times) in before.map(|share| (share, -1)).into_iter().chain(after.map(|share| (share, 1))) {
            // Records that come one after the other often share a group.
            match self.0.last_mut().filter(|(of, last, _)| Arc::ptr_eq(of, def) && *last == share) {
                Some((.., there)) => *there += times,
                None => self.0.push((def.clone(), share, times)),
            }
        }
    }

    pub fn mark(&self) -> Mark {
        Mark(self.0.len(), self.0.last().map(|(.., times)| *times))
    }

    /// Forgets what came since.
    pub fn back_to(&mut self, mark: &Mark) {
        self.0.truncate(mark.0);
        if let (Some((.., there)), Some(times)) = (self.0.last_mut(), mark.1) {
            *there = times;
        }
    }

    /// Last of all, and group by group in one order: writers wait for each other shortly, and never
    /// in a circle.
    pub fn write(&mut self, conn: &mut dyn Conn) -> Result<()> {
        let mut moves: BTreeMap<String, (Arc<EntityDef>, Moves)> = BTreeMap::new();
        for (def, share, times) in self.0.drain(..) {
            moves.entry(def.name.clone()).or_insert_with(|| (def, Moves::default())).1.add(&share, times);
        }
        for (def, moves) in moves.values() {
            if let Some(tally) = &def.tally {
                moves.write(conn, def, tally)?;
            }
        }
        Ok(())
    }
}
