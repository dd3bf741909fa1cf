//! One import as it is kept: where it stands, what it is to do, what it has done.

use std::path::PathBuf;

use guanxi_model::labels::{self, Lang};
use guanxi_model::{Actor, AdminLevel, Error, Instant, Problem, Result, Status};
use guanxi_store::Conn;
use guanxi_store::kept::{self, Kept, Where};
use serde_json::{Map, Value as Json, json};

use super::Imports;
use super::guess::Mapping;
use super::options::Options;

/// Rows kept to show what the columns hold.
pub(super) const SAMPLE_ROWS: usize = 5;
/// Most imports of a page.
const PAGE: usize = 200;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Mapping,
    Previewing,
    Ready,
    Running,
    Done,
    Cancelled,
    Failed,
    Reverting,
    PartlyReverted,
    Reverted,
}

impl State {
    const ALL: [Self; 10] = [
        Self::Mapping,
        Self::Previewing,
        Self::Ready,
        Self::Running,
        Self::Done,
        Self::Cancelled,
        Self::Failed,
        Self::Reverting,
        Self::PartlyReverted,
        Self::Reverted,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Mapping => "mapping",
            Self::Previewing => "previewing",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Reverting => "reverting",
            Self::PartlyReverted => "partly_reverted",
            Self::Reverted => "reverted",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::Failed)
    }
}

/// How many rows became what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
    pub failed: i64,
}

impl Counts {
    /// All rows together.
    pub fn rows(self) -> i64 {
        self.created + self.updated + self.skipped + self.failed
    }

    pub(super) fn json(self) -> Json {
        json!({"created": self.created, "updated": self.updated, "skipped": self.skipped, "failed": self.failed, "rows": self.rows()})
    }
}

/// What is known of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub columns: Vec<String>,
    pub sample: Vec<Vec<String>>,
    pub format: String,
    pub worksheets: Vec<String>,
}

/// One import.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub id: i64,
    /// Singular name of the entity.
    pub entity: String,
    pub user: i64,
    pub file_name: String,
    pub state: State,
    pub content: Content,
    pub mapping: Mapping,
    pub options: Options,
    /// Rows of the file.
    pub total: i64,
    /// The last row that was treated, as the file numbers them.
    pub position: i64,
    pub counts: Counts,
    pub preview: Json,
    pub problem: Json,
    pub reverted: Json,
    pub task: Option<i64>,
    pub created_at: i64,
}

fn read(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}

fn texts(json: &Json) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// A mapping as it is kept and told.
pub(super) fn mapping_of(json: &Json) -> Mapping {
    let pairs = json.as_object().into_iter().flatten();
    pairs.filter_map(|(column, field)| Some((column.clone(), field.as_str()?.to_owned()))).collect()
}

impl Content {
    pub fn json(&self) -> Json {
        json!({"columns": self.columns, "sample": self.sample, "format": self.format, "worksheets": self.worksheets})
    }

    fn of(json: &Json) -> Self {
        Self {
            columns: texts(&json["columns"]),
            sample: json["sample"].as_array().into_iter().flatten().map(texts).collect(),
            format: json["format"].as_str().unwrap_or_default().to_owned(),
            worksheets: texts(&json["worksheets"]),
        }
    }
}

impl Run {
    pub fn of(row: &Kept) -> Self {
        let options = read(row.text("options")).as_object().cloned().unwrap_or_default();
        Self {
            id: row.int("id"),
            entity: row.text("entity").to_owned(),
            user: row.int("user"),
            file_name: row.text("file_name").to_owned(),
            state: State::parse(row.text("state")),
            content: Content::of(&read(row.text("content"))),
            mapping: mapping_of(&read(row.text("mapping"))),
            options: Options::default().changed(&options).unwrap_or_default(),
            total: row.int("total"),
            position: row.int("position"),
            counts: Counts {
                created: row.int("created"),
                updated: row.int("updated"),
                skipped: row.int("skipped"),
                failed: row.int("failed"),
            },
            preview: read(row.text("preview")),
            problem: read(row.text("problem")),
            reverted: read(row.text("reverted")),
            task: row.opt_int("task"),
            created_at: row.int("created_at"),
        }
    }

    /// Whether its rows have begun to be written.
    pub fn has_begun(&self) -> bool {
        self.counts.rows() > 0
    }
}

/// An import by its identity.
pub(super) fn load(conn: &mut dyn Conn, id: i64) -> Result<Option<Run>> {
    Ok(kept::first(conn, "import_run", &[Where::Is("id", id.into())])?.as_ref().map(Run::of))
}

/// Moves an import on, provided it stands where it may move from.
///
/// # Errors
/// 409 where it stands elsewhere.
pub(super) fn move_on(conn: &mut dyn Conn, id: i64, from: &[State], to: State) -> Result<()> {
    for state in from {
        let which = [Where::Is("id", id.into()), Where::Is("state", state.word().into())];
        if kept::update(conn, "import_run", &[("state", to.word().into())], &which)? > 0 {
            return Ok(());
        }
    }
    let now = load(conn, id)?.ok_or_else(Error::not_found)?;
    Err(Problem::new(Status::Conflict, "import_state").arg("state", now.state.word()).into())
}

