//! Applications for intent and for more time (转意向客户申请, 时间加权申请).

use guanxi_model::action::Outcome;
use guanxi_model::field::LongText;
use guanxi_model::system::{ApprovalState, User};
use guanxi_model::time::Date;
use guanxi_model::tx::{Asking, Notice, Reader, record_of};
use guanxi_model::{
    Action, Actor, Choice, Entity, EntityType, Error, Filter, Id, Input, Instant, Money, Problem, Record, Result, Status, Tx,
};

use super::customer::Customer;
use super::pool::Pool;
use super::pool_members::pool_of;
use super::protection::clock_of;
use super::signing;
use crate::settings::{BusinessSettings, Stage};
use crate::team::{approval, directory};

/// What is applied for.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationKind {
    /// The customer becomes an intent customer (LEA-07).
    Intent,
    /// More time (POL-04).
    Extension,
    /// The customer has signed (CUS-50).
    Signing,
}

/// An application about a customer. While it is pending the clock stands still.
#[derive(Entity)]
#[entity(area = "customers", title = "subject", owner = "applicant", follows = "customer")]
pub struct Application {
    /// The name of the customer.
    #[field(list, readonly, max = 120)]
    pub subject: Option<String>,
    #[field(list, readonly)]
    pub kind: ApplicationKind,
    #[field(list, index, readonly)]
    pub customer: Id<Customer>,
    #[field(list, readonly)]
    pub applicant: Option<Id<User>>,
    #[field(list, readonly)]
    pub reason: LongText,
    #[field(list, index, readonly, default = "pending")]
    pub state: ApprovalState,
    /// Superior or leader who decides; empty means whoever holds the right to approve.
    #[field(list, index, readonly)]
    pub approver: Option<Id<User>>,
    /// Days asked for or granted.
    #[field(list, readonly)]
    pub days: Option<i64>,
    #[field(list, readonly)]
    pub decided_by: Option<Id<User>>,
    #[field(list, readonly)]
    pub decided_at: Option<Instant>,
    /// What the approver said.
    #[field(readonly)]
    pub note: Option<LongText>,
    /// What was signed for.
    #[field(readonly)]
    pub amount: Option<Money>,
    #[field(readonly)]
    pub signed_on: Option<Date>,
}

/// What somebody applies for.
pub struct Asked {
    pub kind: ApplicationKind,
    pub reason: LongText,
    /// The field of the input with the reason.
    pub field: &'static str,
    pub amount: Option<Money>,
    pub signed_on: Option<Date>,
}

impl Asked {
    fn of(kind: ApplicationKind, input: &Record) -> Result<Self> {
        let input = ApplyInput::from_record(input).ok_or_else(|| Error::invalid("reason", "required"))?;
        Ok(Self { kind, reason: input.reason, field: "reason", amount: None, signed_on: None })
    }
}

#[derive(Input)]
pub struct ApplyInput {
    /// In detail.
    pub reason: LongText,
}

#[derive(Input)]
pub struct ApproveInput {
    /// Days granted, where they differ from the pool's rule.
    #[field(range = "1..3650")]
    pub days: Option<i64>,
    pub note: Option<LongText>,
}

#[derive(Input)]
pub struct RejectInput {
    pub note: LongText,
}

/// Asks for the conversion to an intent customer (LEA-07).
// Rule: customer.apply_for_intent
pub fn apply_for_intent(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    apply(tx, customer, Asked::of(ApplicationKind::Intent, input)?)
}

/// Asks for more time while the protection runs (POL-04, AM-02).
// Rule: customer.apply_for_extension
pub fn apply_for_extension(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    apply(tx, customer, Asked::of(ApplicationKind::Extension, input)?)
}

