//! Writing XLSX.

use std::io::Write;
use std::path::Path;

use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::csv_writer::is_plain_number;
use super::error::SheetError;
use super::excel_value::SIGNIFICANT_DIGITS;

/// Rows of a worksheet, header included.
const ROWS_MAX: u32 = 1_048_576;
/// Columns of a worksheet.
const COLUMNS_MAX: usize = 16_384;
/// Most characters of a cell, counted as Excel does, in units of UTF-16.
const CELL_UNITS_MAX: usize = 32_767;
/// Narrowest column, in widths of a digit: one that does not hold its instant is shown as `####`.
const WIDTH_MIN: f64 = 20.0;
/// The first column, in widths of a digit: by its values people know the rows.
const WIDTH_FIRST: f64 = 32.0;
/// Widest column, in widths of a digit.
const WIDTH_MAX: f64 = 40.0;
/// Room beside the name in a column, in widths of a digit.
const WIDTH_MARGIN: f64 = 4.0;
/// First year whose dates Excel and we count alike.
const YEAR_MIN: i16 = 1901;

/// What has been written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows below the header.
    pub rows: u64,
    /// Cells whose text was longer than Excel allows and was cut.
    pub cut_cells: u64,
}

/// Writes a workbook of one worksheet. Memory use does not grow with the rows: they are kept
/// in a temporary file until [`XlsxWriter::finish`] packs them into the receiving end.
///
/// Text cells are typed as text, so that nothing in them is ever run or rounded.
pub struct XlsxWriter<W: Write + Send> {
    out: W,
    workbook: Workbook,
    day: Format,
    moment: Format,
    next_row: u32,
    cut_cells: u64,
}

impl<W: Write + Send> XlsxWriter<W> {
    /// Begins a workbook with its header. `scratch` is the folder of the temporary file.
    pub fn new<S: AsRef<str>>(out: W, header: &[S], worksheet: &str, scratch: &Path) -> Result<Self, SheetError> {
        if header.len() > COLUMNS_MAX {
            return Err(SheetError::TooManyColumns { allowed: COLUMNS_MAX });
        }
        let mut workbook = Workbook::new();
        workbook.set_tempdir(scratch).map_err(from_writer)?;
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(from_writer)?;
        sheet.set_name(worksheet_name(worksheet)).map_err(from_writer)?;
        sheet.set_freeze_panes(1, 0).map_err(from_writer)?;
        for (column, name) in (0_u16..).zip(header) {
            sheet.set_column_width(column, width(column, name.as_ref())).map_err(from_writer)?;
        }
        let mut this = Self {
            out,
            workbook,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            next_row: 1,
            cut_cells: 0,
        };
        let bold = Format::new().set_bold();
        for (column, name) in (0_u16..).zip(header) {
            let (text, _) = fitting(name.as_ref());
            this.sheet()?.write_string_with_format(0, column, text, &bold).map_err(from_writer)?;
        }
        Ok(this)
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, SheetError> {
        self.workbook.worksheet_from_index(0).map_err(from_writer)
    }

    /// Writes one row.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        if self.next_row >= ROWS_MAX {
            return Err(SheetError::TooManyRows { allowed: ROWS_MAX });
        }
        if cells.len() > COLUMNS_MAX {
            return Err(SheetError::TooManyColumns { allowed: COLUMNS_MAX });
        }
        let row = self.next_row;
        let mut cut_cells = 0;
        let sheet = self.workbook.worksheet_from_index(0).map_err(from_writer)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => continue,
                Cell::Bool(value) => sheet.write_boolean(row, column, *value),
                Cell::Number(text) => match exact_number(text) {
                    Some(number) => sheet.write_number(row, column, number),
                    None => write_text(sheet, row, column, text, &mut cut_cells),
                },
                Cell::Date(date) => match excel_day(*date) {
                    Some(day) => sheet.write_datetime_with_format(row, column, &day, &self.day),
                    None => write_text(sheet, row, column, &cell.as_text(), &mut cut_cells),
                },
                Cell::DateTime(at) => match excel_moment(*at) {
                    Some(moment) => sheet.write_datetime_with_format(row, column, &moment, &self.moment),
                    None => write_text(sheet, row, column, &cell.as_text(), &mut cut_cells),
                },
                Cell::Text(text) => write_text(sheet, row, column, text, &mut cut_cells),
            }
            .map_err(from_writer)?;
        }
        self.next_row += 1;
        self.cut_cells += cut_cells;
        Ok(())
    }

    /// Packs the workbook into the receiving end and gives that back.
    pub fn finish(mut self) -> Result<(W, Written), SheetError> {
        self.workbook.save_to_writer(&mut self.out).map_err(from_writer)?;
        let written = Written { rows: u64::from(self.next_row - 1), cut_cells: self.cut_cells };
        Ok((self.out, written))
    }
}

