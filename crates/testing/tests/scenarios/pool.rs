//! The public pool: giving up, claiming, and who may (POL-05…08, POL-18, AM-03, CUS-15, CUS-48).

use guanxi_model::labels::Lang;
use guanxi_testing::both;
use serde_json::json;

use super::*;

/// Customers without an owner, entered by the administrator.
fn unowned(world: &World, count: usize) -> Vec<i64> {
    (0..count).map(|n| world.add("customers", json!({"name": format!("靖江市春意{n}空调有限公司"), "owner": null}))).collect()
}

/// Claims a customer; gives back the code of the refusal.
fn claims(world: &World, actor: &Actor, id: i64) -> std::result::Result<(), &'static str> {
    act(world, actor, "customers", id, "claim", json!({})).map(|_| ()).map_err(|error| match error {
        Error::Refused(problem) => problem.code,
        Error::Internal(what) => panic!("{what}"),
    })
}

both! {
    // POL-06
    fn whoever_holds_a_customer_gives_it_up(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        assert_eq!((holder(world, id), until(world, id)), (None, None));
    }

    // POL-05, AM-03
    fn whoever_gave_a_customer_up_is_barred_for_three_days(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        world.pass_seconds(3 * 86_400 - 1);
        let problem = world.refused("claim_barred", || act(world, &wang, "customers", id, "claim", json!({})));
        assert_eq!(problem.args, vec![("until", "2026-03-05 09:00".to_owned())]);
        world.pass_seconds(1);
        assert_eq!(claims(world, &wang, id), Ok(()));
    }

    // POL-05: the intent stage is no different.
    fn the_bar_holds_for_intent_customers_too(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, id, "apply-for-intent");
        done(world, &boss, "applications", application, "approve", json!({}));
        releases(world, &wang, id);
        assert_eq!(claims(world, &wang, id), Err("claim_barred"));
    }

    // POL-05, POL-07
    fn a_colleague_is_not_barred(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        assert_eq!(claims(world, &li, id), Ok(()));
        assert_eq!(holder(world, id), li.user);
    }

    // AM-03
    fn whoever_lost_a_customer_by_lapse_may_claim_it_at_once(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        later(world, 30, 0);
        assert_eq!(claims(world, &wang, id), Ok(()));
    }

    // AM-03
    fn a_lapse_bars_where_the_pool_says_so(world) {
        let Sales { wang, li, .. } = sales(world);
        rules(world, json!({"bar_after_lapse": true}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        later(world, 30, 0);
        assert_eq!(claims(world, &wang, id), Err("claim_barred"));
        assert_eq!(claims(world, &li, id), Ok(()));
    }

    // POL-08: a claimed customer is protected anew.
    fn a_claim_starts_a_new_protection(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(12);
        releases(world, &wang, id);
        world.pass_days(5);
        assert_eq!(claims(world, &li, id), Ok(()));
        assert_eq!(days_left(world, id), 30);
    }

    // POL-18
    fn nobody_claims_what_somebody_holds(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.refused("action_not_offered", || act(world, &boss, "customers", id, "claim", json!({})));
    }

    fn claims_of_one_day_are_limited(world) {
        let Sales { wang, li, .. } = sales(world);
        rules(world, json!({"claim_per_day": 2}));
        let ids = unowned(world, 4);
        assert_eq!(claims(world, &wang, ids[0]), Ok(()));
        // What was claimed and given up again counts as well.
        releases(world, &wang, ids[0]);
        assert_eq!(claims(world, &wang, ids[1]), Ok(()));
        let problem = world.refused("claim_limit", || act(world, &wang, "customers", ids[2], "claim", json!({})));
        assert_eq!(problem.args, vec![("used", "2".to_owned()), ("limit", "2".to_owned())]);
        assert_eq!(claims(world, &li, ids[2]), Ok(()));
    }

    fn the_day_of_a_claim_is_the_companys_day(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"claim_per_day": 1}));
        let ids = unowned(world, 3);
        assert_eq!(claims(world, &wang, ids[0]), Ok(()));
        // From nine in the morning to the last second of the day in Shanghai.
        world.pass_seconds(15 * 3600 - 1);
        assert_eq!(claims(world, &wang, ids[1]), Err("claim_limit"));
        world.pass_seconds(1);
        assert_eq!(claims(world, &wang, ids[1]), Ok(()));
    }

    fn nobody_claims_more_than_they_may_hold(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"capacity": 2}));
        let ids = unowned(world, 2);
        enter(world, &wang, "上海市光明乳业有限公司");
        assert_eq!(claims(world, &wang, ids[0]), Ok(()));
        let problem = world.refused("claim_capacity", || act(world, &wang, "customers", ids[1], "claim", json!({})));
        assert_eq!(problem.args, vec![("held", "2".to_owned()), ("limit", "2".to_owned())]);
    }

    fn official_customers_take_no_room(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"capacity": 1}));
        let ids = unowned(world, 1);
        let official = enter(world, &wang, "上海市光明乳业有限公司");
        world.change("customers", official, json!({"lifecycle": "official"}));
        assert_eq!(claims(world, &wang, ids[0]), Ok(()));
    }

    // POL-18
    fn of_many_claimants_exactly_one_wins(world) {
        let Sales { department, boss, .. } = sales(world);
        let id = unowned(world, 1)[0];
        let people: Vec<Actor> = (0..6).map(|n| hire(world, &format!("销售{n}"), department, Some(&boss), "salesperson")).collect();
        let outcomes = at_once(people.len(), |n| claims(world, &people[n], id));
        let winners: Vec<usize> = (0..people.len()).filter(|n| outcomes[*n].is_ok()).collect();
        assert_eq!(winners.len(), 1, "{outcomes:?}");
        assert_eq!(holder(world, id), people[winners[0]].user);
        // Whoever came too late no longer sees it, or is told whose it is.
        let told = ["customer_has_owner", "action_not_offered", "not_found"];
        assert!(outcomes.iter().filter_map(|outcome| outcome.err()).all(|code| told.contains(&code)), "{outcomes:?}");
        assert_eq!(history(world, id), vec![]);
    }

    fn many_claims_of_one_person_at_once_do_not_pass_the_limit(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"claim_per_day": 3, "capacity": 3}));
        let ids = unowned(world, 8);
        let outcomes = at_once(ids.len(), |n| claims(world, &wang, ids[n]));
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
        assert_eq!(ids.iter().filter(|id| holder(world, **id) == wang.user).count(), 3);
    }

    // POL-07
    fn members_of_a_pool_see_its_customers_and_others_do_not(world) {
        let Sales { department, wang, li, .. } = sales(world);
        let other = world.department("客服部", None);
        let stranger = hire(world, "陈静", other, None, "salesperson");
        let pool = world.add("pools", json!({"name": "华东客户池"}));
        world.add("pool-members", json!({"pool": pool.to_string(), "department": department.to_string()}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        assert_eq!(id_of(&world.look("customers", id)["pool"]), pool);
        assert_eq!(seen(world, &li, "customers"), Vec::<i64>::new());
        releases(world, &wang, id);
        assert_eq!(seen(world, &li, "customers"), vec![id]);
        assert_eq!(seen(world, &stranger, "customers"), Vec::<i64>::new());
        world.refused("not_found", || act(world, &stranger, "customers", id, "claim", json!({})));
    }

    // POL-07
    fn the_members_of_a_pool_see_but_do_not_change(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        world.refused("out_of_scope", || world.edit(&li, "customers", id, json!({"remark": "我的"})));
    }

    // POL-08
    fn the_contacts_of_a_claimed_customer_belong_to_the_claimant(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": id.to_string()}));
        releases(world, &wang, id);
        assert_eq!(owner(world, "contacts", contact), None);
        assert_eq!(claims(world, &li, id), Ok(()));
        assert_eq!(owner(world, "contacts", contact), li.user);
    }

    // CUS-48
    fn an_invalid_customer_is_neither_protected_nor_claimed(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        customer(world, &wang, id, "mark-invalid", json!({"reason": "dead_number"}));
        assert_eq!(until(world, id), None);
        releases(world, &wang, id);
        assert_eq!(seen(world, &li, "customers"), Vec::<i64>::new());
    }

    // CUS-15, POL-18
    fn somebody_elses_customer_cannot_be_entered_a_second_time(world) {
        let Sales { wang, li, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        let problem = world.refused("already_protected", || world.create(&li, "customers", json!({"name": "靖江市春意空调有限公司"})));
        assert_eq!(problem.args, vec![("name", "靖江市春意空调有限公司".to_owned()), ("owner", "王芳".to_owned())]);
    }

    // CUS-15, POL-18
    fn of_two_who_enter_one_firm_at_once_one_is_refused(world) {
        let Sales { wang, li, .. } = sales(world);
        let outcomes = at_once(2, |n| world.create([&wang, &li][n], "customers", json!({"name": "靖江市春意空调有限公司"})));
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert_eq!(seen(world, &world.admin, "customers").len(), 1);
    }

    // CUS-15, LEA-08: a lead is no way round protection.
    fn converting_a_lead_does_not_enter_somebody_elses_customer_again(world) {
        let Sales { wang, li, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        let firm = "靖江市春意空调有限公司";
        let lead = world.add("leads", json!({"name": "周总", "mobile": "13900001111", "company_name": firm, "owner": id(&li)}));
        world.refused("already_protected", || act(world, &li, "leads", lead, "convert", json!({})));
    }

    // POL-05, POL-08
    fn a_customer_given_up_is_claimed_and_not_entered_again(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        let again = json!({"name": "靖江市春意空调有限公司"});
        let problem = world.refused("already_in_pool", || world.create(&wang, "customers", again.clone()));
        assert_eq!(problem.args[0], ("name", "靖江市春意空调有限公司".to_owned()));
        world.refused("already_in_pool", || world.create(&li, "customers", again));
        assert_eq!(claims(world, &li, id), Ok(()));
    }

    // POL-05
    fn whoever_is_barred_does_not_enter_the_customer_either(world) {
        let Sales { wang, li, .. } = sales(world);
        settings(world, json!({"duplicate_policy": "warn"}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        world.refused("claim_barred", || world.create(&wang, "customers", json!({"name": "靖江市春意空调有限公司"})));
        enter(world, &li, "靖江市春意空调有限公司");
    }

    // POL-02, POL-18
    fn whoever_enters_customers_holds_no_more_than_whoever_claims(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"capacity": 2}));
        let ids = unowned(world, 1);
        enter(world, &wang, "上海市光明乳业有限公司");
        assert_eq!(claims(world, &wang, ids[0]), Ok(()));
        let problem = world.refused("claim_capacity", || world.create(&wang, "customers", json!({"name": "北京市同仁堂药店"})));
        assert_eq!(problem.args, vec![("held", "2".to_owned()), ("limit", "2".to_owned())]);
        let lead = world.add_as(&wang, "leads", json!({"name": "周总", "mobile": "13900001111", "company_name": "广州市白云电器有限公司"}));
        world.refused("claim_capacity", || act(world, &wang, "leads", lead, "convert", json!({})));
        releases(world, &wang, ids[0]);
        enter(world, &wang, "北京市同仁堂药店");
    }

    // POL-19
    fn after_sales_hold_official_customers_alone_where_the_pool_says_so(world) {
        let Sales { boss, wang, department, .. } = sales(world);
        let care = hire(world, "赵敏", department, Some(&boss), "salesperson");
        rules(world, json!({"after_sales_user": id(&care), "after_sales_apart": true}));
        let ids = unowned(world, 1);
        assert_eq!(claims(world, &care, ids[0]), Err("after_sales_hold_official"));
        world.refused("after_sales_hold_official", || world.create(&care, "customers", json!({"name": "上海市光明乳业有限公司"})));
        let held = enter(world, &wang, "上海市光明乳业有限公司");
        world.refused("after_sales_hold_official", || act(world, &boss, "customers", held, "transfer", json!({"owner": id(&care)})));
        world.edit(&boss, "customers", held, json!({"lifecycle": "official"})).unwrap();
        assert_eq!(holder(world, held), care.user);
    }

    // CUS-14, CUS-15
    fn a_customer_in_the_pool_is_claimed_and_not_entered_again(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        let twins = world.engine.duplicates(&li, "customers", object(json!({"name": "靖江春意空调有限公司"})), None).unwrap();
        assert_eq!(twins.iter().map(|twin| (id_of(twin), twin["visible"].as_bool())).collect::<Vec<_>>(), vec![(id, Some(true))]);
    }

    // CUS-16
    fn a_duplicate_reported_reaches_owner_and_superior(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let other = enter(world, &li, "靖江市春意制冷有限公司");
        customer(world, &world.admin, id, "report-duplicate", json!({"other": other.to_string(), "note": "同一家"}));
        assert_eq!(notices(world, &wang, "duplicate_reported").len(), 1);
        assert_eq!(notices(world, &boss, "duplicate_reported").len(), 1);
    }

    // POL-20
    fn a_full_claimant_is_told_why(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"claim_per_day": 1}));
        let ids = unowned(world, 2);
        assert_eq!(claims(world, &wang, ids[0]), Ok(()));
        let acted = customer(world, &wang, ids[1], "protection", json!({}));
        assert_eq!((told(&acted, "claimable"), told(&acted, "claimed_today")), ("false".into(), "1".into()));
        let refused = refusal(act(world, &wang, "customers", ids[1], "claim", json!({})));
        let said = guanxi_model::labels::fill(Lang::Zh, "error.claim_limit", &refused.args);
        assert_eq!(sentence(&acted, "why_not", Lang::Zh), said);
    }
}
