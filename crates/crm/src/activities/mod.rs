//! What is done with customers.

pub mod follow_up;
