//! Which record a cell names: by its title, by what tells it from others of the title, or by both,
//! as exports write it: `张三 (zhangsan1)`.

use std::collections::HashMap;
use std::sync::Arc;

use guanxi_model::entity::{EntityDef, ID};
use guanxi_model::filter::Test;
use guanxi_model::tx::Reader as _;
use guanxi_model::{Filter, Query, Record, Result, Value, text};

use super::plan::{Column, Plan};
use crate::read::key_fields;
use crate::rights::Access;
use crate::write::WriteTx;

/// References remembered between rows.
const REMEMBERED: usize = 50_000;
/// Records of one name that are looked at.
const NAMESAKES: usize = 20;

/// Users at work by name, login and both; names that two of them bear are unclear.
pub(super) struct People(HashMap<String, Option<i64>>);

impl People {
    pub fn of(access: &Access) -> Self {
        let mut people: HashMap<String, Option<i64>> = HashMap::new();
        let working = || access.org.people.values().filter(|person| !person.deleted && person.active);
        for person in working() {
            people.entry(text::normalise(&person.name)).and_modify(|found| *found = None).or_insert(Some(person.id));
        }
        for person in working() {
            for key in [person.login.clone(), person.id.to_string()] {
                people.insert(text::normalise(&format!("{} ({key})", person.name)), Some(person.id));
                people.insert(text::normalise(&key), Some(person.id));
            }
        }
        Self(people)
    }

    pub fn find(&self, shown: &str) -> std::result::Result<i64, &'static str> {
        let whole = self.0.get(&text::normalise(shown));
        let found = whole.or_else(|| {
            let (name, key) = apart(shown)?;
            self.0.get(&text::normalise(&format!("{name} ({key})")))
        });
        match found {
            Some(Some(id)) => Ok(*id),
            Some(None) => Err("ambiguous_reference"),
            None => Err("no_such_record"),
        }
    }
}

/// A title and what stands in brackets behind it, half or full width, with a space before them or none.
fn apart(shown: &str) -> Option<(&str, &str)> {
    let body = shown.trim().strip_suffix([')', '）'])?;
    let at = body.rfind(['(', '（'])?;
    let (name, rest) = body.split_at(at);
    let key = rest.trim_start_matches(['(', '（']).trim();
    (!name.trim().is_empty() && !key.is_empty()).then(|| (name.trim(), key))
}

/// Records that bear a word in one of some fields, or as their identity, as far as the actor sees them.
fn bearers(tx: &mut WriteTx<'_>, entity: &Arc<EntityDef>, fields: &[usize], word: &str) -> Result<Vec<Record>> {
    let mut questions: Vec<Filter> = fields.iter().map(|index| Filter::is(*index, Test::Eq(Value::Text(word.to_owned())))).collect();
    if let Ok(id) = word.parse::<i64>() {
        questions.push(Filter::eq(ID, Value::Int(id)));
    }
    let mut found: Vec<Record> = Vec::new();
    // One question a key: each has its own index.
    for question in questions {
        for record in tx.find(&Query::of(&entity.name, question).limit(NAMESAKES))? {
            if !found.iter().any(|known| known.id() == record.id()) && tx.sees(&record)? {
                found.push(record);
            }
        }
    }
    Ok(found)
}

impl Plan {
    /// The record of another entity that a cell names: one the actor may see.
    pub(super) fn reference(
        &self,
        tx: &mut WriteTx<'_>,
        column: &Column,
        entity: &Arc<EntityDef>,
        shown: &str,
    ) -> Result<Result<i64, &'static str>> {
        let key = (column.field, shown.to_owned());
        if let Some(known) = self.references.lock().ok().and_then(|known| known.get(&key).copied()) {
            return Ok(known.ok_or("no_such_record"));
        }
        let access = tx.access.clone();
        let of = access.of(entity)?;
        if !of.verbs.has(guanxi_model::system::Verb::See) {
            return Ok(Err("no_such_record"));
        }
        let keys: Vec<usize> = key_fields(entity).filter(|index| of.reads(*index)).collect();
        let mut titled = keys.clone();
        titled.extend((of.reads(entity.title)).then_some(entity.title));
        let mut found = bearers(tx, entity, &titled, shown)?;
        if let (true, Some((name, key))) = (found.is_empty(), apart(shown)) {
            found = bearers(tx, entity, &keys, key)?;
            found.retain(|record| text::normalise(record.title()) == text::normalise(name));
        }
        let answer = match found.as_slice() {
            [one] => Ok(one.id()),
            [] => Err("no_such_record"),
            _ => return Ok(Err("ambiguous_reference")),
        };
        // A record that is not there may be made by this very import.
        if (answer.is_ok() || entity.name != self.def.name)
            && let Ok(mut known) = self.references.lock()
        {
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(key, answer.ok());
        }
        Ok(answer)
    }

    /// Whether a cell names what the record of its row refers to already, though it may be that nothing new could be
    /// named so: somebody who left, or one of several of a name. An export that nobody edited says no more than that.
    pub(super) fn names_present(&self, tx: &mut WriteTx<'_>, identity: Option<i64>, column: &Column, shown: &str) -> Result<bool> {
        let Some(record) = identity.map(|id| tx.load(&self.def.name, id)).transpose()?.flatten() else { return Ok(false) };
        let target = self.def.fields.get(column.field).and_then(|field| field.target.clone());
        let (Some(target), Some(id)) = (target, record.at(column.field).as_ref_id()) else { return Ok(false) };
        let Some(present) = tx.load(&target, id)? else { return Ok(false) };
        if !tx.sees(&record)? || !tx.sees(&present)? {
            return Ok(false);
        }
        let same = |one: &str, other: &str| text::normalise(one) == text::normalise(other);
        let keyed = |key: &str| {
            same(key, &id.to_string())
                || key_fields(present.entity()).any(|index| present.at(index).as_text().is_some_and(|own| same(own, key)))
        };
        Ok(same(present.title(), shown) || apart(shown).is_some_and(|(name, key)| same(present.title(), name) && keyed(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_namesakes_apart_stands_in_brackets_of_either_width() {
        for shown in ["张三 (zhangsan1)", "张三(zhangsan1)", "张三（zhangsan1）", " 张三 （ zhangsan1 ） "] {
            assert_eq!(apart(shown), Some(("张三", "zhangsan1")), "{shown}");
        }
        assert_eq!(apart("春意（中国）有限公司 (KH-1)"), Some(("春意（中国）有限公司", "KH-1")));
        for shown in ["张三", "(zhangsan1)", "张三 ()", "张三 (zhangsan1"] {
            assert_eq!(apart(shown), None, "{shown}");
        }
    }
}
