//! What somebody who is not signed in may ask for: an account of their own, help with a forgotten password.

use guanxi_model::filter::unknown_name;
use guanxi_model::system::{Notification, User, UserStatus};
use guanxi_model::tx::{Notice, Reader};
use guanxi_model::{Actor, AdminLevel, AnyRef, Choice, Entity, Error, Filter, Id, Query, Record, Result, Test, Tx, Value};
use serde_json::{Map, Value as Json};

use super::{hash_password, set_hash, user_def};
use crate::engine::Engine;
use crate::rights::{Org, Person};
use crate::write::{Purpose, WriteTx};

/// What a visitor may say of themselves; the rest is the administrator's.
const OWN_WORDS: [&str; 4] = ["name", "mobile", "email", "post"];
/// Unread notices looked through for one that says the same.
const UNREAD: usize = 500;

impl Engine {
    /// Makes an account that waits for approval (ORG-04). Its name is not told to the visitor: it would tell which
    /// names are taken. The administrators know it.
    ///
    /// # Errors
    /// 403 where the company has not opened registration; what a new account is refused for.
    pub fn register(&self, mut said: Map<String, Json>, password: &str) -> Result<()> {
        if !self.org()?.settings()?.self_registration {
            return Err(Error::forbidden("registration_closed"));
        }
        if let Some(unknown) = said.keys().find(|name| !OWN_WORDS.contains(&name.as_str())) {
            return Err(unknown_name(unknown, OWN_WORDS.into_iter()));
        }
        said.insert("status".to_owned(), UserStatus::Pending.code().into());
        self.check_strength(password)?;
        let hash = hash_password(password)?;
        let org = self.org()?;
        self.write(&Actor::system("registration"), Purpose::new("edit", "registration"), move |tx| {
            let def = user_def(tx)?;
            let user = tx.create(&def, &said)?;
            set_hash(tx, user.id(), hash)?;
            tell_administrators(tx, &org, &user, "registration_waiting")
        })
    }

    /// Asks the administrators to make a one-time link for an account (ORG-22). Whether there is such
    /// an account is not told.
    pub fn ask_for_password(&self, login: &str) -> Result<()> {
        let Some(user) = self.active_user(login)? else { return Ok(()) };
        let org = self.org()?;
        self.write(&Actor::system("forgotten password"), Purpose::new("edit", "forgotten password"), move |tx| {
            tell_administrators(tx, &org, &user, "password_requested")
        })
    }
}

/// Tells everyone who administers an account's department of it, but nobody twice before they have read it.
fn tell_administrators(tx: &mut WriteTx<'_>, org: &Org, user: &Record, code: &'static str) -> Result<()> {
    for administrator in administrators_of(org, user) {
        let about = AnyRef { entity: User::ENTITY.to_owned(), id: user.id() };
        let unread = Filter::is(Notification::USER.index, Test::Eq(Value::Ref(administrator)))
            .and(Filter::is(Notification::CODE.index, Test::Eq(Value::text(code))))
            .and(Filter::is(Notification::READ_AT.index, Test::Empty));
        let unread = tx.find(&Query::of(Notification::ENTITY, unread).limit(UNREAD))?;
        if unread.iter().any(|notice| notice.find(Notification::ABOUT) == Some(about.clone())) {
            continue;
        }
        let args = vec![("name", user.title().to_owned()), ("login", user.find(User::LOGIN).unwrap_or_default())];
        tx.notify(Notice { user: administrator, code, args, about: Some((about.entity, about.id)) })?;
    }
    Ok(())
}

/// Who administers the company, or the branch an account stands in.
fn administrators_of(org: &Org, user: &Record) -> Vec<i64> {
    let department = user.find(User::DEPARTMENT).map(Id::raw);
    let administers = |person: &&Person| {
        let roles = org.roles_of.get(&person.id).map_or(&[][..], Vec::as_slice);
        match org.administration(person.id, roles) {
            AdminLevel::None | AdminLevel::Information => false,
            AdminLevel::Full => true,
            AdminLevel::Branch => person.department.zip(department).is_some_and(|(top, own)| org.departments_below(top).contains(&own)),
        }
    };
    let mut found: Vec<i64> = org.people.values().filter(|person| person.active).filter(administers).map(|person| person.id).collect();
    found.sort_unstable();
    found
}
