//! A file in batches, read on a thread of its own while the batch before is being written.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use guanxi_model::{Error, Result};

use super::options::Options;
use super::upload::refused;
use crate::sheet::{self, Row, SheetError};

/// Rows of one transaction.
pub(super) const BATCH: usize = 2000;
/// Batches read ahead.
const AHEAD: usize = 1;

/// Hands over the rows after a row in batches, in order, until `each` says to stop.
pub(super) fn each(
    path: &Path,
    file_name: &str,
    options: &Options,
    after: i64,
    mut each: impl FnMut(Arc<Vec<Row>>) -> Result<bool>,
) -> Result<()> {
    let after = u64::try_from(after).unwrap_or(0);
    let (batches, waiting) = sync_channel::<Result<Vec<Row>>>(AHEAD);
    std::thread::scope(|scope| {
        let reading = std::thread::Builder::new().name("import-file".into()).spawn_scoped(scope, move || {
            if let Err(error) = read(path, file_name, options, after, &batches) {
                let _ = batches.send(Err(refused(&error)));
            }
        });
        reading.map_err(Error::internal)?;
        for batch in waiting {
            if !each(Arc::new(batch?))? {
                break;
            }
        }
        Ok(())
    })
}

/// Reads a file to its end, or until nobody waits for batches any more.
fn read(path: &Path, file_name: &str, options: &Options, after: u64, batches: &SyncSender<Result<Vec<Row>>>) -> Result<(), SheetError> {
    let mut sheet = sheet::open(path, file_name, &options.reading())?;
    let mut batch = Vec::with_capacity(BATCH);
    for row in sheet.rows_after(after)? {
        batch.push(row?);
        if batch.len() == BATCH && batches.send(Ok(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))).is_err() {
            return Ok(());
        }
    }
    if !batch.is_empty() {
        let _ = batches.send(Ok(batch));
    }
    Ok(())
}
