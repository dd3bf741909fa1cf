//! Roll-ups (汇总): a figure over the records that refer to this one, kept in a column of its own.
//!
//! A write notes which records its children belong to, before and after; at the end of the same
//! transaction their figures are taken anew from the database. Nothing is added up along the way,
//! so that an undo, a merge or an import cannot leave a figure wrong. A figure is no change of the
//! record: its version stays, and the change log tells of the children.

use std::sync::Arc;

use guanxi_model::entity::{EntityDef, ID, LINE_PARENT};
use guanxi_model::filter::{self, Filter, ParseScope};
use guanxi_model::kind::Kind;
use guanxi_model::money::Money;
use guanxi_model::system::{FieldDefinition, Right};
use guanxi_model::time::{Instant, Zone};
use guanxi_model::{Catalog, Currency, Error, FieldDef, Problem, Record, Result, Status, Value};
use guanxi_store::dialect::Hold;
use guanxi_store::roll_up::{self, Figures};
use guanxi_store::{Conn, records};
use serde_json::{Map, Value as Json, json};

use super::derived::Derived;
use crate::events::Event;
use crate::write::WriteTx;

/// Words of a filter whose answer moves with the day or the reader.
const MOVING: [&str; 3] = ["within", "me", "under"];

/// What is done with the children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Count,
    Sum,
    Average,
    Min,
    Max,
    Latest,
}

