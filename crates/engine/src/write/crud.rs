//! Create, edit, delete, restore: one record by a caller.

use std::sync::Arc;

use guanxi_model::entity::{DELETED_AT, EntityDef};
use guanxi_model::field::LongText;
use guanxi_model::rule::Op;
use guanxi_model::system::{User, Verb};
use guanxi_model::tx::Reader;
use guanxi_model::{Actor, Error, Problem, Record, Result, Status, Value};
use guanxi_store::compile::Bin;
use guanxi_store::dialect::Hold;
use serde_json::{Map, Value as Json};

use super::accept::accept;
use super::tx::{Purpose, WriteTx};
use crate::engine::{Engine, entity_of};
use crate::rights::EntityAccess;

/// What everybody may change of their own account.
const OWN_FIELDS: [&str; 3] = ["name", "mobile", "email"];

/// A record as JSON with its identity and version.
#[derive(Debug)]
pub struct Saved {
    pub id: i64,
    pub version: i64,
    pub json: Vec<u8>,
}

/// What is to change of a record. With `version`, only if nobody changed it since.
pub struct Edit {
    pub values: Map<String, Json>,
    pub version: Option<i64>,
}

impl Engine {
    /// Creates a record.
    pub fn create(&self, actor: &Actor, entity: &str, input: Map<String, Json>) -> Result<Saved> {
        let def = entity_of(&self.catalog(), entity)?;
        self.write(actor, Purpose::new("edit", ""), move |tx| {
            let record = tx.create(&def, &input)?;
            tx.saved(&record)
        })
    }

    /// Changes fields of a record. With `version`, only if nobody changed it since.
    pub fn edit(&self, actor: &Actor, entity: &str, id: i64, input: Map<String, Json>, version: Option<i64>) -> Result<Saved> {
        let def = entity_of(&self.catalog(), entity)?;
        self.write(actor, Purpose::new("edit", ""), move |tx| {
            let record = tx.edit(&def, id, &input, version)?;
            tx.saved(&record)
        })
    }

    /// Changes fields of a record and then runs an action on it, all of it one change set.
    pub fn edit_then(&self, actor: &Actor, entity: &str, id: i64, edit: Edit, action: &str, input: Map<String, Json>) -> Result<Saved> {
        let def = entity_of(&self.catalog(), entity)?;
        let action = action.to_owned();
        self.write(actor, Purpose::new("action", format!("{}.{action}", def.name)), move |tx| {
            tx.edit(&def, id, &edit.values, edit.version)?;
            let (record, _) = tx.act(&def, Some(id), &action, &input)?;
            tx.saved(&record.ok_or_else(Error::not_found)?)
        })
    }

    /// Changes one's own name, numbers and preferences, which need no right but being that person.
    pub fn edit_own(&self, actor: &Actor, user: i64, mut input: Map<String, Json>) -> Result<()> {
        // No field of a form: the browser alone writes it.
        let preferences = input.remove(User::PREFERENCES.name);
        if actor.user != Some(user) {
            return Err(Error::not_found());
        }
        self.write(actor, Purpose::new("edit", "own settings"), move |tx| {
            let old = tx.load("user", user)?.ok_or_else(Error::not_found)?;
            tx.access.require_writing(old.entity())?;
            let system = crate::rights::Access::new(tx.engine.clone(), tx.access.org.clone(), &Actor::system("own settings"))?;
            let of = system.of(old.entity())?;
            if let Some(foreign) = input.keys().find(|name| !OWN_FIELDS.contains(&name.as_str())) {
                return Err(Problem::new(Status::Forbidden, "not_writable").field(foreign, "not_writable").into());
            }
            let accepted = accept(&system, &of, old.entity(), &input, Some(&old))?;
            let mut new = old.clone();
            accepted.apply(&mut new);
            if let Some(kept) = preferences {
                new.set(User::PREFERENCES, kept.as_str().map(|kept| LongText(kept.to_owned())));
            }
            tx.save(Some(old), new, Op::Update, None, None).map(|_| ())
        })
    }

