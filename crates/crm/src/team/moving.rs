//! Somebody changes to another department: who leads them then, what they may do there, who takes over what they held (ORG-35).

use guanxi_model::action::Outcome;
use guanxi_model::filter::Filter;
use guanxi_model::system::{Department, Role, Team, User, UserRole, Verb};
use guanxi_model::tx::record_of;
use guanxi_model::{Error, Id, Input, Problem, Query, Record, Result, Status, Tx};

use super::hand_over::{self, HandOverInput};

const RULE: &str = "user.move";
/// More roles than anybody holds.
const ROLES: usize = 1000;

#[derive(Input)]
pub struct MoveInput {
    pub department: Id<Department>,
    /// The present one stays where none is named.
    pub superior: Option<Id<User>>,
    /// Takes the place of the roles held; they stay where none is named.
    pub role: Option<Id<Role>>,
    /// Who takes over what is held; it goes along where nobody is named.
    pub receiver: Option<Id<User>>,
    pub team: Option<Id<Team>>,
    #[field(max = 500)]
    pub reason: Option<String>,
}

/// All of it in one change, so that one undo takes it back.
// Rule: user.move
pub fn run(tx: &mut dyn Tx, user: &Record, input: &Record) -> Result<Outcome> {
    let input = MoveInput::from_record(input).ok_or_else(|| Error::invalid("department", "required"))?;
    let mut outcome = Outcome::default();
    if input.receiver.is_some() || input.team.is_some() {
        // While they still stand where it belongs: it may have to stay in that department.
        outcome = hand_over::all(tx, user, &HandOverInput::everything(input.receiver, input.team, input.reason.clone()))?;
    }
    let mut user = tx.load("user", user.id())?.ok_or_else(Error::not_found)?;
    user.set(User::DEPARTMENT, Some(input.department));
    if input.superior.is_some() {
        user.set(User::SUPERIOR, input.superior);
    }
    if !tx.may_on(Verb::Edit, &user)? {
        return Err(beyond("department"));
    }
    let user = tx.update(user, RULE)?;
    if let Some(role) = input.role {
        change_roles(tx, &user, role)?;
    }
    Ok(outcome)
}

/// The one role instead of those held, each as far as the actor may take and give it (ORG-41).
fn change_roles(tx: &mut dyn Tx, user: &Record, role: Id<Role>) -> Result<()> {
    let held = tx.find(&Query::of("user_role", Filter::refers_to(UserRole::USER.index, [user.id()])).limit(ROLES))?;
    let (kept, given_up): (Vec<Record>, Vec<Record>) = held.into_iter().partition(|held| held.get(UserRole::ROLE) == Some(role));
    for record in given_up {
        if !tx.may_on(Verb::Delete, &record)? {
            return Err(beyond("role"));
        }
        tx.remove("user_role", record.id(), RULE)?;
    }
    if !kept.is_empty() {
        return Ok(());
    }
    let catalog = tx.catalog().clone();
    let given = record_of(&catalog, UserRole { user: user.typed_id(), role })?;
    if !tx.may_on(Verb::Create, &given)? {
        return Err(beyond("role"));
    }
    tx.insert(given, RULE).map(|_| ())
}

fn beyond(field: &str) -> Error {
    Problem::new(Status::Forbidden, "out_of_scope").field(field, "out_of_scope").into()
}
