//! Pinyin of names, as people type it: without tones and spaces, ü written v.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyin;

use super::normal::{Script, is_han, normalise, script};
use super::readings::{CHARACTERS, SURNAMES, WORD_CHARS_MAX, WORDS};

/// Most readings of one text.
const READINGS_MAX: usize = 8;
/// Longest text, in Chinese characters, that is taken for a person's name.
const PERSON_NAME_CHARS_MAX: usize = 4;
/// Longest surname in characters.
const SURNAME_CHARS_MAX: usize = 2;

/// One way to read a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    /// All syllables, letters and digits in order, without spaces: `zhangsan`.
    pub full: String,
    /// The first letter of each syllable; letters and digits of the text as they are: `zs`.
    pub initials: String,
}

/// One character's share in a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sound {
    /// A Chinese character and its possible syllables, the likeliest first. Never empty.
    Syllable(Vec<&'static str>),
    /// A letter or digit, which stands for itself.
    Literal(char),
}

type Table = HashMap<&'static str, Vec<&'static str>>;

fn table(source: &'static str) -> Table {
    let entries = source.lines().flat_map(|line| line.split('|'));
    entries
        .filter_map(|entry| {
            let mut words = entry.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect()
}

static WORD_READINGS: LazyLock<Table> = LazyLock::new(|| table(WORDS));
static CHARACTER_READINGS: LazyLock<Table> = LazyLock::new(|| table(CHARACTERS));
static SURNAME_READINGS: LazyLock<Table> = LazyLock::new(|| table(SURNAMES));

/// The ways to read a text that holds Chinese characters, the likeliest first, at most
/// eight; none if it holds no Chinese. Letters and digits stay in place, all else is dropped.
pub fn readings(text: &str) -> Vec<Reading> {
    let sounds = sounds(text);
    if !sounds.iter().any(|s| matches!(s, Sound::Syllable(_))) {
        return Vec::new();
    }
    // The best readings of a beginning are the beginnings of the best readings, since each
    // character adds its cost by itself; so nothing is lost by keeping only the best few.
    let mut best: Vec<(usize, Reading)> = vec![(0, Reading { full: String::new(), initials: String::new() })];
    for sound in &sounds {
        match sound {
            Sound::Literal(c) => {
                for (_, reading) in &mut best {
                    reading.full.push(*c);
                    reading.initials.push(*c);
                }
            }
            Sound::Syllable(syllables) => best = extended(&best, syllables),
        }
    }
    let mut found: Vec<Reading> = Vec::new();
    for (_, reading) in best {
        if !found.contains(&reading) {
            found.push(reading);
        }
    }
    found
}

/// Each reading so far with each syllable, the best of them. An unusual syllable costs its rank.
fn extended(best: &[(usize, Reading)], syllables: &[&str]) -> Vec<(usize, Reading)> {
    let mut next: Vec<(usize, Reading)> = Vec::with_capacity(best.len() * syllables.len());
    for (cost, reading) in best {
        for (rank, syllable) in syllables.iter().enumerate() {
            let mut longer = reading.clone();
            longer.full.push_str(syllable);
            longer.initials.extend(syllable.chars().next());
            next.push((cost + rank, longer));
        }
    }
    next.sort_by_key(|(cost, _)| *cost);
    next.truncate(READINGS_MAX);
    next
}

/// The sounds of a text in order. Characters that are neither letter nor digit, and Chinese
/// characters without a known reading, are left out.
pub(super) fn sounds(text: &str) -> Vec<Sound> {
    let chars: Vec<char> = normalise(text).chars().filter(|c| script(*c) != Script::Other).collect();
    let person = chars.len() <= PERSON_NAME_CHARS_MAX && chars.iter().all(|c| is_han(*c));
    let mut sounds = Vec::with_capacity(chars.len());
    let mut at = 0;
    if let Some((length, surname)) = longest_entry(&SURNAME_READINGS, &chars, SURNAME_CHARS_MAX).filter(|(length, _)| *length < chars.len())
    {
        let word = longest_entry(&WORD_READINGS, &chars, WORD_CHARS_MAX).map(|(_, word)| word);
        for place in 0..length {
            let own = surname.get(place).copied();
            let usual = word.and_then(|w| w.get(place)).copied();
            // 单晓明 is Shan before Dan, 单片机厂 Dan before Shan.
            let first = if person { [own, usual] } else { [usual, own] };
            let others = chars.get(place).filter(|_| usual.is_none()).map_or_else(Vec::new, |c| syllables(*c));
            let all = if person || usual.is_some() {
                first.into_iter().flatten().chain(others).collect()
            } else {
                others.into_iter().chain(own).collect()
            };
            push_syllables(&mut sounds, all);
        }
        at = length;
    }
    while let Some(rest) = chars.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((length, word)) = longest_entry(&WORD_READINGS, rest, WORD_CHARS_MAX) {
            sounds.extend(word.iter().map(|syllable| Sound::Syllable(vec![*syllable])));
            at += length;
            continue;
        }
        if let Some(c) = rest.first() {
            if is_han(*c) {
                push_syllables(&mut sounds, syllables(*c));
            } else {
                sounds.push(Sound::Literal(*c));
            }
        }
        at += 1;
    }
    sounds
}

fn push_syllables(sounds: &mut Vec<Sound>, all: Vec<&'static str>) {
    let mut distinct: Vec<&'static str> = Vec::with_capacity(all.len());
    for syllable in all {
        if !distinct.contains(&syllable) {
            distinct.push(syllable);
        }
    }
    if !distinct.is_empty() {
        sounds.push(Sound::Syllable(distinct));
    }
}

/// The syllables of one character by itself, the usual one first.
fn syllables(c: char) -> Vec<&'static str> {
    let mut buffer = [0_u8; 4];
    if let Some(known) = CHARACTER_READINGS.get(&*c.encode_utf8(&mut buffer)) {
        return known.clone();
    }
    c.to_pinyin().map(|p| without_umlaut(p.plain())).into_iter().collect()
}

