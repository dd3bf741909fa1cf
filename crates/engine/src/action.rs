//! Running actions: the verb's own rights, its validated input, one change set.

use std::sync::Arc;

use guanxi_model::action::{Action, ActionOn, Outcome};
use guanxi_model::entity::EntityDef;
use guanxi_model::filter::unknown_field;
use guanxi_model::system::Verb;
use guanxi_model::{Actor, Choice, Error, FieldDef, FieldProblem, Filter, Problem, Record, Result, Status, Value, wire};
use guanxi_store::dialect::Hold;
use serde_json::{Map, Value as Json};

use crate::engine::{Engine, entity_of};
use crate::rights::{Access, Org};
use crate::write::{BulkReport, Purpose, WriteTx};

/// What an action gave back.
pub struct Acted {
    /// The record as the actor may see it afterwards.
    pub record: Option<Vec<u8>>,
    pub outcome: Outcome,
    pub change_set: Option<i64>,
}

impl Engine {
    /// Runs an action on one record, or on the entity as a whole.
    pub fn act(&self, actor: &Actor, entity: &str, id: Option<i64>, name: &str, input: Map<String, Json>) -> Result<Acted> {
        let def = entity_of(&self.catalog(), entity)?;
        let action = self.action(&def, name)?;
        if id.is_none() != (action.on == ActionOn::Collection) {
            return Err(Error::not_found());
        }
        let purpose = Purpose::new("action", format!("{}.{name}", def.name));
        let (name, quiet) = (name.to_owned(), action.quiet);
        let work = move |tx: &mut WriteTx<'_>| {
            let (record, outcome) = tx.act(&def, id, &name, &input)?;
            let record = match record {
                Some(record) if !quiet => Some(tx.saved(&record)?.json),
                _ => None,
            };
            let change_set = (tx.rows() > 0).then(|| tx.set_id());
            Ok(Acted { record, outcome, change_set })
        };
        if quiet { self.rehearse(actor, purpose, work) } else { self.write(actor, purpose, work) }
    }

    /// Runs an action on many records, each on its own.
    pub fn act_on_many(&self, actor: &Actor, entity: &str, ids: Vec<i64>, name: &str, input: Map<String, Json>) -> Result<BulkReport> {
        let def = entity_of(&self.catalog(), entity)?;
        if self.action(&def, name)?.on != ActionOn::Records {
            return Err(Error::malformed("ids", "one_at_a_time"));
        }
        let work = crate::write::row_action(name, input);
        self.bulk(actor, entity, ids, work, Purpose::new("action", format!("{}.{name}", def.name)))
    }

    /// The records an action is offered for, where it is not offered for all.
    pub(crate) fn offered_for(&self, org: &Arc<Org>, def: &EntityDef, action: &Action) -> Result<Option<Filter>> {
        let Some(when) = action.when else { return Ok(None) };
        let access = Access::new(self.clone(), org.clone(), &Actor::system(""))?;
        crate::read::parse_filter_text(self, &access, def, when).map(Some)
    }

    fn action(&self, def: &EntityDef, name: &str) -> Result<&Action> {
        let behaviour = self.behaviour(&def.name);
        behaviour.and_then(|b| b.actions.iter().find(|action| action.name == name)).ok_or_else(Error::not_found)
    }
}

