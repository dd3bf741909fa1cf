//! A file arrives: kept under a name of our own, read through once, its columns guessed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::system::{DictionaryEntry, Verb};
use guanxi_model::{Actor, Entity, Error, Problem, Record, Result, Status};
use guanxi_store::kept::{self, Where};
use serde_json::{Map, Value as Json};

use super::Imports;
use super::guess::{Mapping, guess, is_target};
use super::options::Options;
use super::plan::Plan;
use super::run::{Content, Run, SAMPLE_ROWS, State, load, mapping_of};
use crate::engine::entity_of;
use crate::files::sync_names;
use crate::read::Noted;
use crate::rights::{Access, EntityAccess};
use crate::sheet::{self, Format, SheetError};
use crate::verify::digest;

/// Most rows of one import.
pub const ROWS_MAX: i64 = 2_000_000;
/// Longest name of a file that is remembered, in characters.
const NAME_CHARS: usize = 200;
/// Longest cell that is shown as a sample, in characters.
const SAMPLE_CHARS: usize = 120;
/// Endings of names that tables have; a name without one is left to its content.
const ENDINGS: [&str; 6] = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls"];
/// A file nobody imported is kept this long, in days.
const KEPT_DAYS: i64 = 30;

/// A file on its way in. Unless it becomes an import, it is gone when this is.
#[derive(Debug)]
pub struct Upload {
    id: i64,
    path: PathBuf,
    kept: bool,
}

impl Upload {
    /// Where to write it.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A refusal of a file.
pub(super) fn refused(error: &SheetError) -> Error {
    let problem = |status| Problem::new(status, error.code()).field("file", error.code());
    match error {
        SheetError::Io(error) => Error::internal(format!("import file: {error}")),
        SheetError::Unsupported { found } => problem(Status::UnsupportedType).arg("found", found).into(),
        SheetError::TooLarge { measure, allowed } => problem(Status::TooLarge).arg("measure", measure).arg("allowed", allowed).into(),
        SheetError::TooManyColumns { allowed } => problem(Status::TooLarge).arg("allowed", allowed).into(),
        SheetError::TooManyRows { allowed } => problem(Status::TooLarge).arg("allowed", allowed).into(),
        SheetError::RecordTooLong { line, allowed } => problem(Status::Invalid).arg("line", line).arg("allowed", allowed).into(),
        SheetError::SheetNotFound { name } => problem(Status::Invalid).arg("name", name).into(),
        _ => problem(Status::Invalid).into(),
    }
}

/// The name a user knows a file by: without folders, control characters and direction marks.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let shown: String = last.chars().filter(|c| !hidden(*c)).take(NAME_CHARS).collect();
    if shown.trim().is_empty() { "import".to_owned() } else { shown.trim().to_owned() }
}

/// Refuses names whose ending says that they are no tables.
fn check_ending(name: &str) -> Result<()> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending {
        Some(ending) if !ENDINGS.contains(&ending.as_str()) => {
            Err(Problem::new(Status::UnsupportedType, "file_ending").arg("ending", &ending).field("file", "file_ending").into())
        }
        _ => Ok(()),
    }
}

fn header_key(entity: &str, columns: &[String]) -> String {
    digest(&format!("{entity}\n{}", columns.join("\n")))
}

impl Imports {
    /// Whether the actor may import into an entity; asked before a file is taken.
    pub fn may(&self, actor: &Actor, entity: &str) -> Result<()> {
        self.allowed(actor, entity).map(|_| ())
    }

    fn allowed(&self, actor: &Actor, entity: &str) -> Result<(Arc<Access>, Arc<EntityDef>, Arc<EntityAccess>)> {
        let access = self.engine.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let of = access.require(&def, Verb::Import)?;
        if def.singleton {
            return Err(Error::conflict("only_one"));
        }
        Ok((access, def, of))
    }

    /// A place for a file on its way in.
    pub fn place(&self) -> Result<Upload> {
        let failed = |error: std::io::Error| {
            Error::from(Problem::new(Status::Conflict, "folder_not_writable").arg("folder", self.folder.display()).arg("reason", error))
        };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        let id = self.engine.new_id();
        Ok(Upload { id, path: self.folder.join(format!("{id}.part")), kept: false })
    }

