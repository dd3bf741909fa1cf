//! `bench`: the promises, measured.

use crate::postgres::Cluster;
use crate::shell::{built, sh, sh_with};

/// Measures on SQLite, or on a temporary PostgreSQL with `--postgres`.
pub fn bench(arguments: &[String]) -> Result<(), String> {
    sh(".", "cargo", &["build", "--release", "-p", "guanxi-server", "-p", "guanxi-testing"])?;
    let rest: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| *argument != "--postgres").collect();
    if arguments.iter().any(|argument| argument == "--postgres") {
        let cluster = Cluster::start(true)?;
        return sh_with(".", &built("release", "bench"), &rest, &[("GUANXI_BENCH_POSTGRES", &cluster.url)]);
    }
    sh(".", &built("release", "bench"), &rest)
}
