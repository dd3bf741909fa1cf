//! What the tests need from the system, installed where that is allowed.

use crate::shell::{has, output, sh};

/// Debian packages by the program that shows they are there.
const NEEDED: [(&str, &str); 2] = [("chromium", "chromium"), ("fc-list", "fontconfig")];

/// Installs Chromium, Chinese fonts and PostgreSQL, or says exactly what to install.
pub fn system_packages() -> Result<(), String> {
    let mut missing: Vec<&str> = NEEDED.iter().filter(|(program, _)| !has(program)).map(|(_, package)| *package).collect();
    if output("fc-list", &[":lang=zh"]).is_none_or(|fonts| fonts.is_empty()) {
        missing.push("fonts-noto-cjk");
    }
    if crate::postgres::binaries().is_none() {
        missing.push("postgresql");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let root = output("id", &["-u"]).as_deref() == Some("0");
    if !root || !has("apt-get") {
        return Err(format!("please install: {}", missing.join(" ")));
    }
    sh(".", "apt-get", &["update", "-q"])?;
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(missing);
    sh(".", "apt-get", &arguments)
}
