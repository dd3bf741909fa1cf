//! What the company decides: settings, numbers, compulsory fields, words, roles.

pub mod business;
pub mod field_profile;
pub mod numbering;

pub use business::{BusinessSettings, Stage};
