//! `Idempotency-Key`: the same POST sent twice is done once, for 24 hours.
//!
//! The engine writes the key in the transaction of the write itself, so a crash leaves both or
//! neither. What writes outside a change set or task (tokens, sign-in, one-time links, the file of
//! an import) is kept from being repeated by its answer alone: a crash between the two may let a
//! retry do it again.

use std::collections::HashSet;
use std::sync::Mutex;

use axum::http::{HeaderName, Method, header};
use guanxi_engine::once::{Answer, Before, Done, Once};
use guanxi_engine::verify::digest;
use guanxi_model::{Error, Problem, Result, Status};
use serde_json::{Value as Json, json};

use crate::app::App;
use crate::caller::{Call, Caller};
use crate::reply::Reply;

/// Longest key, in characters.
const MAX_KEY: usize = 200;
/// Marks an answer given again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Keys of requests being worked on by this process.
#[derive(Default)]
pub struct InHand(Mutex<HashSet<String>>);

/// Holds a key until dropped.
struct Holding<'a>(&'a InHand, String);

impl InHand {
    fn hold(&self, key: &str) -> Result<Holding<'_>> {
        let mut keys = self.0.lock().map_err(|_| Error::internal("keys in hand"))?;
        if keys.insert(key.to_owned()) { Ok(Holding(self, key.to_owned())) } else { Err(in_progress()) }
    }
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        if let Ok(mut keys) = self.0.0.lock() {
            keys.remove(&self.1);
        }
    }
}

fn in_progress() -> Error {
    Problem::new(Status::Conflict, "in_progress").into()
}

/// Does the work unless the same key was used before; then gives the same answer.
pub fn once(app: &App, call: &Call, caller: &Caller, work: impl FnOnce(&App) -> Result<Reply>) -> Result<Reply> {
    let Some(key) = call.header("idempotency-key").filter(|_| call.method == Method::POST) else { return work(app) };
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(Error::malformed("Idempotency-Key", "too_long"));
    }
    let key = digest(&format!("{}\n{:?}\n{key}", call.path, caller.actor.user));
    let _holding = app.in_hand.hold(&key)?;
    let once = Once::new(key, call.path.clone(), digest(&String::from_utf8_lossy(&call.body)));
    if let Some(before) = app.engine.done_before(&caller.actor, &once)? {
        return again(app, call, caller, before);
    }
    let outcome = work(&app.once(once.clone()));
    if let Err(Error::Refused(problem)) = &outcome
        && problem.code == "in_progress"
        && let Some(before) = app.engine.done_before(&caller.actor, &once)?
    {
        // Another node did it meanwhile.
        return again(app, call, caller, before);
    }
    if let Ok(reply) = &outcome {
        // The work is done: a failure to note its answer is no failure of the request.
        let kept = app.engine.keep_answer(&once, reply.status, (!reply.secret).then(|| answer(reply)).as_ref());
        if let Err(error) = kept {
            tracing::warn!("an answer could not be kept: {error}");
        }
    }
    outcome
}

fn answer(reply: &Reply) -> Answer {
    let told = reply.headers.iter().filter(|(name, _)| *name == header::LOCATION || *name == header::ETAG);
    Answer {
        status: reply.status,
        headers: told.map(|(name, value)| (name.to_string(), value.clone())).collect(),
        body: reply.body.clone(),
    }
}

fn again(app: &App, call: &Call, caller: &Caller, before: Before) -> Result<Reply> {
    let reply = match before {
        Before::Answered(answer) => {
            let mut reply = Reply::raw(answer.body).status(answer.status);
            for (name, value) in answer.headers {
                if let Ok(name) = HeaderName::try_from(name) {
                    reply = reply.header(name, value);
                }
            }
            reply
        }
        Before::Secret => return Err(Problem::new(Status::Conflict, "done_already").into()),
        Before::Done(done) => told_again(app, call, caller, &done),
    };
    Ok(reply.header(REPLAYED, "true"))
}

/// The answer of a request that was done, but whose answer was lost with the server.
fn told_again(app: &App, call: &Call, caller: &Caller, done: &Done) -> Reply {
    let record = |entity: &str, id: i64| -> Json {
        let seen = app.engine.get(&caller.actor, entity, id).ok().and_then(|(json, _)| serde_json::from_slice(&json).ok());
        seen.unwrap_or_else(|| json!({"id": id.to_string()}))
    };
    let mut told = done.json();
    let route: Vec<&str> = call.path.trim_start_matches('/').split('/').collect();
    match (done.kind.as_str(), route.as_slice()) {
        ("edit", [entity]) => {
            if let Some(made) = done.records.iter().find(|record| record.created && !record.by_rule) {
                let location = format!("/api/v1/{entity}/{}", made.id);
                return Reply::json(&record(entity, made.id)).status(201).header(header::LOCATION, location);
            }
        }
        ("bulk" | "action", [entity, "actions", _]) => {
            let of_entity = done.records.iter().filter(|record| record.entity == *entity);
            let results: Vec<Json> = of_entity.map(|record| json!({"id": record.id.to_string(), "ok": true, "problem": null})).collect();
            told["updated"] = json!(results.len());
            told["results"] = json!(results);
        }
        ("edit" | "action", [entity, id, verb]) => {
            let Ok(id) = id.parse() else { return Reply::json(&told) };
            if *verb == "restore" {
                return Reply::json(&record(entity, id));
            }
            told["record"] = record(entity, id);
            told["result"] = Json::Null;
        }
        ("merge", [entity, _]) => {
            let kept: Option<i64> = call.object().ok().and_then(|body| body.get("keep")?.as_str()?.parse().ok());
            told["record"] = kept.map_or(Json::Null, |id| record(entity, id));
        }
        _ => {}
    }
    Reply::json(&told).status(if done.task.is_some() { 202 } else { 200 })
}
