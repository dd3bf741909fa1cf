//! What the company decides: settings, numbers, compulsory fields, words, roles.

pub mod business;
pub mod dictionaries;
pub mod field_profile;
pub mod lifecycle_words;
pub mod numbering;
pub mod remembered;
pub mod roles;
pub mod seed;
pub mod words;

pub use business::{BusinessSettings, Stage};
pub use remembered::remembered;
