//! Accounts: passwords, sessions, tokens, the first set-up.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Argon2, Params};
use guanxi_model::system::{Organisation, User, UserStatus};
use guanxi_model::{
    Actor, Choice, Entity, EntityDef, Error, FieldProblem, Filter, Instant, Problem, Query, Record, Result, Status, Test, Value, wire,
};
use guanxi_store::kept::{self, Where};
use guanxi_store::records;

use crate::engine::Engine;
use crate::verify::{digest, hex};
use crate::write::{Purpose, WriteTx, limits, refusal};

mod callers;
mod sessions;
mod tokens;
mod visitors;

pub(crate) use callers::Callers;
pub use sessions::{NewSession, Session};

/// Longest password, in characters: long enough for any phrase, short enough not to hash for ever.
const MAX_PASSWORD: usize = 256;
/// A one-time link is good for this long.
const RESET_MINUTES: i64 = 30;

/// What a new password has to be.
#[derive(Clone, Copy, Debug)]
pub struct PasswordRule {
    /// Fewest characters.
    pub length: i64,
    /// Three of: digits, small letters, capitals, signs.
    pub mixed: bool,
}

/// 32 bytes of the operating system's randomness, as hexadecimal.
pub fn secret() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(hex(&bytes))
}

/// Hashes a password with argon2id (19 MiB, two passes: the OWASP minimum).
fn hash_password(password: &str) -> Result<String> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(Error::internal)?;
    let argon = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Error::internal)
}

fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A hash nobody's password has, so that unknown accounts take as long as known ones.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$1ZqGwIvwl0Zy3vTjcK2HiBPK1xEMSSrQk1wMnIeVVJo";

impl Engine {
    /// Checks a login and its password.
    ///
    /// # Errors
    /// 401, the same for every reason.
    pub fn check_password(&self, login: &str, password: &str) -> Result<i64> {
        let refused = || Error::from(Problem::new(Status::Unauthenticated, "login_failed"));
        let active = self.active_user(login)?;
        let hash = active.as_ref().and_then(|user| user.find(User::PASSWORD_HASH));
        let fits = password.chars().count() <= MAX_PASSWORD && password_fits(password, hash.as_deref().unwrap_or(NOBODY));
        match active {
            Some(user) if fits && hash.is_some() => Ok(user.id()),
            _ => Err(refused()),
        }
    }

    /// The account of a login, where it may sign in.
    fn active_user(&self, login: &str) -> Result<Option<Record>> {
        let wanted = Value::Text(login.trim().to_lowercase());
        let query = Query::of(User::ENTITY, Filter::is(User::LOGIN.index, Test::Eq(wanted))).limit(1);
        let found = self.reading(|reader| reader.find(&query))?.into_iter().next();
        Ok(found.filter(|user| user.get(User::STATUS) == Some(UserStatus::Active)))
    }

    /// Changes one's own password.
    pub fn change_password(&self, actor: &Actor, old: &str, new: &str, keep: Option<i64>) -> Result<()> {
        let user = actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
        let login = self.org()?.person(user)?.login.clone();
        if self.check_password(&login, old).is_err() {
            return Err(Error::invalid("password.old", "wrong_password"));
        }
        if old == new {
            return Err(Error::invalid("password", "password_same"));
        }
        self.replace_password(actor, user, new, keep)
    }

    /// Whether a user has to choose a new password before anything else (ORG-22).
    pub fn must_change_password(&self, user: i64) -> Result<bool> {
        Ok(self.org()?.person(user)?.must_change_password)
    }

    /// Sets a password, one's own or of an account one may edit, and ends the user's sessions.
    pub fn set_password(&self, actor: &Actor, user: i64, password: &str) -> Result<()> {
        self.replace_password(actor, user, password, None)
    }

