//! The suites over the whole engine; one program, so that it links once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod administration;
mod bad_input;
mod change_log;
mod concurrency;
mod conformance;
mod customise;
mod equivalence;
mod fields;
mod figures;
mod files;
mod holding;
mod import_desk;
mod imports;
mod lines;
mod nodes;
mod once;
mod pages;
mod rights;
mod round_trip;
mod scenarios;
mod search;
mod smoke;
mod sweeps;
mod undo;
