//! One file of a multipart body, written down piece by piece.

use std::path::Path;
use std::time::Duration;

use axum::extract::multipart::Field;
use guanxi_model::{Error, Problem, Result, Status};
use tokio::io::AsyncWriteExt;

/// An upload that sends nothing for this long is given up.
pub const SILENCE: Duration = Duration::from_secs(60);

/// Writes a part to a place of our own, durably; `too_large` says what is wrong beyond `limit` bytes.
pub async fn receive(mut part: Field<'_>, place: &Path, limit: u64, too_large: impl Fn() -> Error) -> Result<()> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::from(Problem::new(Status::Full, "disk_full")),
        _ => Error::internal(format!("upload: {error}")),
    };
    let mut file = tokio::io::BufWriter::new(tokio::fs::File::create(place).await.map_err(failed)?);
    let mut size = 0_u64;
    loop {
        let piece = tokio::time::timeout(SILENCE, part.chunk()).await.map_err(|_| Error::malformed("file", "upload_silent"))?;
        let Some(piece) = piece.map_err(|_| Error::malformed("file", "multipart_broken"))? else { break };
        size += piece.len() as u64;
        if size > limit {
            return Err(too_large());
        }
        file.write_all(&piece).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    file.into_inner().sync_all().await.map_err(failed)
}
