//! Departments, territories, teams, roles: trees without circles, nothing removed that is in use.

use guanxi_model::filter::Filter;
use guanxi_model::system::{Department, Role, RoleField, RoleGrant, TeamMember, Territory, User, UserRole};
use guanxi_model::tx::Reader;
use guanxi_model::{Change, Error, Op, Query, Result, Rules, Tx, Value};

use super::{directory, user};

fn is_used(tx: &mut dyn Tx, entity: &str, field: usize, id: i64) -> Result<bool> {
    Ok(tx.count(&Query::of(entity, Filter::refers_to(field, [id])).limit(1))? > 0)
}

/// Looked at before the save, and once more after it, one after the other: two moved below each
/// other at the same time see each other.
fn refuse_circle(change: &Change<'_>, tx: &mut dyn Tx, entity: &str, parent: usize) -> Result<()> {
    let above = change.new.at(parent).as_ref_id();
    if change.op == Op::Delete || above.is_none() || change.old.is_none_or(|old| old.at(parent).as_ref_id() == above) {
        return Ok(());
    }
    tx.lock(&format!("{entity}.tree"))?;
    if directory::is_above(tx, entity, parent, change.new.id(), above)? {
        return Err(Error::invalid("parent", "circle"));
    }
    Ok(())
}

/// A department is not below itself.
// Rule: department.no_circle
fn department_circle(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    refuse_circle(change, tx, "department", Department::PARENT.index)
}

/// A department with people or departments in it stays.
// Rule: department.empty_to_delete
fn department_empty(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let id = change.new.id();
    if change.op != Op::Delete {
        return Ok(());
    }
    if is_used(tx, "department", Department::PARENT.index, id)? || is_used(tx, "user", User::DEPARTMENT.index, id)? {
        return Err(Error::conflict("department_not_empty"));
    }
    Ok(())
}

/// A territory is not below itself.
// Rule: territory.no_circle
fn territory_circle(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    refuse_circle(change, tx, "territory", Territory::PARENT.index)
}

/// A territory with users or territories in it stays.
// Rule: territory.empty_to_delete
fn territory_empty(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let id = change.new.id();
    if change.op != Op::Delete {
        return Ok(());
    }
    if is_used(tx, "territory", Territory::PARENT.index, id)? || is_used(tx, "user", User::TERRITORY.index, id)? {
        return Err(Error::conflict("territory_not_empty"));
    }
    Ok(())
}

/// With a team goes its list of members.
// Rule: team.members_go
fn members_go(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op != Op::Delete {
        return Ok(());
    }
    let members = Filter::refers_to(TeamMember::TEAM.index, [change.new.id()]);
    for member in tx.find(&Query::of("team_member", members).limit(1000))? {
        tx.remove("team_member", member.id(), "team.members_go")?;
    }
    Ok(())
}

/// Nobody is in a team twice.
// Rule: team_member.once
fn member_once(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (Some(team), Some(user)) = (change.new.get(TeamMember::TEAM), change.new.get(TeamMember::USER)) else { return Ok(()) };
    let same = Filter::refers_to(TeamMember::TEAM.index, [team.raw()]).and(Filter::refers_to(TeamMember::USER.index, [user.raw()]));
    if there_already(change, tx, same)? { Err(Error::invalid("user", "already_member")) } else { Ok(()) }
}

/// A role that someone holds stays.
// Rule: role.not_in_use
fn role_unused(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Delete && is_used(tx, "user_role", UserRole::ROLE.index, change.new.id())? {
        return Err(Error::conflict("role_in_use"));
    }
    Ok(())
}

/// What administers is not passed on by those who were given it: a branch's administrator would make more of them (ORG-41).
// Rule: role.administration_stays
fn administration_stays(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let both = change.new.get(Role::DELEGABLE) == Some(true) && change.new.get(Role::ADMINISTERS_BRANCH) == Some(true);
    if both { Err(Error::invalid("delegable", "role_administers")) } else { Ok(()) }
}

/// Nobody holds a role twice.
// Rule: user_role.once
fn role_once(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (Some(user), Some(role)) = (change.new.get(UserRole::USER), change.new.get(UserRole::ROLE)) else { return Ok(()) };
    let same = Filter::refers_to(UserRole::USER.index, [user.raw()]).and(Filter::refers_to(UserRole::ROLE.index, [role.raw()]));
    if there_already(change, tx, same)? { Err(Error::invalid("role", "role_already_held")) } else { Ok(()) }
}

/// A role of promotion is for those who have a superior (ORG-33).
// Rule: user_role.needs_superior
fn needs_superior(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (Some(user), Some(role)) = (change.new.get(UserRole::USER), change.new.get(UserRole::ROLE)) else { return Ok(()) };
    if change.op == Op::Delete || (tx as &mut dyn Reader).get(role)?.is_none_or(|role| role.get(Role::NEEDS_SUPERIOR) != Some(true)) {
        return Ok(());
    }
    tx.lock(&user::role_lock(user.raw()))?;
    let superior = (tx as &mut dyn Reader).get(user)?.and_then(|user| user.find(User::SUPERIOR));
    if superior.is_some() { Ok(()) } else { Err(Error::invalid("superior", "superior_required")) }
}

/// A role grants an entity once: two grants side by side would add up unseen.
// Rule: role_grant.once
fn grant_once(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (Some(role), Some(entity)) = (change.new.get(RoleGrant::ROLE), change.new.get(RoleGrant::ENTITY)) else { return Ok(()) };
    let same = Filter::refers_to(RoleGrant::ROLE.index, [role.raw()]).and(Filter::eq(RoleGrant::ENTITY.index, Value::text(entity)));
    if there_already(change, tx, same)? { Err(Error::invalid("entity", "already_granted")) } else { Ok(()) }
}

/// A role limits a field once.
// Rule: role_field.once
fn limit_once(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let (entity, field) = (change.new.get(RoleField::ENTITY), change.new.get(RoleField::FIELD));
    let (Some(role), Some(entity), Some(field)) = (change.new.get(RoleField::ROLE), entity, field) else { return Ok(()) };
    let same = Filter::refers_to(RoleField::ROLE.index, [role.raw()])
        .and(Filter::eq(RoleField::ENTITY.index, Value::text(entity)))
        .and(Filter::eq(RoleField::FIELD.index, Value::text(field)));
    if there_already(change, tx, same)? { Err(Error::invalid("field", "already_limited")) } else { Ok(()) }
}

/// Whether another record of the entity matches; nobody adds one between the look and the save.
pub fn there_already(change: &Change<'_>, tx: &mut dyn Tx, same: Filter) -> Result<bool> {
    if change.op == Op::Delete {
        return Ok(false);
    }
    let entity = change.new.entity().name.clone();
    tx.lock(&entity)?;
    Ok(tx.find(&Query::of(&entity, same).limit(2))?.iter().any(|other| other.id() != change.new.id()))
}

pub fn department() -> Rules {
    Rules::new().check(department_circle).check(department_empty).react(department_circle)
}

pub fn territory() -> Rules {
    Rules::new().check(territory_circle).check(territory_empty).react(territory_circle)
}

pub fn team() -> Rules {
    Rules::new().react(members_go)
}

pub fn team_member() -> Rules {
    Rules::new().check(member_once)
}

pub fn role() -> Rules {
    Rules::new().check(role_unused).check(administration_stays)
}

pub fn user_role() -> Rules {
    Rules::new().check(role_once).check(needs_superior)
}

pub fn role_grant() -> Rules {
    Rules::new().check(grant_once)
}

pub fn role_field() -> Rules {
    Rules::new().check(limit_once)
}
