//! Tags that people make while they tag (自由标签, CUS-27).

use guanxi_model::action::Outcome;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::DictionaryEntry;
use guanxi_model::tx::record_of;
use guanxi_model::{Error, Input, Query, Record, Result, Tx, Value, text};

use crate::settings::BusinessSettings;

const DICTIONARY: &str = "customer_tag";
/// The most tags a company has.
const TAGS: usize = 2000;
/// Given to new tags in turn.
const COLORS: [&str; 6] = ["blue", "green", "amber", "violet", "red", "grey"];

#[derive(Input)]
pub struct TagInput {
    #[field(max = 30)]
    pub name: String,
}

/// Gives the code of the tag of that name, which is made where there is none.
// Rule: customer.new_tag
pub fn new_tag(tx: &mut dyn Tx, _: &Record, input: &Record) -> Result<Outcome> {
    let input = TagInput::from_record(input).ok_or_else(|| Error::invalid("name", "required"))?;
    let name = input.name.trim();
    let wanted = text::normalise(name);
    if wanted.is_empty() {
        return Err(Error::invalid("name", "required"));
    }
    // Two who type the same make one.
    tx.lock(DICTIONARY)?;
    let here = Filter::is(DictionaryEntry::DICTIONARY.index, Test::Eq(Value::text(DICTIONARY)));
    let known = tx.find(&Query::of("dictionary_entry", here).limit(TAGS))?;
    let called = |entry: &Record| [entry.get(DictionaryEntry::NAME), entry.find(DictionaryEntry::NAME_EN)];
    if let Some(entry) = known.iter().find(|entry| called(entry).iter().flatten().any(|name| text::normalise(name) == wanted)) {
        if entry.get(DictionaryEntry::DISABLED) == Some(true) {
            return Err(Error::invalid("name", "tag_out_of_use"));
        }
        return Ok(Outcome::default().value("code", entry.get(DictionaryEntry::CODE).unwrap_or_default()));
    }
    if BusinessSettings::of(tx)?.fixed_tags && !tx.may("dictionary_entry:create")? {
        return Err(Error::forbidden("tags_are_fixed"));
    }
    if known.len() >= TAGS {
        return Err(Error::invalid("name", "too_many_tags"));
    }
    let number = tx.next_number(DICTIONARY)?;
    let last = known.iter().filter_map(|entry| entry.get(DictionaryEntry::POSITION)).max().unwrap_or(0);
    let color = COLORS.get(known.len() % COLORS.len()).map(|color| (*color).to_owned());
    let tag = DictionaryEntry {
        dictionary: DICTIONARY.to_owned(),
        code: format!("tag_{number}"),
        name: name.to_owned(),
        name_en: None,
        position: last.saturating_add(1),
        disabled: false,
        color,
        note: None,
        note_en: None,
    };
    let catalog = tx.catalog().clone();
    let made = tx.insert(record_of(&catalog, tag)?, "customer.new_tag")?;
    Ok(Outcome::default().value("code", made.get(DictionaryEntry::CODE).unwrap_or_default()))
}
