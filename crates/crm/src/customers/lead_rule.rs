//! How leads without an owner are handed out (LEA-05).

use guanxi_model::field::{Code, Region};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Team, User};
use guanxi_model::{Change, Choice, Entity, EntityType, Error, Id, Op, Query, Record, Result, Rules, Tx, Value};

use super::lead::{Lead, open_states};
use crate::team::directory;

/// Who of the team is next.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    RoundRobin,
    LeastLoad,
}

/// A distribution rule (线索分配规则). The first one that matches decides.
#[derive(Entity)]
#[entity(area = "customers", title = "name", public)]
pub struct LeadRule {
    #[field(list, max = 60)]
    pub name: String,
    #[field(list, default = "100", range = "0..100000")]
    pub position: i64,
    #[field(list)]
    pub enabled: bool,
    /// Only these sources; none means all.
    #[field(list, dict = "customer_source")]
    pub sources: Vec<Code>,
    /// Only this division and those below it.
    #[field(list)]
    pub region: Option<Region>,
    /// Only leads interested in one of these; none means all.
    #[field(list, dict = "product_category")]
    pub products: Vec<Code>,
    #[field(list)]
    pub team: Option<Id<Team>>,
    #[field(list)]
    pub user: Option<Id<User>>,
    #[field(list, default = "round_robin")]
    pub distribution: Distribution,
    /// Also hands out leads that an author who may assign them would hold.
    #[field(list)]
    pub include_own: bool,
}

/// More rules than anyone writes.
const RULES: usize = 200;
/// Counting stops here.
const COUNTED: usize = 100_000;

impl LeadRule {
    fn matches(&self, lead: &Record) -> bool {
        let source = lead.find(Lead::SOURCE);
        let of_source = self.sources.is_empty() || source.is_some_and(|source| self.sources.contains(&source));
        let products = lead.get(Lead::PRODUCT_CATEGORIES).unwrap_or_default();
        let of_product = self.products.is_empty() || products.iter().any(|product| self.products.contains(product));
        let region = lead.find(Lead::REGION).map(|region| region.0).unwrap_or_default();
        let in_region = self.region.as_ref().is_none_or(|wanted| region.starts_with(division(&wanted.0)));
        of_source && of_product && in_region
    }
}

/// The part of a division code that its own divisions share: 320000 → 32, 320200 → 3202.
fn division(code: &str) -> &str {
    let province = code.strip_suffix("0000");
    province.or_else(|| code.strip_suffix("00")).unwrap_or(code)
}

/// Who gets a lead; none where no rule matches or nobody is at work. `held` leads have an owner
/// already: only the rules that say so hand them out.
// Rule: lead.distribution
pub fn receiver(tx: &mut dyn Tx, lead: &Record, held: bool) -> Result<Option<Id<User>>> {
    let enabled = Filter::is(LeadRule::ENABLED.index, Test::Eq(Value::Bool(true)));
    let rules = tx.find(&Query::of("lead_rule", enabled).order(LeadRule::POSITION.index, false).limit(RULES))?;
    for record in rules {
        let Some(rule) = LeadRule::from_record(&record).filter(|rule| rule.matches(lead) && (rule.include_own || !held)) else { continue };
        if let Some(user) = rule.user
            && directory::is_active(tx, user)?
        {
            return Ok(Some(user));
        }
        let members = match rule.team {
            Some(team) => directory::team_members(tx, team.raw())?,
            None => Vec::new(),
        };
        let next = match rule.distribution {
            Distribution::RoundRobin => directory::in_turn(tx, &format!("lead_rule:{}", record.id()), &members)?,
            Distribution::LeastLoad => least_loaded(tx, &members)?,
        };
        if next.is_some() {
            return Ok(next);
        }
    }
    Ok(None)
}

fn least_loaded(tx: &mut dyn Tx, members: &[Id<User>]) -> Result<Option<Id<User>>> {
    let open = open_states();
    let mut best: Option<(i64, Id<User>)> = None;
    for member in members {
        let own = Filter::refers_to(Lead::OWNER.index, [member.raw()]);
        let load = own.and(Filter::is(Lead::STATUS.index, Test::In(open.clone().into())));
        let load = tx.count(&Query::of("lead", load).limit(COUNTED))?;
        if best.is_none_or(|(least, _)| load < least) {
            best = Some((load, *member));
        }
    }
    Ok(best.map(|(_, member)| member))
}

/// A distribution rule names who receives.
// Rule: lead_rule.names_someone
fn names_someone(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let named = change.after(LeadRule::TEAM).is_some() || change.after(LeadRule::USER).is_some();
    if named || change.op == Op::Delete { Ok(()) } else { Err(Error::invalid("team", "required")) }
}

pub fn entity_type() -> EntityType {
    EntityType::plain::<LeadRule>().rules(Rules::new().check(names_someone))
}

#[cfg(test)]
mod tests {
    use super::division;

    #[test]
    fn a_province_holds_its_cities() {
        assert_eq!(division("320000"), "32");
        assert_eq!(division("320200"), "3202");
        assert_eq!(division("320282"), "320282");
    }
}