    /// Marks the actor's notices as read; returns how many were not.
    pub fn read_notices(&self, actor: &Actor) -> Result<usize> {
        use guanxi_model::system::Notification;
        let user = actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
        self.write(actor, Purpose::new("edit", "notices read"), move |tx| {
            let unread = guanxi_model::Filter::eq(Notification::USER.index, Value::Ref(user))
                .and(guanxi_model::Filter::eq(Notification::READ_AT.index, Value::Null));
            let found = tx.find(&guanxi_model::Query::of("notification", unread).limit(500))?;
            for notice in &found {
                let mut read = notice.clone();
                read.put(Notification::READ_AT.index, Value::Instant(tx.now));
                tx.save_plain(notice, read, Op::Update, None)?;
            }
            Ok(found.len())
        })
    }

    /// Puts a record into the recycle bin.
    pub fn delete(&self, actor: &Actor, entity: &str, id: i64, version: Option<i64>) -> Result<()> {
        let def = entity_of(&self.catalog(), entity)?;
        self.write(actor, Purpose::new("edit", ""), move |tx| tx.delete(&def, id, version).map(|_| ()))
    }

    /// Takes a record out of the recycle bin.
    pub fn restore(&self, actor: &Actor, entity: &str, id: i64) -> Result<Saved> {
        let def = entity_of(&self.catalog(), entity)?;
        self.write(actor, Purpose::new("edit", ""), move |tx| {
            let of = tx.access.require(&def, Verb::Delete)?;
            let old =
                tx.load_held(&def.name, id, Hold::Change)?.filter(|record| record.deleted_at().is_some()).ok_or_else(Error::not_found)?;
            if !of.reach(Verb::Delete).matches(&old, tx)? {
                return Err(Error::not_found());
            }
            let mut new = old.clone();
            new.put(DELETED_AT, Value::Null);
            let record = tx.save(Some(old), new, Op::Restore, None, Some(&of))?;
            tx.saved(&record)
        })
    }
}

