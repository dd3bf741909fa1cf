//! Values as Excel stores them, as cells.

use calamine::ExcelDateTime;
use jiff::civil::{Date, DateTime, Time};

use super::cell::Cell;

/// Significant decimal digits that Excel keeps and shows; the rest of a binary number is noise.
pub(super) const SIGNIFICANT_DIGITS: usize = 15;
/// Whole numbers below this are exact in a binary number of 64 bits.
const EXACT_WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// Serial numbers below this are a time of day without a day.
const FIRST_DAY: f64 = 1.0;
/// Milliseconds in a day.
const DAY_MILLISECONDS: f64 = 86_400_000.0;

/// A number as the user sees it in an unformatted cell, but never in exponent form.
pub(super) fn number(value: f64) -> Cell {
    if !value.is_finite() {
        return Cell::Text(value.to_string());
    }
    if value == 0.0 {
        return Cell::Number("0".to_owned());
    }
    let whole = value.fract() == 0.0 && value.abs() < EXACT_WHOLE_MAX;
    let shown = if whole {
        value
    } else {
        // 3.3000000000000003 is what 1.1 * 3 leaves in a file; the user sees 3.3.
        format!("{value:.*e}", SIGNIFICANT_DIGITS - 1).parse().unwrap_or(value)
    };
    Cell::Number(shown.to_string())
}

/// A date, a time, or both. Times without a day and durations come as text, `08:30:00`.
pub(super) fn date_time(value: &ExcelDateTime) -> Cell {
    let serial = value.as_f64();
    if value.is_duration() || (0.0..FIRST_DAY).contains(&serial) {
        return Cell::Text(hours(serial));
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return number(serial);
    };
    // 29 February 1900 exists in Excel alone.
    let Ok(date) = Date::new(year, month, day) else {
        return number(serial);
    };
    if hour == 0 && minute == 0 && second == 0 && milli == 0 {
        return Cell::Date(date);
    }
    let time = (i8::try_from(hour), i8::try_from(minute), i8::try_from(second));
    let (Ok(hour), Ok(minute), Ok(second)) = time else {
        return number(serial);
    };
    match Time::new(hour, minute, second, i32::from(milli) * 1_000_000) {
        Ok(time) => Cell::DateTime(DateTime::from_parts(date, time)),
        Err(_) => number(serial),
    }
}

/// A date or time that stands as ISO 8601 text in the file.
pub(super) fn iso_date_time(text: &str) -> Cell {
    if let Ok(date) = text.parse::<Date>()
        && !text.contains('T')
    {
        return Cell::Date(date);
    }
    text.trim_end_matches('Z').parse::<DateTime>().map_or_else(|_| Cell::text(text), Cell::DateTime)
}

/// A span of days as hours, minutes and seconds.
fn hours(days: f64) -> String {
    let sign = if days < 0.0 { "-" } else { "" };
    let seconds = (days.abs() * DAY_MILLISECONDS).round() / 1_000.0;
    // Conversion of a number that is too large stops at the largest; no file means that.
    let seconds = seconds.round() as u64;
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;
    use jiff::civil::{date, datetime};

    use super::*;

    fn shown(value: f64) -> String {
        number(value).as_text().into_owned()
    }

    fn dated(serial: f64) -> Cell {
        date_time(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false))
    }

    #[test]
    fn numbers_read_as_they_are_shown() {
        assert_eq!(shown(13_800_138_000.0), "13800138000");
        assert_eq!(shown(0.1), "0.1");
        assert_eq!(shown(1.1 * 3.0), "3.3");
        assert_eq!(shown(-0.5), "-0.5");
        assert_eq!(shown(-0.0), "0");
        assert_eq!(shown(999_999_999_999_999.0), "999999999999999");
        assert_eq!(shown(9_007_199_254_740_991.0), "9007199254740991");
        assert_eq!(shown(123_456_789_012_345_678.0), "123456789012346000");
        assert_eq!(shown(0.000_000_1), "0.0000001");
    }

    #[test]
    fn days_and_times_are_told_apart() {
        assert_eq!(dated(45_413.0), Cell::Date(date(2024, 5, 1)));
        assert_eq!(dated(45_413.354_166_666_664), Cell::DateTime(datetime(2024, 5, 1, 8, 30, 0, 0)));
        assert_eq!(dated(0.354_166_666_666_666_7), Cell::text("08:30:00"));
    }

    #[test]
    fn the_day_that_never_was_stays_a_number() {
        assert_eq!(dated(60.0), Cell::Number("60".to_owned()));
    }

    #[test]
    fn durations_are_hours() {
        let duration = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(date_time(&duration), Cell::text("36:00:00"));
    }

    #[test]
    fn iso_text_is_a_date_if_it_is_one() {
        assert_eq!(iso_date_time("2024-05-01"), Cell::Date(date(2024, 5, 1)));
        assert_eq!(iso_date_time("2024-05-01T08:30:00"), Cell::DateTime(datetime(2024, 5, 1, 8, 30, 0, 0)));
        assert_eq!(iso_date_time("soon"), Cell::text("soon"));
    }
}
