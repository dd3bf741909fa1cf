//! Entities of the tests' own: one with every kind of field and one with rules that go wrong on
//! purpose, so that the engine is tested without the business.

use guanxi_model::action::Outcome;
use guanxi_model::entity::CREATED_AT;
use guanxi_model::field::{Address, Code, Decimal, Email, LongText, Percent, Phone, Region, Serial, Url};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::job::{Job, Schedule, Work};
use guanxi_model::system::{Territory, User};
use guanxi_model::tx::{Reader, record_of};
use guanxi_model::value::AnyRef;
use guanxi_model::{
    Action, Change, Choice, Date, Entity, EntityType, Error, Id, Instant, Lines, Money, Op, Query, Record, Result, Rules, Tx, Value,
};

#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    Red,
    Green,
    Blue,
}

/// A box that holds specimens; its readers read them too.
#[derive(Entity)]
#[entity(area = "settings", title = "name", owner = "owner", search, plural = "boxes")]
pub struct Case {
    #[field(list, search, max = 60)]
    pub name: String,
    #[field(list)]
    pub owner: Option<Id<User>>,
    #[field(list)]
    pub size: Option<i64>,
}

/// One field of every kind.
#[derive(Entity)]
#[entity(area = "settings", title = "name", owner = "owner", follows = "case", search)]
pub struct Specimen {
    #[field(list, search, max = 120)]
    pub name: String,
    #[field(list)]
    pub owner: Option<Id<User>>,
    #[field(readonly, list)]
    pub number: Option<Serial>,
    #[field(max = 40, list, index)]
    pub word: Option<String>,
    pub story: Option<LongText>,
    #[field(list, index, range = "-1000..1000")]
    pub count: Option<i64>,
    pub ratio: Option<Decimal>,
    pub price: Option<Money>,
    pub share: Option<Percent>,
    #[field(list)]
    pub flag: bool,
    #[field(index)]
    pub day: Option<Date>,
    #[field(index)]
    pub moment: Option<Instant>,
    #[field(list)]
    pub color: Option<Color>,
    pub colors: Vec<Color>,
    #[field(dict = "specimen_tag")]
    pub tag: Option<Code>,
    #[field(dict = "specimen_tag")]
    pub tags: Vec<Code>,
    #[field(index)]
    pub case: Option<Id<Case>>,
    pub parent: Option<Id<Specimen>>,
    pub about: Option<AnyRef>,
    pub email: Option<Email>,
    #[field(search)]
    pub phone: Option<Phone>,
    pub site: Option<Url>,
    pub address: Option<Address>,
    pub region: Option<Region>,
    #[field(unique, max = 40)]
    pub code: Option<String>,
    pub territory: Option<Id<Territory>>,
    #[field(secret)]
    pub password: Option<String>,
    /// Who claimed it; set by the action alone.
    #[field(readonly)]
    pub claimed_by: Option<Id<User>>,
    /// What it is made of.
    pub parts: Lines<Part>,
}

/// A row of a specimen.
#[derive(Entity)]
#[entity(area = "settings", title = "name", line_of = "Specimen")]
pub struct Part {
    #[field(max = 20)]
    pub name: String,
    #[field(range = "0..1000", default = "1")]
    pub quantity: i64,
    pub price: Option<Money>,
    pub color: Option<Color>,
    #[field(dict = "specimen_tag")]
    pub tag: Option<Code>,
    #[field(index)]
    pub case: Option<Id<Case>>,
    /// Written by the rule alone.
    #[field(readonly)]
    pub total: Option<Money>,
}

/// What a rule leaves behind for each specimen that asks for it.
#[derive(Entity)]
#[entity(area = "settings", title = "text", follows = "specimen")]
pub struct Trace {
    #[field(list, index)]
    pub specimen: Id<Specimen>,
    #[field(list, max = 60)]
    pub text: String,
}

fn number(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    if change.op == Op::Create && change.after(Specimen::NUMBER).is_none() {
        let number = tx.next_number("specimen")?;
        change.new.set(Specimen::NUMBER, Some(Serial(format!("{number:06}"))));
    }
    Ok(())
}