    /// Makes an import of a file that has arrived whole.
    pub fn add(&self, actor: &Actor, entity: &str, mut upload: Upload, file_name: &str) -> Result<Json> {
        let (_, def, of) = self.allowed(actor, entity)?;
        let file_name = shown_name(file_name);
        check_ending(&file_name)?;
        let read = read_through(&upload.path, &file_name, &Options::default())?;
        let header = header_key(&def.name, &read.content.columns);
        let (mapping, options) = match self.remembered(actor, &def, &of, &header, &read.content.columns)? {
            Some(remembered) => remembered,
            None => {
                let mapping = guess(&def, &of, &read.content.columns, &read.content.sample);
                let options = Options { match_by: self.usual_match(&def, &mapping), ..Options::default() };
                (mapping, options)
            }
        };
        let options = read.as_read(options);
        let (id, now, user) = (upload.id, self.engine.now().0, actor.user.unwrap_or(0));
        std::fs::rename(&upload.path, self.file(id)).and_then(|()| sync_names(&self.folder)).map_err(Error::internal)?;
        upload.path = self.file(id);
        let values = [
            ("id", id.into()),
            ("entity", def.name.as_str().into()),
            ("user", user.into()),
            ("file_name", file_name.clone().into()),
            ("state", State::Mapping.word().into()),
            ("header", header.into()),
            ("content", read.content.json().to_string().into()),
            ("mapping", serde_json::json!(mapping).to_string().into()),
            ("options", options.json().to_string().into()),
            ("total", read.rows.into()),
            ("position", 0.into()),
            ("created", 0.into()),
            ("updated", 0.into()),
            ("skipped", 0.into()),
            ("failed", 0.into()),
            ("created_at", now.into()),
        ];
        self.engine.inner.store.write(move |conn| kept::insert(conn, "import_run", &values))?;
        upload.kept = true;
        let read = Noted { kind: "import", entity: &def.name, record: None, detail: file_name };
        self.engine.note_read(actor, read)?;
        self.show_run(actor, id)
    }

    pub(super) fn show_run(&self, actor: &Actor, id: i64) -> Result<Json> {
        let run = self.engine.inner.store.read(|conn| load(conn, id))?.ok_or_else(Error::not_found)?;
        self.json(actor, &run)
    }

    /// The mapping and options used before for a file with this header: the actor's own first.
    fn remembered(
        &self,
        actor: &Actor,
        def: &EntityDef,
        of: &EntityAccess,
        header: &str,
        columns: &[String],
    ) -> Result<Option<(Mapping, Options)>> {
        let which = |mine: bool| {
            let mut which = vec![Where::Is("entity", def.name.as_str().into()), Where::Is("header", header.into())];
            if mine {
                which.push(Where::Is("user", actor.user.unwrap_or(0).into()));
            }
            which
        };
        let (own, any) = self.engine.inner.store.read(|conn| {
            Ok((kept::find(conn, "import_run", &which(true), true, 20)?, kept::find(conn, "import_run", &which(false), true, 20)?))
        })?;
        let confirmed = own.iter().chain(&any).map(Run::of).find(|run| run.state != State::Mapping || run.has_begun());
        let Some(run) = confirmed else { return Ok(None) };
        let mut mapping = run.mapping;
        mapping.retain(|column, field| {
            let target = def.position(field).and_then(|index| Some((index, def.fields.get(index)?)));
            columns.contains(column) && target.is_some_and(|(index, field)| is_target(of, index, field))
        });
        let mut options = run.options;
        options.match_by.retain(|field| mapping.values().any(|mapped| mapped == field));
        // What was decided for one file only.
        options.defaults.clear();
        options.add_choices = false;
        options.holder = super::options::Holder::default();
        (options.encoding, options.separator, options.worksheet) = (None, None, None);
        Ok(Some((mapping, options)))
    }

    /// By what records of an entity are recognised when nobody says: the identity, a unique
    /// field, or the title where the entity's own rule takes equal titles for one record.
    fn usual_match(&self, def: &Arc<EntityDef>, mapping: &Mapping) -> Vec<String> {
        let mapped = |name: &str| mapping.values().any(|field| field == name);
        if mapped("id") {
            return vec!["id".to_owned()];
        }
        if let Some(unique) = def.fields.iter().find(|field| field.unique && mapped(&field.name)) {
            return vec![unique.name.clone()];
        }
        let Some(title) = def.title_field().filter(|field| mapped(&field.name)) else { return Vec::new() };
        let mut titled = Record::empty(def.clone());
        titled.put(def.title, guanxi_model::Value::Text("某某公司".to_owned()));
        let rule = self.engine.behaviour(&def.name).and_then(|behaviour| behaviour.duplicates);
        let tells = rule.is_some_and(|rule| !(rule.probes)(&titled).is_empty());
        if tells { vec![title.name.clone()] } else { Vec::new() }
    }

