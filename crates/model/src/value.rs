//! Values of fields.

use crate::money::Money;
use crate::record::Record;
use crate::time::{Date, Instant};

/// A reference to a record of any entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnyRef {
    /// Name of the entity, e.g. `customer`.
    pub entity: String,
    pub id: i64,
}

/// One value of a field. Decimals and percents are whole numbers of 1/10,000.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number of 1/10,000.
    Decimal(i64),
    Money(Money),
    Text(String),
    Date(Date),
    Instant(Instant),
    Ref(i64),
    AnyRef(AnyRef),
    /// Chosen codes, sorted, without repetition.
    Choices(Vec<String>),
    /// Rows of a document in their order: see [`Lines`](crate::Lines).
    Lines(Vec<Record>),
}

/// Fraction digits kept of decimals and percents.
pub const DECIMAL_DIGITS: u32 = 4;

impl Value {
    /// True for no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// True for no value, the empty text and the empty choice.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Choices(codes) => codes.is_empty(),
            Self::Lines(rows) => rows.is_empty(),
            _ => false,
        }
    }

    /// Text of text-like values.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The record referred to.
    pub fn as_ref_id(&self) -> Option<i64> {
        match self {
            Self::Ref(id) => Some(*id),
            _ => None,
        }
    }

    /// Text, or nothing where the text is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    /// Lines, or nothing where there are none.
    pub fn lines(rows: Vec<Record>) -> Self {
        if rows.is_empty() { Self::Null } else { Self::Lines(rows) }
    }

    /// The lines of a field that holds some.
    pub fn as_lines(&self) -> &[Record] {
        match self {
            Self::Lines(rows) => rows,
            _ => &[],
        }
    }

    /// Chosen codes in their canonical order.
    pub fn choices(codes: impl IntoIterator<Item = String>) -> Self {
        let mut codes: Vec<String> = codes.into_iter().collect();
        codes.sort();
        codes.dedup();
        if codes.is_empty() { Self::Null } else { Self::Choices(codes) }
    }
}
