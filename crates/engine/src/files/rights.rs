//! Who may read a file: whoever may read a record that holds it; while none does, who uploaded it.

use std::sync::Arc;

use guanxi_model::entity::{CREATED_BY, EntityDef, LINE_PARENT};
use guanxi_model::system::{Attachment, Verb};
use guanxi_model::tx::Reader;
use guanxi_model::{Actor, Entity, Error, Filter, Query, Record, Result, Value};

use super::TABLE;
use crate::engine::Engine;
use crate::rights::Access;
use crate::write::WriteTx;

/// Records looked at for each field that may hold a file.
const HOLDERS: usize = 50;

impl Engine {
    /// A file the actor may read.
    pub(super) fn readable_file(&self, actor: &Actor, id: i64) -> Result<Record> {
        let access = self.access(actor)?;
        let record = self.reading(|reader| reader.load(TABLE, id))?.ok_or_else(Error::not_found)?;
        let readable = self.reading(|reader| is_readable(&access, reader, &record))?;
        if readable { Ok(record) } else { Err(Error::not_found()) }
    }
}

impl WriteTx<'_> {
    /// Whether the actor may read a file, and so keep it with another record.
    pub(crate) fn reads_file(&mut self, file: &Record) -> Result<bool> {
        let access = self.access.clone();
        is_readable(&access, self, file)
    }
}

fn is_readable(access: &Access, reader: &mut dyn Reader, file: &Record) -> Result<bool> {
    if access.actor.is_system() {
        return Ok(true);
    }
    let catalog = reader.catalog().clone();
    let attachment = <Attachment as Entity>::ENTITY;
    let mut held = false;
    for (def, index) in catalog.references_to(TABLE) {
        let holders = reader.find(&Query::of(&def.name, Filter::eq(index, Value::Ref(file.id()))).limit(HOLDERS))?;
        for holder in &holders {
            held = true;
            let readable = if def.name == attachment {
                is_attachment_readable(access, reader, holder)?
            } else if def.line_of.is_some() {
                access.of(def)?.reads(index) && is_line_readable(access, reader, holder)?
            } else {
                access.of(def)?.reads(index) && may_read(access, reader, def, holder)?
            };
            if readable {
                return Ok(true);
            }
        }
    }
    let own = file.at(CREATED_BY).as_ref_id();
    Ok(!held && own.is_some() && own == access.actor.user)
}

fn is_attachment_readable(access: &Access, reader: &mut dyn Reader, attachment: &Record) -> Result<bool> {
    let Some(about) = attachment.get(Attachment::ABOUT) else { return Ok(false) };
    let Some(record) = reader.load(&about.entity, about.id)? else { return Ok(false) };
    let def = record.entity().clone();
    may_read(access, reader, &def, &record)
}

/// A line is read by whoever reads its document.
fn is_line_readable(access: &Access, reader: &mut dyn Reader, line: &Record) -> Result<bool> {
    let (Some(holder), Some(id)) = (line.entity().line_of.clone(), line.at(LINE_PARENT).as_ref_id()) else { return Ok(false) };
    let Some(document) = reader.load(&holder, id)? else { return Ok(false) };
    let def = document.entity().clone();
    may_read(access, reader, &def, &document)
}

fn may_read(access: &Access, reader: &mut dyn Reader, def: &Arc<EntityDef>, record: &Record) -> Result<bool> {
    let of = access.of(def)?;
    Ok(of.verbs.has(Verb::See) && of.read.matches(record, reader)?)
}
