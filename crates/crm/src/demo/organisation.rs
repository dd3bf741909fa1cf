//! The people of the demonstration company.

use std::collections::HashMap;

use guanxi_model::field::{Code, Phone};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{Administration, Department, DepartmentKind, Role, Team, TeamMember, User, UserRole, UserStatus, UserType};
use guanxi_model::tx::record_of;
use guanxi_model::{Id, Query, Result, Tx, Value};

use crate::customers::lead_rule::{Distribution, LeadRule};
use crate::customers::pool::{Pool, PoolMember};

/// Department, the one above.
const DEPARTMENTS: &[(&str, &str)] = &[
    ("总经办", ""),
    ("销售中心", "总经办"),
    ("华东销售部", "销售中心"),
    ("华南销售部", "销售中心"),
    ("华北销售部", "销售中心"),
    ("大客户部", "销售中心"),
    ("市场部", "总经办"),
    ("客户服务部", "总经办"),
    ("售后服务部", "客户服务部"),
    ("财务部", "总经办"),
];

/// Name, department, post, role, superior; leaders of departments come before their people.
const PEOPLE: &[(&str, &str, &str, &str, &str)] = &[
    ("陈国华", "总经办", "业务副总", "vice_president", ""),
    ("林雅文", "总经办", "行政秘书", "administrative_secretary", "陈国华"),
    ("周建平", "销售中心", "销售总监", "division_director", "陈国华"),
    ("张伟", "华东销售部", "销售经理", "sales_manager", "周建平"),
    ("李芳", "华东销售部", "客户经理", "salesperson", "张伟"),
    ("王磊", "华东销售部", "客户经理", "salesperson", "张伟"),
    ("赵敏", "华东销售部", "客户经理", "salesperson", "张伟"),
    ("钱志强", "华东销售部", "销售主管", "sales_supervisor", "张伟"),
    ("孙丽娜", "华东销售部", "销售代表", "salesperson", "钱志强"),
    ("吴海涛", "华东销售部", "销售代表", "salesperson", "钱志强"),
    ("黄俊杰", "华南销售部", "销售经理", "sales_manager", "周建平"),
    ("梁晓彤", "华南销售部", "客户经理", "salesperson", "黄俊杰"),
    ("何嘉诚", "华南销售部", "客户经理", "salesperson", "黄俊杰"),
    ("罗诗涵", "华南销售部", "客户经理", "salesperson", "黄俊杰"),
    ("谢文博", "华南销售部", "销售代表", "salesperson", "黄俊杰"),
    ("郑宇航", "华南销售部", "销售代表", "salesperson", "黄俊杰"),
    ("刘鹏", "华北销售部", "销售经理", "sales_manager", "周建平"),
    ("杨静", "华北销售部", "客户经理", "salesperson", "刘鹏"),
    ("徐峰", "华北销售部", "客户经理", "salesperson", "刘鹏"),
    ("马欣怡", "华北销售部", "客户经理", "salesperson", "刘鹏"),
    ("胡天佑", "华北销售部", "销售代表", "salesperson", "刘鹏"),
    ("郭凯", "大客户部", "大客户经理", "sales_manager", "周建平"),
    ("曹雪梅", "大客户部", "客户经理", "customer_manager", "郭凯"),
    ("冯子轩", "市场部", "市场经理", "market_manager", "陈国华"),
    ("邓思雨", "市场部", "市场专员", "marketing", "冯子轩"),
    ("彭慧琳", "客户服务部", "客服主管", "customer_service", "陈国华"),
    ("曾晓燕", "客户服务部", "客服专员", "customer_service", "彭慧琳"),
    ("田刚", "售后服务部", "售后工程师", "after_sales", "彭慧琳"),
    ("董明辉", "售后服务部", "售后工程师", "after_sales", "彭慧琳"),
    ("潘玉萍", "财务部", "会计", "finance", "陈国华"),
];

