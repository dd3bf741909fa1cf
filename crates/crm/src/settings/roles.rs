//! The roles a new company begins with (ORG-46), with no more rights than each needs (ORG-34).

use guanxi_model::system::{EVERY_OTHER_FIELD, Right, Role, RoleField, RoleGrant, Scope, Verb};
use guanxi_model::tx::record_of;
use guanxi_model::{Id, Result, Tx};

use Scope::{All, Department, DepartmentBelow, Own, Subordinates};

/// What a role does for its living: which grants it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Everything.
    Administrator,
    /// Own customers, leads, contacts, follow-ups.
    Sales,
    /// Those of subordinates and of the department, with approval and assignment.
    Lead,
    /// Those of the department and below.
    Head,
    /// All of them, with approval and assignment.
    Executive,
    /// Leads of all, customers to read.
    Marketing,
    /// The same, and by which rules leads are handed out (LEA-05).
    MarketLead,
    /// Customers of all to read, follow-ups to write.
    Service,
    /// Customers of all to read, without private data.
    Office,
    /// Where goods go: names and addresses of customers, nothing else.
    Addresses,
    /// Accounts of the own branch or dealer, by administration; no customers.
    BranchAdministrator,
    /// Own records only, nothing to hand on.
    External,
}

/// Code, Chinese name, description, kind of work, whether branch administrators may give it.
type RoleSeed = (&'static str, &'static str, &'static str, Work, bool);

const ROLES: &[RoleSeed] = &[
    ("system_administrator", "系统管理员", "系统设置与全部数据", Work::Administrator, false),
    ("salesperson", "销售人员", "管理本人的客户、线索、联系人与跟进", Work::Sales, true),
    ("sales_manager", "销售经理", "管理本部门销售，审批意向与延期申请", Work::Lead, true),
    ("sales_supervisor", "销售主管", "管理下属的客户，审批意向与延期申请", Work::Lead, true),
    ("vice_president", "业务副总", "查看并分配全公司客户", Work::Executive, false),
    ("division_director", "事业部总监", "查看并管理本事业部及下级部门", Work::Head, false),
    ("marketing", "市场人员", "管理线索与市场活动", Work::Marketing, true),
    ("market_manager", "市场经理", "管理线索、分配规则与市场活动", Work::MarketLead, true),
    ("customer_manager", "客户经理", "维护本人名下客户", Work::Sales, true),
    ("consultant", "咨询顾问", "跟进准客户与签约客户", Work::Sales, true),
    ("customer_service", "客服人员", "查看客户，登记沟通与服务", Work::Service, true),
    ("after_sales", "售后人员", "管理正式客户，登记服务", Work::Sales, true),
    ("phone_order_clerk", "电话订货员", "查看客户，登记电话沟通", Work::Service, true),
    ("finance", "财务人员", "查看客户与往来资料", Work::Office, true),
    ("document_clerk", "文案人员", "查看客户资料，准备文件", Work::Office, true),
    ("records_centre", "档案中心", "查看客户资料与归档分类", Work::Office, true),
    ("administrative_secretary", "行政秘书", "查看客户资料", Work::Office, true),
    ("operator", "操作人员", "查看业务资料，登记沟通", Work::Service, true),
    ("warehouse", "仓库物料", "查看客户名称与地址", Work::Addresses, true),
    ("promotion_staff", "促销人员", "维护本人名下客户", Work::External, true),
    ("promotion_supervisor", "促销主管", "管理下属维护的客户", Work::Lead, true),
    ("promotion_manager", "促销经理", "管理本部门维护的客户", Work::Lead, true),
    ("dealer_administrator", "经销商用户管理员", "管理本经销商的账号与角色", Work::BranchAdministrator, false),
    ("agent", "代理商", "维护本人录入的客户", Work::External, true),
    ("bank_head_office", "总行管理员", "查看并分配全行客户", Work::Executive, false),
    ("bank_branch", "分行管理员", "管理本分行客户与用户", Work::Head, false),
    ("store_head", "店长", "管理本店客户", Work::Head, true),
];

/// Who opens accounts and gives roles in the own branch, bank branch or dealer company (ORG-41).
const BRANCH_ADMINISTRATORS: [&str; 2] = ["dealer_administrator", "bank_branch"];

const SALES_VERBS: &[Verb] = &[Verb::See, Verb::Create, Verb::Edit, Verb::Export, Verb::Share];
const LEAD_VERBS: &[Verb] =
    &[Verb::See, Verb::Create, Verb::Edit, Verb::Delete, Verb::Import, Verb::Export, Verb::Assign, Verb::Merge, Verb::Share, Verb::Approve];
const WRITE: &[Verb] = &[Verb::See, Verb::Create, Verb::Edit, Verb::Delete, Verb::Export];
/// Of follow-ups: those of others may be corrected too (COM-13).
const AUDIT: &[Verb] = &[Verb::See, Verb::Create, Verb::Edit, Verb::Delete, Verb::Import, Verb::Export, Verb::Approve];
/// Of contacts: brought in many at once, and two that are one person put together (CON-06).
const KEEP: &[Verb] = &[Verb::See, Verb::Create, Verb::Edit, Verb::Delete, Verb::Import, Verb::Export, Verb::Merge];
const NOTE: &[Verb] = &[Verb::See, Verb::Create, Verb::Edit];
const SEE: &[Verb] = &[Verb::See];
const ALL_VERBS: &[Verb] = &[
    Verb::See,
    Verb::Create,
    Verb::Edit,
    Verb::Delete,
    Verb::Import,
    Verb::Export,
    Verb::Assign,
    Verb::Merge,
    Verb::Share,
    Verb::Approve,
    Verb::Override,
];

/// Entity, verbs, whose records are read, whose are written.
type Grant = (&'static str, &'static [Verb], Scope, Scope);

/// What every role that sees customers sees too: history and applications, which follow the customer,
/// and what one asked for oneself.
const FOLLOWING: [Grant; 4] = [
    ("ownership", SEE, Own, Scope::None),
    ("application", SEE, Own, Scope::None),
    ("duplicate_report", SEE, Own, Scope::None),
    ("export_application", SEE, Own, Scope::None),
];

fn grants(work: Work) -> Vec<Grant> {
    let selling = |verbs: &'static [Verb], read: Scope, write: Scope| {
        let mut grants: Vec<Grant> = vec![
            ("customer", verbs, read, write),
            ("contact", WRITE, read, write),
            ("contact_customer", WRITE, read, write),
            ("lead", verbs, read, write),
            ("follow_up", WRITE, read, Own),
            ("share", SEE, Own, Scope::None),
        ];
        grants.extend(FOLLOWING);
        grants
    };
    match work {
        Work::Administrator => vec![("*", ALL_VERBS, All, All)],
        Work::Sales => selling(SALES_VERBS, Own, Own),
        Work::Lead => deciding(selling(LEAD_VERBS, Department, Department), Department),
        Work::Head => deciding(selling(LEAD_VERBS, DepartmentBelow, DepartmentBelow), DepartmentBelow),
        Work::Executive => deciding(selling(LEAD_VERBS, All, All), All),
        Work::External => selling(NOTE, Own, Own),
        Work::Marketing => {
            let mut grants = seeing(All);
            grants.extend([("lead", LEAD_VERBS, All, All), ("follow_up", WRITE, All, Own)]);
            grants
        }
        Work::MarketLead => {
            let mut grants = grants(Work::Marketing);
            grants.push(("lead_rule", WRITE, All, All));
            grants
        }
        Work::Service => {
            let mut grants = seeing(All);
            grants.extend([("lead", NOTE, Own, Own), ("follow_up", WRITE, All, Own)]);
            grants
        }
        Work::Office => {
            let mut grants = seeing(All);
            grants.push(("follow_up", SEE, All, Scope::None));
            grants
        }
        Work::Addresses => vec![("customer", SEE, All, Scope::None)],
        Work::BranchAdministrator => Vec::new(),
    }
}

