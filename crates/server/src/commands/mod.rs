//! The command line.

mod accounts;
mod data;
mod import;
mod serve;
pub mod setup;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use guanxi_engine::Engine;
use guanxi_model::labels::Lang;
use guanxi_model::{Actor, Error};
use guanxi_store::Store;

use crate::config::{Config, Listening, Place};

#[derive(Parser)]
#[command(name = "guanxi", version, about = "Guanxi (关系): customer relationship management in one binary")]
struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the API and the pages.
    Serve(Listening),
    /// Sets up the company and its first administrator, without a browser.
    Setup(setup::SetupArguments),
    /// Reads records from a CSV, XLSX or XLS file. Exit status 0 only when no row failed.
    Import(import::ImportArguments),
    /// Writes records to a CSV or XLSX file.
    Export(data::ExportArguments),
    /// Accounts and tokens.
    User {
        #[command(subcommand)]
        command: accounts::UserCommand,
    },
    /// Scheduled and queued work.
    Jobs {
        #[command(subcommand)]
        command: JobsCommand,
    },
    /// Copies the embedded database, also while a server uses it.
    Backup { file: PathBuf },
    /// Puts a backup into an empty data folder.
    Restore { file: PathBuf },
    /// Checks the database, the change log and its hash chain, the records and the search index.
    Verify {
        /// A head of the chain that an earlier check printed, NUMBER:HASH; may be given several times.
        #[arg(long = "anchor")]
        anchors: Vec<String>,
    },
    /// Prints the description of the API.
    Openapi,
    /// Prints the version.
    Version,
}

#[derive(Subcommand)]
enum JobsCommand {
    /// Runs what is due, then ends.
    RunDue,
}

/// Runs the command line.
pub fn run() -> Result<(), String> {
    let arguments = Arguments::parse();
    let place = &arguments.place;
    let config = |listening: Option<&Listening>| Config::load(place, listening);
    match arguments.command {
        Command::Serve(listening) => serve::serve(config(Some(&listening))?),
        Command::Setup(arguments) => setup::run(&config(None)?, arguments),
        Command::Import(arguments) => import::run(&config(None)?, &arguments),
        Command::Export(arguments) => data::export(&config(None)?, &arguments),
        Command::User { command } => accounts::run(&config(None)?, command),
        Command::Jobs { command: JobsCommand::RunDue } => {
            let engine = company(&config(None)?, "it runs what is due by itself")?;
            let treated = engine.run_due().map_err(said)?;
            println!("{treated} records treated");
            Ok(())
        }
        Command::Backup { file } => data::backup(&config(None)?, &file),
        Command::Restore { file } => data::restore(&config(None)?, &file),
        Command::Verify { anchors } => data::verify(&config(None)?, &anchors),
        Command::Openapi => {
            println!("{:#}", crate::openapi::document(&open(&config(None)?, "GET /api/v1/openapi.json prints the same")?, Lang::Zh));
            Ok(())
        }
        Command::Version => {
            println!("guanxi {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    }
}

/// Opens the engine. Where a server holds the embedded database, says how to do the same through it.
fn open(config: &Config, instead: &str) -> Result<Engine, String> {
    crate::app::open_engine(config).map_err(|error| match &error {
        Error::Refused(problem) if problem.code == "database_in_use" => {
            format!("a running server holds {}; {instead}, or stop the server first", config.data.display())
        }
        _ => said(error),
    })
}

/// The same, where a company must have been set up already.
fn company(config: &Config, instead: &str) -> Result<Engine, String> {
    let place = config.database.clone().unwrap_or_else(|| config.data.display().to_string());
    let missing = || format!("no company in {place}: run guanxi setup, or guanxi serve and set it up in the browser");
    if config.database.is_none() && !Store::file_in(&config.data).exists() {
        return Err(missing());
    }
    let engine = open(config, instead)?;
    if engine.needs_setup().map_err(said)? { Err(missing()) } else { Ok(engine) }
}

/// Refuses a name that is no plural of an entity, and says which are.
fn require_entity(engine: &Engine, plural: &str) -> Result<(), String> {
    let catalog = engine.catalog();
    if catalog.by_plural(plural).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = catalog.entities().iter().map(|def| def.plural.as_str()).collect();
    Err(format!("{plural} is none of: {}", known.join(", ")))
}

/// A refusal in one sentence, in English for logs and scripts.
fn said(error: Error) -> String {
    match &error {
        Error::Refused(problem) => {
            let mut text = crate::problem::detail(Lang::En, problem.code, &problem.args);
            for field in &problem.fields {
                text.push_str(&format!("; {}: {}", field.field, crate::problem::detail(Lang::En, field.code, &field.args)));
            }
            text
        }
        Error::Internal(what) => what.clone(),
    }
}

/// The user of a login.
fn user_of(engine: &Engine, login: &str) -> Result<i64, String> {
    let org = engine.org().map_err(said)?;
    let found = org.people.values().find(|person| person.login == login.to_lowercase() && !person.deleted);
    found.map(|person| person.id).ok_or_else(|| format!("no user {login}"))
}

/// The operator at the machine's own console.
fn operator() -> Actor {
    Actor::system("command line")
}
