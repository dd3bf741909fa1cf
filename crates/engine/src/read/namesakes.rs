//! What exports call the records they refer to: the title, and what tells it apart where several bear it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::filter::Test;
use guanxi_model::{Entity, Filter, Kind, Result, Value, text};
use guanxi_store::Row;
use guanxi_store::compile::{self, Bin, Drive, Out, Select};

use super::plan::{Column, Plan};
use crate::engine::Engine;
use crate::rights::Access;

/// Titles remembered between pieces.
const REMEMBERED: usize = 50_000;

/// The fields that tell records of an entity apart, besides their identity: numbers first.
pub(crate) fn key_fields(def: &EntityDef) -> impl Iterator<Item = usize> {
    let of_kind = |serial: bool| {
        def.fields.iter().enumerate().filter(move |(index, field)| {
            *index != def.title
                && (field.kind == Kind::Serial) == serial
                && (serial || field.unique)
                && field.kind.is_text()
                && !field.secret
        })
    };
    of_kind(true).chain(of_kind(false)).map(|(index, _)| index)
}

/// A reference in an exported row.
pub(super) struct Named {
    pub entity: Arc<EntityDef>,
    pub id: i64,
    pub title: String,
}

impl Plan {
    /// The record a cell refers to, where its title is told in full.
    pub(super) fn named(&self, access: &Access, column: &Column, row: &dyn Row) -> Option<Named> {
        if column.kind != Kind::Reference || column.masked || column.title_masked {
            return None;
        }
        let (id, _, title) = self.cells(column, row);
        let entity = access.org.catalog.target_of(column.def.fields.get(column.field)?)?.clone();
        Some(Named { entity, id: id.int()?, title: title?.str()?.to_owned() })
    }
}

/// Which titles are borne by several records the reader may see, as far as it has been asked.
#[derive(Default)]
pub(super) struct Namesakes {
    /// Entity and title, with what tells each bearer apart; nobody where there is one bearer only.
    known: HashMap<(String, String), HashMap<i64, String>>,
}

impl Namesakes {
    /// Asks for all titles of some references at once.
    pub fn look<'n>(&mut self, engine: &Engine, access: &Access, named: impl Iterator<Item = &'n Named>) -> Result<()> {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let mut wanted: HashMap<&str, (Arc<EntityDef>, HashSet<&str>)> = HashMap::new();
        for one in named {
            if !self.known.contains_key(&(one.entity.name.clone(), one.title.clone())) {
                wanted.entry(&one.entity.name).or_insert_with(|| (one.entity.clone(), HashSet::new())).1.insert(&one.title);
            }
        }
        for (entity, titles) in wanted.into_values() {
            let bearers = if entity.name == guanxi_model::system::User::ENTITY {
                people(access, &titles)
            } else {
                bearers(engine, access, &entity, &titles)?
            };
            for title in titles {
                let several = bearers.get(title).filter(|bearers| bearers.len() > 1).cloned().unwrap_or_default();
                self.known.insert((entity.name.clone(), title.to_owned()), several);
            }
        }
        Ok(())
    }

    /// What a reference is called so that an import finds it again.
    pub fn called(&self, one: &Named) -> String {
        let several = self.known.get(&(one.entity.name.clone(), one.title.clone()));
        match several.and_then(|several| several.get(&one.id)) {
            Some(key) => format!("{} ({key})", one.title),
            None => one.title.clone(),
        }
    }
}

/// People by name, also those who left: what was theirs is still called after them.
fn people(access: &Access, titles: &HashSet<&str>) -> HashMap<String, HashMap<i64, String>> {
    let wanted: HashMap<String, &str> = titles.iter().map(|title| (text::normalise(title), *title)).collect();
    let login = access
        .org
        .catalog
        .get("user")
        .and_then(|def| access.of(def).ok().map(|of| def.position("login").is_some_and(|login| of.reads(login))));
    let mut found: HashMap<String, HashMap<i64, String>> = HashMap::new();
    for person in access.org.people.values().filter(|person| !person.deleted) {
        if let Some(title) = wanted.get(&text::normalise(&person.name)) {
            let key = if login == Some(true) { person.login.clone() } else { person.id.to_string() };
            found.entry((*title).to_owned()).or_default().insert(person.id, key);
        }
    }
    found
}

fn bearers(
    engine: &Engine,
    access: &Access,
    entity: &Arc<EntityDef>,
    titles: &HashSet<&str>,
) -> Result<HashMap<String, HashMap<i64, String>>> {
    let of = access.of(entity)?;
    let keys: Vec<usize> = key_fields(entity).filter(|index| of.reads(*index)).collect();
    let among: Vec<Value> = titles.iter().map(|title| Value::Text((*title).to_owned())).collect();
    let filter = Filter::is(entity.title, Test::In(among.into()));
    let outs: Vec<Out> = std::iter::once(entity.title).chain(keys.iter().copied()).map(|field| Out { table: 0, field }).collect();
    let question = Select {
        def: entity,
        outs,
        joins: Vec::new(),
        filter: &filter,
        access: &of.read,
        order: &[],
        after: None,
        limit: None,
        bin: Bin::Live,
        drive: Drive::Free,
        text_index: true,
    };
    let mut found: HashMap<String, HashMap<i64, String>> = HashMap::new();
    engine.inner.store.read(|conn| {
        let sql = compile::select(conn.dialect(), &access.org.catalog, &question)?;
        conn.rows(&sql, &mut |row| {
            let id = row.cell(keys.len() + 1).int().unwrap_or_default();
            let title = row.cell(0).str().unwrap_or_default().to_owned();
            let key = (1..=keys.len()).find_map(|index| row.cell(index).str().filter(|key| !key.is_empty()).map(str::to_owned));
            found.entry(title).or_default().insert(id, key.unwrap_or_else(|| id.to_string()));
            Ok(true)
        })
    })?;
    Ok(found)
}
