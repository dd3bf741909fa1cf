//! Whatever comes in: a refusal that names the field, nothing written, no fault.

use guanxi_engine::read::{AggregateRequest, CountMode, ExportRequest, ListRequest, Selection};
use guanxi_engine::write::MergeRequest;
use guanxi_model::entity::IMPLIED;
use guanxi_model::{Error, Kind, Problem, Result};
use guanxi_testing::samples::Samples;
use guanxi_testing::{both, object};
use serde_json::{Value as Json, json};

fn problem<T>(result: Result<T>, what: &str) -> Option<Problem> {
    match result {
        Ok(_) => None,
        Err(Error::Refused(problem)) => Some(*problem),
        Err(Error::Internal(fault)) => panic!("{what}: {fault}"),
    }
}

fn refused<T>(result: Result<T>, what: &str) -> Problem {
    problem(result, what).unwrap_or_else(|| panic!("{what}: not refused"))
}

/// Values that no kind of field takes, or only some.
fn awkward() -> Vec<Json> {
    vec![
        json!({}),
        json!([]),
        json!([[1]]),
        json!({"amount": {}}),
        json!({"id": []}),
        json!({"entity": "boxes"}),
        json!(1e300),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!("9223372036854775808"),
        json!("-9223372036854775809"),
        json!("1e5"),
        json!("NaN"),
        json!("a\u{0}b"),
        json!("\u{7}"),
        json!("x".repeat(30_000)),
        json!("😀".repeat(9000)),
        json!("2026-02-30"),
        json!("-9999-01-01"),
        json!("99999-01-01"),
        json!("2026-01-01T25:00:00Z"),
        json!("+999999-01-01T00:00:00Z"),
        json!({"amount": "1", "currency": "€€€"}),
        json!({"amount": "1", "currency": "cny"}),
        json!({"amount": "99999999999999999999"}),
        json!("javascript:alert(1)"),
        json!(["|"]),
        json!([null]),
        json!(true),
        json!("nobody@"),
        json!({"entity": "nothing", "id": "1"}),
        json!({"entity": "boxes", "id": "0"}),
        json!({"entity": "boxes", "id": "999"}),
        json!("999999"),
        json!("-5"),
    ]
}

fn text_selection(filter: &str) -> ListRequest {
    ListRequest { selection: Selection { filter: Some(filter.to_owned()), ..Selection::default() }, ..ListRequest::default() }
}

