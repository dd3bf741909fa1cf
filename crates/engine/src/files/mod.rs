//! Files (文件) and attachments (附件). The content of a file lies under its hash in the data folder;
//! its record says what people call it. Who may read a record that holds a file may read the file.

mod attached;
mod kinds;
mod rights;

pub(crate) use attached::ATTACHMENT;

use std::fs::File as Disk;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use guanxi_model::entity::{CREATED_AT, DELETED_AT};
use guanxi_model::rule::Op;
use guanxi_model::system::{File, Organisation};
use guanxi_model::tx::record_of;
use guanxi_model::{Actor, Entity, Error, Filter, Problem, Query, Record, Result, Status, Test, Value};
use guanxi_store::dialect::Hold;
use guanxi_store::kept::{self, Where};
use guanxi_store::records;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::engine::Engine;
use crate::read::Noted;
use crate::verify::hex;
use crate::write::{Purpose, WriteTx};

/// The entity of files.
const TABLE: &str = <File as Entity>::ENTITY;
/// What an upload is called in the log.
const UPLOAD: &str = "file.upload";
/// What the removal of files nobody kept is called.
const SWEEP: &str = "file.sweep";
/// Megabytes of the largest file where the settings say nothing.
const DEFAULT_MAX_MB: i64 = 20;
/// A file nobody kept with a record is removed after this time, in milliseconds.
const WAITING_MS: i64 = 24 * 3_600_000;
/// Files looked at together.
const BATCH: usize = 200;
/// Read at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// The files of an engine, in a folder of their own.
#[derive(Clone)]
pub struct Files {
    engine: Engine,
    folder: PathBuf,
}

/// A file on its way in. Unless it becomes a stored one, it is gone when this is.
#[derive(Debug)]
pub struct Incoming {
    path: PathBuf,
}

impl Incoming {
    /// Where to write it.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Nothing is there once it was stored.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file that may be read.
#[derive(Debug)]
pub struct Opened {
    pub name: String,
    pub size: i64,
    pub hash: String,
    pub media_type: String,
    pub content: Disk,
}

fn on_disk(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Problem::new(Status::Full, "disk_full").into(),
        _ => Error::internal(format!("file: {error}")),
    }
}

impl Files {
    /// Files kept in a folder.
    pub fn new(engine: Engine, folder: impl Into<PathBuf>) -> Self {
        Self { engine, folder: folder.into() }
    }

    /// Most bytes of one file, for an actor who may upload at all.
    pub fn limit(&self, actor: &Actor) -> Result<u64> {
        actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
        if actor.scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|scope| scope.ends_with(":write"))) {
            return Err(Error::forbidden("token_reads_only"));
        }
        let settings: Organisation = self.engine.reading(|reader| reader.settings())?;
        Ok(u64::try_from(settings.file_max_mb.unwrap_or(DEFAULT_MAX_MB)).unwrap_or(1) * 1024 * 1024)
    }

    /// A place for a file on its way in.
    pub fn place(&self) -> Result<Incoming> {
        let folder = self.folder.join("incoming");
        std::fs::create_dir_all(&folder).map_err(on_disk)?;
        Ok(Incoming { path: folder.join(format!("{}.part", self.engine.new_id())) })
    }

    /// Stores a file that has arrived whole and is safe on the disk.
    pub fn add(&self, actor: &Actor, incoming: &Incoming, name: &str) -> Result<Json> {
        let name = kinds::shown_name(name);
        let mut content = Disk::open(&incoming.path).map_err(on_disk)?;
        let (hash, size, head) = read_through(&mut content)?;
        let media_type = kinds::media_type(&name, &head)?;
        let size = i64::try_from(size).map_err(Error::internal)?;
        let (from, to) = (incoming.path.clone(), self.path_of(&hash));
        let file = File { name, size, hash, media_type: media_type.to_owned() };
        let record = self.engine.write(actor, Purpose::new("edit", UPLOAD), move |tx| {
            kept::lock(tx.conn, &lock(&file.hash))?;
            settle(&from, &to).map_err(on_disk)?;
            let record = tx.save(None, record_of(&tx.catalog, file)?, Op::Create, Some(UPLOAD), None)?;
            let waits = [("file", record.id().into()), ("at", tx.now.0.into())];
            kept::insert(tx.conn, "file_waiting", &waits)?;
            Ok(record)
        })?;
        file_json(&record).ok_or_else(|| Error::internal("file"))
    }

    /// Opens a file for somebody who may read it. A file whose content is not what was stored is
    /// never served.
    ///
    /// # Errors
    /// 404 for what is not there and what the actor may not read, alike.
    pub fn open(&self, actor: &Actor, id: i64) -> Result<Opened> {
        let record = self.engine.readable_file(actor, id)?;
        let file = File::from_record(&record).ok_or_else(|| Error::internal("file"))?;
        let mut content = Disk::open(self.path_of(&file.hash)).map_err(|error| Error::internal(format!("file {id}: {error}")))?;
        let (hash, ..) = read_through(&mut content)?;
        if hash != file.hash {
            return Err(Error::internal(format!("file {id} is damaged")));
        }
        content.rewind().map_err(on_disk)?;
        self.engine.note_read(actor, Noted { kind: "download", entity: TABLE, record: Some(id), detail: file.name.clone() })?;
        Ok(Opened { name: file.name, size: file.size, hash: file.hash, media_type: file.media_type, content })
    }

    /// Removes files that nobody kept with a record within a day; returns how many.
    pub fn sweep(&self) -> Result<usize> {
        let before = self.engine.now().0 - WAITING_MS;
        let mut removed = 0;
        loop {
            let due = self.engine.store().read(|conn| kept::find(conn, "file_waiting", &[Where::Below("at", before)], false, BATCH))?;
            for row in &due {
                self.remove(row.int("file"))?;
                removed += 1;
            }
            if due.len() < BATCH {
                return Ok(removed);
            }
        }
    }

    /// The record goes first and the content afterwards: whatever ends the server between the two, no record is without its content,
    /// and what still waits is removed the next time.
    fn remove(&self, id: i64) -> Result<()> {
        let removed = self.engine.write(&Actor::system(SWEEP), Purpose::new("job", SWEEP), move |tx| {
            // Somebody may keep it at this moment: then it is no longer waiting.
            let waits = kept::first(tx.conn, "file_waiting", &[Where::Is("file", id.into())])?.is_some();
            let Some(old) = tx.load_held(TABLE, id, Hold::Remove)?.filter(|_| waits) else { return Ok(None) };
            let hash = old.get(File::HASH).unwrap_or_default();
            if old.deleted_at().is_none() {
                let mut gone = old.clone();
                gone.put(DELETED_AT, Value::Instant(tx.now));
                tx.save(Some(old), gone, Op::Delete, Some(SWEEP), None)?;
            }
            Ok(Some(hash))
        })?;
        let files = self.clone();
        self.engine.write(&Actor::system(SWEEP), Purpose::new("job", SWEEP), move |tx| {
            if let Some(hash) = &removed {
                kept::lock(tx.conn, &lock(hash))?;
                let same = Query::of(TABLE, Filter::is(File::HASH.index, Test::Eq(Value::Text(hash.clone())))).limit(1);
                let catalog = tx.catalog.clone();
                if records::find(tx.conn, &catalog, &same)?.is_empty() {
                    let _ = std::fs::remove_file(files.path_of(hash));
                }
            }
            kept::delete(tx.conn, "file_waiting", &[Where::Is("file", id.into())]).map(|_| ())
        })
    }

    /// Compares every stored file with its hash; tells what is missing or damaged.
    pub fn verify(&self, fault: &mut dyn FnMut(String)) -> Result<i64> {
        let mut looked = 0;
        let mut after = 0;
        loop {
            let next = Filter::is(guanxi_model::entity::ID, Test::Gt(Value::Int(after)));
            let found = self.engine.reading(|reader| reader.find(&Query::of(TABLE, next).limit(BATCH)))?;
            for record in &found {
                after = record.id();
                looked += 1;
                let hash = record.get(File::HASH).unwrap_or_default();
                let read = Disk::open(self.path_of(&hash)).map_err(on_disk).and_then(|mut content| read_through(&mut content));
                match read {
                    Ok((found, ..)) if found == hash => {}
                    Ok(_) => fault(format!("file {}: its content is damaged", record.id())),
                    Err(_) => fault(format!("file {}: its content is missing", record.id())),
                }
            }
            if found.len() < BATCH {
                return Ok(looked);
            }
        }
    }

    /// Where the content of a hash lies.
    fn path_of(&self, hash: &str) -> PathBuf {
        self.folder.join(hash.get(..2).unwrap_or("__")).join(hash)
    }
}

