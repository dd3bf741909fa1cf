//! Pages of whoever sees the records of some: each owner's first ones, merged.

use std::time::Duration;

use guanxi_engine::read::{CountMode, ListRequest, Selection};
use guanxi_model::Actor;
use guanxi_store::dialect::Dialect;
use guanxi_store::sql::Sql;
use guanxi_testing::{Grant, UserSpec, Which, World, both, id_of};
use serde_json::{Value as Json, json};

use crate::import_desk::Desk;

/// Customers of several owners, of the pool and of others, in turns; and a person who sees some of them.
fn populate(world: &mut World) -> Actor {
    let department = world.department("销售部", None);
    let grants = [Grant::on("customer", "see create edit").over("department")];
    let person = world.hire(UserSpec::named("Person").of(department), &grants);
    let mates: Vec<i64> = (0..3).map(|n| world.user(UserSpec::named(&format!("Mate{n}")).of(department))).collect();
    let stranger = world.user(UserSpec::named("Stranger"));
    let pool = world.ids(&world.admin, "pools", &json!({})).unwrap()[0];
    world.add("pool-members", json!({"pool": pool.to_string(), "user": person.user.unwrap().to_string()}));
    for n in 0..60 {
        // Some are made in the same millisecond.
        if n % 3 == 0 {
            world.pass_seconds(1);
        }
        let owner = match n % 6 {
            0 => json!(null),
            1 => json!(person.user.unwrap().to_string()),
            2 => json!(mates[n % 3].to_string()),
            3 => json!(mates[2].to_string()),
            _ => json!(stranger.to_string()),
        };
        let id = world.add("customers", json!({"name": format!("上海第{n}贸易有限公司"), "owner": owner}));
        match n % 17 {
            4 => drop(world.share("customers", id, person.user.unwrap(), "read")),
            6 => world.delete(&world.admin, "customers", id).unwrap(),
            _ => {}
        }
    }
    person
}

fn request(filter: &Json, sort: &str, limit: usize) -> ListRequest {
    let selection = Selection { filter: Some(filter.to_string()), sort: Some(sort.to_owned()), ..Selection::default() };
    ListRequest { selection, fields: Some("created_at,owner".to_owned()), limit: Some(limit), ..ListRequest::default() }
}

fn pages(world: &World, actor: &Actor, mut request: ListRequest) -> Vec<(String, i64)> {
    let mut rows = Vec::new();
    loop {
        let page = world.page(actor, "customers", &request).unwrap();
        rows.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| (row["created_at"].as_str().unwrap().to_owned(), row["id"].as_str().unwrap().parse().unwrap())),
        );
        match page["next"].as_str() {
            Some(next) => request.cursor = Some(next.to_owned()),
            None => return rows,
        }
    }
}

both! {
    fn whoever_sees_some_pages_through_all_of_it_in_the_order_of_creation(world) {
        let person = populate(world);
        let middle = world.look("customers", world.ids(&world.admin, "customers", &json!({})).unwrap()[25])["created_at"].clone();
        for filter in [json!({}), json!({"created_at": {"ge": middle}}), json!({"created_at": {"lt": middle}})] {
            // Another order is answered another way.
            let mut all = pages(world, &person, request(&filter, "created_at,name", 200));
            all.sort_unstable();
            assert!(all.len() > 12, "{filter}: {all:?}");
            for limit in [1, 4, 7, 200] {
                assert_eq!(pages(world, &person, request(&filter, "created_at", limit)), all, "{filter} by {limit}");
                let mut newest = pages(world, &person, request(&filter, "-created_at", limit));
                newest.reverse();
                assert_eq!(newest, all, "{filter} by {limit}, newest first");
            }
        }
    }

    fn they_are_counted_as_they_are_listed(world) {
        let person = populate(world);
        let middle = world.look("customers", world.ids(&world.admin, "customers", &json!({})).unwrap()[25])["created_at"].clone();
        for filter in [json!({}), json!({"created_at": {"lt": middle}})] {
            let listed = pages(world, &person, request(&filter, "-created_at", 7)).len();
            for (count, first) in [(CountMode::Exact, true), (CountMode::Bounded, false)] {
                let mut request = ListRequest { count, ..request(&filter, "-created_at", 2) };
                request.cursor = if first { None } else { world.page(&person, "customers", &request).unwrap()["next"].as_str().map(str::to_owned) };
                let page = world.page(&person, "customers", &request).unwrap();
                assert_eq!(page["count"], json!({"value": listed, "exact": true}), "{filter}");
            }
        }
    }

    fn what_is_no_longer_shared_or_ones_own_is_on_no_page(world) {
        let person = populate(world);
        let seen = pages(world, &person, request(&json!({}), "-created_at", 200));
        let mine = world.ids(&person, "customers", &json!({"owner": person.user.unwrap().to_string()})).unwrap();
        let stranger = world.ids(&world.admin, "users", &json!({"name": "Stranger"})).unwrap()[0];
        let share = world.ids(&world.admin, "shares", &json!({})).unwrap()[0];
        let shared = id_of(&world.look("shares", share)["about"]);
        world.change("customers", mine[0], json!({"owner": stranger.to_string()}));
        world.delete(&world.admin, "shares", share).unwrap();
        let now = pages(world, &person, request(&json!({}), "-created_at", 200));
        let expected: Vec<(String, i64)> = seen.into_iter().filter(|(_, id)| *id != mine[0] && *id != shared).collect();
        assert_eq!(now, expected);
    }
}

