//! The world of a scenario.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use guanxi_engine::accounts::{FirstOrganisation, FirstSetUp};
use guanxi_engine::files::Files;
use guanxi_engine::read::{ListRequest, Selection};
use guanxi_engine::tasks::BulkWork;
use guanxi_engine::write::{BulkReport, Saved};
use guanxi_engine::{Engine, Setup};
use guanxi_model::time::{Clock, HeldClock, Instant};
use guanxi_model::{Actor, Error, Problem, Record, Result, Tx, wire};
use guanxi_store::{Sql, schema};
use jiff::SignedDuration;
use serde_json::{Map, Value as Json, json};
use tempfile::TempDir;

use crate::database::{Database, Which};
use crate::ids::CountedIds;
use crate::specimen;

/// The password of the administrator.
pub const PASSWORD: &str = "correct horse battery";

const HEAD_FILE: &str = "chain.head";

/// A company that has just been set up: one administrator, nothing else.
pub struct World {
    pub engine: Running,
    pub clock: Arc<HeldClock>,
    /// The administrator.
    pub admin: Actor,
    pub which: Which,
    // Dropped after the engine, whose connections it must not cut.
    database: Database,
    folder: TempDir,
}

/// The engine while it runs; nothing in the middle of a restart.
pub struct Running(Option<Engine>);

impl Running {
    fn take(&mut self) -> Option<Engine> {
        self.0.take()
    }

    fn put(&mut self, engine: Engine) {
        self.0 = Some(engine);
    }
}

impl std::ops::Deref for Running {
    type Target = Engine;
    fn deref(&self) -> &Engine {
        self.0.as_ref().expect("a running engine")
    }
}

fn open_engine(database: &Database, clock: &Arc<HeldClock>, head_file: Option<PathBuf>) -> Engine {
    let store = database.open().unwrap_or_else(|error| panic!("the database cannot be opened: {error}"));
    let ids = Arc::new(CountedIds::of(clock.clone()));
    let entities = guanxi_crm::product().into_iter().chain(specimen::entities()).collect();
    let setup = Setup { store, entities, made: guanxi_crm::made(), clock: clock.clone(), ids, head_file };
    Engine::open(setup).unwrap_or_else(|error| panic!("the engine does not open: {error}"))
}

/// When the company is set up, and when scenarios begin: a Monday at nine in Shanghai.
const SET_UP: &str = "2026-03-01T01:00:00Z";
const BEGIN: &str = "2026-03-02T01:00:00Z";

fn held(at: &str) -> Arc<HeldClock> {
    Arc::new(HeldClock::at(Instant::parse(at).expect("an instant")))
}

fn fill_template(database: &Database) {
    let engine = open_engine(database, &held(SET_UP), None);
    let first = FirstSetUp {
        organisation: FirstOrganisation { name: "关系科技".into(), ..FirstOrganisation::default() },
        name: "管理员".into(),
        login: "admin".into(),
        password: PASSWORD.into(),
    };
    engine.set_up(first, seed).unwrap_or_else(|error| panic!("the set-up fails: {error}"));
}

/// What a new company begins with, and a dictionary for the specimens.
fn seed(tx: &mut dyn Tx) -> Result<Option<i64>> {
    let role = guanxi_crm::seed(tx)?;
    for code in ["one", "two", "three"] {
        insert(tx, "dictionary_entry", json!({"dictionary": "specimen_tag", "code": code, "name": code}))?;
    }
    Ok(role)
}

/// A record from JSON, saved as the product itself does.
fn insert(tx: &mut dyn Tx, entity: &str, values: Json) -> Result<i64> {
    let catalog = tx.catalog().clone();
    let def = catalog.get(entity).cloned().ok_or_else(|| Error::internal(entity))?;
    let mut record = Record::empty(def.clone());
    for (name, json) in values.as_object().into_iter().flatten() {
        let field = def.field(name).ok_or_else(|| Error::internal(format!("{entity} has no field {name}")))?;
        let value = wire::read_operand(field, json, &catalog).map_err(|code| Error::internal(format!("{entity}.{name}: {code}")))?;
        record.put_named(name, value);
    }
    Ok(tx.insert(record, "setup")?.id())
}

impl World {
    /// A company on one of the databases.
    pub fn open(which: Which) -> Self {
        let database = Database::copy(which, fill_template);
        let clock = held(BEGIN);
        let folder = TempDir::new().expect("a folder");
        let engine = open_engine(&database, &clock, Some(folder.path().join(HEAD_FILE)));
        let admin = Self::administrator_of(&engine);
        Self { engine: Running(Some(engine)), clock, admin: Actor::user(admin), which, database, folder }
    }

    fn administrator_of(engine: &Engine) -> i64 {
        let org = engine.org().unwrap();
        org.people.values().find(|person| person.login == "admin").expect("an administrator").id
    }

