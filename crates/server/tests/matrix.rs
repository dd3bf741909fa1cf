//! Every operation of openapi.json against strangers, people without roles, and senseless input:
//! always a refusal, never a fault, and the database as it was.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_model::Actor;
use guanxi_testing::{Which, World};
use serde_json::{Value as Json, json};

use crate::desk::{Answer, Ask, Desk};

/// What anybody may call, and why.
const PUBLIC: [(&str, &str); 8] = [
    // Whether the wizard is to be shown; the wizard itself, which wants its secret.
    ("get", "/setup"),
    ("post", "/setup"),
    // Signing in.
    ("post", "/session"),
    // What the page says; an account that waits for approval, where the company wants it; a word to the administrators.
    ("get", "/sign-in"),
    ("post", "/registrations"),
    ("post", "/password-requests"),
    // A one-time link of 128 bits or more.
    ("get", "/password-resets/{secret}"),
    ("post", "/password-resets/{secret}"),
];

/// What anybody signed in may call for themselves, whatever their roles.
const OWN: [(&str, &str); 17] = [
    ("delete", "/session"),
    ("get", "/me"),
    ("patch", "/me"),
    ("post", "/me/notifications/read"),
    ("get", "/tokens"),
    ("post", "/tokens"),
    ("get", "/sessions"),
    ("delete", "/sessions"),
    ("delete", "/sessions/{id}"),
    ("get", "/meta"),
    ("get", "/openapi.json"),
    ("get", "/search"),
    ("get", "/events"),
    // One's own changes and imports; those of others are not there.
    ("get", "/changes"),
    ("get", "/imports"),
    ("get", "/fields"),
    ("delete", "/tokens/{id}"),
];

/// What everybody signed in may see: how the company is set up, and who is in it.
const OPEN: [&str; 17] = [
    "business-settings",
    "departments",
    "dictionary-entries",
    "field-profiles",
    "lead-rules",
    "numberings",
    "organisations",
    "pools",
    "pool-members",
    "role-fields",
    "role-grants",
    "roles",
    "team-members",
    "teams",
    "territories",
    "user-roles",
    "users",
];

/// What everybody has some of their own of.
const PERSONAL: [&str; 3] = ["address-book", "notifications", "views"];

type Operation = (String, String);

fn operations(desk: &Desk, token: &str) -> Vec<Operation> {
    let document = desk.send(Ask::new("GET", "/api/v1/openapi.json").token(token)).json();
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone())));
    all.filter(|(method, _)| method != "parameters").collect()
}

/// The business tables; what signing in and asking itself leaves behind is no business.
fn business(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut content = world.content();
    content.retain(|table, _| !["session", "token", "read_log", "idempotency"].contains(&table.as_str()));
    content
}

fn place(path: &str, id: &str) -> String {
    format!("/api/v1{}", path.replace("{id}", id).replace("{secret}", "nothing"))
}

/// The body a caller of good faith could send.
fn body(method: &str, path: &str, id: &str) -> Json {
    match (method, path.rsplit('/').next().unwrap_or_default()) {
        ("patch", _) if !path.contains("{id}") => json!({"ids": [id], "set": {"name": "x"}}),
        ("delete", _) if !path.contains("{id}") => json!({"ids": [id]}),
        ("post", "merge") => json!({"keep": id, "merge": ["5"]}),
        ("post", "duplicates") => json!({"values": {"name": "x"}}),
        _ => json!({"name": "x"}),
    }
}

fn is_listed(list: &[(&str, &str)], operation: &Operation) -> bool {
    list.iter().any(|(method, path)| *method == operation.0 && *path == operation.1)
}

fn company(which: Which) -> (Desk, String, Actor, BTreeMap<String, i64>) {
    let desk = Desk::open(which);
    let token = desk.token(&desk.world.admin);
    let nobody = desk.world.user_with("Nobody", &[]);
    // One record of everything that is there, so that paths name something.
    let mut one = BTreeMap::new();
    desk.world.add("specimens", json!({"name": "canary-7731"}));
    desk.world.add("customers", json!({"name": "canary-7731 客户"}));
    desk.world.add("boxes", json!({"name": "canary-7731"}));
    // An object made at run time is guarded like what is built in.
    let object = guanxi_testing::object(json!({"name": "device", "label": "设备"}));
    desk.world.engine.add_object(&desk.world.admin, &object).expect("an object");
    desk.world.add("x-device", json!({"name": "canary-7731 设备"}));
    for def in desk.world.engine.catalog().entities() {
        if let Ok(page) = desk.world.page(&desk.world.admin, &def.plural, &guanxi_engine::read::ListRequest::default())
            && let Some(first) = page["items"].as_array().and_then(|items| items.first())
        {
            one.insert(def.plural.clone(), guanxi_testing::id_of(first));
        }
    }
    (desk, token, nobody, one)
}

fn id_for(one: &BTreeMap<String, i64>, path: &str) -> String {
    let entity = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    one.get(entity).copied().unwrap_or(5).to_string()
}

