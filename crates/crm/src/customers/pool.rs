//! Public pools (公共客户池): who may claim, how long protection lasts, when it lapses.

use guanxi_model::system::{Department, Team, User};
use guanxi_model::{Choice, Entity, Id};

/// What keeps a customer from falling back (AM-01).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LapseBasis {
    /// Only an application or a signing.
    StageProgress,
    /// Every contact starts the period again.
    LastContact,
}

/// A pool and its rules.
#[derive(Entity)]
#[entity(area = "customers", title = "name", rights, public)]
pub struct Pool {
    #[field(list, max = 60)]
    pub name: String,
    /// Where customers go whose owner belongs to no other pool.
    #[field(list)]
    pub is_default: bool,
    #[field(max = 500)]
    pub remark: Option<String>,
    /// Days a potential customer is protected; 0 never ends (POL-02).
    #[field(group = "protection", list, default = "30", range = "0..3650")]
    pub potential_days: i64,
    /// Days an intent customer is protected; 0 never ends (POL-03).
    #[field(group = "protection", list, default = "15", range = "0..3650")]
    pub intent_days: i64,
    #[field(group = "protection", list, default = "stage_progress")]
    pub lapse_basis: LapseBasis,
    /// Customers fall back by themselves.
    #[field(group = "protection", list)]
    pub auto_return: bool,
    /// Days before the return at which the owner is told (NTF-08).
    #[field(group = "protection", default = "3", range = "0..365")]
    pub warn_days: i64,
    /// Extensions granted in one protection at most (AM-02).
    #[field(group = "protection", default = "1", range = "0..100")]
    pub max_extensions: i64,
    /// Days one extension adds.
    #[field(group = "protection", default = "15", range = "1..3650")]
    pub extension_days: i64,
    /// Days for which the one who gave a customer up may not claim it again (POL-05).
    #[field(group = "claims", default = "3", range = "0..3650")]
    pub bar_days: i64,
    /// The bar also follows an automatic return (AM-03).
    #[field(group = "claims")]
    pub bar_after_lapse: bool,
    /// Claims of one person a day; 0 is without limit.
    #[field(group = "claims", default = "0", range = "0..100000")]
    pub claim_per_day: i64,
    /// Customers one person may hold that are not official; 0 is without limit.
    #[field(group = "claims", default = "0", range = "0..1000000")]
    pub capacity: i64,
    /// Who takes over official customers (CUS-51, POL-19).
    #[field(group = "after_sales")]
    pub after_sales_user: Option<Id<User>>,
    /// The team that takes over official customers, the least loaded member first.
    #[field(group = "after_sales")]
    pub after_sales_team: Option<Id<Team>>,
    /// How far a change of the rules has been carried through; empty when it is done.
    #[field(group = "protection", readonly)]
    pub applied_to: Option<i64>,
    /// Who takes over official customers holds no others (POL-19).
    #[field(group = "after_sales")]
    pub after_sales_apart: bool,
}

/// Who may see and claim the customers of a pool.
#[derive(Entity)]
#[entity(area = "customers", title = "pool", rights, public)]
pub struct PoolMember {
    #[field(list, index)]
    pub pool: Id<Pool>,
    #[field(list)]
    pub user: Option<Id<User>>,
    /// The department and those below it.
    #[field(list)]
    pub department: Option<Id<Department>>,
    #[field(list)]
    pub everyone: bool,
}

impl Pool {
    /// The rules a new pool begins with: the numbers of the seed rules.
    pub fn initial(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_default: false,
            remark: None,
            potential_days: 30,
            intent_days: 15,
            lapse_basis: LapseBasis::StageProgress,
            auto_return: true,
            warn_days: 3,
            max_extensions: 1,
            extension_days: 15,
            bar_days: 3,
            bar_after_lapse: false,
            claim_per_day: 0,
            capacity: 0,
            after_sales_user: None,
            after_sales_team: None,
            applied_to: None,
            after_sales_apart: false,
        }
    }
}
