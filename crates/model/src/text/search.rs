//! What is stored for search, and the tokens by which an index finds it.
//!
//! The index is a filter, the substring check afterwards is the judge: tokens may let a wrong
//! record through to the check but never keep a right one from it. So a record's text is cut
//! into overlapping pieces: two characters of Chinese, three letters or digits, and the shorter
//! pieces at the end of each run, so that every short piece of a run begins some token.

use std::borrow::Cow;

use super::normal::{Script, normalise, script};
use super::pinyin::readings;

/// Stands between the parts of a search text, so that no match crosses from one to the next.
pub const PART_SEPARATOR: char = '\u{1f}';
/// Stands behind the parts of the title, in the search text of a record.
pub const TITLE_END: char = '\u{1e}';
/// Characters per token in Chinese, kana and Korean.
const DENSE_GRAM: usize = 2;
/// Characters per token in letters and digits.
pub(super) const LETTER_GRAM: usize = 3;
/// Longest beginning of a part, in characters, of which pinyin is made: names, not notes.
const READING_CHARS_MAX: usize = 64;

/// The normal form for search: as [`normalise`], and marks that people write or leave out at
/// will (hyphens, apostrophes, middle dots) dropped, ü written v as in typed pinyin.
/// Character by character, so that it agrees on a text and on any part of it.
pub(super) fn searchable(text: &str) -> String {
    let mut form = normalise(text);
    if !form.chars().any(|c| c == 'ü' || is_optional_mark(c)) {
        return form;
    }
    form = form.chars().filter(|c| !is_optional_mark(*c)).map(|c| if c == 'ü' { 'v' } else { c }).collect();
    normalise(&form)
}

fn is_optional_mark(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\'' | '’' | '‘' | 'ʼ' | '·' | '•' | '‧' | '∙' | '・')
}

/// What is stored per record for search: the searchable form of each part, its full pinyin and
/// its initials, without repetition, separated by [`PART_SEPARATOR`].
///
/// Give a phone number both as typed and as its `phone_key`, so that it is found either way.
pub fn search_text(parts: &[&str]) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let mut add = |piece: String| {
        if !piece.is_empty() && !pieces.contains(&piece) {
            pieces.push(piece);
        }
    };
    for part in parts {
        let text = searchable(part);
        let head = text.char_indices().nth(READING_CHARS_MAX).map_or(text.len(), |(at, _)| at);
        let readings = readings(text.get(..head).unwrap_or_default());
        add(text);
        for reading in readings {
            // 吕 is typed lv by some and lu by others; both are found.
            if reading.full.contains('v') && (reading.full.contains("lv") || reading.full.contains("nv")) {
                add(reading.full.replace("lv", "lu").replace("nv", "nu"));
            }
            add(reading.full);
            add(reading.initials);
        }
    }
    let mut text = String::with_capacity(pieces.iter().map(|p| p.len() + 1).sum());
    for piece in &pieces {
        if !text.is_empty() {
            text.push(PART_SEPARATOR);
        }
        text.push_str(piece);
    }
    text
}

/// The tokens of a search text, sorted, each once. They hold nothing but lower-case ASCII
/// letters, digits and common Chinese characters, so that SQLite's `unicode61` and PostgreSQL's
/// `tsvector` both take each as one token.
pub fn index_tokens(search_text: &str) -> Vec<String> {
    let document = index_document(search_text);
    let mut tokens: Vec<&str> = document.split_terminator(' ').collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens.into_iter().map(str::to_owned).collect()
}

/// The tokens of [`index_tokens`] as one text, in any order and some perhaps again, a space behind each, as a
/// full-text index takes them.
pub fn index_document(search_text: &str) -> String {
    let mut document = String::with_capacity(search_text.len() * (LETTER_GRAM + 1));
    for run in runs(search_text) {
        if run.text.chars().all(is_plain_token_char) {
            run.push_plain(&mut document);
            continue;
        }
        let mut ends = run.text.char_indices().map(|(at, _)| at).skip(run.gram());
        for (from, _) in run.text.char_indices() {
            let piece = run.text.get(from..ends.next().unwrap_or(run.text.len())).unwrap_or_default();
            document.push_str(&token_form(piece));
            document.push(' ');
        }
    }
    document
}

/// A longest stretch of one script.
pub(super) struct Run<'a> {
    text: &'a str,
    script: Script,
}

impl<'a> Run<'a> {
    /// Characters per token of this run.
    pub(super) fn gram(&self) -> usize {
        if self.script == Script::Dense { DENSE_GRAM } else { LETTER_GRAM }
    }

