//! Who decides what somebody applies for, and who is told.

use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{ApprovalState, Notification, User};
use guanxi_model::tx::Asking;
use guanxi_model::{AnyRef, Choice, Entity, Error, Id, Query, Record, Result, Tx, Value};

use super::directory;

/// More than are ever told of one thing.
const TOLD: usize = 1000;

/// Refuses whoever may not decide: the approver named, or whoever holds `permission`, but nobody
/// decides what they applied for themselves while somebody else is named.
// Rule: application.who_decides
pub fn require_decider(asking: &mut dyn Asking, applicant: Option<Id<User>>, approver: Option<Id<User>>, permission: &str) -> Result<()> {
    let me = asking.actor().user.map(Id::new);
    if me.is_none() || (me == approver && approver.is_some()) {
        return Ok(());
    }
    let own = me == applicant;
    if (own && approver.is_some()) || !asking.may(permission)? {
        return Err(Error::forbidden("not_the_approver"));
    }
    Ok(())
}

/// Who is told that something waits for a decision: the approver; where nobody is named, those who
/// administer. Never the applicant.
pub fn those_to_decide(tx: &mut dyn Tx, applicant: Option<Id<User>>, approver: Option<Id<User>>) -> Result<Vec<i64>> {
    let told: Vec<i64> = match approver {
        Some(approver) => vec![approver.raw()],
        None => directory::administrators(tx)?.iter().map(Record::id).collect(),
    };
    Ok(told.into_iter().filter(|user| applicant.map(Id::raw) != Some(*user)).collect())
}

/// What waited for a decision waits no more: whoever was told of it has nothing left to read there. `of` picks the notices
/// about the record that are meant.
// Rule: notification.settled
pub fn settled(tx: &mut dyn Tx, about: &Record, of: impl Fn(&Record) -> bool) -> Result<()> {
    let about = AnyRef { entity: about.entity().name.clone(), id: about.id() };
    let here = Filter::is(Notification::ABOUT.index, Test::Eq(Value::AnyRef(about.clone())));
    let unread = here.and(Filter::is(Notification::READ_AT.index, Test::Empty));
    let told = tx.find(&Query::of(Notification::ENTITY, unread).limit(TOLD))?;
    for mut notice in told.into_iter().filter(|notice| notice.find(Notification::ABOUT).as_ref() == Some(&about) && of(notice)) {
        notice.set(Notification::READ_AT, Some(tx.now()));
        tx.update(notice, "notification.settled")?;
    }
    Ok(())
}

/// What waits for the decision of somebody, of an entity with these fields for who decides and for the state.
pub fn waiting_for(tx: &mut dyn Tx, entity: &str, (approver, state): (usize, usize), user: Id<User>) -> Result<Vec<Record>> {
    let pending = Filter::is(state, Test::Eq(Value::Text(ApprovalState::Pending.code().to_owned())));
    tx.find(&Query::of(entity, Filter::refers_to(approver, [user.raw()]).and(pending)).limit(10_000))
}
