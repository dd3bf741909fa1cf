//! Sessions of browsers: opened, found again, listed, ended.

use guanxi_model::system::{User, Verb};
use guanxi_model::{Actor, Entity, Error, Instant, Op, Result};
use guanxi_store::kept::{self, Kept, Where};
use guanxi_store::{Conn, records};
use serde_json::{Value as Json, json};

use super::{secret, user_def};
use crate::engine::Engine;
use crate::read::Noted;
use crate::verify::digest;
use crate::write::{Purpose, WriteTx};

/// A session is noted as seen at most this often, in milliseconds: reads stay reads.
const SEEN_EVERY_MS: i64 = 60_000;
/// Most sessions listed.
const LISTED: usize = 100;

/// A session just opened: the secret goes to the browser and is kept nowhere.
#[derive(Debug)]
pub struct NewSession {
    pub secret: String,
    pub csrf: String,
    pub user: i64,
}

/// A session found by its secret.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: i64,
    pub user: i64,
    /// The role in view.
    pub role: Option<i64>,
    pub csrf: String,
}

impl Engine {
    /// Opens a session for a user whose password was checked.
    pub fn open_session(&self, user: i64, agent: &str, address: &str) -> Result<NewSession> {
        let (secret, csrf) = (secret()?, secret()?);
        let (id, now) = (self.new_id(), self.now().0);
        let (hash, csrf_kept) = (digest(&secret), csrf.clone());
        let agent: String = agent.chars().filter(|c| !c.is_control()).take(200).collect();
        let (address, from) = (address.to_owned(), json!({"address": address}).to_string());
        self.inner.store.write(move |conn| {
            let values = [
                ("id", id.into()),
                ("hash", hash.into()),
                ("user", user.into()),
                ("csrf", csrf_kept.into()),
                ("created_at", now.into()),
                ("seen_at", now.into()),
                ("agent", agent.into()),
                ("address", address.into()),
            ];
            kept::insert(conn, "session", &values)
        })?;
        self.note_read(&Actor::user(user), Noted { kind: "sign_in", entity: "user", record: Some(user), detail: from })?;
        self.note_sign_in(user)?;
        Ok(NewSession { secret, csrf, user })
    }

    /// Once a day is enough to know who uses an account; each sign-in is in the log of what was read.
    fn note_sign_in(&self, user: i64) -> Result<()> {
        let (now, zone) = (self.now(), self.zone()?);
        self.write(&Actor::user(user), Purpose::new("edit", "sign in"), move |tx| {
            let catalog = tx.catalog.clone();
            let record = records::load(tx.conn, &catalog, User::ENTITY, user)?.ok_or_else(Error::not_found)?;
            if record.get(User::LAST_SIGN_IN).flatten().is_some_and(|last| zone.date_of(last) == zone.date_of(now)) {
                return Ok(());
            }
            let mut new = record.clone();
            new.set(User::LAST_SIGN_IN, Some(now));
            tx.save_plain(&record, new, Op::Update, Some("sign_in")).map(|_| ())
        })
        .map(|_| ())
    }

    /// The session of a secret, while it lives: not idle for too long, not too old, its account
    /// active. Asking is a sign of life.
    pub fn session(&self, secret: &str) -> Result<Option<Session>> {
        let Some((session, seen)) = self.living_session(secret)? else { return Ok(None) };
        let now = self.now().0;
        if now - seen > SEEN_EVERY_MS {
            let id = session.id;
            let seen = move |conn: &mut dyn Conn| kept::update(conn, "session", &[("seen_at", now.into())], &[Where::Is("id", id.into())]);
            self.changing_callers(|| self.inner.store.write(seen))?;
        }
        Ok(Some(session))
    }

    /// The same, asked by a page that is merely open: nobody need be sitting before it.
    pub fn watched_session(&self, secret: &str) -> Result<Option<Session>> {
        Ok(self.living_session(secret)?.map(|(session, _)| session))
    }

    /// A session with the instant it was last used.
    fn living_session(&self, secret: &str) -> Result<Option<(Session, i64)>> {
        let hash = digest(secret);
        let of_hash = [Where::Is("hash", hash.as_str().into())];
        let Some(row) = self.caller("session", hash, &of_hash)? else { return Ok(None) };
        let (idle, whole) = self.session_limits()?;
        let now = self.now().0;
        let session = Session { id: row.int("id"), user: row.int("user"), role: row.opt_int("role"), csrf: row.text("csrf").to_owned() };
        let expired = now - row.int("seen_at") > idle || now - row.int("created_at") > whole;
        if expired || self.org()?.person(session.user).is_err() {
            return Ok(None);
        }
        Ok(Some((session, row.int("seen_at"))))
    }

