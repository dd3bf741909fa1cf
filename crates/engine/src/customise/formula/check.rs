//! From the parsed expression to a tree whose types are known to fit.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators as op};
use guanxi_model::entity::{CREATED_AT, EntityDef, IMPLIED};
use guanxi_model::kind::Kind;
use guanxi_model::{Catalog, Date, Result};

use super::{number, wrong};
use crate::meta::is_internal;

/// What a part of an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Text,
    Flag,
    Date,
    /// Chosen options.
    Codes,
    /// `null`: fits anything.
    Nothing,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Flag => "boolean",
            Self::Date => "date",
            Self::Codes => "choices",
            Self::Nothing => "null",
        }
    }

    fn fits(self, wanted: Self) -> bool {
        self == wanted || self == Self::Nothing
    }
}

/// A value while computing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Nothing,
    Number(i128),
    Text(String),
    Flag(bool),
    Date(Date),
    Codes(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Functions of the language: the name, what each argument must be, what it gives. An argument of
/// `Nothing` may be anything.
pub(super) const FUNCTIONS: [(&str, &[Type], Type); 17] = [
    ("abs", &[Type::Number], Type::Number),
    ("ceil", &[Type::Number], Type::Number),
    ("contains", &[Type::Text, Type::Text], Type::Flag),
    ("date", &[Type::Text], Type::Date),
    ("day", &[Type::Date], Type::Number),
    ("empty", &[Type::Nothing], Type::Flag),
    ("endsWith", &[Type::Text, Type::Text], Type::Flag),
    ("floor", &[Type::Number], Type::Number),
    ("max", &[Type::Number, Type::Number], Type::Number),
    ("min", &[Type::Number, Type::Number], Type::Number),
    ("month", &[Type::Date], Type::Number),
    ("number", &[Type::Text], Type::Number),
    ("round", &[Type::Number, Type::Number], Type::Number),
    ("size", &[Type::Nothing], Type::Number),
    ("startsWith", &[Type::Text, Type::Text], Type::Flag),
    ("text", &[Type::Nothing], Type::Text),
    ("year", &[Type::Date], Type::Number),
];

/// An expression that fits.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Constant(Part),
    Field(usize),
    Not(Box<Node>),
    Negative(Box<Node>),
    Both(Box<Node>, Box<Node>),
    Either(Box<Node>, Box<Node>),
    If(Box<[Node; 3]>),
    Sum(Sum, Box<Node>, Box<Node>),
    Join(Box<Node>, Box<Node>),
    Compare(Order, Box<Node>, Box<Node>),
    Among(Box<Node>, Vec<Node>),
    Chosen(Box<Node>, Box<Node>),
    /// The first that is there.
    Or(Box<Node>, Box<Node>),
    Call(&'static str, Vec<Node>),
}

struct Check<'a> {
    def: &'a EntityDef,
    readable: &'a dyn Fn(usize) -> bool,
    sources: Vec<usize>,
}

/// Checks an expression, and that it gives what was promised.
pub(super) fn check(tree: &IdedExpr, def: &EntityDef, result: Kind, readable: &dyn Fn(usize) -> bool) -> Result<(Node, Vec<usize>)> {
    let mut check = Check { def, readable, sources: Vec::new() };
    let (node, found) = check.expression(tree)?;
    let wanted = match result {
        Kind::Boolean => Type::Flag,
        Kind::Date => Type::Date,
        Kind::Text => Type::Text,
        _ => Type::Number,
    };
    if !found.fits(wanted) {
        return Err(wrong("formula_result", &[("wanted", wanted.name().into()), ("found", found.name().into())]));
    }
    check.sources.sort_unstable();
    check.sources.dedup();
    Ok((node, check.sources))
}

/// What a field is to a formula; nothing where it is no use to one.
fn type_of(kind: Kind) -> Option<Type> {
    Some(match kind {
        Kind::Integer | Kind::Decimal | Kind::Money | Kind::Percent => Type::Number,
        Kind::Boolean => Type::Flag,
        Kind::Date | Kind::DateTime => Type::Date,
        Kind::Choices => Type::Codes,
        Kind::Reference | Kind::AnyReference | Kind::Lines | Kind::File | Kind::Formula | Kind::RollUp => return None,
        _ => Type::Text,
    })
}

