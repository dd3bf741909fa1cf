//! The read path: names become positions, every field touched must be readable, one statement,
//! JSON straight from the row.

mod aggregate;
mod cursor;
mod duplicates;
mod export;
mod export_approval;
mod history;
mod lines;
mod list;
mod namesakes;
mod one;
mod plan;
mod read_log;
mod search;
mod telling;
mod timeline;
mod written;

pub use aggregate::AggregateRequest;
pub use export::{ExportRequest, Exported};
pub use history::{HistoryPage, SetsRequest};
pub use list::{CountMode, ListRequest, Page, Selection};
pub use read_log::ReadsRequest;
pub use search::{Hit, Suggestion};

pub(crate) use list::parse_filter_text;
pub(crate) use namesakes::key_fields;
pub(crate) use one::record_json as record_json_in;
pub(crate) use read_log::Noted;
pub(crate) use telling::Samples;
pub(crate) use written::{is_told_as_written, written_json};
