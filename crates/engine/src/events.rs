//! What was committed, told to those who listen in this process.

use std::sync::{Arc, Mutex, Weak};

/// One committed change, or another thing worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A record changed.
    Record { entity: String, id: i64, op: &'static str, change_set: i64 },
    /// A notice for a user.
    Notice { user: i64, id: i64 },
    /// A job of a user moved on.
    Task { user: i64, id: i64 },
    /// Definitions changed.
    Metadata,
    /// Work was put into the queue.
    Queued,
}

type Listener = dyn Fn(&Event) + Send + Sync;

/// Those who listen.
#[derive(Default)]
pub struct Events {
    listeners: Mutex<Vec<Weak<Listener>>>,
}

impl Events {
    /// Listens for as long as the returned handle lives.
    pub fn listen(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Arc<Listener> {
        let listener: Arc<Listener> = Arc::new(listener);
        if let Ok(mut listeners) = self.listeners.lock() {
            listeners.push(Arc::downgrade(&listener));
        }
        listener
    }

    /// Tells everybody.
    pub fn tell(&self, event: &Event) {
        let listeners: Vec<Arc<Listener>> = match self.listeners.lock() {
            Ok(mut list) => {
                list.retain(|listener| listener.strong_count() > 0);
                list.iter().filter_map(Weak::upgrade).collect()
            }
            Err(_) => return,
        };
        for listener in listeners {
            listener(event);
        }
    }
}
