//! Pinyin of names, as people type it: without tones and spaces, ü written v.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use foldhash::HashMap;
use pinyin::ToPinyin;

use super::beginnings::Beginnings;
use super::normal::{Script, is_han, normalise, only, script};
use super::readings::{CHARACTERS, SURNAMES, TERMS, WORDS};

/// Most readings of one text.
const READINGS_MAX: usize = 8;
/// Longest text, in Chinese characters, that is taken for a person's name.
const PERSON_NAME_CHARS_MAX: usize = 4;

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
    /// A Chinese character: its likeliest syllable, and the others it may have.
    Syllable(&'static str, Vec<&'static str>),
    /// A letter or digit, which stands for itself.
    Literal(char),
}

/// Words, each with one syllable for each character.
type Words = Beginnings<Vec<&'static str>>;

fn entries(source: &'static str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    source.lines().flat_map(|line| line.split('|')).filter_map(|entry| {
        let mut words = entry.split_whitespace();
        Some((words.next()?, words.collect()))
    })
}

static WORD_READINGS: LazyLock<Words> = LazyLock::new(|| Beginnings::of(entries(WORDS)));
static TERM_READINGS: LazyLock<Words> = LazyLock::new(|| Beginnings::of(entries(TERMS)));
static SURNAME_READINGS: LazyLock<Words> = LazyLock::new(|| Beginnings::of(entries(SURNAMES)));
static CHARACTER_READINGS: LazyLock<HashMap<char, Vec<&'static str>>> =
    LazyLock::new(|| entries(CHARACTERS).filter_map(|(c, syllables)| Some((c.chars().next()?, syllables))).collect());

