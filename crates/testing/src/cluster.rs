//! A temporary PostgreSQL, started once, shared by every test process, stopped when nobody has
//! used it for a while.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What to do where there is no PostgreSQL: tests are never skipped.
const ADVICE: &str = "these tests need PostgreSQL 15 or newer: install it (Debian: `apt-get install postgresql`) \
     or name a server in GUANXI_TEST_POSTGRES, e.g. postgres://postgres@localhost/postgres";

/// Minutes without a test after which the cluster stops and its files go.
const IDLE_MINUTES: u32 = 15;

/// How to reach the server: a connection text without the database's name.
pub fn connection() -> String {
    match std::env::var("GUANXI_TEST_POSTGRES") {
        Ok(url) => without_database(&url),
        Err(_) => own_cluster(),
    }
}

/// Opens a connection to the server's own database.
pub fn administrator(connection: &str) -> postgres::Client {
    postgres::Client::connect(&format!("{connection} dbname=postgres"), postgres::NoTls)
        .unwrap_or_else(|error| panic!("PostgreSQL cannot be reached ({error}); {ADVICE}"))
}

fn without_database(url: &str) -> String {
    let config: postgres::Config = url.parse().expect("GUANXI_TEST_POSTGRES is no connection text");
    let quote = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let mut parts = Vec::new();
    for host in config.get_hosts() {
        match host {
            postgres::config::Host::Tcp(host) => parts.push(format!("host={}", quote(host))),
            postgres::config::Host::Unix(path) => parts.push(format!("host={}", quote(&path.display().to_string()))),
        }
    }
    parts.extend(config.get_ports().iter().map(|port| format!("port={port}")));
    parts.extend(config.get_user().map(|user| format!("user={}", quote(user))));
    parts.extend(config.get_password().map(|password| format!("password={}", quote(&String::from_utf8_lossy(password)))));
    parts.join(" ")
}

/// Where databases of tests live: in memory where the system offers it, since every commit waits
/// for the disk.
pub fn place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let writable = tempfile::tempfile_in(&memory).is_ok();
    if writable { memory } else { std::env::temp_dir() }
}

/// The folder shared by all test processes of this user.
pub fn shared_folder() -> PathBuf {
    let user = Command::new("id").arg("-u").output().map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    let folder = place().join(format!("guanxi-tests-{}", user.unwrap_or_default()));
    fs::create_dir_all(&folder).expect("a folder for the tests");
    folder
}

/// Holds a named lock among all test processes until dropped.
pub fn locked(name: &str) -> File {
    let file = File::create(shared_folder().join(format!("{name}.lock"))).expect("a lock file");
    file.lock().expect("a lock");
    file
}

fn own_cluster() -> String {
    let folder = shared_folder().join("postgres");
    let stamp = shared_folder().join("postgres.used");
    let _lock = locked("postgres");
    fs::write(&stamp, "").expect("a stamp");
    let connection = format!("host='{}' port=54329 user=postgres", folder.display());
    if postgres::Client::connect(&format!("{connection} dbname=postgres"), postgres::NoTls).is_err() {
        start(&folder, &stamp);
        postgres::Client::connect(&format!("{connection} dbname=postgres"), postgres::NoTls)
            .unwrap_or_else(|error| panic!("the temporary PostgreSQL does not answer ({error}); {ADVICE}"));
    }
    connection
}

fn start(folder: &Path, stamp: &Path) {
    let bin = binaries().unwrap_or_else(|| panic!("no PostgreSQL was found; {ADVICE}"));
    let data = folder.join("data");
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder for PostgreSQL");
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(folder));
        run(Command::new("chmod").arg("a+rx").arg(shared_folder()));
    }
    run(as_postgres(&bin.join("initdb"))
        .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
        .arg(&data));
    let options = format!(
        "-c listen_addresses='' -c unix_socket_directories='{}' -c port=54329 -c fsync=off -c synchronous_commit=off \
         -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off -c max_wal_size=2GB",
        folder.display()
    );
    let log = folder.join("log");
    let mut server = as_postgres(&bin.join("pg_ctl"));
    server.args(["-w", "-t", "60", "-o", &options, "-l"]).arg(&log).arg("-D").arg(&data).arg("start");
    // The server outlives this process: it must not hold its output open.
    server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = server.status().is_ok_and(|status| status.success());
    assert!(started, "PostgreSQL did not start: {}; {ADVICE}", fs::read_to_string(&log).unwrap_or_default());
    watch(&bin, folder, stamp);
}

/// Stops the cluster when no test has used it for a while.
fn watch(bin: &Path, folder: &Path, stamp: &Path) {
    let script = format!(
        "while [ -n \"$(find '{stamp}' -mmin -{IDLE_MINUTES} 2>/dev/null)\" ]; do sleep 60; done; {stop} -m immediate -D '{data}' stop; rm -rf '{folder}'",
        stamp = stamp.display(),
        stop = if is_root() {
            format!("runuser -u postgres -- '{}'", bin.join("pg_ctl").display())
        } else {
            format!("'{}'", bin.join("pg_ctl").display())
        },
        data = folder.join("data").display(),
        folder = folder.display(),
    );
    let mut watcher = Command::new("setsid");
    watcher.args(["sh", "-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = watcher.spawn();
    std::thread::sleep(Duration::from_millis(10));
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}

fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command.current_dir("/");
    command
}

fn run(command: &mut Command) {
    let out = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; {ADVICE}"));
    assert!(out.status.success(), "{command:?}: {}; {ADVICE}", String::from_utf8_lossy(&out.stderr));
}

/// The newest installed server programs.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for version in fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        let number = version.file_name().to_string_lossy().parse().unwrap_or(0);
        found.push((number, version.path().join("bin")));
    }
    found.sort();
    let on_path = std::env::var_os("PATH").into_iter().flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let all = found.into_iter().rev().map(|(_, bin)| bin).chain(on_path);
    all.into_iter().find(|bin| bin.join("initdb").exists() && bin.join("pg_ctl").exists())
}
