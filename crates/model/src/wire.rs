//! The one place where values meet the outside: JSON of the API, cells of the database.

use std::borrow::Cow;
use std::convert::Infallible;
use std::io::Write;

use serde_json::Value as Json;

use crate::catalog::Catalog;
use crate::entity::EntityDef;
use crate::field::{FieldDef, Options};
use crate::kind::Kind;
use crate::lines;
use crate::money::{Currency, Money, format_scaled, parse_scaled};
use crate::record::Record;
use crate::time::{Date, Instant};
use crate::value::{AnyRef, DECIMAL_DIGITS, Value};

/// Fewest digits of a telephone number, and of one of a service.
const PHONE_DIGITS: usize = 7;
const SERVICE_DIGITS: usize = 5;

/// What one column of one row holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
}

impl Cell<'_> {
    /// The same, owned.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Int(n) => Cell::Int(n),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// The integer, where it is one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub fn str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The cells of a value: the first column, and the second of kinds that have one.
pub fn cells_of(value: &Value) -> (Cell<'_>, Cell<'_>) {
    let one = |cell| (cell, Cell::Null);
    match value {
        Value::Null => one(Cell::Null),
        Value::Bool(flag) => one(Cell::Int(i64::from(*flag))),
        Value::Int(n) | Value::Decimal(n) | Value::Ref(n) => one(Cell::Int(*n)),
        Value::Instant(at) => one(Cell::Int(at.0)),
        Value::Text(text) => one(Cell::Text(Cow::Borrowed(text))),
        Value::Date(date) => one(Cell::Text(Cow::Owned(date.to_string()))),
        Value::Money(money) => (Cell::Int(money.minor), Cell::Text(Cow::Owned(money.currency.code().to_owned()))),
        Value::AnyRef(any) => (Cell::Int(any.id), Cell::Text(Cow::Borrowed(&any.entity))),
        Value::Choices(codes) => one(Cell::Text(Cow::Owned(join_codes(codes)))),
        // A table of their own holds them.
        Value::Lines(_) => one(Cell::Null),
    }
}

/// The value of the cells of a field of that kind; what does not fit reads as no value.
pub fn value_of(kind: Kind, first: &Cell<'_>, second: &Cell<'_>) -> Value {
    match (kind, first) {
        (Kind::Boolean, Cell::Int(n)) => Value::Bool(*n != 0),
        (Kind::Integer, Cell::Int(n)) => Value::Int(*n),
        (Kind::Decimal | Kind::Percent, Cell::Int(n)) => Value::Decimal(*n),
        (Kind::DateTime, Cell::Int(n)) => Value::Instant(Instant(*n)),
        (Kind::Reference | Kind::File, Cell::Int(n)) => Value::Ref(*n),
        (Kind::Money, Cell::Int(n)) => {
            let currency = second.str().and_then(Currency::parse).unwrap_or(Currency::CNY);
            Value::Money(Money { minor: *n, currency })
        }
        (Kind::AnyReference, Cell::Int(n)) => match second.str() {
            Some(entity) => Value::AnyRef(AnyRef { entity: entity.to_owned(), id: *n }),
            None => Value::Null,
        },
        (Kind::Date, Cell::Text(text)) => text.parse::<Date>().map_or(Value::Null, Value::Date),
        (Kind::Choices, Cell::Text(text)) => Value::choices(split_codes(text).map(str::to_owned)),
        (_, Cell::Text(text)) => Value::Text(text.clone().into_owned()),
        _ => Value::Null,
    }
}

/// Several codes in one column: `|a|b|`, so that one code is found by the substring `|a|`.
fn join_codes(codes: &[String]) -> String {
    format!("|{}|", codes.join("|"))
}

fn split_codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').filter(|code| !code.is_empty())
}

