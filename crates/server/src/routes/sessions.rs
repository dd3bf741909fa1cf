//! Where somebody is signed in.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use guanxi_model::{Error, Result};

use crate::app::App;
use crate::caller::{Call, Caller, id};
use crate::reply::Reply;

fn own(caller: &Caller) -> Result<i64> {
    caller.actor.user.ok_or_else(|| Error::forbidden("needs_user"))
}

fn current(caller: &Caller) -> Option<i64> {
    caller.session.as_ref().map(|session| session.id)
}

pub async fn list(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| Ok(Reply::json(&app.engine.sessions(&caller.actor, own(caller)?, current(caller))?))).await
}

/// Ends all of one's own but this one.
pub async fn end_others(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| {
        app.engine.end_sessions(&caller.actor, own(caller)?, current(caller))?;
        Ok(Reply::nothing())
    })
    .await
}

pub async fn end(State(app): State<App>, Path(session): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| {
        app.engine.end_own_session(&caller.actor, id(&session)?)?;
        Ok(Reply::nothing())
    })
    .await
}

pub async fn list_of(State(app): State<App>, Path(user): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| Ok(Reply::json(&app.engine.sessions(&caller.actor, id(&user)?, current(caller))?))).await
}

/// Ends all of somebody's: rights are withdrawn at once (ORG-37).
pub async fn end_all_of(State(app): State<App>, Path(user): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| {
        app.engine.end_sessions(&caller.actor, id(&user)?, current(caller))?;
        Ok(Reply::nothing())
    })
    .await
}
