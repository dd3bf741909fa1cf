//! Lists: filter, search, order, columns, pages, counts.

use std::sync::Arc;

use guanxi_model::entity::{CREATED_AT, EntityDef, ID};
use guanxi_model::filter::{self, Filter};
use guanxi_model::kind::Storage;
use guanxi_model::query::Order;
use guanxi_model::system::Verb;
use guanxi_model::wire::Cell;
use guanxi_model::{Actor, Catalog, Error, Result, Test, Value, text};
use guanxi_store::Conn;
use guanxi_store::compile::{self, Bin, Drive, Held, Select};
use guanxi_store::dialect::Dialect;
use guanxi_store::records;

use super::cursor;
use super::plan::{Plan, readable};
use super::telling::Common;
use crate::engine::{Engine, entity_of};
use crate::rights::{Access, EntityAccess};

/// Most rows of one page.
pub const MAX_PAGE: usize = 200;
/// Rows of a page that does not say.
pub const DEFAULT_PAGE: usize = 50;
/// Counting stops here unless exactness is asked for.
pub const COUNT_LIMIT: usize = 10_000;
/// Most keys of one order.
const MAX_ORDER: usize = 4;
/// Searches that the text index answers with more records than this look along the list instead.
const COMMON: usize = 4_000;
/// A scope of at most this many owners finds its records by owner and sorts them.
const FEW_OWNERS: usize = 3;

/// Whether and how exactly to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CountMode {
    #[default]
    None,
    /// Up to [`COUNT_LIMIT`].
    Bounded,
    Exact,
}

/// Which records: what lists, exports, bulk changes and counts have in common.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Filter JSON.
    pub filter: Option<String>,
    /// Text of the search box.
    pub q: Option<String>,
    /// `-created_at,name`
    pub sort: Option<String>,
    /// The recycle bin instead of live records.
    pub bin: bool,
}

/// A page of a list.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    pub selection: Selection,
    /// Columns; none means the list fields.
    pub fields: Option<String>,
    pub limit: Option<usize>,
    pub cursor: Option<String>,
    pub count: CountMode,
}

/// A page as JSON: `{"items":[…],"next":…,"count":…}`.
pub struct Page {
    pub json: Vec<u8>,
}

/// A selection, read and allowed.
pub(crate) struct Selected {
    pub filter: Filter,
    pub order: Vec<Order>,
    pub bin: Bin,
    /// How common what is searched for is, where the text index cannot tell.
    pub common: Common,
}

impl Engine {
    /// A page of the records an actor may see.
    pub fn list(&self, actor: &Actor, entity: &str, request: &ListRequest) -> Result<Page> {
        self.ask(actor, entity, request, |conn, access, plan, question, limit, list| {
            let json = page_json(conn, access, plan, question, limit, list, request.count)?;
            Ok(Page { json })
        })
    }

    /// How the database would answer a list: its own plan, line by line.
    pub fn list_plan(&self, actor: &Actor, entity: &str, request: &ListRequest) -> Result<Vec<String>> {
        self.ask(actor, entity, request, |conn, access, _, question, _, _| {
            let sql = compile::select(conn.dialect(), &access.org.catalog, question)?;
            records::explain(conn, &sql)
        })
    }