    /// Changes mapping and options.
    pub fn change(&self, actor: &Actor, id: i64, body: &Map<String, Json>) -> Result<Json> {
        let run = self.find(actor, id)?;
        if let Some(unknown) = body.keys().find(|name| !matches!(name.as_str(), "mapping" | "options")) {
            return Err(Error::malformed(unknown, "unknown_field"));
        }
        let idle = matches!(run.state, State::Mapping | State::Ready)
            || (matches!(run.state, State::Cancelled | State::Failed) && !run.has_begun());
        if !idle {
            return Err(Problem::new(Status::Conflict, "import_state").arg("state", run.state.word()).into());
        }
        let access = self.engine.access(actor)?;
        let def = access.org.catalog.get(&run.entity).cloned().ok_or_else(Error::not_found)?;
        let of = access.require(&def, Verb::Import)?;
        let options = match body.get("options") {
            None => run.options.clone(),
            Some(Json::Object(change)) => run.options.changed(change)?,
            Some(_) => return Err(Error::malformed("options", "not_an_object")),
        };
        let read = if options.reads_like(&run.options) { None } else { Some(read_through(&self.file(id), &run.file_name, &options)?) };
        let (content, total) = read.as_ref().map_or((&run.content, run.total), |read| (&read.content, read.rows));
        let mut options = read.as_ref().map_or_else(|| options.clone(), |read| read.as_read(options.clone()));
        let mapping = match body.get("mapping") {
            Some(Json::Object(mapping)) => {
                if let Some((column, _)) = mapping.iter().find(|(_, field)| !field.is_string() && !field.is_null()) {
                    return Err(Error::invalid(&format!("mapping.{column}"), "not_text"));
                }
                mapping_of(body.get("mapping").unwrap_or(&Json::Null))
            }
            Some(_) => return Err(Error::malformed("mapping", "not_an_object")),
            None if content.columns == run.content.columns => run.mapping.clone(),
            None => {
                let guessed = guess(&def, &of, &content.columns, &content.sample);
                options.match_by.retain(|field| guessed.values().any(|mapped| mapped == field));
                guessed
            }
        };
        if options.add_choices {
            self.may_add_choices(&access)?;
        }
        Plan::new(&access, &def, &content.columns, &mapping, &options)?.check_speed(&self.engine)?;
        let values = [
            ("state", State::Mapping.word().into()),
            ("content", content.json().to_string().into()),
            ("header", header_key(&def.name, &content.columns).into()),
            ("mapping", serde_json::json!(mapping).to_string().into()),
            ("options", options.json().to_string().into()),
            ("total", total.into()),
            ("preview", "null".into()),
            ("problem", "null".into()),
        ];
        let from = run.state.word();
        let changed =
            self.engine.inner.store.write(move |conn| {
                kept::update(conn, "import_run", &values, &[Where::Is("id", id.into()), Where::Is("state", from.into())])
            })?;
        if changed == 0 {
            return Err(Error::conflict("changed_meanwhile"));
        }
        self.show_run(actor, id)
    }

    /// Removes an import that has written nothing, with its file: a dry run leaves no trace.
    pub fn forget(&self, actor: &Actor, id: i64) -> Result<()> {
        let run = self.find(actor, id)?;
        if run.has_begun() || matches!(run.state, State::Running | State::Previewing) {
            return Err(Problem::new(Status::Conflict, "import_state").arg("state", run.state.word()).into());
        }
        self.engine.inner.store.write(move |conn| kept::delete(conn, "import_run", &[Where::Is("id", id.into())]).map(|_| ()))?;
        let _ = std::fs::remove_file(self.file(id));
        Ok(())
    }

