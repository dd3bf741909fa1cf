//! One request as the handlers see it: who, in which language, with what.

use std::collections::HashMap;
use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use guanxi_engine::accounts::Session;
use guanxi_engine::{Engine, verify};
use guanxi_model::filter::unknown_name;
use guanxi_model::labels::Lang;
use guanxi_model::{Actor, Error, Problem, Result, Status};
use serde_json::{Map, Value as Json};

use crate::app::App;

/// Largest JSON body, in bytes.
pub const MAX_BODY: usize = 2 * 1024 * 1024;
/// Time in which a JSON body must have arrived as a whole.
const BODY_TIME: Duration = Duration::from_secs(60);
/// Longest query string, in bytes.
const MAX_QUERY: usize = 64 * 1024;
/// The cookie without TLS, and with it.
const COOKIE: &str = "guanxi";
const COOKIE_SECURE: &str = "__Host-guanxi";

/// What is open to somebody who has to choose a new password first (ORG-22).
const BEFORE_A_NEW_PASSWORD: [&str; 2] = ["/me", "/session"];

/// A request, read but not yet answered for.
pub struct Call {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    query: String,
    pub body: Bytes,
    pub source: String,
    pub lang: Lang,
    pub request_id: String,
}

impl FromRequest<App> for Call {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let source = source(peer, app.config.public_url.is_some(), &parts.headers);
        let lang =
            parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map(Lang::from_header).unwrap_or_default();
        let request_id = format!("{:x}", app.engine.new_id());
        let refuse = |problem: Problem| crate::problem::respond(&problem.into(), lang, &request_id);
        let query = parts.uri.query().unwrap_or_default().to_owned();
        if query.len() > MAX_QUERY {
            return Err(refuse(Problem::new(Status::TooLarge, "query_too_long")));
        }
        let body = match tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, MAX_BODY)).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) if error.source().is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>()) => {
                return Err(refuse(Problem::new(Status::TooLarge, "body_too_large").arg("max", MAX_BODY)));
            }
            // It broke off, or took too long.
            _ => return Err(refuse(Problem::new(Status::Malformed, "body_incomplete"))),
        };
        let path = parts.uri.path().to_owned();
        Ok(Self { method: parts.method, path, headers: parts.headers, query, body, source, lang, request_id })
    }
}

/// The address a request comes from. A proxy on this machine, there where an address of the site is
/// configured, is believed who it speaks for: the last address, which it has added itself.
fn source(peer: Option<IpAddr>, proxied: bool, headers: &HeaderMap) -> String {
    let told = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).next_back();
    let last = told.and_then(|list| list.rsplit(',').next()).and_then(|text| text.trim().parse::<IpAddr>().ok());
    match peer {
        Some(peer) if proxied && peer.is_loopback() => last.unwrap_or(peer).to_string(),
        Some(peer) => peer.to_string(),
        None => String::new(),
    }
}

/// Who a request comes from.
pub struct Caller {
    pub actor: Actor,
    /// The browser's session; none for access tokens.
    pub session: Option<Session>,
}

impl Call {
    /// A header as text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Who calls. Runs on a blocking thread.
    ///
    /// # Errors
    /// 401 without a valid session or token, 403 where a session's request lacks its CSRF token.
    pub fn caller(&self, engine: &Engine) -> Result<Caller> {
        self.caller_by(engine, Engine::session)
    }

    /// The same, for a page that only listens: it keeps no session from ending.
    pub fn listener(&self, engine: &Engine) -> Result<Caller> {
        self.caller_by(engine, Engine::watched_session)
    }

    fn caller_by(&self, engine: &Engine, session: fn(&Engine, &str) -> Result<Option<Session>>) -> Result<Caller> {
        let unknown = || Error::from(Problem::new(Status::Unauthenticated, "not_signed_in"));
        if let Some(value) = self.header(header::AUTHORIZATION) {
            let token = value.strip_prefix("Bearer ").ok_or_else(unknown)?;
            let actor = engine.token_actor(token.trim(), self.lang)?.ok_or_else(unknown)?;
            return Ok(Caller { actor, session: None });
        }
        let secret = self.session_secret().ok_or_else(unknown)?;
        let session = session(engine, &secret)?.ok_or_else(unknown)?;
        let safe = matches!(self.method, Method::GET | Method::HEAD);
        let given = self.header("x-csrf-token").unwrap_or_default();
        // Digests are compared, so that the time taken tells nothing.
        if !safe && verify::digest(given) != verify::digest(&session.csrf) {
            return Err(Error::forbidden("csrf"));
        }
        if engine.must_change_password(session.user)? && !BEFORE_A_NEW_PASSWORD.contains(&self.path.as_str()) {
            return Err(Error::forbidden("must_change_password"));
        }
        let actor = Actor { user: Some(session.user), role: session.role, lang: self.lang, ..Actor::default() };
        Ok(Caller { actor, session: Some(session) })
    }

    fn session_secret(&self) -> Option<String> {
        let cookies = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut found = pairs.filter(|(name, _)| *name == COOKIE || *name == COOKIE_SECURE).map(|(_, value)| value.to_owned());
        found.next()
    }

