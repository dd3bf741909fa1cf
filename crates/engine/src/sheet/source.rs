//! What every kind of file gives: rows, from the first, header included.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::cell::{Cell, Row, RowProblem};
use super::error::SheetError;
use super::excel_value::SIGNIFICANT_DIGITS;

/// Most columns that are read.
pub(super) const COLUMNS_MAX: usize = 1_000;

/// A row with content, before the header is known.
pub(super) struct RawRow {
    /// As [`Row::number`].
    pub(super) number: u64,
    /// Cells up to the last that is stored, at most [`COLUMNS_MAX`].
    pub(super) cells: Vec<Cell>,
    /// Cells up to the last with content, those beyond [`COLUMNS_MAX`] counted.
    pub(super) found: usize,
    /// What is wrong with the row by itself.
    pub(super) problem: Option<RowProblem>,
    /// Whether the format stores empty cells, so that a short row is a sign of trouble.
    pub(super) stores_empty_cells: bool,
}

impl RawRow {
    pub(super) fn has_content(&self) -> bool {
        self.cells.iter().any(|cell| !cell.is_empty()) || self.found > self.cells.len()
    }

    /// The row under a header of `columns` columns.
    pub(super) fn under_header(mut self, columns: usize) -> Row {
        let stored = self.cells.len();
        let shape = if self.found > columns {
            Some(RowProblem::TooManyCells { found: self.found })
        } else if self.stores_empty_cells && stored < columns {
            Some(RowProblem::TooFewCells { found: stored })
        } else {
            self.cells.iter().position(is_imprecise).map(|column| RowProblem::ImpreciseNumber { column })
        };
        let problem = self.problem.or(shape);
        // Empty cells beyond the last column are no content; spreadsheets leave them behind.
        self.cells.resize(columns.max(self.found.min(stored)), Cell::Empty);
        Row { number: self.number, cells: self.cells, problem }
    }
}

/// Whether a cell is a whole number of more digits than a spreadsheet keeps.
fn is_imprecise(cell: &Cell) -> bool {
    match cell {
        Cell::Number(number) => !number.contains('.') && number.bytes().filter(u8::is_ascii_digit).count() > SIGNIFICANT_DIGITS,
        _ => false,
    }
}

/// A file as rows. Blank rows may be left out.
pub(super) trait RowSource {
    /// The next row, none at the end.
    fn next_row(&mut self) -> Result<Option<RawRow>, SheetError>;
}

/// Runs a foreign parser. They are made for honest files, and a hostile one that drives one
/// into a panic must cost its sender the import, not the server a thread.
pub(super) fn contained<T>(parse: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| Err(SheetError::damaged("parser panicked")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(texts: &[&str], stores_empty_cells: bool) -> RawRow {
        let cells: Vec<Cell> = texts.iter().map(|t| Cell::text(*t)).collect();
        let found = cells.iter().rposition(|c| !c.is_empty()).map_or(0, |at| at + 1);
        RawRow { number: 2, cells, found, problem: None, stores_empty_cells }
    }

    #[test]
    fn a_short_row_is_filled_up_and_reported_where_that_means_something() {
        let row = raw(&["a"], true).under_header(3);
        assert_eq!((row.cells.len(), row.problem), (3, Some(RowProblem::TooFewCells { found: 1 })));
        assert_eq!(raw(&["a"], false).under_header(3).problem, None);
    }

    #[test]
    fn cells_beyond_the_header_are_kept_and_reported() {
        let row = raw(&["a", "b", "c", ""], true).under_header(2);
        assert_eq!((row.cells.len(), row.problem), (3, Some(RowProblem::TooManyCells { found: 3 })));
    }

    #[test]
    fn empty_cells_beyond_the_header_are_nothing() {
        let row = raw(&["a", "b", "", ""], true).under_header(2);
        assert_eq!((row.cells.len(), row.problem), (2, None));
    }

    #[test]
    fn a_number_that_has_lost_its_end_is_reported() {
        let mut row = raw(&["a", "b"], false);
        row.cells[1] = Cell::Number("110101199003071000".to_owned());
        let problem = row.under_header(2).problem;
        assert_eq!(problem, Some(RowProblem::ImpreciseNumber { column: 1 }));
    }

    #[test]
    fn a_panic_of_a_parser_is_an_error() {
        #[allow(clippy::panic)]
        let result: Result<(), _> = contained(|| panic!("index out of range"));
        assert_eq!(result.unwrap_err().code(), "sheet.damaged");
    }
}
