//! `guanxi import`: the same imports as over HTTP, from the machine's own console.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use guanxi_engine::import::Imports;
use guanxi_model::Actor;
use serde_json::{Map, Value as Json};

use super::{company, operator, require_entity, said, user_of};
use crate::config::Config;

/// Rows with errors that are printed.
const PRINTED: usize = 20;

/// Imports a CSV, XLSX or XLS file. The exit status is 0 only when no row failed.
#[derive(Args)]
pub struct ImportArguments {
    /// e.g. customers
    entities: String,
    file: PathBuf,
    /// JSON file: {"mapping":{"column":"field"},"options":{…}}, or the mapping alone; guessed when
    /// left out.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Looks at every row and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Import as this user: with their rights, in their name.
    #[arg(long = "as")]
    login: Option<String>,
    /// Writes the rows that failed, with the reason, to this CSV file; FILE.errors.csv when left out.
    #[arg(long)]
    errors: Option<PathBuf>,
}

/// Runs `guanxi import`.
pub fn run(config: &Config, arguments: &ImportArguments) -> Result<(), String> {
    let engine = company(config, "import on the page of the list, or with POST /api/v1/{entities}/imports and an access token")?;
    require_entity(&engine, &arguments.entities)?;
    let actor = match &arguments.login {
        Some(login) => Actor::user(user_of(&engine, login)?),
        None => operator(),
    };
    let imports = crate::app::imports(&engine, config);
    let name = arguments.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let place = imports.place().map_err(said)?;
    std::fs::copy(&arguments.file, place.path()).map_err(|error| format!("{}: {error}", arguments.file.display()))?;
    let mut import = imports.add(&actor, &arguments.entities, place, &name).map_err(said)?;
    let id = import["id"].as_str().and_then(|id| id.parse().ok()).ok_or("no import was made")?;
    if let Some(file) = &arguments.mapping {
        import = imports.change(&actor, id, &change(file)?).map_err(said)?;
    }
    let total = import["rows"].as_i64().unwrap_or(0);
    for (column, field) in import["mapping"].as_object().into_iter().flatten() {
        eprintln!("{column} -> {}", field.as_str().unwrap_or("-"));
    }
    let step = |done: i64| {
        let end = if std::io::stderr().is_terminal() { '\r' } else { '\n' };
        eprint!("{done} / {total} rows{end}");
        let _ = std::io::stderr().flush();
        Ok(true)
    };
    if arguments.dry_run {
        return look(&imports, &actor, id, &step);
    }
    let counts = imports.run_here(&actor, id, &step).map_err(said)?;
    println!(
        "created {} updated {} skipped {} failed {} of {} rows",
        counts.created,
        counts.updated,
        counts.skipped,
        counts.failed,
        counts.rows()
    );
    eprintln!("import {id}");
    if counts.failed == 0 {
        return Ok(());
    }
    let file = arguments.errors.clone().unwrap_or_else(|| arguments.file.with_extension("errors.csv"));
    let out = File::create(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    imports.failed_rows(&actor, id, &mut BufWriter::new(out)).map_err(said)?;
    Err(format!("{} rows failed; they stand with the reason in {}, to be corrected and imported again", counts.failed, file.display()))
}

fn look(imports: &Imports, actor: &Actor, id: i64, step: &dyn Fn(i64) -> guanxi_model::Result<bool>) -> Result<(), String> {
    let preview = imports.preview_here(actor, id, step).map_err(said)?;
    imports.forget(actor, id).map_err(said)?;
    println!("create {} update {} skip {} error {}", preview["create"], preview["update"], preview["skip"], preview["error"]);
    let wrong = preview["rows"].as_array().into_iter().flatten().filter(|row| row["verdict"] == "error");
    for row in wrong.take(PRINTED) {
        for error in row["errors"].as_array().into_iter().flatten() {
            let column = error["column"].as_str().unwrap_or_default();
            eprintln!("row {}: {column}: {}", row["row"], error["detail"].as_str().unwrap_or_default());
        }
    }
    if preview["error"] == 0 { Ok(()) } else { Err(format!("{} rows would fail", preview["error"])) }
}

/// What a mapping file changes.
fn change(file: &Path) -> Result<Map<String, Json>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let object: Map<String, Json> = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let whole = object.get("mapping").is_none_or(Json::is_object) && object.get("options").is_none_or(Json::is_object);
    let named = object.contains_key("mapping") || object.contains_key("options");
    if named && whole { Ok(object) } else { Ok(Map::from_iter([("mapping".to_owned(), Json::Object(object))])) }
}
