//! What a client needs to draw everything: the catalog as one actor may see it, with labels.

use guanxi_model::action::{Action, ActionOn};
use guanxi_model::entity::{EntityDef, IMPLIED, MAX_LINES, ViewDef};
use guanxi_model::field::{ChoiceDef, FieldDef, Options};
use guanxi_model::filter;
use guanxi_model::labels::{self, Lang};
use guanxi_model::system::{Right, Verb};
use guanxi_model::{Actor, Choice, Kind, Result};
use serde_json::{Map, Value as Json, json};

use crate::engine::Engine;
use crate::rights::{Access, ActorScope, EntityAccess, Org};

/// The areas of the navigation, in order.
pub(crate) const AREAS: [&str; 9] =
    ["customers", "activities", "marketing", "sales", "commerce", "service", "custom", "organisation", "settings"];

/// Whether a field is a key that rules keep for their own comparisons: it repeats what may be
/// masked elsewhere and is no business of a page.
pub(crate) fn is_internal(index: usize, field: &FieldDef) -> bool {
    index >= IMPLIED && field.group == "system"
}

impl Engine {
    /// The catalog for an actor.
    pub fn meta(&self, actor: &Actor) -> Result<Json> {
        let access = self.access(actor)?;
        let lang = actor.lang;
        let catalog = &access.org.catalog;
        let mut entities = Map::new();
        let mut areas: Vec<(String, Vec<String>)> = AREAS.iter().map(|area| ((*area).to_owned(), Vec::new())).collect();
        for def in catalog.entities() {
            let of = access.of(def)?;
            if !of.verbs.has(Verb::See) {
                continue;
            }
            match areas.iter_mut().find(|(area, _)| *area == def.area) {
                Some((_, list)) => list.push(def.plural.clone()),
                None => areas.push((def.area.clone(), vec![def.plural.clone()])),
            }
            entities.insert(def.plural.clone(), self.entity_json(&access, def, &of, lang)?);
        }
        let areas: Vec<Json> = areas
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(area, list)| json!({"name": area, "label": labels::text(lang, &format!("area.{area}")), "entities": list}))
            .collect();
        Ok(json!({
            "version": format!("{}.{}", catalog.version, access.org.version),
            "language": lang.tag(),
            "areas": areas,
            "entities": entities,
            "dictionaries": access.org.dictionary_names().map(|name| (name.to_owned(), json!(dictionary_label(lang, name)))).collect::<Map<_, _>>(),
        }))
    }

    fn entity_json(&self, access: &Access, def: &EntityDef, of: &EntityAccess, lang: Lang) -> Result<Json> {
        let verbs: Vec<&str> = Verb::ALL.iter().filter(|(_, verb)| of.verbs.has(*verb)).map(|(code, _)| *code).collect();
        let shown = def.fields.iter().enumerate().filter(|(index, field)| of.right(*index) >= Right::Masked && !is_internal(*index, field));
        let fields: Vec<Json> = shown.map(|(index, field)| self.field_json(access, def, index, field, of.right(index), lang)).collect();
        let name = |index: usize| def.fields.get(index).map(|field| field.name.clone());
        let views: Vec<Json> = def
            .views
            .iter()
            .filter(|view| self.is_open_to(access, def, of, view))
            .map(|view| {
                json!({
                    "name": view.name,
                    "label": view_label(lang, def, view.name),
                    "filter": serde_json::from_str::<Json>(view.filter).unwrap_or(json!({})),
                    "sort": view.sort,
                    "columns": view.columns,
                })
            })
            .collect();
        Ok(json!({
            "name": def.name,
            "label": entity_label(lang, def),
            "plural": plural_label(lang, def),
            "area": def.area,
            "custom": def.custom,
            "icon": def.icon,
            "singleton": def.singleton,
            "rights_from": rights_from(def),
            "title": name(def.title),
            "owner": def.owner.and_then(name),
            "follows": def.follows.and_then(name),
            "verbs": verbs,
            "search": def.search,
            "duplicates": self.behaviour(&def.name).is_some_and(|behaviour| behaviour.duplicates.is_some()),
            "fields": fields,
            "actions": self.actions_json(access, def, of, lang),
            "views": views,
            "related": self.related_json(access, def, lang)?,
            "timeline": def.search,
            "attachments": def.takes_files(),
            "profiled": def.profiled,
        }))
    }

    /// Whether a view asks of nothing that the reader may not read.
    fn is_open_to(&self, access: &Access, def: &EntityDef, of: &EntityAccess, view: &ViewDef) -> bool {
        let scope = ActorScope { access, now: self.now() };
        let filter = serde_json::from_str(view.filter).is_ok_and(|json| filter::parse(&json, def, &scope).is_ok());
        filter && view.sort.split(',').filter_map(|key| def.position(key.trim_start_matches('-'))).all(|index| of.reads(index))
    }

    fn field_json(&self, access: &Access, def: &EntityDef, index: usize, field: &FieldDef, right: Right, lang: Lang) -> Json {
        let target = access.org.catalog.target_of(field);
        let operators: Vec<&str> =
            if right >= Right::Read { field.values().operators().iter().map(|op| op.name()).collect() } else { Vec::new() };
        let group_key = format!("group.{}", field.group);
        let mut json = json!({
            "name": field.name,
            "label": field_label(lang, def, index),
            "help": field.help.clone().or_else(|| labels::find(lang, &format!("help.{}.{}", def.name, field.name)).map(str::to_owned)),
            "kind": field.kind.name(),
            "required": field.required,
            "max": field.max_chars(),
            "decimals": field.decimals,
            "result": field.result.map(guanxi_model::Kind::name),
            "range": field.range,
            "brought": field.brought && right >= Right::Read,
            "stars": field.stars,
            "birth": field.birth,
            "access": if right == Right::Write { "write" } else if right == Right::Read { "read" } else { "masked" },
            "list": field.list,
            "implied": index < IMPLIED,
            "group": field.group,
            "group_label": labels::find(lang, &group_key).unwrap_or(&field.group),
            "custom": field.custom,
            "sensitive": field.sensitive,
            "operators": operators,
            "sortable": right >= Right::Read && field.values().is_sortable(),
            "searchable": field.search,
            "default": field.default,
            "target": target.map(|target| target.plural.clone()),
            "target_filter": target.and_then(|target| target_filter(access, def, &field.name, target)),
        });
        if let (Kind::Lines, Some(line), Some(object)) = (field.kind, target, json.as_object_mut()) {
            let columns = line.fields.iter().enumerate().skip(line.first_declared()).filter(|(_, field)| !field.hidden && !field.secret);
            let column = |(index, field): (usize, &FieldDef)| {
                let right = if field.is_writable() { right } else { right.min(Right::Read) };
                self.field_json(access, line, index, field, right, lang)
            };
            object.insert("columns".into(), json!(columns.map(column).collect::<Vec<_>>()));
            object.insert("max".into(), json!(MAX_LINES));
        }
        if field.options != Options::None
            && let Some(object) = json.as_object_mut()
        {
            object.insert("choices".into(), self.choices_json(&access.org, def, field, lang));
            if let Options::Dictionary(name) = &field.options {
                object.insert("dictionary".into(), json!(name));
                object.insert("dictionary_label".into(), json!(dictionary_label(lang, name)));
            }
        }
        json
    }

    fn choices_json(&self, org: &Org, def: &EntityDef, field: &FieldDef, lang: Lang) -> Json {
        let options = org.options(&field.options);
        let choice = |option: &guanxi_model::ChoiceDef| {
            json!({
                "value": option.value,
                "label": choice_label(org, lang, def, field, &option.value),
                "color": option.color,
                "disabled": option.disabled,
                "note": said(lang, option.note.as_ref()),
            })
        };
        json!(options.iter().map(choice).collect::<Vec<_>>())
    }

    fn actions_json(&self, access: &Access, def: &EntityDef, of: &EntityAccess, lang: Lang) -> Json {
        let Some(behaviour) = self.behaviour(&def.name) else { return json!([]) };
        let offered =
            behaviour.actions.iter().filter(|action| !action.quiet && Verb::parse(action.needs).is_some_and(|verb| of.verbs.has(verb)));
        json!(offered.map(|action| self.action_json(access, def, action, lang)).collect::<Vec<_>>())
    }

    fn action_json(&self, access: &Access, def: &EntityDef, action: &Action, lang: Lang) -> Json {
        let key = format!("action.{}.{}", def.name, action.name);
        let input_def = crate::action::input_def(def, action);
        let field = |(index, field): (usize, &FieldDef)| {
            let mut json = self.field_json(access, &input_def, index, field, Right::Write, lang);
            let key = format!("input.{}.{}.{}", def.name, action.name, field.name);
            let same = format!("field.{}.{}", def.name, field.name);
            let label = labels::find(lang, &key).or_else(|| labels::find(lang, &same)).unwrap_or(&field.name).to_owned();
            if let Some(object) = json.as_object_mut() {
                object.insert("label".into(), json!(label));
                object.insert("implied".into(), json!(false));
                if let Some(target) = access.org.catalog.target_of(field) {
                    object.insert("target_filter".into(), json!(target_filter(access, def, &field.name, target)));
                }
            }
            json
        };
        json!({
            "name": action.name,
            "label": labels::text(lang, &key),
            "help": labels::find(lang, &format!("{key}.help")),
            "on": if action.on == ActionOn::Collection { "collection" } else { "record" },
            "bulk": action.on == ActionOn::Records,
            "danger": action.danger,
            "confirm": labels::find(lang, &format!("{key}.confirm")),
            "when": action.when.and_then(|when| serde_json::from_str::<Json>(when).ok()),
            "input": input_def.fields.iter().enumerate().map(field).collect::<Vec<_>>(),
        })
    }

    /// Entities whose records point here, as lists on the record's page.
    fn related_json(&self, access: &Access, def: &EntityDef, lang: Lang) -> Result<Json> {
        let mut related = Vec::new();
        for (entity, index) in access.org.catalog.references_to(&def.name) {
            let of = access.of(entity)?;
            let business = !entity.rights && !entity.personal;
            let wanted = business || (def.rights && entity.rights);
            if index < IMPLIED || !wanted || !of.verbs.has(Verb::See) || !of.reads(index) || def.name == "user" && business {
                continue;
            }
            let Some(field) = entity.fields.get(index) else { continue };
            let several =
                access.org.catalog.references_to(&def.name).iter().filter(|(other, i)| other.name == entity.name && *i >= IMPLIED).count()
                    > 1;
            let mut label = plural_label(lang, entity);
            if let Some(own) = labels::find(lang, &format!("related.{}.{}", entity.name, field.name)) {
                label = own.to_owned();
            } else if several {
                label = format!("{label} · {}", field_label(lang, entity, index));
            }
            related.push(json!({"entity": entity.plural, "field": field.name, "label": label}));
        }
        Ok(json!(related))
    }
}