    /// The same, but for the session to `keep`.
    fn replace_password(&self, actor: &Actor, user: i64, password: &str, keep: Option<i64>) -> Result<()> {
        self.check_strength(password)?;
        let hash = hash_password(password)?;
        let replace = move |tx: &mut WriteTx<'_>| {
            if tx.access.actor.user != Some(user) {
                let def = user_def(tx)?;
                let access = tx.access.clone();
                let of = access.require(&def, guanxi_model::system::Verb::Edit)?;
                tx.writable(&def, &of, guanxi_model::system::Verb::Edit, user)?;
            }
            set_hash(tx, user, hash)?;
            kept::delete(tx.conn, "session", &[Where::Is("user", user.into()), Where::IsNot("id", keep.unwrap_or(0))]).map(|_| ())
        };
        self.changing_callers(|| self.write(actor, Purpose::new("edit", "password"), replace))
    }

    /// What a new password has to be.
    pub fn password_rule(&self) -> Result<PasswordRule> {
        let settings = self.org()?.settings().ok();
        Ok(settings
            .map_or(PasswordRule { length: 8, mixed: false }, |s| PasswordRule { length: s.password_length, mixed: s.password_mixed }))
    }

    fn check_strength(&self, password: &str) -> Result<()> {
        let PasswordRule { length: least, mixed } = self.password_rule()?;
        let length = password.chars().count();
        if (length as i64) < least {
            let short = FieldProblem { field: "password".to_owned(), code: "password_short", args: vec![("least", least.to_string())] };
            return Err(Problem { fields: vec![short], ..Problem::new(Status::Invalid, "invalid") }.into());
        }
        if length > MAX_PASSWORD {
            return Err(Error::invalid("password", "too_long"));
        }
        let classes =
            [char::is_ascii_digit as fn(&char) -> bool, char::is_ascii_lowercase, char::is_ascii_uppercase, char::is_ascii_punctuation];
        let of_three = classes.iter().filter(|class| password.chars().any(|c| class(&c))).count() >= 3;
        if mixed && !of_three { Err(Error::invalid("password", "password_plain")) } else { Ok(()) }
    }

    /// Makes a one-time link's secret for a user; earlier ones are void.
    pub fn reset_secret(&self, actor: &Actor, user: i64) -> Result<String> {
        let secret = secret()?;
        let (hash, expires) = (digest(&secret), self.now().plus_seconds(RESET_MINUTES * 60).0);
        self.write(actor, Purpose::new("edit", "password_reset"), move |tx| {
            let def = user_def(tx)?;
            let access = tx.access.clone();
            let of = access.require(&def, guanxi_model::system::Verb::Edit)?;
            tx.writable(&def, &of, guanxi_model::system::Verb::Edit, user)?;
            kept::delete(tx.conn, "password_reset", &[Where::Is("user", user.into())])?;
            kept::insert(tx.conn, "password_reset", &[("hash", hash.into()), ("user", user.into()), ("expires_at", expires.into())])
        })?;
        Ok(secret)
    }

    /// Whose password a one-time link would set.
    ///
    /// # Errors
    /// 404 for links that are unknown, used or too old.
    pub fn reset_user(&self, secret: &str) -> Result<Record> {
        let hash = digest(secret);
        let found =
            self.inner.store.read(|conn| kept::first(conn, "password_reset", &[Where::Is("hash", hash.into()), Where::None("used_at")]))?;
        let row = found.filter(|row| row.int("expires_at") > self.now().0).ok_or_else(Error::not_found)?;
        let user = self.reading(|reader| reader.load(User::ENTITY, row.int("user")))?;
        user.filter(|user| user.get(User::STATUS) == Some(UserStatus::Active)).ok_or_else(Error::not_found)
    }

    /// Sets a password by a one-time link.
    pub fn reset_password(&self, secret: &str, password: &str) -> Result<()> {
        let user = self.reset_user(secret)?.id();
        self.check_strength(password)?;
        let (hash, link, now) = (hash_password(password)?, digest(secret), self.now().0);
        let reset = move |tx: &mut WriteTx<'_>| {
            let used = kept::update(
                tx.conn,
                "password_reset",
                &[("used_at", now.into())],
                &[Where::Is("hash", link.into()), Where::None("used_at")],
            )?;
            if used == 0 {
                return Err(Error::not_found());
            }
            set_hash(tx, user, hash)?;
            kept::delete(tx.conn, "session", &[Where::Is("user", user.into())]).map(|_| ())
        };
        self.changing_callers(|| self.write(&Actor::system("password reset by one-time link"), Purpose::new("edit", ""), reset))
    }

    /// The first set-up: the company, its first administrator, and what `seed` brings.
    ///
    /// # Errors
    /// 409 where it was done already.
    pub fn set_up(
        &self,
        first: FirstSetUp,
        seed: impl FnOnce(&mut dyn guanxi_model::Tx) -> Result<Option<i64>> + Clone + Send + 'static,
    ) -> Result<i64> {
        self.check_strength(&first.password)?;
        let hash = hash_password(&first.password)?;
        let user = self.write(&Actor::system("set-up"), Purpose::new("setup", ""), move |tx| {
            if kept::meta(tx.conn, "set_up")?.is_some() {
                return Err(Error::conflict("already_set_up"));
            }
            kept::set_meta(tx.conn, "set_up", "yes")?;
            first_organisation(tx, &first.organisation)?;
            let administrator_role = seed(tx)?;
            let user = first_administrator(tx, &first, hash)?;
            if let Some(role) = administrator_role {
                let def = tx.catalog.get("user_role").cloned().ok_or_else(|| Error::internal("user_role"))?;
                let mut held = Record::empty(def);
                held.put_named("user", Value::Ref(user));
                held.put_named("role", Value::Ref(role));
                guanxi_model::Tx::insert(tx, held, "setup")?;
            }
            Ok(user)
        })?;
        self.rights_changed();
        Ok(user)
    }
}

