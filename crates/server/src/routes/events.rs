//! Live changes by server-sent events: only what the listener may see, by identity alone.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::response::IntoResponse;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use guanxi_engine::Event;
use guanxi_model::Actor;
use serde_json::json;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::app::App;
use crate::caller::Call;

/// How often the listener's session is looked at again.
const CHECK_EVERY: Duration = Duration::from_secs(4);

pub async fn stream(State(app): State<App>, call: Call) -> Response<Body> {
    let (lang, request) = (call.lang, call.request_id.clone());
    let listener = app.events.subscribe();
    let inner = app.clone();
    let call = std::sync::Arc::new(call);
    let again = call.clone();
    match app.blocking(move |app| again.listener(&app.engine).map(|caller| caller.actor)).await {
        Ok(actor) => {
            Sse::new(sent(inner, call, actor, listener)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
        }
        Err(error) => crate::problem::respond(&error, lang, &request),
    }
}

/// The events of one listener. The stream ends when the session, the account or the server does.
fn sent(app: App, call: std::sync::Arc<Call>, actor: Actor, listener: Receiver<Event>) -> impl Stream<Item = Result<Sent, Infallible>> {
    let ending = app.ending.subscribe();
    stream::unfold((app, call, actor, listener, ending), |(app, call, actor, mut listener, mut ending)| async move {
        loop {
            if *ending.borrow() {
                return None;
            }
            let received = tokio::select! {
                received = tokio::time::timeout(CHECK_EVERY, listener.recv()) => received,
                _ = ending.changed() => return None,
            };
            let event = match received {
                Err(_) => {
                    let again = call.clone();
                    app.blocking(move |app| again.listener(&app.engine).map(|_| ())).await.ok()?;
                    continue;
                }
                Ok(Err(RecvError::Closed)) => return None,
                Ok(Err(RecvError::Lagged(_))) => Some(Sent::default().event("resync").data("{}")),
                Ok(Ok(event)) => visible(&app, &actor, event).await,
            };
            if let Some(event) = event {
                return Some((Ok(event), (app, call, actor, listener, ending)));
            }
        }
    })
}

async fn visible(app: &App, actor: &Actor, event: Event) -> Option<Sent> {
    let named = |name: &str, data: serde_json::Value| Some(Sent::default().event(name).data(data.to_string()));
    match event {
        Event::Record { entity, id, op, change_set } => {
            let actor = actor.clone();
            let name = entity.clone();
            let plural = app.blocking(move |app| app.engine.visible(&actor, &name, id)).await.ok()??;
            named("record.changed", json!({"entity": plural, "id": id.to_string(), "op": op, "change_set": change_set.to_string()}))
        }
        Event::Notice { user, id } if Some(user) == actor.user => named("notification", json!({"id": id.to_string()})),
        Event::Task { user, id } if Some(user) == actor.user => named("job", json!({"id": id.to_string()})),
        Event::Resync => named("resync", json!({})),
        Event::Metadata => named("metadata.changed", json!({})),
        _ => None,
    }
}
