//! Fields and objects made at run time: their definitions, and what each kind promises beyond its
//! values.

mod definitions;
mod formulas;
mod objects;
mod roll_ups;
mod serials;

use guanxi_model::Kind;
use guanxi_testing::World;
use serde_json::{Value as Json, json};

/// Adds a custom field to specimens, and tells its name and identity.
pub fn field(world: &World, name: &str, more: Json) -> i64 {
    field_of(world, "specimens", name, more)
}

/// The same on any entity; its values are there.
pub fn field_of(world: &World, entity: &str, name: &str, more: Json) -> i64 {
    let made = define(world, entity, name, more).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    settled(world);
    guanxi_testing::id_of(&made)
}

/// What becomes of a definition.
pub fn define(world: &World, entity: &str, name: &str, more: Json) -> guanxi_model::Result<Json> {
    let mut input = guanxi_testing::object(json!({"entity": entity, "name": name, "kind": "text", "label": name}));
    input.extend(guanxi_testing::object(more));
    world.engine.add_field(&world.admin, &input)
}

/// Changes a definition; it must succeed.
pub fn redefine(world: &World, id: i64, more: Json) -> Json {
    let told = more.to_string();
    let changed = world.engine.edit_field(&world.admin, id, &guanxi_testing::object(more), None);
    changed.unwrap_or_else(|error| panic!("{told}: {error:?}"))
}

/// Waits until every record has been computed anew, and the task has said so.
pub fn settled(world: &World) {
    while !world.engine.computing().is_empty() || runs(world) {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

fn runs(world: &World) -> bool {
    world.content().get("task").is_some_and(|tasks| tasks.iter().any(|task| task.contains(r#"state=Text("running")"#)))
}

/// Makes an object; it must succeed.
pub fn object(world: &World, name: &str, more: Json) -> Json {
    let told = more.to_string();
    make_object(world, name, more).unwrap_or_else(|error| panic!("{name} {told}: {error:?}"))
}

/// What becomes of an object.
pub fn make_object(world: &World, name: &str, more: Json) -> guanxi_model::Result<Json> {
    let mut input = guanxi_testing::object(json!({"name": name, "label": name}));
    input.extend(guanxi_testing::object(more));
    world.engine.add_object(&world.admin, &input)
}

/// Changes an object; it must succeed.
pub fn change_object(world: &World, id: i64, more: Json) -> Json {
    let told = more.to_string();
    let changed = world.engine.edit_object(&world.admin, id, &guanxi_testing::object(more), None);
    changed.unwrap_or_else(|error| panic!("{told}: {error:?}"))
}

/// An object with a field of each kind, and one whose records refer to its records.
pub fn object_of_every_kind(world: &World) -> Vec<String> {
    object(world, "gauge", json!({"label": "仪器", "serial": {"prefix": "YQ"}}));
    object(world, "part", json!({"label": "零件", "owner": false, "search": false}));
    field_of(world, "x-part", "gauge", json!({"kind": "reference", "target": "x-gauge"}));
    field_of_every_kind(world, "x-gauge", ("x-part", "x_gauge"))
}

/// A custom field of each kind on an entity; the roll-up counts the records that refer to it by a link.
pub fn field_of_every_kind(world: &World, entity: &str, (child, link): (&str, &str)) -> Vec<String> {
    let names = Kind::ALL.iter().map(|kind| {
        let mut more = json!({"kind": kind.name(), "label": format!("自定义{}", kind.name())});
        match kind {
            Kind::Choice | Kind::Choices => more["choices"] = json!([{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]),
            Kind::Reference => more["target"] = json!("address-book"),
            Kind::Formula => more = json!({"kind": "formula", "result": "text", "formula": "name + '/' + text(x_integer)"}),
            Kind::Lines => {
                more["columns"] = json!([
                    {"name": "item", "label": "品名", "kind": "text", "required": true},
                    {"name": "n", "label": "数量", "kind": "integer"},
                    {"name": "twice", "label": "双", "kind": "formula", "formula": "x_n * 2", "result": "decimal"},
                ]);
            }
            Kind::RollUp => more["roll_up"] = json!({"entity": child, "link": link, "function": "count"}),
            _ => {}
        }
        let made = define(world, entity, kind.name(), more).unwrap_or_else(|error| panic!("{kind:?}: {error:?}"));
        made["name"].as_str().unwrap().to_owned()
    });
    let names = names.collect();
    settled(world);
    names
}
