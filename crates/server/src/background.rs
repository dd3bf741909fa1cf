//! The thread that runs what is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use guanxi_engine::Engine;
use guanxi_engine::files::Files;

/// How often due work is looked for.
const EVERY: Duration = Duration::from_secs(5);
/// Looks at what other nodes changed, in that time.
const PARTS: u32 = 10;

/// A running thread; it ends when told.
pub struct Background {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts looking for due work.
    pub fn start(engine: Engine, files: Files) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let thread = std::thread::Builder::new().name("jobs".into()).spawn(move || {
            let shared = engine.store().dialect() == guanxi_store::dialect::Dialect::Postgres;
            while !told.load(Ordering::SeqCst) {
                if let Err(error) = engine.run_due() {
                    tracing::error!("due work: {error}");
                }
                if let Err(error) = files.sweep() {
                    tracing::error!("files nobody kept: {error}");
                }
                // Woken early only to stop.
                for _ in 0..PARTS {
                    std::thread::park_timeout(EVERY / PARTS);
                    if told.load(Ordering::SeqCst) {
                        break;
                    }
                    if shared && let Err(error) = engine.look_at_other_nodes() {
                        tracing::error!("other nodes: {error}");
                    }
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Lets the work in hand end.
    pub fn stop(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
