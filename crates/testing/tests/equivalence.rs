//! One filter, three evaluators: memory, SQLite and PostgreSQL always agree.

use guanxi_engine::read::{ListRequest, Selection};
use guanxi_engine::rights::ActorScope;
use guanxi_model::{Filter, Query, filter};
use guanxi_testing::samples::operands;
use guanxi_testing::{Which, World, id_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Json, json};

/// The same records in every world: every kind, empty values, ties, extremes, awkward texts.
fn populate(world: &World) {
    let texts = [
        "",
        "abc",
        "ABC",
        "aBc%",
        "a_c",
        "ä",
        "Ä",
        "ß",
        "华为技术",
        "華為技術",
        "ｈｕａｗｅｉ",
        "a'b\"c",
        "|a|b|",
        "\\",
        "0",
        "😀x",
        "İ",
        "é",
    ];
    let cases: Vec<i64> = (0..3).map(|n| world.add("boxes", json!({"name": texts[n * 5 + 1], "size": n * 7}))).collect();
    let mut made: Vec<i64> = Vec::new();
    for n in 0..40_usize {
        let text = texts[n % texts.len()];
        let some = |odds: usize, value: Json| if n % odds == 0 { Json::Null } else { value };
        let extreme = ["0", "-0.0001", "92233720368547.5807", "-92233720368547.5807", "12.5"][n % 5];
        let values = json!({
            "name": if text.is_empty() { "x".to_owned() } else { format!("{text}{n}") },
            "word": some(4, json!(text)), "story": some(5, json!(format!("{text}\n{n}"))),
            "count": some(3, json!(([-1000_i64, -1, 0, 1, 1000])[n % 5])),
            "ratio": some(4, json!(extreme)), "share": some(6, json!(format!("{}.5", n % 7))),
            "price": some(5, json!({"amount": format!("{}.00", n % 6), "currency": (["CNY", "USD"])[n % 2]})),
            "flag": n % 2 == 0, "day": some(4, json!((["2026-03-01", "2026-03-02", "1999-12-31", "9999-12-31"])[n % 4])),
            "moment": some(3, json!((["2026-03-01T16:00:00Z", "2026-03-02T15:59:59.999Z", "2026-03-02T16:00:00Z", "1969-12-31T00:00:00Z"])[n % 4])),
            "color": some(3, json!((["red", "green", "blue"])[n % 3])),
            "colors": match n % 5 { 0 => json!([]), 1 => json!(["red"]), 2 => json!(["red", "blue"]), 3 => json!(["green"]), _ => Json::Null },
            "tag": some(2, json!("one")), "tags": match n % 4 { 0 => json!([]), 1 => json!(["one"]), 2 => json!(["one", "two"]), _ => json!(["three"]) },
            "case": some(3, json!(cases[n % 3].to_string())),
            "parent": made.get(n / 2).filter(|_| n % 3 == 1).map(i64::to_string),
            "about": some(2, json!({"entity": "boxes", "id": cases[n % 3].to_string()})),
            "email": some(3, json!(format!("A{n}@Example.com"))), "phone": some(3, json!(format!("+86 138-0013-80{n:02}"))),
            "region": some(3, json!((["310000", "310115", "11"])[n % 3])),
        });
        made.push(world.add("specimens", values));
    }
    // Some are in the recycle bin: they neither match nor let others match through them.
    for n in [5, 11, 17] {
        world.delete(&world.admin, "specimens", made[n]).unwrap();
    }
    world.delete(&world.admin, "boxes", cases[2]).unwrap();
}

