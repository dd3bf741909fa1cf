//! Whether the server lives, can serve, and how it fares.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use guanxi_model::{Error, Problem, Result, Status};

use crate::app::App;
use crate::caller::Call;
use crate::reply::Reply;

/// 404 as a problem document.
pub async fn nothing_here(call: Call) -> Response<Body> {
    crate::problem::respond(&Error::not_found(), call.lang, &call.request_id)
}

/// 405 as a problem document.
pub async fn wrong_method(call: Call) -> Response<Body> {
    let mut response = crate::problem::respond(&Problem::new(Status::Malformed, "wrong_method").into(), call.lang, &call.request_id);
    *response.status_mut() = axum::http::StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// The process lives.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers.
pub async fn ready(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, |app, _| app.engine.store().ready().map(|()| text("ok".to_owned()))).await
}

/// Figures for operators, to callers on this machine alone.
pub async fn metrics(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, figures).await
}

fn figures(app: &App, call: &Call) -> Result<Reply> {
    if !(call.source.starts_with("127.") || call.source == "::1") {
        return Err(Error::not_found());
    }
    let jobs = app.engine.store().read(|conn| Ok(guanxi_store::kept::find(conn, "job_queue", &[], false, 100_000)?.len()))?;
    Ok(text(format!(
        "# TYPE guanxi_queue gauge\nguanxi_queue {jobs}\n# TYPE guanxi_catalog_version gauge\nguanxi_catalog_version {}\n",
        app.engine.catalog().version
    )))
}

fn text(body: String) -> Reply {
    Reply { content_type: "text/plain; charset=utf-8", ..Reply::raw(body.into_bytes()) }
}
