//! Cells and rows as they come from a file and go into one.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or a text of no characters.
    #[default]
    Empty,
    /// A text exactly as it stands in the file. Every cell of a text file is one.
    Text(String),
    /// A number as plain decimal text, without exponent: `13800138000`, `-0.5`.
    Number(String),
    /// A day.
    Date(Date),
    /// A day and a time of day without time zone.
    DateTime(DateTime),
    /// Yes or no.
    Bool(bool),
}

impl Cell {
    /// A text cell, empty for an empty text.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Whether the cell holds nothing.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The cell as text: dates as `2024-05-01`, times as `2024-05-01 08:30:00`, yes and no as
    /// `TRUE` and `FALSE`.
    pub fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Number(text) => Cow::Borrowed(text),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::DateTime(at) => Cow::Owned(at.to_string().replacen('T', " ", 1)),
            Self::Bool(true) => Cow::Borrowed("TRUE"),
            Self::Bool(false) => Cow::Borrowed("FALSE"),
        }
    }
}

/// One row below the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row as the user sees it: the row of the worksheet, or the line of the text file on
    /// which the record begins; the first is 1. Strictly increasing.
    pub number: u64,
    /// The cells. At least as many as there are columns; more only with
    /// [`RowProblem::TooManyCells`].
    pub cells: Vec<Cell>,
    /// What is wrong with the shape of the row, if anything. Its cells are there all the same.
    pub problem: Option<RowProblem>,
}

/// What can be wrong with the shape of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowProblem {
    /// A text record ends before its last column. (Worksheets do not store empty cells, so
    /// there it means nothing and is not reported.)
    TooFewCells {
        /// Cells in the record.
        found: usize,
    },
    /// There are cells with content to the right of the last column.
    TooManyCells {
        /// Cells in the row up to the last with content; cells beyond the column limit are
        /// counted but not kept.
        found: usize,
    },
    /// A cell of a workbook is a number of more than fifteen digits, which spreadsheets do not
    /// keep: an identity number typed without making the cell text first has lost its end.
    ImpreciseNumber {
        /// The column of the first such cell, the first is 0.
        column: usize,
    },
    /// Some bytes are no characters of the file's encoding and stand as U+FFFD.
    Undecodable,
    /// A quoted cell is still open where the file ends.
    UnclosedQuote,
}

impl RowProblem {
    /// The stable code of the problem, also the key of its text in the locale files.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFewCells { .. } => "sheet.row.too_few_cells",
            Self::TooManyCells { .. } => "sheet.row.too_many_cells",
            Self::ImpreciseNumber { .. } => "sheet.row.imprecise_number",
            Self::Undecodable => "sheet.row.undecodable",
            Self::UnclosedQuote => "sheet.row.unclosed_quote",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn every_kind_of_cell_has_a_text() {
        assert_eq!(Cell::Date(date(2024, 5, 1)).as_text(), "2024-05-01");
        assert_eq!(Cell::DateTime(datetime(2024, 5, 1, 8, 30, 0, 0)).as_text(), "2024-05-01 08:30:00");
        assert_eq!(Cell::Bool(true).as_text(), "TRUE");
        assert_eq!(Cell::Number("007".to_owned()).as_text(), "007");
        assert_eq!(Cell::text("").as_text(), "");
    }
}
