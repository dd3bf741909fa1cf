//! Numbers of records: prefix, date, sequence (CUS-54, AM-30).

use std::rc::Rc;

use guanxi_model::filter::{Filter, Test};
use guanxi_model::{Choice, Entity, EntityType, Query, Result, Tx, Value};

use super::remembered;

/// The date inside a number; the sequence begins again with each.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatePart {
    None,
    Year,
    Month,
    Day,
}

/// How the numbers of one entity look (编号规则).
#[derive(Entity)]
#[entity(area = "settings", title = "entity", rights, information, public)]
pub struct Numbering {
    /// Singular name of the entity.
    #[field(list, max = 60, index)]
    pub entity: String,
    #[field(list, max = 20)]
    pub prefix: Option<String>,
    #[field(list, default = "none")]
    pub date_part: DatePart,
    /// Digits of the sequence; it grows beyond them when they are used up.
    #[field(list, default = "6", range = "1..12")]
    pub width: i64,
}

/// The next number of an entity.
// Rule: numbering.next
pub fn next(tx: &mut dyn Tx, entity: &str) -> Result<String> {
    let rule = of(tx, entity)?;
    let today = tx.zone().date_of(tx.now());
    let date = match rule.date_part {
        DatePart::None => String::new(),
        DatePart::Year => format!("{:04}", today.year()),
        DatePart::Month => format!("{:04}{:02}", today.year(), today.month()),
        DatePart::Day => format!("{:04}{:02}{:02}", today.year(), today.month(), today.day()),
    };
    let sequence = if date.is_empty() { entity.to_owned() } else { format!("{entity}:{date}") };
    let number = tx.next_number(&sequence)?;
    Ok(format_number(rule.prefix.as_deref().unwrap_or_default(), &date, number, rule.width))
}

fn of(tx: &mut dyn Tx, entity: &str) -> Result<Rc<Numbering>> {
    let here = Filter::is(Numbering::ENTITY.index, Test::Eq(Value::Text(entity.to_owned())));
    let found = tx.find(&Query::of("numbering", here).limit(1))?;
    let plain = || Rc::new(Numbering { entity: entity.to_owned(), prefix: None, date_part: DatePart::None, width: 6 });
    Ok(found.first().and_then(remembered).unwrap_or_else(plain))
}

fn format_number(prefix: &str, date: &str, number: i64, width: i64) -> String {
    let width = usize::try_from(width).unwrap_or(6);
    format!("{prefix}{date}{number:0width$}")
}

pub fn entity_type() -> EntityType {
    EntityType::plain::<Numbering>()
}

#[cfg(test)]
mod tests {
    use super::format_number;

    #[test]
    fn a_number_grows_beyond_its_width() {
        assert_eq!(format_number("KH", "2026", 7, 4), "KH20260007");
        assert_eq!(format_number("01", "", 100, 2), "01100");
    }
}
