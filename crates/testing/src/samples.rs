//! Valid values for any field of any entity, so that an entity is tested the moment it is declared.

use std::collections::HashMap;

use guanxi_model::entity::EntityDef;
use guanxi_model::field::Options;
use guanxi_model::kind::Operator;
use guanxi_model::{Error, FieldDef, Kind, Result};
use serde_json::{Map, Value as Json, json};

use crate::World;

/// Makes records of any entity, with the records they refer to.
#[derive(Default)]
pub struct Samples {
    made: HashMap<String, Vec<i64>>,
    making: Vec<String>,
}

/// Values where a rule of the noun asks for more than the kind does.
fn special(entity: &str, field: &str, n: usize) -> Option<Json> {
    Some(match (entity, field) {
        ("customer", "credit_code") => json!(credit_code(n)),
        ("customer", "id_number") => json!(format!("E{:08}", 12_345_678 + n)),
        ("customer", "referrer" | "parent" | "pool") | ("contact", "second_customer") | (_, "owner") => Json::Null,
        ("organisation", "currency") => json!("CNY"),
        ("organisation", "time_zone") => json!("Asia/Shanghai"),
        ("user", "status") => json!("active"),
        ("user", "administration") => json!("none"),
        ("role", "administers_branch" | "needs_superior") | ("dictionary_entry", "disabled") => json!(false),
        ("user", "login") => Json::Null,
        ("view" | "role_grant" | "role_field" | "field_profile" | "numbering", "entity") => json!("customer"),
        ("role_field", "field") => json!("remark"),
        ("field_profile", "required_fields") => json!("name"),
        ("view", "filter") | ("role_grant", "read_filter" | "write_filter") => json!("{}"),
        ("view", "columns") => json!("[\"name\"]"),
        ("view", "sort") => json!("name"),
        ("follow_up", "contacted_at") => json!("2026-02-27T01:00:00Z"),
        _ => return None,
    })
}

/// Fields that a rule of the noun asks for, though the declaration does not.
const ASKED_FOR: [(&str, &str); 4] = [("pool_member", "user"), ("lead_rule", "team"), ("follow_up", "customer"), ("lead", "mobile")];

/// A unified social credit code whose last character is right.
fn credit_code(n: usize) -> String {
    let body = format!("91310115MA1H{n:05}");
    let last = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    last.map(|c| format!("{body}{c}")).find(|code| guanxi_model::text::credit_code_is_valid(code)).expect("a right last character")
}

/// A valid value of a kind; `n` makes it different.
pub fn value(field: &FieldDef, n: usize) -> Option<Json> {
    let limit = |text: String| text.chars().take(field.max_chars() as usize).collect::<String>();
    Some(match field.kind {
        Kind::Text => json!(limit(format!("{n}号 Sample {}", field.name))),
        Kind::LongText => json!(format!("第一行 {n}\n第二行 Second")),
        Kind::Integer => {
            let (from, to) = field.range.unwrap_or((-5, 1_000_000));
            json!((from.saturating_add(n as i64)).min(to))
        }
        Kind::Decimal => json!(format!("-{n}.0625")),
        Kind::Percent => json!(format!("{}.5", 10 + n % 80)),
        Kind::Money => json!({"amount": format!("{}.05", 1000 * n), "currency": "CNY"}),
        Kind::Boolean => json!(n.is_multiple_of(2)),
        Kind::Date => json!(format!("2026-02-{:02}", 10 + n)),
        Kind::DateTime => json!(format!("2026-04-{:02}T08:30:00Z", 10 + n)),
        Kind::Email => json!(format!("sample{n}@example.com")),
        Kind::Phone => json!(format!("1380013{:04}", 8000 + n)),
        Kind::Url => json!(format!("https://example.com/{n}")),
        Kind::Address => json!(format!("上海市浦东新区世纪大道 {n} 号")),
        Kind::Region => json!(["310115", "110105", "440305"][n % 3]),
        Kind::Choice | Kind::Choices | Kind::Reference | Kind::AnyReference => return None,
        Kind::File | Kind::Lines | Kind::Formula | Kind::RollUp | Kind::Serial => return None,
    })
}

impl Samples {
    /// The samples of an entity that are there, at least `count`.
    pub fn some(&mut self, world: &World, entity: &str, count: usize) -> Result<Vec<i64>> {
        while self.made.get(entity).map_or(0, Vec::len) < count {
            self.make(world, entity)?;
        }
        Ok(self.made.get(entity).cloned().unwrap_or_default())
    }

    /// One more sample. The third says nothing but what it must, the fourth is like the first.
    pub fn make(&mut self, world: &World, entity: &str) -> Result<i64> {
        let def = world.engine.catalog().get(entity).cloned().ok_or_else(|| Error::internal(entity))?;
        let n = self.made.get(entity).map_or(0, Vec::len);
        self.making.push(entity.to_owned());
        let values = self.values(world, &def, n);
        self.making.pop();
        let id = world.engine.create(&world.admin, &def.plural, values?)?.id;
        self.made.entry(entity.to_owned()).or_default().push(id);
        Ok(id)
    }

    /// Values for every field a caller may write.
    pub fn values(&mut self, world: &World, def: &EntityDef, n: usize) -> Result<Map<String, Json>> {
        let (sparse, like) = (n == 2, if n == 3 { 0 } else { n });
        let mut values = Map::new();
        for field in def.fields.iter().skip(def.first_declared()).filter(|field| field.is_writable() && !field.secret) {
            if sparse && !field.required && !ASKED_FOR.contains(&(def.name.as_str(), field.name.as_str())) {
                continue;
            }
            let n = if field.unique || def.rights || def.follows.is_some() || field.kind == Kind::Phone { n } else { like };
            if let Some(value) = self.field_value(world, def, field, n)?
                && value != Json::Null
            {
                values.insert(field.name.clone(), value);
            }
        }
        Ok(values)
    }