#[test]
fn strangers_are_refused_everything_but_the_public_list() {
    let (desk, token, _, one) = company(Which::Sqlite);
    let before = business(&desk.world);
    let all = operations(&desk, &token);
    assert!(all.len() > 300, "only {} operations", all.len());
    for operation in &all {
        let id = id_for(&one, &operation.1);
        let credentials = [None, Some("Bearer gx_wrong"), Some("Basic YWRtaW46YWRtaW4="), Some("Bearer ")];
        for given in credentials {
            let ask = Ask::new(&operation.0, &place(&operation.1, &id)).json(&body(&operation.0, &operation.1, &id));
            let ask = if let Some(given) = given { ask.header("authorization", given) } else { ask.header("cookie", "guanxi=wrong") };
            let answer = desk.send(ask);
            if is_listed(&PUBLIC, operation) {
                assert!(answer.status < 500, "{operation:?}: {answer:?}");
            } else {
                assert_eq!(answer.status, 401, "{operation:?} with {given:?}: {}", String::from_utf8_lossy(&answer.body));
            }
        }
    }
    assert_eq!(business(&desk.world), before);
    // The list by hand names nothing that is not there.
    for (method, path) in PUBLIC.iter().chain(&OWN) {
        assert!(all.contains(&((*method).to_owned(), (*path).to_owned())), "{method} {path} is listed and not served");
    }
}

#[test]
fn who_holds_no_role_reaches_nothing_but_their_own() {
    let (desk, token, nobody, one) = company(Which::Sqlite);
    let own = desk.token(&nobody);
    let mut before = business(&desk.world);
    let mut reached = BTreeSet::new();
    for operation in operations(&desk, &token).iter().filter(|operation| !is_listed(&PUBLIC, operation)) {
        if is_listed(&OWN, operation) {
            continue;
        }
        let id = id_for(&one, &operation.1);
        let ask = Ask::new(&operation.0, &place(&operation.1, &id)).token(&own).json(&body(&operation.0, &operation.1, &id));
        let answer = desk.send(ask);
        let text = String::from_utf8_lossy(&answer.body);
        assert!(answer.status < 500, "{operation:?}: {text}");
        assert!(!text.contains("canary-7731"), "{operation:?} tells what is not theirs: {text}");
        // A bulk change answers row by row: here for one row, which must be refused.
        let nothing_done = answer.json()["updated"] == 0 && answer.json()["results"][0]["ok"] == false;
        if answer.status < 300 && !nothing_done {
            reached.insert(format!("{} {}", operation.0, operation.1));
        } else if !nothing_done {
            assert!([400, 403, 404, 409, 415, 422].contains(&answer.status), "{operation:?}: {} {text}", answer.status);
        }
        if operation.0 != "get" {
            let after = business(&desk.world);
            assert!((answer.status < 300 && !nothing_done) || after == before, "{operation:?} was refused and left something behind");
            before = after;
        }
    }
    let mut open: BTreeSet<String> = BTreeSet::new();
    for entity in OPEN {
        open.extend(["", "/aggregate", "/suggest", "/{id}", "/{id}/history", "/{id}/timeline"].map(|end| format!("get /{entity}{end}")));
    }
    for entity in PERSONAL {
        open.extend(["get", "post"].map(|method| format!("{method} /{entity}")));
        open.extend(["aggregate", "suggest", "export"].map(|end| format!("get /{entity}/{end}")));
    }
    open.extend(OPEN.iter().chain(&PERSONAL).map(|entity| format!("post /{entity}/duplicates")));
    // The newest account is the one that asks.
    open.extend(["get", "delete"].map(|method| format!("{method} /users/{{id}}/sessions")));
    let wrong: Vec<&String> = reached.difference(&open).collect();
    assert!(wrong.is_empty(), "reached without a role: {wrong:#?}");
}

fn nested(depth: usize) -> String {
    format!("{{\"name\":{}1{}}}", "[".repeat(depth), "]".repeat(depth))
}

/// Bodies that make no sense.
fn senseless() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("deep", nested(100_000).into_bytes()),
        ("1e999", text("{\"name\": 1e999}")),
        ("lone surrogate", text("{\"name\": \"\\ud800\"}")),
        ("bytes behind the end", text("{\"name\": \"x\"} trailing")),
        ("two objects", text("{}{}")),
        ("no object", text("[1,2,3]")),
        ("a byte order mark", b"\xef\xbb\xbf{\"name\":\"x\"}".to_vec()),
        ("no UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        ("half", text("{\"name\": ")),
        ("NaN", text("{\"name\": NaN}")),
        ("a huge number", format!("{{\"name\": {}}}", "9".repeat(100_000)).into_bytes()),
        ("NUL", text("{\"name\": \"a\\u0000b\"}")),
        ("an unknown field", text("{\"no_such_field\": 1, \"__proto__\": {}}")),
    ]
}

