//! The server as it ships, as a process of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A running server.
pub struct Server {
    process: Child,
    pub port: u16,
    pub ready_ms: f64,
}

impl Server {
    /// Starts `guanxi serve` and waits for its first answer.
    pub fn start(folder: &Path, postgres: Option<&str>) -> Result<Self, String> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|error| error.to_string())?.port();
        let mut command = program(folder, postgres)?;
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]).env("GUANXI_LOG", "warn").stdout(Stdio::null());
        let start = Instant::now();
        let process = command.spawn().map_err(|error| format!("guanxi: {error}"))?;
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

    /// Memory of its own now, in MB: without pages of mapped files.
    pub fn memory_mb(&self) -> f64 {
        memory_mb(&self.process)
    }

    /// Processor time so far, in seconds.
    pub fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.process)
    }

    /// Watches its memory until dropped.
    pub fn watch(&self) -> Watch {
        Watch::of(self.process.id())
    }

    /// Ends the server.
    pub fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `guanxi`, as it was built beside this program.
fn program(folder: &Path, postgres: Option<&str>) -> Result<Command, String> {
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(here.with_file_name("guanxi"));
    command.arg("--data").arg(folder);
    if let Some(url) = postgres {
        command.args(["--database", url]);
    }
    Ok(command)
}

/// A command that has ended.
pub struct Ran {
    /// What it printed.
    pub said: String,
    pub well: bool,
    pub cpu_seconds: f64,
    pub memory_mb: f64,
}

/// Runs another command of the program to its end.
pub fn ran(folder: &Path, postgres: Option<&str>, arguments: &[&str]) -> Result<Ran, String> {
    let mut command = program(folder, postgres)?;
    let child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.map_err(|error| format!("guanxi {arguments:?}: {error}"))?;
    let watch = Watch::of(child.id());
    let mut cpu_seconds = 0.0_f64;
    let status = loop {
        cpu_seconds = cpu_seconds.max(self::cpu_seconds(&child));
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut said = String::new();
    if let Some(out) = &mut child.stdout {
        out.read_to_string(&mut said).map_err(|error| error.to_string())?;
    }
    Ok(Ran { said: said.trim().to_owned(), well: status.success(), cpu_seconds, memory_mb: watch.most_mb() })
}

fn memory_mb(process: &Child) -> f64 {
    memory_of(process.id())
}

fn memory_of(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|rest| rest.split_whitespace().next()).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Linux counts processor time in hundredths of a second.
const TICKS: f64 = 100.0;

fn cpu_seconds(process: &Child) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap_or_default();
    // The name of the program, in brackets, may hold spaces; user and system time are 12th and 13th after it.
    let after = text.rsplit(')').next().unwrap_or_default();
    after.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// The most memory a process had while this lived.
pub struct Watch {
    over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<f64>>,
}

impl Watch {
    fn of(id: u32) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = over.clone();
        let thread = std::thread::spawn(move || {
            let mut most = 0.0_f64;
            while !seen.load(Ordering::Relaxed) {
                most = most.max(memory_of(id));
                std::thread::sleep(Duration::from_millis(20));
            }
            most
        });
        Self { over, thread: Some(thread) }
    }

    pub fn most_mb(mut self) -> f64 {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or(0.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
