//! One cell as people write it, read as a value in the JSON of the API.
//!
//! What can only mean one thing is read; what could mean two (`5/1/2024`, `1,5`) is refused.

use guanxi_model::time::Zone;
use guanxi_model::{Currency, Date, Instant, Kind, text};
use jiff::civil::{self, DateTime};
use serde_json::{Value as Json, json};

use crate::sheet::Cell;

/// Whole numbers of more digits have lost their end in a spreadsheet.
const EXACT_DIGITS: usize = 15;
/// Day numbers of Excel that are taken for dates: 1954 to 2119.
const SERIAL_DAYS: std::ops::Range<i64> = 20_000..80_000;
/// Longest number that is read, in characters.
const NUMBER_CHARS: usize = 40;

/// Units of Chinese numbers with their powers of ten, the longer words first.
const UNITS: [(&str, usize); 5] = [("千万", 7), ("百万", 6), ("十万", 5), ("万", 4), ("亿", 8)];

/// Signs of currencies, before or after an amount, in the normal form of [`text::normalise`].
const CURRENCIES: [(&str, &str); 22] = [
    ("人民币", "CNY"),
    ("rmb", "CNY"),
    ("cny", "CNY"),
    ("元整", "CNY"),
    ("元", "CNY"),
    ("圆", "CNY"),
    ("¥", "CNY"),
    ("us$", "USD"),
    ("usd", "USD"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("hk$", "HKD"),
    ("hkd", "HKD"),
    ("港币", "HKD"),
    ("港元", "HKD"),
    ("€", "EUR"),
    ("eur", "EUR"),
    ("欧元", "EUR"),
    ("£", "GBP"),
    ("gbp", "GBP"),
    ("英镑", "GBP"),
    ("日元", "JPY"),
];

const YES: [&str; 11] = ["是", "有", "对", "真", "√", "✓", "y", "yes", "true", "1", "on"];
const NO: [&str; 12] = ["否", "不是", "无", "没有", "错", "假", "×", "n", "no", "false", "0", "off"];

/// What reading needs to know.
pub(super) struct Context<'a> {
    pub zone: &'a Zone,
    /// The company's currency.
    pub currency: Currency,
}

/// Reads a cell for a field of a kind that needs no look at other records. An empty cell is
/// no value.
///
/// # Errors
/// The code of what is wrong with it.
pub(super) fn read(kind: Kind, cell: &Cell, context: &Context<'_>) -> Result<Option<Json>, &'static str> {
    if is_blank(cell) {
        return Ok(None);
    }
    if let Cell::Number(number) = cell
        && kind.is_text()
        && !number.contains('.')
        && number.bytes().filter(u8::is_ascii_digit).count() > EXACT_DIGITS
    {
        return Err("imprecise_number");
    }
    let shown = cell.as_text();
    let value = match kind {
        Kind::Boolean => Json::Bool(boolean(cell).ok_or("not_a_boolean")?),
        Kind::Integer => json!(whole(&shown).ok_or("not_an_integer")?),
        Kind::Decimal => json!(number(&text::normalise(&shown)).ok_or("not_a_number")?),
        Kind::Percent => {
            let folded = text::normalise(&shown);
            json!(number(folded.strip_suffix('%').unwrap_or(&folded).trim_end()).ok_or("not_a_number")?)
        }
        Kind::Money => money(&shown, context.currency).ok_or("not_money")?,
        Kind::Date => json!(date_of(cell).ok_or("not_a_date")?.to_string()),
        Kind::DateTime => json!(instant_of(cell, context.zone).ok_or("not_an_instant")?.to_rfc3339()),
        Kind::Region => json!(text::region_code(&shown).ok_or("not_a_region")?),
        Kind::Phone => json!(phone(&shown)),
        Kind::Email => json!(half_width(&shown)),
        Kind::Url => json!(url(&shown)),
        Kind::LongText | Kind::Address => json!(visible(&shown, true)),
        _ => json!(visible(&shown, false)),
    };
    Ok(Some(value))
}

/// Whether a cell holds nothing but space.
pub(super) fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => visible(text, true).is_empty(),
        _ => false,
    }
}

