//! What the user decides about an import besides the mapping.

use guanxi_model::{Error, Result};
use serde_json::{Map, Value as Json, json};

use crate::sheet::{ReadOptions, TextEncoding};

/// Most fields by which records are matched.
const MATCH_MAX: usize = 5;
/// Longest name of a worksheet, in characters: Excel's own limit is 31.
const WORKSHEET_CHARS: usize = 100;

/// A closed list of words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
        pub(super) enum $name { $($(#[$word_doc])* $variant,)* }
        impl $name {
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// What becomes of rows with and without a match.
    Mode {
        /// A match is updated, everything else created.
        #[default]
        CreateUpdate = "create_update",
        /// A match is left alone.
        Create = "create",
        /// Nothing is created.
        Update = "update",
    }
}

words! {
    /// What becomes of a row that the entity's own rule takes for a record that is there.
    Duplicates {
        #[default]
        Skip = "skip",
        Create = "create",
        Update = "update",
    }
}

words! {
    /// What an empty cell means for a record that is there.
    Blank {
        /// The value stays.
        #[default]
        Keep = "keep",
        /// The value goes.
        Clear = "clear",
    }
}

/// Whose the new records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Holder {
    /// As the file says; who imports where it says nothing.
    #[default]
    File,
    /// Who imports.
    Me,
    /// Nobody, as far as the entity's rules allow.
    Nobody,
    User(i64),
}

/// Everything decided besides the mapping.
#[derive(Clone, Debug, PartialEq, Default)]
pub(super) struct Options {
    /// Fields by which a record is recognised; all of them must be equal.
    pub match_by: Vec<String>,
    pub mode: Mode,
    pub duplicates: Duplicates,
    pub blank: Blank,
    pub holder: Holder,
    /// Values of new records for fields without a cell, as the API takes them.
    pub defaults: Map<String, Json>,
    /// Words a dictionary does not know are added to it.
    pub add_choices: bool,
    pub encoding: Option<TextEncoding>,
    pub separator: Option<char>,
    pub worksheet: Option<String>,
}

impl Options {
    /// As kept and as told.
    pub fn json(&self) -> Json {
        json!({
            "match": self.match_by,
            "mode": self.mode.word(),
            "duplicates": self.duplicates.word(),
            "blank": self.blank.word(),
            "owner": match self.holder {
                Holder::File => "file".to_owned(),
                Holder::Me => "me".to_owned(),
                Holder::Nobody => "none".to_owned(),
                Holder::User(id) => id.to_string(),
            },
            "defaults": self.defaults,
            "add_choices": self.add_choices,
            "encoding": self.encoding.map(encoding_name),
            "separator": self.separator.map(String::from),
            "worksheet": self.worksheet,
        })
    }

    /// These options with what a caller changes.
    pub fn changed(&self, change: &Map<String, Json>) -> Result<Self> {
        let mut options = self.clone();
        for (name, json) in change {
            options.set(name, json).map_err(|code| Error::invalid(&format!("options.{name}"), code))?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, json: &Json) -> Result<(), &'static str> {
        let word = || json.as_str().ok_or("not_text");
        match name {
            "match" => self.match_by = names(json)?,
            "mode" => self.mode = Mode::parse(word()?).ok_or("unknown_choice")?,
            "duplicates" => self.duplicates = Duplicates::parse(word()?).ok_or("unknown_choice")?,
            "blank" => self.blank = Blank::parse(word()?).ok_or("unknown_choice")?,
            "owner" => self.holder = holder(json)?,
            "defaults" => self.defaults = json.as_object().cloned().ok_or("not_an_object")?,
            "add_choices" => self.add_choices = json.as_bool().ok_or("not_a_boolean")?,
            "encoding" if json.is_null() => self.encoding = None,
            "encoding" => self.encoding = Some(parse_encoding(word()?).ok_or("unknown_encoding")?),
            "separator" if json.is_null() => self.separator = None,
            "separator" => self.separator = Some(separator(word()?)?),
            "worksheet" if json.is_null() => self.worksheet = None,
            "worksheet" if word()?.chars().count() > WORKSHEET_CHARS => return Err("too_long"),
            "worksheet" => self.worksheet = Some(word()?.to_owned()),
            _ => return Err("unknown_field"),
        }
        Ok(())
    }

    /// As the file is to be read.
    pub fn reading(&self) -> ReadOptions {
        ReadOptions { worksheet: self.worksheet.clone(), encoding: self.encoding, separator: self.separator }
    }

    /// Whether the file reads the same with the other options.
    pub fn reads_like(&self, other: &Self) -> bool {
        (self.encoding, self.separator, &self.worksheet) == (other.encoding, other.separator, &other.worksheet)
    }
}

fn names(json: &Json) -> Result<Vec<String>, &'static str> {
    let list: Option<Vec<String>> = json.as_array().ok_or("not_a_list")?.iter().map(|name| name.as_str().map(str::to_owned)).collect();
    let list = list.ok_or("not_a_list_of_text")?;
    if list.len() > MATCH_MAX { Err("too_many_values") } else { Ok(list) }
}

fn holder(json: &Json) -> Result<Holder, &'static str> {
    match json.as_str() {
        None if json.is_null() => Ok(Holder::File),
        None => Err("not_text"),
        Some("file") => Ok(Holder::File),
        Some("me") => Ok(Holder::Me),
        Some("none") => Ok(Holder::Nobody),
        Some(id) => id.parse().ok().filter(|id| *id > 0).map(Holder::User).ok_or("unknown_choice"),
    }
}

fn separator(text: &str) -> Result<char, &'static str> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '"' | '\n' | '\r' | '\'' | '-' | '.') => Ok(c),
        _ => Err("unknown_separator"),
    }
}

/// The name of an encoding.
pub(super) fn encoding_name(encoding: TextEncoding) -> &'static str {
    match encoding {
        TextEncoding::Utf8 => "utf-8",
        TextEncoding::Utf16Le => "utf-16le",
        TextEncoding::Utf16Be => "utf-16be",
        TextEncoding::Gb18030 => "gb18030",
        TextEncoding::Big5 => "big5",
    }
}

fn parse_encoding(name: &str) -> Option<TextEncoding> {
    Some(match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => TextEncoding::Utf8,
        "utf-16le" => TextEncoding::Utf16Le,
        "utf-16be" => TextEncoding::Utf16Be,
        "gb18030" | "gbk" | "gb2312" => TextEncoding::Gb18030,
        "big5" => TextEncoding::Big5,
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn object(json: Json) -> Map<String, Json> {
        json.as_object().cloned().unwrap()
    }

    #[test]
    fn options_are_read_as_they_are_told() {
        let change = json!({"match": ["name"], "mode": "update", "duplicates": "create", "blank": "clear", "owner": "42",
            "defaults": {"source": "exhibition"}, "add_choices": true, "encoding": "gbk", "separator": "\t", "worksheet": "客户"});
        let options = Options::default().changed(&object(change)).unwrap();
        assert_eq!(options.holder, Holder::User(42));
        assert_eq!(options.encoding, Some(TextEncoding::Gb18030));
        assert_eq!(Options::default().changed(&object(options.json())).unwrap(), options);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for change in
            [json!({"mode": "delete"}), json!({"match": "name"}), json!({"separator": "ab"}), json!({"owner": "-1"}), json!({"colour": 1})]
        {
            let error = Options::default().changed(&object(change.clone())).unwrap_err();
            let field = &error.problem().unwrap().fields[0].field;
            assert!(field.starts_with("options."), "{change}: {field}");
        }
    }
}
