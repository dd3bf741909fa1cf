//! The search index against the records. SQLite's index can only be read word by word, so both
//! sides are summed up in a fixed number of buckets; where sums differ, the records are named.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::{Record, Result};
use guanxi_store::dialect::Dialect;
use guanxi_store::search_index::{self, Indexed};
use guanxi_store::{change_log, records};

use super::Verification;
use crate::engine::Engine;

/// Records compared together.
const BATCH: usize = 200;
/// Sums kept: enough that few records share one, few enough to stay small.
const BUCKETS: usize = 1 << 16;

/// Sums of what is found where; equal sums mean equal sets of words and records.
struct Sums(Vec<u64>);

impl Sums {
    fn new() -> Self {
        Self(vec![0; BUCKETS])
    }

    fn add(&mut self, token: &str, id: i64) {
        if let Some(sum) = self.0.get_mut(bucket(id)) {
            *sum = sum.wrapping_add(mark(token, id));
        }
    }
}

fn bucket(id: i64) -> usize {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish() as usize % BUCKETS
}

fn mark(token: &str, id: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (token, id).hash(&mut hasher);
    hasher.finish()
}

impl Engine {
    pub(super) fn compare_search(&self, found: &mut Verification) -> Result<()> {
        let catalog = self.catalog();
        let sqlite = self.inner.store.dialect() == Dialect::Sqlite;
        for def in catalog.entities().iter().filter(|def| def.search) {
            let mut expected = Sums::new();
            self.each_indexed(def, |record, indexed, should| {
                found.searched += 1;
                let same = indexed.text == should.text && indexed.sort_title == should.sort_title;
                if !same || (!sqlite && indexed.tokens != should.tokens) {
                    found.fault(format!("{} {}: the search index does not follow its values", def.name, record.id()));
                }
                should.tokens.iter().for_each(|token| expected.add(token, record.id()));
            })?;
            if sqlite {
                self.compare_words(def, &expected, found)?;
            }
        }
        Ok(())
    }

    /// Every record of an entity, with what the index holds of it and what it should hold.
    fn each_indexed(&self, def: &Arc<EntityDef>, mut each: impl FnMut(&Record, &Indexed, &Indexed)) -> Result<()> {
        let catalog = self.catalog();
        let mut after = 0;
        loop {
            let ids = self.inner.store.read(|conn| change_log::records_of(conn, &def.name, after, BATCH))?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = *last;
            let (found, rows) = self
                .inner
                .store
                .read(|conn| Ok((records::load_many(conn, &catalog, &def.name, &ids)?, search_index::of_rows(conn, def, ids.clone())?)))?;
            let rows: HashMap<i64, Indexed> = rows.into_iter().collect();
            for record in &found {
                if let Some(indexed) = rows.get(&record.id()) {
                    each(record, indexed, &search_index::expected(record));
                }
            }
        }
    }

    fn compare_words(&self, def: &Arc<EntityDef>, expected: &Sums, found: &mut Verification) -> Result<()> {
        let entity = def.clone();
        self.inner.store.write(move |conn| search_index::prepare_reading(conn, &entity))?;
        let mut held = Sums::new();
        self.inner.store.read_long(|conn| search_index::each_token(conn, def, |token, id| held.add(token, id)))?;
        let wrong = |id: i64| held.0.get(bucket(id)) != expected.0.get(bucket(id));
        if held.0 == expected.0 {
            return Ok(());
        }
        let mut sums: HashMap<i64, (u64, u64)> = HashMap::new();
        self.inner.store.read_long(|conn| {
            search_index::each_token(conn, def, |token, id| {
                if wrong(id) {
                    let sum = &mut sums.entry(id).or_default().0;
                    *sum = sum.wrapping_add(mark(token, id));
                }
            })
        })?;
        self.each_indexed(def, |record, _, should| {
            if wrong(record.id()) {
                let sum = &mut sums.entry(record.id()).or_default().1;
                *sum = should.tokens.iter().fold(*sum, |sum, token| sum.wrapping_add(mark(token, record.id())));
            }
        })?;
        let mut differ: Vec<i64> = sums.into_iter().filter(|(_, (held, should))| held != should).map(|(id, _)| id).collect();
        differ.sort_unstable();
        for id in differ {
            found.fault(format!("{} {id}: the search index does not follow its values", def.name));
        }
        Ok(())
    }
}
