//! Records: lists, one record, changes, bulk changes, merges, actions.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, header};
use guanxi_engine::read::{CountMode, ListRequest, Selection};
use guanxi_engine::rights::Can;
use guanxi_engine::write::{BulkReport, Edit, MergeRequest, Saved, Targets};
use guanxi_model::action::Outcome;
use guanxi_model::labels::Lang;
use guanxi_model::{Error, Problem, Result, Status};
use serde_json::{Map, Value as Json, json};

use super::search::sentence;
use crate::app::App;
use crate::caller::{Call, Caller, Params, id};
use crate::reply::Reply;

/// Of a change: the action that follows it, `{"action","input"}`.
const THEN: &str = "_then";

/// The part of a query that says which records.
pub fn selection(params: &Params) -> Result<Selection> {
    Ok(Selection { filter: params.text("filter"), q: params.text("q"), sort: params.text("sort"), bin: params.flag("bin")? })
}

pub async fn list(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let params = call.params(&["filter", "q", "sort", "fields", "limit", "cursor", "count", "bin"])?;
        let count = match params.text("count").as_deref() {
            None | Some("false") => CountMode::None,
            Some("true") => CountMode::Bounded,
            Some("exact") => CountMode::Exact,
            Some(_) => return Err(Error::malformed("count", "unknown_count")),
        };
        let limit = match params.number("limit")? {
            None => None,
            Some(limit) if (1..=200).contains(&limit) => usize::try_from(limit).ok(),
            Some(_) => return Err(Error::malformed("limit", "limit_out_of_range")),
        };
        let request =
            ListRequest { selection: selection(&params)?, fields: params.text("fields"), limit, cursor: params.text("cursor"), count };
        Ok(Reply::raw(app.engine.list(&caller.actor, &entity, &request)?.json))
    })
    .await
}

pub async fn show(State(app): State<App>, Path((entity, record)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let params = call.params(&["as_of", "bin"])?;
        let record = id(&record)?;
        if let Some(at) = params.instant("as_of")? {
            return Ok(Reply::raw(app.engine.as_of(&caller.actor, &entity, record, at)?));
        }
        let found = if params.flag("bin")? {
            app.engine.get_any(&caller.actor, &entity, record)
        } else {
            app.engine.get(&caller.actor, &entity, record)
        };
        match found {
            Ok((mut json, version)) => {
                let can = can_json(&app.engine.can(&caller.actor, &entity, record)?, call);
                json.pop();
                json.extend_from_slice(format!(",\"_can\":{can}}}").as_bytes());
                Ok(Reply::raw(json).etag(version))
            }
            Err(error) => match app.engine.merged_into(&caller.actor, &entity, record)? {
                Some(kept) => Ok(Reply::nothing().status(308).header(header::LOCATION, format!("/api/v1/{entity}/{kept}"))),
                None => Err(error),
            },
        }
    })
    .await
}

/// What the caller may do with a record: verbs, and actions with what stands in the way now.
fn can_json(can: &Can, call: &Call) -> Json {
    let why = |problem: &Problem| crate::problem::detail(call.lang, problem.code, &problem.args);
    let actions: Map<String, Json> =
        can.actions.iter().map(|(name, problem)| ((*name).to_owned(), json!(problem.as_ref().map(why)))).collect();
    json!({"verbs": can.verbs, "actions": actions})
}

pub async fn create(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let saved = app.engine.create(&caller.actor, &entity, call.object()?)?;
        let location = format!("/api/v1/{entity}/{}", saved.id);
        Ok(record(saved).status(201).header(header::LOCATION, location))
    })
    .await
}

pub async fn edit(State(app): State<App>, Path((entity, target)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let target = id(&target)?;
        let (mut values, version) = (call.object()?, call.if_match()?);
        let saved = match values.remove(THEN) {
            None => app.engine.edit(&caller.actor, &entity, target, values, version),
            Some(Json::Object(then)) => {
                let action = then.get("action").and_then(Json::as_str).ok_or_else(|| Error::malformed(THEN, "required"))?;
                let input = part(&then, "input")?;
                app.engine.edit_then(&caller.actor, &entity, target, Edit { values, version }, action, input)
            }
            Some(_) => Err(Error::malformed(THEN, "not_an_object")),
        };
        match saved {
            Ok(saved) => Ok(record(saved)),
            Err(Error::Refused(problem)) if problem.status == Status::Stale => stale(app, call, caller, &entity, target, &problem),
            Err(error) => Err(error),
        }
    })
    .await
}

