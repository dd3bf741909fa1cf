//! Jobs: work that runs on a schedule or after a commit.

use crate::error::Result;
use crate::query::Query;
use crate::record::Record;
use crate::tx::{Reader, Tx};

/// When a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Once in every period of this many minutes.
    EveryMinutes(i64),
    /// Once a day, at this minute of the company's day.
    Daily(i64),
    /// When enqueued, for one record.
    Queued,
}

/// What a job does.
#[derive(Clone, Copy)]
pub enum Work {
    /// Finds records by a query and treats them in its order, each once.
    Sweep {
        /// Which records are due, by one ascending key; none where the settings switch it off.
        due: fn(&mut dyn Reader) -> Result<Option<Query>>,
        /// Treats one of them.
        each: fn(&mut dyn Tx, &Record) -> Result<()>,
    },
    /// Treats the record it was enqueued for.
    Record(fn(&mut dyn Tx, &Record) -> Result<()>),
}

/// Work that runs on a schedule or after a commit.
#[derive(Clone, Copy)]
pub struct Job {
    /// Unique name, e.g. `customer.return_to_pool`; stands in the change log.
    pub name: &'static str,
    pub schedule: Schedule,
    pub work: Work,
}
