//! Large exports need the leave of a superior (IMP-03, AM-27).

use guanxi_engine::read::{ExportRequest, Exported, ReadsRequest, Selection};
use guanxi_testing::both;
use serde_json::json;

use super::*;

/// Beyond one row nobody exports without leave.
fn one_row_is_free(world: &World) -> Sales {
    let sales = sales(world);
    let id = world.ids(&world.admin, "organisations", &json!({})).unwrap()[0];
    world.change("organisations", id, json!({"export_approval_rows": "1"}));
    for name in ["靖江市春意空调有限公司", "靖江市春意风机有限公司", "江阴市长江钢铁有限公司"] {
        enter(world, &sales.wang, name);
    }
    sales
}

/// What somebody takes out: the names.
fn exported(world: &World, actor: &Actor, request: &ExportRequest) -> Result<Vec<Vec<Exported>>> {
    let mut rows = Vec::new();
    world.engine.export(actor, "customers", request, &mut |cells| {
        rows.push(cells.to_vec());
        Ok(())
    })?;
    rows.remove(0);
    Ok(rows)
}

fn range(q: &str) -> ExportRequest {
    let selection = Selection { q: Some(q.into()), sort: Some("name".into()), ..Selection::default() };
    ExportRequest { selection, fields: Some("name".into()), ..ExportRequest::default() }
}

fn by(application: i64) -> ExportRequest {
    ExportRequest { approval: Some(application), ..ExportRequest::default() }
}

fn asks(world: &World, actor: &Actor) -> i64 {
    world.engine.apply_for_export(actor, "customers", &range("春意"), "给展会准备名单").unwrap().id
}

