//! Merging records into one: one change set, taken back by undo like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use guanxi_model::entity::{DELETED_AT, EntityDef, ID, IMPLIED, LINE_PARENT};
use guanxi_model::rule::Op;
use guanxi_model::system::Verb;
use guanxi_model::{Actor, AnyRef, Error, Filter, Kind, Query, Record, Result, Test, Value};
use guanxi_store::dialect::Hold;
use guanxi_store::kept;

use super::accept::accept;
use super::crud::Saved;
use super::tx::{Purpose, WriteTx};
use crate::engine::{Engine, entity_of};

/// Most records merged into one at a time.
const MAX_MERGED: usize = 20;
/// References moved at a time.
const BATCH: usize = 500;

/// What to merge.
#[derive(Clone, Debug, Default)]
pub struct MergeRequest {
    pub keep: i64,
    pub merge: Vec<i64>,
    /// Fields whose value another record gives, by name.
    pub fields: BTreeMap<String, i64>,
    pub dry_run: bool,
}

/// What a merge did, or would do.
#[derive(Debug)]
pub struct MergeReport {
    pub record: Saved,
    /// Records moved to the one kept, by entity.
    pub moved: BTreeMap<String, i64>,
    pub change_set: Option<i64>,
}

impl Engine {
    /// Merges records into one: chosen values are taken over, every reference is moved, the
    /// others go to the recycle bin and remember where they went.
    pub fn merge(&self, actor: &Actor, entity: &str, request: MergeRequest) -> Result<MergeReport> {
        let def = entity_of(&self.catalog(), entity)?;
        if request.merge.is_empty() || request.merge.len() > MAX_MERGED || request.merge.contains(&request.keep) {
            return Err(Error::malformed("merge", "bad_merge_list"));
        }
        let dry_run = request.dry_run;
        let work = move |tx: &mut WriteTx<'_>| tx.merge(&def, &request);
        let mut report = if dry_run {
            self.rehearse(actor, Purpose::new("merge", ""), work)?
        } else {
            self.write(actor, Purpose::new("merge", ""), work)?
        };
        if dry_run {
            report.change_set = None;
        }
        Ok(report)
    }
}

