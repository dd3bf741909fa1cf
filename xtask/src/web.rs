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
    sh("web", "npm", &["ci", "--no-audit", "--no-fund"])
}

/// Builds the pages into `web/dist`.
pub fn build() -> Result<(), String> {
    install()?;
    sh("web", "npx", &["vite", "build", "--logLevel", "warn"])
}
