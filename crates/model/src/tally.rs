//! Counts and sums kept up to date by group, so that figures need not read every record.

use crate::entity::EntityDef;
use crate::kind::Kind;
use crate::record::Record;
use crate::time::Instant;
use crate::wire::{Cell, cells_of};

/// What is counted of an entity, and by what: positions of fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// Fields that make the groups. An instant counts by the month, in every time zone.
    pub keys: Vec<usize>,
    /// Numbers that are added up.
    pub sums: Vec<usize>,
}

/// What one record adds to its group.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// One for each key.
    pub group: Vec<Cell<'static>>,
    /// One for each sum.
    pub amounts: Vec<Option<i64>>,
}

impl Tally {
    /// What a live record adds, and where.
    pub fn share(&self, record: &Record) -> Share {
        let first = |index: &usize| cells_of(record.at(*index)).0.into_owned();
        let group = self.keys.iter().map(|index| key(record.entity(), *index, first(index))).collect();
        Share { group, amounts: self.sums.iter().map(|index| first(index).int()).collect() }
    }
}

/// A cell as it makes a group.
pub fn key(def: &EntityDef, field: usize, cell: Cell<'static>) -> Cell<'static> {
    match (def.fields.get(field).map(crate::FieldDef::values), cell) {
        (Some(Kind::DateTime), Cell::Int(at)) => Cell::Int(stretch_of(at)),
        (_, cell) => cell,
    }
}

/// Zones differ from UTC by a multiple of this.
const QUARTER_MS: i64 = 15 * 60_000;
/// The zone farthest ahead of UTC, and the one farthest behind.
const AHEAD_MS: i64 = 14 * 3_600_000;
const BEHIND_MS: i64 = 12 * 3_600_000;

/// The start of the stretch of time around a moment in which no month begins in any zone: nearly
/// the whole month, and a quarter of an hour around its ends, where it begins somewhere.
pub fn stretch_of(at: i64) -> i64 {
    // Whole seconds, as groups by month count them.
    let at = at / 1000 * 1000;
    let Some((from, to)) = Instant(at).utc_month() else { return at };
    let (from, to) = (from.0 + BEHIND_MS, to.0 - AHEAD_MS);
    if at >= from && at < to { from } else { at - at.rem_euclid(QUARTER_MS) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Zone;

    #[test]
    fn a_moment_and_its_stretch_are_in_one_month_in_every_zone() {
        let zones = ["Asia/Shanghai", "UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "America/St_Johns", "Pacific/Marquesas"];
        let month = |zone: &Zone, at: i64| zone.date_of(Instant(at)).to_string().get(..7).map(str::to_owned);
        let start = Instant::parse("2025-12-25T00:00:00Z").unwrap().0;
        for zone in zones.map(|name| Zone::parse(name).unwrap()) {
            for minutes in (0..100 * 24 * 60).step_by(7) {
                let at = start + minutes * 60_000 + 59_999;
                assert_eq!(month(&zone, stretch_of(at)), month(&zone, at), "{at}");
            }
        }
    }

    #[test]
    fn most_of_a_month_is_one_stretch() {
        let at = |text: &str| Instant::parse(text).unwrap().0;
        assert_eq!(stretch_of(at("2026-02-01T12:00:00Z")), stretch_of(at("2026-02-28T09:59:59Z")));
        assert_ne!(stretch_of(at("2026-02-01T11:59:59Z")), stretch_of(at("2026-02-01T12:00:00Z")));
    }
}
