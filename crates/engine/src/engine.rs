//! The engine: definitions, store, clock, and the rights in force.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use arc_swap::{ArcSwap, ArcSwapOption};
use guanxi_model::entity::{EntityDef, EntityType};
use guanxi_model::id::IdSource;
use guanxi_model::money::Currency;
use guanxi_model::record::Record;
use guanxi_model::system::Verb;
use guanxi_model::time::{Clock, Instant, SystemClock, Zone};
use guanxi_model::tx::{Asking, Reader};
use guanxi_model::{Actor, Catalog, Error, Filter, Query, Result, Rules};
use guanxi_store::schema::{self, Standing};
use guanxi_store::{Conn, Store, kept, records};

use crate::events::Events;
use crate::rights::{Access, Org};

/// What an engine is made of.
pub struct Setup {
    pub store: Store,
    /// Every entity with its behaviour, system entities first.
    pub entities: Vec<EntityType>,
    /// What holds for every object made at run time.
    pub made: Rules,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
    /// File beside the database in which the head of the chain is noted.
    pub head_file: Option<PathBuf>,
}

/// The engine. Cheap to clone: all clones share one database.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    /// The request this clone serves, where it must be done once.
    pub(crate) once: Option<Arc<crate::once::Once>>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub types: HashMap<String, EntityType>,
    made: Rules,
    /// Built-in definitions, in the order of the catalog.
    built_in: Vec<EntityDef>,
    pub catalog: ArcSwap<Catalog>,
    /// What is computed under the catalog last used.
    pub derived: ArcSwapOption<crate::customise::Known>,
    /// The tasks that compute the records of an entity anew.
    pub computing: Mutex<HashMap<String, i64>>,
    /// How common the pieces of searches are.
    pub samples: crate::read::Samples,
    pub callers: crate::accounts::Callers,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
    org: ArcSwapOption<Org>,
    /// Counts commits that may have changed somebody's rights.
    rights_version: AtomicU64,
    /// Writes that changed rights and are not known to be committed yet.
    rights_in_flight: AtomicU64,
    /// One loading of the definitions at a time.
    definitions: Mutex<()>,
    pub events: Events,
    /// Work in hand is to stop at its next batch.
    pub ending: AtomicBool,
    pub head_file: Option<PathBuf>,
    /// Marks of other nodes last seen: of rights, and of definitions.
    seen: Mutex<(Option<String>, Option<String>)>,
}

impl Engine {
    /// Prepares the database and loads the definitions.
    ///
    /// # Errors
    /// When the database cannot be reached or a newer release has written it.
    pub fn open(setup: Setup) -> Result<Self> {
        let built_in: Vec<EntityDef> = setup.entities.iter().map(|entity| entity.def.clone()).collect();
        let types = setup.entities.into_iter().map(|entity| (entity.def.name.clone(), entity)).collect();
        let catalog = Catalog::new(built_in.clone(), 0);
        let inner = Inner {
            store: setup.store,
            types,
            made: setup.made,
            built_in,
            catalog: ArcSwap::from_pointee(catalog),
            derived: ArcSwapOption::empty(),
            computing: Mutex::default(),
            samples: crate::read::Samples::default(),
            callers: crate::accounts::Callers::default(),
            clock: setup.clock,
            ids: setup.ids,
            org: ArcSwapOption::empty(),
            rights_version: AtomicU64::new(1),
            rights_in_flight: AtomicU64::new(0),
            definitions: Mutex::new(()),
            events: Events::default(),
            ending: AtomicBool::new(false),
            head_file: setup.head_file,
            seen: Mutex::default(),
        };
        let engine = Self { inner: Arc::new(inner), once: None };
        let built = engine.catalog();
        engine.inner.store.write(move |conn| {
            let new = schema::standing(conn, &built)? == Standing::New;
            schema::prepare(conn, &built)?;
            // What a release adds to every entity, those made at run time have too.
            let whole = crate::customise::load_catalog(conn, built.entities().iter().map(|def| EntityDef::clone(def)).collect())?;
            let known = schema::columns(conn)?;
            whole.entities().iter().filter(|def| def.custom).try_for_each(|def| schema::prepare_entity(conn, &whole, def, &known))?;
            crate::customise::follow_search_form(conn, &whole, new)
        })?;
        engine.reload_definitions()?;
        Ok(engine)
    }

