//! Records of a text file: RFC 4180, and what people send instead.
//!
//! Written here and not taken from the csv crate, because an import must name the line on which
//! a record begins, refuse a record that never ends before it fills the memory, and tell that
//! a quote is still open at the end of the file.

use std::io::BufRead;

use super::error::SheetError;

/// Longest record in bytes, quotes and separators included.
pub(super) const RECORD_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Where the parser stands within a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field.
    FieldStart,
    /// In a field without quotes, or after a closing quote.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote between quotes: the end, or the first half of a doubled quote.
    QuoteInQuoted,
}

/// The records of a UTF-8 text, one after another.
pub(super) struct Records<R> {
    text: R,
    separator: u8,
    /// Line of the next character, the first is 1.
    line: u64,
    /// Whether the last character was a carriage return, so that a line feed now belongs to it.
    after_return: bool,
    fields: Vec<Vec<u8>>,
}

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line on which it begins.
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
    /// Whether the file ended between quotes.
    pub(super) unclosed: bool,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(text: R, separator: u8) -> Self {
        Self { text, separator, line: 1, after_return: false, fields: Vec::new() }
    }

    pub(super) fn text(&self) -> &R {
        &self.text
    }

    /// The next record that is not a blank line; none at the end.
    pub(super) fn next_record(&mut self) -> Result<Option<Record>, SheetError> {
        self.fields.clear();
        let mut field: Vec<u8> = Vec::new();
        let mut state = State::FieldStart;
        let mut begin = self.line;
        let mut bytes_taken: u64 = 0;
        loop {
            let buffer = match self.text.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if buffer.is_empty() {
                let nothing = state == State::FieldStart && self.fields.is_empty();
                if !nothing {
                    self.fields.push(field);
                }
                return Ok((!nothing).then(|| self.record(begin, state == State::Quoted)));
            }
            let mut used = 0;
            let mut ended = false;
            while let Some(&byte) = buffer.get(used) {
                if (state == State::Plain || state == State::FieldStart && byte != b'"')
                    && let Some(plain) = buffer.get(used..).map(|rest| plain_length(rest, self.separator)).filter(|length| *length > 0)
                {
                    state = State::Plain;
                    field.extend_from_slice(buffer.get(used..used + plain).unwrap_or_default());
                    self.after_return = false;
                    used += plain;
                    continue;
                }
                used += 1;
                let return_before = std::mem::replace(&mut self.after_return, byte == b'\r');
                let line_feed_of_return = byte == b'\n' && return_before;
                if line_feed_of_return && state == State::FieldStart && self.fields.is_empty() {
                    // The second half of the line end of the record before.
                    begin = self.line;
                    continue;
                }
                if matches!(byte, b'\r' | b'\n') && !line_feed_of_return {
                    self.line += 1;
                }
                state = match (state, byte) {
                    (State::Quoted, b'"') => State::QuoteInQuoted,
                    (State::Quoted, _) => {
                        field.push(byte);
                        State::Quoted
                    }
                    (State::QuoteInQuoted, b'"') => {
                        field.push(byte);
                        State::Quoted
                    }
                    (State::FieldStart, b'"') => State::Quoted,
                    (_, b'\r' | b'\n') => {
                        if state == State::FieldStart && self.fields.is_empty() {
                            begin = self.line;
                            State::FieldStart
                        } else {
                            ended = true;
                            break;
                        }
                    }
                    (_, byte) if byte == self.separator => {
                        self.fields.push(std::mem::take(&mut field));
                        State::FieldStart
                    }
                    (_, _) => {
                        field.push(byte);
                        State::Plain
                    }
                };
            }
            self.text.consume(used);
            bytes_taken += u64::try_from(used).unwrap_or(u64::MAX);
            if ended {
                self.fields.push(field);
                return Ok(Some(self.record(begin, false)));
            }
            if bytes_taken > RECORD_BYTES_MAX && !(state == State::FieldStart && self.fields.is_empty()) {
                return Err(SheetError::RecordTooLong { line: begin, allowed: RECORD_BYTES_MAX });
            }
        }
    }

    fn record(&mut self, line: u64, unclosed: bool) -> Record {
        let fields = self.fields.drain(..).map(text_of).collect();
        Record { line, fields, unclosed }
    }
}

/// Bytes that belong to a field without quotes.
fn plain_length(rest: &[u8], separator: u8) -> usize {
    memchr::memchr3(separator, b'\r', b'\n', rest).unwrap_or(rest.len())
}

/// The stream is valid UTF-8 and is cut at ASCII characters only, so nothing is ever replaced.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Vec<(u64, Vec<String>)> {
        // A tiny buffer puts every character at a border once.
        let mut records = Records::new(BufReader::with_capacity(1, text.as_bytes()), b',');
        let mut all = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            all.push((record.line, record.fields));
        }
        all
    }

    fn fields(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn quotes_separators_and_line_breaks_inside_quotes_are_text() {
        assert_eq!(parsed("a,\"b,\"\"c\"\"\r\nd\",e\r\nf,,\r\n"), [(1, fields(&["a", "b,\"c\"\r\nd", "e"])), (3, fields(&["f", "", ""]))]);
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let expected = [(1, fields(&["a"])), (2, fields(&["b"])), (4, fields(&["c"]))];
        for text in ["a\nb\n\nc", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r"] {
            assert_eq!(parsed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn blank_lines_are_skipped_but_empty_quotes_are_a_record() {
        assert_eq!(parsed("\n\n\"\"\n"), [(3, fields(&[""]))]);
        assert_eq!(parsed(""), []);
        assert_eq!(parsed(",\n"), [(1, fields(&["", ""]))]);
    }

    #[test]
    fn stray_quotes_are_kept() {
        assert_eq!(parsed("5\" pipe,\"a\"b\n"), [(1, fields(&["5\" pipe", "ab"]))]);
    }

    #[test]
    fn an_open_quote_at_the_end_is_told() {
        let mut records = Records::new(&b"a,\"b\nc"[..], b',');
        let record = records.next_record().unwrap().unwrap();
        assert!(record.unclosed);
        assert_eq!(record.fields, ["a", "b\nc"]);
    }

    #[test]
    fn a_record_that_never_ends_is_refused() {
        let text = format!("a\nb,\"{}", "x\n".repeat(4 * 1024 * 1024));
        let mut records = Records::new(BufReader::new(text.as_bytes()), b',');
        records.next_record().unwrap();
        let error = records.next_record().unwrap_err();
        assert!(matches!(error, SheetError::RecordTooLong { line: 2, .. }));
    }

    proptest! {
        #[test]
        fn records_agree_with_the_csv_crate(text in "[a,\"\n]{0,30}|(([a-c]{0,2}|\"[a-c,\n]{0,4}\"),){0,4}\r?\n?a") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
            let ours: Vec<Vec<String>> = parsed(&text).into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