/// The few syllables with ü, written with v.
fn without_umlaut(syllable: &'static str) -> &'static str {
    match syllable {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        "ê" => "e",
        other => other,
    }
}

/// The longest entry with which `chars` begin, at most `longest` characters, and its length.
fn longest_entry<'t>(table: &'t Table, chars: &[char], longest: usize) -> Option<(usize, &'t [&'static str])> {
    (1..=longest.min(chars.len())).rev().find_map(|length| {
        let word: String = chars.get(..length)?.iter().collect();
        table.get(word.as_str()).map(|syllables| (length, syllables.as_slice()))
    })
}

/// The key by which titles are ordered: the most frequent reading, so that Chinese names stand
/// where their pinyin puts them on both databases.
pub fn sort_key(text: &str) -> String {
    match readings(text).into_iter().next() {
        Some(reading) => reading.full,
        None => super::normalise(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fulls(text: &str) -> Vec<String> {
        readings(text).into_iter().map(|r| r.full).collect()
    }

    #[test]
    fn a_plain_name_has_one_reading_and_its_initials() {
        assert_eq!(readings("张三"), [Reading { full: "zhangsan".to_owned(), initials: "zs".to_owned() }]);
    }

    #[test]
    fn letters_and_digits_stay_in_place_and_punctuation_goes() {
        let first = readings("3M（中国）有限公司").into_iter().next();
        assert_eq!(first, Some(Reading { full: "3mzhongguoyouxiangongsi".to_owned(), initials: "3mzgyxgs".to_owned() }));
    }

    #[test]
    fn text_without_chinese_has_no_reading() {
        assert_eq!(readings("Acme 3000"), []);
        assert_eq!(readings(""), []);
    }

    #[test]
    fn u_umlaut_is_written_v() {
        assert_eq!(fulls("吕女略虐"), ["lvnvlvenve"]);
    }

    #[test]
    fn a_surname_is_read_as_a_surname_first() {
        for (name, expected) in [
            ("单晓明", "shanxiaoming"),
            ("曾国藩", "zengguofan"),
            ("仇英", "qiuying"),
            ("解缙", "xiejin"),
            ("区明", "ouming"),
            ("朴志", "piaozhi"),
            ("查良", "zhaliang"),
            ("盖伦", "gelun"),
            ("尉迟恭", "yuchigong"),
            ("万俟明", "moqiming"),
            ("长孙明", "zhangsunming"),
            ("乐嘉", "yuejia"),
        ] {
            assert_eq!(fulls(name).first().map(String::as_str), Some(expected), "{name}");
        }
    }

    #[test]
    fn a_firm_may_begin_with_the_surname_or_with_the_word() {
        let readings = fulls("单氏机械厂");
        assert_eq!(readings, ["danshijixiechang", "shanshijixiechang"]);
    }

    #[test]
    fn words_settle_the_reading() {
        for (name, expected) in [
            ("中国银行重庆分行", "zhongguoyinhangchongqingfenhang"),
            ("厦门音乐学校", "xiamenyinyuexuexiao"),
            ("春意空调", "chunyikongtiao"),
            ("长沙会计", "changshakuaiji"),
        ] {
            assert_eq!(fulls(name), [expected], "{name}");
        }
    }

    #[test]
    fn readings_never_exceed_the_limit() {
        let all = fulls("行重长乐朝都单曾弹薄宿参");
        assert_eq!(all.len(), READINGS_MAX);
    }

    #[test]
    fn every_table_entry_has_one_syllable_per_character() {
        for table in [&*WORD_READINGS, &*SURNAME_READINGS] {
            for (word, syllables) in table {
                assert_eq!(word.chars().count(), syllables.len(), "{word}");
                assert!(word.chars().count() <= WORD_CHARS_MAX, "{word}");
            }
        }
        for (c, syllables) in &*CHARACTER_READINGS {
            assert!(c.chars().count() == 1 && !syllables.is_empty(), "{c}");
        }
    }

    #[test]
    fn every_listed_reading_is_one_the_dictionary_knows() {
        use pinyin::ToPinyinMulti;
        let mut unknown = Vec::new();
        for table in [&*WORD_READINGS, &*SURNAME_READINGS, &*CHARACTER_READINGS] {
            for (word, syllables) in table {
                for (place, syllable) in syllables.iter().enumerate() {
                    let c = word.chars().nth(place).or(word.chars().next());
                    let known: Vec<&str> =
                        c.and_then(|c| c.to_pinyin_multi()).into_iter().flatten().map(|p| without_umlaut(p.plain())).collect();
                    if !known.contains(syllable) {
                        unknown.push(format!("{word} {syllable}"));
                    }
                }
            }
        }
        unknown.sort();
        unknown.dedup();
        // Local readings of place names and a rare surname, right though the dictionary lacks them.
        assert_eq!(unknown, ["乐亭 lao", "乐陵 lao", "大栅栏 shi", "黑 he"]);
    }
}
