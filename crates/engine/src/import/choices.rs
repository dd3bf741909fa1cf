//! Words of choices as people write them: codes, labels, and what is short for a label.

use std::collections::{BTreeMap, HashMap};

use guanxi_model::entity::EntityDef;
use guanxi_model::field::FieldDef;
use guanxi_model::labels::Lang;
use guanxi_model::text;

use crate::meta::{choice_label, entity_label};
use crate::rights::Access;

/// What stands between several choices in one cell.
const SEPARATORS: [char; 9] = ['、', ',', '，', ';', '；', '|', '｜', '\n', '\r'];
/// The beginning of a label says which is meant from so many characters on.
const SHORTEST: usize = 2;

/// A word of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Code(String),
    /// Two options are called so.
    Ambiguous,
    /// Is going to be added to the dictionary.
    Coming,
}

/// The options of a field by their words in normal form: codes, then labels in both languages.
pub(super) struct Words {
    words: HashMap<String, Word>,
    /// The labels of options on offer, with their codes.
    labels: Vec<(String, String)>,
    /// What the entity is called: 潜在 is short for 潜在客户.
    nouns: Vec<String>,
    /// Whether one cell holds several.
    pub several: bool,
    /// The most parts a word itself has: 农、林、牧、渔业 is one of four.
    parts: usize,
}

/// What a cell says.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub codes: Vec<String>,
    /// Some words are still to come.
    pub coming: bool,
    /// Words that were taken for short forms, with the codes they stand for.
    pub guessed: BTreeMap<String, String>,
}

/// What stands between separators, without white space around and nothing empty, with where it begins.
fn parts_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    text.split_inclusive(SEPARATORS).filter_map(move |piece| {
        let begin = end;
        end += piece.len();
        let part = piece.trim_end_matches(SEPARATORS).trim_end();
        let word = part.trim_start();
        (!word.is_empty()).then_some((begin + part.len() - word.len(), word))
    })
}

impl Words {
    pub fn of(access: &Access, def: &EntityDef, field: &FieldDef, several: bool) -> Self {
        let options = access.org.options(&field.options);
        let languages = [Lang::Zh, Lang::En];
        let nouns = languages.map(|lang| text::normalise(&entity_label(lang, def))).into_iter().filter(|noun| !noun.is_empty()).collect();
        let mut words: HashMap<String, Word> = HashMap::new();
        let mut labels = Vec::new();
        let mut parts = 1;
        let offered = options.iter().filter(|option| !option.disabled).chain(options.iter().filter(|option| option.disabled));
        for option in offered {
            let code = Word::Code(option.value.clone());
            for label in languages.map(|lang| choice_label(&access.org, lang, def, field, &option.value)) {
                parts = parts.max(parts_of(&label).count());
                let label = text::normalise(&label);
                let known = words.entry(label.clone()).or_insert_with(|| code.clone());
                // A disabled option does not make the name of an offered one unclear.
                if *known != code && !option.disabled {
                    *known = Word::Ambiguous;
                }
                if !option.disabled {
                    labels.push((label, option.value.clone()));
                }
            }
        }
        for option in options {
            words.insert(text::normalise(&option.value), Word::Code(option.value));
        }
        Self { words, labels, nouns, several, parts }
    }

    /// Whether it says an option: by its own word, by one that is going to be, or for short.
    pub fn knows(&self, word: &str) -> bool {
        self.words.contains_key(&text::normalise(word)) || self.short_for(word) != Err("unknown_choice")
    }

    /// Lets words through that are going to be added to the dictionary.
    pub fn expect(&mut self, coming: &[String]) {
        self.words.extend(coming.iter().map(|word| (text::normalise(word), Word::Coming)));
    }

