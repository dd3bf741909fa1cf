//! Grouped figures: from the records, or from a tally as far as it can tell.

use guanxi_model::entity::EntityDef;
use guanxi_model::filter::Filter;
use guanxi_model::kind::Kind;
use guanxi_model::wire::Cell;
use guanxi_model::{Catalog, Result, Tally};

use super::filter::{Compiler, column_of};
use super::select::{Select, condition};
use crate::dialect::Dialect;
use crate::driver::Row;
use crate::sql::{Alias, Sql};
use crate::tally::{LOW, RECORDS, sum_columns, table, whole};

/// How instants and dates are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    Value,
    Day,
    Month,
    Year,
}

/// One key of a grouping.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub field: usize,
    pub bucket: Bucket,
}

/// A figure of a group.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    Count,
    Sum(usize),
    Min(usize),
    Max(usize),
}

/// What is asked of the groups.
pub struct Figures<'a> {
    pub groups: &'a [Group],
    pub measures: &'a [Measure],
    /// How far local time is ahead of UTC.
    pub ahead_seconds: i64,
}

const KEYS: [&str; 3] = ["key0", "key1", "key2"];

/// Compiles grouped figures: the keys, then the measures.
pub fn aggregate(dialect: Dialect, catalog: &Catalog, question: &Select<'_>, figures: &Figures<'_>) -> Result<Sql> {
    let mut c = Compiler::new(catalog, Sql::of(dialect, "SELECT "));
    c.text_index = question.text_index;
    let base = c.fresh();
    for group in figures.groups {
        group_key(&mut c, question.def, *group, base, figures.ahead_seconds)?;
        c.sql.push(", ");
    }
    for (i, measure) in figures.measures.iter().enumerate() {
        c.sql.push(if i > 0 { ", " } else { "" });
        let (function, field, end) = match measure {
            Measure::Count => ("count(*)", None, ""),
            Measure::Sum(field) => ("sum(", Some(*field), dialect.sum_end()),
            Measure::Min(field) => ("min(", Some(*field), ")"),
            Measure::Max(field) => ("max(", Some(*field), ")"),
        };
        c.sql.push(function);
        if let Some(field) = field {
            c.sql.column(base, column_of(question.def, field)?).push(end);
        }
    }
    c.sql.push(" FROM ").name(&question.def.name).push(" AS ").alias(base).push(" WHERE ");
    condition(&mut c, question, base)?;
    finish(&mut c.sql, figures, question.limit);
    Ok(c.sql)
}

/// What a reader may see, by who can tell: the tally, or only the records themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    tally: Filter,
    records: Filter,
}

/// Whether a tally can answer a question about figures, for what part of the records.
pub fn told(tally: &Tally, question: &Select<'_>, figures: &Figures<'_>) -> Option<Told> {
    let def = question.def;
    let grouped = figures.groups.iter().all(|group| match (tally.keys.contains(&group.field), is_instant(def, group.field)) {
        (known, true) => known && matches!(group.bucket, Bucket::Month | Bucket::Year),
        (known, false) => known,
    });
    let summed = figures.measures.iter().all(|measure| match measure {
        Measure::Count => true,
        Measure::Sum(field) => tally.sums.contains(field),
        Measure::Min(_) | Measure::Max(_) => false,
    });
    if !grouped || !summed || question.bin != super::Bin::Live || !knows(tally, def, question.filter) {
        return None;
    }
    let (known, unknown): (Vec<Filter>, Vec<Filter>) = match question.access {
        Filter::Or(parts) => parts.iter().cloned().partition(|part| knows(tally, def, part)),
        part if knows(tally, def, part) => (vec![part.clone()], Vec::new()),
        _ => return None,
    };
    let any = |parts: Vec<Filter>| parts.into_iter().fold(Filter::Nothing, Filter::or);
    let told = Told { tally: any(known), records: any(unknown) };
    (told.tally != Filter::Nothing).then_some(told)
}

fn knows(tally: &Tally, def: &EntityDef, filter: &Filter) -> bool {
    match filter {
        Filter::All | Filter::Nothing => true,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(|part| knows(tally, def, part)),
        Filter::Is(field, _) => tally.keys.contains(field) && !is_instant(def, *field),
        Filter::Via { .. } | Filter::Has { .. } | Filter::Text(_) => false,
    }
}

fn is_instant(def: &EntityDef, field: usize) -> bool {
    def.fields.get(field).is_some_and(|field| field.values() == Kind::DateTime)
}

