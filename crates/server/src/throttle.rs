//! Slowing down who guesses passwords: by account and by source.

use std::collections::HashMap;
use std::sync::Mutex;

use guanxi_model::{Error, Instant, Problem, Result, Status};

/// Failures that cost nothing yet.
const FREE_ACCOUNT: u32 = 5;
const FREE_SOURCE: u32 = 20;
/// Longest wait, in seconds.
const LONGEST: i64 = 900;
/// Keys remembered; beyond, the oldest waits are dropped.
const REMEMBERED: usize = 100_000;

/// Failures so far and when the next try is allowed (milliseconds UTC).
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, (u32, i64)>>,
}

impl Throttle {
    /// Refuses while an account or a source has to wait.
    pub fn check(&self, login: &str, source: &str, now: Instant) -> Result<()> {
        let failures = self.failures.lock().map_err(|_| Error::internal("throttle"))?;
        let until =
            [key("account", login), key("source", source)].iter().filter_map(|key| failures.get(key)).map(|(_, until)| *until).max();
        match until.filter(|until| *until > now.0) {
            Some(until) => {
                let seconds = (until - now.0) / 1000 + 1;
                Err(Problem::new(Status::TooMany, "too_many_tries").arg("seconds", seconds).into())
            }
            None => Ok(()),
        }
    }

    /// Notes a failure.
    pub fn failed(&self, login: &str, source: &str, now: Instant) {
        let Ok(mut failures) = self.failures.lock() else { return };
        if failures.len() > REMEMBERED {
            failures.retain(|_, (_, until)| *until > now.0);
        }
        for (key, free) in [(key("account", login), FREE_ACCOUNT), (key("source", source), FREE_SOURCE)] {
            let entry = failures.entry(key).or_default();
            entry.0 = entry.0.saturating_add(1);
            if entry.0 >= free {
                let wait = LONGEST.min(1 << (entry.0 - free).min(20));
                entry.1 = now.0 + wait * 1000;
            }
        }
    }

    /// Forgets the failures of an account that signed in.
    pub fn succeeded(&self, login: &str) {
        if let Ok(mut failures) = self.failures.lock() {
            failures.remove(&key("account", login));
        }
    }
}

fn key(kind: &str, name: &str) -> String {
    format!("{kind}:{}", name.trim().to_lowercase().chars().take(100).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_wrong_password_has_to_wait() {
        let throttle = Throttle::default();
        let now = Instant(1_000_000);
        for _ in 0..5 {
            throttle.check("li", "10.0.0.1", now).unwrap();
            throttle.failed("li", "10.0.0.1", now);
        }
        assert!(throttle.check("LI ", "10.0.0.2", now).is_err());
        assert!(throttle.check("wang", "10.0.0.1", now).is_ok());
        throttle.succeeded("li");
        assert!(throttle.check("li", "10.0.0.2", now).is_ok());
    }
}