    /// Makes the question of a list, and hands it over.
    fn ask<T>(
        &self,
        actor: &Actor,
        entity: &str,
        request: &ListRequest,
        work: impl FnOnce(&mut dyn Conn, &Access, &Plan, &Select<'_>, usize, &str) -> Result<T>,
    ) -> Result<T> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let of = access.require(&def, Verb::See)?;
        let names = match &request.fields {
            Some(fields) => with_identity(fields),
            None => Plan::list_fields(&of, &def),
        };
        let plan = Plan::new(&access, &def, &names)?;
        let selected = self.select(&access, &def, &of, &request.selection)?;
        let limit = request.limit.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE);
        let list = format!("{} {}", def.plural, request.selection.sort.as_deref().unwrap_or_default());
        let after = match &request.cursor {
            Some(text) => Some(cursor::read(&list, &key_storage(&def, &selected.order), text)?),
            None => None,
        };
        self.inner.store.read(|conn| {
            let drive = drive(conn, &access.org.catalog, &def, &of, &selected)?;
            let question = Select {
                def: &def,
                outs: plan.outs.clone(),
                joins: plan.joins(),
                filter: &selected.filter,
                access: &of.read,
                order: &selected.order,
                after: after.as_deref(),
                limit: Some(limit + 1),
                bin: selected.bin,
                drive: drive.0,
                text_index: drive.1,
            };
            work(conn, &access, &plan, &question, limit, &list)
        })
    }

    /// Reads a selection as an actor: every field named must be readable, and the actor's own
    /// scope is part of the filter.
    pub(crate) fn select(&self, access: &Access, def: &Arc<EntityDef>, of: &EntityAccess, selection: &Selection) -> Result<Selected> {
        let mut filter = match &selection.filter {
            Some(text) => parse_filter_text(self, access, def, text)?,
            None => Filter::All,
        };
        let mut common = Common::Never;
        if let Some(q) = selection.q.as_deref().filter(|q| !q.trim().is_empty()) {
            let found = self.search_filter(def, of, q)?;
            if let Filter::Text(terms) = &found
                && !self.inner.store.dialect().streams()
            {
                common = self.common(def, terms)?;
            }
            filter = filter.and(found);
        }
        let order = match selection.sort.as_deref().filter(|sort| !sort.is_empty()) {
            Some(sort) => parse_order(access, def, sort)?,
            None => vec![Order { field: CREATED_AT, descending: true }],
        };
        let bin = if selection.bin { Bin::Deleted } else { Bin::Live };
        Ok(Selected { filter, order, bin, common })
    }

    /// The search box as a filter. Where a searched field is not readable in full, only the title is
    /// looked at: a hit must never give a hidden value away. The text index still finds the records.
    fn search_filter(&self, def: &EntityDef, of: &EntityAccess, q: &str) -> Result<Filter> {
        if !def.search {
            let titled = of.reads(def.title) && def.title_field().is_some_and(|field| field.values().is_text());
            return Ok(if titled { Filter::is(def.title, Test::Contains(q.trim().to_owned())) } else { Filter::Nothing });
        }
        let mut terms = self.telling(def, text::parse_query(q))?;
        if !def.fields.iter().enumerate().all(|(index, field)| !field.search || of.reads(index)) {
            terms.iter_mut().for_each(|term| term.in_title = true);
        }
        let readable = of.reads(def.title) || terms.iter().all(|term| !term.in_title);
        Ok(if terms.is_empty() || !readable { Filter::Nothing } else { Filter::Text(terms) })
    }
}

/// What the keys of an order are stored as, the identity last.
fn key_storage(def: &EntityDef, order: &[Order]) -> Vec<Storage> {
    let titled = |field: usize| def.search && field == def.title;
    let of = |key: &Order| match def.fields.get(key.field) {
        Some(field) if !titled(key.field) => field.values().storage(),
        _ => Storage::Text,
    };
    order.iter().map(of).chain([Storage::Int]).collect()
}

/// Reads filter JSON given as text.
pub(crate) fn parse_filter_text(engine: &Engine, access: &Access, def: &EntityDef, text: &str) -> Result<Filter> {
    let json = serde_json::from_str(text).map_err(|_| Error::malformed("filter", "not_json"))?;
    let scope = crate::rights::ActorScope { access, now: engine.now() };
    filter::parse(&json, def, &scope)
}

