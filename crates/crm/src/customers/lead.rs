//! Leads (线索, 准客户): people and firms that may become customers.

use guanxi_model::field::{Address, Code, Email, LongText, Phone, Region};
use guanxi_model::system::User;
use guanxi_model::{Choice, Entity, Id, Instant};

use super::contact::Contact;
use super::customer::{Customer, Gender};

/// Where a lead stands.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadStatus {
    New,
    Assigned,
    Following,
    Converted,
    Invalid,
}

/// Someone who may become a customer. Name and telephone are enough (LEA-02).
#[derive(Entity)]
#[entity(area = "customers", title = "name", owner = "owner", search)]
pub struct Lead {
    #[field(readonly, list, index)]
    pub number: Option<guanxi_model::field::Serial>,
    #[field(max = 120, list, search)]
    pub name: String,
    #[field(max = 120, list, search)]
    pub company_name: Option<String>,
    #[field(list, search, sensitive)]
    pub mobile: Option<Phone>,
    #[field(search)]
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    #[field(max = 60)]
    pub wechat: Option<String>,
    pub gender: Option<Gender>,
    #[field(max = 60)]
    pub position: Option<String>,
    #[field(list, readonly, default = "new", index)]
    pub status: LeadStatus,
    #[field(list)]
    pub owner: Option<Id<User>>,
    #[field(list, dict = "customer_source")]
    pub source: Option<Code>,
    /// 注册方式 (LEA-09).
    #[field(dict = "registration_mode")]
    pub channel: Option<Code>,
    /// 媒体来源 (LEA-09).
    #[field(dict = "media_source")]
    pub media: Option<Code>,
    #[field(list)]
    pub region: Option<Region>,
    pub address: Option<Address>,
    #[field(dict = "product_category")]
    pub product_categories: Vec<Code>,
    pub demand: Option<LongText>,
    pub remark: Option<LongText>,
    #[field(group = "sales")]
    pub referrer: Option<Id<Customer>>,
    #[field(group = "statistics", readonly, list)]
    pub last_contact_at: Option<Instant>,
    #[field(group = "statistics", index)]
    pub next_contact_at: Option<Instant>,
    #[field(group = "statistics", readonly, default = "0")]
    pub contact_count: i64,
    #[field(group = "conversion", readonly, index)]
    pub customer: Option<Id<Customer>>,
    #[field(group = "conversion", readonly)]
    pub contact: Option<Id<Contact>>,
    #[field(group = "conversion", readonly)]
    pub converted_at: Option<Instant>,
    #[field(group = "conversion", readonly, dict = "invalid_reason")]
    pub invalid_reason: Option<Code>,
    #[field(group = "system", readonly, index, max = 40)]
    pub mobile_key: Option<String>,
}
