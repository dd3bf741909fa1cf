//! Tables in files: reading CSV, XLSX and XLS row by row, writing CSV and XLSX row by row.
//!
//! What is written here reads back the same: leading zeros, long numbers in text, dates, line
//! breaks and cells that look like formulas (see [`guard`] for the one rule CSV needs).
//! Files are hostile until shown otherwise; every limit is a named constant beside its check.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod archive;
mod biff;
mod cell;
mod compound;
mod csv_writer;
mod decode;
mod error;
mod excel_value;
pub mod guard;
mod open;
mod records;
mod source;
mod text_source;
mod xls_source;
mod xlsx_source;
mod xlsx_writer;

#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod hostile_tests;

pub use cell::{Cell, Row, RowProblem};
pub use csv_writer::{CsvOptions, CsvWriter};
pub use decode::TextEncoding;
pub use error::SheetError;
pub use open::{Format, ReadOptions, Rows, Sheet, open};
pub use xlsx_writer::{Written, XlsxWriter};
