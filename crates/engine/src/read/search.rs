//! The search box over everything, and pickers.

use std::sync::Arc;

use guanxi_model::entity::{CREATED_AT, EntityDef};
use guanxi_model::query::Order;
use guanxi_model::system::{Right, Verb};
use guanxi_model::text::Term;
use guanxi_model::wire::mask;
use guanxi_model::{Actor, Error, Filter, Result, text};
use guanxi_store::compile::{self, Drive, Held, Select};
use guanxi_store::{Conn, Row, records};

use super::list::{Selected, Selection, drive};
use super::plan::Plan;
use super::telling::Common;
use crate::engine::{Engine, entity_of};
use crate::rights::{Access, EntityAccess, FEW};

/// Hits of each entity in the search over everything.
const HITS_EACH: usize = 6;
/// Suggestions of a picker.
const SUGGESTIONS: usize = 20;
/// So many times more than should be enough are looked at.
const SPARE: usize = 4;
/// Longest search text looked at, in characters.
const MAX_QUERY: usize = 200;

/// One suggestion of a picker, one hit of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub id: i64,
    pub title: String,
    /// What tells namesakes apart.
    pub subtitle: String,
    /// Field and value that matched, where it was not the title.
    pub matched: Option<(String, String)>,
}

/// A hit of the search over everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Name of the entity in the API.
    pub entity: String,
    pub found: Suggestion,
}

impl Engine {
    /// Records of every searchable entity the actor may see.
    pub fn search(&self, actor: &Actor, q: &str) -> Result<Vec<Hit>> {
        let access = self.access(actor)?;
        let mut hits = Vec::new();
        if q.trim().is_empty() {
            return Ok(hits);
        }
        for def in access.org.catalog.entities().iter().filter(|def| def.search) {
            if !access.of(def)?.verbs.has(Verb::See) {
                continue;
            }
            let selection = Selection { q: Some(shorten(q)), ..Selection::default() };
            let found = self.inner.store.read(|conn| self.suggestions(conn, &access, def, &access.of(def)?.read, &selection, HITS_EACH))?;
            hits.extend(found.into_iter().map(|found| Hit { entity: def.plural.clone(), found }));
        }
        Ok(hits)
    }

    /// Records of one entity for a picker; the newest where nothing was typed.
    pub fn suggest(&self, actor: &Actor, entity: &str, q: &str, filter: Option<String>) -> Result<Vec<Suggestion>> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        access.require(&def, Verb::See)?;
        let selection = Selection { q: Some(shorten(q)), filter, ..Selection::default() };
        let of = access.of(&def)?;
        self.inner.store.read(|conn| self.suggestions(conn, &access, &def, &of.read, &selection, SUGGESTIONS))
    }

    fn suggestions(
        &self,
        conn: &mut dyn Conn,
        access: &Access,
        def: &Arc<EntityDef>,
        among: &Filter,
        selection: &Selection,
        limit: usize,
    ) -> Result<Vec<Suggestion>> {
        let of = access.of(def)?;
        if of.right(def.title) == Right::Hidden {
            return Err(Error::not_found());
        }
        let selected = self.select(access, def, &of, selection)?;
        if selected.filter == Filter::Nothing {
            return Ok(Vec::new());
        }
        let searched =
            def.fields.iter().enumerate().filter(|(index, field)| field.search && *index != def.title && of.right(*index) >= Right::Masked);
        let mut names: Vec<String> = vec!["id".to_owned()];
        names.extend(def.title_field().map(|field| field.name.clone()));
        names.extend(searched.map(|(_, field)| field.name.clone()));
        let plan = Plan::new(access, def, &names)?;
        let terms = text::parse_query(selection.q.as_deref().unwrap_or_default());
        let search = Search { engine: self, access, def, of: &of, among, plan: &plan, selected: &selected, limit };
        search.run(conn, &terms)
    }
}

/// One search, read and allowed.
struct Search<'a> {
    engine: &'a Engine,
    access: &'a Access,
    def: &'a Arc<EntityDef>,
    of: &'a EntityAccess,
    /// The records that may be found.
    among: &'a Filter,
    plan: &'a Plan,
    selected: &'a Selected,
    limit: usize,
}

