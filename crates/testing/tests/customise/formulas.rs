//! Fields computed from the others of their record.

use guanxi_testing::{Grant, both};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{define, field, redefine, settled};
use crate::rights::SEE;

both! {
    fn a_formula_follows_its_record(world) {
        field(world, "total", json!({"kind": "formula", "result": "decimal", "formula": "price * count", "decimals": 2}));
        let id = world.add("specimens", json!({"name": "s", "price": "19.99", "count": "3"}));
        assert_eq!(world.look("specimens", id)["x_total"], "59.97");
        world.pass_seconds(1);
        world.change("specimens", id, json!({"count": "10"}));
        assert_eq!(world.look("specimens", id)["x_total"], "199.9");
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!(world.look("specimens", id)["x_total"], "59.97");
        let history = world.engine.history(&world.admin, "specimens", id, None).unwrap().json.to_string();
        assert!(history.contains("x_total") && history.contains("199.9"), "{history}");
        assert_eq!(world.ids(&world.admin, "specimens", &json!({"x_total": {"gt": "59"}})).unwrap(), [id]);
    }

    fn a_formula_gives_text_flags_and_dates(world) {
        field(world, "say", json!({"kind": "formula", "result": "text", "formula": "name + '/' + text(count) + (flag ? '!' : '')"}));
        field(world, "big", json!({"kind": "formula", "result": "boolean", "formula": "count > 2 || color == 'red'"}));
        field(world, "due", json!({"kind": "formula", "result": "date", "formula": "day + 30"}));
        field(world, "age", json!({"kind": "formula", "result": "decimal", "formula": "x_due - day"}));
        let id = world.add("specimens", json!({"name": "s", "count": "3", "flag": true, "day": "2026-02-10"}));
        let seen = world.look("specimens", id);
        assert_eq!((&seen["x_say"], &seen["x_big"], &seen["x_due"], &seen["x_age"]), (&json!("s/3!"), &json!(true), &json!("2026-03-12"), &json!("30")));
        assert_eq!(world.ids(&world.admin, "specimens", &json!({"x_due": {"within": "this_month"}})).unwrap(), [id]);
        assert_eq!(world.ids(&world.admin, "specimens", &json!({"x_say": {"contains": "S/3"}})).unwrap(), [id]);
        assert_eq!(world.ids(&world.admin, "specimens", &json!({"x_big": true})).unwrap(), [id]);
    }

    fn what_cannot_be_computed_is_empty_and_stops_no_save(world) {
        field(world, "each", json!({"kind": "formula", "result": "decimal", "formula": "price / count"}));
        field(world, "huge", json!({"kind": "formula", "result": "decimal", "formula": "ratio * ratio"}));
        for (values, each) in [(json!({"price": "10", "count": "0"}), Json::Null), (json!({"price": "10"}), Json::Null), (json!({"price": "10", "count": "4"}), json!("2.5"))] {
            let mut values = values;
            values["name"] = json!("s");
            values["ratio"] = json!("900000000000000");
            let seen = world.look("specimens", world.add("specimens", values));
            assert_eq!((&seen["x_each"], &seen["x_huge"]), (&each, &Json::Null));
        }
    }

    fn what_is_wrong_with_a_formula_is_named(world) {
        field(world, "sum", json!({"kind": "formula", "result": "decimal", "formula": "count + 1"}));
        for (formula, result, code, name) in [
            ("count +", "decimal", "formula_syntax", ""),
            ("coutn + 1", "decimal", "formula_unknown_field", "count"),
            ("password + 'x'", "text", "formula_unknown_field", ""),
            ("abz(count)", "decimal", "formula_unknown_function", "abs"),
            ("count + flag", "decimal", "formula_types", ""),
            ("name > 3", "boolean", "formula_types", ""),
            ("round(name)", "decimal", "formula_types", ""),
            ("name", "decimal", "formula_result", ""),
            ("case == '1'", "boolean", "formula_field_kind", ""),
            ("[1, 2].map(x, x)", "text", "formula_not_offered", ""),
            ("{'a': 1}", "text", "formula_not_offered", ""),
        ] {
            let told = world.refused("invalid", || define(world, "specimens", "f", json!({"kind": "formula", "result": result, "formula": formula})));
            assert_eq!((told.fields[0].field.as_str(), told.fields[0].code), ("formula", code), "{formula}: {told:?}");
            if !name.is_empty() {
                assert!(told.fields[0].args.contains(&("nearest", name.to_owned())), "{told:?}");
            }
        }
        for formula in ["1 + ".repeat(600) + "1", "(".repeat(400) + "1" + &")".repeat(400), "!".repeat(1999)] {
            let told = world.refused("invalid", || define(world, "specimens", "f", json!({"kind": "formula", "result": "decimal", "formula": formula})));
            assert_eq!(told.fields[0].field, "formula");
        }
        world.refused("invalid", || define(world, "specimens", "f", json!({"kind": "formula", "result": "money", "formula": "count"})));
    }

    fn a_changed_formula_is_computed_for_all_records(world) {
        let ids: Vec<i64> = (0..450).map(|n| world.add("specimens", json!({"name": format!("s{n}"), "count": n.to_string()}))).collect();
        let id = field(world, "twice", json!({"kind": "formula", "result": "decimal", "formula": "count * 2"}));
        settled(world);
        assert_eq!(world.look("specimens", ids[449])["x_twice"], "898");
        world.pass_seconds(1);
        redefine(world, id, json!({"formula": "count * 3"}));
        let changed = world.last_set();
        settled(world);
        assert_eq!((&world.look("specimens", ids[449])["x_twice"], &world.look("specimens", ids[449])["version"]), (&json!("1347"), &json!("1")));
        world.engine.undo(&world.admin, changed, false).unwrap();
        settled(world);
        assert_eq!(world.look("specimens", ids[449])["x_twice"], "898");
        assert_eq!(world.ids(&world.admin, "specimens", &json!({"x_twice": {"lt": "4"}})).unwrap(), ids[..2]);
    }

    fn formulas_cannot_go_in_circles(world) {
        let first = field(world, "a", json!({"kind": "formula", "result": "decimal", "formula": "count + 1"}));
        field(world, "b", json!({"kind": "formula", "result": "decimal", "formula": "x_a * 2"}));
        let edit = |formula: &str| world.engine.edit_field(&world.admin, first, &guanxi_testing::object(json!({"formula": formula})), None);
        for circle in ["x_b + 1", "x_a + 1"] {
            assert_eq!(world.refused("invalid", || edit(circle)).fields[0].code, "formula_unknown_field");
        }
        assert_eq!(world.look("specimens", world.add("specimens", json!({"name": "s", "count": "2"})))["x_b"], "6");
    }

    fn a_formula_is_as_secret_as_what_it_reads(world) {
        field(world, "total", json!({"kind": "formula", "result": "decimal", "formula": "price * count"}));
        field(world, "label", json!({"kind": "formula", "result": "text", "formula": "text(x_total) + name"}));
        field(world, "open", json!({"kind": "formula", "result": "decimal", "formula": "count + 1"}));
        let id = world.add("specimens", json!({"name": "s", "price": "77.5", "count": "2"}));
        for right in ["hidden", "masked"] {
            let ann = world.user_with(&format!("Ann {right}"), &[]);
            let role = world.role(&format!("limited {right}"), &[Grant::on("specimen", SEE).over("all")]);
            world.limit(role, "specimen", "price", right);
            world.hold(ann.user.unwrap(), role);
            let seen = world.get(&ann, "specimens", id).unwrap();
            assert_eq!((seen.get("x_total"), seen.get("x_label"), &seen["x_open"]), (None, None, &json!("3")), "{right}");
            let told = world.engine.history(&ann, "specimens", id, None).unwrap().json.to_string();
            assert!(!told.contains("155") && !told.contains("x_total"), "{told}");
            assert!(world.ids(&ann, "specimens", &json!({"x_total": "155"})).is_err());
            assert!(!world.engine.meta(&ann).unwrap().to_string().contains("x_total"));
        }
    }

    fn the_past_is_computed_from_the_past(world) {
        field(world, "twice", json!({"kind": "formula", "result": "decimal", "formula": "count * 2"}));
        let id = world.add("specimens", json!({"name": "s", "count": "2"}));
        let then = world.now();
        world.pass_seconds(10);
        world.change("specimens", id, json!({"count": "5"}));
        let past = guanxi_testing::parse(&world.engine.as_of(&world.admin, "specimens", id, then).unwrap());
        assert_eq!((&past["count"], &past["x_twice"]), (&json!("2"), &json!("4")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is written as a formula is taken or refused; nothing breaks.
    #[test]
    fn no_formula_breaks_anything(formulas in proptest::collection::vec("[a-z0-9 +*/%()<>=!&|?:'\",.\\[\\]{}_-]{0,60}", 40)) {
        let world = guanxi_testing::World::open(guanxi_testing::Which::Sqlite);
        for (n, formula) in formulas.iter().enumerate() {
            let result = ["text", "decimal", "boolean", "date"][n % 4];
            if let Err(error) = define(&world, "specimens", &format!("f{n}"), json!({"kind": "formula", "result": result, "formula": formula})) {
                assert!(error.problem().is_some(), "{formula}: {error:?}");
            }
        }
        world.add("specimens", json!({"name": "s", "count": "1"}));
        settled(&world);
    }
}
