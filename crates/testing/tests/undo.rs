//! Whatever was done is taken back exactly, from the change log alone; and a record is shown as it
//! stood at any instant.

use std::collections::BTreeMap;

use guanxi_engine::write::{MergeRequest, UndoReport};
use guanxi_model::entity::{DELETED_AT, UPDATED_AT, UPDATED_BY, VERSION};
use guanxi_model::{Error, Filter, Instant, Query, Value};
use guanxi_testing::{Which, World, both, id_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

/// One deed; indexes choose among the records there are.
#[derive(Clone, Debug)]
enum Deed {
    Create(usize),
    Edit(usize, usize),
    Bulk(Vec<usize>, usize),
    Delete(usize),
    Restore(usize),
    Merge(usize, usize),
    Claim(usize),
    Undo,
    UndoTwice,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let n = || 0_usize..30;
    let deed = prop_oneof![
        3 => n().prop_map(Deed::Create),
        4 => (n(), n()).prop_map(|(i, v)| Deed::Edit(i, v)),
        2 => (proptest::collection::vec(n(), 1..5), n()).prop_map(|(list, v)| Deed::Bulk(list, v)),
        1 => n().prop_map(Deed::Delete),
        1 => n().prop_map(Deed::Restore),
        2 => (n(), n()).prop_map(|(a, b)| Deed::Merge(a, b)),
        1 => n().prop_map(Deed::Claim),
        4 => Just(Deed::Undo),
        2 => Just(Deed::UndoTwice),
    ];
    proptest::collection::vec(deed, 4..14)
}

/// Values of an edit; some of them are empty, so that fields are cleared as well.
fn values(n: usize, specimens: &[i64], cases: &[i64]) -> Json {
    let case = cases[n % cases.len()].to_string();
    let parent = specimens.get(n).map(i64::to_string);
    match n % 10 {
        0 => json!({"name": format!("trace {n}"), "count": n}),
        1 => json!({"word": null, "price": format!("{n}.50"), "colors": ["red", "blue"]}),
        2 => json!({"case": case, "flag": true, "tags": ["one"]}),
        3 => json!({"case": null, "colors": [], "tags": ["two", "three"]}),
        4 => {
            json!({"code": format!("c{}", n / 10), "word": "w", "parts": [{"name": format!("p{n}"), "quantity": n}, {"name": "q", "case": case}]})
        }
        5 => json!({"about": {"entity": "boxes", "id": case}, "price": {"amount": "7", "currency": "JPY"}}),
        6 => json!({"about": null, "price": null, "moment": "2026-01-01T00:00:00Z", "parts": [], "day": "2026-01-01"}),
        7 => json!({"parent": parent, "ratio": "-0.0001", "phone": "13800138000"}),
        8 => json!({"name": format!("late {n}")}),
        9 if n > 15 => json!({"parts": [{"name": "only", "price": "3.20", "quantity": 2}]}),
        _ => json!({"story": "一\n二", "color": "green", "owner": null, "code": null}),
    }
}

type State = BTreeMap<(String, i64), (bool, Vec<Value>)>;

/// Every record that the deeds touch: whether it is live, and its values without the stamps.
fn state(world: &World) -> State {
    let mut state = State::new();
    for entity in ["specimen", "case", "trace"] {
        for bin in [false, true] {
            let query = Query { bin, ..Query::of(entity, Filter::All).limit(10_000) };
            for record in world.engine.reading(|reader| reader.find(&query)).unwrap() {
                let stamps = [VERSION, UPDATED_AT, UPDATED_BY, DELETED_AT];
                let kept = record.values().iter().enumerate().filter(|(index, _)| !stamps.contains(index));
                state.insert((entity.to_owned(), record.id()), (!bin, kept.map(|(_, value)| value.clone()).collect()));
            }
        }
    }
    state
}

/// The state is as it was; what did not exist then is in the recycle bin now.
fn same(then: &State, now: &State, what: &str) {
    for (key, (live, values)) in now {
        match then.get(key) {
            Some((was_live, was)) => {
                assert_eq!(live, was_live, "{what}: {key:?}");
                assert_eq!(values, was, "{what}: {key:?}");
            }
            None => assert!(!live, "{what}: {key:?} is still there"),
        }
    }
    assert!(then.keys().all(|key| now.contains_key(key)));
}

fn ids(world: &World, bin: bool) -> Vec<i64> {
    let query = Query { bin, ..Query::of("specimen", Filter::All).limit(10_000) };
    world.engine.reading(|reader| reader.find(&query)).unwrap().iter().map(guanxi_model::Record::id).collect()
}

/// Does a deed; says whether anything was written.
fn done(world: &World, deed: &Deed, cases: &[i64]) -> bool {
    let (live, bin) = (ids(world, false), ids(world, true));
    let one = |n: usize, list: &[i64]| list.get(n % list.len().max(1)).copied();
    let admin = &world.admin;
    let before = world.last_set();
    let outcome = match deed {
        Deed::Create(n) => {
            let mut input = values(*n, &live, cases);
            if input.get("name").is_none() {
                input["name"] = json!(format!("specimen {n}"));
            }
            world.create(admin, "specimens", input).map(|_| ())
        }
        Deed::Edit(i, n) => match one(*i, &live) {
            Some(id) => world.edit(admin, "specimens", id, values(*n, &live, cases)).map(|_| ()),
            None => return false,
        },
        Deed::Bulk(list, n) => {
            let chosen: Vec<i64> = list.iter().filter_map(|i| one(*i, &live)).collect();
            world.bulk(admin, "specimens", &chosen, values(*n, &live, cases)).map(|_| ())
        }
        Deed::Delete(i) => match one(*i, &live) {
            Some(id) => world.delete(admin, "specimens", id),
            None => return false,
        },
        Deed::Restore(i) => match one(*i, &bin) {
            Some(id) => world.engine.restore(admin, "specimens", id).map(|_| ()),
            None => return false,
        },
        Deed::Merge(a, b) => match (one(*a, &live), one(*b, &live)) {
            (Some(keep), Some(other)) => {
                let fields = BTreeMap::from([("word".to_owned(), other)]);
                world.engine.merge(admin, "specimens", MergeRequest { keep, merge: vec![other], fields, dry_run: false }).map(|_| ())
            }
            _ => return false,
        },
        Deed::Claim(i) => match one(*i, &live) {
            Some(id) => world.engine.act(admin, "specimens", Some(id), "claim", serde_json::Map::new()).map(|_| ()),
            None => return false,
        },
        Deed::Undo | Deed::UndoTwice => unreachable!(),
    };
    if let Err(Error::Internal(what)) = outcome {
        panic!("{deed:?}: {what}");
    }
    world.last_set() != before
}

fn undo(world: &World, set: i64) -> UndoReport {
    let before = world.content();
    let rehearsed = world.engine.undo(&world.admin, set, true).unwrap();
    world.unchanged(&before);
    let report = world.engine.undo(&world.admin, set, false).unwrap();
    assert_eq!((rehearsed.undone, rehearsed.conflict_count), (report.undone, report.conflict_count));
    report
}

/// Titles are those of today.
fn untitled(json: &Json) -> Json {
    match json {
        Json::Object(object) => {
            object.iter().filter(|(name, _)| *name != "title").map(|(name, value)| (name.clone(), untitled(value))).collect()
        }
        Json::Array(list) => list.iter().map(untitled).collect(),
        other => other.clone(),
    }
}

fn live_records(world: &World) -> BTreeMap<i64, Json> {
    ids(world, false).into_iter().map(|id| (id, untitled(&world.look("specimens", id)))).collect()
}

fn one_history(world: &World, deeds: &[Deed]) {
    let cases: Vec<i64> = (0..3).map(|n| world.add("boxes", json!({"name": format!("box {n}")}))).collect();
    let mut before = state(world);
    let mut written = false;
    let mut seen: Vec<(Instant, BTreeMap<i64, Json>)> = Vec::new();
    for deed in deeds {
        world.pass_seconds(1);
        match deed {
            Deed::Undo | Deed::UndoTwice if written => {
                let (set, after) = (world.last_set(), state(world));
                let report = undo(world, set);
                assert_eq!(report.conflict_count, 0, "{:?}", report.conflicts);
                same(&before, &state(world), "after undo");
                if matches!(deed, Deed::UndoTwice) {
                    world.pass_seconds(1);
                    undo(world, report.change_set.unwrap());
                    same(&after, &state(world), "after undo of undo");
                    same(&state(world), &after, "after undo of undo");
                }
                written = false;
            }
            Deed::Undo | Deed::UndoTwice => {}
            deed => {
                before = state(world);
                written = done(world, deed, &cases);
            }
        }
        seen.push((world.now(), live_records(world)));
    }
    let everything: Vec<i64> = [ids(world, false), ids(world, true)].concat();
    for (at, then) in &seen {
        for id in &everything {
            let past = world.engine.as_of(&world.admin, "specimens", *id, *at);
            match (then.get(id), past) {
                (Some(then), Ok(past)) => assert_eq!(untitled(&guanxi_testing::parse(&past)), *then, "specimen {id} at {at:?}"),
                (None, Err(error)) => assert_eq!(error.problem().map(|problem| problem.code), Some("not_found")),
                (then, past) => panic!("specimen {id} at {at:?}: was {then:?}, shown {past:?}"),
            }
        }
    }
    assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
}

fn histories(which: Which, cases: u32) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let seed = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, seed)
        .run(&deeds(), |deeds| {
            one_history(&World::open(which), &deeds);
            Ok(())
        })
        .unwrap();
}

