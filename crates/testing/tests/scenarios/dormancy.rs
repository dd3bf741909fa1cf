//! Customers without business for long, and what the stages are called (AM-05).

use guanxi_testing::both;
use serde_json::json;

use super::*;

fn stage(world: &World, customer: i64) -> String {
    world.look("customers", customer)["lifecycle"].as_str().unwrap().to_owned()
}

fn official(world: &World, actor: &Actor, name: &str) -> i64 {
    let id = enter(world, actor, name);
    world.change("customers", id, json!({"lifecycle": "official"}));
    id
}

/// What a stage is called, and whether it is on offer.
fn called(world: &World, code: &str) -> (String, bool) {
    let meta = world.engine.meta(&world.admin).unwrap();
    let field =
        meta["entities"]["customers"]["fields"].as_array().unwrap().iter().find(|field| field["name"] == "lifecycle").unwrap().clone();
    let choice = field["choices"].as_array().unwrap().iter().find(|choice| choice["value"] == code).unwrap().clone();
    (choice["label"].as_str().unwrap().to_owned(), choice["disabled"] != true)
}

fn use_words(world: &World, words: &str) {
    let id = world.ids(&world.admin, "business-settings", &json!({})).unwrap()[0];
    done(world, &world.admin, "business-settings", id, "use-lifecycle-words", json!({"words": words}));
}

both! {
    fn an_official_customer_without_business_becomes_dormant_and_a_contact_wakes_it(world) {
        let Sales { wang, .. } = sales(world);
        let [silent, busy] = ["靖江市春意空调有限公司", "江阴市长江钢铁有限公司"].map(|name| official(world, &wang, name));
        let potential = enter(world, &wang, "无锡市宏达电机有限公司");
        settings(world, json!({"dormant_after_days": "20"}));
        assert!(called(world, "dormant").1);
        later(world, 10, 0);
        world.add_as(&wang, "follow-ups", json!({"content": "回访", "customer": busy.to_string()}));
        later(world, 11, 0);
        later(world, 1, 0);
        assert_eq!([silent, busy, potential].map(|id| stage(world, id)), ["dormant", "official", "potential"]);
        assert!(world.engine.history(&world.admin, "customers", silent, None).unwrap().json.to_string().contains("customer.become_dormant"));
        world.add_as(&wang, "follow-ups", json!({"content": "重新联系", "customer": silent.to_string()}));
        assert_eq!(stage(world, silent), "official");
    }

    fn becoming_dormant_can_be_undone(world) {
        let Sales { wang, .. } = sales(world);
        let id = official(world, &wang, "靖江市春意空调有限公司");
        settings(world, json!({"dormant_after_days": "20"}));
        later(world, 21, 0);
        later(world, 1, 0);
        assert_eq!(stage(world, id), "dormant");
        let history = world.engine.history(&world.admin, "customers", id, None).unwrap().json;
        let set = history["items"][0]["change_set"].as_str().unwrap().parse().unwrap();
        world.engine.undo(&world.admin, set, false).unwrap();
        assert_eq!(stage(world, id), "official");
    }

    fn nobody_becomes_dormant_unless_the_company_says_so(world) {
        let Sales { wang, .. } = sales(world);
        let id = official(world, &wang, "靖江市春意空调有限公司");
        later(world, 400, 0);
        assert_eq!(stage(world, id), "official");
    }

    fn other_words_for_the_stages_change_no_customer_and_can_be_undone(world) {
        let Sales { wang, .. } = sales(world);
        let id = official(world, &wang, "靖江市春意空调有限公司");
        let before = world.look("customers", id);
        use_words(world, "signed");
        assert_eq!(["potential", "intent", "official"].map(|code| called(world, code).0), ["准客户", "意向客户", "签约客户"]);
        assert_eq!(world.look("customers", id), before);
        assert!(!called(world, "dormant").1);
        use_words(world, "actual");
        assert_eq!((called(world, "official").0, called(world, "dormant")), ("现实客户".to_owned(), ("休眠客户".to_owned(), true)));
        world.engine.undo(&world.admin, world.last_set(), false).unwrap();
        assert_eq!((called(world, "official").0.as_str(), called(world, "dormant").1), ("签约客户", false));
    }
}
