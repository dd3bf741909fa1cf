//! Fields: their definitions, the types that declare them, and typed handles.

use std::marker::PhantomData;

use crate::catalog::Catalog;
use crate::id::Id;
use crate::kind::Kind;
use crate::money::Money;
use crate::time::{Date, Instant};
use crate::value::{AnyRef, Value};
use crate::wire;

/// One option of a choice field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceDef {
    /// The stored code.
    pub value: String,
    /// Chinese and English labels given at run time; built-in options take theirs from the locales.
    pub label: Option<(String, String)>,
    /// Name of a pill colour.
    pub color: Option<String>,
    /// Kept on old records, refused on new ones.
    pub disabled: bool,
    /// What it means and asks for, in Chinese and English.
    pub note: Option<(String, String)>,
}

/// Where the options of a choice field come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Options {
    /// The field offers no options.
    None,
    /// A closed list declared in code or with the custom field.
    Fixed(Vec<ChoiceDef>),
    /// A dictionary maintained by the administrator, by name.
    Dictionary(String),
}

/// Everything known about a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDef {
    /// Name in the API and column in the database.
    pub name: String,
    pub kind: Kind,
    /// Must be present in every record.
    pub required: bool,
    /// Longest text in characters.
    pub max: Option<u32>,
    /// Smallest and greatest integer allowed.
    pub range: Option<(i64, i64)>,
    /// Written by rules alone, but an import may bring it along with a new record.
    pub brought: bool,
    /// An integer shown as so many stars out of the greatest of its range.
    pub stars: bool,
    /// A date of birth: told with the age, and asked for by it.
    pub birth: bool,
    /// Shown in lists unless the view says otherwise.
    pub list: bool,
    /// Found by the search box.
    pub search: bool,
    /// Has an index of its own.
    pub index: bool,
    /// No two live records may share a value.
    pub unique: bool,
    /// Written by rules and actions alone.
    pub readonly: bool,
    /// Masked for roles that are not told otherwise.
    pub sensitive: bool,
    /// Secrets: never leaves the server, by any path.
    pub secret: bool,
    /// Lists of one of its values, newest first, have an index. Its values are common: nothing is found by one.
    pub newest: bool,
    pub options: Options,
    /// Name of the entity referred to.
    pub target: Option<String>,
    /// Value of a new record that says nothing.
    pub default: Option<String>,
    /// Heading on the form under which it stands.
    pub group: String,
    /// Added at run time by the administrator.
    pub custom: bool,
    /// Taken out of use; the column and its values stay.
    pub hidden: bool,
    /// Chinese and English labels given at run time.
    pub label: Option<(String, String)>,
    pub help: Option<String>,
    /// The expression of a formula; the definition of a roll-up or of the numbers of a serial, as JSON.
    pub formula: Option<String>,
    /// The kind of what a formula or roll-up gives.
    pub result: Option<Kind>,
    /// Most fraction digits of a decimal or percent.
    pub decimals: Option<u32>,
}

impl FieldDef {
    /// A plain field of that kind.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            required: false,
            max: None,
            range: None,
            brought: false,
            stars: false,
            birth: false,
            list: false,
            search: false,
            index: false,
            unique: false,
            readonly: false,
            sensitive: false,
            secret: false,
            newest: false,
            options: Options::None,
            target: None,
            default: None,
            group: "basic".to_owned(),
            custom: false,
            hidden: false,
            label: None,
            help: None,
            formula: None,
            result: None,
            decimals: None,
        }
    }

    /// The kind of its values: of computed fields, what they give. Storage, operators, wire form
    /// and display follow this kind; `kind` itself says only who computes it.
    pub fn values(&self) -> Kind {
        match self.kind {
            Kind::Formula | Kind::RollUp => self.result.unwrap_or(Kind::Decimal),
            kind => kind,
        }
    }

    /// What a new record has that says nothing else.
    pub fn initial(&self) -> Value {
        match (self.default.as_deref().filter(|text| !text.is_empty()), self.kind) {
            (Some(text), Kind::Boolean) => Value::Bool(text == "true"),
            (Some(text), _) => wire::read_operand(self, &text.into(), &Catalog::default()).unwrap_or(Value::Null),
            (None, Kind::Boolean) => Value::Bool(false),
            (None, _) => Value::Null,
        }
    }

    /// Longest text accepted, in characters, when the field says nothing.
    pub fn max_chars(&self) -> u32 {
        self.max.unwrap_or(match self.kind {
            Kind::LongText => 20_000,
            Kind::Url => 2_000,
            Kind::Email => 254,
            Kind::Phone => 40,
            _ => 255,
        })
    }

    /// Name of the second column, of kinds that need one.
    pub fn second_column(&self) -> Option<String> {
        self.values().second_column().map(|suffix| format!("{}_{suffix}", self.name))
    }

    /// Whether a caller may ever write it.
    pub fn is_writable(&self) -> bool {
        !self.readonly && !self.hidden && !self.kind.is_computed()
    }
}

/// A Rust type that declares a field of some kind.
pub trait FieldType: Sized {
    /// The kind it declares.
    const KIND: Kind;
    /// Whether a record without a value is possible.
    const OPTIONAL: bool = false;
    /// The closed list of options, of choice types.
    fn options() -> Options {
        Options::None
    }
    /// The entity referred to, of reference types.
    fn target() -> Option<&'static str> {
        None
    }
    /// Reads a stored value; `None` where it does not fit the type.
    fn from_value(value: &Value) -> Option<Self>;
    /// The value to store.
    fn into_value(self) -> Value;
}