impl WriteTx<'_> {
    /// Creates a record from a caller's input.
    pub fn create(&mut self, def: &Arc<EntityDef>, input: &Map<String, Json>) -> Result<Record> {
        let access = self.access.clone();
        let of = access.require(def, Verb::Create)?;
        if def.singleton {
            return Err(Error::conflict("only_one"));
        }
        let accepted = accept(&access, &of, def, input, None)?;
        let mut record = Record::empty(def.clone());
        accepted.apply(&mut record);
        // Whoever enters a record holds it, unless the input says otherwise.
        if let (Some(owner), Some(user)) = (def.owner, access.actor.user)
            && !accepted.names(owner)
        {
            record.put(owner, Value::Ref(user));
        }
        self.save(None, record, Op::Create, None, Some(&of))
    }

    /// Changes fields of a record as a caller asked.
    pub fn edit(&mut self, def: &Arc<EntityDef>, id: i64, input: &Map<String, Json>, version: Option<i64>) -> Result<Record> {
        let access = self.access.clone();
        let of = access.require(def, Verb::Edit)?;
        let old = self.writable(def, &of, Verb::Edit, id)?;
        let accepted = accept(&access, &of, def, input, Some(&old))?;
        if let Some(expected) = version.filter(|expected| *expected != old.version()) {
            return Err(self.stale(&old, expected, &accepted.values));
        }
        let mut new = old.clone();
        accepted.apply(&mut new);
        self.save(Some(old), new, Op::Update, None, Some(&of))
    }

    /// Puts a record into the recycle bin as a caller asked.
    pub fn delete(&mut self, def: &Arc<EntityDef>, id: i64, version: Option<i64>) -> Result<Record> {
        let access = self.access.clone();
        let of = access.require(def, Verb::Delete)?;
        let old = self.writable(def, &of, Verb::Delete, id)?;
        if def.singleton {
            return Err(Error::conflict("only_one"));
        }
        if let Some(expected) = version.filter(|expected| *expected != old.version()) {
            return Err(self.stale(&old, expected, &[]));
        }
        let mut new = old.clone();
        new.put(DELETED_AT, Value::Instant(self.now));
        self.save(Some(old), new, Op::Delete, None, Some(&of))
    }

    /// A live record the caller may change by a verb.
    ///
    /// # Errors
    /// 404 where it is missing or not visible, 403 where it is visible but out of reach.
    pub fn writable(&mut self, def: &Arc<EntityDef>, of: &EntityAccess, verb: Verb, id: i64) -> Result<Record> {
        let hold = if matches!(verb, Verb::Delete | Verb::Merge) { Hold::Remove } else { Hold::Change };
        let record = self.load_held(&def.name, id, hold)?.filter(|record| record.deleted_at().is_none()).ok_or_else(Error::not_found)?;
        if of.reach(verb).matches(&record, self)? {
            return Ok(record);
        }
        let seen = of.read.matches(&record, self)?;
        Err(if seen { self.not_theirs(def, of, &record) } else { Error::not_found() })
    }

    /// The refusal to change what is seen but somebody else's: with whom to speak about it.
    fn not_theirs(&self, def: &EntityDef, of: &EntityAccess, record: &Record) -> Error {
        let owner = def.owner.filter(|owner| of.reads(*owner)).and_then(|owner| record.at(owner).as_ref_id());
        match owner.filter(|owner| self.access.actor.user != Some(*owner)).and_then(|owner| self.access.org.people.get(&owner)) {
            Some(owner) => Problem::new(Status::Forbidden, "held_by_other").arg("owner", &owner.name).into(),
            None => Error::forbidden("out_of_scope"),
        }
    }

    /// The record as the actor may see it now. What a rule moved out of sight is told by identity
    /// alone.
    pub fn saved(&mut self, record: &Record) -> Result<Saved> {
        crate::customise::take_of(self, record)?;
        let (access, def) = (self.access.clone(), record.entity().clone());
        let of = access.of(&def)?;
        let json = match of.verbs.has(Verb::See) {
            false => None,
            true if self.is_as_written(record) && crate::read::is_told_as_written(self, &def) => {
                if of.read.matches(record, self)? {
                    Some(crate::read::written_json(self, &access, record)?)
                } else {
                    None
                }
            }
            true => crate::read::record_json_in(self.conn, &access, &def, record.id(), Bin::Any)?.map(|(json, _)| json),
        };
        let json = json.unwrap_or_else(|| format!("{{\"id\":\"{}\"}}", record.id()).into_bytes());
        Ok(Saved { id: record.id(), version: record.version(), json })
    }

    /// Refuses a change of what somebody else has changed since the version the caller read.
    pub(crate) fn expect_version(&mut self, old: &Record, expected: Option<i64>) -> Result<()> {
        match expected.filter(|version| *version != old.version()) {
            Some(expected) => Err(self.stale(old, expected, &[])),
            None => Ok(()),
        }
    }

    /// 412: which of the wanted fields somebody else changed since the version the caller read.
    fn stale(&mut self, now: &Record, expected: i64, wanted: &[(usize, Value)]) -> Error {
        let def = now.entity().clone();
        let rows = guanxi_store::change_log::rows_of_record(self.conn, &def.name, now.id(), None, 100).unwrap_or_default();
        let mut problem = Problem::new(Status::Stale, "stale").arg("version", now.version());
        for (index, _) in wanted {
            let Some(field) = def.fields.get(*index) else { continue };
            let touched = rows
                .iter()
                .filter(|row| row.version > expected)
                .any(|row| serde_json::from_str::<Json>(&row.new).is_ok_and(|json| json.get(&field.name).is_some()));
            if touched {
                problem = problem.field(&field.name, "changed_meanwhile");
            }
        }
        problem.into()
    }
}
