//! Numbers of papers that say who somebody is: the citizen identity number of GB 11643-1999, passports and permits.

use super::normal::normalise;
use crate::time::Date;

/// Length of a citizen identity number.
const CITIZEN_CHARS: usize = 18;
/// The check character by the sum of weighted digits modulo 11 (GB 11643-1999, section 4.4; ISO 7064, MOD 11-2).
const CHECK: &[u8; 11] = b"10X98765432";
/// The weight of each digit is this to the power of its place, counted from the right, modulo 11.
const RADIX: usize = 2;
const MODULUS: usize = 11;
/// Characters of passports and of the permits of Hong Kong, Macao and Taiwan residents.
const OTHER_CHARS: std::ops::RangeInclusive<usize> = 7..=12;
/// Digits that each of them has at least.
const OTHER_DIGITS: usize = 5;

/// Whether a text is the number of an identity card, or can be that of a passport or permit.
pub fn is_identity_number(text: &str) -> bool {
    let number = normalise(text).to_ascii_uppercase();
    is_citizen(&number) || is_other(&number)
}

fn is_citizen(number: &str) -> bool {
    let bytes = number.as_bytes();
    let Some((last, digits)) = bytes.split_last() else { return false };
    if bytes.len() != CITIZEN_CHARS || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let mut weight = 1;
    let mut sum = 0;
    for digit in digits.iter().rev() {
        weight = weight * RADIX % MODULUS;
        sum += usize::from(digit - b'0') * weight;
    }
    let part = |range: std::ops::Range<usize>| number.get(range).unwrap_or_default();
    let born = format!("{}-{}-{}", part(6..10), part(10..12), part(12..14));
    CHECK.get(sum % MODULUS) == Some(last) && born.parse::<Date>().is_ok()
}

fn is_other(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    number.bytes().all(|b| b.is_ascii_alphanumeric()) && OTHER_CHARS.contains(&number.len()) && digits >= OTHER_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_cards_passports_and_permits_are_told_from_others() {
        for right in ["11010519491231002X", "11010519491231002x", "440524188001010014", "E12345678", "EA1234567", "H12345678", "12345678"] {
            assert!(is_identity_number(right), "{right}");
        }
        for wrong in ["1", "110105194912310021", "110105194913310021", "11010519491231002", "ABCDEFGH", "张三", "E1234567890123", ""] {
            assert!(!is_identity_number(wrong), "{wrong}");
        }
    }
}