/// Departments, thirty people with roles and superiors, teams, a second pool, a distribution rule.
pub fn organisation(tx: &mut dyn Tx) -> Result<()> {
    let catalog = tx.catalog().clone();
    let mut departments: HashMap<&str, Id<Department>> = HashMap::new();
    for (position, (name, above)) in (1_i64..).zip(DEPARTMENTS) {
        let department = Department {
            name: (*name).to_owned(),
            kind: Some(DepartmentKind::Department),
            parent: departments.get(above).copied(),
            leader: None,
            position,
            remark: None,
        };
        departments.insert(name, tx.insert(record_of(&catalog, department)?, "demo")?.typed_id());
    }
    let mut people: HashMap<&str, Id<User>> = HashMap::new();
    let mut led: Vec<&str> = Vec::new();
    for (number, (name, department, post, role, superior)) in (1_i64..).zip(PEOPLE) {
        let user_type = match *role {
            "salesperson" | "customer_manager" | "after_sales" => UserType::Sales,
            "sales_manager" | "sales_supervisor" | "division_director" | "vice_president" => UserType::SalesManager,
            _ => UserType::Operator,
        };
        let user = User {
            name: (*name).to_owned(),
            login: None,
            password_hash: None,
            department: departments.get(department).copied(),
            post: Some((*post).to_owned()),
            superior: people.get(superior).copied(),
            mobile: Some(Phone(format!("138{:08}", 10_000_000 + number * 137))),
            email: None,
            territory: None,
            user_type,
            status: UserStatus::Active,
            administration: Administration::None,
            must_change_password: false,
            last_sign_in: None,
            preferences: None,
        };
        let user: Id<User> = tx.insert(record_of(&catalog, user)?, "demo")?.typed_id();
        people.insert(name, user);
        give_role(tx, user, role)?;
        if let (Some(department), false) = (departments.get(department), led.contains(department)) {
            lead(tx, *department, user)?;
        }
        led.push(department);
    }
    let hunters = ["李芳", "王磊", "梁晓彤", "何嘉诚", "杨静", "徐峰"];
    let team = team(tx, "新客开发组", people.get("周建平").copied(), hunters.iter().filter_map(|name| people.get(name).copied()))?;
    self::team(tx, "售后服务组", people.get("彭慧琳").copied(), ["田刚", "董明辉"].iter().filter_map(|name| people.get(name).copied()))?;
    let key_accounts = Pool {
        remark: Some("大客户部专用：跟进即延长保护".to_owned()),
        lapse_basis: crate::customers::pool::LapseBasis::LastContact,
        potential_days: 60,
        intent_days: 30,
        capacity: 50,
        claim_per_day: 5,
        ..Pool::initial("大客户池")
    };
    let pool: Id<Pool> = tx.insert(record_of(&catalog, key_accounts)?, "demo")?.typed_id();
    let member = PoolMember { pool, user: None, department: departments.get("大客户部").copied(), everyone: false };
    tx.insert(record_of(&catalog, member)?, "demo")?;
    let rule = LeadRule {
        name: "市场线索轮流分配".to_owned(),
        position: 10,
        enabled: true,
        sources: ["website", "search", "advertising", "exhibition", "social"].map(|code| Code(code.to_owned())).to_vec(),
        region: None,
        products: Vec::new(),
        team: Some(team),
        user: None,
        distribution: Distribution::RoundRobin,
        include_own: true,
    };
    tx.insert(record_of(&catalog, rule)?, "demo")?;
    Ok(())
}

fn give_role(tx: &mut dyn Tx, user: Id<User>, code: &str) -> Result<()> {
    let of_code = Filter::is(Role::CODE.index, Test::Eq(Value::Text(code.to_owned())));
    if let Some(role) = tx.find(&Query::of("role", of_code).limit(1))?.first() {
        let catalog = tx.catalog().clone();
        tx.insert(record_of(&catalog, UserRole { user, role: role.typed_id() })?, "demo")?;
    }
    Ok(())
}

fn lead(tx: &mut dyn Tx, department: Id<Department>, user: Id<User>) -> Result<()> {
    if let Some(mut department) = tx.load("department", department.raw())? {
        department.set(Department::LEADER, Some(user));
        tx.update(department, "demo")?;
    }
    Ok(())
}

fn team(tx: &mut dyn Tx, name: &str, leader: Option<Id<User>>, members: impl Iterator<Item = Id<User>>) -> Result<Id<Team>> {
    let catalog = tx.catalog().clone();
    let team: Id<Team> = tx.insert(record_of(&catalog, Team { name: name.to_owned(), leader, remark: None })?, "demo")?.typed_id();
    for user in members {
        tx.insert(record_of(&catalog, TeamMember { team, user })?, "demo")?;
    }
    Ok(team)
}
