//! What the company decided about its customers and people: numbers, switches, words.

use std::rc::Rc;

use guanxi_model::field::Code;
use guanxi_model::tx::Reader;
use guanxi_model::{Action, Choice, Entity, EntityType, Result, Rules};

use super::{lifecycle_words, remembered};
use crate::customers::contact::ChartRole;

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
#[entity(area = "settings", title = "naming_convention", singleton, rights, public, plural = "business-settings")]
pub struct BusinessSettings {
    /// Lifecycle of a new customer; `potential` where nothing is said.
    #[field(dict = "lifecycle", group = "lifecycle", default = "potential")]
    pub first_state: Option<Code>,
    /// Lifecycle after an approved application for intent; `intent` where nothing is said.
    #[field(dict = "lifecycle", group = "lifecycle", default = "intent")]
    pub intent_state: Option<Code>,
    /// Lifecycle after a signed contract; `official` where nothing is said.
    #[field(dict = "lifecycle", group = "lifecycle", default = "official")]
    pub official_state: Option<Code>,
    /// Further states that are protected like intent.
    #[field(dict = "lifecycle", group = "lifecycle")]
    pub intent_like: Vec<Code>,
    /// Further states that never lapse; the shipped ones where nothing is said.
    #[field(dict = "lifecycle", group = "lifecycle")]
    pub official_like: Vec<Code>,
    /// The lifecycle moves by application and contract; others need the right to approve.
    #[field(group = "lifecycle")]
    pub lifecycle_by_application: bool,
    /// Fewest characters of the reason of an application (LEA-07).
    #[field(group = "lifecycle", default = "5", range = "0..500")]
    pub reason_length: i64,
    #[field(group = "quality", default = "warn")]
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
    /// People to know of a customer with stars; empty asks for nobody (CON-11).
    #[field(group = "quality")]
    pub chart_roles: Vec<ChartRole>,
    /// From this star on the whole chart is asked for; empty never asks.
    #[field(group = "quality", range = "1..5", stars)]
    pub full_chart_star: Option<i64>,
    /// How many people are then to be known at least.
    #[field(group = "quality", range = "0..100")]
    pub full_chart_people: Option<i64>,
    /// Days without business after which an official customer is dormant; 0 never (AM-05).
    #[field(group = "lifecycle", default = "0", range = "0..3650")]
    pub dormant_after_days: i64,
    /// A superior decides whether a customer is official (CUS-50).
    #[field(group = "lifecycle")]
    pub signing_by_approval: bool,
    /// From how many percent a customer is complete enough (CUS-57).
    #[field(group = "quality", default = "80", range = "0..100")]
    pub completeness_pass: i64,
    /// Relations that are no sales prospects and never lapse (CUS-52).
    #[field(group = "pool", dict = "relation_type")]
    pub exempt_relations: Vec<Code>,
    /// Days after which a customer of one star is spoken to again; empty never asks (CUS-26).
    #[field(group = "rhythm", range = "1..3650")]
    pub contact_days_1: Option<i64>,
    #[field(group = "rhythm", range = "1..3650")]
    pub contact_days_2: Option<i64>,
    #[field(group = "rhythm", range = "1..3650")]
    pub contact_days_3: Option<i64>,
    #[field(group = "rhythm", range = "1..3650")]
    pub contact_days_4: Option<i64>,
    #[field(group = "rhythm", range = "1..3650")]
    pub contact_days_5: Option<i64>,
    /// Tags are made by administrators alone; else by whoever changes customers (CUS-27).
    #[field(group = "quality")]
    pub fixed_tags: bool,
}

/// The states a company begins with, by their codes in the dictionary of lifecycles.
const POTENTIAL: &str = "potential";
const INTENT: &str = "intent";
const OFFICIAL: &str = "official";

/// Those a company works with and sells nothing to.
const PARTNERS: [&str; 3] = ["supplier", "investor", "partner"];

/// Shipped states of other naming sets that mean an official customer (AM-05).
const OFFICIAL_LIKE: [&str; 3] = ["actual", "signed", "dormant"];

/// How a lifecycle is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Potential,
    Intent,
    /// Never lapses.
    Official,
}

