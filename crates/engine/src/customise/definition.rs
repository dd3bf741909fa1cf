//! Reads and checks what an administrator says about a custom field.

use guanxi_model::kind::Kind;
use guanxi_model::system::FieldDefinition;
use guanxi_model::value::DECIMAL_DIGITS;
use guanxi_model::{Catalog, Error, Result};
use serde_json::{Map, Value as Json, json};

use super::derived::Derived;

/// Most options of one custom choice field.
const MAX_OPTIONS: usize = 500;
/// Longest label, in characters.
pub(super) const MAX_LABEL: usize = 60;
/// Longest other text, in characters.
const MAX_TEXT: usize = 240;

/// What a definition may say.
const KNOWN: [&str; 22] = [
    "entity", "name", "label", "label_en", "help", "kind", "required", "max", "decimals", "choices", "target", "group", "hidden", "list",
    "search", "index", "unique", "serial", "formula", "roll_up", "result", "columns",
];

/// Reads and checks a definition; what the input does not name stays as it is.
pub(super) fn read(
    input: &Map<String, Json>,
    catalog: &Catalog,
    derived: &Derived,
    current: Option<FieldDefinition>,
) -> Result<FieldDefinition> {
    if let Some(unknown) = input.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(Error::malformed(unknown, "unknown_field"));
    }
    let mut definition = match current {
        Some(current) => current,
        None => begin(input, catalog)?,
    };
    if let Some(label) = text(input, "label")? {
        definition.label = label;
    }
    for (name, place) in [("label_en", &mut definition.label_en), ("help", &mut definition.help), ("group", &mut definition.group)] {
        if input.contains_key(name) {
            *place = text(input, name)?;
        }
    }
    for (name, place) in [
        ("required", &mut definition.required),
        ("hidden", &mut definition.hidden),
        ("list", &mut definition.list),
        ("search", &mut definition.search),
        ("index", &mut definition.index),
        ("unique", &mut definition.unique),
    ] {
        if let Some(flag) = flag(input, name)? {
            *place = flag;
        }
    }
    if input.contains_key("max") {
        definition.max = number(input, "max", 1, 20_000)?;
    }
    if input.contains_key("decimals") {
        definition.decimals = number(input, "decimals", 0, DECIMAL_DIGITS.into())?;
    }
    if let Some(choices) = input.get("choices").filter(|choices| !choices.is_null()) {
        definition.choices = Some(guanxi_model::field::LongText(read_choices(choices)?.to_string()));
    }
    compute(input, catalog, derived, &mut definition)?;
    check(&definition, catalog)?;
    Ok(definition)
}

/// Reads how a computed field is computed.
fn compute(input: &Map<String, Json>, catalog: &Catalog, derived: &Derived, definition: &mut FieldDefinition) -> Result<()> {
    let kind = Kind::parse(&definition.kind);
    for (name, of) in [
        ("serial", Kind::Serial),
        ("formula", Kind::Formula),
        ("roll_up", Kind::RollUp),
        ("result", Kind::Formula),
        ("columns", Kind::Lines),
    ] {
        if kind != Some(of) && input.get(name).is_some_and(|json| !json.is_null()) {
            return Err(Error::invalid(name, "not_for_kind"));
        }
    }
    match kind {
        Some(Kind::Serial) => super::serial::define(input, definition),
        Some(Kind::Formula) => super::formula::define(input, definition, catalog, derived),
        Some(Kind::RollUp) => super::roll_up::define(input, definition, catalog, derived),
        _ => Ok(()),
    }
}

/// What stays as it is first said.
fn begin(input: &Map<String, Json>, catalog: &Catalog) -> Result<FieldDefinition> {
    let plural = text(input, "entity")?.ok_or_else(|| Error::invalid("entity", "required"))?;
    let entity = catalog.by_plural(&plural).filter(|def| !def.hidden).ok_or_else(|| Error::invalid("entity", "unknown_entity"))?;
    let target = text(input, "target")?;
    if target.as_deref().is_some_and(|plural| !catalog.by_plural(plural).is_some_and(|def| def.is_open())) {
        return Err(Error::invalid("target", "unknown_entity"));
    }
    let name = text(input, "name")?.ok_or_else(|| Error::invalid("name", "required"))?;
    let kind = text(input, "kind")?.ok_or_else(|| Error::invalid("kind", "unknown_kind"))?;
    Ok(FieldDefinition {
        entity: entity.name.clone(),
        name: if name.starts_with("x_") { name } else { format!("x_{name}") },
        label: String::new(),
        label_en: None,
        kind,
        help: None,
        group: None,
        required: false,
        list: false,
        search: false,
        index: false,
        unique: false,
        hidden: false,
        max: None,
        decimals: None,
        target,
        choices: None,
        result: None,
        formula: None,
    })
}

