//! Customers, contacts, leads, and the pool they fall back into.

pub mod application;
pub mod claim;
pub mod contact;
pub mod convert;
pub mod customer;
pub mod depth;
pub mod dormancy;
pub mod duplicate_report;
pub mod duplicates;
pub mod entry;
pub mod explain;
pub mod formats;
pub mod hand_on;
pub mod lead;
pub mod lead_rule;
pub mod naming;
pub mod ownership;
pub mod pool;
pub mod pool_members;
pub mod pool_rules;
pub mod protection;
pub mod reminders;
pub mod returns;
pub mod sharing;
pub mod signing;
