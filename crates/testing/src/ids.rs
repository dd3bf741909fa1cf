//! Identities that follow the held clock and count within it: the same in every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use guanxi_model::id::IdSource;
use guanxi_model::time::{Clock, HeldClock};

/// Bits below the milliseconds, for the count.
const COUNTER_BITS: u32 = 20;
/// 2025-01-01T00:00:00Z in milliseconds.
const EPOCH_MS: i64 = 1_735_689_600_000;

/// Time-ordered identities without randomness.
pub struct CountedIds {
    clock: Arc<HeldClock>,
    last: AtomicI64,
}

impl CountedIds {
    /// Identities of a clock.
    pub fn of(clock: Arc<HeldClock>) -> Self {
        Self { clock, last: AtomicI64::new(0) }
    }
}

impl IdSource for CountedIds {
    fn next(&self) -> i64 {
        let first = (self.clock.now().0 - EPOCH_MS).max(0) << COUNTER_BITS;
        let before = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(first.max(last + 1)));
        first.max(before.unwrap_or(first) + 1)
    }
}
