//! How long a customer stays with its owner (POL-01…04, POL-20, AM-01, AM-02, NTF-08).

use guanxi_engine::write::MergeRequest;
use guanxi_model::labels::Lang;
use guanxi_testing::both;
use serde_json::json;

use super::*;

/// What the pool's dry run says it would move, and of whom it would warn, in the order of entry.
fn rehearsed(world: &World, input: Json) -> (Vec<i64>, Vec<i64>) {
    let acted = done(world, &world.admin, "pools", the_pool(world), "dry-run", input);
    let value = |row: &Vec<(&str, String)>, name: &str| row.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    let now = world.now();
    let rows: Vec<(i64, Instant)> = acted
        .outcome
        .items
        .iter()
        .map(|row| (value(row, "id").parse().unwrap(), Instant::parse(&value(row, "until_then")).unwrap()))
        .collect();
    assert!(rows.is_sorted_by_key(|(_, until)| *until), "who goes first is named first");
    let (moves, warned): (Vec<(i64, Instant)>, _) = rows.into_iter().partition(|(_, until)| *until <= now);
    assert_eq!(told(&acted, "moves"), moves.len().to_string());
    assert_eq!(told(&acted, "warned"), warned.len().to_string());
    let ids = |rows: Vec<(i64, Instant)>| {
        let mut ids: Vec<i64> = rows.into_iter().map(|(id, _)| id).collect();
        ids.sort_unstable();
        ids
    };
    (ids(moves), ids(warned))
}

