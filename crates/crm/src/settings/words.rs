//! What may be done with a word of a dictionary: one out of use is only viewed, one in use is not removed (CUZ-03).

use guanxi_model::entity::LINE_PARENT;
use guanxi_model::field::Options;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::labels::Lang;
use guanxi_model::system::DictionaryEntry;
use guanxi_model::tx::Asking;
use guanxi_model::{Change, Error, Kind, Op, Query, Record, Result, Rules, Tx, Value};

/// What is disabled is only viewed until it is enabled again.
// Rule: dictionary_entry.disabled_is_viewed
fn disabled_is_viewed(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let Some(old) = change.old.filter(|old| is_disabled(old)) else { return Ok(()) };
    let declared = old.entity().first_declared()..old.entity().fields.len();
    let mut others = declared.filter(|index| *index != DictionaryEntry::DISABLED.index);
    let enabled_alone = change.op == Op::Update && !is_disabled(change.new) && others.all(|index| old.at(index) == change.new.at(index));
    // Out of the recycle bin it comes as it went in.
    if enabled_alone || change.op == Op::Restore { Ok(()) } else { Err(Error::conflict("entry_disabled")) }
}

fn is_disabled(entry: &Record) -> bool {
    entry.get(DictionaryEntry::DISABLED) == Some(true)
}

/// A word that some record holds is disabled, not removed: the record would show a bare code.
// Rule: dictionary_entry.not_in_use
fn not_in_use(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (Some(dictionary), Some(code)) = (change.new.get(DictionaryEntry::DICTIONARY), change.new.get(DictionaryEntry::CODE)) else {
        return Ok(());
    };
    if change.op != Op::Delete {
        return Ok(());
    }
    let catalog = tx.catalog().clone();
    for def in catalog.entities() {
        // A line counts as long as its document is there.
        let there = match &def.line_of {
            Some(holder) => Filter::Via { field: LINE_PARENT, entity: holder.clone(), filter: Box::new(Filter::All) },
            None => Filter::All,
        };
        for (index, field) in def.fields.iter().enumerate() {
            if field.options != Options::Dictionary(dictionary.clone()) {
                continue;
            }
            let holds = match field.kind {
                Kind::Choices => Test::Overlaps(vec![code.clone()]),
                _ => Test::Eq(Value::Text(code.clone())),
            };
            if tx.count(&Query::of(&def.name, Filter::is(index, holds).and(there.clone())).limit(1))? > 0 {
                return Err(Error::conflict("entry_in_use"));
            }
        }
    }
    Ok(())
}

/// What the actor calls a code of a dictionary.
pub fn label(asking: &mut dyn Asking, dictionary: &str, code: &str) -> Result<String> {
    let is = |field: usize, text: &str| Filter::is(field, Test::Eq(Value::text(text)));
    let here = is(DictionaryEntry::DICTIONARY.index, dictionary).and(is(DictionaryEntry::CODE.index, code));
    let found = asking.find(&Query::of("dictionary_entry", here).limit(1))?.into_iter().next();
    let Some(word) = found else { return Ok(code.to_owned()) };
    let english = word.find(DictionaryEntry::NAME_EN).filter(|_| asking.actor().lang == Lang::En);
    Ok(english.unwrap_or_else(|| word.get(DictionaryEntry::NAME).unwrap_or_default()))
}

pub fn rules() -> Rules {
    Rules::new().check(disabled_is_viewed).check(not_in_use)
}
