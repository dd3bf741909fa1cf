//! `cargo xtask bench`: makes many customers, starts the server as it ships, and prints each
//! promise with the figure reached.

mod crash;
mod imported;
mod load;
mod made;
mod server;

use std::path::{Path, PathBuf};
use std::time::Duration;

use load::{Figures, Load};
use server::Server;

/// Customers unless `--customers` says otherwise.
const CUSTOMERS: usize = 1_000_000;
/// How long each load runs.
const EACH: Duration = Duration::from_secs(3);
/// Clients of the loads that measure throughput.
const CLIENTS: usize = 16;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut customers = CUSTOMERS;
    let mut rows = None;
    let mut kept: Option<PathBuf> = None;
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.next()) {
            ("--customers", Some(n)) => customers = n.parse().unwrap_or(CUSTOMERS),
            ("--import", Some(n)) => rows = n.parse().ok(),
            ("--data", Some(folder)) => kept = Some(folder.into()),
            (other, _) => {
                eprintln!("bench: unknown option {other}; known: --customers N, --import N, --data FOLDER");
                std::process::exit(1);
            }
        }
    }
    if let Err(what) = run(customers, rows.unwrap_or(customers / 5), kept) {
        eprintln!("bench: {what}");
        std::process::exit(1);
    }
}

fn run(customers: usize, rows: usize, kept: Option<PathBuf>) -> Result<(), String> {
    let postgres = std::env::var("GUANXI_BENCH_POSTGRES").ok();
    let postgres = postgres.as_deref();
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let folder = kept.unwrap_or_else(|| temporary.path().to_path_buf());
    let made = made::prepare(&folder, postgres, customers)?;
    println!("\n| Promise | Figure | Budget | |\n|---|---|---|---|");
    if let Some(seconds) = made.seconds {
        let rate = customers as f64 / seconds;
        told("Make customers through the whole write path, 500 a transaction", &format!("{customers} in {seconds:.0} s ({rate:.0}/s)"));
    }
    let mut server = Server::start(&folder, postgres)?;
    line("Start to first answer", &format!("{:.0} ms", server.ready_ms), "≤ 300 ms", server.ready_ms <= 300.0);
    let idle = server.memory_mb();
    line("Idle memory", &format!("{idle:.0} MB"), "≤ 60 MB", idle <= 60.0);
    lists(&server, &made)?;
    figures(&server, &made)?;
    searches(&server, &made)?;
    saves(&server, &made)?;
    export(&server, &made)?;
    server.stop();
    imports(&folder, postgres, rows, idle)?;
    if postgres.is_none() {
        imports_into_a_new_company(customers, idle)?;
    }
    crashes(&folder, postgres, &made)
}

/// A load, and the server's processor time for one request in milliseconds: others on the machine
/// change what a client waits for, but not this.
fn measured(server: &Server, load: &Load, clients: usize) -> Result<(Figures, f64), String> {
    let before = server.cpu_seconds();
    let figures = load.run(clients, EACH)?;
    let cpu = (server.cpu_seconds() - before) * 1000.0 / figures.requests().max(1) as f64;
    Ok((figures, cpu))
}

fn line(promise: &str, figure: &str, budget: &str, met: bool) {
    println!("| {promise} | {figure} | {budget} | {} |", if met { "met" } else { "**missed**" });
}

/// A figure nobody promised.
fn told(what: &str, figure: &str) {
    println!("| {what} | {figure} | | |");
}

const COLUMNS: &str = "number,name,lifecycle,owner,industry,mobile,region,star,last_contact_at,next_contact_at,protected_until,created_at";

