//! Personal access tokens.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use guanxi_model::Error;
use serde_json::{Value as Json, json};

use super::session::text;
use crate::app::App;
use crate::caller::{Call, id};
use crate::reply::Reply;

pub async fn list(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| Ok(Reply::json(&app.engine.tokens(&caller.actor)?))).await
}

pub async fn add(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let body = call.object()?;
        let scopes = match body.get("scopes") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(list)) => {
                let texts: Option<Vec<String>> = list.iter().map(|scope| scope.as_str().map(str::to_owned)).collect();
                texts.ok_or_else(|| Error::invalid("scopes", "not_a_list_of_text"))?
            }
            Some(_) => return Err(Error::invalid("scopes", "not_a_list")),
        };
        let days = match body.get("expires_days") {
            None | Some(Json::Null) => None,
            Some(days) => Some(days.as_i64().ok_or_else(|| Error::invalid("expires_days", "not_an_integer"))?),
        };
        let (id, token) = app.engine.add_token(&caller.actor, text(&body, "name")?, &scopes, days)?;
        Ok(Reply::json(&json!({"id": id.to_string(), "token": token})).status(201).secret())
    })
    .await
}

pub async fn revoke(State(app): State<App>, Path(token): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| {
        app.engine.revoke_token(&caller.actor, id(&token)?)?;
        Ok(Reply::nothing())
    })
    .await
}
