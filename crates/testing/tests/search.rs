//! One search box: Chinese, pinyin, initials, digits, however they are typed; and rights inside.

use guanxi_testing::{Grant, UserSpec, Which, World, both};
use serde_json::json;

use crate::import_desk::Desk;

fn hits(world: &World, actor: &guanxi_model::Actor, q: &str) -> Vec<String> {
    let mut titles: Vec<String> = world.engine.search(actor, q).unwrap().into_iter().map(|hit| hit.found.title).collect();
    titles.sort();
    titles
}

fn searching(q: &str) -> guanxi_engine::read::ListRequest {
    let selection = guanxi_engine::read::Selection { q: Some(q.into()), ..Default::default() };
    guanxi_engine::read::ListRequest { selection, ..Default::default() }
}

both! {
    fn a_customer_is_found_by_all_the_ways_people_type(world) {
        world.add("customers", json!({"name": "华为技术有限公司", "phone": "0755-28780808", "mobile": "13812345678"}));
        world.add("customers", json!({"name": "上海光明乳业股份有限公司"}));
        for q in ["华为", "华", "为技", "技术有限", "huawei", "HuaWei", "huaweijishu", "hw", "hwjs", "華為", "ＨＷ", "huawei jishu", "技术 华为", "28780808", "138123", "5678", " 华为 "] {
            assert_eq!(hits(world, &world.admin, q), vec!["华为技术有限公司"], "{q}");
        }
        for q in ["为华", "huaweix", "13900", "%", "_", "\"", "*", "'"] {
            assert!(hits(world, &world.admin, q).is_empty(), "{q}");
        }
        assert_eq!(hits(world, &world.admin, "有限公司").len(), 2);
        assert_eq!(hits(world, &world.admin, "gm"), vec!["上海光明乳业股份有限公司"]);
    }

    fn a_changed_name_is_found_by_the_new_one_alone(world) {
        let id = world.add("customers", json!({"name": "华为技术有限公司"}));
        world.change("customers", id, json!({"name": "中兴通讯股份有限公司"}));
        assert!(hits(world, &world.admin, "华为").is_empty());
        assert_eq!(hits(world, &world.admin, "zxtx").len(), 1);
        world.delete(&world.admin, "customers", id).unwrap();
        assert!(hits(world, &world.admin, "中兴").is_empty());
        world.engine.restore(&world.admin, "customers", id).unwrap();
        assert_eq!(hits(world, &world.admin, "中兴").len(), 1);
    }

    fn what_undo_brings_back_is_found_again(world) {
        let id = world.add("specimens", json!({"name": "华为"}));
        world.change("specimens", id, json!({"name": "中兴"}));
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!(hits(world, &world.admin, "huawei"), vec!["华为"]);
        assert!(hits(world, &world.admin, "zhongxing").is_empty());
    }

    fn hits_and_suggestions_obey_rights(world) {
        let a = world.user_with("Ann", &[Grant::on("customer", "see create").over("own")]);
        world.add("customers", json!({"name": "华为技术有限公司"}));
        world.add_as(&a, "customers", json!({"name": "华北电力公司"}));
        assert_eq!(hits(world, &a, "华"), vec!["华北电力公司"]);
        let suggested = world.engine.suggest(&a, "customers", "hua", None).unwrap();
        assert_eq!(suggested.len(), 1);
        assert!(world.engine.suggest(&a, "customers", "huawei", None).unwrap().is_empty());
        assert!(world.engine.suggest(&a, "contacts", "", None).is_err());
    }

    fn a_hit_tells_why_it_matched(world) {
        world.add("specimens", json!({"name": "样品", "phone": "13812345678"}));
        let found = world.engine.search(&world.admin, "345678").unwrap();
        assert_eq!(found[0].found.matched, Some(("phone".to_owned(), "13812345678".to_owned())));
        let found = world.engine.search(&world.admin, "样").unwrap();
        assert_eq!(found[0].found.matched, None);
    }

    fn people_are_found_by_pinyin_in_pickers(world) {
        world.add("users", json!({"name": "王小明"}));
        for q in ["王", "wxm", "wangxiao", "xiaoming"] {
            let found = world.engine.suggest(&world.admin, "users", q, None).unwrap();
            assert_eq!(found.iter().map(|found| found.title.as_str()).collect::<Vec<_>>(), vec!["王小明"], "{q}");
        }
    }

    fn titles_are_ordered_by_pinyin(world) {
        for name in ["张三", "李四", "阿里", "Bob", "重庆", "王五"] {
            world.add("boxes", json!({"name": name}));
        }
        let request = guanxi_engine::read::ListRequest {
            selection: guanxi_engine::read::Selection { sort: Some("name".into()), ..Default::default() },
            ..Default::default()
        };
        let page = world.page(&world.admin, "boxes", &request).unwrap();
        let names: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(names, vec!["阿里", "Bob", "重庆", "李四", "王五", "张三"]);
    }

    fn among_many_the_rare_and_the_common_are_found_by_whoever_may_see_them(world) {
        let own = world.user_with("Own", &[Grant::on("case", "see create").over("own")]);
        let half = world.user_with("Half", &[Grant::on("case", "see").matching(json!({"size": {"gt": "0"}}))]);
        world.add("boxes", json!({"name": "麒麟 全部", "size": 1}));
        world.add("boxes", json!({"name": "麒麟 隐藏", "size": 0}));
        world.add_as(&own, "boxes", json!({"name": "麒麟 自己", "size": 0}));
        let rows: String = (0..4100).map(|n| format!("科技 {n},{}\n", n % 2)).collect();
        let desk = Desk::of(world);
        let id = desk.ready(&world.admin, "boxes", &format!("name,size\n{rows}"), json!({"options": {"match": [], "mode": "create"}}));
        desk.run(&world.admin, id);
        let found = |actor: &guanxi_model::Actor, q: &str| -> Vec<String> {
            world.engine.suggest(actor, "boxes", q, None).unwrap().into_iter().map(|found| found.title).collect()
        };
        for q in ["麒麟", "ql", "qilin", "麒"] {
            assert_eq!(found(&world.admin, q), ["麒麟 自己", "麒麟 隐藏", "麒麟 全部"], "{q}");
            assert_eq!(found(&half, q), ["麒麟 全部"], "{q}");
            assert_eq!(found(&own, q), ["麒麟 自己"], "{q}");
        }
        for q in ["科技", "k", "keji"] {
            assert_eq!(found(&world.admin, q).first().map(String::as_str), Some("科技 4099"), "{q}");
            assert_eq!(found(&world.admin, q).len(), 20, "{q}");
            assert_eq!(found(&half, q).get(1).map(String::as_str), Some("科技 4097"), "{q}");
            assert!(found(&own, q).is_empty(), "{q}");
        }
        assert_eq!(found(&world.admin, "科技 3 麒"), Vec::<String>::new());
    }

    fn who_owns_much_finds_the_own_and_the_shared_and_nothing_else(world) {
        let role = world.role("much", &[Grant::on("case", "see create import").over("own")]);
        let (wang, li) = (world.user(UserSpec::named("Wang")), world.user(UserSpec::named("Li")));
        world.hold(wang, role);
        let much = guanxi_model::Actor::user(wang);
        let rows: String = (0..2_100).map(|n| format!("茶叶{n}\n")).collect();
        let desk = Desk::of(world);
        let id = desk.ready(&much, "boxes", &format!("name\n{rows}"), json!({"options": {"match": [], "mode": "create"}}));
        desk.run(&much, id);
        let other = world.add("boxes", json!({"name": "麒麟", "owner": li.to_string()}));
        let found = |q: &str| -> Vec<String> {
            world.engine.suggest(&much, "boxes", q, None).unwrap().into_iter().map(|found| found.title).collect()
        };
        let listed = || world.page(&much, "boxes", &searching("麒麟")).unwrap()["items"].as_array().unwrap().len();
        assert_eq!(found("茶叶").first().map(String::as_str), Some("茶叶2099"));
        assert_eq!((found("茶").len(), found("cy2099")), (20, vec!["茶叶2099".to_owned()]));
        assert_eq!((found("麒麟"), listed()), (Vec::new(), 0));
        let share = world.share("boxes", other, wang, "read");
        assert_eq!((found("麒麟"), listed()), (vec!["麒麟".to_owned()], 1));
        assert_eq!(found("ql"), ["麒麟"]);
        world.delete(&world.admin, "shares", share).unwrap();
        assert_eq!((found("麒麟"), listed()), (Vec::new(), 0));
        world.change("boxes", other, json!({"owner": wang.to_string()}));
        assert_eq!((found("麒麟"), listed()), (vec!["麒麟".to_owned()], 1));
        world.change("boxes", other, json!({"owner": li.to_string()}));
        assert_eq!((found("麒麟"), listed()), (Vec::new(), 0));
    }

    fn whose_number_is_masked_is_found_by_name_alone_however_it_is_typed(world) {
        let role = world.role("some", &[Grant::on("specimen", "see").over("all")]);
        world.limit(role, "specimen", "phone", "masked");
        let user = world.user(UserSpec::named("Some"));
        world.hold(user, role);
        let some = guanxi_model::Actor::user(user);
        world.add("specimens", json!({"name": "云杉科技", "phone": "13812345678"}));
        for q in ["云杉", "ys", "yunshan", "科技 ys", "雲杉"] {
            assert_eq!(hits(world, &some, q), ["云杉科技"], "{q}");
        }
        for q in ["1381234", "5678"] {
            assert_eq!(hits(world, &world.admin, q).len(), 1, "{q}");
            assert!(hits(world, &some, q).is_empty(), "{q}");
        }
    }

    fn an_index_of_an_earlier_release_is_made_anew(world) {
        world.add("specimens", json!({"name": "云杉科技"}));
        world.raw("UPDATE specimen SET search_text = ''");
        world.raw("UPDATE meta SET value = '1' WHERE key = 'search_form'");
        if world.which == Which::Postgres {
            // The tokens stood in the records' own table.
            world.raw("DROP TABLE search_specimen; ALTER TABLE specimen ADD COLUMN search_tokens TSVECTOR");
            world.raw("UPDATE specimen SET search_tokens = array_to_tsvector(ARRAY['ys']); CREATE INDEX search_specimen ON specimen USING GIN (search_tokens)");
        }
        if world.which == Which::Sqlite {
            assert!(hits(world, &world.admin, "ys").is_empty());
        }
        world.restart();
        world.engine.run_due().unwrap();
        crate::customise::settled(world);
        assert_eq!(hits(world, &world.admin, "ys"), ["云杉科技"]);
        let found = world.engine.verify(&world.admin).unwrap();
        assert!(found.faults.is_empty(), "{:?}", found.faults);
    }
}
