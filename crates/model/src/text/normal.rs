//! The one form in which two spellings of the same text are equal.

use std::sync::LazyLock;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// First character of the table of simplified forms: the start of CJK extension A.
const SIMPLIFIED_FIRST: u32 = 0x3400;
/// Last character of the table of simplified forms: the end of the unified ideographs.
const SIMPLIFIED_LAST: u32 = 0x9FFF;
/// How often a character may be simplified in turn before the table gives up on a cycle.
const SIMPLIFY_STEPS: usize = 4;

/// For each character from [`SIMPLIFIED_FIRST`] on, its simplified form.
///
/// One character at a time, never by its neighbours (乾 is 干 even in 乾隆): otherwise the
/// normal form of a substring would not be a substring of the normal form, and search by
/// substring would miss.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    (SIMPLIFIED_FIRST..=SIMPLIFIED_LAST).map(|code| simplest(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))).collect()
});

/// Follows the simplification of `c` to its end, so that simplifying twice changes nothing.
fn simplest(c: char) -> char {
    let mut form = c;
    for _ in 0..SIMPLIFY_STEPS {
        let mut buffer = [0_u8; 4];
        match fast2s::convert(form.encode_utf8(&mut buffer)).chars().next() {
            Some(next) if next != form => form = next,
            _ => break,
        }
    }
    form
}

/// The simplified form of a traditional character; any other character as it is.
fn simplified(c: char) -> char {
    let code = u32::from(c);
    if !(SIMPLIFIED_FIRST..=SIMPLIFIED_LAST).contains(&code) {
        return c;
    }
    usize::try_from(code - SIMPLIFIED_FIRST).ok().and_then(|place| SIMPLIFIED.get(place).copied()).unwrap_or(c)
}

/// Characters that show nothing and only make equal texts differ: controls, zero-width and
/// direction marks, variation selectors, invisible fillers.
fn is_invisible(c: char) -> bool {
    if c.is_control() {
        return !c.is_whitespace();
    }
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The comparable form of a text: compatibility characters and full-width letters folded
/// (NFKC), lower case, traditional characters simplified, invisible characters dropped,
/// white space folded to single spaces and trimmed. Applying it twice changes nothing.
///
/// For comparing and searching, never for showing: it loses what the user typed.
pub fn normalise(text: &str) -> String {
    if let Some(folded) = all_folded_alone(text) {
        return folded;
    }
    let mut folded = String::with_capacity(text.len());
    let visible = text.chars().filter(|c| !is_invisible(*c));
    push_folded(&mut folded, visible.nfkc().flat_map(char::to_lowercase).map(simplified));
    // Lower-casing can undo the composition of a few letters outside Chinese and English.
    if is_nfkc_quick(folded.chars()) != IsNormalized::Yes {
        let composed: String = folded.nfkc().collect();
        folded.clear();
        push_folded(&mut folded, composed.chars().flat_map(char::to_lowercase).map(simplified));
    }
    folded
}

/// The normal form of a text whose characters are all folded alone.
fn all_folded_alone(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut foreign = false;
    let alone = text.chars().map_while(|c| {
        let form = folded_alone(c);
        foreign = form.is_none();
        form
    });
    push_folded(&mut folded, alone.filter(|c| !c.is_ascii_control() || c.is_whitespace()));
    (!foreign).then_some(folded)
}

/// The characters of a text that are of a kind.
pub(super) fn only(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    kept.extend(text.chars().filter(|c| is_kept(*c)));
    kept
}

/// The normal form of a character whose form does not depend on its neighbours, as long as they
/// are of this kind too: what nearly all texts of a Chinese company are made of.
fn folded_alone(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => Some(simplified(c)),
        '\u{3000}' => Some(' '),
        '\u{3001}'..='\u{3002}' | '\u{3008}'..='\u{3011}' => Some(c),
        // Full-width letters, digits and marks stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).map(|c| c.to_ascii_lowercase()),
        _ => None,
    }
}

/// Appends `chars` with white space folded to single spaces and none at either end.
fn push_folded(out: &mut String, chars: impl Iterator<Item = char>) {
    let mut gap = false;
    for c in chars {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
}

/// How a character takes part in search and naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// One character carries a word or a syllable: Chinese, Japanese kana, Korean.
    Dense,
    /// Letters and digits of every other script.
    Letter,
    /// White space, punctuation, symbols.
    Other,
}

/// The script class of one character. It looks at nothing but the character itself.
pub(super) fn script(c: char) -> Script {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Script::Letter } else { Script::Other };
    }
    if is_han(c) || matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{ac00}'..='\u{d7a3}') {
        return Script::Dense;
    }
    if c.is_alphanumeric() { Script::Letter } else { Script::Other }
}

/// Whether the character is a Chinese character, rare ones and 〇 included.
pub(super) fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' | '〇'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn full_width_and_capitals_fold_to_plain_lower_case() {
        assert_eq!(normalise("ＧＵＡＮＸＩ　Ｃｏ．，Ｌｔｄ"), "guanxi co.,ltd");
    }

    #[test]
    fn traditional_characters_become_simplified() {
        assert_eq!(normalise("廣東雲杉資訊科技有限責任公司"), "广东云杉资讯科技有限责任公司");
    }

    #[test]
    fn simplification_looks_at_one_character_only() {
        assert_eq!(normalise("乾隆"), format!("{}{}", normalise("乾"), normalise("隆")));
    }

    #[test]
    fn controls_and_invisible_characters_are_dropped() {
        assert_eq!(normalise("张\u{0}\u{1f}\u{200b}三\u{feff}\u{202e}"), "张三");
    }

    #[test]
    fn white_space_of_every_kind_folds_to_one_space() {
        assert_eq!(normalise("\t 云杉\u{3000}\u{a0}\r\n科技 \n"), "云杉 科技");
    }

    #[test]
    fn an_invisible_character_does_not_keep_a_letter_from_its_accent() {
        assert_eq!(normalise("e\u{200b}\u{301}"), "é");
    }

    #[test]
    fn nothing_stays_nothing() {
        assert_eq!(normalise(""), "");
        assert_eq!(normalise(" \u{3000}\u{200b}"), "");
    }

    #[test]
    fn characters_folded_alone_are_folded_as_in_any_company() {
        for c in (0..=0xffff).filter_map(char::from_u32).filter(|c| folded_alone(*c).is_some()) {
            // The Greek letter leaves the short way.
            let (alone, beside) = (normalise(&format!("甲{c}乙")), normalise(&format!("甲{c}乙α")));
            assert_eq!(format!("{alone}α"), beside, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn a_substring_of_a_normal_text_is_normal_but_for_its_ends(
            text in "[\\PC]{0,12}", from in 0_usize..12, length in 0_usize..12,
        ) {
            let part: String = normalise(&text).chars().skip(from).take(length).collect();
            prop_assert_eq!(normalise(&part), part.trim());
        }
    }
}
