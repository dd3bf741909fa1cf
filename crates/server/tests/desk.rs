//! A company with the real router in front of it, without a network.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use guanxi_model::Actor;
use guanxi_server::app::App;
use guanxi_server::config::Config;
use guanxi_testing::{Which, World};
use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

/// A company behind its router.
pub struct Desk {
    pub router: Router,
    /// Whether the server ends.
    pub ending: Arc<watch::Sender<bool>>,
    runtime: tokio::runtime::Runtime,
    pub world: World,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or(Json::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A request in the making.
pub struct Ask {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_uppercase(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn json(self, body: &Json) -> Self {
        self.text(body.to_string())
    }

    /// Anything, said to be JSON.
    pub fn text(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }
}

impl Desk {
    pub fn open(which: Which) -> Self {
        let world = World::open(which);
        let folder = TempDir::new().unwrap();
        let config = Config { data: folder.path().to_owned(), database: None, listen: String::new(), public_url: None };
        let app = App::new(world.engine.clone(), config).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let ending = app.ending.clone();
        Self { router: guanxi_server::routes::router(app), ending, runtime, world, _folder: folder }
    }

    /// An access token of somebody.
    pub fn token(&self, actor: &Actor) -> String {
        self.world.engine.add_token(actor, "test", &[], None).unwrap().1
    }

    /// A session of the administrator: the cookie, and the value against forged requests.
    pub fn sign_in(&self) -> (String, String) {
        let body = serde_json::json!({"login": "admin", "password": guanxi_testing::PASSWORD});
        let answer = self.send(Ask::new("POST", "/api/v1/session").json(&body));
        assert_eq!(answer.status, 200, "{answer:?}");
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        (cookie, answer.json()["csrf"].as_str().unwrap_or_default().to_owned())
    }

    pub fn send(&self, ask: Ask) -> Answer {
        let mut request = Request::builder().method(ask.method.as_str()).uri(&ask.path);
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(ask.body)).unwrap();
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
            Answer { status: parts.status.as_u16(), headers: parts.headers, body: body.to_vec() }
        })
    }
}
