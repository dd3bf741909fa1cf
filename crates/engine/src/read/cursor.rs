//! Where the next page starts: the keys of the last row, bound to the list they came from.

use guanxi_model::kind::Storage;
use guanxi_model::wire::Cell;
use guanxi_model::{Error, Result};
use serde_json::{Value as Json, json};

/// Longest cursor accepted, in characters.
const MAX_LENGTH: usize = 4000;

/// Writes a cursor of a list.
pub fn write(list: &str, keys: &[Cell<'_>]) -> String {
    let keys: Vec<Json> = keys
        .iter()
        .map(|key| match key {
            Cell::Null => Json::Null,
            Cell::Int(n) => json!(n),
            Cell::Text(text) => json!(text),
        })
        .collect();
    let text = json!([list, keys]).to_string();
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a cursor of a list.
///
/// # Errors
/// 400 for a cursor of another list or order, and for anything that is no cursor.
pub fn read(list: &str, keys: &[Storage], cursor: &str) -> Result<Vec<Cell<'static>>> {
    let bad = || Error::malformed("cursor", "bad_cursor");
    if cursor.len() > MAX_LENGTH || !cursor.len().is_multiple_of(2) || !cursor.is_ascii() {
        return Err(bad());
    }
    let byte = |i: usize| cursor.get(i..i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..cursor.len()).step_by(2).map(byte).collect();
    let json: Json = serde_json::from_slice(&bytes.ok_or_else(bad)?).map_err(|_| bad())?;
    let (Some(of), Some(found)) = (json.get(0).and_then(Json::as_str), json.get(1).and_then(Json::as_array)) else {
        return Err(bad());
    };
    if of != list || found.len() != keys.len() {
        return Err(bad());
    }
    // A key that is not of its column would be compared by different rules in each database.
    let cell = |(key, storage): (&Json, &Storage)| match (key, storage) {
        (Json::Null, _) => Some(Cell::Null),
        (Json::Number(n), Storage::Int) => n.as_i64().map(Cell::Int),
        (Json::String(text), Storage::Text) if !text.contains('\0') => Some(Cell::Text(text.clone().into())),
        _ => None,
    };
    let cells = found.iter().zip(keys).map(cell).collect::<Option<Vec<_>>>().ok_or_else(bad)?;
    // The identity, which comes last, is never missing.
    if cells.last() == Some(&Cell::Null) { Err(bad()) } else { Ok(cells) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = write("customers -created_at", &[Cell::Null, Cell::Int(5)]);
        let two = [Storage::Int, Storage::Int];
        assert_eq!(read("customers -created_at", &two, &cursor).unwrap(), vec![Cell::Null, Cell::Int(5)]);
        let nobody = write("customers -created_at", &[Cell::Int(5), Cell::Null]);
        assert!(read("customers -created_at", &two, &nobody).is_err());
        assert!(read("customers name", &two, &cursor).is_err());
        assert!(read("customers -created_at", &two[..1], &cursor).is_err());
        assert!(read("customers -created_at", &[Storage::Int, Storage::Text], &cursor).is_err());
        assert!(read("customers -created_at", &two, "zz").is_err());
        assert!(read("customers -created_at", &two, "é").is_err());
    }
}
