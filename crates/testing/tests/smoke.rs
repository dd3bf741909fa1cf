//! The first things anybody does.

use guanxi_engine::read::{ListRequest, Selection};
use guanxi_testing::{Grant, Which, World, both};
use serde_json::json;

both! {
    fn a_new_company_has_an_administrator_who_sees_everything(world) {
        let users = world.list(&world.admin, "users", &json!({})).unwrap();
        assert_eq!(users.len(), 1);
        assert_eq!(users[0]["name"], "管理员");
        assert_eq!(world.engine.check_password("admin", guanxi_testing::PASSWORD).unwrap(), world.admin.user.unwrap());
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn an_index_of_an_earlier_release_gives_way(world) {
        // As it was: records without a parent stood in it too.
        let earlier = "CREATE INDEX by_customer__parent_created_at_id_owner ON customer (parent, created_at, id, owner)";
        world.raw(earlier);
        world.raw("DROP INDEX with_customer__parent_created_at_id_owner");
        // As it was: titles had an index of their own.
        let title = "CREATE INDEX by_customer__name_created_at_id_owner ON customer (name, created_at, id, owner)";
        world.raw(title);
        world.restart();
        // None could be done twice.
        world.raw(earlier);
        world.raw(title);
        world.raw("DROP INDEX with_customer__parent_created_at_id_owner");
    }

    fn what_is_saved_is_read_back(world) {
        let case = world.add("boxes", json!({"name": "木盒"}));
        let id = world.add("specimens", json!({"name": "华为技术有限公司", "case": case.to_string(), "price": "1234.5", "colors": ["red", "blue"], "flag": true}));
        let seen = world.look("specimens", id);
        assert_eq!(seen["name"], "华为技术有限公司");
        assert_eq!(seen["case"], json!({"id": case.to_string(), "title": "木盒"}));
        assert_eq!(seen["price"], json!({"amount": "1234.50", "currency": "CNY"}));
        assert_eq!(seen["colors"], json!(["blue", "red"]));
        assert_eq!(seen["number"], "000001");
        let found = world.ids(&world.admin, "specimens", &json!({"case.name": "木盒", "flag": true})).unwrap();
        assert_eq!(found, vec![id]);
    }

    fn a_refused_edit_leaves_no_trace(world) {
        let id = world.add("specimens", json!({"name": "甲"}));
        world.refused("invalid", || world.edit(&world.admin, "specimens", id, json!({"name": "refused"})));
        world.refused("refused_late", || world.edit(&world.admin, "specimens", id, json!({"name": "late"})));
        assert_eq!(world.look("specimens", id)["name"], "甲");
    }

    fn a_salesperson_sees_their_own_customers_alone(world) {
        let wang = world.user_with("王芳", &[Grant::on("customer", "see create edit delete")]);
        let li = world.user_with("李强", &[Grant::on("customer", "see create edit delete")]);
        let hers = world.add_as(&wang, "customers", json!({"name": "上海光明乳业有限公司"}));
        let his = world.add_as(&li, "customers", json!({"name": "北京首创科技有限公司"}));
        assert_eq!(world.ids(&wang, "customers", &json!({})).unwrap(), vec![hers]);
        world.refused("not_found", || world.get(&wang, "customers", his));
        world.refused("not_found", || world.edit(&wang, "customers", his, json!({"remark": "我的"})));
        assert_eq!(world.ids(&world.admin, "customers", &json!({})).unwrap(), vec![hers, his]);
    }

    fn an_edit_is_taken_back(world) {
        let id = world.add("specimens", json!({"name": "甲", "count": 1}));
        world.pass_seconds(1);
        world.change("specimens", id, json!({"name": "乙", "word": "w"}));
        let set = world.last_set();
        let report = world.engine.undo(&world.admin, set, false).unwrap();
        assert_eq!((report.undone, report.conflict_count), (1, 0));
        let seen = world.look("specimens", id);
        assert_eq!((&seen["name"], &seen["word"], &seen["count"]), (&json!("甲"), &json!(null), &json!("1")));
    }
}

#[test]
fn a_value_is_found_by_its_index() {
    let world = World::open(Which::Sqlite);
    for (filter, index) in [
        (r#"{"parent":"1"}"#, "with_customer__parent_created_at_id_owner (parent=?)"),
        (r#"{"credit_code":"91350100M000100Y43"}"#, "with_customer__credit_code_created_at_id_owner (credit_code=?)"),
        (r#"{"name":"华为"}"#, "by_customer__sort_title_id_owner (sort_title=?)"),
    ] {
        let selection = Selection { filter: Some(filter.into()), ..Selection::default() };
        let plan = world.engine.list_plan(&world.admin, "customers", &ListRequest { selection, ..ListRequest::default() }).unwrap();
        assert!(plan.iter().any(|line| line.contains(&format!("SEARCH t0 USING INDEX {index}"))), "{filter}: {plan:?}");
    }
}
