//! What the company decided about its customers and people: numbers, switches, words.

use guanxi_model::field::Code;
use guanxi_model::tx::Reader;
use guanxi_model::{Choice, Entity, EntityType, Record, Result};

/// What happens when a name does not follow the convention (CUS-13).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamingConvention {
    /// Explained when asked.
    Off,
    /// Told before saving.
    Warn,
    /// Refused, unless the actor may override.
    Refuse,
}

/// What happens when a customer is entered that someone else holds (CUS-15).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicatePolicy {
    Warn,
    /// Refused, unless the actor may override.
    Refuse,
}

/// How account names are made (AM-15).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginPolicy {
    /// From the pinyin of the name.
    Pinyin,
    /// The part of the e-mail address before the @.
    Mailbox,
    /// Given by the administrator.
    Free,
}

/// Business settings (业务设置): one record.
#[derive(Entity)]
#[entity(area = "settings", title = "first_state", singleton, rights, public, plural = "business-settings")]
pub struct BusinessSettings {
    /// Lifecycle of a new customer.
    #[field(dict = "lifecycle", group = "lifecycle", default = "potential")]
    pub first_state: Code,
    /// Lifecycle after an approved application for intent.
    #[field(dict = "lifecycle", group = "lifecycle", default = "intent")]
    pub intent_state: Code,
    /// Lifecycle after a signed contract.
    #[field(dict = "lifecycle", group = "lifecycle", default = "official")]
    pub official_state: Code,
    /// Further states that are protected like intent.
    #[field(dict = "lifecycle", group = "lifecycle")]
    pub intent_like: Vec<Code>,
    /// Further states that never lapse.
    #[field(dict = "lifecycle", group = "lifecycle")]
    pub official_like: Vec<Code>,
    /// The lifecycle moves by application and contract; others need the right to approve.
    #[field(group = "lifecycle")]
    pub lifecycle_by_application: bool,
    /// Fewest characters of the reason of an application (LEA-07).
    #[field(group = "lifecycle", default = "5", range = "0..500")]
    pub reason_length: i64,
    #[field(group = "quality", default = "off")]
    pub naming_convention: NamingConvention,
    #[field(group = "quality", default = "refuse")]
    pub duplicate_policy: DuplicatePolicy,
    /// Names of the fields that make a customer complete, with commas (CUS-57).
    #[field(group = "quality", max = 2000)]
    pub completeness_fields: Option<String>,
    /// Contacts of a potential customer go to the author's address book (CON-09).
    #[field(group = "quality")]
    pub address_book_copy: bool,
    /// Returns to the pool in one run after which the sweep stops and asks (clock jumps).
    #[field(group = "pool", default = "500", range = "1..1000000")]
    pub max_returns_per_run: i64,
    /// The sweep has stopped; switch off to let it go on.
    #[field(group = "pool")]
    pub returns_paused: bool,
    #[field(group = "people", default = "pinyin")]
    pub login_policy: LoginPolicy,
    /// Handing over to another department needs the right to override (POL-12).
    #[field(group = "people")]
    pub hand_over_in_department: bool,
}

/// How a lifecycle is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Potential,
    Intent,
    /// Never lapses.
    Official,
}

impl BusinessSettings {
    /// The settings in force.
    pub fn of(reader: &mut dyn Reader) -> Result<Self> {
        reader.settings::<Self>()
    }

    /// What a lifecycle code means for protection.
    pub fn stage_of(&self, lifecycle: Option<&Code>) -> Stage {
        let Some(code) = lifecycle else { return Stage::Potential };
        if *code == self.official_state || self.official_like.contains(code) {
            Stage::Official
        } else if *code == self.intent_state || self.intent_like.contains(code) {
            Stage::Intent
        } else {
            Stage::Potential
        }
    }

    /// Codes that never lapse.
    pub fn official_codes(&self) -> Vec<String> {
        let further = self.official_like.iter().map(|code| code.0.clone());
        std::iter::once(self.official_state.0.clone()).chain(further).collect()
    }

    /// What a new company begins with.
    pub fn initial() -> Self {
        let codes = |codes: &[&str]| codes.iter().map(|code| Code((*code).to_owned())).collect();
        Self {
            first_state: Code("potential".to_owned()),
            intent_state: Code("intent".to_owned()),
            official_state: Code("official".to_owned()),
            intent_like: Vec::new(),
            official_like: codes(&["actual", "signed", "dormant"]),
            lifecycle_by_application: true,
            reason_length: 5,
            naming_convention: NamingConvention::Off,
            duplicate_policy: DuplicatePolicy::Refuse,
            completeness_fields: Some(
                "industry,company_size,source,region,address,mobile,email,introduction,product_categories,demand".to_owned(),
            ),
            address_book_copy: true,
            max_returns_per_run: 500,
            returns_paused: false,
            login_policy: LoginPolicy::Pinyin,
            hand_over_in_department: true,
        }
    }
}

/// The fields named by a list with commas.
pub fn named_fields(list: Option<&str>) -> Vec<&str> {
    list.unwrap_or_default().split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// Percentage of the named fields that have a value.
// Rule: customer.completeness
pub fn completeness(record: &Record, list: Option<&str>) -> i64 {
    let names = named_fields(list);
    let known: Vec<_> = names.iter().filter_map(|name| record.entity().position(name)).collect();
    let filled = known.iter().filter(|index| !record.at(**index).is_empty()).count();
    let percent = (filled * 100).checked_div(known.len()).unwrap_or(100);
    i64::try_from(percent).unwrap_or(100)
}

pub fn entity_type() -> EntityType {
    EntityType::plain::<BusinessSettings>()
}
