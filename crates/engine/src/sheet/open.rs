//! Opening a table file of any supported kind.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use calamine::{Data, Range, Reader};

use super::archive::{self, Package};
use super::cell::{Cell, Row};
use super::compound;
use super::decode::TextEncoding;
use super::error::SheetError;
use super::source::{COLUMNS_MAX, RawRow, RowSource};
use super::text_source::{TextRows, detect_separator};
use super::xls_source::{XlsRows, open_worksheet};
use super::xlsx_source::{Workbook, XlsxRows, open_workbook, worksheet_names};

/// Bytes at the beginning of a file by which its kind is known.
const SNIFF_BYTES: u64 = 512;
/// Stands before the number of a column without a usable name of its own.
const COLUMN_PREFIX: &str = "列";

/// Most rows above the header: the name of the table, who kept it and when.
const TITLE_ROWS_MAX: usize = 4;
/// Cells by which the header below a title is known; fewer may be said in a title.
const HEADER_CELLS: usize = 3;

/// The kinds of table files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Separated text.
    Csv,
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// A workbook of Excel 97 to 2003.
    Xls,
}

/// What is known about a file beforehand. Nothing need be.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Name of the worksheet to read; the first visible one if not given.
    pub worksheet: Option<String>,
    /// Encoding of a text file; found out if not given.
    pub encoding: Option<TextEncoding>,
    /// Separator of a text file; found out if not given.
    pub separator: Option<char>,
}

/// An open table file.
#[derive(Debug)]
pub struct Sheet {
    /// What kind of file it is, by its content.
    pub format: Format,
    /// The encoding of a text file.
    pub encoding: Option<TextEncoding>,
    /// The separator of a text file.
    pub separator: Option<char>,
    /// The worksheets of a workbook, visible ones first.
    pub worksheets: Vec<String>,
    /// The worksheet that is read.
    pub worksheet: Option<String>,
    /// The names of the columns, each different from the others and none empty.
    pub columns: Vec<String>,
    /// The row in which they stand, the first is 1.
    pub header_row: u64,
    source: Source,
}

/// Where the rows come from.
enum Source {
    Text { path: PathBuf, encoding: TextEncoding, separator: u8 },
    Xlsx { workbook: Box<Workbook>, worksheet: String },
    Xls { cells: Range<Data> },
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text { .. } => "Text",
            Self::Xlsx { .. } => "Xlsx",
            Self::Xls { .. } => "Xls",
        })
    }
}

/// Opens the file at `path`. Its kind is told by its content alone; of `file_name`, the name
/// the user knows it by, only the ending `.tsv` is used, as a hint at the separator.
pub fn open(path: &Path, file_name: &str, options: &ReadOptions) -> Result<Sheet, SheetError> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(SNIFF_BYTES).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let mut sheet = if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        open_package(file, options)?
    } else if head.starts_with(&compound::MAGIC) {
        let found = open_worksheet(file, options.worksheet.as_deref())?;
        Sheet { worksheets: found.names, worksheet: Some(found.name), ..Sheet::new(Format::Xls, Source::Xls { cells: found.cells }) }
    } else if let Some(found) = foreign_kind(&head) {
        return Err(SheetError::Unsupported { found });
    } else {
        open_text(path, file_name, options)?
    };
    sheet.read_header()?;
    Ok(sheet)
}

/// Kinds of files that are sent in place of tables, some under the name `.xls`.
fn foreign_kind(head: &[u8]) -> Option<&'static str> {
    let text = head.trim_ascii_start();
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text).to_ascii_lowercase();
    let kinds: [(&[u8], &str); 12] = [
        (b"%pdf", "pdf"),
        (b"<!doctype html", "html"),
        (b"<html", "html"),
        (b"<table", "html"),
        (b"<?xml", "xml"),
        (b"{\\rtf", "rtf"),
        (b"\x89png", "image"),
        (b"\xFF\xD8\xFF", "image"),
        (b"\xff\xd8\xff", "image"),
        (b"gif8", "image"),
        (b"rar!", "rar"),
        (b"7z\xbc\xaf", "7z"),
    ];
    kinds.iter().find(|(magic, _)| text.starts_with(magic)).map(|(_, kind)| *kind)
}

fn open_package(mut file: File, options: &ReadOptions) -> Result<Sheet, SheetError> {
    match super::source::contained(|| archive::check(&mut file))? {
        Package::Xlsx => {}
        Package::Other(found) => return Err(SheetError::Unsupported { found }),
    }
    file.seek(SeekFrom::Start(0))?;
    let workbook = open_workbook(file)?;
    let worksheets = worksheet_names(workbook.sheets_metadata());
    let worksheet = match &options.worksheet {
        Some(name) if worksheets.contains(name) => name.clone(),
        Some(name) => return Err(SheetError::SheetNotFound { name: name.clone() }),
        None => worksheets.first().ok_or(SheetError::Empty)?.clone(),
    };
    let source = Source::Xlsx { workbook: Box::new(workbook), worksheet: worksheet.clone() };
    Ok(Sheet { worksheets, worksheet: Some(worksheet), ..Sheet::new(Format::Xlsx, source) })
}

