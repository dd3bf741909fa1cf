//! Objects made at run time: tables of their own, opened by whoever is granted them.

use std::collections::HashSet;

use guanxi_model::entity::{DELETED_AT, EntityDef, ViewDef};
use guanxi_model::field::{FieldDef, LongText};
use guanxi_model::kind::Kind;
use guanxi_model::labels::{self, Lang};
use guanxi_model::rule::Op;
use guanxi_model::system::{EntityDefinition, FieldDefinition, RoleGrant};
use guanxi_model::tx::record_of;
use guanxi_model::{Actor, Entity, Error, Filter, Problem, Record, Result, Status, Value};
use guanxi_store::dialect::Hold;
use guanxi_store::{Conn, kept, schema};
use serde_json::{Map, Value as Json, json};

use super::definition::{MAX_LABEL, flag, text};
use super::{DEFINE, definition_records, naming, settle};
use crate::engine::Engine;
use crate::meta::AREAS;
use crate::write::{Purpose, WriteTx};

/// The entity that keeps the definitions.
pub(super) const TABLE: &str = <EntityDefinition as Entity>::ENTITY;
/// The entity that keeps what roles may do.
const GRANTS: &str = <RoleGrant as Entity>::ENTITY;
/// What a change of a definition is called in the log.
const DEFINE_OBJECT: &str = "entity_definition.define";
/// Most objects, hidden ones included: the search over everything asks each of them.
const MAX_OBJECTS: usize = 100;
/// Longest name of a record, in characters.
const MAX_TITLE: u32 = 120;
/// Longest name of a picture.
const MAX_ICON: usize = 20;
/// Headings of the navigation that are not for business.
const CLOSED_AREAS: [&str; 2] = ["organisation", "settings"];
/// Where an object stands that says nothing.
const AREA: &str = "custom";

/// What a definition may say.
const KNOWN: [&str; 14] = [
    "name",
    "label",
    "label_en",
    "plural",
    "plural_en",
    "title_label",
    "title_label_en",
    "area",
    "icon",
    "owner",
    "search",
    "hidden",
    "serial",
    "grants",
];
/// What is said once, when the object is made.
const FIXED: [&str; 4] = ["name", "owner", "serial", "grants"];

/// The objects of all definitions, in the order in which they were made.
pub(super) fn objects(conn: &mut dyn Conn, catalog: &guanxi_model::Catalog) -> Result<Vec<EntityDef>> {
    let records = definition_records(conn, catalog, TABLE, Filter::All)?;
    Ok(records
        .iter()
        .filter_map(|record| Some(object_of(&EntityDefinition::from_record(record)?, record.deleted_at().is_some())))
        .collect())
}

