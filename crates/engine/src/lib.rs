//! The machine under the business: read path, write path, rights, change log, jobs, customisation.
//! It never names a business entity; every public function takes the actor.

pub mod accounts;
pub mod action;
pub mod customise;
pub mod engine;
pub mod events;
pub mod files;
pub mod import;
pub mod jobs;
pub mod meta;
pub mod nodes;
pub mod once;
pub mod read;
pub mod rights;
pub mod sheet;
pub mod tasks;
pub mod verify;
pub mod write;

pub use engine::{Engine, Setup};
pub use events::Event;