impl Imports {
    /// An import of the actor's own, or any for a full administrator.
    pub(super) fn find(&self, actor: &Actor, id: i64) -> Result<Run> {
        let run = self.engine.inner.store.read(|conn| load(conn, id))?.ok_or_else(Error::not_found)?;
        let own = actor.user.is_some() && actor.user == Some(run.user);
        if own || self.engine.access(actor)?.administration() == AdminLevel::Full { Ok(run) } else { Err(Error::not_found()) }
    }

    /// One import.
    pub fn show(&self, actor: &Actor, id: i64) -> Result<Json> {
        let run = self.find(actor, id)?;
        self.json(actor, &run)
    }

    /// The actor's imports, newest first; all of them for a full administrator.
    pub fn list(&self, actor: &Actor, entity: Option<&str>, before: Option<i64>, limit: usize) -> Result<Json> {
        let access = self.engine.access(actor)?;
        let limit = limit.clamp(1, PAGE);
        let mut which = Vec::new();
        if access.administration() != AdminLevel::Full {
            which.push(Where::Is("user", actor.user.unwrap_or(0).into()));
        }
        if let Some(plural) = entity {
            which.push(Where::Is("entity", crate::engine::entity_of(&access.org.catalog, plural)?.name.as_str().into()));
        }
        if let Some(before) = before {
            which.push(Where::Below("id", before));
        }
        let rows = self.engine.inner.store.read(|conn| kept::find(conn, "import_run", &which, true, limit + 1))?;
        let runs: Vec<Run> = rows.iter().take(limit).map(Run::of).collect();
        let next = (rows.len() > limit).then(|| runs.last().map(|run| run.id.to_string())).flatten();
        let items: Result<Vec<Json>> = runs.iter().map(|run| self.summary(actor, run).map(Json::Object)).collect();
        Ok(json!({"items": items?, "next": next}))
    }

    pub(super) fn json(&self, actor: &Actor, run: &Run) -> Result<Json> {
        let mut json = self.summary(actor, run)?;
        json.insert("columns".into(), json!(run.content.columns));
        json.insert("sample".into(), json!(run.content.sample));
        json.insert("worksheets".into(), json!(run.content.worksheets));
        let mapping: Map<String, Json> =
            run.content.columns.iter().map(|column| (column.clone(), json!(run.mapping.get(column)))).collect();
        json.insert("mapping".into(), Json::Object(mapping));
        json.insert("options".into(), run.options.json());
        json.insert("preview".into(), told_preview(actor.lang, run.preview.clone()));
        Ok(Json::Object(json))
    }

    /// What a list shows.
    fn summary(&self, actor: &Actor, run: &Run) -> Result<Map<String, Json>> {
        let access = self.engine.access(actor)?;
        let plural = access.org.catalog.get(&run.entity).map_or(run.entity.as_str(), |def| def.plural.as_str());
        let by = access.org.people.get(&run.user).map(|person| json!({"id": run.user.to_string(), "title": person.name}));
        let json = json!({
            "id": run.id.to_string(),
            "entity": plural,
            "file_name": run.file_name,
            "format": run.content.format,
            "state": run.state.word(),
            "rows": run.total,
            "result": (run.has_begun() || run.state == State::Done).then(|| run.counts.json()),
            "problem": told_problem(actor.lang, &run.problem),
            "reverted": told_reverted(actor.lang, run.reverted.clone()),
            "job": run.task.map(|id| id.to_string()),
            "created_at": Instant(run.created_at).to_rfc3339(),
            "created_by": by,
        });
        Ok(json.as_object().cloned().unwrap_or_default())
    }

    /// Where the file of an import lies. Its name is our own: nothing of what the user called it.
    pub(super) fn file(&self, id: i64) -> PathBuf {
        self.folder.join(id.to_string())
    }
}

/// The text of something wrong, as it was kept, in a language.
pub(super) fn told(lang: Lang, wrong: &Json) -> String {
    let code = wrong["code"].as_str().unwrap_or("internal");
    let args = wrong["args"].as_object().into_iter().flatten();
    let args: Vec<(&str, String)> = args.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default().to_owned())).collect();
    labels::refusal(lang, code, &args)
}

fn told_problem(lang: Lang, problem: &Json) -> Json {
    if problem.is_null() { Json::Null } else { json!({"code": problem["code"], "detail": told(lang, problem)}) }
}

/// A preview with its texts in the reader's language.
fn told_preview(lang: Lang, mut preview: Json) -> Json {
    for row in preview.get_mut("rows").and_then(Json::as_array_mut).into_iter().flatten() {
        for wrong in row.get_mut("errors").and_then(Json::as_array_mut).into_iter().flatten() {
            *wrong = json!({"field": wrong["field"], "column": wrong["column"], "code": wrong["code"], "detail": told(lang, wrong)});
        }
        if let Some(reason) = row.pointer("/match/reason").and_then(Json::as_str).map(str::to_owned) {
            row["match"]["reason"] = json!(labels::text(lang, &format!("duplicate.{reason}")));
        }
    }
    preview
}

fn told_reverted(lang: Lang, mut reverted: Json) -> Json {
    for conflict in reverted.get_mut("items").and_then(Json::as_array_mut).into_iter().flatten() {
        conflict["detail"] = json!(told(lang, conflict));
    }
    reverted
}