/// The object of a definition; hidden where the definition is gone.
fn object_of(definition: &EntityDefinition, gone: bool) -> EntityDef {
    let both = |zh: &Option<String>, en: &Option<String>| {
        let zh = zh.clone()?;
        Some((zh.clone(), en.clone().unwrap_or(zh)))
    };
    let mut fields = EntityDef::implied_fields();
    let mut name = FieldDef::new("name", Kind::Text);
    name.required = true;
    name.max = Some(MAX_TITLE);
    name.list = true;
    name.search = true;
    name.label = both(&definition.title_label, &definition.title_label_en);
    let title = fields.len();
    fields.push(name);
    let owner = definition.owned.then(|| {
        let mut owner = FieldDef::new("owner", Kind::Reference);
        owner.target = Some("user".to_owned());
        owner.list = true;
        fields.push(owner);
        title + 1
    });
    let label_en = definition.label_en.as_ref().unwrap_or(&definition.label);
    let view = |name, filter| ViewDef { name, filter, sort: "-created_at", columns: &[] };
    EntityDef {
        name: definition.name.clone(),
        plural: plural_of(&definition.name),
        area: definition.area.clone(),
        title,
        owner,
        follows: None,
        fields: fields.into(),
        search: definition.search,
        rights: false,
        information: false,
        singleton: false,
        public: false,
        personal: false,
        held: false,
        line_of: None,
        custom: true,
        hidden: definition.hidden || gone,
        label: Some((definition.label.clone(), label_en.clone())),
        plural_label: Some((
            definition.plural.as_ref().unwrap_or(&definition.label).clone(),
            definition.plural_en.as_ref().unwrap_or(label_en).clone(),
        )),
        icon: definition.icon.clone(),
        views: if definition.owned { vec![view("all", "{}"), view("mine", r#"{"owner":{"me":true}}"#)] } else { Vec::new() },
        offered: None,
        tally: None,
        profiled: true,
    }
}

/// The name in the API.
fn plural_of(name: &str) -> String {
    name.replace('_', "-")
}

/// What points at an object out of use rests with it, and comes back with it: references to its
/// records, and figures over them.
pub(super) fn rest(entities: &mut [EntityDef]) {
    let hidden: HashSet<String> = entities.iter().filter(|def| def.hidden).flat_map(|def| [def.name.clone(), def.plural.clone()]).collect();
    if hidden.is_empty() {
        return;
    }
    let over = |field: &FieldDef| {
        let roll_up: Json = serde_json::from_str(field.formula.as_deref().filter(|_| field.kind == Kind::RollUp)?).ok()?;
        roll_up.get("entity")?.as_str().map(str::to_owned)
    };
    for def in entities {
        def.fields.change(|list| {
            for field in list.iter_mut().filter(|field| field.custom) {
                let target = field.target.clone().filter(|_| field.kind == Kind::Reference).or_else(|| over(field));
                field.hidden |= target.is_some_and(|target| hidden.contains(&target));
            }
        });
    }
}

/// What stays as it is first said.
fn begin(input: &Map<String, Json>) -> Result<EntityDefinition> {
    let name = text(input, "name")?.ok_or_else(|| Error::invalid("name", "required"))?;
    let own = name.strip_prefix("x_").unwrap_or(&name);
    schema::check_name("name", own)?;
    let name = format!("x_{own}");
    schema::check_table_name("name", &name)?;
    Ok(EntityDefinition {
        name,
        label: String::new(),
        label_en: None,
        plural: None,
        plural_en: None,
        title_label: None,
        title_label_en: None,
        area: AREA.to_owned(),
        icon: None,
        owned: flag(input, "owner")?.unwrap_or(true),
        search: true,
        hidden: false,
    })
}

/// Reads and checks a definition; what the input does not name stays as it is.
fn read(input: &Map<String, Json>, mut definition: EntityDefinition) -> Result<EntityDefinition> {
    if let Some(unknown) = input.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(Error::malformed(unknown, "unknown_field"));
    }
    let label = |name: &'static str| match text(input, name)? {
        Some(text) if text.chars().count() > MAX_LABEL => Err(Error::invalid(name, "too_long")),
        label => Ok(label),
    };
    if input.contains_key("label") {
        definition.label = label("label")?.unwrap_or_default();
    }
    if definition.label.is_empty() {
        return Err(Error::invalid("label", "required"));
    }
    for (name, place) in [
        ("label_en", &mut definition.label_en),
        ("plural", &mut definition.plural),
        ("plural_en", &mut definition.plural_en),
        ("title_label", &mut definition.title_label),
        ("title_label_en", &mut definition.title_label_en),
    ] {
        if input.contains_key(name) {
            *place = label(name)?;
        }
    }
    if input.contains_key("area") {
        let area = text(input, "area")?.unwrap_or_else(|| AREA.to_owned());
        definition.area =
            Some(area).filter(|area| areas().any(|open| open == area)).ok_or_else(|| Error::invalid("area", "unknown_choice"))?;
    }
    if input.contains_key("icon") {
        let good = |icon: &String| icon.len() <= MAX_ICON && icon.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let icon = text(input, "icon")?;
        if !icon.iter().all(good) {
            return Err(Error::invalid("icon", "bad_name"));
        }
        definition.icon = icon;
    }
    for (name, place) in [("search", &mut definition.search), ("hidden", &mut definition.hidden)] {
        if let Some(flag) = flag(input, name)? {
            *place = flag;
        }
    }
    Ok(definition)
}

/// Where an object may stand.
fn areas() -> impl Iterator<Item = &'static str> {
    AREAS.into_iter().filter(|area| !CLOSED_AREAS.contains(area))
}

/// The field of the numbers an object is made with: a custom field like any other.
fn serial(input: &Map<String, Json>, object: &EntityDefinition) -> Result<Option<FieldDefinition>> {
    let Some(json) = input.get("serial").filter(|json| !json.is_null()) else { return Ok(None) };
    // Every record has a number of the product's own beside it.
    let named = |lang, name: &str| {
        let label = labels::fill(lang, "custom.number_of", &[("name", name.to_owned())]);
        label.chars().take(MAX_LABEL).collect::<String>()
    };
    Ok(Some(FieldDefinition {
        entity: object.name.clone(),
        name: "x_number".to_owned(),
        label: named(Lang::Zh, &object.label),
        label_en: Some(named(Lang::En, object.label_en.as_ref().unwrap_or(&object.label))),
        kind: Kind::Serial.name().to_owned(),
        help: None,
        group: Some("basic".to_owned()),
        required: false,
        list: true,
        search: true,
        index: false,
        unique: false,
        hidden: false,
        max: None,
        decimals: None,
        target: None,
        choices: None,
        result: None,
        formula: Some(LongText(super::serial::Serial::read(json)?.json().to_string())),
    }))
}

/// Opens a new object to the roles its maker names.
fn grant(tx: &mut WriteTx<'_>, input: &Map<String, Json>, entity: &str) -> Result<()> {
    let bad = |code| Error::invalid("grants", code);
    let grants = match input.get("grants") {
        None | Some(Json::Null) => return Ok(()),
        Some(grants) => grants.as_array().ok_or_else(|| bad("not_a_list"))?,
    };
    let def = tx.catalog.get(GRANTS).cloned().ok_or_else(|| Error::internal(GRANTS))?;
    for grant in grants {
        let mut values = grant.as_object().cloned().ok_or_else(|| bad("not_an_object"))?;
        values.insert("entity".to_owned(), json!(entity));
        tx.create(&def, &values)?;
    }
    Ok(())
}

