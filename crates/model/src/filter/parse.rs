//! Reading the filter JSON of the API. Names become positions here, once, and every field named
//! must be one the caller may read.

use serde_json::Value as Json;

use crate::catalog::Catalog;
use crate::entity::EntityDef;
use crate::error::{Error, FieldProblem, Problem, Result, Status};
use crate::field::FieldDef;
use crate::kind::{Kind, Operator};
use crate::system::Right;
use crate::time::{Instant, Zone};
use crate::value::Value;
use crate::wire;

use super::relative::{instants, within};
use super::{Filter, Test};

/// Deepest nesting of and, or and references.
pub const MAX_DEPTH: usize = 8;
/// Most tests in one filter.
pub const MAX_LEAVES: usize = 200;
/// Most values of one `in`.
pub const MAX_IN: usize = 1000;

/// What reading a filter needs to know.
pub trait ParseScope {
    fn catalog(&self) -> &Catalog;
    fn now(&self) -> Instant;
    fn zone(&self) -> &Zone;
    /// The user that `me` means.
    fn me(&self) -> Option<i64>;
    /// The caller's right on a field.
    fn right(&self, entity: &EntityDef, field: usize) -> Right;
    /// The records of an entity the caller may see: a path through a reference ends at others.
    fn visible(&self, entity: &EntityDef) -> Result<Filter>;
    /// A record and everything below it, in a tree.
    fn under(&self, entity: &EntityDef, id: i64) -> Result<Vec<i64>>;
}

/// Reads a filter on an entity.
///
/// # Errors
/// 400 naming the field or operator that is not known or not of its kind; 403 for a masked field.
pub fn parse(json: &Json, entity: &EntityDef, scope: &dyn ParseScope) -> Result<Filter> {
    Parser { scope, leaves: 0 }.filter(json, entity, 0)
}

struct Parser<'a> {
    scope: &'a dyn ParseScope,
    leaves: usize,
}

