//! Walks the whole catalog: every entity, verb, field and operator, on both databases. A new
//! entity is tested the moment it is declared.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use guanxi_engine::read::{ListRequest, Selection};
use guanxi_engine::rights::ActorScope;
use guanxi_model::entity::EntityDef;
use guanxi_model::filter;
use guanxi_model::job::Work;
use guanxi_model::wire::{Cell, cells_of};
use guanxi_model::{Filter, Kind, Query, Record, Result};
use guanxi_store::records;
use guanxi_testing::samples::{self, Samples, operands};
use guanxi_testing::{Grant, UserSpec, Which, World, both, id_of};
use serde_json::{Value as Json, json};

/// Entities whose records only rules and actions make.
const MADE_BY_RULES: [&str; 7] =
    ["ownership", "application", "duplicate_report", "notification", "export_application", "field_definition", "entity_definition"];

/// Collects what went wrong, so that one run tells everything.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn note(&mut self, what: impl Into<String>) {
        self.0.push(what.into());
    }

    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "{} faults:\n{}", self.0.len(), self.0.join("\n"));
        }
    }
}

fn entities(world: &World) -> Vec<Arc<EntityDef>> {
    // What others hold has no routes of its own.
    world.engine.catalog().entities().iter().filter(|def| def.is_open()).cloned().collect()
}

/// Records of every entity that callers can make: four each, one of them sparse, two alike.
fn populate(world: &World, faults: &mut Faults) -> Samples {
    let mut samples = Samples::default();
    crate::customise::object_of_every_kind(world);
    for def in entities(world) {
        if def.singleton || MADE_BY_RULES.contains(&def.name.as_str()) {
            continue;
        }
        if let Err(error) = samples.some(world, &def.name, 4) {
            faults.note(format!("{}: {error:?}", def.name));
        }
    }
    samples
}

fn all_records(world: &World, entity: &str) -> Vec<Record> {
    world.engine.reading(|reader| reader.find(&Query::of(entity, Filter::All).limit(10_000))).unwrap()
}

fn pick(record: &Json, name: &str) -> Json {
    // What is read can be written: a reference as its object, a number as its text.
    record.get(name).cloned().unwrap_or(Json::Null)
}

