//! Who decides what somebody applies for, and who is told.

use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{ApprovalState, User};
use guanxi_model::tx::Asking;
use guanxi_model::{Choice, Error, Id, Query, Record, Result, Tx, Value};

use super::directory;

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

/// What waits for the decision of somebody, of an entity with these fields for who decides and for the state.
pub fn waiting_for(tx: &mut dyn Tx, entity: &str, (approver, state): (usize, usize), user: Id<User>) -> Result<Vec<Record>> {
    let pending = Filter::is(state, Test::Eq(Value::Text(ApprovalState::Pending.code().to_owned())));
    tx.find(&Query::of(entity, Filter::refers_to(approver, [user.raw()]).and(pending)).limit(10_000))
}
