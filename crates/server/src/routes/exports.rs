//! Exports, streamed while they are read.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use guanxi_engine::read::ExportRequest;
use guanxi_model::{Error, Result};

use super::records::selection;
use crate::app::App;
use crate::caller::Call;

pub async fn export(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    let (lang, request) = (call.lang, call.request_id.clone());
    match start(app, entity, call).await {
        Ok(response) => response,
        Err(error) => crate::problem::respond(&error, lang, &request),
    }
}

async fn start(app: App, entity: String, call: Call) -> Result<Response<Body>> {
    let params = call.params(&["filter", "q", "sort", "fields", "format", "bin"])?;
    let format = params.text("format").unwrap_or_else(|| "csv".to_owned());
    let kind = match format.as_str() {
        "csv" => "text/csv; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => return Err(Error::malformed("format", "unknown_format")),
    };
    let request = ExportRequest { selection: selection(&params)?, fields: params.text("fields") };
    let file_name = format!("{entity}.{format}");
    let caller = app.blocking(move |app| call.caller(&app.engine)).await?;
    crate::streamed::file(&file_name, kind, move |out| app.engine.export_to(&caller.actor, &entity, &request, &format, out).map(|_| ()))
        .await
}
