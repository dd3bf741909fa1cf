//! Accounts, departments, administrators, and what somebody leaves behind (ORG-13…18, ORG-33, ORG-35, POL-13, POL-14, CUS-47, AM-19).

use guanxi_engine::read::{ListRequest, Selection};
use guanxi_engine::write::MergeRequest;
use guanxi_testing::{Grant, both};
use serde_json::json;

use super::*;

/// What somebody holds: companies, a person, a lead, contacts.
struct Work {
    companies: Vec<i64>,
    person: i64,
    lead: i64,
    contacts: Vec<i64>,
}

fn work(world: &World, of: &Actor) -> Work {
    let companies: Vec<i64> = (0..3)
        .map(|n| {
            world.pass_seconds(60);
            enter(world, of, &format!("靖江市春意{n}空调有限公司"))
        })
        .collect();
    let person = enter_person(world, of, "周杰");
    let lead = world.add_as(of, "leads", json!({"name": "吴刚", "mobile": "13700000001"}));
    let contacts = companies.iter().map(|id| world.add_as(of, "contacts", json!({"name": "周总", "customer": id.to_string()}))).collect();
    world.pass_seconds(60);
    Work { companies, person, lead, contacts }
}

/// Shuts an account as the administrator.
fn disable(world: &World, who: &Actor, input: Json) -> Acted {
    done(world, &world.admin, "users", user(who), "disable", input)
}

/// The account of the third, made from a name alone.
fn login(world: &World, name: &str) -> String {
    let id = world.add("users", json!({"name": name}));
    world.look("users", id)["login"].as_str().unwrap().to_owned()
}