both! {
    fn more_than_the_limit_is_not_taken_out_without_leave(world) {
        let Sales { wang, .. } = one_row_is_free(world);
        world.refused("export_needs_approval", || exported(world, &wang, &range("春意")));
        assert_eq!(exported(world, &wang, &range("长江")).unwrap().len(), 1);
    }

    fn who_may_approve_needs_nobodys_leave_but_says_what_for(world) {
        let Sales { boss, wang, .. } = one_row_is_free(world);
        let stated = |purpose: &str| ExportRequest { purpose: Some(purpose.into()), ..range("春意") };
        for request in [range("春意"), stated("  ")] {
            world.refused("export_needs_purpose", || exported(world, &boss, &request));
        }
        assert_eq!(exported(world, &boss, &stated("年度核对")).unwrap().len(), 2);
        world.refused("export_needs_approval", || exported(world, &wang, &stated("年度核对")));
        let noted = world.engine.reads(&world.admin, &ReadsRequest { user: boss.user, kind: Some("export".into()), before: None }).unwrap();
        let [one] = noted["items"].as_array().unwrap().as_slice() else { panic!("{noted}") };
        assert_eq!((&one["purpose"], &one["rows"], &one["range"]["q"], &one["entity"]), (&json!("年度核对"), &json!(2), &json!("春意"), &json!("customers")));
        assert_eq!(one["actor"]["title"], "张伟");
    }

    fn slices_of_one_day_count_together(world) {
        let Sales { wang, .. } = one_row_is_free(world);
        assert_eq!(exported(world, &wang, &range("长江")).unwrap().len(), 1);
        world.refused("export_needs_approval", || exported(world, &wang, &range("空调")));
        // What is one row too many now can be applied for.
        assert!(world.engine.apply_for_export(&wang, "customers", &range("空调"), "补一行").is_ok());
        world.pass_days(1);
        assert_eq!(exported(world, &wang, &range("空调")).unwrap().len(), 1);
    }

    fn who_took_what_out_is_told_to_those_who_administer_the_company(world) {
        let Sales { boss, wang, .. } = one_row_is_free(world);
        exported(world, &wang, &range("长江")).unwrap();
        let reads = |user: Option<i64>, kind: Option<&str>| {
            let request = ReadsRequest { user, kind: kind.map(str::to_owned), before: None };
            world.engine.reads(&world.admin, &request).unwrap()["items"].as_array().unwrap().len()
        };
        assert_eq!((reads(wang.user, None), reads(wang.user, Some("export")), reads(wang.user, Some("sign_in")), reads(boss.user, None)), (1, 1, 0, 0));
        world.refused("needs_administration", || world.engine.reads(&boss, &ReadsRequest::default()));
    }

    fn the_leader_of_the_department_decides_before_the_superior(world) {
        let Sales { department, boss, wang, li } = one_row_is_free(world);
        world.change("departments", department, json!({"leader": id(&li)}));
        let asked = world.get(&world.admin, "export-applications", asks(world, &wang)).unwrap();
        assert_eq!(id_of(&asked["approver"]), user(&li));
        // Nobody decides on their own: the leader's own is for the superior.
        for name in ["无锡市宏达电机有限公司", "无锡市宏远电机有限公司"] {
            enter(world, &li, name);
        }
        let own = world.engine.apply_for_export(&li, "customers", &range("电机"), "拜访").unwrap().id;
        let asked = world.get(&world.admin, "export-applications", own).unwrap();
        assert_eq!(id_of(&asked["approver"]), user(&boss));
    }

    fn the_superior_hears_who_wants_how_much_and_what_for(world) {
        let Sales { boss, wang, .. } = one_row_is_free(world);
        let asked = world.get(&boss, "export-applications", asks(world, &wang)).unwrap();
        assert_eq!((&asked["rows"], &asked["purpose"], &asked["state"]), (&json!("2"), &json!("给展会准备名单"), &json!("pending")));
        assert_eq!(id_of(&asked["approver"]), user(&boss));
        assert_eq!(notices(world, &boss, "export_applied").len(), 1);
    }

    fn what_was_asked_for_is_taken_out_once_it_is_approved(world) {
        let Sales { boss, wang, .. } = one_row_is_free(world);
        let asked = asks(world, &wang);
        world.refused("export_not_approved", || exported(world, &wang, &by(asked)));
        done(world, &boss, "export-applications", asked, "approve", json!({}));
        assert_eq!(notices(world, &wang, "export_approved").len(), 1);
        let names = exported(world, &wang, &by(asked)).unwrap();
        assert_eq!(names, [[Exported::Text("靖江市春意风机有限公司".into())], [Exported::Text("靖江市春意空调有限公司".into())]]);
    }

    fn leave_ends_after_some_days(world) {
        let Sales { boss, wang, .. } = one_row_is_free(world);
        let asked = asks(world, &wang);
        done(world, &boss, "export-applications", asked, "approve", json!({}));
        world.pass_days(8);
        world.refused("export_leave_over", || exported(world, &wang, &by(asked)));
    }

    fn leave_is_personal_and_for_one_entity(world) {
        let Sales { boss, wang, li, .. } = one_row_is_free(world);
        let asked = asks(world, &wang);
        done(world, &boss, "export-applications", asked, "approve", json!({}));
        world.refused("no_such_record", || exported(world, &li, &by(asked)));
        world.refused("no_such_record", || world.engine.export(&wang, "contacts", &by(asked), &mut |_| Ok(())));
    }

    fn nobody_decides_on_their_own_export(world) {
        let Sales { wang, li, .. } = one_row_is_free(world);
        let asked = asks(world, &wang);
        world.refused("not_the_approver", || act(world, &wang, "export-applications", asked, "approve", json!({})));
        world.refused("not_found", || act(world, &li, "export-applications", asked, "approve", json!({})));
    }

    fn a_rejection_says_why_and_stays(world) {
        let Sales { boss, wang, .. } = one_row_is_free(world);
        let asked = asks(world, &wang);
        done(world, &boss, "export-applications", asked, "reject", json!({"note": "范围太大"}));
        assert_eq!(notices(world, &wang, "export_rejected").len(), 1);
        world.refused("export_not_approved", || exported(world, &wang, &by(asked)));
    }

    fn an_application_needs_a_purpose_and_a_range_that_needs_leave(world) {
        let Sales { wang, .. } = one_row_is_free(world);
        world.refused("invalid", || world.engine.apply_for_export(&wang, "customers", &range("春意"), "  "));
        world.refused("export_needs_no_approval", || world.engine.apply_for_export(&wang, "customers", &range("长江"), "名单"));
    }

    // ORG-13
    fn leave_that_a_leaver_had_to_give_others_give(world) {
        let Sales { department, boss, wang, .. } = one_row_is_free(world);
        let company = world.department("总部", None);
        let next = hire(world, "钱进", company, None, "vice_president");
        world.change("departments", company, json!({"leader": id(&next)}));
        world.change("departments", department, json!({"leader": id(&boss), "parent": company.to_string()}));
        let asked = asks(world, &wang);
        let to_decide = |actor: &Actor| world.ids(actor, "export-applications", &json!({"approver": {"me": true}})).unwrap();
        assert_eq!(to_decide(&boss), [asked]);
        done(world, &world.admin, "users", user(&boss), "disable", json!({}));
        assert_eq!(to_decide(&next), [asked]);
        assert_eq!(notices(world, &next, "export_applied").len(), 1);
        done(world, &next, "export-applications", asked, "approve", json!({}));
        assert_eq!(exported(world, &wang, &by(asked)).unwrap().len(), 2);
    }
}
