//! Account names made from people's names.

use super::normal::normalise;
use super::pinyin::{Sound, sounds};

/// Longest account name before a number is appended, in characters.
const LOGIN_CHARS_MAX: usize = 32;
/// Account name of a person whose name gives no letter at all.
const LOGIN_FALLBACK: &str = "user";
/// Longest name, in characters, that is spelled out wholly.
const SPELLED_OUT_CHARS_MAX: usize = 2;
/// Highest number appended to find a free account name.
const SUFFIX_MAX: u32 = 1_000_000;

/// The account name for a person: up to two characters in full pinyin, more as the full pinyin
/// of the first and the initials of the rest; a Latin name in lower-case letters and digits.
/// If `taken`, the first free number from 1 is appended.
// Rule: user.login_name (张三 → zhangsan, 张三海 → zhangsh, the second 张三 → zhangsan1)
pub fn login_name(name: &str, mut taken: impl FnMut(&str) -> bool) -> String {
    let base = base_name(name);
    if !taken(&base) {
        return base;
    }
    let mut candidate = base.clone();
    for suffix in 1..=SUFFIX_MAX {
        candidate = format!("{base}{suffix}");
        if !taken(&candidate) {
            break;
        }
    }
    candidate
}

fn base_name(name: &str) -> String {
    let sounds = sounds(name);
    let chinese = sounds.iter().any(|s| !matches!(s, Sound::Literal(_)));
    let base = if chinese { pinyin_name(&sounds) } else { latin_name(name) };
    let base: String = base.chars().filter(char::is_ascii_alphanumeric).take(LOGIN_CHARS_MAX).collect();
    if base.is_empty() { LOGIN_FALLBACK.to_owned() } else { base }
}

fn pinyin_name(sounds: &[Sound]) -> String {
    let mut login = String::new();
    for (place, sound) in sounds.iter().enumerate() {
        match sound {
            Sound::Literal(c) => login.push(*c),
            Sound::Syllable(syllable, _) => {
                if place == 0 || sounds.len() <= SPELLED_OUT_CHARS_MAX {
                    login.push_str(syllable);
                } else {
                    login.extend(syllable.chars().next());
                }
            }
        }
    }
    login
}

/// The letters of a Latin name; accents are dropped, since an account name is typed anywhere.
fn latin_name(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    normalise(name).nfkd().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(name: &str) -> String {
        login_name(name, |_| false)
    }

    #[test]
    fn two_characters_are_spelled_out() {
        assert_eq!(free("张三"), "zhangsan");
        assert_eq!(free("吕布"), "lvbu");
    }

    #[test]
    fn three_or_more_characters_end_in_initials() {
        assert_eq!(free("张三海"), "zhangsh");
        assert_eq!(free("欧阳明珠"), "ouymz");
    }

    #[test]
    fn a_taken_name_gets_the_first_free_number() {
        assert_eq!(login_name("张三", |login| login == "zhangsan"), "zhangsan1");
        assert_eq!(login_name("张三", |login| ["zhangsan", "zhangsan1"].contains(&login)), "zhangsan2");
    }

    #[test]
    fn traditional_and_rare_readings_are_understood() {
        assert_eq!(free("張三"), "zhangsan");
        assert_eq!(free("单雄信"), "shanxx");
    }

    #[test]
    fn latin_names_become_lower_case_letters() {
        assert_eq!(free("John O'Brien-Smith"), "johnobriensmith");
        assert_eq!(free("José Müller"), "josemuller");
    }

    #[test]
    fn a_name_without_letters_still_gives_an_account_name() {
        assert_eq!(free("😀"), "user");
        assert_eq!(free(""), "user");
        assert_eq!(login_name("！", |login| login == "user"), "user1");
    }

    #[test]
    fn an_overlong_name_is_cut() {
        assert_eq!(free(&"a".repeat(100)).len(), LOGIN_CHARS_MAX);
    }
}
