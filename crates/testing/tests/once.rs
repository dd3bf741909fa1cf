//! A request's key stands in the very transaction of what the request does.

use std::sync::Arc;

use guanxi_engine::once::{Before, Done, Once, Touched};
use guanxi_engine::tasks::BulkWork;
use guanxi_engine::write::MergeRequest;
use guanxi_testing::{World, both, object};
use serde_json::{Map, json};

fn request() -> Arc<Once> {
    Once::new("key".into(), "/route".into(), "body".into())
}

/// What a retry learns after the server ended between the write and its answer.
fn done(world: &World) -> Done {
    match world.engine.done_before(&world.admin, &request()).unwrap() {
        Some(Before::Done(done)) => done,
        other => panic!("not done: {other:?}"),
    }
}

fn unknown(world: &World) -> bool {
    world.engine.done_before(&world.admin, &request()).unwrap().is_none()
}

both! {
    fn the_key_of_a_creation_is_there_with_the_record(world) {
        let made = world.engine.once(request()).create(&world.admin, "specimens", object(json!({"name": "s"}))).unwrap();
        let done = done(world);
        assert_eq!(done.records, vec![Touched { entity: "specimens".into(), id: made.id, created: true, by_rule: false }]);
        assert_eq!(done.change_set, Some(world.last_set()));
    }

    fn a_second_write_with_the_same_key_is_refused_and_leaves_nothing(world) {
        world.engine.once(request()).create(&world.admin, "specimens", object(json!({"name": "s"}))).unwrap();
        let second = world.engine.once(request());
        world.refused("in_progress", || second.create(&world.admin, "specimens", object(json!({"name": "s"}))));
    }

    fn of_many_with_the_same_key_one_writes(world) {
        let results: Vec<bool> = std::thread::scope(|scope| {
            let engine = &world.engine;
            let admin = &world.admin;
            let running: Vec<_> = (0..8)
                .map(|_| scope.spawn(move || engine.once(request()).create(admin, "specimens", object(json!({"name": "s"}))).is_ok()))
                .collect();
            running.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|done| **done).count(), 1);
        assert_eq!(world.ids(&world.admin, "specimens", &json!({})).unwrap().len(), 1);
    }

    fn a_refused_write_leaves_no_key(world) {
        let engine = world.engine.once(request());
        world.refused("invalid", || engine.create(&world.admin, "specimens", object(json!({"name": "refused"}))));
        assert!(unknown(world));
    }

    fn an_edit_that_changes_nothing_leaves_no_key(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        world.engine.once(request()).edit(&world.admin, "specimens", id, object(json!({"name": "s"})), None).unwrap();
        assert!(unknown(world));
    }

    fn edits_actions_bulk_changes_merges_and_undos_write_their_key(world) {
        let ids: Vec<i64> = (0..3).map(|n| world.add("specimens", json!({"name": format!("s{n}")}))).collect();
        type Deed<'a> = (&'a str, Box<dyn Fn(&guanxi_engine::Engine) + 'a>);
        let admin = &world.admin;
        let deeds: Vec<Deed<'_>> = vec![
            ("edit", Box::new(|engine| drop(engine.edit(admin, "specimens", ids[0], object(json!({"count": 1})), None).unwrap()))),
            ("action", Box::new(|engine| drop(engine.act(admin, "specimens", Some(ids[0]), "claim", Map::new()).unwrap()))),
            ("bulk", Box::new(|engine| drop(engine.bulk_now(admin, "specimens", ids.clone(), BulkWork::Edit(object(json!({"count": 7})))).unwrap()))),
            ("undo", Box::new(|engine| drop(engine.undo(admin, world.last_set(), false).unwrap()))),
            ("merge", Box::new(|engine| drop(engine.merge(admin, "specimens", MergeRequest { keep: ids[1], merge: vec![ids[2]], ..MergeRequest::default() }).unwrap()))),
        ];
        for (kind, deed) in deeds {
            deed(&world.engine.once(request()));
            let told = done(world);
            assert_eq!((told.kind.as_str(), told.change_set), (kind, Some(world.last_set())));
            world.raw("DELETE FROM idempotency");
        }
    }

    fn a_bulk_job_is_started_once(world) {
        let ids: Vec<i64> = (0..3).map(|n| world.add("specimens", json!({"name": format!("s{n}")}))).collect();
        let work = || BulkWork::Edit(object(json!({"count": 7})));
        let task = world.engine.once(request()).start_bulk(&world.admin, "specimens", ids.clone(), work()).unwrap();
        assert_eq!(done(world).task, Some(task));
        let second = world.engine.once(request()).start_bulk(&world.admin, "specimens", ids, work());
        assert!(second.is_err());
        while world.engine.task(&world.admin, task).unwrap()["state"] == "running" {
            std::thread::yield_now();
        }
    }

    fn a_bulk_job_tells_how_many_rows_were_refused_and_why(world) {
        let ann = world.user_with("Ann", &[guanxi_testing::Grant::on("specimen", "see edit create").over("own")]);
        let mine: Vec<i64> = (0..3).map(|n| world.add_as(&ann, "specimens", json!({"name": format!("s{n}")}))).collect();
        let others: Vec<i64> = (0..2).map(|n| world.add("specimens", json!({"name": format!("t{n}")}))).collect();
        let ids = [mine, others.clone()].concat();
        let task = world.engine.start_bulk(&ann, "specimens", ids, BulkWork::Edit(object(json!({"count": 7})))).unwrap();
        while world.engine.task(&ann, task).unwrap()["state"] == "running" {
            std::thread::yield_now();
        }
        let result = &world.engine.task(&ann, task).unwrap()["result"];
        assert_eq!((&result["updated"], &result["failed_count"]), (&json!(3), &json!(2)));
        assert_eq!((&result["failed"][0]["id"], &result["failed"][0]["code"]), (&json!(others[0].to_string()), &json!("not_found")));
        assert!(!result["failed"][0]["detail"].as_str().unwrap().starts_with("error."), "{result}");
        assert_eq!(result["change_sets"].as_array().unwrap().len(), 1);
    }

    fn a_rehearsal_leaves_no_key(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        let set = world.last_set();
        world.engine.once(request()).undo(&world.admin, set, true).unwrap();
        assert!(unknown(world) && world.get(&world.admin, "specimens", id).is_ok());
    }
}
