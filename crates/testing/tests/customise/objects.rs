//! Objects made at run time: tables of their own, with everything that a built-in entity has.

use guanxi_engine::read::{ExportRequest, ListRequest};
use guanxi_model::Actor;
use guanxi_testing::{Grant, Which, World, both, id_of, object as input, parse};
use serde_json::{Value as Json, json};

use super::{change_object, define, field_of, make_object, object, redefine, settled};
use crate::import_desk::{Desk, counts};

/// Equipment that stands at customers, and the figure of it there.
fn equipment(world: &World) -> i64 {
    let made = object(world, "device", json!({"label": "设备", "label_en": "Device", "plural_en": "Devices"}));
    field_of(world, "x-device", "customer", json!({"kind": "reference", "target": "customers", "label": "所在客户", "list": true}));
    let count = json!({"entity": "x-device", "link": "x_customer", "function": "count"});
    field_of(world, "customers", "devices", json!({"kind": "roll_up", "roll_up": count}));
    id_of(&made)
}

fn titles(world: &World, actor: &Actor, q: &str) -> Vec<String> {
    world.engine.search(actor, q).unwrap().into_iter().filter(|hit| hit.entity == "x-device").map(|hit| hit.found.title).collect()
}

fn row<'a>(list: &'a Json, name: &str) -> &'a Json {
    list["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no {name} in {list}"))
}