fn people(made: &made::Made) -> [(&'static str, &String); 3] {
    [("administrator", &made.administrator), ("manager", &made.manager), ("salesperson", &made.seller)]
}

fn lists(server: &Server, made: &made::Made) -> Result<(), String> {
    let filter = encode(r#"{"lifecycle":"potential"}"#);
    let lists = [
        ("everything, newest first", format!("/api/v1/customers?fields={COLUMNS}")),
        ("filter and order", format!("/api/v1/customers?fields={COLUMNS}&filter={filter}&sort=-updated_at")),
        ("by name", format!("/api/v1/customers?fields={COLUMNS}&sort=name")),
    ];
    for (who, token) in people(made) {
        for (what, path) in &lists {
            let load = Load::get(server.port, token, vec![path.clone()]);
            let (one, cpu) = measured(server, &load, 1)?;
            let (many, _) = measured(server, &load, CLIENTS)?;
            line(
                &format!("List 50 × 12, {who}: {what}"),
                &format!("p95 {:.2} ms at 1 client, processor {cpu:.2} ms; {:.0}/s at {CLIENTS}", one.p95(), many.per_second()),
                "≤ 10 ms; ≥ 2,000/s",
                one.p95() <= 10.0 && many.per_second() >= 2000.0,
            );
        }
    }
    Ok(())
}

fn figures(server: &Server, made: &made::Made) -> Result<(), String> {
    for (who, token) in people(made) {
        let path = "/api/v1/customers/aggregate?group=lifecycle,created_at:month,owner&measure=count,sum:expected_amount";
        let (figures, cpu) = measured(server, &Load::get(server.port, token, vec![path.into()]), 1)?;
        line(
            &format!("Figures, lifecycle × month × owner, {who}"),
            &format!("p95 {:.2} ms, processor {cpu:.2} ms", figures.p95()),
            "≤ 100 ms",
            figures.p95() <= 100.0,
        );
    }
    Ok(())
}

fn searches(server: &Server, made: &made::Made) -> Result<(), String> {
    let terms = [
        ("2 Chinese characters, common", "科技"),
        ("2 Chinese characters", "春意"),
        ("1 Chinese character", "春"),
        ("full pinyin", "zhangwei"),
        ("initials", "zwkj"),
        ("2 initials", "zs"),
        ("digits of a phone", "1380013"),
        ("nothing found", "黿鼉黿鼉"),
    ];
    for (what, term) in terms {
        for (who, token) in people(made) {
            let path = format!("/api/v1/customers/suggest?q={}", encode(term));
            let (found, cpu) = measured(server, &Load::get(server.port, token, vec![path]), 1)?;
            line(
                &format!("Search as you type, {who}: {what} ({term})"),
                &format!("p95 {:.2} ms, processor {cpu:.2} ms", found.p95()),
                "≤ 20 ms",
                found.p95() <= 20.0,
            );
        }
    }
    Ok(())
}

fn saves(server: &Server, made: &made::Made) -> Result<(), String> {
    let paths: Vec<String> = made.ids.iter().map(|id| format!("/api/v1/customers/{id}")).collect();
    let load = Load::patch(server.port, &made.administrator, paths);
    let (one, cpu) = measured(server, &load, 1)?;
    line("Save one record, durable, 1 client", &format!("p95 {:.1} ms, processor {cpu:.2} ms", one.p95()), "≤ 15 ms", one.p95() <= 15.0);
    let (many, cpu) = measured(server, &load, CLIENTS)?;
    line(
        &format!("Save one record, durable, {CLIENTS} clients"),
        &format!("{:.0}/s, p95 {:.1} ms, processor {cpu:.2} ms each", many.per_second(), many.p95()),
        "≥ 2,000/s",
        many.per_second() >= 2000.0,
    );
    Ok(())
}

fn export(server: &Server, made: &made::Made) -> Result<(), String> {
    let (before, cpu) = (server.memory_mb(), server.cpu_seconds());
    let watch = server.watch();
    let path = format!("/api/v1/customers/export?format=csv&fields={COLUMNS}");
    let (seconds, bytes) = load::download(server.port, &made.administrator, &path)?;
    let (more, cpu) = ((watch.most_mb() - before).max(0.0), server.cpu_seconds() - cpu);
    line(
        "Export everything as CSV",
        &format!("{:.0} MB in {seconds:.1} s, {cpu:.1} s of processor; memory {more:.0} MB more", bytes as f64 / 1e6),
        "memory flat",
        more <= 50.0,
    );
    Ok(())
}

fn imports(folder: &Path, postgres: Option<&str>, rows: usize, idle: f64) -> Result<(), String> {
    imported("", folder, postgres, rows, idle)
}

/// A company's first day: everything it has comes from one file.
fn imports_into_a_new_company(rows: usize, idle: f64) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    made::prepare(folder.path(), None, 0)?;
    imported(" into a new company", folder.path(), None, rows, idle)
}

fn imported(where_to: &str, folder: &Path, postgres: Option<&str>, rows: usize, idle: f64) -> Result<(), String> {
    let imported = imported::import(folder, postgres, rows)?;
    let million = imported.cpu_seconds * 1e6 / rows.max(1) as f64;
    let more = imported.memory_mb - idle;
    line(
        &format!("Import {rows} rows{where_to} ({})", imported.said),
        &format!("{:.1} s of processor: {million:.0} s for 1,000,000; memory {more:.0} MB above idle", imported.cpu_seconds),
        "≤ 60 s for 1,000,000; ≤ 150 MB",
        million <= 60.0 && more <= 150.0,
    );
    Ok(())
}

fn crashes(folder: &Path, postgres: Option<&str>, made: &made::Made) -> Result<(), String> {
    let survived = crash::survive(folder, postgres, made)?;
    line(
        &format!("Kill -9 under {CLIENTS} writers, {} times", survived.kills),
        &format!("{} saves acknowledged, {} lost", survived.acknowledged, survived.lost),
        "none lost",
        survived.lost == 0,
    );
    let checked = server::ran(folder, postgres, &["verify"])?;
    let said = checked.said.lines().next().unwrap_or("nothing").to_owned();
    line("Verified afterwards", &format!("{said}; {:.0} s of processor", checked.cpu_seconds), "sound", checked.well);
    Ok(())
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
