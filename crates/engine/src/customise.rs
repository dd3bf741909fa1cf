//! Definitions made at run time: custom fields as real columns, and changed labels and options.
//! Everything that works for a built-in field works for a custom one.

use guanxi_model::entity::EntityDef;
use guanxi_model::field::{ChoiceDef, FieldDef, Options};
use guanxi_model::kind::Kind;
use guanxi_model::{Actor, AdminLevel, Catalog, Error, Problem, Record, Result, Status};
use guanxi_store::kept::{self, Where};
use guanxi_store::{Conn, schema};
use serde_json::{Map, Value as Json, json};

use crate::engine::{Engine, entity_of};
use crate::events::Event;

/// The key under which the version of the definitions is kept.
pub(crate) const DEFINITIONS_MARK: &str = "definitions_version";
/// Most custom fields of one entity: PostgreSQL's 1,600 columns count dropped ones too.
const MAX_FIELDS: usize = 300;
/// Most options of one custom choice field.
const MAX_OPTIONS: usize = 500;
/// Longest label, in characters.
const MAX_LABEL: usize = 60;

/// The catalog of built-in definitions with the custom ones added.
pub(crate) fn load_catalog(conn: &mut dyn Conn, mut built_in: Vec<EntityDef>) -> Result<Catalog> {
    let rows = kept::find(conn, "custom_field", &[], false, 100_000)?;
    for row in &rows {
        let definition: Json = serde_json::from_str(row.text("definition")).unwrap_or_default();
        let field = field_of(row.text("name"), &definition, built_in.iter());
        let entity = built_in.iter_mut().find(|entity| entity.name == row.text("entity"));
        if let (Some(entity), Some(field)) = (entity, field) {
            entity.fields.push(field);
        }
    }
    let version = kept::meta(conn, DEFINITIONS_MARK)?.and_then(|text| text.parse().ok()).unwrap_or(1);
    Ok(Catalog::new(built_in, version))
}

/// Computes fields that follow from others.
pub(crate) fn compute(_record: &mut Record) {}

impl Engine {
    /// The custom fields of an entity, hidden ones included, as an administrator sees them.
    pub fn custom_fields(&self, actor: &Actor, entity: Option<&str>) -> Result<Json> {
        self.require_full(actor)?;
        let catalog = self.catalog();
        let wanted = match entity {
            Some(plural) => Some(entity_of(&catalog, plural)?.name.clone()),
            None => None,
        };
        let rows = self.inner.store.read(|conn| kept::find(conn, "custom_field", &[], false, 100_000))?;
        let shown = rows.iter().filter(|row| wanted.as_deref().is_none_or(|name| row.text("entity") == name));
        let items: Vec<Json> = shown.map(|row| field_json(&catalog, row)).collect();
        Ok(json!({"items": items}))
    }

    /// Adds a custom field: a real column, at once, while everybody works on.
    pub fn add_field(&self, actor: &Actor, input: &Map<String, Json>) -> Result<Json> {
        self.require_full(actor)?;
        let _one_at_a_time = self.inner.definitions.lock().map_err(|_| Error::internal("definitions lock"))?;
        let catalog = self.catalog();
        let plural = text(input, "entity")?.ok_or_else(|| Error::invalid("entity", "required"))?;
        let entity = catalog.by_plural(&plural).cloned().ok_or_else(|| Error::invalid("entity", "unknown_entity"))?;
        let name = text(input, "name")?.ok_or_else(|| Error::invalid("name", "required"))?;
        let name = if name.starts_with("x_") { name } else { format!("x_{name}") };
        schema::check_name("name", &name)?;
        if entity.position(&name).is_some() || catalog_has_second(&entity, &name) {
            return Err(Problem::new(Status::Conflict, "taken").field("name", "taken").into());
        }
        if entity.fields.iter().filter(|field| field.custom).count() >= MAX_FIELDS {
            return Err(Problem::new(Status::Conflict, "too_many_fields").arg("max", MAX_FIELDS).into());
        }
        let definition = read_definition(input, &catalog, None)?;
        let field = field_of(&name, &definition, catalog.entities().iter().map(AsRef::as_ref))
            .ok_or_else(|| Error::invalid("kind", "unknown_kind"))?;
        let (id, stored) = (self.new_id(), definition.to_string());
        let (name_of, built) = (entity.name.clone(), catalog.clone());
        self.inner.store.write(move |conn| {
            schema::add_column(conn, &built, &entity, &field)?;
            let values = [
                ("id", id.into()),
                ("entity", entity.name.as_str().into()),
                ("name", field.name.as_str().into()),
                ("definition", stored.into()),
            ];
            kept::insert(conn, "custom_field", &values)?;
            next_version(conn)
        })?;
        self.definitions_changed(actor, &format!("add {name_of}.{name}"))?;
        self.custom_field(id)
    }

