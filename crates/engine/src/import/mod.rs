//! Imports: a file of rows becomes records, through the same write path as everything else.
//!
//! A file is taken, read through once and kept under a name of our own; its columns are guessed;
//! a preview rehearses every row and takes it back; the run writes in batches, each one
//! transaction and one change set that also holds how far the file was read, so that an
//! interrupted run goes on without losing or repeating a row. Rows that are refused are kept with
//! their cells and the reason; a whole import can be taken back.

mod batches;
mod cells;
mod choices;
mod days;
mod elsewhere;
mod failed;
mod guess;
mod named;
mod options;
mod plan;
mod preview;
mod revert;
mod rows;
mod run;
mod upload;
mod words;
mod work;

use std::path::PathBuf;

use crate::engine::Engine;

pub use run::Counts;
pub use upload::{ROWS_MAX, Upload};

/// The imports of a company: an engine, and the folder where files wait.
#[derive(Clone)]
pub struct Imports {
    engine: Engine,
    folder: PathBuf,
}

impl Imports {
    /// Imports whose files wait in a folder, which is made when it is first needed.
    pub fn new(engine: Engine, folder: PathBuf) -> Self {
        Self { engine, folder }
    }
}