    /// Closes the engine and opens it again, as after a restart.
    pub fn restart(&mut self) {
        // Two engines cannot hold one embedded database: the old one goes first.
        if let Some(old) = self.engine.take() {
            drop(old);
        }
        self.pass_seconds(1);
        self.engine.put(open_engine(&self.database, &self.clock, Some(self.head_file())));
    }

    /// Where the head of the chain is noted beside the database.
    pub fn head_file(&self) -> PathBuf {
        self.folder.path().join(HEAD_FILE)
    }

    /// Another engine on the same database; an embedded one has room for one only.
    pub fn second_node(&self) -> Engine {
        let store = self.database.open().expect("the database");
        let entities = guanxi_crm::product().into_iter().chain(specimen::entities()).collect();
        // Identities of its own, as another node has.
        let ids = Arc::new(guanxi_engine::engine::Snowflake::new(9));
        let setup = Setup { store, entities, made: guanxi_crm::made(), clock: self.clock.clone(), ids, head_file: None };
        Engine::open(setup).unwrap_or_else(|error| panic!("the second engine does not open: {error}"))
    }

    /// The stored files.
    pub fn files(&self) -> Files {
        Files::new((*self.engine).clone(), self.folder.path().join("files"))
    }

    /// Changes the content of every stored file behind the product's back.
    pub fn damage_files(&self) {
        let folders = std::fs::read_dir(self.folder.path().join("files"))
            .expect("the folder of files")
            .flatten()
            .filter(|folder| folder.file_name().len() == 2);
        for file in folders.flat_map(|folder| std::fs::read_dir(folder.path()).expect("a folder").flatten()) {
            std::fs::write(file.path(), b"as it was not").expect("a file");
        }
    }

    /// Uploads a file as somebody; it must be taken.
    pub fn file(&self, actor: &Actor, name: &str, content: &[u8]) -> i64 {
        let stored = self.upload(actor, name, content).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        id_of(&stored)
    }

    /// Uploads a file as somebody.
    pub fn upload(&self, actor: &Actor, name: &str, content: &[u8]) -> Result<Json> {
        let files = self.files();
        let place = files.place()?;
        std::fs::write(place.path(), content).expect("a place for the file");
        files.add(actor, &place, name)
    }

    /// Moves the clock on.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// Moves the clock on by seconds.
    pub fn pass_seconds(&self, seconds: i64) {
        self.pass(SignedDuration::from_secs(seconds));
    }

    /// Moves the clock on by days.
    pub fn pass_days(&self, days: i64) {
        self.pass(SignedDuration::from_hours(24 * days));
    }

    /// Now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Creates a record as somebody.
    pub fn create(&self, actor: &Actor, entity: &str, values: Json) -> Result<Json> {
        self.engine.create(actor, entity, object(values)).map(|saved| self.told(actor, entity, &saved))
    }

    /// What a save told, which is what is read.
    fn told(&self, actor: &Actor, entity: &str, saved: &Saved) -> Json {
        let told = parse(&saved.json);
        // Others may have changed it since.
        if let Ok((seen, version)) = self.engine.get_any(actor, entity, saved.id)
            && version == saved.version
        {
            assert_eq!(told, parse(&seen), "what was told of a saved {entity} is not what is read");
        }
        told
    }

    /// Creates a record as the administrator; it must succeed.
    pub fn add(&self, entity: &str, values: Json) -> i64 {
        self.add_as(&self.admin, entity, values)
    }

    /// Creates a record as somebody; it must succeed.
    pub fn add_as(&self, actor: &Actor, entity: &str, values: Json) -> i64 {
        let told = values.to_string();
        let saved = self.engine.create(actor, entity, object(values));
        saved.unwrap_or_else(|error| panic!("{entity} {told}: {error:?}")).id
    }

    /// A record made by the product itself.
    pub fn insert(&self, entity: &str, values: Json) -> i64 {
        self.add_as(&Actor::system("test"), entity, values)
    }

    /// One record as somebody sees it.
    pub fn get(&self, actor: &Actor, entity: &str, id: i64) -> Result<Json> {
        self.engine.get(actor, entity, id).map(|(json, _)| parse(&json))
    }

    /// One record as the administrator sees it.
    pub fn look(&self, entity: &str, id: i64) -> Json {
        self.get(&self.admin, entity, id).unwrap_or_else(|error| panic!("{entity} {id}: {error:?}"))
    }

    /// Changes a record as somebody.
    pub fn edit(&self, actor: &Actor, entity: &str, id: i64, values: Json) -> Result<Json> {
        self.engine.edit(actor, entity, id, object(values), None).map(|saved| self.told(actor, entity, &saved))
    }

    /// Changes a record as the administrator; it must succeed.
    pub fn change(&self, entity: &str, id: i64, values: Json) -> Json {
        let told = values.to_string();
        self.edit(&self.admin, entity, id, values).unwrap_or_else(|error| panic!("{entity} {id} {told}: {error:?}"))
    }

