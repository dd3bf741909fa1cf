//! Many at once: exactly one wins, nothing is lost, nobody falls with another's refusal.

use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use guanxi_engine::write::MergeRequest;
use guanxi_model::{Actor, Error, Result};
use guanxi_testing::{Grant, Which, World, both, id_of};
use serde_json::{Map, Value as Json, json};

const THREADS: usize = 8;

/// Runs the same on several threads that start together.
pub fn together<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(threads);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|n| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    start.wait();
                    work(n)
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn code<T>(result: &Result<T>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Error::Refused(problem)) => problem.code,
        Err(Error::Internal(what)) => panic!("a fault: {what}"),
    }
}

fn people(world: &World) -> Vec<Actor> {
    (0..THREADS).map(|n| world.user_with(&format!("User{n}"), &[Grant::on("specimen", "see create edit delete").over("all")])).collect()
}

both! {
    fn of_many_who_claim_a_record_one_gets_it(world) {
        let people = people(world);
        for round in 0..6 {
            let id = world.add("specimens", json!({"name": format!("s{round}")}));
            let results = together(THREADS, |n| world.engine.act(&people[n], "specimens", Some(id), "claim", Map::new()).map(|_| ()));
            let winners: Vec<usize> = (0..THREADS).filter(|n| results[*n].is_ok()).collect();
            assert_eq!(winners.len(), 1, "{results:?}");
            for result in results.iter().filter(|result| result.is_err()) {
                assert!(["already_claimed", "changed_meanwhile"].contains(&code(result)), "{result:?}");
            }
            let seen = world.look("specimens", id);
            assert_eq!(seen["claimed_by"]["id"], json!(people[winners[0]].user.unwrap().to_string()));
            assert_eq!(seen["version"], "2");
        }
    }

    fn of_many_who_edit_a_version_one_wins(world) {
        let people = people(world);
        let id = world.add("specimens", json!({"name": "s", "count": 0}));
        for version in 1..=6 {
            let values = |n: usize| guanxi_testing::object(json!({"count": version * 10 + n as i64}));
            let results = together(THREADS, |n| world.engine.edit(&people[n], "specimens", id, values(n), Some(version)).map(|_| ()));
            assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
            for result in results.iter().filter(|result| result.is_err()) {
                assert_eq!(code(result), "stale");
            }
            assert_eq!(world.look("specimens", id)["version"], json!((version + 1).to_string()));
        }
    }

    fn edits_that_name_no_version_are_all_done(world) {
        let people = people(world);
        let id = world.add("specimens", json!({"name": "s"}));
        let fields = ["word", "story", "count", "ratio", "price", "flag", "day", "color"];
        let given = [json!("w"), json!("t"), json!(1), json!("2.5"), json!("3"), json!(true), json!("2026-01-01"), json!("red")];
        let results = together(THREADS, |n| world.edit(&people[n], "specimens", id, json!({fields[n]: given[n].clone()})));
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        let seen = world.look("specimens", id);
        assert_eq!(seen["version"], json!((THREADS + 1).to_string()));
        assert!(fields.iter().all(|field| seen[*field] != Json::Null), "{seen}");
    }

    fn numbers_are_given_without_gap_or_repetition(world) {
        let people = people(world);
        let refused = AtomicUsize::new(0);
        together(THREADS, |n| {
            for i in 0..12 {
                let name = if (n + i) % 4 == 0 { "refused" } else { "s" };
                let made = world.create(&people[n], "specimens", json!({"name": name}));
                refused.fetch_add(usize::from(made.is_err()), Ordering::SeqCst);
                assert_eq!(made.is_err(), name == "refused", "{made:?}");
            }
        });
        let mut numbers: Vec<i64> = world.list(&world.admin, "specimens", &json!({})).unwrap().iter().map(|s| s["number"].as_str().unwrap().parse().unwrap()).collect();
        numbers.sort_unstable();
        let expected: Vec<i64> = (1..=(THREADS * 12 - refused.into_inner()) as i64).collect();
        assert_eq!(numbers, expected);
    }

    fn what_is_refused_or_breaks_takes_nobody_else_down(world) {
        let people = people(world);
        let good = AtomicI64::new(0);
        together(THREADS, |n| {
            for i in 0..10 {
                let name = ["s", "refused", "late", "broken", "s", "trace"][(n + i) % 6];
                let made = world.create(&people[n], "specimens", json!({"name": name}));
                match (name, made) {
                    ("s" | "trace", made) => {
                        assert!(made.is_ok(), "{made:?}");
                        good.fetch_add(1, Ordering::SeqCst);
                    }
                    ("broken", made) => assert!(matches!(made, Err(Error::Internal(_)))),
                    (_, made) => assert!(matches!(made, Err(Error::Refused(_))), "{made:?}"),
                }
            }
        });
        let there = world.list(&world.admin, "specimens", &json!({})).unwrap();
        assert_eq!(there.len() as i64, good.into_inner());
        assert!(there.iter().all(|s| s["name"] == "s" || s["name"] == "trace"));
        let traces = world.list(&world.admin, "traces", &json!({})).unwrap().len();
        assert_eq!(traces, there.iter().filter(|s| s["name"] == "trace").count());
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn a_rule_that_panics_is_a_fault_of_one_request(world) {
        let made = world.create(&world.admin, "specimens", json!({"name": "panic"}));
        assert!(matches!(made, Err(Error::Internal(_))), "{made:?}");
        world.add("specimens", json!({"name": "s"}));
        assert_eq!(world.list(&world.admin, "specimens", &json!({})).unwrap().len(), 1);
    }

    fn many_write_while_rights_change(world) {
        let people = people(world);
        let begin = std::time::Instant::now();
        let results = together(24, |n| -> Result<()> {
            if n == 0 {
                for i in 0..6 {
                    world.add("roles", json!({"name": format!("r{i}")}));
                }
                return Ok(());
            }
            for i in 0..6 {
                world.create(&people[n % THREADS], "specimens", json!({"name": format!("s{n} {i}")}))?;
                world.list(&people[n % THREADS], "specimens", &json!({"count": 1}))?;
            }
            Ok(())
        });
        assert!(results.iter().all(Result::is_ok), "{:?}", results.iter().find(|result| result.is_err()));
        assert!(begin.elapsed().as_secs() < 20, "writers waited for each other: {:?}", begin.elapsed());
    }

    fn a_write_queued_behind_a_change_of_rights_has_the_new_rights(world) {
        let somebody = world.user_with("Somebody", &[Grant::on("specimen", "see create").over("all")]);
        let grant = world.ids(&world.admin, "role-grants", &json!({"entity": "specimen"})).unwrap().into_iter().max().unwrap();
        world.engine.access(&somebody).unwrap();
        let writing = Barrier::new(2);
        let world: &World = world;
        let (somebody, engine, writing) = (&somebody, &world.engine, &writing);
        let made = std::thread::scope(|scope| {
            // Keeps the one writer of SQLite busy, so that what follows is committed together.
            scope.spawn(move || engine.store().write(|_| { std::thread::sleep(std::time::Duration::from_millis(400)); Ok(()) }).unwrap());
            std::thread::sleep(std::time::Duration::from_millis(100));
            scope.spawn(move || { writing.wait(); world.change("role-grants", grant, json!({"verbs": ["see"]})) });
            let second = scope.spawn(move || {
                writing.wait();
                std::thread::sleep(std::time::Duration::from_millis(150));
                world.create(somebody, "specimens", json!({"name": "s"}))
            });
            second.join().unwrap()
        });
        assert_eq!(code(&made), "forbidden");
    }

    fn bulk_changes_in_opposite_orders_do_not_wait_in_a_circle(world) {
        let people = people(world);
        let ids: Vec<i64> = (0..60).map(|n| world.add("specimens", json!({"name": format!("s{n}")}))).collect();
        let results = together(6, |n| -> Result<()> {
            for round in 0..6 {
                let mut order = ids.clone();
                if n % 2 == 0 {
                    order.reverse();
                }
                let report = world.bulk(&people[n], "specimens", &order, json!({"count": round * 10 + n as i64}))?;
                assert_eq!(report.results.iter().map(|row| row.id).collect::<Vec<_>>(), order);
                assert!(report.results.iter().all(|row| row.problem.is_none()), "{:?}", report.results);
            }
            Ok(())
        });
        assert!(results.iter().all(Result::is_ok), "{results:?}");
    }

    fn merges_raced_with_edits_deletions_and_each_other_leave_no_orphan(world) {
        let people: Vec<Actor> = (0..4).map(|n| world.user_with(&format!("Merger{n}"), &[Grant::on("case", "see create edit delete merge").over("all"), Grant::on("specimen", "see create edit").over("all")])).collect();
        for round in 0..8 {
            let (a, b) = (world.add("boxes", json!({"name": format!("a{round}")})), world.add("boxes", json!({"name": format!("b{round}"), "size": 3})));
            let inside = world.add("specimens", json!({"name": "s", "case": b.to_string()}));
            let merge = |n: usize, keep, other| world.engine.merge(&people[n], "boxes", MergeRequest { keep, merge: vec![other], ..MergeRequest::default() }).map(|_| ());
            let results = together(4, |n| match n {
                0 => merge(0, a, b),
                1 => merge(1, b, a),
                2 => world.edit(&people[2], "boxes", b, json!({"size": 7})).map(|_| ()),
                _ => world.create(&people[3], "specimens", json!({"name": "late", "case": b.to_string()})).map(|_| ()),
            });
            for result in &results {
                assert!(!["busy"].contains(&code(result)), "{results:?}");
            }
            assert!(results[0].is_ok() != results[1].is_ok(), "{results:?}");
            let kept = if results[0].is_ok() { a } else { b };
            assert_eq!(id_of(&world.look("specimens", inside)["case"]), kept);
            for specimen in world.list(&world.admin, "specimens", &json!({"name": "late"})).unwrap() {
                let case = id_of(&specimen["case"]);
                assert!(world.get(&world.admin, "boxes", case).is_ok(), "round {round}: {specimen} points at a merged record");
            }
        }
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn of_many_with_the_same_unique_value_one_is_entered(world) {
        let people = people(world);
        let results = together(THREADS, |n| world.create(&people[n], "specimens", json!({"name": format!("s{n}"), "code": "same"})));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().filter(|result| result.is_err()).all(|result| code(result) == "taken"), "{results:?}");
    }

    fn many_look_for_the_first_time_at_once(world) {
        let customer = world.add("customers", json!({"name": "上海光明乳业有限公司"}));
        let contact = world.add("contacts", json!({"name": "张三", "customer": customer.to_string()}));
        let grants = [Grant::on("customer", "see").over("all"), Grant::on("contact", "see").over("all")];
        let people: Vec<Actor> = (0..24).map(|n| world.user_with(&format!("Seer{n}"), &grants)).collect();
        let begin = std::time::Instant::now();
        let results = together(people.len(), |n| world.get(&people[n], "contacts", contact));
        assert!(results.iter().all(Result::is_ok), "{:?}", results.iter().find(|result| result.is_err()));
        assert!(begin.elapsed().as_secs() < 9, "readers waited for each other: {:?}", begin.elapsed());
    }

    fn whoever_holds_a_connection_does_not_wait_for_another(world) {
        // As many as there are connections, each in need of a second one while it holds the first.
        let all = if world.which == Which::Sqlite { 8 } else { 16 };
        let holding = Barrier::new(all);
        let store = world.engine.store();
        let results = together(all, |_| {
            store.read(|_| {
                holding.wait();
                store.ready()
            })
        });
        assert!(results.iter().all(Result::is_ok), "{results:?}");
    }
}
