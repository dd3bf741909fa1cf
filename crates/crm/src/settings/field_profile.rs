//! Which fields must be filled in, by kind, lifecycle and class (AM-07).

use guanxi_model::field::{Code, LongText};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::tx::Reader;
use guanxi_model::{Change, Choice, Entity, EntityType, Op, Problem, Query, Record, Result, Status, Tx, Value};

use super::business::named_fields;
use crate::customers::customer::CustomerKind;

/// A set of compulsory fields (必填方案) for the records that match its conditions.
#[derive(Entity)]
#[entity(area = "settings", title = "name", rights, public)]
pub struct FieldProfile {
    #[field(list, max = 60)]
    pub name: String,
    /// Singular name of the entity.
    #[field(list, max = 60, index)]
    pub entity: String,
    /// Only records of these kinds; none means all.
    #[field(list)]
    pub kinds: Vec<CustomerKind>,
    /// Only these lifecycles; none means all.
    #[field(list, dict = "lifecycle")]
    pub lifecycles: Vec<Code>,
    /// Only these trading classes; none means all.
    #[field(list, dict = "customer_class")]
    pub classes: Vec<Code>,
    /// Names of the compulsory fields, with commas.
    #[field(list)]
    pub required_fields: LongText,
    #[field(list)]
    pub enabled: bool,
}

/// The fields a profile's conditions look at, by name; an entity need not have them.
const CONDITIONS: [&str; 3] = ["kind", "lifecycle", "customer_class"];

impl FieldProfile {
    fn applies(&self, record: &Record) -> bool {
        let matches = |codes: &[Code], field: &str| {
            let value = record.named(field).as_text().unwrap_or_default();
            codes.is_empty() || codes.iter().any(|code| code.0 == value)
        };
        let [kind, lifecycle, class] = CONDITIONS;
        let kinds: Vec<Code> = self.kinds.iter().map(|kind| Code(kind.code().to_owned())).collect();
        matches(&kinds, kind) && matches(&self.lifecycles, lifecycle) && matches(&self.classes, class)
    }
}

/// The names of the fields a record must have and has not.
pub fn missing(reader: &mut dyn Reader, record: &Record) -> Result<Vec<String>> {
    let entity = Value::Text(record.entity().name.clone());
    let enabled = Filter::is(FieldProfile::ENABLED.index, Test::Eq(Value::Bool(true)));
    let here = Filter::is(FieldProfile::ENTITY.index, Test::Eq(entity)).and(enabled);
    let mut names: Vec<String> = Vec::new();
    for profile in reader.find(&Query::of("field_profile", here))?.iter().filter_map(FieldProfile::from_record) {
        if !profile.applies(record) {
            continue;
        }
        for name in named_fields(Some(&profile.required_fields.0)) {
            let lacks = record.entity().position(name).is_some_and(|index| record.at(index).is_empty());
            if lacks && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    Ok(names)
}

/// Compulsory fields of the profiles in force. Old gaps do not stop the edit of another field. A
/// customer made of a lead is entered like any other.
// Rule: field_profile.compulsory
pub fn compulsory(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let converted = change.by == Some("lead.convert") && change.new.entity().name == "customer";
    let entered = change.by.is_none() || converted;
    if !entered || !matches!(change.op, Op::Create | Op::Update) {
        return Ok(());
    }
    let mut names = missing(tx, change.new)?;
    if let Some(old) = change.old {
        let same_conditions = CONDITIONS.iter().all(|field| old.named(field) == change.new.named(field));
        names.retain(|name| !(same_conditions && old.named(name).is_empty()));
    }
    if names.is_empty() {
        return Ok(());
    }
    let refused = Problem::new(Status::Invalid, "invalid");
    Err(names.into_iter().fold(refused, |problem, name| problem.field(name, "required")).into())
}

pub fn entity_type() -> EntityType {
    EntityType::plain::<FieldProfile>()
}