impl Function {
    const ALL: [(&'static str, Self); 6] = [
        ("count", Self::Count),
        ("sum", Self::Sum),
        ("avg", Self::Average),
        ("min", Self::Min),
        ("max", Self::Max),
        ("latest", Self::Latest),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    /// The kind of the figure over fields of a kind; nothing where it makes no sense.
    fn result(self, measured: Option<Kind>) -> Option<Kind> {
        let number = matches!(measured, Some(Kind::Integer | Kind::Decimal | Kind::Percent | Kind::Money));
        let ordered = number || matches!(measured, Some(Kind::Date | Kind::DateTime));
        let shown = ordered || matches!(measured, Some(Kind::Text | Kind::Choice | Kind::Boolean | Kind::Phone | Kind::Email));
        match (self, measured) {
            (Self::Count, None) => Some(Kind::Integer),
            (Self::Average, Some(Kind::Integer)) => Some(Kind::Decimal),
            (Self::Sum | Self::Average, Some(kind)) if number => Some(kind),
            (Self::Min | Self::Max, Some(kind)) if ordered => Some(kind),
            (Self::Latest, Some(kind)) if shown => Some(kind),
            _ => None,
        }
    }
}

/// A roll-up ready to run.
#[derive(Debug)]
pub(super) struct RollUp {
    /// Position of the figure in its own entity.
    pub index: usize,
    pub child: Arc<EntityDef>,
    /// The field of a child that refers to the record.
    pub link: usize,
    function: Function,
    pub measured: Option<usize>,
    filter: Filter,
    result: Kind,
    /// Fields of a child it reads, the link among them.
    pub sources: Vec<usize>,
}

impl RollUp {
    /// Reads a definition: `{"entity", "link", "function", "field", "filter"}`.
    ///
    /// # Errors
    /// 422 for the parameter `roll_up`.
    pub fn read(json: &Json, catalog: &Catalog, parent: &EntityDef, index: usize) -> Result<Self> {
        let bad = |code| Error::invalid("roll_up", code);
        let json = json.as_object().ok_or_else(|| bad("not_an_object"))?;
        if let Some(unknown) = json.keys().find(|key| !["entity", "link", "function", "field", "filter"].contains(&key.as_str())) {
            return Err(named("roll_up_unknown_field", unknown));
        }
        let part = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default();
        let business =
            |child: &&Arc<EntityDef>| !child.rights && !child.personal && !child.singleton && (child.is_open() || child.line_of.is_some());
        let child = catalog.by_plural(part("entity")).filter(business).ok_or_else(|| bad("unknown_entity"))?;
        let position = |name: &str| {
            let shown =
                |index: &usize| child.fields.get(*index).is_some_and(|field| !field.secret && !crate::meta::is_internal(*index, field));
            child.position(name).filter(shown).ok_or_else(|| named("roll_up_unknown_field", name))
        };
        // Of lines, the link is that they belong to the record.
        let own = child.line_of.is_some() && part("link").is_empty();
        let link = if own { LINE_PARENT } else { position(part("link"))? };
        let refers = |field: &FieldDef| field.kind == Kind::Reference && field.target.as_deref() == Some(parent.name.as_str());
        if !child.fields.get(link).is_some_and(refers) {
            return Err(named("not_a_link", if own { part("entity") } else { part("link") }));
        }
        let function = Function::parse(part("function")).ok_or_else(|| bad("unknown_measure"))?;
        let measured = if part("field").is_empty() { None } else { Some(position(part("field"))?) };
        let kind = measured.and_then(|index| child.fields.get(index)).map(FieldDef::values);
        let result = function.result(kind).ok_or_else(|| named("not_measurable", part("field")))?;
        let empty = json!({});
        let asked = json.get("filter").filter(|filter| !filter.is_null()).unwrap_or(&empty);
        if moves(asked) {
            return Err(bad("filter_moves"));
        }
        let filter = filter::parse(asked, child, &Anyone { catalog }).map_err(|error| match error.problem() {
            Some(problem) => named(problem.code, &problem.fields.first().map(|field| field.field.clone()).unwrap_or_default()),
            None => error,
        })?;
        let mut sources: Vec<usize> = measured.into_iter().chain([link]).collect();
        fields_of(&filter, &mut sources).ok_or_else(|| bad("filter_not_local"))?;
        sources.sort_unstable();
        sources.dedup();
        Ok(Self { index, child: child.clone(), link, function, measured, filter, result, sources })
    }

    /// The kind of the figure.
    pub fn result(&self) -> Kind {
        self.result
    }

    /// The figure of a record without children.
    pub fn none(&self, currency: Currency) -> Value {
        let none = matches!(self.function, Function::Count | Function::Sum);
        if none { self.of_number(0, currency) } else { Value::Null }
    }

    /// The figure of a record, from its children as they stand.
    fn value(&self, conn: &mut dyn Conn, catalog: &Catalog, parent: i64, currency: Currency) -> Result<Value> {
        let here = Filter::eq(self.link, Value::Ref(parent)).and(self.filter.clone());
        if let (Function::Latest, Some(measured)) = (self.function, self.measured) {
            return roll_up::latest(conn, catalog, &self.child, here, measured);
        }
        let figures = roll_up::figures(conn, catalog, &self.child, &here, self.measured)?;
        // An amount of mixed currencies would be the amount of none.
        if figures.mixed {
            return Ok(Value::Null);
        }
        if figures.count == 0 {
            return Ok(self.none(currency));
        }
        let currency = figures.currency.as_deref().and_then(Currency::parse).unwrap_or(currency);
        Ok(match self.function {
            Function::Count => Value::Int(figures.count),
            Function::Min => figures.min,
            Function::Max => figures.max,
            _ => match self.number(&figures) {
                Some(number) => self.of_number(number, currency),
                None => Value::Null,
            },
        })
    }

    /// Sum or average in the unit of the result; nothing where it does not fit.
    fn number(&self, figures: &Figures) -> Option<i64> {
        if self.function == Function::Sum {
            return i64::try_from(figures.sum).ok();
        }
        let measured = self.measured.and_then(|index| self.child.fields.get(index)).map(FieldDef::values);
        // The average of whole numbers is a decimal.
        let scale = if measured == Some(Kind::Integer) { 10_i128.pow(guanxi_model::value::DECIMAL_DIGITS) } else { 1 };
        let (sum, count) = (figures.sum.checked_mul(scale)?, i128::from(figures.count));
        let (quotient, rest) = (sum / count, sum % count);
        let up = rest.unsigned_abs() * 2 >= count.unsigned_abs();
        i64::try_from(if up { quotient + if sum < 0 { -1 } else { 1 } } else { quotient }).ok()
    }

    fn of_number(&self, number: i64, currency: Currency) -> Value {
        match self.result {
            Kind::Integer => Value::Int(number),
            Kind::Money => Value::Money(Money { minor: number, currency }),
            _ => Value::Decimal(number),
        }
    }

    /// Whether a change of a child may change a figure.
    fn is_touched(&self, old: Option<&Record>, new: &Record) -> bool {
        let live = |record: &Record| record.deleted_at().is_none();
        match old {
            None => live(new),
            Some(old) => live(old) != live(new) || self.sources.iter().any(|index| old.at(*index) != new.at(*index)),
        }
    }
}

/// Notes whose figures a write may change.
pub(crate) fn note(tx: &mut WriteTx<'_>, old: Option<&Record>, new: &Record) {
    let derived = tx.engine.derived(&tx.catalog);
    for (parent, roll_up) in derived.over(&new.entity().name) {
        if !roll_up.is_touched(old, new) {
            continue;
        }
        for record in old.into_iter().chain([new]) {
            if let Some(id) = record.at(roll_up.link).as_ref_id() {
                tx.rolled.insert((parent.clone(), id));
            }
        }
    }
    for (index, field) in new.entity().lines() {
        let (was, is) = (old.map_or(&[][..], |old| old.at(index).as_lines()), new.at(index).as_lines());
        let moved = old.is_none_or(|old| old.deleted_at().is_some() != new.deleted_at().is_some());
        if was == is && !moved {
            continue;
        }
        for (parent, roll_up) in derived.over(field.target.as_deref().unwrap_or_default()) {
            if roll_up.link == LINE_PARENT {
                tx.rolled.insert((parent.clone(), new.id()));
                continue;
            }
            let linked = was.iter().chain(is).filter_map(|row| row.at(roll_up.link).as_ref_id());
            tx.rolled.extend(linked.map(|id| (parent.clone(), id)));
        }
    }
}

/// Takes the figures of one noted record anew before the transaction ends, so that whoever wrote
/// its lines is answered with them.
pub(crate) fn take_of(tx: &mut WriteTx<'_>, record: &Record) -> Result<()> {
    let key = (record.entity().name.clone(), record.id());
    if tx.rolled.remove(&key) { take_one(tx, key.0, key.1) } else { Ok(()) }
}

/// Takes the figures of all noted records anew, in one order: writers wait for each other shortly
/// and never in a circle.
pub(crate) fn take(tx: &mut WriteTx<'_>) -> Result<()> {
    for (entity, id) in std::mem::take(&mut tx.rolled) {
        take_one(tx, entity, id)?;
    }
    Ok(())
}

fn take_one(tx: &mut WriteTx<'_>, entity: String, id: i64) -> Result<()> {
    // Held first: who waited here counts what the other committed.
    let Some(old) = tx.load_held(&entity, id, Hold::Change)? else { return Ok(()) };
    let mut new = old.clone();
    figures(tx, &mut new)?;
    super::derive_formulas(tx, &mut new);
    let changed = old.differences(&new);
    if !changed.is_empty() {
        records::update(tx.conn, &old, &new, &changed, true)?;
        let change_set = tx.set_id();
        tx.tell(Event::Record { entity, id, op: guanxi_model::Op::Update.name(), change_set });
    }
    Ok(())
}

/// Takes every figure of a record anew.
pub(super) fn figures(tx: &mut WriteTx<'_>, record: &mut Record) -> Result<()> {
    let (catalog, derived) = (tx.catalog.clone(), tx.engine.derived(&tx.catalog));
    let currency = tx.access.org.currency;
    for roll_up in derived.roll_ups(&record.entity().name) {
        let value = roll_up.value(tx.conn, &catalog, record.id(), currency)?;
        record.put(roll_up.index, value);
    }
    Ok(())
}

/// Reads the part of a definition.
pub(super) fn define(input: &Map<String, Json>, definition: &mut FieldDefinition, catalog: &Catalog, derived: &Derived) -> Result<()> {
    let parent = catalog.get(&definition.entity).ok_or_else(|| Error::invalid("entity", "unknown_entity"))?;
    let Some(json) = input.get("roll_up").filter(|json| !json.is_null()) else {
        return if definition.formula.is_some() { Ok(()) } else { Err(Error::invalid("roll_up", "required")) };
    };
    let roll_up = RollUp::read(json, catalog, parent, ID)?;
    if let Some(field) = roll_up.sources.iter().find(|index| derived.relies_on_roll_up(&roll_up.child.name, **index)) {
        let name = roll_up.child.fields.get(*field).map_or("", |field| field.name.as_str());
        return Err(named("roll_up_of_roll_up", name));
    }
    let result = roll_up.result().name();
    if definition.result.as_deref().is_some_and(|before| before != result) {
        return Err(named("result_changes", result));
    }
    definition.result = Some(result.to_owned());
    definition.formula = Some(guanxi_model::field::LongText(json.to_string()));
    Ok(())
}

/// Whether the answer of a filter moves though no record changes.
fn moves(filter: &Json) -> bool {
    match filter {
        Json::Object(parts) => parts.iter().any(|(name, part)| MOVING.contains(&name.as_str()) || moves(part)),
        Json::Array(parts) => parts.iter().any(moves),
        _ => false,
    }
}

/// The fields of the child itself that a filter reads; nothing where it reads other records.
fn fields_of(filter: &Filter, fields: &mut Vec<usize>) -> Option<()> {
    match filter {
        Filter::All | Filter::Nothing => Some(()),
        Filter::Is(index, _) => {
            fields.push(*index);
            Some(())
        }
        Filter::And(list) | Filter::Or(list) => list.iter().try_for_each(|part| fields_of(part, fields)),
        Filter::Via { .. } | Filter::Has { .. } | Filter::Text(_) => None,
    }
}

fn named(code: &'static str, name: &str) -> Error {
    let mut problem = Problem::new(Status::Invalid, "invalid").field("roll_up", code);
    if let Some(field) = problem.fields.first_mut() {
        field.args = vec![("name", name.to_owned()), ("nearest", String::new())];
    }
    problem.into()
}

/// Reading a filter for everybody alike.
struct Anyone<'a> {
    catalog: &'a Catalog,
}

impl ParseScope for Anyone<'_> {
    fn catalog(&self) -> &Catalog {
        self.catalog
    }
    fn now(&self) -> Instant {
        Instant(0)
    }
    fn zone(&self) -> &Zone {
        static ZONE: std::sync::LazyLock<Zone> = std::sync::LazyLock::new(Zone::shanghai);
        &ZONE
    }
    fn me(&self) -> Option<i64> {
        None
    }
    fn under(&self, _: &EntityDef, _: i64) -> Result<Vec<i64>> {
        Ok(Vec::new())
    }
    fn right(&self, _: &EntityDef, _: usize) -> Right {
        Right::Read
    }
    fn visible(&self, _: &EntityDef) -> Result<Filter> {
        Ok(Filter::All)
    }
}
