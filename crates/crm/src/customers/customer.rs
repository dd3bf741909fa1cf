//! Customers (客户): organisations and persons the company deals with, or hopes to.

use guanxi_model::field::{Address, Code, Email, LongText, Percent, Phone, Region, Serial, Url};
use guanxi_model::system::{Territory, User};
use guanxi_model::time::Date;
use guanxi_model::{Choice, Entity, Id, Instant, Money};

use super::application::Application;
use super::ownership::Start;
use super::pool::Pool;
use super::protection::ProtectionRule;

/// What a customer is (CUS-06).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerKind {
    Organisation,
    Person,
}

/// 性别.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    Male,
    Female,
}

/// A customer (客户). Without an owner it is in the public pool.
#[derive(Entity)]
#[entity(area = "customers", title = "name", owner = "owner", search)]
pub struct Customer {
    /// Given by the numbering rule (CUS-54).
    #[field(readonly, list, search, index)]
    pub number: Option<Serial>,
    #[field(max = 120, list, search, index)]
    pub name: String,
    #[field(default = "organisation")]
    pub kind: CustomerKind,
    /// 潜在, 意向, 正式 (CUS-20).
    #[field(dict = "lifecycle", list)]
    pub lifecycle: Option<Code>,
    /// The person in charge. Empty means: in the public pool.
    #[field(list)]
    pub owner: Option<Id<User>>,
    #[field(dict = "industry", list)]
    pub industry: Option<Code>,
    #[field(dict = "company_size")]
    pub company_size: Option<Code>,
    #[field(dict = "customer_source")]
    pub source: Option<Code>,
    /// Unified social credit code (统一社会信用代码).
    #[field(max = 18, search, index)]
    pub credit_code: Option<String>,
    pub introduction: Option<LongText>,
    pub remark: Option<LongText>,

    #[field(group = "contact", search, sensitive)]
    pub mobile: Option<Phone>,
    #[field(group = "contact", search, list)]
    pub phone: Option<Phone>,
    #[field(group = "contact")]
    pub email: Option<Email>,
    #[field(group = "contact")]
    pub website: Option<Url>,
    #[field(group = "contact", list)]
    pub region: Option<Region>,
    #[field(group = "contact")]
    pub address: Option<Address>,

    #[field(group = "sales", dict = "product_category")]
    pub product_categories: Vec<Code>,
    /// 需求.
    #[field(group = "sales")]
    pub demand: Option<LongText>,
    #[field(group = "sales", dict = "customer_intention")]
    pub intention: Option<Code>,
    #[field(group = "sales")]
    pub expected_amount: Option<Money>,
    #[field(group = "sales")]
    pub expected_date: Option<Date>,
    /// 成功率 (CUS-58).
    #[field(group = "sales")]
    pub success_rate: Option<Percent>,
    /// 客户来源介绍人 (LEA-10).
    #[field(group = "sales")]
    pub referrer: Option<Id<Customer>>,

    #[field(group = "classes", dict = "customer_status")]
    pub status: Option<Code>,
    #[field(group = "classes", dict = "relation_type")]
    pub relation: Option<Code>,
    /// By trading activity (CUS-22).
    #[field(group = "classes", dict = "customer_class")]
    pub customer_class: Option<Code>,
    #[field(group = "classes", dict = "abc_class")]
    pub abc_class: Option<Code>,
    #[field(group = "classes", dict = "value_class")]
    pub value_class: Option<Code>,
    #[field(group = "classes", range = "1..5", list)]
    pub star: Option<i64>,
    #[field(group = "classes", dict = "customer_grade")]
    pub grade: Option<Code>,
    #[field(group = "classes", dict = "customer_tag")]
    pub tags: Vec<Code>,
    /// How its papers are filed (CUS-41).
    #[field(group = "classes", dict = "archive_category")]
    pub archive: Option<Code>,

    #[field(group = "person")]
    pub gender: Option<Gender>,
    #[field(group = "person", sensitive)]
    pub birth_date: Option<Date>,
    /// 身份证或护照号码.
    #[field(group = "person", max = 40, sensitive)]
    pub id_number: Option<String>,
    #[field(group = "person", dict = "education")]
    pub education: Option<Code>,
    #[field(group = "person", dict = "marital_status")]
    pub marital_status: Option<Code>,
    /// 消费习惯 (CUS-04, CUS-36).
    #[field(group = "person")]
    pub preferences: Option<LongText>,

    #[field(group = "credit", dict = "payment_method")]
    pub payment_method: Option<Code>,
    #[field(group = "credit", dict = "payment_attitude")]
    pub payment_attitude: Option<Code>,
    #[field(group = "credit")]
    pub special_terms: Option<LongText>,

    /// The company above this one (CUS-53).
    #[field(group = "structure", index)]
    pub parent: Option<Id<Customer>>,
    /// Who follows the project besides the owner (CUS-62).
    #[field(group = "structure", index)]
    pub follower: Option<Id<User>>,
    #[field(group = "structure", index)]
    pub territory: Option<Id<Territory>>,

    /// The pool whose rules hold for it.
    #[field(group = "protection", index)]
    pub pool: Option<Id<Pool>>,
    /// When it falls back into the pool; empty means never.
    #[field(group = "protection", readonly, index)]
    pub protected_until: Option<Instant>,
    #[field(group = "protection", readonly)]
    pub protection_rule: Option<ProtectionRule>,
    /// When the clock of the present protection started.
    #[field(group = "protection", readonly)]
    pub protected_since: Option<Instant>,
    /// Extensions granted in the present protection.
    #[field(group = "protection", readonly, default = "0")]
    pub extensions: i64,
    /// Days they add.
    #[field(group = "protection", readonly, default = "0")]
    pub extension_days: i64,
    /// The application that stops the clock.
    #[field(group = "protection", readonly)]
    pub application: Option<Id<Application>>,
    /// When the owner was told that it will return.
    #[field(group = "protection", readonly)]
    pub warned_at: Option<Instant>,
    /// Since when the owner holds it.
    #[field(group = "protection", readonly)]
    pub owned_since: Option<Instant>,
    /// How the owner came by it.
    #[field(group = "protection", readonly)]
    pub owned_how: Option<Start>,
    /// Why it last changed hands.
    #[field(group = "protection", readonly, max = 500)]
    pub owner_reason: Option<String>,
    /// Why it is not worth a call (CUS-48).
    #[field(group = "protection", readonly, dict = "invalid_reason")]
    pub invalid_reason: Option<Code>,

    #[field(group = "statistics", readonly, list)]
    pub last_contact_at: Option<Instant>,
    #[field(group = "statistics", list, index)]
    pub next_contact_at: Option<Instant>,
    #[field(group = "statistics", readonly, default = "0")]
    pub contact_count: i64,
    #[field(group = "statistics", readonly, max = 500)]
    pub latest_feedback: Option<String>,
    /// How complete it is, in percent.
    #[field(group = "statistics", readonly, default = "0")]
    pub completeness: i64,

    /// Comparable kernel of the name.
    #[field(group = "system", readonly, index, max = 120)]
    pub name_key: Option<String>,
    #[field(group = "system", readonly, index, max = 40)]
    pub mobile_key: Option<String>,
    #[field(group = "system", readonly, index, max = 40)]
    pub phone_key: Option<String>,
}
