//! Reports of a customer that is there twice (重复上报): made by whoever meets it, settled by those in charge (CUS-16).

use guanxi_model::action::Outcome;
use guanxi_model::field::{LongText, Phone};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Notification, User, Verb};
use guanxi_model::tx::{Asking, Notice, Reader, record_of};
use guanxi_model::{Action, Actor, Change, Choice, Entity, EntityType, Error, Id, Input, Instant, Op, Query, Record, Result, Tx, Value};

use super::customer::{Customer, CustomerKind};
use super::{duplicates, hand_on};
use crate::team::{approval, directory};

/// Reports settled by one merge.
const REPORTS: usize = 1000;

/// Where a report stands.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    #[choice(color = "amber")]
    Open,
    /// Both are one customer now.
    #[choice(color = "green")]
    Merged,
    /// The customer went to somebody else.
    #[choice(color = "green")]
    Reassigned,
    #[choice(color = "grey")]
    Rejected,
}

/// In what both are alike.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    SameName,
    SameCreditCode,
    SamePhone,
    SimilarName,
    /// Seen by the reporter.
    Seen,
}

/// A report that a customer is there already. Who makes it need not see the customer.
#[derive(Entity)]
#[entity(area = "customers", title = "subject", owner = "reporter", follows = "customer")]
pub struct DuplicateReport {
    /// The name of the customer that is there.
    #[field(list, readonly, max = 120)]
    pub subject: String,
    /// The name that was entered, or of the second customer.
    #[field(list, readonly, max = 120)]
    pub entered: Option<String>,
    #[field(list, readonly)]
    pub alike: Alike,
    #[field(list, index, readonly, default = "open")]
    pub state: ReportState,
    #[field(readonly, index)]
    pub customer: Id<Customer>,
    /// The same customer a second time, where it has been saved.
    #[field(readonly, index)]
    pub other: Option<Id<Customer>>,
    #[field(readonly)]
    pub note: Option<LongText>,
    #[field(list, readonly)]
    pub reporter: Option<Id<User>>,
    /// Who held the customer then.
    #[field(list, readonly)]
    pub holder: Option<Id<User>>,
    /// Who settles it; empty means whoever holds the right to approve.
    #[field(list, index, readonly)]
    pub approver: Option<Id<User>>,
    #[field(readonly)]
    pub decided_by: Option<Id<User>>,
    #[field(list, readonly)]
    pub decided_at: Option<Instant>,
    /// What was said about it.
    #[field(readonly)]
    pub answer: Option<LongText>,
}

/// What was typed when the customer turned out to be there.
#[derive(Input)]
pub struct MetInput {
    /// The name of the one found.
    #[field(max = 120)]
    pub title: String,
    #[field(max = 120)]
    pub name: Option<String>,
    /// Of a lead.
    #[field(max = 120)]
    pub company_name: Option<String>,
    pub kind: Option<CustomerKind>,
    #[field(max = 40)]
    pub credit_code: Option<String>,
    pub mobile: Option<Phone>,
    pub phone: Option<Phone>,
    pub note: Option<LongText>,
}

#[derive(Input)]
pub struct SeenInput {
    /// The same customer a second time.
    pub other: Option<Id<Customer>>,
    pub note: Option<LongText>,
}

#[derive(Input)]
pub struct ReassignInput {
    pub owner: Id<User>,
    pub answer: Option<LongText>,
}

#[derive(Input)]
pub struct PassOnInput {
    /// Empty means: one's superior, or where there is none those who administer.
    pub to: Option<Id<User>>,
    pub answer: Option<LongText>,
}

#[derive(Input)]
pub struct RejectInput {
    pub answer: LongText,
}

/// What is reported.
struct Met {
    entered: Option<String>,
    alike: Alike,
    other: Option<Id<Customer>>,
    note: Option<LongText>,
}

