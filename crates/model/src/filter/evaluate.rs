//! Evaluating a filter in memory. The store's compiler says the same in SQL; a property test
//! holds the two together.

use std::cmp::Ordering;

use crate::entity::ID;
use crate::error::Result;
use crate::query::Query;
use crate::record::Record;
use crate::tx::Reader;
use crate::value::Value;
use crate::wire::{Cell, cells_of};

use super::{Filter, Test};

impl Filter {
    /// Whether a record matches. Other records are read through `reader`.
    pub fn matches(&self, record: &Record, reader: &mut dyn Reader) -> Result<bool> {
        Ok(match self {
            Self::All => true,
            Self::Nothing => false,
            Self::And(list) => {
                for filter in list {
                    if !filter.matches(record, reader)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Or(list) => {
                for filter in list {
                    if filter.matches(record, reader)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::Is(field, test) => test.holds(record.at(*field)),
            Self::Via { field, entity, filter } => match record.at(*field).as_ref_id() {
                None => false,
                Some(id) => match reader.load(entity, id)? {
                    Some(target) => filter.matches(&target, reader)?,
                    None => false,
                },
            },
            Self::Has { entity, link, filter } => {
                let here = Self::Is(*link, Test::Eq(Value::Ref(record.id())));
                let query = Query::of(entity, here.and((**filter).clone())).limit(1);
                !reader.find(&query)?.is_empty()
            }
            Self::Text(terms) => {
                let text = crate::wire::search_text(record);
                terms.iter().all(|term| term.is_in(&text))
            }
        })
    }

    /// Whether evaluating it needs no other record.
    pub fn is_local(&self) -> bool {
        match self {
            Self::All | Self::Nothing | Self::Is(..) | Self::Text(_) => true,
            Self::And(list) | Self::Or(list) => list.iter().all(Self::is_local),
            Self::Via { .. } | Self::Has { .. } => false,
        }
    }

    /// Whether this filter asks for one record by its identity.
    pub fn wanted_id(&self) -> Option<i64> {
        match self {
            Self::Is(ID, Test::Eq(Value::Int(id))) => Some(*id),
            Self::And(list) => list.iter().find_map(Self::wanted_id),
            _ => None,
        }
    }
}

impl Test {
    /// Whether a value passes.
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Empty => value.is_empty(),
            Self::NotEmpty => !value.is_empty(),
            Self::Eq(wanted) => compare(value, wanted) == Some(Ordering::Equal),
            Self::Ne(wanted) if wanted.is_empty() => !value.is_empty(),
            Self::Ne(wanted) => compare(value, wanted) != Some(Ordering::Equal),
            Self::Lt(wanted) => compare(value, wanted) == Some(Ordering::Less),
            Self::Gt(wanted) => compare(value, wanted) == Some(Ordering::Greater),
            Self::Le(wanted) => matches!(compare(value, wanted), Some(Ordering::Less | Ordering::Equal)),
            Self::Ge(wanted) => matches!(compare(value, wanted), Some(Ordering::Greater | Ordering::Equal)),
            Self::Between(from, to) => {
                matches!(compare(value, from), Some(Ordering::Greater | Ordering::Equal))
                    && matches!(compare(value, to), Some(Ordering::Less | Ordering::Equal))
            }
            Self::In(list) => list.iter().any(|wanted| compare(value, wanted) == Some(Ordering::Equal)),
            Self::NotIn(list) => !list.iter().any(|wanted| compare(value, wanted) == Some(Ordering::Equal)),
            Self::Contains(part) => folded(value).is_some_and(|text| text.contains(&part.to_ascii_lowercase())),
            Self::Starts(part) => folded(value).is_some_and(|text| text.starts_with(&part.to_ascii_lowercase())),
            Self::Overlaps(codes) => chosen(value).iter().any(|code| codes.contains(code)),
            Self::Disjoint(codes) => !chosen(value).iter().any(|code| codes.contains(code)),
        }
    }
}

/// Compares by what is stored in the first column; nothing compares with no value.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (cells_of(a).0, cells_of(b).0) {
        (Cell::Int(a), Cell::Int(b)) => Some(a.cmp(&b)),
        (Cell::Text(a), Cell::Text(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

fn folded(value: &Value) -> Option<String> {
    match cells_of(value).0 {
        Cell::Text(text) => Some(text.to_ascii_lowercase()),
        _ => None,
    }
}

fn chosen(value: &Value) -> &[String] {
    match value {
        Value::Choices(codes) => codes,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_different_but_neither_less_nor_greater() {
        let one = Value::Int(1);
        assert!(Test::Ne(one.clone()).holds(&Value::Null));
        assert!(!Test::Lt(one.clone()).holds(&Value::Null));
        assert!(!Test::Ge(one).holds(&Value::Null));
    }

    #[test]
    fn latin_letters_match_without_case() {
        assert!(Test::Contains("ABC".into()).holds(&Value::Text("xabcx".into())));
        assert!(!Test::Starts("b".into()).holds(&Value::Text("abc".into())));
    }
}
