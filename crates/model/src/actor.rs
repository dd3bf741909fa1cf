//! Who acts.

use crate::labels::Lang;

/// How far a user administers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum AdminLevel {
    /// 无管理权限: an ordinary user.
    #[default]
    None,
    /// What is marked as information: words and templates; no accounts and no rights.
    Information,
    /// Users and rights of the own department and below.
    Branch,
    /// Everything.
    Full,
}

/// Who acts, through what, and why.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// The user; none when the product itself acts.
    pub user: Option<i64>,
    /// Why the product acts; stands in the change log.
    pub reason: Option<String>,
    /// The access token in use.
    pub token: Option<i64>,
    /// The one role in view; none means all roles together.
    pub role: Option<i64>,
    /// Entities and verbs a token is limited to, e.g. `customers:read`; none means no limit.
    pub scopes: Option<Vec<String>>,
    pub lang: Lang,
}

impl Actor {
    /// A user with all their roles.
    pub fn user(id: i64) -> Self {
        Self { user: Some(id), ..Self::default() }
    }

    /// The product itself, for a reason that stands in the change log.
    pub fn system(reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..Self::default() }
    }

    /// Whether the product itself acts.
    pub fn is_system(&self) -> bool {
        self.user.is_none()
    }
}
