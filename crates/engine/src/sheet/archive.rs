//! The check of a zip archive before anything in it is believed.
//!
//! A workbook of one megabyte can claim, or turn out, to hold gigabytes. First the directory is
//! read with bounds; then what the workbook parser will load is unpacked once into nothing,
//! counting, because the sizes in the directory are the sender's words.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::error::SheetError;

/// Most files in a workbook.
const ENTRIES_MAX: u64 = 5_000;
/// Most bytes of the directory of a workbook.
const DIRECTORY_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Most bytes a workbook's markup takes unpacked: a full sheet of twelve columns takes 650 MB.
/// Cells are streamed, so this bounds the time to look at them, not the memory.
const UNPACKED_BYTES_MAX: u64 = 3 * 1024 * 1024 * 1024;
/// Most unpacked bytes per packed byte. Honest sheets reach 30, a bomb starts at 400.
const RATIO_MAX: u64 = 150;
/// Below this many unpacked bytes the ratio does not matter.
const RATIO_FREE_BYTES: u64 = 8 * 1024 * 1024;
/// Most bytes of shared strings, unpacked: they are held in memory while a workbook is read.
const SHARED_STRINGS_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Longest stretch of markup without a bracket, in bytes: the parser holds it in memory.
const MARKUP_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Most shared strings a workbook may announce; the parser makes room for as many at once,
/// 24 bytes each, before it has seen one.
const SHARED_STRINGS_MAX: u64 = SHARED_STRINGS_BYTES_MAX / 8;
/// The attribute with which it announces them.
const SHARED_STRINGS_COUNT: &[u8] = b"uniqueCount";
/// Bytes kept from one chunk to the next, so that the attribute and its value are seen whole.
const OVERLAP_BYTES: usize = 128;
/// Length of the record that ends an archive, without its comment.
const END_RECORD_BYTES: usize = 22;
/// Longest comment an archive can have.
const COMMENT_BYTES_MAX: usize = u16::MAX as usize;
/// With these bytes the end record begins.
const END_RECORD_MAGIC: [u8; 4] = *b"PK\x05\x06";
/// Bytes unpacked at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// What kind of document an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Package {
    /// A workbook of Office Open XML.
    Xlsx,
    /// Something else, by the name under which it is reported.
    Other(&'static str),
}

/// Checks an archive against all limits and tells what it is.
pub(super) fn check(file: &mut File) -> Result<Package, SheetError> {
    check_end_record(file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut archive = ZipArchive::new(BufReader::new(&mut *file)).map_err(SheetError::damaged)?;
    let package = kind(&archive);
    if package != Package::Xlsx {
        return Ok(package);
    }
    let mut claimed: u64 = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(SheetError::damaged)?;
        claimed = claimed.saturating_add(entry.size());
        check_amounts(entry.size(), entry.compressed_size())?;
        if claimed > UNPACKED_BYTES_MAX {
            return Err(too_large("bytes", UNPACKED_BYTES_MAX));
        }
    }
    let mut unpacked: u64 = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(SheetError::damaged)?;
        let name = entry.name().map_err(SheetError::damaged)?.to_ascii_lowercase();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let shared_strings = name.ends_with("sharedstrings.xml");
        let packed = entry.compressed_size();
        unpacked = unpacked.saturating_add(unpack_into_nothing(entry, packed, shared_strings)?);
        if unpacked > UNPACKED_BYTES_MAX {
            return Err(too_large("bytes", UNPACKED_BYTES_MAX));
        }
    }
    Ok(package)
}

fn too_large(measure: &'static str, allowed: u64) -> SheetError {
    SheetError::TooLarge { measure, allowed }
}

fn check_amounts(unpacked: u64, packed: u64) -> Result<(), SheetError> {
    if unpacked > RATIO_FREE_BYTES && unpacked > packed.saturating_mul(RATIO_MAX) {
        return Err(too_large("ratio", RATIO_MAX));
    }
    Ok(())
}

/// Reads the end record by itself: the zip parser would make room for as many entries as the
/// archive claims to have.
fn check_end_record(file: &mut File) -> Result<(), SheetError> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail_length = length.min((END_RECORD_BYTES + COMMENT_BYTES_MAX) as u64);
    file.seek(SeekFrom::Start(length - tail_length))?;
    let mut tail = Vec::new();
    file.take(tail_length).read_to_end(&mut tail)?;
    let mut found = false;
    for at in 0..tail.len() {
        let Some(record) = tail.get(at..at + END_RECORD_BYTES) else {
            break;
        };
        if !record.starts_with(&END_RECORD_MAGIC) {
            continue;
        }
        // Every candidate must pass, since it is not known which one a parser will take.
        found = true;
        let entries = u64::from(little_u16(record, 10));
        if entries > ENTRIES_MAX {
            return Err(too_large("entries", ENTRIES_MAX));
        }
        if u64::from(little_u32(record, 12)) > DIRECTORY_BYTES_MAX {
            return Err(too_large("entries", ENTRIES_MAX));
        }
    }
    if found { Ok(()) } else { Err(SheetError::damaged("no end of archive")) }
}

