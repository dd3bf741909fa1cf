//! Reports of customers that are there twice (CUS-16).

use guanxi_testing::both;
use serde_json::json;

use super::*;

const FIRM: &str = "靖江市春意空调有限公司";

/// Somebody reports the firm they met while entering it.
fn meets(world: &World, actor: &Actor, title: &str) -> Result<i64> {
    let typed = json!({"title": title, "name": "靖江春意空调有限责任公司", "note": "客户来电"});
    let acted = world.engine.act(actor, "customers", None, "report-met", object(typed))?;
    Ok(told(&acted, "report").parse().unwrap())
}

fn state(world: &World, report: i64) -> String {
    world.look("duplicate-reports", report)["state"].as_str().unwrap().to_owned()
}

both! {
    fn a_title_that_is_too_long_is_not_also_called_missing(world) {
        let problem = world.refused("invalid", || meets(world, &world.admin, &"长".repeat(121)));
        assert_eq!(fields(&problem), [("title", "too_long")]);
    }

    fn a_hidden_duplicate_is_reported_without_being_shown(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = world.add_as(&wang, "customers", json!({"name": FIRM, "mobile": "13800001111"}));
        world.refused("no_such_duplicate", || meets(world, &li, "上海市光明乳业有限公司"));
        let report = meets(world, &li, FIRM).unwrap();
        let seen = world.get(&li, "duplicate-reports", report).unwrap();
        assert_eq!((&seen["subject"], &seen["alike"], &seen["customer"]["title"]), (&json!(FIRM), &json!("same_name"), &Json::Null));
        assert!(!seen.to_string().contains("13800001111"));
        assert!(world.get(&li, "customers", id).is_err());
        // Whoever settles it and whoever holds the customer are told, and see it.
        for actor in [&boss, &wang] {
            assert_eq!(notices(world, actor, "duplicate_reported").len(), 1);
            assert_eq!(seen_reports(world, actor), vec![report]);
        }
        world.refused("reported_already", || meets(world, &li, FIRM));
    }

    fn only_whoever_settles_a_report_decides_it(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, FIRM);
        let report = meets(world, &li, FIRM).unwrap();
        let reassign = |actor: &Actor| act(world, actor, "duplicate-reports", report, "reassign", json!({"owner": self::id(&li), "answer": "李强先联系"}));
        world.refused("not_the_approver", || reassign(&wang));
        world.refused("not_the_approver", || reassign(&li));
        reassign(&boss).unwrap();
        assert_eq!((holder(world, id), state(world, report).as_str()), (li.user, "reassigned"));
        for side in [&li, &wang] {
            assert_eq!(notices(world, side, "duplicate_reassigned").len(), 1);
        }
        world.refused("action_not_offered", || reassign(&boss));
    }

    fn merging_the_two_settles_the_report_and_undoing_it_opens_it_again(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        settings(world, json!({"duplicate_policy": "warn"}));
        let (first, second) = (enter(world, &wang, FIRM), enter(world, &li, FIRM));
        let acted = customer(world, &li, second, "report-duplicate", json!({}));
        let lone: i64 = told(&acted, "report").parse().unwrap();
        let acted = customer(world, &boss, first, "report-duplicate", json!({"other": second.to_string()}));
        let report: i64 = told(&acted, "report").parse().unwrap();
        let request = guanxi_engine::write::MergeRequest { keep: first, merge: vec![second], ..Default::default() };
        let merged = world.engine.merge(&boss, "customers", request).unwrap();
        assert_eq!((state(world, report).as_str(), state(world, lone).as_str()), ("merged", "open"));
        assert_eq!(notices(world, &wang, "duplicate_merged").len(), 1);
        world.engine.undo(&world.admin, merged.change_set.unwrap(), false).unwrap();
        assert_eq!(state(world, report), "open");
    }

    fn who_does_not_see_both_passes_the_report_on_to_somebody_who_does(world) {
        let Sales { boss, wang, .. } = sales(world);
        settings(world, json!({"duplicate_policy": "warn"}));
        let elsewhere = world.department("销售二部", None);
        let head = hire(world, "黄俊杰", elsewhere, None, "sales_manager");
        let zhao = hire(world, "赵敏", elsewhere, Some(&head), "salesperson");
        let (first, second) = (enter(world, &wang, FIRM), enter(world, &zhao, FIRM));
        let acted = customer(world, &world.admin, second, "report-duplicate", json!({"other": first.to_string()}));
        let report: i64 = told(&acted, "report").parse().unwrap();
        assert!(world.get(&head, "duplicate-reports", report).unwrap()["other"]["title"].is_null());
        let pass = |actor: &Actor, input: Json| act(world, actor, "duplicate-reports", report, "pass-on", input);
        world.refused("not_found", || pass(&boss, json!({})));
        let problem = world.refused("invalid", || pass(&head, json!({"to": self::id(&head)})));
        assert_eq!(fields(&problem), vec![("to", "not_to_oneself")]);
        // Who sees a report and has it not to decide.
        let problem = world.refused("not_the_approver", || pass(&zhao, json!({"to": self::id(&boss), "answer": "代为转交"})));
        assert_eq!(problem.status.code(), 403);
        let kept = world.look("duplicate-reports", report);
        assert_eq!((&kept["approver"]["id"], &kept["answer"], notices(world, &boss, "duplicate_passed_on").len()), (&json!(self::id(&head)), &Json::Null, 0));
        pass(&head, json!({"to": self::id(&boss), "answer": "另一个客户在你部门"})).unwrap();
        assert_eq!(notices(world, &boss, "duplicate_passed_on").len(), 1);
        // It is no longer theirs; whoever holds the customer goes on being told.
        assert_eq!((unread(world, &head), unread(world, &zhao)), (0, 1));
        // Above a head of department stand those who administer.
        pass(&boss, json!({})).unwrap();
        assert_eq!(notices(world, &world.admin, "duplicate_passed_on").len(), 1);
        let problem = world.refused("invalid", || pass(&world.admin, json!({})));
        assert_eq!(fields(&problem), vec![("to", "nobody_above")]);
        let request = guanxi_engine::write::MergeRequest { keep: first, merge: vec![second], ..Default::default() };
        world.engine.merge(&world.admin, "customers", request).unwrap();
        assert_eq!(state(world, report), "merged");
    }

    fn a_rejected_report_says_why(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        enter(world, &wang, FIRM);
        let report = meets(world, &li, FIRM).unwrap();
        world.refused("invalid", || act(world, &boss, "duplicate-reports", report, "reject", json!({})));
        done(world, &boss, "duplicate-reports", report, "reject", json!({"answer": "两家不同的公司"}));
        assert_eq!((state(world, report).as_str(), world.look("duplicate-reports", report)["answer"].as_str()), ("rejected", Some("两家不同的公司")));
        assert_eq!(notices(world, &li, "duplicate_rejected").len(), 1);
        // What was rejected may be reported again.
        assert!(meets(world, &li, FIRM).is_ok());
    }

    fn a_report_on_a_customer_in_the_pool_goes_to_the_administrators(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, FIRM);
        releases(world, &wang, id);
        let report = meets(world, &li, FIRM).unwrap();
        assert_eq!(notices(world, &world.admin, "duplicate_reported").len(), 1);
        done(world, &world.admin, "duplicate-reports", report, "reassign", json!({"owner": self::id(&li)}));
        assert_eq!(holder(world, id), li.user);
    }
}

/// How many notices somebody has not read.
fn unread(world: &World, actor: &Actor) -> usize {
    world.ids(actor, "notifications", &json!({"read_at": {"empty": true}})).unwrap().len()
}

fn seen_reports(world: &World, actor: &Actor) -> Vec<i64> {
    seen(world, actor, "duplicate-reports")
}