/// Text without space and zero-width marks around it. Line breaks in a field of one line become
/// spaces.
fn visible(text: &str, lines: bool) -> String {
    let nothing = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}');
    let shown = text.trim_matches(nothing);
    if lines { shown.to_owned() } else { shown.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect() }
}

/// Full-width letters, digits and signs as half-width ones.
fn half_width(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        other => other,
    };
    visible(text, false).chars().map(fold).collect::<String>().trim().to_owned()
}

/// A telephone number as it stands; only what no telephone number holds is cleaned away: the
/// apostrophe and the `.0` of spreadsheets, typographic dashes, full-width signs.
fn phone(text: &str) -> String {
    let folded = half_width(text);
    let plain = folded.strip_prefix('\'').unwrap_or(&folded);
    let plain = plain.strip_suffix(".0").unwrap_or(plain);
    plain.chars().map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c }).collect()
}

/// An address of the web; what people write without `http://` gets it.
fn url(text: &str) -> String {
    let address = half_width(text);
    let bare = !address.contains("://") && address.contains('.') && !address.contains(char::is_whitespace) && !address.contains('@');
    if bare { format!("http://{address}") } else { address }
}

fn boolean(cell: &Cell) -> Option<bool> {
    if let Cell::Bool(flag) = cell {
        return Some(*flag);
    }
    let word = text::normalise(&cell.as_text());
    match () {
        () if YES.contains(&word.as_str()) => Some(true),
        () if NO.contains(&word.as_str()) => Some(false),
        () => None,
    }
}

fn whole(text: &str) -> Option<String> {
    let number = number(&text::normalise(text))?;
    match number.split_once('.') {
        None => Some(number),
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => Some(whole.to_owned()),
        Some(_) => None,
    }
}

