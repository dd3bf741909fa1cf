//! Connections: how many, how long a client may take to say what it wants, and the orderly end.
//!
//! HTTP/1.1 alone: a proxy that offers TLS speaks HTTP/2 with browsers.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::{Layer, ServiceExt};
use tower_http::timeout::RequestBodyTimeoutLayer;

/// What a connection may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; more wait to be accepted.
    pub connections: usize,
    /// Time to send the head of a request, and to keep a connection open without one.
    pub head: Duration,
    /// Time between two pieces of a body.
    pub body: Duration,
    /// Time given to requests in hand when the server is told to stop.
    pub drain: Duration,
}

/// Largest head of a request, in bytes.
const HEAD_BYTES: usize = 128 * 1024;
/// Most headers of a request.
const HEADERS: usize = 100;
/// Most connections of one process.
const CONNECTIONS: usize = 4096;
/// Open files kept for the database, uploads and logs.
const OTHER_FILES: usize = 256;
/// Pause before accepting again when the system has no more to give.
const PAUSE: Duration = Duration::from_millis(100);

impl Limits {
    /// What the product serves with: as many connections as the system lets it open.
    pub fn of_system() -> Self {
        Self {
            connections: CONNECTIONS.min(open_files().saturating_sub(OTHER_FILES)).max(64),
            head: Duration::from_secs(20),
            body: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// Raises the limit of open files as far as allowed, and says what it is.
fn open_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(u64::MAX).min((CONNECTIONS + OTHER_FILES) as u64).max(limit.current.unwrap_or(u64::MAX));
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum });
    getrlimit(Resource::Nofile).current.map_or(CONNECTIONS + OTHER_FILES, |open| usize::try_from(open).unwrap_or(usize::MAX))
}

/// Serves until `stop`, then lets what is in hand end.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let ending = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let _ = stream.set_nodelay(true);
                let served = ending.watch(connection(stream, address, router.clone(), limits));
                tokio::spawn(async move {
                    // A connection that breaks is the client's affair.
                    let _ = served.await;
                    drop(place);
                });
            }
            // A client that went away, or no more files: nothing that should end the server.
            Err(error) => {
                tracing::debug!("accept: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.drain, ending.shutdown()).await;
}

fn connection(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    limits: Limits,
) -> http1::Connection<
    TokioIo<TcpStream>,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = std::convert::Infallible, Future: Send>,
> {
    let service = service_fn(move |request: Request<Incoming>| {
        let patient = RequestBodyTimeoutLayer::new(limits.body).layer(router.clone());
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(address));
        patient.oneshot(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service)
}
