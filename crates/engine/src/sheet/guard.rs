//! The rule that keeps text in CSV files from being run as formulas, and takes nothing away.
//!
//! A spreadsheet program runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break,
//! or one of their full-width forms `＝ ＋ － ＠`. In CSV a text cell with such a beginning is
//! therefore written with an apostrophe before it. The same holds inside a text after `,`, `;`,
//! a tab or a quote, since a program that takes these for separators would see a cell begin.
//!
//! Texts that have apostrophes before such a character already get one more, so that reading
//! can take exactly one away: at each of those places, `'` followed by any number of `'` and
//! then a dangerous character loses one `'`. So `'=1` in a file is read as `=1`, `''=1` as
//! `'=1`, and `=1` as `=1`.

use std::borrow::Cow;

/// The character written before dangerous ones.
const GUARD: char = '\'';

/// The text as it is written to a CSV file.
pub fn guarded(text: &str) -> Cow<'_, str> {
    rewritten(text, |out, apostrophes| {
        out.push(GUARD);
        for _ in 0..apostrophes {
            out.push(GUARD);
        }
    })
}

/// The text as it was before [`guarded`]: `unguarded(&guarded(text)) == text`.
pub fn unguarded(text: &str) -> Cow<'_, str> {
    rewritten(text, |out, apostrophes| {
        for _ in 1..apostrophes {
            out.push(GUARD);
        }
    })
}

/// Copies the text; wherever apostrophes, maybe none, stand at a beginning before a dangerous
/// character, `apostrophes` writes what shall stand in their place.
fn rewritten(text: &str, apostrophes: impl Fn(&mut String, usize)) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut at_beginning = true;
    // Apostrophes since the last beginning, not yet written.
    let mut waiting = 0;
    for c in text.chars() {
        if at_beginning && c == GUARD {
            waiting += 1;
            continue;
        }
        if at_beginning && is_dangerous(c) {
            apostrophes(&mut out, waiting);
        } else {
            out.extend(std::iter::repeat_n(GUARD, waiting));
        }
        waiting = 0;
        out.push(c);
        at_beginning = matches!(c, ',' | ';' | '\t' | '"');
    }
    out.extend(std::iter::repeat_n(GUARD, waiting));
    Cow::Owned(out)
}

fn is_dangerous(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dangerous_beginnings_get_an_apostrophe() {
        for text in ["=1+1", "+8613800138000", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"] {
            assert!(guarded(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(guarded("=1+1"), "'=1+1");
    }

    #[test]
    fn dangerous_characters_after_separators_and_quotes_are_guarded_too() {
        assert_eq!(guarded("a;=1"), "a;'=1");
        assert_eq!(guarded("a,\"-1\""), "a,\"'-1\"");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "云杉-科技", "a=b", "'quoted'", "it's", "1+1", "a@b.cn", "O'-Neil"] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn exactly_one_apostrophe_is_taken_away() {
        assert_eq!(unguarded("'=1"), "=1");
        assert_eq!(unguarded("''=1"), "'=1");
        assert_eq!(unguarded("=1"), "=1");
        assert_eq!(unguarded("'abc"), "'abc");
    }

    proptest! {
        #[test]
        fn reading_gives_back_what_was_written(text in "['=+@,;\"\\t\\r\\na＝－-]{0,10}|\\PC{0,10}") {
            let written = guarded(&text);
            prop_assert_eq!(unguarded(&written), text.as_str());
        }

        #[test]
        fn nothing_written_begins_dangerously(text in "['=+@,;\"\\t\\r\\na＝－-]{0,10}") {
            let written = guarded(&text);
            let mut beginning = true;
            for c in written.chars() {
                prop_assert!(!(beginning && is_dangerous(c)), "{:?}", written);
                beginning = matches!(c, ',' | ';' | '\t' | '"');
            }
        }
    }
}