/// Every test of every field, and of fields behind references.
fn leaves(world: &World) -> Vec<Json> {
    let catalog = world.engine.catalog();
    let seen = world.list(&world.admin, "specimens", &json!({})).unwrap();
    let seen: Vec<Json> = seen.iter().map(|record| world.look("specimens", id_of(record))).collect();
    let boxes = world.list(&world.admin, "boxes", &json!({})).unwrap();
    let mut leaves = Vec::new();
    for (prefix, entity, records) in [("", "specimen", &seen), ("parent.", "specimen", &seen), ("case.", "case", &boxes)] {
        let def = catalog.get(entity).unwrap();
        for field in def.fields.iter().filter(|field| !field.secret) {
            let mut there: Vec<Json> = Vec::new();
            for value in records.iter().filter_map(|record| record.get(&field.name)) {
                if !there.contains(value) {
                    there.push(value.clone());
                }
            }
            for start in 0..there.len().min(8) {
                for op in field.values().operators() {
                    for operand in operands(*op, field, &there[start..], None) {
                        leaves.push(json!({format!("{prefix}{}", field.name): {op.name(): operand}}));
                    }
                }
            }
        }
    }
    leaves
}

fn filters(leaves: Vec<Json>) -> impl Strategy<Value = Json> {
    proptest::sample::select(leaves).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|list| json!({"and": list})),
            proptest::collection::vec(inner, 0..4).prop_map(|list| json!({"or": list})),
        ]
    })
}

fn remembered(world: &World, json: &Json) -> Vec<i64> {
    let access = world.engine.access(&world.admin).unwrap();
    let def = world.engine.catalog().get("specimen").cloned().unwrap();
    let parsed = filter::parse(json, &def, &ActorScope { access: &access, now: world.now() }).unwrap();
    world
        .engine
        .reading(|reader| {
            let mut ids = Vec::new();
            for record in reader.find(&Query::of("specimen", Filter::All).limit(1000))? {
                if parsed.matches(&record, reader)? {
                    ids.push(record.id());
                }
            }
            Ok(ids)
        })
        .unwrap()
}

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn memory_and_both_databases_give_the_same_answer() {
    let (lite, pg) = (World::open(Which::Sqlite), World::open(Which::Postgres));
    populate(&lite);
    populate(&pg);
    let outcome = runner(500).run(&filters(leaves(&lite)), |json| {
        let memory = remembered(&lite, &json);
        prop_assert_eq!(&lite.ids(&lite.admin, "specimens", &json).unwrap(), &memory, "SQLite and memory: {}", json);
        prop_assert_eq!(&pg.ids(&pg.admin, "specimens", &json).unwrap(), &memory, "PostgreSQL and memory: {}", json);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn a_search_gives_the_same_answer_everywhere() {
    let (lite, pg) = (World::open(Which::Sqlite), World::open(Which::Postgres));
    populate(&lite);
    populate(&pg);
    let words = [
        "abc", "ABC", "华", "华为", "hw", "huawei", "hwjs", "js", "术", "138", "0013", "8007", "a_c", "%", "'", "\"", "*", "-", "(", "a b",
        "h为", "jishu", "ä", "😀", "NEAR", "AND", ":", "^", "\\", "&", "!", "|", "<->",
    ];
    let words = proptest::sample::select(words.to_vec());
    let queries = proptest::collection::vec(words, 1..4).prop_map(|words| words.concat());
    let outcome = runner(120).run(&queries, |q| {
        let found = |world: &World| -> Vec<i64> {
            let selection = Selection { q: Some(q.clone()), sort: Some("id".into()), ..Selection::default() };
            let request = ListRequest { selection, limit: Some(200), ..ListRequest::default() };
            world.page(&world.admin, "specimens", &request).unwrap()["items"].as_array().unwrap().iter().map(id_of).collect()
        };
        let memory = lite
            .engine
            .reading(|reader| {
                let terms = guanxi_model::text::parse_query(&q);
                let filter = if terms.is_empty() { Filter::Nothing } else { Filter::Text(terms) };
                let mut ids = Vec::new();
                for record in reader.find(&Query::of("specimen", Filter::All).limit(1000))? {
                    if filter.matches(&record, reader)? {
                        ids.push(record.id());
                    }
                }
                Ok(ids)
            })
            .unwrap();
        prop_assert_eq!(&found(&lite), &memory, "SQLite and memory: {:?}", q);
        prop_assert_eq!(&found(&pg), &memory, "PostgreSQL and memory: {:?}", q);
        Ok(())
    });
    outcome.unwrap();
}
