//! A small sales company lives through the rules of the business: one fact a test, the clock held.

mod dormancy;
mod duplicates;
mod entry;
mod exports;
mod follow_ups;
mod leads;
mod moving;
mod notices;
mod offers;
mod people;
mod pool;
mod protection;
mod sharing;
mod words;

use guanxi_engine::action::Acted;
use guanxi_model::labels::{Lang, fill};
use guanxi_model::time::Instant;
use guanxi_model::{Actor, Error, Problem, Result};
use guanxi_testing::{UserSpec, World, id_of, object};
use serde_json::{Value as Json, json};

/// A sales department: who leads it and two who sell.
pub struct Sales {
    pub department: i64,
    pub boss: Actor,
    pub wang: Actor,
    pub li: Actor,
}

/// The department, its roles the ones a new company begins with.
pub fn sales(world: &World) -> Sales {
    let department = world.department("销售部", None);
    let boss = hire(world, "张伟", department, None, "sales_manager");
    let wang = hire(world, "王芳", department, Some(&boss), "salesperson");
    let li = hire(world, "李强", department, Some(&boss), "salesperson");
    Sales { department, boss, wang, li }
}

/// Somebody new with a shipped role.
pub fn hire(world: &World, name: &str, department: i64, superior: Option<&Actor>, role: &str) -> Actor {
    let superior = superior.map(|superior| user(superior).to_string());
    let user = world.user(UserSpec::named(name).of(department).with("superior", superior));
    let role = world.ids(&world.admin, "roles", &json!({"code": role})).unwrap()[0];
    world.hold(user, role);
    Actor::user(user)
}

/// The account of an actor.
pub fn user(actor: &Actor) -> i64 {
    actor.user.unwrap()
}

/// The account of an actor as input.
pub fn id(actor: &Actor) -> String {
    user(actor).to_string()
}

/// A customer that somebody enters.
pub fn enter(world: &World, actor: &Actor, name: &str) -> i64 {
    world.add_as(actor, "customers", json!({"name": name}))
}

/// A person whom somebody enters.
pub fn enter_person(world: &World, actor: &Actor, name: &str) -> i64 {
    world.add_as(actor, "customers", json!({"name": name, "kind": "person"}))
}

/// Runs an action.
pub fn act(world: &World, actor: &Actor, entity: &str, id: i64, name: &str, input: Json) -> Result<Acted> {
    world.engine.act(actor, entity, Some(id), name, object(input))
}

/// Runs an action that must succeed.
#[track_caller]
pub fn done(world: &World, actor: &Actor, entity: &str, id: i64, name: &str, input: Json) -> Acted {
    act(world, actor, entity, id, name, input).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// An action on a customer that must succeed.
#[track_caller]
pub fn customer(world: &World, actor: &Actor, id: i64, name: &str, input: Json) -> Acted {
    done(world, actor, "customers", id, name, input)
}

/// A value that an action told.
pub fn told(acted: &Acted, name: &str) -> String {
    let found = acted.outcome.values.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.clone()).unwrap_or_else(|| panic!("no {name}: {:?}", acted.outcome.values))
}

/// A sentence that an action told.
pub fn sentence(acted: &Acted, name: &str, lang: Lang) -> String {
    let found = acted.outcome.sentences.iter().find(|(known, _)| *known == name);
    found.map(|(_, said)| fill(lang, said.key, &said.args)).unwrap_or_else(|| panic!("no {name}: {:?}", acted.outcome.sentences))
}

/// The application that somebody makes for a customer.
#[track_caller]
pub fn applies(world: &World, actor: &Actor, id: i64, what: &str) -> i64 {
    let acted = customer(world, actor, id, what, json!({"reason": "客户意向强烈，需要时间"}));
    told(&acted, "application").parse().unwrap()
}

/// Somebody gives a customer up.
#[track_caller]
pub fn releases(world: &World, actor: &Actor, id: i64) {
    customer(world, actor, id, "release", json!({"reason": "联系不上"}));
}

