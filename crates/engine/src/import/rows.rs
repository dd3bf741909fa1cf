//! One row of a file: what it is, what it matches, and what becomes of it, through the same
//! write path as everything else.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasher, BuildHasherDefault, Hash};

use guanxi_model::entity::ID;
use guanxi_model::tx::Reader;
use guanxi_model::{Error, Filter, Problem, Query, Record, Result, Status, Value, wire};
use serde_json::{Map, Value as Json, json};

use super::cells;
use super::elsewhere::{self, Elsewhere};
use super::options::{Blank, Duplicates, Holder, Mode};
use super::plan::{Plan, Values, Wrong};
use crate::sheet::{Row, RowProblem};
use crate::write::WriteTx;

/// Records looked at for one way of being equal.
const TWINS: usize = 20;

/// How a row is written. A savepoint for each row costs more than the row; most batches need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// Without a way back: a row that is refused ends the batch with [`AGAIN`].
    Bold,
    /// Each row can be taken back alone.
    Careful,
}

/// Says that the batch must be written again with care.
const AGAIN: &str = "a row was refused: the batch again, with care";

impl Care {
    fn attempt<T>(self, tx: &mut WriteTx<'_>, work: impl FnOnce(&mut WriteTx<'_>) -> Result<T>) -> Result<T> {
        match self {
            Self::Careful => tx.attempt(work),
            Self::Bold => work(tx).map_err(|error| if matches!(error, Error::Refused(_)) { Error::internal(AGAIN) } else { error }),
        }
    }

    /// Writes what rows left to be written: what stands in its way is found with care.
    fn settle(self, tx: &mut WriteTx<'_>) -> Result<()> {
        if self == Self::Bold { self.attempt(tx, |tx| tx.conn.flush()) } else { Ok(()) }
    }

    /// Whether an error only says that the batch must be written again with care.
    pub fn is_again(error: &Error) -> bool {
        matches!(error, Error::Internal(what) if what == AGAIN)
    }
}

/// Writes boldly, and with care for a while after a row was refused.
#[derive(Default)]
pub(super) struct Caution {
    careful: usize,
}

/// Transactions written with care after one that had to be written again.
const CAREFUL: usize = 3;

impl Caution {
    pub fn write<T>(&mut self, mut batch: impl FnMut(Care) -> Result<T>) -> Result<T> {
        if self.careful > 0 {
            self.careful -= 1;
            return batch(Care::Careful);
        }
        match batch(Care::Bold) {
            Err(error) if Care::is_again(&error) => {
                self.careful = CAREFUL;
                batch(Care::Careful)
            }
            done => done,
        }
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Create,
    Update,
    Skip,
    Error,
}

impl Verdict {
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Skip => "skip",
            Self::Error => "error",
        }
    }
}

/// A record, or an earlier row, that a row is equal to.
pub(super) struct Twin {
    pub id: Option<i64>,
    /// The row that is going to make it.
    pub row: Option<u64>,
    pub title: String,
    /// `match`, or a reason of the entity's rule: key of `duplicate.<reason>`.
    pub reason: &'static str,
    pub visible: bool,
}

/// What became of a row.
pub(super) struct Treated {
    pub row: u64,
    pub verdict: Verdict,
    pub id: Option<i64>,
    pub twin: Option<Twin>,
    /// The values of the file, in a preview.
    pub values: Map<String, Json>,
    pub wrong: Vec<Wrong>,
}

/// Rows of a preview that were taken back again, so that later rows still find them.
#[derive(Default)]
pub(super) struct Ahead {
    /// Fingerprint of a way of being equal → the row.
    made: HashMap<u64, u64>,
    /// Row → fingerprint of its values.
    values: HashMap<u64, u64>,
    /// Title → the row.
    titles: HashMap<u64, u64>,
    /// Value of a unique field → the row.
    unique: HashMap<u64, u64>,
}

fn fingerprint(parts: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(parts)
}

/// A row as far as it can be read before the rows ahead of it are written.
pub(super) struct Prepared {
    values: Values,
    /// In a preview, what later rows are compared with.
    record: Option<Record>,
    probes: Vec<Probe>,
    elsewhere: Elsewhere,
}

/// One way in which a row may equal a record.
struct Probe {
    reason: &'static str,
    filter: Filter,
}

impl Probe {
    fn print(&self) -> u64 {
        fingerprint(&(self.reason, &self.filter))
    }
}

