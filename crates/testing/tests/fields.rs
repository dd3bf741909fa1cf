//! What may be seen of a record: hidden and masked fields, secrets.

use guanxi_engine::read::{AggregateRequest, ExportRequest, ListRequest, Selection};
use guanxi_model::Result;
use guanxi_testing::{Grant, both};
use serde_json::{Value as Json, json};

use crate::rights::{SEE, export};

both! {
    fn a_hidden_field_is_nowhere(world) {
        let a = world.user_with("Ann", &[]);
        let role = world.role("limited", &[Grant::on("specimen", SEE).over("all")]);
        world.limit(role, "specimen", "word", "hidden");
        world.hold(a.user.unwrap(), role);
        let id = world.add("specimens", json!({"name": "s", "word": "geheim"}));
        world.pass_seconds(1);
        world.change("specimens", id, json!({"word": "geheimer"}));
        let told = [
            world.get(&a, "specimens", id).unwrap(),
            world.page(&a, "specimens", &ListRequest::default()).unwrap(),
            world.engine.history(&a, "specimens", id, None).unwrap().json,
            guanxi_testing::parse(&world.engine.as_of(&a, "specimens", id, world.now()).unwrap()),
            json!(export(world, &a, "specimens", None)),
        ];
        for json in told {
            assert!(!json.to_string().contains("geheim") && !json.to_string().contains("\"word\""), "{json}");
        }
        let unknown = |result: Result<Json>| {
            let problem = result.unwrap_err().problem().cloned().unwrap();
            assert_eq!(problem.code, "unknown_field");
            assert!(!problem.args.iter().any(|(name, value)| *name == "nearest" && value == "word"), "{problem:?}");
        };
        let selection = |filter: Option<&str>, sort: Option<&str>| Selection { filter: filter.map(str::to_owned), sort: sort.map(str::to_owned), ..Selection::default() };
        let list = |selection: Selection, fields: Option<&str>| world.page(&a, "specimens", &ListRequest { selection, fields: fields.map(str::to_owned), ..ListRequest::default() });
        unknown(list(selection(Some(r#"{"word":"geheim"}"#), None), None));
        unknown(list(selection(None, Some("word")), None));
        unknown(list(selection(None, None), Some("word")));
        unknown(list(selection(Some(r#"{"parent.word":"geheim"}"#), None), None));
        unknown(list(selection(None, None), Some("parent.word")));
        unknown(world.engine.aggregate(&a, "specimens", &AggregateRequest { group: "word".into(), ..AggregateRequest::default() }));
        unknown(world.engine.export(&a, "specimens", &ExportRequest { fields: Some("word".into()), ..ExportRequest::default() }, &mut |_| Ok(())).map(|_| Json::Null));
        world.refused("unknown_field", || world.edit(&a, "specimens", id, json!({"word": "x"})));
        world.refused("unknown_field", || world.create(&a, "specimens", json!({"name": "x", "word": "x"})));
        assert!(!world.engine.meta(&a).unwrap()["entities"]["specimens"]["fields"].to_string().contains("\"word\""));
    }

    fn a_masked_field_shows_its_mask_everywhere_and_serves_no_question(world) {
        let a = world.user_with("Ann", &[]);
        let role = world.role("limited", &[Grant::on("specimen", SEE).over("all"), Grant::on("case", "see").over("all")]);
        world.limit(role, "specimen", "phone", "masked");
        world.limit(role, "specimen", "day", "masked");
        world.limit(role, "case", "name", "masked");
        world.hold(a.user.unwrap(), role);
        let case = world.add("boxes", json!({"name": "木盒子甲"}));
        let id = world.add("specimens", json!({"name": "样品", "phone": "13812345678", "day": "2026-02-03", "case": case.to_string()}));
        world.pass_seconds(1);
        world.change("specimens", id, json!({"phone": "13912345678"}));
        let seen = world.get(&a, "specimens", id).unwrap();
        assert_eq!(seen["phone"], "139****5678");
        assert_eq!(seen["day"], "***");
        assert_eq!(seen["case"]["title"], "木***");
        let masked: Vec<&str> = seen["_masked"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert!(masked.contains(&"phone") && masked.contains(&"day"));
        let told = [
            seen.clone(),
            world.page(&a, "specimens", &ListRequest { fields: Some("phone,case.name,case".into()), ..ListRequest::default() }).unwrap(),
            world.engine.history(&a, "specimens", id, None).unwrap().json,
            guanxi_testing::parse(&world.engine.as_of(&a, "specimens", id, world.now().plus_seconds(-1)).unwrap()),
            json!(export(world, &a, "specimens", None)),
            json!(export(world, &a, "specimens", Some("case,case.name,phone"))),
            json!(format!("{:?}", world.engine.search(&a, "样品").unwrap())),
            json!(format!("{:?}", world.engine.suggest(&a, "boxes", "", None).unwrap())),
            world.engine.aggregate(&a, "specimens", &AggregateRequest { group: "case".into(), ..AggregateRequest::default() }).unwrap(),
        ];
        for (n, json) in told.iter().enumerate() {
            let text = json.to_string();
            assert!(!text.contains("12345678") && !text.contains("2026-02-03") && !text.contains("木盒子甲"), "{n}: {json}");
        }
        // Searching for digits finds nothing: a hit would give the number away.
        assert!(world.engine.search(&a, "12345678").unwrap().is_empty());
        assert!(world.engine.search(&a, "木盒子").unwrap().is_empty());
        for filter in [json!({"phone": "13912345678"}), json!({"phone": {"starts": "139"}}), json!({"case.name": "木盒子甲"})] {
            let told = world.refused("field_masked", || world.ids(&a, "specimens", &filter));
            assert_eq!((told.status.code(), told.fields[0].field.as_str()), (403, if filter.get("phone").is_some() { "phone" } else { "name" }));
        }
        let sorted = Selection { sort: Some("phone".into()), ..Selection::default() };
        world.refused("field_masked", || world.page(&a, "specimens", &ListRequest { selection: sorted, ..ListRequest::default() }));
        world.refused("field_masked", || world.engine.aggregate(&a, "specimens", &AggregateRequest { group: "phone".into(), ..AggregateRequest::default() }));
        // What was read can be sent back; another value cannot.
        world.edit(&a, "specimens", id, json!({"name": "新", "phone": "139****5678", "day": "***", "_masked": ["phone"]})).unwrap();
        assert_eq!(world.look("specimens", id)["phone"], "13912345678");
        world.refused("not_writable", || world.edit(&a, "specimens", id, json!({"phone": "13700000000"})));
    }

    fn a_field_to_read_is_not_written(world) {
        let a = world.user_with("Ann", &[]);
        let role = world.role("limited", &[Grant::on("specimen", SEE).over("all")]);
        world.limit(role, "specimen", "word", "read");
        world.hold(a.user.unwrap(), role);
        let id = world.add("specimens", json!({"name": "s", "word": "w"}));
        world.refused("not_writable", || world.edit(&a, "specimens", id, json!({"word": "x"})));
        world.refused("not_writable", || world.edit(&a, "specimens", id, json!({"number": "7"})));
        world.edit(&a, "specimens", id, json!({"word": "w", "name": "n"})).unwrap();
        // A second role that may write lifts the limit.
        let free = world.role("free", &[Grant::on("specimen", SEE).over("all")]);
        world.hold(a.user.unwrap(), free);
        world.edit(&a, "specimens", id, json!({"word": "x"})).unwrap();
    }

    fn a_secret_leaves_by_no_path(world) {
        let id = world.admin.user.unwrap();
        let hash = "argon2id";
        world.pass_seconds(1);
        world.engine.set_password(&world.admin, id, "another good password").unwrap();
        let told = [
            world.look("users", id),
            world.engine.history(&world.admin, "users", id, None).unwrap().json,
            world.engine.meta(&world.admin).unwrap(),
            world.engine.change_set(&world.admin, world.last_set(), None).unwrap(),
            json!(export(world, &world.admin, "users", None)),
        ];
        for json in told {
            assert!(!json.to_string().contains(hash) && !json.to_string().contains("password_hash"), "{json}");
        }
        let rows = &world.content()["change_row"];
        assert!(rows.iter().all(|row| !row.contains(hash)), "a secret stands in the change log");
        for filter in [json!({"password_hash": {"starts": "$"}}), json!({"password_hash": {"empty": false}})] {
            assert_eq!(world.ids(&world.admin, "users", &filter).unwrap_err().problem().unwrap().code, "unknown_field");
        }
    }
}
