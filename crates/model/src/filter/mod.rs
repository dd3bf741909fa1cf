//! The one filter language: lists, rights, rules, views and sweeps are all said in it.
//!
//! A filter here is closed: `me`, `under` and `within` have become plain values, so that the two
//! evaluators (memory, here; SQL, in the store) need no context to agree.

mod evaluate;
mod parse;
mod relative;

use std::sync::Arc;

use crate::text::Term;
use crate::value::Value;

pub use parse::{MAX_DEPTH, MAX_IN, MAX_LEAVES, ParseScope, parse, unknown_field, unknown_name, usable_field};
pub use relative::within;

/// Which records of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Every record.
    All,
    /// No record.
    Nothing,
    And(Vec<Filter>),
    Or(Vec<Filter>),
    /// A test of the field at a position.
    Is(usize, Test),
    /// The live record a reference field points at matches.
    Via {
        field: usize,
        entity: String,
        filter: Box<Filter>,
    },
    /// Some live record of `entity` whose field at `link` points here matches.
    Has {
        entity: String,
        link: usize,
        filter: Box<Filter>,
    },
    /// Every term occurs in the record's searchable text.
    Text(Vec<Term>),
}

/// A test of one value. Every operator has its two-valued negation; there is no bare NOT.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    Eq(Value),
    /// Also true where there is no value.
    Ne(Value),
    Lt(Value),
    Le(Value),
    Gt(Value),
    Ge(Value),
    /// From the first to the second, both included.
    Between(Value, Value),
    In(Arc<[Value]>),
    /// Also true where there is no value.
    NotIn(Arc<[Value]>),
    /// Text that contains this, ASCII letters compared without case.
    Contains(String),
    /// Text that starts with this, ASCII letters compared without case.
    Starts(String),
    Empty,
    NotEmpty,
    /// Chosen options that include one of these.
    Overlaps(Vec<String>),
    /// Chosen options that include none of these.
    Disjoint(Vec<String>),
}

impl Filter {
    /// A test of a field.
    pub fn is(field: usize, test: Test) -> Self {
        Self::Is(field, test)
    }

    /// The field has this value.
    pub fn eq(field: usize, value: Value) -> Self {
        match value {
            Value::Null => Self::Is(field, Test::Empty),
            value => Self::Is(field, Test::Eq(value)),
        }
    }

    /// The reference field points at one of these records.
    pub fn refers_to(field: usize, ids: impl IntoIterator<Item = i64>) -> Self {
        let ids: Vec<Value> = ids.into_iter().map(Value::Ref).collect();
        match ids.as_slice() {
            [] => Self::Nothing,
            [one] => Self::Is(field, Test::Eq(one.clone())),
            _ => Self::Is(field, Test::In(ids.into())),
        }
    }

    /// The records a reference field points at in whatever matches, where the filter names them.
    pub fn pointed_at(&self, field: usize) -> Option<Vec<i64>> {
        match self {
            Self::And(list) => list.iter().find_map(|filter| filter.pointed_at(field)),
            Self::Is(index, Test::Eq(Value::Ref(id))) if *index == field => Some(vec![*id]),
            Self::Is(index, Test::In(values)) if *index == field => values.iter().map(Value::as_ref_id).collect(),
            _ => None,
        }
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, x) | (x, Self::All) => x,
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::And(mut list), Self::And(more)) => {
                list.extend(more);
                Self::And(list)
            }
            (Self::And(mut list), x) | (x, Self::And(mut list)) => {
                list.push(x);
                Self::And(list)
            }
            (a, b) => Self::And(vec![a, b]),
        }
    }

    /// One of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, x) | (x, Self::Nothing) => x,
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Or(mut list), Self::Or(more)) => {
                list.extend(more);
                Self::Or(list)
            }
            (Self::Or(mut list), x) | (x, Self::Or(mut list)) => {
                list.push(x);
                Self::Or(list)
            }
            (a, b) => Self::Or(vec![a, b]),
        }
    }
}
