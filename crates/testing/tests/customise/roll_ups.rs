//! Figures over the records that refer to one.

use guanxi_engine::write::MergeRequest;
use guanxi_model::{Filter, Query};
use guanxi_testing::{Grant, Which, World, both, object};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

use super::{define, field, field_of, redefine, settled};
use crate::rights::SEE;

fn over(function: &str, measured: &str, filter: Json) -> Json {
    json!({"kind": "roll_up", "roll_up": {"entity": "specimens", "link": "case", "function": function, "field": measured, "filter": filter}})
}

/// Every function, as boxes take it over their specimens.
fn figures(world: &World) {
    for (name, definition) in [
        ("n", over("count", "", json!({}))),
        ("red", over("count", "", json!({"color": "red"}))),
        ("sum", over("sum", "price", json!({}))),
        ("counted", over("sum", "count", json!({"count": {"gt": "0"}}))),
        ("mean", over("avg", "count", json!({}))),
        ("first", over("min", "day", json!({}))),
        ("last", over("max", "day", json!({}))),
        ("word", over("latest", "word", json!({}))),
    ] {
        field_of(world, "boxes", name, definition);
    }
    settled(world);
}

fn look(world: &World, case: i64) -> Json {
    let seen = world.look("boxes", case);
    json!([
        seen["x_n"],
        seen["x_red"],
        seen["x_sum"]["amount"],
        seen["x_counted"],
        seen["x_mean"],
        seen["x_first"],
        seen["x_last"],
        seen["x_word"]
    ])
}

