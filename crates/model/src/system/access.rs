//! Roles and what they grant: ORG-10, ORG-24…27, ORG-30…32, POL-10.

use crate::field::LongText;
use crate::value::AnyRef;
use crate::{Choice, Entity, Id};

use super::people::User;

/// A role (角色).
#[derive(Entity)]
#[entity(area = "organisation", title = "name", rights, public)]
pub struct Role {
    #[field(max = 60, list, search)]
    pub name: String,
    #[field(max = 300, list)]
    pub description: Option<String>,
    /// Name in the product's own role set (ORG-46), e.g. `salesperson`.
    #[field(max = 60, readonly)]
    pub code: Option<String>,
    /// Branch administrators may give it to their own people (ORG-41).
    #[field(list)]
    pub delegable: bool,
    #[field(list, default = "100", range = "0..100000")]
    pub position: i64,
    /// Who holds it administers the users of the own department and below, as with the account's own
    /// level of administration; never the whole company (ORG-41).
    #[field(list)]
    pub administers_branch: bool,
    /// Who holds it has a direct superior (ORG-33).
    #[field(list)]
    pub needs_superior: bool,
}

/// What may be done with an entity.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    See,
    Create,
    Edit,
    Delete,
    Import,
    Export,
    /// Give a record to another owner.
    Assign,
    Merge,
    Share,
    /// Decide applications.
    Approve,
    /// Save in spite of a convention that would refuse.
    Override,
}

/// Whose records a role reaches.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    None,
    Own,
    /// Own and those of direct and indirect subordinates.
    Subordinates,
    /// Those of the members of the actor's teams.
    Team,
    Department,
    DepartmentBelow,
    /// Those of users in the actor's territory and below it.
    Territory,
    All,
    /// Those that match the filter of the grant.
    Filter,
}

/// What a role may do with an entity.
#[derive(Entity)]
#[entity(area = "organisation", title = "entity", rights, public)]
pub struct RoleGrant {
    #[field(list, index)]
    pub role: Id<Role>,
    /// Singular name of the entity; `*` for every entity.
    #[field(list, max = 60)]
    pub entity: String,
    #[field(list)]
    pub verbs: Vec<Verb>,
    #[field(list, default = "own")]
    pub read_scope: Scope,
    #[field(list, default = "own")]
    pub write_scope: Scope,
    /// Filter in the JSON of the API, for the scope `filter`.
    pub read_filter: Option<LongText>,
    pub write_filter: Option<LongText>,
}

/// What a role may do with a field.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    Hidden,
    Masked,
    Read,
    Write,
}

/// Stands for the fields of an entity that a role names no right for, those yet to be made too.
pub const EVERY_OTHER_FIELD: &str = "*";

/// The right of a role on a field that differs from the entity's.
#[derive(Entity)]
#[entity(area = "organisation", title = "field", rights, public)]
pub struct RoleField {
    #[field(list, index)]
    pub role: Id<Role>,
    #[field(list, max = 60)]
    pub entity: String,
    /// Name of the field; `*` for every field without a right of its own.
    #[field(list, max = 80)]
    pub field: String,
    #[field(list)]
    pub right: Right,
}

/// A role held by a user.
#[derive(Entity)]
#[entity(area = "organisation", title = "role", rights, public)]
pub struct UserRole {
    #[field(list, index)]
    pub user: Id<User>,
    #[field(list, index)]
    pub role: Id<Role>,
}

/// What sharing allows.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareLevel {
    Read,
    Edit,
}

/// One record shared with one user (POL-10).
#[derive(Entity)]
#[entity(area = "organisation", title = "user", owner = "user")]
pub struct Share {
    #[field(list, index)]
    pub about: AnyRef,
    #[field(list, index)]
    pub user: Id<User>,
    #[field(list, default = "edit")]
    pub level: ShareLevel,
}