/// Writes the cells of a field as JSON. References come with their title where one is given.
pub fn write_json(out: &mut Vec<u8>, kind: Kind, first: &Cell<'_>, second: &Cell<'_>, title: Option<&str>, catalog: &Catalog) {
    match (kind, first) {
        (_, Cell::Null) => out.extend_from_slice(b"null"),
        (Kind::Boolean, Cell::Int(n)) => out.extend_from_slice(if *n != 0 { b"true" } else { b"false" }),
        (Kind::Integer, Cell::Int(n)) => write_quoted(out, format_args!("{n}")),
        (Kind::Decimal | Kind::Percent, Cell::Int(n)) => {
            write_quoted(out, format_args!("{}", format_scaled(*n, DECIMAL_DIGITS, 0)));
        }
        (Kind::DateTime, Cell::Int(n)) => write_quoted(out, format_args!("{}", Instant(*n).to_rfc3339())),
        (Kind::Money, Cell::Int(n)) => {
            let currency = second.str().and_then(Currency::parse).unwrap_or(Currency::CNY);
            out.extend_from_slice(b"{\"amount\":");
            write_string(out, &Money { minor: *n, currency }.amount());
            out.extend_from_slice(b",\"currency\":");
            write_string(out, currency.code());
            out.push(b'}');
        }
        (Kind::Reference | Kind::File, Cell::Int(n)) => {
            out.extend_from_slice(b"{\"id\":");
            write_quoted(out, format_args!("{n}"));
            write_title(out, title);
        }
        (Kind::AnyReference, Cell::Int(n)) => {
            let entity = second.str().unwrap_or_default();
            let plural = catalog.get(entity).map_or(entity, |def| def.plural.as_str());
            out.extend_from_slice(b"{\"entity\":");
            write_string(out, plural);
            out.extend_from_slice(b",\"id\":");
            write_quoted(out, format_args!("{n}"));
            write_title(out, title);
        }
        (Kind::Choices, Cell::Text(text)) => {
            out.push(b'[');
            for (i, code) in split_codes(text).enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_string(out, code);
            }
            out.push(b']');
        }
        (_, Cell::Text(text)) => write_string(out, text),
        (_, Cell::Int(n)) => write_quoted(out, format_args!("{n}")),
    }
}

fn write_title(out: &mut Vec<u8>, title: Option<&str>) {
    out.extend_from_slice(b",\"title\":");
    match title {
        Some(title) => write_string(out, title),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
}

/// Writes a JSON string.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(&mut *out, text);
}

/// Writes the name of a field: nothing in it has to be escaped.
pub fn write_name(out: &mut Vec<u8>, name: &str) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
}

fn write_quoted(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.push(b'"');
    let _ = out.write_fmt(text);
    out.push(b'"');
}

/// Writes a value as the change log keeps it: without titles, of lines what was given.
pub fn write_kept(out: &mut Vec<u8>, kind: Kind, value: &Value, catalog: &Catalog) {
    if let Value::Lines(rows) = value {
        let chosen = |line: &EntityDef, index: usize, value: &Value| lines::is_given(line, index) && *value != Value::Null;
        let _: Result<(), Infallible> = lines::write_json(out, rows, chosen, |out, field, value| {
            write_kept(out, field.values(), value, catalog);
            Ok(())
        });
        return;
    }
    let (first, second) = cells_of(value);
    write_json(out, kind, &first, &second, None, catalog);
}

/// A value as JSON, without titles; for places that need a tree.
pub fn to_json(kind: Kind, value: &Value, catalog: &Catalog) -> Json {
    let mut out = Vec::new();
    write_kept(&mut out, kind, value, catalog);
    serde_json::from_slice(&out).unwrap_or(Json::Null)
}

