//! What the rules of new rows ask of other entities, asked once for many rows.

use guanxi_model::{Filter, Record, Result};

use super::plan::Plan;
use crate::write::WriteTx;

/// Questions of one row, each with the name of the entity asked.
#[derive(Default)]
pub(super) struct Elsewhere(Vec<(&'static str, Filter)>);

impl Elsewhere {
    /// What will be asked of this new record.
    pub fn of(plan: &Plan, tx: &WriteTx<'_>, record: &Record) -> Result<Self> {
        let mut questions = Vec::new();
        let rule = tx.engine.behaviour(&plan.def.name).and_then(|behaviour| behaviour.duplicates);
        for other in rule.map_or(&[][..], |rule| rule.elsewhere) {
            if !tx.access.may(other.spared)? {
                questions.extend((other.probes)(record).into_iter().map(|probe| (other.entity, probe.filter)));
            }
        }
        Ok(Self(questions))
    }
}

/// Asks once for all rows of a batch.
pub(super) fn look_ahead<'r>(tx: &mut WriteTx<'_>, rows: impl Iterator<Item = &'r Elsewhere>) -> Result<()> {
    let asked: Vec<&(&'static str, Filter)> = rows.flat_map(|row| &row.0).collect();
    let mut entities: Vec<&'static str> = asked.iter().map(|(entity, _)| *entity).collect();
    entities.sort_unstable();
    entities.dedup();
    for entity in entities {
        let Some(def) = tx.catalog.get(entity).cloned() else { continue };
        tx.look_ahead(&def, asked.iter().filter(|(of, _)| *of == entity).map(|(_, filter)| filter))?;
    }
    Ok(())
}