/// The refusal of something that must be refused.
#[track_caller]
pub fn refusal<T>(outcome: Result<T>) -> Problem {
    match outcome {
        Ok(_) => panic!("not refused"),
        Err(Error::Refused(problem)) => *problem,
        Err(error) => panic!("a fault: {error:?}"),
    }
}

/// The one pool that a company begins with.
pub fn the_pool(world: &World) -> i64 {
    world.ids(&world.admin, "pools", &json!({})).unwrap()[0]
}

/// Changes the rules of that pool and carries them through.
pub fn rules(world: &World, values: Json) {
    world.change("pools", the_pool(world), values);
    world.engine.run_due().unwrap();
}

/// Changes the business settings.
pub fn settings(world: &World, values: Json) {
    let id = world.ids(&world.admin, "business-settings", &json!({})).unwrap()[0];
    world.change("business-settings", id, values);
}

/// The business settings.
pub fn setting(world: &World, name: &str) -> Json {
    let id = world.ids(&world.admin, "business-settings", &json!({})).unwrap()[0];
    world.look("business-settings", id)[name].clone()
}

/// Runs what is due now.
pub fn run(world: &World) {
    world.engine.run_due().unwrap();
}

/// Days and minutes pass, and whatever is due is done.
pub fn later(world: &World, days: i64, minutes: i64) {
    world.pass_seconds(days * 86_400 + minutes * 60);
    run(world);
}

/// An instant that a record names.
pub fn instant(record: &Json, field: &str) -> Option<Instant> {
    record[field].as_str().map(|text| Instant::parse(text).unwrap())
}

/// Until when a customer is protected.
pub fn until(world: &World, id: i64) -> Option<Instant> {
    instant(&world.look("customers", id), "protected_until")
}

/// For how many days from now a customer is protected.
#[track_caller]
pub fn days_left(world: &World, id: i64) -> i64 {
    let left = until(world, id).expect("a protection").0 - world.now().0;
    assert_eq!(left % 86_400_000, 0, "no whole days");
    left / 86_400_000
}

/// Who holds a record.
pub fn owner(world: &World, entity: &str, id: i64) -> Option<i64> {
    let record = world.look(entity, id);
    (!record["owner"].is_null()).then(|| id_of(&record["owner"]))
}

/// Who holds a customer.
pub fn holder(world: &World, id: i64) -> Option<i64> {
    owner(world, "customers", id)
}

/// The notices of a kind that somebody got, the oldest first.
pub fn notices(world: &World, actor: &Actor, code: &str) -> Vec<Json> {
    let ids = world.ids(actor, "notifications", &json!({"code": code})).unwrap();
    ids.into_iter().map(|id| world.get(actor, "notifications", id).unwrap()).collect()
}

/// Everything that somebody sees of an entity, by identity.
pub fn seen(world: &World, actor: &Actor, entity: &str) -> Vec<i64> {
    world.ids(actor, entity, &json!({})).unwrap()
}

/// The past holdings of a customer: who, how it began, how it ended.
pub fn history(world: &World, customer: i64) -> Vec<(i64, String, String)> {
    let past = world.list(&world.admin, "ownerships", &json!({"customer": customer.to_string()})).unwrap();
    let text = |record: &Json, field: &str| record[field].as_str().unwrap_or_default().to_owned();
    past.iter().map(|record| (id_of(&record["user"]), text(record, "start"), text(record, "ending"))).collect()
}

/// Does something from many threads at once and gives back what came of each.
pub fn at_once<T: Send>(times: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let gate = std::sync::Barrier::new(times);
    std::thread::scope(|scope| {
        let (gate, work) = (&gate, &work);
        let threads: Vec<_> = (0..times)
            .map(|n| {
                scope.spawn(move || {
                    gate.wait();
                    work(n)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The fields a refusal names, each with its code.
pub fn fields(problem: &Problem) -> Vec<(&str, &str)> {
    problem.fields.iter().map(|field| (field.field.as_str(), field.code)).collect()
}
