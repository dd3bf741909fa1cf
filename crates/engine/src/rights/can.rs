//! What an actor may do with one record, so that a page offers no button that will be refused.

use std::sync::Arc;

use guanxi_model::action::{Action, ActionOn};
use guanxi_model::system::Verb;
use guanxi_model::tx::Asking;
use guanxi_model::{Actor, Choice, Error, Problem, Record, Result};

use super::access::EntityAccess;
use super::org::Org;
use crate::engine::{Engine, entity_of};

/// Verbs that are not about one record.
const OF_THE_ENTITY: [Verb; 4] = [Verb::See, Verb::Create, Verb::Import, Verb::Export];

/// What may be done with a record.
#[derive(Debug)]
pub struct Can {
    /// `edit`, `delete`, `assign` …; for a record in the recycle bin `restore` alone.
    pub verbs: Vec<&'static str>,
    /// Actions offered for it, with what stands in the way now.
    pub actions: Vec<(&'static str, Option<Problem>)>,
}

impl Engine {
    /// What the actor may do with a record, by the checks that a write makes.
    ///
    /// # Errors
    /// 404 for what is not there and what the actor may not see, alike.
    pub fn can(&self, actor: &Actor, entity: &str, id: i64) -> Result<Can> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let record = self.load_visible(&access, &def, id)?;
        let of = access.of(&def)?;
        self.asking(&access, |asking| {
            if record.deleted_at().is_some() {
                let restores = of.reach(Verb::Delete).matches(&record, asking)?;
                return Ok(Can { verbs: restores.then_some("restore").into_iter().collect(), actions: Vec::new() });
            }
            let mut verbs = Vec::new();
            for (code, verb) in Verb::ALL.iter().filter(|(_, verb)| !OF_THE_ENTITY.contains(verb)) {
                if !(def.singleton && *verb == Verb::Delete) && of.reach(*verb).matches(&record, asking)? {
                    verbs.push(*code);
                }
            }
            let mut actions = Vec::new();
            let behaviour = self.behaviour(&def.name);
            let all = behaviour.iter().flat_map(|behaviour| &behaviour.actions);
            for action in all.filter(|action| !action.quiet && action.on != ActionOn::Collection) {
                if self.is_offered(&access.org, &of, action, (&record, asking))? {
                    actions.push((action.name, in_the_way(action, &record, asking)?));
                }
            }
            Ok(Can { verbs, actions })
        })
    }

    fn is_offered(&self, org: &Arc<Org>, of: &EntityAccess, action: &Action, (record, asking): (&Record, &mut dyn Asking)) -> Result<bool> {
        let verb = Verb::parse(action.needs).ok_or_else(|| Error::internal("action needs an unknown verb"))?;
        // Actions that need only sight decide for themselves.
        if !of.verbs.has(verb) || (verb != Verb::See && !of.reach(verb).matches(record, asking)?) {
            return Ok(false);
        }
        match self.offered_for(org, record.entity(), action)? {
            Some(filter) => filter.matches(record, asking),
            None => Ok(true),
        }
    }
}

fn in_the_way(action: &Action, record: &Record, asking: &mut dyn Asking) -> Result<Option<Problem>> {
    let Some(guard) = action.guard else { return Ok(None) };
    match guard(asking, record) {
        Ok(()) => Ok(None),
        Err(Error::Refused(problem)) => Ok(Some(*problem)),
        Err(error) => Err(error),
    }
}