/// Reads a value given by a caller for a field to be written.
///
/// # Errors
/// The code of what is wrong with it.
pub fn read_json(field: &FieldDef, json: &Json, catalog: &Catalog, company: Currency) -> Result<Value, &'static str> {
    let value = match (field.kind, json) {
        (Kind::Money, Json::String(_) | Json::Number(_)) => Value::Money(Money::parse(&number_text(json)?, company).ok_or("not_money")?),
        _ => read_operand(field, json, catalog)?,
    };
    check_size(field, &value)?;
    if let (Options::Fixed(options), false) = (&field.options, value.is_empty()) {
        let known = |code: &String| options.iter().any(|option| option.value == *code && !option.disabled);
        let all_known = match &value {
            Value::Text(code) => known(code),
            Value::Choices(codes) => codes.iter().all(known),
            _ => true,
        };
        if !all_known {
            return Err("unknown_choice");
        }
    }
    Ok(value)
}

/// Reads a value to compare a field with: of the right kind, without the limits of writing.
///
/// # Errors
/// The code of what is wrong with it.
pub fn read_operand(field: &FieldDef, json: &Json, catalog: &Catalog) -> Result<Value, &'static str> {
    if json.is_null() {
        return Ok(Value::Null);
    }
    Ok(match field.values() {
        Kind::Boolean => Value::Bool(json.as_bool().ok_or("not_a_boolean")?),
        Kind::Integer => Value::Int(number_text(json)?.parse().map_err(|_| "not_an_integer")?),
        Kind::Decimal | Kind::Percent => Value::Decimal(parse_scaled(&number_text(json)?, DECIMAL_DIGITS).ok_or("not_a_number")?),
        Kind::Money => read_money(json)?,
        Kind::Date => Value::Date(text_of(json)?.parse().map_err(|_| "not_a_date")?),
        Kind::DateTime => Value::Instant(Instant::parse(text_of(json)?).ok_or("not_an_instant")?),
        Kind::Reference | Kind::File => Value::Ref(read_id(json)?),
        Kind::AnyReference => {
            let plural = json.get("entity").and_then(Json::as_str).ok_or("not_a_reference")?;
            let entity = catalog.by_plural(plural).filter(|entity| entity.line_of.is_none()).ok_or("unknown_entity")?;
            Value::AnyRef(AnyRef { entity: entity.name.clone(), id: read_id(json)? })
        }
        Kind::Choices => {
            let items = match json {
                Json::String(_) => std::slice::from_ref(json),
                Json::Array(items) => items,
                _ => return Err("not_a_list"),
            };
            let codes: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            let codes = codes.ok_or("not_a_list_of_text")?;
            if codes.iter().any(|code| code.chars().any(char::is_control)) {
                return Err("control_character");
            }
            Value::choices(codes)
        }
        Kind::Lines => lines::read_kept(field, json, catalog)?,
        kind => Value::text(clean(text_of(json)?, kind)?),
    })
}

fn read_money(json: &Json) -> Result<Value, &'static str> {
    let (amount, currency) = match json {
        Json::Object(object) => {
            let currency = match object.get("currency") {
                None => Currency::CNY,
                Some(code) => code.as_str().and_then(Currency::parse).ok_or("not_a_currency")?,
            };
            (number_text(object.get("amount").ok_or("not_money")?)?, currency)
        }
        other => (number_text(other)?, Currency::CNY),
    };
    Ok(Value::Money(Money::parse(&amount, currency).ok_or("not_money")?))
}

fn text_of(json: &Json) -> Result<&str, &'static str> {
    json.as_str().ok_or("not_text")
}

/// A number as decimal text: given as text, or as a JSON number without exponent.
fn number_text(json: &Json) -> Result<String, &'static str> {
    match json {
        Json::String(text) if text.len() <= 40 => Ok(text.trim().to_owned()),
        Json::Number(number) => Ok(number.to_string()),
        _ => Err("not_a_number"),
    }
}

/// An identity as text or number, or in the object that names a record.
///
/// # Errors
/// The code of what is wrong with it.
pub fn read_id(json: &Json) -> Result<i64, &'static str> {
    let id = match json {
        Json::Object(object) => object.get("id").ok_or("not_an_id")?,
        other => other,
    };
    let id = match id {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.as_i64(),
        _ => None,
    };
    id.filter(|id| *id > 0).ok_or("not_an_id")
}

