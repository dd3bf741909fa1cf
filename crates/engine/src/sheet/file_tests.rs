//! Whole files, written and read back.

use std::fs;
use std::path::PathBuf;

use jiff::civil::{date, datetime};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// A folder with one file in it.
pub(super) struct Given {
    pub(super) folder: TempDir,
    pub(super) path: PathBuf,
}

pub(super) fn given(bytes: &[u8]) -> Given {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    Given { folder, path }
}

pub(super) fn opened(bytes: &[u8]) -> Result<Sheet, SheetError> {
    let given = given(bytes);
    open(&given.path, "file.csv", &ReadOptions::default())
}

/// The header and the rows of a file.
pub(super) fn read(bytes: &[u8]) -> (Vec<String>, Vec<Row>) {
    let given = given(bytes);
    let mut sheet = open(&given.path, "file.csv", &ReadOptions::default()).unwrap();
    let columns = sheet.columns.clone();
    let rows = sheet.rows().unwrap().collect::<Result<_, _>>().unwrap();
    (columns, rows)
}

pub(super) fn texts(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| cell.as_text().into_owned()).collect()
}

/// Texts that files have been known to spoil.
const DELICATE: [&str; 22] = [
    "00123",
    "+8613800138000",
    "110101199003071234",
    "0",
    "-5",
    "=1+1",
    "'=1+1",
    "''",
    "@cmd",
    "\tx",
    "＝1",
    "a;=1",
    "第一行\n第二行",
    "行一\r\n行二",
    "\"引号\"",
    "张三，李四",
    "𠮷野家",
    "👩‍👩‍👧",
    " 前后 ",
    "1e5",
    "TRUE",
    "_x000D_",
];

pub(super) fn csv_of(header: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = CsvWriter::new(Vec::new(), header, CsvOptions::default()).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    writer.finish().unwrap()
}

pub(super) fn xlsx_of(header: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let scratch = TempDir::new().unwrap();
    let mut writer = XlsxWriter::new(Vec::new(), header, "客户", scratch.path()).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    let (bytes, written) = writer.finish().unwrap();
    assert_eq!(written.rows, rows.len() as u64);
    bytes
}

#[test]
fn delicate_text_survives_csv() {
    let rows: Vec<Vec<Cell>> = DELICATE.iter().map(|t| vec![Cell::text("x"), Cell::text(*t)]).collect();
    let (columns, back) = read(&csv_of(&["甲", "=乙"], &rows));
    assert_eq!(columns, ["甲", "=乙"]);
    let back: Vec<String> = back.iter().map(|row| texts(row).remove(1)).collect();
    assert_eq!(back, DELICATE);
}

#[test]
fn delicate_text_survives_xlsx() {
    let rows: Vec<Vec<Cell>> = DELICATE.iter().map(|t| vec![Cell::text("x"), Cell::text(*t)]).collect();
    let (columns, back) = read(&xlsx_of(&["甲", "=乙"], &rows));
    assert_eq!(columns, ["甲", "=乙"]);
    let back: Vec<Cell> = back.into_iter().map(|mut row| row.cells.remove(1)).collect();
    let expected: Vec<Cell> = DELICATE.iter().map(|t| Cell::text(*t)).collect();
    assert_eq!(back, expected);
}

#[test]
fn typed_cells_survive_xlsx() {
    let row = vec![
        Cell::Number("13800138000".to_owned()),
        Cell::Number("-1234.5".to_owned()),
        Cell::Number("0.1".to_owned()),
        Cell::Date(date(2024, 2, 29)),
        Cell::DateTime(datetime(2024, 5, 1, 8, 30, 59, 0)),
        Cell::DateTime(datetime(2024, 5, 1, 23, 59, 59, 999_000_000)),
        Cell::Bool(true),
        Cell::Empty,
        Cell::text("终"),
    ];
    let header = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let (_, back) = read(&xlsx_of(&header, std::slice::from_ref(&row)));
    assert_eq!(back, [Row { number: 2, cells: row, problem: None }]);
}

#[test]
fn what_excel_cannot_hold_as_a_number_or_date_becomes_text() {
    let row = vec![
        Cell::Number("110101199003071234".to_owned()),
        Cell::Number("007".to_owned()),
        Cell::Date(date(1899, 12, 31)),
        Cell::DateTime(datetime(2024, 5, 1, 0, 0, 0, 1)),
    ];
    let (_, back) = read(&xlsx_of(&["a", "b", "c", "d"], &[row]));
    assert_eq!(texts(&back[0]), ["110101199003071234", "007", "1899-12-31", "2024-05-01 00:00:00.000000001"]);
}

#[test]
fn overlong_text_in_xlsx_is_cut_and_counted() {
    let scratch = TempDir::new().unwrap();
    let mut writer = XlsxWriter::new(Vec::new(), &["a"], "", scratch.path()).unwrap();
    writer.row(&[Cell::text("长".repeat(40_000))]).unwrap();
    let (_, written) = writer.finish().unwrap();
    assert_eq!(written, Written { rows: 1, cut_cells: 1 });
}

