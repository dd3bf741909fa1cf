//! Who may do what: scopes, verbs, fields, branches, shares. After every refusal the database is
//! as it was.

use guanxi_engine::read::{AggregateRequest, ExportRequest, Exported, ListRequest};
use guanxi_engine::write::MergeRequest;
use guanxi_model::{Actor, Result};
use guanxi_testing::{Grant, UserSpec, World, both};
use serde_json::{Value as Json, json};

/// A company of two branches: 总部 above 华东 above 上海, and 华北 beside it.
pub struct Company {
    pub head: i64,
    pub east: i64,
    pub shanghai: i64,
    pub north: i64,
}

pub fn company(world: &World) -> Company {
    let head = world.department("总部", None);
    let east = world.department("华东", Some(head));
    let shanghai = world.department("上海", Some(east));
    let north = world.department("华北", Some(head));
    Company { head, east, shanghai, north }
}

pub const SEE: &str = "see create edit delete assign export merge share";

fn specimens(world: &World, actor: &Actor) -> Vec<i64> {
    world.ids(actor, "specimens", &json!({})).unwrap()
}

/// A specimen of somebody.
fn of(world: &World, owner: &Actor, name: &str) -> i64 {
    world.add("specimens", json!({"name": name, "owner": owner.user.unwrap().to_string()}))
}

/// Everything that could change a record, tried by somebody who may not.
fn untouchable(world: &World, actor: &Actor, id: i64, code: &str) {
    let kept = world.add_as(actor, "specimens", json!({"name": "mine"}));
    let _ = world.refused(code, || world.edit(actor, "specimens", id, json!({"word": "changed"})));
    let _ = world.refused(code, || world.delete(actor, "specimens", id));
    let _ = world.refused(code, || merge(world, actor, kept, id));
    let _ = world.refused(code, || merge(world, actor, id, kept));
    let bulk = world.bulk(actor, "specimens", &[id], json!({"word": "changed"})).unwrap();
    assert_eq!((bulk.updated, bulk.results[0].problem.as_ref().unwrap().code), (0, code));
    let bulk = world.bulk_delete(actor, "specimens", &[id]).unwrap();
    assert_eq!(bulk.updated, 0);
    world.delete(&world.admin, "specimens", id).unwrap();
    world.refused("not_found", || world.engine.restore(actor, "specimens", id));
    world.engine.restore(&world.admin, "specimens", id).unwrap();
    world.delete(actor, "specimens", kept).unwrap();
}

fn merge(world: &World, actor: &Actor, keep: i64, other: i64) -> Result<()> {
    world.engine.merge(actor, "specimens", MergeRequest { keep, merge: vec![other], ..MergeRequest::default() }).map(|_| ())
}

/// Everything that could show a record, tried by somebody who may not see it.
fn invisible(world: &World, actor: &Actor, id: i64) {
    let missing = |result: Result<Json>| assert_eq!(result.unwrap_err().problem().unwrap().code, "not_found");
    missing(world.get(actor, "specimens", id));
    missing(world.engine.get_any(actor, "specimens", id).map(|_| Json::Null));
    missing(world.engine.history(actor, "specimens", id, None).map(|page| page.json));
    missing(world.engine.as_of(actor, "specimens", id, world.now()).map(|_| Json::Null));
    assert!(!specimens(world, actor).contains(&id));
    let exported = export(world, actor, "specimens", Some("id,name"));
    assert!(!exported.iter().flatten().any(|cell| *cell == id.to_string()));
    let count = world.engine.aggregate(actor, "specimens", &AggregateRequest::default()).unwrap();
    assert_eq!(count["items"][0]["count"], json!(specimens(world, actor).len()));
    let name = world.look("specimens", id)["name"].as_str().unwrap().to_owned();
    assert!(world.engine.search(actor, &name).unwrap().iter().all(|hit| hit.found.id != id));
    assert!(world.engine.suggest(actor, "specimens", &name, None).unwrap().iter().all(|found| found.id != id));
}

