//! `cargo xtask bench`: makes many customers, starts the server as it ships, and prints each
//! promise with the figure reached.

mod load;
mod made;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use load::{Figures, Load};
use server::Server;

/// Customers unless `--customers` says otherwise.
const CUSTOMERS: usize = 1_000_000;
/// How long each load runs.
const EACH: Duration = Duration::from_secs(5);
/// Clients of the loads that measure throughput.
const CLIENTS: usize = 16;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut customers = CUSTOMERS;
    let mut kept: Option<PathBuf> = None;
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.next()) {
            ("--customers", Some(n)) => customers = n.parse().unwrap_or(CUSTOMERS),
            ("--data", Some(folder)) => kept = Some(folder.into()),
            (other, _) => {
                eprintln!("bench: unknown option {other}; known: --customers N, --data FOLDER");
                std::process::exit(1);
            }
        }
    }
    if let Err(what) = run(customers, kept) {
        eprintln!("bench: {what}");
        std::process::exit(1);
    }
}

fn run(customers: usize, kept: Option<PathBuf>) -> Result<(), String> {
    let postgres = std::env::var("GUANXI_BENCH_POSTGRES").ok();
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let folder = kept.unwrap_or_else(|| temporary.path().to_path_buf());
    let made = made::prepare(&folder, postgres.as_deref(), customers)?;
    println!("\n| Promise | Figure |\n|---|---|");
    if let Some(seconds) = made.seconds {
        let rate = customers as f64 / seconds;
        line("Make customers through the whole write path, 500 a transaction", &format!("{customers} in {seconds:.1} s ({rate:.0}/s)"));
    }
    let mut server = Server::start(&folder, postgres.as_deref())?;
    line("Start to first answer", &format!("{:.0} ms", server.ready_ms));
    line("Idle memory", &format!("{:.0} MB", server.memory_mb()));
    reads(&server, &made)?;
    searches(&server, &made)?;
    saves(&server, &made)?;
    export(&server, &made)?;
    server.stop();
    Ok(())
}

fn line(promise: &str, figure: &str) {
    println!("| {promise} | {figure} |");
}

const COLUMNS: &str = "number,name,lifecycle,owner,industry,mobile,region,star,last_contact_at,next_contact_at,protected_until,created_at";

fn reads(server: &Server, made: &made::Made) -> Result<(), String> {
    let filter = encode(r#"{"lifecycle":"potential"}"#);
    let lists = [
        ("everything, newest first", format!("/api/v1/customers?fields={COLUMNS}")),
        ("filter and order", format!("/api/v1/customers?fields={COLUMNS}&filter={filter}&sort=-updated_at")),
        ("by name", format!("/api/v1/customers?fields={COLUMNS}&sort=name")),
    ];
    for (who, token) in
        [("administrator", &made.administrator), ("manager, department and below", &made.manager), ("salesperson, own", &made.seller)]
    {
        for (what, path) in &lists {
            let load = Load::get(server.port, token, vec![path.clone()]);
            let one = load.run(1, EACH)?;
            let many = load.run(CLIENTS, EACH)?;
            line(
                &format!("List 50 × 12, {who}: {what}"),
                &format!("p95 {} at 1 client; {:.0}/s at {CLIENTS}", one.p95(), many.per_second()),
            );
        }
    }
    let figures = Load::get(
        server.port,
        &made.administrator,
        vec!["/api/v1/customers/aggregate?group=lifecycle,created_at:month,owner&measure=count,sum:expected_amount".into()],
    )
    .run(1, EACH)?;
    line("Figures: lifecycle × month × owner, everything", &format!("p50 {} p95 {}", figures.p50(), figures.p95()));
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
        for (who, token) in [("administrator", &made.administrator), ("salesperson", &made.seller)] {
            let load = Load::get(server.port, token, vec![format!("/api/v1/customers/suggest?q={}", encode(term))]);
            line(&format!("Search as you type, {who}: {what} ({term})"), &format!("p95 {}", load.run(1, EACH)?.p95()));
        }
    }
    Ok(())
}

fn saves(server: &Server, made: &made::Made) -> Result<(), String> {
    let paths: Vec<String> = made.ids.iter().map(|id| format!("/api/v1/customers/{id}")).collect();
    let load = Load::patch(server.port, &made.administrator, paths);
    let one: Figures = load.run(1, EACH)?;
    let many = load.run(CLIENTS, EACH)?;
    line(
        "Save one record, durable",
        &format!("p95 {} at 1 client; {:.0}/s at {CLIENTS}, p95 {}", one.p95(), many.per_second(), many.p95()),
    );
    Ok(())
}

fn export(server: &Server, made: &made::Made) -> Result<(), String> {
    let before = server.memory_mb();
    let (seconds, bytes) =
        load::download(server.port, &made.administrator, &format!("/api/v1/customers/export?format=csv&fields={COLUMNS}"))?;
    line(
        "Export everything as CSV",
        &format!("{seconds:.1} s, {:.0} MB; memory {before:.0} → {:.0} MB", bytes as f64 / 1e6, server.peak_mb()),
    );
    Ok(())
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
