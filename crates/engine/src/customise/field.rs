//! A definition as the field it makes, and as the API tells it.

use guanxi_model::field::{ChoiceDef, FieldDef, Options};
use guanxi_model::kind::Kind;
use guanxi_model::system::{FieldDefinition, File};
use guanxi_model::{Catalog, Entity, Record};
use serde_json::{Map, Value as Json, json};

/// The field of a definition; hidden where the definition is gone. `catalog` names the target,
/// which the definition keeps as the API calls it.
pub(super) fn field_of(definition: &FieldDefinition, gone: bool, catalog: &Catalog) -> Option<FieldDef> {
    let kind = Kind::parse(&definition.kind)?;
    let mut field = FieldDef::new(&definition.name, kind);
    field.custom = true;
    field.required = definition.required;
    field.hidden = definition.hidden || gone;
    field.list = definition.list;
    field.result = definition.result.as_deref().and_then(Kind::parse);
    field.formula = definition.formula.as_ref().map(|text| text.0.clone());
    field.search = definition.search && field.values().is_text() && kind != Kind::Choice;
    // Lists of what belongs to a record, and figures over it, go through the reference.
    field.index = definition.index || kind.is_reference();
    field.unique = definition.unique || kind == Kind::Serial;
    field.max = definition.max.and_then(|max| u32::try_from(max).ok());
    field.decimals = definition.decimals.and_then(|digits| u32::try_from(digits).ok());
    let zh = definition.label.clone();
    field.label = Some((zh.clone(), definition.label_en.clone().unwrap_or(zh)));
    field.help = definition.help.clone();
    field.group = definition.group.clone().unwrap_or_else(|| "custom".to_owned());
    let target = definition.target.as_deref().and_then(|plural| catalog.by_plural(plural));
    field.target = match kind {
        Kind::File => Some(<File as Entity>::ENTITY.to_owned()),
        Kind::Lines => Some(super::lines::table(definition)),
        _ => target.map(|entity| entity.name.clone()),
    };
    if let Some(choices) = choices(definition) {
        field.options = Options::Fixed(choices.iter().filter_map(choice_of).collect());
    }
    Some(field)
}

fn choices(definition: &FieldDefinition) -> Option<Vec<Json>> {
    definition.choices.as_ref().and_then(|text| serde_json::from_str(&text.0).ok())
}

fn choice_of(choice: &Json) -> Option<ChoiceDef> {
    let part = |key: &str| choice.get(key).and_then(Json::as_str).map(str::to_owned);
    let zh = part("label")?;
    Some(ChoiceDef {
        value: part("value")?,
        label: Some((zh.clone(), part("label_en").unwrap_or(zh))),
        color: part("color"),
        disabled: choice.get("disabled").and_then(Json::as_bool).unwrap_or(false),
        note: part("note").map(|note| (note.clone(), note)),
    })
}

/// A definition as the API tells it.
pub(super) fn definition_json(catalog: &Catalog, record: &Record) -> Option<Json> {
    let definition = FieldDefinition::from_record(record)?;
    let entity = catalog.get(&definition.entity);
    let hidden = definition.hidden || record.deleted_at().is_some();
    let rests = !hidden && entity.and_then(|def| def.field(&definition.name)).is_some_and(|field| field.hidden);
    let plural = entity.map_or(definition.entity.as_str(), |def| def.plural.as_str());
    let mut json = Map::new();
    let mut say = |name: &str, value: Json| {
        if !value.is_null() {
            json.insert(name.to_owned(), value);
        }
    };
    say("id", json!(record.id().to_string()));
    say("version", json!(record.version().to_string()));
    say("entity", json!(plural));
    say("name", json!(definition.name));
    say("label", json!(definition.label));
    say("label_en", json!(definition.label_en));
    say("kind", json!(definition.kind));
    say("help", json!(definition.help));
    say("group", json!(definition.group));
    say("required", json!(definition.required));
    say("list", json!(definition.list));
    say("search", json!(definition.search));
    say("index", json!(definition.index));
    say("unique", json!(definition.unique));
    say("hidden", json!(hidden));
    if rests {
        // What it points at is out of use.
        say("rests", json!(true));
    }
    say("max", json!(definition.max));
    say("decimals", json!(definition.decimals));
    say("target", json!(definition.target));
    say("choices", json!(choices(&definition)));
    if definition.kind == Kind::Lines.name() {
        // Its columns are definitions of that entity.
        say("lines", json!(catalog.get(&super::lines::table(&definition)).map(|line| &line.plural)));
    }
    say("result", json!(definition.result));
    if let Some(text) = &definition.formula {
        match definition.kind.as_str() {
            "formula" => say("formula", json!(text.0)),
            other => say(other, serde_json::from_str(&text.0).unwrap_or_default()),
        }
    }
    Some(Json::Object(json))
}