/// 412 with the record as it is now, so that both values can be shown side by side.
fn stale(app: &App, call: &Call, caller: &Caller, entity: &str, target: i64, problem: &Problem) -> Result<Reply> {
    let mut document = crate::problem::document(problem, call.lang, &call.request_id);
    let (current, _) = app.engine.get(&caller.actor, entity, target)?;
    document["current"] = serde_json::from_slice(&current).map_err(Error::internal)?;
    Ok(Reply { content_type: "application/problem+json", ..Reply::json(&document).status(Status::Stale.code()) })
}

pub async fn delete(State(app): State<App>, Path((entity, target)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        app.engine.delete(&caller.actor, &entity, id(&target)?, call.if_match()?)?;
        Ok(Reply::nothing())
    })
    .await
}

pub async fn restore(State(app): State<App>, Path((entity, target)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, _, caller| Ok(record(app.engine.restore(&caller.actor, &entity, id(&target)?)?))).await
}

pub fn record(saved: Saved) -> Reply {
    let version = saved.version;
    Reply::raw(saved.json).etag(version)
}

/// `{"ids":[…]}` or `{"filter":{…},"q":"…"}` of a body.
fn targets(body: &Map<String, Json>) -> Result<Targets> {
    match (body.get("ids"), body.get("filter")) {
        (Some(Json::Array(list)), None) => {
            let ids: Option<Vec<i64>> =
                list.iter().map(|item| item.as_str().and_then(|text| text.parse().ok()).or(item.as_i64())).collect();
            Ok(Targets::Ids(ids.ok_or_else(|| Error::malformed("ids", "not_an_id"))?))
        }
        (None, Some(filter @ Json::Object(_))) => {
            let q = body.get("q").and_then(Json::as_str).map(str::to_owned);
            Ok(Targets::Selection(Selection { filter: Some(filter.to_string()), q, ..Selection::default() }))
        }
        _ => Err(Error::malformed("ids", "ids_or_filter")),
    }
}

fn part(body: &Map<String, Json>, name: &'static str) -> Result<Map<String, Json>> {
    match body.get(name) {
        None | Some(Json::Null) => Ok(Map::new()),
        Some(Json::Object(object)) => Ok(object.clone()),
        Some(_) => Err(Error::malformed(name, "not_an_object")),
    }
}

pub async fn bulk_edit(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let body = call.object_of(&["ids", "filter", "q", "set"])?;
        let set = part(&body, "set")?;
        if set.is_empty() {
            return Err(Error::malformed("set", "required"));
        }
        bulk(app, call, caller, &entity, &body, guanxi_engine::tasks::BulkWork::Edit(set))
    })
    .await
}

pub async fn bulk_delete(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let body = call.object_of(&["ids", "filter", "q"])?;
        bulk(app, call, caller, &entity, &body, guanxi_engine::tasks::BulkWork::Delete)
    })
    .await
}

pub async fn act_on_many(State(app): State<App>, Path((entity, action)): Path<(String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let body = call.object()?;
        if !body.contains_key("ids") && !body.contains_key("filter") {
            let input = if body.contains_key("input") { part(&body, "input")? } else { body };
            return acted(app, caller, &entity, None, &action, input);
        }
        let body = call.object_of(&["ids", "filter", "q", "input"])?;
        let input = part(&body, "input")?;
        bulk(app, call, caller, &entity, &body, guanxi_engine::tasks::BulkWork::Action { name: action, input })
    })
    .await
}

