//! Who held a customer before, from when to when, and why it ended.

use guanxi_model::system::User;
use guanxi_model::{Choice, Entity, Id, Instant};

use super::customer::Customer;

/// How someone comes by a customer.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Entered,
    Claimed,
    Assigned,
    Transferred,
    HandedOver,
    Converted,
    AfterSales,
}

/// How the holding of a customer ends.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Given up by the owner.
    Released,
    /// Returned to the pool when the protection was over.
    Lapsed,
    Assigned,
    Transferred,
    HandedOver,
    AfterSales,
}

/// One past holding of a customer (负责人历史). The present one stands on the customer.
#[derive(Entity)]
#[entity(area = "customers", title = "customer", follows = "customer")]
pub struct Ownership {
    #[field(list, index, readonly)]
    pub customer: Id<Customer>,
    #[field(list, index, readonly)]
    pub user: Id<User>,
    #[field(list, readonly)]
    pub started_at: Option<Instant>,
    #[field(list, readonly)]
    pub start: Option<Start>,
    #[field(list, index, readonly)]
    pub ended_at: Instant,
    #[field(list, readonly)]
    pub ending: Ending,
    #[field(list, max = 500, readonly)]
    pub reason: Option<String>,
}
