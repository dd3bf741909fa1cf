//! A record that was just written as its writer is told it: what is known need not be asked of the database again.

use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::wire::{Cell, cells_of};
use guanxi_model::{Filter, Kind, Record, Result};
use guanxi_store::compile::{self, Bin, Drive, Join, Out, Select};
use guanxi_store::{Conn, Row};

use super::list::of_id;
use super::one::whole;
use crate::rights::Access;
use crate::write::WriteTx;

/// Cells in memory.
struct Cells<'r>(Vec<Cell<'r>>);

impl Row for Cells<'_> {
    fn cell(&self, index: usize) -> Cell<'_> {
        self.0.get(index).cloned().unwrap_or(Cell::Null)
    }
}

/// Whether the database has nothing of an entity's records but what was written: lines are read with their titles, and figures over
/// others are taken anew.
pub(crate) fn is_told_as_written(tx: &WriteTx<'_>, def: &EntityDef) -> bool {
    def.fields.iter().all(|field| !matches!(field.kind, Kind::Lines | Kind::RollUp))
        && !tx.rolled.iter().any(|(entity, _)| *entity == def.name)
}

/// The record as JSON, as the actor who may see it does. Titles of what it refers to are remembered or asked for.
pub(crate) fn written_json(tx: &mut WriteTx<'_>, access: &Access, record: &Record) -> Result<Vec<u8>> {
    let def = record.entity();
    let plan = whole(access, def)?;
    let joins = plan.joins();
    let mut titles: Vec<Cell<'static>> = vec![Cell::Null; joins.len()];
    let mut asked: Vec<usize> = Vec::new();
    for (n, join) in joins.iter().enumerate() {
        let Some(id) = record.at(join.field).as_ref_id() else { continue };
        match tx.remembered(&join.target.name, id)? {
            Some(target) if join.access.matches(&target, tx)? => {
                if let Some(title) = titles.get_mut(n) {
                    *title = cells_of(target.at(join.target.title)).0.into_owned();
                }
            }
            Some(_) => {}
            None => asked.push(n),
        }
    }
    if !asked.is_empty() {
        ask(tx.conn, access, record, &joins, &asked, &mut titles)?;
    }
    let mut cells: Vec<Cell<'_>> = Vec::with_capacity(plan.width);
    for out in &plan.outs {
        match out.table.checked_sub(1) {
            Some(joined) => cells.push(titles.get(joined).cloned().unwrap_or(Cell::Null)),
            None => {
                let (first, second) = cells_of(record.at(out.field));
                cells.push(first);
                if def.fields.get(out.field).is_some_and(|field| field.second_column().is_some()) {
                    cells.push(second);
                }
            }
        }
    }
    let mut json = Vec::with_capacity(2048);
    plan.write_row(&mut json, &Cells(cells), &access.org.catalog);
    Ok(json)
}

/// Asks for the titles of some references.
fn ask(
    conn: &mut dyn Conn,
    access: &Access,
    record: &Record,
    joins: &[Join<'_>],
    asked: &[usize],
    titles: &mut [Cell<'static>],
) -> Result<()> {
    let some: Vec<&Join<'_>> = asked.iter().filter_map(|n| joins.get(*n)).collect();
    let def: &Arc<EntityDef> = record.entity();
    let filter = of_id(record.id());
    let question = Select {
        def,
        outs: some.iter().zip(1..).map(|(join, table)| Out { table, field: join.target.title }).collect(),
        joins: some.iter().map(|join| Join { from: 0, field: join.field, target: join.target, access: join.access }).collect(),
        filter: &filter,
        access: &Filter::All,
        order: &[],
        after: None,
        limit: Some(1),
        bin: Bin::Any,
        drive: Drive::Free,
        text_index: false,
    };
    let sql = compile::select(conn.dialect(), &access.org.catalog, &question)?;
    conn.first(&sql, |row| {
        for (place, n) in asked.iter().enumerate() {
            if let Some(title) = titles.get_mut(*n) {
                *title = row.cell(place).into_owned();
            }
        }
    })
    .map(|_| ())
}
