//! A definition is a record: logged, told, taken back; the tables follow it.

use guanxi_engine::read::{ListRequest, Selection};
use guanxi_testing::{Which, both, object};
use serde_json::{Value as Json, json};

use super::{define, field, redefine, settled};

both! {
    fn a_definition_changed_meanwhile_is_not_overwritten(world) {
        let id = crate::customise::field(world, "colour", json!({}));
        let read = |list: Json| -> i64 { list["items"].as_array().unwrap().iter().find(|item| item["id"] == json!(id.to_string())).unwrap()["version"].as_str().unwrap().parse().unwrap() };
        let seen = read(world.engine.custom_fields(&world.admin, Some("specimens")).unwrap());
        let edit = |label: &str, version| world.engine.edit_field(&world.admin, id, &object(json!({"label": label})), version);
        assert_eq!(edit("甲", Some(seen)).unwrap()["version"], json!((seen + 1).to_string()));
        let told = world.refused("stale", || edit("乙", Some(seen)));
        assert_eq!(told.status.code(), 412);
        edit("丙", None).unwrap();
        let made = world.engine.add_object(&world.admin, &object(json!({"name": "thing", "label": "东西"}))).unwrap();
        let (thing, first) = (guanxi_testing::id_of(&made), made["version"].as_str().unwrap().parse::<i64>().unwrap());
        let rename = |label: &str| world.engine.edit_object(&world.admin, thing, &object(json!({"label": label})), Some(first));
        rename("物件").unwrap();
        world.refused("stale", || rename("器物"));
    }

    fn what_is_only_called_something_is_named_by_its_sound(world) {
        let field = |input: Json| world.engine.add_field(&world.admin, &object(input));
        let called = |label: &str| field(json!({"entity": "specimens", "label": label, "kind": "integer"})).unwrap()["name"].clone();
        assert_eq!((called("装机台数"), called("装机抬数"), called("No. 2")), (json!("x_zhuangjitaishu"), json!("x_zhuangjitaishu_2"), json!("x_no_2")));
        world.refused("invalid", || field(json!({"entity": "specimens", "kind": "text"})));
        let columns = json!([{"label": "名称", "kind": "text"}, {"label": "名称", "kind": "text"}, {"label": "数量", "kind": "integer"}]);
        let lines = field(json!({"entity": "specimens", "label": "明细", "kind": "lines", "columns": columns})).unwrap();
        let catalog = world.engine.catalog();
        let line = catalog.by_plural(lines["lines"].as_str().unwrap()).unwrap();
        assert!(["x_mingcheng", "x_mingcheng_2", "x_shuliang"].iter().all(|name| line.position(name).is_some()));
        let made = |label: &str| world.engine.add_object(&world.admin, &object(json!({"label": label}))).unwrap()["name"].clone();
        assert_eq!((made("设备"), made("设备")), (json!("x_shebei"), json!("x_shebei_2")));
    }

    fn a_changed_definition_is_told_and_taken_back(world) {
        let id = field(world, "mark", json!({"label": "标记"}));
        world.pass_seconds(1);
        redefine(world, id, json!({"label": "记号", "help": "写什么"}));
        let set = world.last_set();
        let told = world.engine.change_set(&world.admin, set, None).unwrap();
        let change = &told["changes"][0];
        assert_eq!(change["entity"], "field-definitions");
        let label = change["changes"].as_array().unwrap().iter().find(|change| change["field"] == "label").unwrap();
        assert_eq!((&label["old"], &label["new"]), (&json!("标记"), &json!("记号")));
        world.engine.undo(&world.admin, set, false).unwrap();
        let now = &world.engine.custom_fields(&world.admin, Some("specimens")).unwrap()["items"][0];
        assert_eq!((&now["label"], now.get("help")), (&json!("标记"), None));
        let def = world.engine.catalog().get("specimen").cloned().unwrap();
        assert_eq!(def.field("x_mark").unwrap().label.as_ref().unwrap().0, "标记");
    }

    fn a_field_that_was_undone_is_hidden_and_comes_back_with_its_values(world) {
        let id = field(world, "mark", json!({}));
        let made = world.last_set();
        let specimen = world.add("specimens", json!({"name": "s", "x_mark": "留着"}));
        world.engine.undo(&world.admin, made, false).unwrap();
        assert_eq!(world.look("specimens", specimen).get("x_mark"), None);
        world.refused("taken", || define(world, "specimens", "mark", json!({})));
        world.pass_seconds(1);
        redefine(world, id, json!({"hidden": false}));
        assert_eq!(world.look("specimens", specimen)["x_mark"], "留着");
        redefine(world, id, json!({"hidden": true}));
        assert_eq!(world.look("specimens", specimen).get("x_mark"), None);
    }

    fn definitions_are_written_by_their_editor_alone(world) {
        let id = field(world, "mark", json!({}));
        world.refused("not_writable", || world.edit(&world.admin, "field-definitions", id, json!({"label": "x"})));
        world.refused("made_by_editor", || world.delete(&world.admin, "field-definitions", id));
        let values = json!({"entity": "specimen", "name": "x_other", "label": "o", "kind": "text"});
        world.refused("not_writable", || world.create(&world.admin, "field-definitions", values));
        let nobody = world.user_with("Ann", &[]);
        assert!(world.engine.add_field(&nobody, &object(json!({"entity": "specimens", "name": "a", "kind": "text", "label": "a"}))).is_err());
    }

    fn a_unique_field_refuses_the_second_record(world) {
        field(world, "plate", json!({"unique": true}));
        let first = world.add("specimens", json!({"name": "a", "x_plate": "沪A1"}));
        world.add("specimens", json!({"name": "b"}));
        world.add("specimens", json!({"name": "c"}));
        let told = world.refused("taken", || world.create(&world.admin, "specimens", json!({"name": "d", "x_plate": "沪A1"})));
        assert_eq!(told.fields[0].field, "x_plate");
        world.delete(&world.admin, "specimens", first).unwrap();
        world.add("specimens", json!({"name": "d", "x_plate": "沪A1"}));
        world.refused("taken", || world.engine.restore(&world.admin, "specimens", first));
    }

    fn values_that_repeat_stand_in_the_way_of_unique_and_are_named(world) {
        let id = field(world, "plate", json!({}));
        for plate in ["沪A1", "沪A1", "沪A1", "京B2", "京B2", "粤C3"] {
            world.add("specimens", json!({"name": "s", "x_plate": plate}));
        }
        let told = world.refused("values_repeated", || world.engine.edit_field(&world.admin, id, &object(json!({"unique": true})), None));
        assert_eq!(told.args, [("values", "沪A1 ×3、京B2 ×2".to_owned())]);
        for specimen in world.ids(&world.admin, "specimens", &json!({"x_plate": {"in": ["沪A1", "京B2"]}})).unwrap() {
            world.change("specimens", specimen, json!({"x_plate": null}));
        }
        redefine(world, id, json!({"unique": true}));
        world.refused("taken", || world.create(&world.admin, "specimens", json!({"name": "s", "x_plate": "粤C3"})));
        redefine(world, id, json!({"unique": false}));
        world.add("specimens", json!({"name": "s", "x_plate": "粤C3"}));
    }

    fn what_a_kind_cannot_be_is_refused(world) {
        for (kind, key, value) in [("boolean", "unique", json!(true)), ("long_text", "index", json!(true)), ("text", "decimals", json!(2)), ("decimal", "decimals", json!(5))] {
            let told = world.refused("invalid", || define(world, "specimens", "mark", json!({"kind": kind, key: value})));
            assert_eq!(told.fields[0].field, key, "{kind}");
        }
    }

    fn decimals_limit_what_is_written(world) {
        field(world, "rate", json!({"kind": "decimal", "decimals": 2}));
        field(world, "share", json!({"kind": "percent", "decimals": 0}));
        let id = world.add("specimens", json!({"name": "s", "x_rate": "1.25", "x_share": "12"}));
        for (name, value) in [("x_rate", "1.255"), ("x_share", "12.5")] {
            let told = world.refused("invalid", || world.edit(&world.admin, "specimens", id, json!({name: value})));
            assert_eq!((told.fields[0].field.as_str(), told.fields[0].code), (name, "too_many_decimals"));
        }
        let meta = world.engine.meta(&world.admin).unwrap();
        let fields = meta["entities"]["specimens"]["fields"].as_array().unwrap().clone();
        let decimals: Vec<&Json> = fields.iter().filter(|field| field["custom"] == true).map(|field| &field["decimals"]).collect();
        assert_eq!(decimals, [&json!(2), &json!(0)]);
    }

    fn a_field_that_becomes_searchable_is_found_at_once(world) {
        let id = field(world, "mark", json!({}));
        let specimen = world.add("specimens", json!({"name": "s", "x_mark": "凤凰"}));
        assert!(world.engine.search(&world.admin, "凤凰").unwrap().is_empty());
        redefine(world, id, json!({"search": true}));
        settled(world);
        assert_eq!(world.engine.search(&world.admin, "凤凰").unwrap()[0].found.id, specimen);
        let found = world.engine.verify(&world.admin).unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    }

    fn what_is_computed_agrees_with_the_log_without_standing_in_it(world) {
        for n in 0..3 {
            world.add("specimens", json!({"name": format!("s{n}"), "count": "2"}));
        }
        field(world, "no", json!({"kind": "serial"}));
        field(world, "twice", json!({"kind": "formula", "result": "decimal", "formula": "count * 2"}));
        assert_eq!(world.engine.verify(&world.admin).unwrap().faults, Vec::<String>::new());
    }
}

#[test]
fn an_indexed_field_is_answered_by_its_index() {
    let world = guanxi_testing::World::open(Which::Sqlite);
    let id = field(&world, "mark", json!({"index": true}));
    // SQLite keeps the plan of an explanation it has given; another question is planned afresh.
    let plan = |sort: &str| {
        let selection = Selection { filter: Some(r#"{"x_mark":"甲"}"#.into()), sort: Some(sort.into()), ..Selection::default() };
        world.engine.list_plan(&world.admin, "specimens", &ListRequest { selection, ..ListRequest::default() }).unwrap().join("\n")
    };
    let told = plan("created_at");
    assert!(told.contains("by_specimen__x_mark"), "{told}");
    redefine(&world, id, json!({"index": false}));
    let told = plan("name");
    assert!(!told.contains("x_mark"), "{told}");
}
