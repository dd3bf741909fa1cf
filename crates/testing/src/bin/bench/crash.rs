//! Kill -9 in the middle of writing: what was acknowledged is there.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use crate::load::Connection;
use crate::made::Made;
use crate::server::Server;

/// How often the server is killed.
const KILLS: usize = 5;
/// Clients that write meanwhile.
const WRITERS: usize = 16;
/// How long they write.
const WRITING: Duration = Duration::from_millis(1500);

/// What became of it.
pub struct Survived {
    pub kills: usize,
    pub acknowledged: i64,
    pub lost: i64,
}

/// Each client saves a record of its own again and again; after each kill the record holds the last
/// value that was acknowledged, or the one under way.
pub fn survive(folder: &Path, postgres: Option<&str>, made: &Made) -> Result<Survived, String> {
    let mut survived = Survived { kills: KILLS, acknowledged: 0, lost: 0 };
    for kill in 0..KILLS {
        let mut server = Server::start(folder, postgres)?;
        let last: Vec<AtomicI64> = (0..WRITERS).map(|_| AtomicI64::new(0)).collect();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (writer, last) in last.iter().enumerate() {
                let (over, port) = (&over, server.port);
                scope.spawn(move || write(port, made, writer, kill, last, over));
            }
            std::thread::sleep(WRITING);
            server.stop();
            over.store(true, Ordering::Relaxed);
        });
        let server = Server::start(folder, postgres)?;
        let mut connection = Connection::open(server.port)?;
        for (writer, last) in last.iter().enumerate() {
            let last = last.load(Ordering::Relaxed);
            survived.acknowledged += last;
            let (_, body) = connection.answer("GET", &path(made, writer), &made.administrator, "")?;
            let there = [last, last + 1].iter().any(|n| body.contains(&remark(kill, *n)));
            survived.lost += i64::from(last > 0 && !there);
        }
    }
    Ok(survived)
}

fn path(made: &Made, writer: usize) -> String {
    format!("/api/v1/customers/{}", made.ids.get(writer).copied().unwrap_or(0))
}

fn remark(kill: usize, n: i64) -> String {
    format!("crash {kill}, save {n}.")
}

fn write(port: u16, made: &Made, writer: usize, kill: usize, last: &AtomicI64, over: &AtomicBool) {
    let Ok(mut connection) = Connection::open(port) else { return };
    let path = path(made, writer);
    while !over.load(Ordering::Relaxed) {
        let n = last.load(Ordering::Relaxed) + 1;
        let body = format!("{{\"remark\":\"{}\"}}", remark(kill, n));
        match connection.answer("PATCH", &path, &made.administrator, &body) {
            Ok((200, _)) => last.store(n, Ordering::Relaxed),
            _ => return,
        }
    }
}