/// Moves a file to its place, so that it is there after a loss of power. What lies there already is replaced: it ought to be the same,
/// and is again where it was damaged.
fn settle(from: &Path, to: &Path) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder)?;
    match std::fs::rename(from, to) {
        // Its transaction is tried again.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && to.exists() => {}
        moved => moved?,
    }
    sync_names(folder)?;
    folder.parent().map_or(Ok(()), sync_names)
}

/// Makes the names in a folder outlast a loss of power, as its files' contents do by themselves.
pub(crate) fn sync_names(folder: &Path) -> std::io::Result<()> {
    Disk::open(folder)?.sync_all()
}

fn lock(hash: &str) -> String {
    format!("file:{}", hash.get(..4).unwrap_or_default())
}

/// The hash and size of a content, and how it begins.
fn read_through(content: &mut Disk) -> Result<(String, u64, Vec<u8>)> {
    let (mut digest, mut size, mut head) = (Sha256::new(), 0, Vec::new());
    let mut piece = vec![0; PIECE];
    loop {
        let read = content.read(&mut piece).map_err(on_disk)?;
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok((hex(&digest.finalize()), size, head));
        }
        if head.is_empty() {
            head = bytes.iter().take(kinds::HEAD).copied().collect();
        }
        digest.update(bytes);
        size += read as u64;
    }
}

/// A file as the API tells it.
fn file_json(record: &Record) -> Option<Json> {
    let file = File::from_record(record)?;
    let at = match record.at(CREATED_AT) {
        Value::Instant(at) => at.to_rfc3339(),
        _ => String::new(),
    };
    Some(json!({
        "id": record.id().to_string(), "name": file.name, "size": file.size, "media_type": file.media_type, "created_at": at,
    }))
}

impl WriteTx<'_> {
    /// Files that a record holds wait for nobody any more.
    pub(crate) fn hold_files(&mut self, record: &Record) -> Result<()> {
        let def = record.entity().clone();
        let referring = def.fields.iter().zip(record.values()).filter_map(|(field, value)| Some((field, value.as_ref_id()?)));
        for (_, file) in referring.filter(|(field, _)| field.target.as_deref() == Some(TABLE)) {
            kept::delete(self.conn, "file_waiting", &[Where::Is("file", file.into())])?;
        }
        for (index, _) in def.lines() {
            record.at(index).as_lines().iter().try_for_each(|row| self.hold_files(row))?;
        }
        Ok(())
    }
}
