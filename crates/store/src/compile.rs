//! From filters and orders to statements. Pure: the same question always gives the same text.

mod filter;
mod select;

pub use filter::Compiler;
pub use select::{Bin, Bucket, Drive, Group, Join, Measure, Out, Select, aggregate, count, select};
