//! Exports: the list's own question, streamed row by row.

use guanxi_model::system::Verb;
use guanxi_model::{Actor, EntityDef, Error, Kind, Result, Value, labels, text, wire};
use guanxi_store::Conn;
use guanxi_store::compile::{self, Drive, Select};

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use super::list::{Selected, Selection};
use super::namesakes::{Named, Namesakes};
use super::plan::{Column, Plan};
use crate::engine::{Engine, entity_of};
use crate::meta::is_internal;
use crate::rights::Access;
use crate::sheet::{Cell, CsvOptions, CsvWriter, SheetError, XlsxWriter};

/// Rows that are finished together: with their lines, and with names that tell their references apart.
const PIECE: usize = 500;

/// What to export.
#[derive(Clone, Debug, Default)]
pub struct ExportRequest {
    pub selection: Selection,
    pub fields: Option<String>,
    /// An approved application whose range is exported instead.
    pub approval: Option<i64>,
    /// What it is for, where that is asked of who needs no leave.
    pub purpose: Option<String>,
}

/// What an export reads, checked against the rights of its caller.
pub(super) struct Question {
    plan: Plan,
    pub selected: Selected,
}

/// One cell of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    Empty,
    Text(String),
    /// A number as exact decimal text.
    Number(String),
    Date(String),
    /// Local date and time.
    DateTime(String),
}

/// How far `2026-05-12 14:30` goes.
const TO_THE_MINUTE: usize = 16;

impl Exported {
    /// As text holds it: moments to the minute, as they are shown everywhere. Read again, they leave the very moment as it is.
    fn written(&self) -> Cell {
        match self {
            Self::DateTime(at) => Cell::text(at.get(..TO_THE_MINUTE).unwrap_or(at)),
            other => other.cell(),
        }
    }

    fn cell(&self) -> Cell {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::text(text.as_str()),
            Self::Number(number) => Cell::Number(number.clone()),
            Self::Date(date) => date.parse().map_or_else(|_| Cell::text(date.as_str()), Cell::Date),
            Self::DateTime(at) => at.replacen(' ', "T", 1).parse().map_or_else(|_| Cell::text(at.as_str()), Cell::DateTime),
        }
    }
}

/// Some rows on their way out, with their references: row, column, and what it names.
#[derive(Default)]
struct Piece {
    rows: Vec<(i64, Vec<Exported>)>,
    named: Vec<(usize, usize, Named)>,
}

