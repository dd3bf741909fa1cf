//! `guanxi`: one binary that serves, sets up, imports, exports, backs up and verifies.

mod app;
mod assets;
mod background;
mod caller;
mod commands;
mod config;
mod headers;
mod idempotency;
mod openapi;
mod problem;
mod reply;
mod routes;
mod streamed;
mod throttle;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("GUANXI_LOG").unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match commands::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("guanxi: {what}");
            ExitCode::FAILURE
        }
    }
}