    /// The words of a cell: one where the whole is a known word, otherwise its parts. As many parts as make a known word
    /// together are that word.
    pub fn split<'a>(&self, shown: &'a str) -> Vec<&'a str> {
        let whole = shown.trim();
        if whole.is_empty() {
            return Vec::new();
        }
        if !self.several || self.words.contains_key(&text::normalise(whole)) {
            return vec![whole];
        }
        let parts: Vec<(usize, &str)> = parts_of(whole).collect();
        let mut words = Vec::new();
        let mut rest = parts.as_slice();
        while let Some((from, one)) = rest.first() {
            let together = rest.iter().take(self.parts).enumerate().skip(1).rev().find_map(|(more, (at, last))| {
                let word = whole.get(*from..at + last.len())?;
                self.words.contains_key(&text::normalise(word)).then_some((word, more + 1))
            });
            let (word, taken) = together.unwrap_or((*one, 1));
            words.push(word);
            rest = rest.get(taken..).unwrap_or_default();
        }
        words
    }

    /// The codes of a cell.
    pub fn read(&self, shown: &str) -> Result<Told, &'static str> {
        let mut told = Told::default();
        for word in self.split(shown) {
            match self.words.get(&text::normalise(word)) {
                Some(Word::Code(code)) => told.codes.push(code.clone()),
                Some(Word::Coming) => {
                    told.coming = true;
                    // Any offered option stands in for it, so that the rules see a value.
                    told.codes
                        .extend(self.words.values().find_map(|word| if let Word::Code(code) = word { Some(code.clone()) } else { None }));
                }
                Some(Word::Ambiguous) => return Err("ambiguous_choice"),
                None => {
                    let code = self.short_for(word)?;
                    told.guessed.insert(word.to_owned(), code.clone());
                    told.codes.push(code);
                }
            }
        }
        Ok(told)
    }

    /// The one option whose label a word is short for: the label without what the entity is called,
    /// or the beginning of one label alone.
    fn short_for(&self, word: &str) -> Result<String, &'static str> {
        let word = text::normalise(word);
        let bare = |label: &str| {
            let noun = self.nouns.iter().find_map(|noun| label.strip_suffix(noun.as_str()));
            noun.map(str::trim_end).filter(|rest| !rest.is_empty()).unwrap_or(label).to_owned()
        };
        let wanted = bare(&word);
        let one_of = |fits: &dyn Fn(&str) -> bool| {
            let mut codes: Vec<&str> = self.labels.iter().filter(|(label, _)| fits(label)).map(|(_, code)| code.as_str()).collect();
            codes.sort_unstable();
            codes.dedup();
            match codes.as_slice() {
                [] => Ok(None),
                [one] => Ok(Some((*one).to_owned())),
                _ => Err("ambiguous_choice"),
            }
        };
        if let Some(code) = one_of(&|label| bare(label) == wanted)? {
            return Ok(code);
        }
        let begins = if word.chars().count() >= SHORTEST { one_of(&|label| label.starts_with(&word))? } else { None };
        begins.ok_or("unknown_choice")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(labels: &[(&str, &str)]) -> Words {
        let words = labels.iter().map(|(label, code)| (text::normalise(label), Word::Code((*code).to_owned()))).collect();
        let labels = labels.iter().map(|(label, code)| (text::normalise(label), (*code).to_owned())).collect();
        Words { words, labels, nouns: vec!["客户".to_owned(), "customer".to_owned()], several: true, parts: 4 }
    }

    fn read(words: &Words, shown: &str) -> Result<Vec<String>, &'static str> {
        words.read(shown).map(|told| told.codes)
    }

    #[test]
    fn a_word_is_short_for_the_one_label_it_fits() {
        let stages = words(&[("潜在客户", "potential"), ("意向客户", "intent"), ("Potential customer", "potential"), ("成交", "won")]);
        assert_eq!(read(&stages, "潜在、意向"), Ok(vec!["potential".to_owned(), "intent".to_owned()]));
        assert_eq!(read(&stages, "potential"), Ok(vec!["potential".to_owned()]));
        assert_eq!(read(&stages, "成交客户"), Ok(vec!["won".to_owned()]));
        assert_eq!(
            stages.read("潜在").map(|told| told.guessed.into_iter().collect::<Vec<_>>()),
            Ok(vec![("潜在".into(), "potential".into())])
        );
        assert!(stages.read("潜在客户").is_ok_and(|told| told.guessed.is_empty()));
        assert_eq!(read(&stages, "流失"), Err("unknown_choice"));
        assert_eq!(read(&stages, "潜"), Err("unknown_choice"));
        assert_eq!(read(&stages, "客户"), Err("unknown_choice"));
    }

    #[test]
    fn a_word_with_a_separator_in_it_is_found_among_others() {
        let trades = words(&[("农、林、牧、渔业", "farming"), ("甲,乙", "ab"), ("甲", "a"), ("制造业", "making")]);
        let read = |shown: &str| read(&trades, shown).map(|codes| codes.join(" "));
        assert_eq!(read("制造业、农、林、牧、渔业、甲"), Ok("making farming a".to_owned()));
        assert_eq!(read("甲,乙；甲 ； 制造业"), Ok("ab a making".to_owned()));
        assert_eq!(read("制造业、农、林"), Err("unknown_choice"));
    }

    #[test]
    fn a_word_that_begins_two_labels_is_neither() {
        let sources = words(&[("线上推广", "promotion"), ("线上直播", "live"), ("展会活动", "fair")]);
        assert_eq!(read(&sources, "线上"), Err("ambiguous_choice"));
        assert_eq!(read(&sources, "展会"), Ok(vec!["fair".to_owned()]));
    }
}
