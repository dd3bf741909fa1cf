//! Leave to export many records: asked for with a purpose, decided by the department's leader (IMP-03, AM-27).

use guanxi_model::field::LongText;
use guanxi_model::system::{ApprovalState, ExportApplication, Organisation, User};
use guanxi_model::tx::{Asking, Notice, Reader};
use guanxi_model::{Action, Actor, Change, EntityType, Error, Filter, Id, Input, Instant, Op, Outcome, Record, Result, Rules, Tx};

use super::{approval, directory};

#[derive(Input)]
pub struct ApproveExport {
    pub note: Option<LongText>,
}

#[derive(Input)]
pub struct RejectExport {
    pub note: LongText,
}

/// The leader of the department of who asks decides.
// Rule: export_application.approver
fn approver(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Create
        && let Some(applicant) = change.new.find(ExportApplication::APPLICANT)
    {
        let approver = directory::exports_approver_of(tx, applicant)?;
        change.new.set(ExportApplication::APPROVER, approver);
    }
    Ok(())
}

/// Whoever decides is told at once.
// Rule: export_application.tell
fn tell(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Create { tell_approvers(tx, change.new) } else { Ok(()) }
}

/// What somebody who leaves had to decide is decided by whoever decides for the applicant now.
// Rule: export_application.new_approver
pub fn leave_to_others(tx: &mut dyn Tx, leaver: Id<User>) -> Result<()> {
    for mut asked in waiting_for(tx, leaver)? {
        let approver = match asked.find(ExportApplication::APPLICANT) {
            Some(applicant) => directory::exports_approver_of(tx, applicant)?,
            None => None,
        };
        asked.set(ExportApplication::APPROVER, approver);
        let asked = tx.update(asked, "export_application.new_approver")?;
        tell_approvers(tx, &asked)?;
    }
    Ok(())
}

/// What waits for the decision of somebody.
pub fn waiting_for(tx: &mut dyn Tx, approver: Id<User>) -> Result<Vec<Record>> {
    approval::waiting_for(tx, "export_application", (ExportApplication::APPROVER.index, ExportApplication::STATE.index), approver)
}

fn tell_approvers(tx: &mut dyn Tx, asked: &Record) -> Result<()> {
    let applicant = asked.find(ExportApplication::APPLICANT);
    let by = directory::name_of(tx, applicant)?;
    let rows = asked.get(ExportApplication::ROWS).unwrap_or(0).to_string();
    let about = Some(("export_application".to_owned(), asked.id()));
    for user in approval::those_to_decide(tx, applicant, asked.find(ExportApplication::APPROVER))? {
        tx.notify(Notice { user, code: "export_applied", args: vec![("by", by.clone()), ("rows", rows.clone())], about: about.clone() })?;
    }
    Ok(())
}

/// The file may be fetched for some days from now on.
// Rule: export_application.approve
fn approve(tx: &mut dyn Tx, asked: &Record, input: &Record) -> Result<Outcome> {
    let note = ApproveExport::from_record(input).and_then(|input| input.note);
    let days = (tx as &mut dyn Reader).settings::<Organisation>()?.export_valid_days;
    let until = tx.now().plus_days(days);
    decide(tx, asked, ApprovalState::Approved, note, Some(until))
}

// Rule: export_application.reject
fn reject(tx: &mut dyn Tx, asked: &Record, input: &Record) -> Result<Outcome> {
    let input = RejectExport::from_record(input).ok_or_else(|| Error::invalid("note", "required"))?;
    decide(tx, asked, ApprovalState::Rejected, Some(input.note), None)
}

fn decide(tx: &mut dyn Tx, asked: &Record, state: ApprovalState, note: Option<LongText>, until: Option<Instant>) -> Result<Outcome> {
    let mut asked = pending(tx, asked)?;
    let applicant = asked.find(ExportApplication::APPLICANT);
    may_decide(tx, &asked)?;
    let decider = tx.actor().user.map(Id::new);
    asked.set(ExportApplication::STATE, state);
    asked.set(ExportApplication::DECIDED_BY, decider);
    asked.set(ExportApplication::DECIDED_AT, Some(tx.now()));
    asked.set(ExportApplication::NOTE, note);
    asked.set(ExportApplication::VALID_UNTIL, until);
    let asked = tx.update(asked, "export_application.decide")?;
    approval::settled(tx, &asked, |_| true)?;
    if let Some(applicant) = applicant.filter(|user| Some(*user) != decider) {
        let code = if state == ApprovalState::Approved { "export_approved" } else { "export_rejected" };
        let note = asked.find(ExportApplication::NOTE).map(|note| note.0).unwrap_or_default();
        let about = Some(("export_application".to_owned(), asked.id()));
        tx.notify(Notice { user: applicant.raw(), code, args: vec![("note", note)], about })?;
    }
    Outcome::done()
}

/// Who asked takes it back.
// Rule: export_application.withdraw
fn withdraw(tx: &mut dyn Tx, asked: &Record, _: &Record) -> Result<Outcome> {
    let mut asked = pending(tx, asked)?;
    may_withdraw(tx, &asked)?;
    asked.set(ExportApplication::STATE, ApprovalState::Withdrawn);
    let asked = tx.update(asked, "export_application.withdraw")?;
    approval::settled(tx, &asked, |_| true)?;
    Outcome::done()
}

fn may_decide(asking: &mut dyn Asking, asked: &Record) -> Result<()> {
    let (applicant, approver) = (asked.find(ExportApplication::APPLICANT), asked.find(ExportApplication::APPROVER));
    approval::require_decider(asking, applicant, approver, "export_application:approve")
}

fn may_withdraw(asking: &mut dyn Asking, asked: &Record) -> Result<()> {
    let own = asking.actor().user == asked.find(ExportApplication::APPLICANT).map(Id::raw);
    if own { Ok(()) } else { Err(Error::forbidden("not_the_applicant")) }
}

fn pending(tx: &mut dyn Tx, asked: &Record) -> Result<Record> {
    tx.lock(&format!("export_application:{}", asked.id()))?;
    let asked = tx.load("export_application", asked.id())?.ok_or_else(Error::not_found)?;
    if asked.get(ExportApplication::STATE) == Some(ApprovalState::Pending) {
        Ok(asked)
    } else {
        Err(Error::conflict("application_decided"))
    }
}

/// Whoever has to decide an application sees it.
// Rule: export_application.reach
fn reach(_: &mut dyn Reader, actor: &Actor) -> Result<Filter> {
    Ok(actor.user.map_or(Filter::All, |user| Filter::refers_to(ExportApplication::APPROVER.index, [user])))
}

pub fn behaviour(asked: EntityType) -> EntityType {
    let pending = r#"{"state":"pending"}"#;
    asked
        .rules(Rules::new().fill(approver).react(tell))
        .action(Action::new("approve", approve).needs("see").input::<ApproveExport>().when(pending).guard(may_decide))
        .action(Action::new("reject", reject).needs("see").input::<RejectExport>().when(pending).guard(may_decide))
        .action(Action::new("withdraw", withdraw).needs("see").when(pending).guard(may_withdraw))
        .reach(reach)
        .view("to_decide", r#"{"state":"pending","approver":{"me":true}}"#, "created_at", &[])
        .view("mine", r#"{"applicant":{"me":true}}"#, "-created_at", &[])
        .view("all", "{}", "-created_at", &[])
}
