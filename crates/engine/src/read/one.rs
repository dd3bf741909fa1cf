//! One record, now or at an instant.

use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::system::{File, Right, Verb};
use guanxi_model::time::Instant;
use guanxi_model::{Actor, Entity, Error, Kind, Record, Result, wire};
use guanxi_store::compile::{Bin, Drive, Select};
use guanxi_store::{Conn, compile, records};

use super::list::of_id;
use super::plan::Plan;
use crate::engine::{Engine, entity_of};
use crate::rights::Access;

impl Engine {
    /// One record as JSON, as the actor may see it, with its version.
    ///
    /// # Errors
    /// 404 for what is not there and what the actor may not see, alike.
    pub fn get(&self, actor: &Actor, entity: &str, id: i64) -> Result<(Vec<u8>, i64)> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        access.require(&def, Verb::See)?;
        self.inner.store.read(|conn| record_json(conn, &access, &def, id, Bin::Live))?.ok_or_else(Error::not_found)
    }

    /// One record whether or not it is in the recycle bin.
    pub fn get_any(&self, actor: &Actor, entity: &str, id: i64) -> Result<(Vec<u8>, i64)> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        access.require(&def, Verb::See)?;
        self.inner.store.read(|conn| record_json(conn, &access, &def, id, Bin::Any))?.ok_or_else(Error::not_found)
    }

    /// A record as it stood at an instant. Rights are those of today, on the record of today.
    ///
    /// # Errors
    /// 404 where it did not exist then.
    pub fn as_of(&self, actor: &Actor, entity: &str, id: i64, at: Instant) -> Result<Vec<u8>> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let record = self.load_visible(&access, &def, id)?;
        let past = self.inner.store.read(|conn| crate::write::undo::record_at(conn, &access.org.catalog, record, at))?;
        let mut past = past.ok_or_else(Error::not_found)?;
        self.derived(&access.org.catalog).as_of(&mut past, &access.org.zone);
        self.tree_json(&access, &past)
    }

    /// A record the actor may see, in or out of the recycle bin.
    pub(crate) fn load_visible(&self, access: &Access, def: &Arc<EntityDef>, id: i64) -> Result<Record> {
        let of = access.require(def, Verb::See)?;
        let found = self.inner.store.read(|conn| records::load(conn, &access.org.catalog, &def.name, id))?;
        let record = found.ok_or_else(Error::not_found)?;
        let visible = self.reading_in(access.org.zone.clone(), |reader| of.read.matches(&record, reader))?;
        if visible { Ok(record) } else { Err(Error::not_found()) }
    }

    /// A record held in memory as JSON, with titles of today.
    pub(crate) fn tree_json(&self, access: &Access, record: &Record) -> Result<Vec<u8>> {
        let def = record.entity();
        let of = access.of(def)?;
        let mut out = b"{".to_vec();
        let mut masked: Vec<&str> = Vec::new();
        let shown = def.fields.iter().enumerate().filter(|(index, _)| of.right(*index) >= Right::Masked);
        for (n, (index, field)) in shown.enumerate() {
            if n > 0 {
                out.push(b',');
            }
            wire::write_string(&mut out, &field.name);
            out.push(b':');
            let (first, second) = wire::cells_of(record.at(index));
            if of.right(index) == Right::Masked {
                masked.push(&field.name);
                if field.kind == Kind::Lines {
                    wire::write_string(&mut out, wire::MASKED);
                    continue;
                }
                match first {
                    wire::Cell::Null => out.extend_from_slice(b"null"),
                    cell => wire::write_string(&mut out, &wire::mask(field.values(), cell.str().unwrap_or_default())),
                }
                continue;
            }
            if field.kind == Kind::Lines {
                self.write_lines(access, &mut out, record.at(index).as_lines())?;
                continue;
            }
            let title = match (record.at(index).as_ref_id(), &field.target) {
                (Some(id), Some(target)) => self.title(access, target, id)?,
                _ => None,
            };
            wire::write_json(&mut out, field.values(), &first, &second, title.as_deref(), &access.org.catalog);
        }
        if !masked.is_empty() {
            out.extend_from_slice(b",\"_masked\":");
            let _ = serde_json::to_writer(&mut out, &masked);
        }
        out.push(b'}');
        Ok(out)
    }

    /// The title of a record, where the actor may see it.
    pub(crate) fn title(&self, access: &Access, entity: &str, id: i64) -> Result<Option<String>> {
        if entity == "user" {
            return Ok(access.org.people.get(&id).map(|person| person.name.clone()));
        }
        let Some(def) = access.org.catalog.get(entity).cloned() else { return Ok(None) };
        let of = access.of(&def)?;
        // Who reads what holds a file may know its name.
        let file = entity == <File as Entity>::ENTITY;
        if !file && (!of.verbs.has(Verb::See) || !of.reads(def.title)) {
            return Ok(None);
        }
        let found = self.inner.store.read(|conn| records::load(conn, &access.org.catalog, entity, id))?;
        let Some(record) = found else { return Ok(None) };
        let visible = file || self.reading_in(access.org.zone.clone(), |reader| of.read.matches(&record, reader))?;
        Ok(visible.then(|| record.title().to_owned()))
    }
}

/// A record as JSON with its version, through the same plan as lists.
pub(crate) fn record_json(conn: &mut dyn Conn, access: &Access, def: &Arc<EntityDef>, id: i64, bin: Bin) -> Result<Option<(Vec<u8>, i64)>> {
    let of = access.of(def)?;
    let plan = whole(access, def)?;
    let filter = of_id(id);
    let question = Select {
        def,
        outs: plan.outs.clone(),
        joins: plan.joins(),
        filter: &filter,
        access: &of.read,
        order: &[],
        after: None,
        limit: Some(1),
        bin,
        drive: Drive::Free,
        text_index: true,
    };
    let sql = compile::select(conn.dialect(), &access.org.catalog, &question)?;
    let version = plan.columns.iter().find(|column| column.name == "version");
    let found = conn.first(&sql, |row| {
        let mut json = Vec::with_capacity(2048);
        plan.write_row(&mut json, row, &access.org.catalog);
        let version = version.and_then(|column| plan.cells(column, row).0.int());
        (json, version.unwrap_or(0))
    })?;
    let Some((json, version)) = found else { return Ok(None) };
    let end = json.len();
    Ok(Some((plan.with_lines(conn, access, json, &[(id, end)])?, version)))
}

/// Everything the actor may see of a record, and its version.
pub(super) fn whole(access: &Access, def: &Arc<EntityDef>) -> Result<Plan> {
    let of = access.of(def)?;
    let mut names = Plan::all_fields(&of, def);
    if !names.iter().any(|name| name == "version") {
        names.push("version".to_owned());
    }
    Plan::new(access, def, &names)
}