impl BusinessSettings {
    /// The settings in force; before the company is set up, those it would begin with.
    pub fn of(reader: &mut dyn Reader) -> Result<Rc<Self>> {
        let Some(record) = reader.only("business_settings")? else { return Ok(Rc::new(Self::initial())) };
        Ok(remembered(&record).unwrap_or_else(|| Rc::new(Self::initial())))
    }

    /// Lifecycle of a new customer.
    pub fn first_lifecycle(&self) -> Code {
        self.first_state.clone().unwrap_or_else(|| Code(POTENTIAL.to_owned()))
    }

    /// Lifecycle after an approved application for intent.
    pub fn intent_lifecycle(&self) -> Code {
        self.intent_state.clone().unwrap_or_else(|| Code(INTENT.to_owned()))
    }

    /// Lifecycle after a signed contract.
    pub fn official_lifecycle(&self) -> Code {
        self.official_state.clone().unwrap_or_else(|| Code(OFFICIAL.to_owned()))
    }

    /// What a lifecycle code means for protection.
    pub fn stage_of(&self, lifecycle: Option<&Code>) -> Stage {
        let Some(code) = lifecycle else { return Stage::Potential };
        if self.is_official(code) {
            Stage::Official
        } else if *code == self.intent_lifecycle() || self.intent_like.contains(code) {
            Stage::Intent
        } else {
            Stage::Potential
        }
    }

    /// How often a customer of so many stars is to be spoken to; nothing where the company does not say.
    pub fn days_between_contacts(&self, star: i64) -> Option<i64> {
        match star {
            1 => self.contact_days_1,
            2 => self.contact_days_2,
            3 => self.contact_days_3,
            4 => self.contact_days_4,
            5 => self.contact_days_5,
            _ => None,
        }
    }

    /// Whether customers of this relation stay with their owner for good.
    pub fn is_exempt(&self, relation: Option<&Code>) -> bool {
        relation.is_some_and(|relation| self.exempt_relations.contains(relation))
    }

    fn is_official(&self, code: &Code) -> bool {
        let alike =
            if self.official_like.is_empty() { OFFICIAL_LIKE.contains(&code.0.as_str()) } else { self.official_like.contains(code) };
        alike || *code == self.official_lifecycle()
    }

    /// Codes that never lapse.
    pub fn official_codes(&self) -> Vec<String> {
        let mut codes: Vec<String> = self.official_like.iter().map(|code| code.0.clone()).collect();
        if codes.is_empty() {
            codes = OFFICIAL_LIKE.map(str::to_owned).to_vec();
        }
        codes.push(self.official_lifecycle().0);
        codes
    }

    /// What a new company begins with.
    pub fn initial() -> Self {
        Self {
            first_state: Some(Code(POTENTIAL.to_owned())),
            intent_state: Some(Code(INTENT.to_owned())),
            official_state: Some(Code(OFFICIAL.to_owned())),
            intent_like: Vec::new(),
            official_like: Vec::new(),
            lifecycle_by_application: true,
            reason_length: 5,
            naming_convention: NamingConvention::Warn,
            duplicate_policy: DuplicatePolicy::Refuse,
            completeness_fields: Some(
                "industry,company_size,source,region,address,mobile,email,introduction,product_categories,demand".to_owned(),
            ),
            address_book_copy: true,
            max_returns_per_run: 500,
            returns_paused: false,
            login_policy: LoginPolicy::Pinyin,
            hand_over_in_department: true,
            chart_roles: vec![ChartRole::BusinessPerson, ChartRole::Operator, ChartRole::PersonInCharge],
            full_chart_star: Some(3),
            full_chart_people: Some(5),
            dormant_after_days: 0,
            signing_by_approval: false,
            completeness_pass: 80,
            exempt_relations: PARTNERS.map(|code| Code(code.to_owned())).to_vec(),
            contact_days_1: None,
            contact_days_2: None,
            contact_days_3: None,
            contact_days_4: None,
            contact_days_5: None,
            fixed_tags: false,
        }
    }
}

/// The fields named by a list with commas.
pub fn named_fields(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default().split([',', '，', '、']).map(str::trim).filter(|name| !name.is_empty())
}

pub fn entity_type() -> EntityType {
    EntityType::plain::<BusinessSettings>()
        .rules(Rules::new().react(lifecycle_words::dormant_is_a_word))
        .action(Action::new("use-lifecycle-words", lifecycle_words::choose).single().needs("edit").input::<lifecycle_words::ChooseWords>())
}
