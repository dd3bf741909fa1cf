//! One cell as people write it, read as a value in the JSON of the API.
//!
//! What can only mean one thing is read; what could mean two (`5/1/2024`, `1,5`) is refused.

use guanxi_model::time::Zone;
use guanxi_model::{Instant, Kind, Value, text};
use serde_json::{Value as Json, json};

use super::days::{date_of, instant_of};
use crate::sheet::Cell;

/// Whole numbers of more digits have lost their end in a spreadsheet.
const EXACT_DIGITS: usize = 15;
/// Longest number that is read, in characters.
const NUMBER_CHARS: usize = 40;

/// Units of Chinese numbers with their powers of ten, the longer words first.
const UNITS: [(&str, usize); 5] = [("千万", 7), ("百万", 6), ("十万", 5), ("万", 4), ("亿", 8)];

/// Signs of currencies, before or after an amount, in the normal form of [`text::normalise`].
const CURRENCIES: [(&str, &str); 16] = [
    ("人民币", "CNY"),
    ("rmb", "CNY"),
    ("元整", "CNY"),
    ("¥", "CNY"),
    ("us$", "USD"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("hk$", "HKD"),
    ("港币", "HKD"),
    ("港元", "HKD"),
    ("€", "EUR"),
    ("欧元", "EUR"),
    ("£", "GBP"),
    ("英镑", "GBP"),
    ("日元", "JPY"),
    // Behind the words that end with it.
    ("元", "CNY"),
];

/// What breaks a line, or aligns within it.
const BREAKS: [char; 3] = ['\n', '\r', '\t'];

/// Milliseconds.
const MINUTE: i64 = 60_000;
const YES: [&str; 11] = ["是", "有", "对", "真", "√", "✓", "y", "yes", "true", "1", "on"];
const NO: [&str; 12] = ["否", "不是", "无", "没有", "错", "假", "×", "n", "no", "false", "0", "off"];

/// Reads a cell for a field of a kind that needs no look at other records. An empty cell is
/// no value.
///
/// # Errors
/// The code of what is wrong with it.
pub(super) fn read(kind: Kind, cell: &Cell, zone: &Zone) -> Result<Option<Json>, &'static str> {
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
        Kind::Money => money(&shown).ok_or("not_money")?,
        Kind::Date => json!(date_of(cell).ok_or("not_a_date")?.to_string()),
        Kind::DateTime => json!(instant_of(cell, zone).ok_or("not_an_instant")?.to_rfc3339()),
        Kind::Region => json!(text::region_code(&shown).ok_or("not_a_region")?),
        Kind::Phone => json!(phone(&shown)),
        Kind::Email => json!(half_width(&shown)),
        Kind::Url => json!(url(&shown)),
        Kind::LongText | Kind::Address => json!(visible(&shown, true)),
        _ => json!(visible(&shown, false)),
    };
    Ok(Some(value))
}

/// What a cell says of a value that is there. An amount alone is one of its currency; a moment to the minute, as text has
/// them, is the very one if that was in this minute, and nothing changes.
pub(super) fn over(was: &Value, said: Json) -> Option<Json> {
    match was {
        Value::Money(was) if said.is_string() => Some(json!({"amount": said, "currency": was.currency.code()})),
        Value::Instant(was) => {
            let read = said.as_str().and_then(Instant::parse);
            let same = read.is_some_and(|read| read.0.rem_euclid(MINUTE) == 0 && (0..MINUTE).contains(&was.0.saturating_sub(read.0)));
            (!same).then_some(said)
        }
        _ => Some(said),
    }
}

/// Whether a cell holds nothing but space.
pub(super) fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => trimmed(text).is_empty(),
        _ => false,
    }
}

/// Text without space and zero-width marks around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}'))
}

/// The same, where line breaks in a field of one line become spaces.
fn visible(text: &str, lines: bool) -> String {
    let shown = trimmed(text);
    if lines || !shown.contains(BREAKS) { shown.to_owned() } else { shown.replace(BREAKS, " ") }
}

/// Full-width letters, digits and signs as half-width ones.
fn half_width(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        other => other,
    };
    let shown = visible(text, false);
    if shown.is_ascii() { shown } else { shown.chars().map(fold).collect::<String>().trim().to_owned() }
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

/// A whole number, also as a grade is written: `★★★`, `3星`, `五星级`.
fn whole(text: &str) -> Option<String> {
    let folded = text::normalise(text);
    if let Some(grade) = grade(&folded) {
        return Some(grade.to_string());
    }
    let number = number(&folded)?;
    match number.split_once('.') {
        None => Some(number),
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => Some(whole.to_owned()),
        Some(_) => None,
    }
}