/// The two bytes at a place as a number, low byte first; 0 beyond the end.
pub(super) fn little_u16(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes)
}

/// The four bytes at a place as a number, low byte first; 0 beyond the end.
pub(super) fn little_u32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn kind<R: Read + Seek>(archive: &ZipArchive<R>) -> Package {
    let has = |wanted: &str| archive.file_names_raw().any(|name| name.eq_ignore_ascii_case(wanted.as_bytes()));
    if !has("[Content_Types].xml") {
        return Package::Other(if has("mimetype") { "ods" } else { "zip" });
    }
    if has("xl/workbook.bin") {
        Package::Other("xlsb")
    } else if has("word/document.xml") {
        Package::Other("docx")
    } else {
        Package::Xlsx
    }
}

/// Unpacks an entry, keeps nothing, and gives its true size.
fn unpack_into_nothing(mut entry: impl Read, packed: u64, shared_strings: bool) -> Result<u64, SheetError> {
    let (measure, bytes_max) = if shared_strings { ("shared_strings", SHARED_STRINGS_BYTES_MAX) } else { ("bytes", UNPACKED_BYTES_MAX) };
    let mut chunk = vec![0_u8; CHUNK_BYTES];
    let mut window: Vec<u8> = Vec::new();
    let mut unpacked: u64 = 0;
    let mut stretch: u64 = 0;
    loop {
        let length = match entry.read(&mut chunk) {
            Ok(0) => return Ok(unpacked),
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(SheetError::damaged(error)),
        };
        let bytes = chunk.get(..length).unwrap_or_default();
        let length = length as u64;
        unpacked += length;
        if unpacked > bytes_max {
            return Err(too_large(measure, bytes_max));
        }
        check_amounts(unpacked, packed)?;
        // Counted in whole chunks, which is exact enough and costs next to nothing.
        stretch = if bytes.contains(&b'<') || bytes.contains(&b'>') { 0 } else { stretch + length };
        if stretch > MARKUP_BYTES_MAX {
            return Err(too_large("markup", MARKUP_BYTES_MAX));
        }
        if shared_strings {
            window.drain(..window.len().saturating_sub(OVERLAP_BYTES));
            window.extend_from_slice(bytes);
            if largest_count(&window) > SHARED_STRINGS_MAX {
                return Err(too_large("shared_strings", SHARED_STRINGS_MAX));
            }
        }
    }
}

/// The largest number of shared strings announced in a piece of markup.
fn largest_count(markup: &[u8]) -> u64 {
    let mut largest = 0;
    let mut rest = markup;
    while let Some(at) = rest.windows(SHARED_STRINGS_COUNT.len()).position(|w| w == SHARED_STRINGS_COUNT) {
        rest = rest.get(at + SHARED_STRINGS_COUNT.len()..).unwrap_or_default();
        let count = rest
            .iter()
            .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\'' | b'+'))
            .take_while(|b| b.is_ascii_digit())
            .fold(0_u64, |count, digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        largest = largest.max(count);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announced_counts_are_read_however_written() {
        assert_eq!(largest_count(b"<sst count=\"5\" uniqueCount=\"3\">"), 3);
        assert_eq!(largest_count(b"<sst uniqueCount = '99999999999999999999999'>"), u64::MAX);
        assert_eq!(largest_count(b"<sst><si>"), 0);
    }

    #[test]
    fn a_long_stretch_without_brackets_is_refused() {
        let text = vec![b'x'; (MARKUP_BYTES_MAX as usize) * 2];
        let error = unpack_into_nothing(&text[..], MARKUP_BYTES_MAX, false).unwrap_err();
        assert!(matches!(error, SheetError::TooLarge { measure: "markup", .. }));
    }

    #[test]
    fn true_sizes_count_whatever_the_directory_says() {
        let bomb = b"<a/>".repeat(4 * 1024 * 1024);
        let error = unpack_into_nothing(&bomb[..], 1000, false).unwrap_err();
        assert!(matches!(error, SheetError::TooLarge { measure: "ratio", .. }));
    }
}
