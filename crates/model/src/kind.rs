//! The closed list of field kinds. One `match` arm per meaning, here and in the web registry.

use serde::{Deserialize, Serialize};

/// What a field holds and how it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    LongText,
    Integer,
    Decimal,
    Money,
    Percent,
    Boolean,
    Date,
    #[serde(rename = "datetime")]
    DateTime,
    Choice,
    Choices,
    Reference,
    AnyReference,
    /// Child rows saved with their record as one document.
    Lines,
    Email,
    Phone,
    Url,
    Address,
    Region,
    File,
    Formula,
    RollUp,
    Serial,
}

/// How a column is stored. Two classes only, so that both databases agree on every comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// 64-bit integer.
    Int,
    /// Unicode text, compared by code point.
    Text,
}

/// An operator of the filter language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    Nin,
    Between,
    Contains,
    Starts,
    Empty,
    Under,
    Me,
    Within,
}

impl Kind {
    /// Every kind, for suites that walk them all.
    pub const ALL: [Self; 23] = [
        Self::Text,
        Self::LongText,
        Self::Integer,
        Self::Decimal,
        Self::Money,
        Self::Percent,
        Self::Boolean,
        Self::Date,
        Self::DateTime,
        Self::Choice,
        Self::Choices,
        Self::Reference,
        Self::AnyReference,
        Self::Lines,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::Address,
        Self::Region,
        Self::File,
        Self::Formula,
        Self::RollUp,
        Self::Serial,
    ];

    /// The name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Reference => "reference",
            Self::AnyReference => "any_reference",
            Self::Lines => "lines",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Address => "address",
            Self::Region => "region",
            Self::File => "file",
            Self::Formula => "formula",
            Self::RollUp => "roll_up",
            Self::Serial => "serial",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The storage class of the first column. Computed kinds are stored as what they give: ask
    /// [`FieldDef::values`](crate::FieldDef::values) for that kind first.
    pub fn storage(self) -> Storage {
        match self {
            Self::Integer
            | Self::Decimal
            | Self::Money
            | Self::Percent
            | Self::Boolean
            | Self::DateTime
            | Self::Reference
            | Self::File
            | Self::AnyReference => Storage::Int,
            _ => Storage::Text,
        }
    }

    /// Suffix of the second column of kinds that need two: the currency, the entity referred to.
    pub fn second_column(self) -> Option<&'static str> {
        match self {
            Self::Money => Some("currency"),
            Self::AnyReference => Some("entity"),
            _ => None,
        }
    }

    /// Whether its values stand in the table of the record itself; lines have a table of their own.
    pub fn has_column(self) -> bool {
        self != Self::Lines
    }

    /// Kinds a line may hold: what is about a document as a whole makes no sense in one of its rows.
    pub const fn fits_a_line(self) -> bool {
        !matches!(self, Self::Lines | Self::RollUp | Self::Serial)
    }

    /// Kinds that point at a record of one known entity.
    pub fn is_reference(self) -> bool {
        matches!(self, Self::Reference | Self::File)
    }

    /// Kinds computed by the server, never written by a caller.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Formula | Self::RollUp | Self::Serial)
    }

    /// Kinds whose value is plain text.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::LongText
                | Self::Email
                | Self::Phone
                | Self::Url
                | Self::Address
                | Self::Region
                | Self::Serial
                | Self::Choice
        )
    }

    /// The operators offered for this kind.
    pub fn operators(self) -> &'static [Operator] {
        use Operator::*;
        match self {
            Self::Text | Self::LongText | Self::Email | Self::Phone | Self::Url | Self::Address | Self::Serial => {
                &[Eq, Ne, In, Nin, Contains, Starts, Empty]
            }
            Self::Region => &[Eq, Ne, In, Nin, Starts, Under, Empty],
            Self::Integer | Self::Decimal | Self::Money | Self::Percent => &[Eq, Ne, Lt, Le, Gt, Ge, Between, In, Nin, Empty],
            // Computed ones are asked as what they give; of lines nothing is asked.
            Self::Formula | Self::RollUp | Self::Lines => &[],
            Self::Boolean => &[Eq, Ne, Empty],
            Self::Date | Self::DateTime => &[Eq, Ne, Lt, Le, Gt, Ge, Between, Within, Empty],
            Self::Choice => &[Eq, Ne, In, Nin, Empty],
            Self::Choices => &[Contains, In, Nin, Empty],
            Self::Reference => &[Eq, Ne, In, Nin, Under, Me, Empty],
            Self::File => &[Eq, Ne, In, Nin, Empty],
            Self::AnyReference => &[Eq, Ne, Empty],
        }
    }

    /// Whether lists may be ordered by this kind.
    pub fn is_sortable(self) -> bool {
        !matches!(self, Self::LongText | Self::Choices | Self::AnyReference | Self::Lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
