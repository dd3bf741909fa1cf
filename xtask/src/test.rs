//! `test`: every check, in the order in which a failure is cheapest.

use crate::shell::{has, sh, sh_with};
use crate::{install, tidy, web};

/// Runs every check. `--quick` leaves out the browser and clippy.
pub fn test(arguments: &[String]) -> Result<(), String> {
    let quick = arguments.iter().any(|argument| argument == "--quick");
    install::system_packages()?;
    tidy::tidy()?;
    sh(".", "cargo", &["fmt", "--check"])?;
    web::install()?;
    sh("web", "npm", &["run", "--silent", "check"])?;
    sh("web", "npm", &["run", "--silent", "test"])?;
    web::build()?;
    sh("web", "npm", &["run", "--silent", "budget"])?;
    if !quick {
        sh(".", "cargo", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    }
    rust_tests()?;
    if !quick {
        browser()?;
    }
    Ok(())
}

fn rust_tests() -> Result<(), String> {
    if has("cargo-nextest") {
        return sh(".", "cargo", &["nextest", "run", "--workspace", "--no-fail-fast"]);
    }
    sh(".", "cargo", &["test", "--workspace", "--quiet"])
}

/// The main journeys in Chromium, against the server as it is built.
fn browser() -> Result<(), String> {
    if !crate::shell::root().join("web/e2e").exists() {
        return Err("web/e2e is missing".to_owned());
    }
    sh(".", "cargo", &["build", "-p", "guanxi-server"])?;
    sh_with("web", "npx", &["playwright", "test"], &[("GUANXI_BINARY", &crate::shell::built("debug", "guanxi"))])
}
