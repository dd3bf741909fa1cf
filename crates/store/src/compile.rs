//! From filters and orders to statements. Pure: the same question always gives the same text.

mod aggregate;
mod each;
mod filter;
mod holders;
mod select;

pub use aggregate::{Bucket, Figures, Group, Measure, Told, aggregate, aggregate_told, row_told, told};
pub use filter::Compiler;
pub(crate) use filter::column_of;
pub use holders::Held;
pub use select::{Bin, Drive, Join, Out, Select, count, select, tokens};
