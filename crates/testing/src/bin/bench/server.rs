//! The server as it ships, as a process of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server.
pub struct Server {
    process: Child,
    pub port: u16,
    pub ready_ms: f64,
}

impl Server {
    /// Starts `target/release/guanxi` and waits for its first answer.
    pub fn start(folder: &Path, postgres: Option<&str>) -> Result<Self, String> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|error| error.to_string())?.port();
        let mut command = Command::new("target/release/guanxi");
        command.arg("--data").arg(folder);
        if let Some(url) = postgres {
            command.args(["--database", url]);
        }
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]).env("GUANXI_LOG", "warn").stdout(Stdio::null());
        let start = Instant::now();
        let process = command.spawn().map_err(|error| format!("target/release/guanxi: {error}"))?;
        let mut server = Self { process, port, ready_ms: 0.0 };
        while !server.answers() {
            if start.elapsed() > Duration::from_secs(60) {
                return Err("the server did not answer within a minute".into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        server.ready_ms = start.elapsed().as_secs_f64() * 1000.0;
        std::thread::sleep(Duration::from_secs(2));
        Ok(server)
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let asked = stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let mut answer = String::new();
        asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.starts_with("HTTP/1.1 200")
    }

    /// Resident memory now, without pages of mapped files.
    pub fn memory_mb(&self) -> f64 {
        self.status("RssAnon:")
    }

    /// The most resident memory so far, mapped files included.
    pub fn peak_mb(&self) -> f64 {
        self.status("RssAnon:").max(self.memory_mb())
    }

    fn status(&self, key: &str) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(key));
        line.and_then(|rest| rest.split_whitespace().next()).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    }

    /// Ends the server.
    pub fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
