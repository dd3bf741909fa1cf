//! Figures from tallies are the figures of the records, whatever was done to them and whoever asks.

use guanxi_engine::read::{AggregateRequest, Selection};
use guanxi_engine::write::MergeRequest;
use guanxi_model::Actor;
use guanxi_testing::{Grant, UserSpec, Which, World, both, id_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Json, json};

use crate::concurrency::together;
use crate::import_desk::Desk;

/// One deed; numbers choose among records and values.
#[derive(Clone, Debug)]
enum Deed {
    Create(usize),
    Edit(usize, usize),
    Bulk(Vec<usize>, usize),
    Delete(usize),
    Restore(usize),
    Merge(usize, usize),
    Import(usize),
    Share(usize),
    Undo,
    Pass(i64),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let n = || 0_usize..40;
    let deed = prop_oneof![
        5 => n().prop_map(Deed::Create),
        5 => (n(), n()).prop_map(|(i, v)| Deed::Edit(i, v)),
        2 => (proptest::collection::vec(n(), 1..5), n()).prop_map(|(list, v)| Deed::Bulk(list, v)),
        2 => n().prop_map(Deed::Delete),
        1 => n().prop_map(Deed::Restore),
        2 => (n(), n()).prop_map(|(a, b)| Deed::Merge(a, b)),
        1 => n().prop_map(Deed::Import),
        1 => n().prop_map(Deed::Share),
        3 => Just(Deed::Undo),
        3 => (1_i64..60).prop_map(|n| Deed::Pass(n * 7 * 3_600)),
    ];
    proptest::collection::vec(deed, 6..30)
}

/// Values by which groups and sums change, and some by which they do not.
fn values(n: usize, people: &[i64]) -> Json {
    let owner = people.get(n % (people.len() + 1)).map(i64::to_string);
    let color = ["red", "green", "blue"].get(n % 4);
    match n % 6 {
        0 => json!({"color": color, "owner": owner}),
        1 => json!({"price": format!("{n}.25"), "count": n}),
        2 => json!({"price": null, "color": color}),
        3 => json!({"count": null, "word": "w"}),
        4 => json!({"name": format!("late {n}"), "color": color}),
        _ => json!({"owner": owner, "price": {"amount": "7", "currency": "JPY"}}),
    }
}

struct Company {
    world: World,
    desk: Desk,
    specimens: Vec<i64>,
    people: Vec<i64>,
    readers: Vec<Actor>,
    /// The last change set of the set-up.
    begun: i64,
}

impl Company {
    fn open(which: Which) -> Self {
        let world = World::open(which);
        let department = world.department("销售", None);
        let reader =
            |name: &str, scope: &str| world.hire(UserSpec::named(name).of(department), &[Grant::on("specimen", "see").over(scope)]);
        let filtered = world.user_with("Filtered", &[Grant::on("specimen", "see").matching(json!({"count": {"gt": "3"}}))]);
        let readers = vec![world.admin.clone(), reader("Own", "own"), reader("Below", "department_below"), filtered];
        let people = readers.iter().filter_map(|reader| reader.user).collect();
        Self { desk: Desk::of(&world), begun: world.last_set(), world, specimens: Vec::new(), people, readers }
    }

    fn perform(&mut self, deed: &Deed) {
        let (world, admin) = (&self.world, &self.world.admin);
        let at = |n: usize| self.specimens.get(n % self.specimens.len().max(1)).copied().unwrap_or(1);
        match deed {
            Deed::Create(n) => {
                let mut all = values(*n, &self.people);
                all["name"] = json!(format!("Nr. {n}"));
                all["count"] = json!(n);
                let made = world.add("specimens", all);
                self.specimens.push(made);
            }
            Deed::Edit(i, v) => drop(world.edit(admin, "specimens", at(*i), values(*v, &self.people))),
            Deed::Bulk(list, v) => {
                let ids: Vec<i64> = list.iter().map(|n| at(*n)).collect();
                let _ = world.bulk(admin, "specimens", &ids, values(*v, &self.people));
            }
            Deed::Delete(n) => drop(world.delete(admin, "specimens", at(*n))),
            Deed::Restore(n) => drop(world.engine.restore(admin, "specimens", at(*n))),
            Deed::Merge(a, b) => {
                let request = MergeRequest { keep: at(*a), merge: vec![at(*b)], ..MergeRequest::default() };
                let _ = world.engine.merge(admin, "specimens", request);
            }
            Deed::Import(n) => {
                let text = format!("name,color,price\nImported {n},red,{n}\nrefused {n},red,{n}\nImported too {n},,\n");
                let id = self.desk.ready(admin, "specimens", &text, json!({"options": {"match": [], "mode": "create"}}));
                self.desk.run(admin, id);
            }
            Deed::Share(n) => {
                let user = self.people[n % self.people.len()];
                let share = json!({"about": {"entity": "specimens", "id": at(*n).to_string()}, "user": user.to_string(), "level": "read"});
                let _ = world.create(admin, "shares", share);
            }
            // Who may see what stays as it is.
            Deed::Undo if world.last_set() <= self.begun => {}
            Deed::Undo => drop(world.engine.undo(admin, world.last_set(), false)),
            Deed::Pass(seconds) => world.pass_seconds(*seconds),
        }
    }

