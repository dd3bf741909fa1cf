//! Customers, contacts, leads, and the pool they fall back into.

pub mod application;
pub mod contact;
pub mod customer;
pub mod lead;
pub mod lead_rule;
pub mod ownership;
pub mod pool;
pub mod protection;
