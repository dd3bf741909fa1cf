//! `guanxi serve`.

use std::io::IsTerminal;

use tokio::net::TcpListener;

use super::{open, said};
use crate::app::App;
use crate::background::Background;
use crate::config::Config;
use crate::net::Limits;

/// Serves until told to stop.
pub fn serve(config: Config) -> Result<(), String> {
    let engine = open(&config, "use that one")?;
    engine.end_interrupted_tasks().map_err(said)?;
    let app = App::new(engine.clone(), config.clone()).map_err(said)?;
    app.imports.recover().map_err(said)?;
    let events = app.events.clone();
    let _listening = engine.events().listen(move |event| {
        let _ = events.send(event.clone());
    });
    // Asked here: the runtime's own threads never wait for a database.
    let new = engine.needs_setup().map_err(said)?;
    let node = engine.join_nodes().map_err(said)?;
    let background = Background::start(engine.clone(), app.files.clone()).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    let limits = Limits::of_system();
    let served = runtime.block_on(listen(app, &config, limits, new));
    engine.end();
    runtime.shutdown_timeout(limits.drain);
    background.stop();
    drop(node);
    served
}

async fn listen(app: App, config: &Config, limits: Limits, new: bool) -> Result<(), String> {
    let listener = TcpListener::bind(&config.listen).await.map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let base = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    tracing::info!("listening on {address}");
    if new {
        // Printed, not logged: it is a secret for the person who started the server.
        println!("Set up Guanxi here (one time): {base}/setup?token={}", app.setup_token);
    } else if std::io::stdout().is_terminal() {
        println!("Guanxi runs at {base}");
    }
    let ending = app.ending.clone();
    let stop = async move {
        told_to_stop().await;
        ending.send_replace(true);
    };
    crate::net::serve(listener, crate::routes::router(app), limits, stop).await;
    Ok(())
}

async fn told_to_stop() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
