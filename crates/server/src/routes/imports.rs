//! Imports: a file comes in, columns find their fields, rows are looked at, written, taken back.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{Response, header};
use guanxi_engine::import::Upload;
use guanxi_model::{Error, Problem, Result, Status};
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::caller::{Call, id};
use crate::reply::Reply;

/// Largest file of an import, in bytes.
const FILE_MAX: u64 = 200 * 1024 * 1024;
/// Room for what stands around the file in the body, in bytes.
const AROUND: u64 = 64 * 1024;

pub async fn upload(State(app): State<App>, Path(entity): Path<String>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // Who asks, and whether they may, is settled before a byte of the file is read.
    let call = match Call::from_request(Request::from_parts(parts.clone(), Body::empty()), &app).await {
        Ok(call) => call,
        Err(refused) => return refused,
    };
    let (lang, request_id) = (call.lang, call.request_id.clone());
    match take(app, entity, call, Request::from_parts(parts, body)).await {
        Ok(reply) => reply.into_response(),
        Err(error) => crate::problem::respond(&error, lang, &request_id),
    }
}

fn too_large() -> Error {
    Problem::new(Status::TooLarge, "file_too_large").arg("max", FILE_MAX / 1024 / 1024).field("file", "file_too_large").into()
}

async fn take(app: App, entity: String, call: Call, request: Request) -> Result<Reply> {
    if call.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > FILE_MAX + AROUND) {
        return Err(too_large());
    }
    let wanted = entity.clone();
    let (caller, place) = app
        .blocking(move |app| {
            let caller = call.caller(&app.engine)?;
            app.imports.may(&caller.actor, &wanted)?;
            Ok((caller, app.imports.place()?))
        })
        .await?;
    let parts =
        Multipart::from_request(request, &()).await.map_err(|_| Error::from(Problem::new(Status::UnsupportedType, "not_multipart")))?;
    let (place, file_name) = receive(parts, place).await?;
    app.blocking(move |app| {
        let import = app.imports.add(&caller.actor, &entity, place, &file_name)?;
        let location = format!("/api/v1/imports/{}", import["id"].as_str().unwrap_or_default());
        Ok(Reply::json(&import).status(201).header(header::LOCATION, location))
    })
    .await
}

/// Receives the one part called `file`; every end of the body but a whole one is an error, and
/// the file is then gone with its place.
async fn receive(mut parts: Multipart, place: Upload) -> Result<(Upload, String)> {
    let broken = |_| Error::malformed("file", "multipart_broken");
    let silent = |_| Error::malformed("file", "upload_silent");
    let mut name = None;
    while let Some(part) = tokio::time::timeout(crate::upload::SILENCE, parts.next_field()).await.map_err(silent)?.map_err(broken)? {
        match part.name() {
            Some("file") if name.is_none() => {
                name = Some(part.file_name().unwrap_or("import").to_owned());
                crate::upload::receive(part, place.path(), FILE_MAX, too_large).await?;
            }
            Some("file") => return Err(Error::malformed("file", "given_twice")),
            other => return Err(Error::malformed(other.unwrap_or("?"), "unknown_field")),
        }
    }
    let name = name.ok_or_else(|| Error::malformed("file", "required"))?;
    Ok((place, name))
}

pub async fn list(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let params = call.params(&["entity", "limit", "cursor"])?;
        let limit = match params.number("limit")? {
            None => 50,
            Some(limit) if (1..=200).contains(&limit) => limit as usize,
            Some(_) => return Err(Error::malformed("limit", "limit_out_of_range")),
        };
        let before =
            params.text("cursor").map(|cursor| cursor.parse().map_err(|_| Error::malformed("cursor", "bad_cursor"))).transpose()?;
        Ok(Reply::json(&app.imports.list(&caller.actor, params.text("entity").as_deref(), before, limit)?))
    })
    .await
}

pub async fn show(State(app): State<App>, Path(import): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| Ok(Reply::json(&app.imports.show(&caller.actor, id(&import)?)?))).await
}

pub async fn change(State(app): State<App>, Path(import): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| Ok(Reply::json(&app.imports.change(&caller.actor, id(&import)?, &call.object()?)?))).await
}

fn started(task: i64) -> Reply {
    let body: Json = json!({"job": task.to_string()});
    Reply::json(&body).status(202)
}

pub async fn preview(State(app): State<App>, Path(import): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| app.imports.preview(&caller.actor, id(&import)?).map(started)).await
}

pub async fn run(State(app): State<App>, Path(import): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| app.imports.run(&caller.actor, id(&import)?).map(started)).await
}

pub async fn revert(State(app): State<App>, Path(import): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| app.imports.revert(&caller.actor, id(&import)?).map(started)).await
}

pub async fn errors(State(app): State<App>, Path(import): Path<String>, call: Call) -> Response<Body> {
    let (lang, request) = (call.lang, call.request_id.clone());
    match send_errors(app, import, call).await {
        Ok(response) => response,
        Err(error) => crate::problem::respond(&error, lang, &request),
    }
}

async fn send_errors(app: App, import: String, call: Call) -> Result<Response<Body>> {
    call.params(&[])?;
    let import = id(&import)?;
    let caller = app.blocking(move |app| call.caller(&app.engine)).await?;
    let name = format!("import-{import}-errors.csv");
    crate::streamed::file(&name, "text/csv; charset=utf-8", move |out| app.imports.failed_rows(&caller.actor, import, out).map(|_| ()))
        .await
}
