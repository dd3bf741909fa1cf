//! What a user typed in a search box, as terms an index can answer.

use super::search::{LETTER_GRAM, TITLE_END, runs, searchable, token_form};

/// Most terms of one query that are looked at; more only make it slower, not narrower.
const TERMS_MAX: usize = 8;
/// Longest term in characters; the rest of a longer one is ignored.
const TERM_CHARS_MAX: usize = 64;
/// Most tokens asked of the index for one term; the substring check sees to the rest.
const TOKENS_MAX: usize = 24;

/// One word of a query. A record matches a query when it matches every term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// What must stand in the record's search text, as it is.
    pub text: String,
    /// What the index must hold for the record: all of them. A query as it was typed has some for each term.
    pub tokens: Vec<Token>,
    /// Whether only what a record is called counts, not what else it is found by.
    pub in_title: bool,
}

impl Term {
    /// Whether a search text holds it.
    pub fn is_in(&self, search_text: &str) -> bool {
        let text = if self.in_title { search_text.split(TITLE_END).next().unwrap_or_default() } else { search_text };
        text.contains(&self.text)
    }
}

/// One token a term asks of the index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// The token, or its beginning.
    pub text: String,
    /// Whether `text` is only the beginning.
    pub prefix: bool,
}

impl Token {
    /// One or two letters or digits as every token that begins so: an index puts all it has of a beginning in order before
    /// it gives the first, and takes single tokens as they come.
    pub fn spelled_out(&self) -> Option<Vec<Self>> {
        let plain = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        if !self.prefix || self.text.is_empty() || self.text.len() >= LETTER_GRAM || !self.text.as_bytes().iter().all(plain) {
            return None;
        }
        let mut found = Vec::new();
        let mut open = vec![self.text.clone()];
        while let Some(text) = open.pop() {
            if text.len() < LETTER_GRAM {
                open.extend(('a'..='z').chain('0'..='9').map(|c| format!("{text}{c}")));
                // Other letters are written as `x` and six hexadecimal digits, and none is beyond 0fffff.
                found.push(Self { text: format!("{text}x0"), prefix: true });
            }
            found.push(Self { text, prefix: false });
        }
        Some(found)
    }
}

/// Cuts a query into terms: white space, commas and semicolons separate them, punctuation at
/// either end of a term is ignored. A query without a letter, digit or character gives none.
pub fn parse_query(query: &str) -> Vec<Term> {
    let query = searchable(query);
    let mut terms: Vec<Term> = Vec::new();
    for word in query.split([' ', ',', ';', '、', '。']) {
        if terms.len() >= TERMS_MAX {
            break;
        }
        let word = without_country_code(word);
        let word: String = word.trim_matches(is_outer_punctuation).chars().take(TERM_CHARS_MAX).collect();
        let tokens = tokens_of(&word);
        if !tokens.is_empty() && terms.iter().all(|t| t.text != word) {
            terms.push(Term { text: word, tokens, in_title: false });
        }
    }
    terms
}

fn is_outer_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && runs(c.encode_utf8(&mut [0; 4])).is_empty()
}

