//! Everything people read has a text in both languages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use guanxi_model::FieldDef;
use guanxi_model::field::Options;
use guanxi_model::labels::{Lang, texts};

/// Every way to say a key: one of each inner list must have a text.
fn wanted() -> Vec<Vec<String>> {
    let mut keys: Vec<Vec<String>> = Vec::new();
    for entity in crate::product() {
        let name = entity.def.name.as_str();
        keys.push(vec![format!("entity.{name}")]);
        keys.push(vec![format!("entities.{name}")]);
        keys.push(vec![format!("area.{}", entity.def.area)]);
        for field in &entity.def.fields {
            keys.push(vec![format!("field.{name}.{}", field.name), format!("field.*.{}", field.name)]);
            keys.push(vec![format!("group.{}", field.group)]);
            choices(&mut keys, name, field);
        }
        for view in &entity.def.views {
            keys.push(vec![format!("view.{name}.{}", view.name)]);
        }
        for action in &entity.actions {
            keys.push(vec![format!("action.{name}.{}", action.name)]);
            for field in (action.input)() {
                keys.push(vec![format!("input.{name}.{}.{}", action.name, field.name), format!("field.{name}.{}", field.name)]);
                choices(&mut keys, name, &field);
            }
        }
        keys.extend(entity.jobs.iter().map(|job| vec![format!("job.{}", job.name)]));
        if entity.reach.is_some() {
            keys.push(vec![format!("reach.{name}")]);
        }
    }
    keys
}

fn choices(keys: &mut Vec<Vec<String>>, entity: &str, field: &FieldDef) {
    if let Options::Fixed(options) = &field.options {
        for option in options {
            let code = &option.value;
            keys.push(vec![format!("choice.{entity}.{}.{code}", field.name), format!("choice.*.{}.{code}", field.name)]);
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn source_texts() -> Vec<String> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Every `// Rule: noun.behaviour` of this crate.
fn rules() -> Vec<String> {
    let mut ids = Vec::new();
    for text in source_texts() {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix("// Rule: "));
        ids.extend(lines.filter_map(|rest| rest.split_whitespace().next()).map(str::to_owned));
    }
    ids
}

/// The quoted words that follow any of these beginnings.
fn quoted_after(beginnings: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in source_texts().iter().filter(|text| !text.contains("fn quoted_after")) {
        for beginning in beginnings {
            for rest in text.split(beginning).skip(1) {
                // Between the beginning and the quote stand at most a variant and a comma.
                let (before, quoted) = rest.split_once('"').unwrap_or_default();
                let quoted = quoted.split('"').next().unwrap_or_default();
                let near = before.chars().all(|c| c.is_alphabetic() || c == ',' || c.is_whitespace()) && !before.contains('\n');
                let quoted = if near { quoted } else { "" };
                let word =
                    !quoted.is_empty() && !quoted.ends_with('.') && quoted.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
                if word {
                    found.insert(quoted.to_owned());
                }
            }
        }
    }
    found
}

/// The second quoted word of calls such as `invalid("field", "code")`.
fn codes_of_fields() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in source_texts().iter().filter(|text| !text.contains("fn quoted_after")) {
        for rest in text.split("Error::invalid(").skip(1) {
            let arguments = rest.split(')').next().unwrap_or_default();
            if let Some(code) = arguments.rsplit('"').nth(1) {
                found.insert(code.to_owned());
            }
        }
    }
    found
}

#[test]
fn everything_people_read_has_a_text_in_both_languages() {
    let mut wanted = wanted();
    wanted.extend(rules().into_iter().map(|id| vec![format!("rule.{id}")]));
    let codes = quoted_after(&["Error::conflict(", "Error::forbidden(", "Problem::new(Status::"]);
    wanted.extend(codes.into_iter().chain(codes_of_fields()).map(|code| vec![format!("error.{code}")]));
    wanted.extend(quoted_after(&["Said::new("]).into_iter().map(|key| vec![key]));
    wanted.extend(crate::settings::roles::codes().into_iter().map(|code| vec![format!("role.{code}")]));
    for lang in [Lang::Zh, Lang::En] {
        let known = texts(lang);
        let missing: BTreeSet<&str> = wanted
            .iter()
            .filter(|keys| !keys.iter().any(|key| known.get(key).is_some_and(|text| !text.is_empty())))
            .filter_map(|keys| keys.first())
            .map(String::as_str)
            .collect();
        assert!(
            missing.is_empty(),
            "{} has no text for {}:\n{}",
            lang.tag(),
            missing.len(),
            missing.into_iter().collect::<Vec<_>>().join("\n")
        );
    }
}

#[test]
fn both_languages_have_the_same_keys_and_name_the_same_values() {
    let (zh, en) = (texts(Lang::Zh), texts(Lang::En));
    assert!(!zh.is_empty());
    let keys = |texts: &std::collections::HashMap<String, String>| texts.keys().cloned().collect::<BTreeSet<_>>();
    let odd: Vec<_> = keys(zh).symmetric_difference(&keys(en)).cloned().collect();
    assert!(odd.is_empty(), "in one language only: {odd:?}");
    let named = |text: &str| text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect::<BTreeSet<_>>();
    for (key, text) in zh {
        assert_eq!(named(text), named(&en[key]), "{key}");
    }
}

#[test]
fn every_rule_has_an_id_of_its_own() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for id in rules() {
        *seen.entry(id).or_default() += 1;
    }
    let twice: Vec<_> = seen.into_iter().filter(|(_, times)| *times > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_dictionary_of_a_field_is_shipped() {
    let shipped = crate::settings::dictionaries::names();
    for entity in crate::product() {
        for field in &entity.def.fields {
            if let Options::Dictionary(name) = &field.options {
                assert!(shipped.contains(&name.as_str()), "{}.{}: {name}", entity.def.name, field.name);
            }
        }
    }
}

#[test]
fn filters_of_views_and_actions_name_fields_that_are_there() {
    for entity in crate::product() {
        for view in &entity.def.views {
            for column in view.columns {
                assert!(entity.def.field(column).is_some(), "{}.{}: {column}", entity.def.name, view.name);
            }
            let sort = view.sort.trim_start_matches('-');
            assert!(entity.def.field(sort).is_some(), "{}.{}: {sort}", entity.def.name, view.name);
        }
    }
}