    /// The body as a JSON object. An empty body is an empty object.
    ///
    /// # Errors
    /// 415 for another content type, 400 for anything that is no JSON object.
    pub fn object(&self) -> Result<Map<String, Json>> {
        if self.body.is_empty() {
            return Ok(Map::new());
        }
        let kind = self.header(header::CONTENT_TYPE).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Problem::new(Status::UnsupportedType, "not_json_type").into());
        }
        match crate::json::read(&self.body) {
            Ok(Json::Object(object)) => Ok(object),
            Ok(_) => Err(Error::malformed("body", "not_an_object")),
            Err(_) => Err(Error::malformed("body", "not_json")),
        }
    }

    /// The body as a JSON object that names nothing but this.
    ///
    /// # Errors
    /// Those of [`Call::object`], and 400 for a field nobody knows.
    pub fn object_of(&self, known: &[&str]) -> Result<Map<String, Json>> {
        let body = self.object()?;
        match body.keys().find(|key| !known.contains(&key.as_str())) {
            Some(unknown) => Err(unknown_name(unknown, known.iter().copied())),
            None => Ok(body),
        }
    }

    /// The parameters of the query, of which only these are known.
    ///
    /// # Errors
    /// 400 naming a parameter that is unknown, repeated or badly encoded.
    pub fn params(&self, known: &[&str]) -> Result<Params> {
        let mut values = HashMap::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(Error::malformed("query", "bad_encoding"));
            };
            if !known.contains(&name.as_str()) {
                return Err(Problem::new(Status::Malformed, "unknown_parameter")
                    .arg("name", &name)
                    .field(name, "unknown_parameter")
                    .into());
            }
            if values.insert(name.clone(), value).is_some() {
                return Err(Error::malformed(&name, "given_twice"));
            }
        }
        Ok(Params(values))
    }

    /// The version of `If-Match`.
    pub fn if_match(&self) -> Result<Option<i64>> {
        let Some(value) = self.header(header::IF_MATCH).filter(|value| *value != "*") else { return Ok(None) };
        let version = value.trim().trim_start_matches("W/").trim_matches('"').parse();
        version.map(Some).map_err(|_| Error::malformed("If-Match", "not_a_version"))
    }
}

/// Parameters of a query.
pub struct Params(HashMap<String, String>);

impl Params {
    /// A text, where it is given and not empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Result<Option<i64>> {
        self.text(name).map(|text| text.parse().map_err(|_| Error::malformed(name, "not_an_integer"))).transpose()
    }

    /// A truth value.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.0.get(name).map(String::as_str) {
            None | Some("false") => Ok(false),
            Some("true" | "") => Ok(true),
            Some(_) => Err(Error::malformed(name, "not_a_boolean")),
        }
    }

    /// An instant.
    pub fn instant(&self, name: &str) -> Result<Option<guanxi_model::Instant>> {
        let parse = |text: String| guanxi_model::Instant::parse(&text).ok_or_else(|| Error::malformed(name, "not_an_instant"));
        self.text(name).map(parse).transpose()
    }
}

/// Percent-decoding of a query part; `+` is a space.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let pair = [rest.next()?, rest.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// The cookie of a session.
pub fn session_cookie(secret: &str, secure: bool) -> String {
    if secure {
        format!("{COOKIE_SECURE}={secret}; Path=/; HttpOnly; SameSite=Strict; Secure")
    } else {
        format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict")
    }
}

/// The cookie that ends a session.
pub fn ended_cookie(secure: bool) -> String {
    format!("{}; Max-Age=0", session_cookie("", secure))
}

/// An identity of a path.
///
/// # Errors
/// 404: what is no identity names nothing.
pub fn id(text: &str) -> Result<i64> {
    text.parse().ok().filter(|id| *id > 0).ok_or_else(Error::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxy_of_this_machine_says_whom_it_speaks_for() {
        let headers = |list: &[&str]| -> HeaderMap {
            list.iter().map(|text| (header::HeaderName::from_static("x-forwarded-for"), text.parse().unwrap())).collect()
        };
        let (here, there) = (Some("127.0.0.1".parse().unwrap()), Some("203.0.113.9".parse().unwrap()));
        // What the client claims stands before what the proxy adds.
        assert_eq!(source(here, true, &headers(&["127.0.0.1, 198.51.100.7"])), "198.51.100.7");
        assert_eq!(source(here, true, &headers(&["127.0.0.1", "198.51.100.7"])), "198.51.100.7");
        assert_eq!(source(here, true, &headers(&["nonsense"])), "127.0.0.1");
        assert_eq!(source(here, false, &headers(&["198.51.100.7"])), "127.0.0.1");
        assert_eq!(source(there, true, &headers(&["198.51.100.7"])), "203.0.113.9");
    }

    #[test]
    fn bad_percent_encoding_is_refused() {
        assert_eq!(decode("a%20b+c"), Some("a b c".into()));
        assert_eq!(decode("%E5%BC%A0"), Some("张".into()));
        for bad in ["%", "%zz", "%ff", "%4"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