both! {
    fn an_object_is_opened_by_whom_it_is_granted_and_nobody_else(world) {
        let seller = world.role("销售", &[Grant::on("customer", "see create edit")]);
        let user = world.user(guanxi_testing::UserSpec::named("Li"));
        world.hold(user, seller);
        let (li, other) = (Actor::user(user), world.user_with("Ann", &[Grant::on("customer", "see create edit").over("all")]));
        let grants = json!([{"role": seller.to_string(), "verbs": ["see", "create", "edit"], "read_scope": "own", "write_scope": "own"}]);
        object(world, "device", json!({"label": "设备", "label_en": "Device", "plural_en": "Devices", "icon": "box", "grants": grants}));
        field_of(world, "x-device", "customer", json!({"kind": "reference", "target": "customers", "label": "所在客户"}));
        let meta = world.engine.meta(&li).unwrap();
        let told = &meta["entities"]["x-device"];
        assert_eq!((&told["label"], &told["plural"], &told["icon"], &told["owner"], &told["title"]), (&json!("设备"), &json!("设备"), &json!("box"), &json!("owner"), &json!("name")));
        assert!(meta["areas"].as_array().unwrap().iter().any(|area| area["name"] == "custom" && area["entities"] == json!(["x-device"])));
        let english = Actor { lang: guanxi_model::labels::Lang::En, ..li.clone() };
        assert_eq!(world.engine.meta(&english).unwrap()["entities"]["x-device"]["plural"], "Devices");

        let customer = world.add_as(&li, "customers", json!({"name": "上海光明乳业有限公司"}));
        let id = world.add_as(&li, "x-device", json!({"name": "灌装机", "x_customer": customer.to_string()}));
        let seen = world.get(&li, "x-device", id).unwrap();
        assert_eq!((&seen["owner"]["id"], &seen["x_customer"]["title"]), (&json!(user.to_string()), &json!("上海光明乳业有限公司")));
        assert_eq!(titles(world, &li, "guanzhuangji"), ["灌装机"]);
        assert_eq!(world.engine.suggest(&li, "x-device", "gzj", None).unwrap()[0].id, id);
        assert_eq!(world.ids(&li, "x-device", &json!({"x_customer": customer.to_string()})).unwrap(), [id]);
        let related = meta_related(&world.engine.meta(&li).unwrap(), "customers");
        assert!(related.contains(&json!({"entity": "x-device", "field": "x_customer", "label": "设备"})), "{related:?}");
        // Who is granted nothing learns nothing, and the administrator who is granted everything sees all.
        assert!(world.engine.meta(&other).unwrap()["entities"].get("x-device").is_none());
        world.refused("not_found", || world.get(&other, "x-device", id));
        world.refused("not_found", || world.create(&other, "x-device", json!({"name": "x"})));
        world.refused("not_found", || world.engine.history(&other, "x-device", id, None).map(|_| ()));
        assert!(titles(world, &other, "灌装").is_empty());
        assert_eq!(world.ids(&world.admin, "x-device", &json!({})).unwrap(), [id]);
        world.refused("forbidden", || world.delete(&li, "x-device", id));
    }

    // AM-07
    fn a_profile_of_an_object_asks_for_its_fields(world) {
        object(world, "device", json!({"label": "设备"}));
        field_of(world, "x-device", "maker", json!({"kind": "text", "label": "厂家"}));
        world.add("field-profiles", json!({"name": "设备", "entity": "x_device", "required_fields": "x_maker", "enabled": true}));
        let problem = world.refused("invalid", || world.create(&world.admin, "x-device", json!({"name": "灌装机"})));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("x_maker", "required"));
        world.add("x-device", json!({"name": "灌装机", "x_maker": "春意"}));
    }

    fn an_object_lives_as_what_is_built_in_does(world) {
        equipment(world);
        let customer = world.add("customers", json!({"name": "客户"}));
        let at = customer.to_string();
        let id = world.add("x-device", json!({"name": "一号机", "x_customer": at}));
        let twin = world.add("x-device", json!({"name": "二号机", "x_customer": at}));
        assert_eq!(world.look("customers", customer)["x_devices"], "2");
        world.pass_seconds(1);
        world.bulk(&world.admin, "x-device", &[id, twin], json!({"name": "改名"})).unwrap();
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!(world.look("x-device", twin)["name"], "二号机");
        let request = guanxi_engine::write::MergeRequest { keep: id, merge: vec![twin], ..Default::default() };
        world.engine.merge(&world.admin, "x-device", request).unwrap();
        assert_eq!(world.look("customers", customer)["x_devices"], "1");
        let file = world.file(&world.admin, "说明书.txt", "内容".as_bytes());
        world.engine.attach(&world.admin, "x-device", id, vec![file]).unwrap();
        let verified = world.engine.verify(&world.admin).unwrap();
        assert_eq!(verified.faults, Vec::<String>::new());
    }

    fn an_export_of_an_object_imports_again(world) {
        let names = crate::customise::object_of_every_kind(world);
        let desk = Desk::of(world);
        let def = world.engine.catalog().get("x_gauge").cloned().unwrap();
        let mut samples = guanxi_testing::samples::Samples::default();
        for n in 0..3 {
            let values = samples.values(world, &def, n).unwrap();
            world.add("x-gauge", Json::Object(values));
        }
        let before = world.list(&world.admin, "x-gauge", &json!({})).unwrap();
        for format in ["csv", "xlsx"] {
            let (mut file, all) = (Vec::new(), format!("id,name,owner,{}", names.join(",")));
            let request = ExportRequest { fields: Some(all), ..ExportRequest::default() };
            world.engine.export_to(&world.admin, "x-gauge", &request, format, &mut file).unwrap();
            let import = desk.upload(&world.admin, "x-gauge", &format!("again.{format}"), &file).unwrap();
            assert_eq!(desk.run(&world.admin, id_of(&import)), counts(0, 0, 3, 0), "{format}: {}", desk.failed(&world.admin, id_of(&import)));
            assert_eq!(world.list(&world.admin, "x-gauge", &json!({})).unwrap(), before, "{format}");
        }
        let import = desk.upload(&world.admin, "x-gauge", "new.csv", "名称\n新仪器\n".as_bytes()).unwrap();
        assert_eq!(desk.run(&world.admin, id_of(&import)), counts(1, 0, 0, 0));
        let made = world.list(&world.admin, "x-gauge", &json!({"name": "新仪器"})).unwrap();
        assert_eq!((&made[0]["owner"]["id"], &made[0]["x_number"]), (&json!(world.admin.user.unwrap().to_string()), &json!("YQ000004")));
    }

    fn an_object_taken_out_of_use_takes_along_what_points_at_it_and_brings_it_back(world) {
        let object = equipment(world);
        let customer = world.add("customers", json!({"name": "客户"}));
        let id = world.add("x-device", json!({"name": "灌装机", "x_customer": customer.to_string()}));
        define(world, "follow-ups", "device", json!({"kind": "reference", "target": "x-device"})).unwrap();
        let talk = world.add("follow-ups", json!({"customer": customer.to_string(), "content": "看过", "x_device": id.to_string()}));
        world.pass_seconds(1);
        change_object(world, object, json!({"hidden": true}));
        settled(world);
        world.refused("not_found", || world.get(&world.admin, "x-device", id));
        world.refused("not_found", || world.create(&world.admin, "x-device", json!({"name": "x"})));
        assert!(titles(world, &world.admin, "灌装").is_empty());
        assert!(world.engine.meta(&world.admin).unwrap()["entities"].get("x-device").is_none());
        assert_eq!(world.look("follow-ups", talk).get("x_device"), None);
        assert_eq!(world.look("customers", customer).get("x_devices"), None);
        let fields = world.engine.custom_fields(&world.admin, Some("follow-ups")).unwrap();
        assert_eq!((&row(&fields, "x_device")["hidden"], &row(&fields, "x_device")["rests"]), (&json!(false), &json!(true)));
        for (entity, target) in [("x-device", "customers"), ("customers", "x-device")] {
            world.refused("invalid", || define(world, entity, "again", json!({"kind": "reference", "target": target})));
        }
        // What it is called can be changed meanwhile, of the fields too.
        redefine(world, id_of(row(&fields, "x_device")), json!({"label": "机器"}));
        world.change("customers", customer, json!({"name": "客户二"}));
        change_object(world, object, json!({"hidden": false}));
        settled(world);
        assert_eq!(world.look("x-device", id)["x_customer"]["title"], "客户二");
        assert_eq!(world.look("follow-ups", talk)["x_device"]["title"], "灌装机");
        assert_eq!(world.look("customers", customer)["x_devices"], "1");
        assert_eq!(titles(world, &world.admin, "灌装"), ["灌装机"]);
    }

    fn an_object_that_was_undone_is_hidden_with_its_records_and_comes_back(world) {
        let role = world.role("销售", &[]);
        let user = world.user(guanxi_testing::UserSpec::named("Li"));
        world.hold(user, role);
        let grants = json!([{"role": role.to_string(), "verbs": ["see", "create"], "read_scope": "all", "write_scope": "all"}]);
        let made = object(world, "device", json!({"serial": {"prefix": "SB", "width": 3}, "grants": grants}));
        let set = world.last_set();
        let id = world.add_as(&Actor::user(user), "x-device", json!({"name": "灌装机"}));
        assert_eq!(world.look("x-device", id)["x_number"], "SB001");
        let def = world.engine.catalog().get("x_device").cloned().unwrap();
        assert_eq!(def.field("x_number").unwrap().label, Some(("device编号".to_owned(), "device number".to_owned())));
        world.pass_seconds(1);
        let undone = world.engine.undo(&world.admin, set, false).unwrap();
        assert_eq!(undone.conflict_count, 0);
        world.refused("not_found", || world.get(&world.admin, "x-device", id));
        let told = world.refused("name_used", || make_object(world, "x_device", json!({})));
        assert_eq!(told.fields[0].field, "name");
        // Undoing the undo brings back its fields and grants as well.
        world.pass_seconds(1);
        world.engine.undo(&world.admin, undone.change_set.unwrap(), false).unwrap();
        assert_eq!(world.get(&Actor::user(user), "x-device", id).unwrap()["x_number"], "SB001");
        world.pass_seconds(1);
        let list = world.engine.custom_objects(&world.admin).unwrap();
        assert_eq!(row(&list, "x_device")["hidden"], false);
        change_object(world, id_of(&made), json!({"label": "机器"}));
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!(world.engine.catalog().get("x_device").unwrap().label.as_ref().unwrap().0, "device");
    }

    fn an_object_becomes_searchable_and_ceases_to_be(world) {
        let object = id_of(&object(world, "device", json!({"search": false})));
        let first = world.add("x-device", json!({"name": "灌装机"}));
        assert!(titles(world, &world.admin, "灌装").is_empty());
        assert_eq!(world.engine.suggest(&world.admin, "x-device", "灌", None).unwrap()[0].id, first);
        change_object(world, object, json!({"search": true}));
        settled(world);
        assert_eq!(titles(world, &world.admin, "gzj"), ["灌装机"]);
        change_object(world, object, json!({"search": false}));
        settled(world);
        assert!(titles(world, &world.admin, "灌装").is_empty());
        world.change("x-device", first, json!({"name": "封口机"}));
        world.add("x-device", json!({"name": "贴标机"}));
        change_object(world, object, json!({"search": true}));
        settled(world);
        assert_eq!(titles(world, &world.admin, "fkj"), ["封口机"]);
        assert_eq!(titles(world, &world.admin, "贴标"), ["贴标机"]);
        assert!(titles(world, &world.admin, "灌装").is_empty());
        assert_eq!(world.engine.verify(&world.admin).unwrap().faults, Vec::<String>::new());
    }

    fn objects_with_bad_definitions_are_refused_by_name(world) {
        let role = world.role("销售", &[]).to_string();
        for (key, value) in [
            ("name", json!("")), ("name", json!("a b")), ("name", json!("设备")), ("name", json!("1a")), ("name", json!("x_")), ("name", json!("x\"; DROP TABLE user; --")), ("name", json!("a".repeat(60))), ("name", json!("ledger_data")),
            ("label", json!("")), ("label", json!("x".repeat(61))), ("label", json!("a\u{0}")), ("label", json!(1)), ("plural_en", json!("x".repeat(61))), ("area", json!("settings")), ("area", json!("nowhere")), ("icon", json!("../x")),
            ("owner", json!("yes")), ("search", json!(1)), ("serial", json!("x")), ("serial", json!({"width": 99})), ("grants", json!("all")), ("grants", json!(["all"])), ("nothing", json!(1)),
        ] {
            let before = world.content();
            let told = make_object(world, "device", json!({key: value.clone()})).expect_err(&format!("{key} = {value}"));
            let told = told.problem().unwrap_or_else(|| panic!("{key} = {value}: a fault")).clone();
            assert_eq!(told.fields.first().map(|field| field.field.as_str()), Some(key), "{value}: {told:?}");
            world.unchanged(&before);
        }
        for grant in [json!({"role": "5", "verbs": ["see"]}), json!({"role": role, "verbs": ["fly"]}), json!({"role": role, "nothing": 1})] {
            let before = world.content();
            assert!(make_object(world, "device", json!({"grants": [grant]})).is_err_and(|error| error.problem().is_some()));
            world.unchanged(&before);
        }
        let id = id_of(&object(world, "device", json!({})));
        world.refused("name_used", || make_object(world, "device", json!({})));
        for fixed in ["name", "owner", "serial", "grants"] {
            let told = world.refused("invalid", || world.engine.edit_object(&world.admin, id, &input(json!({fixed: true})), None));
            assert_eq!((told.fields[0].field.as_str(), told.fields[0].code), (fixed, "cannot_change"));
        }
    }

    fn there_are_only_so_many_objects(world) {
        // Behind the product's back: a hundred tables would take their time.
        let made = object(world, "o0", json!({"hidden": false}));
        for n in 1..100 {
            world.raw(&format!("INSERT INTO entity_definition (id, version, created_at, updated_at, name, label, area, owned, search, hidden) VALUES ({n}, 1, 0, 0, 'x_o{n}', 'o', 'custom', 1, 0, 1)"));
        }
        assert_eq!(world.refused("too_many_objects", || make_object(world, "more", json!({}))).args, [("max", "100".to_owned())]);
        change_object(world, id_of(&made), json!({"label": "仍可修改"}));
    }

    fn objects_are_written_by_their_editor_alone(world) {
        let id = id_of(&object(world, "device", json!({})));
        world.refused("not_writable", || world.edit(&world.admin, "entity-definitions", id, json!({"label": "x"})));
        world.refused("made_by_editor", || world.delete(&world.admin, "entity-definitions", id));
        let branch = world.user(guanxi_testing::UserSpec::named("Branch").with("administration", "branch"));
        for actor in [world.user_with("Ann", &[Grant::on("*", "see create edit").over("all")]), Actor::user(branch)] {
            world.refused("needs_administration", || world.engine.custom_objects(&actor));
            world.refused("needs_administration", || world.engine.add_object(&actor, &input(json!({"name": "a", "label": "a"}))));
            world.refused("needs_administration", || world.engine.edit_object(&actor, id, &input(json!({"label": "a"})), None));
        }
    }

    fn what_a_token_may_do_with_an_object_is_said_by_its_name(world) {
        object(world, "device", json!({}));
        let id = world.add("x-device", json!({"name": "灌装机"}));
        let reading = Actor { scopes: Some(vec!["x-device:read".to_owned()]), ..world.admin.clone() };
        assert!(world.get(&reading, "x-device", id).is_ok());
        assert!(world.edit(&reading, "x-device", id, json!({"name": "x"})).is_err());
        world.engine.add_token(&world.admin, "t", &["x-device:write".to_owned()], None).unwrap();
        assert!(world.engine.add_token(&world.admin, "t", &["x-nothing:read".to_owned()], None).is_err());
    }

    fn a_restart_finds_objects_as_they_were(world) {
        equipment(world);
        let customer = world.add("customers", json!({"name": "客户"}));
        let id = world.add("x-device", json!({"name": "灌装机", "x_customer": customer.to_string()}));
        let before = world.look("x-device", id);
        world.restart();
        assert_eq!(world.look("x-device", id), before);
        world.add("x-device", json!({"name": "二号机", "x_customer": customer.to_string()}));
        assert_eq!(world.look("customers", customer)["x_devices"], "2");
        assert_eq!(world.engine.verify(&world.admin).unwrap().faults, Vec::<String>::new());
    }

    fn two_administrators_who_take_one_name_are_told(world) {
        let (engine, admin) = (&*world.engine, &world.admin);
        let made = std::thread::scope(|scope| {
            let both: Vec<_> = (0..2).map(|n| scope.spawn(move || engine.add_object(admin, &input(json!({"name": "device", "label": n.to_string()}))))).collect();
            both.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1, "{made:?}");
        let told = made.into_iter().find_map(Result::err).unwrap();
        assert_eq!(told.problem().unwrap().code, "name_used");
        world.add("x-device", json!({"name": "灌装机"}));
    }
}