both! {
    // CON-06, LEA-05
    fn a_sales_manager_puts_contacts_together_and_a_market_manager_says_who_gets_leads(world) {
        let Sales { department, boss, wang, .. } = sales(world);
        let contact = |name: &str| world.add_as(&wang, "contacts", json!({"name": name}));
        let (kept, merged) = (contact("周总"), contact("周经理"));
        let request = || MergeRequest { keep: kept, merge: vec![merged], ..MergeRequest::default() };
        assert!(world.engine.merge(&wang, "contacts", request()).is_err());
        world.engine.merge(&boss, "contacts", request()).unwrap();
        let market = hire(world, "钱进", department, None, "market_manager");
        let rule = |actor: &Actor| world.create(actor, "lead-rules", json!({"name": "展会", "enabled": true, "user": id(&wang)}));
        rule(&market).unwrap();
        assert!(rule(&boss).is_err());
    }

    // ORG-13, CUS-47
    fn the_work_of_a_leaver_goes_to_the_receiver_with_its_children(world) {
        let Sales { wang, li, .. } = sales(world);
        let work = work(world, &wang);
        let acted = disable(world, &wang, json!({"receiver": id(&li), "reason": "离职"}));
        assert_eq!(told(&acted, "moved"), "8");
        assert!(work.companies.iter().chain([&work.person]).all(|id| holder(world, *id) == li.user));
        assert!(work.contacts.iter().all(|id| owner(world, "contacts", *id) == li.user));
        assert_eq!(owner(world, "leads", work.lead), li.user);
        assert_eq!(world.look("users", user(&wang))["status"], "disabled");
    }

    // ORG-13
    fn what_would_be_handed_over_is_told_beforehand(world) {
        let Sales { wang, .. } = sales(world);
        work(world, &wang);
        let before = world.content();
        let acted = done(world, &world.admin, "users", user(&wang), "disable-preview", json!({}));
        world.unchanged(&before);
        assert_eq!(["organisations", "persons", "total"].map(|name| told(&acted, name)), ["3", "1", "8"]);
        let counts: Vec<String> = acted.outcome.items.iter().map(|row| row.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(counts, ["customers 4", "contacts 3", "leads 1"]);
    }

    // ORG-13, ORG-14, POL-13
    fn a_team_receives_in_the_order_of_entry_and_hierarchies_stay_together(world) {
        let Sales { department, boss, wang, li } = sales(world);
        let sun = hire(world, "孙丽", department, Some(&boss), "salesperson");
        let team = world.add("teams", json!({"name": "一组"}));
        for member in [&wang, &li, &sun] {
            world.add("team-members", json!({"team": team.to_string(), "user": id(member)}));
        }
        let work = work(world, &wang);
        disable(world, &wang, json!({"team": team.to_string()}));
        let owners: Vec<Option<i64>> = work.companies.iter().map(|id| holder(world, *id)).collect();
        assert_eq!(owners, vec![li.user, sun.user, li.user]);
        let contacts: Vec<Option<i64>> = work.contacts.iter().map(|id| owner(world, "contacts", *id)).collect();
        assert_eq!(contacts, owners);
    }

    // ORG-13
    fn persons_may_go_to_somebody_else(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let work = work(world, &wang);
        disable(world, &wang, json!({"receiver": id(&li), "persons_receiver": id(&boss)}));
        assert_eq!((holder(world, work.companies[0]), holder(world, work.person)), (li.user, boss.user));
    }

    // ORG-13: a check box switches each on.
    fn what_is_switched_off_stays(world) {
        let Sales { wang, li, .. } = sales(world);
        let work = work(world, &wang);
        disable(world, &wang, json!({"receiver": id(&li), "persons": false, "leads": false}));
        assert_eq!((holder(world, work.person), owner(world, "leads", work.lead)), (wang.user, wang.user));
        assert_eq!(holder(world, work.companies[0]), li.user);
    }

    // ORG-15
    fn without_a_receiver_customers_go_to_the_pool_where_that_is_chosen(world) {
        let Sales { boss, wang, .. } = sales(world);
        let work = work(world, &wang);
        disable(world, &wang, json!({"without_receiver": "pool"}));
        assert!(work.companies.iter().all(|id| holder(world, *id).is_none()));
        assert_eq!(owner(world, "leads", work.lead), boss.user);
    }

    // ORG-15
    fn without_a_receiver_the_superior_receives_where_that_is_chosen(world) {
        let Sales { boss, wang, .. } = sales(world);
        let work = work(world, &wang);
        disable(world, &wang, json!({"without_receiver": "superior"}));
        assert!(work.companies.iter().all(|id| holder(world, *id) == boss.user));
    }

    // ORG-13
    fn a_hand_over_with_everything_in_it_is_taken_back_by_one_undo(world) {
        let Sales { wang, li, .. } = sales(world);
        let work = work(world, &wang);
        let acted = disable(world, &wang, json!({"receiver": id(&li)}));
        world.pass_seconds(60);
        let report = world.engine.undo(&world.admin, acted.change_set.unwrap(), false).unwrap();
        assert_eq!(report.conflicts, vec![]);
        assert!(work.companies.iter().chain([&work.person]).all(|id| holder(world, *id) == wang.user));
        assert!(work.contacts.iter().all(|id| owner(world, "contacts", *id) == wang.user));
        assert_eq!(owner(world, "leads", work.lead), wang.user);
        assert_eq!(world.look("users", user(&wang))["status"], "active");
        assert_eq!(seen(world, &world.admin, "ownerships"), Vec::<i64>::new());
        // The protection runs as before.
        assert_eq!(instant(&world.look("customers", work.person), "protected_since"), instant(&world.look("customers", work.person), "created_at"));
    }

    // WFL-04, AM-19
    fn what_a_leaver_had_to_decide_others_decide(world) {
        let Sales { department, boss, wang, .. } = sales(world);
        let next = hire(world, "钱进", department, None, "sales_manager");
        world.change("departments", department, json!({"leader": id(&next)}));
        let customer = enter(world, &wang, "靖江市春意空调有限公司");
        let application = applies(world, &wang, customer, "apply-for-extension");
        disable(world, &boss, json!({}));
        assert_eq!(world.ids(&next, "applications", &json!({"approver": {"me": true}})).unwrap(), vec![application]);
        assert_eq!(notices(world, &next, "extension_applied").len(), 1);
    }

    // ORG-14
    fn the_people_of_a_company_go_with_it_to_the_same_member_of_a_team(world) {
        let Sales { department, boss, wang, li } = sales(world);
        let sun = hire(world, "孙丽", department, Some(&boss), "salesperson");
        let team = world.add("teams", json!({"name": "一组"}));
        for member in [&li, &sun] {
            world.add("team-members", json!({"team": team.to_string(), "user": id(member)}));
        }
        let Work { companies, person, .. } = work(world, &wang);
        let under = |n: usize, name: &str| world.add_as(&wang, "customers", json!({"name": name, "kind": "person", "parent": companies[n].to_string()}));
        let people: Vec<i64> = [(0, "甲"), (0, "乙"), (1, "丙"), (2, "丁"), (2, "戊")].map(|(n, name)| under(n, name)).to_vec();
        let note = world.add_as(&wang, "contacts", json!({"name": "家人", "customer": people[2].to_string()}));
        disable(world, &wang, json!({"team": team.to_string()}));
        let owners: Vec<Option<i64>> = people.iter().map(|id| holder(world, *id)).collect();
        let of = |n: usize| holder(world, companies[n]);
        assert_eq!(owners, vec![of(0), of(0), of(1), of(2), of(2)]);
        assert_ne!(of(0), of(1));
        assert_eq!(owner(world, "contacts", note), of(1));
        assert!([li.user, sun.user].contains(&holder(world, person)));
    }

    // ORG-14
    fn a_receiver_of_persons_gets_those_of_companies_too(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        let Work { companies, .. } = work(world, &wang);
        let person = world.add_as(&wang, "customers", json!({"name": "甲", "kind": "person", "parent": companies[0].to_string()}));
        disable(world, &wang, json!({"receiver": id(&li), "persons_receiver": id(&boss)}));
        assert_eq!((holder(world, companies[0]), holder(world, person)), (li.user, boss.user));
    }

    // ORG-35
    fn a_leaver_no_longer_gets_in_and_holds_no_rights(world) {
        let Sales { wang, li, .. } = sales(world);
        work(world, &wang);
        world.engine.set_password(&world.admin, user(&wang), "a good password 1").unwrap();
        disable(world, &wang, json!({"receiver": id(&li)}));
        assert!(world.engine.check_password("王芳", "a good password 1").is_err());
    }

    // AM-19, POL-14
    fn nobody_receives_who_is_no_longer_there(world) {
        let Sales { wang, li, .. } = sales(world);
        work(world, &wang);
        disable(world, &li, json!({}));
        let problem = world.refused("invalid", || act(world, &world.admin, "users", user(&wang), "disable", json!({"receiver": id(&li)})));
        assert_eq!(problem.fields[0].code, "user_not_active");
    }

    // ORG-03
    fn an_account_that_holds_work_is_not_deleted(world) {
        let Sales { wang, .. } = sales(world);
        work(world, &wang);
        world.refused("user_holds_records", || world.delete(&world.admin, "users", user(&wang)));
    }

    // ORG-03
    fn an_account_that_others_stand_on_is_not_deleted(world) {
        let Sales { department, boss, wang, li } = sales(world);
        let leaver = hire(world, "钱进", department, None, "sales_manager");
        let gone = user(&leaver);
        let refused = |code: &str| {
            let problem = world.refused(code, || world.delete(&world.admin, "users", gone));
            assert_eq!(problem.args[0].0, "name");
            problem.args[0].1.clone()
        };
        let account = gone.to_string();
        world.change("users", user(&wang), json!({"superior": account}));
        assert_eq!(refused("user_is_superior"), "王芳");
        world.change("users", user(&wang), json!({"superior": id(&boss)}));
        world.change("departments", department, json!({"leader": account}));
        assert_eq!(refused("user_leads_department"), "销售部");
        world.change("departments", department, json!({"leader": null}));
        let team = world.add("teams", json!({"name": "一组", "leader": account}));
        assert_eq!(refused("user_leads_team"), "一组");
        world.change("teams", team, json!({"leader": null}));
        let rule = world.add("lead-rules", json!({"name": "官网", "user": account}));
        assert_eq!(refused("user_receives_leads"), "官网");
        world.delete(&world.admin, "lead-rules", rule).unwrap();
        world.change("pools", the_pool(world), json!({"after_sales_user": account}));
        assert_eq!(refused("user_takes_over_customers"), "公共客户池");
        world.change("pools", the_pool(world), json!({"after_sales_user": null}));
        world.change("users", user(&li), json!({"superior": account}));
        let customer = enter(world, &li, "靖江市春意空调有限公司");
        applies(world, &li, customer, "apply-for-extension");
        world.change("users", user(&li), json!({"superior": id(&boss)}));
        refused("user_decides");
        disable(world, &leaver, json!({}));
        world.delete(&world.admin, "users", gone).unwrap();
    }

    // ORG-03, ORG-33
    fn nobody_is_put_under_an_account_out_of_use(world) {
        let Sales { boss, wang, li, .. } = sales(world);
        disable(world, &li, json!({}));
        let problem = world.refused("invalid", || world.edit(&world.admin, "users", user(&wang), json!({"superior": id(&li)})));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("superior", "user_not_active"));
        world.edit(&world.admin, "users", user(&wang), json!({"superior": id(&boss), "post": "x"})).unwrap();
        // Where somebody is chosen anew, those at work are offered.
        let meta = world.engine.meta(&world.admin).unwrap();
        let field = meta["entities"]["users"]["fields"].as_array().unwrap().iter().find(|field| field["name"] == "superior").unwrap().clone();
        assert_eq!(field["target_filter"], json!({"status": "active"}));
    }

    // ORG-18, AM-15
    fn account_names_are_made_from_pinyin(world) {
        let names = ["张三", "张三海", "张三", "欧阳明珠"].map(|name| login(world, name));
        assert_eq!(names, ["zhangsan", "zhangsh", "zhangsan1", "ouymz"]);
    }

    // ORG-18
    fn another_account_name_than_the_rule_makes_is_refused(world) {
        let make = |name: &str, login: &str| world.create(&world.admin, "users", json!({"name": name, "login": login, "email": "si.li@example.com"}));
        let problem = world.refused("invalid", || make("李四", "lisi_free"));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("login", "login_by_rule"));
        assert_eq!(problem.args, [("login", "lisi".to_owned())]);
        make("李四", "lisi").unwrap();
        settings(world, json!({"login_policy": "mailbox"}));
        world.refused("invalid", || make("王五", "wangwu"));
        make("王五", "si.li").unwrap();
        settings(world, json!({"login_policy": "free"}));
        make("赵六", "six").unwrap();
    }

    // ORG-18
    fn the_account_name_is_shown_before_it_is_given(world) {
        let Sales { wang, .. } = sales(world);
        login(world, "张三");
        let ask = |actor: &Actor, input: Json| world.engine.act(actor, "users", None, "suggest-login", object(input));
        let shown = |input: Json| told(&ask(&world.admin, input).unwrap(), "login");
        assert_eq!(shown(json!({"name": "张三"})), "zhangsan1");
        assert_eq!(shown(json!({"name": "欧阳明珠", "email": "pearl@example.com"})), "ouymz");
        settings(world, json!({"login_policy": "mailbox"}));
        assert_eq!(shown(json!({"name": "欧阳明珠", "email": "pearl@example.com"})), "pearl");
        settings(world, json!({"login_policy": "free"}));
        assert_eq!(shown(json!({"name": "张三"})), "");
        assert!(ask(&wang, json!({"name": "张三"})).is_err());
    }

    // ORG-18
    fn accounts_made_at_once_get_different_names(world) {
        let made = at_once(4, |_| login(world, "张三"));
        let made: std::collections::BTreeSet<String> = made.into_iter().collect();
        assert_eq!(made.into_iter().collect::<Vec<_>>(), ["zhangsan", "zhangsan1", "zhangsan2", "zhangsan3"]);
    }

    // ORG-17
    fn account_names_may_follow_the_mailbox(world) {
        settings(world, json!({"login_policy": "mailbox"}));
        let id = world.add("users", json!({"name": "张三", "email": "san.zhang@example.com"}));
        assert_eq!(world.look("users", id)["login"], "san.zhang");
    }

    // ORG-02
    fn a_department_is_not_below_itself(world) {
        let top = world.department("总部", None);
        let middle = world.department("销售部", Some(top));
        let low = world.department("一组", Some(middle));
        let problem = world.refused("invalid", || world.edit(&world.admin, "departments", top, json!({"parent": low.to_string()})));
        assert_eq!(problem.fields[0].code, "circle");
        let problem = world.refused("invalid", || world.edit(&world.admin, "departments", top, json!({"parent": top.to_string()})));
        assert_eq!(problem.fields[0].field, "parent");
    }

    // ORG-02
    fn two_departments_moved_below_each_other_at_once_make_no_circle(world) {
        let ids = [world.department("甲部", None), world.department("乙部", None)];
        let outcomes = at_once(2, |n| world.edit(&world.admin, "departments", ids[n], json!({"parent": ids[1 - n].to_string()})).is_ok());
        assert_eq!(outcomes.iter().filter(|moved| **moved).count(), 1, "{outcomes:?}");
    }

    // ORG-02
    fn an_undo_makes_no_circle_of_departments(world) {
        let (upper, lower) = (world.department("甲部", None), world.department("乙部", None));
        world.change("departments", lower, json!({"parent": upper.to_string()}));
        world.pass_seconds(1);
        world.change("departments", lower, json!({"parent": null}));
        let moved = world.last_set();
        world.pass_seconds(1);
        world.change("departments", upper, json!({"parent": lower.to_string()}));
        let report = world.engine.undo(&world.admin, moved, false).unwrap();
        assert_eq!((report.undone, report.conflicts[0].code), (0, "invalid"));
        assert!(world.look("departments", lower)["parent"].is_null());
    }

    // ORG-33
    fn nobody_is_their_own_superior(world) {
        let Sales { boss, wang, .. } = sales(world);
        let problem = world.refused("invalid", || world.edit(&world.admin, "users", user(&boss), json!({"superior": id(&wang)})));
        assert_eq!(problem.fields[0].code, "circle");
    }

    // ORG-33
    fn who_is_in_promotion_has_a_superior(world) {
        let department = world.department("促销部", None);
        let chief = hire(world, "孙经理", department, None, "sales_manager");
        for code in ["promotion_staff", "promotion_supervisor", "promotion_manager"] {
            let new = world.user(UserSpec::named(code).of(department));
            let role = world.ids(&world.admin, "roles", &json!({"code": code})).unwrap()[0];
            let give = json!({"user": new.to_string(), "role": role.to_string()});
            let problem = world.refused("invalid", || world.create(&world.admin, "user-roles", give.clone()));
            assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("superior", "superior_required"));
            world.change("users", new, json!({"superior": id(&chief)}));
            let held = world.add("user-roles", give);
            let problem = world.refused("invalid", || world.edit(&world.admin, "users", new, json!({"superior": null})));
            assert_eq!(problem.fields[0].code, "superior_required");
            world.delete(&world.admin, "user-roles", held).unwrap();
            world.change("users", new, json!({"superior": null}));
            world.refused("invalid", || world.engine.restore(&world.admin, "user-roles", held));
        }
    }

    // ORG-32
    fn a_superior_sees_and_edits_what_subordinates_hold(world) {
        let Sales { department, wang, li, .. } = sales(world);
        let chief = hire(world, "钱进", department, None, "sales_supervisor");
        world.change("users", user(&wang), json!({"superior": id(&chief)}));
        let (hers, his) = (enter(world, &wang, "靖江市春意空调有限公司"), enter(world, &li, "上海市光明乳业有限公司"));
        assert_eq!(seen(world, &chief, "customers"), vec![hers]);
        world.edit(&chief, "customers", hers, json!({"remark": "重点"})).unwrap();
        world.refused("not_found", || world.edit(&chief, "customers", his, json!({"remark": "重点"})));
    }

    // ORG-34, ORG-46
    fn the_warehouse_sees_names_and_addresses_and_no_more(world) {
        let Sales { department, wang, .. } = sales(world);
        let store = hire(world, "郑仓", department, None, "warehouse");
        let values = json!({"name": "靖江市春意空调有限公司", "address": "人民路1号", "phone": "0523-84831234", "demand": "十台", "expected_amount": "500.00", "remark": "重点"});
        let id = world.add_as(&wang, "customers", values);
        let contact = world.add_as(&wang, "contacts", json!({"name": "周总", "customer": id.to_string()}));
        let seen = world.get(&store, "customers", id).unwrap();
        assert_eq!((seen["name"].as_str(), seen["address"].is_null()), (Some("靖江市春意空调有限公司"), false));
        for hidden in ["phone", "demand", "expected_amount", "remark", "owner", "latest_feedback"] {
            assert!(seen.get(hidden).is_none_or(Json::is_null), "{hidden}: {seen}");
        }
        let problem = world.refused("unknown_field", || world.list(&store, "customers", &json!({"phone": {"contains": "8483"}})));
        assert!(!problem.fields.is_empty());
        world.refused("not_found", || world.get(&store, "contacts", contact));
        world.refused("forbidden", || world.edit(&store, "customers", id, json!({"remark": "x"})));
    }

    // ORG-34
    fn a_field_made_later_is_under_the_right_on_every_other_field(world) {
        let role = world.role("r", &[Grant::on("customer", "see edit").over("all")]);
        let clerk = Actor::user(world.user(UserSpec::named("Clerk")));
        world.hold(user(&clerk), role);
        world.limit(role, "customer", "*", "read");
        world.limit(role, "customer", "remark", "write");
        let id = enter(world, &world.admin, "靖江市春意空调有限公司");
        world.edit(&clerk, "customers", id, json!({"remark": "x"})).unwrap();
        world.refused("not_writable", || world.edit(&clerk, "customers", id, json!({"demand": "x"})));
        let field = json!({"entity": "customers", "name": "floor", "kind": "text", "label": "楼层"});
        world.engine.add_field(&world.admin, &object(field)).unwrap();
        world.refused("not_writable", || world.edit(&clerk, "customers", id, json!({"x_floor": "3"})));
    }

    // ORG-29, ORG-46
    fn whoever_is_offered_a_view_may_open_it(world) {
        let department = world.department("销售部", None);
        for code in ["warehouse", "records_centre", "finance", "marketing", "customer_service", "agent", "bank_branch"] {
            let someone = hire(world, code, department, None, code);
            let meta = world.engine.meta(&someone).unwrap();
            for (plural, entity) in meta["entities"].as_object().unwrap() {
                for view in entity["views"].as_array().unwrap() {
                    let selection = Selection { filter: Some(view["filter"].to_string()), sort: view["sort"].as_str().map(str::to_owned), ..Selection::default() };
                    let request = ListRequest { selection, ..ListRequest::default() };
                    let opened = world.page(&someone, plural, &request);
                    assert!(opened.is_ok(), "{code} {plural} {}: {opened:?}", view["name"]);
                }
            }
        }
    }

    // ORG-35
    fn rights_follow_a_change_of_department_at_once(world) {
        let Sales { department, boss, wang, .. } = sales(world);
        let other = world.department("客服部", None);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        assert_eq!(seen(world, &boss, "customers"), vec![id]);
        world.change("users", user(&boss), json!({"department": other.to_string()}));
        assert_eq!(seen(world, &boss, "customers"), Vec::<i64>::new());
        world.change("users", user(&boss), json!({"department": department.to_string()}));
        assert_eq!(seen(world, &boss, "customers"), vec![id]);
    }

    fn the_last_administrator_stays(world) {
        let admin = user(&world.admin);
        let deputy = world.user(UserSpec::named("副手").with("administration", "branch"));
        world.refused("last_administrator", || world.edit(&world.admin, "users", admin, json!({"administration": "none"})));
        world.refused("not_yourself", || world.edit(&world.admin, "users", admin, json!({"status": "disabled"})));
        world.refused("not_yourself", || world.delete(&world.admin, "users", admin));
        let system = Actor::system("test");
        world.refused("last_administrator", || world.edit(&system, "users", admin, json!({"status": "disabled"})));
        world.change("users", deputy, json!({"administration": "full"}));
        world.edit(&Actor::user(deputy), "users", admin, json!({"administration": "none"})).unwrap();
    }

    fn an_undo_does_not_take_the_last_administrator_away(world) {
        let deputy = world.user(UserSpec::named("副手"));
        world.pass_seconds(1);
        world.change("users", deputy, json!({"administration": "full"}));
        let made = world.last_set();
        world.pass_seconds(1);
        let deputy = Actor::user(deputy);
        world.edit(&deputy, "users", user(&world.admin), json!({"administration": "none"})).unwrap();
        let report = world.engine.undo(&deputy, made, false);
        let left = world.engine.org().unwrap().people.values().filter(|person| person.administration == guanxi_model::AdminLevel::Full).count();
        assert_eq!(left, 1, "{report:?}");
    }

    fn of_two_administrators_who_remove_each_other_one_stays(world) {
        let deputy = Actor::user(world.user(UserSpec::named("副手").with("administration", "full")));
        let both = [&world.admin, &deputy];
        let outcomes = at_once(2, |n| world.edit(both[n], "users", user(both[1 - n]), json!({"administration": "none"})).is_ok());
        assert_eq!(outcomes.iter().filter(|removed| **removed).count(), 1, "{outcomes:?}");
    }

    fn a_token_given_for_reading_neither_claims_nor_decides_nor_renames(world) {
        let Sales { boss, wang, .. } = sales(world);
        let held = enter(world, &wang, "靖江市春意空调有限公司");
        let asked = applies(world, &wang, held, "apply-for-intent");
        let free = enter(world, &wang, "江阴市长江钢铁有限公司");
        releases(world, &wang, free);
        let reading = |actor: &Actor, scope: &str| {
            let (_, token) = world.engine.add_token(actor, "t", &[scope.to_owned()], None).unwrap();
            world.engine.token_actor(&token, Lang::Zh).unwrap().unwrap()
        };
        let (decider, claimer) = (reading(&boss, "applications:read"), reading(&boss, "customers:read"));
        world.refused("token_reads_only", || act(world, &decider, "applications", asked, "approve", json!({})));
        world.refused("token_reads_only", || act(world, &claimer, "customers", free, "claim", json!({})));
        world.refused("token_reads_only", || world.engine.edit_own(&claimer, user(&boss), object(json!({"name": "改名"}))));
        let explained = act(world, &claimer, "customers", held, "protection", json!({})).unwrap();
        assert!(!explained.outcome.values.is_empty());
    }
}