/// The ways to read a text that holds Chinese characters, the likeliest first, at most
/// eight; none if it holds no Chinese. Letters and digits stay in place, all else is dropped.
pub fn readings(text: &str) -> Vec<Reading> {
    if text.is_ascii() {
        return Vec::new();
    }
    let sounds = known_sounds(text);
    if sounds.iter().all(|sound| matches!(sound, Sound::Literal(_))) {
        return Vec::new();
    }
    // The best readings of a beginning are the beginnings of the best readings, since each
    // character adds its cost by itself; so nothing is lost by keeping only the best few.
    let mut best: Vec<(usize, Reading)> = vec![(0, Reading { full: String::new(), initials: String::new() })];
    for sound in sounds.iter() {
        match sound {
            Sound::Literal(c) => {
                for (_, reading) in &mut best {
                    reading.full.push(*c);
                    reading.initials.push(*c);
                }
            }
            Sound::Syllable(syllable, others) if others.is_empty() => {
                for (_, reading) in &mut best {
                    reading.full.push_str(syllable);
                    reading.initials.extend(syllable.chars().next());
                }
            }
            Sound::Syllable(syllable, others) => best = extended(&best, std::iter::once(syllable).chain(others)),
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
fn extended<'s>(best: &[(usize, Reading)], syllables: impl Iterator<Item = &'s &'static str> + Clone) -> Vec<(usize, Reading)> {
    let mut next: Vec<(usize, Reading)> = Vec::new();
    for (cost, reading) in best {
        for (rank, syllable) in syllables.clone().enumerate() {
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

thread_local! {
    /// What was looked at last: a title is asked for its place in the order and for all its readings; an import
    /// asks for the places of many titles before it writes the first.
    static KNOWN: RefCell<HashMap<String, Rc<[Sound]>>> = RefCell::default();
}

/// Texts whose sounds a thread keeps: more than an import writes at once.
const KNOWN_MAX: usize = 5000;

/// The sounds of a text, remembered for the next question.
fn known_sounds(text: &str) -> Rc<[Sound]> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(sounds) = known.get(text) {
            return sounds.clone();
        }
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        let sounds: Rc<[Sound]> = sounds(text).into();
        known.insert(text.to_owned(), sounds.clone());
        sounds
    })
}

/// How a word is read that is nobody's name, such as what a field is called: `zhekou`, where somebody called 折扣
/// would be `shekou`. Nothing if it holds no Chinese.
pub fn spelled(word: &str) -> Option<String> {
    let sounds = sounds_as(word, Of::Thing);
    if sounds.iter().all(|sound| matches!(sound, Sound::Literal(_))) {
        return None;
    }
    Some(likeliest(&sounds))
}

/// The sounds of a text in order. Characters that are neither letter nor digit, and Chinese
/// characters without a known reading, are left out.
pub(super) fn sounds(text: &str) -> Vec<Sound> {
    sounds_as(text, Of::Anybody)
}

/// Whose or what name a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// A person's, if it is as short as one, or a firm's.
    Anybody,
    Thing,
}

fn sounds_as(text: &str, of: Of) -> Vec<Sound> {
    let text = only(&normalise(text), |c| script(c) != Script::Other);
    let person = of == Of::Anybody && text.chars().all(is_han) && text.chars().count() <= PERSON_NAME_CHARS_MAX;
    let mut sounds = Vec::with_capacity(text.len() / 2);
    let mut rest = text.as_str();
    let surname = if of == Of::Thing { None } else { SURNAME_READINGS.of_text(&text).next() };
    if let Some((surname, own_syllables)) = surname.filter(|(surname, _)| surname.len() < text.len()) {
        let word = WORD_READINGS.of_text(&text).next().map(|(_, word)| word);
        for (place, c) in surname.chars().enumerate() {
            let own = own_syllables.get(place).copied();
            let usual = word.and_then(|w| w.get(place)).copied();
            // 单晓明 is Shan before Dan, 单片机厂 Dan before Shan.
            let first = if person { [own, usual] } else { [usual, own] };
            let others = if usual.is_none() { syllables(c) } else { None };
            let others = others.into_iter().flat_map(|(first, others)| std::iter::once(first).chain(others.iter().copied()));
            if person || usual.is_some() {
                push_syllables(&mut sounds, first.into_iter().flatten().chain(others));
            } else {
                push_syllables(&mut sounds, others.chain(own));
            }
        }
        rest = rest.get(surname.len()..).unwrap_or_default();
    }
    while let Some(c) = rest.chars().next() {
        let term = if of == Of::Thing { TERM_READINGS.of_text(rest).next() } else { None };
        if let Some((word, syllables)) = term.or_else(|| WORD_READINGS.of_text(rest).next()) {
            sounds.extend(syllables.iter().map(|syllable| Sound::Syllable(syllable, Vec::new())));
            rest = rest.get(word.len()..).unwrap_or_default();
            continue;
        }
        if !is_han(c) {
            sounds.push(Sound::Literal(c));
        } else if let Some((first, others)) = syllables(c) {
            sounds.push(Sound::Syllable(first, others.to_vec()));
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    sounds
}

fn push_syllables(sounds: &mut Vec<Sound>, mut all: impl Iterator<Item = &'static str>) {
    let Some(first) = all.next() else { return };
    let mut others: Vec<&'static str> = Vec::new();
    for syllable in all {
        if syllable != first && !others.contains(&syllable) {
            others.push(syllable);
        }
    }
    sounds.push(Sound::Syllable(first, others));
}

/// The usual syllable of one character by itself, and its others.
fn syllables(c: char) -> Option<(&'static str, &'static [&'static str])> {
    if let Some(known) = CHARACTER_READINGS.get(&c) {
        return known.split_first().map(|(first, others)| (*first, others));
    }
    c.to_pinyin().map(|p| (without_umlaut(p.plain()), [].as_slice()))
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

/// The key by which titles are ordered: the most frequent reading, so that Chinese names stand
/// where their pinyin puts them on both databases.
pub fn sort_key(text: &str) -> String {
    if text.is_ascii() {
        return normalise(text);
    }
    let sounds = known_sounds(text);
    if sounds.iter().all(|sound| matches!(sound, Sound::Literal(_))) {
        return normalise(text);
    }
    likeliest(&sounds)
}

fn likeliest(sounds: &[Sound]) -> String {
    let mut read = String::with_capacity(sounds.len() * 6);
    for sound in sounds {
        match sound {
            Sound::Syllable(syllable, _) => read.push_str(syllable),
            Sound::Literal(c) => read.push(*c),
        }
    }
    read
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
    fn what_is_no_name_is_read_as_a_word() {
        for (word, expected) in [
            ("折扣", "zhekou"),
            ("折旧", "zhejiu"),
            ("单价", "danjia"),
            ("能力", "nengli"),
            ("任务", "renwu"),
            ("应收", "yingshou"),
            ("重复", "chongfu"),
            ("重新报价", "chongxinbaojia"),
            ("调价", "tiaojia"),
            ("调整", "tiaozheng"),
            ("行数", "hangshu"),
            ("校验码", "jiaoyanma"),
            ("重量", "zhongliang"),
            ("长度", "changdu"),
            ("都市圈", "dushiquan"),
            ("银行卡号", "yinhangkahao"),
            ("行长", "hangzhang"),
            ("率先", "shuaixian"),
            ("毛利率", "maolilv"),
            ("地区", "diqu"),
            ("会员卡", "huiyuanka"),
            ("累计", "leiji"),
            ("划线", "huaxian"),
            ("供应商", "gongyingshang"),
            ("差价", "chajia"),
            ("还款日", "huankuanri"),
            ("得分", "defen"),
            ("数量", "shuliang"),
            ("系数", "xishu"),
            ("着色", "zhuose"),
            ("藏品", "cangpin"),
            ("传真", "chuanzhen"),
            ("提成", "ticheng"),
            ("角色", "juese"),
            ("强度", "qiangdu"),
            ("宁波", "ningbo"),
            ("省份", "shengfen"),
            ("区号", "quhao"),
            ("查询码", "chaxunma"),
            ("解决方案", "jiejuefangan"),
            ("乐器", "yueqi"),
            ("折扣2", "zhekou2"),
        ] {
            assert_eq!(spelled(word).as_deref(), Some(expected), "{word}");
        }
        assert_eq!(spelled("Model 3"), None);
    }

    #[test]
    fn readings_never_exceed_the_limit() {
        let all = fulls("行重长乐朝都单曾弹薄宿参");
        assert_eq!(all.len(), READINGS_MAX);
    }

    #[test]
    fn every_table_entry_has_one_syllable_per_character() {
        for table in [&*WORD_READINGS, &*TERM_READINGS, &*SURNAME_READINGS] {
            for (word, syllables) in table.all() {
                assert_eq!(word.chars().count(), syllables.len(), "{word}");
            }
        }
        for (c, syllables) in &*CHARACTER_READINGS {
            assert!(!syllables.is_empty(), "{c}");
        }
    }

    #[test]
    fn every_listed_reading_is_one_the_dictionary_knows() {
        use pinyin::ToPinyinMulti;
        let mut unknown = Vec::new();
        for (word, syllables) in [WORDS, TERMS, SURNAMES, CHARACTERS].into_iter().flat_map(entries) {
            for (place, syllable) in syllables.iter().enumerate() {
                let c = word.chars().nth(place).or(word.chars().next());
                let known: Vec<&str> =
                    c.and_then(|c| c.to_pinyin_multi()).into_iter().flatten().map(|p| without_umlaut(p.plain())).collect();
                if !known.contains(syllable) {
                    unknown.push(format!("{word} {syllable}"));
                }
            }
        }
        unknown.sort();
        unknown.dedup();
        // Local readings of place names and a rare surname, right though the dictionary lacks them.
        assert_eq!(unknown, ["乐亭 lao", "乐陵 lao", "大栅栏 shi", "黑 he"]);
    }
}
