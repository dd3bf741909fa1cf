//! Leads: entry, distribution, hand-on, conversion (LEA-01…10).

use guanxi_testing::both;
use serde_json::json;

use super::*;

/// A team of people with a rule that hands leads to it.
fn team_rule(world: &World, people: &[&Actor], rule: Json) -> i64 {
    let team = world.add("teams", json!({"name": "线索组"}));
    for person in people {
        world.add("team-members", json!({"team": team.to_string(), "user": id(person)}));
    }
    let mut values = json!({"name": "规则", "enabled": true, "team": team.to_string()});
    for (name, value) in object(rule) {
        values[name] = value;
    }
    world.add("lead-rules", values)
}

/// A lead without an owner from the web site, and who got it.
fn lead_from(world: &World, n: usize, more: Json) -> Option<i64> {
    let mut values = json!({"name": format!("准客户{n}"), "mobile": format!("139{n:08}"), "owner": null, "source": "website"});
    for (name, value) in object(more) {
        values[name] = value;
    }
    let lead = world.add("leads", values);
    owner(world, "leads", lead)
}

both! {
    // CON-09
    fn the_contact_made_of_a_lead_goes_to_the_address_book_too(world) {
        let Sales { wang, .. } = sales(world);
        let lead = world.add_as(&wang, "leads", json!({"name": "周总", "mobile": "13900001111", "company_name": "靖江市春意空调有限公司"}));
        done(world, &wang, "leads", lead, "convert", json!({}));
        let book = world.list(&wang, "address-book", &json!({})).unwrap();
        assert_eq!(book.iter().map(|entry| (&entry["name"], &entry["company"])).collect::<Vec<_>>(), vec![(&json!("周总"), &json!("靖江市春意空调有限公司"))]);
    }

    // LEA-08, POL-19
    fn whoever_may_not_enter_customers_makes_none_of_a_lead(world) {
        let Sales { department, .. } = sales(world);
        let market = hire(world, "钱进", department, None, "market_manager");
        let lead = world.add_as(&market, "leads", json!({"name": "周总", "mobile": "13900001111", "company_name": "靖江市春意空调有限公司"}));
        world.refused("customer_create_needed", || act(world, &market, "leads", lead, "convert", json!({})));
        assert_eq!(seen(world, &world.admin, "customers"), Vec::<i64>::new());
    }

    // LEA-02
    fn name_and_telephone_are_enough_for_a_lead(world) {
        let Sales { wang, .. } = sales(world);
        let id = world.add_as(&wang, "leads", json!({"name": "周杰", "mobile": "13800001111"}));
        assert_eq!((owner(world, "leads", id), world.look("leads", id)["status"].clone()), (wang.user, json!("new")));
    }

    // LEA-02
    fn a_lead_that_nobody_can_reach_is_refused(world) {
        let Sales { wang, .. } = sales(world);
        let reached = |values: Json| world.refused("invalid", || world.create(&wang, "leads", values)).fields[0].code;
        assert_eq!(reached(json!({"name": "周杰"})), "mobile_or_phone");
        assert_eq!(reached(json!({"name": "周杰", "email": "zhou@example.com", "wechat": "zhou"})), "mobile_or_phone");
        let id = world.add_as(&wang, "leads", json!({"name": "周杰", "phone": "0523-84680001"}));
        assert!(world.edit(&wang, "leads", id, json!({"phone": null})).is_err());
    }

    // LEA-05
    fn leads_go_round_the_team(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        team_rule(world, &[&boss, &wang, &li], json!({"distribution": "round_robin"}));
        let got: Vec<Option<i64>> = (0..6).map(|n| lead_from(world, n, json!({}))).collect();
        assert_eq!(got, vec![boss.user, wang.user, li.user, boss.user, wang.user, li.user]);
        assert_eq!(notices(world, &li, "lead_assigned").len(), 2);
    }

    // LEA-05
    fn leads_go_to_whoever_has_the_fewest_open_ones(world) {
        let Sales { wang, li, .. } = sales(world);
        team_rule(world, &[&wang, &li], json!({"distribution": "least_load"}));
        world.add_as(&wang, "leads", json!({"name": "甲", "mobile": "13700000001"}));
        let closed = world.add_as(&wang, "leads", json!({"name": "乙", "mobile": "13700000002"}));
        done(world, &wang, "leads", closed, "mark-invalid", json!({"reason": "dead_number"}));
        assert_eq!(lead_from(world, 1, json!({})), li.user);
        assert_eq!(lead_from(world, 2, json!({})), wang.user);
        assert_eq!(lead_from(world, 3, json!({})), li.user);
    }

    // LEA-05
    fn a_rule_takes_the_leads_of_its_source_and_region(world) {
        let Sales { wang, li, .. } = sales(world);
        world.add("lead-rules", json!({"name": "展会", "enabled": true, "user": id(&wang), "sources": ["exhibition"], "position": "1"}));
        world.add("lead-rules", json!({"name": "江苏", "enabled": true, "user": id(&li), "region": "320000", "position": "2"}));
        assert_eq!(lead_from(world, 1, json!({"source": "exhibition", "region": "321282"})), wang.user);
        assert_eq!(lead_from(world, 2, json!({"region": "321282"})), li.user);
        assert_eq!(lead_from(world, 3, json!({"region": "310115"})), None);
    }

    // LEA-05
    fn whoever_is_no_longer_there_gets_no_leads(world) {
        let Sales { wang, li, .. } = sales(world);
        team_rule(world, &[&wang, &li], json!({}));
        world.change("users", user(&wang), json!({"status": "disabled"}));
        assert_eq!([1, 2].map(|n| lead_from(world, n, json!({}))), [li.user, li.user]);
    }

    // LEA-05
    fn leads_entered_at_once_are_handed_out_evenly(world) {
        let Sales { wang, li, .. } = sales(world);
        team_rule(world, &[&wang, &li], json!({}));
        let got = at_once(6, |n| lead_from(world, n, json!({})));
        let of = |actor: &Actor| got.iter().filter(|owner| **owner == actor.user).count();
        assert_eq!((of(&wang), of(&li)), (3, 3));
    }

    // LEA-06
    fn a_lead_taken_up_again_stands_where_it_stood(world) {
        let Sales { boss, wang, .. } = sales(world);
        let own = world.add_as(&wang, "leads", json!({"name": "周总", "mobile": "13700000001"}));
        let given = world.add_as(&boss, "leads", json!({"name": "吴总", "mobile": "13700000002"}));
        done(world, &boss, "leads", given, "assign", json!({"owner": id(&wang)}));
        for (lead, status) in [(own, "new"), (given, "assigned")] {
            assert_eq!(world.look("leads", lead)["status"], status);
            done(world, &wang, "leads", lead, "mark-invalid", json!({"reason": "dead_number"}));
            done(world, &wang, "leads", lead, "reopen", json!({}));
            assert_eq!(world.look("leads", lead)["status"], status);
        }
    }

    // LEA-03
    fn a_lead_is_handed_to_a_colleague(world) {
        let Sales { wang, li, .. } = sales(world);
        let lead = world.add_as(&wang, "leads", json!({"name": "周杰", "mobile": "13800001111"}));
        done(world, &wang, "leads", lead, "transfer", json!({"owner": id(&li)}));
        assert_eq!(owner(world, "leads", lead), li.user);
        assert_eq!(notices(world, &li, "lead_assigned").len(), 1);
    }

    // LEA-07, LEA-08, LEA-04
    fn a_converted_lead_keeps_its_links_to_customer_and_contact(world) {
        let Sales { wang, .. } = sales(world);
        let values = json!({"name": "周总", "mobile": "13800001111", "company_name": "靖江市春意空调有限公司", "source": "website", "position": "经理"});
        let lead = world.add_as(&wang, "leads", values);
        let said = world.add_as(&wang, "follow-ups", json!({"content": "电话沟通", "lead": lead.to_string()}));
        world.pass_seconds(60);
        let acted = done(world, &wang, "leads", lead, "convert", json!({}));
        let (customer, contact): (i64, i64) = (told(&acted, "customer").parse().unwrap(), told(&acted, "contact").parse().unwrap());
        let after = world.look("leads", lead);
        assert_eq!((id_of(&after["customer"]), id_of(&after["contact"]), after["status"].as_str()), (customer, contact, Some("converted")));
        let made = world.look("customers", customer);
        assert_eq!((made["name"].as_str(), made["source"].as_str(), made["contact_count"].as_str()), (Some("靖江市春意空调有限公司"), Some("website"), Some("1")));
        assert_eq!((holder(world, customer), days_left(world, customer)), (wang.user, 30));
        let person = world.look("contacts", contact);
        assert_eq!((person["name"].as_str(), person["position"].as_str(), id_of(&person["customer"])), (Some("周总"), Some("经理"), customer));
        assert_eq!(id_of(&world.look("follow-ups", said)["customer"]), customer);
    }

    // LEA-08: what the company asks of a customer is written while the lead is converted.
    fn a_lead_is_completed_and_converted_as_one_change(world) {
        let Sales { wang, .. } = sales(world);
        world.add("field-profiles", json!({"name": "必填", "entity": "customer", "required_fields": "introduction", "enabled": true}));
        let lead = world.add_as(&wang, "leads", json!({"name": "周总", "mobile": "13800001111", "company_name": "靖江市春意空调有限公司"}));
        let convert = |values: Json| act(world, &wang, "leads", lead, "convert", json!({"customer": {"new": values}}));
        let customers = || world.ids(&world.admin, "customers", &json!({})).unwrap().len();
        let lacking = world.refused("invalid", || convert(json!({"name": "靖江市春意空调有限公司"})));
        assert_eq!(lacking.fields[0].field, "introduction");
        assert_eq!((customers(), world.look("leads", lead)["status"].as_str().map(str::to_owned)), (0, Some("new".to_owned())));
        let acted = convert(json!({"name": "靖江市春意空调有限公司", "introduction": "空调安装"})).unwrap();
        let customer: i64 = told(&acted, "customer").parse().unwrap();
        assert_eq!(world.look("customers", customer)["introduction"], "空调安装");
        assert_eq!(id_of(&world.look("leads", lead)["customer"]), customer);
        world.engine.undo(&world.admin, acted.change_set.unwrap(), false).unwrap();
        assert_eq!((customers(), world.look("leads", lead)["status"].as_str().map(str::to_owned)), (0, Some("new".to_owned())));
    }

    // LEA-08
    fn a_lead_without_a_firm_becomes_a_person(world) {
        let Sales { wang, .. } = sales(world);
        let lead = world.add_as(&wang, "leads", json!({"name": "周杰", "mobile": "13800001111"}));
        let acted = done(world, &wang, "leads", lead, "convert", json!({}));
        let customer = world.look("customers", told(&acted, "customer").parse().unwrap());
        assert_eq!((customer["kind"].as_str(), customer["mobile"].as_str(), told(&acted, "contact").as_str()), (Some("person"), Some("13800001111"), ""));
    }

    fn a_lead_is_converted_once(world) {
        let Sales { wang, .. } = sales(world);
        let lead = world.add_as(&wang, "leads", json!({"name": "周杰", "mobile": "13800001111"}));
        let outcomes = at_once(4, |_| act(world, &wang, "leads", lead, "convert", json!({})).is_ok());
        assert_eq!(outcomes.iter().filter(|converted| **converted).count(), 1);
        assert_eq!(seen(world, &wang, "customers").len(), 1);
    }

    fn a_conversion_is_taken_back_by_one_undo(world) {
        let Sales { wang, .. } = sales(world);
        let lead = world.add_as(&wang, "leads", json!({"name": "周总", "mobile": "13800001111", "company_name": "靖江市春意空调有限公司"}));
        world.pass_seconds(60);
        let acted = done(world, &wang, "leads", lead, "convert", json!({}));
        let report = world.engine.undo(&wang, acted.change_set.unwrap(), false).unwrap();
        assert_eq!(report.conflicts, vec![]);
        let after = world.look("leads", lead);
        assert_eq!((after["status"].as_str(), after["customer"].is_null()), (Some("new"), true));
        assert_eq!(seen(world, &world.admin, "customers"), Vec::<i64>::new());
    }

    // ORG-45
    fn a_team_is_given_leads_and_customers_in_turn(world) {
        let Sales { department, boss, wang, li } = sales(world);
        let sun = hire(world, "孙丽", department, Some(&boss), "salesperson");
        let team = world.add("teams", json!({"name": "一组"}));
        for member in [&wang, &li, &sun] {
            world.add("team-members", json!({"team": team.to_string(), "user": id(member)}));
        }
        let to_team = json!({"team": team.to_string()});
        let leads: Vec<i64> = (0..3).map(|n| world.add_as(&boss, "leads", json!({"name": "吴刚", "mobile": format!("1370000000{n}")}))).collect();
        let got: std::collections::BTreeSet<Option<i64>> = leads
            .iter()
            .map(|lead| {
                done(world, &boss, "leads", *lead, "assign", to_team.clone());
                owner(world, "leads", *lead)
            })
            .collect();
        assert_eq!(got, [wang.user, li.user, sun.user].into());
        // Never back to the one who has it; what belongs to it goes along.
        let held = enter(world, &wang, "靖江市春意空调有限公司");
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": held.to_string()}));
        for action in ["transfer", "hand-over", "transfer"] {
            let before = holder(world, held);
            customer(world, &boss, held, action, to_team.clone());
            assert_ne!(holder(world, held), before);
            assert_eq!(owner(world, "contacts", contact), holder(world, held));
        }
        let nobody = world.add("teams", json!({"name": "空组"}));
        let problem = world.refused("invalid", || act(world, &boss, "customers", held, "transfer", json!({"team": nobody.to_string()})));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("team", "nobody_receives"));
        let problem = world.refused("invalid", || act(world, &boss, "leads", leads[0], "assign", json!({})));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("owner", "choose_receiver"));
    }

    // POL-18
    fn the_customer_of_a_colleague_is_not_entered_as_a_lead(world) {
        let Sales { wang, li, .. } = sales(world);
        let firm = enter(world, &wang, "靖江市春意空调有限公司");
        world.add_as(&wang, "customers", json!({"name": "周杰", "kind": "person", "mobile": "13800002222"}));
        let lead = |actor: &Actor, values: Json| world.create(actor, "leads", values);
        let of_firm = json!({"name": "周总", "mobile": "13900001111", "company_name": "靖江市春意空调有限公司"});
        let problem = world.refused("already_protected", || lead(&li, of_firm.clone()));
        assert_eq!((problem.fields[0].field.as_str(), &problem.args[1]), ("company_name", &("owner", "王芳".to_owned())));
        world.refused("already_protected", || lead(&li, json!({"name": "周杰", "mobile": "+86 138 0000 2222"})));
        // One's own customer, a namesake with another telephone, the same telephone at another firm.
        assert!(lead(&wang, of_firm.clone()).is_ok());
        assert!(lead(&li, json!({"name": "周杰", "mobile": "13800003333"})).is_ok());
        assert!(lead(&li, json!({"name": "周杰", "mobile": "13800002222", "company_name": "上海市光明乳业有限公司"})).is_ok());
        releases(world, &wang, firm);
        world.refused("already_in_pool", || lead(&li, of_firm.clone()));
        settings(world, json!({"duplicate_policy": "warn"}));
        assert!(lead(&wang, json!({"name": "周杰", "mobile": "13800002222"})).is_ok());
    }

    // POL-18
    fn the_lead_of_a_colleague_is_not_entered_as_a_customer(world) {
        let Sales { wang, li, .. } = sales(world);
        let values = json!({"name": "周总", "mobile": "13900001111", "company_name": "靖江市春意空调有限公司"});
        let lead = world.add_as(&wang, "leads", values);
        let customer = |actor: &Actor| world.create(actor, "customers", json!({"name": "靖江市春意空调有限公司"}));
        let problem = world.refused("already_a_lead", || customer(&li));
        assert_eq!(problem.args, vec![("name", "靖江市春意空调有限公司".to_owned()), ("owner", "王芳".to_owned())]);
        // Whose it is makes a customer of it; what leads nowhere holds nobody up.
        done(world, &wang, "leads", lead, "mark-invalid", json!({"reason": "dead_number"}));
        assert!(customer(&li).is_ok());
    }

    // POL-18, CUS-15
    fn leads_and_customers_are_told_of_each_other_without_their_identity(world) {
        let Sales { wang, li, .. } = sales(world);
        world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "phone": "0523-84680001"}));
        world.add_as(&wang, "leads", json!({"name": "钱总", "mobile": "13900004444", "company_name": "上海市光明乳业有限公司"}));
        let told = |actor: &Actor, entity: &str, values: Json| {
            let found = world.engine.duplicates(actor, entity, object(values), None).unwrap();
            found.into_iter().map(|twin| (twin["entity"].clone(), twin["owner"]["title"].clone(), twin["id"].is_null())).collect::<Vec<_>>()
        };
        let one = |entity: &str, hidden: bool| vec![(json!(entity), json!("王芳"), hidden)];
        assert_eq!(told(&li, "leads", json!({"name": "周总", "phone": "052384680001"})), one("customers", true));
        assert_eq!(told(&li, "leads", json!({"name": "周总", "company_name": "靖江春意空调有限责任公司"})), one("customers", true));
        assert_eq!(told(&wang, "leads", json!({"name": "周总", "company_name": "春意空调"})), one("customers", false));
        assert_eq!(told(&li, "customers", json!({"name": "上海光明乳业有限公司"})), one("leads", true));
        assert_eq!(told(&wang, "customers", json!({"name": "别家", "mobile": "13900004444"})), one("leads", false));
    }
}
