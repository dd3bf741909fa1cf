//! Protection (保护期): how long a customer stays with its owner.

use guanxi_model::Choice;

/// The rule by which a customer is protected.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectionRule {
    Potential,
    Intent,
    /// Never lapses: official customers, and stages whose period is 0.
    Exempt,
}
