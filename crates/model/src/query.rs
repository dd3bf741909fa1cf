//! A question to the store: which records, in which order, how many.

use crate::filter::Filter;

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// Position of the field.
    pub field: usize,
    pub descending: bool,
}

/// Which records of an entity, in which order, how many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// Singular name of the entity.
    pub entity: String,
    pub filter: Filter,
    pub order: Vec<Order>,
    pub limit: usize,
    /// Records in the recycle bin instead of live ones.
    pub bin: bool,
    /// See [`Query::along_order`].
    pub along: bool,
}

impl Query {
    /// Live records that match, in the order of their identities; the newest first where words are looked for.
    pub fn of(entity: &str, filter: Filter) -> Self {
        Self { entity: entity.to_owned(), filter, order: Vec::new(), limit: 200, bin: false, along: false }
    }

    /// At most this many.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Ordered by a field.
    #[must_use]
    pub fn order(mut self, field: usize, descending: bool) -> Self {
        self.order.push(Order { field, descending });
        self
    }

    /// Found along the order: no other field's index is used. For a few records at one end of an
    /// order where other tests name many, as that of a pool does.
    #[must_use]
    pub fn along_order(mut self) -> Self {
        self.along = true;
        self
    }
}