fn create_get_list_change_delete_restore(world: &World, faults: &mut Faults) {
    crate::customise::object_of_every_kind(world);
    let mut samples = Samples::default();
    for def in entities(world) {
        let admin = &world.admin;
        let tell = |step: &str, what: String| format!("{} {step}: {what}", def.name);
        if def.singleton {
            let refused = world.create(admin, &def.plural, json!({}));
            faults.check(refused.is_err_and(|error| error.problem().is_some()), || tell("create", "a second one".into()));
            continue;
        }
        let made = samples.make(world, &def.name);
        if MADE_BY_RULES.contains(&def.name.as_str()) {
            faults.check(made.is_err_and(|error| error.problem().is_some()), || tell("create", "by a caller".into()));
            continue;
        }
        let id = match made {
            Ok(id) => id,
            Err(error) => {
                faults.note(tell("create", format!("{error:?}")));
                continue;
            }
        };
        let steps = || -> Result<()> {
            let seen = world.get(admin, &def.plural, id)?;
            let listed = world.list(admin, &def.plural, &json!({"id": id.to_string()}))?;
            assert_eq!(listed.len(), 1, "{} is not listed", def.name);
            for (name, value) in listed[0].as_object().unwrap() {
                assert_eq!(*value, seen[name], "{}.{name} differs between list and record", def.name);
            }
            // What was read can be sent back, and changes nothing.
            let again = world.edit(admin, &def.plural, id, seen.clone())?;
            assert_eq!(again, seen, "{}: sending back what was read changes it", def.name);
            if let Some(text) = def
                .fields
                .iter()
                .skip(7)
                .find(|field| field.is_writable() && matches!(field.kind, Kind::Text | Kind::LongText | Kind::Integer) && !field.unique)
                && let Some(value) = samples::value(text, 7).filter(|_| text.max_chars() > 10 || text.kind == Kind::Integer)
                && !["entity", "field", "required_fields"].contains(&text.name.as_str())
            {
                world.pass_seconds(1);
                let after = world.edit(admin, &def.plural, id, json!({text.name.clone(): value.clone()}))?;
                assert_eq!(after["version"], "2", "{}", def.name);
                let same = |a: &Json, b: &Json| a.to_string().trim_matches('"') == b.to_string().trim_matches('"');
                assert!(same(&after[&text.name], &value), "{}.{} was not changed: {}", def.name, text.name, after[&text.name]);
                let history = world.engine.history(admin, &def.plural, id, None)?.json;
                assert_eq!(history["items"].as_array().map(Vec::len), Some(2), "{}: {history}", def.name);
            }
            let before = world.get(admin, &def.plural, id)?;
            world.delete(admin, &def.plural, id)?;
            assert!(world.get(admin, &def.plural, id).is_err(), "{} is still there", def.name);
            assert!(world.list(admin, &def.plural, &json!({"id": id.to_string()}))?.is_empty());
            world.engine.restore(admin, &def.plural, id)?;
            let mut after = world.get(admin, &def.plural, id)?;
            for stamp in ["version", "updated_at", "updated_by"] {
                after[stamp] = before[stamp].clone();
            }
            assert_eq!(after, before, "{} changed on its way through the recycle bin", def.name);
            Ok(())
        };
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(steps)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => faults.note(tell("steps", format!("{error:?}"))),
            Err(panic) => faults.note(tell("steps", panic.downcast_ref::<String>().cloned().unwrap_or_default())),
        }
    }
}

fn every_operator(world: &World, faults: &mut Faults) {
    let mut samples = populate(world, faults);
    let access = world.engine.access(&world.admin).unwrap();
    let scope = ActorScope { access: &access, now: world.now() };
    for def in entities(world) {
        let of = access.of(&def).unwrap();
        let records = all_records(world, &def.name);
        let seen: Vec<Json> = records.iter().filter_map(|record| world.get(&world.admin, &def.plural, record.id()).ok()).collect();
        for (index, field) in def.fields.iter().enumerate().filter(|(index, _)| of.reads(*index)) {
            let there: BTreeSet<String> = seen.iter().map(|record| pick(record, &field.name).to_string()).collect();
            let there: Vec<Json> = there.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
            let free = if index >= 7 && field.is_writable() { samples.field_value(world, &def, field, 2).ok().flatten() } else { None };
            for op in field.values().operators() {
                for operand in operands(*op, field, &there, free.clone()) {
                    let json = json!({field.name.clone(): {op.name(): operand}});
                    compare(world, &def, &json, &records, &of.read, &scope, faults);
                }
            }
        }
    }
}

/// The list and memory give the same answer.
fn compare(
    world: &World,
    def: &Arc<EntityDef>,
    json: &Json,
    records: &[Record],
    read: &Filter,
    scope: &ActorScope<'_>,
    faults: &mut Faults,
) {
    let listed = match world.ids(&world.admin, &def.plural, json) {
        Ok(ids) => ids,
        Err(error) => return faults.note(format!("{} {json}: {error:?}", def.name)),
    };
    let parsed = filter::parse(json, def, scope).unwrap().and(read.clone());
    let remembered: Vec<i64> = world
        .engine
        .reading(|reader| {
            let mut ids = Vec::new();
            for record in records {
                if parsed.matches(record, reader)? {
                    ids.push(record.id());
                }
            }
            Ok(ids)
        })
        .unwrap();
    faults.check(listed == remembered, || format!("{} {json}: list {listed:?}, memory {remembered:?}", def.name));
}

