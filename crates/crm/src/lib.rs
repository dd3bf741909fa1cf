//! The business of Guanxi: customers, the pool, contacts, leads, follow-ups, people.
//!
//! One folder an area, one file a noun. Rules are plain sequential Rust over `guanxi-model`.

pub mod activities;
pub mod customers;
pub mod demo;
#[cfg(test)]
mod labels;
pub mod settings;
pub mod team;

use guanxi_model::{EntityType, Rules};

pub use settings::seed::seed;
pub use team::system_behaviour;

/// Every business entity, in the order of the catalog.
pub fn entities() -> Vec<EntityType> {
    let [pool, pool_member] = customers::pool_rules::entity_types();
    let [contact, contact_customer, address_book] = customers::contact::entity_types();
    vec![
        settings::business::entity_type(),
        settings::numbering::entity_type(),
        settings::field_profile::entity_type(),
        pool,
        pool_member,
        customers::customer::entity_type(),
        customers::ownership::entity_type(),
        customers::application::entity_type(),
        customers::duplicate_report::entity_type(),
        contact,
        contact_customer,
        address_book,
        customers::lead::entity_type(),
        customers::lead_rule::entity_type(),
        activities::follow_up::entity_type(),
    ]
}

/// What holds for every object that is made at run time.
pub fn made() -> Rules {
    Rules::new().check(settings::field_profile::compulsory)
}

/// The whole product: the system's own entities with what the business adds to them, then the
/// business.
pub fn product() -> Vec<EntityType> {
    let behaviour = team::system_behaviour();
    let mut all: Vec<EntityType> = guanxi_model::system::entities()
        .into_iter()
        .map(|entity| match behaviour.iter().find(|(name, _)| entity.def.name == *name) {
            Some((_, extend)) => extend(entity),
            None => entity,
        })
        .collect();
    all.extend(entities());
    all
}
