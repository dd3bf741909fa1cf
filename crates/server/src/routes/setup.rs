//! The first set-up, by the one-time link printed at the first start.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use guanxi_engine::accounts::{FirstOrganisation, FirstSetUp};
use guanxi_model::text::login_name;
use guanxi_model::{Error, Result};
use serde_json::{Map, Value as Json, json};

use super::session::text;
use crate::app::App;
use crate::caller::Call;
use crate::reply::Reply;

/// Most customers of a demo company made by the wizard.
const MAX_DEMO: usize = 100_000;

/// Whether the set-up is to be done, and the account name of whoever is named.
pub async fn needed(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, |app, call| {
        let name = call.params(&["name"])?.text("name");
        let login = name.map(|name| login_name(name.trim(), |_| false));
        Ok(Reply::json(&json!({"needed": app.engine.needs_setup()?, "login": login})))
    })
    .await
}

pub async fn set_up(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer_anyone(call, |app, call| {
        if !app.engine.needs_setup()? {
            return Err(Error::conflict("already_set_up"));
        }
        let body = call.object_of(&["token", "organisation", "admin", "demo"])?;
        if text(&body, "token")? != &*app.setup_token {
            return Err(Error::invalid("token", "wrong_setup_token"));
        }
        let demo = match body.get("demo") {
            None | Some(Json::Null) => 0,
            Some(demo) => demo
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
                .filter(|n| *n <= MAX_DEMO)
                .ok_or_else(|| Error::invalid("demo", "out_of_range"))?,
        };
        let user = crate::commands::setup::perform(&app.engine, first(&body)?, demo)?;
        Ok(super::session::open(app, call, user)?.status(201))
    })
    .await
}

fn first(body: &Map<String, Json>) -> Result<FirstSetUp> {
    let part = |name: &'static str| body.get(name).and_then(Json::as_object).ok_or_else(|| Error::invalid(name, "required"));
    let (organisation, admin) = (part("organisation")?, part("admin")?);
    let optional =
        |name: &str| organisation.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(FirstSetUp {
        organisation: FirstOrganisation {
            name: text(organisation, "name")?.to_owned(),
            address: optional("address"),
            phone: optional("phone"),
            email: optional("email"),
            contact_person: optional("contact_person"),
            contact_phone: optional("contact_phone"),
        },
        name: text(admin, "name")?.to_owned(),
        login: match admin.get("login") {
            None | Some(Json::Null) => login_name(text(admin, "name")?, |_| false),
            Some(_) => text(admin, "login")?.to_owned(),
        },
        password: text(admin, "password")?.to_owned(),
    })
}
