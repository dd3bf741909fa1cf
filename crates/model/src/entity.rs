//! Entities: their definitions, and the types that declare them.

use std::sync::Arc;

use crate::action::Action;
use crate::field::{Field, FieldDef};
use crate::fields::Fields;
use crate::filter::Filter;
use crate::id::Id;
use crate::job::Job;
use crate::kind::Kind;
use crate::record::Record;
use crate::rule::Rules;
use crate::system::User;
use crate::tally::Tally;
use crate::time::Instant;

/// Position of the identity in every record.
pub const ID: usize = 0;
/// Position of the version, counted from 1.
pub const VERSION: usize = 1;
pub const CREATED_AT: usize = 2;
pub const CREATED_BY: usize = 3;
pub const UPDATED_AT: usize = 4;
pub const UPDATED_BY: usize = 5;
/// Position of the instant of deletion; empty on live records.
pub const DELETED_AT: usize = 6;
/// How many fields are implied on every entity, before the declared ones.
pub const IMPLIED: usize = 7;
/// Position, in a line, of the record it belongs to.
pub const LINE_PARENT: usize = IMPLIED;
/// Position, in a line, of its place among the others, counted from 0.
pub const LINE_PLACE: usize = IMPLIED + 1;
/// How many fields a line has before the declared ones, behind the implied ones.
pub const LINE_FIELDS: usize = 2;
/// Most lines of one field of one record: the array travels, and is logged, as a whole.
pub const MAX_LINES: usize = 500;

/// A view offered to everyone: a named filter with columns and an order.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewDef {
    /// Name, also the key of its label: `view.<entity>.<name>`.
    pub name: &'static str,
    /// Filter in the JSON of the API.
    pub filter: &'static str,
    /// Order in the syntax of the API.
    pub sort: &'static str,
    /// Columns; none means the list fields.
    pub columns: &'static [&'static str],
}

/// Everything known about an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityDef {
    /// Singular name, e.g. `follow_up`; also the table.
    pub name: String,
    /// Name in the API, e.g. `follow-ups`.
    pub plural: String,
    /// The area of the navigation it belongs to.
    pub area: String,
    /// Field that names a record to people.
    pub title: usize,
    /// Field that says whose record it is.
    pub owner: Option<usize>,
    /// Reference whose readers may read this record too.
    pub follows: Option<usize>,
    pub fields: Fields,
    /// Found by the search box.
    pub search: bool,
    /// Its records decide who may do what: a change is felt by the next request.
    pub rights: bool,
    /// Words and templates that an information manager looks after without administering anybody (ORG-12).
    pub information: bool,
    /// Exactly one record exists: settings.
    pub singleton: bool,
    /// Every signed-in user may read it (the directory of people, dictionaries).
    pub public: bool,
    /// Belongs to one person: nobody else sees it, whatever their role.
    pub personal: bool,
    /// Reached through the records that hold it alone: no role opens it.
    pub held: bool,
    /// The entity whose records these are lines of: rows of a document, reached and saved with it
    /// alone, under its rights.
    pub line_of: Option<String>,
    /// Added at run time by the administrator.
    pub custom: bool,
    /// Taken out of use: nobody opens it; the table and its records stay.
    pub hidden: bool,
    /// Chinese and English labels given at run time, of one record and of several.
    pub label: Option<(String, String)>,
    pub plural_label: Option<(String, String)>,
    /// Name of the picture beside it in the navigation.
    pub icon: Option<String>,
    pub views: Vec<ViewDef>,
    /// The records offered where a new one is chosen, as a filter in the JSON of the API; none means all.
    pub offered: Option<&'static str>,
    /// What is counted as it changes.
    pub tally: Option<Tally>,
    /// The company may ask for more of its fields than the release does.
    pub profiled: bool,
}

