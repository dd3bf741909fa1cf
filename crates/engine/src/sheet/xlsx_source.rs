//! Rows of XLSX workbooks, cell by cell.

use std::fs::File;
use std::io::BufReader;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::cell::Cell;
use super::error::SheetError;
use super::excel_value::{date_time, iso_date_time, number};
use super::source::{COLUMNS_MAX, RawRow, RowSource, contained};

/// An open workbook. Its shared strings are in memory, its cells are not.
pub(super) type Workbook = Xlsx<BufReader<File>>;

pub(super) fn open_workbook(file: File) -> Result<Workbook, SheetError> {
    contained(|| Xlsx::new(BufReader::new(file)).map_err(from_calamine))
}

/// The names of the worksheets in order, the visible ones first.
pub(super) fn worksheet_names(sheets: &[calamine::Sheet]) -> Vec<String> {
    let worksheets = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let visible = worksheets().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let hidden = worksheets().filter(|sheet| sheet.visible != SheetVisible::Visible);
    visible.chain(hidden).map(|sheet| sheet.name.clone()).collect()
}

/// The rows of one worksheet.
pub(super) struct XlsxRows<'w> {
    cells: XlsxCellReader<'w, BufReader<File>>,
    /// The first cell of the next row, met while the row before was read.
    waiting: Option<(u32, u32, Cell)>,
    last_row: Option<u32>,
    /// Whether the end was met; the parser must not be asked again after that.
    ended: bool,
}

impl<'w> XlsxRows<'w> {
    pub(super) fn new(workbook: &'w mut Workbook, worksheet: &str) -> Result<Self, SheetError> {
        let cells = contained(|| workbook.worksheet_cells_reader(worksheet).map_err(from_calamine))?;
        Ok(Self { cells, waiting: None, last_row: None, ended: false })
    }

    /// The next cell with content: row, column and value.
    fn next_cell(&mut self) -> Result<Option<(u32, u32, Cell)>, SheetError> {
        if let Some(cell) = self.waiting.take() {
            return Ok(Some(cell));
        }
        while !self.ended {
            let Some(cell) = self.cells.next_cell().map_err(from_calamine)? else {
                self.ended = true;
                break;
            };
            let value = cell_of(cell.get_value());
            if !value.is_empty() {
                let (row, column) = cell.get_position();
                return Ok(Some((row, column, value)));
            }
        }
        Ok(None)
    }

    fn read_row(&mut self) -> Result<Option<RawRow>, SheetError> {
        let Some((row, mut column, mut value)) = self.next_cell()? else {
            return Ok(None);
        };
        if self.last_row.is_some_and(|last| row <= last) {
            return Err(SheetError::damaged("rows out of order"));
        }
        self.last_row = Some(row);
        let mut cells: Vec<Cell> = Vec::new();
        let mut found = 0;
        loop {
            let place = usize::try_from(column).unwrap_or(usize::MAX);
            found = found.max(place.saturating_add(1));
            if place < COLUMNS_MAX {
                if cells.len() <= place {
                    cells.resize(place + 1, Cell::Empty);
                }
                if let Some(cell) = cells.get_mut(place) {
                    *cell = value;
                }
            }
            match self.next_cell()? {
                Some((same, next_column, next_value)) if same == row => {
                    column = next_column;
                    value = next_value;
                }
                other => {
                    self.waiting = other;
                    break;
                }
            }
        }
        Ok(Some(RawRow { number: u64::from(row) + 1, cells, found, problem: None, stores_empty_cells: false }))
    }
}

impl RowSource for XlsxRows<'_> {
    fn next_row(&mut self) -> Result<Option<RawRow>, SheetError> {
        contained(|| self.read_row())
    }
}

fn cell_of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(value) => Cell::Number(value.to_string()),
        DataRef::Float(value) => number(*value),
        DataRef::String(text) => Cell::text(text.as_str()),
        DataRef::SharedString(text) => Cell::text(*text),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::DateTime(value) => date_time(value),
        DataRef::DateTimeIso(text) => iso_date_time(text),
        DataRef::DurationIso(text) => Cell::text(text.as_str()),
        DataRef::Error(error) => Cell::Text(error.to_string()),
    }
}

fn from_calamine(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Io(error) => SheetError::Io(error),
        XlsxError::Password => SheetError::Encrypted,
        XlsxError::WorksheetNotFound(name) => SheetError::SheetNotFound { name },
        other => SheetError::damaged(other),
    }
}
