//! The compound file around an XLS workbook, read with bounds.
//!
//! The parser behind follows the chains of a compound file wherever they lead, in circles too,
//! and makes room for as many cells as a worksheet claims. So the workbook stream is taken out
//! here, checked (see [`super::biff`]), and handed on in a compound file of our own making.

use std::io::Read;

use super::archive::{little_u16, little_u32};
use super::error::SheetError;

/// Largest XLS file that is read, in bytes: it is held in memory.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// With these bytes a compound file begins.
pub(super) const MAGIC: [u8; 8] = *b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Length of a directory entry in bytes.
const ENTRY_BYTES: usize = 128;
/// Sector numbers from here on have meanings of their own and name no sector.
const SECTOR_END: u32 = 0xFFFF_FFFA;
/// Marks the end of a chain.
const CHAIN_END: u32 = 0xFFFF_FFFE;
/// Marks a sector that holds a piece of the sector table.
const TABLE_SECTOR: u32 = 0xFFFF_FFFD;
/// Marks nothing: a free sector, or no neighbour in the directory.
const FREE: u32 = 0xFFFF_FFFF;
/// Streams shorter than this are kept in the small sectors.
const SMALL_STREAM_BYTES: usize = 4096;
/// Length of a small sector in bytes.
const SMALL_SECTOR_BYTES: usize = 64;
/// Length of a sector in the compound files made here.
const SECTOR_BYTES: usize = 512;
/// Sector table pieces that the header itself can name.
const HEADER_TABLE_SECTORS: usize = 109;

/// The workbook stream of a compound file.
pub(super) fn workbook_stream(file: impl Read) -> Result<Vec<u8>, SheetError> {
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(SheetError::TooLarge { measure: "file", allowed: FILE_BYTES_MAX });
    }
    let compound = Compound::new(&bytes)?;
    let directory = compound.chain(little_u32(&bytes, 48), None)?;
    let entries: Vec<&[u8]> = directory.chunks_exact(ENTRY_BYTES).collect();
    if entries.iter().any(|entry| is_named(entry, "EncryptedPackage")) {
        return Err(SheetError::Encrypted);
    }
    let entry = entries.iter().find(|entry| is_named(entry, "Workbook")).or_else(|| entries.iter().find(|entry| is_named(entry, "Book")));
    let Some(entry) = entry else {
        return Err(SheetError::Unsupported { found: "ole" });
    };
    let start = little_u32(entry, 116);
    let length = size(entry)?;
    if length >= SMALL_STREAM_BYTES {
        return compound.chain(start, Some(length));
    }
    let root = entries.first().ok_or_else(broken)?;
    let small_sectors = compound.chain(little_u32(root, 116), Some(size(root)?))?;
    let small_table = table(&compound.chain(little_u32(&bytes, 60), None)?);
    chain(start, Some(length), &small_table, |sector| piece(&small_sectors, sector, SMALL_SECTOR_BYTES, 0))
}

fn broken() -> SheetError {
    SheetError::damaged("compound file")
}

fn size(entry: &[u8]) -> Result<usize, SheetError> {
    usize::try_from(little_u32(entry, 120)).map_err(SheetError::damaged)
}

fn is_named(entry: &[u8], name: &str) -> bool {
    let letters: Vec<u16> = entry.chunks_exact(2).take(32).map(|pair| little_u16(pair, 0)).take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&letters).eq_ignore_ascii_case(name)
}

/// A table of sector numbers.
fn table(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|four| little_u32(four, 0)).collect()
}

/// One sector of `sector_bytes` bytes; the first begins at `offset`. The last may be cut off.
fn piece(bytes: &[u8], sector: u32, sector_bytes: usize, offset: usize) -> Option<&[u8]> {
    let start = usize::try_from(sector).ok()?.checked_mul(sector_bytes)?.checked_add(offset)?;
    let end = start.checked_add(sector_bytes)?.min(bytes.len());
    bytes.get(start..end).filter(|piece| !piece.is_empty())
}

