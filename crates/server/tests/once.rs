//! The same POST sent twice is done once.

use guanxi_model::Actor;
use guanxi_testing::Which;
use serde_json::{Value as Json, json};

use crate::desk::{Answer, Ask, Desk};

struct Client {
    desk: Desk,
    token: String,
}

impl Client {
    fn new() -> Self {
        let desk = Desk::open(Which::Sqlite);
        let token = desk.token(&desk.world.admin);
        Self { desk, token }
    }

    fn post(&self, path: &str, key: &str, body: &Json) -> Answer {
        self.desk.send(Ask::new("POST", &format!("/api/v1{path}")).token(&self.token).header("idempotency-key", key).json(body))
    }

    /// The server ends after its write and before the answer was kept.
    fn forget_answers(&self) {
        self.desk.world.raw("UPDATE idempotency SET status = 0, body = NULL, headers = NULL");
    }

    fn count(&self, entity: &str) -> usize {
        self.desk.world.ids(&self.desk.world.admin, entity, &json!({})).unwrap().len()
    }
}

#[test]
fn a_retry_gets_the_same_answer_and_does_nothing() {
    let client = Client::new();
    let first = client.post("/specimens", "k1", &json!({"name": "s"}));
    assert_eq!(first.status, 201);
    let before = client.desk.world.content();
    let again = client.post("/specimens", "k1", &json!({"name": "s"}));
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    client.desk.world.unchanged(&before);
}

#[test]
fn a_creation_whose_answer_was_lost_in_a_crash_is_told_again() {
    let client = Client::new();
    let first = client.post("/specimens", "k1", &json!({"name": "s"}));
    client.forget_answers();
    let again = client.post("/specimens", "k1", &json!({"name": "s"}));
    assert_eq!((again.status, again.json()), (201, first.json()));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(client.count("specimens"), 1);
}

#[test]
fn an_action_whose_answer_was_lost_is_told_again() {
    let client = Client::new();
    let id = client.desk.world.add("specimens", json!({"name": "s"}));
    let path = format!("/specimens/{id}/claim");
    let first = client.post(&path, "k1", &json!({}));
    assert_eq!(first.status, 200, "{first:?}");
    client.forget_answers();
    let again = client.post(&path, "k1", &json!({}));
    assert_eq!((again.status, &again.json()["record"]), (200, &first.json()["record"]));
    assert_eq!(again.json()["change_set"], first.json()["change_set"]);
}

#[test]
fn a_bulk_change_whose_answer_was_lost_is_told_again() {
    let client = Client::new();
    let ids: Vec<String> = (0..3).map(|n| client.desk.world.add("specimens", json!({"name": format!("s{n}")})).to_string()).collect();
    let body = json!({"ids": ids, "input": {}});
    let first = client.post("/specimens/actions/claim", "k1", &body);
    client.forget_answers();
    let again = client.post("/specimens/actions/claim", "k1", &body);
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(again.json()["change_set"], first.json()["change_set"]);
    assert_eq!(client.desk.world.look("specimens", ids[0].parse().unwrap())["version"], "2");
}

#[test]
fn what_was_refused_may_be_tried_again() {
    let client = Client::new();
    assert_eq!(client.post("/specimens", "k1", &json!({"name": "refused"})).status, 422);
    assert_eq!(client.post("/specimens", "k1", &json!({"name": "s"})).status, 201);
}

#[test]
fn a_key_used_for_another_body_is_refused() {
    let client = Client::new();
    assert_eq!(client.post("/specimens", "k1", &json!({"name": "s"})).status, 201);
    let other = client.post("/specimens", "k1", &json!({"name": "t"}));
    assert_eq!((other.status, &other.json()["code"]), (422, &json!("key_used_differently")));
}

#[test]
fn keys_of_one_person_say_nothing_about_those_of_another() {
    let client = Client::new();
    let grants = [guanxi_testing::Grant::on("specimen", "see create").over("all")];
    let other: Actor = client.desk.world.user_with("Other", &grants);
    let token = client.desk.token(&other);
    client.post("/specimens", "k1", &json!({"name": "s"}));
    let ask = Ask::new("POST", "/api/v1/specimens").token(&token).header("idempotency-key", "k1").json(&json!({"name": "s"}));
    assert_eq!(client.desk.send(ask).status, 201);
    assert_eq!(client.count("specimens"), 2);
}

#[test]
fn a_secret_shown_once_is_not_kept_for_a_retry() {
    let client = Client::new();
    let (cookie, csrf) = client.desk.sign_in();
    let ask = || {
        let ask = Ask::new("POST", "/api/v1/tokens").header("cookie", &cookie).header("x-csrf-token", &csrf);
        client.desk.send(ask.header("idempotency-key", "k1").json(&json!({"name": "t"})))
    };
    let token = ask().json()["token"].as_str().unwrap().to_owned();
    assert!(!format!("{:?}", client.desk.world.content()).contains(&token));
    let again = ask();
    assert_eq!((again.status, &again.json()["code"]), (409, &json!("done_already")));
}

#[test]
fn keys_are_forgotten_after_a_day() {
    let client = Client::new();
    client.post("/specimens", "k1", &json!({"name": "s"}));
    client.desk.world.pass_seconds(24 * 3600 + 1);
    client.desk.world.engine.run_due().unwrap();
    assert!(client.desk.world.content()["idempotency"].is_empty());
    assert_eq!(client.post("/specimens", "k1", &json!({"name": "s"})).status, 201);
    assert_eq!(client.count("specimens"), 2);
}
