//! Figures over the live records that refer to one record.

use guanxi_model::entity::{CREATED_AT, EntityDef};
use guanxi_model::filter::Filter;
use guanxi_model::query::Query;
use guanxi_model::wire::value_of;
use guanxi_model::{Catalog, Result, Test, Value};

use crate::compile::{Compiler, column_of};
use crate::driver::Conn;
use crate::records;
use crate::sql::Sql;

/// Sums are taken in two parts, so that no database runs over.
const PART: i64 = 1_000_000_000;

/// Figures of one field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Records counted; those with a value, where a field is measured.
    pub count: i64,
    /// In the unit of the column.
    pub sum: i128,
    pub min: Value,
    pub max: Value,
    /// Whether every amount is of one currency; its code.
    pub currency: Option<String>,
    pub mixed: bool,
}

/// Counts records; with `measured`, looks at the values of that field alone.
pub fn figures(conn: &mut dyn Conn, catalog: &Catalog, def: &EntityDef, filter: &Filter, measured: Option<usize>) -> Result<Figures> {
    let mut c = Compiler::new(catalog, Sql::of(conn.dialect(), "SELECT count(*)"));
    let base = c.fresh();
    let field = measured.and_then(|index| def.fields.get(index));
    if let Some(field) = field {
        if field.values().storage() == guanxi_model::kind::Storage::Int {
            let end = conn.dialect().sum_end();
            for part in ["/", "%"] {
                c.sql.push(", sum(").column(base, &field.name).push(if part == "/" { " / " } else { " % " }).bind(PART).push(end);
            }
        } else {
            c.sql.push(", 0, 0");
        }
        c.sql.push(", min(").column(base, &field.name).push("), max(").column(base, &field.name).push(")");
        match field.second_column() {
            Some(second) => c.sql.push(", min(").column(base, &second).push("), max(").column(base, &second).push(")"),
            None => c.sql.push(", NULL, NULL"),
        };
    }
    c.sql.push(" FROM ").name(&def.name).push(" AS ").alias(base).push(" WHERE ");
    c.live_only = true;
    c.live(base).push(" AND ");
    c.filter(filter, def, base)?;
    if let Some(index) = measured {
        c.sql.push(" AND ").column(base, column_of(def, index)?).push(" IS NOT NULL");
    }
    let found = conn.first(&c.sql, |row| {
        let mut figures = Figures { count: row.cell(0).int().unwrap_or(0), ..Figures::default() };
        let Some(field) = field else { return figures };
        let whole = |index: usize| i128::from(row.cell(index).int().unwrap_or(0));
        figures.sum = whole(1) * i128::from(PART) + whole(2);
        let (first, last) = (row.cell(5).into_owned(), row.cell(6).into_owned());
        figures.mixed = first != last;
        figures.min = value_of(field.values(), &row.cell(3), &first);
        figures.max = value_of(field.values(), &row.cell(4), &first);
        figures.currency = first.str().map(str::to_owned);
        figures
    })?;
    Ok(found.unwrap_or_default())
}

/// The value of a field in the record made last that has one.
pub fn latest(conn: &mut dyn Conn, catalog: &Catalog, def: &EntityDef, filter: Filter, measured: usize) -> Result<Value> {
    let query = Query::of(&def.name, filter.and(Filter::is(measured, Test::NotEmpty))).limit(1).order(CREATED_AT, true);
    let found = records::find(conn, catalog, &query)?;
    Ok(found.first().map_or(Value::Null, |record| record.at(measured).clone()))
}
