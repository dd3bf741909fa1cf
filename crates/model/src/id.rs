//! Identities: time-ordered 64-bit integers, strings in JSON.

use std::fmt;
use std::marker::PhantomData;

/// The identity of a record of entity `E`.
pub struct Id<E> {
    raw: i64,
    entity: PhantomData<fn() -> E>,
}

impl<E> Id<E> {
    /// Gives a raw identity the entity it belongs to.
    pub const fn new(raw: i64) -> Self {
        Self { raw, entity: PhantomData }
    }

    /// The number as stored.
    pub const fn raw(self) -> i64 {
        self.raw
    }
}

impl<E> Clone for Id<E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E> Copy for Id<E> {}
impl<E> PartialEq for Id<E> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl<E> Eq for Id<E> {}
impl<E> fmt::Debug for Id<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.raw)
    }
}

/// Where new identities come from; passed in, so that tests can hold it.
pub trait IdSource: Send + Sync {
    /// A number never given before, greater than those given before by this source.
    fn next(&self) -> i64;
}