/// Reports a customer met while entering one: what was typed finds it again, so that nobody reports what they could not
/// have met.
// Rule: customer.report_met
pub fn report_met(tx: &mut dyn Tx, _: &Record, input: &Record) -> Result<Outcome> {
    let input = MetInput::from_record(input).ok_or_else(|| Error::invalid("title", "required"))?;
    let entered = input.company_name.filter(|name| !name.is_empty()).or(input.name);
    let def = tx.catalog().get("customer").cloned().ok_or_else(|| Error::internal("customer"))?;
    let mut typed = Record::empty(def);
    if let Some(name) = &entered {
        typed.set(Customer::NAME, name.clone());
    }
    typed.set(Customer::KIND, input.kind.unwrap_or(CustomerKind::Organisation));
    typed.set(Customer::CREDIT_CODE, input.credit_code);
    typed.set(Customer::MOBILE, input.mobile);
    typed.set(Customer::PHONE, input.phone);
    let Some((customer, reason)) = duplicates::met(tx, &typed, &input.title)? else { return Err(Error::conflict("no_such_duplicate")) };
    let alike = Alike::parse(reason).unwrap_or(Alike::Seen);
    report(tx, &customer, Met { entered, alike, other: None, note: input.note })
}

/// Reports a customer that one sees, with the second one where that is known.
// Rule: customer.report_duplicate
pub fn report_seen(tx: &mut dyn Tx, customer: &Record, input: &Record) -> Result<Outcome> {
    let input = SeenInput::from_record(input).ok_or_else(|| Error::invalid("other", "required"))?;
    if input.other.map(Id::raw) == Some(customer.id()) {
        return Err(Error::invalid("other", "same_record"));
    }
    let entered = match input.other {
        Some(other) => tx.load("customer", other.raw())?.map(|record| record.title().to_owned()),
        None => None,
    };
    report(tx, customer, Met { entered, alike: Alike::Seen, other: input.other, note: input.note })
}

fn state_is(state: ReportState) -> Filter {
    Filter::is(DuplicateReport::STATE.index, Test::Eq(Value::text(state.code())))
}

/// Writes a report down once, and tells whoever settles it and whoever holds the customer.
fn report(tx: &mut dyn Tx, customer: &Record, met: Met) -> Result<Outcome> {
    let reporter = tx.actor().user.map(Id::<User>::new);
    let open = Filter::refers_to(DuplicateReport::CUSTOMER.index, [customer.id()])
        .and(Filter::refers_to(DuplicateReport::REPORTER.index, reporter.map(Id::raw)))
        .and(state_is(ReportState::Open));
    if tx.count(&Query::of("duplicate_report", open).limit(1))? > 0 {
        return Err(Error::conflict("reported_already"));
    }
    let holder = customer.find(Customer::OWNER);
    let approver = match holder {
        Some(holder) => directory::approver_of(tx, holder)?,
        None => None,
    };
    let report = DuplicateReport {
        subject: customer.title().to_owned(),
        entered: met.entered,
        alike: met.alike,
        state: ReportState::Open,
        customer: customer.typed_id(),
        other: met.other,
        note: met.note,
        reporter,
        holder,
        approver,
        decided_by: None,
        decided_at: None,
        answer: None,
    };
    let catalog = tx.catalog().clone();
    let saved = tx.insert(record_of(&catalog, report)?, "customer.report_duplicate")?;
    let mut told = approval::those_to_decide(tx, None, approver)?;
    told.extend(holder.map(Id::raw));
    tell(tx, &saved, "duplicate_reported", told)?;
    Ok(Outcome::default().value("report", saved.id()))
}

/// Tells people about a report, each once, but not whoever is at work.
fn tell(tx: &mut dyn Tx, report: &Record, code: &'static str, mut users: Vec<i64>) -> Result<()> {
    users.sort_unstable();
    users.dedup();
    let by = tx.actor().user.map(Id::new);
    let by = directory::name_of(tx, by)?;
    let said = |text: Option<LongText>| text.map(|text| text.0).unwrap_or_default();
    let other = report.find(DuplicateReport::ENTERED).unwrap_or_else(|| report.title().to_owned());
    let note = said(report.find(if code == "duplicate_reported" { DuplicateReport::NOTE } else { DuplicateReport::ANSWER }));
    for user in users.into_iter().filter(|user| Some(*user) != tx.actor().user).collect::<Vec<_>>() {
        let args = vec![("name", report.title().to_owned()), ("other", other.clone()), ("by", by.clone()), ("note", note.clone())];
        tx.notify(Notice { user, code, args, about: Some(("duplicate_report".to_owned(), report.id())) })?;
    }
    Ok(())
}

