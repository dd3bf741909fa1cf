//! Slowing down who guesses passwords: by account and by source.

use std::collections::HashMap;
use std::sync::Mutex;

use guanxi_model::{Error, Instant, Problem, Result, Status};

/// Failures that cost nothing yet.
const FREE_ACCOUNT: u32 = 5;
const FREE_SOURCE: u32 = 20;
/// Milliseconds after which one failure is forgiven. Behind one address a whole company may sit, and mistypes every day.
const FORGIVEN_ACCOUNT: i64 = 15 * 60_000;
const FORGIVEN_SOURCE: i64 = 30_000;
/// Longest wait, in seconds.
const LONGEST: i64 = 900;
/// Keys remembered; beyond, those that have nothing to wait for are dropped.
const REMEMBERED: usize = 100_000;

/// Who failed lately.
#[derive(Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy, Default)]
struct Failures {
    count: u32,
    /// When the last one was counted or forgiven (milliseconds UTC).
    counted_at: i64,
    /// When the next try is allowed.
    until: i64,
}

impl Failures {
    /// What is left of them by now.
    fn by(self, now: Instant, forgiven: i64) -> Self {
        let gone = u32::try_from((now.0 - self.counted_at).max(0) / forgiven).unwrap_or(u32::MAX);
        Self {
            count: self.count.saturating_sub(gone),
            counted_at: self.counted_at.saturating_add(i64::from(gone).saturating_mul(forgiven)),
            ..self
        }
    }
}

impl Throttle {
    /// Refuses while an account or a source has to wait.
    pub fn check(&self, login: &str, source: &str, now: Instant) -> Result<()> {
        let failures = self.failures.lock().map_err(|_| Error::internal("throttle"))?;
        let until =
            [key("account", login), key("source", source)].iter().filter_map(|key| failures.get(key)).map(|entry| entry.until).max();
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
            failures.retain(|_, entry| entry.until > now.0);
        }
        let limits = [(key("account", login), FREE_ACCOUNT, FORGIVEN_ACCOUNT), (key("source", source), FREE_SOURCE, FORGIVEN_SOURCE)];
        for (key, free, forgiven) in limits {
            let entry = failures.entry(key).or_default();
            *entry = entry.by(now, forgiven);
            if entry.count == 0 {
                entry.counted_at = now.0;
            }
            entry.count = entry.count.saturating_add(1);
            if entry.count >= free {
                let wait = LONGEST.min(1 << (entry.count - free).min(20));
                entry.until = now.0 + wait * 1000;
            }
        }
    }

    /// Forgets the failures of an account that signed in, and one of those of where it did.
    pub fn succeeded(&self, login: &str, source: &str) {
        if let Ok(mut failures) = self.failures.lock() {
            failures.remove(&key("account", login));
            if let Some(entry) = failures.get_mut(&key("source", source)) {
                entry.count = entry.count.saturating_sub(1);
            }
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
        throttle.succeeded("li", "10.0.0.1");
        assert!(throttle.check("li", "10.0.0.2", now).is_ok());
    }

    #[test]
    fn a_company_behind_one_address_is_not_locked_out_by_its_typing_errors() {
        let throttle = Throttle::default();
        let minute = |n: i64| Instant(n * 60_000);
        for n in 0..600 {
            throttle.check(&format!("person{n}"), "10.0.0.1", minute(n)).unwrap();
            throttle.failed(&format!("person{n}"), "10.0.0.1", minute(n));
        }
        // Nor by a busy morning on which most get it right.
        for n in 0..600 {
            let now = Instant(minute(600).0 + n * 1000);
            throttle.check(&format!("person{n}"), "10.0.0.1", now).unwrap();
            throttle.failed(&format!("person{n}"), "10.0.0.1", now);
            throttle.succeeded(&format!("other{n}"), "10.0.0.1");
        }
    }

    #[test]
    fn one_password_tried_on_many_accounts_is_slowed_by_its_source() {
        let throttle = Throttle::default();
        let tried = (0..200).take_while(|n| {
            let now = Instant(1_000_000 + n * 100);
            let allowed = throttle.check(&format!("person{n}"), "10.0.0.1", now).is_ok();
            throttle.failed(&format!("person{n}"), "10.0.0.1", now);
            allowed
        });
        assert_eq!(tried.count(), 20);
    }
}
