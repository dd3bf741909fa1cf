//! Handing over the work of someone who leaves or moves (ORG-13…15, POL-12…14, AM-19).

use guanxi_model::action::Outcome;
use guanxi_model::entity::EntityDef;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Team, User, UserStatus, Verb};
use guanxi_model::tx::Asking;
use guanxi_model::{Choice, Error, Id, Input, Query, Record, Result, Tx, Value};

use super::children::{follow, is_work, parent};
use super::{directory, export_application};
use crate::customers::customer::{Customer, CustomerKind};
use crate::customers::{application, duplicate_report};
use crate::settings::BusinessSettings;

/// Records moved at a time.
const BATCH: usize = 500;
/// Counting stops here.
const COUNTED: usize = 1_000_000;

/// What becomes of records for which no receiver was chosen (ORG-15).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutReceiver {
    /// They stay with the account.
    Keep,
    /// They go to the direct superior.
    Superior,
    /// Customers go to the pool, the rest to the superior.
    Pool,
}

#[derive(Input)]
pub struct HandOverInput {
    /// Who receives; a team receives in turn, in the order of entry (POL-13).
    pub receiver: Option<Id<User>>,
    pub team: Option<Id<Team>>,
    /// Hands over companies.
    #[field(default = "true")]
    pub organisations: bool,
    /// Hands over persons.
    #[field(default = "true")]
    pub persons: bool,
    /// Who receives persons, where it is someone else.
    pub persons_receiver: Option<Id<User>>,
    pub persons_team: Option<Id<Team>>,
    /// Hands over leads.
    #[field(default = "true")]
    pub leads: bool,
    /// Hands over contacts, tasks and all other work in hand.
    #[field(default = "true")]
    pub others: bool,
    /// What belongs to a customer goes with it to the same person (ORG-14).
    #[field(default = "true")]
    pub keep_children: bool,
    #[field(default = "keep")]
    pub without_receiver: WithoutReceiver,
    #[field(max = 500)]
    pub reason: Option<String>,
}

impl HandOverInput {
    /// Everything, to one person or in turn to a team.
    pub fn everything(receiver: Option<Id<User>>, team: Option<Id<Team>>, reason: Option<String>) -> Self {
        Self {
            receiver,
            team,
            organisations: true,
            persons: true,
            persons_receiver: None,
            persons_team: None,
            leads: true,
            others: true,
            keep_children: true,
            without_receiver: WithoutReceiver::Keep,
            reason,
        }
    }
}

/// Who hands somebody's work over.
#[derive(Clone, Copy)]
enum Giver {
    /// Whoever administers the account: all of it, to anybody.
    Administrator,
    /// Whoever leads its owner: what they may assign, among their own people.
    Leader(Id<User>),
}

/// A superior may hand over the work of his own people, as far as he may assign it (POL-14).
// Rule: user.hand_over_by_superior
fn giver(asking: &mut dyn Asking, user: &Record) -> Result<Giver> {
    if asking.may_on(Verb::Edit, user)? {
        return Ok(Giver::Administrator);
    }
    match asking.actor().user.map(Id::new) {
        Some(actor) if asking.may("customer:assign")? && directory::leads(asking, actor, user)? => Ok(Giver::Leader(actor)),
        _ => Err(Error::forbidden("not_your_people")),
    }
}

/// Refuses whoever may not hand this person's work over.
pub fn may_hand_over(asking: &mut dyn Asking, user: &Record) -> Result<()> {
    giver(asking, user).map(|_| ())
}

impl Giver {
    /// What of somebody's records of one kind goes.
    fn goes(self, tx: &mut dyn Tx, def: &EntityDef, owner: usize, user: i64) -> Result<Filter> {
        let own = Filter::refers_to(owner, [user]);
        Ok(match self {
            Self::Administrator => own,
            Self::Leader(_) => own.and(tx.reach(&def.name, Verb::Assign)?),
        })
    }