impl Parser<'_> {
    fn filter(&mut self, json: &Json, entity: &EntityDef, depth: usize) -> Result<Filter> {
        if depth > MAX_DEPTH {
            return Err(Error::malformed("filter", "filter_too_deep"));
        }
        let Json::Object(object) = json else {
            return Err(Error::malformed("filter", "filter_not_object"));
        };
        let mut all = Filter::All;
        for (key, operand) in object {
            let part = match key.as_str() {
                "and" | "or" => self.list(key == "and", operand, entity, depth)?,
                path => self.path(path, operand, entity, depth)?,
            };
            all = all.and(part);
        }
        Ok(all)
    }

    fn list(&mut self, and: bool, operand: &Json, entity: &EntityDef, depth: usize) -> Result<Filter> {
        let Json::Array(list) = operand else {
            return Err(Error::malformed("filter", "filter_not_list"));
        };
        let mut filter = if and { Filter::All } else { Filter::Nothing };
        for part in list {
            let part = self.filter(part, entity, depth + 1)?;
            filter = if and { filter.and(part) } else { filter.or(part) };
        }
        Ok(filter)
    }

    fn path(&mut self, path: &str, operand: &Json, entity: &EntityDef, depth: usize) -> Result<Filter> {
        if let Some((first, rest)) = path.split_once('.') {
            if depth >= MAX_DEPTH {
                return Err(Error::malformed("filter", "filter_too_deep"));
            }
            let index = self.field(entity, first)?;
            let field = field_at(entity, index)?;
            let Some(target) = self.scope.catalog().target_of(field) else {
                return Err(bad(first, "not_a_reference"));
            };
            let filter = Box::new(self.path(rest, operand, target, depth + 1)?.and(self.scope.visible(target)?));
            return Ok(Filter::Via { field: index, entity: target.name.clone(), filter });
        }
        let index = self.field(entity, path)?;
        let field = field_at(entity, index)?;
        match operand {
            // `{"contact": {"eq": …}}`: every key is an operator; several mean all of them.
            Json::Object(ops) if !is_value_object(field.values(), operand) => {
                let mut all = Filter::All;
                for (name, operand) in ops {
                    all = all.and(self.test(index, field, name, operand)?);
                }
                Ok(all)
            }
            value => self.test(index, field, "eq", value),
        }
    }

    fn field(&mut self, entity: &EntityDef, name: &str) -> Result<usize> {
        usable_field(entity, name, |index| self.scope.right(entity, index))
    }

    fn test(&mut self, index: usize, field: &FieldDef, op: &str, operand: &Json) -> Result<Filter> {
        self.leaves += 1;
        if self.leaves > MAX_LEAVES {
            return Err(Error::malformed("filter", "filter_too_large"));
        }
        let Some(op) = operator(op).filter(|op| field.values().operators().contains(op)) else {
            let known = field.values().operators().iter().map(|op| op.name()).collect::<Vec<_>>().join(", ");
            return Err(bad_with(&field.name, "unknown_operator", "known", known));
        };
        let value = |json: &Json| wire::read_operand(field, json, self.scope.catalog()).map_err(|code| bad(&field.name, code));
        let list = |json: &Json| -> Result<Vec<Value>> {
            let Json::Array(items) = json else { return Err(bad(&field.name, "not_a_list")) };
            if items.len() > MAX_IN {
                return Err(bad(&field.name, "too_many_values"));
            }
            items.iter().map(value).collect()
        };
        let text = |json: &Json| match json.as_str() {
            None => Err(bad(&field.name, "not_text")),
            Some(part) if part.contains('\0') => Err(bad(&field.name, "control_character")),
            Some(part) => Ok(part.to_owned()),
        };
        let is = |test: Test| Ok(Filter::Is(index, test));
        match op {
            Operator::Eq | Operator::Ne if operand.is_null() => is(if op == Operator::Eq { Test::Empty } else { Test::NotEmpty }),
            Operator::Eq => match value(operand)? {
                // The empty text is no value.
                nothing if nothing.is_empty() => is(Test::Empty),
                wanted => is(Test::Eq(wanted)),
            },
            Operator::Ne => match value(operand)? {
                nothing if nothing.is_empty() => is(Test::NotEmpty),
                wanted => is(Test::Ne(wanted)),
            },
            Operator::Lt => is(Test::Lt(value(operand)?)),
            Operator::Le => is(Test::Le(value(operand)?)),
            Operator::Gt => is(Test::Gt(value(operand)?)),
            Operator::Ge => is(Test::Ge(value(operand)?)),
            Operator::Between => match list(operand)?.as_slice() {
                [from, to] => is(Test::Between(from.clone(), to.clone())),
                _ => Err(bad(&field.name, "not_a_pair")),
            },
            Operator::In | Operator::Nin if field.values() == Kind::Choices => {
                let codes = codes_of(list(operand)?);
                is(if op == Operator::In { Test::Overlaps(codes) } else { Test::Disjoint(codes) })
            }
            Operator::In => {
                // `null` in the list means records without a value.
                let (nothing, values): (Vec<Value>, Vec<Value>) = list(operand)?.into_iter().partition(Value::is_empty);
                let among = if values.is_empty() { Filter::Nothing } else { Filter::Is(index, Test::In(values.into())) };
                Ok(if nothing.is_empty() { among } else { among.or(Filter::Is(index, Test::Empty)) })
            }
            Operator::Nin => {
                let (nothing, values): (Vec<Value>, Vec<Value>) = list(operand)?.into_iter().partition(Value::is_empty);
                let outside = if values.is_empty() { Filter::All } else { Filter::Is(index, Test::NotIn(values.into())) };
                Ok(if nothing.is_empty() { outside } else { outside.and(Filter::Is(index, Test::NotEmpty)) })
            }
            Operator::Contains if field.values() == Kind::Choices => is(Test::Overlaps(vec![text(operand)?])),
            Operator::Contains => is(Test::Contains(text(operand)?)),
            Operator::Starts => is(Test::Starts(text(operand)?)),
            Operator::Empty => match operand {
                Json::Bool(true) => is(Test::Empty),
                Json::Bool(false) => is(Test::NotEmpty),
                _ => Err(bad(&field.name, "not_a_boolean")),
            },
            Operator::Me => self.me(index, field, operand),
            Operator::Under => self.under(index, field, operand),
            Operator::Within => self.within(index, field, operand),
        }
    }

    fn me(&self, index: usize, field: &FieldDef, operand: &Json) -> Result<Filter> {
        if field.target.as_deref() != Some("user") {
            return Err(bad(&field.name, "not_a_user"));
        }
        let me = self.scope.me();
        match operand {
            Json::Bool(true) => Ok(me.map_or(Filter::Nothing, |me| Filter::Is(index, Test::Eq(Value::Ref(me))))),
            Json::Bool(false) => Ok(me.map_or(Filter::All, |me| Filter::Is(index, Test::Ne(Value::Ref(me))))),
            _ => Err(bad(&field.name, "not_a_boolean")),
        }
    }

    fn under(&self, index: usize, field: &FieldDef, operand: &Json) -> Result<Filter> {
        if field.values() == Kind::Region {
            return region_under(index, field, operand);
        }
        let Some(target) = self.scope.catalog().target_of(field) else {
            return Err(bad(&field.name, "not_a_reference"));
        };
        let top = wire::read_operand(field, operand, self.scope.catalog()).map_err(|code| bad(&field.name, code))?;
        let Some(top) = top.as_ref_id() else { return Err(bad(&field.name, "not_an_id")) };
        Ok(Filter::refers_to(index, self.scope.under(target, top)?))
    }

    fn within(&self, index: usize, field: &FieldDef, operand: &Json) -> Result<Filter> {
        let today = self.scope.zone().date_of(self.scope.now());
        let range = operand.as_str().and_then(|name| within(name, today));
        let Some(range) = range else { return Err(bad(&field.name, "unknown_period")) };
        let (from, to) = if field.values() == Kind::Date {
            (range.0.map(Value::Date), range.1.map(Value::Date))
        } else {
            let (from, to) = instants(range, self.scope.zone());
            (from.map(Value::Instant), to.map(Value::Instant))
        };
        Ok(match (from, to) {
            (Some(from), Some(to)) => Filter::Is(index, Test::Between(from, to)),
            (Some(from), None) => Filter::Is(index, Test::Ge(from)),
            (None, Some(to)) => Filter::Is(index, Test::Le(to)),
            (None, None) => Filter::All,
        })
    }
}

