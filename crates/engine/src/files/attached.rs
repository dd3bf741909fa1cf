//! Files kept with a record: listed, attached, taken off. Who may edit a record decides over them.

use std::collections::HashMap;
use std::sync::Arc;

use guanxi_model::entity::{CREATED_AT, CREATED_BY, DELETED_AT};
use guanxi_model::rule::Op;
use guanxi_model::system::{Attachment, File, Verb};
use guanxi_model::time::Instant;
use guanxi_model::tx::{Reader, record_of};
use guanxi_model::{Actor, AnyRef, Catalog, Entity, EntityDef, Error, Filter, Id, Query, Record, Result, Test, Value};
use guanxi_store::dialect::Hold;
use serde_json::{Value as Json, json};

use super::{TABLE, file_json};
use crate::engine::{Engine, entity_of};
use crate::write::Purpose;

/// The entity of attachments.
pub(crate) const ATTACHMENT: &str = <Attachment as Entity>::ENTITY;
/// Most files of one record.
const MAX_ATTACHED: usize = 500;
/// Most files attached at once.
const MAX_AT_ONCE: usize = 50;
const ATTACH: &str = "attachment.attach";
const DETACH: &str = "attachment.detach";

fn about(entity: &str, id: i64) -> Filter {
    Filter::is(Attachment::ABOUT.index, Test::Eq(Value::AnyRef(AnyRef { entity: entity.to_owned(), id })))
}

/// An entity whose records files are kept with.
fn taking_files(catalog: &Catalog, entity: &str) -> Result<Arc<EntityDef>> {
    let def = entity_of(catalog, entity)?;
    if def.takes_files() { Ok(def) } else { Err(Error::not_found()) }
}

/// Keeps what is about this entity: the filter compares identities alone.
fn is_about(entity: &str) -> impl Fn(&Record) -> bool {
    move |record| record.get(Attachment::ABOUT).is_some_and(|about| about.entity == entity)
}

impl Engine {
    /// The files kept with a record the actor may see, newest first.
    pub fn attachments(&self, actor: &Actor, entity: &str, id: i64) -> Result<Json> {
        let access = self.access(actor)?;
        let def = taking_files(&access.org.catalog, entity)?;
        self.load_visible(&access, &def, id)?;
        let query = Query::of(ATTACHMENT, about(&def.name, id)).order(CREATED_AT, true).limit(MAX_ATTACHED);
        let items = self.reading(|reader| {
            let mut items = Vec::new();
            for record in reader.find(&query)?.iter().filter(|record| is_about(&def.name)(record)) {
                let file = record.at(Attachment::FILE.index).as_ref_id().map(|file| reader.load(TABLE, file)).transpose()?.flatten();
                let Some(file) = file.as_ref().and_then(file_json) else { continue };
                let person = record.at(CREATED_BY).as_ref_id().and_then(|id| access.org.people.get(&id));
                let at = match record.at(CREATED_AT) {
                    Value::Instant(at) => *at,
                    _ => Instant(0),
                };
                items.push(json!({
                    "id": record.id().to_string(), "file": file, "created_at": at.to_rfc3339(),
                    "created_by": person.map(|person| json!({"id": person.id.to_string(), "title": person.name})),
                }));
            }
            Ok(items)
        })?;
        Ok(json!({"items": items}))
    }

    /// The attachments a record has or had, by identity: their names, and the files of those it still has.
    pub(crate) fn ever_attached(&self, def: &EntityDef, id: i64) -> Result<HashMap<i64, Json>> {
        let mut found = HashMap::new();
        if !def.takes_files() {
            return Ok(found);
        }
        self.reading(|reader| {
            for bin in [false, true] {
                let query = Query { bin, ..Query::of(ATTACHMENT, about(&def.name, id)).order(CREATED_AT, true).limit(MAX_ATTACHED) };
                for record in reader.find(&query)?.iter().filter(|record| is_about(&def.name)(record)) {
                    let file = record.at(Attachment::FILE.index).as_ref_id().filter(|_| !bin);
                    found.insert(record.id(), json!({"name": record.title(), "file": file.map(|file| file.to_string())}));
                }
            }
            Ok(found)
        })
    }

    /// Keeps uploaded files with a record the actor may edit.
    pub fn attach(&self, actor: &Actor, entity: &str, id: i64, files: Vec<i64>) -> Result<Json> {
        let def = taking_files(&self.catalog(), entity)?;
        if files.is_empty() || files.len() > MAX_AT_ONCE {
            return Err(Error::malformed("files", "too_many_values"));
        }
        self.write(actor, Purpose::new("edit", ATTACH), move |tx| {
            let of = tx.access.clone().require(&def, Verb::Edit)?;
            tx.writable(&def, &of, Verb::Edit, id)?;
            let there = tx.count(&Query::of(ATTACHMENT, about(&def.name, id)).limit(MAX_ATTACHED + 1))?;
            if usize::try_from(there).unwrap_or(usize::MAX) + files.len() > MAX_ATTACHED {
                return Err(Error::conflict("too_many_files"));
            }
            for file in files {
                let missing = || Error::invalid("files", "no_such_record");
                let stored = tx.load(TABLE, file)?.ok_or_else(missing)?;
                if !tx.reads_file(&stored)? {
                    return Err(missing());
                }
                let attachment = Attachment {
                    name: stored.get(File::NAME).unwrap_or_default(),
                    file: Id::new(file),
                    about: AnyRef { entity: def.name.clone(), id },
                };
                let record = record_of(&tx.catalog, attachment)?;
                tx.save(None, record, Op::Create, Some(ATTACH), None)?;
            }
            Ok(())
        })?;
        self.attachments(actor, entity, id)
    }

    /// Takes a file off a record: into the recycle bin, until it is undone. Returns the change set.
    pub fn detach(&self, actor: &Actor, entity: &str, id: i64, attachment: i64) -> Result<Json> {
        let def = taking_files(&self.catalog(), entity)?;
        let set = self.write(actor, Purpose::new("edit", DETACH), move |tx| {
            let of = tx.access.clone().require(&def, Verb::Edit)?;
            tx.writable(&def, &of, Verb::Edit, id)?;
            let here = |record: &Record| record.get(Attachment::ABOUT).is_some_and(|about| about.entity == def.name && about.id == id);
            let old = tx.load_held(ATTACHMENT, attachment, Hold::Remove)?.filter(|record| record.deleted_at().is_none() && here(record));
            let old = old.ok_or_else(Error::not_found)?;
            let mut new = old.clone();
            new.put(DELETED_AT, Value::Instant(tx.now));
            tx.save(Some(old), new, Op::Delete, Some(DETACH), None)?;
            Ok(tx.set_id())
        })?;
        Ok(json!({"change_set": set.to_string()}))
    }
}