both! {
    // POL-01, POL-02
    fn a_new_customer_is_protected_for_whoever_entered_it_for_thirty_days(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        assert_eq!(holder(world, id), wang.user);
        assert_eq!(days_left(world, id), 30);
    }

    // POL-03, LEA-07, WFL-04, CUS-20
    fn an_approved_intent_is_protected_for_fifteen_days_from_the_decision(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        let application = applies(world, &wang, id, "apply-for-intent");
        world.pass_days(4);
        done(world, &boss, "applications", application, "approve", json!({}));
        assert_eq!(world.look("customers", id)["lifecycle"], "intent");
        assert_eq!(days_left(world, id), 15);
    }

    // LEA-07
    fn an_application_states_its_reason_in_detail(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let problem = world.refused("invalid", || act(world, &wang, "customers", id, "apply-for-intent", json!({"reason": "急"})));
        assert_eq!(problem.fields[0].code, "reason_too_short");
    }

    // POL-02, AM-01
    fn a_contact_does_not_stop_the_clock(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        world.add_as(&wang, "follow-ups", json!({"content": "电话沟通", "customer": id.to_string()}));
        assert_eq!(days_left(world, id), 10);
        later(world, 10, 0);
        assert_eq!(holder(world, id), None);
    }

    // AM-01
    fn every_contact_starts_the_period_again_where_the_pool_says_so(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"lapse_basis": "last_contact"}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        world.add_as(&wang, "follow-ups", json!({"content": "电话沟通", "customer": id.to_string()}));
        assert_eq!(days_left(world, id), 30);
        later(world, 29, 0);
        assert_eq!(holder(world, id), wang.user);
        later(world, 1, 0);
        assert_eq!(holder(world, id), None);
    }

    // POL-04, AM-02, WFL-04
    fn an_extension_is_granted_by_the_superior(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, id, "apply-for-extension");
        assert_eq!(notices(world, &boss, "extension_applied").len(), 1);
        world.refused("not_the_approver", || act(world, &wang, "applications", application, "approve", json!({})));
        world.refused("not_found", || act(world, &li, "applications", application, "approve", json!({})));
        done(world, &boss, "applications", application, "approve", json!({"note": "同意"}));
        assert_eq!(days_left(world, id), 45);
        assert_eq!(notices(world, &wang, "application_approved").len(), 1);
    }

    // POL-04, AM-02
    fn an_extension_is_granted_once(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, id, "apply-for-extension");
        done(world, &boss, "applications", application, "approve", json!({}));
        world.refused("action_not_offered", || act(world, &boss, "applications", application, "approve", json!({})));
        let again = json!({"reason": "客户还在走流程，再等等"});
        let problem = world.refused("extension_limit", || act(world, &wang, "customers", id, "apply-for-extension", again.clone()));
        assert_eq!(problem.args, vec![("used", "1".to_owned()), ("limit", "1".to_owned())]);
    }

    // AM-02
    fn a_new_stage_may_be_extended_again(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        for what in ["apply-for-extension", "apply-for-intent", "apply-for-extension"] {
            let application = applies(world, &wang, id, what);
            done(world, &boss, "applications", application, "approve", json!({}));
        }
        assert_eq!(days_left(world, id), 30);
    }

    // POL-04
    fn the_superior_may_grant_other_days(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, id, "apply-for-extension");
        done(world, &boss, "applications", application, "approve", json!({"days": 7}));
        assert_eq!(days_left(world, id), 37);
    }

    // POL-04
    fn while_an_application_waits_the_customer_stays(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        applies(world, &wang, id, "apply-for-extension");
        later(world, 40, 0);
        assert_eq!(holder(world, id), wang.user);
    }

    // POL-04, WFL-04: however long the superior takes.
    fn an_extension_adds_to_what_was_left_when_it_was_asked_for(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        let application = applies(world, &wang, id, "apply-for-extension");
        later(world, 40, 0);
        done(world, &boss, "applications", application, "approve", json!({}));
        assert_eq!(days_left(world, id), 25);
    }

    // WFL-04, AM-01
    fn after_a_rejection_the_clock_of_the_last_contact_goes_on_too(world) {
        let Sales { boss, wang, .. } = sales(world);
        rules(world, json!({"lapse_basis": "last_contact"}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        world.add_as(&wang, "follow-ups", json!({"content": "电话沟通", "customer": id.to_string()}));
        world.pass_days(5);
        let application = applies(world, &wang, id, "apply-for-intent");
        later(world, 40, 0);
        done(world, &boss, "applications", application, "reject", json!({"note": "理由不足"}));
        assert_eq!(days_left(world, id), 25);
    }

    // WFL-04
    fn after_a_rejection_the_clock_goes_on_where_it_stopped(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        let application = applies(world, &wang, id, "apply-for-intent");
        later(world, 15, 0);
        done(world, &boss, "applications", application, "reject", json!({"note": "理由不足"}));
        assert_eq!(days_left(world, id), 10);
        assert_eq!(world.look("customers", id)["lifecycle"], "potential");
    }

    fn an_application_withdrawn_never_stopped_the_clock(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        let application = applies(world, &wang, id, "apply-for-intent");
        world.pass_days(5);
        world.refused("not_the_applicant", || act(world, &boss, "applications", application, "withdraw", json!({})));
        done(world, &wang, "applications", application, "withdraw", json!({}));
        assert_eq!(days_left(world, id), 5);
    }

    // POL-02
    fn a_customer_returns_at_the_due_moment_and_not_before(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        later(world, 30, -1);
        assert_eq!(holder(world, id), wang.user);
        later(world, 0, 1);
        assert_eq!(holder(world, id), None);
        assert_eq!(until(world, id), None);
        assert_eq!(notices(world, &wang, "customer_returned").len(), 1);
    }

    // POL-03
    fn an_intent_customer_returns_after_fifteen_days(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, id, "apply-for-intent");
        done(world, &boss, "applications", application, "approve", json!({}));
        later(world, 15, 0);
        assert_eq!(holder(world, id), None);
    }

    // POL-02
    fn a_customer_due_during_three_days_of_downtime_returns_exactly_once(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        later(world, 28, 0);
        later(world, 5, 0);
        later(world, 0, 10);
        later(world, 1, 0);
        assert_eq!(history(world, id), vec![(user(&wang), "entered".into(), "lapsed".into())]);
        assert_eq!(notices(world, &wang, "customer_returned").len(), 1);
    }

    // POL-02
    fn two_nodes_take_a_customer_back_once(world) {
        let Sales { wang, .. } = sales(world);
        let ids: Vec<i64> = (0..5).map(|n| enter(world, &wang, &format!("靖江市春意{n}空调有限公司"))).collect();
        world.pass_days(30);
        at_once(4, |_| run(world));
        let ended: Vec<usize> = ids.iter().map(|id| history(world, *id).len()).collect();
        assert_eq!(ended, vec![1; 5]);
        assert_eq!(notices(world, &wang, "customer_returned").len(), 5);
    }

    // POL-02
    fn nothing_returns_where_the_pool_does_not_take_back(world) {
        let Sales { wang, .. } = sales(world);
        rules(world, json!({"auto_return": false}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        later(world, 400, 0);
        assert_eq!(holder(world, id), wang.user);
    }

    fn a_clock_that_jumps_does_not_empty_everybodys_list(world) {
        let Sales { wang, .. } = sales(world);
        settings(world, json!({"max_returns_per_run": 3}));
        let ids: Vec<i64> = (0..5).map(|n| enter(world, &wang, &format!("靖江市春意{n}空调有限公司"))).collect();
        let held = || ids.iter().filter(|id| holder(world, **id).is_some()).count();
        later(world, 400, 0);
        assert_eq!(held(), 2);
        assert_eq!(setting(world, "returns_paused"), true);
        assert_eq!(notices(world, &world.admin, "returns_paused").len(), 1);
        later(world, 1, 0);
        assert_eq!(held(), 2);
        settings(world, json!({"returns_paused": false}));
        later(world, 0, 10);
        assert_eq!(held(), 0);
    }

    // NTF-08
    fn the_owner_is_warned_once_before_the_customer_returns(world) {
        let Sales { wang, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        let mut told = Vec::new();
        for day in 1..30 {
            later(world, 1, 0);
            told.push((day, notices(world, &wang, "customer_returns_soon").len()));
        }
        assert_eq!(told.iter().find(|(_, count)| *count > 0), Some(&(27, 1)));
        assert_eq!(told.last(), Some(&(29, 1)));
    }

    // NTF-08
    fn what_is_due_this_moment_returns_without_a_warning(world) {
        let Sales { wang, .. } = sales(world);
        enter(world, &wang, "靖江市春意空调有限公司");
        later(world, 30, 0);
        assert_eq!((notices(world, &wang, "customer_returned").len(), notices(world, &wang, "customer_returns_soon").len()), (1, 0));
    }

    // NTF-08
    fn after_an_extension_the_owner_is_warned_again(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        later(world, 28, 0);
        let application = applies(world, &wang, id, "apply-for-extension");
        done(world, &boss, "applications", application, "approve", json!({}));
        assert_eq!(notices(world, &wang, "customer_returns_soon").len(), 1);
        later(world, 15, 0);
        assert_eq!(notices(world, &wang, "customer_returns_soon").len(), 2);
    }

    // POL-20
    fn the_protection_is_explained_in_a_sentence_with_its_figures(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_seconds(20 * 86_400 + 3600);
        let acted = customer(world, &wang, id, "protection", json!({}));
        let figures = ["state", "days_left", "extensions", "extension_limit", "claimable", "held", "claimed_today"].map(|name| told(&acted, name));
        assert_eq!(figures, ["protected", "10", "0", "1", "false", "1", "0"]);
        assert_eq!(told(&acted, "until"), until(world, id).unwrap().to_rfc3339());
        assert_eq!(
            sentence(&acted, "because", Lang::Zh),
            "潜在客户，由王芳负责，自2026-03-02 09:00起保护30天；期间未申请转意向或签约，将于2026-04-01 09:00自动回到“公共客户池”。"
        );
    }

    // POL-20
    fn a_customer_in_the_pool_says_who_may_claim_it(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        releases(world, &wang, id);
        let mine = customer(world, &wang, id, "protection", json!({}));
        assert_eq!((told(&mine, "state"), told(&mine, "claimable")), ("pool".into(), "false".into()));
        assert!(sentence(&mine, "why_not", Lang::Zh).contains("2026-03-05 09:00"), "{}", sentence(&mine, "why_not", Lang::Zh));
        assert_eq!(told(&customer(world, &li, id, "protection", json!({})), "claimable"), "true");
    }

    fn explaining_writes_nothing(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let before = world.content();
        customer(world, &wang, id, "protection", json!({}));
        rehearsed(world, json!({"potential_days": 1}));
        world.unchanged(&before);
    }

    // POL-02, POL-03: what the dry run says is what happens.
    fn a_dry_run_moves_exactly_what_the_saved_rule_moves(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let mut ids = Vec::new();
        for n in 0..24 {
            let by = if n % 2 == 0 { &wang } else { &li };
            let id = enter(world, by, &format!("靖江市春意{n}空调有限公司"));
            ids.push(id);
            match n % 8 {
                3 => { applies(world, by, id, "apply-for-extension"); }
                4 => {
                    let application = applies(world, by, id, "apply-for-intent");
                    done(world, &boss, "applications", application, "approve", json!({}));
                }
                5 => { customer(world, by, id, "mark-invalid", json!({"reason": "dead_number"})); }
                6 => { world.change("customers", id, json!({"lifecycle": "official"})); }
                7 => {
                    let application = applies(world, by, id, "apply-for-extension");
                    done(world, &boss, "applications", application, "approve", json!({}));
                }
                _ => {}
            }
            world.pass_days(1);
        }
        // Eight in the morning: the day's warnings come half an hour later.
        world.pass_seconds(-3600);
        let rule = json!({"potential_days": 10, "intent_days": 5});
        let (moves, warned) = rehearsed(world, rule.clone());
        assert!(moves.len() > 5 && warned.len() > 1, "{moves:?} {warned:?}");
        let before: Vec<i64> = ids.iter().copied().filter(|id| holder(world, *id).is_none()).collect();
        assert!(before.is_empty());
        rules(world, rule);
        later(world, 0, 30);
        let moved: Vec<i64> = ids.iter().copied().filter(|id| holder(world, *id).is_none()).collect();
        assert_eq!(moved, moves);
        let told: Vec<i64> = ids.iter().copied().filter(|id| !world.look("customers", *id)["warned_at"].is_null()).collect();
        assert_eq!(told, warned);
    }

    // POL-02
    fn a_dry_run_says_whether_the_pool_takes_back_at_all(world) {
        for on in [true, false] {
            rules(world, json!({"auto_return": on}));
            let acted = done(world, &world.admin, "pools", the_pool(world), "dry-run", json!({}));
            assert_eq!(told(&acted, "auto_return"), on.to_string());
        }
    }

    // POL-02
    fn a_changed_period_holds_for_customers_already_protected(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        rules(world, json!({"potential_days": 60}));
        assert_eq!(days_left(world, id), 60);
    }

    // POL-02, POL-03, CUS-20
    fn an_official_customer_is_never_taken_back(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.edit(&boss, "customers", id, json!({"lifecycle": "official"})).unwrap();
        assert_eq!(until(world, id), None);
        later(world, 1000, 0);
        assert_eq!(holder(world, id), wang.user);
        let acted = customer(world, &wang, id, "protection", json!({}));
        assert_eq!((told(&acted, "state").as_str(), sentence(&acted, "because", Lang::Zh).as_str()), ("exempt", "该客户由王芳负责，不会自动回收。"));
    }

    // LEA-07, CUS-20
    fn the_lifecycle_moves_by_application_and_not_by_hand(world) {
        let Sales { wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let problem = world.refused("invalid", || world.edit(&wang, "customers", id, json!({"lifecycle": "intent"})));
        assert_eq!(problem.fields[0].code, "lifecycle_by_application");
    }

    // WFL-04
    fn an_application_ends_when_the_stage_is_reached_otherwise(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, id, "apply-for-intent");
        world.edit(&boss, "customers", id, json!({"lifecycle": "official"})).unwrap();
        assert_eq!(world.look("applications", application)["state"], "withdrawn");
        world.refused("action_not_offered", || act(world, &boss, "applications", application, "approve", json!({})));
        assert_eq!((world.look("customers", id)["lifecycle"].as_str(), until(world, id)), (Some("official"), None));
    }

    // WFL-04, CUS-55
    fn an_application_of_a_customer_merged_away_is_not_approved(world) {
        let Sales { boss, wang, .. } = sales(world);
        let (id, kept) = (enter(world, &wang, "靖江市春意空调有限公司"), enter(world, &wang, "靖江市春意制冷有限公司"));
        let application = applies(world, &wang, id, "apply-for-intent");
        world.engine.merge(&world.admin, "customers", MergeRequest { keep: kept, merge: vec![id], ..MergeRequest::default() }).unwrap();
        world.refused("application_outdated", || act(world, &boss, "applications", application, "approve", json!({})));
        done(world, &wang, "applications", application, "withdraw", json!({}));
    }

    // CUS-51, POL-19
    fn official_customers_pass_to_after_sales_and_the_seller_stays_follower(world) {
        let Sales { department, boss, wang, .. } = sales(world);
        let care = hire(world, "赵敏", department, Some(&boss), "after_sales");
        rules(world, json!({"after_sales_user": id(&care)}));
        let customer = enter(world, &wang, "靖江市春意空调有限公司");
        world.edit(&boss, "customers", customer, json!({"lifecycle": "official"})).unwrap();
        assert_eq!(holder(world, customer), care.user);
        assert_eq!(id_of(&world.look("customers", customer)["follower"]), user(&wang));
        assert_eq!(history(world, customer), vec![(user(&wang), "entered".into(), "after_sales".into())]);
    }

    // CUS-51, POL-19: the seller's superior neither sees nor writes the customers of after-sales.
    fn a_sales_manager_passes_a_customer_on_to_after_sales(world) {
        let Sales { boss, wang, .. } = sales(world);
        let service = hire(world, "周敏", world.department("售后部", None), None, "salesperson");
        rules(world, json!({"after_sales_user": id(&service)}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.edit(&boss, "customers", id, json!({"lifecycle": "official"})).unwrap();
        assert_eq!(holder(world, id), service.user);
        assert_eq!(notices(world, &service, "customer_transferred").len(), 1);
    }

    // CUS-50, LEA-08, POL-03
    fn whoever_holds_a_customer_signs_it(world) {
        let Sales { wang, .. } = sales(world);
        world.add("field-profiles", json!({"name": "正式客户", "entity": "customer", "lifecycles": ["official"], "required_fields": "credit_code", "enabled": true}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let deal = json!({"actual_amount": {"amount": "120000.00", "currency": "CNY"}, "note": "签订年度供货合同"});
        let problem = world.refused("invalid", || act(world, &wang, "customers", id, "mark-won", deal.clone()));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("credit_code", "required"));
        world.edit(&wang, "customers", id, json!({"credit_code": "91350100M000100Y43"})).unwrap();
        customer(world, &wang, id, "mark-won", deal.clone());
        let signed = world.look("customers", id);
        assert_eq!((signed["lifecycle"].as_str(), signed["signed_on"].as_str()), (Some("official"), Some("2026-03-02")));
        assert_eq!((&signed["actual_amount"]["amount"], until(world, id)), (&json!("120000.00"), None));
        assert_eq!(signed["contact_count"], "1");
        world.refused("already_official", || act(world, &wang, "customers", id, "mark-won", deal));
    }

    // CUS-20, CUS-50
    fn a_superior_approves_signings_where_the_company_wants_that(world) {
        let Sales { boss, wang, .. } = sales(world);
        settings(world, json!({"signing_by_approval": true}));
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let deal = |note: &str| json!({"actual_amount": {"amount": "8.00", "currency": "CNY"}, "signed_on": "2026-03-01", "note": note});
        world.refused("invalid", || act(world, &wang, "customers", id, "mark-won", deal("合同")));
        let acted = customer(world, &wang, id, "mark-won", deal("签订年度供货合同"));
        assert_eq!(world.look("customers", id)["lifecycle"], "potential");
        assert_eq!(notices(world, &boss, "signing_applied").len(), 1);
        done(world, &boss, "applications", told(&acted, "application").parse().unwrap(), "approve", json!({}));
        let signed = world.look("customers", id);
        assert_eq!((signed["lifecycle"].as_str(), signed["signed_on"].as_str()), (Some("official"), Some("2026-03-01")));
        assert_eq!(signed["actual_amount"]["amount"], "8.00");
    }

    // CUS-52
    fn partners_are_exempt_from_the_clocks(world) {
        let Sales { wang, .. } = sales(world);
        let id = world.add_as(&wang, "customers", json!({"name": "靖江市春意空调有限公司", "relation": "supplier"}));
        let until = || world.look("customers", id)["protected_until"].clone();
        assert!(until().is_null());
        let told = customer(world, &wang, id, "protection", json!({}));
        assert_eq!(sentence(&told, "because", Lang::Zh), "该客户是供应商，不受保护期限制，一直由王芳负责。");
        // A dealer is sold to; whoever becomes one begins a period of their own.
        world.pass_days(100);
        world.edit(&wang, "customers", id, json!({"relation": "dealer"})).unwrap();
        assert_eq!(days_left(world, id), 30);
        // What the company exempts later does not return either, and its clock is taken off.
        settings(world, json!({"exempt_relations": ["dealer"]}));
        world.pass_days(31);
        world.engine.run_due().unwrap();
        assert_eq!(holder(world, id), wang.user);
    }
}
