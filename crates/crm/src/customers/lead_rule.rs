//! How leads without an owner are handed out (LEA-05).

use guanxi_model::field::{Code, Region};
use guanxi_model::system::{Team, User};
use guanxi_model::{Choice, Entity, Id};

/// Who of the team is next.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    RoundRobin,
    LeastLoad,
}

/// A distribution rule (线索分配规则). The first one that matches decides.
#[derive(Entity)]
#[entity(area = "customers", title = "name", rights, public)]
pub struct LeadRule {
    #[field(list, max = 60)]
    pub name: String,
    #[field(list, default = "100", range = "0..100000")]
    pub position: i64,
    #[field(list)]
    pub enabled: bool,
    /// Only these sources; none means all.
    #[field(list, dict = "customer_source")]
    pub sources: Vec<Code>,
    /// Only this division and those below it.
    #[field(list)]
    pub region: Option<Region>,
    /// Only leads interested in one of these; none means all.
    #[field(list, dict = "product_category")]
    pub products: Vec<Code>,
    #[field(list)]
    pub team: Option<Id<Team>>,
    #[field(list)]
    pub user: Option<Id<User>>,
    #[field(list, default = "round_robin")]
    pub distribution: Distribution,
}