    /// The definitions in force.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.inner.catalog.load_full()
    }

    /// Now, by the engine's clock.
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// A new identity.
    pub fn new_id(&self) -> i64 {
        self.inner.ids.next()
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// What changed, as it is committed.
    pub fn events(&self) -> &Events {
        &self.inner.events
    }

    /// Builds the catalog again from built-in and custom definitions.
    pub fn reload_definitions(&self) -> Result<()> {
        // A later loading sees more; it must not be overtaken by an earlier one.
        let _one_at_a_time = self.inner.definitions.lock().map_err(|_| Error::internal("definitions lock"))?;
        let built_in = self.built_in();
        let catalog = self.inner.store.read(move |conn| crate::customise::load_catalog(conn, built_in))?;
        self.inner.catalog.store(Arc::new(catalog));
        self.rights_changed();
        Ok(())
    }

    /// The definitions that the release itself brings.
    pub(crate) fn built_in(&self) -> Vec<EntityDef> {
        self.inner.built_in.clone()
    }

    /// Makes the next request see rights afresh.
    pub fn rights_changed(&self) {
        self.inner.rights_version.fetch_add(1, Ordering::SeqCst);
    }

    /// People, roles and settings as they stand.
    pub fn org(&self) -> Result<Arc<Org>> {
        let version = self.inner.rights_version.load(Ordering::SeqCst);
        if let Some(org) = self.inner.org.load_full()
            && org.version == version
            && self.now().0 < org.until
        {
            return Ok(org);
        }
        let catalog = self.catalog();
        let now = self.now();
        let org = Arc::new(self.inner.store.read(|conn| Org::load(conn, catalog, version, now))?);
        self.inner.org.store(Some(org.clone()));
        Ok(org)
    }

    /// Looks whether another node changed rights, settings or definitions; run twice a second
    /// beside PostgreSQL.
    pub fn look_at_other_nodes(&self) -> Result<()> {
        let (mark, definitions) = self
            .inner
            .store
            .read(|conn| Ok((kept::meta(conn, crate::write::RIGHTS_MARK)?, kept::meta(conn, crate::customise::DEFINITIONS_MARK)?)))?;
        let mut seen = self.inner.seen.lock().map_err(|_| Error::internal("marks"))?;
        if seen.1 != definitions {
            self.reload_definitions()?;
            self.inner.events.tell(&crate::events::Event::Metadata);
        } else if seen.0 != mark {
            self.rights_changed();
        }
        *seen = (mark, definitions);
        Ok(())
    }

    /// What an actor may do.
    pub fn access(&self, actor: &Actor) -> Result<Arc<Access>> {
        let org = self.org()?;
        org.access(self, actor)
    }

    /// The same inside a write. A write just before in the queue may have changed rights without
    /// its commit being known: then they are read as this transaction sees them.
    pub(crate) fn access_within(&self, conn: &mut dyn Conn, actor: &Actor) -> Result<Arc<Access>> {
        if self.inner.rights_in_flight.load(Ordering::SeqCst) == 0 {
            return self.access(actor);
        }
        let org = Arc::new(Org::load(conn, self.catalog(), 0, self.now())?);
        org.access(self, actor)
    }

    /// Says that a write in hand has changed rights, until the returned guard goes.
    pub(crate) fn changing_rights(&self) -> ChangingRights {
        self.inner.rights_in_flight.fetch_add(1, Ordering::SeqCst);
        ChangingRights(self.clone())
    }

    /// The company's time zone.
    pub fn zone(&self) -> Result<Zone> {
        Ok(self.org()?.zone.clone())
    }

    /// The company's currency.
    pub fn currency(&self) -> Result<Currency> {
        Ok(self.org()?.currency)
    }

    /// Reads records as the product itself sees them.
    pub fn reading<T>(&self, work: impl FnOnce(&mut dyn Reader) -> Result<T>) -> Result<T> {
        let zone = self.zone()?;
        self.reading_in(zone, work)
    }

    /// The same, where the zone is known (the organisation is just being loaded).
    pub(crate) fn reading_in<T>(&self, zone: Zone, work: impl FnOnce(&mut dyn Reader) -> Result<T>) -> Result<T> {
        let (catalog, now) = (self.catalog(), self.now());
        self.inner.store.read(|conn| work(&mut StoreReader { conn, catalog, now, zone }))
    }

    /// Reads on behalf of an actor: what they may do can be asked without writing.
    pub(crate) fn asking<T>(&self, access: &Access, work: impl FnOnce(&mut dyn Asking) -> Result<T>) -> Result<T> {
        let (catalog, now, zone) = (self.catalog(), self.now(), access.org.zone.clone());
        self.inner.store.read(|conn| work(&mut Asker { reader: StoreReader { conn, catalog, now, zone }, access }))
    }

    /// The behaviour of an entity; custom ones have none.
    pub(crate) fn behaviour(&self, entity: &str) -> Option<&EntityType> {
        self.inner.types.get(entity)
    }

    /// The rules of an entity; those made at run time have them in common.
    pub(crate) fn rules(&self, def: &EntityDef) -> Option<&Rules> {
        let made = def.custom && def.line_of.is_none();
        self.behaviour(&def.name).map(|behaviour| &behaviour.rules).or(made.then_some(&self.inner.made))
    }

    /// Every entity with behaviour.
    pub fn behaviours(&self) -> impl Iterator<Item = &EntityType> {
        self.inner.types.values()
    }

    /// Whether anybody can sign in yet.
    pub fn needs_setup(&self) -> Result<bool> {
        self.inner.store.read(|conn| Ok(kept::meta(conn, "set_up")?.is_none()))
    }
}