/// Writes the application down and stops the clock.
// Rule: customer.apply
pub fn apply(tx: &mut dyn Tx, customer: &Record, asked: Asked) -> Result<Outcome> {
    let settings = BusinessSettings::of(tx)?;
    let length = i64::try_from(asked.reason.0.trim().chars().count()).unwrap_or(i64::MAX);
    if length < settings.reason_length {
        let problem = Problem::new(Status::Invalid, "invalid").field(asked.field, "reason_too_short");
        return Err(problem.arg("least", settings.reason_length).into());
    }
    tx.lock(&format!("customer:{}", customer.id()))?;
    let mut customer = tx.load("customer", customer.id())?.ok_or_else(Error::not_found)?;
    let Some(owner) = customer.find(Customer::OWNER) else { return Err(Error::conflict("customer_in_pool")) };
    let days = days_applied_for(tx, &customer, asked.kind)?;
    let applicant = tx.actor().user.map_or(owner, Id::new);
    let approver = directory::approver_of(tx, applicant)?;
    let application = Application {
        subject: Some(customer.title().to_owned()),
        kind: asked.kind,
        customer: customer.typed_id(),
        applicant: Some(applicant),
        reason: asked.reason,
        state: ApprovalState::Pending,
        approver,
        days,
        decided_by: None,
        decided_at: None,
        note: None,
        amount: asked.amount,
        signed_on: asked.signed_on,
    };
    let catalog = tx.catalog().clone();
    let saved = tx.insert(record_of(&catalog, application)?, "customer.apply")?;
    customer.set(Customer::APPLICATION, Some(saved.typed_id()));
    tx.update(customer, "customer.apply")?;
    tell_approvers(tx, &saved)?;
    Ok(Outcome::default().value("application", saved.id()))
}

/// The days asked for, where a customer is in a state to be applied for.
// Rule: application.may_apply
fn days_applied_for(reader: &mut dyn Reader, customer: &Record, kind: ApplicationKind) -> Result<Option<i64>> {
    if customer.find(Customer::OWNER).is_none() {
        return Err(Error::conflict("customer_in_pool"));
    }
    if customer.find(Customer::APPLICATION).is_some() {
        return Err(Error::conflict("application_pending"));
    }
    let stage = BusinessSettings::of(reader)?.stage_of(customer.find(Customer::LIFECYCLE).as_ref());
    match kind {
        ApplicationKind::Intent if stage != Stage::Potential => Err(Error::conflict("not_a_potential_customer")),
        ApplicationKind::Intent | ApplicationKind::Signing => Ok(None),
        ApplicationKind::Extension => {
            let pool = pool_of(reader, customer)?;
            extension_days(reader, customer, pool.as_deref()).map(Some)
        }
    }
}

pub fn may_apply_for_intent(asking: &mut dyn Asking, customer: &Record) -> Result<()> {
    days_applied_for(asking, customer, ApplicationKind::Intent).map(|_| ())
}

pub fn may_apply_for_extension(asking: &mut dyn Asking, customer: &Record) -> Result<()> {
    days_applied_for(asking, customer, ApplicationKind::Extension).map(|_| ())
}

/// The days an extension would add.
// Rule: application.extension_limit
fn extension_days(reader: &mut dyn Reader, customer: &Record, pool: Option<&Pool>) -> Result<i64> {
    let (Some(until), Some(pool)) = (customer.find(Customer::PROTECTED_UNTIL), pool) else {
        return Err(Error::conflict("never_returns"));
    };
    if until <= reader.now() {
        return Err(Error::conflict("protection_over"));
    }
    let used = customer.get(Customer::EXTENSIONS).unwrap_or(0);
    if used >= pool.max_extensions {
        let problem = Problem::new(Status::Conflict, "extension_limit");
        return Err(problem.arg("used", used).arg("limit", pool.max_extensions).into());
    }
    Ok(pool.extension_days)
}

/// The application as it stands, to be decided by the actor.
fn to_decide(tx: &mut dyn Tx, application: &Record) -> Result<Record> {
    tx.lock(&format!("application:{}", application.id()))?;
    let application = tx.load("application", application.id())?.ok_or_else(Error::not_found)?;
    if application.get(Application::STATE) != Some(ApprovalState::Pending) {
        return Err(Error::conflict("application_decided"));
    }
    may_decide(tx, &application)?;
    Ok(application)
}

fn may_decide(asking: &mut dyn Asking, application: &Record) -> Result<()> {
    let (applicant, approver) = (application.find(Application::APPLICANT), application.find(Application::APPROVER));
    approval::require_decider(asking, applicant, approver, "application:approve")
}

fn may_withdraw(asking: &mut dyn Asking, application: &Record) -> Result<()> {
    let own = asking.actor().user == application.find(Application::APPLICANT).map(Id::raw);
    if own { Ok(()) } else { Err(Error::forbidden("not_the_applicant")) }
}

