//! What runs by the clock: everything gets its turn, and an ending server is not kept waiting.

use guanxi_testing::{World, both};
use serde_json::json;

/// Specimens that wait; a number of them cannot be served.
fn wait(world: &World, name: &str, many: usize) {
    for n in 0..many {
        world.add("specimens", json!({"name": format!("{name} {n}"), "word": "waiting", "moment": "2026-01-01T00:00:00Z"}));
    }
}

fn served(world: &World) -> usize {
    world.ids(&world.admin, "specimens", &json!({"word": "served"})).unwrap().len()
}

both! {
    fn what_is_refused_does_not_keep_the_others_from_their_turn(world) {
        wait(world, "stuck", 120);
        wait(world, "fine", 3);
        world.engine.run_due().unwrap();
        assert_eq!(served(world), 3);
    }

    fn a_sweep_stops_when_the_engine_ends_and_goes_on_after_the_next_start(world) {
        wait(world, "fine", 3);
        world.engine.end();
        world.engine.run_due().unwrap();
        assert_eq!(served(world), 0);
        world.restart();
        world.engine.run_due().unwrap();
        assert_eq!(served(world), 3);
    }
}