impl Search<'_> {
    /// Whatever is typed and whoever types it, few records are looked at: those of a reader who
    /// sees few; else what the text index finds, newest first. It knows whose a record is, so that
    /// what belongs to others is not even found; what was shared one by one is looked at besides.
    fn run(&self, conn: &mut dyn Conn, terms: &[Term]) -> Result<Vec<Suggestion>> {
        let Selected { filter, order, .. } = self.selected;
        let (all, by_filter, by_index) = (self.among, (Drive::Filter, false), (Drive::Stream, true));
        let tokens = compile::tokens(filter);
        if tokens.is_empty() {
            let drive = drive(conn, &self.access.org.catalog, self.def, self.of, self.selected)?;
            return self.found(conn, terms, (filter, all), order, drive);
        }
        if self.of.sees_few(conn, &self.access.org.catalog, self.def)? {
            return self.found(conn, terms, (filter, all), order, by_filter);
        }
        let held = Held::of(all, self.def);
        // What begins so is dear to an index that gives one after the other, what is common to one that gives all at once.
        let few = match self.selected.common {
            Common::Never => (conn.dialect().streams() && tokens.iter().any(|token| token.prefix)).then_some(FEW),
            Common::Lately(one_in) => Some((one_in * self.limit * SPARE).clamp(FEW / SPARE, FEW)),
            Common::Formerly => {
                let newest = [Order { field: CREATED_AT, descending: true }];
                let along = if held.is_some_and(|held| held.is_merged()) { Drive::Owners } else { Drive::Order };
                return self.found(conn, terms, (filter, all), &newest, (along, false));
            }
        };
        let newest = few.map(|few| self.among_newest(conn, terms, held.as_ref(), few)).transpose()?.unwrap_or_default();
        if newest.len() == self.limit {
            return Ok(newest);
        }
        let Some(held) = held else { return self.found(conn, terms, (filter, all), &[], by_index) };
        let whose = self.engine.tells_whose(self.def, &tokens, &held.tokens())?;
        let by_index = if whose { (Drive::StreamHeld, true) } else { by_index };
        let mut found = self.found(conn, terms, (filter, &held.filter), &[], by_index)?;
        if held.shared != Filter::Nothing {
            found.extend(self.found(conn, terms, (filter, &held.shared), &[], by_filter)?);
            found.sort_unstable_by_key(|hit| std::cmp::Reverse(hit.id));
            found.dedup_by_key(|hit| hit.id);
            found.truncate(self.limit);
        }
        Ok(found)
    }

    /// What many records have is looked for among the newest before, of those that belong to whom the reader may see.
    fn among_newest(&self, conn: &mut dyn Conn, terms: &[Term], held: Option<&Held>, few: usize) -> Result<Vec<Suggestion>> {
        let Some((recent, order, drive)) = records::newest(conn, self.def, held, few)? else { return Ok(Vec::new()) };
        let recent = self.selected.filter.clone().and(recent);
        self.found(conn, terms, (&recent, held.map_or(self.among, |held| &held.filter)), &order, (drive, false))
    }

    fn question<'q>(
        &'q self,
        (filter, access): (&'q Filter, &'q Filter),
        order: &'q [Order],
        (drive, text_index): (Drive, bool),
    ) -> Select<'q> {
        Select {
            def: self.def,
            outs: self.plan.outs.clone(),
            joins: self.plan.joins(),
            filter,
            access,
            order,
            after: None,
            limit: Some(self.limit),
            bin: self.selected.bin,
            drive,
            text_index,
        }
    }

    fn found(
        &self,
        conn: &mut dyn Conn,
        terms: &[Term],
        asked: (&Filter, &Filter),
        order: &[Order],
        by: (Drive, bool),
    ) -> Result<Vec<Suggestion>> {
        let sql = compile::select(conn.dialect(), &self.access.org.catalog, &self.question(asked, order, by))?;
        conn.collect(&sql, |row| suggestion(self.plan, row, terms))
    }
}

fn suggestion(plan: &Plan, row: &dyn Row, terms: &[Term]) -> Suggestion {
    let text = |index: usize| -> String {
        let Some(column) = plan.columns.get(index) else { return String::new() };
        let (cell, _, title) = plan.cells(column, row);
        let shown = title.unwrap_or(cell);
        match shown.str() {
            Some(text) if column.masked => mask(column.kind, text),
            Some(text) => text.to_owned(),
            None => String::new(),
        }
    };
    let id = plan.columns.first().and_then(|column| plan.cells(column, row).0.int()).unwrap_or(0);
    let others: Vec<(String, String)> = plan
        .columns
        .iter()
        .enumerate()
        .skip(2)
        .map(|(i, column)| (column.name.clone(), text(i)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let holds = |value: &str| {
        let value = text::search_text(&[value]);
        terms.iter().any(|term| term.is_in(&value))
    };
    let title = text(1);
    let matched = if terms.is_empty() || holds(&title) { None } else { others.iter().find(|(_, value)| holds(value)).cloned() };
    let subtitle = others.first().map(|(_, text)| text.clone()).unwrap_or_default();
    Suggestion { id, title, subtitle, matched }
}

fn shorten(q: &str) -> String {
    q.chars().take(MAX_QUERY).collect()
}
