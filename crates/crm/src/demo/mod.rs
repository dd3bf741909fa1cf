//! A demonstration company, always the same: people first, then numbered customers in batches.

mod chance;
mod customers;
mod names;
mod organisation;
mod persons;

pub use customers::{customers, customers_alone};
pub use organisation::organisation;
