//! Documents with lines: rows saved, read, logged, guarded and taken back with their record.

use guanxi_engine::write::MergeRequest;
use guanxi_model::Status;
use guanxi_model::entity::MAX_LINES;
use guanxi_testing::{Grant, UserSpec, World, both, id_of, parse};
use serde_json::{Value as Json, json};

use crate::customise::{define, field_of, settled};

fn names(record: &Json) -> Vec<&str> {
    record["parts"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

fn document(world: &World) -> (i64, Json) {
    let id = world
        .add("specimens", json!({"name": "s", "parts": [{"name": "a", "quantity": 2, "price": "1.50"}, {"name": "b"}, {"name": "c"}]}));
    (id, world.look("specimens", id))
}

/// The problems of a refusal: its status, and each field with its code.
fn problems(world: &World, id: i64, parts: Json) -> (u16, Vec<(String, &'static str)>) {
    let before = world.content();
    let error = world.edit(&world.admin, "specimens", id, json!({"parts": parts})).unwrap_err();
    world.unchanged(&before);
    let problem = error.problem().unwrap_or_else(|| panic!("{error:?}")).clone();
    (problem.status.code(), problem.fields.into_iter().map(|field| (field.field, field.code)).collect())
}

both! {
    fn a_document_is_written_and_read_as_a_whole(world) {
        let (id, seen) = document(world);
        assert_eq!(names(&seen), ["a", "b", "c"]);
        assert_eq!((&seen["parts"][0]["total"]["amount"], &seen["parts"][1]["quantity"]), (&json!("3.00"), &json!("1")));
        let (a, c) = (seen["parts"][0]["id"].clone(), seen["parts"][2]["id"].clone());
        let case = world.add("boxes", json!({"name": "箱"})).to_string();
        let after = world.edit(&world.admin, "specimens", id, json!({"parts": [{"id": c, "case": case}, {"name": "new"}, {"id": a, "quantity": "3"}]})).unwrap();
        assert_eq!(names(&after), ["c", "new", "a"]);
        assert_eq!((&after["parts"][2]["id"], &after["parts"][2]["total"]["amount"]), (&a, &json!("4.50")));
        assert_eq!(after["parts"][0]["case"], json!({"id": case, "title": "箱"}));
        assert_eq!(after["version"], "2");
        assert_eq!(world.look("specimens", id), after);
        let again = world.edit(&world.admin, "specimens", id, after.clone()).unwrap();
        assert_eq!(again, after, "what was read can be sent back and changes nothing");
        let listed = world.page(&world.admin, "specimens", &guanxi_engine::read::ListRequest { fields: Some("name,parts".into()), ..Default::default() }).unwrap();
        assert_eq!(listed["items"][0]["parts"], after["parts"]);
        let lists = world.list(&world.admin, "specimens", &json!({})).unwrap();
        assert!(lists[0].get("parts").is_none());
        assert_eq!(world.edit(&world.admin, "specimens", id, json!({"parts": []})).unwrap()["parts"], json!([]));
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn records_are_not_grouped_by_their_rows(world) {
        document(world);
        let request = guanxi_engine::read::AggregateRequest { group: "parts".into(), measure: "count".into(), ..Default::default() };
        let problem = world.refused("not_groupable", || world.engine.aggregate(&world.admin, "specimens", &request));
        assert_eq!(problem.status, Status::Malformed);
    }

    fn what_is_wrong_is_named_by_row_and_column(world) {
        let (id, seen) = document(world);
        let foreign = document(world).1["parts"][0]["id"].clone();
        let mine = &seen["parts"][0]["id"];
        let told = |status: u16, field: &str, code: &'static str| (status, vec![(field.to_owned(), code)]);
        assert_eq!(problems(world, id, json!([{"name": "x"}, {"name": "y", "quantity": "many"}])), told(422, "parts[1].quantity", "not_an_integer"));
        assert_eq!(problems(world, id, json!([{"name": "x", "quantity": 1001}])), told(422, "parts[0].quantity", "out_of_range"));
        assert_eq!(problems(world, id, json!([{"quantity": 1}])), told(422, "parts[0].name", "required"));
        assert_eq!(problems(world, id, json!([{"name": "x", "color": "pink"}])), told(422, "parts[0].color", "unknown_choice"));
        assert_eq!(problems(world, id, json!([{"name": "x", "tag": "none"}])), told(422, "parts[0].tag", "unknown_choice"));
        assert_eq!(problems(world, id, json!([{"name": "x", "case": "7"}])), told(422, "parts[0].case", "no_such_record"));
        assert_eq!(problems(world, id, json!([{"name": "x", "total": "9"}])), told(403, "parts[0].total", "not_writable"));
        assert_eq!(problems(world, id, json!([{"name": "refused"}])), told(422, "parts[0].name", "refused"));
        assert_eq!(problems(world, id, json!([{"id": foreign, "name": "x"}])), told(422, "parts[0].id", "no_such_line"));
        assert_eq!(problems(world, id, json!([{"id": mine}, {"id": mine}])), told(422, "parts[1].id", "line_twice"));
        assert_eq!(problems(world, id, json!([{"name": "x", "quantty": 1}])), told(400, "parts[0].quantty", "unknown_field"));
        assert_eq!(problems(world, id, json!([{"name": "x", "parent": "1"}])), told(400, "parts[0].parent", "unknown_field"));
        assert_eq!(problems(world, id, json!({"name": "x"})), told(400, "parts", "not_a_list"));
        assert_eq!(problems(world, id, json!(["x"])), told(400, "parts[0]", "not_an_object"));
        let many: Vec<Json> = (0..=MAX_LINES).map(|n| json!({"name": format!("{n}")})).collect();
        assert_eq!(problems(world, id, json!(many)), told(422, "parts", "too_many_lines"));
        world.change("specimens", id, json!({"parts": many[1..]}));
        assert_eq!(world.look("specimens", id)["parts"].as_array().unwrap().len(), MAX_LINES);
        let error = world.edit(&world.admin, "specimens", id, json!({"parts": [{"nam": "x"}]})).unwrap_err();
        assert!(error.problem().unwrap().fields[0].args.contains(&("nearest", "name".to_owned())));
        assert!(world.page(&world.admin, "specimens", &guanxi_engine::read::ListRequest { fields: Some("parent.parts".into()), ..Default::default() }).is_err());
        world.refused("unknown_operator", || world.list(&world.admin, "specimens", &json!({"parts": {"eq": []}})));
    }

    fn lines_have_no_routes_and_no_rights_of_their_own(world) {
        let (id, seen) = document(world);
        world.refused("not_found", || world.list(&world.admin, "parts", &json!({})));
        let meta = world.engine.meta(&world.admin).unwrap();
        assert!(meta["entities"].get("parts").is_none());
        let field = meta["entities"]["specimens"]["fields"].as_array().unwrap().iter().find(|field| field["name"] == "parts").unwrap().clone();
        assert_eq!(field["columns"].as_array().unwrap().len(), 7);
        assert_eq!(field["columns"][0]["access"], "write");
        let reader = world.hire(UserSpec::named("Reader"), &[Grant::on("specimen", "see").over("all")]);
        assert_eq!(world.get(&reader, "specimens", id).unwrap()["parts"], seen["parts"]);
        assert!(world.edit(&reader, "specimens", id, json!({"parts": []})).is_err());
        let clerk = world.hire(UserSpec::named("Clerk"), &[Grant::on("specimen", "see edit").over("all")]);
        let role = world.ids(&world.admin, "roles", &json!({"name": {"contains": "Clerk"}})).unwrap();
        for (access, shown) in [("masked", Some(json!("***"))), ("hidden", None), ("read", Some(seen["parts"].clone()))] {
            let set = world.add("role-fields", json!({"role": role[0].to_string(), "entity": "specimen", "field": "parts", "right": access}));
            let got = world.get(&clerk, "specimens", id).unwrap();
            assert_eq!(got.get("parts"), shown.as_ref(), "{access}");
            assert!(world.edit(&clerk, "specimens", id, json!({"parts": [{"name": "x"}]})).is_err());
            assert!(world.edit(&clerk, "specimens", id, got).is_ok(), "{access}");
            let past = parse(&world.engine.as_of(&clerk, "specimens", id, world.now()).unwrap());
            assert_eq!(past.get("parts"), shown.as_ref(), "{access} of the past");
            world.delete(&world.admin, "role-fields", set).unwrap();
        }
    }

    fn a_document_goes_with_its_lines_through_log_bin_and_undo(world) {
        let (id, before) = document(world);
        let then = world.now();
        world.pass_seconds(1);
        let kept = before["parts"][1]["id"].clone();
        world.change("specimens", id, json!({"parts": [{"id": kept, "quantity": 9}]}));
        let set = world.last_set();
        let history = world.engine.history(&world.admin, "specimens", id, None).unwrap().json;
        let change = &history["items"][0]["changes"][0];
        assert_eq!((change["field"].as_str(), change["old"].as_array().map(Vec::len), &change["new"][0]["quantity"]), (Some("parts"), Some(3), &json!("9")));
        let past = parse(&world.engine.as_of(&world.admin, "specimens", id, then).unwrap());
        assert_eq!(past["parts"], before["parts"]);
        world.delete(&world.admin, "specimens", id).unwrap();
        world.engine.restore(&world.admin, "specimens", id).unwrap();
        world.engine.undo(&world.admin, set, false).unwrap();
        assert_eq!(world.look("specimens", id)["parts"], before["parts"]);
        world.change("specimens", id, json!({"parts": []}));
        let emptied = world.last_set();
        world.change("specimens", id, json!({"parts": [{"name": "z"}]}));
        let report = world.engine.undo(&world.admin, emptied, false).unwrap();
        assert_eq!((report.undone, report.conflicts[0].field.as_deref(), report.conflicts[0].code), (0, Some("parts"), "changed_since"));
        let stale = world.engine.edit(&world.admin, "specimens", id, guanxi_testing::object(json!({"parts": []})), Some(1)).unwrap_err();
        assert_eq!(stale.problem().map(|problem| (problem.status, problem.fields[0].field.as_str())), Some((Status::Stale, "parts")));
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn a_merge_copies_lines_and_moves_what_they_refer_to(world) {
        let (one, other) = (world.add("boxes", json!({"name": "one"})), world.add("boxes", json!({"name": "other"})));
        let keep = world.add("specimens", json!({"name": "keep"}));
        let id = world.add("specimens", json!({"name": "s", "parts": [{"name": "a", "case": other.to_string()}, {"name": "b", "case": one.to_string()}]}));
        let report = world.engine.merge(&world.admin, "boxes", MergeRequest { keep: one, merge: vec![other], ..MergeRequest::default() }).unwrap();
        assert_eq!(report.moved.get("specimens"), Some(&1));
        assert_eq!(id_of(&world.look("specimens", id)["parts"][0]["case"]), one);
        world.engine.undo(&world.admin, report.change_set.unwrap(), false).unwrap();
        assert_eq!(id_of(&world.look("specimens", id)["parts"][0]["case"]), other);
        let before = world.look("specimens", id)["parts"].clone();
        let merged = world.engine.merge(&world.admin, "specimens", MergeRequest { keep, merge: vec![id], ..MergeRequest::default() }).unwrap();
        assert_eq!(names(&world.look("specimens", keep)), ["a", "b"]);
        world.engine.undo(&world.admin, merged.change_set.unwrap(), false).unwrap();
        assert_eq!((&world.look("specimens", keep)["parts"], &world.look("specimens", id)["parts"]), (&json!([]), &before));
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn lines_defined_at_run_time_are_lines_like_any_other(world) {
        let columns = json!([
            {"name": "item", "label": "品名", "kind": "text", "required": true},
            {"name": "count", "label": "数量", "kind": "integer"},
            {"name": "price", "label": "单价", "kind": "money"},
            {"name": "amount", "label": "金额", "kind": "formula", "formula": "x_count * x_price", "result": "decimal"},
        ]);
        field_of(world, "customers", "items", json!({"kind": "lines", "label": "明细", "columns": columns}));
        field_of(world, "customers", "sum", json!({"kind": "roll_up", "roll_up": {"entity": "x-customer-items", "function": "sum", "field": "x_amount"}}));
        let made = world.create(&world.admin, "customers", json!({"name": "上海光明乳业有限公司", "x_items": [{"x_item": "奶", "x_count": 2, "x_price": "1.5"}, {"x_item": "酪", "x_count": 1, "x_price": "4"}]})).unwrap();
        assert_eq!((&made["x_items"][0]["x_amount"], &made["x_sum"]), (&json!("3"), &json!("7")), "{made}");
        let (id, first) = (id_of(&made), made["x_items"][0].clone());
        let after = world.edit(&world.admin, "customers", id, json!({"x_items": [{"id": first["id"], "x_count": "10"}]})).unwrap();
        assert_eq!((&after["x_items"][0]["x_amount"], &after["x_sum"]), (&json!("15"), &json!("15")));
        let exported = crate::rights::export(world, &world.admin, "customers", Some("name,x_items"));
        assert_eq!(exported[1][1], "品名: 奶; 数量: 10; 单价: 1.50; 金额: 15");
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!(world.look("customers", id)["x_items"], made["x_items"]);
        assert_eq!(world.look("customers", id)["x_sum"], "7");
        // A column more, and the sentence of a formula changed: the lines there follow.
        define(world, "x-customer-items", "note", json!({"label": "备注"})).unwrap();
        let columns = world.engine.custom_fields(&world.admin, Some("x-customer-items")).unwrap();
        let amount = columns["items"].as_array().unwrap().iter().find(|column| column["name"] == "x_amount").unwrap();
        crate::customise::redefine(world, id_of(amount), json!({"formula": "x_count * x_price * 2"}));
        settled(world);
        let seen = world.look("customers", id);
        assert_eq!((&seen["x_items"][0]["x_amount"], &seen["x_items"][0]["x_note"], &seen["x_sum"]), (&json!("6"), &Json::Null, &json!("14")));
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
        let refused = |more: Json| define(world, "customers", "other", more).unwrap_err().problem().unwrap().fields[0].field.clone();
        assert_eq!(refused(json!({"kind": "lines"})), "columns");
        assert_eq!(refused(json!({"kind": "lines", "columns": [{"name": "a", "label": "A", "kind": "serial"}]})), "columns[0].kind");
        assert_eq!(refused(json!({"kind": "text", "columns": [{"name": "a", "label": "A", "kind": "text"}]})), "columns");
        assert_eq!(refused(json!({"kind": "lines", "columns": [{"name": "a", "label": "A", "kind": "text"}, {"name": "a", "label": "A", "kind": "text"}]})), "columns[1].name");
    }
}