/// A closed set of options declared as an enum.
pub trait Choice: Sized + Copy + 'static {
    /// Every option with its code, in the order shown.
    const ALL: &'static [(&'static str, Self)];
    /// Pill colours of the options that have one.
    const COLORS: &'static [(&'static str, &'static str)];
    /// The stored code.
    fn code(self) -> &'static str;
    /// The option of that code.
    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(c, _)| *c == code).map(|(_, option)| *option)
    }
    /// As field options.
    fn choice_defs() -> Vec<ChoiceDef> {
        let color = |code: &str| Self::COLORS.iter().find(|(of, _)| *of == code).map(|(_, color)| (*color).to_owned());
        let def = |code: &str| ChoiceDef { value: code.to_owned(), label: None, color: color(code), disabled: false, note: None };
        Self::ALL.iter().map(|(code, _)| def(code)).collect()
    }
}

/// A typed handle of a field: where it stands in the records of `E`.
pub struct Field<E, T> {
    /// Position among the fields of the entity, implied fields first.
    pub index: usize,
    pub name: &'static str,
    types: PhantomData<fn() -> (E, T)>,
}

impl<E, T> Field<E, T> {
    /// Used by the derive alone.
    pub const fn declared(index: usize, name: &'static str) -> Self {
        Self { index, name, types: PhantomData }
    }
}

impl<E, T> Clone for Field<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E, T> Copy for Field<E, T> {}

impl<T: FieldType> FieldType for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;
    fn options() -> Options {
        T::options()
    }
    fn target() -> Option<&'static str> {
        T::target()
    }
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

impl<E: crate::entity::Entity> FieldType for Id<E> {
    const KIND: Kind = Kind::Reference;
    fn target() -> Option<&'static str> {
        Some(E::ENTITY)
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_ref_id().map(Self::new)
    }
    fn into_value(self) -> Value {
        Value::Ref(self.raw())
    }
}

macro_rules! plain_field_type {
    ($($type:ty => $kind:ident, $variant:ident;)*) => {$(
        impl FieldType for $type {
            const KIND: Kind = Kind::$kind;
            fn from_value(value: &Value) -> Option<Self> {
                match value { Value::$variant(inner) => Some(inner.clone()), _ => None }
            }
            fn into_value(self) -> Value { Value::$variant(self) }
        }
    )*};
}

plain_field_type! {
    i64 => Integer, Int;
    Date => Date, Date;
    Instant => DateTime, Instant;
    Money => Money, Money;
    AnyRef => AnyReference, AnyRef;
}

impl FieldType for bool {
    const KIND: Kind = Kind::Boolean;
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(*flag),
            Value::Null => Some(false),
            _ => None,
        }
    }
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

macro_rules! text_field_type {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Default)]
        pub struct $name(pub String);
        impl FieldType for $name {
            const KIND: Kind = Kind::$kind;
            fn from_value(value: &Value) -> Option<Self> {
                value.as_text().map(|text| Self(text.to_owned()))
            }
            fn into_value(self) -> Value { Value::text(self.0) }
        }
    )*};
}

text_field_type! {
    /// Text of several lines.
    LongText => LongText;
    /// A telephone number as people write it.
    Phone => Phone;
    Email => Email;
    /// An address on the web, `http` or `https` only.
    Url => Url;
    Address => Address;
    /// A code of GB/T 2260 (province, city or district).
    Region => Region;
    /// A number given by the server, formatted as the settings say.
    Serial => Serial;
    /// A code of a dictionary maintained by the administrator.
    Code => Choice;
}

impl FieldType for String {
    const KIND: Kind = Kind::Text;
    fn from_value(value: &Value) -> Option<Self> {
        value.as_text().map(str::to_owned)
    }
    fn into_value(self) -> Value {
        Value::text(self)
    }
}

macro_rules! scaled_field_type {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
        pub struct $name(pub i64);
        impl FieldType for $name {
            const KIND: Kind = Kind::$kind;
            fn from_value(value: &Value) -> Option<Self> {
                match value { Value::Decimal(n) => Some(Self(*n)), _ => None }
            }
            fn into_value(self) -> Value { Value::Decimal(self.0) }
        }
    )*};
}

scaled_field_type! {
    /// A decimal number in units of 1/10,000.
    Decimal => Decimal;
    /// A percentage in units of 1/10,000 percent.
    Percent => Percent;
}

impl FieldType for Vec<Code> {
    const KIND: Kind = Kind::Choices;
    const OPTIONAL: bool = true;
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::new()),
            Value::Choices(codes) => Some(codes.iter().cloned().map(Code).collect()),
            _ => None,
        }
    }
    fn into_value(self) -> Value {
        Value::choices(self.into_iter().map(|code| code.0))
    }
}

impl<C: Choice> FieldType for Vec<C> {
    const KIND: Kind = Kind::Choices;
    const OPTIONAL: bool = true;
    fn options() -> Options {
        Options::Fixed(C::choice_defs())
    }
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::new()),
            Value::Choices(codes) => Some(codes.iter().filter_map(|code| C::parse(code)).collect()),
            _ => None,
        }
    }
    fn into_value(self) -> Value {
        Value::choices(self.into_iter().map(|option| option.code().to_owned()))
    }
}
