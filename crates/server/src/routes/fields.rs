//! Custom fields.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;

use crate::app::App;
use crate::caller::{Call, id};
use crate::reply::Reply;

pub async fn list(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let entity = call.params(&["entity"])?.text("entity");
        Ok(Reply::json(&app.engine.custom_fields(&caller.actor, entity.as_deref())?))
    })
    .await
}

pub async fn add(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| Ok(Reply::json(&app.engine.add_field(&caller.actor, &call.object()?)?).status(201))).await
}

pub async fn edit(State(app): State<App>, Path(field): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let changed = app.engine.edit_field(&caller.actor, id(&field)?, &call.object()?, call.if_match()?)?;
        Ok(Reply::json(&changed).etag(changed["version"].as_str().unwrap_or_default()))
    })
    .await
}
