//! Clients that send little, late or too much do not keep others from being served.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use guanxi_server::net::{Limits, serve};
use guanxi_testing::Which;
use tokio::sync::oneshot;

use crate::desk::{Ask, Desk};
use crate::wire::{answer, ask, connect};

struct Served {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    _desk: Desk,
}

fn served(limits: Limits) -> Served {
    let desk = Desk::open(Which::Sqlite);
    let router = desk.router.clone();
    let (stop, stopped) = oneshot::channel();
    let (told, address) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            told.send(listener.local_addr().unwrap()).unwrap();
            serve(listener, router, limits, async { drop(stopped.await) }).await;
        });
    });
    Served { address: address.recv().unwrap(), stop: Some(stop), thread: Some(thread), _desk: desk }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

fn limits() -> Limits {
    let short = Duration::from_millis(400);
    Limits { connections: 64, head: short, body: short, drain: short }
}

fn is_well(served: &Served) -> bool {
    ask(served.address, "GET", "/healthz", &[], b"").is_ok_and(|told| told.status == 200)
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let served = served(limits());
    for sent in ["", "GET / HTTP/1.1\r\nhost: x\r\n", "GET"] {
        let mut stream = connect(served.address).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        // Ends by the server's own hand: reading does not run into the time of the test.
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{sent:?}: {}", String::from_utf8_lossy(&rest));
    }
    assert!(is_well(&served));
}

#[test]
fn a_body_that_never_comes_is_refused() {
    let served = served(limits());
    let mut stream = connect(served.address).unwrap();
    stream
        .write_all(b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"login\"")
        .unwrap();
    let told = answer(&mut stream).unwrap();
    assert_eq!((told.status, told.json()["code"].as_str()), (400, Some("body_incomplete")));
}

#[test]
fn more_half_requests_than_places_do_not_stop_service() {
    let served = served(limits());
    let half: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = connect(served.address).unwrap();
            stream.write_all(b"GET /api/v1/me HTTP/1.1\r\n").unwrap();
            stream
        })
        .collect();
    assert!(is_well(&served), "nobody is served beside {} half requests", half.len());
}

#[test]
fn heads_and_bodies_beyond_their_size_are_refused() {
    let served = served(limits());
    let long = "x".repeat(200 * 1024);
    // The server may answer before it has read all; then the connection is reset.
    let refused = |told: std::io::Result<crate::wire::Told>, status| told.map_or(true, |told| told.status == status);
    assert!(refused(ask(served.address, "GET", "/api/v1/me", &[("x-long", &long)], b""), 431));
    let many: Vec<(String, String)> = (0..200).map(|n| (format!("x-{n}"), "y".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(refused(ask(served.address, "GET", "/api/v1/me", &many, b""), 431));
    let body = vec![b' '; 3 * 1024 * 1024];
    assert!(refused(ask(served.address, "POST", "/api/v1/session", &[("content-type", "application/json")], &body), 413));
    assert!(is_well(&served));
}

#[test]
fn two_lengths_for_one_body_are_refused() {
    let served = served(limits());
    let mut stream = connect(served.address).unwrap();
    let smuggled = "POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(smuggled.as_bytes()).unwrap();
    let mut rest = String::new();
    let _ = stream.read_to_string(&mut rest);
    assert!(!rest.contains("\r\n\r\nok"), "a second request was read out of the first: {rest}");
    assert!(is_well(&served));
}

#[test]
fn a_request_in_hand_is_answered_when_the_server_is_told_to_stop() {
    let mut served = served(limits());
    let mut stream = connect(served.address).unwrap();
    stream.write_all(b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    drop(served.stop.take());
    std::thread::sleep(Duration::from_millis(100));
    stream.write_all(b"}").unwrap();
    assert_eq!(answer(&mut stream).unwrap().status, 422);
}

#[test]
fn a_stream_of_events_ends_with_the_server() {
    let desk = Desk::open(Which::Sqlite);
    let (token, ending) = (desk.token(&desk.world.admin), desk.ending.clone());
    let (ended, has_ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(desk.send(Ask::new("GET", "/api/v1/events").token(&token)).status));
    has_ended.recv_timeout(Duration::from_millis(300)).expect_err("it goes on while the server does");
    ending.send_replace(true);
    assert_eq!(has_ended.recv_timeout(Duration::from_secs(20)), Ok(200));
}
