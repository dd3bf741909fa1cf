//! Applications for intent and for more time (转意向客户申请, 时间加权申请).

use guanxi_model::field::LongText;
use guanxi_model::system::User;
use guanxi_model::{Choice, Entity, Id, Instant};

use super::customer::Customer;

/// What is applied for.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationKind {
    /// The customer becomes an intent customer (LEA-07).
    Intent,
    /// More time (POL-04).
    Extension,
}

/// Where an application stands.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationState {
    Pending,
    Approved,
    Rejected,
    Withdrawn,
}

/// An application about a customer. While it is pending the clock stands still.
#[derive(Entity)]
#[entity(area = "customers", title = "kind", owner = "applicant", follows = "customer")]
pub struct Application {
    #[field(list, readonly)]
    pub kind: ApplicationKind,
    #[field(list, index, readonly)]
    pub customer: Id<Customer>,
    #[field(list, readonly)]
    pub applicant: Option<Id<User>>,
    #[field(list, readonly)]
    pub reason: LongText,
    #[field(list, index, readonly, default = "pending")]
    pub state: ApplicationState,
    /// Superior or leader who decides; empty means whoever holds the right to approve.
    #[field(list, index, readonly)]
    pub approver: Option<Id<User>>,
    /// Days asked for or granted.
    #[field(list, readonly)]
    pub days: Option<i64>,
    #[field(list, readonly)]
    pub decided_by: Option<Id<User>>,
    #[field(list, readonly)]
    pub decided_at: Option<Instant>,
    /// What the approver said.
    #[field(readonly)]
    pub note: Option<LongText>,
}
