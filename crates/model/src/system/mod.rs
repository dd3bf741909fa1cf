//! The entities the engine itself relies on: people, rights, settings, notices.

mod access;
mod customise;
mod exports;
mod files;
mod people;
mod settings;

pub use access::{EVERY_OTHER_FIELD, Right, Role, RoleField, RoleGrant, Scope, Share, ShareLevel, UserRole, Verb};
pub use customise::{EntityDefinition, FieldDefinition};
pub use exports::{ApprovalState, ExportApplication};
pub use files::{Attachment, File};
pub use people::{Administration, Department, DepartmentKind, Team, TeamMember, Territory, User, UserStatus, UserType};
pub use settings::{DictionaryEntry, Notification, Organisation, View};

use crate::entity::EntityType;

/// Every system entity, in the order of the catalog.
pub fn entities() -> Vec<EntityType> {
    vec![
        EntityType::plain::<Organisation>().rules(settings::organisation_rules()),
        EntityType::plain::<Department>(),
        EntityType::plain::<Territory>(),
        EntityType::plain::<User>(),
        EntityType::plain::<Team>(),
        EntityType::plain::<TeamMember>(),
        EntityType::plain::<Role>(),
        EntityType::plain::<RoleGrant>(),
        EntityType::plain::<RoleField>(),
        EntityType::plain::<UserRole>(),
        EntityType::plain::<Share>(),
        EntityType::plain::<DictionaryEntry>(),
        EntityType::plain::<View>(),
        EntityType::plain::<Notification>(),
        EntityType::plain::<ExportApplication>(),
        EntityType::plain::<File>().rules(files::rules()),
        EntityType::plain::<Attachment>().rules(files::rules()),
        EntityType::plain::<FieldDefinition>().rules(customise::rules()),
        EntityType::plain::<EntityDefinition>().rules(customise::rules()),
    ]
}
