//! The change log tells the truth, or it is found out.

use guanxi_engine::read::ExportRequest;
use guanxi_testing::{Which, World, both};
use serde_json::json;

/// A few change sets, sealed.
fn history(world: &World) -> Vec<i64> {
    let mut sets = Vec::new();
    for n in 0..4 {
        world.pass_seconds(1);
        world.add("specimens", json!({"name": format!("trace {n}"), "count": n}));
        sets.push(world.last_set());
    }
    while world.engine.seal().unwrap() > 0 {}
    assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    sets
}

fn faults(world: &World) -> Vec<String> {
    world.engine.verify(&world.admin).unwrap().faults
}

fn found_out(world: &World, sql: &str) {
    world.raw(sql);
    let found = world.engine.verify(&world.admin).unwrap();
    assert!(!found.faults.is_empty(), "not found out: {sql}");
}

both! {
    fn an_altered_value_is_found(world) {
        let sets = history(world);
        found_out(world, &format!("UPDATE change_row SET new = replace(new, 'trace', 'grace') WHERE change_set = {}", sets[1]));
    }

    fn a_removed_row_is_found(world) {
        let sets = history(world);
        found_out(world, &format!("DELETE FROM change_row WHERE change_set = {} AND entity = 'trace'", sets[1]));
    }

    fn an_added_row_is_found(world) {
        let sets = history(world);
        found_out(world, &format!("INSERT INTO change_row (id, change_set, entity, record, op, version, old, new) VALUES (5, {}, 'specimen', 1, 'update', 1, '', '')", sets[1]));
    }

    fn a_removed_change_set_is_found(world) {
        let sets = history(world);
        found_out(world, &format!("DELETE FROM change_row WHERE change_set = {0}; DELETE FROM change_set WHERE id = {0}", sets[1]));
    }

    fn a_changed_author_or_moment_is_found(world) {
        let sets = history(world);
        found_out(world, &format!("UPDATE change_set SET actor = 1 WHERE id = {}", sets[0]));
    }

    fn a_changed_moment_is_found(world) {
        let sets = history(world);
        found_out(world, &format!("UPDATE change_set SET at = at - 1 WHERE id = {}", sets[3]));
    }

    fn change_sets_put_in_another_order_are_found(world) {
        let sets = history(world);
        found_out(world, &format!(
            "UPDATE change_set SET seal = -1 WHERE id = {0}; UPDATE change_set SET seal = (SELECT seal FROM change_set WHERE id = {1}) - 1 WHERE id = {1}; UPDATE change_set SET seal = (SELECT seal FROM change_set WHERE id = {1}) + 1 WHERE id = {0}",
            sets[1], sets[2]
        ));
    }

    fn a_content_forged_with_its_hash_is_found_by_the_chain(world) {
        let sets = history(world);
        found_out(world, &format!("UPDATE change_set SET hash = (SELECT hash FROM change_set WHERE id = {}) WHERE id = {}", sets[0], sets[1]));
    }

    fn the_newest_change_sets_cut_off_are_found_by_what_was_noted(world) {
        let sets = history(world);
        // Everything about the newest is removed, the records included: the chain itself is whole.
        world.raw(&format!("DELETE FROM trace WHERE id IN (SELECT record FROM change_row WHERE change_set = {0}); DELETE FROM specimen WHERE id IN (SELECT record FROM change_row WHERE change_set = {0}); DELETE FROM change_row WHERE change_set = {0}; DELETE FROM change_set WHERE id = {0}", sets[3]));
        let told = faults(world);
        assert!(told.iter().any(|fault| fault.contains("were noted and are gone")), "{told:?}");
        // What is sealed since does not cover it up.
        world.add("boxes", json!({"name": "later"}));
        while world.engine.seal().unwrap() > 0 {}
        assert!(faults(world).iter().any(|fault| fault.contains("is not what was noted")), "{:?}", faults(world));
    }

    fn a_head_noted_elsewhere_finds_a_chain_written_anew(world) {
        let sets = history(world);
        let head = world.engine.verify(&world.admin).unwrap().head;
        assert!(world.engine.verify_against(&world.admin, std::slice::from_ref(&head)).unwrap().faults.is_empty());
        world.raw(&format!("DELETE FROM change_row WHERE change_set = {0}; DELETE FROM change_set WHERE id = {0}; DELETE FROM trace WHERE id IN (SELECT id FROM trace ORDER BY id DESC LIMIT 1); DELETE FROM specimen WHERE name = 'trace 3'", sets[3]));
        std::fs::remove_file(world.head_file()).unwrap();
        assert!(!faults(world).iter().any(|fault| fault.contains("chain")), "{:?}", faults(world));
        let told = world.engine.verify_against(&world.admin, &[head]).unwrap().faults;
        assert!(told.iter().any(|fault| fault.contains("were noted and are gone")), "{told:?}");
    }

    fn a_record_changed_behind_the_log_is_named_with_its_field(world) {
        history(world);
        let id = world.add("specimens", json!({"name": "s", "count": 1, "price": "2.50", "colors": ["red"]}));
        for (field, sql) in [
            ("count", "count = 9"), ("name", "name = 't'"), ("price", "price = price + 1"), ("colors", "colors = NULL"),
            ("deleted_at", "deleted_at = 5"), ("version", "version = 7"),
        ] {
            world.raw(&format!("CREATE TABLE kept_row AS SELECT * FROM specimen WHERE id = {id}"));
            world.raw(&format!("UPDATE specimen SET {sql} WHERE id = {id}"));
            let told = faults(world);
            assert!(told.iter().any(|fault| fault.starts_with(&format!("specimen {id}: ")) && fault.contains(field)), "{field}: {told:?}");
            let column = sql.split(' ').next().unwrap();
            world.raw(&format!("UPDATE specimen SET {column} = (SELECT {column} FROM kept_row) WHERE id = {id}; DROP TABLE kept_row"));
            assert!(faults(world).is_empty(), "{field}");
        }
    }

    fn a_record_removed_from_its_table_or_put_there_is_named(world) {
        history(world);
        let id = world.add("boxes", json!({"name": "b"}));
        world.raw(&format!("INSERT INTO \"case\" (id, version, created_at, updated_at, name, search_text, sort_title) VALUES (77, 1, 0, 0, 'b', 'b', 'b'); DELETE FROM \"case\" WHERE id = {id}"));
        let told = faults(world);
        assert!(told.contains(&format!("case {id}: is gone from its table")), "{told:?}");
        assert!(told.contains(&"case 77: the change log knows nothing of it".to_owned()), "{told:?}");
    }

    fn a_search_index_that_does_not_follow_is_named(world) {
        history(world);
        let id = world.add("specimens", json!({"name": "上海光明", "phone": "13800138000"}));
        assert!(faults(world).is_empty());
        let found = |told: Vec<String>| told == vec![format!("specimen {id}: the search index does not follow its values")];
        world.raw(&format!("UPDATE specimen SET search_text = 'x' WHERE id = {id}"));
        assert!(found(faults(world)));
        world.change("specimens", id, json!({"name": "上海光明乳业"}));
        assert!(faults(world).is_empty());
        world.raw(&match world.which {
            Which::Sqlite => format!("DELETE FROM search_specimen WHERE rowid = {id}"),
            Which::Postgres => format!("DELETE FROM search_specimen WHERE id = {id}"),
        });
        assert!(found(faults(world)), "{:?}", faults(world));
        world.change("specimens", id, json!({"name": "上海光明"}));
        world.raw(&match world.which {
            Which::Sqlite => format!("INSERT INTO search_specimen (rowid, tokens) VALUES ({}, 'zz')", id),
            Which::Postgres => format!("UPDATE search_specimen SET tokens = array_to_tsvector(ARRAY['zz']) WHERE id = {id}"),
        });
        assert!(found(faults(world)), "{:?}", faults(world));
    }

    fn a_company_with_a_past_has_no_faults(world) {
        history(world);
        let id = world.add("specimens", json!({"name": "s", "tags": ["one"], "about": null, "moment": "2026-01-01T00:00:00Z"}));
        world.change("specimens", id, json!({"name": "😀 Ω １２３ ﬁ", "tags": []}));
        world.delete(&world.admin, "specimens", id).unwrap();
        world.engine.restore(&world.admin, "specimens", id).unwrap();
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        let customer = world.add("customers", json!({"name": "上海光明乳业有限公司"}));
        world.add("contacts", json!({"name": "张三", "customer": customer.to_string(), "mobile": "13800138000"}));
        let found = world.engine.verify(&world.admin).unwrap();
        assert!(found.faults.is_empty(), "{:?}", found.faults);
        assert!(found.records > 100 && found.searched > 4, "{found:?}");
    }

    fn every_write_stands_in_the_log_with_its_author_and_moment(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        world.pass_seconds(60);
        let at = world.now();
        world.change("specimens", id, json!({"name": "t", "count": 5}));
        let newest = &world.engine.history(&world.admin, "specimens", id, None).unwrap().json["items"][0];
        assert_eq!(newest["at"], json!(at.to_rfc3339()));
        assert_eq!(newest["actor"]["title"], "管理员");
        assert_eq!(newest["op"], "update");
        let changes: Vec<_> = newest["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap()).collect();
        assert_eq!(changes, vec!["name", "count"]);
        assert_eq!(newest["changes"][0], json!({"field": "name", "old": "s", "new": "t"}));
        assert_eq!(newest["changes"][1], json!({"field": "count", "old": null, "new": "5"}));
    }

    fn an_edit_that_changes_nothing_leaves_nothing(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        let before = world.content();
        world.change("specimens", id, json!({"name": "s"}));
        world.unchanged(&before);
    }

    fn an_export_is_noted_with_who_and_how_much(world) {
        world.add("specimens", json!({"name": "s"}));
        world.engine.export(&world.admin, "specimens", &ExportRequest::default(), &mut |_| Ok(())).unwrap();
        let notes = &world.content()["read_log"];
        let note = notes.iter().find(|note| note.contains("export")).expect("a note");
        assert!(note.contains("specimen") && note.replace('\\', "").contains("\"rows\":1") && note.contains(&world.admin.user.unwrap().to_string()), "{note}");
    }

    fn what_rules_cause_stands_in_the_same_change_set(world) {
        let id = world.add("specimens", json!({"name": "trace me"}));
        let set = world.engine.change_set(&world.admin, world.last_set(), None).unwrap();
        let told: Vec<_> = set["changes"].as_array().unwrap().iter().map(|change| (change["entity"].as_str().unwrap().to_owned(), change["rule"].clone())).collect();
        assert_eq!(told, vec![("specimens".to_owned(), json!(null)), ("traces".to_owned(), json!("specimen.trace"))]);
        assert!(id > 0);
    }

    fn a_restart_forgets_nothing(world) {
        let id = world.add("specimens", json!({"name": "s", "count": 7}));
        world.engine.add_field(&world.admin, json!({"entity": "specimens", "name": "mark", "kind": "text", "label": "标记"}).as_object().unwrap()).unwrap();
        world.change("specimens", id, json!({"x_mark": "m"}));
        world.restart();
        let seen = world.look("specimens", id);
        assert_eq!((&seen["count"], &seen["x_mark"]), (&json!("7"), &json!("m")));
        assert_eq!(world.ids(&world.admin, "specimens", &json!({"x_mark": "m"})).unwrap(), vec![id]);
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
        world.add("specimens", json!({"name": "after"}));
    }
}
