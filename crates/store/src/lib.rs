//! The only crate with SQL: tables, the compiler, the change log, and two drivers.

pub mod change_log;
pub mod compile;
pub mod dialect;
pub mod driver;
pub mod kept;
mod later;
pub mod lines;
pub mod records;
pub mod roll_up;
pub mod schema;
pub mod search_index;
pub mod sql;
pub mod tally;

pub use driver::{Conn, Heard, Row, SAID_MAX, Store};
pub use sql::{Bind, Sql};