fn check(definition: &FieldDefinition, catalog: &Catalog) -> Result<()> {
    if definition.label.is_empty() {
        return Err(Error::invalid("label", "required"));
    }
    let long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.chars().count() > MAX_LABEL);
    if definition.label.chars().count() > MAX_LABEL {
        return Err(Error::invalid("label", "too_long"));
    }
    for (name, text) in [("label_en", &definition.label_en), ("group", &definition.group), ("target", &definition.target)] {
        if long(text) {
            return Err(Error::invalid(name, "too_long"));
        }
    }
    let kind = Kind::parse(&definition.kind).ok_or_else(|| Error::invalid("kind", "unknown_kind"))?;
    if matches!(kind, Kind::Choice | Kind::Choices) && definition.choices.is_none() {
        return Err(Error::invalid("choices", "required"));
    }
    let of_a_line = catalog.get(&definition.entity).is_some_and(|entity| entity.line_of.is_some());
    if of_a_line && !kind.fits_a_line() {
        return Err(Error::invalid("kind", "not_for_lines"));
    }
    for (name, asked) in [("unique", definition.unique), ("search", definition.search), ("list", definition.list)] {
        if asked && (of_a_line || kind == Kind::Lines) {
            return Err(Error::invalid(name, "not_for_kind"));
        }
    }
    if kind == Kind::Reference && definition.target.is_none() {
        return Err(Error::invalid("target", "required"));
    }
    if definition.unique && !may_be_unique(kind) {
        return Err(Error::invalid("unique", "not_for_kind"));
    }
    if definition.required && kind.is_computed() {
        return Err(Error::invalid("required", "not_for_kind"));
    }
    if definition.index && !kind.is_sortable() {
        return Err(Error::invalid("index", "not_for_kind"));
    }
    let result = definition.result.as_deref().and_then(Kind::parse).unwrap_or(kind);
    if definition.decimals.is_some() && !matches!(result, Kind::Decimal | Kind::Percent) {
        return Err(Error::invalid("decimals", "not_for_kind"));
    }
    Ok(())
}

/// Kinds of which one value may stand for one record.
fn may_be_unique(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Email | Kind::Phone | Kind::Url | Kind::Integer | Kind::Decimal | Kind::Date | Kind::DateTime)
}

pub(super) fn text(input: &Map<String, Json>, name: &'static str) -> Result<Option<String>> {
    match input.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => {
            let text = text.trim();
            if text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
                return Err(Error::invalid(name, "too_long"));
            }
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }
        Some(_) => Err(Error::invalid(name, "not_text")),
    }
}

pub(super) fn flag(input: &Map<String, Json>, name: &'static str) -> Result<Option<bool>> {
    match input.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(Error::invalid(name, "not_a_boolean")),
    }
}

pub(super) fn number(input: &Map<String, Json>, name: &'static str, from: i64, to: i64) -> Result<Option<i64>> {
    match input.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(number) => match number.as_i64().filter(|n| (from..=to).contains(n)) {
            Some(n) => Ok(Some(n)),
            None => Err(out_of_range(name, from, to)),
        },
    }
}

/// 422 naming what is allowed.
pub(super) fn out_of_range(name: &str, from: i64, to: i64) -> Error {
    let mut problem = guanxi_model::Problem::new(guanxi_model::Status::Invalid, "invalid").field(name, "out_of_range");
    if let Some(field) = problem.fields.first_mut() {
        field.args = vec![("from", from.to_string()), ("to", to.to_string())];
    }
    problem.into()
}

fn read_choices(choices: &Json) -> Result<Json> {
    let bad = |code| Error::invalid("choices", code);
    let list = choices.as_array().ok_or_else(|| bad("not_a_list"))?;
    if list.is_empty() || list.len() > MAX_OPTIONS {
        return Err(bad("too_many_values"));
    }
    let mut seen = std::collections::HashSet::new();
    let mut read = Vec::with_capacity(list.len());
    for choice in list {
        let part = |name: &str| choice.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty());
        let label = part("label").or_else(|| choice.as_str()).ok_or_else(|| bad("required"))?;
        let value = part("value").unwrap_or(label);
        let fits = |text: &str| text.chars().count() <= MAX_LABEL && !text.contains('|') && !text.chars().any(char::is_control);
        if !fits(label) || !fits(value) {
            return Err(bad("too_long"));
        }
        if !seen.insert(value.to_owned()) {
            return Err(bad("taken"));
        }
        let disabled = choice.get("disabled").and_then(Json::as_bool).unwrap_or(false);
        read.push(json!({"value": value, "label": label, "label_en": part("label_en"), "color": part("color"), "disabled": disabled}));
    }
    Ok(json!(read))
}
