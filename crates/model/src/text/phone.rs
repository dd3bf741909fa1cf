//! Phone numbers in a form that can be compared.

use super::normal::{normalise, only};

/// Fewest digits of a number: service numbers such as 110.
const DIGITS_MIN: usize = 3;
/// Most digits of a number: fifteen of E.164 and room for an international prefix.
const DIGITS_MAX: usize = 20;
/// Most digits of an extension.
const EXTENSION_DIGITS_MAX: usize = 8;
/// Digits of a mainland mobile number.
const MOBILE_DIGITS: usize = 11;
/// Fewest digits of a mainland landline number in its full form, from which on a hyphen can
/// introduce an extension.
const LANDLINE_DIGITS_MIN: usize = 10;
/// What introduces an extension, the longer words first.
const EXTENSION_MARKS: [&str; 9] = ["分机号", "分机", "extension", "ext.", "ext", "转", "x", "#", "*"];

/// A phone number in comparable form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// Digits only. Mainland numbers without country code, landlines with their 0; numbers of
    /// other countries as dialled from the mainland, with 00.
    pub number: String,
    /// Digits of the extension, if one is given.
    pub extension: Option<String>,
}

/// Reads a phone number; nothing if the text is not one.
pub fn phone(text: &str) -> Option<Phone> {
    let text = normalise(text);
    let (main, extension) = split_extension(&text)?;
    if !main.chars().all(is_number_char) {
        return None;
    }
    let digits = only(main, |c| c.is_ascii_digit());
    let plus = main.trim_start_matches(['(', ' ']).starts_with('+');
    let international = if plus { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    let number = match international {
        Some(rest) => match rest.strip_prefix("86") {
            Some(national) => with_trunk_zero(national),
            None => format!("00{rest}"),
        },
        // 86 without + or 00 is a country code only before a mobile number.
        None => digits.strip_prefix("86").filter(|rest| is_mobile_number(rest)).unwrap_or(&digits).to_owned(),
    };
    (DIGITS_MIN..=DIGITS_MAX).contains(&number.len()).then_some(Phone { number, extension })
}

/// The digits by which two phone numbers are compared, without country code of the mainland
/// and without extension; nothing if the text is not a phone number.
pub fn phone_key(text: &str) -> Option<String> {
    phone(text).map(|phone| phone.number)
}

/// Whether the text is a mobile number of the Chinese mainland.
pub fn is_mainland_mobile(text: &str) -> bool {
    phone_key(text).is_some_and(|number| is_mobile_number(&number))
}

fn is_mobile_number(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    digits.len() == MOBILE_DIGITS
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|b| (b'3'..=b'9').contains(&b))
        && bytes.all(|b| b.is_ascii_digit())
}

/// A landline number as written after +86 lacks the 0 before its area code.
fn with_trunk_zero(national: &str) -> String {
    let landline = (LANDLINE_DIGITS_MIN..=MOBILE_DIGITS).contains(&national.len())
        && !national.starts_with(['0', '4', '8'])
        && !is_mobile_number(national);
    let western = national.len() > LANDLINE_DIGITS_MIN && national.starts_with(['4', '8']);
    if landline || western { format!("0{national}") } else { national.to_owned() }
}

fn is_number_char(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | '-' | '+' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The number and its extension. Nothing if what follows the mark is no extension.
fn split_extension(text: &str) -> Option<(&str, Option<String>)> {
    let marked = !text.chars().all(is_number_char);
    for mark in EXTENSION_MARKS.iter().filter(|_| marked) {
        let Some((main, extension)) = text.split_once(mark) else {
            continue;
        };
        let extension = extension.trim_matches([' ', ':', '.', '-', ')']);
        if extension.is_empty() || !is_extension(extension) {
            return None;
        }
        return Some((main.trim_end_matches([' ', ',', '-', '(', ';']), Some(extension.to_owned())));
    }
    // 010-65123456-801: a third group after a full landline number.
    if let Some((main, extension)) = text.rsplit_once('-')
        && main.starts_with('0')
        && main.contains('-')
        && main.bytes().filter(u8::is_ascii_digit).count() >= LANDLINE_DIGITS_MIN
        && is_extension(extension)
    {
        return Some((main, Some(extension.to_owned())));
    }
    Some((text, None))
}

fn is_extension(text: &str) -> bool {
    text.len() <= EXTENSION_DIGITS_MAX && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        phone_key(text).unwrap_or_default()
    }

    #[test]
    fn every_way_to_write_a_mobile_number_is_the_same() {
        for text in [
            "13800138000",
            "138-0013-8000",
            "138 0013 8000",
            "+8613800138000",
            "+86 138 0013 8000",
            "008613800138000",
            "86-13800138000",
            "（+86）13800138000",
            "１３８００１３８０００",
            "8613800138000",
        ] {
            assert_eq!(key(text), "13800138000", "{text}");
            assert!(is_mainland_mobile(text), "{text}");
        }
    }

    #[test]
    fn every_way_to_write_a_landline_is_the_same() {
        for text in ["010-65123456", "(010) 6512 3456", "+86 10 6512 3456", "+86 (0)10 65123456", "0086-10-65123456"] {
            assert_eq!(key(text), "01065123456", "{text}");
            assert!(!is_mainland_mobile(text), "{text}");
        }
        assert_eq!(key("+86 523 8512345"), "05238512345");
        assert_eq!(key("+86 755 86123456"), "075586123456");
        assert_eq!(key("+86 851 85123456"), "085185123456");
        assert_eq!(key("+86 400 812 3123"), "4008123123");
    }

    #[test]
    fn an_extension_is_kept_apart() {
        for text in [
            "010-65123456转801",
            "010-65123456-801",
            "01065123456 ext. 801",
            "010 65123456#801",
            "010-65123456 分机：801",
            "010-65123456x801",
        ] {
            let expected = Phone { number: "01065123456".to_owned(), extension: Some("801".to_owned()) };
            assert_eq!(phone(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_foreign_number_is_not_taken_for_a_mobile_of_ours() {
        assert_eq!(key("+1 380 013 8000"), "0013800138000");
        assert_eq!(key("001-380-013-8000"), "0013800138000");
        assert!(!is_mainland_mobile("+1 380 013 8000"));
    }

    #[test]
    fn service_numbers_are_numbers() {
        assert_eq!(key("95588"), "95588");
        assert_eq!(key("110"), "110");
        assert_eq!(key("400-812-3123"), "4008123123");
    }

    #[test]
    fn what_is_no_phone_number_has_no_key() {
        for text in ["", "-", "12", "张三 13800138000", "a@b.cn", "010-65123456转", "123456789012345678901", "13800138000,13900139000"] {
            assert_eq!(phone_key(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_that_begin_with_twelve_are_no_mobiles() {
        assert!(!is_mainland_mobile("12800138000"));
        assert!(!is_mainland_mobile("1380013800"));
    }
}
