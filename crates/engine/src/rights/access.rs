//! What one actor may do with each entity and each field.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use foldhash::HashMap;
use guanxi_model::entity::{EntityDef, IMPLIED};
use guanxi_model::filter::{self, ParseScope};
use guanxi_model::system::{EVERY_OTHER_FIELD, Right, User, Verb};
use guanxi_model::time::{Instant, Zone};
use guanxi_model::{Actor, AdminLevel, Catalog, Choice, Entity, Error, Filter, Result};
use guanxi_store::{Conn, records};

use super::org::{Org, Person, RoleInfo};
use super::scope::{Because, Reach, Scoped, personal};
use crate::engine::Engine;
use crate::meta::is_internal;

/// A set of verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerbSet(u32);

impl VerbSet {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(u32::MAX);

    /// These verbs.
    pub fn of(verbs: &[Verb]) -> Self {
        Self(verbs.iter().fold(0, |set, verb| set | bit(*verb)))
    }

    /// Whether a verb is in it.
    pub fn has(self, verb: Verb) -> bool {
        self.0 & bit(verb) != 0
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

fn bit(verb: Verb) -> u32 {
    1 << verb as u32
}

/// What an actor may do with one entity.
#[derive(Debug)]
pub struct EntityAccess {
    pub verbs: VerbSet,
    /// The records that may be seen.
    pub read: Filter,
    /// The right on each field, by position.
    pub fields: Vec<Right>,
    /// Why.
    pub reaches: Vec<Reach>,
    /// Whether the records that may be seen were few when that was last counted; it says how to look
    /// for something among them, never what is found.
    pub few: Few,
}

/// Records of a scope that are found by whose they are, and then looked at one by one.
pub const FEW: usize = 2_000;
/// For how many questions few records are taken to be still few.
const STILL_FEW: u32 = 200;
/// Many stay many.
const MANY: u32 = u32::MAX;

/// Whether something is few, once it was counted.
#[derive(Debug, Default)]
pub struct Few {
    /// Questions left before it is counted again.
    left: AtomicU32,
}

impl Few {
    fn known(&self) -> Option<bool> {
        match self.left.load(Ordering::Relaxed) {
            0 => None,
            MANY => Some(false),
            left => {
                let _ = self.left.compare_exchange(left, left - 1, Ordering::Relaxed, Ordering::Relaxed);
                Some(true)
            }
        }
    }
}

impl EntityAccess {
    /// Whether there are few records that may be seen.
    pub(crate) fn sees_few(&self, conn: &mut dyn Conn, catalog: &Catalog, def: &EntityDef) -> Result<bool> {
        if self.read == Filter::All {
            return Ok(false);
        }
        if let Some(few) = self.few.known() {
            return Ok(few);
        }
        let few = records::are_at_most(conn, catalog, def, &self.read, FEW)?;
        self.few.left.store(if few { STILL_FEW } else { MANY }, Ordering::Relaxed);
        Ok(few)
    }

    /// The right on a field.
    pub fn right(&self, field: usize) -> Right {
        self.fields.get(field).copied().unwrap_or(Right::Hidden)
    }

    /// The records that may be changed by a verb. Roles add up reason by reason: what one role
    /// allows for few records does not extend to the many that another one lets read. Reasons
    /// without verbs of their own (records that follow another) widen every verb granted.
    pub fn reach(&self, verb: Verb) -> Filter {
        self.union(verb, |reach| &reach.write)
    }

    /// The records that may be read for a verb, e.g. exported.
    pub fn reading(&self, verb: Verb) -> Filter {
        self.union(verb, |reach| &reach.read)
    }

    fn union(&self, verb: Verb, side: fn(&Reach) -> &Filter) -> Filter {
        if !self.verbs.has(verb) {
            return Filter::Nothing;
        }
        let able = self.reaches.iter().filter(|reach| reach.serves(verb));
        able.fold(Filter::Nothing, |all, reach| all.or(side(reach).clone()))
    }

    /// The right on a field in a question about records: none where no record may be seen.
    pub fn usable(&self, field: usize) -> Right {
        if self.verbs.has(Verb::See) { self.right(field) } else { Right::Hidden }
    }

    /// The records a field may point at where it is not everything that somebody administers.
    pub fn allowed(&self, field: usize) -> Option<Vec<i64>> {
        let mut writes = self.reaches.iter().map(|reach| &reach.write).filter(|write| **write != Filter::Nothing);
        match (writes.next(), writes.next()) {
            (Some(write), None) => write.pointed_at(field),
            _ => None,
        }
    }

    /// Whether the field's true value may be used: shown, filtered, sorted by.
    pub fn reads(&self, field: usize) -> bool {
        self.right(field) >= Right::Read
    }
}

/// What one actor may do.
pub struct Access {
    pub org: Arc<Org>,
    pub actor: Actor,
    engine: Engine,
    /// The roles in view.
    pub roles: Vec<i64>,
    by_entity: Arc<Computed>,
    scopes: Option<Vec<String>>,
}

/// What was worked out so far for one user and role, by entity; shared by their requests.
pub(crate) type Computed = Mutex<HashMap<String, Arc<EntityAccess>>>;

impl Access {
    /// Works out the roles of an actor; entities follow when they are asked for.
    pub fn new(engine: Engine, org: Arc<Org>, actor: &Actor) -> Result<Self> {
        Self::sharing(engine, org, actor, Arc::default())
    }

    /// The same, with what earlier requests of the same user and role worked out. The actor
    /// itself (token, language, reason) is each request's own.
    pub(crate) fn sharing(engine: Engine, org: Arc<Org>, actor: &Actor, by_entity: Arc<Computed>) -> Result<Self> {
        let mut roles = actor.user.and_then(|user| org.roles_of.get(&user)).cloned().unwrap_or_default();
        // A role taken away while it is in view takes nothing else along: what remains is in view together.
        let role = actor.role.filter(|role| roles.contains(role));
        if let Some(role) = role {
            roles.retain(|held| *held == role);
        }
        let scopes = actor.scopes.clone();
        Ok(Self { org, actor: Actor { role, ..actor.clone() }, engine, roles, by_entity, scopes })
    }

    /// The user who acts.
    pub fn person(&self) -> Option<&Person> {
        self.actor.user.and_then(|id| self.org.people.get(&id))
    }

    /// How far the actor administers, by the account and the roles in view.
    pub fn administration(&self) -> AdminLevel {
        self.actor.user.map_or(AdminLevel::Full, |user| self.org.administration(user, &self.roles))
    }

    /// Whether the actor administers the branch a user is in.
    pub fn administers(&self, user: i64) -> bool {
        let Some(person) = self.person().filter(|_| self.administration() == AdminLevel::Branch) else { return false };
        let below = person.department.map(|department| self.org.departments_below(department)).unwrap_or_default();
        self.org.people.get(&user).and_then(|user| user.department).is_some_and(|department| below.contains(&department))
    }

    /// What the actor may do with an entity.
    pub fn of(&self, def: &EntityDef) -> Result<Arc<EntityAccess>> {
        if let Ok(known) = self.by_entity.lock()
            && let Some(access) = known.get(&def.name)
        {
            return Ok(access.clone());
        }
        let access = Arc::new(self.compute(def, 0)?);
        if let Ok(mut known) = self.by_entity.lock() {
            known.insert(def.name.clone(), access.clone());
        }
        Ok(access)
    }

    fn compute(&self, def: &EntityDef, depth: usize) -> Result<EntityAccess> {
        let reaches = self.reaches(def, depth)?;
        let limit = self.token_limit(def);
        let verbs = reaches.iter().fold(VerbSet::NONE, |set, reach| set.with(reach.verbs)).within(limit);
        let fields = self.field_rights(def, verbs);
        let mut access = EntityAccess { verbs, read: Filter::Nothing, fields, reaches, few: Few::default() };
        access.read = access.reading(Verb::See);
        Ok(access)
    }

    /// Every reason for which the actor reaches records of an entity.
    fn reaches(&self, def: &EntityDef, depth: usize) -> Result<Vec<Reach>> {
        let Some(user) = self.actor.user else { return Ok(vec![Reach::everything(Because::System)]) };
        if !def.is_open() {
            return Ok(Vec::new());
        }
        let scoped = Scoped { org: &self.org, def, user };
        if def.personal {
            return Ok(vec![personal(def, user)]);
        }
        let mut reaches = Vec::new();
        if def.public {
            let verbs = VerbSet::of(&[Verb::See]);
            reaches.push(Reach { because: Because::Public, verbs, read: Filter::All, write: Filter::Nothing });
        }
        if def.rights {
            for level in self.org.administrations(user, &self.roles) {
                reaches.push(scoped.administration(level)?);
            }
            return Ok(reaches);
        }
        for role in self.roles.iter().filter_map(|id| self.org.roles.get(id)) {
            let own = role.grants.iter().find(|grant| grant.entity == def.name);
            let Some(grant) = own.or_else(|| role.grants.iter().find(|grant| grant.entity == "*")) else { continue };
            reaches.push(scoped.grant(role.id, &role.name, &grant.grant, &|text| self.custom_scope(def, text))?);
        }
        let granted = reaches.iter().fold(VerbSet::NONE, |set, reach| set.with(reach.verbs));
        if granted.has(Verb::See) {
            reaches.extend(scoped.shared(&self.org.catalog, granted));
            reaches.extend(self.followed(def, depth)?);
            reaches.extend(self.let_in(def)?);
        }
        Ok(reaches)
    }

    /// Records that follow one the actor reaches: the contacts of my customers.
    fn followed(&self, def: &EntityDef, depth: usize) -> Result<Option<Reach>> {
        let Some((field, target)) = def.follows.and_then(|index| Some((index, def.fields.get(index)?.target.clone()?))) else {
            return Ok(None);
        };
        let Some(target) = self.org.catalog.get(&target).filter(|_| depth < 4) else { return Ok(None) };
        let access = self.compute(target, depth + 1)?;
        let via = |filter: &Filter| match filter {
            Filter::Nothing => Filter::Nothing,
            filter => Filter::Via { field, entity: target.name.clone(), filter: Box::new(filter.clone()) },
        };
        let because = Because::Follows { entity: target.name.clone() };
        Ok(Some(Reach { because, verbs: VerbSet::NONE, read: via(&access.read), write: via(&access.reach(Verb::Edit)) }))
    }

    /// What a rule of the entity opens, e.g. a pool to its members.
    fn let_in(&self, def: &EntityDef) -> Result<Option<Reach>> {
        let Some(reach) = self.engine.behaviour(&def.name).and_then(|behaviour| behaviour.reach) else { return Ok(None) };
        let read = self.engine.reading_in(self.org.zone.clone(), |reader| reach(reader, &self.actor))?;
        Ok(Some(Reach { because: Because::Rule { entity: def.name.clone() }, verbs: VerbSet::NONE, read, write: Filter::Nothing }))
    }

    /// A grant's own filter. One that can no longer be read (a field was hidden) reaches nothing.
    fn custom_scope(&self, def: &EntityDef, text: &str) -> Result<Filter> {
        let parsed = serde_json::from_str(text).map_err(|_| Error::malformed("filter", "not_json"));
        let scope = SystemScope { access: self, now: self.engine.now() };
        Ok(parsed.and_then(|json| filter::parse(&json, def, &scope)).unwrap_or(Filter::Nothing))
    }

    /// The right on each field. What is computed is as secret as what it is computed from.
    fn field_rights(&self, def: &EntityDef, verbs: VerbSet) -> Vec<Right> {
        let given = |def: &EntityDef, verbs| (0..def.fields.len()).map(|index| self.field_right(def, index, verbs)).collect::<Vec<_>>();
        let mut rights = given(def, verbs);
        if self.actor.is_system() {
            return rights;
        }
        let derived = self.engine.derived(&self.org.catalog);
        derived.limit(def, &mut rights, &|child| {
            let see = VerbSet::of(&[Verb::See]).within(self.token_limit(child));
            let mut rights = see.has(Verb::See).then(|| given(child, see))?;
            // A figure is never taken over other figures.
            derived.limit(child, &mut rights, &|_| None);
            Some(rights)
        });
        rights
    }

    /// The best right any role gives on a field.
    fn field_right(&self, def: &EntityDef, index: usize, verbs: VerbSet) -> Right {
        let Some(field) = def.fields.get(index) else { return Right::Hidden };
        if def.line_of.is_some() && !field.secret && !field.hidden {
            // Everything of a line is as open as the lines of its document are.
            let holder = self.org.catalog.holder_of(def);
            let right = holder.map_or(Right::Hidden, |(holder, lines)| self.field_right(holder, lines, VerbSet::of(&[Verb::See])));
            return right.min(Right::Read);
        }
        if field.secret || field.hidden || (is_internal(index, field) && !self.actor.is_system()) {
            return Right::Hidden;
        }
        let writes = verbs.has(Verb::Edit) || verbs.has(Verb::Create);
        // Nobody gives a level of administration but who administers everything (ORG-12, ORG-41).
        let level = def.name == User::ENTITY && index == User::ADMINISTRATION.index && self.administration() != AdminLevel::Full;
        let usual = if writes && field.is_writable() && !level { Right::Write } else { Right::Read };
        if self.actor.is_system() || def.rights || def.personal {
            return if verbs.has(Verb::See) || self.actor.is_system() { usual } else { Right::Hidden };
        }
        let key = (def.name.clone(), field.name.clone());
        let of_roles = self.roles.iter().filter_map(|id| self.org.roles.get(id)).filter(|role| {
            role.grants.iter().any(|grant| (grant.entity == def.name || grant.entity == "*") && grant.grant.verbs.has(Verb::See))
        });
        let every_other = (index >= IMPLIED).then(|| (def.name.clone(), EVERY_OTHER_FIELD.to_owned()));
        let given = |role: &RoleInfo| role.fields.get(&key).or_else(|| role.fields.get(every_other.as_ref()?)).copied();
        let best = of_roles.map(|role| given(role).unwrap_or(Right::Write)).max();
        match best {
            Some(right) => right.min(usual),
            None if def.public => Right::Read,
            None => Right::Hidden,
        }
    }

    /// A token's own limits: `customers:read`, `customers:write`, `*:read`.
    fn token_limit(&self, def: &EntityDef) -> VerbSet {
        let Some(scopes) = &self.scopes else { return VerbSet::ALL };
        let allows = |verb: &str| scopes.iter().any(|scope| *scope == format!("{}:{verb}", def.plural) || *scope == format!("*:{verb}"));
        if allows("write") {
            VerbSet::ALL
        } else if allows("read") {
            VerbSet::of(&[Verb::See, Verb::Export])
        } else {
            VerbSet::NONE
        }
    }

    /// Refuses a token that was given for reading alone, also where an action asks its owner for no
    /// more than sight.
    pub fn require_writing(&self, def: &EntityDef) -> Result<()> {
        if self.token_limit(def) == VerbSet::ALL { Ok(()) } else { Err(Error::forbidden("token_reads_only")) }
    }

    /// Whether a named permission is held: `customer:override`, a verb on an entity.
    pub fn may(&self, permission: &str) -> Result<bool> {
        let Some((entity, verb)) = permission.split_once(':') else { return Ok(false) };
        let (Some(def), Some(verb)) = (self.org.catalog.get(entity).cloned(), Choice::parse(verb)) else {
            return Err(Error::internal(format!("no permission {permission}")));
        };
        let verb: Verb = verb;
        Ok(self.of(&def)?.verbs.has(verb))
    }

    /// The records of an entity that may be changed by a verb.
    pub fn reach(&self, entity: &str, verb: Verb) -> Result<Filter> {
        let def = self.org.catalog.get(entity).cloned().ok_or_else(|| Error::internal(entity))?;
        Ok(self.of(&def)?.reach(verb))
    }

    /// Refuses where a verb is missing.
    pub fn require(&self, def: &EntityDef, verb: Verb) -> Result<Arc<EntityAccess>> {
        let access = self.of(def)?;
        if access.verbs.has(verb) {
            return Ok(access);
        }
        // Who may not even see the entity learns nothing about it.
        Err(if access.verbs.has(Verb::See) { forbidden(verb) } else { Error::not_found() })
    }
}

/// 403: the verb that is missing.
pub fn forbidden(verb: Verb) -> Error {
    guanxi_model::Problem::new(guanxi_model::Status::Forbidden, "forbidden").arg("verb", verb.code()).into()
}

/// Reading a filter as somebody.
pub struct ActorScope<'a> {
    pub access: &'a Access,
    pub now: Instant,
}

/// Reading a filter that an administrator wrote for a role.
struct SystemScope<'a> {
    access: &'a Access,
    now: Instant,
}