impl Check<'_> {
    fn expression(&mut self, tree: &IdedExpr) -> Result<(Node, Type)> {
        match &tree.expr {
            Expr::Literal(literal) => constant(literal),
            Expr::Ident(name) => self.field(name),
            Expr::Call(call) => self.call(call),
            _ => Err(wrong("formula_not_offered", &[])),
        }
    }

    fn field(&mut self, name: &str) -> Result<(Node, Type)> {
        let usable = |index: usize| {
            let field = self.def.fields.get(index).filter(|field| !field.secret && !field.hidden && !is_internal(index, field));
            field.is_some() && (index >= IMPLIED || index == CREATED_AT) && (self.readable)(index)
        };
        let Some(index) = self.def.position(name).filter(|index| usable(*index)) else {
            let known = self.def.fields.iter().enumerate().filter(|(index, _)| usable(*index)).map(|(_, field)| field.name.as_str());
            let nearest = Catalog::nearest(name, known).unwrap_or_default().to_owned();
            return Err(wrong("formula_unknown_field", &[("name", name.to_owned()), ("nearest", nearest)]));
        };
        let found = self.def.fields.get(index).and_then(|field| type_of(field.values()));
        let found = found.ok_or_else(|| wrong("formula_field_kind", &[("name", name.to_owned())]))?;
        self.sources.push(index);
        Ok((Node::Field(index), found))
    }

    fn call(&mut self, call: &CallExpr) -> Result<(Node, Type)> {
        let mut arguments = Vec::with_capacity(call.args.len() + 1);
        if call.func_name == op::IN {
            return self.among(call);
        }
        for argument in call.target.iter().map(AsRef::as_ref).chain(&call.args) {
            arguments.push(self.expression(argument)?);
        }
        let name = call.func_name.as_str();
        let types: Vec<Type> = arguments.iter().map(|(_, found)| *found).collect();
        let mut nodes = arguments.into_iter().map(|(node, _)| Box::new(node));
        let mut next = || nodes.next().unwrap_or_else(|| Box::new(Node::Constant(Part::Nothing)));
        let misfit = || {
            let found = types.iter().map(|found| found.name()).collect::<Vec<_>>().join(", ");
            wrong("formula_types", &[("what", spoken(name).to_owned()), ("found", found)])
        };
        let all = |wanted: Type| types.iter().all(|found| found.fits(wanted));
        let node = match (name, types.as_slice()) {
            (op::LOGICAL_NOT, [_]) if all(Type::Flag) => (Node::Not(next()), Type::Flag),
            (op::NEGATE, [_]) if all(Type::Number) => (Node::Negative(next()), Type::Number),
            (op::LOGICAL_AND, [_, _]) if all(Type::Flag) => (Node::Both(next(), next()), Type::Flag),
            (op::LOGICAL_OR, [_, _]) if all(Type::Flag) => (Node::Either(next(), next()), Type::Flag),
            (op::CONDITIONAL, [condition, a, b]) if condition.fits(Type::Flag) => {
                let found = common(*a, *b).ok_or_else(misfit)?;
                (Node::If(Box::new([*next(), *next(), *next()])), found)
            }
            (op::EQUALS | op::NOT_EQUALS, [a, b]) if common(*a, *b).is_some() => {
                let order = if name == op::EQUALS { Order::Equal } else { Order::Different };
                (Node::Compare(order, next(), next()), Type::Flag)
            }
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [_, _])
                if all(Type::Number) || all(Type::Text) || all(Type::Date) =>
            {
                let order = match name {
                    op::LESS => Order::Less,
                    op::LESS_EQUALS => Order::LessOrEqual,
                    op::GREATER => Order::Greater,
                    _ => Order::GreaterOrEqual,
                };
                (Node::Compare(order, next(), next()), Type::Flag)
            }
            (op::ADD, [Type::Text, _] | [_, Type::Text]) => (Node::Join(next(), next()), Type::Text),
            (op::ADD | op::SUBSTRACT, [Type::Date, Type::Number]) => {
                (Node::Sum(if name == op::ADD { Sum::Add } else { Sum::Subtract }, next(), next()), Type::Date)
            }
            (op::SUBSTRACT, [Type::Date, Type::Date]) => (Node::Sum(Sum::Subtract, next(), next()), Type::Number),
            (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO, [_, _]) if all(Type::Number) => {
                let sum = match name {
                    op::ADD => Sum::Add,
                    op::SUBSTRACT => Sum::Subtract,
                    op::MULTIPLY => Sum::Multiply,
                    op::DIVIDE => Sum::Divide,
                    _ => Sum::Remainder,
                };
                (Node::Sum(sum, next(), next()), Type::Number)
            }
            ("or", [a, b]) => {
                let found = common(*a, *b).ok_or_else(misfit)?;
                (Node::Or(next(), next()), found)
            }
            _ => return self.function(name, &types, nodes.map(|node| *node).collect(), misfit),
        };
        Ok(node)
    }

    fn function(&self, name: &str, types: &[Type], mut nodes: Vec<Node>, misfit: impl Fn() -> guanxi_model::Error) -> Result<(Node, Type)> {
        let Some((known, wanted, gives)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            if op::find_operator(spoken(name)).is_some()
                || name.starts_with('_')
                || name.contains("_?_")
                || name == op::LOGICAL_NOT
                || name == op::NEGATE
            {
                return Err(misfit());
            }
            let nearest = Catalog::nearest(name, FUNCTIONS.iter().map(|(known, ..)| *known)).unwrap_or_default().to_owned();
            return Err(wrong("formula_unknown_function", &[("name", name.to_owned()), ("nearest", nearest)]));
        };
        let mut types = types.to_vec();
        if *known == "round" && types.len() == 1 {
            types.push(Type::Number);
            nodes.push(Node::Constant(Part::Number(0)));
        }
        let fits =
            types.len() == wanted.len() && types.iter().zip(*wanted).all(|(found, wanted)| *wanted == Type::Nothing || found.fits(*wanted));
        let sized = *known != "size" || matches!(types.first(), Some(Type::Text | Type::Codes));
        if fits && sized { Ok((Node::Call(known, nodes), *gives)) } else { Err(misfit()) }
    }

    /// `x in [a, b]` and `"a" in choices`.
    fn among(&mut self, call: &CallExpr) -> Result<(Node, Type)> {
        let [value, list] = call.args.as_slice() else { return Err(wrong("formula_not_offered", &[])) };
        let (node, found) = self.expression(value)?;
        let misfit =
            |other: Type| wrong("formula_types", &[("what", "in".into()), ("found", format!("{}, {}", found.name(), other.name()))]);
        if let Expr::List(list) = &list.expr {
            let mut nodes = Vec::with_capacity(list.elements.len());
            for element in &list.elements {
                let (node, other) = self.expression(element)?;
                common(found, other).ok_or_else(|| misfit(other))?;
                nodes.push(node);
            }
            return Ok((Node::Among(Box::new(node), nodes), Type::Flag));
        }
        let (list, other) = self.expression(list)?;
        if found.fits(Type::Text) && other == Type::Codes {
            Ok((Node::Chosen(Box::new(node), Box::new(list)), Type::Flag))
        } else {
            Err(misfit(other))
        }
    }
}

