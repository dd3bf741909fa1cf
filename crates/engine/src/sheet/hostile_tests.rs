//! Files that are broken, or made to harm.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::file_tests::{given, opened, read, xlsx_of};
use super::*;

/// A zip archive of the given files, packed.
fn archive_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>"#;
const PACKAGE: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn workbook_of(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut files = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    files.extend_from_slice(more);
    archive_of(&files)
}

fn sheet_of(dimension: &str, data: &str) -> Vec<u8> {
    format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="{dimension}"/><sheetData>{data}</sheetData></worksheet>"#).into_bytes()
}

#[test]
fn a_false_dimension_is_harmless() {
    let data = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let start = Instant::now();
    let (columns, rows) = read(&workbook_of(&sheet_of("A1:XFD1048576", data), &[]));
    assert_eq!(columns, ["a"]);
    assert_eq!(rows[0].number, 1_048_576);
    assert_eq!(rows[0].problem, Some(RowProblem::TooManyCells { found: 16_384 }));
    assert!(start.elapsed() < Duration::from_secs(2));
}

/// A sheet of 80 MB that packs into less than 1 MB.
fn bomb() -> Vec<u8> {
    let row = format!(r#"<row><c t="inlineStr"><is><t>{}</t></is></c></row>"#, "a".repeat(8_000));
    sheet_of("A1", &row.repeat(10_000))
}

#[test]
fn a_bomb_in_a_sheet_is_refused_at_once() {
    let sheet = bomb();
    let bytes = workbook_of(&sheet, &[]);
    assert!(bytes.len() < 1_000_000);
    let start = Instant::now();
    let error = opened(&bytes).unwrap_err();
    assert!(matches!(error, SheetError::TooLarge { measure: "ratio", .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_bomb_whose_directory_lies_is_refused_too() {
    let sheet = bomb();
    let length = u32::try_from(sheet.len()).unwrap().to_le_bytes();
    let mut bytes = workbook_of(&sheet, &[]);
    while let Some(at) = bytes.windows(4).position(|four| four == length) {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let error = opened(&bytes).unwrap_err();
    assert!(["sheet.too_large", "sheet.damaged"].contains(&error.code()), "{error}");
}

#[test]
fn shared_strings_announced_in_trillions_are_refused() {
    for count in ["1000000000000", "400000000000000000"] {
        let strings = format!(r#"<sst xmlns="x" uniqueCount="{count}"><si><t>a</t></si></sst>"#);
        let bytes = workbook_of(&sheet_of("A1", ""), &[("xl/sharedStrings.xml", strings.as_bytes())]);
        let error = opened(&bytes).unwrap_err();
        assert!(matches!(error, SheetError::TooLarge { measure: "shared_strings", .. }), "{error}");
    }
}

#[test]
fn an_archive_of_very_many_files_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..6_000 {
        zip.start_file(format!("f{number}"), SimpleFileOptions::default()).unwrap();
    }
    let error = opened(&zip.finish().unwrap().into_inner()).unwrap_err();
    assert!(matches!(error, SheetError::TooLarge { measure: "entries", .. }), "{error}");
}

#[test]
fn other_archives_are_no_workbooks() {
    for (files, found) in [
        (vec![("a.txt", &b"a"[..])], "zip"),
        (vec![("mimetype", &b"application/vnd.oasis.opendocument.spreadsheet"[..])], "ods"),
        (vec![("[Content_Types].xml", TYPES), ("xl/workbook.bin", b"")], "xlsb"),
    ] {
        match opened(&archive_of(&files)) {
            Err(SheetError::Unsupported { found: kind }) => assert_eq!(kind, found),
            other => assert!(other.is_err() && found.is_empty(), "{other:?}"),
        }
    }
}

#[test]
fn a_workbook_cut_off_anywhere_is_an_error_and_no_panic() {
    let whole = xlsx_of(&["a", "b"], &vec![vec![Cell::text("张三"), Cell::Number("5".to_owned())]; 50]);
    for length in (0..whole.len()).step_by(97) {
        assert!(opened(&whole[..length]).is_err(), "{length}");
    }
}

#[test]
fn an_old_workbook_is_read() {
    // BIFF8: one worksheet 甲 with two columns and one row below the header.
    let bytes = compound::packed(&old_workbook()).unwrap();
    let given = given(&bytes);
    let mut sheet = open(&given.path, "x.xlsx", &ReadOptions::default()).unwrap();
    assert_eq!((sheet.format, sheet.worksheet.as_deref()), (Format::Xls, Some("S")));
    assert_eq!(sheet.columns, ["姓名", "电话"]);
    let rows: Vec<Row> = sheet.rows().unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows[0].number, 2);
    assert_eq!(rows[0].cells, [Cell::text("张三"), Cell::Number("13800138000".to_owned())]);
}

fn old_record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    bytes
}

fn old_label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut data = [row, column, 0, u16::try_from(units.len()).unwrap()].map(u16::to_le_bytes).concat();
    data.push(1);
    data.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    old_record(0x0204, &data)
}

fn old_workbook() -> Vec<u8> {
    let begin = |kind: u8| old_record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut bytes = begin(5);
    bytes.extend(old_record(0x00E0, &[0; 20]));
    let start = u32::try_from(bytes.len() + 4 + 9 + 4).unwrap();
    let mut bound = start.to_le_bytes().to_vec();
    bound.extend([0, 0, 1, 0, b'S']);
    bytes.extend(old_record(0x0085, &bound));
    bytes.extend(old_record(0x000A, &[]));
    bytes.extend(begin(0x10));
    bytes.extend(old_record(0x0200, &[0xFF; 14]));
    bytes.extend(old_label(0, 0, "姓名"));
    bytes.extend(old_label(0, 1, "电话"));
    bytes.extend(old_label(1, 0, "张三"));
    let mut number = [1_u16, 1, 0].map(u16::to_le_bytes).concat();
    number.extend(13_800_138_000_f64.to_le_bytes());
    bytes.extend(old_record(0x0203, &number));
    bytes.extend(old_record(0x000A, &[]));
    bytes
}

/// Opens and reads to the end whatever it is; only a panic is a failure.
fn survive(bytes: &[u8]) {
    let given = given(bytes);
    if let Ok(mut sheet) = open(&given.path, "x", &ReadOptions::default())
        && let Ok(rows) = sheet.rows()
    {
        let mut last = 0;
        for row in rows.flatten() {
            assert!(row.number > last);
            last = row.number;
        }
    }
    drop(given.folder);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&bytes);
    }

    #[test]
    fn random_bytes_after_a_known_beginning_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..900), kind in 0_usize..3) {
        let beginnings: [&[u8]; 3] = [b"PK\x03\x04", &compound::MAGIC, b"\xFF\xFE"];
        survive(&[beginnings[kind], &bytes].concat());
    }

    #[test]
    fn damaged_old_workbooks_are_survived(at in 0_usize..400, value in any::<u8>()) {
        let mut stream = old_workbook();
        let at = at % stream.len();
        stream[at] = value;
        survive(&compound::packed(&stream).unwrap());
    }

    #[test]
    fn damaged_sheets_are_survived(at in 0_usize..400, value in 32_u8..127) {
        let mut sheet = sheet_of("A1:B2", r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="b"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>45413</v></c></row>"#);
        let at = at % sheet.len();
        sheet[at] = value;
        survive(&workbook_of(&sheet, &[("xl/sharedStrings.xml", br#"<sst><si><t>a</t></si></sst>"#)]));
    }
}
