//! Which fields must be filled in, by kind, lifecycle and class (AM-07).

use guanxi_model::field::{Code, LongText};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::tx::Reader;
use guanxi_model::{Change, Choice, Entity, EntityType, Error, Op, Problem, Query, Record, Result, Rules, Status, Tx, Value};

use super::business::named_fields;
use crate::customers::customer::CustomerKind;

/// A set of compulsory fields (必填方案) for the records that match its conditions.
#[derive(Entity)]
#[entity(area = "settings", title = "name", rights, information, public)]
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
    /// Not these trading classes: carriers, ports and authorities need less (CUS-45).
    #[field(dict = "customer_class")]
    pub except_classes: Vec<Code>,
}

/// The fields a profile's conditions look at, by name. What an entity has not is looked at on the record it follows, so
/// that a follow-up is judged by its customer (COM-09).
const CONDITIONS: [&str; 3] = ["kind", "lifecycle", "customer_class"];

/// The fields of a profile that state them.
const CONDITION_FIELDS: [&str; 3] = ["kinds", "lifecycles", "classes"];

/// What the conditions look at, of one record.
type Looked = [Option<String>; 3];

fn looked_at(reader: &mut dyn Reader, record: &Record) -> Result<Looked> {
    let def = record.entity().clone();
    let own = |record: &Record, name: &str| record.named(name).as_text().map(str::to_owned);
    let followed = match (def.follows, def.follows.map(|index| record.at(index))) {
        (Some(index), Some(Value::Ref(id))) if CONDITIONS.iter().any(|name| def.position(name).is_none()) => {
            let target = def.fields.get(index).and_then(|field| field.target.clone()).unwrap_or_default();
            reader.load(&target, *id)?
        }
        _ => None,
    };
    Ok(CONDITIONS.map(|name| match def.position(name) {
        Some(_) => own(record, name),
        None => followed.as_ref().and_then(|followed| own(followed, name)),
    }))
}

impl FieldProfile {
    fn applies(&self, [kind, lifecycle, class]: &Looked) -> bool {
        let names = |codes: &[Code], value: &Option<String>| value.as_ref().is_some_and(|value| codes.iter().any(|code| code.0 == *value));
        let among = |codes: &[Code], value: &Option<String>| codes.is_empty() || names(codes, value);
        let kinds: Vec<Code> = self.kinds.iter().map(|kind| Code(kind.code().to_owned())).collect();
        among(&kinds, kind) && among(&self.lifecycles, lifecycle) && among(&self.classes, class) && !names(&self.except_classes, class)
    }
}

/// The names of the fields a record must have and has not.
pub fn missing(reader: &mut dyn Reader, record: &Record) -> Result<Vec<String>> {
    let entity = Value::Text(record.entity().name.clone());
    let enabled = Filter::is(FieldProfile::ENABLED.index, Test::Eq(Value::Bool(true)));
    let here = Filter::is(FieldProfile::ENTITY.index, Test::Eq(entity)).and(enabled);
    let mut names: Vec<String> = Vec::new();
    let profiles = reader.find(&Query::of("field_profile", here))?;
    if profiles.is_empty() {
        return Ok(names);
    }
    let looked = looked_at(reader, record)?;
    for profile in profiles.iter().filter_map(FieldProfile::from_record) {
        if !profile.applies(&looked) {
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
    // A visitor who registers cannot fill in what is the administrators' to say.
    let entered = (change.by.is_none() && !tx.actor().is_system()) || converted;
    if !entered || !matches!(change.op, Op::Create | Op::Update) {
        return Ok(());
    }
    let mut names = missing(tx, change.new)?;
    if let Some(old) = change.old {
        let same_conditions = looked_at(tx, old)? == looked_at(tx, change.new)?;
        names.retain(|name| !(same_conditions && old.named(name).is_empty()));
    }
    if names.is_empty() {
        return Ok(());
    }
    let refused = Problem::new(Status::Invalid, "invalid");
    Err(names.into_iter().fold(refused, |problem, name| problem.field(name, "required")).into())
}

/// Lets the company ask for more of an entity's fields; what is missing is told before anything else.
pub fn enforced(mut entity: EntityType) -> EntityType {
    entity.def.profiled = true;
    entity.rules.check.insert(0, compulsory);
    entity
}

/// A profile is made for what enforces it, and asks for fields that can be filled in (AM-07).
// Rule: field_profile.enforced
fn where_enforced(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let switched_on = change.touches(FieldProfile::ENABLED) && change.new.get(FieldProfile::ENABLED) == Some(true);
    let asks_anew = change.touches(FieldProfile::ENTITY) || change.touches(FieldProfile::REQUIRED_FIELDS);
    if change.op == Op::Delete || !(switched_on || asks_anew) {
        return Ok(());
    }
    let entity = change.new.get(FieldProfile::ENTITY).unwrap_or_default();
    let Some(def) = tx.catalog().get(&entity).filter(|def| def.profiled && !def.hidden).cloned() else {
        return Err(Error::invalid("entity", "profile_not_enforced"));
    };
    let asked = change.new.get(FieldProfile::REQUIRED_FIELDS).unwrap_or_default();
    let refused = Problem::new(Status::Invalid, "invalid");
    let fillable = |name: &str| def.field(name).is_some_and(|field| field.is_writable() && !field.secret);
    if let Some(unknown) = named_fields(Some(&asked.0)).into_iter().find(|name| !fillable(name)) {
        return Err(refused.arg("field", unknown).field("required_fields", "profile_unknown_field").into());
    }
    // A condition that nothing meets would make a profile that asks for nothing.
    let catalog = tx.catalog().clone();
    let followed = def.follows.and_then(|index| def.fields.get(index)).and_then(|field| catalog.target_of(field));
    let unmet = CONDITIONS.iter().zip(CONDITION_FIELDS).find(|(name, field)| {
        let known = def.position(name).is_some() || followed.is_some_and(|followed| followed.position(name).is_some());
        !known && !change.new.named(field).is_empty()
    });
    unmet.map_or(Ok(()), |(_, field)| Err(Error::invalid(field, "profile_condition_unmet")))
}

pub fn entity_type() -> EntityType {
    EntityType::plain::<FieldProfile>().rules(Rules::new().check(where_enforced))
}
