//! Files made while they are sent.

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, header};
use guanxi_model::{Error, Result};
use tokio_stream::wrappers::ReceiverStream;

/// Pieces waiting for a slow reader; the writing waits with them.
const PIECES: usize = 8;
/// Size of a piece, in bytes.
const PIECE: usize = 64 * 1024;

/// Answers with a file that `write` makes on a thread of its own. Until its first piece is ready,
/// a refusal is still an answer.
pub async fn file(
    name: &str,
    kind: &'static str,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()> + Send + 'static,
) -> Result<Response<Body>> {
    let (pieces, body) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(PIECES);
    let (begun, beginning) = tokio::sync::oneshot::channel::<Result<()>>();
    tokio::task::spawn_blocking(move || {
        let mut begun = Some(begun);
        let mut piece = Pieces { pieces: pieces.clone(), held: Vec::with_capacity(PIECE), begun: &mut begun };
        let outcome = write(&mut piece);
        let flushed = outcome.and_then(|()| piece.send().map_err(Error::internal));
        match (flushed, begun.take()) {
            (Err(error), Some(begun)) => drop(begun.send(Err(error))),
            // Half a file must not look whole: the connection is cut.
            (Err(error), None) => drop(pieces.blocking_send(Err(std::io::Error::other(error.to_string())))),
            (Ok(()), Some(begun)) => drop(begun.send(Ok(()))),
            (Ok(()), None) => {}
        }
    });
    beginning.await.map_err(|_| Error::internal("the file ended early"))??;
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(body)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Where a file is written: pieces go out as they fill.
struct Pieces<'a> {
    pieces: tokio::sync::mpsc::Sender<Result<Bytes, std::io::Error>>,
    held: Vec<u8>,
    /// Told once, when the first piece is ready.
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

impl Write for Pieces<'_> {
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
