//! Who changes department, and what a superior hands over (ORG-35, POL-14).

use guanxi_engine::write::Edit;
use guanxi_testing::both;
use serde_json::json;

use super::*;

/// A customer, a lead and a contact of nobody's customer.
fn work(world: &World, of: &Actor) -> (i64, i64, i64) {
    let customer = enter(world, of, "靖江市春意空调有限公司");
    let lead = world.add_as(of, "leads", json!({"name": "吴刚", "mobile": "13700000001"}));
    (customer, lead, world.add_as(of, "contacts", json!({"name": "周总"})))
}

fn role(world: &World, code: &str) -> String {
    world.ids(&world.admin, "roles", &json!({"code": code})).unwrap()[0].to_string()
}

fn roles(world: &World, of: &Actor) -> Vec<String> {
    let held = world.list(&world.admin, "user-roles", &json!({"user": id(of)})).unwrap();
    held.iter().map(|held| held["role"]["id"].as_str().unwrap().to_owned()).collect()
}

both! {
    // ORG-35
    fn a_move_takes_superior_role_and_data_along_and_one_undo_takes_it_back(world) {
        let Sales { department, boss, wang, li } = sales(world);
        let east = world.department("华东部", None);
        let chief = hire(world, "钱进", east, None, "sales_manager");
        let (customer, lead, contact) = work(world, &wang);
        world.pass_seconds(60);
        let input = json!({"department": east.to_string(), "superior": id(&chief), "role": role(world, "consultant"), "receiver": id(&li)});
        let acted = done(world, &world.admin, "users", user(&wang), "move", input);
        let moved = world.look("users", user(&wang));
        assert_eq!((&moved["department"]["id"], &moved["superior"]["id"]), (&json!(east.to_string()), &json!(id(&chief))));
        assert_eq!(roles(world, &wang), [role(world, "consultant")]);
        assert_eq!((holder(world, customer), owner(world, "leads", lead), owner(world, "contacts", contact)), (li.user, li.user, li.user));
        world.pass_seconds(60);
        world.engine.undo(&world.admin, acted.change_set.unwrap(), false).unwrap();
        let back = world.look("users", user(&wang));
        assert_eq!((&back["department"]["id"], &back["superior"]["id"]), (&json!(department.to_string()), &json!(id(&boss))));
        assert_eq!((roles(world, &wang), holder(world, customer)), (vec![role(world, "salesperson")], wang.user));
    }

    // ORG-35
    fn what_was_edited_beside_a_move_is_taken_back_with_it(world) {
        let Sales { department, wang, .. } = sales(world);
        let east = world.department("华东部", None);
        let before = world.look("users", user(&wang));
        let move_to = |to: i64, version: i64| {
            let edit = Edit { values: object(json!({"mobile": "13700000009"})), version: Some(version) };
            world.engine.edit_then(&world.admin, "users", user(&wang), edit, "move", object(json!({"department": to.to_string()})))
        };
        let version: i64 = before["version"].as_str().unwrap().parse().unwrap();
        world.refused("stale", || move_to(east, version - 1));
        world.refused("invalid", || move_to(1, version));
        assert_eq!(world.look("users", user(&wang))["mobile"], before["mobile"], "refused as a whole");
        move_to(east, version).unwrap();
        let moved = world.look("users", user(&wang));
        assert_eq!((&moved["mobile"], &moved["department"]["id"]), (&json!("13700000009"), &json!(east.to_string())));
        let past = world.engine.history(&world.admin, "users", user(&wang), None).unwrap().json;
        let set: i64 = past["items"][0]["change_set"].as_str().unwrap().parse().unwrap();
        world.engine.undo(&world.admin, set, false).unwrap();
        let back = world.look("users", user(&wang));
        assert_eq!((&back["mobile"], &back["department"]["id"]), (&before["mobile"], &json!(department.to_string())));
    }

    // ORG-35
    fn what_a_move_does_not_name_stays(world) {
        let Sales { boss, wang, .. } = sales(world);
        let east = world.department("华东部", None);
        let (customer, ..) = work(world, &wang);
        done(world, &world.admin, "users", user(&wang), "move", json!({"department": east.to_string()}));
        assert_eq!(world.look("users", user(&wang))["superior"]["id"], json!(id(&boss)));
        assert_eq!((roles(world, &wang), holder(world, customer)), (vec![role(world, "salesperson")], wang.user));
    }

    // ORG-35, ORG-41
    fn a_branch_administrator_moves_people_within_the_branch_with_roles_that_may_be_delegated(world) {
        let Sales { department, wang, .. } = sales(world);
        let (below, other) = (world.department("一部", Some(department)), world.department("华东部", None));
        let chief = Actor::user(world.user(UserSpec::named("孙丽").of(department).with("administration", "branch")));
        let moves = |input: Json| act(world, &chief, "users", user(&wang), "move", input);
        let out = world.refused("out_of_scope", || moves(json!({"department": other.to_string()})));
        assert_eq!((out.status.code(), out.fields[0].field.as_str()), (403, "department"));
        let strong = role(world, "vice_president");
        assert_eq!(world.refused("out_of_scope", || moves(json!({"department": below.to_string(), "role": strong}))).fields[0].field, "role");
        moves(json!({"department": below.to_string(), "role": role(world, "marketing")})).unwrap();
        assert_eq!(roles(world, &wang), [role(world, "marketing")]);
        world.refused("forbidden", || act(world, &wang, "users", user(&wang), "move", json!({"department": other.to_string()})));
    }

    // POL-14
    fn a_superior_hands_over_what_their_people_hold_and_nobody_else_does(world) {
        let Sales { department, boss, wang, li } = sales(world);
        let stranger = hire(world, "孙丽", department, None, "salesperson");
        let peer = hire(world, "钱进", department, None, "sales_manager");
        let (customer, lead, contact) = work(world, &wang);
        let child = world.add_as(&wang, "contacts", json!({"name": "吴总", "customer": customer.to_string()}));
        let give = |actor: &Actor, to: &Actor| act(world, actor, "users", user(&wang), "hand-over", json!({"receiver": id(to)}));
        for other in [&li, &wang, &peer] {
            assert_eq!(world.refused("not_your_people", || give(other, &li)).status.code(), 403);
            world.refused("not_your_people", || act(world, other, "users", user(&wang), "disable-preview", json!({})));
        }
        let outside = refusal(give(&boss, &stranger));
        assert_eq!((outside.fields[0].field.as_str(), outside.fields[0].code), ("receiver", "not_your_people"));
        let preview = done(world, &boss, "users", user(&wang), "disable-preview", json!({}));
        // Contacts are not the superior's to assign, but go along with their customer.
        assert_eq!((told(&preview, "total"), told(&preview, "beyond")), ("3".to_owned(), "1".to_owned()));
        assert_eq!(told(&give(&boss, &li).unwrap(), "moved"), "3");
        assert_eq!(owner(world, "contacts", child), li.user);
        assert_eq!((holder(world, customer), owner(world, "leads", lead), owner(world, "contacts", contact)), (li.user, li.user, wang.user));
        world.refused("forbidden", || act(world, &boss, "users", user(&wang), "disable", json!({})));
    }

    // POL-14
    fn a_superior_hands_over_no_more_than_what_they_may_assign(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let (customer, ..) = work(world, &wang);
        let other = world.department("华东部", None);
        world.change("users", user(&wang), json!({"department": other.to_string()}));
        settings(world, json!({"hand_over_in_department": false}));
        let acted = done(world, &boss, "users", user(&wang), "hand-over", json!({"receiver": id(&li)}));
        assert_eq!((told(&acted, "moved"), holder(world, customer)), ("0".to_owned(), wang.user));
    }

    // POL-14
    fn who_leads_a_department_hands_over_the_work_of_its_people(world) {
        let Sales { department, wang, li, .. } = sales(world);
        let leader = hire(world, "钱进", department, None, "sales_manager");
        world.change("departments", department, json!({"leader": id(&leader)}));
        let (customer, ..) = work(world, &wang);
        done(world, &leader, "users", user(&wang), "hand-over", json!({"receiver": id(&li)}));
        assert_eq!(holder(world, customer), li.user);
        let can = world.engine.can(&leader, "users", user(&wang)).unwrap();
        assert!(can.actions.iter().any(|(name, why)| *name == "hand-over" && why.is_none()), "{can:?}");
        let can = world.engine.can(&li, "users", user(&wang)).unwrap();
        assert!(can.actions.iter().any(|(name, why)| *name == "hand-over" && why.is_some()), "{can:?}");
    }
}
