//! Days and times of a cell as people and spreadsheets write them.

use guanxi_model::time::Zone;
use guanxi_model::{Date, Instant, text};
use jiff::civil::{self, DateTime};

use crate::sheet::Cell;

/// Day numbers of Excel that are taken for dates: 1954 to 2119.
const SERIAL_DAYS: std::ops::Range<i64> = 20_000..80_000;

/// The day a cell names.
pub(super) fn date_of(cell: &Cell) -> Option<Date> {
    match cell {
        Cell::Date(date) => Some(*date),
        Cell::DateTime(at) => Some(at.date()),
        Cell::Number(number) => serial_date(number).or_else(|| date(number)),
        Cell::Bool(_) | Cell::Empty => None,
        Cell::Text(shown) => {
            let folded = text::normalise(shown);
            if is_serial(&folded) {
                return serial_date(&folded);
            }
            let (day, time) = day_and_time(&folded);
            let date = date(day)?;
            (time.is_empty() || self::time(time).is_some()).then_some(date)
        }
    }
}

/// The moment a cell names, in the zone of the company where it names none.
pub(super) fn instant_of(cell: &Cell, zone: &Zone) -> Option<Instant> {
    let local = |at: DateTime| zone.parse_local(&at.to_string().replacen('T', " ", 1));
    match cell {
        Cell::Date(date) => Some(zone.start_of(*date)),
        Cell::DateTime(at) => local(*at),
        Cell::Number(number) => match number.split_once('.') {
            None => date_of(cell).map(|date| zone.start_of(date)),
            Some(_) => serial_instant(number, zone),
        },
        Cell::Bool(_) | Cell::Empty => None,
        Cell::Text(shown) => {
            let folded = text::normalise(shown);
            if is_serial(&folded) {
                return serial_instant(&folded, zone);
            }
            if let Some(instant) = Instant::parse(shown.trim()) {
                return Some(instant);
            }
            let (day, time) = day_and_time(&folded);
            let date = date(day)?;
            if time.is_empty() {
                return Some(zone.start_of(date));
            }
            local(DateTime::from_parts(date, self::time(time)?))
        }
    }
}

/// Whether text can only be a day as Excel counts them: five digits, and the part of the day after a point.
fn is_serial(text: &str) -> bool {
    let (days, fraction) = text.split_once('.').unwrap_or((text, "0"));
    days.len() == 5 && !fraction.is_empty() && days.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
}

/// The instant of a day as Excel counts them, with the part of the day after the point.
fn serial_instant(number: &str, zone: &Zone) -> Option<Instant> {
    let date = serial_date(number)?;
    let seconds = (number.parse::<f64>().ok()?.fract() * 86_400.0).round() as i64;
    Some(zone.start_of(date).plus_seconds(seconds))
}

/// A day as Excel counts them, from a cell without a format.
fn serial_date(number: &str) -> Option<Date> {
    let days: i64 = number.split_once('.').map_or(number, |(days, _)| days).parse().ok().filter(|days| SERIAL_DAYS.contains(days))?;
    // Excel's day 1 is 1 January 1900, and it knows a 29 February of that year.
    civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()
}

/// The two halves of a text in normal form: the day, and the time, which may be empty.
fn day_and_time(text: &str) -> (&str, &str) {
    let after_day = text.find(['日', '号']).map(|at| at + '日'.len_utf8());
    let border = after_day.or_else(|| text.find([' ', 't'])).unwrap_or(text.len());
    let (day, time) = text.split_at_checked(border).unwrap_or((text, ""));
    (day.trim(), time.trim_start_matches('t').trim())
}

/// A day that can only be one: the year first, with four digits.
fn date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = if text.contains('年') {
        let (year, rest) = text.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        let day = rest.strip_suffix(['日', '号']).unwrap_or(rest);
        vec![year, month, day]
    } else if let Some(separator) = ['-', '/', '.'].into_iter().find(|separator| text.contains(*separator)) {
        text.split(separator).collect()
    } else if text.len() == 8 && text.is_ascii() {
        vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?]
    } else {
        return None;
    };
    let [year, month, day] = parts.as_slice() else { return None };
    let number = |part: &str, most: usize| -> Option<i16> {
        let part = part.trim();
        let fits = !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse().ok()).flatten()
    };
    let year = number(year, 4).filter(|year| *year >= 1000)?;
    let month = i8::try_from(number(month, 2)?).ok()?;
    let day = i8::try_from(number(day, 2)?).ok()?;
    Date::new(year, month, day).ok()
}

/// A time of day: `8:30`, `08:30:15`, `8时30分`, `下午3:30`.
fn time(text: &str) -> Option<civil::Time> {
    let (afternoon, body) = match () {
        () if text.starts_with("下午") || text.starts_with("晚上") => (Some(true), text.get("下午".len()..)?),
        () if text.starts_with("上午") || text.starts_with("早上") => (Some(false), text.get("上午".len()..)?),
        () if text.ends_with("pm") => (Some(true), text.strip_suffix("pm")?),
        () if text.ends_with("am") => (Some(false), text.strip_suffix("am")?),
        () => (None, text),
    };
    let body = body.trim().replace(['时', '点'], ":").replace('分', ":").replace('秒', "");
    let body = body.trim_end_matches(':');
    let (body, fraction) = body.split_once('.').unwrap_or((body, ""));
    let nanos: i32 = match fraction {
        "" => 0,
        digits if digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit()) => format!("{digits:0<9}").parse().ok()?,
        _ => return None,
    };
    let mut parts = body.split(':');
    let mut next = |most: i8| -> Option<Option<i8>> {
        let Some(part) = parts.next() else { return Some(None) };
        let fits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let value: i8 = fits.then(|| part.parse().ok()).flatten()?;
        (value <= most).then_some(Some(value))
    };
    let (hour, minute, second) = (next(23)??, next(59)?.unwrap_or(0), next(59)?.unwrap_or(0));
    let hour = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    if parts.next().is_some() {
        return None;
    }
    civil::Time::new(hour, minute, second, nanos).ok()
}