fn shown(cell: &Exported) -> String {
    match cell {
        Exported::Empty => String::new(),
        Exported::Text(text) | Exported::Number(text) | Exported::Date(text) | Exported::DateTime(text) => text.clone(),
    }
}

pub fn export(world: &World, actor: &Actor, entity: &str, fields: Option<&str>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let request = ExportRequest { fields: fields.map(str::to_owned), ..ExportRequest::default() };
    let mut keep = |cells: &[Exported]| {
        rows.push(cells.iter().map(shown).collect());
        Ok(())
    };
    world.engine.export(actor, entity, &request, &mut keep).unwrap();
    rows
}

both! {
    fn own_reaches_ones_own_records_alone(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).over("own")]);
        let b = world.user_with("Bob", &[Grant::on("specimen", SEE).over("own")]);
        let (hers, his) = (of(world, &a, "hers"), of(world, &b, "his"));
        assert_eq!(specimens(world, &a), vec![hers]);
        invisible(world, &a, his);
        untouchable(world, &a, his, "not_found");
        world.edit(&a, "specimens", hers, json!({"word": "w"})).unwrap();
    }

    fn whoever_reads_further_than_they_write_is_told_whom_to_speak_to(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).read("all").write("own")]);
        let b = world.user_with("Bob", &[Grant::on("specimen", SEE).over("own")]);
        let his = of(world, &b, "his");
        assert_eq!(world.get(&a, "specimens", his).unwrap()["name"], "his");
        untouchable(world, &a, his, "held_by_other");
    }

    fn subordinates_reach_down_the_whole_chain(world) {
        let top = world.hire(UserSpec::named("Top"), &[Grant::on("specimen", SEE).over("subordinates")]);
        let mid = world.hire(UserSpec::named("Mid").with("superior", top.user.unwrap().to_string()), &[Grant::on("specimen", SEE).over("subordinates")]);
        let low = world.hire(UserSpec::named("Low").with("superior", mid.user.unwrap().to_string()), &[Grant::on("specimen", SEE).over("subordinates")]);
        let (one, two, three) = (of(world, &top, "one"), of(world, &mid, "two"), of(world, &low, "three"));
        assert_eq!(specimens(world, &top), vec![one, two, three]);
        assert_eq!(specimens(world, &mid), vec![two, three]);
        assert_eq!(specimens(world, &low), vec![three]);
        world.edit(&top, "specimens", three, json!({"word": "w"})).unwrap();
        untouchable(world, &low, two, "not_found");
        // Another superior is felt at once.
        world.change("users", low.user.unwrap(), json!({"superior": null}));
        assert_eq!(specimens(world, &mid), vec![two]);
    }

    fn a_team_reaches_its_members_records(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).over("team")]);
        let b = world.user_with("Bob", &[]);
        let c = world.user_with("Cid", &[]);
        let (one, two, three) = (of(world, &a, "one"), of(world, &b, "two"), of(world, &c, "three"));
        assert_eq!(specimens(world, &a), vec![one]);
        let team = world.add("teams", json!({"name": "一组"}));
        for user in [&a, &b] {
            world.add("team-members", json!({"team": team.to_string(), "user": user.user.unwrap().to_string()}));
        }
        assert_eq!(specimens(world, &a), vec![one, two]);
        world.edit(&a, "specimens", two, json!({"word": "w"})).unwrap();
        untouchable(world, &a, three, "not_found");
        world.delete(&world.admin, "teams", team).unwrap();
        assert_eq!(specimens(world, &a), vec![one]);
    }

    fn a_department_reaches_its_people_and_below_reaches_the_branch(world) {
        let company = company(world);
        let flat = world.hire(UserSpec::named("Flat").of(company.east), &[Grant::on("specimen", SEE).over("department")]);
        let deep = world.hire(UserSpec::named("Deep").of(company.east), &[Grant::on("specimen", SEE).over("department_below")]);
        let below = world.hire(UserSpec::named("Below").of(company.shanghai), &[]);
        let beside = world.hire(UserSpec::named("Beside").of(company.north), &[]);
        let records = [&flat, &deep, &below, &beside].map(|user| of(world, user, "s"));
        assert_eq!(specimens(world, &flat), records[..2]);
        assert_eq!(specimens(world, &deep), records[..3]);
        untouchable(world, &deep, records[3], "not_found");
        untouchable(world, &flat, records[2], "not_found");
        // Whoever moves takes their records along, at once.
        world.change("users", below.user.unwrap(), json!({"department": company.north.to_string()}));
        assert_eq!(specimens(world, &deep), records[..2]);
        world.change("departments", company.north, json!({"parent": company.east.to_string()}));
        assert_eq!(specimens(world, &deep), records);
        assert!(company.head > 0);
    }

    fn a_territory_reaches_records_in_it_and_those_of_its_people(world) {
        let china = world.add("territories", json!({"name": "中国"}));
        let south = world.add("territories", json!({"name": "华南", "parent": china.to_string()}));
        let abroad = world.add("territories", json!({"name": "海外"}));
        let a = world.hire(UserSpec::named("Ann").with("territory", china.to_string()), &[Grant::on("specimen", SEE).over("territory")]);
        let b = world.hire(UserSpec::named("Bob").with("territory", south.to_string()), &[]);
        let c = world.hire(UserSpec::named("Cid").with("territory", abroad.to_string()), &[]);
        let (his, far) = (of(world, &b, "his"), of(world, &c, "far"));
        let near = world.add("specimens", json!({"name": "near", "owner": c.user.unwrap().to_string(), "territory": south.to_string()}));
        assert_eq!(specimens(world, &a), vec![his, near]);
        untouchable(world, &a, far, "not_found");
    }

    fn a_filter_is_a_scope_for_reading_and_for_the_new_image(world) {
        let red = Grant::on("specimen", SEE).matching(json!({"color": "red"}));
        let a = world.user_with("Ann", &[red]);
        let shown = world.add("specimens", json!({"name": "a", "color": "red"}));
        let hidden = world.add("specimens", json!({"name": "b", "color": "blue"}));
        assert_eq!(specimens(world, &a), vec![shown]);
        world.refused("not_found", || world.edit(&a, "specimens", hidden, json!({"word": "w"})));
        world.edit(&a, "specimens", shown, json!({"word": "w"})).unwrap();
        world.refused("out_of_scope", || world.edit(&a, "specimens", shown, json!({"color": "blue"})));
        world.refused("out_of_scope", || world.create(&a, "specimens", json!({"name": "c", "color": "green"})));
        world.add_as(&a, "specimens", json!({"name": "c", "color": "red"}));
    }

    fn a_scope_of_relative_time_moves_with_the_day(world) {
        let recent = Grant::on("specimen", "see").matching(json!({"created_at": {"within": "today"}}));
        let a = world.user_with("Ann", &[recent]);
        let id = world.add("specimens", json!({"name": "a"}));
        assert_eq!(specimens(world, &a), vec![id]);
        world.pass_days(1);
        assert_eq!(specimens(world, &a), Vec::<i64>::new());
    }

    fn no_scope_and_no_grant_show_nothing(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).over("none")]);
        let b = world.user_with("Bob", &[Grant::on("box", "see")]);
        let id = world.add("specimens", json!({"name": "a"}));
        assert!(specimens(world, &a).is_empty());
        world.refused("not_found", || world.get(&a, "specimens", id));
        world.refused("not_found", || world.list(&b, "specimens", &json!({})));
        world.refused("not_found", || world.create(&b, "specimens", json!({"name": "x"})));
        world.refused("not_found", || world.engine.aggregate(&b, "specimens", &AggregateRequest::default()));
        assert!(world.engine.meta(&b).unwrap()["entities"].get("specimens").is_none());
    }

    fn each_verb_is_needed_for_its_deed(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", "see").over("all")]);
        let b = world.user_with("Bob", &[Grant::on("specimen", "see create edit").over("all")]);
        let id = of(world, &a, "s");
        let other = of(world, &b, "t");
        world.refused("forbidden", || world.create(&a, "specimens", json!({"name": "x"})));
        world.refused("forbidden", || world.edit(&a, "specimens", id, json!({"word": "x"})));
        world.refused("forbidden", || world.delete(&b, "specimens", id));
        world.refused("forbidden", || merge(world, &b, id, other));
        world.refused("forbidden", || world.engine.export(&b, "specimens", &ExportRequest::default(), &mut |_| Ok(())));
        world.refused("assign_needed", || world.edit(&b, "specimens", other, json!({"owner": a.user.unwrap().to_string()})));
    }

    fn roles_add_up_without_lending_each_other_their_scope(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", "see edit").over("own")]);
        let reader = world.role("reader", &[Grant::on("specimen", "see export").read("all").write("all")]);
        let deleter = world.role("deleter", &[Grant::on("specimen", "see delete").over("own")]);
        world.hold(a.user.unwrap(), reader);
        world.hold(a.user.unwrap(), deleter);
        let b = world.user_with("Bob", &[]);
        let (hers, his) = (of(world, &a, "hers"), of(world, &b, "his"));
        assert_eq!(specimens(world, &a), vec![hers, his]);
        world.refused("held_by_other", || world.edit(&a, "specimens", his, json!({"word": "w"})));
        world.refused("held_by_other", || world.delete(&a, "specimens", his));
        world.edit(&a, "specimens", hers, json!({"word": "w"})).unwrap();
        world.delete(&a, "specimens", hers).unwrap();
        // One role in view leaves the others aside.
        let viewing = Actor { role: Some(deleter), ..a.clone() };
        assert!(specimens(world, &viewing).is_empty());
        world.refused("forbidden", || world.edit(&viewing, "specimens", his, json!({"word": "w"})));
    }

    fn what_may_be_seen_by_one_role_is_not_exported_by_another(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", "see").over("all")]);
        let role = world.role("exporter", &[Grant::on("specimen", "see export").over("own")]);
        world.hold(a.user.unwrap(), role);
        let (hers, his) = (of(world, &a, "hers"), world.add("specimens", json!({"name": "his"})));
        assert_eq!(specimens(world, &a), vec![hers, his]);
        let rows = export(world, &a, "specimens", Some("name"));
        assert_eq!(rows[1..], [vec!["hers".to_owned()]]);
    }

    fn whoever_may_only_see_gains_no_edit_by_shares(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", "see").over("own")]);
        let id = of(world, &a, "s");
        world.refused("forbidden", || world.edit(&a, "specimens", id, json!({"word": "w"})));
        let other = world.add("specimens", json!({"name": "t"}));
        world.share("specimens", other, a.user.unwrap(), "edit");
        assert_eq!(specimens(world, &a), vec![id, other]);
        world.refused("forbidden", || world.edit(&a, "specimens", other, json!({"word": "w"})));
    }

    fn a_share_opens_one_record_to_read_or_to_edit(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE)]);
        let [read, edit, none] = ["r", "e", "n"].map(|name| world.add("specimens", json!({"name": name})));
        let user = a.user.unwrap();
        let first = world.share("specimens", read, user, "read");
        world.share("specimens", edit, user, "edit");
        assert_eq!(specimens(world, &a), vec![read, edit]);
        world.refused("held_by_other", || world.edit(&a, "specimens", read, json!({"word": "w"})));
        world.edit(&a, "specimens", edit, json!({"word": "w"})).unwrap();
        world.refused("not_found", || world.edit(&a, "specimens", none, json!({"word": "w"})));
        // To edit is not to delete, to merge, to give away.
        world.refused("held_by_other", || world.delete(&a, "specimens", edit));
        world.refused("assign_needed", || world.edit(&a, "specimens", edit, json!({"owner": user.to_string()})));
        world.delete(&world.admin, "shares", first).unwrap();
        invisible(world, &a, read);
    }

    fn nobody_shares_with_themselves_what_they_may_not_share(world) {
        let grants = [Grant::on("specimen", "see edit").read("all").write("own"), Grant::on("share", "see create edit delete").over("own")];
        let a = world.user_with("Ann", &grants);
        let id = world.add("specimens", json!({"name": "s"}));
        let share = json!({"about": {"entity": "specimens", "id": id.to_string()}, "user": a.user.unwrap().to_string(), "level": "edit"});
        world.refused("forbidden", || world.create(&a, "shares", share));
        let given = world.share("specimens", id, a.user.unwrap(), "read");
        world.refused("forbidden", || world.edit(&a, "shares", given, json!({"level": "edit"})));
    }

    fn records_that_follow_another_are_read_with_it(world) {
        let grants = [Grant::on("case", SEE), Grant::on("specimen", "see edit").over("none"), Grant::on("trace", "see").over("none")];
        let a = world.user_with("Ann", &grants);
        let mine = world.add("boxes", json!({"name": "mine", "owner": a.user.unwrap().to_string()}));
        let theirs = world.add("boxes", json!({"name": "theirs"}));
        let inside = world.add("specimens", json!({"name": "trace inside", "case": mine.to_string()}));
        let outside = world.add("specimens", json!({"name": "trace outside", "case": theirs.to_string()}));
        assert_eq!(specimens(world, &a), vec![inside]);
        world.edit(&a, "specimens", inside, json!({"word": "w"})).unwrap();
        world.refused("not_found", || world.edit(&a, "specimens", outside, json!({"word": "w"})));
        // Two steps away: traces follow specimens, which follow their box.
        let traces = world.list(&a, "traces", &json!({})).unwrap();
        assert!(traces.iter().all(|trace| trace["text"] == "trace inside") && !traces.is_empty());
        // Out of the box, out of sight.
        world.refused("out_of_scope", || world.edit(&a, "specimens", inside, json!({"case": null})));
        world.change("specimens", inside, json!({"case": theirs.to_string()}));
        assert!(specimens(world, &a).is_empty());
    }

    fn contacts_follow_their_customer(world) {
        let a = world.user_with("Ann", &[Grant::on("customer", SEE), Grant::on("contact", SEE)]);
        let b = world.user_with("Bob", &[Grant::on("customer", SEE), Grant::on("contact", SEE)]);
        let hers = world.add_as(&a, "customers", json!({"name": "上海光明乳业有限公司"}));
        let his = world.add_as(&b, "customers", json!({"name": "北京首创科技有限公司"}));
        let one = world.add("contacts", json!({"name": "张三", "customer": hers.to_string()}));
        world.add("contacts", json!({"name": "李四", "customer": his.to_string()}));
        assert_eq!(world.ids(&a, "contacts", &json!({})).unwrap(), vec![one]);
        world.edit(&a, "contacts", one, json!({"position": "经理"})).unwrap();
        world.refused("invalid", || world.create(&a, "contacts", json!({"name": "王五", "customer": his.to_string()})));
    }

    fn a_link_to_what_one_may_not_see_is_refused_as_if_it_were_not_there(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE), Grant::on("case", SEE)]);
        let hidden = world.add("boxes", json!({"name": "hidden"}));
        let id = world.add_as(&a, "specimens", json!({"name": "s"}));
        for wrong in [hidden, 999] {
            let problem = world.refused("invalid", || world.edit(&a, "specimens", id, json!({"case": wrong.to_string()})));
            assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), ("case", "no_such_record"));
        }
        let about = json!({"about": {"entity": "boxes", "id": hidden.to_string()}});
        world.refused("invalid", || world.edit(&a, "specimens", id, about));
    }

    fn the_title_of_a_hidden_record_is_not_shown(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE), Grant::on("case", "see").over("own")]);
        let hidden = world.add("boxes", json!({"name": "secret box"}));
        let id = world.add("specimens", json!({"name": "s", "case": hidden.to_string(), "owner": a.user.unwrap().to_string()}));
        let seen = world.get(&a, "specimens", id).unwrap();
        assert_eq!(seen["case"]["title"], Json::Null);
        let request = ListRequest { fields: Some("name,case,case.name".into()), ..ListRequest::default() };
        let told = [world.page(&a, "specimens", &request).unwrap(), world.engine.history(&a, "specimens", id, None).unwrap().json];
        for json in told {
            assert!(!json.to_string().contains("secret box"), "{json}");
        }
        assert!(world.ids(&a, "specimens", &json!({"case.name": "secret box"})).unwrap().len() <= 1);
        let aggregate = AggregateRequest { group: "case".into(), ..AggregateRequest::default() };
        assert!(!world.engine.aggregate(&a, "specimens", &aggregate).unwrap().to_string().contains("secret box"));
        assert!(!export(world, &a, "specimens", None).concat().contains(&"secret box".to_owned()));
    }

    fn a_filter_through_a_reference_looks_at_visible_records_alone(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE), Grant::on("case", "see").over("own")]);
        let hidden = world.add("boxes", json!({"name": "secret box", "size": 7}));
        world.add("specimens", json!({"name": "s", "case": hidden.to_string(), "owner": a.user.unwrap().to_string()}));
        // Guessing values of a record out of sight must find nothing.
        assert!(world.ids(&a, "specimens", &json!({"case.name": {"starts": "secret"}})).unwrap().is_empty());
        assert!(world.ids(&a, "specimens", &json!({"case.size": {"gt": 5}})).unwrap().is_empty());
    }

    fn undo_is_within_the_rights_of_today(world) {
        let a = world.user_with("Ann", &[Grant::on("specimen", SEE).over("own")]);
        let b = world.user_with("Bob", &[Grant::on("specimen", SEE).over("own")]);
        let id = world.add_as(&a, "specimens", json!({"name": "s"}));
        world.pass_seconds(1);
        world.edit(&a, "specimens", id, json!({"word": "w"})).unwrap();
        let edit = world.last_set();
        world.refused("not_found", || world.engine.undo(&b, edit, false));
        world.change("specimens", id, json!({"owner": b.user.unwrap().to_string()}));
        let before = world.content();
        let report = world.engine.undo(&a, edit, false).unwrap();
        assert_eq!((report.undone, report.conflicts[0].code), (0, "out_of_scope"));
        assert_eq!(report.conflicts[0].title, "");
        world.unchanged(&before);
        // Who reaches every record of it may undo the work of others.
        assert_eq!(world.engine.undo(&b, edit, false).unwrap().undone, 1);
    }

    fn explain_agrees_with_what_happens(world) {
        let company = company(world);
        let a = world.hire(UserSpec::named("Ann").of(company.east), &[Grant::on("specimen", "see edit delete").read("department").write("own")]);
        let b = world.hire(UserSpec::named("Bob").of(company.east), &[]);
        let c = world.hire(UserSpec::named("Cid").of(company.north), &[]);
        let shared = of(world, &c, "shared");
        world.share("specimens", shared, a.user.unwrap(), "edit");
        for id in [of(world, &a, "own"), of(world, &b, "near"), of(world, &c, "far"), shared] {
            let explained = world.engine.explain(&world.admin, a.user.unwrap(), "specimens", id).unwrap();
            let says = |verb: &str| explained.verdicts.iter().find(|verdict| verdict.verb == verb).unwrap().allowed;
            assert_eq!(says("see"), world.get(&a, "specimens", id).is_ok(), "see {id}");
            assert_eq!(says("edit"), world.edit(&a, "specimens", id, json!({"word": format!("w{id}")})).is_ok(), "edit {id}");
            assert_eq!(says("delete"), world.delete(&a, "specimens", id).is_ok(), "delete {id}");
            assert!(!says("merge"));
        }
    }
}
