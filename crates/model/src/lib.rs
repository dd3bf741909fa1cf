//! The vocabulary of the product: values, fields, entities, filters, rules. No storage, no network.

pub mod text;
