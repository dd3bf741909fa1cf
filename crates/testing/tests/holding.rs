//! Who points at a record, changes it or removes it while another transaction is at it. SQLite has one writer;
//! PostgreSQL holds rows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guanxi_engine::write::MergeRequest;
use guanxi_model::tx::Tx;
use guanxi_model::{Actor, Error, Record, Result, Value};
use guanxi_store::dialect::Dialect;
use guanxi_store::{Sql, kept};
use guanxi_testing::{Which, World, id_of};
use serde_json::json;

/// More than any of this takes; only a failure waits that long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Two who wait for each other in the middle of what they do.
fn pair() -> (SyncSender<()>, Receiver<()>) {
    sync_channel(1)
}

/// Somebody waits for a row that another transaction holds.
fn somebody_waits(world: &World) -> bool {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    world.engine.store().read(|conn| conn.number(&Sql::of(Dialect::Postgres, waiting))).unwrap() > 0
}

/// Does one thing in a transaction that is committed only once the other has ended or waits for it; says what became
/// of the other, and whether it waited.
fn meanwhile<T: Send>(
    world: &World,
    first: impl FnOnce(&mut dyn Tx) -> Result<()> + Clone + Send + 'static,
    second: impl FnOnce() -> T + Send,
) -> (T, bool) {
    let (done, is_done) = pair();
    let (go, may_go) = pair();
    let may_go = Arc::new(Mutex::new(may_go));
    std::thread::scope(|scope| {
        let held = scope.spawn(move || {
            world.engine.run_seed(&Actor::system("test"), move |tx| {
                first(tx)?;
                done.send(()).unwrap();
                may_go.lock().unwrap().recv_timeout(PATIENCE).map_err(|_| Error::internal("nobody let it go"))
            })
        });
        is_done.recv_timeout(PATIENCE).expect("the first one");
        let other = scope.spawn(second);
        let mut waited = false;
        while !other.is_finished() && !waited {
            waited = somebody_waits(world);
            std::thread::sleep(Duration::from_millis(5));
        }
        go.send(()).unwrap();
        held.join().unwrap().expect("the first one");
        (other.join().unwrap(), waited)
    })
}

fn changed(tx: &mut dyn Tx, entity: &str, id: i64, field: &str, value: Value) -> Result<Record> {
    let mut record = tx.load(entity, id)?.unwrap();
    let index = record.entity().position(field).unwrap();
    record.put(index, value);
    tx.update(record, "test")
}

fn code<T>(result: &Result<T>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Error::Refused(problem)) => problem.code,
        Err(Error::Internal(what)) => panic!("a fault: {what}"),
    }
}

#[test]
fn a_link_to_what_is_being_removed_waits_and_is_refused() {
    let world = World::open(Which::Postgres);
    for link in [json!({"case": true}), json!({"parts": true}), json!({"about": true})] {
        let case = world.add("boxes", json!({"name": "b"}));
        let specimen = match link {
            _ if link["case"] == true => json!({"name": "s", "case": case.to_string()}),
            _ if link["parts"] == true => json!({"name": "s", "parts": [{"name": "p", "case": case.to_string()}]}),
            _ => json!({"name": "s", "about": {"entity": "boxes", "id": case.to_string()}}),
        };
        let (made, waited) =
            meanwhile(&world, move |tx| tx.remove("case", case, "test"), || world.create(&world.admin, "specimens", specimen));
        assert_eq!((code(&made), waited), ("invalid", true), "{link}: {made:?}");
        assert!(format!("{made:?}").contains("no_such_record"), "{link}: {made:?}");
    }
}

#[test]
fn who_merges_waits_for_a_link_in_the_making_and_moves_it() {
    let world = World::open(Which::Postgres);
    let (keep, other) = (world.add("boxes", json!({"name": "a"})), world.add("boxes", json!({"name": "b"})));
    let specimen = world.add("specimens", json!({"name": "s"}));
    let request = MergeRequest { keep, merge: vec![other], ..MergeRequest::default() };
    let (merged, waited) = meanwhile(
        &world,
        move |tx| changed(tx, "specimen", specimen, "case", Value::Ref(other)).map(|_| ()),
        || world.engine.merge(&world.admin, "boxes", request),
    );
    assert!(merged.is_ok() && waited, "{merged:?}");
    assert_eq!(id_of(&world.look("specimens", specimen)["case"]), keep);
}

#[test]
fn a_link_does_not_wait_for_a_change_of_what_it_points_at_nor_the_change_for_it() {
    let world = World::open(Which::Postgres);
    let case = world.add("boxes", json!({"name": "b"}));
    let specimen = world.add("specimens", json!({"name": "s"}));
    let (made, waited) = meanwhile(
        &world,
        move |tx| changed(tx, "case", case, "size", Value::Int(3)).map(|_| ()),
        || world.create(&world.admin, "specimens", json!({"name": "t", "case": case.to_string()})),
    );
    assert!(made.is_ok() && !waited, "{made:?}");
    let (edited, waited) = meanwhile(
        &world,
        move |tx| changed(tx, "specimen", specimen, "case", Value::Ref(case)).map(|_| ()),
        || world.edit(&world.admin, "boxes", case, json!({"size": 4})),
    );
    assert!(edited.is_ok() && !waited, "{edited:?}");
}

#[test]
fn of_two_who_wait_in_a_circle_one_is_rolled_back_and_done_again() {
    let world = World::open(Which::Postgres);
    let (start, tries) = (Arc::new(std::sync::Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
    let results: Vec<Result<()>> = std::thread::scope(|scope| {
        let running: Vec<_> = [["one", "two"], ["two", "one"]]
            .map(|order| {
                let (start, tries, store) = (start.clone(), tries.clone(), world.engine.store());
                let begun = Arc::new(std::sync::Once::new());
                scope.spawn(move || {
                    store.write(move |conn| {
                        tries.fetch_add(1, Ordering::SeqCst);
                        kept::next_number(conn, order[0])?;
                        begun.call_once(|| {
                            start.wait();
                        });
                        kept::next_number(conn, order[1]).map(|_| ())
                    })
                })
            })
            .into_iter()
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(tries.load(Ordering::SeqCst), 3, "they did not wait in a circle");
    for name in ["one", "two"] {
        assert_eq!(world.engine.store().write(|conn| kept::next_number(conn, name)).unwrap(), 3, "each was done once");
    }
}