    /// The same with what goes along because it belongs to a customer that goes.
    fn goes_in_all(self, tx: &mut dyn Tx, def: &EntityDef, owner: usize, user: i64) -> Result<Filter> {
        let goes = self.goes(tx, def, owner, user)?;
        let customer = tx.catalog().get("customer").cloned().ok_or_else(|| Error::internal("customer"))?;
        let (Self::Leader(_), Some(parent)) = (self, parent(def)) else { return Ok(goes) };
        let theirs = self.goes(tx, &customer, Customer::OWNER.index, user)?;
        let along = Filter::Via { field: parent, entity: customer.name.clone(), filter: Box::new(theirs) };
        Ok(goes.or(Filter::refers_to(owner, [user]).and(along)))
    }

    /// Whether a person may be given something.
    fn gives_to(self, tx: &mut dyn Tx, receiver: &Record) -> Result<bool> {
        match self {
            Self::Administrator => Ok(true),
            Self::Leader(leader) => Ok(receiver.id() == leader.raw() || directory::leads(tx, leader, receiver)?),
        }
    }
}

/// Receivers in turn.
struct Receivers {
    users: Vec<Id<User>>,
    next: usize,
}

impl Receivers {
    fn next(&mut self) -> Option<Id<User>> {
        let user = self.users.get(self.next.checked_rem(self.users.len())?).copied();
        self.next += 1;
        user
    }
}

