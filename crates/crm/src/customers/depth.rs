//! Whom of a customer we know, by its stars (CON-11), and how complete that makes it (CUS-57).

use guanxi_model::action::Outcome;
use guanxi_model::entity::ID;
use guanxi_model::filter::Filter;
use guanxi_model::tx::Reader;
use guanxi_model::{Change, Choice, Id, Op, Query, Record, Result, Tx};

use super::contact::{ChartRole, Contact, ContactCustomer};
use super::customer::Customer;
use crate::settings::BusinessSettings;
use crate::settings::business::named_fields;

/// More contacts than one customer has.
const CONTACTS: usize = 1000;
/// The whole chart, from the people we meet to the one who decides.
const CHART: [ChartRole; 4] = [ChartRole::BusinessPerson, ChartRole::Operator, ChartRole::PersonInCharge, ChartRole::DecisionMaker];

/// The people asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Each known at least once.
    pub roles: Vec<ChartRole>,
    /// How many people in all.
    pub people: i64,
}

/// What a customer of so many stars asks for: few stars a few roles, from a star on the whole chart
/// and more people. Without stars nothing is asked.
// Rule: customer.contact_depth
pub fn asked(settings: &BusinessSettings, star: Option<i64>) -> Depth {
    match (star, settings.full_chart_star) {
        (None, _) => Depth::default(),
        (Some(star), Some(full)) if star >= full => Depth { roles: CHART.to_vec(), people: settings.full_chart_people.unwrap_or(0) },
        (Some(_), _) => Depth { roles: settings.chart_roles.clone(), people: 0 },
    }
}

/// Whether a customer is complete enough (CUS-57).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    #[choice(color = "green")]
    Passed,
    #[choice(color = "amber")]
    Failed,
}

/// What so many percent are worth.
// Rule: customer.entry_standard
pub fn standard(settings: &BusinessSettings, percent: i64) -> Standard {
    if percent >= settings.completeness_pass { Standard::Passed } else { Standard::Failed }
}

/// What a customer lacks of all that is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    pub fields: Vec<String>,
    pub roles: Vec<ChartRole>,
    /// People still missing.
    pub people: i64,
    /// How many things were asked for.
    asked: usize,
}

impl Gaps {
    /// How complete the customer is: each field, each role and the number of people count once.
    pub fn percent(&self) -> i64 {
        let missing = self.fields.len() + self.roles.len() + usize::from(self.people > 0);
        let percent = (self.asked.saturating_sub(missing) * 100).checked_div(self.asked).unwrap_or(100);
        i64::try_from(percent).unwrap_or(100)
    }
}

/// What a customer lacks, whose people have these roles.
pub fn gaps(settings: &BusinessSettings, customer: &Record, people: &[Option<ChartRole>]) -> Gaps {
    let (mut known, mut fields) = (0, Vec::new());
    for name in named_fields(settings.completeness_fields.as_deref()) {
        let Some(index) = customer.entity().position(name) else { continue };
        known += 1;
        if customer.at(index).is_empty() {
            fields.push(name.to_owned());
        }
    }
    let depth = asked(settings, customer.find(Customer::STAR));
    let asked = known + depth.roles.len() + usize::from(depth.people > 0);
    let found = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let roles = depth.roles.into_iter().filter(|role| !people.contains(&Some(*role))).collect();
    Gaps { fields, roles, people: depth.people.saturating_sub(found).max(0), asked }
}

/// What a customer lacks as it stands.
pub fn gaps_of(reader: &mut dyn Reader, customer: &Record, entered: bool) -> Result<Gaps> {
    let settings = BusinessSettings::of(reader)?;
    let people = match customer.find(Customer::STAR) {
        // Somebody just entered has no contacts yet.
        Some(_) if !entered => people_of(reader, customer.id())?,
        _ => Vec::new(),
    };
    let roles: Vec<Option<ChartRole>> = people.iter().map(|contact| contact.find(Contact::CHART_ROLE)).collect();
    Ok(gaps(&settings, customer, &roles))
}

