//! The server as a library, so that tests run the real router: HTTP, sessions, pages, command line.

pub mod app;
mod assets;
mod background;
mod caller;
mod commands;
pub mod config;
mod headers;
mod idempotency;
mod json;
pub mod net;
mod openapi;
mod problem;
mod reply;
pub mod routes;
mod streamed;
mod throttle;
mod upload;

use std::process::ExitCode;

/// Does what the command line asks.
pub fn run() -> ExitCode {
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
