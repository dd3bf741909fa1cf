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
    /// More changed, on another node, than is told one by one.
    Resync,
}

pub(crate) type Listener = dyn Fn(&Event) + Send + Sync;

/// Those who listen.
#[derive(Default)]
pub struct Events {
    listeners: Mutex<Vec<Weak<Listener>>>,
    /// Those who want what this process itself has committed.
    own: Mutex<Vec<Weak<Listener>>>,
}

impl Events {
    /// Listens for as long as the returned handle lives.
    pub fn listen(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Arc<Listener> {
        add(&self.listeners, Arc::new(listener))
    }

    /// Listens to what this process itself has committed.
    pub(crate) fn listen_own(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Arc<Listener> {
        add(&self.own, Arc::new(listener))
    }

    /// Tells everybody.
    pub fn tell(&self, event: &Event) {
        tell(&self.own, event);
        tell(&self.listeners, event);
    }

    /// Tells what another node has committed.
    pub(crate) fn pass_on(&self, event: &Event) {
        tell(&self.listeners, event);
    }
}

fn add(list: &Mutex<Vec<Weak<Listener>>>, listener: Arc<Listener>) -> Arc<Listener> {
    if let Ok(mut listeners) = list.lock() {
        listeners.push(Arc::downgrade(&listener));
    }
    listener
}

fn tell(list: &Mutex<Vec<Weak<Listener>>>, event: &Event) {
    let listeners: Vec<Arc<Listener>> = match list.lock() {
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