both! {
    fn figures_follow_the_records_they_are_taken_over(world) {
        figures(world);
        let (a, b) = (world.add("boxes", json!({"name": "a"})), world.add("boxes", json!({"name": "b"})));
        assert_eq!(look(world, a), json!(["0", "0", "0.00", "0", null, null, null, null]));
        let add = |case: i64, count: &str, price: &str, day: &str, color: &str, word: Json| {
            world.pass_seconds(1);
            world.add("specimens", json!({"name": "s", "case": case.to_string(), "count": count, "price": price, "day": day, "color": color, "word": word}))
        };
        let first = add(a, "1", "10.50", "2026-02-01", "red", json!("甲"));
        let second = add(a, "2", "0.25", "2026-01-01", "blue", json!("乙"));
        add(a, "-5", "1", "2026-03-01", "red", Json::Null);
        let version = world.look("boxes", a)["version"].clone();
        assert_eq!(look(world, a), json!(["3", "2", "11.75", "3", "-0.6667", "2026-01-01", "2026-03-01", "乙"]));
        world.change("specimens", second, json!({"case": b.to_string()}));
        assert_eq!(look(world, a), json!(["2", "2", "11.50", "1", "-2", "2026-02-01", "2026-03-01", "甲"]));
        assert_eq!(look(world, b), json!(["1", "0", "0.25", "2", "2", "2026-01-01", "2026-01-01", "乙"]));
        world.delete(&world.admin, "specimens", first).unwrap();
        assert_eq!(look(world, a), json!(["1", "1", "1.00", "0", "-5", "2026-03-01", "2026-03-01", null]));
        world.engine.restore(&world.admin, "specimens", first).unwrap();
        assert_eq!(look(world, a)[0], "2");
        world.engine.merge(&world.admin, "boxes", MergeRequest { keep: b, merge: vec![a], ..MergeRequest::default() }).unwrap();
        assert_eq!(look(world, b)[0], "3");
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!((look(world, a)[0].clone(), look(world, b)[0].clone()), (json!("2"), json!("1")));
        assert_eq!(version, "1", "a figure is no change of the record");
        assert_eq!(world.ids(&world.admin, "boxes", &json!({"x_n": {"gt": "1"}})).unwrap(), [a]);
    }

    fn a_roll_up_is_taken_over_what_is_there_already(world) {
        let case = world.add("boxes", json!({"name": "a"}));
        for n in 1..4 {
            world.add("specimens", json!({"name": "s", "case": case.to_string(), "count": n.to_string()}));
        }
        let id = field_of(world, "boxes", "counted", over("sum", "count", json!({})));
        settled(world);
        assert_eq!(world.look("boxes", case)["x_counted"], "6");
        redefine(world, id, json!({"roll_up": {"entity": "specimens", "link": "case", "function": "max", "field": "count", "filter": {"count": {"lt": "3"}}}}));
        settled(world);
        assert_eq!(world.look("boxes", case)["x_counted"], "2");
    }

    fn a_formula_reads_a_figure_and_a_figure_reads_a_formula(world) {
        field(world, "worth", json!({"kind": "formula", "result": "decimal", "formula": "price * count"}));
        field_of(world, "boxes", "worth", over("sum", "x_worth", json!({})));
        field_of(world, "boxes", "twice", json!({"kind": "formula", "result": "decimal", "formula": "x_worth * 2"}));
        settled(world);
        let case = world.add("boxes", json!({"name": "a"}));
        let id = world.add("specimens", json!({"name": "s", "case": case.to_string(), "price": "2.50", "count": "3"}));
        assert_eq!((&world.look("boxes", case)["x_worth"], &world.look("boxes", case)["x_twice"]), (&json!("7.5"), &json!("15")));
        world.change("specimens", id, json!({"count": "4"}));
        assert_eq!(world.look("boxes", case)["x_twice"], "20");
        world.change("boxes", case, json!({"name": "b"}));
        assert_eq!(world.look("boxes", case)["x_twice"], "20");
        let told = world.refused("invalid", || define(world, "specimens", "again", json!({"kind": "roll_up", "roll_up": {"entity": "boxes", "link": "owner", "function": "count"}})));
        assert_eq!(told.fields[0].code, "not_a_link");
    }

    fn amounts_of_mixed_currencies_are_not_added_up(world) {
        figures(world);
        let case = world.add("boxes", json!({"name": "a"}));
        world.add("specimens", json!({"name": "s", "case": case.to_string(), "price": {"amount": "1", "currency": "USD"}}));
        assert_eq!(world.look("boxes", case)["x_sum"], json!({"amount": "1.00", "currency": "USD"}));
        world.add("specimens", json!({"name": "s", "case": case.to_string(), "price": {"amount": "1", "currency": "CNY"}}));
        assert_eq!(world.look("boxes", case)["x_sum"], Json::Null);
    }

    fn what_makes_no_sense_is_refused(world) {
        for (roll_up, code) in [
            (json!({"entity": "nothing", "link": "case", "function": "count"}), "unknown_entity"),
            (json!({"entity": "users", "link": "department", "function": "count"}), "unknown_entity"),
            (json!({"entity": "specimens", "link": "owner", "function": "count"}), "not_a_link"),
            (json!({"entity": "specimens", "link": "nothing", "function": "count"}), "roll_up_unknown_field"),
            (json!({"entity": "specimens", "link": "case", "function": "median", "field": "count"}), "unknown_measure"),
            (json!({"entity": "specimens", "link": "case", "function": "sum", "field": "name"}), "not_measurable"),
            (json!({"entity": "specimens", "link": "case", "function": "sum"}), "not_measurable"),
            (json!({"entity": "specimens", "link": "case", "function": "sum", "field": "password"}), "roll_up_unknown_field"),
            (json!({"entity": "specimens", "link": "case", "function": "count", "filter": {"day": {"within": "today"}}}), "filter_moves"),
            (json!({"entity": "specimens", "link": "case", "function": "count", "filter": {"case.name": "a"}}), "filter_not_local"),
            (json!({"entity": "specimens", "link": "case", "function": "count", "filter": {"nothing": 1}}), "unknown_field"),
        ] {
            let told = world.refused("invalid", || define(world, "boxes", "f", json!({"kind": "roll_up", "roll_up": roll_up})));
            assert_eq!((told.fields[0].field.as_str(), told.fields[0].code), ("roll_up", code), "{roll_up}");
        }
        let id = field_of(world, "boxes", "n", over("count", "", json!({})));
        settled(world);
        let other = object(json!({"roll_up": over("sum", "price", json!({}))["roll_up"]}));
        let told = world.refused("invalid", || world.engine.edit_field(&world.admin, id, &other, None));
        assert_eq!(told.fields[0].code, "result_changes");
    }

    fn a_figure_is_as_secret_as_what_it_is_taken_over(world) {
        field_of(world, "boxes", "sum", over("sum", "price", json!({})));
        field_of(world, "boxes", "n", over("count", "", json!({})));
        settled(world);
        let case = world.add("boxes", json!({"name": "a"}));
        world.add("specimens", json!({"name": "s", "case": case.to_string(), "price": "7"}));
        let seen = |name: &str, grants: &[Grant], hidden: Option<&str>| {
            let ann = world.user_with(name, &[]);
            let role = world.role(name, grants);
            if let Some(field) = hidden {
                world.limit(role, "specimen", field, "hidden");
            }
            world.hold(ann.user.unwrap(), role);
            let seen = world.get(&ann, "boxes", case).unwrap();
            (seen.get("x_sum").is_some(), seen.get("x_n").is_some())
        };
        let both = [Grant::on("case", SEE).over("all"), Grant::on("specimen", SEE).over("own")];
        assert_eq!(seen("both", &both, None), (true, true));
        assert_eq!(seen("no price", &both, Some("price")), (false, true));
        assert_eq!(seen("no link", &both, Some("case")), (false, false));
        assert_eq!(seen("boxes alone", &[Grant::on("case", SEE).over("all")], None), (false, false));
    }
}