fn pages(world: &World, plural: &str, sort: &str, limit: usize) -> Result<Vec<Json>> {
    let mut request = ListRequest { limit: Some(limit), fields: Some(sort.trim_start_matches('-').to_owned()), ..ListRequest::default() };
    request.selection = Selection { sort: Some(sort.to_owned()), ..Selection::default() };
    let mut rows = Vec::new();
    loop {
        let page = world.page(&world.admin, plural, &request)?;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        rows.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) if rows.len() < 10_000 => request.cursor = Some(next.to_owned()),
            _ => return Ok(rows),
        }
    }
}

fn every_order(world: &World, faults: &mut Faults) {
    populate(world, faults);
    let access = world.engine.access(&world.admin).unwrap();
    for def in entities(world) {
        let of = access.of(&def).unwrap();
        // What the administrator sees of other people's own records is none of it.
        let all: BTreeSet<i64> = world.ids(&world.admin, &def.plural, &json!({})).unwrap().into_iter().collect();
        let records = all_records(world, &def.name);
        for (index, field) in def.fields.iter().enumerate().filter(|(index, field)| of.reads(*index) && field.values().is_sortable()) {
            for sort in [field.name.clone(), format!("-{}", field.name)] {
                let limit = if all.len() > 60 { 23 } else { 3 };
                let rows = match pages(world, &def.plural, &sort, limit) {
                    Ok(rows) => rows,
                    Err(error) => {
                        faults.note(format!("{} by {sort}: {error:?}", def.name));
                        continue;
                    }
                };
                let ids: Vec<i64> = rows.iter().map(id_of).collect();
                let unique: BTreeSet<i64> = ids.iter().copied().collect();
                faults.check(unique.len() == ids.len(), || format!("{} by {sort}: a row twice", def.name));
                faults.check(unique == all, || format!("{} by {sort}: {} of {} rows", def.name, unique.len(), all.len()));
                if def.search && index == def.title {
                    continue;
                }
                let record = |id: i64| records.iter().find(|record| record.id() == id);
                let keys: Vec<Cell<'_>> = ids.iter().filter_map(|id| record(*id)).map(|record| cells_of(record.at(index)).0).collect();
                let sorted = keys.windows(2).all(|pair| {
                    let order = in_order(&pair[0], &pair[1]);
                    if sort.starts_with('-') { order != Ordering::Less } else { order != Ordering::Greater }
                });
                faults.check(sorted, || format!("{} by {sort}: out of order", def.name));
            }
        }
    }
}

