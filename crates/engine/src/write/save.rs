//! Saving one record: fill, validate, check, links, scope, unique, store, log, react.

use std::collections::BTreeMap;
use std::sync::Arc;

use guanxi_model::entity::{CREATED_AT, CREATED_BY, DELETED_AT, EntityDef, ID, MAX_LINES, UPDATED_AT, UPDATED_BY, VERSION};
use guanxi_model::field::Options;
use guanxi_model::rule::{Change, Op};
use guanxi_model::system::{DictionaryEntry, Share, Verb};
use guanxi_model::{Entity, Error, FieldDef, FieldProblem, Filter, Kind, Problem, Query, Record, Result, Status, Value, wire};
use guanxi_store::dialect::Hold;
use guanxi_store::records;

use super::accept::{limits, refusal};
use super::lines::place;
use super::tx::WriteTx;
use crate::rights::EntityAccess;

impl WriteTx<'_> {
    /// Saves a record through every rule. With `caller`, the caller's own rights are checked on
    /// the links and on the new image; rules act as the product itself.
    pub fn save(
        &mut self,
        old: Option<Record>,
        mut new: Record,
        op: Op,
        by: Option<&'static str>,
        caller: Option<&EntityAccess>,
    ) -> Result<Record> {
        let def = new.entity().clone();
        begin_lines(&mut new);
        if op == Op::Create {
            defaults(&mut new);
            if new.id() == 0 {
                new.put(ID, Value::Int(self.engine.new_id()));
            }
        }
        let given = def.owner.map(|owner| new.at(owner).clone());
        self.run_rules(&def, old.as_ref(), &mut new, op, by, |rules| &rules.fill)?;
        self.name_lines(&mut new);
        if let Some(old) = &old
            && old.differences(&new).is_empty()
        {
            return Ok(new);
        }
        self.stamp(old.as_ref(), &mut new);
        if op != Op::Delete {
            crate::customise::derive(self, old.as_ref(), &mut new)?;
            self.validate(&def, old.as_ref(), &new)?;
        }
        self.run_rules(&def, old.as_ref(), &mut new, op, by, |rules| &rules.check)?;
        if let Some(of) = caller {
            self.within_rights(&def, of, op, (old.as_ref(), &new), given)?;
        }
        if op != Op::Delete {
            self.check_links(old.as_ref(), &new, caller.is_some())?;
            self.check_unique(&def, old.as_ref(), &new)?;
        }
        self.store(old.as_ref(), &new, op, by)?;
        self.run_rules(&def, old.as_ref(), &mut new, op, by, |rules| &rules.react)?;
        Ok(new)
    }

    /// Saves without rules: undo, and references moved by a merge. The log is written as always.
    pub fn save_plain(&mut self, old: &Record, mut new: Record, op: Op, by: Option<&'static str>) -> Result<Record> {
        self.name_lines(&mut new);
        if old.differences(&new).is_empty() {
            return Ok(new);
        }
        self.stamp(Some(old), &mut new);
        if op != Op::Delete {
            crate::customise::derive(self, Some(old), &mut new)?;
            self.check_unique(&new.entity().clone(), Some(old), &new)?;
        }
        self.store(Some(old), &new, op, by)?;
        Ok(new)
    }

    /// Has the history of a record tell of this change set, though none of its own values changes.
    pub(super) fn witness(&mut self, record: &Record, by: &'static str) -> Result<Record> {
        let mut new = record.clone();
        self.stamp(Some(record), &mut new);
        self.store(Some(record), &new, Op::Update, Some(by))?;
        Ok(new)
    }

    /// The refusals alone of the rules of a change.
    pub(super) fn check_rules(&mut self, old: &Record, new: &mut Record, op: Op, by: &'static str) -> Result<()> {
        let def = new.entity().clone();
        self.run_rules(&def, Some(old), new, op, Some(by), |rules| &rules.check)
    }

    fn run_rules(
        &mut self,
        def: &Arc<EntityDef>,
        old: Option<&Record>,
        new: &mut Record,
        op: Op,
        by: Option<&'static str>,
        hook: impl Fn(&guanxi_model::Rules) -> &Vec<guanxi_model::rule::RuleFn>,
    ) -> Result<()> {
        let engine = self.engine.clone();
        let Some(rules) = engine.rules(def) else { return Ok(()) };
        for rule in hook(rules) {
            let mut change = Change { op, old, new, by };
            rule(&mut change, self)?;
        }
        Ok(())
    }

    fn stamp(&mut self, old: Option<&Record>, new: &mut Record) {
        let now = Value::Instant(self.now);
        let actor = self.access.actor.user.map_or(Value::Null, Value::Ref);
        match old {
            None => {
                new.put(VERSION, Value::Int(1));
                new.put(CREATED_AT, now.clone());
                new.put(CREATED_BY, actor.clone());
            }
            Some(old) => new.put(VERSION, Value::Int(old.version() + 1)),
        }
        new.put(UPDATED_AT, now);
        new.put(UPDATED_BY, actor);
    }

    /// Declared validation: compulsory fields, options still offered.
    fn validate(&mut self, def: &EntityDef, old: Option<&Record>, new: &Record) -> Result<()> {
        let mut problems = Vec::new();
        self.find_problems(def, old, new, &|name| name.to_owned(), &mut problems)?;
        if problems.is_empty() { Ok(()) } else { Err(refusal(problems)) }
    }

    fn find_problems(
        &mut self,
        def: &EntityDef,
        old: Option<&Record>,
        new: &Record,
        named: &dyn Fn(&str) -> String,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<()> {
        for (index, field) in def.fields.iter().enumerate().skip(def.first_declared()) {
            let value = new.at(index);
            if value.is_null() && !def.fields.is_required(index) {
                continue;
            }
            // A field that became compulsory later does not stop the edit of another one.
            if old.is_some_and(|old| old.at(index) == value) {
                continue;
            }
            if field.required && !field.hidden && value.is_empty() {
                problems.push(FieldProblem { field: named(&field.name), code: "required", args: Vec::new() });
                continue;
            }
            if !self.is_offered(field, value, old.map(|old| old.at(index)))? {
                problems.push(FieldProblem { field: named(&field.name), code: "unknown_choice", args: limits(&self.access, def, field) });
            }
            if value.as_lines().len() > MAX_LINES {
                let args = vec![("max", MAX_LINES.to_string())];
                problems.push(FieldProblem { field: named(&field.name), code: "too_many_lines", args });
                continue;
            }
            for (n, row) in value.as_lines().iter().enumerate() {
                let before = old.and_then(|old| line_of(old, index, row.id()));
                self.find_problems(row.entity(), before, row, &|name| place(&field.name, n, name), problems)?;
            }
        }
        Ok(())
    }

    /// Disabled entries stay on old records and are refused on new ones (CUZ-03).
    fn is_offered(&mut self, field: &FieldDef, value: &Value, before: Option<&Value>) -> Result<bool> {
        let Options::Dictionary(name) = &field.options else { return Ok(true) };
        let chosen: &[String] = match value {
            Value::Text(code) => std::slice::from_ref(code),
            Value::Choices(codes) => codes,
            _ => return Ok(true),
        };
        for code in chosen {
            let kept = matches!((value, before), (Value::Choices(_), Some(Value::Choices(before))) if before.contains(code));
            let known = self.access.org.dictionary(name).iter().any(|entry| entry.value == *code && !entry.disabled);
            if !kept && !known && !self.is_new_word(name, code)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether this transaction itself has brought an entry, as the first set-up does.
    fn is_new_word(&mut self, dictionary: &str, code: &str) -> Result<bool> {
        if self.is_remembered(DictionaryEntry::ENTITY) {
            return Ok(false);
        }
        let here = Filter::eq(DictionaryEntry::DICTIONARY.index, Value::Text(dictionary.to_owned()));
        let word = here.and(Filter::eq(DictionaryEntry::CODE.index, Value::Text(code.to_owned())));
        let found = guanxi_model::tx::Reader::find(self, &Query::of(DictionaryEntry::ENTITY, word).limit(1))?;
        Ok(found.first().is_some_and(|entry| entry.get(DictionaryEntry::DISABLED) != Some(true)))
    }

    /// Changed references point at live records which, when a caller changed them, the caller may
    /// see.
    fn check_links(&mut self, old: Option<&Record>, new: &Record, caller: bool) -> Result<()> {
        let mut links = Vec::new();
        find_links(old, new, &|name| name.to_owned(), &mut links)?;
        // The rows of a document often point at the same records; and who holds the same ones as others, holds
        // them in one order.
        let mut targets: BTreeMap<(String, i64, bool), Option<bool>> = BTreeMap::new();
        targets.extend(links.iter().map(|link| (link.target.clone(), None)));
        for ((entity, id, file), seen) in &mut targets {
            *seen = self.sees_link(entity, *id, *file)?;
        }
        let good = |link: &Link| targets.get(&link.target).copied().flatten().is_some_and(|seen| seen || !caller);
        match links.iter().find(|link| !good(link)) {
            None => Ok(()),
            Some(link) => Err(Error::invalid(&link.field, "no_such_record")),
        }
    }

    /// Whether the actor may see what a field is to refer to, which is there until the end of the
    /// transaction; nothing where it is not there.
    fn sees_link(&mut self, entity: &str, id: i64, file: bool) -> Result<Option<bool>> {
        let target = if self.is_remembered(entity) {
            guanxi_model::tx::Reader::load(self, entity, id)?
        } else {
            self.load_held(entity, id, Hold::Link)?.filter(|record| record.deleted_at().is_none())
        };
        let Some(target) = target else { return Ok(None) };
        Ok(Some(if file { self.reads_file(&target)? } else { self.sees(&target)? }))
    }

    /// Gives new lines their identities.
    fn name_lines(&self, record: &mut Record) {
        each_line(record, |row| {
            if row.id() == 0 {
                row.put(ID, Value::Int(self.engine.new_id()));
            }
        });
    }

    /// Whether the actor may see a record.
    pub fn sees(&mut self, record: &Record) -> Result<bool> {
        let access = self.access.clone();
        let of = access.of(record.entity())?;
        Ok(of.verbs.has(Verb::See) && of.read.matches(record, self)?)
    }

    /// The new image is still within what the caller may write; a new owner needs the right to
    /// assign. To whom a rule then gives the record is not the caller's doing: the owner the caller gave counts.
    fn within_rights(
        &mut self,
        def: &EntityDef,
        of: &EntityAccess,
        op: Op,
        (old, new): (Option<&Record>, &Record),
        given: Option<Value>,
    ) -> Result<()> {
        if let (Some(owner), Some(old), Some(given)) = (def.owner, old, &given)
            && old.at(owner) != given
            && !def.personal
            && !of.reach(Verb::Assign).matches(old, self)?
        {
            let name = def.fields.get(owner).map_or("owner", |field| field.name.as_str());
            return Err(Problem::new(Status::Forbidden, "assign_needed").field(name, "assign_needed").into());
        }
        let verb = match op {
            Op::Create => Verb::Create,
            Op::Update => Verb::Edit,
            Op::Delete | Op::Restore => Verb::Delete,
        };
        if of.reach(verb).matches(new, self)? {
            return self.may_share(def, new);
        }
        if let (Some(owner), Some(given)) = (def.owner, given)
            && *new.at(owner) != given
        {
            let mut asked = new.clone();
            asked.put(owner, given);
            if of.reach(verb).matches(&asked, self)? {
                return self.may_share(def, new);
            }
        }
        let owner = def.owner.and_then(|index| def.fields.get(index));
        let mut problem = Problem::new(Status::Forbidden, "out_of_scope");
        if let Some(owner) = owner {
            problem = problem.field(&owner.name, "out_of_scope");
        }
        Err(problem.into())
    }

    /// Who opens a record to somebody, or closes it again, must be allowed to share that record.
    fn may_share(&mut self, def: &EntityDef, share: &Record) -> Result<()> {
        if def.name != Share::ENTITY {
            return Ok(());
        }
        let Some(about) = share.get(Share::ABOUT) else { return Ok(()) };
        let target = self.load_any(&about.entity, about.id)?.ok_or_else(|| Error::invalid("about", "no_such_record"))?;
        let access = self.access.clone();
        let of = access.of(target.entity())?;
        if of.reach(Verb::Share).matches(&target, self)? { Ok(()) } else { Err(crate::rights::forbidden(Verb::Share)) }
    }

    fn check_unique(&mut self, def: &EntityDef, old: Option<&Record>, new: &Record) -> Result<()> {
        let catalog = self.catalog.clone();
        for (index, field) in def.fields.iter().enumerate().filter(|(_, field)| field.unique) {
            let value = new.at(index);
            let unchanged = old.is_some_and(|old| old.at(index) == value && old.deleted_at().is_none());
            if unchanged || value.is_empty() {
                continue;
            }
            let absent = self.absent.finds_nothing(&def.name, &Filter::eq(index, value.clone()));
            if !absent && records::value_is_taken(self.conn, &catalog, def, index, value, new.id())? {
                return Err(Problem::new(Status::Conflict, "taken").field(&field.name, "taken").into());
            }
        }
        Ok(())
    }

    fn store(&mut self, old: Option<&Record>, new: &Record, op: Op, by: Option<&'static str>) -> Result<()> {
        self.moved.note(old, new);
        crate::customise::note(self, old, new);
        self.hold_files(new)?;
        self.absent.came(new);
        match old {
            None => {
                records::insert(self.conn, new)?;
                let all: Vec<usize> = (0..new.entity().fields.len()).collect();
                let created = self.values_json(new, &all, op);
                self.log(new, op, by, String::new(), created)
            }
            Some(old) => {
                let changed = old.differences(new);
                let known = self.version_of(old);
                let moved = known.is_some_and(|version| version != old.version());
                if moved || !records::update(self.conn, old, new, &changed, known.is_some())? {
                    return Err(Problem::new(Status::Conflict, "changed_meanwhile").into());
                }
                let (before, after) = (self.values_json(old, &changed, op), self.values_json(new, &changed, op));
                self.log(new, op, by, before, after)
            }
        }
    }

    /// The values at some positions, as the change log keeps them. Secrets are never kept, and
    /// what every change changes is not worth keeping.
    fn values_json(&self, record: &Record, indexes: &[usize], op: Op) -> String {
        let mut out = Vec::with_capacity(indexes.len() * 12);
        out.push(b'{');
        for index in indexes {
            let Some(field) = record.entity().fields.get(*index) else { continue };
            let stamped = matches!(*index, ID | VERSION | CREATED_AT | CREATED_BY | UPDATED_AT | UPDATED_BY | DELETED_AT);
            if stamped || (op == Op::Create && record.at(*index).is_null()) || field.secret {
                continue;
            }
            if out.len() > 1 {
                out.push(b',');
            }
            wire::write_name(&mut out, &field.name);
            out.push(b':');
            wire::write_kept(&mut out, field.values(), record.at(*index), &self.catalog);
        }
        out.push(b'}');
        String::from_utf8(out).unwrap_or_default()
    }
}

/// A reference that a save changes: the name of its field, and the entity, the record and whether that is a file.
struct Link {
    field: String,
    target: (String, i64, bool),
}

fn find_links(old: Option<&Record>, new: &Record, named: &dyn Fn(&str) -> String, links: &mut Vec<Link>) -> Result<()> {
    let def = new.entity();
    for (index, field) in def.fields.iter().enumerate().skip(def.first_declared()) {
        let value = new.at(index);
        if value.is_null() || old.is_some_and(|old| old.at(index) == value) {
            continue;
        }
        for (n, row) in value.as_lines().iter().enumerate() {
            let before = old.and_then(|old| line_of(old, index, row.id()));
            find_links(before, row, &|name| place(&field.name, n, name), links)?;
        }
        let (entity, id) = match value {
            Value::Ref(id) => (field.target.clone().unwrap_or_default(), *id),
            Value::AnyRef(any) => (any.entity.clone(), any.id),
            _ => continue,
        };
        if entity == def.name && id == new.id() {
            return Err(Error::invalid(&named(&field.name), "refers_to_itself"));
        }
        links.push(Link { field: named(&field.name), target: (entity, id, field.kind == Kind::File) });
    }
    Ok(())
}

/// The line of that identity in a field of lines.
fn line_of(record: &Record, field: usize, id: i64) -> Option<&Record> {
    record.at(field).as_lines().iter().find(|row| row.id() == id)
}

/// New lines begin with what was declared of them.
fn begin_lines(record: &mut Record) {
    each_line(record, |row| {
        if row.id() == 0 {
            defaults(row);
        }
    });
}

/// Gives a new record the declared defaults of fields without a value.
fn defaults(record: &mut Record) {
    let def = record.entity().clone();
    for (index, value) in def.fields.initial().iter().filter(|(index, _)| *index >= def.first_declared()) {
        if record.at(*index).is_null() {
            record.put(*index, value.clone());
        }
    }
}

/// Changes each line of a record.
fn each_line(record: &mut Record, change: impl Fn(&mut Record)) {
    let def = record.entity().clone();
    for (index, _) in def.lines() {
        if let Value::Lines(rows) = record.at(index) {
            let mut rows = rows.clone();
            rows.iter_mut().for_each(&change);
            record.put(index, Value::Lines(rows));
        }
    }
}
