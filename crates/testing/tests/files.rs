//! Files: who reads them, what is taken, what becomes of those nobody keeps.

use guanxi_engine::read::ExportRequest;
use guanxi_model::Actor;
use guanxi_testing::{Grant, World, both, id_of};
use serde_json::{Value as Json, json};

use crate::customise::field;
use crate::rights::SEE;

const PDF: &[u8] = b"%PDF-1.7 contract";

fn person(world: &World, name: &str, grants: &[Grant]) -> Actor {
    let actor = world.user_with(name, &[]);
    let role = world.role(name, grants);
    world.hold(actor.user.unwrap(), role);
    actor
}

fn reads(world: &World, actor: &Actor, file: i64) -> bool {
    match world.files().open(actor, file) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.problem().map(|problem| problem.code), Some("not_found"), "{error:?}");
            false
        }
    }
}

both! {
    fn a_file_nobody_holds_is_its_uploaders_alone(world) {
        let (ann, bob) = (person(world, "Ann", &[Grant::on("specimen", SEE).over("all")]), person(world, "Bob", &[Grant::on("specimen", SEE).over("all")]));
        let file = world.file(&ann, "合同.pdf", PDF);
        assert!(reads(world, &ann, file) && !reads(world, &bob, file) && !reads(world, &world.admin, file));
        for entity in ["files", "attachments"] {
            assert!(world.page(&world.admin, entity, &guanxi_engine::read::ListRequest::default()).is_err(), "{entity} are listed");
        }
    }

    fn an_attached_file_is_read_by_who_reads_the_record(world) {
        let own = [Grant::on("specimen", SEE).over("own")];
        let (ann, bob) = (person(world, "Ann", &own), person(world, "Bob", &own));
        let file = world.file(&ann, "合同.pdf", PDF);
        let hers = world.add_as(&ann, "specimens", json!({"name": "s"}));
        let his = world.add_as(&bob, "specimens", json!({"name": "t"}));
        // Nobody keeps a file he may not read with a record of his own, to read it there.
        assert!(world.engine.attach(&bob, "specimens", his, vec![file]).is_err());
        assert!(world.engine.attach(&ann, "specimens", his, vec![file]).is_err());
        let listed = world.engine.attach(&ann, "specimens", hers, vec![file]).unwrap();
        assert_eq!((&listed["items"][0]["file"]["name"], &listed["items"][0]["file"]["size"]), (&json!("合同.pdf"), &json!(17)));
        assert!(reads(world, &ann, file) && reads(world, &world.admin, file) && !reads(world, &bob, file));
        assert!(world.engine.attachments(&bob, "specimens", hers).is_err());
        world.change("specimens", hers, json!({"owner": bob.user.unwrap().to_string()}));
        assert!(reads(world, &bob, file) && !reads(world, &ann, file), "the file went with its record");
        let told = world.engine.timeline(&bob, "specimens", hers, None).unwrap();
        assert!(told["items"].as_array().unwrap().iter().any(|item| item["type"] == "files" && item["title"] == "合同.pdf"), "{told}");
    }

    fn a_file_taken_off_comes_back_by_undo(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        let file = world.file(&world.admin, "a.txt", b"a");
        world.engine.attach(&world.admin, "specimens", id, vec![file]).unwrap();
        let attachment = id_of(&world.engine.attachments(&world.admin, "specimens", id).unwrap()["items"][0]);
        world.pass_seconds(1);
        world.engine.detach(&world.admin, "specimens", id, attachment).unwrap();
        assert_eq!(world.engine.attachments(&world.admin, "specimens", id).unwrap()["items"], json!([]));
        world.pass_days(3);
        world.files().sweep().unwrap();
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!(world.engine.attachments(&world.admin, "specimens", id).unwrap()["items"].as_array().unwrap().len(), 1);
        assert!(reads(world, &world.admin, file));
        assert_eq!(world.engine.verify(&world.admin).unwrap().faults, Vec::<String>::new());
    }

    fn adding_and_taking_off_a_file_stand_in_the_history_and_are_taken_back_there(world) {
        let ann = person(world, "Ann", &[Grant::on("specimen", SEE).over("all")]);
        let id = world.add_as(&ann, "specimens", json!({"name": "s"}));
        let told = |of: &dyn Fn() -> Json| -> Vec<(String, Json)> {
            let page = of();
            let items = page["items"].as_array().unwrap().iter().filter(|item| item["attachment"]["name"] == "a.txt");
            items.map(|item| (item["op"].as_str().unwrap().to_owned(), item["attachment"]["file"].clone())).collect()
        };
        let history = || world.engine.history(&ann, "specimens", id, None).unwrap().json;
        let timeline = || world.engine.timeline(&ann, "specimens", id, None).unwrap();
        let file = world.file(&ann, "a.txt", b"a");
        world.pass_seconds(1);
        world.engine.attach(&ann, "specimens", id, vec![file]).unwrap();
        assert_eq!(told(&history), [("create".to_owned(), json!(file.to_string()))]);
        let attachment = id_of(&world.engine.attachments(&ann, "specimens", id).unwrap()["items"][0]);
        world.pass_seconds(1);
        world.engine.detach(&ann, "specimens", id, attachment).unwrap();
        for page in [&history as &dyn Fn() -> Json, &timeline] {
            // What is no longer attached is named, and no link to it is given.
            assert_eq!(told(page), [("delete".to_owned(), Json::Null), ("create".to_owned(), Json::Null)]);
        }
        assert!(history()["items"][0]["undoable"] == true);
        world.pass_seconds(1);
        let set = history()["items"][0]["change_set"].as_str().unwrap().parse().unwrap();
        world.engine.undo(&ann, set, false).unwrap();
        assert_eq!(told(&timeline).len(), 3);
        assert_eq!(world.engine.attachments(&ann, "specimens", id).unwrap()["items"].as_array().unwrap().len(), 1);
    }

    fn a_timeline_goes_back_to_the_first_of_many_changes(world) {
        let id = world.add("specimens", json!({"name": "s"}));
        for n in 0..120 {
            world.pass_seconds(1);
            world.change("specimens", id, json!({"word": n.to_string()}));
        }
        let (mut seen, mut before) = (0, None);
        loop {
            let page = world.engine.timeline(&world.admin, "specimens", id, before).unwrap();
            seen += page["items"].as_array().unwrap().len();
            let Some(next) = page["next"].as_str() else { break };
            before = guanxi_model::Instant::parse(next);
        }
        assert_eq!(seen, 121);
    }

    fn a_field_holds_a_file(world) {
        field(world, "scan", json!({"kind": "file", "list": true}));
        let limited = person(world, "Ann", &[Grant::on("specimen", SEE).over("all")]);
        let role = world.role("blind", &[Grant::on("specimen", SEE).over("all")]);
        world.limit(role, "specimen", "x_scan", "hidden");
        let blind = world.user_with("Bob", &[]);
        world.hold(blind.user.unwrap(), role);
        let file = world.file(&world.admin, "扫描件.pdf", PDF);
        let id = world.add("specimens", json!({"name": "s", "x_scan": {"id": file.to_string()}}));
        assert_eq!(world.get(&limited, "specimens", id).unwrap()["x_scan"], json!({"id": file.to_string(), "title": "扫描件.pdf"}));
        assert!(reads(world, &limited, file) && !reads(world, &blind, file));
        assert_eq!(crate::rights::export(world, &limited, "specimens", Some("x_scan"))[1][0], "扫描件.pdf");
        let foreign = world.file(&limited, "b.txt", b"b");
        world.refused("invalid", || world.edit(&world.admin, "specimens", id, json!({"x_scan": foreign.to_string()})));
        for path in ["x_scan.hash", "x_scan.name"] {
            assert!(world.engine.export(&limited, "specimens", &ExportRequest { fields: Some(path.into()), ..ExportRequest::default() }, &mut |_| Ok(())).is_err());
        }
        world.pass_seconds(1);
        world.change("specimens", id, json!({"x_scan": Json::Null}));
        let history = world.engine.history(&limited, "specimens", id, None).unwrap().json.to_string();
        assert!(history.contains("扫描件.pdf"), "{history}");
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!(world.ids(&limited, "specimens", &json!({"x_scan": file.to_string()})).unwrap(), [id]);
    }

    fn what_nobody_kept_is_removed_after_a_day(world) {
        let (kept, same, left) = (world.file(&world.admin, "a.txt", b"same"), world.file(&world.admin, "b.txt", b"same"), world.file(&world.admin, "c.txt", b"other"));
        let id = world.add("specimens", json!({"name": "s"}));
        world.engine.attach(&world.admin, "specimens", id, vec![kept]).unwrap();
        world.pass_seconds(3600);
        assert_eq!(world.files().sweep().unwrap(), 0);
        world.pass_days(1);
        assert_eq!(world.files().sweep().unwrap(), 2);
        assert!(reads(world, &world.admin, kept), "the same content is still kept");
        assert!(!reads(world, &world.admin, same) && !reads(world, &world.admin, left));
        let mut faults = Vec::new();
        assert_eq!(world.files().verify(&mut |fault| faults.push(fault)).unwrap(), 1);
        assert_eq!(faults, Vec::<String>::new());
    }

    fn a_damaged_file_is_whole_again_when_somebody_uploads_the_same(world) {
        let file = world.file(&world.admin, "a.pdf", PDF);
        world.damage_files();
        assert!(world.files().open(&world.admin, file).is_err());
        world.file(&world.admin, "b.pdf", PDF);
        assert!(reads(world, &world.admin, file));
    }

    fn a_damaged_file_is_never_served_and_is_named(world) {
        let file = world.file(&world.admin, "a.txt", b"as it was");
        world.damage_files();
        assert!(world.files().open(&world.admin, file).unwrap_err().problem().is_none());
        let mut faults = Vec::new();
        world.files().verify(&mut |fault| faults.push(fault)).unwrap();
        assert_eq!(faults, [format!("file {file}: its content is damaged")]);
    }

    fn what_a_file_is_is_said_by_nobody_but_its_content(world) {
        for (name, content) in [("a.pHaR", &b"x"[..]), ("a.svg", b"<svg/>"), ("a.pdf", b"MZ"), ("noending", b"x"), ("a.png", b"GIF89a")] {
            let told = world.upload(&world.admin, name, content).unwrap_err().problem().cloned().unwrap();
            assert_eq!((told.status.code(), told.fields[0].field.as_str()), (415, "file"), "{name}");
        }
        let stored = world.upload(&world.admin, "../../x/合同\u{202e}fdp.PDF", PDF).unwrap();
        assert_eq!((&stored["name"], &stored["media_type"]), (&json!("合同_fdp.PDF"), &json!("application/pdf")));
        let id = id_of(&stored);
        for (entity, values) in [("files", json!({"name": "x"})), ("attachments", json!({"name": "x"}))] {
            assert!(world.edit(&world.admin, entity, id, values.clone()).is_err());
            assert!(world.create(&world.admin, entity, values).is_err());
            assert!(world.delete(&world.admin, entity, id).is_err());
        }
    }
}
