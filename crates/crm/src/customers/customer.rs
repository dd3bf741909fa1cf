//! Customers (客户): organisations and persons the company deals with, or hopes to.

use guanxi_model::entity::CREATED_AT;
use guanxi_model::field::{Address, Code, Email, LongText, Percent, Phone, Region, Serial, Url};
use guanxi_model::system::{Territory, User};
use guanxi_model::time::Date;
use guanxi_model::{Action, Choice, Entity, EntityType, Id, Instant, Money, Rules};

use super::application::{self, Application};
use super::depth::Standard;
use super::ownership::{self, Start};
use super::pool::Pool;
use super::protection::{self, ProtectionRule};
use super::verification::{self, Verdict};
use super::{
    catching_up, claim, depth, dormancy, duplicate_report, duplicates, entry, explain, formats, hand_on, naming, pool_members, reminders,
    returns, rhythm, sharing, signing, tagging,
};
use crate::activities::follow_up;
use crate::settings::field_profile;

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
    #[field(dict = "lifecycle", list, newest)]
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
    #[field(group = "sales", range = "0..100")]
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
    #[field(group = "classes", range = "1..5", stars, list)]
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
    #[field(group = "person", sensitive, birth)]
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
    /// When the owner was told of the next contact.
    #[field(group = "system", readonly)]
    pub contact_told_at: Option<Instant>,
    /// What of the products they ask about (CUZ-01).
    #[field(group = "sales", dict = "product_info")]
    pub product_info: Vec<Code>,
    /// 项目名称 (CUS-18).
    #[field(group = "sales", max = 120)]
    pub project_name: Option<String>,
    /// 实际成交金额 (CUS-50).
    #[field(group = "sales")]
    pub actual_amount: Option<Money>,
    #[field(group = "sales")]
    pub signed_on: Option<Date>,
    /// Whether it is genuine, once a superior has looked into it (CUS-49).
    #[field(group = "verification", readonly)]
    pub verdict: Option<Verdict>,
    #[field(group = "verification", readonly)]
    pub verified_by: Option<Id<User>>,
    #[field(group = "verification", readonly)]
    pub verified_at: Option<Instant>,
    #[field(group = "verification", readonly)]
    pub verdict_note: Option<LongText>,
    /// Whether it is complete enough (CUS-57).
    #[field(group = "statistics", readonly)]
    pub standard: Option<Standard>,
    /// The year its papers are filed under (CUS-41).
    #[field(group = "classes", range = "1900..2999")]
    pub archive_year: Option<i64>,
    /// Who entered what was verified, or for whom it was entered (CUS-49).
    #[field(group = "verification", readonly)]
    pub answerable: Option<Id<User>>,
}

