//! The state shared by all requests, and how a handler runs.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use guanxi_engine::engine::Snowflake;
use guanxi_engine::files::Files;
use guanxi_engine::import::Imports;
use guanxi_engine::{Engine, Setup};
use guanxi_model::time::SystemClock;
use guanxi_model::{Catalog, EntityType, Error, Problem, Result, Status};
use guanxi_store::Store;
use guanxi_store::schema::{self, Standing};
use tokio::sync::{Semaphore, broadcast, watch};

use crate::caller::{Call, Caller};
use crate::config::Config;
use crate::reply::Reply;
use crate::throttle::Throttle;

/// Requests worked on at once; more wait, and beyond [`WAITING`] are told to come back.
const WORKERS: usize = 64;
/// Requests that may wait for their turn.
const WAITING: usize = 2048;
/// Events a slow listener may be behind before it is told to look again at everything.
const EVENTS: usize = 1024;

/// Where the head of the change log's chain is noted, in the data folder.
pub const HEAD_FILE: &str = "chain.head";
/// The folder of stored files in the data folder.
pub const FILES: &str = "files";
/// The embedded database as it was before the last upgrade.
pub const BEFORE_UPGRADE: &str = "guanxi.db.before-upgrade";

/// The state shared by all requests.
#[derive(Clone)]
pub struct App {
    pub engine: Engine,
    pub imports: Imports,
    pub files: Files,
    pub config: Arc<Config>,
    pub throttle: Arc<Throttle>,
    /// The one-time secret of the set-up, while nobody can sign in.
    pub setup_token: Arc<str>,
    pub events: broadcast::Sender<guanxi_engine::Event>,
    pub in_hand: Arc<crate::idempotency::InHand>,
    /// Whether the server ends: what would go on for ever ends with it.
    pub ending: Arc<watch::Sender<bool>>,
    workers: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Opens the engine a configuration names.
pub fn open_engine(config: &Config) -> Result<Engine> {
    make_folder(&config.data).map_err(|error| Error::internal(format!("{}: {error}", config.data.display())))?;
    let store = match &config.database {
        Some(url) => Store::open_postgres(url)?,
        None => Store::open_sqlite(&config.data)?,
    };
    let entities = guanxi_crm::product();
    if config.database.is_none() {
        keep_as_it_was(&store, config, &entities)?;
    }
    let ids = Arc::new(Snowflake::new(std::process::id() as u8));
    let engine = Engine::open(Setup {
        store,
        entities,
        made: guanxi_crm::made(),
        clock: Arc::new(SystemClock),
        ids: ids.clone(),
        head_file: Some(config.data.join(HEAD_FILE)),
    })?;
    if config.database.is_some() {
        // Two nodes must never give the same identity; an embedded database has one only.
        ids.take_number(engine.store())?;
    }
    Ok(engine)
}

/// The data folder is its owner's alone.
pub fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// A copy of the embedded database before a new release changes it. The change itself is one
/// transaction: where it fails the database is as it was; the copy is for those who want to go back
/// to the old release.
fn keep_as_it_was(store: &Store, config: &Config, entities: &[EntityType]) -> Result<()> {
    let catalog = Catalog::new(entities.iter().map(|entity| entity.def.clone()), 0);
    if store.read(|conn| schema::standing(conn, &catalog))? != Standing::Behind {
        return Ok(());
    }
    let file = config.data.join(BEFORE_UPGRADE);
    if file.exists() {
        std::fs::remove_file(&file).map_err(Error::internal)?;
    }
    Store::backup_file(&config.data, &file)?;
    tracing::info!("the database before the upgrade is kept as {}", file.display());
    Ok(())
}

/// The imports of an engine: their files wait in the data folder, whatever the database.
pub fn imports(engine: &Engine, config: &Config) -> Imports {
    Imports::new(engine.clone(), config.data.join("imports"))
}

/// The stored files of an engine: they lie in the data folder, whatever the database.
pub fn files(engine: &Engine, config: &Config) -> Files {
    Files::new(engine.clone(), config.data.join(FILES))
}

impl App {
    /// The application over an open engine.
    pub fn new(engine: Engine, config: Config) -> Result<Self> {
        let (events, _) = broadcast::channel(EVENTS);
        Ok(Self {
            imports: imports(&engine, &config),
            files: files(&engine, &config),
            engine,
            config: Arc::new(config),
            throttle: Arc::default(),
            setup_token: guanxi_engine::accounts::secret()?.into(),
            events,
            in_hand: Arc::default(),
            ending: Arc::default(),
            workers: Arc::new(Semaphore::new(WORKERS)),
            waiting: Arc::new(Semaphore::new(WORKERS + WAITING)),
        })
    }

    /// This application for one request that must be done once.
    pub fn once(&self, once: Arc<guanxi_engine::once::Once>) -> Self {
        let engine = self.engine.once(once);
        Self { imports: imports(&engine, &self.config), engine, ..self.clone() }
    }

    /// Runs work that may block on a thread of its own, within the limits.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> Result<T> + Send + 'static) -> Result<T> {
        let busy = || Error::from(Problem::new(Status::Busy, "busy"));
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
        let permit = self.workers.clone().acquire_owned().await.map_err(|_| busy())?;
        let app = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&app)
        });
        done.await.unwrap_or_else(|_| Err(Error::internal("a request panicked")))
    }

    /// Runs work once the call in hand is answered, or beside it, within the same limits; what fails is logged.
    pub fn afterwards(&self, work: impl FnOnce(&Self) -> Result<()> + Send + 'static) {
        let app = self.clone();
        tokio::spawn(async move {
            if let Err(error) = app.blocking(work).await {
                tracing::error!("work after an answer: {error}");
            }
        });
    }

    /// Answers a call of somebody signed in.
    pub async fn answer(&self, call: Call, work: impl FnOnce(&Self, &Call, &Caller) -> Result<Reply> + Send + 'static) -> Response<Body> {
        self.answer_anyone(call, move |app, call| {
            let caller = call.caller(&app.engine)?;
            crate::idempotency::once(app, call, &caller, |app| work(app, call, &caller))
        })
        .await
    }

    /// Answers a call of anybody.
    pub async fn answer_anyone(&self, call: Call, work: impl FnOnce(&Self, &Call) -> Result<Reply> + Send + 'static) -> Response<Body> {
        let (lang, request) = (call.lang, call.request_id.clone());
        match self.blocking(move |app| work(app, &call)).await {
            Ok(reply) => reply.into_response(),
            Err(error) => crate::problem::respond(&error, lang, &request),
        }
    }
}
