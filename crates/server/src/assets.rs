//! The pages: embedded files, one start page with a fresh nonce, 404 for what is not there.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, Uri, header};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "../../web/dist"]
#[exclude = ".vite/*"]
struct Pages;

/// Replaced by the nonce of each answer.
const NONCE: &str = "__CSP_NONCE__";

/// Serves a file, or the start page for every address the browser's own router knows.
pub async fn serve(uri: Uri) -> Response<Body> {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return plain(StatusCode::NOT_FOUND, "not found");
    }
    match Pages::get(path).filter(|_| path != "index.html" && !path.is_empty()) {
        Some(file) => {
            // Names under assets/ carry a hash of their content.
            let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
            let mut response = Response::new(Body::from(file.data.into_owned()));
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
            response
        }
        // A missing chunk answered by the start page would show nothing at all.
        None if path.starts_with("assets/") || path.contains('.') => plain(StatusCode::NOT_FOUND, "not found"),
        None => start_page(),
    }
}

fn start_page() -> Response<Body> {
    let Some(file) = Pages::get("index.html") else {
        return plain(StatusCode::OK, "Guanxi runs; the pages were not built (cargo xtask run builds them).");
    };
    let (Ok(page), Ok(nonce)) = (String::from_utf8(file.data.into_owned()), guanxi_engine::accounts::secret()) else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "no page");
    };
    let nonce: String = nonce.chars().take(32).collect();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let mut response = Response::new(Body::from(page.replace(NONCE, &nonce)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" | "webmanifest" => "application/json",
        "woff2" => "font/woff2",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}
