//! The server as it is met from outside: the real router, and the real binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crash;
mod desk;
mod matrix;
mod on_postgres;
mod once;
mod own_account;
mod slow;
mod upgrade;
mod visitors;
mod wire;
