//! Rows of CSV and other separated text files.

use std::io::{BufRead, Read};

use super::cell::{Cell, RowProblem};
use super::decode::{DecodedText, TextEncoding};
use super::error::SheetError;
use super::guard::unguarded;
use super::records::Records;
use super::source::{COLUMNS_MAX, RawRow, RowSource};

/// Separators that are recognised, the likelier ones first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Characters at the beginning of the file from which the separator is guessed, in bytes.
const SNIFF_BYTES: usize = 64 * 1024;
/// Records from which the separator is guessed.
const SNIFF_RECORDS: usize = 20;
/// With this line Excel names the separator at the beginning of a file.
const SEPARATOR_LINE: &str = "sep=";

/// The separator of a text file, guessed from its beginning: the one that cuts most records
/// into the same number of fields, then into more fields. `preferred` wins a tie.
pub(super) fn detect_separator(file: impl Read, encoding: TextEncoding, preferred: u8) -> Result<u8, SheetError> {
    let mut head = Vec::new();
    DecodedText::new(file, encoding).take(SNIFF_BYTES as u64).read_to_end(&mut head)?;
    if let Some(named) = named_separator(&head) {
        return Ok(named);
    }
    let mut best = (0, 0, preferred);
    let others = SEPARATORS.into_iter().filter(|s| *s != preferred);
    for separator in std::iter::once(preferred).chain(others) {
        let (alike, fields) = regularity(&head, separator);
        if (alike, fields) > (best.0, best.1) {
            best = (alike, fields, separator);
        }
    }
    Ok(best.2)
}

/// The separator that a first line `sep=;` names.
fn named_separator(head: &[u8]) -> Option<u8> {
    let rest = head.strip_prefix(SEPARATOR_LINE.as_bytes())?;
    let (separator, after) = rest.split_first()?;
    (SEPARATORS.contains(separator) && after.first().is_none_or(|b| matches!(b, b'\r' | b'\n'))).then_some(*separator)
}

/// How many of the first records have as many fields as the first, and how many fields that
/// is; nothing if it is one.
fn regularity(head: &[u8], separator: u8) -> (usize, usize) {
    let mut records = Records::new(head, separator);
    let mut counts = Vec::new();
    while counts.len() < SNIFF_RECORDS
        && let Ok(Some(record)) = records.next_record()
    {
        counts.push(record.fields.len());
    }
    // The last record is probably cut off.
    if counts.len() > 1 && head.len() >= SNIFF_BYTES {
        counts.pop();
    }
    match counts.first() {
        Some(&fields) if fields > 1 => (counts.iter().filter(|count| **count == fields).count(), fields),
        _ => (0, 0),
    }
}

/// The rows of a text file.
pub(super) struct TextRows<R> {
    records: Records<DecodedText<R>>,
    separator_line: Option<String>,
    failed_before: bool,
}

impl<R: Read> TextRows<R> {
    pub(super) fn new(file: R, encoding: TextEncoding, separator: u8) -> Self {
        Self {
            records: Records::new(DecodedText::new(file, encoding), separator),
            separator_line: Some(format!("{SEPARATOR_LINE}{}", char::from(separator))),
            failed_before: false,
        }
    }
}

impl<R: Read> RowSource for TextRows<R>
where
    DecodedText<R>: BufRead,
{
    fn next_row(&mut self) -> Result<Option<RawRow>, SheetError> {
        let Some(record) = self.records.next_record()? else {
            return Ok(None);
        };
        if let Some(line) = self.separator_line.take()
            && record.line == 1
            && is_separator_line(&record.fields, &line)
        {
            return self.next_row();
        }
        // Decoding runs ahead of the records, so the character itself tells the row.
        let failures = self.records.text().had_failures();
        self.failed_before |= failures;
        let undecodable = self.failed_before && record.fields.iter().any(|field| field.contains('\u{fffd}'));
        let problem = if record.unclosed { Some(RowProblem::UnclosedQuote) } else { undecodable.then_some(RowProblem::Undecodable) };
        let found = record.fields.iter().rposition(|field| !field.is_empty()).map_or(0, |at| at + 1);
        let cells = record.fields.iter().take(COLUMNS_MAX).map(|field| Cell::text(unguarded(field))).collect();
        Ok(Some(RawRow { number: record.line, cells, found, problem, stores_empty_cells: true }))
    }
}

/// Whether a first record is the line that names the separator, which itself it cuts in two.
fn is_separator_line(fields: &[String], line: &str) -> bool {
    match fields {
        [whole] => whole == line,
        [before, after] => before == SEPARATOR_LINE && after.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(text: &str) -> char {
        char::from(detect_separator(text.as_bytes(), TextEncoding::Utf8, b',').unwrap())
    }

    fn rows(text: &str, separator: u8) -> Vec<RawRow> {
        let mut source = TextRows::new(text.as_bytes(), TextEncoding::Utf8, separator);
        let mut all = Vec::new();
        while let Some(row) = source.next_row().unwrap() {
            all.push(row);
        }
        all
    }

    #[test]
    fn each_usual_separator_is_found() {
        assert_eq!(separator("姓名,电话\n张三,1\n"), ',');
        assert_eq!(separator("姓名;电话\n张三;1,5\n"), ';');
        assert_eq!(separator("姓名\t电话\n张三\t1\n"), '\t');
        assert_eq!(separator("姓名|电话\n张三|1\n"), '|');
    }

    #[test]
    fn separators_inside_quotes_do_not_mislead() {
        assert_eq!(separator("name;note\n\"a;b\";\"c,d,e,f\"\nx;\"g,h,i,j\"\n"), ';');
    }

    #[test]
    fn one_column_is_taken_as_comma_separated() {
        assert_eq!(separator("姓名\n张三\n"), ',');
        assert_eq!(separator(""), ',');
    }

    #[test]
    fn a_separator_line_is_obeyed_and_skipped() {
        assert_eq!(separator("sep=|\r\na,b|c\r\n"), '|');
        let rows = rows("sep=|\r\na,b|c\r\n", b'|');
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].number, rows[0].cells.len()), (2, 2));
    }

    #[test]
    fn guards_are_taken_off() {
        let rows = rows("'+86138,''=1,'abc\n", b',');
        assert_eq!(rows[0].cells, [Cell::text("+86138"), Cell::text("'=1"), Cell::text("'abc")]);
    }

    #[test]
    fn a_replacement_character_that_was_in_the_file_is_no_problem() {
        assert_eq!(rows("\u{fffd}\n", b',')[0].problem, None);
    }

    #[test]
    fn broken_bytes_are_told_of_their_row_only() {
        let bytes = b"a\nb\xff\nc\n";
        let mut source = TextRows::new(&bytes[..], TextEncoding::Utf8, b',');
        let mut problems = Vec::new();
        while let Some(row) = source.next_row().unwrap() {
            problems.push(row.problem);
        }
        assert_eq!(problems, [None, Some(RowProblem::Undecodable), None]);
    }
}
