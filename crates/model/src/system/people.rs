//! People and where they stand: ORG-02, ORG-03, ORG-11, ORG-33, ORG-45.

use crate::field::{Email, LongText, Phone};
use crate::{Choice, Entity, Id, Instant};

/// What stands in the tree of departments (ORG-02).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepartmentKind {
    Department,
    Branch,
    Dealer,
    Partner,
}

/// A department, branch, dealer or partner (部门). They form one tree.
#[derive(Entity)]
#[entity(area = "organisation", title = "name", rights, public, search)]
pub struct Department {
    #[field(max = 60, list, search)]
    pub name: String,
    /// A department where nothing is said.
    #[field(list, default = "department")]
    pub kind: Option<DepartmentKind>,
    #[field(list, index)]
    pub parent: Option<Id<Department>>,
    /// Who leads it.
    #[field(list)]
    pub leader: Option<Id<User>>,
    #[field(list, range = "0..100000", default = "0")]
    pub position: i64,
    #[field(max = 500)]
    pub remark: Option<String>,
}

/// A sales territory (区域), in a tree: rights reach down it (ORG-11).
#[derive(Entity)]
#[entity(area = "organisation", title = "name", rights, public)]
pub struct Territory {
    #[field(max = 60, list, search)]
    pub name: String,
    #[field(list, index)]
    pub parent: Option<Id<Territory>>,
}

/// Whether an account may sign in.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    Active,
    Disabled,
    /// Registered, waiting for approval.
    Pending,
}

/// How far a user administers (ORG-12).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Administration {
    None,
    /// Words, sets of compulsory fields, numbers; no accounts and no rights.
    Information,
    Branch,
    Full,
}

/// Template of a user by the kind of work (ORG-08).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    Operator,
    Sales,
    SalesManager,
}

/// A user account (用户).
#[derive(Entity)]
#[entity(area = "organisation", title = "name", rights, public, search)]
pub struct User {
    #[field(max = 60, list, search)]
    pub name: String,
    /// Made from the name's pinyin when left empty (ORG-18).
    #[field(max = 60, list, search, unique, default = "")]
    pub login: Option<String>,
    #[field(secret, readonly, max = 300)]
    pub password_hash: Option<String>,
    #[field(list)]
    pub department: Option<Id<Department>>,
    /// The post held, e.g. 客户经理.
    #[field(max = 60, list)]
    pub post: Option<String>,
    /// Direct superior (ORG-33): sees and edits what this user holds.
    #[field(index)]
    pub superior: Option<Id<User>>,
    #[field(list)]
    pub mobile: Option<Phone>,
    #[field(list)]
    pub email: Option<Email>,
    pub territory: Option<Id<Territory>>,
    #[field(default = "sales")]
    pub user_type: UserType,
    #[field(list, default = "active")]
    pub status: UserStatus,
    #[field(group = "security", default = "none")]
    pub administration: Administration,
    #[field(group = "security")]
    pub must_change_password: bool,
    #[field(group = "security", readonly)]
    pub last_sign_in: Option<Instant>,
    /// Settings of the browser, as the user left them: told with who is signed in, and nowhere else.
    #[field(group = "system", readonly)]
    pub preferences: Option<LongText>,
}

/// A team (小组) of users: a target of assignment and reassignment.
#[derive(Entity)]
#[entity(area = "organisation", title = "name", rights, public)]
pub struct Team {
    #[field(max = 60, list, search)]
    pub name: String,
    #[field(list)]
    pub leader: Option<Id<User>>,
    #[field(max = 500, list)]
    pub remark: Option<String>,
}

/// Membership of a user in a team.
#[derive(Entity)]
#[entity(area = "organisation", title = "team", rights, public)]
pub struct TeamMember {
    #[field(list, index)]
    pub team: Id<Team>,
    #[field(list, index)]
    pub user: Id<User>,
}
