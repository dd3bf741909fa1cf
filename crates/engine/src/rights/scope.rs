//! From grants to filters, each with its reason.

use guanxi_model::entity::{CREATED_BY, EntityDef, ID};
use guanxi_model::system::{Administration, Department, Share, ShareLevel, Team, TeamMember, User, UserRole, Verb};
use guanxi_model::{AdminLevel, Entity, Error, Filter, Result, Test, Value};

use super::access::VerbSet;
use super::org::{Granted, Org};
use guanxi_model::system::Scope;

/// Why a right is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// The product itself acts.
    System,
    /// A role grants it, with scopes for reading and writing.
    Role { role: i64, name: String, read: &'static str, write: &'static str },
    /// Everybody may read it.
    Public,
    /// It belongs to this person.
    Personal,
    /// Administration of the whole company, or of a branch.
    Administration(AdminLevel),
    /// It was shared with this person.
    Shared,
    /// It follows a record this person reaches.
    Follows { entity: String },
    /// A rule of the entity lets more people in, e.g. the members of a pool.
    Rule { entity: String },
}

/// One reason with what it reaches.
#[derive(Clone, Debug)]
pub struct Reach {
    pub because: Because,
    pub verbs: VerbSet,
    pub read: Filter,
    pub write: Filter,
}

impl Reach {
    /// Whether it counts for a verb: it grants it, or it widens whatever is granted.
    pub fn serves(&self, verb: Verb) -> bool {
        self.verbs.has(verb) || matches!(self.because, Because::Follows { .. } | Because::Rule { .. })
    }

    /// Everything.
    pub fn everything(because: Because) -> Self {
        Self { because, verbs: VerbSet::ALL, read: Filter::All, write: Filter::All }
    }
}

/// What the owner-based scopes need.
pub struct Scoped<'a> {
    pub org: &'a Org,
    pub def: &'a EntityDef,
    pub user: i64,
}

