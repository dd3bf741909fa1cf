//! History, the audit view, undo, the timeline.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use guanxi_engine::read::{ReadsRequest, SetsRequest};
use guanxi_engine::write::Conflict;
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::caller::{Call, id};
use crate::problem::detail;
use crate::reply::Reply;

pub async fn history(State(app): State<App>, Path((entity, record)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let before = call.params(&["cursor"])?.number("cursor")?;
        Ok(Reply::json(&app.engine.history(&caller.actor, &entity, id(&record)?, before)?.json))
    })
    .await
}

pub async fn timeline(State(app): State<App>, Path((entity, record)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let before = call.params(&["cursor"])?.instant("cursor")?;
        Ok(Reply::json(&app.engine.timeline(&caller.actor, &entity, id(&record)?, before)?))
    })
    .await
}

pub async fn list(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let params = call.params(&["actor", "entity", "from", "to", "cursor"])?;
        let request = SetsRequest {
            actor: params.number("actor")?,
            entity: params.text("entity"),
            from: params.instant("from")?,
            to: params.instant("to")?,
            before: params.number("cursor")?,
        };
        Ok(Reply::json(&app.engine.changes(&caller.actor, &request)?))
    })
    .await
}

pub async fn reads(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let params = call.params(&["user", "kind", "cursor"])?;
        let request = ReadsRequest { user: params.number("user")?, kind: params.text("kind"), before: params.number("cursor")? };
        Ok(Reply::json(&app.engine.reads(&caller.actor, &request)?))
    })
    .await
}

pub async fn show(State(app): State<App>, Path(set): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let after = call.params(&["cursor"])?.number("cursor")?;
        Ok(Reply::json(&app.engine.change_set(&caller.actor, id(&set)?, after)?))
    })
    .await
}

pub async fn undo(State(app): State<App>, Path(set): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let dry_run = call.params(&["dry_run"])?.flag("dry_run")?;
        let report = app.engine.undo(&caller.actor, id(&set)?, dry_run)?;
        let catalog = app.engine.catalog();
        let conflict = |conflict: &Conflict| -> Json {
            let plural = catalog.get(&conflict.entity).map_or(conflict.entity.clone(), |def| def.plural.clone());
            json!({
                "entity": plural, "id": conflict.id.to_string(), "title": conflict.title, "field": conflict.field,
                "code": conflict.code, "detail": detail(call.lang, conflict.code, &[]),
            })
        };
        Ok(Reply::json(&json!({
            "change_set": report.change_set.map(|id| id.to_string()),
            "undone": report.undone,
            "conflict_count": report.conflict_count,
            "conflicts": report.conflicts.iter().map(conflict).collect::<Vec<_>>(),
        })))
    })
    .await
}