    /// The overlapping pieces of a run of plain token characters. Those of one script have one length, letters and
    /// digits one byte, Chinese characters three.
    fn push_plain(&self, document: &mut String) {
        let width = self.text.chars().next().map_or(1, char::len_utf8);
        let length = width * self.gram();
        for from in (0..self.text.len()).step_by(width) {
            document.push_str(self.text.get(from..self.text.len().min(from + length)).unwrap_or_default());
            document.push(' ');
        }
    }

    /// Byte positions at which the characters begin.
    pub(super) fn starts(&self) -> Vec<usize> {
        self.text.char_indices().map(|(at, _)| at).collect()
    }

    /// The characters from the `from`th up to but without the `to`th.
    pub(super) fn piece(&self, starts: &[usize], from: usize, to: usize) -> Option<&'a str> {
        let begin = *starts.get(from)?;
        let end = starts.get(to).copied().unwrap_or(self.text.len());
        self.text.get(begin..end)
    }
}

/// The runs of letters and of Chinese in a text; everything else separates.
pub(super) fn runs(text: &str) -> Vec<Run<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Script)> = None;
    for (at, c) in text.char_indices() {
        let now = script(c);
        if let Some((from, script)) = open
            && script != now
        {
            push_run(&mut found, text, from, at, script);
            open = None;
        }
        if open.is_none() && now != Script::Other {
            open = Some((at, now));
        }
    }
    if let Some((from, script)) = open {
        push_run(&mut found, text, from, text.len(), script);
    }
    found
}

fn push_run<'a>(found: &mut Vec<Run<'a>>, text: &'a str, from: usize, to: usize, script: Script) {
    if let Some(text) = text.get(from..to) {
        found.push(Run { text, script });
    }
}

/// The form in which a piece of text stands in the index. Characters that a tokenizer might
/// split on, or fold, are written as `x` and six hexadecimal digits; a false match that this
/// may cause is caught by the substring check.
pub(super) fn token_form(piece: &str) -> Cow<'_, str> {
    if piece.chars().all(is_plain_token_char) {
        return Cow::Borrowed(piece);
    }
    let mut form = String::new();
    for c in piece.chars() {
        if is_plain_token_char(c) {
            form.push(c);
        } else {
            form.push_str(&format!("x{:06x}", u32::from(c)));
        }
    }
    Cow::Owned(form)
}

fn is_plain_token_char(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '\u{3400}'..='\u{4db5}' | '\u{4e00}'..='\u{9fa5}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_stored_with_its_pinyin_and_initials() {
        assert_eq!(search_text(&["云杉科技"]), "云杉科技\u{1f}yunshankeji\u{1f}yskj");
    }

    #[test]
    fn equal_parts_are_stored_once() {
        assert_eq!(search_text(&["ACME", "acme ", ""]), "acme");
    }

    #[test]
    fn a_part_cannot_forge_the_separator() {
        assert_eq!(search_text(&["a\u{1f}b"]), "ab");
    }

    #[test]
    fn lu_and_lv_are_both_stored_for_u_umlaut() {
        let text = search_text(&["吕梁"]);
        let pieces: Vec<&str> = text.split(PART_SEPARATOR).collect();
        assert_eq!(pieces, ["吕梁", "luliang", "lvliang", "ll"]);
    }

    #[test]
    fn chinese_is_cut_in_twos_with_the_last_character_alone() {
        assert_eq!(index_tokens("云杉科"), ["云杉", "杉科", "科"]);
    }

    #[test]
    fn letters_are_cut_in_threes_with_both_tails() {
        assert_eq!(index_tokens("acme"), ["acm", "cme", "e", "me"]);
    }

    #[test]
    fn scripts_and_punctuation_end_a_run() {
        assert_eq!(index_tokens("3m中国 (a)"), ["3m", "a", "m", "中国", "国"]);
    }

    #[test]
    fn characters_unknown_to_tokenizers_are_spelled_out() {
        assert_eq!(index_tokens("é𠮷"), ["x0000e9", "x020bb7"]);
        assert_eq!(index_document("云é 云"), "云 x0000e9 云 ");
    }

    #[test]
    fn hyphens_in_numbers_do_not_hinder_search() {
        assert_eq!(search_text(&["HT-2024—001", "阿凡提·买买提"]).split(PART_SEPARATOR).next(), Some("ht2024001"));
    }
}
