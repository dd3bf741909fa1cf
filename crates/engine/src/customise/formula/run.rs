//! Computes a formula that fits. Every step looks at each part of the tree once.

use std::cmp::Ordering;

use guanxi_model::kind::Kind;
use guanxi_model::time::Zone;
use guanxi_model::value::DECIMAL_DIGITS;
use guanxi_model::{Date, Record, Value};

use super::check::{Node, Order, Part, Sum};
use super::number;

/// Longest text that is put together, in characters.
const MAX_TEXT: usize = 2_000;

/// The value of a formula for a record; empty where it cannot be computed.
pub(super) fn value(root: &Node, result: Kind, decimals: u32, record: &Record, zone: &Zone) -> Value {
    match (result, Run { record, zone }.part(root)) {
        (Kind::Boolean, Part::Flag(flag)) => Value::Bool(flag),
        (Kind::Date, Part::Date(date)) => Value::Date(date),
        (Kind::Decimal, Part::Number(n)) => number::kept(n, decimals).map_or(Value::Null, Value::Decimal),
        (Kind::Text, Part::Text(text)) => Value::text(text.trim()),
        _ => Value::Null,
    }
}

struct Run<'a> {
    record: &'a Record,
    zone: &'a Zone,
}

impl Run<'_> {
    fn part(&self, node: &Node) -> Part {
        match node {
            Node::Constant(part) => part.clone(),
            Node::Field(index) => self.field(*index),
            Node::Not(a) => self.flag(a).map_or(Part::Nothing, |flag| Part::Flag(!flag)),
            Node::Negative(a) => match self.part(a) {
                Part::Number(n) => of(n.checked_neg()),
                _ => Part::Nothing,
            },
            // What is not known is not so.
            Node::Both(a, b) => Part::Flag(self.flag(a) == Some(true) && self.flag(b) == Some(true)),
            Node::Either(a, b) => Part::Flag(self.flag(a) == Some(true) || self.flag(b) == Some(true)),
            Node::If(parts) => {
                let [condition, a, b] = parts.as_ref();
                self.part(if self.flag(condition) == Some(true) { a } else { b })
            }
            Node::Sum(sum, a, b) => self.sum(*sum, &self.part(a), &self.part(b)),
            Node::Join(a, b) => {
                let mut text = shown(&self.part(a));
                text.push_str(&shown(&self.part(b)));
                if text.chars().count() > MAX_TEXT { Part::Nothing } else { Part::Text(text) }
            }
            Node::Compare(order, a, b) => compare(*order, &self.part(a), &self.part(b)),
            Node::Among(a, list) => {
                let wanted = self.part(a);
                Part::Flag(list.iter().any(|node| self.part(node) == wanted))
            }
            Node::Chosen(code, list) => match (self.part(code), self.part(list)) {
                (Part::Text(code), Part::Codes(codes)) => Part::Flag(codes.contains(&code)),
                _ => Part::Flag(false),
            },
            Node::Or(a, b) => match self.part(a) {
                Part::Nothing => self.part(b),
                part => part,
            },
            Node::Call(name, arguments) => {
                let parts: Vec<Part> = arguments.iter().map(|node| self.part(node)).collect();
                call(name, &parts)
            }
        }
    }

    fn flag(&self, node: &Node) -> Option<bool> {
        match self.part(node) {
            Part::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    fn field(&self, index: usize) -> Part {
        match self.record.at(index) {
            Value::Null | Value::Ref(_) | Value::AnyRef(_) | Value::Lines(_) => {
                let codes = self.record.entity().fields.get(index).is_some_and(|field| field.values() == Kind::Choices);
                if codes { Part::Codes(Vec::new()) } else { Part::Nothing }
            }
            Value::Bool(flag) => Part::Flag(*flag),
            Value::Int(n) => of(number::of_scaled(*n, 0)),
            Value::Decimal(n) => of(number::of_scaled(*n, DECIMAL_DIGITS)),
            Value::Money(money) => of(number::of_scaled(money.minor, money.currency.digits())),
            Value::Text(text) => Part::Text(text.clone()),
            Value::Date(date) => Part::Date(*date),
            Value::Instant(at) => Part::Date(self.zone.date_of(*at)),
            Value::Choices(codes) => Part::Codes(codes.clone()),
        }
    }

    fn sum(&self, sum: Sum, a: &Part, b: &Part) -> Part {
        match (a, b) {
            (Part::Number(a), Part::Number(b)) => of(match sum {
                Sum::Add => a.checked_add(*b),
                Sum::Subtract => a.checked_sub(*b),
                Sum::Multiply => number::multiply(*a, *b),
                Sum::Divide => number::divide(*a, *b),
                Sum::Remainder => number::remainder(*a, *b),
            }),
            (Part::Date(date), Part::Number(n)) => {
                let days = number::whole(*n).and_then(|days| if sum == Sum::Subtract { days.checked_neg() } else { Some(days) });
                days.and_then(|days| moved(*date, days)).map_or(Part::Nothing, Part::Date)
            }
            (Part::Date(a), Part::Date(b)) => {
                let days = a.since(*b).map(|span| i64::from(span.get_days()));
                of(days.ok().and_then(|days| number::of_scaled(days, 0)))
            }
            _ => Part::Nothing,
        }
    }
}

fn moved(date: Date, days: i64) -> Option<Date> {
    if days.abs() > 4_000_000 {
        return None;
    }
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

fn of(n: Option<i128>) -> Part {
    n.map_or(Part::Nothing, Part::Number)
}

/// A part as text; nothing is the empty text.
fn shown(part: &Part) -> String {
    match part {
        Part::Nothing => String::new(),
        Part::Number(n) => number::text(*n),
        Part::Text(text) => text.clone(),
        Part::Flag(flag) => flag.to_string(),
        Part::Date(date) => date.to_string(),
        Part::Codes(codes) => codes.join("、"),
    }
}

fn compare(order: Order, a: &Part, b: &Part) -> Part {
    match order {
        Order::Equal => return Part::Flag(a == b),
        Order::Different => return Part::Flag(a != b),
        _ => {}
    }
    let found = match (a, b) {
        (Part::Number(a), Part::Number(b)) => a.cmp(b),
        (Part::Text(a), Part::Text(b)) => a.cmp(b),
        (Part::Date(a), Part::Date(b)) => a.cmp(b),
        _ => return Part::Nothing,
    };
    Part::Flag(match order {
        Order::Less => found == Ordering::Less,
        Order::LessOrEqual => found != Ordering::Greater,
        Order::Greater => found == Ordering::Greater,
        _ => found != Ordering::Less,
    })
}

fn call(name: &str, parts: &[Part]) -> Part {
    let count = |n: usize| of(i64::try_from(n).ok().and_then(|n| number::of_scaled(n, 0)));
    match (name, parts) {
        ("empty", [part]) => Part::Flag(match part {
            Part::Nothing => true,
            Part::Text(text) => text.is_empty(),
            Part::Codes(codes) => codes.is_empty(),
            _ => false,
        }),
        ("text", [part]) => Part::Text(shown(part)),
        ("size", [Part::Text(text)]) => count(text.chars().count()),
        ("size", [Part::Codes(codes)]) => count(codes.len()),
        ("abs", [Part::Number(n)]) => of(n.checked_abs()),
        ("floor", [Part::Number(n)]) => of(number::floor(*n)),
        ("ceil", [Part::Number(n)]) => of(n.checked_neg().and_then(number::floor).and_then(i128::checked_neg)),
        ("min", [Part::Number(a), Part::Number(b)]) => Part::Number(*a.min(b)),
        ("max", [Part::Number(a), Part::Number(b)]) => Part::Number(*a.max(b)),
        ("round", [Part::Number(n), Part::Number(digits)]) => {
            let digits = number::whole(*digits).and_then(|digits| u32::try_from(digits).ok());
            of(digits.and_then(|digits| number::round(*n, digits.min(number::DIGITS))))
        }
        ("number", [Part::Text(text)]) => {
            of(guanxi_model::money::parse_scaled(text.trim(), DECIMAL_DIGITS).and_then(|n| number::of_scaled(n, DECIMAL_DIGITS)))
        }
        ("date", [Part::Text(text)]) => text.trim().parse().map_or(Part::Nothing, Part::Date),
        ("year", [Part::Date(date)]) => of(number::of_scaled(date.year().into(), 0)),
        ("month", [Part::Date(date)]) => of(number::of_scaled(date.month().into(), 0)),
        ("day", [Part::Date(date)]) => of(number::of_scaled(date.day().into(), 0)),
        ("contains", [Part::Text(text), Part::Text(part)]) => Part::Flag(text.contains(part.as_str())),
        ("startsWith", [Part::Text(text), Part::Text(part)]) => Part::Flag(text.starts_with(part.as_str())),
        ("endsWith", [Part::Text(text), Part::Text(part)]) => Part::Flag(text.ends_with(part.as_str())),
        _ => Part::Nothing,
    }
}
