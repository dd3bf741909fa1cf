//! Everything that happened around a record, in one order: its changes, and the records that
//! point at it.

use guanxi_model::entity::{CREATED_AT, CREATED_BY, IMPLIED};
use guanxi_model::filter::Test;
use guanxi_model::system::Verb;
use guanxi_model::time::Instant;
use guanxi_model::{Actor, Filter, Kind, Query, Record, Result, Value};
use serde_json::{Value as Json, json};

use crate::engine::{Engine, entity_of};
use crate::rights::Access;

/// Entries of one page.
const PAGE: usize = 40;
/// Longest text shown of an entry, in characters.
const BODY: usize = 2000;

impl Engine {
    /// The timeline of a record before an instant, newest first.
    pub fn timeline(&self, actor: &Actor, entity: &str, id: i64, before: Option<Instant>) -> Result<Json> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        self.load_visible(&access, &def, id)?;
        let before = before.unwrap_or(Instant(i64::MAX));
        let mut entries: Vec<(i64, Json)> = self.changes_before(actor, entity, id, before)?;
        for (child, link) in access.org.catalog.references_to(&def.name) {
            let of = access.of(child)?;
            // What is under administration is no part of a customer's story.
            if link < IMPLIED || child.rights || child.personal || !of.verbs.has(Verb::See) || !of.reads(link) {
                continue;
            }
            let here = Filter::eq(link, Value::Ref(id)).and(Filter::is(CREATED_AT, Test::Lt(Value::Instant(before))));
            let query = Query::of(&child.name, here.and(of.read.clone())).order(CREATED_AT, true).limit(PAGE);
            for record in self.reading(|reader| reader.find(&query))? {
                entries.push(self.entry(&access, &record)?);
            }
        }
        entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        let next = entries.last().filter(|_| more).map(|(at, _)| Instant(*at).to_rfc3339());
        let items: Vec<Json> = entries.into_iter().map(|(_, item)| item).collect();
        Ok(json!({"items": items, "next": next}))
    }

    /// A page of what was changed, and of the files that were attached and taken off.
    fn changes_before(&self, actor: &Actor, entity: &str, id: i64, before: Instant) -> Result<Vec<(i64, Json)>> {
        let mut found = Vec::new();
        let mut cursor = None;
        while found.len() <= PAGE {
            let page = self.history(actor, entity, id, cursor)?.json;
            for mut item in page.get("items").and_then(Json::as_array).cloned().unwrap_or_default() {
                let Some(at) = item.get("at").and_then(Json::as_str).and_then(Instant::parse) else { continue };
                if at >= before {
                    continue;
                }
                item["type"] = json!("history");
                if let Some(attached) = item.get("attachment").filter(|attached| attached.is_object()).cloned() {
                    item["type"] = json!("files");
                    item["entity"] = json!("files");
                    item["id"] = attached["file"].clone();
                    item["title"] = attached["name"].clone();
                }
                found.push((at.0, item));
            }
            cursor = page.get("next").and_then(Json::as_str).and_then(|next| next.parse().ok());
            if cursor.is_none() {
                break;
            }
        }
        Ok(found)
    }

    fn entry(&self, access: &Access, record: &Record) -> Result<(i64, Json)> {
        let def = record.entity();
        let of = access.of(def)?;
        let at = match record.at(CREATED_AT) {
            Value::Instant(at) => *at,
            _ => Instant(0),
        };
        let text = |kind: Kind| {
            let field = def.fields.iter().enumerate().find(|(index, field)| field.kind == kind && of.reads(*index));
            field.and_then(|(index, _)| record.at(index).as_text()).map(|text| text.chars().take(BODY).collect::<String>())
        };
        let person = record.at(CREATED_BY).as_ref_id().or(record.owner()).and_then(|id| access.org.people.get(&id));
        let title = if of.reads(def.title) { record.title() } else { "" };
        Ok((
            at.0,
            json!({
                "type": def.plural, "at": at.to_rfc3339(), "entity": def.plural, "id": record.id().to_string(),
                "actor": person.map(|person| json!({"id": person.id.to_string(), "title": person.name})),
                "title": title, "body": text(Kind::LongText),
                "record": serde_json::from_slice::<Json>(&self.tree_json(access, record)?).unwrap_or(Json::Null),
            }),
        ))
    }
}