fn with_identity(fields: &str) -> Vec<String> {
    let mut names: Vec<String> = vec!["id".to_owned(), "version".to_owned()];
    for name in fields.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn parse_order(access: &Access, def: &EntityDef, sort: &str) -> Result<Vec<Order>> {
    let mut order: Vec<Order> = Vec::new();
    for key in sort.split(',').map(str::trim) {
        let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
        let field = readable(access, def, name)?;
        if !def.fields.get(field).is_some_and(|field| field.values().is_sortable()) {
            return Err(Error::malformed(name, "not_sortable"));
        }
        if order.iter().any(|known| known.field == field) {
            return Err(Error::malformed(name, "sorted_twice"));
        }
        order.push(Order { field, descending });
    }
    if order.len() > MAX_ORDER {
        return Err(Error::malformed("sort", "too_many_values"));
    }
    Ok(order)
}

/// What chooses the index, and whether the text index takes part. See [`Drive`].
pub(crate) fn drive(
    conn: &mut dyn Conn,
    catalog: &Catalog,
    def: &EntityDef,
    of: &EntityAccess,
    selected: &Selected,
) -> Result<(Drive, bool)> {
    let tokens = compile::tokens(&selected.filter);
    let (postgres, merged) = (conn.dialect() == Dialect::Postgres, is_merged(def, of, selected));
    let selective = is_selective(&selected.filter, def);
    if merged && !selective && tokens.is_empty() {
        return Ok((Drive::Owners, true));
    }
    // SQLite is told to find the records of few owners, however many they are.
    if postgres && of.sees_few(conn, catalog, def)? {
        return Ok((Drive::Filter, false));
    }
    if !tokens.is_empty() {
        let holders = Held::of(&of.read, def).map(|held| held.tokens()).unwrap_or_default();
        let common =
            selected.common != Common::Never || records::text_hits(conn, &def.name, &tokens, &holders, COMMON + 1)? > COMMON as i64;
        return Ok(match common {
            true if merged => (Drive::Owners, false),
            true => (Drive::Order, false),
            false => (Drive::Text, true),
        });
    }
    if selective {
        return Ok((Drive::Asked, true));
    }
    Ok(match owners(&of.read, def.owner) {
        Some(owners) if owners <= FEW_OWNERS && !postgres => (Drive::Filter, true),
        _ if of.read == Filter::All => (Drive::Free, true),
        _ => (Drive::Order, true),
    })
}

/// Whether a page is made of each readable owner's first ones.
fn is_merged(def: &EntityDef, of: &EntityAccess, selected: &Selected) -> bool {
    let by_creation = matches!(selected.order.as_slice(), [only] if only.field == CREATED_AT);
    by_creation && selected.bin == Bin::Live && Held::of(&of.read, def).is_some_and(|held| held.is_merged())
}

/// Whether what was asked names few records by an indexed field.
fn is_selective(filter: &Filter, def: &EntityDef) -> bool {
    match filter {
        Filter::Is(field, Test::Eq(_) | Test::In(_)) => {
            *field == ID || Some(*field) == def.owner || def.fields.get(*field).is_some_and(|field| field.index || field.unique)
        }
        Filter::And(parts) => parts.iter().any(|part| is_selective(part, def)),
        Filter::Or(parts) => !parts.is_empty() && parts.iter().all(|part| is_selective(part, def)),
        _ => false,
    }
}

/// How many owners a scope names, where owners are what it is about.
fn owners(scope: &Filter, owner: Option<usize>) -> Option<usize> {
    let owner = owner?;
    match scope {
        Filter::Is(field, Test::Eq(Value::Ref(_))) if *field == owner => Some(1),
        Filter::Is(field, Test::In(list)) if *field == owner => Some(list.len()),
        Filter::And(parts) => parts.iter().filter_map(|part| owners(part, Some(owner))).min(),
        Filter::Or(parts) => parts.iter().map(|part| owners(part, Some(owner))).sum(),
        // What is shared with one person is never much.
        Filter::Has { .. } => Some(0),
        _ => None,
    }
}

fn page_json(
    conn: &mut dyn Conn,
    access: &Access,
    plan: &Plan,
    question: &Select<'_>,
    limit: usize,
    list: &str,
    mode: CountMode,
) -> Result<Vec<u8>> {
    let catalog = &access.org.catalog;
    let sql = compile::select(conn.dialect(), catalog, question)?;
    let mut json = Vec::with_capacity(16 * 1024);
    json.extend_from_slice(b"{\"items\":[");
    let (mut rows, mut more) = (0, false);
    let mut last: Vec<Cell<'static>> = Vec::new();
    let mut ends: Vec<(i64, usize)> = Vec::new();
    conn.rows(&sql, &mut |row| {
        if rows == limit {
            more = true;
            return Ok(false);
        }
        if rows > 0 {
            json.push(b',');
        }
        plan.write_row(&mut json, row, catalog);
        ends.push((row.cell(plan.width + question.order.len()).int().unwrap_or(0), json.len()));
        rows += 1;
        if rows == limit {
            last = (0..=question.order.len()).map(|i| row.cell(plan.width + i).into_owned()).collect();
        }
        Ok(true)
    })?;
    let mut json = plan.with_lines(conn, access, json, &ends)?;
    json.extend_from_slice(b"],\"next\":");
    if more {
        guanxi_model::wire::write_string(&mut json, &cursor::write(list, &last));
    } else {
        json.extend_from_slice(b"null");
    }
    if mode != CountMode::None {
        let bound = (mode == CountMode::Bounded).then_some(COUNT_LIMIT + 1);
        let sql = compile::count(conn.dialect(), catalog, question, bound)?;
        let found = conn.number(&sql)?;
        let exact = mode == CountMode::Exact || found <= COUNT_LIMIT as i64;
        let shown = if exact { found } else { COUNT_LIMIT as i64 };
        json.extend_from_slice(format!(",\"count\":{{\"value\":{shown},\"exact\":{exact}}}").as_bytes());
    }
    json.push(b'}');
    Ok(json)
}

/// The filter for one record by its identity.
pub(crate) fn of_id(id: i64) -> Filter {
    Filter::eq(ID, Value::Int(id))
}
