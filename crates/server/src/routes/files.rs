//! Files: stored when they have arrived whole, served as downloads, kept with records.

use std::io::Read;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderValue, Response, header};
use guanxi_model::{Actor, Error, Problem, Result, Status};
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::caller::{Call, id};
use crate::reply::Reply;

/// Most files of one upload.
const AT_ONCE: usize = 20;
/// Room for what stands around the files in the body, in bytes.
const AROUND: u64 = 64 * 1024;
/// What a file may do where a browser shows it in spite of all: nothing.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";
/// Read at a time, in bytes.
const PIECE: usize = 64 * 1024;

pub async fn upload(State(app): State<App>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // Who asks, and whether they may, is settled before a byte of a file is read.
    let call = match Call::from_request(Request::from_parts(parts.clone(), Body::empty()), &app).await {
        Ok(call) => call,
        Err(refused) => return refused,
    };
    let (lang, request_id) = (call.lang, call.request_id.clone());
    match take(app, call, Request::from_parts(parts, body)).await {
        Ok(reply) => reply.into_response(),
        Err(error) => crate::problem::respond(&error, lang, &request_id),
    }
}

fn too_large(limit: u64) -> Error {
    Problem::new(Status::TooLarge, "file_too_large").arg("max", limit / 1024 / 1024).field("file", "file_too_large").into()
}

async fn take(app: App, call: Call, request: Request) -> Result<Reply> {
    let length = call.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let (actor, limit) = app
        .blocking(move |app| {
            let caller = call.caller(&app.engine)?;
            let limit = app.files.limit(&caller.actor)?;
            Ok((caller.actor, limit))
        })
        .await?;
    if length.is_some_and(|length| length > limit.saturating_mul(AT_ONCE as u64) + AROUND) {
        return Err(too_large(limit));
    }
    let mut parts =
        Multipart::from_request(request, &()).await.map_err(|_| Error::from(Problem::new(Status::UnsupportedType, "not_multipart")))?;
    let broken = |_| Error::malformed("file", "multipart_broken");
    let silent = |_| Error::malformed("file", "upload_silent");
    let mut stored: Vec<Json> = Vec::new();
    while let Some(part) = tokio::time::timeout(crate::upload::SILENCE, parts.next_field()).await.map_err(silent)?.map_err(broken)? {
        if part.name() != Some("file") {
            return Err(Error::malformed(part.name().unwrap_or("?"), "unknown_field"));
        }
        if stored.len() == AT_ONCE {
            return Err(Error::malformed("file", "too_many_values"));
        }
        stored.push(store(&app, &actor, part, limit).await?);
    }
    if stored.is_empty() {
        return Err(Error::malformed("file", "required"));
    }
    Ok(Reply::json(&json!({"items": stored})).status(201))
}

async fn store(app: &App, actor: &Actor, part: Field<'_>, limit: u64) -> Result<Json> {
    let name = part.file_name().unwrap_or("file").to_owned();
    let place = app.blocking(|app| app.files.place()).await?;
    crate::upload::receive(part, place.path(), limit, || too_large(limit)).await?;
    let actor = actor.clone();
    app.blocking(move |app| app.files.add(&actor, &place, &name)).await
}

pub async fn download(State(app): State<App>, Path(file): Path<String>, call: Call) -> Response<Body> {
    let (lang, request) = (call.lang, call.request_id.clone());
    match send(app, file, call).await {
        Ok(response) => response,
        Err(error) => crate::problem::respond(&error, lang, &request),
    }
}

async fn send(app: App, file: String, call: Call) -> Result<Response<Body>> {
    call.params(&[])?;
    let file = id(&file)?;
    let opened = app
        .blocking(move |app| {
            let caller = call.caller(&app.engine)?;
            app.files.open(&caller.actor, file)
        })
        .await?;
    let (name, size, media_type) = (opened.name, opened.size, opened.media_type);
    let mut content = opened.content;
    let mut response = crate::streamed::file("file", "application/octet-stream", move |out| {
        let mut piece = vec![0; PIECE];
        loop {
            let read = content.read(&mut piece).map_err(Error::internal)?;
            match piece.get(..read) {
                Some(bytes) if read > 0 => out.write_all(bytes).map_err(Error::internal)?,
                _ => return Ok(()),
            }
        }
    })
    .await?;
    let headers = response.headers_mut();
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, &media_type);
    put(header::CONTENT_DISPOSITION, &disposition(&name));
    put(header::CONTENT_SECURITY_POLICY, SANDBOX);
    put(header::CONTENT_LENGTH, &size.to_string());
    put(header::CACHE_CONTROL, "private, no-store");
    Ok(response)
}

/// RFC 6266: always a download; the name in full for those who read it, in ASCII for others.
fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    let full: String = name.bytes().map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

pub async fn list(State(app): State<App>, Path((entity, record)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        call.params(&[])?;
        Ok(Reply::json(&app.engine.attachments(&caller.actor, &entity, id(&record)?)?))
    })
    .await
}

pub async fn attach(State(app): State<App>, Path((entity, record)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let body = call.object_of(&["files"])?;
        let list = body.get("files").and_then(Json::as_array).ok_or_else(|| Error::malformed("files", "not_a_list"))?;
        let files: Option<Vec<i64>> = list.iter().map(|file| file.as_str().and_then(|file| file.parse().ok())).collect();
        let files = files.ok_or_else(|| Error::malformed("files", "not_an_id"))?;
        Ok(Reply::json(&app.engine.attach(&caller.actor, &entity, id(&record)?, files)?).status(201))
    })
    .await
}

pub async fn detach(
    State(app): State<App>,
    Path((entity, record, attachment)): Path<(String, String, String)>,
    call: Call,
) -> Response<Body> {
    app.answer(call, move |app, _, caller| Ok(Reply::json(&app.engine.detach(&caller.actor, &entity, id(&record)?, id(&attachment)?)?)))
        .await
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("合同\"; x=\r\n.pdf"),
            "attachment; filename=\"____ x___.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C%22%3B%20x%3D%0D%0A.pdf"
        );
    }
}
