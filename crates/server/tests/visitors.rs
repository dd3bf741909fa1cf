//! Who cannot sign in: registration, a forgotten password, a password that has to be changed first.

use guanxi_testing::{PASSWORD, Which, id_of};
use serde_json::{Value as Json, json};

use crate::desk::{Answer, Ask, Desk};

fn post(desk: &Desk, path: &str, body: &Json) -> Answer {
    desk.send(Ask::new("POST", &format!("/api/v1{path}")).json(body))
}

/// Sets something of the company.
fn decide(desk: &Desk, set: &Json) {
    let world = &desk.world;
    let company = id_of(&world.list(&world.admin, "organisations", &json!({})).unwrap()[0]);
    world.edit(&world.admin, "organisations", company, set.clone()).unwrap();
}

/// What the administrator was told: code and account of each notice, in order.
fn told(desk: &Desk) -> Vec<(String, String)> {
    let world = &desk.world;
    let notices = world.list(&world.admin, "notifications", &json!({})).unwrap();
    let notices = notices.iter().map(|notice| {
        let notice = world.look("notifications", id_of(notice));
        let args: Json = serde_json::from_str(notice["args"].as_str().unwrap_or("{}")).unwrap();
        (notice["code"].as_str().unwrap().to_owned(), args["login"].as_str().unwrap_or_default().to_owned())
    });
    notices.collect()
}

fn person() -> Json {
    json!({"name": "赵新来", "mobile": "13912345678", "password": PASSWORD})
}

// ORG-04, AM-16
#[test]
fn who_registers_waits_for_approval() {
    let desk = Desk::open(Which::Sqlite);
    let before = desk.world.content();
    assert_eq!(post(&desk, "/registrations", &person()).json()["code"], "registration_closed");
    desk.world.unchanged(&before);

    decide(&desk, &json!({"self_registration": true}));
    // What accounts have to have, whoever approves adds.
    desk.world.add("field-profiles", json!({"name": "账号", "entity": "user", "required_fields": "department", "enabled": true}));
    let made = post(&desk, "/registrations", &person());
    assert_eq!((made.status, made.json()), (201, json!({})));
    assert_eq!(told(&desk), [("registration_waiting".to_owned(), "zhaoxl".to_owned())]);

    let sign_in = || post(&desk, "/session", &json!({"login": "zhaoxl", "password": PASSWORD})).status;
    assert_eq!(sign_in(), 401);
    let world = &desk.world;
    let user = world.look("users", world.ids(&world.admin, "users", &json!({"login": "zhaoxl"})).unwrap()[0]);
    assert_eq!((&user["status"], &user["administration"]), (&json!("pending"), &json!("none")));
    world.engine.act(&world.admin, "users", Some(id_of(&user)), "activate", Default::default()).unwrap();
    assert_eq!(sign_in(), 200);
}

