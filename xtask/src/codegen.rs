//! `codegen`: documents made from the source.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::shell::root;
use crate::tidy::sources;

/// Writes docs/RULES.md again. The API describes itself: `guanxi openapi`.
pub fn codegen() -> Result<(), String> {
    fs::write(root().join("docs/RULES.md"), rules()?).map_err(|error| error.to_string())
}

/// Every rule of the business with the sentence that says what it does.
pub fn rules() -> Result<String, String> {
    let texts = |file: &str| fs::read_to_string(root().join("locales").join(file)).map_err(|error| format!("{file}: {error}"));
    let (zh, en) = (texts("zh.json")?, texts("en.json")?);
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for path in sources(&root().join("crates/crm/src")) {
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        for line in text.lines() {
            if let Some(id) = line.trim().strip_prefix("// Rule: ") {
                let id = id.split_whitespace().next().unwrap_or_default().trim_end_matches(['.', ':']).to_owned();
                if let Some(other) = found.insert(id.clone(), shown(&path)) {
                    return Err(format!("rule {id} stands in {} and in {other}", shown(&path)));
                }
            }
        }
    }
    let mut out = String::from(
        "# Rules 规则\n\nMade by `cargo xtask codegen` from the `// Rule:` comments and the locales.\n\n| Rule | 说明 | Meaning | Source |\n|---|---|---|---|\n",
    );
    for (id, path) in found {
        let key = format!("rule.{id}");
        out.push_str(&format!("| `{id}` | {} | {} | {path} |\n", text_of(&zh, &key), text_of(&en, &key)));
    }
    Ok(out)
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
}

/// The text of a key in a flat JSON file of one entry a line.
fn text_of(json: &str, key: &str) -> String {
    let marker = format!("\"{key}\": \"");
    let line = json.lines().find_map(|line| line.trim().strip_prefix(marker.as_str()));
    line.map(|rest| rest.trim_end_matches(',').trim_end_matches('"').to_owned()).unwrap_or_default()
}