/// Those who lead also decide, and reach whoever is below them in the chain of superiors.
fn deciding(mut grants: Vec<Grant>, scope: Scope) -> Vec<Grant> {
    const DECIDE: &[Verb] = &[Verb::See, Verb::Approve];
    for grant in &mut grants {
        if ["application", "duplicate_report", "export_application"].contains(&grant.0) {
            *grant = (grant.0, DECIDE, scope, Scope::None);
        }
        if grant.0 == "contact" {
            *grant = ("contact", KEEP, scope, scope);
        }
        if grant.0 == "follow_up" {
            *grant = ("follow_up", AUDIT, scope, scope);
        }
        if grant.0 == "ownership" {
            *grant = ("ownership", SEE, scope, Scope::None);
        }
    }
    grants
}

fn seeing(scope: Scope) -> Vec<Grant> {
    let mut grants: Vec<Grant> =
        vec![("customer", SEE, scope, Scope::None), ("contact", SEE, scope, Scope::None), ("contact_customer", SEE, scope, Scope::None)];
    grants.extend(FOLLOWING);
    grants
}

/// Private data hidden or masked from those who need none of it.
fn limits(work: Work) -> &'static [(&'static str, &'static str, Right)] {
    match work {
        Work::Office | Work::Marketing | Work::MarketLead => &[
            ("customer", "id_number", Right::Hidden),
            ("customer", "birth_date", Right::Hidden),
            ("customer", "mobile", Right::Masked),
            ("contact", "mobile", Right::Masked),
            ("contact", "wechat", Right::Masked),
        ],
        Work::Addresses => &[
            ("customer", EVERY_OTHER_FIELD, Right::Hidden),
            ("customer", "number", Right::Read),
            ("customer", "name", Right::Read),
            ("customer", "region", Right::Read),
            ("customer", "address", Right::Read),
        ],
        Work::Service | Work::External => &[("customer", "id_number", Right::Masked)],
        _ => &[],
    }
}

