//! Numbers of their own.

use guanxi_testing::{both, object};
use serde_json::{Value as Json, json};

use super::{define, field, redefine, settled};

both! {
    fn every_new_record_takes_the_next_number(world) {
        field(world, "no", json!({"kind": "serial", "serial": {"prefix": "HT", "date_part": "year", "width": 4}, "list": true}));
        let numbers: Vec<Json> = (0..3).map(|n| world.look("specimens", world.add("specimens", json!({"name": format!("s{n}")})))["x_no"].clone()).collect();
        assert_eq!(numbers, ["HT20260001", "HT20260002", "HT20260003"]);
    }

    fn records_that_were_there_are_numbered_in_the_order_in_which_they_were_made(world) {
        let ids: Vec<i64> = (0..5).map(|n| world.add("specimens", json!({"name": format!("s{n}")}))).collect();
        world.delete(&world.admin, "specimens", ids[1]).unwrap();
        let versions = world.look("specimens", ids[0])["version"].clone();
        field(world, "no", json!({"kind": "serial", "serial": {"prefix": "A", "width": 2}}));
        settled(world);
        let number = |id: i64| world.look("specimens", id)["x_no"].clone();
        assert_eq!((number(ids[0]), number(ids[2]), number(ids[4])), (json!("A01"), json!("A03"), json!("A05")));
        assert_eq!(world.look("specimens", ids[0])["version"], versions, "numbering is no change of a record");
        world.engine.restore(&world.admin, "specimens", ids[1]).unwrap();
        assert_eq!(number(ids[1]), "A02");
        assert_eq!(number(world.add("specimens", json!({"name": "next"}))), "A06");
    }

    fn a_number_is_written_by_nobody(world) {
        field(world, "no", json!({"kind": "serial"}));
        world.refused("not_writable", || world.create(&world.admin, "specimens", json!({"name": "s", "x_no": "7"})));
        let id = world.add("specimens", json!({"name": "s"}));
        world.refused("not_writable", || world.edit(&world.admin, "specimens", id, json!({"x_no": "7"})));
        let seen = world.look("specimens", id);
        assert_eq!(world.change("specimens", id, seen)["x_no"], "000001");
    }

    fn a_changed_format_never_gives_a_number_twice(world) {
        let id = field(world, "no", json!({"kind": "serial", "serial": {"prefix": "2026", "width": 2}}));
        let first = world.look("specimens", world.add("specimens", json!({"name": "s"})))["x_no"].clone();
        redefine(world, id, json!({"serial": {"prefix": "", "date_part": "year", "width": 2}}));
        let second = world.look("specimens", world.add("specimens", json!({"name": "s"})))["x_no"].clone();
        assert_eq!((first, second), (json!("202601"), json!("202602")));
    }

    fn a_bad_format_is_refused(world) {
        for bad in [json!("x"), json!({"width": 0}), json!({"width": 13}), json!({"prefix": "x".repeat(21)}), json!({"date_part": "week"}), json!({"other": 1})] {
            let told = world.refused("invalid", || define(world, "specimens", "no", json!({"kind": "serial", "serial": bad})));
            assert_eq!(told.fields[0].field, "serial", "{bad}");
        }
        let told = world.refused("invalid", || define(world, "specimens", "no", json!({"kind": "serial", "required": true})));
        assert_eq!(told.fields[0].field, "required");
        world.refused("invalid", || world.engine.add_field(&world.admin, &object(json!({"entity": "specimens", "name": "t", "kind": "text", "label": "t", "serial": {}}))));
    }
}
