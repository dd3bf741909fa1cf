//! The records of an XLS workbook stream, checked before a parser believes them.

use super::archive::{little_u16, little_u32};
use super::error::SheetError;

/// Most cells of the rectangles that the worksheets of a workbook span together: the parser
/// makes room for every one, empty or not, twice.
const CELLS_MAX: u64 = 2_000_000;
/// Beginning of a stream within the stream.
const BEGIN: u16 = 0x0809;
/// End of such a stream.
const END: u16 = 0x000A;
/// Where a worksheet begins, and its name.
const BOUND_SHEET: u16 = 0x0085;
/// The rectangle a worksheet claims to span.
const DIMENSIONS: u16 = 0x0200;
/// Records of one cell each: their first four bytes are row and column.
const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x0006];
/// A record of several number cells: row, first column, …, last column.
const NUMBER_CELLS: u16 = 0x00BD;
/// A claim of one cell, in the form of the longest dimensions record.
const ONE_CELL: [u8; 16] = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0];

/// A record: its kind, and where its data begin and end.
struct Record {
    kind: u16,
    from: usize,
    to: usize,
}

fn record_at(stream: &[u8], at: usize) -> Option<Record> {
    stream.get(at..at + 4)?;
    let from = at + 4;
    let to = from + usize::from(little_u16(stream, at + 2));
    (to <= stream.len()).then_some(Record { kind: little_u16(stream, at), from, to })
}

/// Checks that the worksheets of a workbook stream span no more than they may, and puts
/// their claims right.
pub(super) fn tame(stream: &mut [u8]) -> Result<(), SheetError> {
    let mut worksheets = Vec::new();
    let mut at = 0;
    while let Some(record) = record_at(stream, at) {
        match record.kind {
            BOUND_SHEET => worksheets.push(usize::try_from(little_u32(stream, record.from)).map_err(SheetError::damaged)?),
            END => break,
            _ => {}
        }
        at = record.to;
    }
    let mut cells: u64 = 0;
    for start in worksheets {
        cells = cells.saturating_add(tame_worksheet(stream, start));
        if cells > CELLS_MAX {
            return Err(SheetError::TooLarge { measure: "cells", allowed: CELLS_MAX });
        }
    }
    Ok(())
}

/// The cells of the rectangle that a worksheet spans. Its claim about that is overwritten.
fn tame_worksheet(stream: &mut [u8], start: usize) -> u64 {
    // Records in embedded streams are counted too: better too many than too few.
    let mut rectangle: Option<[u64; 4]> = None;
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(record) = record_at(stream, at) {
        let data = stream.get(record.from..record.to).unwrap_or_default();
        let (row, column) = (u64::from(little_u16(data, 0)), u64::from(little_u16(data, 2)));
        if CELLS.contains(&record.kind) {
            extend(&mut rectangle, row, column);
        } else if record.kind == NUMBER_CELLS {
            extend(&mut rectangle, row, column);
            extend(&mut rectangle, row, u64::from(little_u16(data, data.len().saturating_sub(2))));
        } else if record.kind == DIMENSIONS {
            if let Some(claim) = stream.get_mut(record.from..record.to) {
                let length = claim.len().min(ONE_CELL.len());
                if length == 10 {
                    claim.copy_from_slice(&[0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
                } else {
                    claim.iter_mut().zip(ONE_CELL).for_each(|(byte, one)| *byte = one);
                }
            }
        } else if record.kind == BEGIN {
            depth += 1;
        } else if record.kind == END {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                break;
            }
        }
        at = record.to;
    }
    rectangle.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1))
}

/// Makes a rectangle (top, bottom, left, right) hold one more cell.
fn extend(rectangle: &mut Option<[u64; 4]>, row: u64, column: u64) {
    let [top, bottom, left, right] = rectangle.unwrap_or([row, row, column, column]);
    *rectangle = Some([top.min(row), bottom.max(row), left.min(column), right.max(column)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((data.len() as u16).to_le_bytes());
        bytes.extend(data);
        bytes
    }

    /// A workbook stream of one worksheet with cells at the given rows and columns.
    fn workbook(cells: &[(u16, u16)], dimensions: &[u8]) -> Vec<u8> {
        let mut globals = record(BEGIN, &[0; 16]);
        let start = globals.len() + 4 + 8 + 4;
        let mut bound = (start as u32).to_le_bytes().to_vec();
        bound.extend([0, 0, 1, b'A']);
        globals.extend(record(BOUND_SHEET, &bound));
        globals.extend(record(END, &[]));
        assert_eq!(globals.len(), start);
        globals.extend(record(BEGIN, &[0; 16]));
        globals.extend(record(DIMENSIONS, dimensions));
        for (row, column) in cells {
            let mut data = row.to_le_bytes().to_vec();
            data.extend(column.to_le_bytes());
            data.extend([0; 10]);
            globals.extend(record(0x0203, &data));
        }
        globals.extend(record(END, &[]));
        globals
    }

    #[test]
    fn an_ordinary_worksheet_passes() {
        tame(&mut workbook(&[(0, 0), (999, 19)], &[0; 14])).unwrap();
    }

    #[test]
    fn two_cells_in_opposite_corners_are_refused() {
        let error = tame(&mut workbook(&[(0, 0), (65_535, 255)], &[0; 14])).unwrap_err();
        assert!(matches!(error, SheetError::TooLarge { measure: "cells", .. }));
    }

    #[test]
    fn a_false_claim_is_put_right() {
        let mut stream = workbook(&[(0, 0)], &[0xFF; 14]);
        tame(&mut stream).unwrap();
        assert!(!stream.windows(14).any(|w| w == [0xFF; 14]));
    }

    #[test]
    fn cut_off_streams_do_no_harm() {
        let stream = workbook(&[(0, 0), (5, 5)], &[0; 14]);
        for length in 0..stream.len() {
            let _ = tame(&mut stream[..length].to_vec());
        }
    }
}