/// A number in normal form as plain decimal text: separators of thousands where every group has
/// three digits, and the units 万 and 亿.
fn number(text: &str) -> Option<String> {
    if text.chars().count() > NUMBER_CHARS {
        return None;
    }
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let unit = UNITS.iter().find_map(|(unit, power)| body.strip_suffix(unit).map(|rest| (rest.trim_end(), *power)));
    let (body, power) = unit.unwrap_or((body, 0));
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let whole = without_separators(whole)?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(&whole) || !digits(fraction) || (body.contains('.') && fraction.is_empty()) {
        return None;
    }
    // Moving the point keeps every digit; multiplying in floating point would not.
    let mut digits = format!("{whole}{fraction}");
    while digits.len() < whole.len() + power {
        digits.push('0');
    }
    let (whole, fraction) = digits.split_at(whole.len() + power);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative { "-" } else { "" };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// `1,234,567` without its separators; nothing where they stand elsewhere.
fn without_separators(whole: &str) -> Option<String> {
    if !whole.contains(',') {
        return Some(whole.to_owned());
    }
    let mut groups = whole.split(',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    (first && groups.all(|group| group.len() == 3)).then(|| whole.replace(',', ""))
}

/// An amount, with its currency where one is written.
fn money(shown: &str, company: Currency) -> Option<Json> {
    let folded = text::normalise(shown);
    let mut body = folded.as_str();
    let mut written: Option<&str> = None;
    // A sign before, a word after, or both: ￥1,200.00元.
    for _ in 0..2 {
        let found = CURRENCIES.iter().find_map(|(sign, code)| {
            let rest = body.strip_prefix(sign).or_else(|| body.strip_suffix(sign))?;
            Some((rest.trim(), *code))
        });
        let Some((rest, code)) = found else { break };
        if written.is_some_and(|before| before != code) {
            return None;
        }
        (body, written) = (rest, Some(code));
    }
    let amount = number(body)?;
    Some(match written.and_then(Currency::parse) {
        Some(currency) if currency != company => json!({"amount": amount, "currency": currency.code()}),
        _ => json!(amount),
    })
}

fn date_of(cell: &Cell) -> Option<Date> {
    match cell {
        Cell::Date(date) => Some(*date),
        Cell::DateTime(at) => Some(at.date()),
        Cell::Number(number) => serial_date(number).or_else(|| date(number)),
        Cell::Bool(_) | Cell::Empty => None,
        Cell::Text(shown) => {
            let folded = text::normalise(shown);
            let (day, time) = day_and_time(&folded);
            let date = date(day)?;
            (time.is_empty() || self::time(time).is_some()).then_some(date)
        }
    }
}

fn instant_of(cell: &Cell, zone: &Zone) -> Option<Instant> {
    let local = |at: DateTime| zone.parse_local(&at.to_string().replacen('T', " ", 1));
    match cell {
        Cell::Date(date) => Some(zone.start_of(*date)),
        Cell::DateTime(at) => local(*at),
        Cell::Number(number) => match number.split_once('.') {
            None => date_of(cell).map(|date| zone.start_of(date)),
            Some((whole, _)) => {
                let date = serial_date(whole)?;
                let seconds = (number.parse::<f64>().ok()?.fract() * 86_400.0).round() as i64;
                Some(zone.start_of(date).plus_seconds(seconds))
            }
        },
        Cell::Bool(_) | Cell::Empty => None,
        Cell::Text(shown) => {
            if let Some(instant) = Instant::parse(shown.trim()) {
                return Some(instant);
            }
            let folded = text::normalise(shown);
            let (day, time) = day_and_time(&folded);
            let date = date(day)?;
            if time.is_empty() {
                return Some(zone.start_of(date));
            }
            local(DateTime::from_parts(date, self::time(time)?))
        }
    }
}

/// A day as Excel counts them, from a cell without a format.
fn serial_date(number: &str) -> Option<Date> {
    let days: i64 = number.parse().ok().filter(|days| SERIAL_DAYS.contains(days))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: Kind, cell: &Cell) -> Result<Option<Json>, &'static str> {
        read(kind, cell, &Context { zone: &Zone::shanghai(), currency: Currency::CNY })
    }

    fn text(kind: Kind, shown: &str) -> Result<Option<Json>, &'static str> {
        cell(kind, &Cell::text(shown))
    }

    #[test]
    fn dates_are_read_as_they_are_written_in_china() {
        let shown = [
            "2024年5月1日",
            "2024年05月01号",
            "2024/5/1",
            "2024-5-1",
            "2024.5.1",
            "20240501",
            " ２０２４-０５-０１ ",
            "2024-05-01 00:00:00",
            "2024年5月1日 8时30分",
        ];
        for shown in shown {
            assert_eq!(text(Kind::Date, shown), Ok(Some(json!("2024-05-01"))), "{shown}");
        }
        assert_eq!(cell(Kind::Date, &Cell::Number("45413".into())), Ok(Some(json!("2024-05-01"))));
        assert_eq!(cell(Kind::Date, &Cell::Number("20240501".into())), Ok(Some(json!("2024-05-01"))));
    }

    #[test]
    fn dates_that_could_be_two_are_refused() {
        for shown in ["5/1/2024", "24年5月1日", "2024年5月", "2024-13-01", "2023-02-29", "45413", "明天", "2024/5-1"] {
            assert_eq!(text(Kind::Date, shown), Err("not_a_date"), "{shown}");
        }
    }

    #[test]
    fn times_are_those_of_the_company() {
        for shown in ["2024-05-01 08:30", "2024年5月1日8点30分", "2024/5/1 上午8:30", "2024-05-01T00:30:00Z", "2024-05-01 8:30:00"] {
            assert_eq!(text(Kind::DateTime, shown), Ok(Some(json!("2024-05-01T00:30:00.000Z"))), "{shown}");
        }
        assert_eq!(text(Kind::DateTime, "2024/5/1 下午3:05"), Ok(Some(json!("2024-05-01T07:05:00.000Z"))));
        assert_eq!(text(Kind::DateTime, "2024-05-01"), Ok(Some(json!("2024-04-30T16:00:00.000Z"))));
        assert_eq!(text(Kind::DateTime, "2024-05-01 08:00:01.5"), Ok(Some(json!("2024-05-01T00:00:01.500Z"))));
        assert_eq!(text(Kind::DateTime, "2024-05-01 25:00"), Err("not_an_instant"));
    }

    #[test]
    fn numbers_keep_every_digit() {
        let cases = [
            ("1,234,567.89", "1234567.89"),
            ("1.5万", "15000"),
            ("12万", "120000"),
            ("0.00015万", "1.5"),
            ("3亿", "300000000"),
            ("－5", "-5"),
            ("007", "7"),
        ];
        for (shown, expected) in cases {
            assert_eq!(text(Kind::Decimal, shown), Ok(Some(json!(expected))), "{shown}");
        }
        for shown in ["1,5", "1,23,456", "1.234,5", "12 345", "1e5", "约5", "5.", "--5", "万"] {
            assert_eq!(text(Kind::Decimal, shown), Err("not_a_number"), "{shown}");
        }
    }

    #[test]
    fn whole_numbers_may_have_a_fraction_of_nothing() {
        assert_eq!(text(Kind::Integer, "12.00"), Ok(Some(json!("12"))));
        assert_eq!(text(Kind::Integer, "12.5"), Err("not_an_integer"));
    }

    #[test]
    fn amounts_may_name_their_currency() {
        for shown in ["1200", "￥1,200.00", "¥1200元", "1,200元", "RMB 1200", "0.12万元", "人民币1200元整"] {
            let Ok(Some(Json::String(amount))) = text(Kind::Money, shown) else { panic!("{shown}") };
            assert_eq!(
                amount.trim_end_matches('0').trim_end_matches('.'),
                "12".to_owned() + if amount.contains('.') { "00" } else { "" },
                "{shown}"
            );
        }
        assert_eq!(text(Kind::Money, "USD 12.5"), Ok(Some(json!({"amount": "12.5", "currency": "USD"}))));
        for shown in ["$100", "¥100美元", "一百元"] {
            assert_eq!(text(Kind::Money, shown), Err("not_money"), "{shown}");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_both_languages() {
        for (shown, flag) in [("是", true), ("Yes", true), ("√", true), ("否", false), ("FALSE", false), ("×", false)] {
            assert_eq!(text(Kind::Boolean, shown), Ok(Some(json!(flag))), "{shown}");
        }
        assert_eq!(cell(Kind::Boolean, &Cell::Bool(true)), Ok(Some(json!(true))));
        assert_eq!(text(Kind::Boolean, "也许"), Err("not_a_boolean"));
    }

    #[test]
    fn telephones_are_cleaned_but_never_changed() {
        let cases = [
            ("'13800138000", "13800138000"),
            ("１３８００１３８０００", "13800138000"),
            ("0523—84821234", "0523-84821234"),
            ("+8613800138000", "+8613800138000"),
            ("138-0013-8000", "138-0013-8000"),
        ];
        for (shown, expected) in cases {
            assert_eq!(text(Kind::Phone, shown), Ok(Some(json!(expected))), "{shown}");
        }
    }

    #[test]
    fn an_identity_number_that_lost_its_end_is_refused() {
        assert_eq!(cell(Kind::Text, &Cell::Number("110101199003071000".into())), Err("imprecise_number"));
        assert_eq!(text(Kind::Text, "110101199003071234"), Ok(Some(json!("110101199003071234"))));
    }

    #[test]
    fn a_cell_of_nothing_but_space_is_no_value() {
        for shown in ["", "  ", "\u{3000}", "\u{200b}"] {
            assert_eq!(text(Kind::Text, shown), Ok(None), "{shown:?}");
        }
        assert_eq!(text(Kind::Text, " 甲\n乙 "), Ok(Some(json!("甲 乙"))));
        assert_eq!(text(Kind::LongText, "甲\n乙"), Ok(Some(json!("甲\n乙"))));
    }

    #[test]
    fn addresses_of_the_web_get_their_beginning() {
        assert_eq!(text(Kind::Url, "www.example.cn"), Ok(Some(json!("http://www.example.cn"))));
        assert_eq!(text(Kind::Url, "https://a.cn"), Ok(Some(json!("https://a.cn"))));
    }

    #[test]
    fn divisions_are_read_by_name_or_code() {
        for shown in ["江苏省泰州市靖江市", "江苏/靖江", "321282"] {
            assert_eq!(text(Kind::Region, shown), Ok(Some(json!("321282"))), "{shown}");
        }
        assert_eq!(text(Kind::Region, "朝阳区"), Err("not_a_region"));
    }
}
