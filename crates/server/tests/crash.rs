//! The real binary is killed at random moments: nothing acknowledged is lost, nothing is half done,
//! nothing is done twice.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::wire::{Told, ask};

/// How long a server may take to be ready, a job to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A company in a folder, and the server that is started and killed on it.
struct Company {
    folder: TempDir,
    address: SocketAddr,
    token: String,
}

fn guanxi(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guanxi"))
        .args(["--data".as_ref(), folder.as_os_str()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

impl Company {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        guanxi(folder.path(), &["setup", "--org", "春意", "--admin", "admin", "--password-stdin"], "Passw0rd!x\n");
        let token = guanxi(folder.path(), &["user", "token", "admin"], "").trim().to_owned();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder, address, token }
    }

    fn start(&self) -> Child {
        let child = Command::new(env!("CARGO_BIN_EXE_guanxi"))
            .args(["--data".as_ref(), self.folder.path().as_os_str()])
            .args(["serve", "--listen", &self.address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begin = Instant::now();
        while !ask(self.address, "GET", "/readyz", &[], b"").is_ok_and(|told| told.status == 200) {
            assert!(begin.elapsed() < PATIENCE, "the server does not get ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }

    /// One request; an error where the server went away.
    fn ask(&self, method: &str, path: &str, key: Option<&str>, body: &Json) -> std::io::Result<Told> {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        ask(self.address, method, &format!("/api/v1{path}"), &headers, body.to_string().as_bytes())
    }

    /// The same until an answer comes.
    fn surely(&self, method: &str, path: &str, key: Option<&str>, body: &Json) -> Told {
        let begin = Instant::now();
        loop {
            match self.ask(method, path, key, body) {
                Ok(told) if told.status < 500 && told.json()["code"] != "in_progress" => return told,
                _ if begin.elapsed() > PATIENCE => panic!("{method} {path} is never answered"),
                _ => std::thread::sleep(Duration::from_millis(15)),
            }
        }
    }

    fn get(&self, path: &str) -> Json {
        self.surely("GET", path, None, &json!(null)).json()
    }

    fn count(&self) -> u64 {
        self.get("/customers?limit=1&count=exact")["count"]["value"].as_u64().unwrap()
    }

    /// Stops in good order and checks everything.
    fn verify(&self, mut server: Child) {
        let stopped = Command::new("kill").arg(server.id().to_string()).status().unwrap();
        assert!(stopped.success() && server.wait().unwrap().success(), "the server does not end in good order");
        guanxi(self.folder.path(), &["verify"], "");
    }
}

/// Different in every run, and told when a run fails.
fn chance() -> impl FnMut(u64) -> u64 {
    let mut state = u64::from(std::process::id()) | 1;
    eprintln!("chance begins at {state}");
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

#[test]
fn sixteen_writers_lose_nothing_when_the_server_is_killed() {
    const WRITERS: usize = 16;
    let company = Company::new();
    let mut server = company.start();
    let (stop, edits) = (AtomicBool::new(false), AtomicUsize::new(0));
    let acknowledged: Mutex<BTreeMap<String, String>> = Mutex::default();
    let mut chance = chance();
    let server = std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (company, stop, edits, acknowledged) = (&company, &stop, &edits, &acknowledged);
            scope.spawn(move || {
                for n in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let (name, key) = (format!("客户{writer}之{n}"), format!("{writer}-{n}"));
                    let told = company.surely("POST", "/customers", Some(&key), &json!({"name": name}));
                    assert_eq!(told.status, 201, "{:?}", String::from_utf8_lossy(&told.body));
                    let made = told.json();
                    assert_eq!(made["name"], name.as_str());
                    let id = made["id"].as_str().unwrap().to_owned();
                    if n % 3 == 0 {
                        // Without a key an edit may come twice, and says the same each time.
                        let told = company.surely("PATCH", &format!("/customers/{id}"), None, &json!({"remark": name}));
                        assert_eq!(told.status, 200, "{:?}", String::from_utf8_lossy(&told.body));
                        edits.fetch_add(1, Ordering::SeqCst);
                    }
                    acknowledged.lock().unwrap().insert(id, name);
                }
            });
        }
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(150 + chance(500)));
            server.kill().unwrap();
            server.wait().unwrap();
            server = company.start();
        }
        std::thread::sleep(Duration::from_millis(200));
        stop.store(true, Ordering::SeqCst);
        server
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > WRITERS && edits.into_inner() > 0, "only {} writes", acknowledged.len());
    assert_eq!(company.count(), acknowledged.len() as u64, "lost or doubled");
    for (n, (id, name)) in acknowledged.iter().enumerate().step_by(acknowledged.len() / 40 + 1) {
        assert_eq!(company.get(&format!("/customers/{id}"))["name"], name.as_str(), "{n}");
    }
    company.verify(server);
}

fn multipart(rows: usize) -> (String, Vec<u8>) {
    let mut body = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\n\r\n客户名称\r\n".to_owned();
    for n in 0..rows {
        body.push_str(&format!("导入客户{n}号\r\n"));
    }
    body.push_str("\r\n--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body.into_bytes())
}

#[test]
fn an_import_that_was_killed_goes_on_and_accounts_for_every_row() {
    const ROWS: usize = 3000;
    let company = Company::new();
    let mut server = company.start();
    let mut chance = chance();
    let (kind, body) = multipart(ROWS);
    let bearer = format!("Bearer {}", company.token);
    let headers = [("authorization", bearer.as_str()), ("content-type", kind.as_str())];
    let told = ask(company.address, "POST", "/api/v1/customers/imports", &headers, &body).unwrap();
    assert_eq!(told.status, 201, "{:?}", String::from_utf8_lossy(&told.body));
    let import = told.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/imports/{import}");
    let go_on = |company: &Company| {
        let told = company.surely("POST", &format!("{path}/run"), None, &json!({}));
        assert_eq!(told.status, 202, "{:?}", String::from_utf8_lossy(&told.body));
    };
    go_on(&company);
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(200 + chance(500)));
        server.kill().unwrap();
        server.wait().unwrap();
        server = company.start();
        let run = company.get(&path);
        if run["state"] == "failed" {
            assert_eq!(run["problem"]["code"], "import_interrupted", "{run}");
            // Rows counted are exactly the rows that are there.
            assert_eq!(run["result"]["created"].as_u64().unwrap_or(0), company.count(), "{run}");
            go_on(&company);
        }
    }
    let begin = Instant::now();
    let run = loop {
        let run = company.get(&path);
        if run["state"] != "running" {
            break run;
        }
        assert!(begin.elapsed() < PATIENCE, "{run}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(run["state"], "done", "{run}");
    let result = &run["result"];
    assert_eq!((&result["rows"], &result["created"]), (&json!(ROWS), &json!(ROWS)), "{run}");
    assert_eq!(company.count(), ROWS as u64);
    company.verify(server);
}

#[test]
fn a_bulk_job_that_was_killed_is_told_as_interrupted_and_can_be_done_again() {
    const ROWS: usize = 1500;
    let company = Company::new();
    let (kind, body) = multipart(ROWS);
    let file = company.folder.path().join("c.csv");
    let text = String::from_utf8(body).unwrap();
    let rows = text.split("\r\n\r\n").nth(1).unwrap().to_owned();
    std::fs::write(&file, rows).unwrap();
    guanxi(company.folder.path(), &["import", "customers", file.to_str().unwrap()], &kind);
    let mut server = company.start();
    let mut chance = chance();
    let change = json!({"filter": {}, "set": {"remark": "改"}});
    let told = company.surely("PATCH", "/customers", None, &change);
    assert_eq!(told.status, 202, "{:?}", String::from_utf8_lossy(&told.body));
    let job = told.json()["job"].as_str().unwrap().to_owned();
    std::thread::sleep(Duration::from_millis(50 + chance(250)));
    server.kill().unwrap();
    server.wait().unwrap();
    let server = company.start();
    let state = company.get(&format!("/jobs/{job}"))["state"].clone();
    assert!(state == "interrupted" || state == "done", "{state}");
    let job = company.surely("PATCH", "/customers", None, &change).json()["job"].as_str().unwrap().to_owned();
    let begin = Instant::now();
    while company.get(&format!("/jobs/{job}"))["state"] == "running" {
        assert!(begin.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(company.get(&format!("/jobs/{job}"))["state"], "done");
    let changed = company.get("/customers?limit=1&count=exact&filter=%7B%22remark%22%3A%22%E6%94%B9%22%7D");
    assert_eq!(changed["count"]["value"], json!(ROWS), "{changed}");
    company.verify(server);
}