/// Whether a problem names a field, or a part of it: `lines[2].quantity`.
fn is_about(problem: &str, field: &str) -> bool {
    problem.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

both! {
    fn awkward_values_are_taken_or_refused_by_name(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        let def = world.engine.catalog().get("specimen").cloned().unwrap();
        for field in def.fields.iter().skip(IMPLIED).filter(|field| field.is_writable() && !field.secret) {
            for value in awkward() {
                let what = format!("{} = {}", field.name, value.to_string().chars().take(60).collect::<String>());
                let before = world.last_set();
                let Some(problem) = problem(world.edit(&world.admin, "specimens", id, json!({field.name.clone(): value})), &what) else { continue };
                assert!(problem.fields.iter().any(|told| is_about(&told.field, &field.name)), "{what}: {problem:?}");
                assert_eq!(world.last_set(), before, "{what}");
            }
        }
        // What was taken is read back, listed and undone without a fault.
        world.look("specimens", id);
        world.engine.history(&world.admin, "specimens", id, None).unwrap();
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn each_kind_refuses_the_wrong_type(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        let before = world.content();
        for (field, wrong, code) in [
            ("name", json!(5), "not_text"), ("name", json!("x".repeat(121)), "too_long"), ("name", json!("a\u{0}"), "control_character"), ("name", json!("a\nb"), "control_character"),
            ("name", json!("   "), "required"), ("name", json!(null), "required"), ("count", json!("abc"), "not_an_integer"), ("count", json!(1.5), "not_an_integer"),
            ("count", json!(1001), "out_of_range"), ("ratio", json!("1.00001"), "not_a_number"), ("price", json!("1.005"), "not_money"),
            ("price", json!({"amount": "1", "currency": "cny"}), "not_a_currency"), ("flag", json!("yes"), "not_a_boolean"), ("day", json!("2026-02-30"), "not_a_date"),
            ("moment", json!("yesterday"), "not_an_instant"), ("color", json!("pink"), "unknown_choice"), ("colors", json!(["pink"]), "unknown_choice"),
            ("tag", json!("nothing"), "unknown_choice"), ("tags", json!(["nothing"]), "unknown_choice"), ("case", json!("abc"), "not_an_id"), ("case", json!("999"), "no_such_record"),
            ("about", json!({"entity": "nothing", "id": "1"}), "unknown_entity"), ("email", json!("nobody"), "not_an_email"), ("phone", json!("abc"), "not_a_phone"),
            ("site", json!("javascript:alert(1)"), "not_a_url"), ("region", json!("shanghai"), "not_a_region"), ("parent", json!(id.to_string()), "refers_to_itself"),
        ] {
            let what = format!("{field} = {wrong}");
            let problem = refused(world.edit(&world.admin, "specimens", id, json!({field: wrong})), &what);
            assert_eq!((problem.fields[0].field.as_str(), problem.fields[0].code), (field, code), "{what}");
            assert!((400..500).contains(&problem.status.code()), "{what}");
        }
        world.unchanged(&before);
        // All at once: every fault is told.
        let problem = refused(world.edit(&world.admin, "specimens", id, json!({"count": "x", "day": "x", "email": "x"})), "several");
        assert_eq!(problem.fields.len(), 3);
    }

    fn names_that_are_not_there_are_told_with_the_nearest(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        let before = world.content();
        let problem = refused(world.edit(&world.admin, "specimens", id, json!({"wrod": "x"})), "wrod");
        assert!(problem.args.contains(&("nearest", "word".to_owned())), "{problem:?}");
        assert_eq!(refused(world.create(&world.admin, "nothings", json!({})), "entity").code, "not_found");
        assert_eq!(refused(world.edit(&world.admin, "specimens", 5, json!({})), "id").code, "not_found");
        for id in [0, -1, i64::MAX, i64::MIN] {
            assert_eq!(refused(world.get(&world.admin, "specimens", id), "id").code, "not_found");
            assert_eq!(refused(world.delete(&world.admin, "specimens", id), "id").code, "not_found");
        }
        assert_eq!(refused(world.engine.act(&world.admin, "specimens", Some(id), "fly", object(json!({}))).map(|_| ()), "action").code, "not_found");
        world.unchanged(&before);
    }

    fn filters_that_make_no_sense_are_refused(world) {
        world.add("specimens", json!({"name": "s", "word": "w"}));
        let deep = (0..12).fold(json!({"count": 1}), |inner, _| json!({"and": [inner]}));
        let very_deep = format!("{}{}", "{\"and\":[".repeat(5000), "]}".repeat(5000));
        let wide = json!({"or": (0..300).map(|n| json!({"count": n})).collect::<Vec<_>>()});
        let long = json!({"count": {"in": (0..5000).collect::<Vec<_>>()}});
        let path = "parent.".repeat(12) + "name";
        let texts = [
            "", "x", "[]", "5", "null", "\"a\"", &deep.to_string(), &very_deep, &wide.to_string(), &long.to_string(), &json!({path: 1}).to_string(),
            r#"{"nothing":1}"#, r#"{"and":{}}"#, r#"{"or":5}"#, r#"{"count":{"near":5}}"#, r#"{"count":{"contains":"5"}}"#, r#"{"count":{"between":[1]}}"#,
            r#"{"count":{"in":5}}"#, r#"{"word":{"contains":5}}"#, r#"{"word":{"empty":"yes"}}"#, r#"{"day":{"within":"someday"}}"#, r#"{"case":{"under":"x"}}"#,
            r#"{"case":{"me":true}}"#, r#"{"word.name":1}"#, r#"{"case.":1}"#, r#"{".":1}"#, r#"{"":1}"#, r#"{"password":{"empty":false}}"#, r#"{"about.name":"x"}"#,
        ];
        for text in texts {
            let what = text.chars().take(80).collect::<String>();
            let problem = refused(world.page(&world.admin, "specimens", &text_selection(text)), &what);
            assert_eq!(problem.status.code(), 400, "{what}: {problem:?}");
            assert!(!problem.fields.is_empty(), "{what}: {problem:?}");
        }
    }

    fn awkward_operands_are_answered_or_refused_without_fault(world) {
        world.add("specimens", json!({"name": "s", "word": "w"}));
        let def = world.engine.catalog().get("specimen").cloned().unwrap();
        for field in def.fields.iter().filter(|field| !field.secret) {
            for op in field.values().operators() {
                for value in awkward() {
                    let list = matches!(op.name(), "in" | "nin" | "between");
                    let operand = if list { json!([value.clone(), value.clone()]) } else { value.clone() };
                    let json = json!({field.name.clone(): {op.name(): operand}}).to_string();
                    let what = json.chars().take(80).collect::<String>();
                    if let Some(problem) = problem(world.page(&world.admin, "specimens", &text_selection(&json)), &what) {
                        assert_eq!(problem.status.code(), 400, "{what}: {problem:?}");
                    }
                }
            }
        }
    }

    fn cursors_of_elsewhere_are_refused(world) {
        for n in 0..5 {
            world.add("specimens", json!({"name": format!("s{n}"), "word": "w"}));
            world.add("boxes", json!({"name": "b"}));
        }
        let request = |sort: &str, cursor: Option<String>| ListRequest {
            selection: Selection { sort: Some(sort.to_owned()), ..Selection::default() },
            limit: Some(2),
            cursor,
            ..ListRequest::default()
        };
        let cursor = |entity: &str, sort: &str| world.page(&world.admin, entity, &request(sort, None)).unwrap()["next"].as_str().map(str::to_owned);
        let (mine, other, sorted) = (cursor("specimens", "word").unwrap(), cursor("boxes", "name").unwrap(), cursor("specimens", "-word").unwrap());
        assert!(world.page(&world.admin, "specimens", &request("word", Some(mine))).is_ok());
        let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        let made = [
            r#"["specimens word",[5,5]]"#, r#"["specimens word",["w","x"]]"#, r#"["specimens word",[null,null]]"#, r#"["specimens word",["a\u0000",5]]"#,
            r#"["specimens word",[{},5]]"#, r#"["specimens word",["w"]]"#, r#"["specimens word",["w",1.5]]"#, r#"["specimens word"]"#, "[]", "{}", "null",
        ];
        let mut wrong: Vec<String> = made.iter().map(|text| hex(text)).collect();
        wrong.extend([other, sorted, "zz".into(), "abc".into(), String::new(), "é".into(), "ff".into(), "5b".repeat(3000)]);
        for cursor in wrong {
            let result = world.page(&world.admin, "specimens", &request("word", Some(cursor.clone())));
            let told = refused(result, &cursor);
            assert_eq!((told.status.code(), told.fields[0].field.as_str()), (400, "cursor"), "{cursor}");
        }
    }

    fn lists_refuse_what_they_do_not_understand(world) {
        world.add("specimens", json!({"name": "s"}));
        for (sort, fields) in [
            (Some("nothing"), None), (Some("name,name"), None), (Some("colors"), None), (Some("story"), None), (Some(",,"), None), (Some("-"), None), (Some("name desc"), None),
            (Some("id,name,word,count,flag"), None), (Some("password"), None), (None, Some("nothing")), (None, Some("case.nothing")), (None, Some("word.name")), (None, Some("password")),
            (None, Some("parent.parent.parent.parent.parent.name")), (None, Some("case..name")), (None, Some(".")),
        ] {
            let request = ListRequest { selection: Selection { sort: sort.map(str::to_owned), ..Selection::default() }, fields: fields.map(str::to_owned), ..ListRequest::default() };
            assert_eq!(refused(world.page(&world.admin, "specimens", &request), &format!("{sort:?} {fields:?}")).status.code(), 400);
        }
        let many: String = (0..300).map(|n| format!("case.name{n},")).collect();
        assert_eq!(refused(world.page(&world.admin, "specimens", &ListRequest { fields: Some(many), ..ListRequest::default() }), "many").status.code(), 400);
        for limit in [0, 1, usize::MAX] {
            let request = ListRequest { limit: Some(limit), count: CountMode::Exact, ..ListRequest::default() };
            assert_eq!(world.page(&world.admin, "specimens", &request).unwrap()["count"], json!({"value": 1, "exact": true}));
        }
        for q in ["\u{0}", "a\u{0}b", "\"", "*", "' OR 1=1 --", "NEAR(", "😀", "\u{202e}abc", &"x".repeat(100_000), &"长 ".repeat(5000)] {
            let request = ListRequest { selection: Selection { q: Some(q.to_owned()), ..Selection::default() }, ..ListRequest::default() };
            problem(world.page(&world.admin, "specimens", &request), &q.chars().take(20).collect::<String>());
            world.engine.search(&world.admin, q).unwrap();
            world.engine.suggest(&world.admin, "specimens", q, None).unwrap();
        }
    }

    fn groups_merges_and_exports_refuse_what_makes_no_sense(world) {
        let id = world.add("specimens", json!({"name": "s", "count": 5}));
        let other = world.add("specimens", json!({"name": "t"}));
        let before = world.content();
        for (group, measure) in [("nothing", ""), ("color:century", ""), ("password", ""), ("", "sum:name"), ("", "sum"), ("", "avg:count"), ("", "count:count:x"), ("color,flag,tag,region", "")] {
            let request = AggregateRequest { group: group.into(), measure: measure.into(), ..AggregateRequest::default() };
            assert_eq!(refused(world.engine.aggregate(&world.admin, "specimens", &request), group).status.code(), 400, "{group} {measure}");
        }
        for kind in ["color", "colors", "tags", "case", "about", "flag", "day:month", "moment:day", "moment:year", "price", "name", "region", "id", "created_at:month", "story"] {
            let request = AggregateRequest { group: kind.into(), measure: "count,sum:count,min:price,max:ratio".into(), ..AggregateRequest::default() };
            problem(world.engine.aggregate(&world.admin, "specimens", &request), kind);
        }
        for (keep, merge) in [(id, vec![]), (id, vec![id]), (id, vec![5]), (5, vec![id]), (id, vec![other; 30])] {
            let request = MergeRequest { keep, merge: merge.clone(), ..MergeRequest::default() };
            refused(world.engine.merge(&world.admin, "specimens", request).map(|_| ()), &format!("{keep} {merge:?}"));
        }
        for field in ["nothing", "id", "number", "password"] {
            let request = MergeRequest { keep: id, merge: vec![other], fields: [(field.to_owned(), other)].into(), dry_run: true };
            problem(world.engine.merge(&world.admin, "specimens", request).map(|_| ()), field);
        }
        let request = ExportRequest { fields: Some("nothing".into()), ..ExportRequest::default() };
        refused(world.engine.export(&world.admin, "specimens", &request, &mut |_| Ok(())), "export");
        assert_eq!(refused(world.bulk(&world.admin, "specimens", &[id, other], json!({"nothing": 1})), "bulk").status.code(), 400);
        world.unchanged(&before);
    }

    fn custom_fields_with_bad_definitions_are_refused(world) {
        let before = world.content();
        let good = json!({"entity": "specimens", "name": "mark", "kind": "text", "label": "标记"});
        for (key, value) in [
            ("entity", json!("nothing")), ("name", json!("")), ("name", json!("a b")), ("name", json!("a\"; DROP TABLE user; --")), ("name", json!("ä")),
            ("name", json!("x".repeat(80))), ("kind", json!("nothing")), ("kind", json!("formula")), ("kind", json!("choice")), ("kind", json!("reference")), ("label", json!("")),
            ("label", json!("x".repeat(200))), ("label", json!("a\u{0}")), ("max", json!(0)), ("max", json!("x")), ("required", json!("yes")), ("nothing", json!(1)), ("choices", json!([])), ("choices", json!([{"label": "a|b"}])),
        ] {
            let mut input = object(good.clone());
            input.insert(key.to_owned(), value.clone());
            let told = refused(world.engine.add_field(&world.admin, &input), &format!("{key} = {value}"));
            assert!((400..500).contains(&told.status.code()) && !told.fields.is_empty(), "{key} = {value}: {told:?}");
        }
        world.unchanged(&before);
        world.engine.add_field(&world.admin, &object(good.clone())).unwrap();
        assert_eq!(refused(world.engine.add_field(&world.admin, &object(good)), "twice").code, "taken");
    }

    fn figures_that_do_not_fit_are_refused_not_broken(world) {
        for n in 0..3 {
            world.add("specimens", json!({"name": format!("s{n}"), "ratio": "900000000000000", "price": "90000000000000000"}));
        }
        let request = AggregateRequest { measure: "sum:ratio,sum:price".into(), ..AggregateRequest::default() };
        problem(world.engine.aggregate(&world.admin, "specimens", &request), "sum");
    }

    fn every_entity_refuses_awkward_values_without_fault(world) {
        let mut samples = Samples::default();
        for def in world.engine.catalog().entities().iter().filter(|def| def.line_of.is_none()) {
            let made = samples.values(world, def, 1);
            let Ok(good) = made else { continue };
            for field in def.fields.iter().skip(IMPLIED).filter(|field| field.is_writable() && !field.secret) {
                for wrong in [json!({}), json!("\u{0}"), json!(1e300), json!("x".repeat(30_000)), json!([[]])] {
                    let mut input = good.clone();
                    input.insert(field.name.clone(), wrong.clone());
                    let what = format!("{}.{} = {}", def.name, field.name, wrong.to_string().chars().take(30).collect::<String>());
                    let told = problem(world.create(&world.admin, &def.plural, Json::Object(input)), &what);
                    let told = told.unwrap_or_else(|| panic!("{what}: not refused"));
                    let singleton = def.singleton && told.code == "only_one";
                    assert!(singleton || told.fields.iter().any(|fault| is_about(&fault.field, &field.name)), "{what}: {told:?}");
                    assert!(field.kind != Kind::Serial);
                }
            }
        }
    }
}
