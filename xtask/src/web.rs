//! Building the pages.

use crate::shell::{root, sh};

/// Installs the packages of the pages, exactly as locked.
pub fn install() -> Result<(), String> {
    let lock = root().join("web/package-lock.json");
    let installed = root().join("web/node_modules/.package-lock.json");
    let time = |path: &std::path::Path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
    if time(&installed) >= time(&lock) && time(&installed).is_some() {
        return Ok(());
    }
    // Not `npm ci`: it refuses a lock file that lacks the binaries of other platforms, which a
    // registry need not carry. Every version is pinned, and nothing is saved.
    sh("web", "npm", &["install", "--no-save", "--no-audit", "--no-fund"])
}

/// Builds the pages into `web/dist`.
pub fn build() -> Result<(), String> {
    install()?;
    sh("web", "npx", &["vite", "build", "--logLevel", "warn"])
}