/// Whether it is this application that the customer waits for. One that was made in an earlier holding or stage, and
/// came back by an undo, decides nothing any more.
fn is_about(application: &Record, customer: &Record) -> bool {
    customer.find(Customer::APPLICATION).map(Id::raw) == Some(application.id())
}

/// Writes the decision and gives back the customer, the clock still standing.
fn decide(tx: &mut dyn Tx, mut application: Record, state: ApprovalState, note: Option<LongText>) -> Result<Option<Record>> {
    let customer = application.get(Application::CUSTOMER).map_or(0, Id::raw);
    let decider = tx.actor().user.map(Id::new);
    application.set(Application::STATE, state);
    application.set(Application::DECIDED_BY, decider);
    application.set(Application::DECIDED_AT, Some(tx.now()));
    application.set(Application::NOTE, note);
    let application = tx.update(application, "application.decide")?;
    approval::settled(tx, &application, |_| true)?;
    let customer = tx.load("customer", customer)?.filter(|customer| is_about(&application, customer));
    let Some(mut customer) = customer else { return Ok(None) };
    customer.set(Customer::APPLICATION, None);
    let code = match state {
        ApprovalState::Approved => "application_approved",
        ApprovalState::Rejected => "application_rejected",
        ApprovalState::Pending | ApprovalState::Withdrawn => return Ok(Some(customer)),
    };
    if let Some(applicant) = application.find(Application::APPLICANT).filter(|user| Some(*user) != decider) {
        let note = application.find(Application::NOTE).map(|note| note.0).unwrap_or_default();
        let args = vec![("name", customer.title().to_owned()), ("note", note)];
        let about = Some(("customer".to_owned(), customer.id()));
        tx.notify(Notice { user: applicant.raw(), code, args, about })?;
    }
    Ok(Some(customer))
}

/// Intent: the customer moves on and a new period begins. Signing: it becomes official. Extension: its days are added to what was
/// left when it was asked for.
// Rule: application.approve
pub fn approve(tx: &mut dyn Tx, application: &Record, input: &Record) -> Result<Outcome> {
    let input = ApproveInput::from_record(input).ok_or_else(|| Error::invalid("days", "not_an_integer"))?;
    let mut application = to_decide(tx, application)?;
    let about = application.get(Application::CUSTOMER).map_or(0, Id::raw);
    if tx.load("customer", about)?.is_some_and(|customer| !is_about(&application, &customer)) {
        return Err(Error::conflict("application_outdated"));
    }
    let kind = application.get(Application::KIND);
    let days = input.days.or(application.find(Application::DAYS)).unwrap_or(0);
    if kind == Some(ApplicationKind::Extension) {
        application.set(Application::DAYS, Some(days));
    }
    let applied = applied_at(&application);
    let signed = (application.find(Application::AMOUNT), application.find(Application::SIGNED_ON));
    let Some(mut customer) = decide(tx, application, ApprovalState::Approved, input.note)? else { return Outcome::done() };
    let settings = BusinessSettings::of(tx)?;
    if kind == Some(ApplicationKind::Intent) {
        customer.set(Customer::LIFECYCLE, Some(settings.intent_lifecycle()));
    } else if kind == Some(ApplicationKind::Signing) {
        signing::sign(&settings, &mut customer, signed.0, signed.1);
    } else {
        let extensions = customer.get(Customer::EXTENSIONS).unwrap_or(0).saturating_add(1);
        let granted = customer.get(Customer::EXTENSION_DAYS).unwrap_or(0).saturating_add(days);
        give_back_waiting(tx, &mut customer, applied)?;
        customer.set(Customer::EXTENSIONS, extensions);
        customer.set(Customer::EXTENSION_DAYS, granted);
    }
    tx.update(customer, "application.approve")?;
    Outcome::done()
}

/// The clock goes on where it stopped: the time of waiting is not counted.
// Rule: application.reject
pub fn reject(tx: &mut dyn Tx, application: &Record, input: &Record) -> Result<Outcome> {
    let input = RejectInput::from_record(input).ok_or_else(|| Error::invalid("note", "required"))?;
    let application = to_decide(tx, application)?;
    let applied = applied_at(&application);
    let Some(mut customer) = decide(tx, application, ApprovalState::Rejected, Some(input.note))? else { return Outcome::done() };
    give_back_waiting(tx, &mut customer, applied)?;
    tx.update(customer, "application.reject")?;
    Outcome::done()
}