fn may_decide(asking: &mut dyn Asking, report: &Record) -> Result<()> {
    let (reporter, approver) = (report.find(DuplicateReport::REPORTER), report.find(DuplicateReport::APPROVER));
    approval::require_decider(asking, reporter, approver, "duplicate_report:approve")
}

/// The report as it stands, to be settled by the actor.
fn to_decide(tx: &mut dyn Tx, report: &Record) -> Result<Record> {
    tx.lock(&format!("duplicate_report:{}", report.id()))?;
    let report = tx.load("duplicate_report", report.id())?.ok_or_else(Error::not_found)?;
    if report.get(DuplicateReport::STATE) != Some(ReportState::Open) {
        return Err(Error::conflict("report_settled"));
    }
    may_decide(tx, &report)?;
    Ok(report)
}

/// Settles a report; both sides are told.
// Rule: duplicate_report.settle
fn settle(tx: &mut dyn Tx, mut report: Record, state: ReportState, answer: Option<LongText>) -> Result<Outcome> {
    let decider = tx.actor().user.map(Id::<User>::new);
    report.set(DuplicateReport::STATE, state);
    report.set(DuplicateReport::DECIDED_BY, decider);
    report.set(DuplicateReport::DECIDED_AT, Some(tx.now()));
    report.set(DuplicateReport::ANSWER, answer);
    let report = tx.update(report, "duplicate_report.settle")?;
    approval::settled(tx, &report, |_| true)?;
    let sides = [report.find(DuplicateReport::REPORTER), report.find(DuplicateReport::HOLDER)];
    let code = match state {
        ReportState::Merged => "duplicate_merged",
        ReportState::Reassigned => "duplicate_reassigned",
        ReportState::Rejected | ReportState::Open => "duplicate_rejected",
    };
    tell(tx, &report, code, sides.into_iter().flatten().map(Id::raw).collect())?;
    Outcome::done()
}

/// Gives the customer to whom it belongs.
// Rule: duplicate_report.reassign
fn reassign(tx: &mut dyn Tx, report: &Record, input: &Record) -> Result<Outcome> {
    let input = ReassignInput::from_record(input).ok_or_else(|| Error::invalid("owner", "required"))?;
    let report = to_decide(tx, report)?;
    let customer = report.get(DuplicateReport::CUSTOMER).map_or(0, Id::raw);
    let customer = tx.load("customer", customer)?.ok_or_else(|| Error::conflict("customer_gone"))?;
    if !tx.may("customer:assign")? || !tx.may_on(Verb::Edit, &customer)? {
        return Err(Error::forbidden("assign_needed"));
    }
    let reason = input.answer.as_ref().map(|answer| answer.0.chars().take(500).collect());
    hand_on::pass_to(tx, &customer, input.owner, reason)?;
    settle(tx, report, ReportState::Reassigned, input.answer)
}

/// Says why nothing is to be done.
// Rule: duplicate_report.reject
fn reject(tx: &mut dyn Tx, report: &Record, input: &Record) -> Result<Outcome> {
    let input = RejectInput::from_record(input).ok_or_else(|| Error::invalid("answer", "required"))?;
    let report = to_decide(tx, report)?;
    settle(tx, report, ReportState::Rejected, Some(input.answer))
}

