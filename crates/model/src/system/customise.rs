//! Definitions made at run time.

use crate::Entity;
use crate::error::{Error, Result};
use crate::field::LongText;
use crate::rule::{Change, Rules};
use crate::tx::Tx;

/// A field added at run time (自定义字段, CUZ-11): its definition is a record like any other, so that
/// a change of it is logged, told and taken back like any other. In the recycle bin it is hidden;
/// the column and its values stay.
#[derive(Clone, Entity)]
#[entity(area = "settings", title = "label", rights)]
pub struct FieldDefinition {
    /// Singular name of the entity.
    #[field(list, max = 60, index, readonly)]
    pub entity: String,
    /// Column and name in the API, with the prefix `x_`.
    #[field(list, max = 60, readonly)]
    pub name: String,
    #[field(list, max = 60, readonly)]
    pub label: String,
    #[field(max = 60, readonly)]
    pub label_en: Option<String>,
    /// Name of the kind.
    #[field(list, max = 20, readonly)]
    pub kind: String,
    #[field(max = 240, readonly)]
    pub help: Option<String>,
    /// Heading under which it stands.
    #[field(max = 60, readonly)]
    pub group: Option<String>,
    #[field(readonly)]
    pub required: bool,
    #[field(readonly)]
    pub list: bool,
    #[field(readonly)]
    pub search: bool,
    #[field(readonly)]
    pub index: bool,
    #[field(readonly)]
    pub unique: bool,
    #[field(list, readonly)]
    pub hidden: bool,
    /// Longest text, in characters.
    #[field(readonly)]
    pub max: Option<i64>,
    /// Most fraction digits.
    #[field(readonly)]
    pub decimals: Option<i64>,
    /// The entity referred to, by its name in the API.
    #[field(max = 60, readonly)]
    pub target: Option<String>,
    /// Options, as JSON.
    #[field(max = 100_000, readonly)]
    pub choices: Option<LongText>,
    /// The kind of what a formula or roll-up gives.
    #[field(max = 20, readonly)]
    pub result: Option<String>,
    /// The expression of a formula; the definition of a roll-up or of a serial, as JSON.
    #[field(max = 20_000, readonly)]
    pub formula: Option<LongText>,
}

/// An object added at run time (自定义对象, CUZ-11): a table of its own, made of the name of its
/// records, their owner where they have one, and the fields defined for it. In the recycle bin it is
/// hidden; the table and its records stay.
#[derive(Entity)]
#[entity(area = "settings", title = "label", rights)]
pub struct EntityDefinition {
    /// Singular name and table, with the prefix `x_`.
    #[field(list, max = 60, readonly)]
    pub name: String,
    #[field(list, max = 60, readonly)]
    pub label: String,
    #[field(max = 60, readonly)]
    pub label_en: Option<String>,
    /// What several of its records are called.
    #[field(max = 60, readonly)]
    pub plural: Option<String>,
    #[field(max = 60, readonly)]
    pub plural_en: Option<String>,
    /// What the name of a record is called.
    #[field(max = 60, readonly)]
    pub title_label: Option<String>,
    #[field(max = 60, readonly)]
    pub title_label_en: Option<String>,
    /// Heading of the navigation under which it stands.
    #[field(list, max = 20, readonly)]
    pub area: String,
    #[field(max = 20, readonly)]
    pub icon: Option<String>,
    /// Its records belong to somebody.
    #[field(readonly)]
    pub owned: bool,
    #[field(list, readonly)]
    pub search: bool,
    #[field(list, readonly)]
    pub hidden: bool,
}

/// Definitions come from their editors, which check them: no caller writes the records.
// Rule: field_definition.by_editor
// Rule: entity_definition.by_editor
pub(super) fn rules() -> Rules {
    Rules::new().check(by_editor)
}

fn by_editor(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    if change.by.is_none() { Err(Error::forbidden("made_by_editor")) } else { Ok(()) }
}
