//! The people the demonstration company speaks to, and what was said.

use guanxi_model::field::{Code, Email, LongText, Phone, Region};
use guanxi_model::system::User;
use guanxi_model::time::Date;
use guanxi_model::tx::record_of;
use guanxi_model::{Error, Id, Instant, Record, Result, Tx};

use super::chance::Chance;
use super::names;
use crate::activities::follow_up::FollowUp;
use crate::customers::contact::{ChartRole, Contact};
use crate::customers::customer::{Customer, Gender};
use crate::customers::lead::Lead;
use crate::settings::dictionaries::codes;

const HOUR_MS: i64 = 3_600_000;
const MOBILE_PREFIXES: &[&str] = &["130", "131", "135", "136", "138", "139", "150", "158", "159", "176", "186", "188", "189", "199"];

fn one_of(list: &str, chance: &mut Chance) -> String {
    let list: Vec<char> = list.chars().collect();
    chance.pick(&list).to_string()
}

/// A name of two or three characters.
pub fn person_name(gender: Gender, chance: &mut Chance) -> String {
    let given = if gender == Gender::Male { names::GIVEN_MALE } else { names::GIVEN_FEMALE };
    let mut name = one_of(names::SURNAMES, chance);
    name.push_str(&one_of(given, chance));
    if chance.percent(65) {
        name.push_str(&one_of(given, chance));
    }
    name
}

/// A mobile number of the mainland.
pub fn mobile(chance: &mut Chance) -> String {
    format!("{}{:08}", chance.pick(MOBILE_PREFIXES), chance.below(100_000_000))
}

/// A date of birth of someone at work.
pub fn birthday(chance: &mut Chance) -> Option<Date> {
    let (year, month, day) = (1960 + chance.below(43), 1 + chance.below(12), 1 + chance.below(28));
    format!("{year:04}-{month:02}-{day:02}").parse().ok()
}

/// One to three contacts, the first of them primary.
pub fn contacts(tx: &mut dyn Tx, customer: &Record, owner: Option<Id<User>>, chance: &mut Chance) -> Result<()> {
    let roles = [Some(ChartRole::PersonInCharge), Some(ChartRole::BusinessPerson), Some(ChartRole::DecisionMaker)];
    for (place, role) in roles.into_iter().enumerate() {
        if place > 0 && chance.percent(45) {
            continue;
        }
        let gender = if chance.percent(60) { Gender::Male } else { Gender::Female };
        let contact = Contact {
            name: person_name(gender, chance),
            customer: Some(customer.typed_id()),
            position: Some(chance.pick(names::POSTS).to_owned()),
            department_name: None,
            chart_role: role,
            gender: Some(gender),
            mobile: Some(Phone(mobile(chance))),
            phone: None,
            email: Some(Email(format!("c{}@example.com", chance.below(1_000_000_000)))),
            wechat: None,
            qq: None,
            address: None,
            birthday: birthday(chance).filter(|_| place == 0),
            anniversary: None,
            is_primary: place == 0,
            groups: Vec::new(),
            tags: Vec::new(),
            reports_to: None,
            owner: customer.find(Customer::OWNER).and(owner),
            remark: None,
            mobile_key: None,
            second_customer: None,
        };
        let catalog = tx.catalog().clone();
        tx.insert(record_of(&catalog, contact)?, "demo")?;
    }
    Ok(())
}

/// A talk of the last hours, with the time of the next one where there is to be one.
pub fn follow_up(tx: &mut dyn Tx, customer: &Record, by: Option<Id<User>>, next: Option<Instant>, chance: &mut Chance) -> Result<()> {
    let follow_up = FollowUp {
        summary: None,
        content: LongText(chance.pick(names::TALKS).to_owned()),
        customer: Some(customer.typed_id()),
        contact: None,
        lead: None,
        channel: Code(chance.pick(&codes("channel")).to_owned()),
        matter_type: Some(Code(chance.pick(&codes("matter_type")).to_owned())),
        follow_up_type: Some(Code(chance.pick(&codes("follow_up_type")).to_owned())),
        hot_topic: None,
        feedback: Some(LongText(chance.pick(names::FEEDBACKS).to_owned())),
        contacted_at: Some(Instant(tx.now().0 - (1 + chance.below(6)) * HOUR_MS)),
        next_contact_at: next,
        owner: by,
        remark: None,
        exchange_custom: Vec::new(),
        product_info: Vec::new(),
        number: None,
    };
    let catalog = tx.catalog().clone();
    tx.insert(record_of(&catalog, follow_up)?, "demo")?;
    Ok(())
}

/// A lead, handed out by the distribution rules.
pub fn lead(tx: &mut dyn Tx, chance: &mut Chance) -> Result<()> {
    let def = tx.catalog().get("lead").cloned().ok_or_else(|| Error::internal("lead"))?;
    let gender = if chance.percent(55) { Gender::Male } else { Gender::Female };
    let (region, city, _) = chance.pick(names::PLACES);
    let (word, _) = chance.pick(names::TRADES);
    let mut lead = Record::empty(def);
    lead.set(Lead::NAME, person_name(gender, chance));
    lead.set(Lead::GENDER, Some(gender));
    lead.set(Lead::MOBILE, Some(Phone(mobile(chance))));
    lead.set(Lead::REGION, Some(Region(region.to_owned())));
    let company = format!("{city}{}{}{word}有限公司", one_of(names::TRADE, chance), one_of(names::TRADE_SECOND, chance));
    lead.set(Lead::COMPANY_NAME, Some(company).filter(|_| chance.percent(70)));
    lead.set(Lead::SOURCE, Some(Code(chance.pick(&codes("customer_source")).to_owned())));
    lead.set(Lead::CHANNEL, Some(Code(chance.pick(&codes("registration_mode")).to_owned())));
    lead.set(Lead::MEDIA, Some(Code(chance.pick(&codes("media_source")).to_owned())));
    lead.set(Lead::DEMAND, Some(LongText(chance.pick(names::DEMANDS).to_owned())));
    tx.insert(lead, "demo")?;
    Ok(())
}
