//! People: who is who, how they come and go, and what they leave behind.

pub mod approval;
pub mod children;
pub mod directory;
pub mod export_application;
pub mod hand_over;
pub mod moving;
pub mod structure;
pub mod user;

use guanxi_model::EntityType;

use crate::settings::words;

/// Adds behaviour to an entity of the system.
type Extend = fn(EntityType) -> EntityType;

/// What the business adds to the entities of the system, by their names.
pub fn system_behaviour() -> Vec<(&'static str, Extend)> {
    vec![
        ("dictionary_entry", |of| of.rules(words::rules())),
        ("department", |of| of.rules(structure::department())),
        ("territory", |of| of.rules(structure::territory())),
        ("user", user::behaviour),
        ("team", |of| of.rules(structure::team())),
        ("team_member", |of| of.rules(structure::team_member())),
        ("role", |of| of.rules(structure::role())),
        ("role_grant", |of| of.rules(structure::role_grant())),
        ("role_field", |of| of.rules(structure::role_field())),
        ("user_role", |of| of.rules(structure::user_role())),
        ("export_application", export_application::behaviour),
    ]
}
