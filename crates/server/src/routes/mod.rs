//! Every route of the API, on one page.

mod changes;
mod events;
mod exports;
mod fields;
mod files;
mod health;
mod imports;
mod me;
mod meta;
mod objects;
mod records;
mod search;
mod session;
mod sessions;
mod setup;
mod tasks;
mod tokens;
mod visitors;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The whole application.
pub fn router(app: App) -> Router {
    let api = Router::new()
        .route("/setup", get(setup::needed).post(setup::set_up))
        .route("/session", post(session::sign_in).delete(session::sign_out))
        .route("/sign-in", get(visitors::welcome))
        .route("/registrations", post(visitors::register))
        .route("/password-requests", post(visitors::ask_for_password))
        .route("/password-resets/{secret}", get(session::reset_shown).post(session::reset))
        .route("/me", get(me::show).patch(me::change))
        .route("/me/notifications/read", post(me::read_notifications))
        .route("/tokens", get(tokens::list).post(tokens::add))
        .route("/tokens/{id}", axum::routing::delete(tokens::revoke))
        .route("/sessions", get(sessions::list).delete(sessions::end_others))
        .route("/sessions/{id}", axum::routing::delete(sessions::end))
        .route("/meta", get(meta::show))
        .route("/openapi.json", get(meta::openapi))
        .route("/search", get(search::everything))
        .route("/explain", get(search::explain))
        .route("/events", get(events::stream))
        .route("/changes", get(changes::list))
        .route("/reads", get(changes::reads))
        .route("/changes/{id}", get(changes::show))
        .route("/changes/{id}/undo", post(changes::undo))
        .route("/fields", get(fields::list).post(fields::add))
        .route("/fields/{id}", axum::routing::patch(fields::edit))
        .route("/objects", get(objects::list).post(objects::add))
        .route("/objects/{id}", axum::routing::patch(objects::edit))
        .route("/files", post(files::upload).layer(axum::extract::DefaultBodyLimit::disable()))
        .route("/files/{id}", get(files::download))
        .route("/imports", get(imports::list))
        .route("/imports/{id}", get(imports::show).patch(imports::change))
        .route("/imports/{id}/preview", post(imports::preview))
        .route("/imports/{id}/run", post(imports::run))
        .route("/imports/{id}/revert", post(imports::revert))
        .route("/imports/{id}/errors", get(imports::errors))
        .route("/jobs/{id}", get(tasks::show).delete(tasks::cancel))
        .route("/users/{id}/sessions", get(sessions::list_of).delete(sessions::end_all_of))
        .route("/users/{id}/reset-password", post(session::make_reset))
        .route("/{entity}", get(records::list).post(records::create).patch(records::bulk_edit).delete(records::bulk_delete))
        .route("/{entity}/aggregate", get(search::aggregate))
        .route("/{entity}/suggest", get(search::suggest))
        .route("/{entity}/duplicates", post(search::duplicates))
        .route("/{entity}/export", get(exports::export).post(exports::apply))
        .route("/{entity}/imports", post(imports::upload).layer(axum::extract::DefaultBodyLimit::disable()))
        .route("/{entity}/merge", post(records::merge))
        .route("/{entity}/actions/{action}", post(records::act_on_many))
        .route("/{entity}/{id}", get(records::show).patch(records::edit).delete(records::delete))
        .route("/{entity}/{id}/history", get(changes::history))
        .route("/{entity}/{id}/timeline", get(changes::timeline))
        .route("/{entity}/{id}/attachments", get(files::list).post(files::attach))
        .route("/{entity}/{id}/attachments/{attachment}", axum::routing::delete(files::detach))
        .route("/{entity}/{id}/restore", post(records::restore))
        .route("/{entity}/{id}/{action}", post(records::act))
        .fallback(health::nothing_here)
        .method_not_allowed_fallback(health::wrong_method);
    Router::new()
        .nest("/api/v1", api)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(crate::assets::serve)
        .layer(axum::middleware::from_fn_with_state(app.clone(), crate::headers::secure))
        .layer(tower_http::compression::CompressionLayer::new())
        .with_state(app)
}
