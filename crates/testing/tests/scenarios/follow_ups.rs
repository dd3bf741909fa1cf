//! Follow-ups and what they change (COM-01…11, COM-13, COM-15, CUS-39, NTF-01).

use guanxi_testing::both;
use serde_json::json;

use super::*;

/// A follow-up on a customer.
fn say(world: &World, actor: &Actor, customer: i64, more: Json) -> i64 {
    let mut values = json!({"content": "电话沟通", "customer": customer.to_string()});
    for (name, value) in object(more) {
        values[name] = value;
    }
    world.add_as(actor, "follow-ups", values)
}

both! {
    // COM-01, COM-09, CUS-39
    fn a_follow_up_updates_the_figures_of_its_customer(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(1);
        say(world, &wang, id, json!({"feedback": "有兴趣，下周面谈", "next_contact_at": "2026-03-09T01:00:00Z"}));
        let seen = world.look("customers", id);
        assert_eq!((seen["contact_count"].as_str(), seen["last_contact_at"].as_str()), (Some("1"), Some("2026-03-03T01:00:00.000Z")));
        assert_eq!((seen["latest_feedback"].as_str(), seen["next_contact_at"].as_str()), (Some("有兴趣，下周面谈"), Some("2026-03-09T01:00:00.000Z")));
    }

    // COM-01
    fn a_follow_up_with_a_contact_belongs_to_the_contacts_customer(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": id.to_string()}));
        let said = world.add_as(&wang, "follow-ups", json!({"content": "面谈", "contact": contact.to_string()}));
        assert_eq!(id_of(&world.look("follow-ups", said)["customer"]), id);
    }

    // ACT-24, COM-09
    fn a_follow_up_without_a_next_time_leaves_the_planned_visit(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let next = || world.look("customers", id)["next_contact_at"].clone();
        say(world, &wang, id, json!({"next_contact_at": "2026-03-05T01:00:00Z"}));
        world.pass_days(1);
        let second = say(world, &wang, id, json!({}));
        assert_eq!(next(), "2026-03-05T01:00:00.000Z");
        world.edit(&wang, "follow-ups", second, json!({"next_contact_at": "2026-03-08T01:00:00Z"})).unwrap();
        world.edit(&wang, "follow-ups", second, json!({"next_contact_at": null})).unwrap();
        assert_eq!(next(), Json::Null);
        world.edit(&wang, "customers", id, json!({"next_contact_at": "2026-03-04T01:00:00Z"})).unwrap();
        world.pass_days(3);
        say(world, &wang, id, json!({}));
        assert_eq!(next(), Json::Null);
    }

    // COM-01: an old contact entered later changes the count and nothing else.
    fn an_older_contact_entered_later_is_not_the_latest(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(5);
        say(world, &wang, id, json!({"feedback": "新", "next_contact_at": "2026-03-10T01:00:00Z"}));
        say(world, &wang, id, json!({"feedback": "旧", "contacted_at": "2026-03-03T01:00:00Z", "next_contact_at": "2026-03-04T01:00:00Z"}));
        let seen = world.look("customers", id);
        assert_eq!((seen["contact_count"].as_str(), seen["latest_feedback"].as_str(), seen["next_contact_at"].as_str()), (Some("2"), Some("新"), Some("2026-03-10T01:00:00.000Z")));
    }

    fn a_deleted_follow_up_takes_its_figures_with_it(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        say(world, &wang, id, json!({"feedback": "一", "next_contact_at": "2026-03-05T01:00:00Z"}));
        world.pass_days(1);
        let second = say(world, &wang, id, json!({"feedback": "二", "next_contact_at": "2026-03-09T01:00:00Z"}));
        world.delete(&wang, "follow-ups", second).unwrap();
        let seen = world.look("customers", id);
        assert_eq!((seen["contact_count"].as_str(), seen["latest_feedback"].as_str(), seen["next_contact_at"].as_str()), (Some("1"), Some("一"), Some("2026-03-05T01:00:00.000Z")));
    }

    fn a_follow_up_moved_to_another_customer_counts_there(world) {
        let Sales { wang, .. } = sales(world);
        let (first, second) = (enter(world, &wang, "靖江市春意空调有限公司"), enter(world, &wang, "上海市光明乳业有限公司"));
        let said = say(world, &wang, first, json!({"next_contact_at": "2026-03-09T01:00:00Z"}));
        world.edit(&wang, "follow-ups", said, json!({"customer": second.to_string()})).unwrap();
        let figures = |id: i64| {
            let seen = world.look("customers", id);
            (seen["contact_count"].clone(), seen["last_contact_at"].clone(), seen["next_contact_at"].clone())
        };
        assert_eq!(figures(first), (json!("0"), Json::Null, Json::Null));
        assert_eq!(figures(second), (json!("1"), json!("2026-03-02T01:00:00.000Z"), json!("2026-03-09T01:00:00.000Z")));
    }

    // POL-10
    fn follow_ups_written_at_once_are_all_counted(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        customer(world, &wang, id, "share", json!({"user": super::id(&li)}));
        let outcomes = at_once(9, |n| {
            let values = json!({"content": format!("沟通{n}"), "customer": id.to_string()});
            world.create([&boss, &wang, &li][n % 3], "follow-ups", values).map(|_| ())
        });
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(world.look("customers", id)["contact_count"], "9");
    }

    // COM-15
    fn what_was_said_is_corrected_by_its_author_alone(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        customer(world, &wang, id, "share", json!({"user": super::id(&li)}));
        let said = say(world, &wang, id, json!({}));
        let problem = refusal(world.edit(&li, "follow-ups", said, json!({"content": "没有兴趣"})));
        assert!(["not_the_author", "held_by_other"].contains(&problem.code), "{}", problem.code);
        world.edit(&wang, "follow-ups", said, json!({"content": "有兴趣"})).unwrap();
    }

    // COM-13
    fn a_superior_corrects_what_was_said(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let said = say(world, &wang, id, json!({}));
        world.edit(&boss, "follow-ups", said, json!({"content": "核实：有兴趣"})).unwrap();
    }

    fn a_follow_up_is_about_somebody(world) {
        let Sales { wang, .. } = sales(world);
        let problem = world.refused("invalid", || world.create(&wang, "follow-ups", json!({"content": "沟通"})));
        assert_eq!(problem.fields[0].field, "customer");
    }

    // LEA-01, COM-01
    fn a_lead_spoken_to_is_being_followed(world) {
        let Sales { wang, .. } = sales(world);
        let lead = world.add_as(&wang, "leads", json!({"name": "周杰", "mobile": "13800001111"}));
        world.add_as(&wang, "follow-ups", json!({"content": "沟通", "lead": lead.to_string()}));
        let seen = world.look("leads", lead);
        assert_eq!((seen["status"].as_str(), seen["contact_count"].as_str()), (Some("following"), Some("1")));
    }

    // NTF-01, COM-09
    fn customers_to_be_contacted_are_told_on_the_morning_of_the_day(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        say(world, &wang, id, json!({"next_contact_at": "2026-03-04T06:00:00Z"}));
        later(world, 1, 0);
        assert_eq!(notices(world, &wang, "contact_due").len(), 0);
        later(world, 1, 0);
        let told = notices(world, &wang, "contact_due");
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["about"]["id"], id.to_string());
        later(world, 0, 600);
        later(world, 1, 0);
        assert_eq!(notices(world, &wang, "contact_due").len(), 1);
        assert_eq!(notices(world, &li, "contact_due").len(), 0);
    }

    // NTF-01
    fn a_new_date_to_contact_is_told_anew(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        say(world, &wang, id, json!({"next_contact_at": "2026-03-04T06:00:00Z"}));
        later(world, 2, 0);
        say(world, &wang, id, json!({"next_contact_at": "2026-03-06T06:00:00Z"}));
        later(world, 2, 0);
        assert_eq!(notices(world, &wang, "contact_due").len(), 2);
    }

    // NTF-01
    fn leads_to_be_contacted_are_told_too(world) {
        let Sales { wang, .. } = sales(world);
        let lead = world.add_as(&wang, "leads", json!({"name": "周杰", "mobile": "13800001111", "next_contact_at": "2026-03-04T06:00:00Z"}));
        later(world, 2, 0);
        assert_eq!(notices(world, &wang, "lead_contact_due").len(), 1);
        assert_eq!(notices(world, &wang, "lead_contact_due")[0]["about"]["id"], lead.to_string());
    }

    // NTF-01
    fn the_list_of_today_leaves_out_who_is_not_worth_a_call(world) {
        let Sales { wang, .. } = sales(world);
        let of_today = |entity: &str| {
            let def = world.engine.catalog().by_plural(entity).cloned().unwrap();
            let view = def.views.iter().find(|view| view.name == "contact_today").unwrap();
            world.ids(&wang, entity, &serde_json::from_str(view.filter).unwrap()).unwrap()
        };
        let [good, dead] = ["靖江市春意空调有限公司", "江阴市长江钢铁有限公司"].map(|name| enter(world, &wang, name));
        let [open, closed] = [1, 2].map(|n| world.add_as(&wang, "leads", json!({"name": format!("周{n}"), "mobile": format!("1380000111{n}"), "next_contact_at": "2026-03-04T06:00:00Z"})));
        for id in [good, dead] {
            say(world, &wang, id, json!({"next_contact_at": "2026-03-04T06:00:00Z"}));
        }
        later(world, 4, 0);
        assert_eq!((of_today("customers").len(), of_today("leads").len()), (2, 2));
        customer(world, &wang, dead, "mark-invalid", json!({"reason": "dead_number"}));
        done(world, &wang, "leads", closed, "mark-invalid", json!({"reason": "dead_number"}));
        assert_eq!((of_today("customers"), of_today("leads")), (vec![good], vec![open]));
    }

    // CUZ-01
    fn the_maintained_dictionaries_are_there_and_hold_what_is_noted(world) {
        let Sales { wang, .. } = sales(world);
        let named = ["customer_source", "relation_type", "channel", "exchange_custom", "hot_topic", "product_category", "product_info", "customer_intention", "customer_status", "plan_type", "plan_setting"];
        let meta = world.engine.meta(&wang).unwrap();
        for name in named {
            assert!(!world.ids(&wang, "dictionary-entries", &json!({"dictionary": name})).unwrap().is_empty(), "{name}");
            assert!(meta["dictionaries"][name].as_str().is_some_and(|label| label != name), "{name}: {}", meta["dictionaries"][name]);
        }
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.edit(&wang, "customers", id, json!({"product_info": ["model", "warranty"]})).unwrap();
        let said = say(world, &wang, id, json!({"exchange_custom": ["sample", "quotation"], "product_info": ["price"]}));
        let said = world.look("follow-ups", said);
        assert_eq!((&said["exchange_custom"], &said["product_info"]), (&json!(["quotation", "sample"]), &json!(["price"])));
    }

    // CUS-26
    fn stars_say_when_a_customer_is_spoken_to_again(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"contact_days_3": "7"}));
        let next = |id: i64| Instant::parse(world.look("customers", id)["next_contact_at"].as_str()?);
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "star": "3"}));
        assert_eq!(next(id), Some(world.now().plus_days(7)));
        world.pass_days(2);
        world.add_as(&wang, "follow-ups", json!({"content": "电话", "customer": id.to_string()}));
        assert_eq!(next(id), Some(world.now().plus_days(5)));
        world.pass_days(6);
        world.add_as(&wang, "follow-ups", json!({"content": "电话", "customer": id.to_string()}));
        assert_eq!(next(id), Some(world.now().plus_days(7)));
        let agreed = world.now().plus_days(1);
        world.add_as(&wang, "follow-ups", json!({"content": "约定", "customer": id.to_string(), "next_contact_at": agreed.to_rfc3339()}));
        assert_eq!(next(id), Some(agreed));
        // Other stars ask for nothing, until the company says so.
        let two = world.add_as(&wang, "customers", json!({"name": "上海市光明乳业有限公司", "star": "2"}));
        assert_eq!(next(two), None);
        settings(world, json!({"contact_days_2": "30"}));
        world.engine.run_due().unwrap();
        assert_eq!(next(two), Some(world.now().plus_days(30)));
    }
}