impl Engine {
    /// The objects made at run time, hidden ones included, as an administrator sees them, and where
    /// one may stand.
    pub fn custom_objects(&self, actor: &Actor) -> Result<Json> {
        self.require_full(actor)?;
        let catalog = self.catalog();
        let records = self.inner.store.read(|conn| definition_records(conn, &catalog, TABLE, Filter::All))?;
        let items: Vec<Json> = records.iter().filter_map(object_json).collect();
        let areas = areas().map(|area| json!({"name": area, "label": labels::text(actor.lang, &format!("area.{area}"))}));
        Ok(json!({"items": items, "areas": areas.collect::<Vec<_>>(), "max": MAX_OBJECTS}))
    }

    /// Makes an object: a table of its own, at once, while everybody works on. Nobody but who is
    /// granted everything opens it until a role is granted it.
    ///
    /// # Errors
    /// 409 where the name was used before, or there are as many as there may be.
    pub fn add_object(&self, actor: &Actor, input: &Map<String, Json>) -> Result<Json> {
        self.require_full(actor)?;
        let input = input.clone();
        self.define_object(actor, move |tx| {
            // Another node may be making the same one.
            kept::lock(tx.conn, settle::LOCK)?;
            let catalog = tx.catalog.clone();
            let others = definition_records(tx.conn, &catalog, TABLE, Filter::All)?;
            let tables = schema::columns(tx.conn)?;
            let used = |name: &str| {
                let same = |record: &Record| *record.at(EntityDefinition::NAME.index) == Value::text(name);
                others.iter().any(same) || tables.contains(&(name.to_owned(), String::new()))
            };
            let input = naming::named(&input, |name| Ok(used(name)))?;
            let definition = read(&input, begin(&input)?)?;
            let name = definition.name.clone();
            if used(&name) {
                return Err(Problem::new(Status::Conflict, "name_used").field("name", "name_used").into());
            }
            if others.len() >= MAX_OBJECTS {
                return Err(Problem::new(Status::Conflict, "too_many_objects").arg("max", MAX_OBJECTS).into());
            }
            let serial = serial(&input, &definition)?;
            let record = tx.save(None, record_of(&catalog, definition)?, Op::Create, Some(DEFINE_OBJECT), None)?;
            if let Some(serial) = serial {
                tx.save(None, record_of(&catalog, serial)?, Op::Create, Some(DEFINE), None)?;
            }
            grant(tx, &input, &name)?;
            Ok(record)
        })
    }

    /// Changes what an object is called and where it stands, or takes it out of use and back.
    pub fn edit_object(&self, actor: &Actor, id: i64, input: &Map<String, Json>, version: Option<i64>) -> Result<Json> {
        self.require_full(actor)?;
        if let Some(fixed) = FIXED.iter().find(|fixed| input.contains_key(**fixed)) {
            return Err(Error::invalid(fixed, "cannot_change"));
        }
        let input = input.clone();
        self.define_object(actor, move |tx| {
            let old = tx.load_held(TABLE, id, Hold::Change)?.ok_or_else(Error::not_found)?;
            tx.expect_version(&old, version)?;
            let mut current = EntityDefinition::from_record(&old).ok_or_else(|| Error::internal(TABLE))?;
            current.hidden |= old.deleted_at().is_some();
            let definition = read(&input, current)?;
            let back = old.deleted_at().is_some() && !definition.hidden;
            let mut new = old.clone();
            definition.write_to(&mut new);
            if back {
                new.put(DELETED_AT, Value::Null);
            }
            tx.save(Some(old), new, if back { Op::Restore } else { Op::Update }, Some(DEFINE_OBJECT), None)
        })
    }

    fn define_object(&self, actor: &Actor, work: impl FnOnce(&mut WriteTx<'_>) -> Result<Record> + Clone + Send + 'static) -> Result<Json> {
        let record = self.write(actor, Purpose::new("edit", DEFINE_OBJECT), work)?;
        object_json(&record).ok_or_else(|| Error::internal(TABLE))
    }
}

/// A definition as the API tells it.
fn object_json(record: &Record) -> Option<Json> {
    let definition = EntityDefinition::from_record(record)?;
    Some(json!({
        "id": record.id().to_string(),
        "version": record.version().to_string(),
        "name": definition.name,
        "entity": plural_of(&definition.name),
        "label": definition.label,
        "label_en": definition.label_en,
        "plural": definition.plural,
        "plural_en": definition.plural_en,
        "title_label": definition.title_label,
        "title_label_en": definition.title_label_en,
        "area": definition.area,
        "icon": definition.icon,
        "owner": definition.owned,
        "search": definition.search,
        "hidden": definition.hidden || record.deleted_at().is_some(),
    }))
}
