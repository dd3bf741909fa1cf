//! People: who is who, how they come and go, and what they leave behind.

pub mod children;
pub mod directory;
pub mod hand_over;
pub mod structure;
pub mod user;

use guanxi_model::{Action, Rules};

/// What the business adds to the entities of the system: name of the entity, rules, actions.
pub fn system_rules() -> Vec<(&'static str, Rules, Vec<Action>)> {
    vec![
        ("department", structure::department(), Vec::new()),
        ("territory", structure::territory(), Vec::new()),
        ("user", user::rules(), user::actions()),
        ("team", structure::team(), Vec::new()),
        ("team_member", structure::team_member(), Vec::new()),
        ("role", structure::role(), Vec::new()),
        ("user_role", structure::user_role(), Vec::new()),
    ]
}
