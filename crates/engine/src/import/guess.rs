//! Which field a column means: by its labels in both languages, its name, other words for it,
//! pinyin, and words it contains.

use std::collections::{BTreeMap, HashSet};

use guanxi_model::entity::{EntityDef, ID, IMPLIED};
use guanxi_model::labels::{self, Lang};
use guanxi_model::system::Right;
use guanxi_model::{FieldDef, Kind, text};

use crate::meta::{entity_label, field_label};
use crate::rights::EntityAccess;

/// Column → field, by name.
pub(super) type Mapping = BTreeMap<String, String>;

/// The product's own identities are that long; shorter numbers over a column "编号" are somebody
/// else's.
const ID_DIGITS: usize = 15;
/// Shortest word that counts when it stands inside another, in characters: Chinese, Latin.
const PART_HAN: usize = 2;
const PART_LATIN: usize = 4;
/// Shortest initials (`khmc`) that count.
const INITIALS: usize = 3;

/// How sure a guess is.
const SAME: u32 = 1000;
const SYNONYM: u32 = 950;
const PREFIXED: u32 = 900;
const PINYIN: u32 = 700;
const INITIAL: u32 = 600;
const CONTAINED: u32 = 300;

/// The form in which headings are compared: normal form, letters and digits alone, without what
/// stands in brackets.
pub(super) fn key(heading: &str) -> String {
    let mut depth = 0_usize;
    let outside = text::normalise(heading);
    let outside: String = outside
        .chars()
        .filter(|c| match c {
            '(' | '[' | '【' | '<' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' | '>' => {
                depth = depth.saturating_sub(1);
                false
            }
            c => depth == 0 && c.is_alphanumeric(),
        })
        .collect();
    if outside.is_empty() { text::normalise(heading).chars().filter(|c| c.is_alphanumeric()).collect() } else { outside }
}

/// Whether a column may be mapped to a field: what the actor writes, what may be brought, and the identity for
/// matching.
pub(super) fn is_target(of: &EntityAccess, index: usize, field: &FieldDef) -> bool {
    let readable_cell = !matches!(field.kind, Kind::AnyReference | Kind::File | Kind::Lines);
    let given = if field.brought { of.reads(index) } else { of.right(index) == Right::Write && field.is_writable() };
    index == ID || (index >= IMPLIED && given && readable_cell)
}

/// A field as headings may name it.
struct Candidate {
    field: String,
    /// Labels and name, in the form of [`key`].
    names: Vec<String>,
    synonyms: Vec<&'static str>,
    /// Pinyin of the Chinese label: in full and by initials.
    pinyin: Vec<(String, String)>,
}

/// The fields of the columns, as far as they can be guessed. Each field is given once, to the
/// column that fits best. `sample` holds a few rows of cells.
pub(super) fn guess(def: &EntityDef, of: &EntityAccess, columns: &[String], sample: &[Vec<String>]) -> Mapping {
    let entity_names: Vec<String> = [Lang::Zh, Lang::En].map(|lang| key(&entity_label(lang, def))).into();
    let candidates: Vec<Candidate> = def
        .fields
        .iter()
        .enumerate()
        .filter(|(index, field)| is_target(of, *index, field))
        .map(|(index, field)| candidate(def, index, field, &entity_names))
        .collect();
    let title = def.title_field().map(|field| field.name.as_str());
    let mut scores: Vec<(u32, usize, usize)> = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let heading = key(column);
        for (number, candidate) in candidates.iter().enumerate() {
            let mut score = fit(&heading, candidate, &entity_names);
            if Some(candidate.field.as_str()) == title && entity_names.contains(&heading) {
                score = score.max(PREFIXED);
            }
            if candidate.field == "id" && !holds_identities(sample, place) {
                score = 0;
            }
            if score > 0 {
                scores.push((score, place, number));
            }
        }
    }
    scores.sort_by_key(|(score, place, number)| (std::cmp::Reverse(*score), *place, *number));
    let mut mapping = Mapping::new();
    let mut taken: HashSet<usize> = HashSet::new();
    for (_, place, number) in scores {
        let (Some(column), Some(candidate)) = (columns.get(place), candidates.get(number)) else { continue };
        if !mapping.contains_key(column) && taken.insert(number) {
            mapping.insert(column.clone(), candidate.field.clone());
        }
    }
    mapping
}

fn candidate(def: &EntityDef, index: usize, field: &FieldDef, entity_names: &[String]) -> Candidate {
    let zh = field_label(Lang::Zh, def, index);
    let mut names = vec![key(&zh), key(&field_label(Lang::En, def, index)), key(&field.name)];
    if let Some(plain) = field.name.strip_prefix("x_") {
        names.push(key(plain));
    }
    // 客户名称 over a column of customers says no more than 名称.
    let shorter: Vec<String> = names
        .iter()
        .flat_map(|name| entity_names.iter().filter_map(|entity| name.strip_prefix(entity.as_str())))
        .map(str::to_owned)
        .collect();
    names.extend(shorter.into_iter().filter(|name| !name.is_empty()));
    names.retain(|name| !name.is_empty());
    names.dedup();
    // Other words people write over a column stand in the locales, by the name of the field.
    let key = format!("synonym.{}", field.name);
    let words = [Lang::Zh, Lang::En].into_iter().filter_map(|lang| labels::find(lang, &key));
    let synonyms = words.flat_map(|words| words.split(',')).collect();
    let pinyin = text::readings(&zh).into_iter().map(|reading| (reading.full, reading.initials)).collect();
    Candidate { field: field.name.clone(), names, synonyms, pinyin }
}

