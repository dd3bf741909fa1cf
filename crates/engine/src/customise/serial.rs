//! Serials (编号): a number of its own for each record, given by the server.

use guanxi_model::system::FieldDefinition;
use guanxi_model::time::{Date, Instant};
use guanxi_model::tx::{Reader, Tx};
use guanxi_model::{EntityDef, Error, Record, Result, Value};
use guanxi_store::records;
use serde_json::{Map, Value as Json, json};

use crate::write::WriteTx;

/// Numbers passed over because they are taken, after a change of the format.
const MAX_TRIES: usize = 1_000;

/// How the numbers look: prefix, date, sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Serial {
    prefix: String,
    /// `none`, `year`, `month`, `day`: the sequence begins again with each.
    date_part: String,
    /// Digits of the sequence; it grows beyond them when they are used up.
    width: usize,
}

impl Serial {
    /// Reads what an administrator says: `{"prefix": "HT", "date_part": "year", "width": 4}`.
    pub fn read(json: &Json) -> Result<Self> {
        let bad = |code| Error::invalid("serial", code);
        let json = json.as_object().ok_or_else(|| bad("not_an_object"))?;
        if json.keys().any(|key| !["prefix", "date_part", "width"].contains(&key.as_str())) {
            return Err(bad("unknown_field"));
        }
        let prefix = json.get("prefix").and_then(Json::as_str).unwrap_or_default().trim().to_owned();
        let date_part = json.get("date_part").and_then(Json::as_str).unwrap_or("none").to_owned();
        let width = json.get("width").map_or(Some(6), Json::as_u64).filter(|width| (1..=12).contains(width));
        if prefix.chars().count() > 20 || prefix.chars().any(char::is_control) {
            return Err(bad("too_long"));
        }
        if !["none", "year", "month", "day"].contains(&date_part.as_str()) {
            return Err(bad("unknown_choice"));
        }
        let width = width.and_then(|width| usize::try_from(width).ok());
        Ok(Self { prefix, date_part, width: width.ok_or_else(|| super::definition::out_of_range("serial", 1, 12))? })
    }

    /// As the definition keeps it.
    pub fn kept(text: &str) -> Option<Self> {
        Self::read(&serde_json::from_str(text).ok()?).ok()
    }

    /// As the API tells it.
    pub fn json(&self) -> Json {
        json!({"prefix": self.prefix, "date_part": self.date_part, "width": self.width})
    }

    fn date(&self, date: Date) -> String {
        match self.date_part.as_str() {
            "year" => format!("{:04}", date.year()),
            "month" => format!("{:04}{:02}", date.year(), date.month()),
            "day" => format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()),
            _ => String::new(),
        }
    }

    fn number(&self, date: &str, number: i64) -> String {
        format!("{}{date}{number:0width$}", self.prefix, width = self.width)
    }

    /// Gives a record its number. The date is that of the record, so that records made before the
    /// field was keep their time.
    pub fn give(&self, tx: &mut WriteTx<'_>, record: &mut Record, index: usize) -> Result<()> {
        let def = record.entity().clone();
        let at = match record.at(guanxi_model::entity::CREATED_AT) {
            Value::Instant(at) => *at,
            _ => Instant(tx.now.0),
        };
        let date = self.date(tx.zone().date_of(at));
        let sequence = sequence(&def, index, &date);
        for _ in 0..MAX_TRIES {
            let number = self.number(&date, tx.next_number(&sequence)?);
            let value = Value::Text(number);
            let catalog = tx.catalog.clone();
            if !records::value_is_taken(tx.conn, &catalog, &def, index, &value, record.id())? {
                record.put(index, value);
                return Ok(());
            }
        }
        Err(Error::conflict("no_number_free"))
    }
}

fn sequence(def: &EntityDef, index: usize, date: &str) -> String {
    let field = def.fields.get(index).map_or("", |field| field.name.as_str());
    format!("{}.{field}:{date}", def.name)
}

/// Reads the part of a definition.
pub(super) fn define(input: &Map<String, Json>, definition: &mut FieldDefinition) -> Result<()> {
    if let Some(json) = input.get("serial").filter(|json| !json.is_null()) {
        definition.formula = Some(guanxi_model::field::LongText(Serial::read(json)?.json().to_string()));
    } else if definition.formula.is_none() {
        definition.formula = Some(guanxi_model::field::LongText(Serial::read(&json!({}))?.json().to_string()));
    }
    Ok(())
}
