//! A file in batches, read on a thread of its own while the batch before is being written.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use guanxi_model::{Error, Result};

use super::options::Options;
use super::upload::refused;
use crate::sheet::{self, Row, SheetError};

/// Rows that are looked at together: enough to ask the database once for many, few enough that what is made of
/// them stays near the processor.
const BATCH: usize = 500;
/// Batches read ahead.
const AHEAD: usize = 4;

/// The batches of a file in order, as they are read. Those of a transaction are kept until it is through: it may
/// have to be written again.
pub(super) struct Batches {
    reading: Receiver<Result<Vec<Row>>>,
    kept: VecDeque<Arc<Vec<Row>>>,
    /// How many of those kept were taken.
    taken: usize,
    /// Why the file could not be read on.
    failed: Option<Error>,
}

impl Batches {
    /// Waits until there is a batch; false at the end of the file.
    fn wait(&mut self) -> Result<bool> {
        if self.kept.is_empty()
            && self.failed.is_none()
            && let Ok(read) = self.reading.recv()
        {
            self.keep(read);
        }
        match self.failed.take_if(|_| self.kept.is_empty()) {
            Some(error) => Err(error),
            None => Ok(!self.kept.is_empty()),
        }
    }

    fn keep(&mut self, read: Result<Vec<Row>>) {
        match read {
            Ok(rows) => self.kept.push_back(Arc::new(rows)),
            Err(error) => self.failed = Some(error),
        }
    }

    /// Begins a transaction: with the same batches where the last one did not get through.
    pub fn begin(&mut self) {
        self.taken = 0;
    }

    /// The next batch, if it is read by now.
    pub fn next(&mut self) -> Option<Arc<Vec<Row>>> {
        if self.taken == self.kept.len()
            && self.failed.is_none()
            && let Ok(read) = self.reading.try_recv()
        {
            self.keep(read);
        }
        let batch = self.kept.get(self.taken).cloned()?;
        self.taken += 1;
        Some(batch)
    }

    /// What was taken is done with.
    fn done(&mut self) {
        self.kept.drain(..self.taken);
        self.taken = 0;
    }
}

/// Hands over the rows after a row in batches, in order, until `each` says to stop.
pub(super) fn each(
    path: &Path,
    file_name: &str,
    options: &Options,
    after: i64,
    mut each: impl FnMut(Arc<Vec<Row>>) -> Result<bool>,
) -> Result<()> {
    some(path, file_name, options, after, |batches| {
        let batch = held(batches)?.next();
        batch.map_or(Ok(false), &mut each)
    })
}

/// The same, where `some` takes as many batches as it likes at a time, and at least one.
pub(super) fn some(
    path: &Path,
    file_name: &str,
    options: &Options,
    after: i64,
    mut some: impl FnMut(&Arc<Mutex<Batches>>) -> Result<bool>,
) -> Result<()> {
    let after = u64::try_from(after).unwrap_or(0);
    let (read_ones, reading) = sync_channel::<Result<Vec<Row>>>(AHEAD);
    let batches = Arc::new(Mutex::new(Batches { reading, kept: VecDeque::new(), taken: 0, failed: None }));
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().name("import-file".into()).spawn_scoped(scope, move || {
            if let Err(error) = read(path, file_name, options, after, &read_ones) {
                let _ = read_ones.send(Err(refused(&error)));
            }
        });
        reader.map_err(Error::internal)?;
        // Dropped at the end, which ends the reading.
        let batches = batches;
        while held(&batches)?.wait()? && some(&batches)? {
            held(&batches)?.done();
        }
        Ok(())
    })
}

/// The batches, for a while.
pub(super) fn held(batches: &Mutex<Batches>) -> Result<std::sync::MutexGuard<'_, Batches>> {
    batches.lock().map_err(|_| Error::internal("the batches of an import"))
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
