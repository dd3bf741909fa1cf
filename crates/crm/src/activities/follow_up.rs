//! Follow-ups (跟进记录): what was said with whom, and when to speak again.

use guanxi_model::field::{Code, LongText};
use guanxi_model::system::User;
use guanxi_model::{Entity, Id, Instant};

use crate::customers::contact::Contact;
use crate::customers::customer::Customer;
use crate::customers::lead::Lead;

/// One contact with a customer or a lead.
#[derive(Entity)]
#[entity(area = "activities", title = "summary", owner = "owner", follows = "customer", search)]
pub struct FollowUp {
    /// The beginning of the content, on one line.
    #[field(list, readonly, max = 120)]
    pub summary: Option<String>,
    #[field(search)]
    pub content: LongText,
    #[field(list, index)]
    pub customer: Option<Id<Customer>>,
    /// Whom one spoke to.
    #[field(list)]
    pub contact: Option<Id<Contact>>,
    #[field(index)]
    pub lead: Option<Id<Lead>>,
    #[field(list, dict = "channel", default = "call")]
    pub channel: Code,
    #[field(list, dict = "matter_type")]
    pub matter_type: Option<Code>,
    /// 面访, 电话沟通, 异议处理, 其他 (ACT-26).
    #[field(dict = "follow_up_type")]
    pub follow_up_type: Option<Code>,
    /// 热点分类 (COM-06).
    #[field(dict = "hot_topic")]
    pub hot_topic: Option<Code>,
    /// What the customer said.
    #[field(list)]
    pub feedback: Option<LongText>,
    #[field(list, index)]
    pub contacted_at: Option<Instant>,
    #[field(list)]
    pub next_contact_at: Option<Instant>,
    /// The author.
    #[field(list)]
    pub owner: Option<Id<User>>,
    pub remark: Option<LongText>,
}
