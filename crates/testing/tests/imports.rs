//! Imports: every row accounted for, nothing lost or done twice, everything taken back.

use std::cell::Cell;
use std::path::Path;

use guanxi_model::{Actor, Error};
use guanxi_testing::{Grant, UserSpec, both, object};
use serde_json::{Value as Json, json};

use crate::import_desk::*;

const IMPORTER: &str = "see create edit import";

both! {
    fn every_row_is_accounted_for(world) {
        let desk = Desk::of(world);
        world.add("specimens", json!({"name": "老样本", "code": "a1", "word": "old"}));
        world.add("specimens", json!({"name": "不变", "code": "a2", "word": "same"}));
        let text = "name,code,word,day,flag\n新样本,b1,new,2024年5月1日,是\n老样本,a1,new,,\n不变,a2,same,,\n坏日子,b2,x,5/1/2024,\nrefused 规则,b3,x,,\n,b4,x,,\n少格子,b5\n";
        let id = desk.ready(&world.admin, "specimens", text, json!({"options": {"match": ["code"]}}));
        assert_eq!(desk.run(&world.admin, id), counts(1, 1, 1, 4));
        let shown = desk.imports.show(&world.admin, id).unwrap();
        assert_eq!((&shown["state"], &shown["rows"], &shown["result"]["rows"]), (&json!("done"), &json!(7), &json!(7)));
        let new = all(world, "specimens", &json!({"code": "b1"}));
        assert_eq!((&new[0]["day"], &new[0]["flag"]), (&json!("2024-05-01"), &json!(true)));
        assert_eq!(all(world, "specimens", &json!({"code": "a1"}))[0]["word"], "new");
        assert_eq!(count(world, "specimens", &json!({})), 3);
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn an_interrupted_import_writes_every_row_once(world) {
        let desk = Desk::of(world);
        let id = desk.ready(&world.admin, "specimens", &many(4600), json!({"options": {"match": [], "mode": "create"}}));
        let died = desk.imports.run_here(&world.admin, id, &|_| Err(Error::internal("the power went")));
        assert!(matches!(died, Err(Error::Internal(_))));
        let written = desk.imports.show(&world.admin, id).unwrap()["result"]["rows"].as_i64().unwrap();
        assert!(written > 0 && written < 4600, "one transaction of them: {written}");
        // As after kill -9: nobody noted that the work stopped.
        world.raw("UPDATE import_run SET state = 'running'");
        desk.imports.recover().unwrap();
        let shown = desk.imports.show(&world.admin, id).unwrap();
        assert_eq!((&shown["state"], &shown["problem"]["code"]), (&json!("failed"), &json!("import_interrupted")));
        assert_eq!(desk.run(&world.admin, id), counts(4599, 0, 0, 1));
        assert_eq!(count(world, "specimens", &json!({})), 4599);
        assert_eq!(desk.failed(&world.admin, id).lines().count(), 2);
        assert_eq!(desk.files(), 0);
    }

    fn a_cancelled_import_stops_between_batches_and_can_go_on(world) {
        let desk = Desk::of(world);
        // More than one transaction takes, were nobody to wait for it.
        let id = desk.ready(&world.admin, "specimens", &many(4600), json!({"options": {"match": []}}));
        let stopped = desk.imports.run_here(&world.admin, id, &|_| Ok(false)).unwrap();
        assert_eq!((stopped.rows() % 500, desk.state(&world.admin, id)), (0, "cancelled".to_owned()));
        assert_eq!(count(world, "specimens", &json!({})), stopped.created);
        assert_eq!(desk.run(&world.admin, id), counts(4599, 0, 0, 1));
        world.refused("import_state", || desk.imports.run_here(&world.admin, id, &go_on));
    }

    fn a_task_runs_the_import_and_tells_how_far_it_is(world) {
        let desk = Desk::of(world);
        let id = desk.ready(&world.admin, "specimens", &many(600), json!({"options": {"match": []}}));
        let task = desk.imports.run(&world.admin, id).unwrap();
        let job = loop {
            let job = world.engine.task(&world.admin, task).unwrap();
            if job["state"] != "running" {
                break job;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        };
        assert_eq!((&job["state"], &job["done"], &job["total"], &job["result"]["created"]), (&json!("done"), &json!(600), &json!(600), &json!(600)));
    }

    fn a_revert_takes_back_what_was_made_and_what_was_changed(world) {
        let desk = Desk::of(world);
        let old = world.add("specimens", json!({"name": "老样本", "code": "a1", "word": "old"}));
        world.pass_seconds(1);
        let text = "name,code,word\n新一,b1,x\n老样本,a1,new\n新二,b2,x\n";
        let id = desk.ready(&world.admin, "specimens", text, json!({"options": {"match": ["code"]}}));
        assert_eq!(desk.run(&world.admin, id), counts(2, 1, 0, 0));
        world.pass_seconds(1);
        let touched = world.ids(&world.admin, "specimens", &json!({"code": "b2"})).unwrap()[0];
        world.change("specimens", touched, json!({"word": "mine"}));
        world.pass_seconds(1);
        let report = desk.imports.revert_here(&world.admin, id, &go_on).unwrap();
        assert_eq!((&report["undone"], &report["conflicts"]), (&json!(2), &json!(1)));
        assert_eq!(report["items"][0]["id"], touched.to_string());
        assert_eq!(desk.state(&world.admin, id), "partly_reverted");
        assert_eq!(world.look("specimens", old)["word"], "old");
        assert_eq!(world.ids(&world.admin, "specimens", &json!({})).unwrap(), vec![old, touched]);
        assert!(desk.imports.show(&world.admin, id).unwrap()["reverted"]["items"][0]["detail"].as_str().is_some_and(|text| !text.is_empty()));
    }

    fn a_whole_import_is_reverted_newest_batch_first(world) {
        let desk = Desk::of(world);
        let id = desk.ready(&world.admin, "specimens", &many(4600), json!({"options": {"match": []}}));
        desk.run(&world.admin, id);
        let report = desk.imports.revert_here(&world.admin, id, &go_on).unwrap();
        assert_eq!((&report["undone"], desk.state(&world.admin, id).as_str()), (&json!(4599), "reverted"));
        assert_eq!(count(world, "specimens", &json!({})), 0);
        world.refused("import_state", || desk.imports.revert_here(&world.admin, id, &go_on));
    }

    fn a_row_finds_what_a_row_before_it_made(world) {
        let desk = Desk::of(world);
        let text = "name,code,word\n甲,d1,old\n乙,d1,new\n丙,d2,x\n";
        let id = desk.ready(&world.admin, "specimens", text, json!({"options": {"match": ["code"]}}));
        assert_eq!(desk.run(&world.admin, id), counts(2, 1, 0, 0));
        assert_eq!(all(world, "specimens", &json!({"code": "d1"}))[0]["word"], "new");
        let text = "name,code\n丁,d3\n戊,d3\n";
        let id = desk.ready(&world.admin, "specimens", text, json!({"options": {"match": []}}));
        assert_eq!(desk.run(&world.admin, id), counts(1, 0, 0, 1));
    }

    fn a_preview_counts_as_the_run_will(world) {
        let desk = Desk::of(world);
        world.add("specimens", json!({"name": "老样本", "code": "c3", "word": "old"}));
        // Row 700 repeats row 2, row 701 changes what row 2 makes, row 702 takes its unique code.
        let mut text = String::from("name,code,word\n");
        for n in 0..698 {
            text.push_str(&format!("样本{n},c{n},w\n"));
        }
        text.push_str("样本0,c0,w\n样本0,c0,other\n别的,c1,w\nrefused,c9000,w\n");
        let options = json!({"options": {"match": ["name"]}});
        let id = desk.ready(&world.admin, "specimens", &text, options);
        let before = world.content();
        let preview = desk.preview(&world.admin, id);
        for (table, rows) in world.content() {
            assert!(before[&table] == rows || table == "import_run", "{table} was changed by a preview");
        }
        let run = desk.run(&world.admin, id);
        let told = ["create", "update", "skip", "error"].map(|verdict| preview[verdict].as_i64().unwrap());
        assert_eq!(told, [run.created, run.updated, run.skipped, run.failed]);
        assert_eq!(run, counts(697, 1, 1, 3));
        let rows = preview["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 200);
        assert!(rows[..3].iter().all(|row| row["verdict"] == "error") && rows[3]["verdict"] != "error");
        assert_eq!((&rows[0]["row"], &rows[0]["errors"][0]["column"], &rows[0]["errors"][0]["code"]), (&json!(5), &json!("code"), &json!("taken")));
    }

    fn rows_that_failed_are_corrected_and_imported_again(world) {
        let desk = Desk::of(world);
        let text = "名字,日子,code\n\"=1+1, \"\"甲\"\"\",明天,x1\n'+86,2024-01-01,x2\n乙,后天,x3\n";
        let mapping = json!({"mapping": {"名字": "name", "日子": "day", "code": "code"}, "options": {"match": []}});
        let id = desk.ready(&world.admin, "specimens", text, mapping.clone());
        assert_eq!(desk.run(&world.admin, id), counts(1, 0, 0, 2));
        let failed = desk.failed(&world.admin, id);
        assert!(failed.starts_with("\u{feff}名字,日子,code,原因\r\n\"'=1+1, \"\"甲\"\"\","), "{failed}");
        let again = failed.replace("明天", "2024-02-01");
        let import = desk.upload(&world.admin, "specimens", "again.csv", again.as_bytes()).unwrap();
        let mapping = json!({"mapping": {"名字": "name", "日子": "day", "code": "code"}, "options": {"match": []}});
        desk.imports.change(&world.admin, id_of(&import), &object(mapping)).unwrap();
        assert_eq!(desk.run(&world.admin, id_of(&import)), counts(1, 0, 0, 1));
        let names = world.list(&world.admin, "specimens", &json!({})).unwrap();
        assert_eq!(names.iter().map(|row| row["name"].as_str().unwrap()).collect::<Vec<_>>(), ["+86", "=1+1, \"甲\""]);
        // The reasons of the first time do not pile up.
        let header = desk.failed(&world.admin, id_of(&import)).lines().next().unwrap().to_owned();
        assert_eq!(header, "\u{feff}名字,日子,code,原因");
    }

    fn who_may_not_import_is_refused_before_anything_is_kept(world) {
        let desk = Desk::of(world);
        let reader = world.user_with("王芳", &[Grant::on("specimen", "see create edit")]);
        let stranger = world.user_with("李强", &[Grant::on("case", IMPORTER)]);
        world.refused("forbidden", || desk.upload(&reader, "specimens", "a.csv", b"name\nx\n"));
        world.refused("not_found", || desk.upload(&stranger, "specimens", "a.csv", b"name\nx\n"));
        assert_eq!(desk.files(), 0);
        let id = desk.ready(&world.admin, "specimens", "name\nx\n", json!({}));
        for refused in [desk.imports.show(&stranger, id).err(), desk.imports.run(&stranger, id).err(), desk.imports.revert(&reader, id).err()] {
            assert_eq!(refused.unwrap().problem().unwrap().code, "not_found");
        }
        assert_eq!(desk.imports.list(&stranger, None, None, 50).unwrap()["items"], json!([]));
    }

    fn rows_have_the_rights_of_who_imports(world) {
        let desk = Desk::of(world);
        let wang = world.hire(UserSpec::named("王芳"), &[Grant::on("specimen", IMPORTER), Grant::on("user", "see")]);
        world.user(UserSpec::named("李强"));
        let hidden = world.add("specimens", json!({"name": "别人的", "code": "z1", "word": "theirs"}));
        let text = "name,code,word,owner\n我的,y1,w,\n别人的,z1,mine,\n给别人,y2,w,李强\n没这人,y3,w,赵六\n";
        let mapping = json!({"mapping": {"name": "name", "code": "code", "word": "word", "owner": "owner"}, "options": {"match": ["code"]}});
        let id = desk.ready(&wang, "specimens", text, mapping);
        assert_eq!(desk.run(&wang, id), counts(1, 0, 0, 3));
        assert_eq!(world.look("specimens", hidden)["word"], "theirs");
        let mine = world.list(&wang, "specimens", &json!({})).unwrap();
        assert_eq!((mine.len(), &mine[0]["name"], &mine[0]["owner"]["id"]), (1, &json!("我的"), &json!(wang.user.unwrap().to_string())));
        let failed = desk.failed(&wang, id);
        assert!(!failed.contains("theirs") && failed.lines().count() == 4, "{failed}");
    }

    fn fields_a_role_may_not_write_are_no_targets(world) {
        let desk = Desk::of(world);
        let role = world.role("录入", &[Grant::on("specimen", IMPORTER)]);
        world.limit(role, "specimen", "word", "read");
        world.limit(role, "specimen", "story", "hidden");
        let user = world.user(UserSpec::named("王芳"));
        world.hold(user, role);
        let wang = Actor::user(user);
        let import = desk.upload(&wang, "specimens", "a.csv", b"name,word,story,number,password\nx,y,z,1,p\n").unwrap();
        assert_eq!(import["mapping"], json!({"name": "name", "word": null, "story": null, "number": null, "password": null}));
        for (field, code) in [("word", "not_writable"), ("number", "not_writable"), ("story", "unknown_field"), ("password", "unknown_field"), ("no_such", "unknown_field"), ("version", "not_writable")] {
            let change = object(json!({"mapping": {"word": field}}));
            let refused = desk.imports.change(&wang, id_of(&import), &change).unwrap_err();
            assert_eq!(refused.problem().unwrap().fields[0].code, code, "{field}");
        }
    }

    fn rights_lost_while_rows_are_written_stop_the_import(world) {
        let desk = Desk::of(world);
        let user = world.user(UserSpec::named("王芳"));
        let role = world.role("录入", &[Grant::on("specimen", IMPORTER)]);
        let held = world.hold(user, role);
        let wang = Actor::user(user);
        let id = desk.ready(&wang, "specimens", &many(4600), json!({"options": {"match": []}}));
        let once = Cell::new(true);
        let stopped = desk.imports.run_here(&wang, id, &|_| {
            if once.take() {
                world.delete(&world.admin, "user-roles", held).unwrap();
            }
            Ok(true)
        });
        assert!(stopped.is_err());
        let written = desk.imports.show(&world.admin, id).unwrap()["result"]["created"].as_i64().unwrap();
        assert!(written > 0 && written < 4599, "one transaction of them: {written}");
        assert_eq!((count(world, "specimens", &json!({})), desk.state(&world.admin, id).as_str()), (written, "failed"));
        assert_eq!(desk.run(&world.admin, id), counts(4599, 0, 0, 1));
    }

    fn a_file_in_gb18030_is_read_as_it_was_written(world) {
        let desk = Desk::of(world);
        // 名称,备注 / 靖江市春意空调有限公司,重要, in GB18030.
        let bytes: &[u8] = b"\xc3\xfb\xb3\xc6,\xb1\xb8\xd7\xa2\n\xbe\xb8\xbd\xad\xca\xd0\xb4\xba\xd2\xe2\xbf\xd5\xb5\xf7\xd3\xd0\xcf\xde\xb9\xab\xcb\xbe,\xd6\xd8\xd2\xaa\n";
        let import = desk.upload(&world.admin, "customers", "客户.csv", bytes).unwrap();
        assert_eq!(import["options"]["encoding"], "gb18030");
        assert_eq!(import["mapping"], json!({"名称": "name", "备注": "remark"}));
        assert_eq!(desk.run(&world.admin, id_of(&import)), counts(1, 0, 0, 0));
        assert_eq!(count(world, "customers", &json!({"name": "靖江市春意空调有限公司"})), 1);
        // Read wrongly, on purpose: the columns are other ones.
        let import = desk.upload(&world.admin, "customers", "客户.csv", bytes).unwrap();
        let changed = desk.imports.change(&world.admin, id_of(&import), &object(json!({"options": {"encoding": "big5", "match": []}}))).unwrap();
        assert_ne!(changed["columns"], import["columns"]);
    }

    fn a_customer_that_is_there_already_is_told_with_the_reason(world) {
        let desk = Desk::of(world);
        let there = world.add("customers", json!({"name": "靖江市春意空调有限公司", "mobile": "13800138000"}));
        let text = "名称,手机\n江苏靖江春意空调有限公司,\n上海光明乳业有限公司,138 0013 8000\n靖江市春意空调有限公司,13900139000\n";
        let id = desk.ready(&world.admin, "customers", text, json!({}));
        let preview = desk.preview(&world.admin, id);
        let rows = preview["rows"].as_array().unwrap();
        let verdicts: Vec<(&str, &str)> = rows.iter().map(|row| (row["verdict"].as_str().unwrap(), row["match"]["reason"].as_str().unwrap_or("-"))).collect();
        assert_eq!(verdicts, [("skip", "同名公司"), ("skip", "电话相同"), ("update", "匹配字段相同")]);
        assert!(rows.iter().all(|row| row["match"]["id"] == json!(there.to_string())));
        assert_eq!(desk.run(&world.admin, id), counts(0, 1, 2, 0));
        let id = desk.ready(&world.admin, "customers", text, json!({"options": {"duplicates": "create"}}));
        assert_eq!(desk.run(&world.admin, id), counts(2, 0, 1, 0));
    }

    fn references_are_found_by_name_and_by_login(world) {
        let desk = Desk::of(world);
        let li = world.user(UserSpec::named("李强").with("login", "liqiang"));
        world.user(UserSpec::named("张伟").with("login", "zw1"));
        world.user(UserSpec::named("张伟").with("login", "zw2"));
        let case = world.add("boxes", json!({"name": "木盒"}));
        for _ in 0..2 {
            world.add("boxes", json!({"name": "纸盒"}));
        }
        let text = format!("name,owner,case,parent\n甲,李强,木盒,\n乙,LiQiang,{case},甲\n丙,张伟,,\n丁,,纸盒,\n戊,,铁盒,\n");
        let mapping = json!({"mapping": {"name": "name", "owner": "owner", "case": "case", "parent": "parent"}, "options": {"match": []}});
        let id = desk.ready(&world.admin, "specimens", &text, mapping);
        let preview = desk.preview(&world.admin, id);
        assert_eq!((&preview["create"], &preview["error"]), (&json!(2), &json!(3)));
        let codes: Vec<&str> = preview["rows"].as_array().unwrap()[..3].iter().map(|row| row["errors"][0]["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["ambiguous_reference", "ambiguous_reference", "no_such_record"]);
        assert_eq!(desk.run(&world.admin, id), counts(2, 0, 0, 3));
        let made = all(world, "specimens", &json!({}));
        assert!(made.iter().all(|row| row["owner"]["id"] == json!(li.to_string()) && row["case"]["id"] == json!(case.to_string())));
        assert_eq!(made[1]["parent"]["id"], made[0]["id"]);
    }

    fn a_short_form_of_a_choice_is_taken_for_it_and_the_preview_says_so(world) {
        let desk = Desk::of(world);
        let text = "客户名称,客户阶段\n甲商行,潜在\n乙商行,潜在客户\n丙商行,不知道\n";
        let id = desk.ready(&world.admin, "customers", text, json!({}));
        let preview = desk.preview(&world.admin, id);
        assert_eq!((&preview["create"], &preview["error"]), (&json!(2), &json!(1)), "{preview}");
        assert_eq!(preview["guesses"], json!([{"field": "lifecycle", "word": "潜在", "value": "potential"}]));
        assert_eq!(desk.run(&world.admin, id), counts(2, 0, 0, 1));
        assert_eq!(count(world, "customers", &json!({"lifecycle": "potential"})), 2);
        // Asking for new words adds none for what is short for one that is there.
        let text = "客户名称,客户来源\n丁商行,网络\n戊商行,全新渠道\n";
        let id = desk.ready(&world.admin, "customers", text, json!({"options": {"add_choices": true}}));
        let preview = desk.preview(&world.admin, id);
        assert_eq!(preview["new_words"], json!({"source": ["全新渠道"]}), "{preview}");
        assert_eq!(preview["guesses"][0]["word"], "网络");
    }

    fn new_words_of_dictionaries_are_added_for_who_keeps_them(world) {
        let desk = Desk::of(world);
        let text = "name,tag,tags\n甲,one,one、two\n乙,全新,two；全新|旧词\n";
        let mapping = json!({"name": "name", "tag": "tag", "tags": "tags"});
        let id = desk.ready(&world.admin, "specimens", text, json!({"mapping": mapping}));
        assert_eq!(desk.preview(&world.admin, id)["error"], 1);
        let wang = world.user_with("王芳", &[Grant::on("specimen", IMPORTER)]);
        let theirs = desk.upload(&wang, "specimens", "a.csv", text.as_bytes()).unwrap();
        world.refused("needs_administration", || desk.imports.change(&wang, id_of(&theirs), &object(json!({"options": {"add_choices": true}}))));
        desk.imports.change(&world.admin, id, &object(json!({"options": {"add_choices": true}}))).unwrap();
        let preview = desk.preview(&world.admin, id);
        assert_eq!((&preview["create"], &preview["new_words"]["tag"]), (&json!(2), &json!(["全新"])));
        assert_eq!(count(world, "dictionary-entries", &json!({"name": "全新"})), 0);
        assert_eq!(desk.run(&world.admin, id), counts(2, 0, 0, 0));
        let second = &all(world, "specimens", &json!({"name": "乙"}))[0];
        assert_eq!((&second["tag"], &second["tags"]), (&json!("quanxin"), &json!(["jiuci", "quanxin", "two"])));
        desk.imports.revert_here(&world.admin, id, &go_on).unwrap();
        assert_eq!(count(world, "dictionary-entries", &json!({"name": "全新"})), 0);
    }

    fn options_say_whose_records_are_and_what_empty_cells_mean(world) {
        let desk = Desk::of(world);
        let li = world.user(UserSpec::named("李强"));
        let old = world.add("specimens", json!({"name": "老样本", "code": "a1", "word": "old"}));
        let options = json!({"options": {"match": ["code"], "owner": li.to_string(), "defaults": {"color": "red"}, "blank": "clear"}});
        let id = desk.ready(&world.admin, "specimens", "name,code,word\n老样本,a1,\n新样本,b1,\n", options);
        assert_eq!(desk.run(&world.admin, id), counts(1, 1, 0, 0));
        let (was, new) = (world.look("specimens", old), &all(world, "specimens", &json!({"code": "b1"}))[0]);
        assert_eq!((&was["word"], &was["owner"]["id"], &was["color"]), (&Json::Null, &json!(world.admin.user.unwrap().to_string()), &Json::Null));
        assert_eq!((&new["owner"]["id"], &new["color"]), (&json!(li.to_string()), &json!("red")));
        let id = desk.ready(&world.admin, "specimens", "name,code\n老样本,a1\n又一个,b2\n", json!({"options": {"match": ["code"], "mode": "update"}}));
        assert_eq!(desk.run(&world.admin, id), counts(0, 0, 2, 0));
        let id = desk.ready(&world.admin, "specimens", "name,code\n改名,a1\n又一个,b2\n", json!({"options": {"match": ["code"], "mode": "create"}}));
        assert_eq!(desk.run(&world.admin, id), counts(1, 0, 1, 0));
    }

    fn a_mapping_is_remembered_for_the_same_header(world) {
        let desk = Desk::of(world);
        let text = "甲列,乙列\nx,y\n";
        let id = desk.ready(&world.admin, "specimens", text, json!({"mapping": {"甲列": "name", "乙列": "word"}, "options": {"match": [], "mode": "create"}}));
        desk.run(&world.admin, id);
        let import = desk.upload(&world.admin, "specimens", "b.csv", "甲列,乙列\nz,y\n".as_bytes()).unwrap();
        assert_eq!((&import["mapping"], &import["options"]["mode"]), (&json!({"甲列": "name", "乙列": "word"}), &json!("create")));
        let other = desk.upload(&world.admin, "specimens", "b.csv", "甲列,丙列\nz,y\n".as_bytes()).unwrap();
        assert_eq!(other["mapping"], json!({"甲列": null, "丙列": null}));
    }

    fn what_is_no_table_is_refused_and_not_kept(world) {
        let desk = Desk::of(world);
        let cases: [(&str, &[u8], &str); 8] = [
            ("a.csv", b"", "sheet.empty"),
            ("a.csv", b"name,word\n", "sheet.no_rows"),
            ("a.csv", b"%PDF-1.7", "sheet.unsupported"),
            ("a.xls", b"<html><table>", "sheet.unsupported"),
            ("a.csv", b"a\0b\0c\0", "sheet.unsupported"),
            ("a.xlsx", b"PK\x03\x04broken", "sheet.damaged"),
            ("a.csv.php", b"name\nx\n", "file_ending"),
            ("a.exe", b"name\nx\n", "file_ending"),
        ];
        for (name, bytes, code) in cases {
            let refused = desk.upload(&world.admin, "specimens", name, bytes).unwrap_err();
            assert_eq!(refused.problem().unwrap().code, code, "{name}");
        }
        assert_eq!(desk.files(), 0);
        world.refused("only_one", || desk.upload(&world.admin, "organisations", "a.csv", b"name\nx\n"));
        world.refused("not_found", || desk.upload(&world.admin, "nothings", "a.csv", b"name\nx\n"));
    }

    fn mapping_and_options_that_make_no_sense_are_refused_by_name(world) {
        let desk = Desk::of(world);
        let id = desk.ready(&world.admin, "specimens", "name,word\nx,y\n", json!({}));
        let cases = [
            (json!({"mapping": {"没有的列": "name"}}), "mapping.没有的列", "unknown_column"),
            (json!({"mapping": {"name": "name", "word": "name"}}), "mapping.word", "field_mapped_twice"),
            (json!({"mapping": {"name": 1}}), "mapping.name", "not_text"),
            (json!({"options": {"match": ["code"]}}), "options.match", "match_not_mapped"),
            (json!({"options": {"mode": "replace"}}), "options.mode", "unknown_choice"),
            (json!({"options": {"defaults": {"number": "1"}}}), "options.defaults.number", "not_writable"),
            (json!({"options": {"encoding": "latin-1"}}), "options.encoding", "unknown_encoding"),
            (json!({"rows": 3}), "rows", "unknown_field"),
        ];
        for (change, field, code) in cases {
            let refused = desk.imports.change(&world.admin, id, &object(change)).unwrap_err();
            let wrong = &refused.problem().unwrap().fields[0];
            assert_eq!((wrong.field.as_str(), wrong.code), (field, code));
        }
        desk.imports.change(&world.admin, id, &object(json!({"mapping": {}, "options": {"match": []}}))).unwrap();
        let refused = desk.imports.run(&world.admin, id).unwrap_err();
        assert_eq!(refused.problem().unwrap().fields[0].code, "nothing_mapped");
    }

    fn files_are_kept_under_names_of_our_own_and_no_longer_than_needed(world) {
        let desk = Desk::of(world);
        let import = desk.upload(&world.admin, "specimens", "../../etc/p\u{202e}asswd.csv", b"name\nx\n").unwrap();
        assert_eq!(import["file_name"], "passwd.csv");
        let folder = desk.folder.path().join("imports");
        let names = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>();
        assert_eq!(names(&folder), [import["id"].as_str().unwrap()]);
        let half = desk.imports.place().unwrap();
        std::fs::write(half.path(), b"nam").unwrap();
        drop(half);
        assert_eq!(desk.files(), 1);
        std::fs::write(folder.join("1.part"), b"nam").unwrap();
        std::fs::write(folder.join("12345"), b"nam").unwrap();
        desk.imports.recover().unwrap();
        assert_eq!(desk.files(), 1);
        world.pass_days(31);
        desk.imports.recover().unwrap();
        assert_eq!(desk.files(), 0);
    }

    fn a_dry_run_is_forgotten(world) {
        let desk = Desk::of(world);
        let id = desk.ready(&world.admin, "specimens", "name\nx\n", json!({"options": {"match": []}}));
        let before = count(world, "specimens", &json!({}));
        assert_eq!(desk.preview(&world.admin, id)["create"], 1);
        desk.imports.forget(&world.admin, id).unwrap();
        world.refused("not_found", || desk.imports.show(&world.admin, id));
        assert_eq!((count(world, "specimens", &json!({})), desk.files()), (before, 0));
    }

    fn a_sheet_of_wrong_forms_tells_each_cell_with_an_example(world) {
        let desk = Desk::of(world);
        let text = "客户名称,手机,电话,证件号码,成功率,客户阶段\n甲商行,12345678901,,,,\n乙商行,,123,,,\n丙商行,,,1,,\n丁商行,,,,300,\n戊商行,,,,,不知道\n己商行,0523-84821234,,,,\n\
            庚商行,+852 5123 4567,95588,11010519491231002x,80%,\n辛商行,138-0013-8000,10086,E12345678,100,潜在\n";
        let id = desk.ready(&world.admin, "customers", text, json!({}));
        assert_eq!(desk.run(&world.admin, id), counts(2, 0, 0, 6), "{}", desk.failed(&world.admin, id));
        let failed = desk.failed(&world.admin, id);
        for (row, said) in [("甲", "手机: 手机号码不正确，应为 11 位"), ("乙", "如 0523-84821234"), ("丙", "如 11010519491231002X"), ("丁", "成功率: 须在 0 到 100 之间"), ("戊", "可选：潜在客户、意向客户、正式客户"), ("己", "如 13800138000")] {
            assert!(failed.lines().any(|line| line.starts_with(row) && line.contains(said)), "{row} {said} in {failed}");
        }
    }

    fn a_pipeline_sheet_brings_its_last_contact_and_feedback_as_a_follow_up(world) {
        let desk = Desk::of(world);
        let text = "公司名称,概率,下次联系,最后联系日期,最新反馈\n甲商行,60%,2026-03-20,2026-02-20,报价偏高\n乙商行,,,2026-02-21,\n丙商行,,,,等预算\n丁商行,30%,,,\n戊商行,,,2027-01-01,\n";
        let import = desk.upload(&world.admin, "customers", "漏斗.csv", text.as_bytes()).unwrap();
        assert_eq!(import["mapping"], json!({"公司名称": "name", "概率": "success_rate", "下次联系": "next_contact_at", "最后联系日期": "last_contact_at", "最新反馈": "latest_feedback"}));
        let id = id_of(&import);
        let preview = desk.preview(&world.admin, id);
        assert_eq!(preview["rows"][1]["values"]["latest_feedback"], "报价偏高", "{preview}");
        assert_eq!(desk.run(&world.admin, id), counts(4, 0, 0, 1), "{}", desk.failed(&world.admin, id));
        let one = |name: &str| all(world, "customers", &json!({"name": name})).remove(0);
        let seen = ["甲商行", "乙商行", "丙商行", "丁商行"].map(|name| { let one = one(name); (one["contact_count"].clone(), one["latest_feedback"].clone()) });
        assert_eq!(seen, [(json!("1"), json!("报价偏高")), (json!("1"), Json::Null), (json!("1"), json!("等预算")), (json!("0"), Json::Null)]);
        let first = one("甲商行");
        assert_eq!((&first["last_contact_at"], &first["next_contact_at"]), (&json!("2026-02-19T16:00:00.000Z"), &json!("2026-03-19T16:00:00.000Z")));
        assert!(desk.failed(&world.admin, id).contains("最后联系日期"));
        let said = all(world, "follow-ups", &json!({}));
        assert!(said.len() == 3 && said[0]["content"] == "报价偏高", "{said:?}");
        // The same sheet again changes nothing of what is there by now, and a revert takes both back.
        let again = desk.upload(&world.admin, "customers", "漏斗.csv", text.as_bytes()).unwrap();
        assert_eq!(desk.run(&world.admin, id_of(&again)), counts(0, 0, 4, 1));
        assert_eq!(count(world, "follow-ups", &json!({})), 3);
        desk.imports.revert_here(&world.admin, id, &go_on).unwrap();
        assert_eq!((count(world, "customers", &json!({})), count(world, "follow-ups", &json!({}))), (0, 0));
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }
}
