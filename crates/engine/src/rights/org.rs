//! People, departments, roles and settings in memory: what rights are made of.

use std::sync::{Arc, Mutex};

use foldhash::{HashMap, HashSet};
use guanxi_model::field::{ChoiceDef, Options};
use guanxi_model::system::{
    Administration, Department, DictionaryEntry, Organisation, RoleField, RoleGrant, TeamMember, Territory, User, UserRole, UserStatus,
};
use guanxi_model::time::{Instant, Zone};
use guanxi_model::{Actor, AdminLevel, Catalog, Currency, Entity, Error, Filter, Query, Record, Result};
use guanxi_store::{Conn, records};

use super::access::{Access, Computed};
use crate::engine::Engine;

/// More than any company has of these.
const ALL: usize = 1_000_000;

/// A user as rights see them.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub login: String,
    pub department: Option<i64>,
    pub superior: Option<i64>,
    pub territory: Option<i64>,
    /// By the account itself; roles may add to it.
    pub administration: AdminLevel,
    pub active: bool,
    /// Nothing else is open before a new password is chosen.
    pub must_change_password: bool,
    pub deleted: bool,
}

/// What a role grants on an entity (or `*`).
#[derive(Clone, Debug)]
pub struct Grant {
    pub entity: String,
    pub grant: Arc<Granted>,
}

/// The content of a grant.
#[derive(Debug)]
pub struct Granted {
    pub verbs: super::access::VerbSet,
    pub read_scope: guanxi_model::system::Scope,
    pub write_scope: guanxi_model::system::Scope,
    pub read_filter: Option<String>,
    pub write_filter: Option<String>,
}

/// A role with what it grants.
#[derive(Clone, Debug, Default)]
pub struct RoleInfo {
    pub id: i64,
    pub name: String,
    pub delegable: bool,
    /// Its holders administer their branch.
    pub administers_branch: bool,
    pub grants: Vec<Grant>,
    /// (entity, field) → right
    pub fields: HashMap<(String, String), guanxi_model::system::Right>,
}

/// People, roles and settings as they stood at one version.
pub struct Org {
    pub version: u64,
    /// The end of the company's day, in milliseconds UTC: scopes may speak of "this week".
    pub until: i64,
    pub catalog: Arc<Catalog>,
    pub zone: Zone,
    pub currency: Currency,
    /// The company's record, once it is set up.
    pub organisation: Option<Record>,
    pub people: HashMap<i64, Person>,
    pub roles: HashMap<i64, RoleInfo>,
    pub roles_of: HashMap<i64, Vec<i64>>,
    departments: HashMap<i64, Option<i64>>,
    /// leader → departments
    led: HashMap<i64, Vec<i64>>,
    territories: HashMap<i64, Option<i64>>,
    /// user → teams
    teams_of: HashMap<i64, Vec<i64>>,
    /// team → users
    members_of: HashMap<i64, Vec<i64>>,
    dictionaries: HashMap<String, Vec<ChoiceDef>>,
    /// (user, role in view) → what was worked out for them
    accesses: Mutex<HashMap<Seen, Arc<Computed>>>,
    /// Answers about configuration, by question.
    answers: Mutex<HashMap<Query, Arc<Vec<Record>>>>,
    /// Records of configuration, by entity and identity; those of entities with one record also by [`ONLY`].
    records: Mutex<HashMap<String, HashMap<i64, Option<Record>>>>,
}

/// A user and the role in view.
type Seen = (Option<i64>, Option<i64>);

/// Most answers remembered of one version.
const MAX_ANSWERS: usize = 10_000;

/// Stands for the identity of an entity's only record.
pub const ONLY: i64 = 0;

fn all<E: Entity>(conn: &mut dyn Conn, catalog: &Catalog) -> Result<Vec<Record>> {
    records::find(conn, catalog, &Query::of(E::ENTITY, Filter::All).limit(ALL))
}

impl Org {
    /// Reads everything rights are made of.
    pub fn load(conn: &mut dyn Conn, catalog: Arc<Catalog>, version: u64, now: Instant) -> Result<Self> {
        let organisation = all::<Organisation>(conn, &catalog)?.into_iter().next();
        let zone = organisation.as_ref().and_then(|o| o.get(Organisation::TIME_ZONE)).and_then(|name| Zone::parse(&name));
        let currency = organisation.as_ref().and_then(|o| o.get(Organisation::CURRENCY)).and_then(|code| Currency::parse(&code));
        let zone = zone.unwrap_or_else(Zone::shanghai);
        let tomorrow = zone.date_of(now).tomorrow().map(|date| zone.start_of(date).0);
        let mut org = Self {
            version,
            until: tomorrow.unwrap_or(i64::MAX),
            zone,
            currency: currency.unwrap_or(Currency::CNY),
            organisation,
            people: HashMap::default(),
            roles: HashMap::default(),
            roles_of: HashMap::default(),
            departments: HashMap::default(),
            led: HashMap::default(),
            territories: HashMap::default(),
            teams_of: HashMap::default(),
            members_of: HashMap::default(),
            dictionaries: HashMap::default(),
            accesses: Mutex::new(HashMap::default()),
            answers: Mutex::default(),
            records: Mutex::default(),
            catalog,
        };
        org.load_people(conn)?;
        org.load_roles(conn)?;
        org.load_dictionaries(conn)?;
        Ok(org)
    }