    /// The same question, once as the tally answers it and once as the records do.
    fn compare(&self) {
        let questions = [
            ("", "count,sum:price,sum:count", json!({})),
            ("color,created_at:month,owner", "count,sum:price", json!({})),
            ("created_at:year", "sum:count,count", json!({"color": {"in": ["red", "blue"]}})),
            ("owner", "count", json!({"or": [{"color": {"empty": true}}, {"owner": {"empty": false}}]})),
        ];
        for reader in &self.readers {
            for (group, measure, filter) in &questions {
                let ask = |filter: Json| {
                    let selection = Selection { filter: Some(filter.to_string()), ..Selection::default() };
                    let request = AggregateRequest { selection, group: (*group).into(), measure: (*measure).into() };
                    self.world.engine.aggregate(reader, "specimens", &request).unwrap()
                };
                let beside = json!({"and": [filter, {"id": {"gt": "0"}}]});
                assert_eq!(ask(filter.clone()), ask(beside), "{group} {measure} {filter} for {reader:?}");
            }
        }
    }
}

#[test]
fn a_tally_tells_what_the_records_tell() {
    for which in [Which::Sqlite, Which::Postgres] {
        let config = Config { cases: 8, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let outcome = runner.run(&deeds(), |deeds| {
            let mut company = Company::open(which);
            for deed in &deeds {
                company.perform(deed);
            }
            company.compare();
            let faults = company.world.engine.verify(&company.world.admin).unwrap().faults;
            prop_assert!(faults.is_empty(), "{:?}", faults);
            Ok(())
        });
        outcome.unwrap();
    }
}

fn by_month(world: &World) -> Vec<Json> {
    let request = AggregateRequest { group: "created_at:month".into(), measure: "count,sum:price".into(), ..AggregateRequest::default() };
    world.engine.aggregate(&world.admin, "specimens", &request).unwrap()["items"].as_array().unwrap().clone()
}

both! {
    fn many_writers_keep_one_tally(world) {
        let ids: Vec<i64> = (0..8).map(|n| world.add("specimens", json!({"name": format!("S{n}"), "color": "red", "price": "1"}))).collect();
        together(6, |n| {
            for i in 0..15 {
                let color = ["red", "green", "blue"][(n + i) % 3];
                world.add("specimens", json!({"name": format!("S{n} {i}"), "color": color, "price": "2.50"}));
                let _ = world.edit(&world.admin, "specimens", ids[(n * 5 + i) % 8], json!({"color": color, "price": format!("{i}")}));
            }
        });
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
    }

    fn the_check_finds_a_tally_that_is_wrong(world) {
        world.add("specimens", json!({"name": "S", "color": "red", "price": "1"}));
        for harm in ["UPDATE tally_specimen SET records = records + 1", "UPDATE tally_specimen SET price_low = 5, records = 1", "DELETE FROM tally_specimen"] {
            world.raw(harm);
            let faults = world.engine.verify(&world.admin).unwrap().faults;
            assert_eq!(faults, ["tally of specimen: not what its records say"], "{harm}");
        }
    }

    fn a_tally_declared_otherwise_is_made_again_at_the_start(world) {
        for n in 0..9 {
            world.add("specimens", json!({"name": format!("S{n}"), "color": "red", "price": format!("{n}")}));
            world.pass_days(9);
        }
        world.raw("DROP TABLE tally_specimen");
        world.raw("CREATE TABLE tally_specimen (key TEXT PRIMARY KEY)");
        world.raw("UPDATE meta SET value = 'records' WHERE key = 'tally_specimen'");
        world.restart();
        assert!(world.engine.verify(&world.admin).unwrap().faults.is_empty());
        let last = json!({"group": ["2026-05"], "labels": ["2026-05"], "count": 2, "sum:price": "15.00"});
        assert_eq!(by_month(world).last(), Some(&last));
    }

    fn a_month_begins_when_it_does_for_the_company(world) {
        world.pass_days(30);
        world.pass_seconds(3600);
        world.add("specimens", json!({"name": "made on April 1st at ten, or on March 31st"}));
        for (zone, month) in [("Asia/Shanghai", "2026-04"), ("America/New_York", "2026-03"), ("Asia/Kathmandu", "2026-04")] {
            let organisation = id_of(&world.list(&world.admin, "organisations", &json!({})).unwrap()[0]);
            world.change("organisations", organisation, json!({"time_zone": zone}));
            assert_eq!(by_month(world)[0]["group"], json!([month]), "{zone}");
        }
    }
}