/// Leaves a report to somebody who sees both customers and may make them one. Whoever only administers sees everything.
// Rule: duplicate_report.pass_on
fn pass_on(tx: &mut dyn Tx, report: &Record, input: &Record) -> Result<Outcome> {
    let input = PassOnInput::from_record(input).ok_or_else(|| Error::invalid("to", "required"))?;
    let mut report = to_decide(tx, report)?;
    let me = tx.actor().user.map(Id::<User>::new);
    if input.to.is_some() && input.to == me {
        return Err(Error::invalid("to", "not_to_oneself"));
    }
    let next = match (input.to, me) {
        (Some(to), _) if directory::is_active(tx, to)? => Some(to),
        (Some(_), _) => return Err(Error::invalid("to", "user_not_active")),
        (None, Some(me)) => directory::approver_of(tx, me)?,
        (None, None) => None,
    };
    if next.is_none() && report.find(DuplicateReport::APPROVER).is_none() {
        return Err(Error::invalid("to", "nobody_above"));
    }
    let before = approval::those_to_decide(tx, None, report.find(DuplicateReport::APPROVER))?;
    report.set(DuplicateReport::APPROVER, next);
    if input.answer.is_some() {
        report.set(DuplicateReport::ANSWER, input.answer);
    }
    let report = tx.update(report, "duplicate_report.pass_on")?;
    approval::settled(tx, &report, |notice| notice.find(Notification::USER).is_some_and(|user| before.contains(&user.raw())))?;
    let told = approval::those_to_decide(tx, None, next)?;
    tell(tx, &report, "duplicate_passed_on", told)?;
    Outcome::done()
}

/// Merging the two settles what was reported of them. Said while the one kept is filled in, since it need not change.
// Rule: duplicate_report.merged
pub fn merged(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op != Op::Update || change.by != Some("merge") {
        return Ok(());
    }
    let both = [DuplicateReport::CUSTOMER.index, DuplicateReport::OTHER.index];
    let here = both.into_iter().fold(state_is(ReportState::Open), |all, field| all.and(Filter::refers_to(field, [change.new.id()])));
    for report in tx.find(&Query::of("duplicate_report", here).limit(REPORTS))? {
        settle(tx, report, ReportState::Merged, None)?;
    }
    Ok(())
}

/// What somebody who leaves had to settle is settled by whoever decides for the holder now.
// Rule: duplicate_report.new_approver
pub fn leave_to_others(tx: &mut dyn Tx, leaver: Id<User>) -> Result<()> {
    for mut report in waiting_for(tx, leaver)? {
        let approver = match report.find(DuplicateReport::HOLDER) {
            Some(holder) => directory::approver_of(tx, holder)?.filter(|approver| *approver != leaver),
            None => None,
        };
        report.set(DuplicateReport::APPROVER, approver);
        tx.update(report, "duplicate_report.new_approver")?;
    }
    Ok(())
}

/// What waits for somebody to settle it.
pub fn waiting_for(tx: &mut dyn Tx, approver: Id<User>) -> Result<Vec<Record>> {
    let waiting = Filter::refers_to(DuplicateReport::APPROVER.index, [approver.raw()]).and(state_is(ReportState::Open));
    tx.find(&Query::of("duplicate_report", waiting).limit(REPORTS))
}

/// Whoever settles a report sees it.
// Rule: duplicate_report.reach
fn reach(_: &mut dyn Reader, actor: &Actor) -> Result<Filter> {
    Ok(actor.user.map_or(Filter::All, |user| Filter::refers_to(DuplicateReport::APPROVER.index, [user])))
}

pub fn entity_type() -> EntityType {
    let open = r#"{"state":"open"}"#;
    EntityType::plain::<DuplicateReport>()
        .action(Action::new("reassign", reassign).single().needs("see").input::<ReassignInput>().when(open).guard(may_decide))
        .action(Action::new("reject", reject).single().needs("see").input::<RejectInput>().when(open).guard(may_decide))
        .action(Action::new("pass-on", pass_on).single().needs("see").input::<PassOnInput>().when(open).guard(may_decide))
        .reach(reach)
        .view("open", open, "created_at", &[])
        .view("to_decide", r#"{"state":"open","approver":{"me":true}}"#, "created_at", &[])
        .view("mine", r#"{"reporter":{"me":true}}"#, "-created_at", &[])
        .view("all", "{}", "-created_at", &[])
}
