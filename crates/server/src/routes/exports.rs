//! Exports, streamed while they are read.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, header};
use guanxi_engine::read::{ExportRequest, Selection};
use guanxi_model::{Error, Result};
use serde_json::Value as Json;

use super::records::{record, selection};
use crate::app::App;
use crate::caller::{Call, id};

/// Asks for leave to export what is more than the company lets go without (IMP-03).
pub async fn apply(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let body = call.object_of(&["purpose", "filter", "q", "sort", "fields", "bin"])?;
        let text = |name: &'static str| match body.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(filter @ Json::Object(_)) if name == "filter" => Ok(Some(filter.to_string())),
            Some(_) => Err(Error::malformed(name, "not_text")),
        };
        let bin = match body.get("bin") {
            None | Some(Json::Null) => false,
            Some(Json::Bool(bin)) => *bin,
            Some(_) => return Err(Error::malformed("bin", "not_a_boolean")),
        };
        let selection = Selection { filter: text("filter")?, q: text("q")?, sort: text("sort")?, bin };
        let range = ExportRequest { selection, fields: text("fields")?, approval: None, purpose: None };
        let purpose = text("purpose")?.unwrap_or_default();
        let saved = app.engine.apply_for_export(&caller.actor, &entity, &range, &purpose)?;
        let location = format!("/api/v1/export-applications/{}", saved.id);
        Ok(record(saved).status(201).header(header::LOCATION, location))
    })
    .await
}

pub async fn export(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    let (lang, request) = (call.lang, call.request_id.clone());
    match start(app, entity, call).await {
        Ok(response) => response,
        Err(error) => crate::problem::respond(&error, lang, &request),
    }
}

async fn start(app: App, entity: String, call: Call) -> Result<Response<Body>> {
    let params = call.params(&["filter", "q", "sort", "fields", "format", "bin", "approval", "purpose"])?;
    let format = params.text("format").unwrap_or_else(|| "csv".to_owned());
    let kind = match format.as_str() {
        "csv" => "text/csv; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => return Err(Error::malformed("format", "unknown_format")),
    };
    let approval = params.text("approval").map(|text| id(&text)).transpose()?;
    let request =
        ExportRequest { selection: selection(&params)?, fields: params.text("fields"), approval, purpose: params.text("purpose") };
    let file_name = format!("{entity}.{format}");
    let caller = app.blocking(move |app| call.caller(&app.engine)).await?;
    crate::streamed::file(&file_name, kind, move |out| app.engine.export_to(&caller.actor, &entity, &request, &format, out).map(|_| ()))
        .await
}