macro_rules! shared_scope {
    () => {
        fn catalog(&self) -> &Catalog {
            &self.access.org.catalog
        }
        fn now(&self) -> Instant {
            self.now
        }
        fn zone(&self) -> &Zone {
            &self.access.org.zone
        }
        fn me(&self) -> Option<i64> {
            self.access.actor.user
        }
        fn under(&self, entity: &EntityDef, id: i64) -> Result<Vec<i64>> {
            self.access.under(entity, id)
        }
    };
}

impl ParseScope for ActorScope<'_> {
    shared_scope!();
    fn right(&self, entity: &EntityDef, field: usize) -> Right {
        self.access.of(entity).map_or(Right::Hidden, |access| access.usable(field))
    }
    fn visible(&self, entity: &EntityDef) -> Result<Filter> {
        Ok(self.access.of(entity)?.read.clone())
    }
}

impl ParseScope for SystemScope<'_> {
    shared_scope!();
    fn right(&self, _: &EntityDef, _: usize) -> Right {
        Right::Read
    }
    fn visible(&self, _: &EntityDef) -> Result<Filter> {
        Ok(Filter::All)
    }
}

/// Deepest tree walked by `under`.
const TREE_DEPTH: usize = 20;

impl Access {
    /// A record and everything below it: departments and territories from memory, other trees
    /// level by level.
    fn under(&self, entity: &EntityDef, id: i64) -> Result<Vec<i64>> {
        let mut ids: Vec<i64> = match entity.name.as_str() {
            "department" => self.org.departments_below(id).into_iter().collect(),
            "territory" => self.org.territories_below(id).into_iter().collect(),
            "user" => self.org.subordinates(id).into_iter().collect(),
            _ => self.walk_down(entity, id)?,
        };
        ids.sort_unstable();
        Ok(ids)
    }

    fn walk_down(&self, entity: &EntityDef, top: i64) -> Result<Vec<i64>> {
        let own = |field: &guanxi_model::FieldDef| field.target.as_deref() == Some(entity.name.as_str());
        let Some(parent) = entity.fields.iter().position(own) else { return Ok(vec![top]) };
        let mut found = vec![top];
        let mut level = vec![top];
        for _ in 0..TREE_DEPTH {
            let query = guanxi_model::Query::of(&entity.name, Filter::refers_to(parent, level.clone())).limit(10_000);
            let children = self.engine.reading_in(self.org.zone.clone(), |reader| reader.find(&query))?;
            level = children.iter().map(guanxi_model::Record::id).filter(|id| !found.contains(id)).collect();
            if level.is_empty() {
                break;
            }
            found.extend(&level);
        }
        Ok(found)
    }
}
