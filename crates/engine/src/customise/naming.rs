//! Names for what is defined at run time and was only called something: 装机台数 becomes `zhuangjitaishu`.

use guanxi_model::{Error, Problem, Result, Status, text};
use serde_json::{Map, Value as Json};

/// Longest name that is made up, in letters; people may choose longer ones.
const MAX_LETTERS: usize = 30;
/// Others of the same sound that are told apart by a number.
const MAX_NAMESAKES: u32 = 99;

/// A label as it is spelled: small letters, digits and underscores, a letter first.
fn spelled(label: &str) -> String {
    let sound = text::spelled(label).unwrap_or_else(|| label.to_owned());
    let mut name = String::new();
    for c in text::normalise(&sound).chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            _ if name.is_empty() || name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name.insert(0, 'n');
    }
    name.truncate(MAX_LETTERS);
    name.truncate(name.trim_end_matches('_').len());
    name
}

/// The input with a name that nobody has, where it says none.
pub(super) fn named(input: &Map<String, Json>, mut taken: impl FnMut(&str) -> Result<bool>) -> Result<Map<String, Json>> {
    let mut input = input.clone();
    if input.get("name").is_some_and(|name| !name.is_null()) {
        return Ok(input);
    }
    let Some(label) = input.get("label").and_then(Json::as_str) else { return Err(Error::invalid("label", "required")) };
    let name = spelled(label);
    let all = std::iter::once(name.clone()).chain((2..=MAX_NAMESAKES).map(|n| format!("{name}_{n}")));
    for name in all {
        if !taken(&format!("x_{name}"))? {
            input.insert("name".into(), Json::String(name));
            return Ok(input);
        }
    }
    Err(Problem::new(Status::Conflict, "taken").field("name", "taken").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_becomes_a_name_of_small_letters() {
        for (label, name) in [
            ("装机台数", "zhuangjitaishu"),
            ("折扣", "zhekou"),
            ("2026年保养", "n2026nianbaoyang"),
            ("Model No. ", "model_no"),
            ("（）", "n"),
            ("ＡＢ型号", "abxinghao"),
            ("一二三四五六七八九十一二三四五六七八九十", "yiersansiwuliuqibajiushiyiersa"),
        ] {
            assert_eq!(spelled(label), name, "{label}");
        }
    }
}
