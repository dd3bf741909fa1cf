//! The thread that runs what is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use guanxi_engine::Engine;

/// How often due work is looked for.
const EVERY: Duration = Duration::from_secs(5);

/// A running thread; it ends when told.
pub struct Background {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts looking for due work.
    pub fn start(engine: Engine) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let thread = std::thread::Builder::new().name("jobs".into()).spawn(move || {
            while !told.load(Ordering::SeqCst) {
                if let Err(error) = engine.run_due() {
                    tracing::error!("due work: {error}");
                }
                // Woken early only to stop.
                std::thread::park_timeout(EVERY);
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
