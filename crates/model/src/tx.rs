//! What rules, actions and jobs may do: read, write, note. No I/O but `enqueue`.

use std::sync::Arc;

use crate::actor::Actor;
use crate::catalog::Catalog;
use crate::entity::{Entity, EntityDef};
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::id::Id;
use crate::query::Query;
use crate::record::Record;
use crate::system::Verb;
use crate::time::{Date, Instant, Zone};

/// Reading, as the product itself sees it.
pub trait Reader {
    /// Now.
    fn now(&self) -> Instant;
    /// The company's time zone.
    fn zone(&self) -> &Zone;
    /// All definitions in force.
    fn catalog(&self) -> &Arc<Catalog>;
    /// A live record.
    fn load(&mut self, entity: &str, id: i64) -> Result<Option<Record>>;
    /// Records that answer a query.
    fn find(&mut self, query: &Query) -> Result<Vec<Record>>;
    /// The record of an entity that has only one, as settings do.
    fn only(&mut self, entity: &str) -> Result<Option<Record>> {
        Ok(self.find(&Query::of(entity, Filter::All).limit(1))?.into_iter().next())
    }
    /// How many live records match, counted up to `limit`.
    fn count(&mut self, query: &Query) -> Result<i64>;
}

/// A notice for a user.
#[derive(Clone, Debug)]
pub struct Notice {
    pub user: i64,
    /// Key of the text `notice.<code>`.
    pub code: &'static str,
    /// Values the text names.
    pub args: Vec<(&'static str, String)>,
    /// The record it is about.
    pub about: Option<(String, i64)>,
}

/// Reading on behalf of somebody: what they may do can be asked without doing it.
pub trait Asking: Reader {
    /// Who asked.
    fn actor(&self) -> &Actor;
    /// Whether the actor holds a named permission of their roles.
    fn may(&mut self, permission: &str) -> Result<bool>;
    /// The records of an entity the actor may do something with.
    fn reach(&mut self, entity: &str, verb: Verb) -> Result<Filter>;
    /// Whether the actor may do something with this record.
    fn may_on(&mut self, verb: Verb, record: &Record) -> Result<bool>;
}

/// Reading and writing inside one transaction and one change set.
pub trait Tx: Asking {
    /// Saves a new record through every rule and returns it as saved.
    fn insert(&mut self, record: Record, rule: &'static str) -> Result<Record>;
    /// Saves a changed record through every rule and returns it as saved.
    fn update(&mut self, record: Record, rule: &'static str) -> Result<Record>;
    /// Puts a record into the recycle bin.
    fn remove(&mut self, entity: &str, id: i64, rule: &'static str) -> Result<()>;
    /// Takes a named lock until the end of the transaction, so that counting and acting on the
    /// count cannot be overtaken.
    fn lock(&mut self, name: &str) -> Result<()>;
    /// The next number of a named sequence, without gaps unless the transaction fails.
    fn next_number(&mut self, sequence: &str) -> Result<i64>;
    /// Runs a queued job after the commit.
    fn enqueue(&mut self, job: &'static str, entity: &str, id: i64) -> Result<()>;
    /// Tells a user, after the commit.
    fn notify(&mut self, notice: Notice) -> Result<()>;
}

/// Typed reading for rules.
impl dyn Reader + '_ {
    /// The definition of an entity.
    pub fn def<E: Entity>(&self) -> Result<Arc<EntityDef>> {
        self.catalog().get(E::ENTITY).cloned().ok_or_else(|| Error::internal(E::ENTITY))
    }

    /// A live record by its typed identity.
    pub fn get<E: Entity>(&mut self, id: Id<E>) -> Result<Option<Record>> {
        self.load(E::ENTITY, id.raw())
    }

    /// The company's date today.
    pub fn today(&self) -> Date {
        self.zone().date_of(self.now())
    }

    /// The one record of a settings entity, as its struct.
    pub fn settings<E: Entity>(&mut self) -> Result<E> {
        let found = self.find(&Query::of(E::ENTITY, crate::filter::Filter::All).limit(1))?;
        let record = found.into_iter().next().ok_or_else(|| Error::internal(format!("no {} record", E::ENTITY)))?;
        E::from_record(&record).ok_or_else(|| Error::internal(format!("{} record does not fit", E::ENTITY)))
    }
}

/// A new record of `E` with the values of a struct.
pub fn record_of<E: Entity>(catalog: &Catalog, value: E) -> Result<Record> {
    let def = catalog.get(E::ENTITY).cloned().ok_or_else(|| Error::internal(E::ENTITY))?;
    let mut record = Record::empty(def);
    value.write_to(&mut record);
    Ok(record)
}
