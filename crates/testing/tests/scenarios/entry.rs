//! Entering customers: names, compulsory fields, numbers, duplicates (CUS-13…19, CUS-54, CUS-57, AM-07, AM-30).

use std::collections::BTreeSet;

use guanxi_testing::both;
use serde_json::json;

use super::*;

/// Switches a shipped profile of compulsory fields on.
fn profile(world: &World, name: &str) {
    let id = world.ids(&world.admin, "field-profiles", &json!({"name": name})).unwrap()[0];
    world.change("field-profiles", id, json!({"enabled": true}));
}

/// Duplicates of these values, as somebody is told of them.
fn twins(world: &World, actor: &Actor, entity: &str, values: Json) -> Vec<Json> {
    world.engine.duplicates(actor, entity, object(values), None).unwrap()
}

both! {
    // CUS-17, AM-07
    fn a_profile_names_each_compulsory_field_that_is_missing(world) {
        let Sales { wang, .. } = sales(world);
        profile(world, "新增公司客户");
        let input = json!({"name": "靖江市春意空调有限公司", "phone": "0523-84680001"});
        let problem = world.refused("invalid", || world.create(&wang, "customers", input));
        assert_eq!(fields(&problem), vec![("address", "required"), ("industry", "required"), ("introduction", "required")]);
    }

    // AM-07
    fn a_profile_holds_for_the_records_it_is_meant_for(world) {
        let Sales { wang, .. } = sales(world);
        profile(world, "新增公司客户");
        enter_person(world, &wang, "周杰");
    }

    // AM-07
    fn a_profile_of_a_lifecycle_asks_when_that_is_reached(world) {
        let Sales { boss, wang, .. } = sales(world);
        world.add("field-profiles", json!({"name": "正式客户", "entity": "customer", "lifecycles": ["official"], "required_fields": "credit_code", "enabled": true}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let problem = world.refused("invalid", || world.edit(&boss, "customers", id, json!({"lifecycle": "official"})));
        assert_eq!(fields(&problem), vec![("credit_code", "required")]);
    }

    // AM-07
    fn a_profile_is_made_for_what_enforces_it_and_for_fields_that_are_there(world) {
        let of = |entity: &str, fields: &str| world.create(&world.admin, "field-profiles", json!({"name": "x", "entity": entity, "required_fields": fields}));
        for (entity, asked, field, code) in [
            ("department", "remark", "entity", "profile_not_enforced"),
            ("nothing", "name", "entity", "profile_not_enforced"),
            ("customer", "name,colour", "required_fields", "profile_unknown_field"),
            ("user", "password_hash", "required_fields", "profile_unknown_field"),
        ] {
            let problem = world.refused("invalid", || of(entity, asked));
            assert_eq!(fields(&problem), vec![(field, code)], "{entity}");
        }
        let conditional = json!({"name": "x", "entity": "user", "required_fields": "mobile", "classes": ["key"]});
        let problem = world.refused("invalid", || world.create(&world.admin, "field-profiles", conditional));
        assert_eq!(fields(&problem), vec![("classes", "profile_condition_unmet")]);
        let entities = world.engine.meta(&world.admin).unwrap();
        let offered: Vec<&str> = entities["entities"].as_object().unwrap().values().filter(|entity| entity["profiled"] == true).map(|entity| entity["name"].as_str().unwrap()).collect();
        assert!(offered.contains(&"customer") && offered.contains(&"user") && !offered.contains(&"department"), "{offered:?}");
        offered.into_iter().for_each(|entity| drop(of(entity, if entity == "follow_up" { "content" } else { "name" }).unwrap()));
    }

    // AM-07
    fn a_profile_of_users_asks_when_an_account_is_opened(world) {
        world.add("field-profiles", json!({"name": "账号", "entity": "user", "required_fields": "mobile,post", "enabled": true}));
        let problem = world.refused("invalid", || world.create(&world.admin, "users", json!({"name": "李四", "post": "经理"})));
        assert_eq!(fields(&problem), vec![("mobile", "required")]);
        world.add("users", json!({"name": "李四", "post": "经理", "mobile": "13800138000"}));
    }

    // CUS-45
    fn a_profile_spares_the_classes_it_excepts(world) {
        let Sales { wang, .. } = sales(world);
        profile(world, "基本资料全部必填");
        let port = |class: &str| world.create(&wang, "customers", json!({"name": "江阴市港口集团有限公司", "customer_class": class}));
        let problem = world.refused("invalid", || port("key"));
        assert!(["website", "grade", "relation"].iter().all(|name| problem.fields.iter().any(|field| field.field == *name)), "{problem:?}");
        assert!(port("authority").is_ok());
    }

    // CUS-18
    fn project_customers_name_their_project(world) {
        let Sales { wang, .. } = sales(world);
        profile(world, "项目类客户");
        enter(world, &wang, "靖江市春意空调有限公司");
        let known = json!({"name": "靖江市滨江置业有限公司", "customer_class": "project", "phone": "0523-84680001", "mobile": "13800001111",
            "product_categories": ["software"], "address": "人民路1号"});
        let problem = world.refused("invalid", || world.create(&wang, "customers", known));
        assert_eq!(fields(&problem), vec![("project_name", "required")]);
    }

    // COM-09
    fn a_follow_up_is_judged_by_the_lifecycle_of_its_customer(world) {
        let Sales { boss, wang, .. } = sales(world);
        profile(world, "潜在客户跟进须填写下次联系时间");
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let said = json!({"content": "电话沟通", "customer": id.to_string()});
        let problem = world.refused("invalid", || world.create(&wang, "follow-ups", said.clone()));
        assert_eq!(fields(&problem), vec![("next_contact_at", "required")]);
        world.edit(&boss, "customers", id, json!({"lifecycle": "official"})).unwrap();
        world.add_as(&wang, "follow-ups", said);
    }

    // AM-07
    fn an_old_gap_does_not_stop_the_edit_of_another_field(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        profile(world, "新增公司客户");
        world.edit(&wang, "customers", id, json!({"remark": "老客户"})).unwrap();
    }

    // AM-07
    fn what_is_compulsory_is_not_emptied(world) {
        let Sales { wang, .. } = sales(world);
        profile(world, "个人客户");
        let id = world.add_as(&wang, "customers", json!({"name": "周杰", "kind": "person", "mobile": "13800001111"}));
        let problem = world.refused("invalid", || world.edit(&wang, "customers", id, json!({"mobile": null})));
        assert_eq!(fields(&problem), vec![("mobile", "required")]);
    }

    // CUS-13
    fn a_name_that_breaks_the_convention_is_refused_with_what_it_lacks(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"naming_convention": "refuse"}));
        let problem = world.refused("invalid", || world.create(&wang, "customers", json!({"name": "春意"})));
        let lacks = ["name_lacks_region", "name_lacks_industry", "name_lacks_legal_form"];
        assert_eq!(fields(&problem), lacks.map(|code| ("name", code)));
        enter(world, &wang, "靖江市春意空调有限公司");
    }

    // CUS-13
    fn whoever_may_override_saves_such_a_name(world) {
        sales(world);
        settings(world, json!({"naming_convention": "refuse"}));
        enter(world, &world.admin, "春意");
    }

    // CUS-13
    fn a_person_needs_no_legal_form(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"naming_convention": "refuse"}));
        enter_person(world, &wang, "周杰");
    }

    // CUS-13
    fn a_name_is_taken_apart_before_it_is_saved(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"naming_convention": "warn"}));
        let acted = world.engine.act(&wang, "customers", None, "check-name", object(json!({"name": "靖江市春意空调有限公司"}))).unwrap();
        let parts = ["region", "trade_name", "industry", "legal_form"].map(|part| told(&acted, part));
        assert_eq!(parts, ["靖江市", "春意", "空调", "有限公司"]);
        enter(world, &wang, "春意");
    }

    // CUS-54, AM-30
    fn numbers_are_given_without_gaps_and_without_duplicates(world) {
        let Sales { wang, li, .. } = sales(world);
        let outcomes = at_once(8, |n| {
            let actor = if n % 2 == 0 { &wang } else { &li };
            (0..4).map(|k| world.create(actor, "customers", json!({"name": format!("靖江市春意{n}号{k}店空调有限公司")})).unwrap()).map(|saved| saved["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        });
        let given: Vec<String> = outcomes.into_iter().flatten().collect();
        let expected: BTreeSet<String> = (1..=32).map(|n| format!("KH2026{n:06}")).collect();
        assert_eq!(given.len(), 32);
        assert_eq!(given.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    // AM-30
    fn a_refused_entry_uses_no_number_up(world) {
        let Sales { wang, li, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        assert!(world.create(&li, "customers", json!({"name": "靖江市春意空调有限公司"})).is_err());
        let id = enter(world, &li, "上海市光明乳业有限公司");
        assert_eq!(world.look("customers", id)["number"], "KH2026000002");
    }

    // AM-30
    fn numbers_begin_again_with_the_year_of_the_company(world) {
        let Sales { wang, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_seconds(Instant::parse("2026-12-31T16:00:00Z").unwrap().0 / 1000 - world.now().0 / 1000);
        let id = enter(world, &wang, "上海市光明乳业有限公司");
        assert_eq!(world.look("customers", id)["number"], "KH2027000001");
    }

    // CUS-14
    fn a_firm_already_there_is_told_before_it_is_entered(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let found = twins(world, &wang, "customers", json!({"name": "靖江市春意空调有限责任公司"}));
        assert_eq!(found.iter().map(id_of).collect::<Vec<_>>(), vec![id]);
    }

    // CUS-14, CUS-15
    fn the_distinctive_word_of_a_name_finds_the_firm(world) {
        let Sales { wang, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        for n in 0..5 {
            enter(world, &wang, &format!("上海市春意{}有限公司", ["食品", "服装", "餐饮", "物流", "家具"][n]));
        }
        let other = hire(world, "李芳", world.department("市场部", None), None, "salesperson");
        let first = |name: &str| twins(world, &other, "customers", json!({"name": name})).into_iter().next().map(|twin| twin["title"].clone());
        assert_eq!(first("春意"), Some(json!("上海市春意家具有限公司")));
        for typed in ["靖江市春意", "春意空调有限责任公司", "靖江市春意空调股份有限公司"] {
            assert_eq!(first(typed), Some(json!("靖江市春意空调有限公司")), "{typed}");
        }
        let told = twins(world, &other, "customers", json!({"name": "靖江市春意"}));
        assert_eq!((&told[0]["lifecycle"], &told[0]["owner"]["title"], &told[0]["id"]), (&json!("潜在客户"), &json!("王芳"), &Json::Null));
        assert_eq!(told.len(), 5);
        assert_eq!(first("靖江市"), None);
    }

    // CUS-14, CUS-15
    fn a_duplicate_out_of_sight_is_told_without_its_identity(world) {
        let Sales { wang, li, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        let found = twins(world, &li, "customers", json!({"name": "靖江市春意空调有限公司"}));
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0]["visible"], &found[0]["id"], &found[0]["title"]), (&json!(false), &Json::Null, &json!("靖江市春意空调有限公司")));
        assert_eq!(found[0]["owner"]["title"], "王芳");
    }

    // CUS-14, CON-03
    fn telephones_are_never_disclosed_by_duplicates(world) {
        let Sales { wang, li, .. } = sales(world);
        let (mobile, phone) = ("13800001111", "0523-84680001");
        let firm = json!({"name": "靖江市春意空调有限公司", "mobile": mobile, "phone": phone});
        let id = world.add_as(&wang, "customers", firm);
        world.add_as(&wang, "contacts", json!({"name": "周总", "mobile": mobile, "customer": id.to_string()}));
        world.add_as(&wang, "leads", json!({"name": "周总", "mobile": mobile, "phone": phone, "company_name": "靖江市春意空调有限公司"}));
        let asked = [
            ("customers", json!({"name": "靖江市春意空调有限公司"})),
            ("customers", json!({"name": "别家", "mobile": mobile})),
            ("customers", json!({"name": "别家", "phone": phone})),
            ("contacts", json!({"name": "别人", "mobile": mobile})),
            ("leads", json!({"name": "别人", "company_name": "靖江市春意空调有限公司"})),
        ];
        for actor in [&wang, &li] {
            for (entity, values) in &asked {
                let found = twins(world, actor, entity, values.clone());
                assert_eq!(found.len(), if *entity == "contacts" { 1 } else { 2 }, "{entity} {values}");
                let text = Json::from(found).to_string();
                assert!(!text.contains("1380000") && !text.contains("8468") && !text.contains("mobile") && !text.contains("phone"), "{text}");
            }
        }
    }

    // CUS-57
    fn completeness_is_the_share_of_the_fields_asked_for(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"completeness_fields": "industry, mobile, address, email"}));
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "mobile": "13800001111"}));
        assert_eq!(world.look("customers", id)["completeness"], "25");
        world.edit(&wang, "customers", id, json!({"email": "info@example.com"})).unwrap();
        assert_eq!(world.look("customers", id)["completeness"], "50");
    }

    // CUS-53
    fn a_company_is_not_below_itself(world) {
        let Sales { wang, .. } = sales(world);
        let top = enter(world, &wang, "靖江市春意空调有限公司");
        let below = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司上海分公司", "parent": top.to_string()}));
        let problem = world.refused("invalid", || world.edit(&wang, "customers", top, json!({"parent": below.to_string()})));
        assert_eq!(fields(&problem), vec![("parent", "circle")]);
    }

    // IMP-07
    fn what_was_entered_before_its_form_was_asked_for_stands_until_it_is_changed(world) {
        let Sales { wang, .. } = sales(world);
        let wrong = |work: &dyn Fn() -> Result<Json>| world.refused("invalid", work).fields.iter().map(|field| field.code).collect::<Vec<_>>();
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.raw("UPDATE customer SET mobile = '123', id_number = '1'");
        assert!(world.edit(&world.admin, "customers", id, json!({"remark": "照旧"})).is_ok());
        assert_eq!(wrong(&|| world.edit(&world.admin, "customers", id, json!({"mobile": "12345678901"}))), ["not_a_mobile"]);
        assert_eq!(wrong(&|| world.edit(&world.admin, "customers", id, json!({"id_number": "110105194912310021"}))), ["not_an_identity_number"]);
        assert!(world.edit(&world.admin, "customers", id, json!({"mobile": "+86 138 0013 8000", "id_number": "11010519491231002X"})).is_ok());
        let contact = world.add_as(&wang, "contacts", json!({"name": "李经理", "customer": id.to_string(), "mobile": "13800138000"}));
        assert_eq!(wrong(&|| world.edit(&wang, "contacts", contact, json!({"mobile": "86138001"}))), ["not_a_mobile"]);
        assert_eq!(wrong(&|| world.create(&wang, "leads", json!({"name": "周杰", "mobile": "0510-85012345"}))), ["not_a_mobile"]);
    }

    // CUS-57
    fn a_customer_is_up_to_standard_from_the_pass_mark_on(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"completeness_fields": "industry, mobile, address, email", "completeness_pass": "50"}));
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "mobile": "13800001111"}));
        let below = || world.ids(&wang, "customers", &json!({"standard": "failed"})).unwrap();
        assert_eq!(below(), vec![id]);
        world.edit(&wang, "customers", id, json!({"email": "info@example.com"})).unwrap();
        assert_eq!(below(), Vec::<i64>::new());
        // Another mark holds for those already there.
        settings(world, json!({"completeness_pass": "75"}));
        world.engine.run_due().unwrap();
        assert_eq!(below(), vec![id]);
    }

    // CUS-49
    fn superiors_verify_what_was_entered(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "phone": "0523-84680001"}));
        let verify = |actor: &Actor, input: Json| act(world, actor, "customers", id, "verify", input);
        assert!(verify(&wang, json!({"verdict": "genuine"})).is_err());
        assert!(verify(&li, json!({"verdict": "genuine"})).is_err());
        let problem = world.refused("invalid", || verify(&boss, json!({"verdict": "false"})));
        assert_eq!(fields(&problem), vec![("note", "required")]);
        verify(&boss, json!({"verdict": "false", "note": "电话是空号"})).unwrap();
        let record = world.look("customers", id);
        assert_eq!((&record["verdict"], id_of(&record["verified_by"])), (&json!("false"), user(&boss)));
        assert_eq!(notices(world, &wang, "customer_false").len(), 1);
        // Corrected, it waits to be verified again.
        world.edit(&wang, "customers", id, json!({"remark": "已更正"})).unwrap();
        assert_eq!(world.look("customers", id)["verdict"], "false");
        world.edit(&wang, "customers", id, json!({"phone": "0523-84680002"})).unwrap();
        assert!(world.look("customers", id)["verdict"].is_null());
        assert!(world.look("customers", id)["answerable"].is_null());
        // Whoever entered it answers for it, not who was given it.
        act(world, &boss, "customers", id, "transfer", json!({"owner": user(&li), "reason": "换人"})).unwrap();
        verify(&boss, json!({"verdict": "false", "note": "查无此公司"})).unwrap();
        assert_eq!(id_of(&world.look("customers", id)["answerable"]), user(&wang));
        assert_eq!((notices(world, &wang, "customer_false").len(), notices(world, &li, "customer_false").len()), (2, 1));
        let own = enter(world, &boss, "上海市光明乳业有限公司");
        world.refused("own_customer", || act(world, &boss, "customers", own, "verify", json!({"verdict": "genuine"})));
    }

    // CUS-41
    fn what_is_filed_is_filed_under_its_year(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(400);
        world.edit(&wang, "customers", id, json!({"archive": "project", "project_name": "一期"})).unwrap();
        assert_eq!(world.look("customers", id)["archive_year"], "2026");
        world.edit(&wang, "customers", id, json!({"archive": "time", "archive_year": "2027"})).unwrap();
        assert_eq!(world.ids(&wang, "customers", &json!({"archive_year": "2027"})).unwrap(), vec![id]);
    }

    // CUS-27
    fn whoever_types_a_tag_that_is_not_there_makes_it(world) {
        let Sales { wang, li, .. } = sales(world);
        let tag = |actor: &Actor, name: &str| {
            world.engine.act(actor, "customers", None, "new-tag", object(json!({"name": name}))).map(|acted| told(&acted, "code"))
        };
        let made = tag(&wang, " 展会名片 ").unwrap();
        assert_eq!(tag(&li, "展会名片").unwrap(), made);
        assert_eq!(tag(&li, "vip").unwrap(), "vip");
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "tags": [made.clone(), "vip"]}));
        assert_eq!(world.ids(&wang, "customers", &json!({"tags": {"contains": made.clone()}})).unwrap(), vec![id]);
        let word = world.look("dictionary-entries", world.ids(&wang, "dictionary-entries", &json!({"code": made})).unwrap()[0]);
        assert_eq!((&word["name"], word["color"].is_string()), (&json!("展会名片"), true));
        settings(world, json!({"fixed_tags": true}));
        world.refused("tags_are_fixed", || tag(&wang, "重点跟踪"));
        assert!(tag(&world.admin, "重点跟踪").is_ok());
        assert!(tag(&wang, "重点跟踪").is_ok());
    }

    // CUS-04
    fn persons_are_found_by_their_age(world) {
        let Sales { wang, .. } = sales(world);
        let person = |name: &str, born: &str| world.add_as(&wang, "customers", json!({"name": name, "kind": "person", "birth_date": born}));
        // The day is the second of March 2026.
        let thirty = person("周杰", "1996-03-02");
        let almost = person("吴敏", "1996-03-03");
        let aged = |span: &str| world.ids(&wang, "customers", &json!({"birth_date": {"within": span}})).unwrap();
        assert_eq!((aged("aged_30_39"), aged("aged_18_29")), (vec![thirty], vec![almost]));
        world.pass_days(1);
        assert_eq!(aged("aged_18_29"), Vec::<i64>::new());
    }
}
