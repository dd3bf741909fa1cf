//! Exact decimals of a formula: whole numbers of 10^-8, so that 0.1 + 0.2 is 0.3.

use guanxi_model::value::DECIMAL_DIGITS;

/// Fraction digits while computing.
pub(super) const DIGITS: u32 = 8;
/// Fraction digits of a result.
pub(super) const KEPT_DIGITS: u32 = DECIMAL_DIGITS;
/// One.
pub(super) const ONE: i128 = 10_i128.pow(DIGITS);

/// A whole number of 10^-`digits`.
pub(super) fn of_scaled(n: i64, digits: u32) -> Option<i128> {
    i128::from(n).checked_mul(10_i128.checked_pow(DIGITS.checked_sub(digits)?)?)
}

/// A literal of the expression; what has more digits than are kept is cut.
pub(super) fn of_float(n: f64) -> Option<i128> {
    if !n.is_finite() || n.abs() > 1e18 {
        return None;
    }
    // The shortest text that reads as this number is what was written.
    let text = format!("{n}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(DIGITS as usize).collect();
    let negative = whole.starts_with('-');
    let whole = whole.trim_start_matches('-').parse::<i128>().ok()?.checked_mul(ONE)?;
    let value = whole.checked_add(fraction.parse::<i128>().ok()?)?;
    Some(if negative { -value } else { value })
}

pub(super) fn multiply(a: i128, b: i128) -> Option<i128> {
    Some(divided(a.checked_mul(b)?, ONE))
}

pub(super) fn divide(a: i128, b: i128) -> Option<i128> {
    if b == 0 { None } else { Some(divided(a.checked_mul(ONE)?, b)) }
}

pub(super) fn remainder(a: i128, b: i128) -> Option<i128> {
    if b == 0 { None } else { a.checked_rem(b) }
}

/// Rounded to fraction digits, halves away from zero.
pub(super) fn round(n: i128, digits: u32) -> Option<i128> {
    let step = 10_i128.checked_pow(DIGITS.checked_sub(digits)?)?;
    divided(n, step).checked_mul(step)
}

/// The next whole number below.
pub(super) fn floor(n: i128) -> Option<i128> {
    n.div_euclid(ONE).checked_mul(ONE)
}

/// As a decimal field keeps it.
pub(super) fn kept(n: i128, digits: u32) -> Option<i64> {
    let rounded = round(n, digits.min(KEPT_DIGITS))?;
    i64::try_from(rounded / 10_i128.pow(DIGITS - KEPT_DIGITS)).ok()
}

/// The whole number, where it is one.
pub(super) fn whole(n: i128) -> Option<i64> {
    if n % ONE == 0 { i64::try_from(n / ONE).ok() } else { None }
}

/// As people write it, without needless zeros.
pub(super) fn text(n: i128) -> String {
    match kept(n, KEPT_DIGITS) {
        Some(n) => guanxi_model::money::format_scaled(n, KEPT_DIGITS, 0),
        None => String::new(),
    }
}

/// A quotient rounded to the nearest, halves away from zero. The divisor is not zero.
fn divided(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a / b, a % b);
    let up = rest.unsigned_abs().saturating_mul(2) >= b.unsigned_abs();
    if up { quotient + if (a < 0) == (b < 0) { 1 } else { -1 } } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: f64) -> i128 {
        of_float(text).unwrap()
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(text(n(0.1) + n(0.2)), "0.3");
        assert_eq!(text(multiply(n(1.05), n(19.99)).unwrap()), "20.9895");
        assert_eq!(text(divide(n(1.0), n(3.0)).unwrap()), "0.3333");
        assert_eq!(text(of_float(-12.5).unwrap()), "-12.5");
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(text(round(n(2.5), 0).unwrap()), "3");
        assert_eq!(text(round(n(-2.5), 0).unwrap()), "-3");
        assert_eq!(text(round(n(-2.4), 0).unwrap()), "-2");
        assert_eq!(text(floor(n(-2.4)).unwrap()), "-3");
    }

    #[test]
    fn what_is_out_of_bounds_is_nothing() {
        assert_eq!(divide(ONE, 0), None);
        assert_eq!(remainder(ONE, 0), None);
        assert_eq!(of_float(f64::NAN), None);
        assert_eq!(multiply(i128::MAX, ONE), None);
        assert_eq!(kept(i128::MAX / ONE * ONE, 4), None);
    }
}
