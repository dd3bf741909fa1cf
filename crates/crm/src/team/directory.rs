//! Who is who: superiors, departments, team members, administrators.

use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Administration, Department, Team, TeamMember, User, UserStatus};
use guanxi_model::tx::Reader;
use guanxi_model::{Choice, Error, Id, Query, Record, Result, Tx, Value};

/// Deepest chain of departments or superiors that is followed.
const DEPTH: usize = 30;

/// A user's name; empty where there is none.
pub fn name_of(reader: &mut dyn Reader, user: Option<Id<User>>) -> Result<String> {
    let Some(user) = user else { return Ok(String::new()) };
    Ok(reader.get(user)?.map(|record| record.title().to_owned()).unwrap_or_default())
}

/// Whether an account is in use.
pub fn is_active(reader: &mut dyn Reader, user: Id<User>) -> Result<bool> {
    Ok(reader.get(user)?.is_some_and(|record| record.get(User::STATUS) == Some(UserStatus::Active)))
}

/// The department of a user.
pub fn department_of(reader: &mut dyn Reader, user: Id<User>) -> Result<Option<Id<Department>>> {
    Ok(reader.get(user)?.and_then(|record| record.find(User::DEPARTMENT)))
}

/// The department of a user and those above it.
pub fn departments_of(reader: &mut dyn Reader, user: Id<User>) -> Result<Vec<i64>> {
    let own = department_of(reader, user)?;
    let mut chain: Vec<i64> = Vec::new();
    let mut next = own;
    while let Some(department) = next.filter(|id| chain.len() < DEPTH && !chain.contains(&id.raw())) {
        chain.push(department.raw());
        next = reader.get(department)?.and_then(|record| record.find(Department::PARENT));
    }
    Ok(chain)
}

/// Who decides what a user applies for: the direct superior, else the nearest leader of the
/// departments above who is someone else.
// Rule: application.approver
pub fn approver_of(reader: &mut dyn Reader, user: Id<User>) -> Result<Option<Id<User>>> {
    match superior_of(reader, user)? {
        Some(superior) => Ok(Some(superior)),
        None => leader_above(reader, user),
    }
}

/// Who decides what a user takes out of the company: the nearest leader of the departments above who is someone else,
/// else the direct superior.
pub fn exports_approver_of(reader: &mut dyn Reader, user: Id<User>) -> Result<Option<Id<User>>> {
    match leader_above(reader, user)? {
        Some(leader) => Ok(Some(leader)),
        None => superior_of(reader, user),
    }
}

fn superior_of(reader: &mut dyn Reader, user: Id<User>) -> Result<Option<Id<User>>> {
    let superior = reader.get(user)?.and_then(|record| record.find(User::SUPERIOR));
    let Some(superior) = superior.filter(|superior| *superior != user) else { return Ok(None) };
    Ok(is_active(reader, superior)?.then_some(superior))
}

fn leader_above(reader: &mut dyn Reader, user: Id<User>) -> Result<Option<Id<User>>> {
    for department in departments_of(reader, user)? {
        let leader = reader.get::<Department>(Id::new(department))?.and_then(|record| record.find(Department::LEADER));
        if let Some(leader) = leader
            && leader != user
            && is_active(reader, leader)?
        {
            return Ok(Some(leader));
        }
    }
    Ok(None)
}

/// Whether somebody answers for a user: as a superior, however far up, or as the leader of a department above.
pub fn leads(reader: &mut dyn Reader, leader: Id<User>, user: &Record) -> Result<bool> {
    if leader.raw() == user.id() {
        return Ok(false);
    }
    let mut next = user.find(User::SUPERIOR);
    for _ in 0..DEPTH {
        let Some(superior) = next else { break };
        if superior == leader {
            return Ok(true);
        }
        next = reader.get(superior)?.and_then(|record| record.find(User::SUPERIOR));
    }
    for department in departments_of(reader, user.typed_id())? {
        let led = reader.get::<Department>(Id::new(department))?.and_then(|record| record.find(Department::LEADER));
        if led == Some(leader) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The active members of a team, in the order of their accounts.
pub fn team_members(reader: &mut dyn Reader, team: i64) -> Result<Vec<Id<User>>> {
    let members = reader.find(&Query::of("team_member", Filter::refers_to(TeamMember::TEAM.index, [team])).limit(1000))?;
    let mut users: Vec<i64> = members.iter().filter_map(|record| record.get(TeamMember::USER)).map(Id::raw).collect();
    users.sort_unstable();
    users.dedup();
    let mut active = Vec::new();
    for user in users {
        if is_active(reader, Id::new(user))? {
            active.push(Id::new(user));
        }
    }
    Ok(active)
}

/// Who of these is next, by the turns taken of a sequence.
pub fn in_turn(tx: &mut dyn Tx, sequence: &str, members: &[Id<User>]) -> Result<Option<Id<User>>> {
    if members.is_empty() {
        return Ok(None);
    }
    let turn = tx.next_number(sequence)?.saturating_sub(1);
    let place = usize::try_from(turn).unwrap_or(0).checked_rem(members.len()).unwrap_or(0);
    Ok(members.get(place).copied())
}

/// To whom something goes that is given to a person or to a team.
#[derive(Clone, Copy)]
pub struct To {
    pub user: Option<Id<User>>,
    pub team: Option<Id<Team>>,
    /// Who has it now: never the next.
    pub before: Option<Id<User>>,
    /// Only members of this department, where it is to stay there.
    pub within: Option<Option<Id<Department>>>,
}

/// The person named, or the next of the team in turn (ORG-45). `field` is the one of the person.
// Rule: team.receives_in_turn
pub fn receiver(tx: &mut dyn Tx, to: To, field: &str) -> Result<Id<User>> {
    let team = match (to.user, to.team) {
        (Some(user), _) => return Ok(user),
        (None, Some(team)) => team,
        (None, None) => return Err(Error::invalid(field, "choose_receiver")),
    };
    let mut members = Vec::new();
    for member in team_members(tx, team.raw())?.into_iter().filter(|member| Some(*member) != to.before) {
        let fits = match to.within {
            Some(department) => department_of(tx, member)? == department,
            None => true,
        };
        if fits {
            members.push(member);
        }
    }
    let next = in_turn(tx, &format!("team:{}", team.raw()), &members)?;
    next.ok_or_else(|| Error::invalid("team", "nobody_receives"))
}

/// Users who administer the whole company.
pub fn administrating() -> Filter {
    let full = Filter::is(User::ADMINISTRATION.index, Test::Eq(Value::Text(Administration::Full.code().to_owned())));
    full.and(Filter::is(User::STATUS.index, Test::Eq(Value::Text(UserStatus::Active.code().to_owned()))))
}

/// Everyone who administers the whole company.
pub fn administrators(reader: &mut dyn Reader) -> Result<Vec<Record>> {
    reader.find(&Query::of("user", administrating()).limit(50))
}

/// Whether following `parent` from `start` comes back to `record`.
pub fn is_above(reader: &mut dyn Reader, entity: &str, parent: usize, record: i64, start: Option<i64>) -> Result<bool> {
    let mut next = start;
    for _ in 0..DEPTH {
        let Some(id) = next else { return Ok(false) };
        if id == record {
            return Ok(true);
        }
        next = reader.load(entity, id)?.and_then(|above| above.at(parent).as_ref_id());
    }
    Ok(next.is_some())
}