/// Whether someone holds work in hand.
pub fn holds_work(tx: &mut dyn Tx, user: i64) -> Result<bool> {
    let catalog = tx.catalog().clone();
    for (def, owner) in work_entities(&catalog) {
        if tx.count(&Query::of(&def.name, Filter::refers_to(owner, [user])).limit(1))? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn work_entities(catalog: &guanxi_model::Catalog) -> Vec<(&EntityDef, usize)> {
    let entities = catalog.entities().iter().filter(|def| is_work(def));
    entities.filter_map(|def| Some((def.as_ref(), def.owner?))).collect()
}

/// How many records of each kind would be handed over, and how many are out of the giver's reach.
// Rule: user.hand_over_preview
pub fn preview(tx: &mut dyn Tx, user: &Record, _: &Record) -> Result<Outcome> {
    let giver = giver(tx, user)?;
    let catalog = tx.catalog().clone();
    let mut outcome = Outcome::default();
    let (mut total, mut held) = (0_i64, 0_i64);
    for (def, owner) in work_entities(&catalog) {
        let goes = giver.goes_in_all(tx, def, owner, user.id())?;
        let count = tx.count(&Query::of(&def.name, goes.clone()).limit(COUNTED))?;
        total = total.saturating_add(count);
        held = held.saturating_add(match giver {
            Giver::Administrator => count,
            Giver::Leader(_) => tx.count(&Query::of(&def.name, Filter::refers_to(owner, [user.id()])).limit(COUNTED))?,
        });
        if def.name == "customer" {
            let persons = goes.and(kind_is(CustomerKind::Person));
            let persons = tx.count(&Query::of("customer", persons).limit(COUNTED))?;
            outcome = outcome.value("persons", persons).value("organisations", count.saturating_sub(persons));
        }
        if count > 0 {
            outcome.items.push(vec![("entity", def.plural.clone()), ("count", count.to_string())]);
        }
    }
    Ok(outcome.value("total", total).value("beyond", held.saturating_sub(total)))
}

fn kind_is(kind: CustomerKind) -> Filter {
    Filter::is(Customer::KIND.index, Test::Eq(Value::Text(kind.code().to_owned())))
}

/// Hands over and shuts the account, in one change set. What the leaver had to decide others decide.
// Rule: user.disable
pub fn disable(tx: &mut dyn Tx, user: &Record, input: &Record) -> Result<Outcome> {
    let outcome = hand_over(tx, user, input)?;
    let mut user = tx.load("user", user.id())?.ok_or_else(Error::not_found)?;
    user.set(User::STATUS, UserStatus::Disabled);
    let user = tx.update(user, "user.disable")?;
    application::leave_to_others(tx, user.typed_id())?;
    duplicate_report::leave_to_others(tx, user.typed_id())?;
    export_application::leave_to_others(tx, user.typed_id())?;
    Ok(outcome)
}

/// Hands the chosen work over.
// Rule: user.hand_over
pub fn hand_over(tx: &mut dyn Tx, user: &Record, input: &Record) -> Result<Outcome> {
    let input = HandOverInput::from_record(input).ok_or_else(|| Error::invalid("receiver", "not_an_id"))?;
    all(tx, user, &input)
}

/// The same, of an input that is known.
pub fn all(tx: &mut dyn Tx, user: &Record, input: &HandOverInput) -> Result<Outcome> {
    let giver = giver(tx, user)?;
    let fallback = fallback(tx, user, input.without_receiver)?;
    let mut first = receivers(tx, user, giver, (input.receiver, input.team), "receiver")?;
    let mut second = receivers(tx, user, giver, (input.persons_receiver, input.persons_team), "persons_receiver")?;
    let mut moved: Vec<(String, i64)> = Vec::new();
    let mut children = 0_i64;
    for (kind, chosen) in [(CustomerKind::Organisation, input.organisations), (CustomerKind::Person, input.persons)] {
        if !chosen {
            continue;
        }
        let separate = kind == CustomerKind::Person && !second.users.is_empty();
        let receivers = if separate { &mut second } else { &mut first };
        let count = customers(tx, (user, giver), kind, receivers, fallback, input, &mut children)?;
        moved.push((if kind == CustomerKind::Person { "persons" } else { "organisations" }.to_owned(), count));
    }
    let catalog = tx.catalog().clone();
    for (def, owner) in work_entities(&catalog).into_iter().filter(|(def, _)| def.name != "customer") {
        let chosen = if def.name == "lead" { input.leads } else { input.others };
        if chosen {
            let goes = giver.goes(tx, def, owner, user.id())?;
            let count = others(tx, goes, (def, owner), &mut first, fallback)?;
            moved.push((def.plural.clone(), count));
        }
    }
    let mut outcome = Outcome::default();
    moved.push(("children".to_owned(), children));
    let total: i64 = moved.iter().map(|(_, count)| *count).sum();
    for (entity, count) in moved.into_iter().filter(|(_, count)| *count > 0) {
        outcome.items.push(vec![("entity", entity), ("count", count.to_string())]);
    }
    Ok(outcome.value("moved", total))
}

/// Where a record goes that has no receiver.
#[derive(Clone, Copy)]
struct Fallback {
    user: Option<Id<User>>,
    to_pool: bool,
}

fn fallback(tx: &mut dyn Tx, user: &Record, choice: WithoutReceiver) -> Result<Fallback> {
    let superior = match choice {
        WithoutReceiver::Keep => None,
        WithoutReceiver::Superior | WithoutReceiver::Pool => directory::approver_of(tx, user.typed_id())?,
    };
    Ok(Fallback { user: superior, to_pool: choice == WithoutReceiver::Pool })
}

/// The people who receive: at work, not the one who leaves, of the same department unless the
/// actor may override.
// Rule: user.hand_over_receiver
fn receivers(tx: &mut dyn Tx, user: &Record, giver: Giver, to: (Option<Id<User>>, Option<Id<Team>>), field: &str) -> Result<Receivers> {
    let users = match to {
        (Some(one), _) => vec![one],
        (None, Some(team)) => directory::team_members(tx, team.raw())?.into_iter().filter(|member| member.raw() != user.id()).collect(),
        (None, None) => return Ok(Receivers { users: Vec::new(), next: 0 }),
    };
    if users.is_empty() {
        return Err(Error::invalid(field, "nobody_receives"));
    }
    let only_here = BusinessSettings::of(tx)?.hand_over_in_department && !tx.may("customer:override")?;
    for receiver in &users {
        if receiver.raw() == user.id() {
            return Err(Error::invalid(field, "not_to_oneself"));
        }
        let record = tx.load("user", receiver.raw())?.ok_or_else(|| Error::invalid(field, "no_such_record"))?;
        if record.get(User::STATUS) != Some(UserStatus::Active) {
            return Err(Error::invalid(field, "user_not_active"));
        }
        if only_here && record.find(User::DEPARTMENT) != user.find(User::DEPARTMENT) {
            return Err(Error::invalid(field, "other_department"));
        }
        if !giver.gives_to(tx, &record)? {
            return Err(Error::invalid(field, "not_your_people"));
        }
    }
    Ok(Receivers { users, next: 0 })
}

/// Customers in the order of entry (POL-13).
fn customers(
    tx: &mut dyn Tx,
    (user, giver): (&Record, Giver),
    kind: CustomerKind,
    receivers: &mut Receivers,
    fallback: Fallback,
    input: &HandOverInput,
    children: &mut i64,
) -> Result<i64> {
    let def = tx.catalog().get("customer").cloned().ok_or_else(|| Error::internal("customer"))?;
    let own = giver.goes(tx, &def, Customer::OWNER.index, user.id())?.and(kind_is(kind));
    let mut moved = 0;
    loop {
        let batch = tx.find(&Query::of("customer", own.clone()).limit(BATCH))?;
        let mut here = 0;
        for mut customer in batch {
            let receiver = receivers.next().or(fallback.user.filter(|_| !fallback.to_pool));
            if receiver.is_none() && !fallback.to_pool {
                return Ok(moved);
            }
            let id = customer.id();
            customer.set(Customer::OWNER, receiver);
            customer.set(Customer::OWNER_REASON, input.reason.clone());
            tx.update(customer, "user.hand_over")?;
            if let (Some(receiver), true) = (receiver, input.keep_children) {
                *children += follow(tx, id, user.typed_id(), receiver, "user.hand_over")?;
                if kind == CustomerKind::Organisation && input.persons && input.persons_receiver.is_none() && input.persons_team.is_none() {
                    *children += people_of(tx, id, user.typed_id(), receiver, &input.reason)?;
                }
            }
            here += 1;
        }
        if here == 0 {
            return Ok(moved);
        }
        moved += here;
    }
}

/// The persons held under a company go to whoever gets the company (ORG-14), unless somebody else is to receive persons.
fn people_of(tx: &mut dyn Tx, company: i64, before: Id<User>, after: Id<User>, reason: &Option<String>) -> Result<i64> {
    let under = Filter::refers_to(Customer::PARENT.index, [company]).and(Filter::refers_to(Customer::OWNER.index, [before.raw()]));
    let persons = under.and(kind_is(CustomerKind::Person));
    let mut moved = 0;
    loop {
        let batch = tx.find(&Query::of("customer", persons.clone()).limit(BATCH))?;
        if batch.is_empty() {
            return Ok(moved);
        }
        for mut person in batch {
            let id = person.id();
            person.set(Customer::OWNER, Some(after));
            person.set(Customer::OWNER_REASON, reason.clone());
            tx.update(person, "user.hand_over")?;
            moved += 1 + follow(tx, id, before, after, "user.hand_over")?;
        }
    }
}

/// Everything else that is work in hand; what belongs to a customer handed over has gone already.
fn others(tx: &mut dyn Tx, own: Filter, (def, owner): (&EntityDef, usize), receivers: &mut Receivers, fallback: Fallback) -> Result<i64> {
    let mut moved = 0;
    loop {
        let batch = tx.find(&Query::of(&def.name, own.clone()).limit(BATCH))?;
        let mut here = 0;
        for mut record in batch {
            let Some(receiver) = receivers.next().or(fallback.user) else { return Ok(moved) };
            record.put(owner, Value::Ref(receiver.raw()));
            tx.update(record, "user.hand_over")?;
            here += 1;
        }
        if here == 0 {
            return Ok(moved);
        }
        moved += here;
    }
}