#[test]
fn senseless_bodies_are_refused_everywhere() {
    let (desk, token, _, one) = company(Which::Sqlite);
    let before = business(&desk.world);
    let all = operations(&desk, &token);
    let with_body = |operation: &&Operation| ["post", "patch"].contains(&operation.0.as_str());
    // Routes that take no body at all do what they do.
    let bodiless = ["/run", "/revert", "/preview", "/undo", "/restore", "/read", "/reset-password"];
    for operation in all.iter().filter(with_body).filter(|operation| !bodiless.iter().any(|end| operation.1.ends_with(end))) {
        let id = id_for(&one, &operation.1);
        for (what, body) in senseless() {
            let answer = desk.send(Ask::new(&operation.0, &place(&operation.1, &id)).token(&token).text(body));
            // A digest of the whole after each would take minutes: after each operation is enough.
            assert!((400..500).contains(&answer.status), "{operation:?}, {what}: {answer:?}");
        }
        assert!(business(&desk.world) == before, "{operation:?} left something behind");
    }
}

#[test]
fn a_field_given_twice_is_refused() {
    let (desk, token, ..) = company(Which::Sqlite);
    let before = business(&desk.world);
    let answer = desk.send(Ask::new("POST", "/api/v1/specimens").token(&token).text("{\"name\":\"a\",\"name\":\"b\"}"));
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("not_json")), "{answer:?}");
    let answer =
        desk.send(Ask::new("POST", "/api/v1/specimens").token(&token).text("{\"name\":\"a\",\"address\":{\"line\":\"1\",\"line\":\"2\"}}"));
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(business(&desk.world) == before);
}

/// Parameters that make no sense, for every operation that reads.
fn questions() -> Vec<String> {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let deep = format!("{}{}{}", "{\"and\":[".repeat(1000), "{\"name\":\"x\"}", "]}".repeat(1000));
    let many = ["1"; 10_000];
    let many = format!("{{\"id\":{{\"in\":[{}]}}}}", many.join(","));
    vec![
        "limit=1000000000".into(),
        "limit=-1".into(),
        "limit=99999999999999999999999".into(),
        "limit=abc".into(),
        "cursor=forged".into(),
        format!("cursor={}", encoded("{\"sort\":[1],\"id\":\"9\"}")),
        "sort=no_such_field".into(),
        format!("sort={}", encoded("name;drop table user--")),
        format!("sort={}", encoded("name\" DESC, (SELECT 1)")),
        format!("fields={}", encoded("name,password,(select 1)")),
        format!("filter={}", encoded(&deep)),
        format!("filter={}", encoded("{\"no_such_field\":1}")),
        format!("filter={}", encoded("{\"id\":{\"regex\":\".*\"}}")),
        format!("filter={}", encoded("[]")),
        format!("filter={}", encoded("{\"and\":{}}")),
        format!("filter={}", encoded("{\"id\":\"99999999999999999999999\"}")),
        format!(
            "filter={}",
            many.bytes()
                .map(|byte| if byte.is_ascii_alphanumeric() || byte == b',' {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                })
                .collect::<String>()
        ),
        "count=maybe".into(),
        "limit=1&limit=2".into(),
        "no_such_parameter=1".into(),
        "filter=%ff".into(),
        "filter=%".into(),
        "group=no_such_field&measure=sum:no_such_field".into(),
        format!("measure={}", encoded("sum(1)")),
        "as_of=yesterday".into(),
        "from=never".into(),
    ]
}

#[test]
fn senseless_questions_are_never_faults() {
    let (desk, token, _, one) = company(Which::Sqlite);
    let before = business(&desk.world);
    for operation in operations(&desk, &token).iter().filter(|(method, path)| method == "get" && path != "/events") {
        let id = id_for(&one, &operation.1);
        // What belongs to one record has no filter, order or group of its own.
        let asked = if operation.1.contains("{id}") { 7 } else { usize::MAX };
        for question in questions().into_iter().take(asked) {
            let answer = desk.send(Ask::new("GET", &format!("{}?{question}", place(&operation.1, &id))).token(&token));
            let short: String = question.chars().take(80).collect();
            assert!(answer.status < 500, "{operation:?} {short}: {answer:?}");
            if operation.1.matches('/').count() == 1 && one.contains_key(operation.1.trim_start_matches('/')) {
                assert!((400..500).contains(&answer.status), "{operation:?} {short}: {}", String::from_utf8_lossy(&answer.body));
            }
        }
    }
    assert_eq!(business(&desk.world), before);
}

#[test]
fn identities_that_are_none_name_nothing() {
    let (desk, token, ..) = company(Which::Sqlite);
    let before = business(&desk.world);
    for operation in operations(&desk, &token).iter().filter(|operation| operation.1.contains("{id}")) {
        for id in ["99999999999999999999999", "-1", "0", "abc", "1e3", "%00", "..%2f", "9223372036854775807", "%E5%BC%A0"] {
            let answer = desk.send(Ask::new(&operation.0, &place(&operation.1, id)).token(&token).json(&json!({})));
            assert!(
                [400, 404, 405, 409, 415, 422].contains(&answer.status) || is_quiet(operation, &answer),
                "{operation:?} {id}: {answer:?}"
            );
        }
    }
    assert!(business(&desk.world) == before);
}

/// Revoking and cancelling what is not there is as good as done.
fn is_quiet(operation: &Operation, answer: &Answer) -> bool {
    operation.0 == "delete" && operation.1 == "/tokens/{id}" && answer.status == 204
}