pub fn entity_type() -> EntityType {
    let rules = Rules::new()
        .fill(entry::entry)
        .fill(entry::pool)
        .fill(entry::comparable)
        .fill(entry::filed)
        .fill(verification::verify_again)
        .fill(follow_up::count_merged)
        .fill(duplicate_report::merged)
        .fill(protection::protect)
        .fill(rhythm::plan)
        .fill(reminders::customer_again)
        .fill(sharing::without_owner)
        .check(entry::credit_code)
        .check(formats::customer)
        .check(entry::lifecycle)
        .check(entry::owner_by_right)
        .check(entry::no_circle)
        .check(naming::convention)
        .check(duplicates::already_protected)
        .check(claim::holder_by_stage)
        .check(claim::room)
        .react(ownership::keep_history)
        .react(ownership::end_holding)
        .react(ownership::contacts_follow)
        .react(sharing::with_follower)
        .react(protection::tell_after_sales);
    let held = r#"{"owner":{"empty":false}}"#;
    let running = r#"{"and":[{"owner":{"empty":false}},{"protected_until":{"empty":false}},{"application":{"empty":true}}]}"#;
    field_profile::enforced(EntityType::plain::<Customer>().rules(rules))
        .action(
            Action::new("claim", claim::claim)
                .needs("see")
                .when(r#"{"owner":{"empty":true},"invalid_reason":{"empty":true}}"#)
                .guard(claim::may_claim),
        )
        .action(Action::new("release", hand_on::release).input::<hand_on::ReleaseInput>().when(held).guard(hand_on::may_release).danger())
        .action(Action::new("transfer", hand_on::transfer).needs("assign").input::<hand_on::TransferInput>())
        .action(Action::new("hand-over", hand_on::hand_over).needs("assign").input::<hand_on::HandOverInput>().when(held))
        .action(Action::new("share", sharing::share).needs("share").input::<sharing::ShareInput>().when(held))
        .action(Action::new("unshare", sharing::unshare).needs("share").input::<sharing::UnshareInput>().when(held))
        .action(
            Action::new("apply-for-intent", application::apply_for_intent)
                .single()
                .input::<application::ApplyInput>()
                .when(running)
                .guard(application::may_apply_for_intent),
        )
        .action(
            Action::new("apply-for-extension", application::apply_for_extension)
                .single()
                .input::<application::ApplyInput>()
                .when(running)
                .guard(application::may_apply_for_extension),
        )
        .action(
            Action::new("mark-won", signing::mark_won).single().input::<signing::SigningInput>().when(held).guard(signing::may_mark_won),
        )
        .action(
            Action::new("mark-invalid", hand_on::mark_invalid)
                .input::<hand_on::InvalidInput>()
                .when(r#"{"invalid_reason":{"empty":true}}"#)
                .danger(),
        )
        .action(Action::new("mark-valid", hand_on::mark_valid).when(r#"{"invalid_reason":{"empty":false}}"#))
        .action(Action::new("report-duplicate", duplicate_report::report_seen).single().needs("see").input::<duplicate_report::SeenInput>())
        .action(Action::new("report-met", duplicate_report::report_met).collection().needs("see").input::<duplicate_report::MetInput>())
        .action(
            Action::new("verify", verification::verify).needs("approve").input::<verification::VerifyInput>().guard(verification::may_verify),
        )
        .action(Action::new("protection", explain::protection).single().quiet())
        .action(Action::new("completeness", depth::completeness).single().quiet())
        .action(Action::new("shares", sharing::shares).single().quiet())
        .action(Action::new("new-tag", tagging::new_tag).collection().needs("edit").input::<tagging::TagInput>())
        .action(Action::new("check-name", naming::check_name).collection().input::<naming::CheckNameInput>().quiet())
        .job(returns::RETURN)
        .job(returns::WARN)
        .job(reminders::CUSTOMERS)
        .job(dormancy::SWEEP)
        .job(catching_up::SWEEP)
        .tally(
            &[Customer::LIFECYCLE.index, Customer::OWNER.index, Customer::POOL.index, Customer::INVALID_REASON.index, CREATED_AT],
            &[Customer::EXPECTED_AMOUNT.index],
        )
        .reach(pool_members::reach)
        .duplicates(duplicates::CUSTOMERS)
        .brings(&[Customer::LAST_CONTACT_AT.index, Customer::LATEST_FEEDBACK.index], follow_up::bring)
        .view("mine", r#"{"owner":{"me":true}}"#, "-created_at", MINE_COLUMNS)
        .view("all", "{}", "-created_at", &[])
        .view("tracking", "{}", "-created_at", TRACKING_COLUMNS)
        .view("subordinates", r#"{"owner.superior":{"me":true}}"#, "-created_at", &[])
        .view("followed", r#"{"follower":{"me":true}}"#, "-created_at", &[])
        .view("pool", r#"{"owner":{"empty":true},"invalid_reason":{"empty":true}}"#, "-updated_at", POOL_COLUMNS)
        .view("returning", r#"{"owner":{"me":true},"protected_until":{"within":"next_7_days"}}"#, "protected_until", PROTECTED_COLUMNS)
        .view("returning_all", r#"{"protected_until":{"within":"next_7_days"}}"#, "protected_until", PROTECTED_COLUMNS)
        .view(
            "contact_today",
            r#"{"owner":{"me":true},"invalid_reason":{"empty":true},"or":[{"next_contact_at":{"within":"past"}},{"next_contact_at":{"within":"today"}}]}"#,
            "next_contact_at",
            CONTACT_COLUMNS,
        )
        .view(
            "not_contacted",
            r#"{"owner":{"empty":false},"or":[{"last_contact_at":{"empty":true}},{"last_contact_at":{"within":"before_30_days"}}]}"#,
            "last_contact_at",
            CONTACT_COLUMNS,
        )
        .view("never_contacted", r#"{"owner":{"me":true},"last_contact_at":{"empty":true}}"#, "created_at", CONTACT_COLUMNS)
        .view("recent", r#"{"created_at":{"within":"last_7_days"}}"#, "-created_at", &[])
        .view(
            "invalid",
            r#"{"invalid_reason":{"empty":false}}"#,
            "-updated_at",
            &["name", "invalid_reason", "owner", "phone", "updated_at"],
        )
        .view(
            "to_verify",
            r#"{"verdict":{"empty":true},"owner":{"empty":false},"invalid_reason":{"empty":true}}"#,
            "-created_at",
            VERIFIED_COLUMNS,
        )
        .view("not_genuine", r#"{"verdict":{"in":["false","doubtful"]}}"#, "-updated_at", VERIFIED_COLUMNS)
        .view(
            "below_standard",
            r#"{"standard":"failed","owner":{"empty":false}}"#,
            "-created_at",
            &["name", "standard", "completeness", "lifecycle", "star", "owner", "phone"],
        )
        .view("archived", r#"{"archive":{"empty":false}}"#, "-created_at", ARCHIVED_COLUMNS)
        .view("archived_projects", r#"{"archive":"project"}"#, "-created_at", ARCHIVED_COLUMNS)
}

const VERIFIED_COLUMNS: &[&str] =
    &["name", "verdict", "owner", "answerable", "phone", "mobile", "created_at", "verified_by", "verdict_note"];
const ARCHIVED_COLUMNS: &[&str] = &["name", "archive", "archive_year", "project_name", "lifecycle", "owner", "signed_on", "created_at"];
const MINE_COLUMNS: &[&str] =
    &["name", "lifecycle", "protected_until", "star", "industry", "region", "phone", "last_contact_at", "next_contact_at", "number"];
/// The follow-up sheet of a sales department (CUS-39, CUS-58).
const TRACKING_COLUMNS: &[&str] = &[
    "name",
    "lifecycle",
    "success_rate",
    "expected_amount",
    "owner",
    "expected_date",
    "contact_count",
    "last_contact_at",
    "latest_feedback",
    "remark",
];
const POOL_COLUMNS: &[&str] = &["name", "lifecycle", "industry", "region", "phone", "last_contact_at", "latest_feedback", "pool"];
const PROTECTED_COLUMNS: &[&str] = &["name", "lifecycle", "owner", "protected_until", "extensions", "last_contact_at", "next_contact_at"];
const CONTACT_COLUMNS: &[&str] = &["name", "lifecycle", "owner", "phone", "next_contact_at", "last_contact_at", "latest_feedback"];
