//! What the sign-in page offers to somebody who cannot sign in (ORG-04, ORG-22).

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use guanxi_model::{Error, Result};
use serde_json::{Value as Json, json};

use super::session::text;
use crate::app::App;
use crate::caller::Call;
use crate::reply::Reply;

/// What the company says and allows on its sign-in page.
pub async fn welcome(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, |app, _| {
        let settings = app.engine.org()?.settings().ok();
        let rule = app.engine.password_rule()?;
        Ok(Reply::json(&json!({
            "organisation": settings.as_ref().map(|settings| settings.name.clone()),
            "registration": settings.as_ref().is_some_and(|settings| settings.self_registration),
            "password_help": settings.and_then(|settings| settings.password_help).map(|help| help.0),
            "password_length": rule.length,
            "password_mixed": rule.mixed,
        })))
    })
    .await
}

pub async fn register(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, |app, call| {
        let mut said = call.object()?;
        slowed(app, call, said.get("name"))?;
        let password = text(&said, "password")?.to_owned();
        said.remove("password");
        app.engine.register(said, &password)?;
        Ok(Reply::json(&json!({})).status(201))
    })
    .await
}

/// Answers the same whether there is such an account or not, and before that is looked for: neither the answer nor its time
/// tells.
pub async fn ask_for_password(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, |app, call| {
        let body = call.object_of(&["login"])?;
        slowed(app, call, body.get("login"))?;
        let login = text(&body, "login")?.to_owned();
        app.afterwards(move |app| app.engine.ask_for_password(&login));
        Ok(Reply::nothing())
    })
    .await
}

/// Nobody floods the company with wishes: they are counted like wrong passwords, but apart from them.
/// `whose` is the account, or the name of whoever has none yet.
fn slowed(app: &App, call: &Call, whose: Option<&Json>) -> Result<(), Error> {
    let (login, source) = (format!("wish {}", whose.and_then(Json::as_str).unwrap_or_default()), format!("wish {}", call.source));
    app.throttle.check(&login, &source, app.engine.now())?;
    app.throttle.failed(&login, &source, app.engine.now());
    Ok(())
}
