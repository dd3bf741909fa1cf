//! Access tokens: for programs that work in somebody's name.

use guanxi_model::labels::Lang;
use guanxi_model::{Actor, Error, Instant, Result};
use guanxi_store::Conn;
use guanxi_store::kept::{self, Where};

use super::secret;
use crate::engine::Engine;
use crate::verify::digest;

/// A token lasts this long where nothing else is said, and at most.
const TOKEN_DAYS: i64 = 365;
const TOKEN_DAYS_MAX: i64 = 3650;

impl Engine {
    /// The user of an access token, with its limits.
    pub fn token_actor(&self, token: &str, lang: Lang) -> Result<Option<Actor>> {
        let hash = digest(token);
        let of_hash = [Where::Is("hash", hash.as_str().into()), Where::None("revoked_at")];
        let Some(row) = self.caller("token", hash, &of_hash)? else { return Ok(None) };
        if row.opt_int("expires_at").is_some_and(|at| at <= self.now().0) || self.org()?.person(row.int("user")).is_err() {
            return Ok(None);
        }
        let scopes = Some(row.text("scopes")).filter(|text| !text.is_empty());
        let scopes = scopes.map(|text| text.split(' ').map(str::to_owned).collect());
        Ok(Some(Actor { user: Some(row.int("user")), token: Some(row.int("id")), scopes, lang, ..Actor::default() }))
    }

    /// Makes an access token; the secret is returned once and kept nowhere.
    pub fn add_token(&self, actor: &Actor, name: &str, scopes: &[String], expires: Option<Instant>) -> Result<(i64, String)> {
        let user = actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
        self.org()?.person(user)?;
        if actor.token.is_some() {
            return Err(Error::forbidden("token_makes_no_token"));
        }
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return Err(Error::invalid("name", if name.is_empty() { "required" } else { "too_long" }));
        }
        let catalog = self.catalog();
        let known = |scope: &String| match scope.split_once(':') {
            Some((entity, "read" | "write")) => entity == "*" || catalog.by_plural(entity).is_some(),
            _ => false,
        };
        if scopes.len() > 100 || !scopes.iter().all(known) {
            return Err(Error::invalid("scopes", "unknown_scope"));
        }
        let now = self.now();
        let expires = expires.unwrap_or_else(|| now.plus_days(TOKEN_DAYS));
        if expires <= now || expires > now.plus_days(TOKEN_DAYS_MAX) {
            return Err(Error::invalid("expires_at", "out_of_range"));
        }
        let token = format!("gx_{}", secret()?);
        let id = self.new_id();
        let (hash, scopes) = (digest(&token), scopes.join(" "));
        self.inner.store.write(move |conn| {
            let values = [
                ("id", id.into()),
                ("hash", hash.into()),
                ("user", user.into()),
                ("name", name.into()),
                ("scopes", scopes.into()),
                ("expires_at", expires.0.into()),
                ("created_at", now.0.into()),
            ];
            kept::insert(conn, "token", &values)
        })?;
        Ok((id, token))
    }

    /// The actor's own tokens, without their secrets.
    pub fn tokens(&self, actor: &Actor) -> Result<serde_json::Value> {
        let user = actor.user.ok_or_else(|| Error::forbidden("needs_user"))?;
        let rows = self
            .inner
            .store
            .read(|conn| kept::find(conn, "token", &[Where::Is("user", user.into()), Where::None("revoked_at")], true, 200))?;
        let at = |at: Option<i64>| at.map(|ms| Instant(ms).to_rfc3339());
        let items: Vec<_> = rows
            .iter()
            .map(|row| {
                let scopes: Vec<&str> = row.text("scopes").split(' ').filter(|scope| !scope.is_empty()).collect();
                serde_json::json!({
                    "id": row.int("id").to_string(), "name": row.text("name"), "scopes": scopes,
                    "created_at": at(row.opt_int("created_at")), "expires_at": at(row.opt_int("expires_at")),
                })
            })
            .collect();
        Ok(serde_json::json!({"items": items}))
    }

    /// Ends one of the actor's own tokens.
    pub fn revoke_token(&self, actor: &Actor, id: i64) -> Result<()> {
        let (user, now) = (actor.user.ok_or_else(|| Error::forbidden("needs_user"))?, self.now().0);
        let revoke = move |conn: &mut dyn Conn| {
            let which = [Where::Is("id", id.into()), Where::Is("user", user.into()), Where::None("revoked_at")];
            kept::update(conn, "token", &[("revoked_at", now.into())], &which)
        };
        let revoked = self.changing_callers(|| self.inner.store.write(revoke))?;
        if revoked == 0 { Err(Error::not_found()) } else { Ok(()) }
    }
}
