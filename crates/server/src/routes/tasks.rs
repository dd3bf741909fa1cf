//! Long work: progress and cancelling.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;

use crate::app::App;
use crate::caller::{Call, id};
use crate::reply::Reply;

pub async fn show(State(app): State<App>, Path(task): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| Ok(Reply::json(&app.engine.task(&caller.actor, id(&task)?)?))).await
}

pub async fn cancel(State(app): State<App>, Path(task): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| {
        app.engine.cancel_task(&caller.actor, id(&task)?)?;
        Ok(Reply::nothing())
    })
    .await
}
