//! Relative times: `this_month`, `last_30_days` become a range in the company's time zone.

use jiff::ToSpan;
use jiff::civil::Weekday;

use crate::time::{Date, Instant, Zone};

/// The civil dates named by a relative time: first and last day, both included; an open end is
/// `None`. Nothing where the name is not known.
pub fn within(name: &str, today: Date) -> Option<(Option<Date>, Option<Date>)> {
    let back = |days: i64| today.checked_sub(days.days()).ok();
    let ahead = |days: i64| today.checked_add(days.days()).ok();
    let closed = |from: Option<Date>, to: Option<Date>| Some((Some(from?), Some(to?)));
    if let Some(n) = counted(name, "last_") {
        return closed(back(n - 1), Some(today));
    }
    if let Some(n) = counted(name, "next_") {
        return closed(Some(today), ahead(n - 1));
    }
    if let Some(n) = counted(name, "before_") {
        return Some((None, Some(back(n)?)));
    }
    if let Some((from, to)) = aged(name) {
        // Who turns 40 today is 40; who is 39 was born up to a day less than 40 years ago.
        let born = |years: i64| today.checked_sub(years.years()).ok();
        return closed(born(to + 1).and_then(|date| date.checked_add(1.day()).ok()), born(from));
    }
    let monday = back(i64::from(today.weekday().since(Weekday::Monday)));
    let week = |shift: i64| {
        let from = monday?.checked_add((7 * shift).days()).ok()?;
        closed(Some(from), from.checked_add(6.days()).ok())
    };
    let month = |shift: i64| {
        let from = today.first_of_month().checked_add(shift.months()).ok()?;
        closed(Some(from), Some(from.last_of_month()))
    };
    let quarter = |shift: i64| {
        let first = i64::from((today.month() - 1) % 3);
        let from = today.first_of_month().checked_add((3 * shift - first).months()).ok()?;
        closed(Some(from), Some(from.checked_add(2.months()).ok()?.last_of_month()))
    };
    let year = |shift: i64| {
        let from = today.first_of_year().checked_add(shift.years()).ok()?;
        closed(Some(from), Some(from.last_of_year()))
    };
    match name {
        "today" => closed(Some(today), Some(today)),
        "yesterday" => closed(back(1), back(1)),
        "tomorrow" => closed(ahead(1), ahead(1)),
        "this_week" => week(0),
        "last_week" => week(-1),
        "next_week" => week(1),
        "this_month" => month(0),
        "last_month" => month(-1),
        "next_month" => month(1),
        "this_quarter" => quarter(0),
        "last_quarter" => quarter(-1),
        "next_quarter" => quarter(1),
        "this_year" => year(0),
        "last_year" => year(-1),
        "next_year" => year(1),
        "past" => Some((None, back(1))),
        "future" => Some((ahead(1), None)),
        _ => None,
    }
}

/// `last_30_days` with prefix `last_` → 30. At most 3,660 days, so that no date overflows.
fn counted(name: &str, prefix: &str) -> Option<i64> {
    let n: i64 = name.strip_prefix(prefix)?.strip_suffix("_days")?.parse().ok()?;
    (1..=3660).contains(&n).then_some(n)
}

/// `aged_30_39` → 30 and 39 years, both included; at most 150, so that no date overflows.
fn aged(name: &str) -> Option<(i64, i64)> {
    let (from, to) = name.strip_prefix("aged_")?.split_once('_')?;
    let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
    (0 <= from && from <= to && to <= 150).then_some((from, to))
}

/// First moment of the first day and last millisecond of the last one.
pub(super) fn instants(range: (Option<Date>, Option<Date>), zone: &Zone) -> (Option<Instant>, Option<Instant>) {
    let end = |date: Date| date.checked_add(1.day()).ok().map(|next| Instant(zone.start_of(next).0 - 1));
    (range.0.map(|date| zone.start_of(date)), range.1.and_then(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_leap_day() {
        let today: Date = "2028-02-29".parse().unwrap();
        let range = |name| {
            let (from, to) = within(name, today).unwrap();
            format!("{}..{}", from.unwrap(), to.unwrap())
        };
        assert_eq!(range("this_month"), "2028-02-01..2028-02-29");
        assert_eq!(range("last_month"), "2028-01-01..2028-01-31");
        assert_eq!(range("this_week"), "2028-02-28..2028-03-05");
        assert_eq!(range("this_quarter"), "2028-01-01..2028-03-31");
        assert_eq!(range("last_7_days"), "2028-02-23..2028-02-29");
        assert_eq!(range("last_year"), "2027-01-01..2027-12-31");
    }

    #[test]
    fn before_thirty_days_ends_thirty_days_ago() {
        let today: Date = "2028-03-31".parse().unwrap();
        assert_eq!(within("before_30_days", today), Some((None, Some("2028-03-01".parse().unwrap()))));
    }

    #[test]
    fn an_age_is_a_range_of_birth_dates() {
        let today: Date = "2028-02-29".parse().unwrap();
        let born = |name| within(name, today).map(|(from, to)| format!("{}..{}", from.unwrap(), to.unwrap()));
        assert_eq!(born("aged_30_39").as_deref(), Some("1988-03-01..1998-02-28"));
        assert_eq!(born("aged_0_0").as_deref(), Some("2027-03-01..2028-02-29"));
        assert_eq!(born("aged_40_30"), None);
        assert_eq!(born("aged_0_999"), None);
    }

    #[test]
    fn an_unknown_or_absurd_range_is_refused() {
        let today: Date = "2028-02-29".parse().unwrap();
        assert_eq!(within("last_0_days", today), None);
        assert_eq!(within("last_99999999_days", today), None);
        assert_eq!(within("someday", today), None);
        assert_eq!(within("before_9999_days", today), None);
    }
}