/// The records offered where one is chosen: those in use, and no others than what is administered may point at.
fn target_filter(access: &Access, def: &EntityDef, field: &str, target: &EntityDef) -> Option<Json> {
    let in_use = target.offered.and_then(|filter| serde_json::from_str::<Json>(filter).ok());
    let known = access.org.catalog.get(&def.name).filter(|def| def.rights);
    let allowed = known.and_then(|def| access.of(def).ok()?.allowed(def.position(field)?)).filter(|ids| ids.len() <= filter::MAX_IN);
    let allowed = allowed.map(|ids| json!({"id": {"in": ids.iter().map(i64::to_string).collect::<Vec<_>>()}}));
    match (in_use, allowed) {
        (Some(in_use), Some(allowed)) => Some(json!({"and": [in_use, allowed]})),
        (in_use, allowed) => in_use.or(allowed),
    }
}

/// Who says what somebody may do with records of an entity; grants of roles count for some alone.
fn rights_from(def: &EntityDef) -> &'static str {
    match def {
        def if def.personal => "owner",
        def if def.rights => "administration",
        _ => "roles",
    }
}

/// What people call an entity.
pub fn entity_label(lang: Lang, def: &EntityDef) -> String {
    said(lang, def.label.as_ref()).unwrap_or_else(|| labels::text(lang, &format!("entity.{}", def.name)))
}

