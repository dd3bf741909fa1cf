//! Exports, backups, restores, checks.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;
use guanxi_engine::read::{ExportRequest, Selection};
use guanxi_engine::verify::Anchor;
use guanxi_model::Actor;
use guanxi_store::Store;

use super::{company, operator, require_entity, said, user_of};
use crate::app::FILES;
use crate::config::Config;

#[derive(Args)]
pub struct ExportArguments {
    /// e.g. customers
    entities: String,
    /// Ends in .csv or .xlsx
    file: PathBuf,
    /// Filter JSON, as in the API.
    #[arg(long)]
    filter: Option<String>,
    /// Export as this user may see it.
    #[arg(long = "as")]
    login: Option<String>,
}

/// Runs `guanxi export`.
pub fn export(config: &Config, arguments: &ExportArguments) -> Result<(), String> {
    let format = match arguments.file.extension().and_then(|end| end.to_str()) {
        Some("csv") => "csv",
        Some("xlsx") => "xlsx",
        _ => return Err("the file must end in .csv or .xlsx".to_owned()),
    };
    let engine = company(config, "export on the page of the list, or with GET /api/v1/{entities}/export?format=csv and an access token")?;
    require_entity(&engine, &arguments.entities)?;
    let actor = match &arguments.login {
        Some(login) => Actor::user(user_of(&engine, login)?),
        None => operator(),
    };
    let request =
        ExportRequest { selection: Selection { filter: arguments.filter.clone(), ..Selection::default() }, ..ExportRequest::default() };
    let file = File::create(&arguments.file).map_err(|error| format!("{}: {error}", arguments.file.display()))?;
    let rows = engine.export_to(&actor, &arguments.entities, &request, format, &mut BufWriter::new(file));
    match rows {
        Ok(rows) => {
            eprintln!("{rows} rows");
            Ok(())
        }
        Err(error) => {
            // Half a file must not look whole.
            let _ = std::fs::remove_file(&arguments.file);
            Err(said(error))
        }
    }
}

/// Runs `guanxi backup`. Reading needs no lock, so a serving process is not in the way.
pub fn backup(config: &Config, file: &Path) -> Result<(), String> {
    if config.database.is_some() {
        return Err("PostgreSQL is backed up with pg_dump".to_owned());
    }
    if file.exists() {
        return Err(format!("{} exists already", file.display()));
    }
    // Files before and after: one that goes between is kept, one that comes between is there.
    let (from, to) = (config.data.join(FILES), beside(file));
    copy_files(&from, &to)?;
    Store::backup_file(&config.data, file).map_err(said)?;
    copy_files(&from, &to)
}

/// The folder with the stored files of a backup.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".files");
    PathBuf::from(name)
}

/// Copies stored files that are not there yet. Their names are their hashes: what is there is the same.
fn copy_files(from: &Path, to: &Path) -> Result<(), String> {
    let said = |place: &Path, error: std::io::Error| format!("{}: {error}", place.display());
    let Ok(folders) = std::fs::read_dir(from) else { return Ok(()) };
    for folder in folders.filter_map(Result::ok).filter(|folder| folder.file_name().len() == 2) {
        let target = to.join(folder.file_name());
        crate::app::make_folder(&target).map_err(|error| said(&target, error))?;
        for file in std::fs::read_dir(folder.path()).map_err(|error| said(&folder.path(), error))?.filter_map(Result::ok) {
            let copy = target.join(file.file_name());
            if !copy.exists() {
                copy_whole(&file.path(), &copy).map_err(|error| said(&copy, error))?;
            }
        }
    }
    Ok(())
}

/// Copies a file so that it is there as a whole or not at all: half a file must not look whole.
fn copy_whole(from: &Path, to: &Path) -> std::io::Result<()> {
    let half = to.with_file_name("half");
    std::fs::copy(from, &half)?;
    File::open(&half)?.sync_all()?;
    std::fs::rename(&half, to)?;
    to.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Runs `guanxi restore`: checks the backup, then puts it into an empty place.
pub fn restore(config: &Config, file: &Path) -> Result<(), String> {
    if config.database.is_some() {
        return Err("PostgreSQL is restored with pg_restore".to_owned());
    }
    let target = Store::file_in(&config.data);
    if target.exists() {
        return Err(format!("{} holds data already; restore into an empty folder", config.data.display()));
    }
    Store::check_file(file).map_err(said)?;
    std::fs::create_dir_all(&config.data).map_err(|error| error.to_string())?;
    // The database last: a restore that is interrupted can begin again.
    copy_files(&beside(file), &config.data.join(FILES))?;
    copy_whole(file, &target).map_err(|error| error.to_string())?;
    // What an earlier database noted says nothing about this one.
    let _ = std::fs::remove_file(config.data.join(crate::app::HEAD_FILE));
    verify(config, &[])
}

/// Runs `guanxi verify`.
pub fn verify(config: &Config, anchors: &[String]) -> Result<(), String> {
    let parse = |text: &String| Anchor::parse(text).ok_or_else(|| format!("{text} is no NUMBER:HASH"));
    let anchors: Vec<Anchor> = anchors.iter().map(parse).collect::<Result<_, _>>()?;
    let engine = company(config, "verify a copy made with guanxi backup")?;
    let mut found = engine.verify_against(&operator(), &anchors).map_err(said)?;
    let files = crate::app::files(&engine, config).verify(&mut |fault| found.fault(fault)).map_err(said)?;
    println!("change log: {} change sets, held against {} heads noted earlier", found.change_sets, found.anchors);
    println!("records: {} compared with the change log", found.records);
    println!("search index: {} records compared", found.searched);
    println!("files: {files} compared with their hashes");
    println!("head of the chain, to be noted elsewhere: {}", found.head);
    if found.fault_count == 0 {
        return Ok(());
    }
    for fault in found.faults.iter().take(50) {
        eprintln!("{fault}");
    }
    Err(format!("{} faults", found.fault_count))
}