fn common(a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        (Type::Nothing, other) | (other, Type::Nothing) => Some(other),
        (a, b) if a == b => Some(a),
        _ => None,
    }
}

fn constant(literal: &LiteralValue) -> Result<(Node, Type)> {
    let number = |n: Option<i128>| n.map(|n| (Part::Number(n), Type::Number)).ok_or_else(|| wrong("formula_syntax", &[("at", "1".into())]));
    let (part, found) = match literal {
        LiteralValue::Boolean(flag) => (Part::Flag(*flag.inner()), Type::Flag),
        LiteralValue::Double(n) => number(number::of_float(*n.inner()))?,
        LiteralValue::Int(n) => number(number::of_scaled(*n.inner(), 0))?,
        LiteralValue::UInt(n) => number(i64::try_from(*n.inner()).ok().and_then(|n| number::of_scaled(n, 0)))?,
        LiteralValue::String(text) => (Part::Text(text.inner().to_owned()), Type::Text),
        LiteralValue::Null => (Part::Nothing, Type::Nothing),
        LiteralValue::Bytes(_) => return Err(wrong("formula_not_offered", &[])),
    };
    Ok((Node::Constant(part), found))
}

/// An operator as people write it.
fn spoken(name: &str) -> &str {
    match name {
        op::CONDITIONAL => "? :",
        name => name.trim_matches('_'),
    }
}
