//! One's own account over HTTP: tokens, name, password.

use guanxi_testing::{PASSWORD, Which};
use serde_json::{Value as Json, json};

use crate::desk::{Answer, Ask, Desk};

/// The administrator in a browser.
struct Browser {
    desk: Desk,
    cookie: String,
    csrf: String,
}

impl Browser {
    fn open() -> Self {
        let desk = Desk::open(Which::Sqlite);
        let (cookie, csrf) = desk.sign_in();
        Self { desk, cookie, csrf }
    }

    fn ask(&self, method: &str, path: &str, body: &Json) -> Answer {
        let ask = Ask::new(method, &format!("/api/v1{path}")).header("cookie", &self.cookie).header("x-csrf-token", &self.csrf);
        self.desk.send(ask.json(body))
    }

    /// Refused with a code, naming a field, and nothing written.
    #[track_caller]
    fn refused(&self, method: &str, path: &str, body: &Json, status: u16, field: &str, code: &str) {
        let before = self.desk.world.content();
        let answer = self.ask(method, path, body);
        let said = answer.json()["errors"][0].clone();
        assert_eq!((answer.status, &said["field"], &said["code"]), (status, &json!(field), &json!(code)), "{:?}", answer.json());
        self.desk.world.unchanged(&before);
    }
}

#[test]
fn a_token_ends_when_it_was_said_to() {
    let browser = Browser::open();
    let ends = browser.desk.world.now().plus_days(2).to_rfc3339();
    let token = browser.ask("POST", "/tokens", &json!({"name": "script", "expires_at": ends})).json();
    let listed = browser.ask("GET", "/tokens", &json!({})).json();
    assert_eq!(listed["items"][0]["expires_at"], json!(ends));
    let me = || browser.desk.send(Ask::new("GET", "/api/v1/me").token(token["token"].as_str().unwrap())).status;
    assert_eq!(me(), 200);
    browser.desk.world.pass_days(3);
    assert_eq!(me(), 401);
}

#[test]
fn a_token_that_ended_before_it_began_is_refused() {
    let browser = Browser::open();
    let past = browser.desk.world.now().plus_days(-1).to_rfc3339();
    browser.refused("POST", "/tokens", &json!({"name": "script", "expires_at": past}), 422, "expires_at", "out_of_range");
    browser.refused("POST", "/tokens", &json!({"name": "script", "expires_days": 99_999}), 422, "expires_at", "out_of_range");
    browser.refused("POST", "/tokens", &json!({"name": "script", "expires": "2030-01-01"}), 400, "expires", "unknown_field");
}

#[test]
fn a_wrong_old_password_leaves_everything_as_it_was() {
    let browser = Browser::open();
    let wrong = json!({"old": "not it at all", "new": "Another-Passw0rd"});
    browser.refused("PATCH", "/me", &json!({"role": null, "password": wrong}), 400, "role", "alone");
    browser.refused(
        "PATCH",
        "/me",
        &json!({"name": "改名", "password": {"old": PASSWORD, "new": "Another-Passw0rd"}}),
        400,
        "password",
        "alone",
    );
    let answer = browser.ask("PATCH", "/me", &json!({"password": wrong}));
    assert_eq!(answer.status, 422, "{:?}", answer.json());
}

#[test]
fn a_role_taken_away_is_no_longer_in_view() {
    let browser = Browser::open();
    let world = &browser.desk.world;
    let role = world.role("second", &[]);
    let held = world.hold(world.admin.user.unwrap(), role);
    let chosen = browser.ask("PATCH", "/me", &json!({"role": role.to_string()})).json();
    assert_eq!(chosen["role_in_view"], json!(role.to_string()));
    world.delete(&world.admin, "user-roles", held).unwrap();
    let me = browser.ask("GET", "/me", &json!({})).json();
    assert_eq!((&me["role_in_view"], &me["roles"][0]["active"]), (&json!(null), &json!(true)));
    let renamed = browser.ask("PATCH", "/me", &json!({"name": "改名"})).json();
    assert_eq!(renamed["role_in_view"], json!(null));
}

// ORG-19, ORG-20, ORG-37
#[test]
fn who_is_signed_in_elsewhere_is_seen_and_signed_out() {
    let browser = Browser::open();
    let (elsewhere, _) = browser.desk.sign_in();
    let listed = browser.ask("GET", "/sessions", &json!({})).json();
    let current: Vec<&Json> = listed["items"].as_array().unwrap().iter().map(|session| &session["current"]).collect();
    assert_eq!(current, [&json!(false), &json!(true)]);
    let there = || browser.desk.send(Ask::new("GET", "/api/v1/me").header("cookie", &elsewhere)).status;
    assert_eq!(there(), 200);
    assert_eq!(browser.ask("DELETE", "/sessions", &json!({})).status, 204);
    assert_eq!((there(), browser.ask("GET", "/me", &json!({})).status), (401, 200));
    assert_eq!(browser.ask("DELETE", "/sessions/12345", &json!({})).status, 404);
}

// ORG-37
#[test]
fn an_administrator_withdraws_every_access_at_once() {
    let browser = Browser::open();
    let world = &browser.desk.world;
    let li = world.user_with("Li", &[]);
    let path = format!("/users/{}/sessions", li.user.unwrap());
    world.engine.set_password(&world.admin, li.user.unwrap(), PASSWORD).unwrap();
    let signed_in = browser.desk.send(Ask::new("POST", "/api/v1/session").json(&json!({"login": "li", "password": PASSWORD})));
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();
    let token = browser.desk.token(&li);
    let reach = || {
        let by_cookie = browser.desk.send(Ask::new("GET", "/api/v1/me").header("cookie", &cookie)).status;
        (by_cookie, browser.desk.send(Ask::new("GET", "/api/v1/me").token(&token)).status)
    };
    assert_eq!(reach(), (200, 200));
    let nosy = browser.desk.token(&world.user_with("Nosy", &[]));
    for method in ["GET", "DELETE"] {
        let refused = browser.desk.send(Ask::new(method, &format!("/api/v1{path}")).token(&nosy)).status;
        assert!([403, 404].contains(&refused), "{method}: {refused}");
    }
    assert_eq!(browser.ask("GET", &path, &json!({})).json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(browser.ask("DELETE", &path, &json!({})).status, 204);
    assert_eq!(reach(), (401, 401));
}