    fn load_people(&mut self, conn: &mut dyn Conn) -> Result<()> {
        let catalog = self.catalog.clone();
        for bin in [false, true] {
            let mut query = Query::of(User::ENTITY, Filter::All).limit(ALL);
            query.bin = bin;
            for record in records::find(conn, &catalog, &query)? {
                let person = person_of(&record);
                self.people.insert(person.id, person);
            }
        }
        for record in all::<Department>(conn, &catalog)? {
            self.departments.insert(record.id(), record.find(Department::PARENT).map(|id| id.raw()));
            if let Some(leader) = record.find(Department::LEADER) {
                self.led.entry(leader.raw()).or_default().push(record.id());
            }
        }
        for record in all::<Territory>(conn, &catalog)? {
            self.territories.insert(record.id(), record.find(Territory::PARENT).map(|id| id.raw()));
        }
        for record in all::<TeamMember>(conn, &catalog)? {
            let (Some(team), Some(user)) = (record.get(TeamMember::TEAM), record.get(TeamMember::USER)) else { continue };
            self.teams_of.entry(user.raw()).or_default().push(team.raw());
            self.members_of.entry(team.raw()).or_default().push(user.raw());
        }
        Ok(())
    }

    fn load_roles(&mut self, conn: &mut dyn Conn) -> Result<()> {
        use guanxi_model::system::{Role, Scope};
        let catalog = self.catalog.clone();
        for record in all::<Role>(conn, &catalog)? {
            let administers_branch = record.get(Role::ADMINISTERS_BRANCH).unwrap_or(false);
            let delegable = record.get(Role::DELEGABLE).unwrap_or(false) && !administers_branch;
            let name = record.title().to_owned();
            self.roles.insert(record.id(), RoleInfo { id: record.id(), name, delegable, administers_branch, ..RoleInfo::default() });
        }
        for record in all::<RoleGrant>(conn, &catalog)? {
            let Some(role) = record.get(RoleGrant::ROLE).and_then(|id| self.roles.get_mut(&id.raw())) else { continue };
            let verbs = record.get(RoleGrant::VERBS).unwrap_or_default();
            let grant = Granted {
                verbs: super::access::VerbSet::of(&verbs),
                read_scope: record.get(RoleGrant::READ_SCOPE).unwrap_or(Scope::None),
                write_scope: record.get(RoleGrant::WRITE_SCOPE).unwrap_or(Scope::None),
                read_filter: record.find(RoleGrant::READ_FILTER).map(|text| text.0),
                write_filter: record.find(RoleGrant::WRITE_FILTER).map(|text| text.0),
            };
            let entity = record.get(RoleGrant::ENTITY).unwrap_or_default();
            role.grants.push(Grant { entity, grant: Arc::new(grant) });
        }
        for record in all::<RoleField>(conn, &catalog)? {
            let Some(role) = record.get(RoleField::ROLE).and_then(|id| self.roles.get_mut(&id.raw())) else { continue };
            let (Some(entity), Some(field)) = (record.get(RoleField::ENTITY), record.get(RoleField::FIELD)) else { continue };
            if let Some(right) = record.get(RoleField::RIGHT) {
                role.fields.insert((entity, field), right);
            }
        }
        for record in all::<UserRole>(conn, &catalog)? {
            let (Some(user), Some(role)) = (record.get(UserRole::USER), record.get(UserRole::ROLE)) else { continue };
            if self.roles.contains_key(&role.raw()) {
                self.roles_of.entry(user.raw()).or_default().push(role.raw());
            }
        }
        Ok(())
    }

