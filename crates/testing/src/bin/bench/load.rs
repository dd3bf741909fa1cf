//! Clients that ask the same again and again over kept connections, on loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Requests to send, one after the other.
#[derive(Clone)]
pub struct Load {
    port: u16,
    token: Arc<str>,
    method: &'static str,
    paths: Arc<Vec<String>>,
}

/// What a load measured.
pub struct Figures {
    /// Microseconds of each request, sorted.
    times: Vec<u64>,
    seconds: f64,
}

impl Figures {
    /// Milliseconds within which 95 of 100 were answered.
    pub fn p95(&self) -> f64 {
        let index = (self.times.len() * 95 / 100).min(self.times.len().saturating_sub(1));
        self.times.get(index).copied().unwrap_or(0) as f64 / 1000.0
    }

    pub fn requests(&self) -> usize {
        self.times.len()
    }

    pub fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }
}

impl Load {
    pub fn get(port: u16, token: &str, paths: Vec<String>) -> Self {
        Self { port, token: token.into(), method: "GET", paths: Arc::new(paths) }
    }

    /// Edits the remark of each record in turn.
    pub fn patch(port: u16, token: &str, paths: Vec<String>) -> Self {
        Self { port, token: token.into(), method: "PATCH", paths: Arc::new(paths) }
    }

    /// Runs the load with some clients for a time.
    pub fn run(&self, clients: usize, time: Duration) -> Result<Figures, String> {
        let start = Instant::now();
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                let load = self.clone();
                std::thread::spawn(move || load.client(client, clients, start + time))
            })
            .collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| "a client panicked".to_owned())??);
        }
        times.sort_unstable();
        Ok(Figures { times, seconds: start.elapsed().as_secs_f64() })
    }

    fn client(&self, client: usize, clients: usize, end: Instant) -> Result<Vec<u64>, String> {
        let mut connection = Connection::open(self.port)?;
        let mut times = Vec::new();
        let mut n = client;
        while Instant::now() < end {
            let path = self.paths.get(n % self.paths.len()).map(String::as_str).unwrap_or("/");
            let body = if self.method == "PATCH" { format!("{{\"remark\":\"第 {n} 次记录\"}}") } else { String::new() };
            let before = Instant::now();
            let status = connection.ask(self.method, path, &self.token, &body)?;
            times.push(before.elapsed().as_micros() as u64);
            if status != 200 {
                return Err(format!("{} {path} answered {status}", self.method));
            }
            n += clients;
        }
        Ok(times)
    }
}

pub struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    pub fn open(port: u16) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { reader: BufReader::with_capacity(256 * 1024, stream) })
    }

    fn ask(&mut self, method: &str, path: &str, token: &str, body: &str) -> Result<u16, String> {
        self.answer(method, path, token, body).map(|(status, _)| status)
    }

    /// The status and the body of an answer.
    pub fn answer(&mut self, method: &str, path: &str, token: &str, body: &str) -> Result<(u16, String), String> {
        let fault = |error: std::io::Error| error.to_string();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.reader.get_mut().write_all(request.as_bytes()).map_err(fault)?;
        let mut line = String::new();
        self.reader.read_line(&mut line).map_err(fault)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line).map_err(fault)?;
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut rest = vec![0; length];
        self.reader.read_exact(&mut rest).map_err(fault)?;
        Ok((status, String::from_utf8_lossy(&rest).into_owned()))
    }
}

/// Downloads a file and throws it away: seconds and bytes.
pub fn download(port: u16, token: &str, path: &str) -> Result<(f64, u64), String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
    let start = Instant::now();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
    let mut bytes = 0;
    let mut piece = vec![0; 256 * 1024];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(n) if bytes == 0 && !piece.get(..n).is_some_and(|head| head.starts_with(b"HTTP/1.1 200")) => {
                return Err(format!("{path} was refused: {}", String::from_utf8_lossy(piece.get(..n.min(400)).unwrap_or_default())));
            }
            Ok(n) => bytes += n as u64,
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok((start.elapsed().as_secs_f64(), bytes))
}
