//! The rows that failed, as a file to correct and import again.

use std::io::Write;

use guanxi_model::labels::{self, Lang};
use guanxi_model::{Actor, Error, Result};
use guanxi_store::kept::{self, Where};
use serde_json::Value as Json;

use super::Imports;
use super::run::told;
use crate::sheet::{Cell, CsvOptions, CsvWriter, SheetError};

/// Rows read at a time.
const PAGE: usize = 500;

impl Imports {
    /// Writes the rows that failed as CSV: the columns of the file, then the reason. A column of
    /// reasons that the file already had, being such a file itself, is replaced.
    pub fn failed_rows(&self, actor: &Actor, id: i64, out: &mut (dyn Write + Send)) -> Result<i64> {
        let run = self.find(actor, id)?;
        let failed = |error: SheetError| Error::internal(format!("import errors: {error}"));
        let reason = |lang: Lang| labels::text(lang, "import.reason");
        let columns = &run.content.columns;
        let old = columns
            .iter()
            .position(|column| [Lang::Zh, Lang::En].iter().any(|lang| *column == reason(*lang)) && !run.mapping.contains_key(column));
        let mut header: Vec<String> = without(columns, old);
        header.push(reason(actor.lang));
        let mut csv = CsvWriter::new(out, &header, CsvOptions::default()).map_err(failed)?;
        let (mut after, mut count) = (0, 0);
        loop {
            let which = [Where::Is("import_run", id.into()), Where::AtLeast("id", after)];
            let page = self.engine.inner.store.read(|conn| kept::find(conn, "import_error", &which, false, PAGE))?;
            for row in &page {
                let cells: Vec<String> = serde_json::from_str(row.text("cells")).unwrap_or_default();
                let problems: Vec<Json> = serde_json::from_str(row.text("problem")).unwrap_or_default();
                let mut cells: Vec<Cell> = without(&cells, old).into_iter().map(Cell::text).collect();
                // A row with too many cells keeps them all; its reason stands behind them.
                cells.resize(cells.len().max(header.len() - 1), Cell::Empty);
                cells.push(Cell::text(reasons(actor.lang, &problems)));
                csv.row(&cells).map_err(failed)?;
                count += 1;
                after = row.int("id") + 1;
            }
            if page.len() < PAGE {
                break;
            }
        }
        csv.finish().map_err(failed)?;
        Ok(count)
    }
}

fn without(cells: &[String], place: Option<usize>) -> Vec<String> {
    cells.iter().enumerate().filter(|(index, _)| Some(*index) != place).map(|(_, cell)| cell.clone()).collect()
}

/// All that is wrong with a row: each by its column.
fn reasons(lang: Lang, problems: &[Json]) -> String {
    let one = |problem: &Json| {
        let text = told(lang, problem);
        match problem["column"].as_str().or(problem["field"].as_str()) {
            Some(column) => format!("{column}: {text}"),
            None => text,
        }
    };
    problems.iter().map(one).collect::<Vec<_>>().join("; ")
}
