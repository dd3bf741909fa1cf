//! `tidy`: the invariants of the source tree that no compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::root;

/// Longest source file, in lines.
const MAX_LINES: usize = 500;
/// Names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "manager"];

/// Checks everything and tells all faults.
pub fn tidy() -> Result<(), String> {
    let mut faults = Vec::new();
    for path in sources(&root().join("crates")).into_iter().chain(sources(&root().join("xtask"))) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().into_owned();
        file(&name, &text, &mut faults);
    }
    dependencies(&mut faults);
    locales(&mut faults)?;
    generated(&mut faults);
    if faults.is_empty() {
        return Ok(());
    }
    for fault in &faults {
        eprintln!("tidy: {fault}");
    }
    Err(format!("{} faults", faults.len()))
}

/// Rust sources below a folder.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn file(name: &str, text: &str, faults: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > MAX_LINES {
        faults.push(format!("{name} has {lines} lines; the limit is {MAX_LINES}"));
    }
    let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if EMPTY_NAMES.contains(&stem.as_str()) {
        faults.push(format!("{name}: a module named {stem} says nothing"));
    }
    let tests = name.contains("/tests") || name.contains("crates/testing") || name.starts_with("xtask");
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let engine_or_store = name.starts_with("crates/engine/src") || name.starts_with("crates/store/src");
    if engine_or_store {
        for noun in business_nouns() {
            if code.contains(&format!("\"{noun}\"")) {
                faults.push(format!("{name} names the business entity {noun}"));
            }
        }
    }
    if !name.starts_with("crates/store") && !tests {
        for word in ["\"SELECT ", "\"INSERT INTO", "\"UPDATE \\\"", "\"DELETE FROM", "\"CREATE TABLE"] {
            if code.contains(word) {
                faults.push(format!("{name} holds SQL ({word}…): only the store may"));
            }
        }
    }
    let server = name.starts_with("crates/server");
    if !server && !tests && (code.contains("async fn") || code.contains(".await")) {
        faults.push(format!("{name} is async: only the server may be"));
    }
    let clocks = ["crates/model/src/time.rs", "crates/engine/src/engine.rs"];
    if !tests
        && !clocks.contains(&name)
        && (code.contains("SystemTime::now") || code.contains("Timestamp::now") || code.contains("Zoned::now"))
    {
        faults.push(format!("{name} reads the wall clock: use Clock"));
    }
}

/// The names of the business entities, from their declarations.
fn business_nouns() -> Vec<String> {
    let mut nouns = Vec::new();
    for path in sources(&root().join("crates/crm/src")) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let mut entity = false;
        for line in text.lines() {
            if line.contains("derive(") && line.contains("Entity") {
                entity = true;
            } else if entity && let Some(name) = line.trim().strip_prefix("pub struct ") {
                let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
                nouns.push(snake(&name));
                entity = false;
            }
        }
    }
    nouns
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// crm → model ← store ← engine ← server.
fn dependencies(faults: &mut Vec<String>) {
    let allowed: [(&str, &[&str]); 4] =
        [("model", &["model-derive"]), ("crm", &["model"]), ("store", &["model"]), ("engine", &["model", "store"])];
    for (name, may) in allowed {
        let manifest = fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).unwrap_or_default();
        let used = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for line in used.lines().filter_map(|line| line.strip_prefix("guanxi-")) {
            let other = line.split([' ', '=', '.']).next().unwrap_or_default();
            if !may.contains(&other) {
                faults.push(format!("crates/{name} depends on {other}"));
            }
        }
        if name == "crm" && used.lines().any(|line| line.contains("workspace = true }") && !line.starts_with("guanxi-model")) {
            faults.push("crates/crm depends on more than the model".to_owned());
        }
    }
}

/// Both languages have the same keys.
fn locales(faults: &mut Vec<String>) -> Result<(), String> {
    let keys = |file: &str| -> Result<BTreeSet<String>, String> {
        let text = fs::read_to_string(root().join("locales").join(file)).map_err(|error| format!("{file}: {error}"))?;
        Ok(text.lines().filter_map(|line| Some(line.trim().strip_prefix('"')?.split_once("\":")?.0.to_owned())).collect())
    };
    let (zh, en) = (keys("zh.json")?, keys("en.json")?);
    faults.extend(zh.difference(&en).map(|key| format!("locales/en.json lacks {key}")));
    faults.extend(en.difference(&zh).map(|key| format!("locales/zh.json lacks {key}")));
    Ok(())
}

/// Generated documents are fresh.
fn generated(faults: &mut Vec<String>) {
    let kept = fs::read_to_string(root().join("docs/RULES.md")).unwrap_or_default();
    match crate::codegen::rules() {
        Ok(fresh) if fresh == kept => {}
        Ok(_) => faults.push("docs/RULES.md is not fresh: run cargo xtask codegen".to_owned()),
        Err(what) => faults.push(what),
    }
}
