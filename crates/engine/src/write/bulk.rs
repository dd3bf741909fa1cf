//! The same change to many records: one change set, a result for each row.

use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::system::Verb;
use guanxi_model::{Actor, Error, Problem, Result, Status};
use guanxi_store::compile::{Drive, Out, Select};
use guanxi_store::dialect::Hold;
use guanxi_store::{Conn, compile};
use serde_json::{Map, Value as Json};

use super::tx::{Purpose, WriteTx};
use crate::engine::{Engine, entity_of};
use crate::read::{Selection, parse_filter_text};
use crate::rights::Access;

/// Most rows of one bulk change.
pub const BULK_MAX: usize = 100_000;

/// Which records.
#[derive(Clone, Debug)]
pub enum Targets {
    Ids(Vec<i64>),
    Selection(Selection),
}

/// What became of one row.
#[derive(Clone, Debug)]
pub struct RowResult {
    pub id: i64,
    pub problem: Option<Problem>,
}

/// What a bulk change did.
#[derive(Clone, Debug, Default)]
pub struct BulkReport {
    pub change_set: Option<i64>,
    pub updated: i64,
    pub results: Vec<RowResult>,
}

/// What is done to each row.
#[derive(Clone, Debug)]
pub(crate) enum RowWork {
    Edit(Map<String, Json>),
    Delete,
    Action { name: String, input: Map<String, Json> },
}

impl Engine {
    /// The identities a bulk request means, as the actor sees them.
    pub fn targets(&self, actor: &Actor, entity: &str, targets: &Targets) -> Result<Vec<i64>> {
        match targets {
            Targets::Ids(ids) if ids.len() > BULK_MAX => Err(Error::malformed("ids", "too_many_values")),
            Targets::Ids(ids) => {
                let mut seen = std::collections::HashSet::new();
                Ok(ids.iter().copied().filter(|id| seen.insert(*id)).collect())
            }
            Targets::Selection(selection) => {
                let access = self.access(actor)?;
                let def = entity_of(&access.org.catalog, entity)?;
                self.inner.store.read(|conn| self.selected_ids(conn, &access, &def, selection))
            }
        }
    }

    fn selected_ids(&self, conn: &mut dyn Conn, access: &Access, def: &Arc<EntityDef>, selection: &Selection) -> Result<Vec<i64>> {
        let of = access.require(def, Verb::See)?;
        let selected = self.select(access, def, &of, selection)?;
        if let Some(text) = &selection.filter {
            parse_filter_text(self, access, def, text)?;
        }
        let question = Select {
            def,
            outs: vec![Out::id()],
            joins: Vec::new(),
            filter: &selected.filter,
            access: &of.read,
            order: &[],
            after: None,
            limit: Some(BULK_MAX + 1),
            bin: selected.bin,
            drive: Drive::Free,
            text_index: true,
        };
        let sql = compile::select(conn.dialect(), &access.org.catalog, &question)?;
        let ids = conn.collect(&sql, |row| row.cell(0).int().unwrap_or(0))?;
        if ids.len() > BULK_MAX { Err(Error::malformed("filter", "too_many_rows")) } else { Ok(ids) }
    }

    /// Does the same to each record, in one change set.
    pub(crate) fn bulk(&self, actor: &Actor, entity: &str, ids: Vec<i64>, work: RowWork, purpose: Purpose) -> Result<BulkReport> {
        let def = entity_of(&self.catalog(), entity)?;
        self.write(actor, purpose, move |tx| tx.bulk(&def, &ids, &work))
    }
}

impl WriteTx<'_> {
    /// Does the same to each row; a row that is refused is told and leaves no trace.
    pub(crate) fn bulk(&mut self, def: &Arc<EntityDef>, ids: &[i64], work: &RowWork) -> Result<BulkReport> {
        let mut report = BulkReport::default();
        let hold = if matches!(work, RowWork::Delete) { Hold::Remove } else { Hold::Change };
        guanxi_store::records::hold(self.conn, &def.name, ids, hold)?;
        for id in ids {
            let outcome = self.attempt(|tx| match work {
                RowWork::Edit(set) => tx.edit(def, *id, set, None).map(|_| ()),
                RowWork::Delete => tx.delete(def, *id, None).map(|_| ()),
                RowWork::Action { name, input } => tx.act(def, Some(*id), name, input).map(|_| ()),
            });
            let problem = match outcome {
                Ok(()) => {
                    report.updated += 1;
                    None
                }
                // What makes no sense for one row makes none for any; and whoever lost a circle of
                // waiting must let go of everything.
                Err(Error::Refused(problem)) if matches!(problem.status, Status::Malformed | Status::Busy | Status::Full) => {
                    return Err(Error::Refused(problem));
                }
                Err(Error::Refused(problem)) => Some(*problem),
                Err(fault) => return Err(fault),
            };
            report.results.push(RowResult { id: *id, problem });
        }
        report.change_set = (self.rows() > 0).then(|| self.set_id());
        Ok(report)
    }
}