    /// Ends a session.
    pub fn close_session(&self, id: i64) -> Result<()> {
        let close = move |conn: &mut dyn Conn| kept::delete(conn, "session", &[Where::Is("id", id.into())]).map(|_| ());
        self.changing_callers(|| self.inner.store.write(close))
    }

    /// Chooses the role in view; it must be one the user holds.
    pub fn view_role(&self, session: &Session, role: Option<i64>) -> Result<()> {
        if let Some(role) = role {
            let org = self.org()?;
            if !org.roles_of.get(&session.user).is_some_and(|roles| roles.contains(&role)) {
                return Err(Error::invalid("role", "no_such_record"));
            }
        }
        let id = session.id;
        let view = move |conn: &mut dyn Conn| kept::update(conn, "session", &[("role", role.into())], &[Where::Is("id", id.into())]);
        self.changing_callers(|| self.inner.store.write(view)).map(|_| ())
    }

    /// The living sessions of a user: one's own, or those of an account one may edit.
    ///
    /// # Errors
    /// 404 and 403 as for editing the account.
    pub fn sessions(&self, actor: &Actor, user: i64, current: Option<i64>) -> Result<Json> {
        if actor.user != Some(user) {
            self.may_edit_account(actor, user)?;
        }
        let (idle, whole) = self.session_limits()?;
        let now = self.now().0;
        let found = self.inner.store.read(|conn| kept::find(conn, "session", &[Where::Is("user", user.into())], true, LISTED))?;
        let lives = |row: &&Kept| now - row.int("seen_at") <= idle && now - row.int("created_at") <= whole;
        let told = |row: &Kept| {
            json!({
                "id": row.int("id").to_string(),
                "created_at": Instant(row.int("created_at")).to_rfc3339(),
                "seen_at": Instant(row.int("seen_at")).to_rfc3339(),
                "agent": row.text("agent"),
                "address": row.text("address"),
                "current": Some(row.int("id")) == current,
            })
        };
        Ok(json!({"items": found.iter().filter(lives).map(told).collect::<Vec<_>>()}))
    }

    /// Ends one of the actor's own sessions.
    pub fn end_own_session(&self, actor: &Actor, id: i64) -> Result<()> {
        let user = actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
        let which = [Where::Is("id", id.into()), Where::Is("user", user.into())];
        let ended = self.changing_callers(|| self.inner.store.write(move |conn| kept::delete(conn, "session", &which)))?;
        if ended == 0 { Err(Error::not_found()) } else { Ok(()) }
    }

    /// Ends all sessions of a user but the one to keep: one's own, or of an account one may edit (ORG-37). Of somebody
    /// else's account the access tokens end too.
    pub fn end_sessions(&self, actor: &Actor, user: i64, keep: Option<i64>) -> Result<()> {
        if actor.user != Some(user) {
            self.may_edit_account(actor, user)?;
        }
        let (own, now) = (actor.user == Some(user), self.now().0);
        let end = move |tx: &mut WriteTx<'_>| {
            let of_user = || Where::Is("user", user.into());
            kept::delete(tx.conn, "session", &[of_user(), Where::IsNot("id", keep.unwrap_or(0))])?;
            if own {
                return Ok(());
            }
            kept::update(tx.conn, "token", &[("revoked_at", now.into())], &[of_user(), Where::None("revoked_at")]).map(|_| ())
        };
        self.changing_callers(|| self.write(actor, Purpose::new("edit", "sessions ended"), end))?;
        let whose = self.org()?.people.get(&user).map(|person| person.name.clone()).unwrap_or_default();
        let noted = Noted { kind: "sessions_ended", entity: User::ENTITY, record: Some(user), detail: whose };
        self.note_read(actor, noted).map(|_| ())
    }

    fn may_edit_account(&self, actor: &Actor, user: i64) -> Result<()> {
        self.write(actor, Purpose::new("edit", ""), move |tx| {
            let (def, access) = (user_def(tx)?, tx.access.clone());
            let of = access.require(&def, Verb::Edit)?;
            tx.writable(&def, &of, Verb::Edit, user).map(|_| ())
        })
    }

    /// Milliseconds a session may be idle, and may last.
    fn session_limits(&self) -> Result<(i64, i64)> {
        Ok(match self.org()?.settings() {
            Ok(settings) => (settings.idle_minutes * 60_000, settings.session_hours * 3_600_000),
            Err(_) => (30 * 60_000, 12 * 3_600_000),
        })
    }
}