#[test]
fn no_temporary_file_stays_behind() {
    let scratch = TempDir::new().unwrap();
    let mut writer = XlsxWriter::new(Vec::new(), &["a"], "a", scratch.path()).unwrap();
    writer.row(&[Cell::text("x")]).unwrap();
    writer.finish().unwrap();
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[test]
fn a_gbk_file_of_a_chinese_excel_is_read() {
    let text = "姓名,公司,欠款\r\n张三,云杉科技（上海）有限公司,€5\r\n";
    let given = given(&encoding_rs::GB18030.encode(text).0);
    let mut sheet = open(&given.path, "客户.csv", &ReadOptions::default()).unwrap();
    assert_eq!((sheet.format, sheet.encoding), (Format::Csv, Some(TextEncoding::Gb18030)));
    assert_eq!(sheet.columns, ["姓名", "公司", "欠款"]);
    let rows: Vec<Row> = sheet.rows().unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(texts(&rows[0]), ["张三", "云杉科技（上海）有限公司", "€5"]);
}

#[test]
fn rows_carry_the_line_on_which_they_begin() {
    let (_, rows) = read("\n\n姓名,注\n\n张三,\"一\n二\"\n,,\n李四,\n".as_bytes());
    let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [5, 8]);
}

#[test]
fn the_title_above_a_table_is_no_header() {
    let (columns, rows) = read("2026年客户登记表,,\n\n制表：张三,日期：2026-11-22,\n姓名,电话,备注\n李四,1,\n".as_bytes());
    assert_eq!(columns, ["姓名", "电话", "备注"]);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [5]);
    // A table of one column has headers too, whatever is written beside a later row.
    let (columns, rows) = read("姓名\n李四\n王五,多写的\n".as_bytes());
    assert_eq!((columns, rows.len()), (vec!["姓名".to_owned()], 2));
}

#[test]
fn ragged_rows_are_reported_and_kept() {
    let (_, rows) = read(b"a,b\n1\n1,2,3\n1,2,\n");
    let problems: Vec<Option<RowProblem>> = rows.iter().map(|row| row.problem).collect();
    let expected = [Some(RowProblem::TooFewCells { found: 1 }), Some(RowProblem::TooManyCells { found: 3 }), None];
    assert_eq!(problems, expected);
    assert_eq!(texts(&rows[1]), ["1", "2", "3"]);
}

#[test]
fn reading_goes_on_after_a_given_row() {
    for bytes in [b"a\n1\n2\n3\n".to_vec(), xlsx_of(&["a"], &[vec![Cell::text("1")], vec![Cell::text("2")], vec![Cell::text("3")]])] {
        let given = given(&bytes);
        let mut sheet = open(&given.path, "x", &ReadOptions::default()).unwrap();
        let rest: Vec<u64> = sheet.rows_after(3).unwrap().map(|row| row.unwrap().number).collect();
        assert_eq!(rest, [4]);
        assert_eq!(sheet.rows().unwrap().count(), 3);
    }
}

#[test]
fn a_worksheet_is_chosen_by_name() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("隐").unwrap().set_hidden(true).write_string(0, 0, "no").unwrap();
    workbook.add_worksheet().set_name("甲").unwrap().write_string(3, 2, "头").unwrap();
    workbook.worksheet_from_index(1).unwrap().set_active(true);
    let given = given(&workbook.save_to_buffer().unwrap());
    let sheet = open(&given.path, "x.csv", &ReadOptions::default()).unwrap();
    assert_eq!((sheet.format, sheet.worksheet.as_deref()), (Format::Xlsx, Some("甲")));
    assert_eq!((sheet.columns.as_slice(), sheet.header_row), (&["列1".to_owned(), "列2".to_owned(), "头".to_owned()][..], 4));
    let named = |name: &str| ReadOptions { worksheet: Some(name.to_owned()), ..ReadOptions::default() };
    assert_eq!(open(&given.path, "x", &named("隐")).unwrap().columns, ["no"]);
    assert_eq!(open(&given.path, "x", &named("丙")).unwrap_err().code(), "sheet.sheet_not_found");
}

#[test]
fn files_without_content_and_of_other_kinds_are_told_apart() {
    for (bytes, code) in [
        (&b""[..], "sheet.empty"),
        (b"\n,,\n", "sheet.empty"),
        (b"\xEF\xBB\xBF", "sheet.empty"),
        (b"%PDF-1.4", "sheet.unsupported"),
        (b"<html><table>", "sheet.unsupported"),
        (b"a\0b", "sheet.unsupported"),
        (b"PK\x03\x04", "sheet.damaged"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "sheet.damaged"),
    ] {
        assert_eq!(opened(bytes).unwrap_err().code(), code, "{bytes:?}");
    }
    assert_eq!(opened(&",x".repeat(1001).into_bytes()).unwrap_err().code(), "sheet.too_many_columns");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_survives_csv_and_xlsx(texts_in in prop::collection::vec("['=+@,;\"\\t\\n\\ra张－-]{0,6}|\\PC{0,6}", 1..4)) {
        let row: Vec<Cell> = texts_in.iter().map(|text| Cell::text(text.as_str())).chain([Cell::text("终")]).collect();
        let header: Vec<String> = (0..row.len()).map(|column| format!("c{column}")).collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let (_, back) = read(&csv_of(&header, std::slice::from_ref(&row)));
        prop_assert_eq!(&back[0].cells, &row);
        let (_, back) = read(&xlsx_of(&header, std::slice::from_ref(&row)));
        prop_assert_eq!(&back[0].cells, &row);
    }
}