impl WriteTx<'_> {
    fn merge(&mut self, def: &Arc<EntityDef>, request: &MergeRequest) -> Result<MergeReport> {
        let access = self.access.clone();
        let of = access.require(def, Verb::Merge)?;
        let all: Vec<i64> = request.merge.iter().copied().chain([request.keep]).collect();
        guanxi_store::records::hold(self.conn, &def.name, &all, Hold::Remove)?;
        let keep = self.writable(def, &of, Verb::Merge, request.keep)?;
        let mut others: Vec<Record> = Vec::new();
        for id in &request.merge {
            others.push(self.writable(def, &of, Verb::Merge, *id)?);
        }
        let kept = self.take_over(def, &keep, &others, request)?;
        let mut moved = BTreeMap::new();
        for other in &others {
            self.move_references(def, other, &kept, &mut moved)?;
            self.remove_merged(other, keep.id())?;
        }
        // Figures and keys that rules derive follow what was taken over and moved.
        let kept = guanxi_model::Tx::update(self, kept, "merge")?;
        // From the record kept one finds the merge again, to take it apart.
        let kept = if kept.version() == keep.version() { self.witness(&kept, "merge")? } else { kept };
        let record = self.saved(&kept)?;
        Ok(MergeReport { record, moved, change_set: Some(self.set_id()) })
    }

    /// The record kept, with the values chosen from the others; its empty fields are filled too.
    fn take_over(&mut self, def: &Arc<EntityDef>, keep: &Record, others: &[Record], request: &MergeRequest) -> Result<Record> {
        let access = self.access.clone();
        let of = access.of(def)?;
        let mut new = keep.clone();
        for (index, field) in def.fields.iter().enumerate().skip(IMPLIED) {
            if !field.is_writable() || Some(index) == def.owner {
                continue;
            }
            if new.at(index).is_empty()
                && let Some(value) = others.iter().map(|other| other.at(index)).find(|value| !value.is_empty())
            {
                new.put(index, taken_over(value));
            }
        }
        for (name, from) in &request.fields {
            // The name is checked as any input of this actor is.
            let nothing = serde_json::Map::from_iter([(name.clone(), serde_json::Value::Null)]);
            accept(&access, &of, def, &nothing, Some(keep))?;
            let source = if *from == keep.id() { Some(keep) } else { others.iter().find(|other| other.id() == *from) };
            let source = source.ok_or_else(|| Error::malformed(name, "not_in_merge"))?;
            if let Some(index) = def.position(name) {
                new.put(index, if source.id() == keep.id() { source.at(index).clone() } else { taken_over(source.at(index)) });
            }
        }
        // Unique values of the others must be free before they are taken over.
        for other in others {
            let mut freed = other.clone();
            for (index, _) in def.fields.iter().enumerate().filter(|(_, field)| field.unique) {
                freed.put(index, Value::Null);
            }
            self.save_plain(other, freed, Op::Update, Some("merge"))?;
        }
        if keep.differences(&new).is_empty() { Ok(new) } else { self.save_plain(keep, new, Op::Update, Some("merge")) }
    }

    /// Puts a merged record into the recycle bin; its identity leads to the one kept.
    fn remove_merged(&mut self, merged: &Record, kept: i64) -> Result<()> {
        let entity = merged.entity().name.clone();
        let Some(now) = self.load_any(&entity, merged.id())? else { return Ok(()) };
        let mut gone = now.clone();
        gone.put(DELETED_AT, Value::Instant(self.now));
        self.save_plain(&now, gone, Op::Delete, Some("merge"))?;
        kept::set_meta(self.conn, &merged_key(&entity, merged.id()), &kept.to_string())
    }

    fn move_references(&mut self, def: &EntityDef, from: &Record, to: &Record, moved: &mut BTreeMap<String, i64>) -> Result<()> {
        let catalog = self.catalog.clone();
        // Who made and changed records stays what it was.
        for (entity, index) in catalog.references_to(&def.name).into_iter().filter(|(entity, index)| *index >= entity.first_declared()) {
            let filter = Filter::eq(index, Value::Ref(from.id()));
            self.repoint(entity, index, filter, Value::Ref(to.id()), moved)?;
        }
        for entity in catalog.entities() {
            for (index, _) in entity.fields.iter().enumerate().filter(|(_, field)| field.kind == Kind::AnyReference) {
                let old = Value::AnyRef(AnyRef { entity: def.name.clone(), id: from.id() });
                let new = Value::AnyRef(AnyRef { entity: def.name.clone(), id: to.id() });
                self.repoint(entity, index, Filter::is(index, Test::Eq(old)), new, moved)?;
            }
        }
        Ok(())
    }

    fn repoint(
        &mut self,
        entity: &Arc<EntityDef>,
        index: usize,
        filter: Filter,
        to: Value,
        moved: &mut BTreeMap<String, i64>,
    ) -> Result<()> {
        loop {
            let found = guanxi_model::tx::Reader::find(self, &Query::of(&entity.name, filter.clone()).limit(BATCH))?;
            if entity.line_of.is_some() {
                self.repoint_lines(entity, &found, index, &to, moved)?;
            }
            for record in found.iter().filter(|_| entity.line_of.is_none()) {
                let mut new = record.clone();
                // A child of the one kept that pointed at the one merged would point at itself.
                let itself = to.as_ref_id() == Some(record.id()) && entity.name == record.entity().name;
                new.put(index, if itself { Value::Null } else { to.clone() });
                self.save_plain(record, new, Op::Update, Some("merge"))?;
                *moved.entry(entity.plural.clone()).or_default() += 1;
            }
            if found.len() < BATCH {
                return Ok(());
            }
        }
    }

    /// Lines are changed with their documents.
    fn repoint_lines(
        &mut self,
        line: &Arc<EntityDef>,
        rows: &[Record],
        index: usize,
        to: &Value,
        moved: &mut BTreeMap<String, i64>,
    ) -> Result<()> {
        let Some((holder, field)) = self.catalog.clone().holder_of(line).map(|(holder, field)| (holder.clone(), field)) else {
            return Ok(());
        };
        let documents: BTreeSet<i64> = rows.iter().filter_map(|row| row.at(LINE_PARENT).as_ref_id()).collect();
        for id in documents {
            let Some(old) = self.load_held(&holder.name, id, Hold::Change)? else { continue };
            let mut lines = old.at(field).as_lines().to_vec();
            for row in lines.iter_mut().filter(|row| rows.iter().any(|found| found.id() == row.id())) {
                row.put(index, to.clone());
            }
            let mut new = old.clone();
            new.put(field, Value::lines(lines));
            self.save_plain(&old, new, Op::Update, Some("merge"))?;
            *moved.entry(holder.plural.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// A record that is live again leads nowhere else.
    pub(super) fn part_again(&mut self, record: &Record) -> Result<()> {
        let entity = &record.entity().name;
        kept::rename_meta(self.conn, &merged_key(entity, record.id()), &parted_key(entity, record.id())).map(|_| ())
    }

    /// The undo of a merge is itself taken back: the record leads to the one kept again.
    pub(super) fn lead_again(&mut self, record: &Record) -> Result<()> {
        let entity = &record.entity().name;
        kept::rename_meta(self.conn, &parted_key(entity, record.id()), &merged_key(entity, record.id())).map(|_| ())
    }
}

/// A value of another record as the one kept takes it: lines become lines of its own, and those of
/// the other stay with it in the recycle bin.
fn taken_over(value: &Value) -> Value {
    let Value::Lines(rows) = value else { return value.clone() };
    let anew = |row: &Record| {
        let mut row = row.clone();
        row.put(ID, Value::Null);
        row
    };
    Value::Lines(rows.iter().map(anew).collect())
}

/// Where the identity of a merged record leads.
pub(crate) fn merged_key(entity: &str, id: i64) -> String {
    format!("merged:{entity}:{id}")
}

/// Where it led before the merge was taken back.
fn parted_key(entity: &str, id: i64) -> String {
    format!("parted:{entity}:{id}")
}
