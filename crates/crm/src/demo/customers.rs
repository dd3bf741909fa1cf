//! The customers of the demonstration company, numbered: the same number is always the same firm.

use guanxi_model::field::{Address, Code, Email, LongText, Percent, Phone, Region};
use guanxi_model::filter::{Filter, Test};
use guanxi_model::system::{User, UserStatus, UserType};
use guanxi_model::time::DAY_MS;
use guanxi_model::{Choice, Currency, Id, Instant, Money, Query, Record, Result, Tx, Value, text};

use super::chance::Chance;
use super::names;
use super::persons::{self, person_name};
use crate::customers::customer::{Customer, CustomerKind, Gender};
use crate::settings::dictionaries::codes;

/// Who may hold customers, in the order of their accounts.
pub fn sellers(tx: &mut dyn Tx) -> Result<Vec<Id<User>>> {
    let is = |field: usize, code: &str| Filter::is(field, Test::Eq(Value::Text(code.to_owned())));
    let active = is(User::STATUS.index, UserStatus::Active.code());
    let found = tx.find(&Query::of("user", active.and(is(User::USER_TYPE.index, UserType::Sales.code()))).limit(200))?;
    Ok(found.iter().map(Record::typed_id).collect())
}

/// Writes the customers numbered from `from` up to, but without, `to`, as they stand today and without
/// contacts, follow-ups and leads: for measuring with many of them.
pub fn customers_alone(tx: &mut dyn Tx, from: usize, to: usize) -> Result<()> {
    let sellers: Vec<Option<Id<User>>> = sellers(tx)?.into_iter().map(Some).collect();
    for number in from..to {
        let mut chance = Chance::of(number);
        let seller = chance.pick(&sellers);
        let mut customer = customer(tx, number, &mut chance)?;
        protection(&mut customer, tx.now(), seller, &mut chance);
        tx.insert(customer, "demo")?;
    }
    Ok(())
}

/// How a customer stands.
#[derive(Clone, Copy)]
pub enum Standing {
    InPool,
    Potential,
    /// Falls back within days.
    Ending,
    Intent,
    Official,
}

impl Standing {
    pub fn lifecycle(self) -> &'static str {
        match self {
            Self::InPool | Self::Potential | Self::Ending => "potential",
            Self::Intent => "intent",
            Self::Official => "official",
        }
    }

    /// For how many days its owner has held it.
    pub fn held_days(self, chance: &mut Chance) -> Option<i64> {
        match self {
            Self::InPool => None,
            Self::Potential => Some(chance.below(24)),
            Self::Ending => Some(26 + chance.below(3)),
            Self::Intent => Some(chance.below(14)),
            Self::Official => Some(chance.below(360)),
        }
    }
}

pub fn standing(chance: &mut Chance) -> Standing {
    match chance.below(100) {
        0..12 => Standing::InPool,
        12..20 => Standing::Ending,
        20..58 => Standing::Potential,
        58..78 => Standing::Intent,
        _ => Standing::Official,
    }
}

fn code(name: &str, chance: &mut Chance) -> Option<Code> {
    Some(chance.pick(&codes(name))).filter(|code| !code.is_empty()).map(|code| Code(code.to_owned()))
}

fn sometimes<T>(percent: i64, chance: &mut Chance, value: impl FnOnce(&mut Chance) -> Option<T>) -> Option<T> {
    if chance.percent(percent) { value(chance) } else { None }
}