/// The bytes of a chain of sectors, up to `length`. A chain longer than its table runs in a circle.
fn chain<'b>(start: u32, length: Option<usize>, table: &[u32], sector_at: impl Fn(u32) -> Option<&'b [u8]>) -> Result<Vec<u8>, SheetError> {
    let mut bytes = Vec::new();
    let mut sector = start;
    let mut steps = 0;
    while sector < SECTOR_END && length.is_none_or(|length| bytes.len() < length) {
        steps += 1;
        if steps > table.len() {
            return Err(broken());
        }
        bytes.extend_from_slice(sector_at(sector).ok_or_else(broken)?);
        let at = usize::try_from(sector).map_err(SheetError::damaged)?;
        sector = *table.get(at).ok_or_else(broken)?;
    }
    if let Some(length) = length {
        if bytes.len() < length {
            return Err(broken());
        }
        bytes.truncate(length);
    }
    Ok(bytes)
}

struct Compound<'b> {
    bytes: &'b [u8],
    sector_bytes: usize,
    table: Vec<u32>,
}

impl<'b> Compound<'b> {
    fn new(bytes: &'b [u8]) -> Result<Self, SheetError> {
        let sector_bytes = match (bytes.starts_with(&MAGIC), little_u16(bytes, 30)) {
            (true, 9) => 512,
            (true, 12) => 4096,
            _ => return Err(broken()),
        };
        let mut compound = Self { bytes, sector_bytes, table: Vec::new() };
        let sectors_max = bytes.len() / sector_bytes;
        let mut pieces = table(bytes.get(76..512).ok_or_else(broken)?);
        let mut further = little_u32(bytes, 68);
        let mut steps = 0;
        while further < SECTOR_END {
            steps += 1;
            if steps > sectors_max {
                return Err(broken());
            }
            let mut more = table(compound.sector(further).ok_or_else(broken)?);
            further = more.pop().ok_or_else(broken)?;
            pieces.extend(more);
        }
        for sector in pieces.into_iter().filter(|sector| *sector < SECTOR_END) {
            let more = table(compound.sector(sector).ok_or_else(broken)?);
            compound.table.extend(more);
            if compound.table.len() > sectors_max.saturating_add(sector_bytes) {
                break;
            }
        }
        Ok(compound)
    }

    fn sector(&self, sector: u32) -> Option<&'b [u8]> {
        // The header takes the place of one sector.
        piece(self.bytes, sector, self.sector_bytes, self.sector_bytes)
    }

    fn chain(&self, start: u32, length: Option<usize>) -> Result<Vec<u8>, SheetError> {
        chain(start, length, &self.table, |sector| self.sector(sector))
    }
}

/// A compound file that holds nothing but a workbook stream.
pub(super) fn packed(stream: &[u8]) -> Result<Vec<u8>, SheetError> {
    // At least so long that it need not be kept in small sectors.
    let data_sectors = stream.len().max(SMALL_STREAM_BYTES).div_ceil(SECTOR_BYTES);
    let per_table_sector = SECTOR_BYTES / 4;
    // The directory takes one sector; the table describes itself, and sectors beyond the
    // header's list need a list of their own.
    let mut table_sectors = 1;
    let mut list_sectors = 0;
    while (data_sectors + 1 + table_sectors + list_sectors).div_ceil(per_table_sector) > table_sectors {
        table_sectors = (data_sectors + 1 + table_sectors + list_sectors).div_ceil(per_table_sector);
        list_sectors = table_sectors.saturating_sub(HEADER_TABLE_SECTORS).div_ceil(per_table_sector - 1);
    }
    let number = |count: usize| u32::try_from(count).map_err(SheetError::damaged);
    let (data, tables, lists) = (number(data_sectors)?, number(table_sectors)?, number(list_sectors)?);
    // In this order: data, directory, table, list.
    let directory_at = data;
    let tables_at = data + 1;
    let lists_at = tables_at + tables;

    let mut out = Vec::with_capacity((data_sectors + table_sectors + list_sectors + 2) * SECTOR_BYTES);
    out.extend_from_slice(&MAGIC);
    out.resize(24, 0);
    for short in [0x3E_u16, 3, 0xFFFE, 9, 6] {
        out.extend_from_slice(&short.to_le_bytes());
    }
    out.resize(44, 0);
    let first_list = if lists == 0 { CHAIN_END } else { lists_at };
    for long in [tables, directory_at, 0, 4096, CHAIN_END, 0, first_list, lists] {
        out.extend_from_slice(&long.to_le_bytes());
    }
    let all_tables: Vec<u32> = (tables_at..lists_at).collect();
    let (in_header, in_lists) = all_tables.split_at(all_tables.len().min(HEADER_TABLE_SECTORS));
    push_padded(&mut out, in_header, SECTOR_BYTES);

    out.extend_from_slice(stream);
    out.resize((data_sectors + 1) * SECTOR_BYTES, 0);
    push_entry(&mut out, "Root Entry", 5, 1, CHAIN_END, 0);
    let stream_bytes = number(data_sectors * SECTOR_BYTES)?;
    push_entry(&mut out, "Workbook", 2, FREE, 0, stream_bytes);
    out.resize((data_sectors + 2) * SECTOR_BYTES, 0);

    let mut next: Vec<u32> = (1..data).collect();
    next.extend([CHAIN_END, CHAIN_END]);
    next.extend(all_tables.iter().map(|_| TABLE_SECTOR));
    next.resize(next.len() + list_sectors, 0xFFFF_FFFC);
    push_padded(&mut out, &next, (data_sectors + 2 + table_sectors) * SECTOR_BYTES);
    for (place, list) in in_lists.chunks(per_table_sector - 1).enumerate() {
        let end = out.len() + SECTOR_BYTES;
        push_padded(&mut out, list, end - 4);
        let last = place + 1 == list_sectors;
        let following = if last { CHAIN_END } else { lists_at + number(place)? + 1 };
        out.extend_from_slice(&following.to_le_bytes());
    }
    Ok(out)
}

