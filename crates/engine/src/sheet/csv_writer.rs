//! Writing CSV.

use std::io::Write;

use super::cell::Cell;
use super::error::SheetError;
use super::guard::guarded;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// How a CSV file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    /// Whether a byte order mark stands at the beginning. Excel takes a file without one for
    /// GBK in China.
    pub mark: bool,
    /// The separator, an ASCII character.
    pub separator: char,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { mark: true, separator: ',' }
    }
}

/// Writes CSV as RFC 4180 has it: UTF-8, lines ended by CR LF, cells quoted where needed. Text
/// that a spreadsheet would run as a formula is guarded (see [`super::guard`]).
pub struct CsvWriter<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a file with its header.
    pub fn new<S: AsRef<str>>(mut out: W, header: &[S], options: CsvOptions) -> Result<Self, SheetError> {
        if options.mark {
            out.write_all(MARK)?;
        }
        let separator = u8::try_from(options.separator).ok().filter(u8::is_ascii).unwrap_or(b',');
        let writer = csv::WriterBuilder::new()
            .delimiter(separator)
            .terminator(csv::Terminator::CRLF)
            // Rows may be longer or shorter than the header, as they were read.
            .flexible(true)
            .from_writer(out);
        let mut this = Self { writer };
        for name in header {
            this.writer.write_field(guarded(name.as_ref()).as_bytes()).map_err(from_csv)?;
        }
        this.end_row()?;
        Ok(this)
    }

    /// Writes one row.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        for cell in cells {
            let text = cell.as_text();
            match cell {
                // A negative number is no formula, whatever it begins with.
                Cell::Number(number) if is_plain_number(number) => self.writer.write_field(number.as_bytes()),
                _ => self.writer.write_field(guarded(&text).as_bytes()),
            }
            .map_err(from_csv)?;
        }
        self.end_row()
    }

    fn end_row(&mut self) -> Result<(), SheetError> {
        self.writer.write_record(None::<&[u8]>).map_err(from_csv)
    }

    /// Writes what is still held back, and gives back the receiving end.
    pub fn finish(self) -> Result<W, SheetError> {
        self.writer.into_inner().map_err(|error| SheetError::Io(error.into_error()))
    }
}

/// Whether a text is digits with at most a sign before and a point between.
pub(super) fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn from_csv(error: csv::Error) -> SheetError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => SheetError::Io(error),
        other => SheetError::Io(std::io::Error::other(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(header: &[&str], rows: &[Vec<Cell>], options: CsvOptions) -> String {
        let mut writer = CsvWriter::new(Vec::new(), header, options).unwrap();
        for row in rows {
            writer.row(row).unwrap();
        }
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn lines_end_as_the_standard_says_and_quotes_are_doubled() {
        let rows = [vec![Cell::text("a\"b,c"), Cell::text("x\ny"), Cell::Empty]];
        let options = CsvOptions { mark: false, separator: ',' };
        assert_eq!(written(&["甲", "乙", "丙"], &rows, options), "甲,乙,丙\r\n\"a\"\"b,c\",\"x\ny\",\r\n");
    }

    #[test]
    fn the_mark_comes_first_by_default() {
        assert!(written(&["a"], &[], CsvOptions::default()).starts_with("\u{feff}a"));
    }

    #[test]
    fn text_is_guarded_and_numbers_are_not() {
        let rows = [vec![Cell::text("-5"), Cell::Number("-5".to_owned()), Cell::Number("-5+cmd".to_owned())]];
        let options = CsvOptions { mark: false, separator: ';' };
        assert_eq!(written(&["=a", "b", "c"], &rows, options), "'=a;b;c\r\n'-5;-5;'-5+cmd\r\n");
    }

    #[test]
    fn a_row_of_one_empty_cell_is_still_a_row() {
        let options = CsvOptions { mark: false, separator: ',' };
        assert_eq!(written(&["a"], &[vec![Cell::Empty]], options), "a\r\n\"\"\r\n");
    }
}
