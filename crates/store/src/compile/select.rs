//! Lists, counts and grouped figures.

use guanxi_model::entity::{CREATED_AT, EntityDef, ID};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::query::Order;
use guanxi_model::text::Token;
use guanxi_model::wire::Cell;
use guanxi_model::{Catalog, Result};

use super::filter::{Compiler, column_of, is_of_words};
use super::{Held, each};
use crate::dialect::{Dialect, SORT_TITLE};
use crate::sql::{Alias, Bind, Plans, Sql};

/// Live records, those in the recycle bin, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bin {
    Live,
    Deleted,
    Any,
}

/// What chooses the index, where the question itself does not settle it (SQLite only; the other
/// database keeps statistics).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Whatever the database thinks, of all there is.
    Free,
    /// What was asked, never the reader's own scope.
    Asked,
    /// Walk in the order asked for and drop what does not match: many rows match.
    Order,
    /// Find what matches and sort it: few rows match.
    Filter,
    /// The text index; everything else is looked at afterwards.
    Text,
    /// The text index row by row, newest first and without another order, until there are enough.
    Stream,
    /// The same, asked for what is the reader's alone.
    StreamHeld,
    /// The same by whose the records are alone: the words are looked for in each of the newest (SQLite).
    Held,
    /// So many of the newest that are any readable owner's are looked at until enough have what is asked for (PostgreSQL). For
    /// the newest first alone. See [`crate::records::newest`].
    Newest { looked_at: usize },
    /// Each readable owner's in the order of creation, merged, so that what is made by others is never passed over. For that
    /// order alone; both databases.
    Owners,
}

impl Drive {
    /// Whether the text index gives the records, newest first.
    fn streams(self) -> bool {
        matches!(self, Self::Stream | Self::StreamHeld | Self::Held)
    }
}

/// A table joined by a reference field.
pub struct Join<'a> {
    /// Number of the table that holds the reference: 0 is the outermost, then joins in order.
    pub from: usize,
    /// Position of the reference field there.
    pub field: usize,
    pub target: &'a EntityDef,
    /// Which records of the target the reader may see; others join as missing.
    pub access: &'a Filter,
}

/// One output: a field of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Out {
    /// Number of the table.
    pub table: usize,
    /// Position of the field.
    pub field: usize,
}

/// A list.
pub struct Select<'a> {
    pub def: &'a EntityDef,
    pub outs: Vec<Out>,
    pub joins: Vec<Join<'a>>,
    /// What was asked for.
    pub filter: &'a Filter,
    /// What the reader may see at all.
    pub access: &'a Filter,
    pub order: &'a [Order],
    /// Keys of the last row of the page before: one for each order, then the identity.
    pub after: Option<&'a [Cell<'static>]>,
    pub limit: Option<usize>,
    pub bin: Bin,
    pub drive: Drive,
    pub text_index: bool,
}

