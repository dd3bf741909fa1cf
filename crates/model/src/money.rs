//! Amounts of money: integer minor units and a currency, never floating point.

use std::fmt;

/// An ISO 4217 code of three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// 人民币, the default of a new company.
    pub const CNY: Self = Self(*b"CNY");

    /// Reads a code such as `CNY`; anything but three capital letters is refused.
    pub fn parse(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [a, b, c] if code.bytes().all(|x| x.is_ascii_uppercase()) => Some(Self([*a, *b, *c])),
            _ => None,
        }
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("CNY")
    }

    /// Digits after the decimal point of this currency (ISO 4217 minor unit).
    pub fn digits(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" => 0,
            b"KWD" | b"BHD" | b"OMR" | b"TND" | b"JOD" => 3,
            _ => 2,
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units (分 for CNY) of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// Reads an exact decimal amount; more digits than the currency has are refused.
    pub fn parse(amount: &str, currency: Currency) -> Option<Self> {
        parse_scaled(amount, currency.digits()).map(|minor| Self { minor, currency })
    }

    /// The amount as decimal text, e.g. `1234.50`.
    pub fn amount(&self) -> String {
        format_scaled(self.minor, self.currency.digits(), self.currency.digits())
    }
}

/// Reads `-12.5` as a whole number of 10^-digits; refuses more digits than fit, exponents, spaces.
pub fn parse_scaled(text: &str, digits: u32) -> Option<i64> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let fraction = fraction.trim_end_matches('0');
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > digits as usize {
        return None;
    }
    let scale = 10_i64.checked_pow(digits)?;
    let tail = 10_i64.checked_pow(digits - fraction.len() as u32)?;
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let value = whole.checked_mul(scale)?.checked_add(fraction.checked_mul(tail)?)?;
    Some(if negative { -value } else { value })
}

/// Writes a whole number of 10^-digits as decimal text with at least `least` fraction digits.
pub fn format_scaled(value: i64, digits: u32, least: u32) -> String {
    let scale = 10_u64.pow(digits);
    let magnitude = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    let whole = magnitude / scale;
    if digits == 0 {
        return format!("{sign}{whole}");
    }
    let mut fraction = format!("{:0width$}", magnitude % scale, width = digits as usize);
    while fraction.len() > least as usize && fraction.ends_with('0') {
        fraction.pop();
    }
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_survives_the_round_trip() {
        let money = Money::parse("1234.5", Currency::CNY).unwrap();
        assert_eq!(money.minor, 123_450);
        assert_eq!(money.amount(), "1234.50");
    }

    #[test]
    fn a_third_decimal_is_refused_not_rounded() {
        assert_eq!(Money::parse("0.001", Currency::CNY), None);
        assert_eq!(parse_scaled("0.0010", 3), Some(1));
    }

    #[test]
    fn negative_fractions_keep_their_sign() {
        assert_eq!(format_scaled(-5, 4, 0), "-0.0005");
        assert_eq!(parse_scaled("-0.0005", 4), Some(-5));
    }

    #[test]
    fn overflow_and_noise_are_refused() {
        for text in ["", "-", ".5", "1e3", "99999999999999999999", "1.2.3", "+1", " 1"] {
            assert_eq!(parse_scaled(text, 4), None, "{text}");
        }
    }
}
