//! Texts people read, by key and language. The files in `locales/` are the only source.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A language of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// The best match of an `Accept-Language` header or a preference.
    pub fn from_header(header: &str) -> Self {
        let first = header.split(',').next().unwrap_or_default().trim();
        if first.to_ascii_lowercase().starts_with("en") { Self::En } else { Self::Zh }
    }

    /// The tag of BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

type Texts = HashMap<String, String>;

static ZH: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../../locales/zh.json")));
static EN: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../../locales/en.json")));

fn parse(json: &str) -> Texts {
    // A broken file shows as keys instead of texts; `xtask tidy` refuses it before release.
    serde_json::from_str(json).unwrap_or_default()
}

/// All texts of a language.
pub fn texts(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

/// The text of a key, if the language has it.
pub fn find(lang: Lang, key: &str) -> Option<&'static str> {
    texts(lang).get(key).map(String::as_str)
}

/// The text of a key; the key itself where there is none.
pub fn text(lang: Lang, key: &str) -> String {
    find(lang, key).unwrap_or(key).to_owned()
}

/// The text of a refusal, by its code. A text that names something has a shorter form (`.bare`) for when there is
/// nothing to name.
pub fn refusal<N: AsRef<str>>(lang: Lang, code: &str, args: &[(N, String)]) -> String {
    let key = format!("error.{code}");
    let Some(whole) = find(lang, &key) else { return code.to_owned() };
    let names = |name: &str| whole.contains(&format!("{{{name}}}"));
    let nothing = args.iter().any(|(_, value)| value.is_empty()) || !args.iter().any(|(name, _)| names(name.as_ref()));
    let template = find(lang, &format!("{key}.bare")).filter(|_| nothing).unwrap_or(whole);
    args.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{}}}", name.as_ref()), value))
}

/// The text of a key with `{name}` replaced by the named values.
pub fn fill(lang: Lang, key: &str, args: &[(&'static str, String)]) -> String {
    let mut out = text(lang, key);
    for (name, value) in args {
        out = out.replace(&format!("{{{name}}}"), value);
    }
    out
}