/// Compiles a list. The outputs are followed by the keys of the order and the identity.
pub fn select(dialect: Dialect, catalog: &Catalog, question: &Select<'_>) -> Result<Sql> {
    let mut c = Compiler::new(catalog, Sql::of(dialect, "SELECT "));
    c.text_index = question.text_index;
    let base = c.fresh();
    let joined: Vec<Alias> = question.joins.iter().map(|_| c.fresh()).collect();
    let table = |n: usize| if n == 0 { Some(base) } else { joined.get(n - 1).copied() };
    for out in &question.outs {
        let def = if out.table == 0 { question.def } else { question.joins.get(out.table - 1).map_or(question.def, |j| j.target) };
        let alias = table(out.table).unwrap_or(base);
        c.sql.column(alias, column_of(def, out.field)?).push(", ");
        if let Some(second) = def.fields.get(out.field).and_then(|field| field.second_column()) {
            c.sql.column(alias, &second).push(", ");
        }
    }
    for order in question.order {
        c.sql.column(base, order_column(question.def, order.field)?).push(", ");
    }
    c.sql.column(base, "id").push(" FROM ");
    let streams = question.drive.streams();
    let merged = each::scope_of(question).zip(question.limit);
    let newest = match question.drive {
        Drive::Newest { looked_at } => question.limit.map(|limit| (looked_at, limit)),
        _ => None,
    };
    let stream = streams.then(|| c.fresh());
    c.held = held(dialect, question);
    let alone = c.held.as_ref().filter(|held| held.shared == Filter::Nothing);
    let holders = alone.map(Held::tokens).unwrap_or_default();
    let words = if question.drive == Drive::Held { Vec::new() } else { tokens(question.filter) };
    if let Some(found) = stream {
        c.text_index = false;
        c.sql.streamed(found, &question.def.name, &words, &holders);
    }
    match (&merged, newest) {
        (Some((held, limit)), _) => each::first_ones(&mut c, question, held, &columns(question)?, *limit)?,
        (None, Some(most)) => each::first_of_newest(&mut c, question, &columns(question)?, most)?,
        (None, None) => _ = c.sql.name(&question.def.name),
    }
    c.sql.push(" AS ").alias(base);
    for (join, alias) in question.joins.iter().zip(&joined) {
        let from = table(join.from).unwrap_or(base);
        let def = if join.from == 0 { question.def } else { question.joins.get(join.from - 1).map_or(question.def, |j| j.target) };
        c.sql.push(" LEFT JOIN ").name(&join.target.name).push(" AS ").alias(*alias).push(" ON ");
        c.sql.column(*alias, "id").push(" = ").column(from, column_of(def, join.field)?);
        if *join.access != Filter::All {
            c.sql.push(" AND ");
            c.filter(join.access, join.target, *alias)?;
        }
    }
    c.sql.plans = match question.filter {
        _ if merged.is_some() || stream.is_some() || newest.is_some() => Plans::Once,
        Filter::Is(ID, Test::Eq(_)) => Plans::Either,
        // What is shared record by record is never much.
        _ if matches!(question.access, Filter::Has { .. }) => Plans::Once,
        // Many rows match, whoever asks.
        words if matches!(question.drive, Drive::Order | Drive::Asked) && is_of_words(words, question.def) => Plans::Once,
        _ => Plans::AsItThinks,
    };
    if merged.is_none() && newest.is_none() {
        c.sql.push(" WHERE ");
        if let Some(found) = stream {
            c.sql.streamed_as(base, found, &question.def.name, &words, &holders).push(" AND ");
        }
        if let Some(few) = each::few_of(dialect, question) {
            each::among_few(&mut c, question, &few, base)?;
            c.sql.push(" AND ");
        }
        condition(&mut c, question, base)?;
        if let Some(keys) = question.after {
            c.sql.push(" AND ");
            after(&mut c, question, base, keys)?;
        }
    }
    c.sql.push(" ORDER BY ");
    for order in question.order {
        if matches!(question.drive, Drive::Filter | Drive::Text) || merged.is_some() {
            c.sql.no_index();
        }
        c.sql.column(base, order_column(question.def, order.field)?);
        let nulls = dialect.nulls(order.descending);
        c.sql.push(if order.descending { " DESC" } else { " ASC" }).push(nulls).push(", ");
    }
    match stream {
        Some(found) => c.sql.column(found, "rowid"),
        None => c.sql.column(base, "id"),
    };
    let down = descending(question.order) || streams;
    if down {
        c.sql.push(" DESC");
    }
    if !question.order.is_empty() {
        // As the indexes have it, which PostgreSQL would otherwise not take to be in order.
        c.sql.push(dialect.nulls(down));
    }
    if let Some(limit) = question.limit {
        c.sql.limit(limit);
    }
    Ok(c.sql)
}

