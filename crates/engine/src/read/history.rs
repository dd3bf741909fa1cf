//! History of a record, and the audit view of change sets.

use std::collections::HashMap;

use guanxi_model::entity::EntityDef;
use guanxi_model::labels;
use guanxi_model::system::{Right, Verb};
use guanxi_model::time::Instant;
use guanxi_model::{Actor, AdminLevel, Error, Kind, Result, wire};
use guanxi_store::change_log::{self, ChangeRow, ChangeSet, SetsWanted};
use serde_json::{Map, Value as Json, json};

use crate::engine::{Engine, entity_of};
use crate::files::ATTACHMENT;
use crate::rights::{Access, EntityAccess};
use crate::write::undo::object;

/// Entries of one page.
const PAGE: usize = 50;

/// A page of history.
pub struct HistoryPage {
    pub json: Json,
}

/// Which change sets the audit view shows.
#[derive(Clone, Debug, Default)]
pub struct SetsRequest {
    pub actor: Option<i64>,
    /// Name in the API.
    pub entity: Option<String>,
    pub from: Option<Instant>,
    pub to: Option<Instant>,
    pub before: Option<i64>,
}

impl Engine {
    /// The change sets of a record, newest first, as the actor may see its fields.
    pub fn history(&self, actor: &Actor, entity: &str, id: i64, before: Option<i64>) -> Result<HistoryPage> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let of = access.require(&def, Verb::See)?;
        self.load_visible(&access, &def, id)?;
        // What happened to the files kept with a record is a part of its own history.
        let files = self.ever_attached(&def, id)?;
        let (rows, sets) = self.inner.store.read(|conn| {
            let mut rows = change_log::rows_of_record(conn, &def.name, id, before, PAGE)?;
            if !files.is_empty() {
                let ids = files.keys().copied().collect();
                rows.extend(change_log::rows_of_records(conn, ATTACHMENT, ids, before, PAGE)?);
                rows.sort_by_key(|row| std::cmp::Reverse(row.id));
                rows.truncate(PAGE);
            }
            let mut sets: HashMap<i64, ChangeSet> = HashMap::new();
            for row in &rows {
                if let Some(set) = change_log::set(conn, row.change_set)? {
                    sets.insert(row.change_set, set);
                }
            }
            Ok((rows, sets))
        })?;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some(set) = sets.get(&row.change_set) else { continue };
            let mut item = self.set_json(&access, set);
            item.insert("change_set".into(), json!(row.change_set.to_string()));
            item.insert("op".into(), json!(row.op));
            item.insert("rule".into(), json!(row.rule));
            item.insert("version".into(), json!(row.version.to_string()));
            let attached = files.get(&row.record).filter(|_| row.entity == ATTACHMENT);
            item.insert("attachment".into(), json!(attached));
            item.insert("changes".into(), if attached.is_some() { json!([]) } else { self.changes_json(&access, &def, &of, row)? });
            items.push(Json::Object(item));
        }
        let next = if rows.len() == PAGE { rows.last().map(|row| row.id.to_string()) } else { None };
        Ok(HistoryPage { json: json!({"items": items, "next": next}) })
    }

    /// Change sets: everybody's for administrators, one's own for others.
    pub fn changes(&self, actor: &Actor, request: &SetsRequest) -> Result<Json> {
        let access = self.access(actor)?;
        let whose = if access.administration() == AdminLevel::Full { request.actor } else { actor.user };
        let entity = match &request.entity {
            Some(plural) => Some(entity_of(&access.org.catalog, plural)?.name.clone()),
            None => None,
        };
        let wanted = SetsWanted {
            actor: whose,
            entity,
            source: None,
            from: request.from.map(|at| at.0),
            to: request.to.map(|at| at.0),
            before: request.before,
            limit: PAGE,
        };
        let (sets, entities) = self.inner.store.read(|conn| {
            let sets = change_log::sets(conn, &wanted)?;
            let mut entities = Vec::with_capacity(sets.len());
            for set in &sets {
                entities.push(change_log::entities_of_set(conn, set.id)?);
            }
            Ok((sets, entities))
        })?;
        let items: Vec<Json> = sets
            .iter()
            .zip(entities)
            .map(|(set, entities)| {
                let mut item = self.set_json(&access, set);
                let plural = |name: &str| access.org.catalog.get(name).map_or(name.to_owned(), |def| def.plural.clone());
                let counts: Map<String, Json> = entities.into_iter().map(|(name, count)| (plural(&name), json!(count))).collect();
                item.insert("entities".into(), Json::Object(counts));
                Json::Object(item)
            })
            .collect();
        let next = if sets.len() == PAGE { sets.last().map(|set| set.id.to_string()) } else { None };
        Ok(json!({"items": items, "next": next}))
    }

    /// One change set with what it did, as far as the actor may see it.
    pub fn change_set(&self, actor: &Actor, id: i64, after: Option<i64>) -> Result<Json> {
        let access = self.access(actor)?;
        let (set, rows) =
            self.inner.store.read(|conn| Ok((change_log::set(conn, id)?, change_log::rows_of_set(conn, id, after, PAGE)?)))?;
        let set = set.ok_or_else(Error::not_found)?;
        if set.actor != actor.user && access.administration() != AdminLevel::Full {
            return Err(Error::not_found());
        }
        let mut changes = Vec::new();
        for row in &rows {
            let Some(def) = access.org.catalog.get(&row.entity).cloned() else { continue };
            let of = access.of(&def)?;
            // What the actor may not see stays unseen, even in their own change set.
            if !of.verbs.has(Verb::See) || self.load_visible(&access, &def, row.record).is_err() {
                continue;
            }
            let title = self.title(&access, &row.entity, row.record)?;
            changes.push(json!({
                "entity": def.plural, "id": row.record.to_string(), "title": title, "op": row.op, "rule": row.rule,
                "changes": self.changes_json(&access, &def, &of, row)?,
            }));
        }
        let mut item = self.set_json(&access, &set);
        item.insert("changes".into(), json!(changes));
        item.insert("rows".into(), json!(set.rows.to_string()));
        let next = if rows.len() == PAGE { rows.last().map(|row| row.id.to_string()) } else { None };
        item.insert("next".into(), json!(next));
        Ok(Json::Object(item))
    }

    fn set_json(&self, access: &Access, set: &ChangeSet) -> Map<String, Json> {
        let actor = set.actor.map(|id| json!({"id": id.to_string(), "title": access.org.people.get(&id).map(|person| &person.name)}));
        let undoable = set.undone_by.is_none() && (set.actor == access.actor.user || access.administration() == AdminLevel::Full);
        let mut item = Map::new();
        item.insert("id".into(), json!(set.id.to_string()));
        item.insert("at".into(), json!(Instant(set.at).to_rfc3339()));
        item.insert("actor".into(), json!(actor));
        item.insert("kind".into(), json!(set.kind));
        item.insert("reason".into(), json!(reason_text(access, &set.reason)));
        item.insert("undoable".into(), json!(undoable));
        item.insert("undone_by".into(), json!(set.undone_by.map(|id| id.to_string())));
        item.insert("undo_of".into(), json!(set.undo_of.map(|id| id.to_string())));
        item
    }

    /// Old and new values by field: hidden fields are left out, masked ones masked, references
    /// carry their titles.
    fn changes_json(&self, access: &Access, def: &EntityDef, of: &EntityAccess, row: &ChangeRow) -> Result<Json> {
        let (old, new) = (object(&row.old), object(&row.new));
        let mut changes = Vec::new();
        for (index, field) in def.fields.iter().enumerate() {
            let right = of.right(index);
            if right == Right::Hidden || !(old.contains_key(&field.name) || new.contains_key(&field.name)) {
                continue;
            }
            let side = |values: &Map<String, Json>| -> Result<Json> {
                let value = values.get(&field.name).cloned().unwrap_or(Json::Null);
                Ok(match (&value, right) {
                    (Json::Null, _) => Json::Null,
                    (Json::String(text), Right::Masked) => json!(wire::mask(field.values(), text)),
                    (_, Right::Masked) => json!("***"),
                    _ if field.kind == Kind::Lines => self.tell_lines(access, field, &value)?,
                    _ if field.kind.is_reference() => self.titled(access, field.target.as_deref(), &value)?,
                    _ => value,
                })
            };
            changes.push(json!({"field": field.name, "old": side(&old)?, "new": side(&new)?}));
        }
        Ok(json!(changes))
    }

    fn titled(&self, access: &Access, target: Option<&str>, value: &Json) -> Result<Json> {
        let id: Option<i64> = value.get("id").and_then(Json::as_str).and_then(|id| id.parse().ok());
        let (Some(id), Some(target)) = (id, target) else { return Ok(value.clone()) };
        Ok(json!({"id": id.to_string(), "title": self.title(access, target, id)?}))
    }
}

/// What a change was for, in the reader's words: a job, an action, one of the product's own errands,
/// or the name of a file as it was given.
fn reason_text(access: &Access, reason: &str) -> String {
    let lang = access.actor.lang;
    let (entity, rest) = reason.split_once('.').unwrap_or((reason, ""));
    let singular = access.org.catalog.by_plural(entity).map_or(entity, |def| def.name.as_str());
    let keys = [format!("reason.{}", reason.replace(' ', "_")), format!("job.{reason}"), format!("action.{singular}.{rest}")];
    keys.iter().find_map(|key| labels::find(lang, key)).unwrap_or(reason).to_owned()
}
