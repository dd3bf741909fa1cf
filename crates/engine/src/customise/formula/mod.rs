//! Formulas (公式): a field computed from the other fields of its record.
//!
//! The grammar is CEL's and so is its parser; types are checked when the formula is defined, and
//! numbers are exact decimals. What cannot be computed (a division by zero, a value that is not
//! there, a figure out of bounds) is empty, never an error: a formula does not stop a save.

mod check;
mod number;
mod run;

use guanxi_model::entity::EntityDef;
use guanxi_model::field::LongText;
use guanxi_model::kind::Kind;
use guanxi_model::system::FieldDefinition;
use guanxi_model::time::Zone;
use guanxi_model::{Catalog, Error, Problem, Record, Result, Status, Value};
use serde_json::{Map, Value as Json};

use super::derived::{self, Derived};
use check::Node;

/// Longest expression, in characters.
pub(super) const MAX_CHARS: usize = 2_000;
/// Deepest nesting of an expression.
const MAX_DEPTH: u16 = 48;
/// Kinds a formula may give.
pub(super) const RESULTS: [Kind; 4] = [Kind::Text, Kind::Decimal, Kind::Boolean, Kind::Date];

/// A formula ready to run.
#[derive(Debug)]
pub(super) struct Formula {
    root: Node,
    /// Fields it reads, by position.
    pub sources: Vec<usize>,
    result: Kind,
    decimals: u32,
}

impl Formula {
    /// Reads an expression over the fields of an entity that `readable` lets it use.
    ///
    /// # Errors
    /// 422 for the parameter `formula`, naming what is wrong with it.
    pub fn parse(text: &str, def: &EntityDef, result: Kind, decimals: Option<u32>, readable: &dyn Fn(usize) -> bool) -> Result<Self> {
        if text.chars().count() > MAX_CHARS {
            return Err(wrong("formula_too_long", &[("max", MAX_CHARS.to_string())]));
        }
        // The parser is not ours: a panic in it must not take the request with it.
        let parsed = std::panic::catch_unwind(|| cel::parser::Parser::default().max_recursion_depth(MAX_DEPTH).parse(text));
        let tree = match parsed {
            Ok(Ok(tree)) => tree,
            Ok(Err(faults)) => {
                let at = faults.errors.first().map_or(1, |fault| fault.pos.1.max(0) + 1);
                return Err(wrong("formula_syntax", &[("at", at.to_string())]));
            }
            Err(_) => return Err(wrong("formula_syntax", &[("at", "1".to_owned())])),
        };
        let (root, sources) = check::check(&tree, def, result, readable)?;
        Ok(Self { root, sources, result, decimals: decimals.unwrap_or(number::KEPT_DIGITS).min(number::KEPT_DIGITS) })
    }

    /// What the formula gives for a record.
    pub fn value(&self, record: &Record, zone: &Zone) -> Value {
        run::value(&self.root, self.result, self.decimals, record, zone)
    }
}

/// Reads the part of a definition.
pub(super) fn define(input: &Map<String, Json>, definition: &mut FieldDefinition, catalog: &Catalog, derived: &Derived) -> Result<()> {
    let def = catalog.get(&definition.entity).ok_or_else(|| Error::invalid("entity", "unknown_entity"))?;
    if definition.result.is_none() {
        let asked = input.get("result").and_then(Json::as_str).and_then(Kind::parse).filter(|kind| RESULTS.contains(kind));
        definition.result = Some(asked.ok_or_else(|| Error::invalid("result", "unknown_choice"))?.name().to_owned());
    }
    match input.get("formula") {
        Some(Json::String(text)) if !text.trim().is_empty() => definition.formula = Some(LongText(text.trim().to_owned())),
        // What is not said anew is not looked at: a formula that rests can still be renamed or hidden.
        None if definition.formula.is_some() => return Ok(()),
        _ => return Err(wrong("required", &[])),
    }
    let text = definition.formula.as_ref().map_or("", |text| text.0.as_str());
    let result = definition.result.as_deref().and_then(Kind::parse).unwrap_or(Kind::Decimal);
    let index = def.position(&definition.name).unwrap_or(usize::MAX);
    let formula = Formula::parse(text, def, result, None, &|source| derived::comes_before(def, source, index))?;
    // A figure over a figure would have to be taken again and again.
    let measured = derived.over(&def.name).iter().any(|(_, roll_up)| roll_up.sources.contains(&index));
    if measured && formula.sources.iter().any(|source| derived.relies_on_roll_up(&def.name, *source)) {
        return Err(wrong("roll_up_of_roll_up", &[("name", definition.name.clone())]));
    }
    Ok(())
}

/// 422: what is wrong with the expression.
fn wrong(code: &'static str, args: &[(&'static str, String)]) -> Error {
    let mut problem = Problem::new(Status::Invalid, "invalid").field("formula", code);
    if let Some(field) = problem.fields.first_mut() {
        field.args = args.to_vec();
    }
    problem.into()
}