/// Few rows at once; many as a task with progress.
fn bulk(
    app: &App,
    call: &Call,
    caller: &Caller,
    entity: &str,
    body: &Map<String, Json>,
    work: guanxi_engine::tasks::BulkWork,
) -> Result<Reply> {
    let ids = app.engine.targets(&caller.actor, entity, &targets(body)?)?;
    if ids.len() > guanxi_engine::tasks::BULK_LIMIT {
        let task = app.engine.start_bulk(&caller.actor, entity, ids, work)?;
        return Ok(Reply::json(&json!({"job": task.to_string()})).status(202));
    }
    let report = app.engine.bulk_now(&caller.actor, entity, ids, work)?;
    Ok(Reply::json(&report_json(&report, call)))
}

fn report_json(report: &BulkReport, call: &Call) -> Json {
    let results: Vec<Json> = report
        .results
        .iter()
        .map(|row| {
            let problem = row.problem.as_ref().map(|problem| crate::problem::document(problem, call.lang, &call.request_id));
            json!({"id": row.id.to_string(), "ok": row.problem.is_none(), "problem": problem})
        })
        .collect();
    json!({"change_set": report.change_set.map(|id| id.to_string()), "updated": report.updated, "results": results})
}

pub async fn act(State(app): State<App>, Path((entity, target, action)): Path<(String, String, String)>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let target = id(&target)?;
        acted(app, caller, &entity, Some(target), &action, call.object()?)
    })
    .await
}

fn acted(app: &App, caller: &Caller, entity: &str, target: Option<i64>, action: &str, input: Map<String, Json>) -> Result<Reply> {
    let done = app.engine.act(&caller.actor, entity, target, action, input)?;
    let mut body = b"{\"record\":".to_vec();
    body.extend_from_slice(done.record.as_deref().unwrap_or(b"null"));
    body.extend_from_slice(b",\"result\":");
    body.extend_from_slice(outcome(caller.actor.lang, &done.outcome).to_string().as_bytes());
    body.extend_from_slice(b",\"change_set\":");
    body.extend_from_slice(json!(done.change_set.map(|id| id.to_string())).to_string().as_bytes());
    body.push(b'}');
    Ok(Reply::raw(body))
}

fn outcome(lang: Lang, outcome: &Outcome) -> Json {
    if outcome.values.is_empty() && outcome.sentences.is_empty() && outcome.items.is_empty() {
        return Json::Null;
    }
    let mut result = Map::new();
    for (name, value) in &outcome.values {
        result.insert((*name).to_owned(), json!(value));
    }
    for (name, said) in &outcome.sentences {
        result.insert((*name).to_owned(), json!(sentence(lang, said)));
    }
    if !outcome.items.is_empty() {
        let items =
            outcome.items.iter().map(|row| row.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect::<Map<_, _>>());
        result.insert("items".into(), json!(items.collect::<Vec<_>>()));
    }
    Json::Object(result)
}

pub async fn merge(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let body = call.object_of(&["keep", "merge", "fields", "dry_run"])?;
        let as_id = |json: &Json| json.as_str().and_then(|text| text.parse::<i64>().ok()).or(json.as_i64());
        let keep = body.get("keep").and_then(as_id).ok_or_else(|| Error::malformed("keep", "not_an_id"))?;
        let merge: Option<Vec<i64>> = body.get("merge").and_then(Json::as_array).and_then(|list| list.iter().map(as_id).collect());
        let mut fields = std::collections::BTreeMap::new();
        for (name, from) in part(&body, "fields")? {
            let from = as_id(&from).ok_or_else(|| Error::malformed(&name, "not_an_id"))?;
            fields.insert(name, from);
        }
        let dry_run = body.get("dry_run").and_then(Json::as_bool).unwrap_or(false);
        let merge = merge.ok_or_else(|| Error::malformed("merge", "not_a_list"))?;
        let report = app.engine.merge(&caller.actor, &entity, MergeRequest { keep, merge, fields, dry_run })?;
        let record: Json = serde_json::from_slice(&report.record.json).map_err(Error::internal)?;
        Ok(Reply::json(&json!({"record": record, "moved": report.moved, "change_set": report.change_set.map(|id| id.to_string())})))
    })
    .await
}
