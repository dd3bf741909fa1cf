//! A demonstration company, always the same: people first, then a year of numbered customers.

mod chance;
mod customers;
mod names;
mod organisation;
mod persons;
mod year;

pub use customers::customers_alone;
pub use organisation::organisation;
pub use year::{FOUNDED, Made, day, days};
