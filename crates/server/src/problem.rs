//! Refusals over HTTP: RFC 9457, in the caller's language.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use guanxi_model::labels::{self, Lang};
use guanxi_model::{Error, Problem, Status};
use serde_json::{Value as Json, json};

/// Seconds after which a refused caller may come back.
const RETRY_SECONDS: &str = "5";

/// The text of a refusal.
pub fn detail(lang: Lang, code: &str, args: &[(&'static str, String)]) -> String {
    labels::refusal(lang, code, args)
}

/// The document of a refusal.
pub fn document(problem: &Problem, lang: Lang, request: &str) -> Json {
    let fields: Vec<Json> = problem
        .fields
        .iter()
        .map(|field| {
            let args: Vec<(&'static str, String)> = field.args.iter().chain(&problem.args).cloned().collect();
            json!({"field": field.field, "code": field.code, "detail": detail(lang, field.code, &args)})
        })
        .collect();
    json!({
        "type": format!("urn:guanxi:error:{}", problem.code),
        "title": detail(lang, problem.code, &problem.args),
        "status": problem.status.code(),
        "code": problem.code,
        "detail": detail(lang, problem.code, &problem.args),
        "errors": fields,
        "request_id": request,
    })
}

/// Answers a refusal or a fault. Faults are logged in full and told in short.
pub fn respond(error: &Error, lang: Lang, request: &str) -> Response<Body> {
    let (status, document, retry) = match error {
        Error::Refused(problem) => {
            let retry = matches!(problem.status, Status::Busy | Status::TooMany);
            let seconds = problem.args.iter().find(|(name, _)| *name == "seconds").map(|(_, value)| value.clone());
            (problem.status.code(), document(problem, lang, request), retry.then(|| seconds.unwrap_or_else(|| RETRY_SECONDS.to_owned())))
        }
        Error::Internal(what) => {
            tracing::error!(request, "fault: {what}");
            let text = detail(lang, "internal", &[]);
            let document = json!({
                "type": "urn:guanxi:error:internal", "title": text, "status": 500, "code": "internal",
                "detail": text, "errors": [], "request_id": request,
            });
            (500, document, None)
        }
    };
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(value) = retry.and_then(|seconds| HeaderValue::from_str(&seconds).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}
