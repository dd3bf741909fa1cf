//! Several nodes on one database tell each other what they have committed, so that caches and
//! listeners of all of them follow at once. What is lost (a node that ends, a connection that
//! breaks) is found by the look at the marks twice a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use guanxi_model::rule::Op;
use guanxi_model::{Error, Result};
use guanxi_store::dialect::Dialect;
use guanxi_store::{Heard, SAID_MAX};
use serde_json::{Value as Json, json};

use crate::engine::Engine;
use crate::events::{Event, Listener};
use crate::rights::Org;

/// Events that wait to be told; beyond, others are told to look at everything again.
const WAITING: usize = 2000;
/// How often a thread without work looks whether to end.
const LOOK: Duration = Duration::from_millis(200);

/// What happens within so much is told together: each telling is a transaction of its own.
const TOGETHER: Duration = Duration::from_millis(10);

/// A node that talks to the others, until dropped.
pub struct Node {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    _own: Option<Arc<Listener>>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Engine {
    /// Talks to the other nodes of the database; an embedded one has none.
    pub fn join_nodes(&self) -> Result<Node> {
        let stop = Arc::new(AtomicBool::new(false));
        if self.inner.store.dialect() == Dialect::Sqlite {
            return Ok(Node { stop, threads: Vec::new(), _own: None });
        }
        let name = crate::accounts::secret()?;
        let (waiting, told) = sync_channel(WAITING);
        let missed = Arc::new(AtomicBool::new(false));
        let own = self.inner.events.listen_own(push(waiting, missed.clone()));
        let spawn = |what: &str, work: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new().name(what.to_owned()).spawn(work).map_err(Error::internal)
        };
        let (engine, ended, from) = (self.clone(), stop.clone(), name.clone());
        let talker = spawn("talker", Box::new(move || engine.talk(&from, &told, &missed, &ended)))?;
        let (engine, ended) = (self.clone(), stop.clone());
        let listener = spawn("listener", Box::new(move || engine.hear(&name, &ended)))?;
        Ok(Node { stop, threads: vec![talker, listener], _own: Some(own) })
    }

    fn talk(&self, name: &str, told: &Receiver<Event>, missed: &AtomicBool, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) {
            let first = match told.recv_timeout(LOOK) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            std::thread::sleep(TOGETHER);
            let mut words = Vec::new();
            let mut size = 0;
            let mut next = Some(first);
            while let Some(event) = next {
                let word = written(&event);
                size += word.as_ref().map_or(0, |word| word.to_string().len() + 1);
                words.extend(word);
                // Room for one more of any size that a name of an entity allows.
                next = if size < SAID_MAX - 400 { told.try_recv().ok() } else { None };
            }
            if missed.swap(false, Ordering::SeqCst) {
                words = written(&Event::Resync).into_iter().collect();
            }
            if !words.is_empty()
                && let Err(error) = self.inner.store.say(&json!({"node": name, "events": words}).to_string())
            {
                tracing::warn!("other nodes were not told: {error}");
            }
        }
    }

    fn hear(&self, name: &str, stop: &AtomicBool) {
        let mut first = true;
        self.inner.store.listen(&|| !stop.load(Ordering::SeqCst), &mut |heard| match heard {
            Heard::Anew => {
                if !std::mem::take(&mut first) {
                    self.follow(&Event::Resync);
                }
            }
            Heard::Said(text) => {
                let said: Json = serde_json::from_str(&text).unwrap_or(Json::Null);
                if said["node"] == name {
                    return;
                }
                said["events"].as_array().into_iter().flatten().filter_map(read).for_each(|event| self.follow(&event));
            }
        });
    }

    /// Does here what follows from a commit elsewhere, and tells who listens here.
    fn follow(&self, event: &Event) {
        let configures = |entity: &str| self.catalog().get(entity).is_some_and(|def| Org::is_configuration(def));
        match event {
            Event::Metadata | Event::Resync => {
                if let Err(error) = self.reload_definitions() {
                    tracing::error!("definitions: {error}");
                }
            }
            Event::Record { entity, .. } if configures(entity) => self.rights_changed(),
            _ => {}
        }
        self.inner.events.pass_on(event);
    }
}

fn push(waiting: SyncSender<Event>, missed: Arc<AtomicBool>) -> impl Fn(&Event) + Send + Sync + 'static {
    move |event| {
        if waiting.try_send(event.clone()).is_err() {
            missed.store(true, Ordering::SeqCst);
        }
    }
}

/// An event in few letters; none where it concerns this node alone.
fn written(event: &Event) -> Option<Json> {
    Some(match event {
        Event::Record { entity, id, op, change_set } => json!(["r", entity, id, op, change_set]),
        Event::Notice { user, id } => json!(["n", user, id]),
        Event::Task { user, id } => json!(["t", user, id]),
        Event::Metadata => json!(["m"]),
        Event::Resync => json!(["x"]),
        Event::Queued => return None,
    })
}

fn read(word: &Json) -> Option<Event> {
    let number = |at: usize| word.get(at)?.as_i64();
    Some(match word.get(0)?.as_str()? {
        "r" => Event::Record {
            entity: word.get(1)?.as_str()?.to_owned(),
            id: number(2)?,
            op: Op::parse(word.get(3)?.as_str()?)?.name(),
            change_set: number(4)?,
        },
        "n" => Event::Notice { user: number(1)?, id: number(2)? },
        "t" => Event::Task { user: number(1)?, id: number(2)? },
        "m" => Event::Metadata,
        "x" => Event::Resync,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_as_they_are_written() {
        let record = Event::Record { entity: "customer".into(), id: i64::MAX, op: Op::Delete.name(), change_set: 7 };
        for event in [record, Event::Notice { user: 1, id: 2 }, Event::Task { user: 3, id: 4 }, Event::Metadata, Event::Resync] {
            assert_eq!(written(&event).as_ref().and_then(read), Some(event));
        }
        assert_eq!(read(&json!(["r", "customer", 1, "no such op", 2])), None);
    }
}
