//! `Idempotency-Key`: the same POST sent twice is done once, for 24 hours.

use axum::http::Method;
use guanxi_engine::verify::digest;
use guanxi_model::{Error, Problem, Result, Status};
use guanxi_store::kept::{self, Where};

use crate::app::App;
use crate::caller::{Call, Caller};
use crate::reply::Reply;

/// How long an answer is kept, in milliseconds.
const KEPT_MS: i64 = 24 * 3_600_000;
/// Longest key, in characters.
const MAX_KEY: usize = 200;
/// A request that began this long ago and never ended was lost, in milliseconds.
const LOST_MS: i64 = 120_000;

/// Does the work unless the same key was used before; then gives the same answer.
pub fn once(app: &App, call: &Call, caller: &Caller, work: impl FnOnce() -> Result<Reply>) -> Result<Reply> {
    let Some(key) = call.header("idempotency-key").filter(|_| call.method == Method::POST) else { return work() };
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(Error::malformed("Idempotency-Key", "too_long"));
    }
    let key = digest(&format!("{}\n{:?}\n{key}", call.path, caller.actor.user));
    let body = digest(&String::from_utf8_lossy(&call.body));
    let (route, now) = (call.path.clone(), app.engine.now().0);
    let (claim, claimed_body) = (key.clone(), body.clone());
    let before = app.engine.store().write(move |conn| {
        kept::delete(conn, "idempotency", &[Where::Below("at", now - KEPT_MS)])?;
        kept::delete(conn, "idempotency", &[Where::Is("status", 0.into()), Where::Below("at", now - LOST_MS)])?;
        let values = [
            ("key", claim.as_str().into()),
            ("route", route.into()),
            ("body_hash", claimed_body.into()),
            ("status", 0.into()),
            ("at", now.into()),
        ];
        if kept::insert_if_new(conn, "idempotency", &values)? {
            return Ok(None);
        }
        kept::first(conn, "idempotency", &[Where::Is("key", claim.into())])
    })?;
    match before {
        Some(row) if row.text("body_hash") != body => {
            Err(Problem::new(Status::Invalid, "key_used_differently").field("Idempotency-Key", "key_used_differently").into())
        }
        Some(row) if row.int("status") == 0 => Err(Problem::new(Status::Conflict, "in_progress").into()),
        Some(row) => {
            let status = u16::try_from(row.int("status")).unwrap_or(200);
            Ok(Reply::raw(row.text("body").as_bytes().to_vec()).status(status))
        }
        None => {
            let outcome = work();
            let answer = outcome.as_ref().ok().map(|reply| (i64::from(reply.status), String::from_utf8_lossy(&reply.body).into_owned()));
            app.engine.store().write(move |conn| match answer {
                Some((status, text)) => {
                    kept::update(conn, "idempotency", &[("status", status.into()), ("body", text.into())], &[Where::Is("key", key.into())])
                        .map(|_| ())
                }
                // What was refused may be tried again.
                None => kept::delete(conn, "idempotency", &[Where::Is("key", key.into())]).map(|_| ()),
            })?;
            outcome
        }
    }
}
