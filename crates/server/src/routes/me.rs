//! The signed-in person: who, which roles, own settings.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use guanxi_model::system::{Notification, User};
use guanxi_model::{Actor, AdminLevel, Entity, Error, Filter, Query, Result, Value};
use serde_json::{Map, Value as Json, json};

use super::session::text;
use crate::app::App;
use crate::caller::{Call, Caller};
use crate::reply::Reply;

/// Largest settings of a browser kept, in bytes.
const MAX_PREFERENCES: usize = 16_000;

pub async fn show(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| Ok(Reply::json(&document(app, caller)?))).await
}

/// What `/me` tells.
pub fn document(app: &App, caller: &Caller) -> Result<Json> {
    let access = app.engine.access(&caller.actor)?;
    let user = caller.actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
    let (record, _) = app.engine.get(&caller.actor, "users", user)?;
    let record: Json = serde_json::from_slice(&record).map_err(Error::internal)?;
    let kept = app.engine.reading(|reader| reader.load(User::ENTITY, user))?.and_then(|kept| kept.find(User::PREFERENCES));
    let preferences = kept.and_then(|text| serde_json::from_str::<Json>(&text.0).ok());
    let held = access.org.roles_of.get(&user).cloned().unwrap_or_default();
    let role = |id: &i64| {
        let name = access.org.roles.get(id).map(|role| role.name.clone());
        json!({"id": id.to_string(), "title": name, "active": access.roles.contains(id)})
    };
    let administrator = match access.administration() {
        AdminLevel::None => "none",
        AdminLevel::Information => "information",
        AdminLevel::Branch => "branch",
        AdminLevel::Full => "full",
    };
    let unread = Filter::eq(Notification::USER.index, Value::Ref(user)).and(Filter::eq(Notification::READ_AT.index, Value::Null));
    let unread = app.engine.reading(|reader| reader.count(&Query::of(Notification::ENTITY, unread).limit(100)))?;
    let organisation = access.org.settings().ok();
    let rule = app.engine.password_rule()?;
    Ok(json!({
        "user": record,
        "roles": held.iter().map(role).collect::<Vec<_>>(),
        "role_in_view": access.actor.role.map(|id| id.to_string()),
        "must_change_password": app.engine.must_change_password(user)?,
        "preferences": preferences.unwrap_or(json!({})),
        "administrator": administrator,
        "leads": !access.org.led_by(user).is_empty(),
        "csrf": caller.session.as_ref().map(|session| session.csrf.clone()),
        "organisation": {
            "name": organisation.as_ref().map(|o| o.name.clone()),
            "currency": access.org.currency.code(),
            "time_zone": organisation.map(|o| o.time_zone),
            "password_length": rule.length,
            "password_mixed": rule.mixed,
        },
        "unread_notifications": unread,
    }))
}

pub async fn change(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let body = call.object_of(&["name", "mobile", "email", "preferences", "password", "role"])?;
        let user = caller.actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
        // Each is written for itself: refused together, or the first would stand where the second is refused.
        if let Some(alone) = ["role", "password"].into_iter().find(|name| body.contains_key(*name) && body.len() > 1) {
            return Err(Error::malformed(alone, "alone"));
        }
        if let Some(role) = body.get("role") {
            let session = caller.session.as_ref().ok_or_else(|| Error::forbidden("needs_session"))?;
            let role = match role {
                Json::Null => None,
                role => Some(role.as_str().and_then(|id| id.parse().ok()).ok_or_else(|| Error::invalid("role", "not_an_id"))?),
            };
            app.engine.view_role(session, role)?;
        }
        if let Some(password) = body.get("password") {
            let password = password.as_object().ok_or_else(|| Error::invalid("password", "not_an_object"))?;
            let session = caller.session.as_ref().map(|session| session.id);
            app.engine.change_password(&caller.actor, text(password, "old")?, text(password, "new")?, session)?;
        }
        let own = own_fields(&body)?;
        if !own.is_empty() {
            // One's own name and numbers are one's own to change, whatever the roles say; the
            // reason stands in the change log with the person.
            app.engine.edit_own(&caller.actor, user, own)?;
        }
        let role = match body.get("role") {
            Some(Json::String(id)) => id.parse().ok(),
            Some(_) => None,
            None => caller.actor.role,
        };
        let actor = Actor { role, ..caller.actor.clone() };
        Ok(Reply::json(&document(app, &Caller { actor, session: caller.session.clone() })?))
    })
    .await
}

fn own_fields(body: &Map<String, Json>) -> Result<Map<String, Json>> {
    let mut own = Map::new();
    for name in ["name", "mobile", "email"] {
        if let Some(value) = body.get(name) {
            own.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(preferences) = body.get("preferences") {
        if !preferences.is_object() {
            return Err(Error::invalid("preferences", "not_an_object"));
        }
        let kept = preferences.to_string();
        if kept.len() > MAX_PREFERENCES {
            return Err(Error::invalid("preferences", "too_long"));
        }
        own.insert(User::PREFERENCES.name.to_owned(), json!(kept));
    }
    Ok(own)
}

pub async fn read_notifications(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, _, caller| {
        let read = app.engine.read_notices(&caller.actor)?;
        Ok(Reply::json(&json!({"read": read})))
    })
    .await
}