/// The one of two labels in a language.
fn said(lang: Lang, label: Option<&(String, String)>) -> Option<String> {
    label.map(|(zh, en)| if lang == Lang::Zh { zh } else { en }.clone())
}

/// What people call several of an entity.
pub fn plural_label(lang: Lang, def: &EntityDef) -> String {
    let own = || labels::find(lang, &format!("entities.{}", def.name)).filter(|_| def.label.is_none()).map(str::to_owned);
    said(lang, def.plural_label.as_ref()).or_else(own).unwrap_or_else(|| entity_label(lang, def))
}

/// What people call a view.
fn view_label(lang: Lang, def: &EntityDef, name: &str) -> String {
    let own = format!("view.{}.{name}", def.name);
    labels::find(lang, &own).or_else(|| labels::find(lang, &format!("view.*.{name}"))).unwrap_or(name).to_owned()
}

/// What people call a field.
pub fn field_label(lang: Lang, def: &EntityDef, index: usize) -> String {
    let Some(field) = def.fields.get(index) else { return String::new() };
    if let Some(label) = said(lang, field.label.as_ref()) {
        return label;
    }
    let own = format!("field.{}.{}", def.name, field.name);
    let any = format!("field.*.{}", field.name);
    labels::find(lang, &own).or_else(|| labels::find(lang, &any)).unwrap_or(&field.name).to_owned()
}

/// What people call a dictionary.
fn dictionary_label(lang: Lang, name: &str) -> &str {
    labels::find(lang, &format!("dictionary.{name}")).unwrap_or(name)
}

/// What people call an option.
pub fn choice_label(org: &Org, lang: Lang, def: &EntityDef, field: &FieldDef, code: &str) -> String {
    option_label(&org.options(&field.options), lang, def, field, code)
}

/// What people call one of the options of a field.
pub fn option_label(options: &[ChoiceDef], lang: Lang, def: &EntityDef, field: &FieldDef, code: &str) -> String {
    if let Some(label) = said(lang, options.iter().find(|option| option.value == code).and_then(|option| option.label.as_ref())) {
        return label;
    }
    // Inputs of actions are named `entity.action`.
    let entity = def.name.split('.').next().unwrap_or(&def.name);
    let keys = [
        format!("choice.{}.{}.{code}", def.name, field.name),
        format!("choice.{entity}.{}.{code}", field.name),
        format!("choice.*.{}.{code}", field.name),
    ];
    keys.iter().find_map(|key| labels::find(lang, key)).unwrap_or(code).to_owned()
}