/// A phone number without +86: records may hold it with or without.
fn without_country_code(word: &str) -> &str {
    ["+86", "0086"]
        .iter()
        .find_map(|code| word.strip_prefix(code))
        .filter(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
        .unwrap_or(word)
}

fn tokens_of(word: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for run in runs(word) {
        let starts = run.starts();
        let length = starts.len();
        let gram = run.gram();
        let prefix = length < gram;
        // A run shorter than a token is the beginning of one; a longer one is all its tokens.
        let last = length.saturating_sub(gram);
        for from in 0..=last {
            let Some(piece) = run.piece(&starts, from, from + gram) else {
                continue;
            };
            let token = Token { text: token_form(piece).into_owned(), prefix };
            if tokens.len() < TOKENS_MAX && !tokens.contains(&token) {
                tokens.push(token);
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{index_tokens, search_text};

    fn exact(text: &str) -> Token {
        Token { text: text.to_owned(), prefix: false }
    }

    fn beginning(text: &str) -> Token {
        Token { text: text.to_owned(), prefix: true }
    }

    /// Whether the index would find the record, and the substring check agree.
    fn finds(record: &str, query: &str) -> bool {
        let tokens = index_tokens(record);
        parse_query(query).iter().all(|term| {
            record.contains(&term.text)
                && term
                    .tokens
                    .iter()
                    .flat_map(|wanted| [Some(vec![wanted.clone()]), wanted.spelled_out()].into_iter().flatten())
                    .all(|any| any.iter().any(|wanted| tokens.iter().any(|t| begins(t, wanted))))
        })
    }

    fn begins(token: &str, wanted: &Token) -> bool {
        if wanted.prefix { token.starts_with(&wanted.text) } else { token == wanted.text }
    }

    #[test]
    fn two_letters_are_spelled_out_and_more_or_chinese_are_not() {
        let spelled = beginning("zs").spelled_out().unwrap();
        assert_eq!(spelled.len(), 38);
        assert!([exact("zs"), exact("zsa"), exact("zs9"), beginning("zsx0")].iter().all(|token| spelled.contains(token)));
        assert_eq!(beginning("z").spelled_out().unwrap().len(), 2 + 36 * 38);
        assert_eq!(
            [beginning("云"), exact("zs"), exact("zsa"), beginning("x0000e9")].map(|token| token.spelled_out()),
            [const { None }; 4]
        );
    }

    #[test]
    fn one_character_is_the_beginning_of_a_token() {
        assert_eq!(parse_query("杉"), [Term { text: "杉".to_owned(), tokens: vec![beginning("杉")], in_title: false }]);
    }

    #[test]
    fn three_characters_are_two_tokens() {
        assert_eq!(
            parse_query("云杉科"),
            [Term { text: "云杉科".to_owned(), tokens: vec![exact("云杉"), exact("杉科")], in_title: false }]
        );
    }

    #[test]
    fn a_mixed_word_is_checked_whole() {
        assert_eq!(
            parse_query("3M中国"),
            [Term { text: "3m中国".to_owned(), tokens: vec![beginning("3m"), exact("中国")], in_title: false }]
        );
    }

    #[test]
    fn white_space_and_commas_separate_terms() {
        let texts: Vec<String> = parse_query("北京，云杉　张三、李四").into_iter().map(|t| t.text).collect();
        assert_eq!(texts, ["北京", "云杉", "张三", "李四"]);
    }

    #[test]
    fn punctuation_alone_is_no_query() {
        assert_eq!(parse_query(" …（）*\"' 😀 \u{1f} "), []);
        assert_eq!(parse_query(""), []);
    }

    #[test]
    fn terms_beyond_the_limit_and_repetitions_are_ignored() {
        assert_eq!(parse_query("甲 乙 甲 丙 丁 戊 己 庚 辛 壬 癸").len(), TERMS_MAX);
    }

    #[test]
    fn a_name_is_found_by_pinyin_initials_and_traditional_characters() {
        let record = search_text(&["云杉科技有限公司", "吕梁", "O'Brien", "Müller", "010-6512 3456"]);
        for query in [
            "云杉",
            "雲杉科技",
            "杉",
            "yunshan",
            "YSKJ",
            "yun keji",
            "lvliang",
            "luliang",
            "lüliang",
            "obrien",
            "o’br",
            "müll",
            "01065123456",
            "yunshan'keji",
            "＋ｙｓ",
        ] {
            let digits = search_text(&[&record, "01065123456"]);
            assert!(finds(&digits, query), "{query}");
        }
        assert!(!finds(&record, "云科"));
    }

    #[test]
    fn letters_are_found_before_those_of_another_alphabet() {
        let record = search_text(&["zsé", "qщ"]);
        assert!(["zs", "z", "s", "q"].iter().all(|query| finds(&record, query)));
    }

    #[test]
    fn the_country_code_of_a_phone_number_is_ignored() {
        let record = search_text(&["13800138000"]);
        assert!(finds(&record, "+8613800138000"));
        assert!(finds(&record, "0086138"));
        assert!(finds(&record, "138-0013"));
        assert!(finds(&search_text(&["+8613800138000"]), "+8613800"));
    }

    #[test]
    fn a_second_reading_finds_the_name_too() {
        let record = search_text(&["单县重庆音乐银行"]);
        for query in ["shanxian", "chongqing", "yinyue", "yinhang", "sxcqyyyh"] {
            assert!(finds(&record, query), "{query}");
        }
    }

    proptest! {
        #[test]
        fn any_piece_of_a_record_finds_it(
            parts in prop::collection::vec("[a-cA-C1-3云杉科技單長行é𠮷あ가（）,.' ·+-]{0,12}|\\PC{0,8}", 1..4),
            from in 0_usize..40,
            length in 1_usize..12,
        ) {
            let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
            let record = search_text(&refs);
            let piece: String = record.chars().skip(from).take(length)
                .take_while(|c| *c != crate::text::PART_SEPARATOR).collect();
            prop_assert!(finds(&record, &piece), "{:?} in {:?}", piece, record);
        }

        #[test]
        fn tokens_hold_only_what_every_tokenizer_keeps(text in any::<String>()) {
            for token in index_tokens(&search_text(&[&text])) {
                prop_assert!(!token.is_empty());
                prop_assert!(token.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()
                    || ('\u{3400}'..='\u{9fa5}').contains(&c)), "{}", token);
            }
        }
    }
}