fn write_text<'s>(
    sheet: &'s mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    cut_cells: &mut u64,
) -> Result<&'s mut Worksheet, XlsxError> {
    let (text, cut) = fitting(text);
    *cut_cells += u64::from(cut);
    sheet.write_string(row, column, text)
}

/// The beginning of a text that fits into a cell, and whether that is not all of it.
fn fitting(text: &str) -> (&str, bool) {
    if text.len() <= CELL_UNITS_MAX {
        return (text, false);
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS_MAX {
            return (text.get(..at).unwrap_or_default(), true);
        }
    }
    (text, false)
}

/// The number of a text, if Excel keeps every digit of it and shows no other.
fn exact_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let significant = digits.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count();
    if !is_plain_number(text) || leading_zero || significant > SIGNIFICANT_DIGITS {
        return None;
    }
    text.parse().ok()
}

fn excel_day(date: Date) -> Option<ExcelDateTime> {
    if date.year() < YEAR_MIN {
        return None;
    }
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()
}

/// A moment with whole milliseconds; Excel keeps no finer ones.
fn excel_moment(at: DateTime) -> Option<ExcelDateTime> {
    let hour = u16::try_from(at.hour()).ok()?;
    let minute = u8::try_from(at.minute()).ok()?;
    let milli = u16::try_from(at.millisecond()).ok()?;
    if at.subsec_nanosecond() % 1_000_000 != 0 {
        return None;
    }
    excel_day(at.date())?.and_hms_milli(hour, minute, u8::try_from(at.second()).ok()?, milli).ok()
}

/// Width of a column for its name: a Chinese character takes the room of two digits.
fn width(column: u16, name: &str) -> f64 {
    let digits: f64 = name.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum();
    let least = if column == 0 { WIDTH_FIRST } else { WIDTH_MIN };
    (digits + WIDTH_MARGIN).clamp(least, WIDTH_MAX)
}

/// A name Excel accepts for a worksheet: at most 31 characters, none of `[ ] : * ? / \`, no
/// apostrophe at either end.
fn worksheet_name(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !c.is_control()).collect();
    let mut short = String::new();
    for c in clean.trim_matches(['\'', ' ']).chars() {
        if short.encode_utf16().count() + c.len_utf16() > 31 {
            break;
        }
        short.push(c);
    }
    let short = short.trim_end_matches(['\'', ' ']);
    if short.is_empty() { "Sheet1".to_owned() } else { short.to_owned() }
}

fn from_writer(error: XlsxError) -> SheetError {
    match error {
        XlsxError::IoError(error) => SheetError::Io(error),
        other => SheetError::Io(std::io::Error::other(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_lose_nothing_are_numbers() {
        assert_eq!(exact_number("1234.5"), Some(1234.5));
        assert_eq!(exact_number("-0.001"), Some(-0.001));
        assert_eq!(exact_number("123456789012345"), Some(123_456_789_012_345.0));
        for text in ["1234567890123456", "007", "", "-", "1e5", "+5", "1.", ".5", "NaN", "一"] {
            assert_eq!(exact_number(text), None, "{text}");
        }
    }

    #[test]
    fn overlong_text_is_cut_between_characters() {
        let text = "😀".repeat(20_000);
        let (short, cut) = fitting(&text);
        assert!(cut);
        assert_eq!(short.encode_utf16().count(), 32_766);
        assert_eq!(fitting("短"), ("短", false));
    }

    #[test]
    fn worksheet_names_are_made_acceptable() {
        assert_eq!(worksheet_name("客户/联系人"), "客户联系人");
        assert_eq!(worksheet_name("''"), "Sheet1");
        assert_eq!(worksheet_name(&"长".repeat(40)).chars().count(), 31);
    }

    #[test]
    fn every_column_is_wide_enough_for_an_instant() {
        let instant = "2026-11-22 16:28:56".len() as f64;
        assert!([(0, "名称"), (1, "星级"), (7, "id")].iter().all(|(column, name)| width(*column, name) > instant));
    }
}
