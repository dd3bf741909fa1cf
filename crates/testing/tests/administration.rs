//! Who gives rights, how far, and when they are felt; sessions and tokens.

use guanxi_model::Actor;
use guanxi_testing::{Grant, UserSpec, both, id_of};
use serde_json::json;

use crate::rights::{SEE, company};

both! {
    fn a_role_grants_an_entity_once_and_nobody_is_anything_twice(world) {
        let role = world.role("r", &[Grant::on("specimen", "see")]);
        let user = world.user(UserSpec::named("Twice"));
        world.hold(user, role);
        world.limit(role, "specimen", "word", "hidden");
        let team = world.add("teams", json!({"name": "t"}));
        world.add("team-members", json!({"team": team.to_string(), "user": user.to_string()}));
        let pool = world.ids(&world.admin, "pools", &json!({})).unwrap()[0];
        world.add("pool-members", json!({"pool": pool.to_string(), "user": user.to_string()}));
        let (role, user, team, pool) = (role.to_string(), user.to_string(), team.to_string(), pool.to_string());
        for (entity, values, field, code) in [
            ("role-grants", json!({"role": role, "entity": "specimen", "verbs": ["edit"]}), "entity", "already_granted"),
            ("role-fields", json!({"role": role, "entity": "specimen", "field": "word", "right": "read"}), "field", "already_limited"),
            ("user-roles", json!({"user": user, "role": role}), "role", "role_already_held"),
            ("team-members", json!({"team": team, "user": user}), "user", "already_member"),
            ("pool-members", json!({"pool": pool, "user": user}), "user", "already_member"),
        ] {
            let problem = world.refused("invalid", || world.create(&world.admin, entity, values.clone()));
            assert_eq!((problem.status.code(), problem.fields[0].field.as_str(), problem.fields[0].code), (422, field, code), "{entity}");
        }
        world.grant(role.parse().unwrap(), &Grant::on("case", "see"));
    }

    fn the_directory_is_public_and_only_administrators_change_it(world) {
        let a = world.user_with("Ann", &[]);
        assert!(world.list(&a, "users", &json!({})).unwrap().len() >= 2);
        let role = id_of(&world.list(&a, "roles", &json!({})).unwrap()[0]);
        let user = a.user.unwrap();
        for (entity, values) in [
            ("users", json!({"name": "x"})),
            ("departments", json!({"name": "x"})),
            ("roles", json!({"name": "x"})),
            ("user-roles", json!({"user": user.to_string(), "role": role.to_string()})),
            ("role-grants", json!({"role": role.to_string(), "entity": "*", "verbs": ["see"], "read_scope": "all", "write_scope": "all"})),
            ("dictionary-entries", json!({"dictionary": "x", "code": "y", "name": "z"})),
            ("pools", json!({"name": "x"})),
        ] {
            world.refused("forbidden", || world.create(&a, entity, values));
        }
        world.refused("forbidden", || world.edit(&a, "users", user, json!({"administration": "full"})));
        world.refused("not_writable", || world.engine.edit_own(&a, user, guanxi_testing::object(json!({"administration": "full"}))));
        world.refused("forbidden", || world.engine.set_password(&a, world.admin.user.unwrap(), "a new password"));
        world.refused("needs_administration", || world.engine.add_field(&a, &guanxi_testing::object(json!({"entity": "customers", "name": "x", "kind": "text", "label": "x"}))));
        world.refused("needs_administration", || world.engine.verify(&a).map(|_| ()));
        assert!(world.engine.explain(&a, world.admin.user.unwrap(), "users", user).is_err());
    }

    fn what_is_personal_is_ones_own_whatever_the_role(world) {
        let a = world.user_with("Ann", &[]);
        let b = world.user_with("Bob", &[Grant::on("*", SEE).over("all")]);
        let mine = world.add_as(&a, "views", json!({"entity": "customer", "name": "meine"}));
        for other in [&b, &world.admin] {
            world.refused("not_found", || world.get(other, "views", mine));
            world.refused("not_found", || world.edit(other, "views", mine, json!({"name": "x"})));
        }
        world.refused("out_of_scope", || world.create(&a, "views", json!({"entity": "customer", "name": "x", "owner": b.user.unwrap().to_string()})));
        world.edit(&a, "views", mine, json!({"shared": true})).unwrap();
        assert_eq!(world.get(&b, "views", mine).unwrap()["name"], "meine");
        world.refused("held_by_other", || world.edit(&b, "views", mine, json!({"name": "x"})));
        world.refused("out_of_scope", || world.edit(&a, "views", mine, json!({"owner": b.user.unwrap().to_string()})));
    }

    fn a_branch_administrator_keeps_to_the_branch(world) {
        let company = company(world);
        let chief = world.hire(UserSpec::named("Chief").of(company.east).with("administration", "branch"), &[]);
        let near = world.user(UserSpec::named("Near").of(company.shanghai));
        let far = world.user(UserSpec::named("Far").of(company.north));
        let peer = world.user(UserSpec::named("Peer").of(company.shanghai).with("administration", "branch"));
        world.edit(&chief, "users", near, json!({"post": "经理"})).unwrap();
        world.refused("out_of_scope", || world.edit(&chief, "users", far, json!({"post": "x"})));
        world.refused("out_of_scope", || world.edit(&chief, "users", peer, json!({"post": "x"})));
        world.refused("out_of_scope", || world.edit(&chief, "users", world.admin.user.unwrap(), json!({"status": "disabled"})));
        world.refused("out_of_scope", || world.edit(&chief, "users", chief.user.unwrap(), json!({"administration": "full"})));
        world.refused("not_writable", || world.edit(&chief, "users", near, json!({"administration": "branch"})));
        for values in [json!({"department": company.north.to_string()}), json!({"department": null})] {
            world.refused("out_of_scope", || world.edit(&chief, "users", near, values));
        }
        world.refused("out_of_scope", || world.create(&chief, "users", json!({"name": "x", "department": company.north.to_string()})));
        world.refused("not_writable", || world.create(&chief, "users", json!({"name": "x", "department": company.east.to_string(), "administration": "full"})));
        world.add_as(&chief, "users", json!({"name": "新人", "department": company.shanghai.to_string()}));
        world.refused("out_of_scope", || world.engine.set_password(&chief, far, "a new password"));
        world.engine.set_password(&chief, near, "a new password").unwrap();
        world.refused("out_of_scope", || world.engine.reset_secret(&chief, world.admin.user.unwrap()));
    }

    fn a_branch_administrator_sees_every_colleague_as_anybody_does_and_changes_the_branch_alone(world) {
        let company = company(world);
        let chief = world.hire(UserSpec::named("Chief").of(company.east).with("administration", "branch"), &[Grant::on("specimen", SEE).over("all")]);
        let near = world.user(UserSpec::named("Near").of(company.shanghai));
        let far = world.user(UserSpec::named("Farthest").of(company.north));
        let role = world.role("r", &[Grant::on("specimen", "see")]);
        world.hold(near, role);
        let held = world.hold(far, role);
        for (entity, id) in [("users", near), ("users", far), ("users", world.admin.user.unwrap()), ("departments", company.north), ("user-roles", held)] {
            assert!(world.get(&chief, entity, id).is_ok() && world.ids(&chief, entity, &json!({})).unwrap().contains(&id), "{entity}");
        }
        assert_eq!(world.engine.search(&chief, "Farthest").unwrap().len(), 1);
        let verbs = |id: i64| world.engine.can(&chief, "users", id).unwrap().verbs;
        assert!(verbs(near).contains(&"edit") && verbs(far).is_empty());
        for (entity, id, values) in [("users", far, json!({"post": "x"})), ("departments", company.north, json!({"name": "x"}))] {
            world.refused("out_of_scope", || world.edit(&chief, entity, id, values));
        }
        world.refused("out_of_scope", || world.delete(&chief, "user-roles", held));
        let specimen = world.add_as(&chief, "specimens", json!({"name": "s"}));
        world.refused("explain_others", || world.engine.explain(&chief, far, "specimens", specimen));
        world.engine.explain(&chief, near, "specimens", specimen).unwrap();
        // Without a branch there is nothing to administer.
        let idle = world.hire(UserSpec::named("Idle").with("administration", "branch"), &[]);
        assert!(world.get(&idle, "users", far).is_ok());
        world.refused("forbidden", || world.edit(&idle, "users", far, json!({"post": "x"})));
    }

    fn a_branch_administrator_is_offered_the_departments_and_roles_that_may_be_chosen(world) {
        let company = company(world);
        let chief = world.hire(UserSpec::named("Chief").of(company.east).with("administration", "branch"), &[]);
        world.user(UserSpec::named("Near").of(company.shanghai));
        let delegable = world.add("roles", json!({"name": "weak", "delegable": true}));
        let strong = world.role("strong", &[Grant::on("*", SEE).over("all")]);
        let offered = |actor: &Actor, entity: &str, field: &str, of: &str| {
            let meta = world.engine.meta(actor).unwrap();
            let fields = meta["entities"][entity]["fields"].as_array().unwrap().clone();
            let field = fields.into_iter().find(|told| told["name"] == field).unwrap();
            let filter = field["target_filter"].as_object().map(|_| field["target_filter"].to_string());
            world.engine.suggest(actor, of, "", filter).unwrap().iter().map(|found| found.id).collect::<Vec<_>>()
        };
        for (entity, field) in [("users", "department"), ("departments", "parent")] {
            let mut found = offered(&chief, entity, field, "departments");
            found.sort_unstable();
            assert_eq!(found, [company.east, company.shanghai], "{entity}");
            assert!(offered(&world.admin, entity, field, "departments").contains(&company.north));
        }
        let roles = offered(&chief, "user-roles", "role", "roles");
        assert!(roles.contains(&delegable) && !roles.contains(&strong), "{roles:?}");
    }

    fn an_information_manager_looks_after_words_and_templates_and_nothing_else(world) {
        let company = company(world);
        let keeper = world.hire(UserSpec::named("Keeper").of(company.east).with("administration", "information"), &[]);
        let word = world.add_as(&keeper, "dictionary-entries", json!({"dictionary": "industry", "code": "space", "name": "航天"}));
        world.edit(&keeper, "dictionary-entries", word, json!({"name": "航空航天"})).unwrap();
        world.delete(&keeper, "dictionary-entries", word).unwrap();
        world.add_as(&keeper, "field-profiles", json!({"name": "p", "entity": "customer", "required_fields": "name"}));
        let numbering = world.ids(&keeper, "numberings", &json!({})).unwrap()[0];
        world.edit(&keeper, "numberings", numbering, json!({"width": 7})).unwrap();
        let near = world.user(UserSpec::named("Near").of(company.shanghai));
        for (entity, values) in [
            ("users", json!({"name": "x", "department": company.east.to_string()})),
            ("departments", json!({"name": "x", "parent": company.east.to_string()})),
            ("roles", json!({"name": "x"})),
            ("user-roles", json!({"user": near.to_string(), "role": world.role("r", &[]).to_string()})),
            ("pools", json!({"name": "x"})),
        ] {
            world.refused("forbidden", || world.create(&keeper, entity, values));
        }
        world.refused("forbidden", || world.edit(&keeper, "users", keeper.user.unwrap(), json!({"administration": "full"})));
        world.refused("forbidden", || world.engine.set_password(&keeper, near, "a new password"));
        world.refused("needs_administration", || world.engine.add_field(&keeper, &guanxi_testing::object(json!({"entity": "customers", "name": "x", "kind": "text", "label": "x"}))));
        // Nobody gives what they have not.
        let chief = world.hire(UserSpec::named("Chief").of(company.east).with("administration", "branch"), &[]);
        world.refused("not_writable", || world.edit(&chief, "users", near, json!({"administration": "information"})));
        world.refused("out_of_scope", || world.edit(&chief, "users", keeper.user.unwrap(), json!({"post": "x"})));
        world.refused("forbidden", || world.create(&chief, "dictionary-entries", json!({"dictionary": "industry", "code": "x", "name": "x"})));
    }

    fn a_role_that_administers_a_branch_adds_to_an_information_manager(world) {
        let company = company(world);
        let role = world.add("roles", json!({"name": "branch", "administers_branch": true}));
        let keeper = world.user(UserSpec::named("Keeper").of(company.east).with("administration", "information"));
        world.hold(keeper, role);
        let keeper = Actor::user(keeper);
        world.add_as(&keeper, "dictionary-entries", json!({"dictionary": "industry", "code": "space", "name": "航天"}));
        world.add_as(&keeper, "users", json!({"name": "新人", "department": company.shanghai.to_string()}));
    }

    fn a_branch_administrator_gives_roles_that_may_be_delegated_and_no_other(world) {
        let company = company(world);
        let chief = world.hire(UserSpec::named("Chief").of(company.east).with("administration", "branch"), &[]);
        let near = world.user(UserSpec::named("Near").of(company.shanghai));
        let far = world.user(UserSpec::named("Far").of(company.north));
        let strong = world.role("strong", &[Grant::on("*", SEE).over("all")]);
        let weak = world.add("roles", json!({"name": "weak", "delegable": true}));
        let give = |user: i64, role: i64| json!({"user": user.to_string(), "role": role.to_string()});
        let held = world.add_as(&chief, "user-roles", give(near, weak));
        world.refused("out_of_scope", || world.create(&chief, "user-roles", give(near, strong)));
        world.refused("out_of_scope", || world.create(&chief, "user-roles", give(far, weak)));
        world.refused("out_of_scope", || world.create(&chief, "user-roles", give(chief.user.unwrap(), weak)));
        world.refused("out_of_scope", || world.edit(&chief, "user-roles", held, json!({"role": strong.to_string()})));
        let above = world.hold(near, strong);
        world.refused("out_of_scope", || world.delete(&chief, "user-roles", above));
        world.refused("forbidden", || world.edit(&chief, "roles", weak, json!({"delegable": true})));
        world.refused("forbidden", || world.create(&chief, "role-grants", json!({"role": weak.to_string(), "entity": "*", "verbs": ["see"], "read_scope": "all", "write_scope": "all"})));
        world.delete(&chief, "user-roles", held).unwrap();
    }

    // ORG-41, ORG-46
    fn the_shipped_administrators_of_a_dealer_and_a_bank_branch_administer_by_their_role(world) {
        let company = company(world);
        let role = |code: &str| world.ids(&world.admin, "roles", &json!({"code": code})).unwrap()[0];
        let near = world.user(UserSpec::named("Near").of(company.shanghai));
        let far = world.user(UserSpec::named("Far").of(company.north));
        for code in ["dealer_administrator", "bank_branch"] {
            let chief = Actor::user(world.user(UserSpec::named(code).of(company.east)));
            let user = chief.user.unwrap();
            world.refused("forbidden", || world.create(&chief, "users", json!({"name": "x", "department": company.east.to_string()})));
            let held = world.hold(user, role(code));
            let new = world.add_as(&chief, "users", json!({"name": "新人", "department": company.shanghai.to_string()}));
            world.engine.set_password(&chief, new, "a good password").unwrap();
            let give = |user: i64, role: i64| json!({"user": user.to_string(), "role": role.to_string()});
            world.add_as(&chief, "user-roles", give(new, role("salesperson")));
            // Nothing beyond the branch, nothing that administers, nothing for oneself.
            world.refused("out_of_scope", || world.edit(&chief, "users", far, json!({"post": "x"})));
            world.refused("out_of_scope", || world.create(&chief, "users", json!({"name": "x", "department": company.north.to_string()})));
            world.refused("not_writable", || world.edit(&chief, "users", near, json!({"administration": "branch"})));
            world.refused("out_of_scope", || world.create(&chief, "user-roles", give(near, role(code))));
            world.refused("out_of_scope", || world.create(&chief, "user-roles", give(user, role("salesperson"))));
            world.refused("forbidden", || world.edit(&chief, "roles", role(code), json!({"delegable": true})));
            // With another role in view there is nothing to administer.
            let selling = role("salesperson");
            world.hold(user, selling);
            let viewing = Actor { role: Some(selling), ..chief.clone() };
            world.refused("forbidden", || world.edit(&viewing, "users", new, json!({"post": "x"})));
            world.delete(&world.admin, "user-roles", held).unwrap();
            world.refused("forbidden", || world.edit(&chief, "users", new, json!({"post": "x"})));
        }
    }

    // ORG-41
    fn who_administers_by_a_role_is_out_of_reach_of_another_who_does(world) {
        let company = company(world);
        let chief = world.hire(UserSpec::named("Chief").of(company.east).with("administration", "branch"), &[]);
        let [_, peer] = ["Near", "Peer"].map(|name| world.user(UserSpec::named(name).of(company.shanghai)));
        let administering = world.ids(&world.admin, "roles", &json!({"code": "dealer_administrator"})).unwrap()[0];
        let weak = world.add("roles", json!({"name": "weak", "delegable": true}));
        world.edit(&chief, "users", peer, json!({"post": "经理"})).unwrap();
        world.hold(peer, administering);
        world.refused("out_of_scope", || world.edit(&chief, "users", peer, json!({"post": "x"})));
        world.refused("out_of_scope", || world.engine.set_password(&chief, peer, "a good password"));
        world.refused("out_of_scope", || world.create(&chief, "user-roles", json!({"user": peer.to_string(), "role": weak.to_string()})));
    }

    // ORG-41
    fn a_role_that_administers_is_not_for_branch_administrators_to_give(world) {
        let weak = world.add("roles", json!({"name": "weak", "delegable": true}));
        let problem = world.refused("invalid", || world.edit(&world.admin, "roles", weak, json!({"administers_branch": true})));
        assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("delegable", "role_administers"));
        world.change("roles", weak, json!({"delegable": false, "administers_branch": true}));
    }

    fn a_branch_administrator_shapes_departments_below_their_own_alone(world) {
        let company = company(world);
        let chief = world.hire(UserSpec::named("Chief").of(company.east).with("administration", "branch"), &[]);
        world.edit(&chief, "departments", company.shanghai, json!({"remark": "x"})).unwrap();
        world.refused("out_of_scope", || world.edit(&chief, "departments", company.east, json!({"parent": null})));
        world.refused("out_of_scope", || world.edit(&chief, "departments", company.north, json!({"parent": company.east.to_string()})));
        world.refused("out_of_scope", || world.edit(&chief, "departments", company.shanghai, json!({"parent": company.north.to_string()})));
        world.refused("out_of_scope", || world.create(&chief, "departments", json!({"name": "x", "parent": company.head.to_string()})));
        world.refused("out_of_scope", || world.create(&chief, "departments", json!({"name": "x"})));
        let deeper = world.add_as(&chief, "departments", json!({"name": "浦东", "parent": company.shanghai.to_string()}));
        world.edit(&chief, "departments", deeper, json!({"parent": company.east.to_string()})).unwrap();
    }

    fn rights_are_those_of_the_next_request(world) {
        let company = company(world);
        let a = world.hire(UserSpec::named("Ann").of(company.east), &[]);
        let user = a.user.unwrap();
        let role = world.role("all", &[Grant::on("specimen", SEE).over("all")]);
        let id = world.add("specimens", json!({"name": "s"}));
        world.refused("not_found", || world.get(&a, "specimens", id));
        let held = world.hold(user, role);
        assert!(world.get(&a, "specimens", id).is_ok());
        let grant = id_of(&world.list(&world.admin, "role-grants", &json!({"role": role.to_string()})).unwrap()[0]);
        world.change("role-grants", grant, json!({"read_scope": "own"}));
        world.refused("not_found", || world.get(&a, "specimens", id));
        world.change("role-grants", grant, json!({"read_scope": "all"}));
        assert!(world.get(&a, "specimens", id).is_ok());
        world.delete(&world.admin, "user-roles", held).unwrap();
        world.refused("not_found", || world.get(&a, "specimens", id));
        world.engine.restore(&world.admin, "user-roles", held).unwrap();
        assert!(world.get(&a, "specimens", id).is_ok());
        world.change("users", user, json!({"status": "disabled"}));
        world.refused("not_signed_in", || world.get(&a, "specimens", id));
        world.refused("not_signed_in", || world.create(&a, "specimens", json!({"name": "x"})));
        world.change("users", user, json!({"status": "active"}));
        assert!(world.get(&a, "specimens", id).is_ok());
    }

    // ORG-02
    fn departments_branches_dealers_and_partners_stand_in_one_tree(world) {
        let whole = world.add("departments", json!({"name": "总公司"}));
        assert_eq!(world.look("departments", whole)["kind"], "department");
        for (name, kind) in [("江苏分公司", "branch"), ("靖江经销商", "dealer"), ("渠道伙伴", "partner")] {
            let there = world.add("departments", json!({"name": name, "kind": kind, "parent": whole.to_string()}));
            world.user(UserSpec::named(name).of(there));
            assert_eq!(world.ids(&world.admin, "departments", &json!({"kind": kind})).unwrap(), [there]);
        }
        let placed = world.list(&world.admin, "users", &json!({"department.kind": "dealer"})).unwrap();
        assert_eq!(placed.iter().map(|user| user["name"].as_str().unwrap()).collect::<Vec<_>>(), ["靖江经销商"]);
        world.refused("invalid", || world.edit(&world.admin, "departments", whole, json!({"kind": "planet"})));
    }

    // ORG-28, ORG-37
    fn a_role_taken_away_while_it_is_in_view_leaves_the_others(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", "see").over("all")]);
        let second = world.role("second", &[Grant::on("case", "see").over("all")]);
        let held = world.hold(a.user.unwrap(), second);
        let viewing = Actor { role: Some(second), ..a };
        let id = world.add("specimens", json!({"name": "s"}));
        world.refused("not_found", || world.get(&viewing, "specimens", id));
        world.delete(&world.admin, "user-roles", held).unwrap();
        assert!(world.get(&viewing, "specimens", id).is_ok());
        world.refused("not_found", || world.list(&viewing, "cases", &json!({})));
        world.engine.restore(&world.admin, "user-roles", held).unwrap();
        world.refused("not_found", || world.get(&viewing, "specimens", id));
    }

    fn an_account_tells_on_which_day_it_was_last_used(world) {
        let user = world.user_with("Ann", &[]).user.unwrap();
        let seen = || (world.look("users", user)["last_sign_in"].clone(), world.look("users", user)["version"].clone());
        let sign_in = || world.engine.open_session(user, "test", "127.0.0.1").map(|_| ()).unwrap();
        assert!(seen().0.is_null());
        sign_in();
        let first = seen();
        assert!(first.0.is_string());
        world.pass_seconds(60);
        sign_in();
        assert_eq!(seen(), first);
        world.pass_days(1);
        sign_in();
        assert_ne!(seen().0, first.0);
    }

    fn a_page_that_is_merely_open_keeps_no_session_alive(world) {
        let user = world.user_with("Ann", &[]).user.unwrap();
        let [used, watched] = [0, 1].map(|_| world.engine.open_session(user, "test", "127.0.0.1").unwrap());
        for _ in 0..4 {
            world.pass_seconds(10 * 60);
            assert!(world.engine.session(&used.secret).unwrap().is_some());
            world.engine.watched_session(&watched.secret).unwrap();
        }
        assert!(world.engine.watched_session(&watched.secret).unwrap().is_none());
        assert!(world.engine.session(&watched.secret).unwrap().is_none());
    }

    fn sessions_and_tokens_die_with_their_account(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).over("all")]);
        let user = a.user.unwrap();
        world.engine.set_password(&world.admin, user, "a good password").unwrap();
        assert_eq!(world.engine.check_password("ann", "a good password").unwrap(), user);
        let session = world.engine.open_session(user, "test", "127.0.0.1").unwrap();
        let (token_id, token) = world.engine.add_token(&a, "t", &["specimens:read".into()], None).unwrap();
        assert!(world.engine.session(&session.secret).unwrap().is_some());
        let by_token = world.engine.token_actor(&token, Default::default()).unwrap().unwrap();
        let id = world.add("specimens", json!({"name": "s"}));
        assert!(world.get(&by_token, "specimens", id).is_ok());
        world.refused("forbidden", || world.edit(&by_token, "specimens", id, json!({"word": "w"})));
        world.refused("not_found", || world.list(&by_token, "customers", &json!({})));
        world.change("users", user, json!({"status": "disabled"}));
        assert!(world.engine.session(&session.secret).unwrap().is_none());
        assert!(world.engine.token_actor(&token, Default::default()).unwrap().is_none());
        assert_eq!(world.engine.check_password("ann", "a good password").unwrap_err().problem().unwrap().code, "login_failed");
        world.change("users", user, json!({"status": "active"}));
        world.engine.revoke_token(&a, token_id).unwrap();
        assert!(world.engine.token_actor(&token, Default::default()).unwrap().is_none());
        world.engine.set_password(&world.admin, user, "another password").unwrap();
        assert!(world.engine.session(&session.secret).unwrap().is_none());
    }

    fn a_token_just_used_is_no_session_and_a_session_no_token(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).over("all")]);
        let session = world.engine.open_session(a.user.unwrap(), "test", "127.0.0.1").unwrap();
        let (_, token) = world.engine.add_token(&a, "t", &["specimens:read".into()], None).unwrap();
        assert!(world.engine.session(&session.secret).unwrap().is_some());
        assert!(world.engine.token_actor(&token, Default::default()).unwrap().is_some());
        assert!(world.engine.session(&token).unwrap().is_none());
        assert!(world.engine.token_actor(&session.secret, Default::default()).unwrap().is_none());
    }

    fn the_change_log_names_the_token_that_was_used(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).over("all")]);
        world.add_as(&a, "specimens", json!({"name": "by hand"}));
        let (id, token) = world.engine.add_token(&a, "t", &[], None).unwrap();
        let by_token = world.engine.token_actor(&token, Default::default()).unwrap().unwrap();
        world.add_as(&by_token, "specimens", json!({"name": "by token"}));
        let sets = &world.content()["change_set"];
        assert_eq!(sets.iter().filter(|set| set.contains(&format!("token=Int({id})"))).count(), 1);
        world.insert("specimens", json!({"name": "by the product"}));
        world.engine.create(&Actor::system("another reason"), "specimens", guanxi_testing::object(json!({"name": "again"}))).unwrap();
        let sets = &world.content()["change_set"];
        assert_eq!(sets.iter().filter(|set| set.contains("another reason")).count(), 1);
    }
}
