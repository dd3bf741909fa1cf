//! Short words for departments, users, roles and what they grant.

use guanxi_model::Actor;
use serde_json::{Value as Json, json};

use crate::World;

/// What a role may do with an entity.
#[derive(Clone, Debug)]
pub struct Grant {
    entity: String,
    verbs: Vec<String>,
    read: String,
    write: String,
    read_filter: Option<Json>,
    write_filter: Option<Json>,
}

impl Grant {
    /// Verbs on an entity (its singular name), over one's own records.
    pub fn on(entity: &str, verbs: &str) -> Self {
        let verbs = verbs.split(' ').filter(|verb| !verb.is_empty()).map(str::to_owned).collect();
        Self { entity: entity.to_owned(), verbs, read: "own".into(), write: "own".into(), read_filter: None, write_filter: None }
    }

    /// The scope of reading.
    #[must_use]
    pub fn read(mut self, scope: &str) -> Self {
        self.read = scope.to_owned();
        self
    }

    /// The scope of writing.
    #[must_use]
    pub fn write(mut self, scope: &str) -> Self {
        self.write = scope.to_owned();
        self
    }

    /// The same scope for reading and writing.
    #[must_use]
    pub fn over(self, scope: &str) -> Self {
        self.read(scope).write(scope)
    }

    /// Records that match a filter, for reading and writing.
    #[must_use]
    pub fn matching(mut self, filter: Json) -> Self {
        self.read_filter = Some(filter.clone());
        self.write_filter = Some(filter);
        self.over("filter")
    }
}

/// A user to be made.
#[derive(Clone, Debug, Default)]
pub struct UserSpec(serde_json::Map<String, Json>);

impl UserSpec {
    /// A user of that name.
    pub fn named(name: &str) -> Self {
        Self(serde_json::Map::from_iter([("name".to_owned(), json!(name)), ("login".to_owned(), json!(name.to_lowercase()))]))
    }

    /// Any field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Json>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    /// The department.
    #[must_use]
    pub fn of(self, department: i64) -> Self {
        self.with("department", department.to_string())
    }
}

impl World {
    /// A department below another.
    pub fn department(&self, name: &str, parent: Option<i64>) -> i64 {
        self.add("departments", json!({"name": name, "parent": parent.map(|id| id.to_string())}))
    }

    /// A user. New accounts are named by the company's rule; the name wanted is given afterwards.
    pub fn user(&self, mut spec: UserSpec) -> i64 {
        let login = spec.0.remove("login");
        let user = self.add("users", Json::Object(spec.0));
        if let Some(login) = login {
            self.change("users", user, json!({"login": login}));
        }
        user
    }

    /// A user who holds a role with these grants.
    pub fn user_with(&self, name: &str, grants: &[Grant]) -> Actor {
        self.hire(UserSpec::named(name), grants)
    }

    /// A user of a department who holds a role with these grants.
    pub fn hire(&self, spec: UserSpec, grants: &[Grant]) -> Actor {
        let name = spec.0.get("name").and_then(Json::as_str).unwrap_or("somebody").to_owned();
        let user = self.user(spec);
        let role = self.role(&format!("role of {name}"), grants);
        self.hold(user, role);
        Actor::user(user)
    }

    /// A role with these grants.
    pub fn role(&self, name: &str, grants: &[Grant]) -> i64 {
        let role = self.add("roles", json!({"name": name, "delegable": false}));
        for grant in grants {
            self.grant(role, grant);
        }
        role
    }

    /// Adds a grant to a role.
    pub fn grant(&self, role: i64, grant: &Grant) -> i64 {
        self.add(
            "role-grants",
            json!({
                "role": role.to_string(), "entity": grant.entity, "verbs": grant.verbs,
                "read_scope": grant.read, "write_scope": grant.write,
                "read_filter": grant.read_filter.as_ref().map(Json::to_string),
                "write_filter": grant.write_filter.as_ref().map(Json::to_string),
            }),
        )
    }

    /// Limits a field for a role: `hidden`, `masked`, `read`.
    pub fn limit(&self, role: i64, entity: &str, field: &str, right: &str) -> i64 {
        self.add("role-fields", json!({"role": role.to_string(), "entity": entity, "field": field, "right": right}))
    }

    /// Gives a user a role.
    pub fn hold(&self, user: i64, role: i64) -> i64 {
        self.add("user-roles", json!({"user": user.to_string(), "role": role.to_string()}))
    }

    /// Shares a record with a user.
    pub fn share(&self, entity: &str, id: i64, user: i64, level: &str) -> i64 {
        let about = json!({"entity": entity, "id": id.to_string()});
        self.insert("shares", json!({"about": about, "user": user.to_string(), "level": level}))
    }
}