    /// New words of dictionaries are for those who keep the dictionaries.
    pub(super) fn may_add_choices(&self, access: &Access) -> Result<()> {
        let def = access.org.catalog.get(DictionaryEntry::ENTITY).ok_or_else(|| Error::internal("dictionary_entry"))?;
        if access.of(def)?.verbs.has(Verb::Create) {
            Ok(())
        } else {
            Err(Problem::new(Status::Forbidden, "needs_administration").field("options.add_choices", "needs_administration").into())
        }
    }

    /// After a restart: what was under way is told as interrupted, and files that became no
    /// import, or were left lying, are removed. Interrupted imports go on when they are run again.
    pub fn recover(&self) -> Result<()> {
        let interrupted = serde_json::json!({"code": "import_interrupted"}).to_string();
        self.engine.inner.store.write(move |conn| {
            for (from, to) in [(State::Previewing, State::Mapping), (State::Reverting, State::PartlyReverted)] {
                kept::update(conn, "import_run", &[("state", to.word().into())], &[Where::Is("state", from.word().into())])?;
            }
            let set = [("state", State::Failed.word().into()), ("problem", interrupted.into())];
            kept::update(conn, "import_run", &set, &[Where::Is("state", State::Running.word().into())]).map(|_| ())
        })?;
        let Ok(files) = std::fs::read_dir(&self.folder) else { return Ok(()) };
        for file in files.flatten() {
            let id = file.file_name().to_str().and_then(|name| name.parse::<i64>().ok());
            let run = match id {
                Some(id) => self.engine.inner.store.read(|conn| load(conn, id))?,
                None => None,
            };
            let old = |run: &Run| run.created_at < self.engine.now().plus_days(-KEPT_DAYS).0;
            if run.is_none_or(|run| run.state == State::Done || old(&run)) {
                let _ = std::fs::remove_file(file.path());
            }
        }
        Ok(())
    }
}

/// What reading a file through has found.
struct ReadThrough {
    content: Content,
    rows: i64,
    encoding: Option<sheet::TextEncoding>,
    separator: Option<char>,
    worksheet: Option<String>,
}

impl ReadThrough {
    /// Options with what was found out about the file.
    fn as_read(&self, options: Options) -> Options {
        Options { encoding: self.encoding, separator: self.separator, worksheet: self.worksheet.clone(), ..options }
    }
}

/// Reads a file to its end: a file that cannot be read whole is refused before anything is done.
fn read_through(path: &Path, file_name: &str, options: &Options) -> Result<ReadThrough> {
    let mut sheet = sheet::open(path, file_name, &options.reading()).map_err(|error| refused(&error))?;
    let mut found = ReadThrough {
        content: Content {
            columns: sheet.columns.clone(),
            sample: Vec::new(),
            format: match sheet.format {
                Format::Csv => "csv",
                Format::Xlsx => "xlsx",
                Format::Xls => "xls",
            }
            .to_owned(),
            worksheets: sheet.worksheets.clone(),
        },
        rows: 0,
        encoding: sheet.encoding,
        separator: sheet.separator,
        worksheet: sheet.worksheet.clone(),
    };
    for row in sheet.rows().map_err(|error| refused(&error))? {
        let row = row.map_err(|error| refused(&error))?;
        found.rows += 1;
        if found.rows > ROWS_MAX {
            return Err(Problem::new(Status::TooLarge, "sheet.too_many_rows")
                .arg("allowed", ROWS_MAX)
                .field("file", "sheet.too_many_rows")
                .into());
        }
        if found.content.sample.len() < SAMPLE_ROWS {
            found.content.sample.push(row.cells.iter().map(|cell| cell.as_text().chars().take(SAMPLE_CHARS).collect()).collect());
        }
    }
    if found.rows == 0 {
        return Err(Problem::new(Status::Invalid, "sheet.no_rows").field("file", "sheet.no_rows").into());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_only_shown() {
        assert_eq!(shown_name("../../etc/客户.csv"), "客户.csv");
        assert_eq!(shown_name("C:\\temp\\a\u{202e}vsc.exe.csv"), "avsc.exe.csv");
        assert_eq!(shown_name("..\\"), "import");
        assert_eq!(shown_name(&"长".repeat(500)).chars().count(), NAME_CHARS);
    }

    #[test]
    fn endings_that_are_no_tables_are_refused() {
        assert!(check_ending("a.CSV").is_ok() && check_ending("a").is_ok());
        assert!(check_ending("a.csv.pHaR").is_err() && check_ending("a.exe").is_err());
    }
}
