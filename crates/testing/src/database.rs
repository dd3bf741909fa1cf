//! Databases of single tests: copies of one template, made once for each build of the tests.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use guanxi_model::Result;
use guanxi_store::Store;
use tempfile::TempDir;

use crate::cluster;

/// Which database a world stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Sqlite,
    Postgres,
}

/// A database that goes away with its test.
pub enum Database {
    Sqlite(TempDir),
    Postgres { connection: String, name: String },
}

/// Changes with every build of the tests, so that a template is never older than its code.
fn build_key() -> String {
    let program = std::env::current_exe().expect("the running program");
    let about = std::fs::metadata(&program).expect("the running program");
    let changed = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{}_{}", changed.as_millis(), about.len())
}

impl Database {
    /// A fresh copy of the template; `fill` makes the template where there is none yet.
    pub fn copy(which: Which, fill: impl FnOnce(&Self)) -> Self {
        match which {
            Which::Sqlite => Self::copy_sqlite(fill),
            Which::Postgres => Self::copy_postgres(fill),
        }
    }

    fn copy_sqlite(fill: impl FnOnce(&Self)) -> Self {
        let template = cluster::shared_folder().join(format!("template_{}.db", build_key()));
        if !template.exists() {
            let _lock = cluster::locked("template");
            if !template.exists() {
                forget_old_templates(&template);
                let made = Self::Sqlite(TempDir::new_in(cluster::place()).expect("a folder"));
                fill(&made);
                // A copy under another name first: a test never sees half a template.
                let half = template.with_extension("half");
                let _ = std::fs::remove_file(&half);
                let Self::Sqlite(folder) = &made else { unreachable!() };
                Store::backup_file(folder.path(), &half).expect("a template");
                std::fs::rename(&half, &template).expect("a template");
            }
        }
        let folder = TempDir::new_in(cluster::place()).expect("a folder");
        std::fs::copy(&template, folder.path().join("guanxi.db")).expect("a copy of the template");
        Self::Sqlite(folder)
    }

    fn copy_postgres(fill: impl FnOnce(&Self)) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let connection = cluster::connection();
        let template = format!("guanxi_template_{}", build_key());
        let mut client = cluster::administrator(&connection);
        let exists = |client: &mut postgres::Client| {
            !client.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&template]).expect("a list of databases").is_empty()
        };
        if !exists(&mut client) {
            let _lock = cluster::locked("template");
            if !exists(&mut client) {
                let half = format!("guanxi_half_{}", std::process::id());
                drop_database(&mut client, &half);
                client.batch_execute(&format!("CREATE DATABASE \"{half}\" TEMPLATE template0")).expect("a new database");
                let made = Self::Postgres { connection: connection.clone(), name: half.clone() };
                fill(&made);
                std::mem::forget(made);
                patiently(|| client.batch_execute(&format!("ALTER DATABASE \"{half}\" RENAME TO \"{template}\"")));
            }
        }
        let name = format!("guanxi_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        drop_database(&mut client, &name);
        patiently(|| client.batch_execute(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" STRATEGY wal_log")));
        Self::Postgres { connection, name }
    }

    /// Opens it.
    pub fn open(&self) -> Result<Store> {
        match self {
            Self::Sqlite(folder) => Store::open_sqlite(folder.path()),
            Self::Postgres { connection, name } => Store::open_postgres(&address(connection, name)),
        }
    }

    /// What `--database` takes; nothing where it is embedded.
    pub fn address(&self) -> Option<String> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres { connection, name } => Some(address(connection, name)),
        }
    }

    /// Runs a statement behind the product's back.
    pub fn raw(&self, sql: &str) {
        match self {
            Self::Sqlite(folder) => {
                let connection = rusqlite::Connection::open(folder.path().join("guanxi.db")).expect("the database");
                connection.busy_timeout(Duration::from_secs(10)).expect("a timeout");
                connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
            Self::Postgres { connection, name } => {
                let mut client = postgres::Client::connect(&address(connection, name), postgres::NoTls).expect("the database");
                client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { connection, name } = self
            && let Ok(mut client) = postgres::Client::connect(&format!("{connection} dbname=postgres"), postgres::NoTls)
        {
            drop_database(&mut client, name);
        }
    }
}

fn address(connection: &str, name: &str) -> String {
    format!("{connection} dbname='{name}'")
}

fn drop_database(client: &mut postgres::Client, name: &str) {
    let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"));
}

/// Connections of a template close a moment after their owner is gone.
fn patiently(mut work: impl FnMut() -> std::result::Result<(), postgres::Error>) {
    let mut last = None;
    for _ in 0..200 {
        match work() {
            Ok(()) => return,
            Err(error) => last = Some(error),
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("PostgreSQL refused: {last:?}");
}

/// Templates of earlier builds that nobody uses any more.
fn forget_old_templates(but: &Path) {
    for file in std::fs::read_dir(cluster::shared_folder()).into_iter().flatten().flatten() {
        let old = file
            .metadata()
            .and_then(|about| about.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > Duration::from_secs(3600)));
        let name = file.file_name().to_string_lossy().into_owned();
        if old && name.starts_with("template_") && file.path() != but {
            let _ = std::fs::remove_file(file.path());
        }
    }
}
