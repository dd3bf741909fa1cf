//! Signing in and out, one-time links.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, header};
use guanxi_engine::accounts::Session;
use guanxi_model::{Actor, Error, Problem, Result, Status};
use serde_json::{Map, Value as Json, json};

use crate::app::App;
use crate::caller::{Call, Caller, ended_cookie, id, session_cookie};
use crate::reply::Reply;

/// Longest text of a body, in characters.
const MAX_TEXT: usize = 500;

/// A compulsory text of a body.
pub fn text<'a>(body: &'a Map<String, Json>, name: &'static str) -> Result<&'a str> {
    match body.get(name) {
        None | Some(Json::Null) => Err(Error::invalid(name, "required")),
        Some(Json::String(text)) if text.trim().is_empty() => Err(Error::invalid(name, "required")),
        Some(Json::String(text)) if text.chars().count() > MAX_TEXT => {
            Err(Problem::new(Status::Invalid, "invalid").field(name, "too_long").arg("max", MAX_TEXT).into())
        }
        Some(Json::String(text)) => Ok(text),
        Some(_) => Err(Error::invalid(name, "not_text")),
    }
}

pub async fn sign_in(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, |app, call| {
        let body = call.object_of(&["login", "password"])?;
        let (login, password) = (text(&body, "login")?, text(&body, "password")?);
        let now = app.engine.now();
        app.throttle.check(login, &call.source, now)?;
        match app.engine.check_password(login, password) {
            Ok(user) => {
                app.throttle.succeeded(login, &call.source);
                open(app, call, user)
            }
            Err(error) => {
                app.throttle.failed(login, &call.source, now);
                Err(error)
            }
        }
    })
    .await
}

/// Opens a session and answers with who that is.
pub fn open(app: &App, call: &Call, user: i64) -> Result<Reply> {
    let opened = app.engine.open_session(user, call.header(header::USER_AGENT).unwrap_or_default(), &call.source)?;
    let session = Session { id: 0, user, role: None, csrf: opened.csrf };
    let actor = Actor { user: Some(user), lang: call.lang, ..Actor::default() };
    let me = super::me::document(app, &Caller { actor, session: Some(session) })?;
    Ok(Reply::json(&me).header(header::SET_COOKIE, session_cookie(&opened.secret, app.config.secure())))
}

pub async fn sign_out(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| {
        if let Some(session) = &caller.session {
            app.engine.close_session(session.id)?;
        }
        Ok(Reply::nothing().header(header::SET_COOKIE, ended_cookie(app.config.secure())))
    })
    .await
}

pub async fn make_reset(State(app): State<App>, Path(user): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| {
        let secret = app.engine.reset_secret(&caller.actor, id(&user)?)?;
        // The configured address, never the Host header of a request.
        let configured = app.engine.org()?.settings().ok().and_then(|settings| settings.base_url);
        let base = app.config.public_url.clone().or(configured).unwrap_or_default();
        let link = format!("{}/reset/{secret}", base.trim_end_matches('/'));
        Ok(Reply::json(&json!({"record": null, "result": {"link": link}})).secret())
    })
    .await
}

pub async fn reset_shown(State(app): State<App>, Path(secret): Path<String>, call: Call) -> Response<Body> {
    app.answer_anyone(call, move |app, _| {
        let user = app.engine.reset_user(&secret)?;
        let login = user.find(guanxi_model::system::User::LOGIN).unwrap_or_default();
        let rule = app.engine.password_rule()?;
        Ok(Reply::json(&json!({"login": login, "name": user.title(), "password_length": rule.length, "password_mixed": rule.mixed})))
    })
    .await
}

pub async fn reset(State(app): State<App>, Path(secret): Path<String>, call: Call) -> Response<Body> {
    app.answer_anyone(call, move |app, call| {
        let body = call.object_of(&["password"])?;
        app.engine.reset_password(&secret, text(&body, "password")?)?;
        Ok(Reply::nothing())
    })
    .await
}
