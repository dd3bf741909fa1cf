//! What a company calls the stages of its customers (AM-05). The words of another set are put over the states in
//! force: no customer changes, and rules, applications and filters go on as they are.

use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::DictionaryEntry;
use guanxi_model::tx::Reader;
use guanxi_model::{Change, Choice, Error, Input, Op, Outcome, Query, Record, Result, Tx, Value};

use super::business::BusinessSettings;

/// The state of official customers who had no business for long.
pub const DORMANT: &str = "dormant";

/// A naming set.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleWords {
    /// 潜在、意向、正式.
    Official,
    /// 准、签约.
    Signed,
    /// 潜在、现实、休眠.
    Actual,
}

/// Which words to use.
#[derive(Input)]
pub struct ChooseWords {
    pub words: LifecycleWords,
}

/// A word: Chinese, English.
type Word = (&'static str, &'static str);

impl LifecycleWords {
    /// What the first and the official state are called.
    fn words(self) -> [Word; 2] {
        match self {
            Self::Official => [("潜在客户", "Potential"), ("正式客户", "Official")],
            Self::Signed => [("准客户", "Prospect"), ("签约客户", "Signed")],
            Self::Actual => [("潜在客户", "Potential"), ("现实客户", "Actual")],
        }
    }
}

fn entry(reader: &mut dyn Reader, code: &str) -> Result<Option<Record>> {
    let is = |field: usize, text: &str| Filter::is(field, Test::Eq(Value::Text(text.to_owned())));
    let here = is(DictionaryEntry::DICTIONARY.index, "lifecycle").and(is(DictionaryEntry::CODE.index, code));
    Ok(reader.find(&Query::of("dictionary_entry", here).limit(1))?.into_iter().next())
}

/// Puts the words of a set over the states in force. Tells how many customers are called otherwise from now on.
// Rule: business_settings.use_lifecycle_words
pub fn choose(tx: &mut dyn Tx, _: &Record, input: &Record) -> Result<Outcome> {
    let chosen = ChooseWords::from_record(input).ok_or_else(|| Error::invalid("words", "required"))?.words;
    let settings = BusinessSettings::of(tx)?;
    for (code, (zh, en)) in [settings.first_lifecycle(), settings.official_lifecycle()].into_iter().zip(chosen.words()) {
        let Some(mut word) = entry(tx, &code.0)? else { continue };
        word.set(DictionaryEntry::NAME, zh.to_owned());
        word.set(DictionaryEntry::NAME_EN, Some(en.to_owned()));
        word.set(DictionaryEntry::DISABLED, false);
        tx.update(word, "business_settings.use_lifecycle_words")?;
    }
    if chosen == LifecycleWords::Actual {
        offer_dormant(tx)?;
    }
    Outcome::done()
}

/// Whoever lets customers become dormant has a word for it.
// Rule: business_settings.dormant_is_a_word
pub fn dormant_is_a_word(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if matches!(change.op, Op::Create | Op::Update) && change.new.get(BusinessSettings::DORMANT_AFTER_DAYS).is_some_and(|days| days > 0) {
        offer_dormant(tx)?;
    }
    Ok(())
}

fn offer_dormant(tx: &mut dyn Tx) -> Result<()> {
    if let Some(mut word) = entry(tx, DORMANT)?
        && word.get(DictionaryEntry::DISABLED) == Some(true)
    {
        word.set(DictionaryEntry::DISABLED, false);
        tx.update(word, "business_settings.dormant_is_a_word")?;
    }
    Ok(())
}