/// What of the outermost table is shown, ordered by or joined by.
fn columns(question: &Select<'_>) -> Result<Vec<String>> {
    let shown = question.outs.iter().filter(|out| out.table == 0).map(|out| out.field);
    let joined = question.joins.iter().filter(|join| join.from == 0).map(|join| join.field);
    let mut columns = Vec::new();
    for field in shown.chain(joined) {
        let names = std::iter::once(column_of(question.def, field)?.to_owned());
        let second = question.def.fields.get(field).and_then(|field| field.second_column());
        for name in names.chain(second) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    Ok(columns)
}

/// The reader's scope where the text index drives. PostgreSQL finds nothing by an index under an OR with a subquery.
fn held(dialect: Dialect, question: &Select<'_>) -> Option<Held> {
    let driven = matches!(question.drive, Drive::Text | Drive::StreamHeld | Drive::Held);
    let held = driven.then(|| Held::of(question.access, question.def)).flatten();
    held.filter(|held| dialect == Dialect::Sqlite || held.shared == Filter::Nothing)
}

pub(super) fn condition(c: &mut Compiler<'_>, question: &Select<'_>, base: Alias) -> Result<()> {
    match question.bin {
        Bin::Live => c.live(base).push(" AND "),
        Bin::Deleted => c.sql.column(base, "deleted_at").push(" IS NOT NULL AND "),
        Bin::Any => &mut c.sql,
    };
    c.live_only = question.bin == Bin::Live;
    let walks = question.drive == Drive::Order;
    let by_creation = matches!(question.order, [only] if only.field == CREATED_AT);
    c.newest = by_creation && question.bin == Bin::Live && (walks || question.drive == Drive::Free);
    c.unindexed = walks || question.drive.streams() || matches!(question.drive, Drive::Text | Drive::Owners);
    c.walked = walks.then(|| question.order.first().map_or(ID, |order| order.field));
    if walks && c.sql.dialect == Dialect::Sqlite {
        let carried = carried(question.access, question.def);
        if carried != Filter::All {
            c.filter(&carried, question.def, base)?;
            c.sql.push(" AND ");
        }
    }
    c.filter(question.filter, question.def, base)?;
    if *question.access != Filter::All {
        c.sql.push(" AND ");
        c.unindexed = c.unindexed || question.drive == Drive::Asked;
        c.filter(question.access, question.def, base)?;
    }
    c.unindexed = false;
    c.newest = false;
    c.walked = None;
    Ok(())
}

/// What a filter asks at least of what every index carries, the owner and the identity. SQLite decides
/// that from the index it walks, and reads the rows of others not at all.
fn carried(filter: &Filter, def: &EntityDef) -> Filter {
    match filter {
        Filter::Is(field, _) if Some(*field) == def.owner || *field == ID => filter.clone(),
        Filter::Has { .. } | Filter::Nothing => filter.clone(),
        Filter::And(parts) => parts.iter().fold(Filter::All, |all, part| all.and(carried(part, def))),
        Filter::Or(parts) => parts.iter().fold(Filter::Nothing, |any, part| any.or(carried(part, def))),
        Filter::Is(..) | Filter::Via { .. } | Filter::Text(_) | Filter::All => Filter::All,
    }
}

/// The tokens a filter asks of the text index.
pub fn tokens(filter: &Filter) -> Vec<Token> {
    match filter {
        Filter::Text(terms) => terms.iter().flat_map(|term| term.tokens.clone()).collect(),
        Filter::And(parts) => parts.iter().flat_map(tokens).collect(),
        _ => Vec::new(),
    }
}

/// The identity breaks ties in the direction of the last key.
pub(super) fn descending(order: &[Order]) -> bool {
    order.last().is_some_and(|last| last.descending)
}

/// Titles are ordered by their pinyin, everything else by its value.
fn order_column(def: &EntityDef, field: usize) -> Result<&str> {
    if def.search && field == def.title { Ok(SORT_TITLE) } else { column_of(def, field) }
}

/// Rows behind the keys: `a < x OR (a = x AND (b < y OR …))`, in the two-valued form that missing
/// values need (first when ascending, last when descending).
pub(super) fn after(c: &mut Compiler<'_>, question: &Select<'_>, base: Alias, keys: &[Cell<'static>]) -> Result<()> {
    let mut columns: Vec<(&str, bool)> = Vec::new();
    for order in question.order {
        columns.push((order_column(question.def, order.field)?, order.descending));
    }
    columns.push(("id", descending(question.order)));
    // A plain range on the first key lets the index start where the page before ended.
    if let (Some((column, down)), Some(key)) = (columns.first().copied(), keys.first())
        && *key != Cell::Null
        && (!down || is_always_set(question.def, column))
    {
        c.sql.column(base, column).push(if down { " <= " } else { " >= " }).bind(Bind::from(key)).push(" AND ");
    }
    let levels = columns.len();
    for (i, ((column, down), key)) in columns.into_iter().zip(keys).enumerate() {
        c.sql.push("(");
        match (key, down) {
            (Cell::Null, true) => c.sql.push("1 = 0"),
            (Cell::Null, false) => c.sql.column(base, column).push(" IS NOT NULL"),
            (key, true) => {
                c.sql.push("(").column(base, column).push(" < ").bind(Bind::from(key)).push(" OR ");
                c.sql.column(base, column).push(" IS NULL)")
            }
            (key, false) => c.sql.column(base, column).push(" > ").bind(Bind::from(key)),
        };
        if i + 1 < levels {
            c.sql.push(" OR (");
            match key {
                Cell::Null => c.sql.column(base, column).push(" IS NULL"),
                key => c.sql.column(base, column).push(" = ").bind(Bind::from(key)),
            };
            c.sql.push(" AND ");
        }
    }
    for i in 0..levels {
        c.sql.push(if i + 1 < levels { "))" } else { ")" });
    }
    Ok(())
}

fn is_always_set(def: &EntityDef, column: &str) -> bool {
    matches!(column, "id" | "version" | "created_at" | "updated_at") || def.field(column).is_some_and(|field| field.required)
}

/// Compiles a count of what matches, up to `limit`.
pub fn count(dialect: Dialect, catalog: &Catalog, question: &Select<'_>, limit: Option<usize>) -> Result<Sql> {
    if let Some(held) = each::scope_of(question).or_else(|| each::few_of(dialect, question)) {
        let mut c = Compiler::new(catalog, Sql::new(dialect));
        each::counted(&mut c, question, &held, limit)?;
        return Ok(c.sql);
    }
    let mut c = Compiler::new(catalog, Sql::of(dialect, "SELECT count(*) FROM (SELECT 1 FROM "));
    c.text_index = question.text_index;
    c.held = held(dialect, question);
    let base = c.fresh();
    c.sql.name(&question.def.name).push(" AS ").alias(base).push(" WHERE ");
    condition(&mut c, question, base)?;
    if let Some(limit) = limit {
        c.sql.limit(limit);
    }
    c.sql.push(") AS found");
    Ok(c.sql)
}

impl Out {
    /// A field of the outermost table.
    pub fn own(field: usize) -> Self {
        Self { table: 0, field }
    }

    /// The identity of the outermost table.
    pub fn id() -> Self {
        Self::own(ID)
    }
}

#[cfg(test)]
mod tests {
    use guanxi_model::entity::Entity;
    use guanxi_model::filter::Test;
    use guanxi_model::system::View;
    use guanxi_model::value::Value;

    use super::*;

    fn mine() -> Filter {
        Filter::refers_to(View::OWNER.index, [7])
    }

    fn nobodys() -> Filter {
        Filter::is(View::OWNER.index, Test::Empty)
    }

    fn shared() -> Filter {
        Filter::is(View::SHARED.index, Test::Eq(Value::Bool(true)))
    }

    #[test]
    fn of_a_scope_the_index_knows_the_owner() {
        let scope = mine().or(shared().and(nobodys()));
        assert_eq!(carried(&scope, &View::def()), mine().or(nobodys()));
        assert_eq!(carried(&mine().and(shared()), &View::def()), mine());
    }

    #[test]
    fn where_anybodys_may_be_seen_the_index_decides_nothing() {
        assert_eq!(carried(&mine().or(shared()), &View::def()), Filter::All);
    }
}
