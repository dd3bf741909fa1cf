//! What goes out comes in again: an export that nobody edited changes nothing, whatever it holds.

use guanxi_engine::read::{ExportRequest, Selection};
use guanxi_testing::{UserSpec, World, both, object};
use serde_json::{Value as Json, json};

use crate::import_desk::*;

/// An export as text, of named columns.
fn exported(world: &World, entity: &str, fields: &str) -> String {
    let selection = Selection { sort: Some("name".into()), ..Selection::default() };
    let request = ExportRequest { selection, fields: Some(fields.into()), ..ExportRequest::default() };
    let mut file = Vec::new();
    world.engine.export_to(&world.admin, entity, &request, "csv", &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

both! {
    fn an_export_imports_again_without_a_change(world) {
        let desk = Desk::of(world);
        let case = world.add("boxes", json!({"name": "木盒"}));
        for (n, name) in ["=cmd|' /C calc'!A0", "+8613800138000", "-5", "@SUM(1)", "'=1", "007", "110101199003071234", "a,b;\"c\"", "表情👨‍👩‍👧😀", "＝全角"].iter().enumerate() {
            let moment = format!("2024-05-01T08:30:{n:02}.123Z");
            let price = [json!("1234.50"), json!({"amount": "100.10", "currency": "USD"}), json!({"amount": "-100", "currency": "JPY"})][n % 3].clone();
            world.add("specimens", json!({"name": name, "word": name, "code": format!("k{n}"), "story": format!("{name}\n第二行"), "count": -7, "ratio": "0.1234",
                "price": price, "share": "12.5", "flag": n % 2 == 0, "day": "2024-05-01", "moment": moment, "color": "red", "colors": ["red", "blue"],
                "tag": "two", "address": format!("{name} 大道 1 号"), "tags": ["one", "two"], "case": case.to_string(), "email": "a@b.cn", "phone": "+86 138-0013-8000", "site": "https://a.cn/?q=1", "region": "320282"}));
        }
        let before = all(world, "specimens", &json!({}));
        let mut files = Vec::new();
        for format in ["csv", "xlsx"] {
            let mut file = Vec::new();
            world.engine.export_to(&world.admin, "specimens", &ExportRequest::default(), format, &mut file).unwrap();
            let import = desk.upload(&world.admin, "specimens", &format!("again.{format}"), &file).unwrap();
            assert_eq!(import["options"]["match"], json!(["id"]), "{format}");
            assert!(import["mapping"].as_object().unwrap().values().filter(|field| !field.is_null()).count() > 20, "{}", import["mapping"]);
            assert_eq!(desk.run(&world.admin, id_of(&import)), counts(0, 0, 10, 0), "{format}: {}", desk.failed(&world.admin, id_of(&import)));
            assert_eq!(all(world, "specimens", &json!({})), before, "{format}");
            files.push((format, file));
        }
        let text = String::from_utf8(files[0].1.clone()).unwrap();
        assert!(text.contains(",2024-05-01 16:30,") && !text.contains("16:30:"), "{text}");
        for (format, file) in files {
            // As new records they hold the same values.
            let import = desk.upload(&world.admin, "specimens", &format!("again.{format}"), &file).unwrap();
            let mut mapping = import["mapping"].clone();
            for field in mapping.as_object_mut().unwrap().values_mut() {
                if *field == "id" || *field == "code" {
                    *field = Json::Null;
                }
            }
            desk.imports.change(&world.admin, id_of(&import), &object(json!({"mapping": mapping, "options": {"match": []}}))).unwrap();
            assert_eq!(desk.run(&world.admin, id_of(&import)), counts(10, 0, 0, 0), "{format}: {}", desk.failed(&world.admin, id_of(&import)));
            let known: Vec<&Json> = before.iter().map(|row| &row["id"]).collect();
            let copies: Vec<Json> = all(world, "specimens", &json!({})).into_iter().filter(|row| !known.contains(&&row["id"])).collect();
            for old in &before {
                let copy = copies.iter().find(|copy| copy["name"] == old["name"]).unwrap_or_else(|| panic!("{format}: {} is missing", old["name"]));
                for field in ["word", "story", "count", "ratio", "price", "share", "flag", "day", "color", "colors", "tags", "tag", "address", "case", "email", "phone", "site", "region"] {
                    assert_eq!(copy[field], old[field], "{format}: {field} of {}", old["name"]);
                }
                // A text says a moment as people do, a workbook keeps it whole.
                let moment = if format == "csv" { json!("2024-05-01T08:30:00.000Z") } else { old["moment"].clone() };
                assert_eq!(copy["moment"], moment, "{format}");
            }
            for copy in &copies {
                world.delete(&world.admin, "specimens", guanxi_testing::id_of(copy)).unwrap();
            }
        }
    }

    fn an_amount_without_a_currency_keeps_the_one_it_had(world) {
        let desk = Desk::of(world);
        world.add("specimens", json!({"name": "进口", "code": "m1", "price": {"amount": "100.10", "currency": "USD"}}));
        let text = "code,name,price\nm1,进口,120\nm2,国产,120\n";
        let id = desk.ready(&world.admin, "specimens", text, json!({"options": {"match": ["code"]}}));
        assert_eq!(desk.run(&world.admin, id), counts(1, 1, 0, 0));
        let price = |code: &str| all(world, "specimens", &json!({"code": code}))[0]["price"].clone();
        assert_eq!((price("m1"), price("m2")), (json!({"amount": "120.00", "currency": "USD"}), json!({"amount": "120.00", "currency": "CNY"})));
        let id = desk.ready(&world.admin, "specimens", "code,price\nm1,CNY 120\n", json!({"options": {"match": ["code"]}}));
        assert_eq!(desk.run(&world.admin, id), counts(0, 1, 0, 0));
        assert_eq!(price("m1")["currency"], "CNY");
    }

    fn namesakes_go_out_with_what_tells_them_apart(world) {
        let desk = Desk::of(world);
        let [one, other, gone] = ["zhangsan", "zhangsan1", "zhaoliu"].map(|login| {
            let name = if login == "zhaoliu" { "赵六" } else { "张三" };
            world.user(UserSpec::named(name).with("login", login))
        });
        let [paper, again, wood] = ["纸盒", "纸盒", "木盒"].map(|name| world.add("boxes", json!({"name": name})));
        for (name, owner, case) in [("甲", one, paper), ("乙", other, again), ("丙", gone, wood)] {
            world.add("specimens", json!({"name": name, "owner": owner.to_string(), "case": case.to_string()}));
        }
        world.change("users", gone, json!({"status": "disabled"}));
        let text = exported(world, "specimens", "id,name,owner,case");
        for cell in ["甲,张三 (zhangsan),".to_owned(), "乙,张三 (zhangsan1),".to_owned(), format!("纸盒 ({paper})"), format!("纸盒 ({again})"), "丙,赵六,木盒".to_owned()] {
            assert!(text.contains(&cell), "{cell} in {text}");
        }
        let before = all(world, "specimens", &json!({}));
        let id = desk.ready(&world.admin, "specimens", &text, json!({}));
        assert_eq!(desk.run(&world.admin, id), counts(0, 0, 3, 0), "{}", desk.failed(&world.admin, id));
        // A name alone says whose it was, where the row is about that record; elsewhere it says nobody.
        let bare = text.replace(" (zhangsan1)", "").replace(&format!(" ({again})"), "");
        let id = desk.ready(&world.admin, "specimens", &bare, json!({}));
        assert_eq!(desk.run(&world.admin, id), counts(0, 0, 3, 0), "{}", desk.failed(&world.admin, id));
        assert_eq!(all(world, "specimens", &json!({})), before);
        let id = desk.ready(&world.admin, "specimens", "name,owner,case\n丁,张三,\n戊,,纸盒\n己,赵六,\n", json!({"mapping": {"name": "name", "owner": "owner", "case": "case"}, "options": {"match": []}}));
        assert_eq!(desk.run(&world.admin, id), counts(0, 0, 0, 3));
        assert!(desk.failed(&world.admin, id).contains("请改填登录账号或编号"), "{}", desk.failed(&world.admin, id));
        // What is written in full is understood however it is typed.
        let text = format!("name,owner,case\n丁,张三（zhangsan1）,纸盒（{again}）\n戊,张三(ZhangSan1),纸盒({again})\n己,李四 (zhangsan1),\n");
        let id = desk.ready(&world.admin, "specimens", &text, json!({"mapping": {"name": "name", "owner": "owner", "case": "case"}, "options": {"match": []}}));
        assert_eq!(desk.run(&world.admin, id), counts(2, 0, 0, 1), "{}", desk.failed(&world.admin, id));
        let made = &all(world, "specimens", &json!({"name": "戊"}))[0];
        assert_eq!((&made["owner"]["id"], &made["case"]["id"]), (&json!(other.to_string()), &json!(again.to_string())));
    }
}