/// How well a heading names a field; 0 for not at all.
fn fit(heading: &str, candidate: &Candidate, entity_names: &[String]) -> u32 {
    if heading.is_empty() {
        return 0;
    }
    let is = |wanted: &str| candidate.names.iter().position(|name| name == wanted);
    if let Some(rank) = is(heading) {
        // The label proper before its shortened forms.
        return SAME - u32::try_from(rank).unwrap_or(0).min(20);
    }
    if let Some(rank) = candidate.synonyms.iter().position(|word| *word == heading) {
        return SYNONYM - u32::try_from(rank).unwrap_or(0).min(40);
    }
    let bare = entity_names.iter().filter(|name| !name.is_empty()).find_map(|name| heading.strip_prefix(name.as_str()));
    if bare.is_some_and(|bare| is(bare).is_some() || candidate.synonyms.contains(&bare)) {
        return PREFIXED;
    }
    if heading.is_ascii() {
        if candidate.pinyin.iter().any(|(full, _)| full == heading) {
            return PINYIN;
        }
        if heading.len() >= INITIALS && candidate.pinyin.iter().any(|(_, initials)| initials == heading) {
            return INITIAL;
        }
    }
    let words = candidate.names.iter().map(String::as_str).chain(candidate.synonyms.iter().copied());
    let inside_heading = words.map(|word| contained(word, heading)).max().unwrap_or(0);
    // 颜色 for 喜欢的颜色; in English the short word is mostly another one (number, name).
    let labels = candidate.names.iter().filter(|_| !heading.is_ascii());
    labels.map(|label| contained(heading, label)).max().unwrap_or(0).max(inside_heading)
}

/// One word inside another: the more of it, the better.
fn contained(short: &str, long: &str) -> u32 {
    let least = if short.is_ascii() { PART_LATIN } else { PART_HAN };
    let (inside, outside) = (short.chars().count(), long.chars().count());
    if inside < least || !long.contains(short) {
        return 0;
    }
    CONTAINED * u32::try_from(inside).unwrap_or(0) / u32::try_from(outside).unwrap_or(1).max(1)
}

fn holds_identities(sample: &[Vec<String>], place: usize) -> bool {
    let cells: Vec<&str> = sample.iter().filter_map(|row| row.get(place)).map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    !cells.is_empty() && cells.iter().all(|cell| cell.len() >= ID_DIGITS && cell.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rights::VerbSet;
    use guanxi_model::Filter;

    fn def() -> EntityDef {
        let mut fields = EntityDef::implied_fields();
        let labelled = |name: &str, zh: &str, en: &str| {
            let mut field = FieldDef::new(name, Kind::Text);
            field.label = Some((zh.to_owned(), en.to_owned()));
            field
        };
        fields.push(labelled("name", "客户名称", "Customer name"));
        fields.push(labelled("mobile", "手机", "Mobile"));
        fields.push(labelled("phone", "电话", "Phone"));
        fields.push(labelled("x_colour", "喜欢的颜色", "Favourite colour"));
        fields.push(FieldDef { readonly: true, ..labelled("number", "客户编号", "Number") });
        EntityDef {
            name: "customer".to_owned(),
            plural: "customers".to_owned(),
            area: "customers".to_owned(),
            title: IMPLIED,
            owner: None,
            follows: None,
            fields: fields.into(),
            search: false,
            rights: false,
            information: false,
            singleton: false,
            public: false,
            personal: false,
            held: false,
            line_of: None,
            custom: false,
            hidden: false,
            label: Some(("客户".to_owned(), "Customer".to_owned())),
            plural_label: None,
            icon: None,
            views: Vec::new(),
            offered: None,
            tally: None,
            profiled: false,
        }
    }

    fn guessed(columns: &[&str]) -> Mapping {
        let def = def();
        let of = EntityAccess {
            verbs: VerbSet::ALL,
            read: Filter::All,
            fields: vec![Right::Write; def.fields.len()],
            reaches: Vec::new(),
            few: crate::rights::Few::default(),
        };
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        guess(&def, &of, &columns, &[vec!["1".to_owned(); columns.len()]])
    }

    #[test]
    fn headings_in_many_forms_find_their_field() {
        let headings = [
            "客户名称",
            "名称",
            "Customer Name",
            "customer_name",
            "name",
            "公司名称（必填）",
            "＊单位名称",
            "客户",
            "kehumingcheng",
            "khmc",
            "客戶名稱",
        ];
        for heading in headings {
            assert_eq!(guessed(&[heading]).get(heading).map(String::as_str), Some("name"), "{heading}");
        }
        assert_eq!(guessed(&["联系手机号码"]).len(), 1);
        assert_eq!(guessed(&["最喜欢的颜色"]).get("最喜欢的颜色").map(String::as_str), Some("x_colour"));
    }

    #[test]
    fn each_field_is_given_once_to_the_column_that_fits_best() {
        let mapping = guessed(&["公司", "客户名称", "手机", "电话", "不知道"]);
        let pairs: Vec<(&str, &str)> = mapping.iter().map(|(column, field)| (column.as_str(), field.as_str())).collect();
        assert_eq!(pairs, [("客户名称", "name"), ("手机", "mobile"), ("电话", "phone")]);
    }

    #[test]
    fn neither_fixed_fields_nor_strange_numbers_are_targets() {
        assert!(guessed(&["客户编号"]).is_empty());
        assert!(guessed(&["id"]).is_empty());
    }
}
