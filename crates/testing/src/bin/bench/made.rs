//! The company that is measured, made deterministically; a folder made before is used again.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use guanxi_engine::accounts::{FirstOrganisation, FirstSetUp};
use guanxi_engine::engine::Snowflake;
use guanxi_engine::{Engine, Setup};
use guanxi_model::time::SystemClock;
use guanxi_model::{Actor, Filter, Query};
use guanxi_store::Store;

/// Customers made in one transaction.
const BATCH: usize = 500;
/// Records that are saved again and again.
const SAVED: usize = 5000;

/// What was made, and how to speak to it.
pub struct Made {
    /// How long the making took; none where it was there.
    pub seconds: Option<f64>,
    pub administrator: String,
    pub manager: String,
    pub seller: String,
    pub ids: Vec<i64>,
}

/// Makes the company and its tokens.
pub fn prepare(folder: &Path, postgres: Option<&str>, customers: usize) -> Result<Made, String> {
    let said = |error: guanxi_model::Error| error.to_string();
    let store = match postgres {
        Some(url) => Store::open_postgres(url),
        None => Store::open_sqlite(folder),
    };
    let setup = Setup {
        store: store.map_err(said)?,
        entities: guanxi_crm::product(),
        made: guanxi_crm::made(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(Snowflake::new(1)),
        head_file: None,
    };
    let engine = Engine::open(setup).map_err(said)?;
    let mut seconds = None;
    if engine.needs_setup().map_err(said)? {
        eprintln!("making {customers} customers …");
        first(&engine).map_err(said)?;
        let start = Instant::now();
        let actor = Actor::system("bench");
        for from in (0..customers).step_by(BATCH) {
            let to = customers.min(from + BATCH);
            engine.run_seed(&actor, move |tx| guanxi_crm::demo::customers_alone(tx, from, to)).map_err(said)?;
            if from % 100_000 == 0 {
                eprintln!("  {from} after {:.0} s", start.elapsed().as_secs_f64());
            }
        }
        seconds = Some(start.elapsed().as_secs_f64());
    }
    let org = engine.org().map_err(said)?;
    let token = |login: &str| -> Result<String, String> {
        let person = org.people.values().find(|person| person.login == login).ok_or_else(|| format!("no user {login}"))?;
        engine.add_token(&Actor::user(person.id), "bench", &[], None).map(|(_, token)| token).map_err(said)
    };
    // Somebody who leads others, and somebody who does not and has a scope of their own.
    let catalog = engine.catalog();
    let customer = catalog.get("customer").ok_or("no customers")?;
    let leads = |id: i64| org.people.values().filter(|person| person.superior == Some(id)).count();
    let mut people: Vec<_> = org.people.values().filter(|person| person.superior.is_some() && person.active).collect();
    let limited = |id: i64| engine.access(&Actor::user(id)).and_then(|access| access.of(customer)).is_ok_and(|of| of.read != Filter::All);
    people.retain(|person| limited(person.id));
    people.sort_by_key(|person| (std::cmp::Reverse(leads(person.id)), person.id));
    let (Some(manager), Some(seller)) = (people.first(), people.last()) else { return Err("the demo company has no people".into()) };
    let query = Query::of("customer", Filter::All).limit(SAVED);
    let ids = engine.reading(|reader| reader.find(&query)).map_err(said)?.iter().map(guanxi_model::Record::id).collect();
    Ok(Made { seconds, administrator: token("admin")?, manager: token(&manager.login)?, seller: token(&seller.login)?, ids })
}

fn first(engine: &Engine) -> guanxi_model::Result<()> {
    let first = FirstSetUp {
        organisation: FirstOrganisation { name: "测量公司".into(), ..FirstOrganisation::default() },
        name: "管理员".into(),
        login: "admin".into(),
        password: "measured-only-9X".into(),
    };
    engine.set_up(first, guanxi_crm::seed)?;
    engine.run_seed(&Actor::system("bench"), guanxi_crm::demo::organisation)
}
