//! Why somebody may or may not do something, in words.

use guanxi_model::action::Said;
use guanxi_model::system::{Right, Verb};
use guanxi_model::{Actor, AdminLevel, Choice, Error, Filter, Result};
use guanxi_store::records;

use super::scope::{Because, Reach};
use crate::engine::Engine;

/// The verdict on one verb.
#[derive(Debug)]
pub struct Verdict {
    pub verb: &'static str,
    pub allowed: bool,
    pub because: Vec<Said>,
}

/// What a user may do with a record, and why.
#[derive(Debug)]
pub struct Explanation {
    pub verdicts: Vec<Verdict>,
    /// Fields whose right differs from the entity's, by name.
    pub fields: Vec<(String, &'static str)>,
}

impl Engine {
    /// Explains what `user` may do with a record: to oneself, to whoever administers, and, about
    /// records they see, to those who lead that user or administer their branch.
    pub fn explain(&self, actor: &Actor, user: i64, entity: &str, id: i64) -> Result<Explanation> {
        let asking = self.access(actor)?;
        let catalog = self.catalog();
        let def = crate::engine::entity_of(&catalog, entity)?;
        if actor.user != Some(user) && asking.administration() != AdminLevel::Full {
            let leads = actor.user.is_some_and(|leader| asking.org.led_by(leader).contains(&user));
            if !leads && !asking.administers(user) {
                return Err(Error::forbidden("explain_others"));
            }
            self.load_visible(&asking, &def, id)?;
        }
        let record = self.inner.store.read(|conn| records::load(conn, &catalog, &def.name, id))?.ok_or_else(Error::not_found)?;
        let access = self.access(&Actor::user(user))?;
        let of = access.of(&def)?;
        let zone = access.org.zone.clone();
        let mut held: Vec<(&Reach, bool, bool)> = Vec::new();
        for reach in &of.reaches {
            let matches = |filter: &Filter| self.reading_in(zone.clone(), |reader| filter.matches(&record, reader));
            held.push((reach, matches(&reach.read)?, matches(&reach.write)?));
        }
        let reads = of.verbs.has(Verb::See) && held.iter().any(|(_, read, _)| *read);
        let verdicts = Verb::ALL.iter().map(|(code, verb)| {
            let reading = matches!(verb, Verb::See | Verb::Export);
            let writes = held.iter().any(|(reach, _, write)| *write && reach.serves(*verb));
            let allowed = of.verbs.has(*verb) && reads && (reading || writes || *verb == Verb::Create);
            Verdict { verb: code, allowed, because: reasons(&held, *verb, reading, of.verbs.has(*verb)) }
        });
        let fields = def.fields.iter().enumerate().filter_map(|(index, field)| {
            let right = of.right(index);
            let usual = if field.is_writable() { Right::Write } else { Right::Read };
            // What nobody reads is no right that a role lacks.
            let read_by_somebody = !field.secret && !field.hidden && !crate::meta::is_internal(index, field);
            (right < usual && read_by_somebody).then(|| (field.name.clone(), right.code()))
        });
        Ok(Explanation { verdicts: verdicts.collect(), fields: fields.collect() })
    }
}

fn reasons(held: &[(&Reach, bool, bool)], verb: Verb, reading: bool, granted: bool) -> Vec<Said> {
    let mut said = Vec::new();
    for (reach, read, write) in held {
        let reached = if reading { *read } else { *write };
        if reached && granted && reach.serves(verb) {
            said.push(sentence(reach, reading, "explain.grants"));
        } else if reach.verbs.has(verb) && !matches!(reach.because, Because::Shared | Because::Rule { .. } | Because::Follows { .. }) {
            // A way in that does not lead here is worth telling of roles, not of what was never shared.
            said.push(sentence(reach, reading, "explain.out_of_reach"));
        }
    }
    if !granted {
        said.insert(0, Said::new("explain.no_verb"));
    } else if said.is_empty() {
        said.push(Said::new("explain.no_reach"));
    }
    said
}

/// One reason. The args name texts by key; the edge translates them.
fn sentence(reach: &Reach, reading: bool, outcome: &'static str) -> Said {
    let said = |key: &'static str| Said::new(key).arg("outcome", outcome);
    match &reach.because {
        Because::System => said("explain.system"),
        Because::Role { name, read, write, .. } => {
            let scope = if reading { read } else { write };
            said("explain.role").arg("role", name).arg("scope", format!("choice.role_grant.read_scope.{scope}"))
        }
        Because::Public => said("explain.public"),
        Because::Personal => said("explain.personal"),
        Because::Administration(AdminLevel::Full) => said("explain.administration_full"),
        Because::Administration(AdminLevel::Branch) => said("explain.administration_branch"),
        Because::Administration(AdminLevel::Information) => said("explain.administration_information"),
        Because::Administration(AdminLevel::None) => said("explain.administration_none"),
        Because::Shared => said("explain.shared"),
        Because::Follows { entity } => said("explain.follows").arg("entity", format!("entity.{entity}")),
        Because::Rule { entity } => said("explain.rule").arg("rule", format!("reach.{entity}")),
    }
}