impl WriteTx<'_> {
    /// Runs an action as its caller.
    pub(crate) fn act(
        &mut self,
        def: &Arc<EntityDef>,
        id: Option<i64>,
        name: &str,
        input: &Map<String, Json>,
    ) -> Result<(Option<Record>, Outcome)> {
        let engine = self.engine.clone();
        let action = engine.action(def, name)?;
        let access = self.access.clone();
        let verb = Verb::parse(action.needs).ok_or_else(|| Error::internal("action needs an unknown verb"))?;
        let of = access.require(def, verb)?;
        if !action.quiet {
            access.require_writing(def)?;
        }
        let target = match id {
            None => Record::empty(def.clone()),
            // Actions that need only sight decide for themselves.
            Some(id) if verb == Verb::See => {
                let record = self
                    .load_held(&def.name, id, Hold::Change)?
                    .filter(|record| record.deleted_at().is_none())
                    .ok_or_else(Error::not_found)?;
                if !of.read.matches(&record, self)? {
                    return Err(Error::not_found());
                }
                record
            }
            Some(id) => self.writable(def, &of, verb, id)?,
        };
        if let (Some(filter), Some(_)) = (engine.offered_for(&access.org, def, action)?, id)
            && !filter.matches(&target, self)?
        {
            return Err(Problem::new(Status::Conflict, "action_not_offered").into());
        }
        let input = self.read_input(def, action, input)?;
        let outcome = (action.run)(self, &target, &input)?;
        let after = match id {
            Some(id) => self.load_any(&def.name, id)?,
            None => None,
        };
        Ok((after, outcome))
    }

    /// Reads the input of an action: known fields, right kinds, nothing compulsory missing.
    fn read_input(&mut self, def: &EntityDef, action: &Action, input: &Map<String, Json>) -> Result<Record> {
        let input_def = Arc::new(input_def(def, action));
        let mut record = Record::empty(input_def.clone());
        let mut problems = Vec::new();
        for (name, json) in input {
            let Some(index) = input_def.position(name) else { return Err(unknown_field(&input_def, name, |_| true)) };
            let Some(field) = input_def.fields.get(index) else { continue };
            if let Some(made) = self.input_record(field, json)? {
                record.put(index, Value::Ref(made));
                continue;
            }
            match wire::read_json(field, json, &self.catalog, self.access.org.currency) {
                Ok(value) => record.put(index, value),
                Err(code) => {
                    problems.push(FieldProblem { field: name.clone(), code, args: crate::write::limits(&self.access, &input_def, field) })
                }
            }
        }
        for (index, field) in input_def.fields.iter().enumerate() {
            if record.at(index).is_empty()
                && let Some(default) = field.default.as_deref().filter(|text| !text.is_empty())
            {
                let json =
                    if field.kind == guanxi_model::Kind::Boolean { Json::Bool(default == "true") } else { Json::String(default.into()) };
                record.put(index, wire::read_operand(field, &json, &self.catalog).unwrap_or(Value::Null));
            }
            let refused = problems.iter().any(|problem| problem.field == field.name);
            if record.at(index).is_empty() && field.required && !refused {
                problems.push(FieldProblem { field: field.name.clone(), code: "required", args: Vec::new() });
            }
        }
        if !problems.is_empty() {
            return Err(crate::write::refusal(problems));
        }
        self.check_input_links(&record)?;
        Ok(record)
    }

    /// A record that is still to be made, `{"new": {…}}` in place of its id: made as its caller would,
    /// in the change set of the action.
    fn input_record(&mut self, field: &FieldDef, json: &Json) -> Result<Option<i64>> {
        let (Some(target), Some(Json::Object(values))) = (&field.target, json.get("new")) else { return Ok(None) };
        let def = self.catalog.get(target).cloned().ok_or_else(Error::not_found)?;
        self.create(&def, values).map(|record| Some(record.id()))
    }

    /// Records named in an input must be ones the actor may see.
    fn check_input_links(&mut self, input: &Record) -> Result<()> {
        let def = input.entity().clone();
        for (index, field) in def.fields.iter().enumerate() {
            let (Some(id), Some(target)) = (input.at(index).as_ref_id(), &field.target) else { continue };
            let found = guanxi_model::tx::Reader::load(self, target, id)?;
            let visible = match &found {
                Some(record) => self.sees(record)?,
                None => false,
            };
            if !visible {
                return Err(Error::invalid(&field.name, "no_such_record"));
            }
        }
        Ok(())
    }
}

/// The input of an action as a definition without implied fields.
pub(crate) fn input_def(def: &EntityDef, action: &Action) -> EntityDef {
    let fields = (action.input)().into();
    EntityDef { name: format!("{}.{}", def.name, action.name), fields, owner: None, follows: None, search: false, ..def.clone() }
}