/// The people of a customer: its own, and those who also work for it (CON-03).
fn people_of(reader: &mut dyn Reader, customer: i64) -> Result<Vec<Record>> {
    let here = Filter::refers_to(Contact::CUSTOMER.index, [customer]);
    let mut people = reader.find(&Query::of("contact", here).limit(CONTACTS))?;
    let also = Filter::refers_to(ContactCustomer::CUSTOMER.index, [customer]);
    let links = reader.find(&Query::of("contact_customer", also).limit(CONTACTS))?;
    let further: Vec<i64> = links.iter().filter_map(|link| link.get(ContactCustomer::CONTACT)).map(Id::raw).collect();
    if !further.is_empty() {
        people.extend(reader.find(&Query::of("contact", Filter::refers_to(ID, further)).limit(CONTACTS))?);
    }
    Ok(people)
}

/// A contact who comes, goes or gets another role changes how complete the customer is.
// Rule: contact.counts_for_depth
pub fn contact_counts(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let moved = change.op != Op::Update || change.touches(Contact::CUSTOMER) || change.touches(Contact::CHART_ROLE);
    if !moved || change.by == Some("customer.contacts_follow") {
        return Ok(());
    }
    let (before, after) = (change.before(Contact::CUSTOMER), change.new.find(Contact::CUSTOMER));
    let mut customers: Vec<Id<Customer>> = [before, after].into_iter().flatten().collect();
    if change.op == Op::Delete || change.touches(Contact::CHART_ROLE) {
        let links = Filter::refers_to(ContactCustomer::CONTACT.index, [change.new.id()]);
        let links = tx.find(&Query::of("contact_customer", links).limit(CONTACTS))?;
        customers.extend(links.iter().filter_map(|link| link.get(ContactCustomer::CUSTOMER)));
    }
    count_again(tx, customers, "contact.counts_for_depth")
}

/// So does one who begins or ends to work for it as well.
// Rule: contact_customer.counts_for_depth
pub fn link_counts(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let customers = [change.old.and_then(|old| old.get(ContactCustomer::CUSTOMER)), change.new.get(ContactCustomer::CUSTOMER)];
    count_again(tx, customers.into_iter().flatten().collect(), "contact_customer.counts_for_depth")
}

fn count_again(tx: &mut dyn Tx, mut customers: Vec<Id<Customer>>, rule: &'static str) -> Result<()> {
    customers.sort_by_key(|id| id.raw());
    customers.dedup();
    for id in customers {
        let Some(customer) = tx.load("customer", id.raw())?.filter(|customer| customer.find(Customer::STAR).is_some()) else { continue };
        let percent = gaps_of(tx, &customer, false)?.percent();
        if customer.get(Customer::COMPLETENESS) != Some(percent) {
            tx.update(customer, rule)?;
        }
    }
    Ok(())
}

/// How complete a customer is, and what it lacks.
// Rule: customer.completeness
pub fn completeness(tx: &mut dyn Tx, customer: &Record, _: &Record) -> Result<Outcome> {
    let gaps = gaps_of(tx, customer, false)?;
    let mut outcome = Outcome::default().value("percent", gaps.percent());
    let fields = gaps.fields.into_iter().map(|name| vec![("what", "field".to_owned()), ("name", name)]);
    let roles = gaps.roles.into_iter().map(|role| vec![("what", "role".to_owned()), ("name", role.code().to_owned())]);
    outcome.items.extend(fields.chain(roles));
    if gaps.people > 0 {
        outcome.items.push(vec![("what", "people".to_owned()), ("name", gaps.people.to_string())]);
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_stars_ask_for_three_roles() {
        let asked = asked(&BusinessSettings::initial(), Some(2));
        assert_eq!(asked, Depth { roles: CHART[..3].to_vec(), people: 0 });
    }

    #[test]
    fn three_stars_ask_for_the_whole_chart_and_more_people() {
        let asked = asked(&BusinessSettings::initial(), Some(3));
        assert_eq!(asked, Depth { roles: CHART.to_vec(), people: 5 });
    }

    #[test]
    fn without_stars_nothing_is_asked() {
        assert_eq!(asked(&BusinessSettings::initial(), None), Depth::default());
    }

    #[test]
    fn each_gap_counts_once() {
        let gaps = Gaps { fields: vec!["address".into()], roles: vec![ChartRole::Operator], people: 3, asked: 10 };
        assert_eq!(gaps.percent(), 70);
        assert_eq!(Gaps::default().percent(), 100);
    }
}