/// Compiles grouped figures from a tally, and from the few records of which it cannot tell whether
/// the reader may see them.
pub fn aggregate_told(dialect: Dialect, catalog: &Catalog, question: &Select<'_>, told: &Told, figures: &Figures<'_>) -> Result<Sql> {
    let def = question.def;
    let mut c = Compiler::new(catalog, Sql::of(dialect, "SELECT "));
    for key in KEYS.iter().take(figures.groups.len()) {
        c.sql.name(key).push(", ");
    }
    c.sql.push("coalesce(sum(").name(RECORDS).push("), 0").push(dialect.sum_end());
    for field in sums(figures) {
        for column in sum_columns(column_of(def, field)?) {
            c.sql.push(", sum(").name(&column).push(dialect.sum_end());
        }
    }
    c.sql.push(" FROM (SELECT ");
    if told.records != Filter::Nothing {
        let base = c.fresh();
        keys(&mut c, def, figures, base)?;
        c.sql.push("1 AS ").name(RECORDS);
        for field in sums(figures) {
            let name = column_of(def, field)?;
            let [present, high, low] = sum_columns(name);
            c.sql.push(", CASE WHEN ").column(base, name).push(" IS NULL THEN 0 ELSE 1 END AS ").name(&present);
            c.sql.push(", ").column(base, name).push(" >> 32 AS ").name(&high);
            c.sql.push(", ").column(base, name).push(" & ").bind(LOW).push(" AS ").name(&low);
        }
        c.sql.push(" FROM ").name(&def.name).push(" AS ").alias(base).push(" WHERE ");
        condition(&mut c, &Select { access: &told.records, outs: Vec::new(), joins: Vec::new(), order: &[], ..*question }, base)?;
        c.sql.push(" AND (");
        c.filter(&told.tally, def, base)?;
        c.sql.push(") IS NOT TRUE UNION ALL SELECT ");
    }
    let base = c.fresh();
    c.live_only = false;
    keys(&mut c, def, figures, base)?;
    c.sql.column(base, RECORDS);
    for field in sums(figures) {
        for column in sum_columns(column_of(def, field)?) {
            c.sql.push(", ").column(base, &column);
        }
    }
    c.sql.push(" FROM ").name(&table(&def.name)).push(" AS ").alias(base).push(" WHERE ").column(base, RECORDS).push(" > 0 AND ");
    c.filter(question.filter, def, base)?;
    c.sql.push(" AND ");
    c.filter(&told.tally, def, base)?;
    c.sql.push(") AS told");
    finish(&mut c.sql, figures, question.limit);
    Ok(c.sql)
}

/// Reads a row of [`aggregate_told`] as one of [`aggregate`].
///
/// # Errors
/// 422 where 64 bits cannot hold a sum.
pub fn row_told(row: &dyn Row, figures: &Figures<'_>) -> Result<Vec<Cell<'static>>> {
    let width = figures.groups.len();
    let mut cells: Vec<Cell<'static>> = (0..width).map(|i| row.cell(i).into_owned()).collect();
    let number = |i: usize| row.cell(width + i).int().unwrap_or(0);
    let sums = sums(figures);
    for measure in figures.measures {
        cells.push(match measure {
            Measure::Sum(field) => {
                let first = 1 + 3 * sums.iter().position(|known| known == field).unwrap_or(0);
                if number(first) == 0 { Cell::Null } else { Cell::Int(whole(number(first + 1), number(first + 2))?) }
            }
            _ => Cell::Int(number(0)),
        });
    }
    Ok(cells)
}

fn sums(figures: &Figures<'_>) -> Vec<usize> {
    let mut fields: Vec<usize> = Vec::new();
    for measure in figures.measures {
        if let Measure::Sum(field) = measure
            && !fields.contains(field)
        {
            fields.push(*field);
        }
    }
    fields
}

fn keys(c: &mut Compiler<'_>, def: &EntityDef, figures: &Figures<'_>, base: Alias) -> Result<()> {
    for (group, name) in figures.groups.iter().zip(KEYS) {
        group_key(c, def, *group, base, figures.ahead_seconds)?;
        c.sql.push(" AS ").name(name).push(", ");
    }
    Ok(())
}

fn finish(sql: &mut Sql, figures: &Figures<'_>, limit: Option<usize>) {
    let numbers = || ["1", "2", "3"].into_iter().take(figures.groups.len()).enumerate();
    for (i, number) in numbers() {
        sql.push(if i > 0 { ", " } else { " GROUP BY " }).push(number);
    }
    for (i, number) in numbers() {
        let nulls = sql.dialect.nulls(false);
        sql.push(if i > 0 { ", " } else { " ORDER BY " }).push(number).push(nulls);
    }
    if let Some(limit) = limit {
        sql.limit(limit);
    }
}

fn group_key(c: &mut Compiler<'_>, def: &EntityDef, group: Group, base: Alias, offset: i64) -> Result<()> {
    let column = column_of(def, group.field)?;
    let kind = def.fields.get(group.field).map(guanxi_model::FieldDef::values);
    match (kind, group.bucket) {
        (Some(Kind::Date), Bucket::Month) => c.sql.push("substr(").column(base, column).push(", 1, 7)"),
        (Some(Kind::Date), Bucket::Year) => c.sql.push("substr(").column(base, column).push(", 1, 4)"),
        (Some(Kind::DateTime), bucket) => c.sql.bucket(base, column, bucket, offset),
        _ => c.sql.column(base, column),
    };
    Ok(())
}