/// SQLite alone: on a table as small as this the other one reads all of it.
#[test]
fn the_newest_of_some_owners_are_found_by_owner() {
    let mut world = World::open(Which::Sqlite);
    let person = populate(&mut world);
    for (sort, cursor) in [("-created_at", false), ("created_at", false), ("-created_at", true)] {
        let mut request = request(&json!({}), sort, 2);
        if cursor {
            request.cursor = world.page(&person, "customers", &request).unwrap()["next"].as_str().map(str::to_owned);
        }
        let plan = world.engine.list_plan(&person, "customers", &request).unwrap();
        let by_owner = plan.iter().filter(|line| line.contains("by_customer__owner_created_at_id (owner=?")).count();
        assert!(by_owner >= 2, "the owners' and nobody's: {plan:#?}");
        assert!(!plan.iter().any(|line| line.contains("by_customer__created_at") || is_scan(line, &plan)), "{plan:#?}");
    }
}

/// Whether all rows of a table are read, not those that another question has found.
fn is_scan(line: &str, plan: &[String]) -> bool {
    let table = line.strip_prefix("SCAN t").filter(|_| !line.contains("USING"));
    table.is_some_and(|number| !plan.contains(&format!("CO-ROUTINE t{number}")))
}

/// Many of the newest may be of another stage: what is asked for is not looked for among them.
#[test]
fn the_newest_of_one_stage_are_found_by_it_and_nothing_else_is() {
    let mut world = World::open(Which::Sqlite);
    populate(&mut world);
    let filter = json!({"lifecycle": "intent"});
    let plan = |filter: &Json, sort: &str| world.engine.list_plan(&world.admin, "customers", &request(filter, sort, 50)).unwrap();
    let newest = plan(&filter, "-created_at");
    let index = "SEARCH t0 USING INDEX by_customer__lifecycle_created_at_id_owner (lifecycle=?)";
    assert!(newest.iter().any(|line| line == index), "{newest:#?}");
    assert!(!newest.iter().any(|line| line.contains("TEMP B-TREE")), "{newest:#?}");
    let several = json!({"lifecycle": {"in": ["intent", "potential"]}});
    for (filter, sort) in [(&filter, "-updated_at"), (&filter, "name"), (&several, "-created_at")] {
        let other = plan(filter, sort);
        assert!(!other.iter().any(|line| line.contains("by_customer__lifecycle") || line.contains("TEMP B-TREE")), "{sort}: {other:#?}");
    }
}

/// PostgreSQL takes statistics itself within a minute or two; a list asked meanwhile would sort everything.
#[test]
fn what_was_imported_is_counted_before_long() {
    let world = World::open(Which::Postgres);
    let rows: String = (0..1_200).map(|n| format!("茶叶{n}\n")).collect();
    let desk = Desk::of(&world);
    let id = desk.ready(&world.admin, "boxes", &format!("name\n{rows}"), json!({"options": {"match": [], "mode": "create"}}));
    desk.run(&world.admin, id);
    let counted = || {
        world.engine.run_due().unwrap();
        let question = Sql::of(Dialect::Postgres, "SELECT reltuples::BIGINT FROM pg_class WHERE oid = 'public.\"case\"'::regclass");
        world.engine.store().read(|conn| conn.number(&question)).unwrap() >= 1_200
    };
    // The database itself tells a moment later what it did.
    assert!((0..200).any(|_| counted() || {
        std::thread::sleep(Duration::from_millis(50));
        false
    }));
}
