//! Personal access tokens.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use guanxi_model::{Error, Instant, Result};
use serde_json::{Map, Value as Json, json};

use super::session::text;
use crate::app::App;
use crate::caller::{Call, id};
use crate::reply::Reply;

pub async fn list(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| Ok(Reply::json(&app.engine.tokens(&caller.actor)?))).await
}

pub async fn add(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let body = call.object_of(&["name", "scopes", "expires_at", "expires_days"])?;
        let scopes = match body.get("scopes") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(list)) => {
                let texts: Option<Vec<String>> = list.iter().map(|scope| scope.as_str().map(str::to_owned)).collect();
                texts.ok_or_else(|| Error::invalid("scopes", "not_a_list_of_text"))?
            }
            Some(_) => return Err(Error::invalid("scopes", "not_a_list")),
        };
        let expires = expiry(&body, app.engine.now())?;
        let (id, token) = app.engine.add_token(&caller.actor, text(&body, "name")?, &scopes, expires)?;
        Ok(Reply::json(&json!({"id": id.to_string(), "token": token})).status(201).secret())
    })
    .await
}

/// An instant, or days from now.
fn expiry(body: &Map<String, Json>, now: Instant) -> Result<Option<Instant>> {
    let given = |name: &str| body.get(name).filter(|value| !value.is_null());
    match (given("expires_at"), given("expires_days")) {
        (None, None) => Ok(None),
        (Some(at), None) => {
            let at = at.as_str().and_then(Instant::parse).ok_or_else(|| Error::invalid("expires_at", "not_an_instant"))?;
            Ok(Some(at))
        }
        (None, Some(days)) => {
            let days = days.as_i64().ok_or_else(|| Error::invalid("expires_days", "not_an_integer"))?;
            Ok(Some(now.plus_days(days)))
        }
        (Some(_), Some(_)) => Err(Error::malformed("expires_days", "said_twice")),
    }
}

pub async fn revoke(State(app): State<App>, Path(token): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| {
        app.engine.revoke_token(&caller.actor, id(&token)?)?;
        Ok(Reply::nothing())
    })
    .await
}