/// The file being written.
enum Sink<'a> {
    Csv(Box<CsvWriter<&'a mut (dyn Write + Send)>>),
    Xlsx(Box<XlsxWriter<&'a mut (dyn Write + Send)>>),
}

impl Engine {
    /// Hands over the header and then each row a caller may export.
    pub fn export(
        &self,
        actor: &Actor,
        entity: &str,
        request: &ExportRequest,
        row: &mut dyn FnMut(&[Exported]) -> Result<()>,
    ) -> Result<u64> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let of = access.require(&def, Verb::Export)?;
        let granted = request.approval.map(|id| self.granted_export(&access, &def, id)).transpose()?;
        let range = granted.as_ref().map_or(request, |granted| &granted.range);
        let Question { plan, selected } = self.export_question(&access, &def, range)?;
        self.let_out(&access, &def, &selected, range, granted.as_ref())?;
        let lang = actor.lang;
        let header: Vec<Exported> =
            plan.columns.iter().map(|column| Exported::Text(crate::meta::field_label(lang, &column.def, column.field))).collect();
        row(&header)?;
        let keys = plan.width..=plan.width + selected.order.len();
        let mut namesakes = Namesakes::default();
        let mut rows = 0;
        self.inner.store.read_long(|conn| {
            let mut last: Option<Vec<wire::Cell<'static>>> = None;
            loop {
                let question = Select {
                    def: &def,
                    outs: plan.outs.clone(),
                    joins: plan.joins(),
                    filter: &selected.filter,
                    access: &of.read,
                    order: &selected.order,
                    after: last.as_deref(),
                    // Lines are read piece by piece, all else is streamed.
                    limit: (!plan.lines.is_empty()).then_some(PIECE),
                    bin: selected.bin,
                    drive: Drive::Free,
                    text_index: true,
                };
                let sql = compile::select(conn.dialect(), &access.org.catalog, &question)?;
                let mut piece = Piece::default();
                conn.rows(&sql, &mut |found| {
                    let cells = plan.columns.iter().map(|column| self.exported(&access, &plan, column, found)).collect();
                    rows += 1;
                    let place = piece.rows.len();
                    let named = |(index, column)| Some((place, index, plan.named(&access, column, found)?));
                    piece.named.extend(plan.columns.iter().enumerate().filter_map(named));
                    piece.rows.push((found.cell(*keys.end()).int().unwrap_or(0), cells));
                    if !plan.lines.is_empty() {
                        last = Some(keys.clone().map(|index| found.cell(index).into_owned()).collect());
                    } else if piece.rows.len() == PIECE {
                        self.write_piece(&access, &mut namesakes, std::mem::take(&mut piece), row)?;
                    }
                    Ok(true)
                })?;
                let whole = piece.rows.len() == PIECE;
                self.export_lines(conn, &access, &plan, &mut piece.rows)?;
                self.write_piece(&access, &mut namesakes, piece, row)?;
                if !whole || plan.lines.is_empty() {
                    return Ok(());
                }
            }
        })?;
        Ok(rows)
    }

    fn write_piece(
        &self,
        access: &Access,
        namesakes: &mut Namesakes,
        mut piece: Piece,
        row: &mut dyn FnMut(&[Exported]) -> Result<()>,
    ) -> Result<()> {
        namesakes.look(self, access, piece.named.iter().map(|(_, _, named)| named))?;
        for (place, column, named) in &piece.named {
            if let Some(cell) = piece.rows.get_mut(*place).and_then(|(_, cells)| cells.get_mut(*column)) {
                *cell = Exported::Text(namesakes.called(named));
            }
        }
        piece.rows.iter().try_for_each(|(_, cells)| row(cells))
    }

    /// Reads what is to be exported: every name known and readable, the scope of the verb included.
    pub(super) fn export_question(&self, access: &Access, def: &Arc<EntityDef>, request: &ExportRequest) -> Result<Question> {
        let of = access.require(def, Verb::Export)?;
        let names: Vec<String> = match &request.fields {
            Some(fields) => fields.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
            // Keys of comparison repeat what stands elsewhere; they come only when they are named.
            None => {
                let internal = |name: &String| {
                    def.position(name).is_some_and(|index| def.fields.get(index).is_some_and(|field| is_internal(index, field)))
                };
                // Lines are no column of a flat sheet; they come when they are named.
                let lines = |name: &String| def.field(name).is_some_and(|field| field.kind == Kind::Lines);
                let shown = |name: &String| !matches!(name.as_str(), "version" | "deleted_at") && !internal(name) && !lines(name);
                Plan::all_fields(&of, def).into_iter().filter(shown).collect()
            }
        };
        let plan = Plan::new(access, def, &names)?;
        let mut selected = self.select(access, def, &of, &request.selection)?;
        let allowed = of.reading(Verb::Export);
        if allowed != of.read {
            selected.filter = selected.filter.and(allowed);
        }
        Ok(Question { plan, selected })
    }

    /// Writes an export as a file: `csv` or `xlsx`, safe to open, lossless to import again.
    pub fn export_to(
        &self,
        actor: &Actor,
        entity: &str,
        request: &ExportRequest,
        format: &str,
        out: &mut (dyn Write + Send),
    ) -> Result<u64> {
        let failed = |error: SheetError| Error::internal(format!("export: {error:?}"));
        let mut out = Some(out);
        let mut sheet: Option<Sink<'_>> = None;
        let rows = self.export(actor, entity, request, &mut |cells| {
            let as_cells = |cell: fn(&Exported) -> Cell| cells.iter().map(cell).collect::<Vec<Cell>>();
            match &mut sheet {
                Some(Sink::Csv(csv)) => csv.row(&as_cells(Exported::written)).map_err(failed),
                Some(Sink::Xlsx(xlsx)) => xlsx.row(&as_cells(Exported::cell)).map_err(failed),
                None => {
                    let header: Vec<String> = as_cells(Exported::cell).iter().map(|cell| cell.as_text().into_owned()).collect();
                    let out = out.take().ok_or_else(|| Error::internal("export header twice"))?;
                    sheet = Some(match format {
                        "xlsx" => Sink::Xlsx(Box::new(XlsxWriter::new(out, &header, entity, &std::env::temp_dir()).map_err(failed)?)),
                        _ => Sink::Csv(Box::new(CsvWriter::new(out, &header, CsvOptions::default()).map_err(failed)?)),
                    });
                    Ok(())
                }
            }
        })?;
        match sheet {
            Some(Sink::Csv(csv)) => csv.finish().map(|_| ()).map_err(failed)?,
            Some(Sink::Xlsx(xlsx)) => xlsx.finish().map(|_| ()).map_err(failed)?,
            None => {}
        }
        Ok(rows)
    }

    /// Puts the lines of some rows into their cells: a line of text for each, its values by name.
    fn export_lines(&self, conn: &mut dyn Conn, access: &Access, plan: &Plan, rows: &mut [(i64, Vec<Exported>)]) -> Result<()> {
        let records: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        let mut texts: HashMap<(i64, usize), Vec<String>> = HashMap::new();
        plan.each_line(conn, access, &records, |column, of_line, record, row| {
            let named = of_line.columns.iter().skip(1).filter_map(|part| {
                let shown = self.exported(access, of_line, part, row);
                let label = crate::meta::field_label(access.actor.lang, &part.def, part.field);
                (shown != Exported::Empty).then(|| format!("{label}: {}", shown.written().as_text()))
            });
            texts.entry((record, column)).or_default().push(named.collect::<Vec<_>>().join("; "));
        })?;
        for (id, cells) in rows {
            for (column, _) in &plan.lines {
                if let (Some(lines), Some(cell)) = (texts.remove(&(*id, *column)), cells.get_mut(*column)) {
                    *cell = Exported::Text(lines.join("\n"));
                }
            }
        }
        Ok(())
    }

    fn exported(&self, access: &Access, plan: &Plan, column: &Column, row: &dyn guanxi_store::Row) -> Exported {
        if column.kind == Kind::Lines && column.masked {
            return Exported::Text(wire::MASKED.to_owned());
        }
        let (first, second, title) = plan.cells(column, row);
        if first == wire::Cell::Null {
            return Exported::Empty;
        }
        if column.masked {
            return Exported::Text(wire::mask(column.kind, first.str().unwrap_or_default()));
        }
        let Some(field) = column.def.fields.get(column.field) else { return Exported::Empty };
        let lang = access.actor.lang;
        match (column.kind, &first) {
            (Kind::Reference | Kind::File, _) => {
                Exported::Text(plan.shown_title(column, title.as_ref().and_then(wire::Cell::str)).unwrap_or_default())
            }
            (Kind::DateTime, wire::Cell::Int(at)) => Exported::DateTime(access.org.zone.format_exact(guanxi_model::Instant(*at))),
            (Kind::Date, wire::Cell::Text(date)) => Exported::Date(date.to_string()),
            (Kind::Boolean, wire::Cell::Int(n)) => Exported::Text(labels::text(lang, if *n == 0 { "word.no" } else { "word.yes" })),
            (Kind::Choice, wire::Cell::Text(code)) => {
                Exported::Text(crate::meta::choice_label(&access.org, lang, &column.def, field, code))
            }
            (Kind::Choices, wire::Cell::Text(codes)) => {
                let label = |code: &str| crate::meta::choice_label(&access.org, lang, &column.def, field, code);
                Exported::Text(codes.split('|').filter(|code| !code.is_empty()).map(label).collect::<Vec<_>>().join("、"))
            }
            (Kind::Region, wire::Cell::Text(code)) => Exported::Text(text::region_name(code).unwrap_or_else(|| code.to_string())),
            (Kind::Money, wire::Cell::Int(_)) => match wire::value_of(column.kind, &first, &second) {
                Value::Money(money) if money.currency == access.org.currency => Exported::Number(money.amount()),
                Value::Money(money) => Exported::Text(format!("{} {}", money.currency.code(), money.amount())),
                _ => Exported::Empty,
            },
            (Kind::Decimal | Kind::Percent, wire::Cell::Int(n)) => {
                Exported::Number(guanxi_model::money::format_scaled(*n, guanxi_model::value::DECIMAL_DIGITS, 0))
            }
            (Kind::Integer, wire::Cell::Int(n)) if field.name == "id" => Exported::Text(n.to_string()),
            (_, wire::Cell::Int(n)) => Exported::Number(n.to_string()),
            (_, cell) => Exported::Text(cell.str().unwrap_or_default().to_owned()),
        }
    }
}
