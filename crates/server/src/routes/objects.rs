//! Custom objects.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;

use crate::app::App;
use crate::caller::{Call, id};
use crate::reply::Reply;

pub async fn list(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        call.params(&[])?;
        Ok(Reply::json(&app.engine.custom_objects(&caller.actor)?))
    })
    .await
}

pub async fn add(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| Ok(Reply::json(&app.engine.add_object(&caller.actor, &call.object()?)?).status(201))).await
}

pub async fn edit(State(app): State<App>, Path(object): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let changed = app.engine.edit_object(&caller.actor, id(&object)?, &call.object()?, call.if_match()?)?;
        Ok(Reply::json(&changed).etag(changed["version"].as_str().unwrap_or_default()))
    })
    .await
}
