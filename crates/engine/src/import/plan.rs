//! How each row of a file becomes a record: worked out once for a whole run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use guanxi_model::entity::{EntityDef, ID};
use guanxi_model::field::Options as Choices;
use guanxi_model::{Currency, Error, FieldDef, Filter, Kind, Query, Record, Result, text, wire};
use serde_json::{Map, Value as Json, json};

use super::cells;
use super::choices::Words;
use super::guess::{Mapping, is_target};
use super::named::People;
use super::options::Options;
use crate::engine::Engine;
use crate::rights::Access;
use crate::sheet::{Cell, Row};
use crate::write::WriteTx;

/// Longest part of a cell that a refusal repeats, in characters.
const VALUE_CHARS: usize = 60;
/// Records of an entity up to which matching may read them all, row by row.
const SMALL: usize = 20_000;
/// Most guesses told.
const GUESSES: usize = 100;

/// What is wrong with a row or one of its cells.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Wrong {
    /// The field, by name.
    pub field: Option<String>,
    /// The column of the file.
    pub column: Option<String>,
    /// Key of the text `error.<code>`.
    pub code: String,
    pub args: Vec<(String, String)>,
}

/// How a cell becomes a value.
enum How {
    Identity,
    Choice {
        words: Words,
    },
    /// A user, by name, login, or both.
    User {
        people: People,
    },
    /// A record of another entity (or this one), by title or a unique field.
    Record {
        entity: Arc<EntityDef>,
    },
    Plain,
}

/// A mapped column.
pub(super) struct Column {
    /// Its place in the file.
    pub place: usize,
    pub name: String,
    /// Position of the field.
    pub field: usize,
    how: How,
}

/// How each row becomes a record.
pub(super) struct Plan {
    pub def: Arc<EntityDef>,
    pub columns: Vec<Column>,
    pub options: Options,
    /// Positions of the fields that must be equal to recognise a record.
    pub match_by: Vec<usize>,
    pub currency: Currency,
    pub(super) references: Mutex<HashMap<(usize, String), Option<i64>>>,
    /// Words taken for short forms of options: field, word, code.
    guessed: Mutex<BTreeSet<(usize, String, String)>>,
}

/// The values of a row.
#[derive(Default)]
pub(super) struct Values {
    /// What is written.
    pub input: Map<String, Json>,
    /// What is shown where it differs: words a dictionary is going to learn.
    pub shown: Map<String, Json>,
    pub wrong: Vec<Wrong>,
    /// The identity given in the file.
    pub identity: Option<i64>,
    /// What is brought of fields that only rules write.
    pub brought: Option<Record>,
}

impl Plan {
    /// Checks mapping and options against the definitions and the actor's rights.
    pub fn new(access: &Access, def: &Arc<EntityDef>, columns: &[String], mapping: &Mapping, options: &Options) -> Result<Self> {
        let of = access.of(def)?;
        let mut planned: Vec<Column> = Vec::new();
        for (place, name) in columns.iter().enumerate() {
            let Some(field_name) = mapping.get(name) else { continue };
            let parameter = format!("mapping.{name}");
            let found = def.position(field_name).and_then(|index| Some((index, def.fields.get(index)?)));
            let (index, field) = found
                .filter(|(index, _)| *index == ID || of.right(*index) > guanxi_model::system::Right::Hidden)
                .ok_or_else(|| Error::invalid(&parameter, "unknown_field"))?;
            if !is_target(&of, index, field) {
                return Err(Error::invalid(&parameter, "not_writable"));
            }
            if planned.iter().any(|column| column.field == index) {
                return Err(Error::invalid(&parameter, "field_mapped_twice"));
            }
            planned.push(Column { place, name: name.clone(), field: index, how: how(access, def, index, field)? });
        }
        // Which record a row is about says what its other cells stand for.
        planned.sort_by_key(|column| column.field != ID);
        if let Some(unknown) = mapping.keys().find(|name| !columns.contains(name)) {
            return Err(Error::invalid(&format!("mapping.{unknown}"), "unknown_column"));
        }
        let mut match_by = Vec::new();
        for name in &options.match_by {
            let index = def.position(name).filter(|index| planned.iter().any(|column| column.field == *index));
            match_by.push(index.ok_or_else(|| Error::invalid("options.match", "match_not_mapped"))?);
        }
        for name in options.defaults.keys() {
            let found = def.position(name).and_then(|index| Some((index, def.fields.get(index)?)));
            if !found.is_some_and(|(index, field)| index != ID && is_target(&of, index, field)) {
                return Err(Error::invalid(&format!("options.defaults.{name}"), "not_writable"));
            }
        }
        if def.owner.is_none() && options.holder != super::options::Holder::File {
            return Err(Error::invalid("options.owner", "no_owner_field"));
        }
        Ok(Self {
            def: def.clone(),
            columns: planned,
            options: options.clone(),
            match_by,
            currency: access.org.currency,
            references: Mutex::default(),
            guessed: Mutex::default(),
        })
    }

