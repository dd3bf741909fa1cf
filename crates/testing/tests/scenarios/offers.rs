//! What a page may offer: rights on one record, reasons beforehand, sentences instead of codes.

use guanxi_engine::read::ExportRequest;
use guanxi_engine::rights::Can;
use guanxi_testing::both;
use serde_json::json;

use super::*;

fn can(world: &World, actor: &Actor, entity: &str, id: i64) -> Can {
    world.engine.can(actor, entity, id).unwrap()
}

/// The code of what stands in the way of an action; `None` where the action is not offered.
fn way(can: &Can, action: &str) -> Option<&'static str> {
    let found = can.actions.iter().find(|(name, _)| *name == action)?;
    Some(found.1.as_ref().map_or("free", |problem| problem.code))
}

both! {
    fn whoever_holds_a_customer_may_edit_it_and_others_only_see_it(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        assert!(can(world, &wang, "customers", id).verbs.contains(&"edit"));
        assert!(can(world, &boss, "customers", id).verbs.contains(&"assign"));
        releases(world, &wang, id);
        let seen = can(world, &li, "customers", id);
        assert_eq!((seen.verbs.contains(&"edit"), way(&seen, "claim"), way(&seen, "release")), (false, Some("free"), None));
    }

    fn intent_is_applied_for_once(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        assert_eq!(way(&can(world, &wang, "customers", id), "apply-for-intent"), Some("free"));
        let application = applies(world, &wang, id, "apply-for-intent");
        assert_eq!(way(&can(world, &wang, "customers", id), "apply-for-intent"), None);
        done(world, &boss, "applications", application, "approve", json!({}));
        let now = can(world, &wang, "customers", id);
        assert_eq!((way(&now, "apply-for-intent"), way(&now, "apply-for-extension")), (Some("not_a_potential_customer"), Some("free")));
    }

    fn whoever_gave_a_customer_up_is_told_before_claiming(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        assert_eq!(way(&can(world, &wang, "customers", id), "claim"), Some("claim_barred"));
        world.refused("claim_barred", || act(world, &wang, "customers", id, "claim", json!({})));
    }

    fn of_a_record_in_the_bin_only_restoring_is_offered(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.delete(&world.admin, "customers", id).unwrap();
        let admin = can(world, &world.admin, "customers", id);
        assert_eq!((admin.verbs, admin.actions.len()), (vec!["restore"], 0));
        let gone = world.engine.can(&wang, "customers", id).map(|can| can.verbs).unwrap_or_default();
        assert!(!gone.contains(&"edit"));
    }

    fn a_leader_asks_about_the_people_led_and_records_they_see(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let elsewhere = world.department("华南", None);
        let stranger = hire(world, "赵敏", elsewhere, None, "salesperson");
        let (here, there) = (enter(world, &wang, "靖江市春意空调有限公司"), enter(world, &stranger, "广州市万家电器有限公司"));
        let asks = |asking: &Actor, about: &Actor, id: i64| world.engine.explain(asking, user(about), "customers", id).is_ok();
        assert!(asks(&boss, &wang, here) && asks(&boss, &li, here) && asks(&wang, &wang, here));
        assert!(!asks(&wang, &li, here) && !asks(&wang, &boss, here));
        assert!(!asks(&boss, &stranger, there) && !asks(&boss, &wang, there));
        let explained = world.engine.explain(&boss, user(&wang), "customers", here).unwrap();
        assert!(explained.fields.iter().all(|(field, _)| !field.ends_with("_key")), "{:?}", explained.fields);
    }

    fn a_notice_comes_as_a_sentence_in_the_readers_language(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        applies(world, &wang, id, "apply-for-intent");
        let text = |lang: Lang| notices(world, &Actor { lang, ..boss.clone() }, "intent_applied")[0]["_text"].as_str().unwrap().to_owned();
        assert_eq!(text(Lang::Zh), "王芳申请将“靖江市春意空调有限公司”转为意向客户，请审批。");
        assert!(text(Lang::En).contains("王芳"), "{}", text(Lang::En));
    }

    fn a_change_says_what_it_was_for_in_words(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        customer(world, &li, id, "claim", json!({}));
        later(world, 28, 0);
        let history = world.engine.history(&world.admin, "customers", id, None).unwrap().json;
        let said: Vec<&str> = history["items"].as_array().unwrap().iter().filter_map(|item| item["reason"].as_str()).collect();
        assert!(said.contains(&"领取") && said.contains(&"保护到期提醒"), "{said:?}");
    }

    fn an_export_leaves_out_the_keys_kept_for_comparison(world) {
        let Sales { wang, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        let header = |actor: &Actor| {
            let mut rows: Vec<String> = Vec::new();
            let mut row = |cells: &[guanxi_engine::read::Exported]| {
                rows.push(format!("{cells:?}"));
                Ok(())
            };
            world.engine.export(actor, "customers", &ExportRequest::default(), &mut row).unwrap();
            rows.swap_remove(0)
        };
        assert!(!header(&Actor::system("command line")).contains("比对"), "{}", header(&Actor::system("command line")));
        assert!(header(&world.admin).contains("客户名称"));
    }

    // CON-11
    fn stars_ask_for_people_of_the_customer(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"completeness_fields": "industry"}));
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "industry": "manufacturing", "star": "2"}));
        let percent = || world.look("customers", id)["completeness"].as_str().unwrap().to_owned();
        assert_eq!(percent(), "25");
        let contact = |name: &str, role: &str| world.add_as(&wang, "contacts", json!({"name": name, "customer": id.to_string(), "chart_role": role}));
        contact("甲", "business_person");
        let second = contact("乙", "operator");
        assert_eq!(percent(), "75");
        world.delete(&world.admin, "contacts", second).unwrap();
        assert_eq!(percent(), "50");
        world.edit(&wang, "customers", id, json!({"star": "4"})).unwrap();
        assert_eq!(percent(), "33");
        let lacks = customer(world, &wang, id, "completeness", json!({}));
        let names: Vec<&str> = lacks.outcome.items.iter().map(|item| item[1].1.as_str()).collect();
        assert_eq!(names, ["operator", "person_in_charge", "decision_maker", "4"]);
    }

    // CON-03, CON-11
    fn people_who_also_work_for_a_customer_count_for_it(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"completeness_fields": "industry"}));
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "industry": "manufacturing", "star": "2"}));
        let other = enter(world, &wang, "泰州市新创机械有限公司");
        let person = world.add_as(&wang, "contacts", json!({"name": "甲", "customer": other.to_string(), "chart_role": "business_person"}));
        let percent = || world.look("customers", id)["completeness"].as_str().unwrap().to_owned();
        assert_eq!(percent(), "25");
        let link = world.add_as(&wang, "contact-customers", json!({"contact": person.to_string(), "customer": id.to_string()}));
        assert_eq!(percent(), "50");
        world.edit(&wang, "contacts", person, json!({"chart_role": null})).unwrap();
        assert_eq!(percent(), "25");
        world.edit(&wang, "contacts", person, json!({"chart_role": "operator"})).unwrap();
        assert_eq!(percent(), "50");
        world.delete(&world.admin, "contact-customers", link).unwrap();
        assert_eq!(percent(), "25");
    }

    fn the_use_of_a_pool_is_told_though_it_is_empty(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"claim_per_day": "5", "capacity": "20"}));
        enter(world, &wang, "靖江市春意空调有限公司");
        let told_now = done(world, &wang, "pools", the_pool(world), "usage", json!({}));
        assert_eq!(["claimed_today", "claim_limit", "held", "held_limit", "member"].map(|name| told(&told_now, name)), ["0", "5", "1", "20", "true"]);
    }

    // POL-12
    fn a_customer_given_to_another_department_follows_into_its_pool(world) {
        let Sales { department, wang, .. } = sales(world);
        let south = world.department("华南", None);
        let zhao = hire(world, "赵敏", south, None, "salesperson");
        let pool = |name: &str, of: i64| {
            let pool = world.add("pools", json!({"name": name, "potential_days": "10"}));
            world.add("pool-members", json!({"pool": pool.to_string(), "department": of.to_string()}));
            pool
        };
        let (east, south) = (pool("华东池", department), pool("华南池", south));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let in_pool = || id_of(&world.look("customers", id)["pool"]);
        assert_eq!(in_pool(), east);
        customer(world, &world.admin, id, "transfer", json!({"owner": self::id(&zhao)}));
        assert_eq!((in_pool(), holder(world, id), days_left(world, id)), (south, zhao.user, 10));
    }

    // CUS-13, CUS-17, LEA-08
    fn a_customer_made_of_a_lead_keeps_the_conventions_of_entry(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"naming_convention": "refuse"}));
        world.add("field-profiles", json!({"name": "企业", "entity": "customer", "kinds": ["organisation"], "required_fields": "address", "enabled": true}));
        let lead = |name: &str| world.add_as(&wang, "leads", json!({"name": "周总", "mobile": "13800001111", "company_name": name}));
        let named = |lead: i64| world.refused("invalid", || act(world, &wang, "leads", lead, "convert", json!({}))).fields.iter().map(|f| f.field.clone()).collect::<Vec<_>>();
        assert_eq!(named(lead("靖江市春意空调有限公司")), ["address"]);
        assert!(named(lead("春意")).contains(&"name".to_owned()) || named(lead("春意")).contains(&"address".to_owned()));
        assert_eq!(seen(world, &world.admin, "customers"), Vec::<i64>::new());
    }
}