fn applied_at(application: &Record) -> Option<Instant> {
    application.get(guanxi_model::entity::Implied::created_at::<Application>())
}

/// The time from the application to the decision is not counted. A contact in between, where
/// contacts count, began the period again.
// Rule: application.waiting_not_counted
fn give_back_waiting(tx: &mut dyn Tx, customer: &mut Record, applied: Option<Instant>) -> Result<()> {
    let (Some(pool), Some(clock), Some(applied)) = (pool_of(tx, customer)?, clock_of(customer), applied) else { return Ok(()) };
    let start = clock.start(&pool);
    let waited = tx.now().0.saturating_sub(applied.max(start).0).max(0);
    customer.set(Customer::PROTECTED_SINCE, Some(Instant(start.0.saturating_add(waited))));
    Ok(())
}

/// What somebody who leaves had to decide is decided by whoever decides for the applicant now.
// Rule: application.new_approver
pub fn leave_to_others(tx: &mut dyn Tx, leaver: Id<User>) -> Result<()> {
    for mut application in waiting_for(tx, leaver)? {
        let applicant = application.find(Application::APPLICANT);
        let approver = match applicant {
            Some(applicant) => directory::approver_of(tx, applicant)?,
            None => None,
        };
        application.set(Application::APPROVER, approver);
        let application = tx.update(application, "application.new_approver")?;
        tell_approvers(tx, &application)?;
    }
    Ok(())
}

/// What waits for the decision of somebody.
pub fn waiting_for(tx: &mut dyn Tx, approver: Id<User>) -> Result<Vec<Record>> {
    approval::waiting_for(tx, "application", (Application::APPROVER.index, Application::STATE.index), approver)
}

/// Whoever has to decide is told; where nobody is named, those who administer.
fn tell_approvers(tx: &mut dyn Tx, application: &Record) -> Result<()> {
    let applicant = application.find(Application::APPLICANT);
    let by = directory::name_of(tx, applicant)?;
    let code = match application.get(Application::KIND) {
        Some(ApplicationKind::Extension) => "extension_applied",
        Some(ApplicationKind::Signing) => "signing_applied",
        Some(ApplicationKind::Intent) | None => "intent_applied",
    };
    for user in approval::those_to_decide(tx, applicant, application.find(Application::APPROVER))? {
        let args = vec![("name", application.title().to_owned()), ("by", by.clone())];
        tx.notify(Notice { user, code, args, about: Some(("application".to_owned(), application.id())) })?;
    }
    Ok(())
}

/// The applicant takes it back; the clock was never stopped.
// Rule: application.withdraw
pub fn withdraw(tx: &mut dyn Tx, application: &Record, _: &Record) -> Result<Outcome> {
    if application.get(Application::STATE) != Some(ApprovalState::Pending) {
        return Err(Error::conflict("application_decided"));
    }
    may_withdraw(tx, application)?;
    if let Some(customer) = decide(tx, application.clone(), ApprovalState::Withdrawn, None)? {
        tx.update(customer, "application.withdraw")?;
    }
    Outcome::done()
}

/// Whoever has to decide an application sees it.
// Rule: application.reach
fn reach(_: &mut dyn Reader, actor: &Actor) -> Result<Filter> {
    Ok(actor.user.map_or(Filter::All, |user| Filter::refers_to(Application::APPROVER.index, [user])))
}

pub fn entity_type() -> EntityType {
    let pending = r#"{"state":"pending"}"#;
    EntityType::plain::<Application>()
        .action(Action::new("approve", approve).needs("see").input::<ApproveInput>().when(pending).guard(may_decide))
        .action(Action::new("reject", reject).needs("see").input::<RejectInput>().when(pending).guard(may_decide))
        .action(Action::new("withdraw", withdraw).needs("see").when(pending).guard(may_withdraw))
        .reach(reach)
        .view("to_decide", r#"{"state":"pending","approver":{"me":true}}"#, "created_at", &[])
        .view("mine", r#"{"applicant":{"me":true}}"#, "-created_at", &[])
        .view("pending", pending, "created_at", &[])
        .view("all", "{}", "-created_at", &[])
}