impl Engine {
    /// Runs work that brings records of the product's own making, e.g. a demo company.
    pub fn run_seed<T: Send + 'static>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut dyn guanxi_model::Tx) -> Result<T> + Clone + Send + 'static,
    ) -> Result<T> {
        if !actor.is_system() {
            return Err(Error::forbidden("needs_administration"));
        }
        self.write(actor, Purpose::new("setup", ""), move |tx| work(tx))
    }

    /// The same, as if it had been done at a moment of the past: how a demonstration company comes
    /// by a history.
    pub fn run_seed_at<T: Send + 'static>(
        &self,
        actor: &Actor,
        at: Instant,
        work: impl FnOnce(&mut dyn guanxi_model::Tx) -> Result<T> + Clone + Send + 'static,
    ) -> Result<T> {
        if !actor.is_system() || at > self.now() {
            return Err(Error::forbidden("needs_administration"));
        }
        self.write(actor, Purpose::new("setup", ""), move |tx| {
            tx.happened_at(at);
            work(tx)
        })
    }
}

/// What the set-up asks.
#[derive(Clone, Debug)]
pub struct FirstSetUp {
    pub organisation: FirstOrganisation,
    pub name: String,
    pub login: String,
    pub password: String,
}

/// What the company says of itself at first (ORG-01).
#[derive(Clone, Debug, Default)]
pub struct FirstOrganisation {
    pub name: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub contact_person: Option<String>,
    pub contact_phone: Option<String>,
}

fn first_organisation(tx: &mut WriteTx<'_>, first: &FirstOrganisation) -> Result<()> {
    let def = tx.catalog.get(Organisation::ENTITY).cloned().ok_or_else(|| Error::internal("organisation"))?;
    let mut record = Record::empty(def.clone());
    let said = [
        ("name", Some(&first.name)),
        ("address", first.address.as_ref()),
        ("phone", first.phone.as_ref()),
        ("email", first.email.as_ref()),
        ("contact_person", first.contact_person.as_ref()),
        ("contact_phone", first.contact_phone.as_ref()),
    ];
    let mut problems = Vec::new();
    for (name, text) in said {
        let (Some(text), Some(field)) = (text, def.field(name)) else { continue };
        match wire::read_json(field, &text.trim().into(), &tx.catalog, tx.access.org.currency) {
            Ok(value) => record.put_named(name, value),
            // The wizard has a name of the administrator too.
            Err(code) => problems.push(FieldProblem { field: format!("organisation.{name}"), code, args: limits(&tx.access, &def, field) }),
        }
    }
    if !problems.is_empty() {
        return Err(refusal(problems));
    }
    guanxi_model::Tx::insert(tx, record, "setup").map(|_| ())
}

fn first_administrator(tx: &mut WriteTx<'_>, first: &FirstSetUp, hash: String) -> Result<i64> {
    let mut record = Record::empty(user_def(tx)?);
    record.put_named("name", Value::text(first.name.trim()));
    record.put_named("login", Value::text(first.login.trim().to_lowercase()));
    record.put_named("administration", Value::Text(guanxi_model::system::Administration::Full.code().to_owned()));
    // Who keeps the system sells nothing, until said otherwise.
    record.put_named("user_type", Value::Text(guanxi_model::system::UserType::Operator.code().to_owned()));
    record.put_named("password_hash", Value::Text(hash));
    Ok(guanxi_model::Tx::insert(tx, record, "setup")?.id())
}

fn user_def(tx: &WriteTx<'_>) -> Result<Arc<EntityDef>> {
    tx.catalog.get(User::ENTITY).cloned().ok_or_else(|| Error::internal("user"))
}

fn set_hash(tx: &mut WriteTx<'_>, user: i64, hash: String) -> Result<()> {
    let catalog = tx.catalog.clone();
    let record = records::load(tx.conn, &catalog, User::ENTITY, user)?.ok_or_else(Error::not_found)?;
    let mut new = record.clone();
    new.set(User::PASSWORD_HASH, Some(hash));
    new.set(User::MUST_CHANGE_PASSWORD, false);
    tx.save_plain(&record, new, guanxi_model::Op::Update, Some("password")).map(|_| ())
}
