//! The words of dictionaries (CUZ-01…03).

use guanxi_testing::both;
use serde_json::json;

use super::*;

fn word(world: &World, dictionary: &str, code: &str) -> i64 {
    world.ids(&world.admin, "dictionary-entries", &json!({"dictionary": dictionary, "code": code})).unwrap()[0]
}

both! {
    // CUZ-03
    fn a_word_out_of_use_is_only_viewed_until_it_is_enabled_again(world) {
        let word = world.add("dictionary-entries", json!({"dictionary": "customer_source", "code": "fax", "name": "传真"}));
        world.change("dictionary-entries", word, json!({"name": "传真来函"}));
        world.change("dictionary-entries", word, json!({"disabled": true}));
        world.refused("entry_disabled", || world.edit(&world.admin, "dictionary-entries", word, json!({"name": "x"})));
        world.refused("entry_disabled", || world.edit(&world.admin, "dictionary-entries", word, json!({"name": "x", "disabled": false})));
        world.refused("entry_disabled", || world.delete(&world.admin, "dictionary-entries", word));
        world.change("dictionary-entries", word, json!({"disabled": false}));
        world.change("dictionary-entries", word, json!({"name": "传真"}));
        world.delete(&world.admin, "dictionary-entries", word).unwrap();
        world.engine.restore(&world.admin, "dictionary-entries", word).unwrap();
    }

    // CUZ-03
    fn a_word_that_a_record_holds_is_not_removed(world) {
        let tag = world.add("dictionary-entries", json!({"dictionary": "customer_tag", "code": "vip_x", "name": "贵宾"}));
        let industry = world.ids(&world.admin, "dictionary-entries", &json!({"dictionary": "industry"})).unwrap()[0];
        let code = world.look("dictionary-entries", industry)["code"].clone();
        let id = world.add("customers", json!({"name": "靖江市春意空调有限公司", "tags": ["vip_x"], "industry": code}));
        world.refused("entry_in_use", || world.delete(&world.admin, "dictionary-entries", tag));
        world.refused("entry_in_use", || world.delete(&world.admin, "dictionary-entries", industry));
        world.change("customers", id, json!({"tags": [], "industry": null}));
        world.delete(&world.admin, "dictionary-entries", tag).unwrap();
        world.delete(&world.admin, "dictionary-entries", industry).unwrap();
    }

    // CUZ-03
    fn a_word_that_stands_in_a_line_alone_is_not_removed(world) {
        let tag = word(world, "specimen_tag", "two");
        let id = world.add("specimens", json!({"name": "s", "parts": [{"name": "a"}, {"name": "b", "tag": "two"}]}));
        world.refused("entry_in_use", || world.delete(&world.admin, "dictionary-entries", tag));
        world.delete(&world.admin, "specimens", id).unwrap();
        world.delete(&world.admin, "dictionary-entries", tag).unwrap();
    }

    // CUZ-03
    fn a_disabling_is_taken_back_by_an_undo(world) {
        let id = word(world, "lifecycle", "intent");
        world.change("dictionary-entries", id, json!({"disabled": true}));
        let set = world.last_set();
        world.pass_seconds(1);
        assert_eq!(world.engine.undo(&world.admin, set, false).unwrap().conflicts, vec![]);
        assert_eq!(world.look("dictionary-entries", id)["disabled"], false);
    }

    // CUS-24
    fn a_class_says_how_its_customers_are_looked_after(world) {
        let Sales { wang, .. } = sales(world);
        let told_in = |lang: Lang| {
            let meta = world.engine.meta(&Actor { lang, ..wang.clone() }).unwrap();
            let fields = meta["entities"]["customers"]["fields"].as_array().unwrap();
            let class = fields.iter().find(|field| field["name"] == "value_class").unwrap();
            class["choices"].as_array().unwrap().iter().find(|choice| choice["value"] == "key").unwrap()["note"].clone()
        };
        let told = || told_in(Lang::Zh);
        assert!(told().as_str().unwrap().contains("每周联系"));
        assert!(told_in(Lang::En).as_str().unwrap().contains("Weekly contact"));
        world.change("dictionary-entries", word(world, "value_class", "key"), json!({"note": "每天联系"}));
        assert_eq!(told(), "每天联系");
        world.change("dictionary-entries", word(world, "value_class", "key"), json!({"note_en": null}));
        assert_eq!(told_in(Lang::En), "每天联系");
    }
}