    /// Refuses a match that would read the whole table for every row.
    pub fn check_speed(&self, engine: &Engine) -> Result<()> {
        let quick = |index: &usize| *index == ID || self.def.fields.get(*index).is_some_and(|field| field.unique || field.index);
        if self.match_by.is_empty() || self.match_by.iter().any(quick) {
            return Ok(());
        }
        let all = Query::of(&self.def.name, Filter::All).limit(SMALL + 1);
        let many = engine.reading(|reader| reader.count(&all))? > SMALL as i64;
        if many { Err(Error::invalid("options.match", "match_not_indexed")) } else { Ok(()) }
    }

    /// Words for dictionaries that no row so far has; `taken` collects them by dictionary.
    pub fn unknown_words(&self, row: &Row, taken: &mut HashMap<usize, Vec<String>>) {
        for column in &self.columns {
            let How::Choice { words } = &column.how else { continue };
            if !self.def.fields.get(column.field).is_some_and(|field| matches!(field.options, Choices::Dictionary(_))) {
                continue;
            }
            let shown = row.cells.get(column.place).map(Cell::as_text).unwrap_or_default();
            for word in words.split(&shown) {
                let list = taken.entry(column.field).or_default();
                if !words.knows(word) && !list.iter().any(|known| text::normalise(known) == text::normalise(word)) {
                    list.push(word.to_owned());
                }
            }
        }
    }

    /// Lets words through that are going to be added to their dictionary.
    pub fn expect_words(&mut self, coming: &HashMap<usize, Vec<String>>) {
        for column in &mut self.columns {
            if let (How::Choice { words }, Some(list)) = (&mut column.how, coming.get(&column.field)) {
                words.expect(list);
            }
        }
    }

    fn note_guesses(&self, field: usize, guessed: BTreeMap<String, String>) {
        if !guessed.is_empty()
            && let Ok(mut known) = self.guessed.lock()
            && known.len() < GUESSES
        {
            known.extend(guessed.into_iter().map(|(word, code)| (field, word, code)));
        }
    }

    /// What was taken for short forms of options, for the preview.
    pub fn guesses_json(&self) -> Json {
        let known = self.guessed.lock().map(|known| known.clone()).unwrap_or_default();
        let told = |(field, word, code): &(usize, String, String)| {
            Some(json!({"field": self.def.fields.get(*field)?.name, "word": word, "value": code}))
        };
        json!(known.iter().filter_map(told).collect::<Vec<_>>())
    }

    /// Whether a row may name what an earlier row made.
    pub fn refers_to_itself(&self) -> bool {
        self.columns.iter().any(|column| matches!(&column.how, How::Record { entity } if entity.name == self.def.name))
    }

    /// The column mapped to a field.
    pub fn column_of(&self, field: &str) -> Option<&Column> {
        let index = self.def.position(field)?;
        self.columns.iter().find(|column| column.field == index)
    }

    fn wrong_cell(&self, tx: &WriteTx<'_>, column: &Column, field: &FieldDef, cell: &Cell, code: &str) -> Wrong {
        let limits = crate::write::limits(&tx.access, &self.def, field);
        let mut args: Vec<(String, String)> = limits.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        args.push(("value".to_owned(), cell.as_text().chars().take(VALUE_CHARS).collect()));
        Wrong { field: Some(field.name.clone()), column: Some(column.name.clone()), code: code.to_owned(), args }
    }