/// Text without surrounding space; control characters are refused, line breaks only where lines
/// make sense.
fn clean(text: &str, kind: Kind) -> Result<String, &'static str> {
    let lines = matches!(kind, Kind::LongText | Kind::Address);
    let bad = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
    let text = text.trim();
    if text.chars().any(bad) {
        return Err("control_character");
    }
    Ok(text.to_owned())
}

fn check_size(field: &FieldDef, value: &Value) -> Result<(), &'static str> {
    match value {
        Value::Text(text) => {
            if text.chars().count() > field.max_chars() as usize {
                return Err("too_long");
            }
            match field.kind {
                Kind::Email if !is_email(text) => Err("not_an_email"),
                Kind::Phone if !is_phone(text) => Err("not_a_phone"),
                Kind::Url if !is_url(text) => Err("not_a_url"),
                Kind::Region if !(text.len() >= 2 && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit())) => Err("not_a_region"),
                _ => Ok(()),
            }
        }
        Value::Choices(codes) if codes.len() > 100 => Err("too_many_values"),
        Value::Choices(codes) if codes.iter().any(|code| code.chars().count() > 60 || code.contains('|')) => Err("unknown_choice"),
        Value::Int(n) => match field.range {
            Some((from, to)) if *n < from || *n > to => Err("out_of_range"),
            _ => Ok(()),
        },
        Value::Decimal(n) if field.range.is_some_and(|range| !within(*n, range)) => Err("out_of_range"),
        Value::Decimal(n) => match field.decimals.filter(|digits| *digits < DECIMAL_DIGITS) {
            Some(digits) if n % 10_i64.pow(DECIMAL_DIGITS - digits) != 0 => Err("too_many_decimals"),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whether a decimal lies in a range of whole numbers.
fn within(n: i64, (from, to): (i64, i64)) -> bool {
    let scaled = |whole: i64| i128::from(whole) * 10_i128.pow(DECIMAL_DIGITS);
    (scaled(from)..=scaled(to)).contains(&i128::from(n))
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || "<>()[],;:\\\"@".contains(c));
    plain(local) && plain(domain) && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
}

/// A number that can be dialled: seven digits, or fewer of a service (10086, 95588, 118114).
fn is_phone(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let known = |c: char| c.is_ascii_digit() || " +-()*#,;/转xX".contains(c) || "（）－".contains(c);
    let service = digits.len() >= SERVICE_DIGITS && digits.starts_with(['1', '9']);
    (digits.len() >= PHONE_DIGITS || service) && text.chars().all(known)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

/// What is shown of a masked value of which no part may be.
pub const MASKED: &str = "***";

/// What a masked value shows instead of itself.
pub fn mask(kind: Kind, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let part = |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    match (kind, chars.len()) {
        (_, 0) => String::new(),
        (Kind::Phone, n) if n >= 8 => format!("{}****{}", part(0, 3), part(n - 4, n)),
        (Kind::Email, _) => match text.rsplit_once('@') {
            Some((_, domain)) => format!("{}***@{domain}", part(0, 1)),
            None => "***".to_owned(),
        },
        (Kind::Text | Kind::Address | Kind::LongText, n) if n >= 4 => format!("{}***", part(0, 1)),
        _ => MASKED.to_owned(),
    }
}

/// The searchable text of a record, as the store keeps it: what it is called, then everything else.
pub fn search_text(record: &Record) -> String {
    let entity = record.entity();
    let text = |of_title: bool| {
        let parts = entity.fields.searched().iter().filter(|index| (**index == entity.title) == of_title);
        crate::text::search_text(&parts.filter_map(|index| record.at(*index).as_text()).collect::<Vec<_>>())
    };
    let (mut found_by, others) = (text(true), text(false));
    found_by.push(crate::text::TITLE_END);
    found_by.push_str(&others);
    found_by
}