#[test]
fn undo_restores_the_state_before_on_sqlite() {
    histories(Which::Sqlite, 40);
}

#[test]
fn undo_restores_the_state_before_on_postgres() {
    histories(Which::Postgres, 8);
}

both! {
    fn a_field_changed_since_is_told_and_left_alone(world) {
        let id = world.add("specimens", json!({"name": "s", "word": "one", "count": 1}));
        world.change("specimens", id, json!({"word": "two", "count": 2}));
        let set = world.last_set();
        world.change("specimens", id, json!({"word": "three"}));
        let report = undo(world, set);
        assert_eq!(report.undone, 1);
        let told: Vec<_> = report.conflicts.iter().map(|conflict| (conflict.id, conflict.field.as_deref(), conflict.code)).collect();
        assert_eq!(told, vec![(id, Some("word"), "changed_since")]);
        let seen = world.look("specimens", id);
        assert_eq!((&seen["word"], &seen["count"]), (&json!("three"), &json!("1")));
    }

    fn a_record_worked_on_since_is_not_unmade(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        let set = world.last_set();
        world.change("specimens", id, json!({"word": "two"}));
        let edit = world.last_set();
        let report = undo(world, set);
        assert_eq!((report.undone, report.conflicts[0].code), (0, "changed_since"));
        undo(world, edit);
        assert_eq!(undo(world, set).undone, 1);
        assert!(world.get(&world.admin, "specimens", id).is_err());
    }

    fn a_value_taken_meanwhile_is_told(world) {
        let one = world.add("specimens", json!({"name": "a", "code": "x"}));
        world.change("specimens", one, json!({"code": "y"}));
        let set = world.last_set();
        world.add("specimens", json!({"name": "b", "code": "x"}));
        let report = undo(world, set);
        assert_eq!((report.undone, report.conflicts[0].field.as_deref(), report.conflicts[0].code), (0, Some("code"), "taken"));
        assert_eq!(world.look("specimens", one)["code"], "y");
    }

    fn what_was_undone_is_not_undone_again(world) {
        world.add("specimens", json!({"name": "s"}));
        let set = world.last_set();
        undo(world, set);
        world.refused("already_undone", || world.engine.undo(&world.admin, set, false));
        world.refused("not_found", || world.engine.undo(&world.admin, 1, false));
        let again = world.last_set();
        undo(world, again);
        assert_eq!(undo(world, set).undone, 1);
    }

    fn what_could_not_be_taken_back_is_taken_back_later(world) {
        let made: Vec<i64> = (0..3).map(|n| world.add("boxes", json!({"name": format!("b{n}"), "size": n + 1}))).collect();
        let set = world.bulk(&world.admin, "boxes", &made, json!({"size": 9})).unwrap().change_set.unwrap();
        world.change("boxes", made[1], json!({"size": 5}));
        let since = world.last_set();
        let first = undo(world, set);
        assert_eq!((first.undone, first.conflict_count), (2, 1));
        assert_eq!(world.engine.change_set(&world.admin, set, None).unwrap()["undoable"], true);
        // What was taken back and then set again by somebody stays as they set it.
        world.change("boxes", made[0], json!({"size": 9}));
        undo(world, since);
        let rest = undo(world, set);
        assert_eq!((rest.undone, rest.conflict_count), (1, 0));
        let sizes: Vec<Json> = made.iter().map(|id| world.look("boxes", *id)["size"].clone()).collect();
        assert_eq!(sizes, vec![json!("9"), json!("2"), json!("3")]);
        world.refused("already_undone", || world.engine.undo(&world.admin, set, false));
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn the_undo_of_a_part_lets_that_part_stand_again(world) {
        let made: Vec<i64> = (0..3).map(|n| world.add("boxes", json!({"name": format!("b{n}"), "size": n + 1}))).collect();
        let set = world.bulk(&world.admin, "boxes", &made, json!({"size": 9})).unwrap().change_set.unwrap();
        world.change("boxes", made[1], json!({"size": 5}));
        let first = undo(world, set);
        undo(world, first.change_set.unwrap());
        assert_eq!(undo(world, set).undone, 2);
    }

    fn a_record_that_was_merged_and_parted_leads_nowhere(world) {
        let (keep, other) = (world.add("boxes", json!({"name": "keep"})), world.add("boxes", json!({"name": "other"})));
        let leads = |id| world.engine.merged_into(&world.admin, "boxes", id).unwrap();
        let merged = world.engine.merge(&world.admin, "boxes", MergeRequest { keep, merge: vec![other], ..MergeRequest::default() }).unwrap();
        assert_eq!(leads(other), Some(keep));
        let parted = undo(world, merged.change_set.unwrap()).change_set.unwrap();
        world.delete(&world.admin, "boxes", other).unwrap();
        assert_eq!(leads(other), None);
        world.engine.restore(&world.admin, "boxes", other).unwrap();
        // The undo is itself taken back: merged again.
        undo(world, parted);
        assert_eq!(leads(other), Some(keep));
        world.engine.restore(&world.admin, "boxes", other).unwrap();
        world.delete(&world.admin, "boxes", other).unwrap();
        assert_eq!(leads(other), None);
    }

    fn a_merge_moves_references_and_comes_back_apart(world) {
        let (keep, other) = (world.add("boxes", json!({"name": "keep"})), world.add("boxes", json!({"name": "other", "size": 3})));
        let inside: Vec<i64> = (0..5).map(|n| world.add("specimens", json!({"name": format!("s{n}"), "case": other.to_string(), "about": {"entity": "boxes", "id": other.to_string()}}))).collect();
        let before = state(world);
        let report = world.engine.merge(&world.admin, "boxes", MergeRequest { keep, merge: vec![other], ..MergeRequest::default() }).unwrap();
        assert_eq!(report.moved.get("specimens"), Some(&10));
        let seen = world.look("specimens", inside[0]);
        assert_eq!((id_of(&seen["case"]), id_of(&seen["about"])), (keep, keep));
        assert_eq!(world.look("boxes", keep)["size"], "3");
        assert!(world.get(&world.admin, "boxes", other).is_err());
        undo(world, report.change_set.unwrap());
        same(&before, &state(world), "after undo of a merge");
    }

    fn a_record_kept_tells_of_the_merge_though_nothing_of_it_changed(world) {
        let (keep, other) = (world.add("boxes", json!({"name": "keep"})), world.add("boxes", json!({"name": "other"})));
        let before = state(world);
        world.engine.merge(&world.admin, "boxes", MergeRequest { keep, merge: vec![other], ..MergeRequest::default() }).unwrap();
        let told = world.engine.history(&world.admin, "boxes", keep, None).unwrap().json;
        assert_eq!(told["items"][0]["kind"], "merge");
        undo(world, told["items"][0]["change_set"].as_str().unwrap().parse().unwrap());
        same(&before, &state(world), "after undo from the history of the record kept");
        let found = world.engine.verify(&world.admin).unwrap();
        assert!(found.faults.is_empty(), "{:?}", found.faults);
    }

    fn a_large_bulk_change_is_taken_back(world) {
        let made: Vec<i64> = (0..600).map(|n| world.add("boxes", json!({"name": format!("b{n}"), "size": n}))).collect();
        let before = state(world);
        let report = world.bulk(&world.admin, "boxes", &made[..500], json!({"size": 0})).unwrap();
        // The first has the value already and is left alone.
        assert_eq!(report.updated, 500);
        let undone = undo(world, report.change_set.unwrap());
        assert_eq!(undone.undone, 499);
        same(&before, &state(world), "after undo of a bulk change");
    }
}
