//! Fields made at run time: their definitions, and what each kind promises beyond its values.

mod definitions;
mod formulas;
mod roll_ups;
mod serials;

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
    let changed = world.engine.edit_field(&world.admin, id, &guanxi_testing::object(more));
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