impl Plan {
    /// Treats rows inside a transaction, in order, and hands over what became of each. Only faults
    /// of ours and of the machine are errors; a row that is refused is told and leaves no trace.
    pub fn treat(
        &self,
        tx: &mut WriteTx<'_>,
        rows: &[Row],
        mut ahead: Option<&mut Ahead>,
        care: Care,
        mut each: impl FnMut(&mut WriteTx<'_>, &Row, Treated) -> Result<()>,
    ) -> Result<()> {
        let prepared: Vec<Option<Prepared>> = if self.refers_to_itself() {
            rows.iter().map(|_| None).collect()
        } else {
            let compared = ahead.is_some();
            let prepared: Result<Vec<_>> = rows.iter().map(|row| self.prepare(tx, row, compared, &|_| false).map(Some)).collect();
            let prepared = prepared?;
            let filters = prepared.iter().flatten().flat_map(|row| &row.probes).map(|probe| &probe.filter);
            tx.look_ahead(&self.def, filters)?;
            elsewhere::look_ahead(tx, prepared.iter().flatten().map(|row| &row.elsewhere))?;
            prepared
        };
        for (row, prepared) in rows.iter().zip(prepared) {
            let treated = self.treat_one(tx, row, prepared, ahead.as_deref_mut(), care)?;
            each(tx, row, treated)?;
        }
        care.settle(tx)
    }

    fn prepare(&self, tx: &mut WriteTx<'_>, row: &Row, compared: bool, pending: &dyn Fn(&str) -> bool) -> Result<Prepared> {
        let values = self.read(tx, row, pending)?;
        let record = self.image(tx, &values.input);
        let (probes, elsewhere) = match values.identity {
            Some(_) => (Vec::new(), Elsewhere::default()),
            None => (self.probes(tx, &record), Elsewhere::of(self, tx, &record)?),
        };
        Ok(Prepared { values, record: compared.then_some(record), probes, elsewhere })
    }

    fn treat_one(
        &self,
        tx: &mut WriteTx<'_>,
        row: &Row,
        prepared: Option<Prepared>,
        ahead: Option<&mut Ahead>,
        care: Care,
    ) -> Result<Treated> {
        let mut treated = Treated { row: row.number, verdict: Verdict::Error, id: None, twin: None, values: Map::new(), wrong: Vec::new() };
        if let Some(wrong) = shape(row) {
            treated.wrong.push(wrong);
        }
        let pending =
            |title: &str| ahead.as_ref().is_some_and(|ahead| ahead.titles.get(&fingerprint(&title)).is_some_and(|made| *made < row.number));
        let Prepared { values, record, probes, .. } = match prepared {
            Some(prepared) => prepared,
            None => self.prepare(tx, row, ahead.is_some(), &pending)?,
        };
        if ahead.is_some() {
            treated.values = values.input.clone();
            treated.values.extend(values.shown.clone());
        }
        treated.wrong.extend(values.wrong.clone());
        if !treated.wrong.is_empty() {
            return Ok(treated);
        }
        if let Some(refused) = self.find_twin(tx, &values, (record.as_ref(), &probes), ahead.as_deref(), &mut treated)? {
            treated.wrong.push(refused);
            return Ok(treated);
        }
        self.decide(tx, row, values, record.as_ref(), ahead, (treated, care))
    }

    fn decide(
        &self,
        tx: &mut WriteTx<'_>,
        row: &Row,
        values: Values,
        record: Option<&Record>,
        ahead: Option<&mut Ahead>,
        (mut treated, care): (Treated, Care),
    ) -> Result<Treated> {
        let options = &self.options;
        let exact = treated.twin.as_ref().is_some_and(|twin| twin.reason == "match");
        let verdict = match (&treated.twin, exact) {
            (None, _) if options.mode == Mode::Update => Verdict::Skip,
            (None, _) => Verdict::Create,
            (Some(_), true) if options.mode == Mode::Create => Verdict::Skip,
            (Some(_), true) => Verdict::Update,
            (Some(_), false) => match options.duplicates {
                Duplicates::Skip => Verdict::Skip,
                Duplicates::Create if options.mode == Mode::Update => Verdict::Skip,
                Duplicates::Create => Verdict::Create,
                Duplicates::Update if options.mode == Mode::Create => Verdict::Skip,
                Duplicates::Update => Verdict::Update,
            },
        };
        let outcome = match (verdict, treated.twin.as_ref().and_then(|twin| twin.id)) {
            (Verdict::Create, _)
                if let Some(field) = ahead.as_deref().zip(record).and_then(|(ahead, record)| ahead.taken(row.number, record)) =>
            {
                treated.wrong.push(self.at_column(field, "taken"));
                return Ok(treated);
            }
            (Verdict::Create, _) => {
                let input = self.new_input(tx, values.input);
                let bring = tx.engine.behaviour(&self.def.name).and_then(|behaviour| behaviour.brings);
                let made = care.attempt(tx, |tx| {
                    let saved = tx.create(&self.def, &input)?;
                    if let (Some(bring), Some(brought)) = (bring, &values.brought) {
                        bring(tx, &saved, brought)?;
                    }
                    Ok(saved)
                });
                made.map(|saved| (Verdict::Create, Some(saved.id())))
            }
            (Verdict::Update, Some(id)) => {
                let before = tx.load(&self.def.name, id)?;
                let input = self.changed_input(row, values.input, before.as_ref());
                care.attempt(tx, |tx| tx.edit(&self.def, id, &input, None)).map(|saved| {
                    let unchanged = before.is_some_and(|before| before.version() == saved.version());
                    (if unchanged { Verdict::Skip } else { Verdict::Update }, Some(id))
                })
            }
            // Equal to an earlier row of this file, which has been taken back: only the same
            // values change nothing.
            (Verdict::Update, None) => {
                let same = ahead.as_deref().zip(record).is_some_and(|(ahead, record)| ahead.same_values(treated.twin.as_ref(), record));
                Ok((if same { Verdict::Skip } else { Verdict::Update }, None))
            }
            (verdict, id) => Ok((verdict, id)),
        };
        match outcome {
            Ok((verdict, id)) => {
                treated.verdict = verdict;
                treated.id = id;
                if let (Verdict::Create, Some(ahead), Some(record)) = (verdict, ahead, record) {
                    ahead.note(row.number, record, &self.probes(tx, record));
                }
            }
            Err(Error::Refused(problem)) if !matches!(problem.status, Status::Busy | Status::Full | Status::Unauthenticated) => {
                treated.wrong = self.wrongs(&problem);
            }
            Err(fault) => return Err(fault),
        }
        Ok(treated)
    }

    /// The record a row describes, to compare with others.
    fn image(&self, tx: &WriteTx<'_>, input: &Map<String, Json>) -> Record {
        let mut record = Record::empty(self.def.clone());
        for (name, json) in input {
            if let Some((index, field)) = self.def.position(name).and_then(|index| Some((index, self.def.fields.get(index)?)))
                && let Ok(value) = wire::read_json(field, json, &tx.catalog, self.currency)
            {
                record.put(index, value);
            }
        }
        record
    }

    /// Looks for the record or earlier row that a row is equal to.
    fn find_twin(
        &self,
        tx: &mut WriteTx<'_>,
        values: &Values,
        (record, probes): (Option<&Record>, &[Probe]),
        ahead: Option<&Ahead>,
        treated: &mut Treated,
    ) -> Result<Option<Wrong>> {
        if let Some(id) = values.identity {
            let found = tx.load(&self.def.name, id)?;
            return Ok(match found {
                Some(found) if tx.sees(&found)? => {
                    treated.twin = Some(twin(&found, "match", true));
                    None
                }
                _ => Some(self.at_column("id", "no_such_record")),
            });
        }
        for probe in probes {
            let asked = || Query::of(&self.def.name, probe.filter.clone()).limit(TWINS);
            let mut found = if tx.finds_nothing(&self.def.name, &probe.filter) { Vec::new() } else { tx.find(&asked())? };
            if probe.reason == "match" {
                // Only what the actor sees: a match must not tell what is hidden.
                let mut seen = Vec::new();
                for record in found {
                    if tx.sees(&record)? {
                        seen.push(record);
                    }
                }
                found = seen;
            }
            if probe.reason == "match" && found.len() > 1 {
                let name = self.options.match_by.first().map_or("id", String::as_str);
                return Ok(Some(self.at_column(name, "ambiguous_match")));
            }
            let row = ahead.and_then(|ahead| ahead.made.get(&probe.print())).copied().filter(|made| *made < treated.row);
            if let Some(found) = found.first() {
                let visible = row.is_some() || probe.reason == "match" || tx.sees(found)?;
                treated.twin = Some(Twin { row, ..twin(found, probe.reason, visible) });
                return Ok(None);
            }
            if row.is_some() {
                let title = record.map(Record::title).unwrap_or_default().to_owned();
                treated.twin = Some(Twin { id: None, row, title, reason: probe.reason, visible: true });
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// The ways in which a row may equal a record: first the chosen fields, then the entity's
    /// own rule. A row that lacks a chosen field equals nothing by them.
    fn probes(&self, tx: &WriteTx<'_>, record: &Record) -> Vec<Probe> {
        let mut probes = Vec::new();
        let chosen: Vec<(usize, &Value)> =
            self.match_by.iter().filter(|index| **index != ID).map(|index| (*index, record.at(*index))).collect();
        if !chosen.is_empty() && chosen.iter().all(|(_, value)| !value.is_empty()) {
            let equal = chosen.iter().fold(Filter::All, |all, (index, value)| all.and(Filter::eq(*index, (*value).clone())));
            probes.push(Probe { reason: "match", filter: equal });
        }
        if let Some(rule) = tx.engine.behaviour(&self.def.name).and_then(|behaviour| behaviour.duplicates) {
            probes.extend((rule.probes)(record).into_iter().map(|probe| Probe { reason: probe.reason, filter: probe.filter }));
        }
        probes
    }

    /// What is written for a new record: the cells, then the defaults, then whose it is.
    fn new_input(&self, tx: &WriteTx<'_>, mut input: Map<String, Json>) -> Map<String, Json> {
        for (name, json) in &self.options.defaults {
            if !input.contains_key(name) {
                input.insert(name.clone(), json.clone());
            }
        }
        if let Some(owner) = self.def.owner.and_then(|index| self.def.fields.get(index)) {
            let holder = match self.options.holder {
                Holder::File => None,
                Holder::Me => tx.access.actor.user.map(|id| json!(id.to_string())),
                Holder::Nobody => Some(Json::Null),
                Holder::User(id) => Some(json!(id.to_string())),
            };
            if let Some(holder) = holder {
                input.insert(owner.name.clone(), holder);
            }
        }
        input
    }

    /// What is written for a record that is there.
    fn changed_input(&self, row: &Row, mut input: Map<String, Json>, before: Option<&Record>) -> Map<String, Json> {
        for column in &self.columns {
            if let (Some(field), Some(was @ (Value::Money(_) | Value::Instant(_)))) =
                (self.def.fields.get(column.field), before.map(|before| before.at(column.field)))
                && let Some(said) = input.remove(&field.name).and_then(|said| cells::over(was, said))
            {
                input.insert(field.name.clone(), said);
            }
        }
        if self.options.holder != Holder::File
            && let Some(owner) = self.def.owner.and_then(|index| self.def.fields.get(index))
        {
            input.remove(&owner.name);
        }
        if self.options.blank == Blank::Clear {
            let blank = self.columns.iter().filter(|column| column.field != ID && row.cells.get(column.place).is_none_or(cells::is_blank));
            for field in blank.filter_map(|column| self.def.fields.get(column.field)).filter(|field| !field.brought) {
                input.insert(field.name.clone(), Json::Null);
            }
        }
        input
    }

    fn at_column(&self, field: &str, code: &str) -> Wrong {
        Wrong {
            field: Some(field.to_owned()),
            column: self.column_of(field).map(|column| column.name.clone()),
            code: code.to_owned(),
            args: Vec::new(),
        }
    }

    /// A refusal of the write path, by column.
    fn wrongs(&self, problem: &Problem) -> Vec<Wrong> {
        let told =
            |args: &[(&'static str, String)]| args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Vec<_>>();
        if problem.fields.is_empty() {
            return vec![Wrong { args: told(&problem.args), ..Wrong::row(problem.code) }];
        }
        let fields = problem.fields.iter().map(|field| {
            let mut args = told(&field.args);
            args.extend(told(&problem.args));
            Wrong { args, ..self.at_column(&field.field, field.code) }
        });
        fields.collect()
    }
}

impl Ahead {
    fn note(&mut self, row: u64, record: &Record, probes: &[Probe]) {
        for probe in probes {
            self.made.entry(probe.print()).or_insert(row);
        }
        self.values.insert(row, fingerprint(&record.values()));
        self.titles.entry(fingerprint(&record.title())).or_insert(row);
        for (_, print) in unique(record) {
            self.unique.entry(print).or_insert(row);
        }
    }

    fn same_values(&self, twin: Option<&Twin>, record: &Record) -> bool {
        let before = twin.and_then(|twin| twin.row).and_then(|row| self.values.get(&row));
        before == Some(&fingerprint(&record.values()))
    }

    /// The first field whose value an earlier row has taken and must not share.
    fn taken<'a>(&self, number: u64, record: &'a Record) -> Option<&'a str> {
        unique(record).find(|(_, print)| self.unique.get(print).is_some_and(|row| *row < number)).map(|(name, _)| name)
    }
}

/// The unique fields of a record that have a value, with the fingerprints of these.
fn unique(record: &Record) -> impl Iterator<Item = (&str, u64)> {
    let fields = record.entity().fields.iter().zip(record.values());
    fields
        .filter(|(field, value)| field.unique && !value.is_empty())
        .map(|(field, value)| (field.name.as_str(), fingerprint(&(&field.name, value))))
}

fn twin(record: &Record, reason: &'static str, visible: bool) -> Twin {
    Twin { id: Some(record.id()), row: None, title: record.title().to_owned(), reason, visible }
}

/// What is wrong with the shape of a row. A number that lost digits is told with its cell.
fn shape(row: &Row) -> Option<Wrong> {
    let problem = row.problem.filter(|problem| !matches!(problem, RowProblem::ImpreciseNumber { .. }))?;
    let found = match problem {
        RowProblem::TooFewCells { found } | RowProblem::TooManyCells { found } => vec![("found".to_owned(), found.to_string())],
        _ => Vec::new(),
    };
    Some(Wrong { args: found, ..Wrong::row(problem.code()) })
}