fn meta_related(meta: &Json, entity: &str) -> Vec<Json> {
    meta["entities"][entity]["related"].as_array().unwrap().clone()
}

#[test]
fn another_node_opens_an_object_at_its_next_look() {
    let world = World::open(Which::Postgres);
    let second = world.second_node();
    equipment(&world);
    assert!(second.create(&world.admin, "x-device", input(json!({"name": "灌装机"}))).is_err());
    second.look_at_other_nodes().unwrap();
    let made = second.create(&world.admin, "x-device", input(json!({"name": "灌装机"}))).unwrap();
    assert_eq!(parse(&made.json)["name"], world.look("x-device", made.id)["name"]);
    // Made on the second, before it knows the first one's newest.
    object(&world, "vehicle", json!({}));
    second.add_object(&world.admin, &input(json!({"name": "spare", "label": "备件"}))).unwrap();
    world.engine.look_at_other_nodes().unwrap();
    for entity in ["x-vehicle", "x-spare"] {
        world.add(entity, json!({"name": "一"}));
        second.create(&world.admin, entity, input(json!({"name": "二"}))).unwrap();
    }
}

#[test]
fn a_start_gives_objects_what_every_table_has() {
    let mut world = World::open(Which::Sqlite);
    object(&world, "device", json!({}));
    let plan = |world: &World| world.engine.list_plan(&world.admin, "x-device", &ListRequest::default()).unwrap().join("\n");
    let index = "by_x_device__created_at_id_owner";
    assert!(plan(&world).contains(index), "{}", plan(&world));
    world.raw(&format!("DROP INDEX {index}"));
    world.restart();
    assert!(plan(&world).contains(index), "{}", plan(&world));
}