    fn load_dictionaries(&mut self, conn: &mut dyn Conn) -> Result<()> {
        let mut entries = all::<DictionaryEntry>(conn, &self.catalog)?;
        entries.sort_by_key(|entry| (entry.get(DictionaryEntry::POSITION).unwrap_or(0), entry.id()));
        for entry in entries {
            let (Some(dictionary), Some(value)) = (entry.get(DictionaryEntry::DICTIONARY), entry.get(DictionaryEntry::CODE)) else {
                continue;
            };
            let zh = entry.title().to_owned();
            let en = entry.find(DictionaryEntry::NAME_EN).unwrap_or_else(|| zh.clone());
            let color = entry.find(DictionaryEntry::COLOR);
            let disabled = entry.get(DictionaryEntry::DISABLED).unwrap_or(false);
            let (note, note_en) = (entry.find(DictionaryEntry::NOTE), entry.find(DictionaryEntry::NOTE_EN));
            // What is said in one language alone is said in it to everybody.
            let note = note.clone().or_else(|| note_en.clone()).zip(note_en.or(note));
            self.dictionaries.entry(dictionary).or_default().push(ChoiceDef { value, label: Some((zh, en)), color, disabled, note });
        }
        Ok(())
    }

    /// The entries of a dictionary, in their order.
    pub fn dictionary(&self, name: &str) -> &[ChoiceDef] {
        self.dictionaries.get(name).map_or(&[], Vec::as_slice)
    }

    /// The dictionaries that have entries.
    pub fn dictionary_names(&self) -> impl Iterator<Item = &str> {
        self.dictionaries.keys().map(String::as_str)
    }

    /// The options of a field.
    pub fn options(&self, options: &Options) -> Vec<ChoiceDef> {
        match options {
            Options::None => Vec::new(),
            Options::Fixed(list) => list.clone(),
            Options::Dictionary(name) => self.dictionary(name).to_vec(),
        }
    }

    /// The user, where the account may act.
    ///
    /// # Errors
    /// 401 for accounts that are gone, disabled or waiting.
    pub fn person(&self, id: i64) -> Result<&Person> {
        let person = self.people.get(&id).filter(|person| person.active && !person.deleted);
        person.ok_or_else(|| guanxi_model::Problem::new(guanxi_model::Status::Unauthenticated, "not_signed_in").into())
    }

    /// How a user administers: by the account itself, and by one of these roles. One adds to the other.
    pub fn administrations(&self, user: i64, roles: &[i64]) -> Vec<AdminLevel> {
        let by_role = roles.iter().any(|role| self.roles.get(role).is_some_and(|role| role.administers_branch));
        let own = self.people.get(&user).map_or(AdminLevel::None, |person| person.administration);
        let mut levels = vec![own];
        levels.extend((by_role && own < AdminLevel::Branch).then_some(AdminLevel::Branch));
        levels
    }

    /// How far a user administers, whichever is more.
    pub fn administration(&self, user: i64, roles: &[i64]) -> AdminLevel {
        self.administrations(user, roles).into_iter().max().unwrap_or_default()
    }

    /// Whether a user administers nothing, whichever role is in view.
    pub fn is_ordinary(&self, user: i64) -> bool {
        self.administration(user, self.roles_of.get(&user).map_or(&[], Vec::as_slice)) == AdminLevel::None
    }

    /// A department and everything below it.
    pub fn departments_below(&self, top: i64) -> HashSet<i64> {
        below(&self.departments, top)
    }

    /// A territory and everything below it.
    pub fn territories_below(&self, top: i64) -> HashSet<i64> {
        below(&self.territories, top)
    }

    /// A user and everybody who reports to them, directly or not.
    pub fn subordinates(&self, top: i64) -> HashSet<i64> {
        let superiors: HashMap<i64, Option<i64>> = self.people.values().map(|person| (person.id, person.superior)).collect();
        below(&superiors, top)
    }

    /// Everybody a user answers for: those who report to them, and the members of the departments
    /// they lead; never the user.
    pub fn led_by(&self, user: i64) -> HashSet<i64> {
        let departments = self.led.get(&user).into_iter().flatten().flat_map(|top| self.departments_below(*top)).collect();
        let mut led = self.subordinates(user);
        led.extend(self.users_in(&departments));
        led.remove(&user);
        led
    }

    /// The users whose department is one of these.
    pub fn users_in(&self, departments: &HashSet<i64>) -> Vec<i64> {
        self.people_where(|person| person.department.is_some_and(|id| departments.contains(&id)))
    }

    /// The users whose territory is one of these.
    pub fn users_of_territories(&self, territories: &HashSet<i64>) -> Vec<i64> {
        self.people_where(|person| person.territory.is_some_and(|id| territories.contains(&id)))
    }

    /// The members of all teams of a user, the user included.
    pub fn team_mates(&self, user: i64) -> Vec<i64> {
        let teams = self.teams_of.get(&user).map_or(&[][..], Vec::as_slice);
        let mut mates: Vec<i64> = teams.iter().filter_map(|team| self.members_of.get(team)).flatten().copied().collect();
        mates.push(user);
        mates.sort_unstable();
        mates.dedup();
        mates
    }