/// A customer whom nobody holds yet.
pub fn customer(tx: &mut dyn Tx, number: usize, chance: &mut Chance) -> Result<Record> {
    let def = tx.catalog().get("customer").cloned().ok_or_else(|| guanxi_model::Error::internal("customer"))?;
    let mut customer = Record::empty(def);
    let place = chance.pick(names::PLACES);
    let (region, _, area) = place;
    if chance.percent(12) {
        person(&mut customer, chance);
    } else {
        firm(&mut customer, number, place, chance);
    }
    customer.set(Customer::REGION, Some(Region(region.to_owned())));
    customer.set(Customer::ADDRESS, Some(Address(address(place.1, chance))));
    customer.set(Customer::MOBILE, Some(Phone(persons::mobile(chance))));
    customer.set(Customer::PHONE, sometimes(70, chance, |chance| Some(Phone(format!("{area}-{}", 60_000_000 + chance.below(29_999_999))))));
    customer.set(Customer::SOURCE, code("customer_source", chance));
    customer.set(Customer::STATUS, code("customer_status", chance));
    customer.set(Customer::RELATION, Some(Code("customer".to_owned())));
    customer.set(Customer::CUSTOMER_CLASS, sometimes(80, chance, |chance| code("customer_class", chance)));
    customer.set(Customer::ABC_CLASS, sometimes(60, chance, |chance| code("abc_class", chance)));
    customer.set(Customer::STAR, sometimes(75, chance, |chance| Some(1 + chance.below(5))));
    customer.set(Customer::GRADE, sometimes(50, chance, |chance| code("customer_grade", chance)));
    customer.set(Customer::INTENTION, sometimes(60, chance, |chance| code("customer_intention", chance)));
    customer.set(Customer::TAGS, sometimes(30, chance, |chance| code("customer_tag", chance)).into_iter().collect());
    customer.set(Customer::PRODUCT_CATEGORIES, code("product_category", chance).into_iter().collect());
    customer.set(Customer::DEMAND, sometimes(55, chance, |chance| Some(LongText(chance.pick(names::DEMANDS).to_owned()))));
    let amount = Money { minor: (1 + chance.below(500)) * 1_000_000, currency: Currency::CNY };
    customer.set(Customer::EXPECTED_AMOUNT, sometimes(60, chance, |_| Some(amount)));
    customer.set(Customer::SUCCESS_RATE, sometimes(60, chance, |chance| Some(Percent((1 + chance.below(9)) * 100_000))));
    let expected = tx.zone().date_of(tx.now().plus_days(5 + chance.below(120)));
    customer.set(Customer::EXPECTED_DATE, sometimes(50, chance, |_| Some(expected)));
    if chance.percent(1) {
        customer.set(Customer::INVALID_REASON, code("invalid_reason", chance));
    }
    Ok(customer)
}

/// Region, trade name, industry, legal form.
fn firm(customer: &mut Record, number: usize, place: names::Place, chance: &mut Chance) {
    let first: Vec<char> = names::TRADE.chars().collect();
    let second: Vec<char> = names::TRADE_SECOND.chars().collect();
    let part = |list: &[char], place: usize| list.get(place.checked_rem(list.len()).unwrap_or(0)).copied().unwrap_or('华');
    let trade: String = [part(&first, number), part(&second, number / 7 + number / first.len().max(1))].iter().collect();
    let (word, industry) = chance.pick(names::TRADES);
    let form = chance.pick(names::FORMS);
    customer.set(Customer::NAME, format!("{}{trade}{word}{form}", place.1));
    customer.set(Customer::KIND, CustomerKind::Organisation);
    customer.set(Customer::INDUSTRY, Some(Code(industry.to_owned())));
    customer.set(Customer::COMPANY_SIZE, code("company_size", chance));
    let introduction = format!("{}{trade}{word}{form}，主营{word}业务。", place.1);
    customer.set(Customer::INTRODUCTION, sometimes(65, chance, |_| Some(LongText(introduction))));
    customer.set(Customer::CREDIT_CODE, sometimes(40, chance, |chance| credit_code(place.0, chance)));
    customer.set(Customer::EMAIL, sometimes(50, chance, |_| Some(Email(format!("contact@firm{number}.example.com")))));
}

/// A code with the right check character.
fn credit_code(division: &str, chance: &mut Chance) -> Option<String> {
    let body = format!("91{division}{:09}", chance.below(999_999_999));
    let checks = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    checks.map(|check| format!("{body}{check}")).find(|code| text::credit_code_is_valid(code))
}

fn person(customer: &mut Record, chance: &mut Chance) {
    let gender = if chance.percent(50) { Gender::Male } else { Gender::Female };
    customer.set(Customer::NAME, person_name(gender, chance));
    customer.set(Customer::KIND, CustomerKind::Person);
    customer.set(Customer::GENDER, Some(gender));
    customer.set(Customer::EDUCATION, code("education", chance));
    customer.set(Customer::MARITAL_STATUS, code("marital_status", chance));
    customer.set(Customer::BIRTH_DATE, persons::birthday(chance));
}

fn address(city: &str, chance: &mut Chance) -> String {
    format!("{city}{}{}号", chance.pick(names::STREETS), 1 + chance.below(399))
}

fn protection(customer: &mut Record, now: Instant, seller: Option<Id<User>>, chance: &mut Chance) {
    let ago = |days: i64, chance: &mut Chance| Instant(now.0 - days * DAY_MS - chance.below(DAY_MS));
    let standing = if seller.is_some() { standing(chance) } else { Standing::InPool };
    customer.set(Customer::LIFECYCLE, Some(Code(standing.lifecycle().to_owned())));
    if let Some(days) = standing.held_days(chance) {
        let since = ago(days, chance);
        customer.set(Customer::OWNER, seller);
        customer.set(Customer::PROTECTED_SINCE, Some(since));
        customer.set(Customer::OWNED_SINCE, Some(since));
    }
}