    /// Changes labels, help, group, options, or takes a field out of use and back.
    pub fn edit_field(&self, actor: &Actor, id: i64, input: &Map<String, Json>) -> Result<Json> {
        self.require_full(actor)?;
        let _one_at_a_time = self.inner.definitions.lock().map_err(|_| Error::internal("definitions lock"))?;
        let catalog = self.catalog();
        let found = self.inner.store.read(|conn| kept::first(conn, "custom_field", &[Where::Is("id", id.into())]))?;
        let row = found.ok_or_else(Error::not_found)?;
        for fixed in ["entity", "name", "kind", "target"] {
            if input.contains_key(fixed) {
                return Err(Error::invalid(fixed, "cannot_change"));
            }
        }
        let current: Json = serde_json::from_str(row.text("definition")).unwrap_or_default();
        let definition = read_definition(input, &catalog, Some(&current))?.to_string();
        self.inner.store.write(move |conn| {
            kept::update(conn, "custom_field", &[("definition", definition.into())], &[Where::Is("id", id.into())])?;
            next_version(conn)
        })?;
        self.definitions_changed(actor, &format!("edit {}.{}", row.text("entity"), row.text("name")))?;
        self.custom_field(id)
    }

    fn custom_field(&self, id: i64) -> Result<Json> {
        let found = self.inner.store.read(|conn| kept::first(conn, "custom_field", &[Where::Is("id", id.into())]))?;
        found.map(|row| field_json(&self.catalog(), &row)).ok_or_else(Error::not_found)
    }

    fn definitions_changed(&self, actor: &Actor, what: &str) -> Result<()> {
        self.reload_definitions()?;
        self.note_read(actor, "definition", "field", None, what)?;
        self.inner.events.tell(&Event::Metadata);
        Ok(())
    }

    /// Refuses who does not administer the whole company.
    pub(crate) fn require_full(&self, actor: &Actor) -> Result<()> {
        if self.access(actor)?.administration() == AdminLevel::Full { Ok(()) } else { Err(Error::forbidden("needs_administration")) }
    }
}

fn next_version(conn: &mut dyn Conn) -> Result<()> {
    let version: i64 = kept::meta(conn, DEFINITIONS_MARK)?.and_then(|text| text.parse().ok()).unwrap_or(1);
    kept::set_meta(conn, DEFINITIONS_MARK, &(version + 1).to_string())
}

fn catalog_has_second(entity: &EntityDef, name: &str) -> bool {
    entity.fields.iter().any(|field| field.second_column().as_deref() == Some(name))
}

fn text(input: &Map<String, Json>, name: &'static str) -> Result<Option<String>> {
    match input.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => {
            let text = text.trim();
            if text.chars().count() > MAX_LABEL * 4 || text.chars().any(char::is_control) {
                return Err(Error::invalid(name, "too_long"));
            }
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }
        Some(_) => Err(Error::invalid(name, "not_text")),
    }
}

fn flag(input: &Map<String, Json>, name: &'static str) -> Result<Option<bool>> {
    match input.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(Error::invalid(name, "not_a_boolean")),
    }
}

