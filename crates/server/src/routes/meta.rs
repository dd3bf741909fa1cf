//! The catalog for a client, and the description of the API.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, header};
use guanxi_engine::verify::digest;

use crate::app::App;
use crate::caller::Call;
use crate::reply::Reply;

pub async fn show(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let body = app.engine.meta(&caller.actor)?.to_string();
        let tag: String = digest(&body).chars().take(16).collect();
        let known = call.header(header::IF_NONE_MATCH).is_some_and(|given| given.contains(&tag));
        let reply = if known { Reply::nothing().status(304) } else { Reply::raw(body.into_bytes()) };
        Ok(reply.etag(tag).header(header::CACHE_CONTROL, "private, no-cache"))
    })
    .await
}

pub async fn openapi(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| {
        app.engine.access(&caller.actor)?;
        Ok(Reply::json(&crate::openapi::document(&app.engine, caller.actor.lang)))
    })
    .await
}
