//! Time: instants are milliseconds UTC, dates are civil dates, the zone is applied at the edge.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use jiff::civil::Date;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

/// Milliseconds of a day without a change of clocks.
pub const DAY_MS: i64 = 86_400_000;

impl Instant {
    /// Reads RFC 3339, e.g. `2026-05-12T08:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }

    /// RFC 3339 in UTC with milliseconds.
    pub fn to_rfc3339(self) -> String {
        match Timestamp::from_millisecond(self.0) {
            Ok(t) => format!("{t:.3}"),
            Err(_) => String::new(),
        }
    }

    /// This moment moved by whole days of 24 hours.
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY_MS)))
    }

    /// The first moments of the month around this one and of the next, in UTC.
    pub fn utc_month(self) -> Option<(Self, Self)> {
        let date = Timestamp::from_millisecond(self.0).ok()?.to_zoned(TimeZone::UTC).date();
        let start = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| Self(zoned.timestamp().as_millisecond()));
        Some((start(date.first_of_month())?, start(date.last_of_month().tomorrow().ok()?)?))
    }

    /// This moment moved by seconds.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

/// A time zone by its IANA name.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// Reads an IANA name such as `Asia/Shanghai`.
    pub fn parse(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The default of a new company.
    pub fn shanghai() -> Self {
        Self::parse("Asia/Shanghai").unwrap_or(Self(TimeZone::UTC))
    }

    /// The civil date of a moment here.
    pub fn date_of(&self, at: Instant) -> Date {
        let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        timestamp.to_zoned(self.0.clone()).date()
    }

    /// The first moment of a civil date here.
    pub fn start_of(&self, date: Date) -> Instant {
        match date.to_zoned(self.0.clone()) {
            Ok(zoned) => Instant(zoned.timestamp().as_millisecond()),
            Err(_) => Instant(0),
        }
    }

    /// How far local time is ahead of UTC at a moment.
    pub fn ahead_seconds(&self, at: Instant) -> i64 {
        let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        self.0.to_offset(timestamp).seconds().into()
    }

    /// A moment as people here read it: `2026-05-12 16:00`.
    pub fn format(&self, at: Instant) -> String {
        let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        timestamp.to_zoned(self.0.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The same with seconds, and what there is of a second: nothing is lost.
    pub fn format_exact(&self, at: Instant) -> String {
        let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        timestamp.to_zoned(self.0.clone()).strftime("%Y-%m-%d %H:%M:%S%.f").to_string()
    }

    /// Reads `2026-05-12 16:00` (seconds optional) as the local time of this zone.
    pub fn parse_local(&self, text: &str) -> Option<Instant> {
        let civil: jiff::civil::DateTime = text.replacen(' ', "T", 1).parse().ok()?;
        civil.to_zoned(self.0.clone()).ok().map(|z| Instant(z.timestamp().as_millisecond()))
    }
}

/// The only source of the present moment.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant(Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is moved.
pub struct HeldClock(std::sync::atomic::AtomicI64);

impl HeldClock {
    /// A clock standing at `at`.
    pub fn at(at: Instant) -> Self {
        Self(std::sync::atomic::AtomicI64::new(at.0))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(0);
        self.0.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_day_starts_at_local_midnight() {
        let zone = Zone::shanghai();
        let at = Instant::parse("2026-05-11T17:30:00Z").unwrap();
        assert_eq!(zone.date_of(at).to_string(), "2026-05-12");
        assert_eq!(zone.start_of(zone.date_of(at)).to_rfc3339(), "2026-05-11T16:00:00.000Z");
    }
}