/// How many stars are drawn or named; hollow ones fill the row up and do not count.
fn grade(text: &str) -> Option<usize> {
    let solid = text.trim_end_matches('☆');
    if !solid.is_empty() && solid.chars().all(|c| c == '★') {
        return Some(solid.chars().count());
    }
    let named = text.strip_suffix('级').unwrap_or(text).strip_suffix('星')?;
    let named = named.strip_suffix('颗').unwrap_or(named).trim();
    let mut digits = named.chars();
    match (digits.next()?, digits.next()) {
        ('两', None) => Some(2),
        (digit, None) => ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九']
            .iter()
            .position(|c| *c == digit)
            .or_else(|| digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok())),
        _ => None,
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
fn money(shown: &str) -> Option<Json> {
    let folded = text::normalise(shown);
    let mut body = folded.as_str();
    let mut written: Option<String> = None;
    // A sign before, a word after, or both: ￥1,200.00元.
    for _ in 0..2 {
        let found = CURRENCIES.iter().find_map(|(sign, code)| {
            let rest = body.strip_prefix(sign).or_else(|| body.strip_suffix(sign))?;
            Some((rest.trim(), (*code).to_owned()))
        });
        let Some((rest, code)) = found.or_else(|| coded(body)) else { break };
        if written.is_some_and(|before| before != code) {
            return None;
        }
        (body, written) = (rest, Some(code));
    }
    let amount = number(body)?;
    Some(match written {
        Some(code) => json!({"amount": amount, "currency": code}),
        None => json!(amount),
    })
}

/// An amount and the code of its currency, written before or after it: `usd 12.5`, `12.5usd`.
fn coded(body: &str) -> Option<(&str, String)> {
    let before = body.get(..3).map(|code| (code, body.get(3..).unwrap_or_default()));
    let after = body.len().checked_sub(3).and_then(|at| Some((body.get(at..)?, body.get(..at)?)));
    let (code, rest) = [before, after].into_iter().flatten().find(|(code, _)| code.bytes().all(|b| b.is_ascii_alphabetic()))?;
    Some((rest.trim(), code.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: Kind, cell: &Cell) -> Result<Option<Json>, &'static str> {
        read(kind, cell, &Zone::shanghai())
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
        for shown in ["45413", "45413.5"] {
            assert_eq!(text(Kind::Date, shown), Ok(Some(json!("2024-05-01"))), "{shown}");
        }
        assert_eq!(cell(Kind::Date, &Cell::Number("20240501".into())), Ok(Some(json!("2024-05-01"))));
    }

    #[test]
    fn dates_that_could_be_two_are_refused() {
        for shown in ["5/1/2024", "24年5月1日", "2024年5月", "2024-13-01", "2023-02-29", "4541", "454130", "90000", "明天", "2024/5-1"]
        {
            assert_eq!(text(Kind::Date, shown), Err("not_a_date"), "{shown}");
        }
    }

    #[test]
    fn times_are_those_of_the_company() {
        for shown in ["2024-05-01 08:30", "2024年5月1日8点30分", "2024/5/1 上午8:30", "2024-05-01T00:30:00Z", "2024-05-01 8:30:00"] {
            assert_eq!(text(Kind::DateTime, shown), Ok(Some(json!("2024-05-01T00:30:00.000Z"))), "{shown}");
        }
        assert_eq!(text(Kind::DateTime, "2024/5/1 下午3:05"), Ok(Some(json!("2024-05-01T07:05:00.000Z"))));
        for shown in ["45413.5", "45413.50"] {
            assert_eq!(text(Kind::DateTime, shown), Ok(Some(json!("2024-05-01T04:00:00.000Z"))), "{shown}");
            assert_eq!(cell(Kind::DateTime, &Cell::Number(shown.into())), text(Kind::DateTime, shown), "{shown}");
        }
        assert_eq!(text(Kind::DateTime, "45413"), text(Kind::DateTime, "2024-05-01"));
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
    fn grades_are_read_as_they_are_drawn_or_named() {
        for shown in ["★★★", "★★★☆☆", "3星", "三星", "3星级", "3 颗星", "３星", "3"] {
            assert_eq!(text(Kind::Integer, shown), Ok(Some(json!("3"))), "{shown}");
        }
        for shown in ["☆☆", "星", "★3", "十三星", "12星", "三"] {
            assert_eq!(text(Kind::Integer, shown), Err("not_an_integer"), "{shown}");
        }
    }

    #[test]
    fn amounts_may_name_their_currency() {
        for shown in ["￥1,200.00", "¥1200元", "1,200元", "RMB 1200", "0.12万元", "人民币1200元整", "CNY 1200"] {
            let Ok(Some(amount)) = text(Kind::Money, shown) else { panic!("{shown}") };
            assert_eq!(amount["currency"], "CNY", "{shown}");
            assert_eq!(amount["amount"].as_str().map(|amount| amount.trim_end_matches(".00")), Some("1200"), "{shown}");
        }
        for shown in ["USD 12.5", "12.5 usd", "12.5美元", "us$12.5"] {
            assert_eq!(text(Kind::Money, shown), Ok(Some(json!({"amount": "12.5", "currency": "USD"}))), "{shown}");
        }
        assert_eq!(text(Kind::Money, "JPY 100"), Ok(Some(json!({"amount": "100", "currency": "JPY"}))));
        assert_eq!(text(Kind::Money, "1200"), Ok(Some(json!("1200"))));
        for shown in ["$100", "¥100美元", "一百元", "USD 100 EUR", "usd"] {
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
