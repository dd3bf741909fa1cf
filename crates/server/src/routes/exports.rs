//! Exports, streamed while they are read.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, header};
use guanxi_engine::read::ExportRequest;
use guanxi_model::{Error, Result};
use tokio_stream::wrappers::ReceiverStream;

use super::records::selection;
use crate::app::App;
use crate::caller::Call;

/// Pieces waiting for a slow reader; the export waits with them.
const PIECES: usize = 8;
/// Size of a piece, in bytes.
const PIECE: usize = 64 * 1024;

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
    let (pieces, body) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(PIECES);
    let (begun, beginning) = tokio::sync::oneshot::channel::<Result<()>>();
    let worker = app.clone();
    tokio::task::spawn_blocking(move || {
        let mut begun = Some(begun);
        let mut piece = Pieces { pieces: pieces.clone(), held: Vec::with_capacity(PIECE), begun: &mut begun };
        let outcome = worker.engine.export_to(&caller.actor, &entity, &request, &format, &mut piece);
        let flushed = outcome.and_then(|_| piece.send().map_err(Error::internal));
        match (flushed, begun.take()) {
            (Err(error), Some(begun)) => drop(begun.send(Err(error))),
            // Half a file must not look whole: the connection is cut.
            (Err(error), None) => drop(pieces.blocking_send(Err(std::io::Error::other(error.to_string())))),
            (Ok(()), Some(begun)) => drop(begun.send(Ok(()))),
            (Ok(()), None) => {}
        }
    });
    beginning.await.map_err(|_| Error::internal("export ended early"))??;
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(body)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{file_name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Where an export writes: pieces go out as they fill.
struct Pieces<'a> {
    pieces: tokio::sync::mpsc::Sender<Result<Bytes, std::io::Error>>,
    held: Vec<u8>,
    /// Told once, when the first piece is ready: until then a refusal is still an answer.
    begun: &'a mut Option<tokio::sync::oneshot::Sender<Result<()>>>,
}

impl Pieces<'_> {
    fn send(&mut self) -> std::io::Result<()> {
        if let Some(begun) = self.begun.take() {
            let _ = begun.send(Ok(()));
        }
        let full = std::mem::replace(&mut self.held, Vec::with_capacity(PIECE));
        self.pieces.blocking_send(Ok(full.into())).map_err(|_| std::io::Error::other("the reader has gone"))
    }
}

impl std::io::Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
