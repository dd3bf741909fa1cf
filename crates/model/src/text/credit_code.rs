//! The unified social credit code (统一社会信用代码) of GB 32100-2015.

/// The characters of the code in the order of their values 0 to 30; I, O, S, V and Z are left
/// out by the standard because they look like digits or other letters.
const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Length of the code in characters.
const CODE_CHARS: usize = 18;
/// The sum of values and weights is taken modulo this.
const MODULUS: usize = 31;
/// Each character weighs this times its predecessor, modulo [`MODULUS`]; the first weighs 1.
const WEIGHT_STEP: usize = 3;
/// The places, counted from 0, of the administrative division code, which holds digits only.
const DIVISION_PLACES: std::ops::Range<usize> = 2..8;

/// The code in its official form, capitals and half-width, if it is well-formed and its check
/// character is right (GB 32100-2015, section 4.7 and appendix A); otherwise nothing.
pub fn credit_code(text: &str) -> Option<String> {
    let code = super::normalise(text).to_ascii_uppercase();
    let values: Option<Vec<usize>> = code.bytes().map(|b| ALPHABET.iter().position(|a| *a == b)).collect();
    let values = values?;
    if values.len() != CODE_CHARS {
        return None;
    }
    if !code.get(DIVISION_PLACES)?.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut weight = 1;
    let mut sum = 0;
    // The check character itself has the weight 1, so a right code sums to 0.
    let (check, body) = values.split_last()?;
    for value in body {
        sum += value * weight;
        weight = weight * WEIGHT_STEP % MODULUS;
    }
    ((sum + check) % MODULUS == 0).then_some(code)
}

/// Whether the text is a unified social credit code with the right check character, in
/// capitals or not.
pub fn credit_code_is_valid(text: &str) -> bool {
    credit_code(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_known_companies_are_valid() {
        for code in ["91350100M000100Y43", "914403001922038216", "9144030071526726XG", "91330100799655058B"] {
            assert!(credit_code_is_valid(code), "{code}");
        }
    }

    #[test]
    fn one_wrong_character_is_noticed_at_every_place() {
        let code = "91350100M000100Y43";
        for place in 0..CODE_CHARS {
            for letter in ALPHABET {
                let mut bytes = code.as_bytes().to_vec();
                if bytes[place] == *letter {
                    continue;
                }
                bytes[place] = *letter;
                assert!(!credit_code_is_valid(&String::from_utf8(bytes).unwrap_or_default()));
            }
        }
    }

    #[test]
    fn small_and_full_width_letters_are_put_right() {
        assert_eq!(credit_code(" ９1350100m000100y43 ").as_deref(), Some("91350100M000100Y43"));
    }

    #[test]
    fn forbidden_letters_and_wrong_lengths_are_refused() {
        for code in ["", "91350100M000100Y4", "91350100M000100Y433", "91350100I000100Y43", "9135010OM000100Y43", "张三"] {
            assert!(!credit_code_is_valid(code), "{code}");
        }
    }
}