    /// Reads the cells of a row. `pending` says whether a title names a record that an earlier
    /// row is going to make.
    pub fn read(&self, tx: &mut WriteTx<'_>, row: &Row, pending: &dyn Fn(&str) -> bool) -> Result<Values> {
        let mut values = Values::default();
        for column in &self.columns {
            let Some(field) = self.def.fields.get(column.field) else { continue };
            let Some(cell) = row.cells.get(column.place) else { continue };
            if cells::is_blank(cell) {
                continue;
            }
            let read = self.cell(tx, column, field, cell, &mut values, pending)?;
            match read {
                Ok(Some(value)) if field.brought => {
                    // What is kept of a text may be short; what is brought may be long.
                    let field = if field.kind.is_text() { FieldDef::new(&field.name, Kind::LongText) } else { field.clone() };
                    match wire::read_json(&field, &value, &tx.catalog, self.currency) {
                        Ok(read) => values.brought.get_or_insert_with(|| Record::empty(self.def.clone())).put(column.field, read),
                        Err(code) => values.wrong.push(self.wrong_cell(tx, column, &field, cell, code)),
                    }
                    values.shown.insert(field.name, value);
                }
                Ok(Some(value)) => {
                    values.input.insert(field.name.clone(), value);
                }
                Ok(None) => {}
                Err(code) => {
                    values.shown.insert(field.name.clone(), json!(cell.as_text()));
                    values.wrong.push(self.wrong_cell(tx, column, field, cell, code));
                }
            }
        }
        if !values.wrong.is_empty() {
            // The write path is not reached: what it would say of the other cells is said now.
            for column in &self.columns {
                let (Some(field), Some(cell)) = (self.def.fields.get(column.field), row.cells.get(column.place)) else { continue };
                if let Some(Err(code)) =
                    values.input.get(&field.name).map(|value| wire::read_json(field, value, &tx.catalog, self.currency))
                {
                    values.wrong.push(self.wrong_cell(tx, column, field, cell, code));
                }
            }
        }
        Ok(values)
    }

    fn cell(
        &self,
        tx: &mut WriteTx<'_>,
        column: &Column,
        field: &FieldDef,
        cell: &Cell,
        values: &mut Values,
        pending: &dyn Fn(&str) -> bool,
    ) -> Result<Result<Option<Json>, &'static str>> {
        let shown = cell.as_text();
        Ok(match &column.how {
            How::Identity => match shown.trim().parse::<i64>() {
                Ok(id) if id > 0 => {
                    values.identity = Some(id);
                    Ok(None)
                }
                _ => Err("not_an_id"),
            },
            How::Choice { words } => words.read(&shown).map(|told| {
                if told.coming {
                    values.shown.insert(field.name.clone(), json!(shown));
                }
                self.note_guesses(column.field, told.guessed);
                match (told.codes.is_empty(), words.several) {
                    (true, _) => None,
                    (false, true) => Some(json!(told.codes)),
                    (false, false) => told.codes.into_iter().next().map(Json::String),
                }
            }),
            How::User { people } => match people.find(&shown) {
                Ok(id) => Ok(Some(json!({"id": id.to_string(), "title": shown}))),
                Err(_) if self.names_present(tx, values.identity, column, shown.trim())? => Ok(None),
                Err(code) => Err(code),
            },
            How::Record { entity } => match self.reference(tx, column, entity, shown.trim())? {
                Ok(id) => Ok(Some(json!({"id": id.to_string(), "title": shown}))),
                Err("no_such_record") if entity.name == self.def.name && pending(shown.trim()) => {
                    values.shown.insert(field.name.clone(), json!({"id": null, "title": shown}));
                    Ok(None)
                }
                Err(_) if self.names_present(tx, values.identity, column, shown.trim())? => Ok(None),
                Err(code) => Err(code),
            },
            How::Plain => cells::read(field.kind, cell, &tx.access.org.zone),
        })
    }
}

fn how(access: &Access, def: &Arc<EntityDef>, index: usize, field: &FieldDef) -> Result<How> {
    if index == ID {
        return Ok(How::Identity);
    }
    Ok(match field.kind {
        Kind::Choice | Kind::Choices => How::Choice { words: Words::of(access, def, field, field.kind == Kind::Choices) },
        Kind::Reference => {
            let entity = access.org.catalog.target_of(field).cloned().ok_or_else(|| Error::internal("reference without target"))?;
            if entity.name == "user" { How::User { people: People::of(access) } } else { How::Record { entity } }
        }
        _ => How::Plain,
    })
}

impl Wrong {
    /// Something wrong with the row as a whole.
    pub fn row(code: &str) -> Self {
        Self { code: code.to_owned(), ..Self::default() }
    }

    pub fn json(&self) -> Json {
        let args: Map<String, Json> = self.args.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({"field": self.field, "column": self.column, "code": self.code, "args": args})
    }
}