    /// A valid value of a field.
    pub fn field_value(&mut self, world: &World, def: &EntityDef, field: &FieldDef, n: usize) -> Result<Option<Json>> {
        if let Some(value) = special(&def.name, &field.name, n) {
            return Ok(Some(value));
        }
        if field.kind == Kind::AnyReference {
            let about = self.some(world, "case", 3)?;
            return Ok(Some(json!({"entity": "boxes", "id": about[n % about.len()].to_string()})));
        }
        if field.kind == Kind::Lines {
            let line = world.engine.catalog().target_of(field).cloned().ok_or_else(|| Error::internal("lines of nothing"))?;
            let rows: Result<Vec<Json>> = (0..=n % 3).map(|row| Ok(Json::Object(self.values(world, &line, 4 + row)?))).collect();
            return Ok(Some(json!(rows?)));
        }
        if field.kind == Kind::File {
            return Ok(Some(json!({"id": world.file(&world.admin, &format!("第{n}份.txt"), format!("内容 {n}").as_bytes()).to_string()})));
        }
        if let Some(target) = field.target.clone() {
            return self.reference(world, def, &target, field.required, n);
        }
        if matches!(field.kind, Kind::Choice | Kind::Choices) {
            let org = world.engine.org()?;
            let options: Vec<String> = match &field.options {
                Options::Fixed(options) => options.iter().map(|option| option.value.clone()).collect(),
                Options::Dictionary(name) => {
                    org.dictionary(name).iter().filter(|entry| !entry.disabled).map(|entry| entry.value.clone()).collect()
                }
                Options::None => Vec::new(),
            };
            assert!(!options.is_empty(), "{}.{} offers nothing", def.name, field.name);
            let option = options[n % options.len()].clone();
            return Ok(Some(if field.kind == Kind::Choice { json!(option) } else { json!([option]) }));
        }
        Ok(value(field, n))
    }

    fn reference(&mut self, world: &World, def: &EntityDef, target: &str, required: bool, n: usize) -> Result<Option<Json>> {
        // The further customer of a contact is not the main one.
        let n = if def.name == "contact_customer" && target == "customer" { n + 1 } else { n };
        if target == def.name || self.making.iter().any(|name| name == target) {
            // A tree grows from its first record; circles are not begun.
            let first = self.made.get(target).and_then(|ids| ids.first()).filter(|_| target == def.name && n > 0);
            return Ok(first.map(|id| json!(id.to_string())));
        }
        let readonly = world
            .engine
            .catalog()
            .get(target)
            .is_some_and(|target| target.singleton || target.fields.iter().any(|field| field.required && !field.is_writable()));
        if readonly && !required {
            return Ok(None);
        }
        let ids = self.some(world, target, 3)?;
        Ok(Some(json!(ids[n % ids.len()].to_string())))
    }
}

/// Operands for an operator, made from values that are there and from valid ones that are not.
pub fn operands(op: Operator, field: &FieldDef, there: &[Json], free: Option<Json>) -> Vec<Json> {
    let mut values: Vec<Json> = there.iter().filter(|value| !value.is_null()).take(2).cloned().collect();
    values.extend(free);
    let plain = |value: &Json| match value {
        Json::Object(object) if object.contains_key("id") && field.kind != Kind::AnyReference => object["id"].clone(),
        other => other.clone(),
    };
    let values: Vec<Json> = values.iter().map(plain).collect();
    let text = |value: &Json| value.as_str().map(str::to_owned);
    match op {
        Operator::Eq | Operator::Ne => values.into_iter().chain([Json::Null]).collect(),
        Operator::Lt | Operator::Le | Operator::Gt | Operator::Ge => values,
        Operator::In | Operator::Nin => {
            let flat: Vec<Json> =
                values.iter().flat_map(|value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])).collect();
            let many: Vec<Json> = flat.iter().cycle().take(if flat.is_empty() { 0 } else { 12 }).cloned().collect();
            vec![json!([]), json!(flat), json!(many)]
        }
        Operator::Between => match (values.first(), values.last()) {
            (Some(a), Some(b)) => vec![json!([a, b]), json!([b, a])],
            _ => Vec::new(),
        },
        Operator::Contains | Operator::Starts => {
            let parts = values.iter().flat_map(|value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]));
            let parts: Vec<String> = parts.filter_map(|value| text(&value)).collect();
            let piece = |text: &String| text.chars().take(3).collect::<String>();
            let upper = parts.iter().map(|text| text.to_uppercase());
            parts
                .iter()
                .map(piece)
                .chain(parts.clone())
                .chain(upper)
                .chain([String::new(), "%".into(), "_".into()])
                .map(Json::String)
                .collect()
        }
        Operator::Empty => vec![json!(true), json!(false)],
        Operator::Under => values.into_iter().filter(|value| value.is_string()).collect(),
        Operator::Me if field.target.as_deref() == Some("user") => vec![json!(true), json!(false)],
        Operator::Me => Vec::new(),
        Operator::Within => ["today", "this_month", "last_30_days", "next_quarter", "past", "future"].map(|name| json!(name)).to_vec(),
    }
}
