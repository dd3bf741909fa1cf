//! Searching, pickers, duplicates, figures, explanations.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use guanxi_engine::read::{AggregateRequest, Suggestion};
use guanxi_model::action::Said;
use guanxi_model::labels::{self, Lang};
use guanxi_model::{Error, Result};
use serde_json::{Value as Json, json};

use super::records::selection;
use crate::app::App;
use crate::caller::{Call, Caller, id};
use crate::reply::Reply;

pub async fn everything(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, |app, call, caller| {
        let q = call.params(&["q"])?.text("q").unwrap_or_default();
        let hits = app.engine.search(&caller.actor, &q)?;
        let items: Vec<Json> = hits
            .iter()
            .map(|hit| {
                let mut item = suggestion(&hit.found);
                item["entity"] = json!(hit.entity);
                item
            })
            .collect();
        Ok(Reply::json(&json!({"items": items})))
    })
    .await
}

pub async fn suggest(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let params = call.params(&["q", "filter"])?;
        let found = app.engine.suggest(&caller.actor, &entity, &params.text("q").unwrap_or_default(), params.text("filter"))?;
        Ok(Reply::json(&json!({"items": found.iter().map(suggestion).collect::<Vec<_>>()})))
    })
    .await
}

fn suggestion(found: &Suggestion) -> Json {
    let matched = found.matched.as_ref().map(|(field, text)| json!({"field": field, "text": text}));
    json!({"id": found.id.to_string(), "title": found.title, "subtitle": found.subtitle, "match": matched})
}

pub async fn duplicates(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let body = call.object_of(&["values", "except"])?;
        let values = body.get("values").and_then(Json::as_object).cloned().ok_or_else(|| Error::invalid("values", "required"))?;
        let except = match body.get("except") {
            None | Some(Json::Null) => None,
            Some(other) => Some(id(other.as_str().unwrap_or_default())?),
        };
        let found = app.engine.duplicates(&caller.actor, &entity, values, except)?;
        Ok(Reply::json(&json!({"items": found})))
    })
    .await
}

pub async fn aggregate(State(app): State<App>, Path(entity): Path<String>, call: Call) -> Response<Body> {
    app.answer(call, move |app, call, caller| {
        let params = call.params(&["group", "measure", "filter", "q", "bin"])?;
        let request = AggregateRequest {
            selection: selection(&params)?,
            group: params.text("group").unwrap_or_default(),
            measure: params.text("measure").unwrap_or_default(),
        };
        Ok(Reply::json(&app.engine.aggregate(&caller.actor, &entity, &request)?))
    })
    .await
}

pub async fn explain(State(app): State<App>, call: Call) -> Response<Body> {
    app.answer(call, explanation).await
}

fn explanation(app: &App, call: &Call, caller: &Caller) -> Result<Reply> {
    let params = call.params(&["user", "entity", "id"])?;
    let needed = |name: &'static str| params.text(name).ok_or_else(|| Error::malformed(name, "required"));
    let (user, entity, record) = (id(&needed("user")?)?, needed("entity")?, id(&needed("id")?)?);
    let found = app.engine.explain(&caller.actor, user, &entity, record)?;
    let lang = call.lang;
    let verdicts: Vec<Json> = found
        .verdicts
        .iter()
        .map(|verdict| {
            let because: Vec<String> = verdict.because.iter().map(|said| sentence(lang, said)).collect();
            json!({
                "verb": verdict.verb, "label": labels::text(lang, &format!("choice.role_grant.verbs.{}", verdict.verb)),
                "allowed": verdict.allowed, "because": because,
            })
        })
        .collect();
    let fields: Vec<Json> = found
        .fields
        .iter()
        .map(|(field, right)| json!({"field": field, "right": right, "because": labels::text(lang, &format!("explain.field.{right}"))}))
        .collect();
    Ok(Reply::json(&json!({"verdicts": verdicts, "fields": fields})))
}

/// A sentence in the caller's language; values that are keys of texts are translated too.
pub fn sentence(lang: Lang, said: &Said) -> String {
    let args: Vec<(&'static str, String)> =
        said.args.iter().map(|(name, value)| (*name, labels::find(lang, value).map_or_else(|| value.clone(), str::to_owned))).collect();
    labels::fill(lang, said.key, &args)
}
