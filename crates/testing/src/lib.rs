//! A small company to test with: a real engine over either database, a clock that stands still,
//! identities that count, and short words for people, roles and records.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cluster;
mod database;
mod ids;
mod people;
pub mod samples;
pub mod specimen;
mod world;

pub use database::Which;
pub use people::{Grant, UserSpec};
pub use world::{PASSWORD, World, id_of, object, parse};

/// Runs one scenario on both databases: `both! { fn a_fact(world) { … } }`.
#[macro_export]
macro_rules! both {
    ($($(#[$attr:meta])* fn $name:ident($world:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            fn scenario($world: &mut $crate::World) $body

            $(#[$attr])*
            #[test]
            fn on_sqlite() {
                scenario(&mut $crate::World::open($crate::Which::Sqlite));
            }

            $(#[$attr])*
            #[test]
            fn on_postgres() {
                scenario(&mut $crate::World::open($crate::Which::Postgres));
            }
        }
    )*};
}