/// Reads and checks a definition; what the input does not name stays as it is.
fn read_definition(input: &Map<String, Json>, catalog: &Catalog, current: Option<&Json>) -> Result<Json> {
    const KNOWN: [&str; 16] = [
        "entity", "name", "label", "label_en", "help", "kind", "required", "max", "choices", "target", "group", "hidden", "list", "search",
        "index", "unique",
    ];
    if let Some(unknown) = input.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(Error::malformed(unknown, "unknown_field"));
    }
    let mut definition = current.and_then(Json::as_object).cloned().unwrap_or_default();
    for name in ["label", "label_en", "help", "group", "target", "kind"] {
        match text(input, name)? {
            Some(text) => {
                definition.insert(name.to_owned(), json!(text));
            }
            // Said to be empty: what a field can do without is taken away.
            None if input.contains_key(name) && ["label_en", "help", "group"].contains(&name) => {
                definition.remove(name);
            }
            None => {}
        }
    }
    for name in ["required", "hidden", "list", "search"] {
        if let Some(flag) = flag(input, name)? {
            definition.insert(name.to_owned(), json!(flag));
        }
    }
    if let Some(max) = input.get("max").filter(|max| !max.is_null()) {
        let max = max.as_u64().filter(|max| (1..=20_000).contains(max)).ok_or_else(|| Error::invalid("max", "out_of_range"))?;
        definition.insert("max".into(), json!(max));
    }
    if let Some(choices) = input.get("choices").filter(|choices| !choices.is_null()) {
        definition.insert("choices".into(), read_choices(choices)?);
    }
    let label = definition.get("label").and_then(Json::as_str).ok_or_else(|| Error::invalid("label", "required"))?;
    if label.chars().count() > MAX_LABEL {
        return Err(Error::invalid("label", "too_long"));
    }
    let kind = definition.get("kind").and_then(Json::as_str).and_then(Kind::parse).ok_or_else(|| Error::invalid("kind", "unknown_kind"))?;
    if matches!(kind, Kind::Formula | Kind::RollUp | Kind::Serial | Kind::File) {
        return Err(Error::invalid("kind", "kind_not_offered"));
    }
    if matches!(kind, Kind::Choice | Kind::Choices) && !definition.contains_key("choices") {
        return Err(Error::invalid("choices", "required"));
    }
    if kind == Kind::Reference {
        let target = definition.get("target").and_then(Json::as_str).ok_or_else(|| Error::invalid("target", "required"))?;
        catalog.by_plural(target).ok_or_else(|| Error::invalid("target", "unknown_entity"))?;
    }
    Ok(Json::Object(definition))
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

/// `entities` names the target, which the definition keeps as the API calls it.
fn field_of<'a>(name: &str, definition: &Json, mut entities: impl Iterator<Item = &'a EntityDef>) -> Option<FieldDef> {
    let part = |key: &str| definition.get(key).and_then(Json::as_str).map(str::to_owned);
    let flag = |key: &str| definition.get(key).and_then(Json::as_bool).unwrap_or(false);
    let kind = Kind::parse(&part("kind")?)?;
    let mut field = FieldDef::new(name, kind);
    field.custom = true;
    field.required = flag("required");
    field.hidden = flag("hidden");
    field.list = flag("list");
    field.search = flag("search") && kind.is_text() && kind != Kind::Choice;
    field.max = definition.get("max").and_then(Json::as_u64).and_then(|max| u32::try_from(max).ok());
    let zh = part("label").unwrap_or_else(|| name.to_owned());
    field.label = Some((zh.clone(), part("label_en").unwrap_or(zh)));
    field.help = part("help");
    field.group = part("group").unwrap_or_else(|| "custom".to_owned());
    field.target = part("target").and_then(|plural| entities.find(|entity| entity.plural == plural)).map(|entity| entity.name.clone());
    if let Some(choices) = definition.get("choices").and_then(Json::as_array) {
        field.options = Options::Fixed(choices.iter().filter_map(choice_of).collect());
    }
    Some(field)
}

fn choice_of(choice: &Json) -> Option<ChoiceDef> {
    let part = |key: &str| choice.get(key).and_then(Json::as_str).map(str::to_owned);
    let zh = part("label")?;
    Some(ChoiceDef {
        value: part("value")?,
        label: Some((zh.clone(), part("label_en").unwrap_or(zh))),
        color: part("color"),
        disabled: choice.get("disabled").and_then(Json::as_bool).unwrap_or(false),
    })
}

fn field_json(catalog: &Catalog, row: &kept::Kept) -> Json {
    let mut json: Json = serde_json::from_str(row.text("definition")).unwrap_or_default();
    if let Some(object) = json.as_object_mut() {
        let plural = catalog.get(row.text("entity")).map_or(row.text("entity"), |def| def.plural.as_str());
        object.insert("id".into(), json!(row.int("id").to_string()));
        object.insert("entity".into(), json!(plural));
        object.insert("name".into(), json!(row.text("name")));
    }
    json
}