#[test]
fn nobody_registers_with_rights_or_a_weak_password() {
    let desk = Desk::open(Which::Sqlite);
    decide(&desk, &json!({"self_registration": true}));
    let before = desk.world.content();
    let with = |name: &str, value: Json| {
        let mut body = person();
        body[name] = value;
        let answer = post(&desk, "/registrations", &body);
        (answer.status, answer.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
    };
    for (name, value) in [("administration", json!("full")), ("status", json!("active")), ("password_hash", json!("x"))] {
        assert_eq!(with(name, value), (400, name.to_owned()));
    }
    assert_eq!(with("password", json!("short")), (422, "password".to_owned()));
    assert_eq!(with("name", json!("")), (422, "name".to_owned()));
    desk.world.unchanged(&before);
}

// ORG-22
#[test]
fn a_forgotten_password_is_told_to_the_administrators_once() {
    let desk = Desk::open(Which::Sqlite);
    decide(&desk, &json!({"password_help": "请联系前台"}));
    let welcome = desk.send(Ask::new("GET", "/api/v1/sign-in")).json();
    assert_eq!((&welcome["password_help"], &welcome["registration"]), (&json!("请联系前台"), &json!(false)));
    desk.world.user_with("Forgetful", &[]);
    for login in ["forgetful", "nobody.at.all", "Forgetful "] {
        let answer = post(&desk, "/password-requests", &json!({"login": login}));
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{login}");
    }
    // The answers come before the work.
    desk.world.user_with("Last", &[]);
    post(&desk, "/password-requests", &json!({"login": "last"}));
    while !["forgetful", "last"].iter().all(|wanted| told(&desk).iter().any(|(_, login)| login == wanted)) {
        std::thread::yield_now();
    }
    let asked = told(&desk).into_iter().filter(|(_, login)| login != "last");
    assert_eq!(asked.collect::<Vec<_>>(), [("password_requested".to_owned(), "forgetful".to_owned())]);
}

// AU-02
#[test]
fn registering_does_not_tell_whose_names_are_taken() {
    for policy in ["pinyin", "free"] {
        let desk = Desk::open(Which::Sqlite);
        decide(&desk, &json!({"self_registration": true}));
        let world = &desk.world;
        let settings = id_of(&world.list(&world.admin, "business-settings", &json!({})).unwrap()[0]);
        world.edit(&world.admin, "business-settings", settings, json!({"login_policy": policy})).unwrap();
        let answers = [0, 1].map(|_| {
            let answer = post(&desk, "/registrations", &person());
            (answer.status, answer.json())
        });
        assert_eq!(answers[0], answers[1], "{policy}");
        let logins: Vec<String> = told(&desk).into_iter().map(|(_, login)| login).collect();
        assert_eq!(logins.iter().collect::<std::collections::BTreeSet<_>>().len(), 2, "{logins:?}");
        let mut choosing = person();
        choosing["login"] = json!("admin");
        assert_eq!(post(&desk, "/registrations", &choosing).status, 400);
    }
}

#[test]
fn a_whole_office_registers_on_one_day() {
    let desk = Desk::open(Which::Sqlite);
    decide(&desk, &json!({"self_registration": true}));
    for n in 0..12 {
        let mut body = person();
        body["name"] = json!(format!("赵新来{n}"));
        let made = post(&desk, "/registrations", &body);
        assert_eq!(made.status, 201, "{n}: {:?}", made.json());
    }
    let long = post(&desk, "/password-requests", &json!({"login": "x".repeat(501)})).json();
    assert_eq!(long["errors"][0]["detail"], "不能超过 500 个字");
}

#[test]
fn wishes_are_slowed_but_signing_in_is_not() {
    let desk = Desk::open(Which::Sqlite);
    let wish = || post(&desk, "/password-requests", &json!({"login": "admin"})).status;
    assert_eq!((0..6).map(|_| wish()).collect::<Vec<_>>(), [204, 204, 204, 204, 204, 429]);
    desk.sign_in();
}

// ORG-22: first sign-in
#[test]
fn who_must_choose_a_new_password_reaches_nothing_else() {
    let desk = Desk::open(Which::Sqlite);
    let (cookie, csrf) = desk.sign_in();
    let ask = |method: &str, path: &str, body: &Json| {
        let ask = Ask::new(method, &format!("/api/v1{path}")).header("cookie", &cookie).header("x-csrf-token", &csrf);
        desk.send(ask.json(body))
    };
    assert_eq!(ask("GET", "/customers", &json!({})).status, 200);
    let id = desk.world.admin.user.unwrap();
    desk.world.edit(&desk.world.admin, "users", id, json!({"must_change_password": true})).unwrap();
    let me = ask("GET", "/me", &json!({}));
    assert_eq!((me.status, &me.json()["must_change_password"]), (200, &json!(true)), "{:?}", me.json());
    for (method, path) in [("GET", "/customers"), ("GET", "/meta"), ("POST", "/tokens")] {
        let answer = ask(method, path, &json!({}));
        assert_eq!((answer.status, &answer.json()["code"]), (403, &json!("must_change_password")), "{method} {path}");
    }
    let same = ask("PATCH", "/me", &json!({"password": {"old": PASSWORD, "new": PASSWORD}}));
    assert_eq!((same.status, &same.json()["errors"][0]["code"]), (422, &json!("password_same")));
    let changed = ask("PATCH", "/me", &json!({"password": {"old": PASSWORD, "new": "Another-Passw0rd"}}));
    assert_eq!((changed.status, &changed.json()["must_change_password"]), (200, &json!(false)), "{:?}", changed.json());
    assert_eq!(ask("GET", "/customers", &json!({})).status, 200);
}

#[test]
fn the_log_of_reads_is_asked_in_words() {
    for which in [Which::Sqlite, Which::Postgres] {
        let desk = Desk::open(which);
        let token = desk.token(&desk.world.admin);
        let answer = desk.send(Ask::new("GET", "/api/v1/reads?kind=a%00b").token(&token));
        assert_eq!((answer.status, &answer.json()["errors"][0]["field"]), (400, &json!("kind")));
    }
}
