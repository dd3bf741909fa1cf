//! The business of Guanxi: customers, the pool, contacts, leads, follow-ups, people.
//!
//! One folder an area, one file a noun. Rules are plain sequential Rust over `guanxi-model`.

pub mod activities;
pub mod customers;
pub mod settings;
pub mod team;

use guanxi_model::EntityType;

/// Every business entity, in the order of the catalog.
pub fn entities() -> Vec<EntityType> {
    use activities::follow_up::FollowUp;
    use customers::contact::{AddressBookEntry, Contact, ContactCustomer};
    use customers::lead::Lead;
    use customers::lead_rule::LeadRule;
    let [pool, pool_member] = customers::pool_rules::entity_types();
    vec![
        settings::business::entity_type(),
        settings::numbering::entity_type(),
        settings::field_profile::entity_type(),
        pool,
        pool_member,
        customers::customer::entity_type(),
        customers::ownership::entity_type(),
        customers::application::entity_type(),
        EntityType::plain::<Contact>(),
        EntityType::plain::<ContactCustomer>(),
        EntityType::plain::<AddressBookEntry>(),
        EntityType::plain::<Lead>(),
        EntityType::plain::<LeadRule>(),
        EntityType::plain::<FollowUp>(),
    ]
}
