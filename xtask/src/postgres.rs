//! A temporary PostgreSQL for tests and benchmarks: own folder, own port, no durability.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder with `initdb` and `pg_ctl`.
pub fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> =
        versions.flatten().map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).collect();
    found.sort();
    found.pop()
}

/// A running cluster, stopped and removed when dropped.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    pub url: String,
}

impl Cluster {
    /// Starts a cluster. `durable` keeps fsync on, for measurements that mean something.
    pub fn start(durable: bool) -> Result<Self, String> {
        let bin = binaries().ok_or("PostgreSQL is not installed (Debian: postgresql)")?;
        let folder = std::env::temp_dir().join(format!("guanxi-pg-{}", std::process::id()));
        let data = folder.join("data");
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let port = 20_000 + std::process::id() % 20_000;
        as_postgres(Command::new("chown").args(["-R", "postgres"]).arg(&folder), true).ok();
        let text = |path: &Path| path.to_string_lossy().into_owned();
        postgres(&bin.join("initdb"), &["-D", &text(&data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])?;
        let fsync = if durable { "on" } else { "off" };
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync={fsync} -c shared_buffers=1GB -c max_connections=100",
            text(&folder)
        );
        postgres(&bin.join("pg_ctl"), &["-D", &text(&data), "-o", &options, "-l", &text(&folder.join("log")), "-w", "start"])?;
        Ok(Self { bin, folder, url: format!("postgres://postgres@127.0.0.1:{port}/postgres") })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let _ = postgres(&self.bin.join("pg_ctl"), &["-D", &data.to_string_lossy(), "-m", "immediate", "stop"]);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs a program of PostgreSQL, which refuses to run as root.
fn postgres(program: &Path, arguments: &[&str]) -> Result<(), String> {
    let root = crate::shell::output("id", &["-u"]).as_deref() == Some("0");
    let mut command = if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    as_postgres(command.args(arguments), false)
}

fn as_postgres(command: &mut Command, quiet: bool) -> Result<(), String> {
    let stderr = if quiet { Stdio::null() } else { Stdio::inherit() };
    let status = command.current_dir("/").stdout(Stdio::null()).stderr(stderr).status();
    if status.as_ref().is_ok_and(|status| status.success()) { Ok(()) } else { Err(format!("{command:?} failed")) }
}