/// Each part is worth its price times its quantity; one called `refused …` is refused by its place.
fn total(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let mut parts = change.new.lines(Specimen::PARTS).to_vec();
    for (n, part) in parts.iter_mut().enumerate() {
        if part.get(Part::NAME).is_some_and(|name| name.starts_with("refused")) {
            return Err(Error::invalid(&format!("parts[{n}].name"), "refused"));
        }
        let (quantity, price) = (part.get(Part::QUANTITY).unwrap_or(0), part.find(Part::PRICE));
        let total = price.and_then(|price| Some(Money { minor: price.minor.checked_mul(quantity)?, currency: price.currency }));
        part.set(Part::TOTAL, total);
    }
    change.new.set_lines(Specimen::PARTS, parts);
    Ok(())
}

/// A specimen called `trace …` leaves a trace; one called `late …` is refused after it has.
fn trace(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let name = change.new.get(Specimen::NAME).unwrap_or_default();
    if change.op == Op::Delete || !(name.starts_with("trace") || name.starts_with("late")) {
        return Ok(());
    }
    let catalog = tx.catalog().clone();
    let trace = Trace { specimen: change.new.typed_id(), text: name.chars().take(60).collect() };
    tx.insert(record_of(&catalog, trace)?, "specimen.trace")?;
    if name.starts_with("late") { Err(Error::conflict("refused_late")) } else { Ok(()) }
}

/// A specimen called `refused …` is refused; one called `broken …` breaks.
fn refuse(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    let name = change.new.get(Specimen::NAME).unwrap_or_default();
    match () {
        () if name.starts_with("refused") => Err(Error::invalid("name", "refused")),
        () if name.starts_with("broken") => Err(Error::internal("broken on purpose")),
        () if name.starts_with("panic") => panic!("on purpose"),
        () => Ok(()),
    }
}

/// Whoever is first has it.
fn claim(tx: &mut dyn Tx, specimen: &Record, _: &Record) -> Result<Outcome> {
    if specimen.find(Specimen::CLAIMED_BY).is_some() {
        return Err(Error::conflict("already_claimed"));
    }
    let mut new = specimen.clone();
    new.set(Specimen::CLAIMED_BY, tx.actor().user.map(Id::new));
    tx.update(new, "specimen.claim")?;
    Outcome::done()
}

/// Those that wait and whose moment has come.
fn waiting(reader: &mut dyn Reader) -> Result<Option<Query>> {
    let come = Filter::is(Specimen::MOMENT.index, Test::Le(Value::Instant(reader.now())));
    let waiting = Filter::eq(Specimen::WORD.index, Value::Text("waiting".to_owned()));
    Ok(Some(Query::of(Specimen::ENTITY, come.and(waiting)).order(Specimen::MOMENT.index, false).along_order()))
}

/// What is called `stuck …` is refused whenever its turn comes.
fn serve(tx: &mut dyn Tx, specimen: &Record) -> Result<()> {
    if specimen.get(Specimen::NAME).unwrap_or_default().starts_with("stuck") {
        return Err(Error::conflict("refused_late"));
    }
    let mut new = specimen.clone();
    new.set(Specimen::WORD, Some("served".to_owned()));
    tx.update(new, SERVING)?;
    Ok(())
}

const SERVING: &str = "specimen.serve";

/// The tests' own entities.
pub fn entities() -> Vec<EntityType> {
    vec![
        EntityType::plain::<Case>(),
        EntityType::plain::<Specimen>()
            .rules(Rules::new().fill(number).fill(total).check(refuse).react(trace))
            .action(Action::new("claim", claim).needs("see"))
            .job(Job { name: SERVING, schedule: Schedule::EveryMinutes(60), work: Work::Sweep { due: waiting, each: serve } })
            .tally(&[Specimen::COLOR.index, Specimen::OWNER.index, CREATED_AT], &[Specimen::COUNT.index, Specimen::PRICE.index])
            .view("red", r#"{"color":"red"}"#, "-created_at", &[]),
        EntityType::plain::<Part>(),
        EntityType::plain::<Trace>(),
    ]
}
