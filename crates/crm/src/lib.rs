//! The business of Guanxi: customers, the pool, contacts, leads, follow-ups, people.
//!
//! One folder an area, one file a noun. Rules are plain sequential Rust over `guanxi-model`.

pub mod activities;
pub mod customers;
pub mod settings;

use guanxi_model::EntityType;

/// Every business entity, in the order of the catalog.
pub fn entities() -> Vec<EntityType> {
    use activities::follow_up::FollowUp;
    use customers::application::Application;
    use customers::contact::{AddressBookEntry, Contact, ContactCustomer};
    use customers::customer::Customer;
    use customers::lead::Lead;
    use customers::lead_rule::LeadRule;
    use customers::ownership::Ownership;
    use customers::pool::{Pool, PoolMember};
    vec![
        settings::business::entity_type(),
        settings::numbering::entity_type(),
        settings::field_profile::entity_type(),
        EntityType::plain::<Pool>(),
        EntityType::plain::<PoolMember>(),
        EntityType::plain::<Customer>(),
        EntityType::plain::<Ownership>(),
        EntityType::plain::<Application>(),
        EntityType::plain::<Contact>(),
        EntityType::plain::<ContactCustomer>(),
        EntityType::plain::<AddressBookEntry>(),
        EntityType::plain::<Lead>(),
        EntityType::plain::<LeadRule>(),
        EntityType::plain::<FollowUp>(),
    ]
}