impl EntityDef {
    /// Position of a field.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.position(name)
    }

    /// The definition of a field.
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.fields.position(name).and_then(|index| self.fields.get(index))
    }

    /// The field that names a record to people.
    pub fn title_field(&self) -> Option<&FieldDef> {
        self.fields.get(self.title)
    }

    /// Whether files are kept with its records: those of the business, not the ones that set up the
    /// product or that everybody reads.
    pub fn takes_files(&self) -> bool {
        !(self.rights || self.singleton || self.public || self.held || self.line_of.is_some())
    }

    /// The fields that hold lines, with their positions.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &FieldDef)> {
        self.fields.lines().iter().filter_map(|index| Some((*index, self.fields.get(*index)?)))
    }

    /// Position of the first field that was declared, not implied.
    pub fn first_declared(&self) -> usize {
        if self.line_of.is_some() { IMPLIED + LINE_FIELDS } else { IMPLIED }
    }

    /// The fields every line of that entity has besides.
    pub fn line_fields(of: &str) -> Vec<FieldDef> {
        let mut parent = FieldDef::new("parent", Kind::Reference);
        parent.target = Some(of.to_owned());
        let mut fields = vec![parent, FieldDef::new("place", Kind::Integer)];
        for field in &mut fields {
            field.readonly = true;
            field.group = "system".to_owned();
        }
        fields
    }

    /// Whether anybody may come to open it: not what others hold or have as lines, nor what was
    /// taken out of use.
    pub fn is_open(&self) -> bool {
        !(self.held || self.hidden || self.line_of.is_some())
    }

    /// The fields every entity has.
    pub fn implied_fields() -> Vec<FieldDef> {
        let implied = |name: &str, kind: Kind| {
            let mut field = FieldDef::new(name, kind);
            field.readonly = true;
            field.group = "system".to_owned();
            field
        };
        let by = |name: &str| {
            let mut field = implied(name, Kind::Reference);
            field.target = Some("user".to_owned());
            field
        };
        vec![
            implied("id", Kind::Integer),
            implied("version", Kind::Integer),
            implied("created_at", Kind::DateTime),
            by("created_by"),
            implied("updated_at", Kind::DateTime),
            by("updated_by"),
            implied("deleted_at", Kind::DateTime),
        ]
    }
}

/// A type that declares an entity.
pub trait Entity: Sized + 'static {
    /// Singular name, e.g. `customer`.
    const ENTITY: &'static str;
    /// The definition, read from the struct.
    fn def() -> EntityDef;
    /// The struct of a record; `None` where a value does not fit.
    fn from_record(record: &Record) -> Option<Self>;
    /// Writes the struct's values into a record.
    fn write_to(self, record: &mut Record);
}

/// The implied fields, as typed handles for any entity.
pub struct Implied;

impl Implied {
    pub const fn id<E>() -> Field<E, i64> {
        Field::declared(ID, "id")
    }
    pub const fn created_at<E>() -> Field<E, Instant> {
        Field::declared(CREATED_AT, "created_at")
    }
    pub const fn created_by<E>() -> Field<E, Option<Id<User>>> {
        Field::declared(CREATED_BY, "created_by")
    }
    pub const fn updated_at<E>() -> Field<E, Instant> {
        Field::declared(UPDATED_AT, "updated_at")
    }
}

/// Who may reach records beyond their scope, e.g. the members of a pool; evaluated once per
/// actor and change of rights.
pub type ReachFn = fn(&mut dyn crate::tx::Reader, &crate::actor::Actor) -> crate::error::Result<Filter>;

/// An entity with its behaviour: what one line of registration gives to the engine.
pub struct EntityType {
    pub def: EntityDef,
    pub rules: Rules,
    pub actions: Vec<Action>,
    pub jobs: Vec<Job>,
    /// Additional readers.
    pub reach: Option<ReachFn>,
    /// How records are compared when looking for duplicates.
    pub duplicates: Option<crate::rule::DuplicateRule>,
    /// Makes of what an import brings what rules would have made it of.
    pub brings: Option<crate::rule::BringFn>,
}

impl EntityType {
    /// An entity without behaviour of its own.
    pub fn plain<E: Entity>() -> Self {
        Self { def: E::def(), rules: Rules::default(), actions: Vec::new(), jobs: Vec::new(), reach: None, duplicates: None, brings: None }
    }

    /// Adds rules.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Adds an action.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Adds a job.
    #[must_use]
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }

    /// Adds a view offered to everyone.
    #[must_use]
    pub fn view(mut self, name: &'static str, filter: &'static str, sort: &'static str, columns: &'static [&'static str]) -> Self {
        self.def.views.push(ViewDef { name, filter, sort, columns });
        self
    }

    /// Offers these of its records alone where one is chosen anew.
    #[must_use]
    pub fn offered(mut self, filter: &'static str) -> Self {
        self.def.offered = Some(filter);
        self
    }

    /// Counts its records by some fields, and adds up others, as they change: see [`Tally`].
    #[must_use]
    pub fn tally(mut self, keys: &[usize], sums: &[usize]) -> Self {
        self.def.tally = Some(Tally { keys: keys.to_vec(), sums: sums.to_vec() });
        self
    }

    /// Lets more people reach its records.
    #[must_use]
    pub fn reach(mut self, reach: ReachFn) -> Self {
        self.reach = Some(reach);
        self
    }

    /// Lets an import bring values of fields that only rules write, for new records.
    #[must_use]
    pub fn brings(mut self, fields: &[usize], bring: crate::rule::BringFn) -> Self {
        self.def.fields.change(|list| {
            for (index, field) in list.iter_mut().enumerate() {
                field.brought |= fields.contains(&index);
            }
        });
        self.brings = Some(bring);
        self
    }

    /// Says how duplicates are recognised.
    #[must_use]
    pub fn duplicates(mut self, rule: crate::rule::DuplicateRule) -> Self {
        self.duplicates = Some(rule);
        self
    }
}

/// A shared definition.
pub type EntityRef = Arc<EntityDef>;
