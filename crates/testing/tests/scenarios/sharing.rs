//! Working together, handing on, and who held a customer before (POL-09…16, AM-11, CUS-46, ORG-14).

use guanxi_testing::both;
use serde_json::json;

use super::*;

/// Shares a customer of one with another.
fn shares(world: &World, from: &Actor, to: &Actor, id: i64, level: &str) {
    customer(world, from, id, "share", json!({"user": super::id(to), "level": level}));
}

/// Hands customers over; gives back what was refused.
fn hands_over(world: &World, actor: &Actor, ids: &[i64], receiver: &Actor) -> Vec<String> {
    let input = json!({"receiver": id(receiver), "reason": "离职"});
    let report = world.engine.act_on_many(actor, "customers", ids.to_vec(), "hand-over", object(input)).unwrap();
    let problems = report.results.into_iter().filter_map(|result| result.problem);
    problems.map(|problem| problem.fields.iter().fold(problem.code.to_owned(), |told, field| format!("{told} {}", field.code))).collect()
}

both! {
    // CUS-46
    fn nobody_changes_a_customer_of_others(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.refused("not_found", || world.edit(&li, "customers", id, json!({"remark": "我的"})));
    }

    // POL-10, AM-11
    fn a_customer_shared_to_be_read_is_seen_and_not_changed(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        shares(world, &wang, &li, id, "read");
        assert_eq!(seen(world, &li, "customers"), vec![id]);
        let problem = world.refused("held_by_other", || world.edit(&li, "customers", id, json!({"remark": "共享"})));
        assert_eq!(problem.args, vec![("owner", "王芳".to_owned())]);
        assert_eq!(notices(world, &li, "customer_shared").len(), 1);
    }

    // POL-10, AM-11
    fn a_customer_shared_to_be_edited_is_changed_and_stays_with_its_owner(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        shares(world, &wang, &li, id, "edit");
        world.edit(&li, "customers", id, json!({"remark": "共享"})).unwrap();
        assert_eq!(holder(world, id), wang.user);
    }

    // POL-06, AM-11: sharing is not owning.
    fn whoever_shares_a_customer_does_not_give_it_up(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        shares(world, &wang, &li, id, "edit");
        world.refused("not_the_owner", || act(world, &li, "customers", id, "release", json!({"reason": "不要了"})));
    }

    // POL-10: work counts together.
    fn the_work_of_all_who_share_a_customer_counts_together(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        shares(world, &wang, &li, id, "edit");
        for (n, actor) in [&wang, &li, &li].into_iter().enumerate() {
            world.pass_seconds(60);
            let said = json!({"content": "电话沟通", "feedback": format!("第{n}次"), "customer": id.to_string()});
            world.add_as(actor, "follow-ups", said);
        }
        let seen = world.get(&wang, "customers", id).unwrap();
        assert_eq!((&seen["contact_count"], &seen["latest_feedback"]), (&json!("3"), &json!("第2次")));
        assert_eq!(world.ids(&wang, "follow-ups", &json!({"customer": id.to_string()})).unwrap().len(), 3);
    }

    // POL-10
    fn a_share_taken_back_closes_the_customer_again(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        shares(world, &wang, &li, id, "edit");
        customer(world, &wang, id, "unshare", json!({"user": super::id(&li)}));
        assert_eq!(seen(world, &li, "customers"), Vec::<i64>::new());
    }

    // AM-11: the pool follows the owner.
    // CON-03
    fn whoever_holds_a_further_customer_of_a_contact_reaches_the_contact(world) {
        let Sales { wang, li, .. } = sales(world);
        let (first, second) = (enter(world, &wang, "靖江市春意空调有限公司"), enter(world, &li, "上海市光明乳业有限公司"));
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": first.to_string()}));
        assert!(world.get(&li, "contacts", contact).is_err());
        let link = world.add("contact-customers", json!({"contact": contact.to_string(), "customer": second.to_string()}));
        assert_eq!(seen(world, &li, "contacts"), vec![contact]);
        world.add_as(&li, "follow-ups", json!({"content": "面谈", "customer": second.to_string(), "contact": contact.to_string()}));
        world.delete(&world.admin, "contact-customers", link).unwrap();
        assert!(world.get(&li, "contacts", contact).is_err());
    }

    // CUS-62
    fn the_follower_works_on_a_customer_until_another_follows_it(world) {
        let Sales { boss, wang, .. } = sales(world);
        let technicians = world.department("技术部", None);
        let tom = hire(world, "周杰", technicians, None, "salesperson");
        let ann = hire(world, "吴敏", technicians, None, "salesperson");
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.edit(&boss, "customers", id, json!({"follower": super::id(&tom)})).unwrap();
        assert_eq!(world.ids(&tom, "customers", &json!({"follower": {"me": true}})).unwrap(), vec![id]);
        world.add_as(&tom, "follow-ups", json!({"content": "现场勘查", "customer": id.to_string()}));
        assert_eq!(notices(world, &tom, "customer_shared").len(), 1);
        world.edit(&boss, "customers", id, json!({"follower": super::id(&ann)})).unwrap();
        assert_eq!((seen(world, &tom, "customers"), seen(world, &ann, "customers")), (Vec::new(), vec![id]));
        releases(world, &wang, id);
        assert_eq!(world.look("customers", id)["follower"], Json::Null);
    }

    // POL-10
    fn shares_end_when_the_customer_returns_to_the_pool(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        shares(world, &wang, &li, id, "edit");
        later(world, 30, 0);
        assert_eq!(seen(world, &world.admin, "shares"), Vec::<i64>::new());
    }

    // POL-09, POL-16
    fn a_superior_transfers_a_customer_with_its_children(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": id.to_string()}));
        let said = world.add_as(&wang, "follow-ups", json!({"content": "电话沟通", "customer": id.to_string()}));
        customer(world, &boss, id, "transfer", json!({"owner": super::id(&li), "reason": "调整"}));
        assert_eq!((holder(world, id), owner(world, "contacts", contact)), (li.user, li.user));
        // What was said stays with whoever said it.
        assert_eq!(owner(world, "follow-ups", said), wang.user);
        assert_eq!(seen(world, &li, "follow-ups"), vec![said]);
        assert_eq!(notices(world, &li, "customer_transferred").len(), 1);
    }

    // ORG-14
    fn children_of_others_stay_where_they_are(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let contact = world.add_as(&boss, "contacts", json!({"name": "周总", "customer": id.to_string()}));
        customer(world, &boss, id, "transfer", json!({"owner": super::id(&li)}));
        assert_eq!(owner(world, "contacts", contact), boss.user);
    }

    // ORG-14
    fn a_transfer_leaves_the_children_where_it_is_told_to(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": id.to_string()}));
        customer(world, &boss, id, "transfer", json!({"owner": super::id(&li), "keep_children": false}));
        assert_eq!(owner(world, "contacts", contact), wang.user);
    }

    // POL-09
    fn a_salesperson_does_not_give_customers_to_others(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.refused("forbidden", || act(world, &wang, "customers", id, "transfer", json!({"owner": super::id(&li)})));
        world.refused("assign_needed", || world.edit(&wang, "customers", id, json!({"owner": super::id(&li)})));
    }

    // POL-09: to somebody who is at work.
    fn nobody_gets_a_customer_who_is_no_longer_there(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.change("users", user(&li), json!({"status": "disabled"}));
        let problem = world.refused("invalid", || act(world, &boss, "customers", id, "transfer", json!({"owner": super::id(&li)})));
        assert_eq!(problem.fields[0].code, "user_not_active");
    }

    // POL-09, POL-11
    fn a_new_owner_has_the_whole_period(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(20);
        customer(world, &boss, id, "transfer", json!({"owner": super::id(&li)}));
        assert_eq!(days_left(world, id), 30);
    }

    // POL-09: a pending application ends with the holding.
    fn an_application_ends_when_the_customer_changes_hands(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, id, "apply-for-intent");
        customer(world, &boss, id, "transfer", json!({"owner": super::id(&li)}));
        assert_eq!(world.look("applications", application)["state"], "withdrawn");
        assert!(world.look("customers", id)["application"].is_null());
    }

    // POL-09, POL-13: who had it, in order, and why it ended.
    fn the_history_tells_every_owner_and_why_each_holding_ended(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        world.pass_days(1);
        customer(world, &boss, id, "transfer", json!({"owner": super::id(&li), "reason": "调整"}));
        world.pass_days(1);
        releases(world, &li, id);
        world.pass_days(1);
        customer(world, &wang, id, "claim", json!({}));
        later(world, 30, 0);
        let told = history(world, id);
        let holding = |who: &Actor, start: &str, ending: &str| (user(who), start.to_owned(), ending.to_owned());
        assert_eq!(told, vec![holding(&wang, "entered", "transferred"), holding(&li, "transferred", "released"), holding(&wang, "claimed", "lapsed")]);
        let first = world.list(&world.admin, "ownerships", &json!({"user": super::id(&wang), "start": "entered"})).unwrap().remove(0);
        let first = world.look("ownerships", id_of(&first));
        assert_eq!((&first["reason"], &first["started_at"], &first["ended_at"]), (&json!("调整"), &json!("2026-03-02T01:00:00.000Z"), &json!("2026-03-03T01:00:00.000Z")));
    }

    // POL-09, POL-12
    fn a_transfer_to_another_department_is_for_those_who_write_there_too(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let other = hire(world, "李芳", world.department("市场部", None), None, "salesperson");
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let problem = world.refused("invalid", || act(world, &boss, "customers", id, "transfer", json!({"owner": super::id(&other)})));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("owner", "other_department"));
        customer(world, &boss, id, "transfer", json!({"owner": super::id(&li)}));
        let vice = hire(world, "吴总", world.department("总经办", None), None, "vice_president");
        customer(world, &vice, id, "transfer", json!({"owner": super::id(&other)}));
        assert_eq!(holder(world, id), other.user);
    }

    // POL-12
    fn a_superior_hands_the_customers_of_a_leaver_to_a_colleague_of_the_department(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let ids: Vec<i64> = (0..3).map(|n| enter(world, &wang, &format!("靖江市春意{n}空调有限公司"))).collect();
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": ids[0].to_string()}));
        world.change("users", user(&wang), json!({"status": "disabled"}));
        assert_eq!(hands_over(world, &boss, &ids, &li), Vec::<String>::new());
        assert!(ids.iter().all(|id| holder(world, *id) == li.user));
        assert_eq!(owner(world, "contacts", contact), li.user);
        assert_eq!(history(world, ids[0]), vec![(user(&wang), "entered".into(), "handed_over".into())]);
    }

    // POL-12
    fn a_hand_over_to_another_department_needs_the_right_to_override(world) {
        let Sales { boss, wang, .. } = sales(world);
        let other = world.department("客服部", None);
        let stranger = hire(world, "陈静", other, None, "salesperson");
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        assert_eq!(hands_over(world, &boss, &[id], &stranger), vec!["invalid other_department"]);
        assert_eq!(hands_over(world, &world.admin, &[id], &stranger), Vec::<String>::new());
        assert_eq!(holder(world, id), stranger.user);
    }

    // POL-12
    fn a_superior_does_not_hand_over_the_customers_of_other_departments(world) {
        let Sales { boss, .. } = sales(world);
        let other = world.department("客服部", None);
        let (stranger, receiver) = (hire(world, "陈静", other, None, "salesperson"), hire(world, "孙丽", other, None, "salesperson"));
        let id = enter(world, &stranger, "靖江市春意空调有限公司");
        assert_eq!(hands_over(world, &boss, &[id], &receiver), vec!["not_found"]);
    }

    // POL-12
    fn a_salesperson_hands_nothing_over(world) {
        let Sales { wang, li, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        assert_eq!(hands_over(world, &wang, &[id], &li), vec!["forbidden"]);
    }

    // CON-03
    fn the_second_customer_is_chosen_while_a_contact_is_entered(world) {
        let Sales { wang, .. } = sales(world);
        let [first, second, third] = ["靖江市春意空调有限公司", "上海市光明乳业有限公司", "江阴市滨江置业有限公司"].map(|name| enter(world, &wang, name));
        let both = |second: i64| json!({"name": "周总", "customer": first.to_string(), "second_customer": second.to_string()});
        let problem = world.refused("invalid", || world.create(&wang, "contacts", both(first)));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("second_customer", "already_linked"));
        let contact = world.add_as(&wang, "contacts", both(second));
        let linked = || {
            let links = world.list(&wang, "contact-customers", &json!({"contact": contact.to_string()})).unwrap();
            links.iter().map(|link| id_of(&link["customer"])).collect::<Vec<_>>()
        };
        assert_eq!(linked(), vec![second]);
        world.edit(&wang, "contacts", contact, json!({"second_customer": third.to_string()})).unwrap();
        assert_eq!(linked(), vec![third]);
        // Linked and taken off by hand, it is seen on the contact too.
        let link = world.ids(&wang, "contact-customers", &json!({"contact": contact.to_string()})).unwrap()[0];
        world.delete(&world.admin, "contact-customers", link).unwrap();
        assert!(world.look("contacts", contact)["second_customer"].is_null());
        world.add_as(&wang, "contact-customers", json!({"contact": contact.to_string(), "customer": second.to_string()}));
        assert_eq!(id_of(&world.look("contacts", contact)["second_customer"]), second);
    }
}
