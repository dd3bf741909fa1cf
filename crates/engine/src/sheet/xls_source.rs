//! Rows of XLS workbooks of Excel 97 to 2003. They hold at most 65,536 rows and are read whole.

use std::fs::File;
use std::io::Cursor;

use calamine::{Data, Range, Reader, Xls, XlsError};

use super::biff::tame;
use super::cell::Cell;
use super::compound::{packed, workbook_stream};
use super::error::SheetError;
use super::excel_value::{date_time, iso_date_time, number};
use super::source::{COLUMNS_MAX, RawRow, RowSource, contained};
use super::xlsx_source::worksheet_names;

/// A worksheet, and the names of all in its workbook.
pub(super) struct Worksheet {
    pub(super) names: Vec<String>,
    pub(super) name: String,
    pub(super) cells: Range<Data>,
}

/// Reads one worksheet: the one asked for, or the first visible.
pub(super) fn open_worksheet(file: File, wanted: Option<&str>) -> Result<Worksheet, SheetError> {
    let mut stream = workbook_stream(file)?;
    tame(&mut stream)?;
    let bytes = packed(&stream)?;
    drop(stream);
    contained(|| {
        let mut workbook = Xls::new(Cursor::new(bytes)).map_err(from_calamine)?;
        let names = worksheet_names(workbook.sheets_metadata());
        let name = wanted.or(names.first().map(String::as_str)).ok_or(SheetError::Empty)?.to_owned();
        let cells = workbook.worksheet_range(&name).map_err(from_calamine)?;
        Ok(Worksheet { names, name, cells })
    })
}

/// The rows of a worksheet in memory.
pub(super) struct XlsRows<'w> {
    cells: &'w Range<Data>,
    rows: calamine::Rows<'w, Data>,
    next: u64,
}

impl<'w> XlsRows<'w> {
    pub(super) fn new(cells: &'w Range<Data>) -> Self {
        Self { cells, rows: cells.rows(), next: 0 }
    }
}

impl RowSource for XlsRows<'_> {
    fn next_row(&mut self) -> Result<Option<RawRow>, SheetError> {
        let Some((first_row, first_column)) = self.cells.start() else {
            return Ok(None);
        };
        let Some(values) = self.rows.next() else {
            return Ok(None);
        };
        let number = u64::from(first_row) + self.next + 1;
        self.next += 1;
        let margin = usize::try_from(first_column).unwrap_or(COLUMNS_MAX);
        let mut cells = vec![Cell::Empty; margin];
        cells.extend(values.iter().map(cell_of));
        let found = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        cells.truncate(COLUMNS_MAX);
        Ok(Some(RawRow { number, cells, found, problem: None, stores_empty_cells: false }))
    }
}

fn cell_of(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::Int(value) => Cell::Number(value.to_string()),
        Data::Float(value) => number(*value),
        Data::String(text) => Cell::text(text.as_str()),
        Data::Bool(value) => Cell::Bool(*value),
        Data::DateTime(value) => date_time(value),
        Data::DateTimeIso(text) => iso_date_time(text),
        Data::DurationIso(text) => Cell::text(text.as_str()),
        Data::Error(error) => Cell::Text(error.to_string()),
    }
}

fn from_calamine(error: XlsError) -> SheetError {
    match error {
        XlsError::Io(error) => SheetError::Io(error),
        XlsError::Password => SheetError::Encrypted,
        XlsError::WorksheetNotFound(name) => SheetError::SheetNotFound { name },
        other => SheetError::damaged(other),
    }
}