fn open_text(path: &Path, file_name: &str, options: &ReadOptions) -> Result<Sheet, SheetError> {
    let encoding = match options.encoding {
        Some(encoding) => encoding,
        None => TextEncoding::detect(File::open(path)?)?,
    };
    let asked = options.separator.and_then(|separator| u8::try_from(separator).ok()).filter(u8::is_ascii);
    let separator = match asked {
        Some(separator) => separator,
        None => {
            let tabs = file_name.to_ascii_lowercase().ends_with(".tsv");
            detect_separator(File::open(path)?, encoding, if tabs { b'\t' } else { b',' })?
        }
    };
    let source = Source::Text { path: path.to_owned(), encoding, separator };
    Ok(Sheet { encoding: Some(encoding), separator: Some(char::from(separator)), ..Sheet::new(Format::Csv, source) })
}

impl Sheet {
    fn new(format: Format, source: Source) -> Self {
        Self {
            format,
            encoding: None,
            separator: None,
            worksheets: Vec::new(),
            worksheet: None,
            columns: Vec::new(),
            header_row: 0,
            source,
        }
    }

    fn row_source(&mut self) -> Result<Box<dyn RowSource + '_>, SheetError> {
        Ok(match &mut self.source {
            Source::Text { path, encoding, separator } => Box::new(TextRows::new(File::open(path)?, *encoding, *separator)),
            Source::Xlsx { workbook, worksheet } => Box::new(XlsxRows::new(workbook, worksheet)?),
            Source::Xls { cells } => Box::new(XlsRows::new(cells)),
        })
    }

    /// Takes the first row with content as the header, or the one below the title of the table.
    fn read_header(&mut self) -> Result<(), SheetError> {
        let header = header_of(&mut *self.row_source()?)?;
        if header.found > COLUMNS_MAX {
            return Err(SheetError::TooManyColumns { allowed: COLUMNS_MAX });
        }
        self.columns = column_names(header.cells.get(..header.found).unwrap_or(&header.cells));
        self.header_row = header.number;
        Ok(())
    }

    /// The rows below the header, in order, read as they are asked for. Rows without content
    /// are left out.
    pub fn rows(&mut self) -> Result<Rows<'_>, SheetError> {
        self.rows_after(0)
    }

    /// The rows below the header whose number is greater than `number`: for going on where an
    /// import stopped. Rows before are read over.
    pub fn rows_after(&mut self, number: u64) -> Result<Rows<'_>, SheetError> {
        let columns = self.columns.len();
        let after = number.max(self.header_row);
        Ok(Rows { source: Some(self.row_source()?), columns, after })
    }
}

/// The first row with content. A table often has its name above it, in one cell, and who kept it: where such rows come first,
/// the header is the row below them that has several cells.
fn header_of(source: &mut dyn RowSource) -> Result<RawRow, SheetError> {
    let mut first: Option<RawRow> = None;
    let mut titles = 0;
    while let Some(row) = source.next_row()? {
        if !row.has_content() {
            continue;
        }
        let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
        if first.is_none() && filled > 1 || filled >= HEADER_CELLS {
            return Ok(row);
        }
        first.get_or_insert(row);
        titles += 1;
        if titles > TITLE_ROWS_MAX {
            break;
        }
    }
    first.ok_or(SheetError::Empty)
}

/// The rows of a sheet. After an error there are no more.
pub struct Rows<'s> {
    source: Option<Box<dyn RowSource + 's>>,
    columns: usize,
    /// Rows up to this number are read over.
    after: u64,
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let source = self.source.as_mut()?;
        loop {
            match source.next_row() {
                Ok(Some(row)) if row.number > self.after && row.has_content() => {
                    return Some(Ok(row.under_header(self.columns)));
                }
                Ok(Some(_)) => {}
                Ok(None) => {
                    self.source = None;
                    return None;
                }
                Err(error) => {
                    self.source = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl std::iter::FusedIterator for Rows<'_> {}

/// Names for columns: as they stand in the header, without white space around; `列3` for an
/// empty one, `电话 列3` for one that was there before.
fn column_names(header: &[Cell]) -> Vec<String> {
    let given: HashSet<String> = header.iter().map(|cell| cell.as_text().trim().to_owned()).collect();
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    let mut taken: HashSet<String> = HashSet::new();
    for (place, cell) in header.iter().enumerate() {
        let text = cell.as_text();
        let own = text.trim();
        let numbered = format!("{COLUMN_PREFIX}{}", place + 1);
        let mut name = match (own.is_empty(), taken.contains(own)) {
            (false, false) => own.to_owned(),
            (false, true) => format!("{own} {numbered}"),
            (true, _) => numbered,
        };
        // A header may itself hold such a made-up name.
        while taken.contains(&name) || (name != own && given.contains(&name)) {
            name.push('_');
        }
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Vec<String> {
        column_names(&texts.iter().map(|t| Cell::text(*t)).collect::<Vec<_>>())
    }

    #[test]
    fn empty_and_repeated_names_are_made_up() {
        assert_eq!(names(&[" 姓名 ", "电话", "", "电话"]), ["姓名", "电话", "列3", "电话 列4"]);
    }

    #[test]
    fn made_up_names_never_clash_with_given_ones() {
        assert_eq!(names(&["", "列1", "列1"]), ["列1_", "列1", "列1 列3"]);
    }

    #[test]
    fn what_is_no_table_is_known_by_its_beginning() {
        assert_eq!(foreign_kind(b"%PDF-1.7"), Some("pdf"));
        assert_eq!(foreign_kind(b"\xEF\xBB\xBF<html>"), Some("html"));
        assert_eq!(foreign_kind(b" <TABLE border=1>"), Some("html"));
        assert_eq!(foreign_kind("姓名,电话".as_bytes()), None);
    }
}