impl Scoped<'_> {
    /// The reach of a role's grant.
    pub fn grant(&self, role: i64, name: &str, grant: &Granted, custom: &dyn Fn(&str) -> Result<Filter>) -> Result<Reach> {
        let read =
            if grant.verbs.has(Verb::See) { self.scope(grant.read_scope, grant.read_filter.as_deref(), custom)? } else { Filter::Nothing };
        let write = self.scope(grant.write_scope, grant.write_filter.as_deref(), custom)?;
        let because =
            Because::Role { role, name: name.to_owned(), read: scope_code(grant.read_scope), write: scope_code(grant.write_scope) };
        Ok(Reach { because, verbs: grant.verbs, read, write })
    }

    fn scope(&self, scope: Scope, filter: Option<&str>, custom: &dyn Fn(&str) -> Result<Filter>) -> Result<Filter> {
        // Records without an owner belong to who made them.
        let owner = self.def.owner.unwrap_or(CREATED_BY);
        let of = |users: Vec<i64>| Filter::refers_to(owner, users);
        let person = self.org.people.get(&self.user);
        Ok(match scope {
            Scope::None => Filter::Nothing,
            Scope::All => Filter::All,
            Scope::Own => of(vec![self.user]),
            Scope::Subordinates => of(sorted(self.org.subordinates(self.user))),
            Scope::Team => of(self.org.team_mates(self.user)),
            Scope::Department => match person.and_then(|person| person.department) {
                Some(department) => of(self.org.users_in(&[department].into_iter().collect())),
                None => of(vec![self.user]),
            },
            Scope::DepartmentBelow => match person.and_then(|person| person.department) {
                Some(department) => of(self.org.users_in(&self.org.departments_below(department))),
                None => of(vec![self.user]),
            },
            Scope::Territory => match person.and_then(|person| person.territory) {
                Some(territory) => self.territory(territory, owner),
                None => of(vec![self.user]),
            },
            Scope::Filter => custom(filter.unwrap_or("{}"))?,
        })
    }

    /// By the record's own territory where it has one, else by its owner's.
    fn territory(&self, top: i64, owner: usize) -> Filter {
        let territories = self.org.territories_below(top);
        let users = Filter::refers_to(owner, self.org.users_of_territories(&territories));
        match self.def.fields.iter().position(|field| field.target.as_deref() == Some("territory")) {
            Some(field) => Filter::refers_to(field, sorted(territories)).or(users),
            None => users,
        }
    }

    /// Records shared with the user. Sharing adds records, not verbs: it lets edit whoever may
    /// edit records of this entity at all.
    pub fn shared(&self, catalog: &guanxi_model::Catalog, granted: VerbSet) -> Option<Reach> {
        self.def.owner?;
        let share = catalog.get(Share::ENTITY)?;
        let mine = Filter::eq(Share::USER.index, Value::Ref(self.user));
        let to_edit = mine.clone().and(Filter::eq(Share::LEVEL.index, Value::Text("edit".into())));
        debug_assert_eq!(guanxi_model::Choice::code(ShareLevel::Edit), "edit");
        let has = |filter: Filter| Filter::Has { entity: share.name.clone(), link: Share::ABOUT.index, filter: Box::new(filter) };
        Some(Reach {
            because: Because::Shared,
            verbs: granted.within(VerbSet::of(&[Verb::See, Verb::Edit])),
            read: has(mine),
            write: has(to_edit),
        })
    }

    /// What administration reaches among the records that decide rights.
    pub fn administration(&self, level: AdminLevel) -> Result<Reach> {
        let because = Because::Administration(level);
        match level {
            AdminLevel::Full => Ok(Reach::everything(because)),
            AdminLevel::Information if self.def.information => Ok(Reach::everything(because)),
            AdminLevel::None | AdminLevel::Information => {
                Ok(Reach { because, verbs: VerbSet::NONE, read: Filter::Nothing, write: Filter::Nothing })
            }
            AdminLevel::Branch => {
                let (read, write) = self.branch()?;
                let verbs = match (&read, &write) {
                    (Filter::Nothing, _) => VerbSet::NONE,
                    (_, Filter::Nothing) => VerbSet::of(&[Verb::See]),
                    _ => VerbSet::ALL,
                };
                Ok(Reach { because, verbs, read, write })
            }
        }
    }

    /// What a branch administrator sees and what they change: users of the own department and below,
    /// to be changed where they administer nothing themselves; the roles such users hold, to be given as
    /// far as they may be delegated; the departments; the teams such users are in.
    fn branch(&self) -> Result<(Filter, Filter)> {
        let person = self.org.people.get(&self.user).ok_or_else(Error::not_found)?;
        let Some(department) = person.department else { return Ok((Filter::Nothing, Filter::Nothing)) };
        let departments = self.org.departments_below(department);
        let people = self.org.users_in(&departments);
        Ok(match self.def.name.as_str() {
            User::ENTITY => {
                let inside = Filter::refers_to(User::DEPARTMENT.index, sorted(departments));
                let ordinary = Filter::eq(User::ADMINISTRATION.index, Value::Text(guanxi_model::Choice::code(Administration::None).into()));
                let by_role = people.iter().copied().filter(|id| !self.org.is_ordinary(*id)).map(Value::Int).collect();
                (inside.clone(), inside.and(ordinary).and(Filter::is(ID, Test::NotIn(by_role))))
            }
            UserRole::ENTITY => {
                let users: Vec<i64> = people.iter().copied().filter(|id| *id != self.user && self.org.is_ordinary(*id)).collect();
                let roles = self.org.roles.values().filter(|role| role.delegable).map(|role| role.id);
                let given = Filter::refers_to(UserRole::USER.index, users).and(Filter::refers_to(UserRole::ROLE.index, roles));
                (Filter::refers_to(UserRole::USER.index, people), given)
            }
            Department::ENTITY => {
                let departments = sorted(departments);
                let all = Filter::is(ID, Test::In(departments.iter().copied().map(Value::Int).collect()));
                // Below the own department, before and after: nothing is taken out of the branch.
                (all, Filter::refers_to(Department::PARENT.index, departments))
            }
            Team::ENTITY => {
                let member = Filter::refers_to(TeamMember::USER.index, people.clone());
                let has = Filter::Has { entity: TeamMember::ENTITY.into(), link: TeamMember::TEAM.index, filter: Box::new(member) };
                (has.or(Filter::refers_to(Team::LEADER.index, people)), Filter::Nothing)
            }
            TeamMember::ENTITY => (Filter::refers_to(TeamMember::USER.index, people), Filter::Nothing),
            _ => (Filter::Nothing, Filter::Nothing),
        })
    }
}

fn sorted(ids: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

fn scope_code(scope: Scope) -> &'static str {
    guanxi_model::Choice::code(scope)
}

/// The personal reach: one's own, and what others have opened to everyone.
pub fn personal(def: &EntityDef, user: i64) -> Reach {
    let owner = def.owner.unwrap_or(CREATED_BY);
    let own = Filter::eq(owner, Value::Ref(user));
    let read = match def.position("shared") {
        Some(shared) => own.clone().or(Filter::is(shared, Test::Eq(Value::Bool(true)))),
        None => own.clone(),
    };
    Reach { because: Because::Personal, verbs: VerbSet::ALL, read, write: own }
}
