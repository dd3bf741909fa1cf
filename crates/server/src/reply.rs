//! Answers that are no refusals.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value as Json;

/// An answer in the making.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
    pub content_type: &'static str,
    pub headers: Vec<(HeaderName, String)>,
    /// Holds a secret that is shown once: never kept.
    pub secret: bool,
}

impl Reply {
    /// 200 with JSON already written.
    pub fn raw(body: Vec<u8>) -> Self {
        Self { status: 200, body, content_type: "application/json", headers: Vec::new(), secret: false }
    }

    /// 200 with a JSON tree.
    pub fn json(json: &Json) -> Self {
        Self::raw(json.to_string().into_bytes())
    }

    /// 204.
    pub fn nothing() -> Self {
        Self { status: 204, ..Self::raw(Vec::new()) }
    }

    /// Another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Holds a secret that is shown once.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The version as an entity tag.
    #[must_use]
    pub fn etag(self, version: impl std::fmt::Display) -> Self {
        self.header(header::ETAG, format!("\"{version}\""))
    }

    /// As a response.
    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        if self.status != 204 {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