    /// The users of a team.
    pub fn members(&self, team: i64) -> &[i64] {
        self.members_of.get(&team).map_or(&[], Vec::as_slice)
    }

    fn people_where(&self, test: impl Fn(&Person) -> bool) -> Vec<i64> {
        let mut found: Vec<i64> = self.people.values().filter(|person| test(person)).map(|person| person.id).collect();
        found.sort_unstable();
        found
    }

    /// Records that decide how everything else behaves: they change seldom and are asked for by
    /// every write.
    pub fn is_configuration(def: &guanxi_model::EntityDef) -> bool {
        def.rights || def.public || def.singleton
    }

    /// The answer to a question about configuration, asked of the database once per version.
    pub fn answer(&self, query: &Query, ask: impl FnOnce() -> Result<Vec<Record>>) -> Result<Arc<Vec<Record>>> {
        if let Ok(known) = self.answers.lock()
            && let Some(answer) = known.get(query)
        {
            return Ok(answer.clone());
        }
        let answer = Arc::new(ask()?);
        if let Ok(mut known) = self.answers.lock()
            && known.len() < MAX_ANSWERS
        {
            known.insert(query.clone(), answer.clone());
        }
        Ok(answer)
    }

    /// A record of configuration, asked of the database once per version.
    pub fn record(&self, entity: &str, id: i64, ask: impl FnOnce() -> Result<Option<Record>>) -> Result<Option<Record>> {
        if let Ok(known) = self.records.lock()
            && let Some(record) = known.get(entity).and_then(|records| records.get(&id))
        {
            return Ok(record.clone());
        }
        let record = ask()?;
        if let Ok(mut known) = self.records.lock() {
            let records = known.entry(entity.to_owned()).or_default();
            if records.len() < MAX_ANSWERS {
                records.insert(id, record.clone());
            }
        }
        Ok(record)
    }

    /// What an actor may do; entities are worked out once per version. The access itself belongs
    /// to one request, so that the engine and what it knows do not keep each other alive.
    pub fn access(self: &Arc<Self>, engine: &Engine, actor: &Actor) -> Result<Arc<Access>> {
        if let Some(user) = actor.user {
            self.person(user)?;
        }
        let computed = match (&actor.scopes, self.accesses.lock()) {
            (None, Ok(mut known)) => known.entry((actor.user, actor.role)).or_default().clone(),
            // A token's own limits are not shared.
            _ => Arc::default(),
        };
        Ok(Arc::new(Access::sharing(engine.clone(), self.clone(), actor, computed)?))
    }
}

fn person_of(record: &Record) -> Person {
    let administration = match record.get(User::ADMINISTRATION) {
        Some(Administration::Full) => AdminLevel::Full,
        Some(Administration::Branch) => AdminLevel::Branch,
        Some(Administration::Information) => AdminLevel::Information,
        _ => AdminLevel::None,
    };
    Person {
        id: record.id(),
        name: record.title().to_owned(),
        login: record.find(User::LOGIN).unwrap_or_default(),
        department: record.find(User::DEPARTMENT).map(|id| id.raw()),
        superior: record.find(User::SUPERIOR).map(|id| id.raw()),
        territory: record.find(User::TERRITORY).map(|id| id.raw()),
        administration,
        active: record.get(User::STATUS) == Some(UserStatus::Active),
        must_change_password: record.get(User::MUST_CHANGE_PASSWORD) == Some(true),
        deleted: record.deleted_at().is_some(),
    }
}

/// `top` and everything whose chain of parents leads to it. A cycle ends the walk.
fn below(parents: &HashMap<i64, Option<i64>>, top: i64) -> HashSet<i64> {
    let mut children: HashMap<i64, Vec<i64>> = HashMap::default();
    for (id, parent) in parents {
        if let Some(parent) = parent {
            children.entry(*parent).or_default().push(*id);
        }
    }
    let mut found = HashSet::from_iter([top]);
    let mut open = vec![top];
    while let Some(id) = open.pop() {
        for child in children.get(&id).map_or(&[][..], Vec::as_slice) {
            if found.insert(*child) {
                open.push(*child);
            }
        }
    }
    found
}

impl Org {
    /// The company's record.
    ///
    /// # Errors
    /// Before the set-up.
    pub fn settings(&self) -> Result<Organisation> {
        let record = self.organisation.as_ref().ok_or_else(|| Error::conflict("not_set_up"))?;
        Organisation::from_record(record).ok_or_else(|| Error::internal("organisation record"))
    }
}
