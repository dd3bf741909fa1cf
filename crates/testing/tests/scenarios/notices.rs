//! Who is told of what, and when that is done with (NTF-08).

use guanxi_testing::both;
use serde_json::json;

use super::*;

both! {
    // NTF-08
    fn what_was_decided_waits_in_nobodys_notices(world) {
        let Sales { boss, wang, .. } = sales(world);
        let id = enter(world, &wang, "靖江市春意空调有限公司");
        let unread = |actor: &Actor| world.ids(actor, "notifications", &json!({"read_at": {"empty": true}})).unwrap().len();
        let application = applies(world, &wang, id, "apply-for-intent");
        assert_eq!(unread(&boss), 1);
        // Somebody else decides: the notice is read for whoever had it.
        let decided = done(world, &world.admin, "applications", application, "approve", json!({}));
        assert_eq!((unread(&boss), unread(&wang)), (0, 1));
        // Taken back, it waits again.
        let taken = world.engine.undo(&world.admin, decided.change_set.unwrap(), false).unwrap();
        assert_eq!((taken.conflicts.as_slice(), unread(&boss)), (&[][..], 1));
        done(world, &wang, "applications", application, "withdraw", json!({}));
        assert_eq!(unread(&boss), 0);
        applies(world, &wang, id, "apply-for-intent");
        assert_eq!(unread(&boss), 1);
        releases(world, &wang, id);
        assert_eq!(unread(&boss), 0);
        // What a decision did to the notices of others is taken back by whoever decided.
        let id = enter(world, &wang, "泰州市长江机械有限公司");
        let application = applies(world, &wang, id, "apply-for-intent");
        let decided = done(world, &boss, "applications", application, "approve", json!({}));
        let told = notices(world, &wang, "application_approved").len();
        let taken = world.engine.undo(&boss, decided.change_set.unwrap(), false).unwrap();
        assert!(taken.conflicts.iter().all(|conflict| conflict.entity != "notification"), "{:?}", taken.conflicts);
        assert_eq!((unread(&boss), notices(world, &wang, "application_approved").len()), (1, told - 1));
    }
}