    /// Puts a record into the recycle bin as somebody.
    pub fn delete(&self, actor: &Actor, entity: &str, id: i64) -> Result<()> {
        self.engine.delete(actor, entity, id, None)
    }

    /// Changes many records at once.
    pub fn bulk(&self, actor: &Actor, entity: &str, ids: &[i64], values: Json) -> Result<BulkReport> {
        self.engine.bulk_now(actor, entity, ids.to_vec(), BulkWork::Edit(object(values)))
    }

    /// Puts many records into the recycle bin.
    pub fn bulk_delete(&self, actor: &Actor, entity: &str, ids: &[i64]) -> Result<BulkReport> {
        self.engine.bulk_now(actor, entity, ids.to_vec(), BulkWork::Delete)
    }

    /// A page of a list.
    pub fn page(&self, actor: &Actor, entity: &str, request: &ListRequest) -> Result<Json> {
        self.engine.list(actor, entity, request).map(|page| parse(&page.json))
    }

    /// The records that match a filter, as somebody sees them, by identity.
    pub fn list(&self, actor: &Actor, entity: &str, filter: &Json) -> Result<Vec<Json>> {
        let selection = Selection { filter: Some(filter.to_string()), sort: Some("id".into()), ..Selection::default() };
        let mut request = ListRequest { selection, limit: Some(200), ..ListRequest::default() };
        let mut found = Vec::new();
        loop {
            let page = self.page(actor, entity, &request)?;
            found.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next"].as_str() {
                Some(next) => request.cursor = Some(next.to_owned()),
                None => return Ok(found),
            }
        }
    }

    /// The identities of the records that match a filter.
    pub fn ids(&self, actor: &Actor, entity: &str, filter: &Json) -> Result<Vec<i64>> {
        Ok(self.list(actor, entity, filter)?.iter().map(id_of).collect())
    }

    /// The newest change set.
    pub fn last_set(&self) -> i64 {
        let sets = self.engine.changes(&self.admin, &guanxi_engine::read::SetsRequest::default()).unwrap();
        sets["items"][0]["id"].as_str().and_then(|id| id.parse().ok()).expect("a change set")
    }

    /// Runs a statement behind the product's back.
    pub fn raw(&self, sql: &str) {
        self.database.raw(sql);
    }

    /// Where another server finds the database; nothing where it is embedded.
    pub fn address(&self) -> Option<String> {
        self.database.address()
    }

    /// Everything in the database, row by row: two equal answers mean that nothing was written.
    pub fn content(&self) -> BTreeMap<String, Vec<String>> {
        self.engine
            .store()
            .read(|conn| {
                let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for (table, column) in schema::columns(conn)? {
                    // Text indexes hold binary pages; what is in them follows from the tables.
                    if !column.is_empty() && !table.starts_with("search_") && !table.starts_with("sqlite_") {
                        columns.entry(table).or_default().push(column);
                    }
                }
                let mut content = BTreeMap::new();
                for (table, mut names) in columns {
                    names.sort();
                    let mut sql = Sql::of(conn.dialect(), "SELECT ");
                    sql.names(names.iter().map(String::as_str)).push(" FROM ").name(&table);
                    let mut rows = conn.collect(&sql, |row| {
                        let cells: Vec<String> = (0..names.len()).map(|i| format!("{}={:?}", names[i], row.cell(i).into_owned())).collect();
                        cells.join(" ")
                    })?;
                    rows.sort();
                    content.insert(table, rows);
                }
                Ok(content)
            })
            .unwrap()
    }

    /// Does something that must be refused, and sees to it that nothing was written.
    #[track_caller]
    pub fn refused<T>(&self, code: &str, work: impl FnOnce() -> Result<T>) -> Problem {
        let before = self.content();
        let problem = match work() {
            Ok(_) => panic!("not refused; expected {code}"),
            Err(Error::Internal(what)) => panic!("expected {code}, not a fault: {what}"),
            Err(Error::Refused(problem)) => *problem,
        };
        assert_eq!(problem.code, code, "{problem:?}");
        self.unchanged(&before);
        problem
    }

    /// Sees to it that the database is as it was.
    #[track_caller]
    pub fn unchanged(&self, before: &BTreeMap<String, Vec<String>>) {
        let after = self.content();
        for (table, rows) in &after {
            let was = before.get(table).map_or(&[][..], Vec::as_slice);
            let new: Vec<&String> = rows.iter().filter(|row| !was.contains(row)).collect();
            assert!(was == rows.as_slice(), "{table} was changed by something refused: {new:?}");
        }
    }
}

/// A JSON object as input.
pub fn object(values: Json) -> Map<String, Json> {
    match values {
        Json::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

/// JSON that the engine wrote.
pub fn parse(json: &[u8]) -> Json {
    serde_json::from_slice(json).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(json)))
}

/// The identity of a record.
pub fn id_of(record: &Json) -> i64 {
    record["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no identity: {record}"))
}
