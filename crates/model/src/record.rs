//! Records: the values of one row, in the order of its entity's fields.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::entity::{DELETED_AT, Entity, EntityDef, ID, VERSION};
use crate::field::{Field, FieldType};
use crate::id::Id;
use crate::lines::Lines;
use crate::time::Instant;
use crate::value::Value;

/// One record of any entity. Clones share their values until one of them changes.
#[derive(Clone)]
pub struct Record {
    entity: Arc<EntityDef>,
    values: Arc<Vec<Value>>,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.entity.name == other.entity.name && (Arc::ptr_eq(&self.values, &other.values) || self.values == other.values)
    }
}
impl Eq for Record {}

impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.entity.name.hash(state);
        self.values.hash(state);
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.entity.fields.iter().map(|field| &field.name).zip(self.values.iter());
        f.debug_map().entries(named.filter(|(_, value)| **value != Value::Null)).finish()
    }
}

impl Record {
    /// A record without values.
    pub fn empty(entity: Arc<EntityDef>) -> Self {
        let values = std::iter::repeat_with(Value::default).take(entity.fields.len()).collect();
        Self { entity, values: Arc::new(values) }
    }

    /// A record of values in the order of the entity's fields; missing ones are empty.
    pub fn of(entity: Arc<EntityDef>, mut values: Vec<Value>) -> Self {
        values.resize(entity.fields.len(), Value::Null);
        Self { entity, values: Arc::new(values) }
    }

    /// Whether another is the very same, as it came out of one memory: nothing is compared.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.values, &other.values)
    }

    /// The definition of its entity.
    pub fn entity(&self) -> &Arc<EntityDef> {
        &self.entity
    }

    /// All values, in the order of the fields.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value at a position; empty where there is no such field.
    pub fn at(&self, index: usize) -> &Value {
        const EMPTY: Value = Value::Null;
        self.values.get(index).unwrap_or(&EMPTY)
    }

    /// Puts a value at a position.
    pub fn put(&mut self, index: usize, value: Value) {
        if self.values.get(index).is_some_and(|there| *there != value)
            && let Some(slot) = Arc::make_mut(&mut self.values).get_mut(index)
        {
            *slot = value;
        }
    }

    /// The value of a field by name; empty where there is no such field.
    pub fn named(&self, name: &str) -> &Value {
        self.at(self.entity.position(name).unwrap_or(usize::MAX))
    }

    /// Puts a value by name.
    pub fn put_named(&mut self, name: &str, value: Value) {
        if let Some(index) = self.entity.position(name) {
            self.put(index, value);
        }
    }

    /// The identity; 0 before it is given.
    pub fn id(&self) -> i64 {
        match self.at(ID) {
            Value::Int(id) => *id,
            _ => 0,
        }
    }

    /// The identity, typed.
    pub fn typed_id<E: Entity>(&self) -> Id<E> {
        Id::new(self.id())
    }

    /// The version, counted from 1; 0 before the first save.
    pub fn version(&self) -> i64 {
        match self.at(VERSION) {
            Value::Int(version) => *version,
            _ => 0,
        }
    }

    /// When it went to the recycle bin.
    pub fn deleted_at(&self) -> Option<Instant> {
        match self.at(DELETED_AT) {
            Value::Instant(at) => Some(*at),
            _ => None,
        }
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        self.at(self.entity.title).as_text().unwrap_or_default()
    }

    /// Whose record it is.
    pub fn owner(&self) -> Option<i64> {
        self.entity.owner.and_then(|index| self.at(index).as_ref_id())
    }

    /// The typed value of a field. A value that does not fit reads as `None`, which is the empty
    /// value of optional fields.
    pub fn get<E, T: FieldType>(&self, field: Field<E, T>) -> Option<T> {
        T::from_value(self.at(field.index))
    }

    /// The typed value of an optional field, flat.
    pub fn find<E, T: FieldType>(&self, field: Field<E, Option<T>>) -> Option<T> {
        T::from_value(self.at(field.index))
    }

    /// Sets a typed value.
    pub fn set<E, T: FieldType>(&mut self, field: Field<E, T>, value: T) {
        self.put(field.index, value.into_value());
    }

    /// The lines of a document, in their order; the fields of each are read by the handles of `L`.
    pub fn lines<E, L: Entity>(&self, field: Field<E, Lines<L>>) -> &[Self] {
        self.at(field.index).as_lines()
    }

    /// Sets the lines of a document; those with an identity are kept, others are new.
    pub fn set_lines<E, L: Entity>(&mut self, field: Field<E, Lines<L>>, rows: Vec<Self>) {
        self.put(field.index, Value::lines(rows));
    }

    /// Positions at which two records of one entity differ.
    pub fn differences(&self, other: &Self) -> Vec<usize> {
        if Arc::ptr_eq(&self.values, &other.values) {
            return Vec::new();
        }
        let pairs = self.values.iter().zip(other.values.iter()).enumerate();
        pairs.filter(|(_, (a, b))| a != b).map(|(index, _)| index).collect()
    }
}
