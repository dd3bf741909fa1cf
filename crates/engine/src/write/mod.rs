//! The write path: one function for form, bulk edit, import, automation and API.

mod absent;
mod accept;
mod bulk;
mod crud;
mod lines;
mod merge;
mod moved;
mod save;
mod tx;
pub(crate) mod undo;

pub use bulk::{BulkReport, RowResult, Targets};
pub use merge::{MergeReport, MergeRequest};
pub use undo::{Conflict, UndoReport};

pub use crud::{Edit, Saved};

pub(crate) use accept::{limits, refusal};
pub(crate) use bulk::RowWork;
pub(crate) use merge::merged_key;
pub(crate) use tx::{Purpose, RIGHTS_MARK, WriteTx};

use serde_json::{Map, Value as Json};

/// The work of running an action on each row.
pub(crate) fn row_action(name: &str, input: Map<String, Json>) -> RowWork {
    RowWork::Action { name: name.to_owned(), input }
}
