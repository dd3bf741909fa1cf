//! Several nodes on one PostgreSQL database follow each other at once.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use guanxi_engine::{Engine, Event};
use guanxi_testing::{Grant, Which, World, id_of, object, parse};
use serde_json::json;

/// More than any of this takes; only a failure waits that long.
const PATIENCE: Duration = Duration::from_secs(10);

fn heard(engine: &Engine) -> (Receiver<Event>, impl Sized) {
    let (told, hears) = channel();
    let told = std::sync::Mutex::new(told);
    let handle = engine.events().listen(move |event| drop(told.lock().unwrap().send(event.clone())));
    (hears, handle)
}

fn wait_for(hears: &Receiver<Event>, wanted: impl Fn(&Event) -> bool) -> Event {
    loop {
        let event = hears.recv_timeout(PATIENCE).expect("the other node was told");
        if wanted(&event) {
            return event;
        }
    }
}

#[test]
fn another_node_is_told_of_changes_rights_and_definitions_without_looking() {
    let world = World::open(Which::Postgres);
    let second = world.second_node();
    let (_first_node, _second_node) = (world.engine.join_nodes().unwrap(), second.join_nodes().unwrap());
    let (hears, _listening) = heard(&second);
    // Whoever begins to listen has missed what was before: asked again until it is heard.
    let mut id = 0;
    let begun = (0..50).any(|n| {
        id = world.add("specimens", json!({"name": format!("s{n}")}));
        hears.recv_timeout(Duration::from_millis(200)).is_ok()
    });
    assert!(begun, "nothing is heard of the other node");
    id = world.add("specimens", json!({"name": "last"}));
    let told = wait_for(&hears, |event| matches!(event, Event::Record { id: told, .. } if *told == id));
    assert!(matches!(told, Event::Record { op: "create", change_set, .. } if change_set == world.last_set()), "{told:?}");

    let somebody = world.user_with("Somebody", &[Grant::on("specimen", "see").over("all")]);
    wait_for(&hears, |event| matches!(event, Event::Record { entity, op: "create", .. } if entity == "user_role"));
    assert!(second.get(&somebody, "specimens", id).is_ok());
    let grant = world.ids(&world.admin, "role-grants", &json!({"entity": "specimen"})).unwrap().into_iter().max().unwrap();
    world.engine.delete(&world.admin, "role-grants", grant, None).unwrap();
    wait_for(&hears, |event| matches!(event, Event::Record { entity, op: "delete", .. } if entity == "role_grant"));
    assert!(second.get(&somebody, "specimens", id).is_err(), "the second node gives what was taken");

    // Its own commits are not told to it twice, and go the other way as well.
    let (first_hears, _first_listening) = heard(&world.engine);
    let made = second.create(&world.admin, "specimens", object(json!({"name": "from the second"}))).unwrap();
    wait_for(&first_hears, |event| matches!(event, Event::Record { id, .. } if *id == made.id));
    wait_for(&hears, |event| matches!(event, Event::Record { id, .. } if *id == made.id));
    world.add("boxes", json!({"name": "end"}));
    let repeated = loop {
        match hears.recv_timeout(PATIENCE).expect("the end is told") {
            Event::Record { id, .. } if id == made.id => break true,
            Event::Record { entity, .. } if entity == "case" => break false,
            _ => {}
        }
    };
    assert!(!repeated);
    assert_eq!(id_of(&parse(&made.json)), made.id);
}

#[test]
fn a_session_or_token_that_ended_on_another_node_is_refused_within_a_second() {
    let world = World::open(Which::Postgres);
    let second = world.second_node();
    let ann = world.user_with("Ann", &[]);
    let session = world.engine.open_session(ann.user.unwrap(), "test", "127.0.0.1").unwrap();
    let (id, token) = world.engine.add_token(&ann, "t", &[], None).unwrap();
    let lives = |engine: &Engine| {
        [engine.session(&session.secret).unwrap().is_some(), engine.token_actor(&token, Default::default()).unwrap().is_some()]
    };
    assert_eq!((lives(&world.engine), lives(&second)), ([true; 2], [true; 2]));
    world.engine.close_session(world.engine.session(&session.secret).unwrap().unwrap().id).unwrap();
    world.engine.revoke_token(&ann, id).unwrap();
    assert_eq!(lives(&world.engine), [false; 2]);
    world.pass_seconds(1);
    assert_eq!(lives(&second), [false; 2]);
}

/// What is lost before it was committed is done again on a connection of its own: nobody notices, and nothing is done twice.
#[test]
fn connections_that_the_database_cuts_off_are_opened_anew() {
    let world = World::open(Which::Postgres);
    for round in 0..4 {
        world.add("specimens", json!({"name": format!("before {round}")}));
        world.raw("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        world.create(&world.admin, "specimens", json!({"name": format!("after {round}")})).unwrap();
    }
    assert_eq!(world.ids(&world.admin, "specimens", &json!({})).unwrap().len(), 8);
}