/// A division and everything below it: codes of GB/T 2260 end in pairs of zeros above the level
/// of districts.
fn region_under(index: usize, field: &FieldDef, operand: &Json) -> Result<Filter> {
    let code = operand.as_str().filter(|code| (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()));
    let mut code = code.ok_or_else(|| bad(&field.name, "not_a_region"))?;
    while let Some(shorter) = code.strip_suffix("00") {
        code = shorter;
    }
    Ok(Filter::Is(index, Test::Starts(code.to_owned())))
}

/// The position of a field whose true value may be asked about. A masked field is refused as one: that it
/// exists is told anyway. A hidden one is as unknown as one that is not there.
///
/// # Errors
/// 403 for a masked field, 400 for one that is not there.
pub fn usable_field(entity: &EntityDef, name: &str, right: impl Fn(usize) -> Right) -> Result<usize> {
    let open = |index: &usize| entity.fields.get(*index).is_some_and(|field| !field.secret && !field.hidden);
    match entity.position(name).filter(open).map(|index| (index, right(index))) {
        Some((index, Right::Read | Right::Write)) => Ok(index),
        Some((_, Right::Masked)) => Err(refused(Status::Forbidden, name, "field_masked", Vec::new())),
        Some((_, Right::Hidden)) | None => Err(unknown_field(entity, name, |index| right(index) >= Right::Read)),
    }
}

/// 400 for a field that is not there, with the nearest name that is.
pub fn unknown_field(entity: &EntityDef, name: &str, readable: impl Fn(usize) -> bool) -> Error {
    let visible = entity.fields.iter().enumerate().filter(|(i, f)| !f.secret && !f.hidden && readable(*i));
    unknown_name(name, visible.map(|(_, f)| f.name.as_str()))
}

/// 400 for a name that is none of the known ones, with the nearest of them.
pub fn unknown_name<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    bad_with(name, "unknown_field", "nearest", Catalog::nearest(name, known).unwrap_or_default().to_owned())
}

fn field_at(entity: &EntityDef, index: usize) -> Result<&FieldDef> {
    entity.fields.get(index).ok_or_else(|| Error::internal("field position"))
}

fn bad(field: &str, code: &'static str) -> Error {
    Error::malformed(field, code)
}

fn bad_with(field: &str, code: &'static str, arg: &'static str, value: String) -> Error {
    refused(Status::Malformed, field, code, vec![(arg, value)])
}

fn refused(status: Status, field: &str, code: &'static str, more: Vec<(&'static str, String)>) -> Error {
    let args: Vec<_> = std::iter::once(("field", field.to_owned())).chain(more).collect();
    let named = FieldProblem { field: field.to_owned(), code, args: args.clone() };
    Problem { status, code, args, fields: vec![named] }.into()
}

/// Whether an object is itself a value of that kind rather than a list of operators.
fn is_value_object(kind: Kind, json: &Json) -> bool {
    let has = |key: &str| json.get(key).is_some();
    match kind {
        Kind::Money => has("amount"),
        Kind::Reference | Kind::File | Kind::AnyReference => has("id"),
        _ => false,
    }
}

fn codes_of(values: Vec<Value>) -> Vec<String> {
    let code = |value: Value| match value {
        Value::Choices(codes) => codes,
        Value::Text(code) => vec![code],
        _ => Vec::new(),
    };
    values.into_iter().flat_map(code).collect()
}

fn operator(name: &str) -> Option<Operator> {
    use Operator::*;
    let all = [Eq, Ne, Lt, Le, Gt, Ge, In, Nin, Between, Contains, Starts, Empty, Under, Me, Within];
    all.into_iter().find(|op| op.name() == name)
}

impl Operator {
    /// The name in the API.
    pub fn name(self) -> &'static str {
        use Operator::*;
        match self {
            Eq => "eq",
            Ne => "ne",
            Lt => "lt",
            Le => "le",
            Gt => "gt",
            Ge => "ge",
            In => "in",
            Nin => "nin",
            Between => "between",
            Contains => "contains",
            Starts => "starts",
            Empty => "empty",
            Under => "under",
            Me => "me",
            Within => "within",
        }
    }
}