/// What was done to the specimens of two boxes; indexes choose among those there are.
#[derive(Clone, Debug)]
enum Deed {
    Create(usize, i64),
    Edit(usize, usize, i64),
    Bulk(i64),
    Delete(usize),
    Restore(usize),
    Merge(usize, usize),
    Undo,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let n = || 0_usize..20;
    let deed = prop_oneof![
        4 => (n(), -9_i64..9).prop_map(|(case, v)| Deed::Create(case, v)),
        4 => (n(), n(), -9_i64..9).prop_map(|(i, case, v)| Deed::Edit(i, case, v)),
        1 => (-9_i64..9).prop_map(Deed::Bulk),
        2 => n().prop_map(Deed::Delete),
        1 => n().prop_map(Deed::Restore),
        1 => (n(), n()).prop_map(|(a, b)| Deed::Merge(a, b)),
        3 => Just(Deed::Undo),
    ];
    proptest::collection::vec(deed, 6..18)
}

fn all(world: &World, entity: &str) -> Vec<i64> {
    let found = world.engine.reading(|reader| reader.find(&Query::of(entity, Filter::All).limit(1000))).unwrap();
    found.iter().map(guanxi_model::Record::id).collect()
}

fn act(world: &World, deed: &Deed) {
    let (cases, specimens) = (all(world, "case"), all(world, "specimen"));
    let of = |list: &[i64], i: usize| list.get(i % list.len().max(1)).copied();
    let values = |case: usize, v: i64| {
        let case = of(&cases, case).filter(|_| !case.is_multiple_of(5)).map(|id| id.to_string());
        json!({"name": "s", "case": case, "count": v.to_string(), "price": format!("{v}.25"), "color": if v > 0 { "red" } else { "blue" }, "day": format!("2026-01-{:02}", v + 10), "word": (v % 3 != 0).then(|| format!("w{v}"))})
    };
    world.pass_seconds(1);
    // What is refused (an undo undone, a merge with itself) is part of life.
    let _ = match deed {
        Deed::Create(case, v) => world.create(&world.admin, "specimens", values(*case, *v)).map(|_| ()),
        Deed::Edit(i, case, v) => {
            of(&specimens, *i).map_or(Ok(()), |id| world.edit(&world.admin, "specimens", id, values(*case, *v)).map(|_| ()))
        }
        Deed::Bulk(v) => world.bulk(&world.admin, "specimens", &specimens, json!({"count": v.to_string()})).map(|_| ()),
        Deed::Delete(i) => of(&specimens, *i).map_or(Ok(()), |id| world.delete(&world.admin, "specimens", id)),
        Deed::Restore(i) => {
            let gone =
                world.engine.reading(|reader| reader.find(&Query { bin: true, ..Query::of("specimen", Filter::All).limit(100) })).unwrap();
            of(&gone.iter().map(guanxi_model::Record::id).collect::<Vec<_>>(), *i)
                .map_or(Ok(()), |id| world.engine.restore(&world.admin, "specimens", id).map(|_| ()))
        }
        Deed::Merge(a, b) => match (of(&specimens, *a), of(&specimens, *b)) {
            (Some(keep), Some(other)) if keep != other => world
                .engine
                .merge(&world.admin, "specimens", MergeRequest { keep, merge: vec![other], ..MergeRequest::default() })
                .map(|_| ()),
            _ => Ok(()),
        },
        Deed::Undo => world.engine.undo(&world.admin, world.last_set(), false).map(|_| ()),
    };
}

fn stored_figures_are_what_is_taken_anew(which: Which, cases: u32) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&deeds(), |deeds| {
        let world = World::open(which);
        figures(&world);
        for name in ["a", "b", "c"] {
            world.add("boxes", json!({"name": name}));
        }
        for deed in &deeds {
            act(&world, deed);
        }
        let stored: Vec<Json> = all(&world, "case").into_iter().map(|id| look(&world, id)).collect();
        // A second definition of each is taken over everything at once.
        for (name, definition) in [
            ("n2", over("count", "", json!({}))),
            ("sum2", over("sum", "price", json!({}))),
            ("mean2", over("avg", "count", json!({}))),
            ("last2", over("max", "day", json!({}))),
            ("word2", over("latest", "word", json!({}))),
        ] {
            field_of(&world, "boxes", name, definition);
        }
        settled(&world);
        for (id, stored) in all(&world, "case").into_iter().zip(&stored) {
            let now = world.look("boxes", id);
            let taken = json!([now["x_n2"], now["x_sum2"]["amount"], now["x_mean2"], now["x_last2"], now["x_word2"]]);
            prop_assert_eq!(taken, json!([stored[0], stored[2], stored[4], stored[6], stored[7]]));
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn stored_figures_are_what_is_taken_anew_on_sqlite() {
    stored_figures_are_what_is_taken_anew(Which::Sqlite, 24);
}

#[test]
fn stored_figures_are_what_is_taken_anew_on_postgres() {
    stored_figures_are_what_is_taken_anew(Which::Postgres, 6);
}