fn in_order(a: &Cell<'_>, b: &Cell<'_>) -> Ordering {
    match (a, b) {
        (Cell::Null, Cell::Null) => Ordering::Equal,
        (Cell::Null, _) => Ordering::Less,
        (_, Cell::Null) => Ordering::Greater,
        (Cell::Int(a), Cell::Int(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        _ => panic!("two kinds of cells in one column"),
    }
}

both! {
    fn every_entity_is_made_read_changed_deleted_and_restored(world) {
        create_get_list_change_delete_restore(world, &mut Faults::default());
    }

    fn every_operator_of_every_field_agrees_with_memory(world) {
        every_operator(world, &mut Faults::default());
    }

    fn every_order_pages_through_all_rows_once(world) {
        every_order(world, &mut Faults::default());
    }

    fn every_default_view_is_understood(world) {
        let mut faults = Faults::default();
        for def in entities(world) {
            for view in &def.views {
                let selection = Selection { filter: Some(view.filter.into()), sort: Some(view.sort.into()), ..Selection::default() };
                let fields = (!view.columns.is_empty()).then(|| view.columns.join(","));
                let request = ListRequest { selection, fields, ..ListRequest::default() };
                if let Err(error) = world.page(&world.admin, &def.plural, &request) {
                    faults.note(format!("{} {}: {error:?}", def.name, view.name));
                }
            }
        }
    }

    fn a_custom_field_of_each_kind_works_like_a_built_in_one(world) {
        let mut faults = Faults::default();
        let first = world.add("customers", json!({"name": "上海光明乳业有限公司"}));
        let names = crate::customise::field_of_every_kind(world, "customers", ("follow-ups", "customer"));
        assert_eq!(world.look("customers", first)[&names[0]], Json::Null);
        let def = world.engine.catalog().get("customer").cloned().unwrap();
        let mut samples = Samples::default();
        let mut records = Vec::new();
        for n in 0..4 {
            let mut values = serde_json::Map::from_iter([("name".to_owned(), json!(format!("客户{n}")))]);
            for name in &names {
                let field = def.field(name).unwrap();
                if n != 2 && field.is_writable() && let Some(value) = samples.field_value(world, &def, field, n).unwrap() {
                    values.insert(name.clone(), value);
                }
            }
            let id = world.add("customers", Json::Object(values.clone()));
            let seen = world.look("customers", id);
            for (name, value) in &values {
                let read = &seen[name];
                let read = read.get("id").filter(|_| def.field(name).unwrap().kind.is_reference()).unwrap_or(read);
                let value = value.get("id").filter(|_| def.field(name).unwrap().kind == Kind::File).unwrap_or(value);
                let read = read.get("amount").unwrap_or(read);
                let value = value.get("amount").unwrap_or(value);
                let lines = def.field(name).unwrap().kind == Kind::Lines && read.as_array().map(Vec::len) == value.as_array().map(Vec::len);
                let same = lines || read == value || read.as_str() == Some(value.to_string().as_str()) || def.field(name).unwrap().kind == Kind::DateTime || def.field(name).unwrap().kind == Kind::AnyReference;
                faults.check(same, || format!("{name}: wrote {value}, read {read}"));
            }
            records.push(seen);
        }
        let access = world.engine.access(&world.admin).unwrap();
        let scope = ActorScope { access: &access, now: world.now() };
        let all = all_records(world, "customer");
        for name in &names {
            let field = def.field(name).unwrap();
            let there: Vec<Json> = records.iter().map(|record| pick(record, name)).collect();
            for op in field.values().operators() {
                for operand in operands(*op, field, &there, None) {
                    compare(world, &def, &json!({name.clone(): {op.name(): operand}}), &all, &Filter::All, &scope, &mut faults);
                }
            }
            if field.values().is_sortable() {
                let rows = pages(world, "customers", &format!("-{name}"), 2).unwrap();
                faults.check(rows.len() == all.len(), || format!("{name}: {} rows of {}", rows.len(), all.len()));
            }
        }
        // An edit of custom fields is undone like any other.
        world.pass_seconds(1);
        let id = id_of(&records[0]);
        let given = |name: &&String| def.field(name).is_some_and(guanxi_model::FieldDef::is_writable);
        let cleared: serde_json::Map<String, Json> = names.iter().filter(given).map(|name| (name.clone(), Json::Null)).collect();
        let before = world.now().plus_seconds(-1);
        world.change("customers", id, Json::Object(cleared));
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        let after = world.look("customers", id);
        for name in &names {
            faults.check(after[name] == records[0][name], || format!("{name}: undo gave {} for {}", after[name], records[0][name]));
        }
        // History and the record of before tell every field; figures over others are not known of the past.
        let history = world.engine.history(&world.admin, "customers", id, None).unwrap().json.to_string();
        let past = guanxi_testing::parse(&world.engine.as_of(&world.admin, "customers", id, before).unwrap());
        let exported = crate::rights::export(world, &world.admin, "customers", Some(&names.join(",")));
        for (n, name) in names.iter().enumerate() {
            let rolled = def.field(name).unwrap().kind == Kind::RollUp;
            faults.check(rolled || history.contains(name.as_str()), || format!("{name} is not in the history"));
            faults.check(rolled || past[name] == records[0][name], || format!("{name}: then {}, told {}", records[0][name], past[name]));
            let there = exported.iter().skip(1).any(|row| row.get(n).is_some_and(|cell| !cell.is_empty()));
            faults.check(there, || format!("{name} is not exported: {exported:?}"));
        }
        // Out of use and back: the values are there.
        let definitions = world.engine.custom_fields(&world.admin, Some("customers")).unwrap();
        for hidden in [true, false] {
            for definition in definitions["items"].as_array().unwrap() {
                crate::customise::redefine(world, id_of(definition), json!({"hidden": hidden}));
            }
            crate::customise::settled(world);
            let seen = world.look("customers", id);
            for name in &names {
                let right = if hidden { seen.get(name).is_none() } else { seen[name] == records[0][name] };
                faults.check(right, || format!("{name}: hidden {hidden}, seen {:?}", seen.get(name)));
            }
        }
    }
}

/// Every list anybody opens by a click goes through an index: for the whole company, for a branch,
/// for one person.
#[test]
fn every_default_list_goes_through_an_index() {
    let world = World::open(Which::Sqlite);
    let mut faults = Faults::default();
    let department = world.department("销售部", None);
    let grants = |scope: &str| [Grant::on("*", "see create edit").over(scope)];
    let own = world.hire(UserSpec::named("Own").of(department), &grants("own"));
    let branch = world.hire(UserSpec::named("Branch").of(department), &grants("department_below"));
    for n in 0..8 {
        world.user(UserSpec::named(&format!("Mate{n}")).of(department));
    }
    for def in entities(&world) {
        let views = def.views.iter().map(|view| (view.name, view.filter, view.sort));
        for (name, filter, sort) in views.chain([("default", "{}", ""), ("oldest", "{}", "created_at"), ("changed", "{}", "-updated_at")]) {
            for (who, actor) in [("all", &world.admin), ("own", &own), ("branch", &branch)] {
                let selection = Selection { filter: Some(filter.into()), sort: Some(sort.into()), ..Selection::default() };
                let request = ListRequest { selection, ..ListRequest::default() };
                let Ok(plan) = world.engine.list_plan(actor, &def.plural, &request) else { continue };
                let found = plan.iter().any(|line| line == "CO-ROUTINE t0");
                let scanned = plan.iter().any(|line| line.starts_with("SCAN t0") && !line.contains("USING") && !found);
                faults.check(!scanned, || format!("{} {name} for {who}: {plan:?}", def.name));
                let whole = who == "all" && name == "default" && !def.personal;
                let sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
                faults.check(!(whole && sorted), || format!("{} {name} for {who} sorts everything: {plan:?}", def.name));
            }
        }
    }
}

/// A sweep runs every few minutes over all records: it must look at those that are due alone.
#[test]
fn every_sweep_goes_along_an_index_to_what_is_due() {
    let mut faults = Faults::default();
    let world = World::open(Which::Sqlite);
    let settings = world.ids(&world.admin, "business-settings", &json!({})).unwrap()[0];
    world.change("business-settings", settings, json!({"dormant_after_days": "30"}));
    for job in world.engine.behaviours().flat_map(|of| &of.jobs) {
        let Work::Sweep { due, .. } = job.work else { continue };
        let Some(query) = world.engine.reading(due).unwrap() else {
            faults.note(format!("{} is switched off", job.name));
            continue;
        };
        let catalog = world.engine.catalog();
        let plan = world.engine.store().read(|conn| records::plan(conn, &catalog, &query)).unwrap();
        let field = &catalog.get(&query.entity).unwrap().fields[query.order[0].field].name;
        let searched = plan.iter().any(|line| line.starts_with("SEARCH t0 USING") && line.contains(&format!("({field}")));
        let sorted = plan.iter().any(|line| line.contains("TEMP B-TREE FOR ORDER BY"));
        faults.check(searched && !sorted, || format!("{}: {plan:?}", job.name));
        faults.check(matches!(&query.order[..], [key] if !key.descending), || format!("{} is not by one ascending key", job.name));
    }
}
