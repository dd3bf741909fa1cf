//! The real binary on PostgreSQL: it starts, answers, and ends when told to.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use guanxi_testing::{Which, World};
use serde_json::json;
use tempfile::TempDir;

use crate::wire::ask;

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn the_server_starts_answers_and_ends_on_postgres() {
    let (world, folder) = (World::open(Which::Postgres), TempDir::new().unwrap());
    let (_, token) = world.engine.add_token(&world.admin, "test", &[], None).unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_guanxi"))
        .args(["--data".as_ref(), folder.path().as_os_str()])
        .args(["--database", &world.address().unwrap(), "serve", "--listen", &address.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while !ask(address, "GET", "/readyz", &[], b"").is_ok_and(|told| told.status == 200) {
        assert!(begin.elapsed() < PATIENCE && child.try_wait().unwrap().is_none(), "the server does not get ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = json!({"name": "靖江市春意空调有限公司"}).to_string();
    assert_eq!(ask(address, "POST", "/api/v1/customers", &headers, body.as_bytes()).unwrap().status, 201);
    assert_eq!(
        ask(address, "GET", "/api/v1/customers?q=cykt", &headers, b"").unwrap().json()["items"][0]["name"],
        "靖江市春意空调有限公司"
    );
    assert_eq!(ask(address, "GET", "/metrics", &[], b"").unwrap().status, 200);
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success(), "it does not end well");
}
