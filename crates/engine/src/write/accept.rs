//! Input of a caller: names become positions, values are read by kind, and what the caller may
//! not write is refused before anything happens.

use guanxi_model::entity::{EntityDef, IMPLIED};
use guanxi_model::field::{ChoiceDef, Options};
use guanxi_model::filter::unknown_field;
use guanxi_model::system::Right;
use guanxi_model::{Currency, Error, FieldDef, FieldProblem, Kind, Problem, Record, Result, Status, Value, wire};
use serde_json::{Map, Value as Json};

use crate::meta::option_label;
use crate::rights::{Access, EntityAccess};

/// Most options that a refusal names.
const TOLD: usize = 10;

/// Values accepted from a caller.
#[derive(Clone, Debug, Default)]
pub struct Accepted {
    pub values: Vec<(usize, Value)>,
}

impl Accepted {
    /// Puts the values into a record.
    pub fn apply(&self, record: &mut Record) {
        for (index, value) in &self.values {
            record.put(*index, value.clone());
        }
    }

    /// Whether the caller gave a value for this field, even an empty one.
    pub fn names(&self, field: usize) -> bool {
        self.values.iter().any(|(index, _)| *index == field)
    }
}

/// Reads the fields a caller gave. Implied fields and `_masked` are what the server itself sent:
/// they are passed over, so that a record that was read can be sent back. A field that may not be
/// written is passed over when it is unchanged, and refused otherwise.
pub fn accept(
    access: &Access,
    of: &EntityAccess,
    def: &EntityDef,
    input: &Map<String, Json>,
    current: Option<&Record>,
) -> Result<Accepted> {
    let mut accepted = Accepted::default();
    let mut problems: Vec<FieldProblem> = Vec::new();
    let currency: Currency = access.org.currency;
    for (name, json) in input {
        if name == "_masked" {
            continue;
        }
        let Some(index) = def.position(name) else {
            return Err(unknown_field(def, name, |index| of.right(index) >= Right::Read));
        };
        if index < IMPLIED {
            continue;
        }
        let Some(field) = def.fields.get(index) else { continue };
        if of.right(index) == Right::Hidden {
            return Err(unknown_field(def, name, |index| of.right(index) >= Right::Read));
        }
        // What was shown instead of the value comes back unchanged.
        if of.right(index) == Right::Masked && current.is_some_and(|record| is_mask_of(json, field, record.at(index))) {
            continue;
        }
        if field.kind == Kind::Lines {
            let there = current.map_or(&[][..], |record| record.at(index).as_lines());
            let Some(value) = super::lines::accept(access, field, json, there, &mut problems)? else { continue };
            if of.right(index) >= Right::Write {
                accepted.values.push((index, value));
            } else if of.right(index) == Right::Masked || current.map_or(&Value::Null, |record| record.at(index)) != &value {
                problems.push(FieldProblem { field: name.clone(), code: "not_writable", args: Vec::new() });
            }
            continue;
        }
        let value = match wire::read_json(field, json, &access.org.catalog, currency) {
            Ok(value) => value,
            Err(code) => {
                problems.push(FieldProblem { field: name.clone(), code, args: limits(access, def, field) });
                continue;
            }
        };
        if of.right(index) < Right::Write {
            let masked = of.right(index) == Right::Masked;
            let unchanged = current.map_or(value == Value::Null, |record| *record.at(index) == value);
            if !masked && unchanged {
                continue;
            }
            problems.push(FieldProblem { field: name.clone(), code: "not_writable", args: Vec::new() });
            continue;
        }
        accepted.values.push((index, value));
    }
    if problems.is_empty() { Ok(accepted) } else { Err(refusal(problems)) }
}

fn is_mask_of(json: &Json, field: &guanxi_model::FieldDef, value: &Value) -> bool {
    if field.kind == Kind::Lines {
        return json.as_str() == Some(wire::MASKED);
    }
    match wire::cells_of(value).0 {
        wire::Cell::Null => json.is_null(),
        cell => json.as_str() == Some(wire::mask(field.values(), cell.str().unwrap_or_default()).as_str()),
    }
}

/// What the texts of field problems name.
pub fn limits(access: &Access, def: &EntityDef, field: &FieldDef) -> Vec<(&'static str, String)> {
    let mut args = vec![("max", field.max_chars().to_string())];
    if let Some((from, to)) = field.range {
        args.push(("from", from.to_string()));
        args.push(("to", to.to_string()));
    }
    if field.options != Options::None {
        args.push(("options", offered(access, def, field)));
    }
    args
}

/// The first options on offer, as people call them.
fn offered(access: &Access, def: &EntityDef, field: &FieldDef) -> String {
    let lang = access.actor.lang;
    let options: Vec<ChoiceDef> = access.org.options(&field.options).into_iter().filter(|option| !option.disabled).collect();
    let labels: Vec<String> = options.iter().take(TOLD).map(|option| option_label(&options, lang, def, field, &option.value)).collect();
    let more = if options.len() > TOLD { " …" } else { "" };
    format!("{}{more}", labels.join(&guanxi_model::labels::text(lang, "word.between")))
}

/// 422 with all fields at fault.
pub fn refusal(fields: Vec<FieldProblem>) -> Error {
    let only_rights = fields.iter().all(|field| field.code == "not_writable");
    let status = if only_rights { Status::Forbidden } else { Status::Invalid };
    Problem { status, code: if only_rights { "not_writable" } else { "invalid" }, args: Vec::new(), fields }.into()
}
