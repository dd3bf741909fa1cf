//! Rules: fill computes, check refuses, react follows up, all inside the transaction of the write.

use crate::error::Result;
use crate::field::{Field, FieldType};
use crate::filter::Filter;
use crate::record::Record;
use crate::tx::Tx;
use crate::value::Value;

/// What is being done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Create,
    Update,
    Delete,
    Restore,
}

impl Op {
    /// The name in the change log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    /// The operation of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Create, Self::Update, Self::Delete, Self::Restore].into_iter().find(|op| op.name() == name)
    }
}

/// A change in the making: the record before and after.
pub struct Change<'a> {
    pub op: Op,
    /// The record before; none when it is created.
    pub old: Option<&'a Record>,
    /// The record after; `fill` may change it.
    pub new: &'a mut Record,
    /// The rule or action that makes the change; none when a caller does.
    pub by: Option<&'static str>,
}

impl Change<'_> {
    /// Whether this change touches a field; on creation, whether it has a value.
    pub fn touches<E, T: FieldType>(&self, field: Field<E, T>) -> bool {
        match self.old {
            Some(old) => old.at(field.index) != self.new.at(field.index),
            None => *self.new.at(field.index) != Value::Null,
        }
    }

    /// The typed value before.
    pub fn before<E, T: FieldType>(&self, field: Field<E, Option<T>>) -> Option<T> {
        self.old.and_then(|old| old.find(field))
    }

    /// The typed value after.
    pub fn after<E, T: FieldType>(&self, field: Field<E, Option<T>>) -> Option<T> {
        self.new.find(field)
    }
}

/// A rule of the write path.
pub type RuleFn = fn(&mut Change<'_>, &mut dyn Tx) -> Result<()>;

/// The rules of an entity, in reading order.
#[derive(Default)]
pub struct Rules {
    pub fill: Vec<RuleFn>,
    pub check: Vec<RuleFn>,
    pub react: Vec<RuleFn>,
}

impl Rules {
    /// No rules yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule that computes values.
    #[must_use]
    pub fn fill(mut self, rule: RuleFn) -> Self {
        self.fill.push(rule);
        self
    }

    /// Adds a rule that may refuse.
    #[must_use]
    pub fn check(mut self, rule: RuleFn) -> Self {
        self.check.push(rule);
        self
    }

    /// Adds a rule that follows up in the same transaction.
    #[must_use]
    pub fn react(mut self, rule: RuleFn) -> Self {
        self.react.push(rule);
        self
    }
}

/// What an import may bring for a new record though only rules write it: makes what the rules make it of. It is
/// given the new record, and another one that holds what was brought.
pub type BringFn = fn(&mut dyn Tx, &Record, &Record) -> Result<()>;

/// One way in which a record may equal another.
pub struct DuplicateProbe {
    /// Key of the text `duplicate.<reason>`.
    pub reason: &'static str,
    /// Records that match.
    pub filter: Filter,
}

/// How duplicates of an entity are recognised.
#[derive(Clone, Copy)]
pub struct DuplicateRule {
    /// The ways in which the values of this record may equal another's.
    pub probes: fn(&Record) -> Vec<DuplicateProbe>,
    /// Ways in which a record only resembles it: told to whoever enters one, the likeliest first; an import does not ask.
    pub similar: Option<fn(&Record) -> Vec<DuplicateProbe>>,
    /// What is told of a match to someone who may not see it: names of fields.
    pub disclosed: &'static [&'static str],
    /// Where else the same may already be.
    pub elsewhere: &'static [Elsewhere],
}

/// Records of another entity that may be the same as one of this. What may be told of them is theirs to say.
pub struct Elsewhere {
    /// Singular name of the other entity.
    pub entity: &'static str,
    /// The ways in which one of them may equal this record.
    pub probes: fn(&Record) -> Vec<DuplicateProbe>,
    /// Who has this permission is told of them, and refused nothing.
    pub spared: &'static str,
    /// Ways in which one of them only resembles it.
    pub similar: Option<fn(&Record) -> Vec<DuplicateProbe>>,
}
