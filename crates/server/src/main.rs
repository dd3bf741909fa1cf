//! `guanxi`: one binary that serves, sets up, imports, exports, backs up and verifies.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    guanxi_server::run()
}
