//! The suites over the whole engine; one program, so that it links once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conformance;
mod equivalence;
mod rights;
mod smoke;
mod undo;