/// Appends numbers, then free marks up to a length of the whole.
fn push_padded(out: &mut Vec<u8>, numbers: &[u32], length: usize) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
    while out.len() + 4 <= length {
        out.extend_from_slice(&FREE.to_le_bytes());
    }
}

/// Appends a directory entry.
fn push_entry(out: &mut Vec<u8>, name: &str, kind: u8, child: u32, start: u32, length: u32) {
    let begin = out.len();
    out.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    let name_bytes = u16::try_from(out.len() - begin + 2).unwrap_or(u16::MAX);
    out.resize(begin + 64, 0);
    out.extend_from_slice(&name_bytes.to_le_bytes());
    out.extend_from_slice(&[kind, 1]);
    for neighbour in [FREE, FREE, child] {
        out.extend_from_slice(&neighbour.to_le_bytes());
    }
    out.resize(begin + 116, 0);
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.resize(begin + ENTRY_BYTES, 0);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_packed_can_be_taken_out() {
        for length in [1, 4095, 4096, 100_000, 8 * 1024 * 1024] {
            let stream: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let file = packed(&stream).unwrap();
            let out = workbook_stream(&file[..]).unwrap();
            assert!(out.starts_with(&stream), "{length}");
        }
    }

    #[test]
    fn a_chain_in_a_circle_is_refused() {
        let mut file = packed(&[1; 10_000]).unwrap();
        // The directory is the sector after the twenty of the stream; let it follow itself.
        let link_at = file.len() - SECTOR_BYTES + 20 * 4;
        file[link_at..link_at + 4].copy_from_slice(&20_u32.to_le_bytes());
        let code = workbook_stream(&file[..]).map_or_else(|error| error.code(), |_| "read");
        assert_eq!(code, "sheet.damaged");
    }

    #[test]
    fn a_file_without_workbook_is_something_else() {
        let mut file = packed(&[1; 10]).unwrap();
        let name_at = file.windows(4).position(|w| w == b"W\0o\0").unwrap();
        file[name_at] = b'V';
        assert!(matches!(workbook_stream(&file[..]), Err(SheetError::Unsupported { found: "ole" })));
    }

    proptest! {
        #[test]
        fn no_damage_breaks_the_reading(at in 0_usize..7000, value in any::<u8>(), cut in 0_usize..7000) {
            let mut file = packed(&[7; 5000]).unwrap();
            if let Some(byte) = file.get_mut(at) {
                *byte = value;
            }
            file.truncate(cut.max(600));
            let _ = workbook_stream(&file[..]);
        }
    }
}
