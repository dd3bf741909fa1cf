//! Rows that a transaction adds, held back until something else is asked of the database, and then
//! added by as few statements as will do.

use std::cell::OnceCell;
use std::rc::Rc;

use guanxi_model::Result;

use crate::dialect::Dialect;
use crate::driver::{Conn, Row};
use crate::sql::{Bind, Sql};

/// Parameters held back for one table, about.
const PARAMETERS: usize = 2000;
/// Most rows held back for one table.
const ROWS: usize = 128;

/// How the rows of a table are added.
pub struct Shape {
    /// Up to the word before the first row.
    head: Sql,
    columns: usize,
    /// The last parameter is a list that becomes a vector of tokens (PostgreSQL).
    tokens: bool,
    /// The rows may refer to rows of other tables, which have to be there before.
    linked: bool,
    /// The statements that add one row, and as many as are held back, without their parameters.
    single: OnceCell<Sql>,
    whole: OnceCell<Sql>,
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        self.head == other.head && self.tokens == other.tokens
    }
}

impl Shape {
    /// Rows of these columns.
    pub fn new<'a>(dialect: Dialect, table: &str, columns: impl Iterator<Item = &'a str>, tokens: bool, linked: bool) -> Self {
        let names: Vec<&str> = columns.collect();
        let mut head = Sql::of(dialect, dialect.add_rows());
        head.name(table).push(" (").names(names.iter().copied()).push(") VALUES ");
        Self { head, columns: names.len(), tokens, linked, single: OnceCell::new(), whole: OnceCell::new() }
    }

    /// Rows held back before they are added: a power of two, so that few texts are ever made of them.
    fn most(&self) -> usize {
        let fit = (PARAMETERS / self.columns.max(1)).clamp(1, ROWS);
        1 << fit.ilog2()
    }

    /// The statement that adds these rows.
    fn statement(&self, rows: impl Iterator<Item = Vec<Bind>>) -> Sql {
        let mut sql = self.head.clone();
        for (i, row) in rows.enumerate() {
            sql.push(if i > 0 { ", (" } else { "(" });
            let last = row.len().saturating_sub(1);
            for (place, value) in row.into_iter().enumerate() {
                sql.push(if place > 0 { ", " } else { "" });
                if self.tokens && place == last {
                    sql.push("array_to_tsvector(").bind(value).push(")");
                } else {
                    sql.bind(value);
                }
            }
            sql.push(")");
        }
        sql
    }

    /// The statements that add rows, in order, as few as will do.
    pub(crate) fn statements(&self, rows: Vec<Vec<Bind>>) -> impl Iterator<Item = Sql> {
        let mut rows = rows.into_iter();
        std::iter::from_fn(move || {
            let some = self.most().min(1 << rows.len().checked_ilog2()?);
            Some(self.statement(rows.by_ref().take(some)))
        })
    }

    /// Rows in turn with the statement that adds them, without its parameters: as many as are held back, and what is
    /// left one by one. SQLite keeps a journal of the pages that a statement of many rows touches: with the indexes of
    /// records these are more than such a statement saves.
    pub(crate) fn portions<'r>(&self, rows: &'r [Vec<Bind>]) -> impl Iterator<Item = (&Sql, &'r [Vec<Bind>])> {
        let empty = |rows: usize| self.statement((0..rows).map(|_| vec![Bind::Null; self.columns]));
        let portions = rows.chunks_exact(if self.linked { rows.len() + 1 } else { self.most() });
        let left = portions.remainder().chunks(1);
        let whole = portions.map(move |rows| (self.whole.get_or_init(|| empty(rows.len())), rows));
        whole.chain(left.map(move |row| (self.single.get_or_init(|| empty(1)), row)))
    }
}

/// A row to be added.
pub struct Insertion {
    pub shape: Rc<Shape>,
    pub values: Vec<Bind>,
}

/// A connection that holds rows back.
pub(crate) struct Later<'a> {
    conn: &'a mut dyn Conn,
    held: Vec<(Rc<Shape>, Vec<Vec<Bind>>)>,
}

impl<'a> Later<'a> {
    pub fn over(conn: &'a mut dyn Conn) -> Self {
        Self { conn, held: Vec::new() }
    }

    /// Hands over the rows held back.
    pub fn pass_on(&mut self) -> Result<()> {
        for (shape, rows) in std::mem::take(&mut self.held) {
            self.conn.add(&shape, rows)?;
        }
        Ok(())
    }
}

impl Conn for Later<'_> {
    fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }

    fn execute(&mut self, sql: &Sql) -> Result<u64> {
        self.pass_on()?;
        self.conn.execute(sql)
    }

    fn run_batch(&mut self, text: &Sql) -> Result<()> {
        self.pass_on()?;
        self.conn.run_batch(text)
    }

    fn rows(&mut self, sql: &Sql, each: &mut dyn FnMut(&dyn Row) -> Result<bool>) -> Result<()> {
        self.pass_on()?;
        self.conn.rows(sql, each)
    }

    fn add(&mut self, shape: &Shape, rows: Vec<Vec<Bind>>) -> Result<()> {
        self.pass_on()?;
        self.conn.add(shape, rows)
    }

    fn insert(&mut self, row: Insertion) -> Result<()> {
        let Insertion { shape, values } = row;
        if let Some((shape, rows)) = self.held.iter_mut().find(|(there, _)| Rc::ptr_eq(there, &shape) || *there == shape) {
            rows.push(values);
            if rows.len() >= shape.most() {
                return self.conn.add(shape, std::mem::take(rows));
            }
            return Ok(());
        }
        if shape.linked && self.held.iter().any(|(there, _)| there.linked) {
            self.pass_on()?;
        }
        self.held.push((shape, vec![values]));
        Ok(())
    }

    fn execute_soon(&mut self, sql: &Sql) -> Result<()> {
        self.pass_on()?;
        self.conn.execute_soon(sql)
    }

    fn execute_late(&mut self, sql: Sql) -> Result<()> {
        self.conn.execute_late(sql)
    }

    fn may_go_on(&self, rows: usize) -> bool {
        self.conn.may_go_on(rows)
    }

    fn flush(&mut self) -> Result<()> {
        self.pass_on()?;
        self.conn.flush()
    }

    fn forget(&mut self) {
        self.held.clear();
        self.conn.forget();
    }
}