/// A write that has changed rights; when it goes, everybody sees them afresh.
pub(crate) struct ChangingRights(Engine);

impl Drop for ChangingRights {
    fn drop(&mut self) {
        self.0.rights_changed();
        self.0.inner.rights_in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Reading outside a write.
struct StoreReader<'a> {
    conn: &'a mut dyn Conn,
    catalog: Arc<Catalog>,
    now: Instant,
    zone: Zone,
}

impl Reader for StoreReader<'_> {
    fn now(&self) -> Instant {
        self.now
    }

    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    fn load(&mut self, entity: &str, id: i64) -> Result<Option<Record>> {
        Ok(records::load(self.conn, &self.catalog, entity, id)?.filter(|record| record.deleted_at().is_none()))
    }

    fn find(&mut self, query: &Query) -> Result<Vec<Record>> {
        records::find(self.conn, &self.catalog, query)
    }

    fn count(&mut self, query: &Query) -> Result<i64> {
        records::count_up_to(self.conn, &self.catalog, query)
    }
}

/// Reading outside a write on behalf of somebody.
struct Asker<'a> {
    reader: StoreReader<'a>,
    access: &'a Access,
}

impl Reader for Asker<'_> {
    fn now(&self) -> Instant {
        self.reader.now()
    }

    fn zone(&self) -> &Zone {
        self.reader.zone()
    }

    fn catalog(&self) -> &Arc<Catalog> {
        self.reader.catalog()
    }

    fn load(&mut self, entity: &str, id: i64) -> Result<Option<Record>> {
        self.reader.load(entity, id)
    }

    fn find(&mut self, query: &Query) -> Result<Vec<Record>> {
        self.reader.find(query)
    }

    fn count(&mut self, query: &Query) -> Result<i64> {
        self.reader.count(query)
    }
}

impl Asking for Asker<'_> {
    fn actor(&self) -> &Actor {
        &self.access.actor
    }

    fn may(&mut self, permission: &str) -> Result<bool> {
        self.access.may(permission)
    }

    fn reach(&mut self, entity: &str, verb: Verb) -> Result<Filter> {
        self.access.reach(entity, verb)
    }

    fn may_on(&mut self, verb: Verb, record: &Record) -> Result<bool> {
        self.access.reach(&record.entity().name, verb)?.matches(record, &mut self.reader)
    }
}

/// The definition of an entity by its name in the API; lines are reached through their documents.
///
/// # Errors
/// 404 with the nearest name.
pub fn entity_of(catalog: &Catalog, plural: &str) -> Result<Arc<EntityDef>> {
    catalog.by_plural(plural).filter(|def| def.line_of.is_none()).cloned().ok_or_else(Error::not_found)
}

/// Time-ordered identities: milliseconds since 2025, then a node number, then a counter.
pub struct Snowflake {
    last: AtomicI64,
    node: AtomicI64,
}

/// 2025-01-01T00:00:00Z in milliseconds.
const EPOCH_MS: i64 = 1_735_689_600_000;
/// Identities a millisecond and node: 2^12.
const COUNTER_BITS: u32 = 12;
/// Nodes: 2^8.
const NODE_BITS: u32 = 8;

impl Snowflake {
    /// Identities of one node (0–255).
    pub fn new(node: u8) -> Self {
        Self { last: AtomicI64::new(0), node: AtomicI64::new(node.into()) }
    }

    /// Takes a number that no other node of the database has: each opening takes the next.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn take_number(&self, store: &Store) -> Result<()> {
        let number = store.write(|conn| kept::next_number(conn, "node"))?;
        self.node.store(number.rem_euclid(1 << NODE_BITS), Ordering::SeqCst);
        Ok(())
    }
}

impl IdSource for Snowflake {
    fn next(&self) -> i64 {
        let ms = (SystemClock.now().0 - EPOCH_MS).max(0);
        // The counter runs over into the next millisecond rather than repeat, and a clock set
        // back goes on from where it was.
        let tick = ms << COUNTER_BITS;
        let update = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(tick.max(last + 1)));
        let tick = tick.max(update.unwrap_or(tick) + 1);
        let (ms, counter) = (tick >> COUNTER_BITS, tick & ((1 << COUNTER_BITS) - 1));
        (ms << (COUNTER_BITS + NODE_BITS)) | (self.node.load(Ordering::SeqCst) << COUNTER_BITS) | counter
    }
}