/// Writes the roles; gives back the one of the administrator.
pub fn seed(tx: &mut dyn Tx) -> Result<Option<i64>> {
    let catalog = tx.catalog().clone();
    let mut administrator = None;
    for (position, (code, name, description, work, delegable)) in (1_i64..).zip(ROLES) {
        let role = Role {
            name: (*name).to_owned(),
            description: Some((*description).to_owned()),
            code: Some((*code).to_owned()),
            delegable: *delegable,
            position,
            administers_branch: BRANCH_ADMINISTRATORS.contains(code),
            needs_superior: code.starts_with("promotion_"),
        };
        let role: Id<Role> = tx.insert(record_of(&catalog, role)?, "seed")?.typed_id();
        if *work == Work::Administrator {
            administrator = Some(role.raw());
        }
        let supervises = *code == "sales_supervisor" || *code == "promotion_supervisor";
        for (entity, verbs, read, write) in grants(*work) {
            let narrowed = |scope: Scope| if supervises && scope == Department { Subordinates } else { scope };
            let grant = RoleGrant {
                role,
                entity: entity.to_owned(),
                verbs: verbs.to_vec(),
                read_scope: narrowed(read),
                write_scope: narrowed(write),
                read_filter: None,
                write_filter: None,
            };
            tx.insert(record_of(&catalog, grant)?, "seed")?;
        }
        for (entity, field, right) in limits(*work) {
            let limit = RoleField { role, entity: (*entity).to_owned(), field: (*field).to_owned(), right: *right };
            tx.insert(record_of(&catalog, limit)?, "seed")?;
        }
    }
    Ok(administrator)
}

/// The codes of the shipped roles.
pub fn codes() -> Vec<&'static str> {
    ROLES.iter().map(|(code, ..)| *code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_but_the_administrator_may_override() {
        for (code, _, _, work, _) in ROLES.iter().filter(|(_, _, _, work, _)| *work != Work::Administrator) {
            let overrides = grants(*work).iter().any(|(_, verbs, _, _)| verbs.contains(&Verb::Override));
            assert!(!overrides, "{code}");
        }
    }

    #[test]
    fn a_salesperson_neither_assigns_nor_deletes_nor_approves() {
        for (entity, verbs, read, write) in grants(Work::Sales) {
            if entity == "customer" || entity == "lead" {
                assert!(![Verb::Assign, Verb::Delete, Verb::Approve, Verb::Import].iter().any(|verb| verbs.contains(verb)));
                assert_eq!((read, write), (Own, Own));
            }
        }
    }
}
