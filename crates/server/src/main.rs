//! `guanxi`: one binary that serves, sets up, imports, exports, backs up and verifies.

use std::process::ExitCode;

// In place of the C library's `malloc`, which is what Rust and SQLite both ask.
extern crate mimalloc as _;

fn main() -> ExitCode {
    guanxi_server::run()
}
