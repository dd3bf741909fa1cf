//! The naming convention of companies: region, trade name, industry, legal form (CUS-13).

use guanxi_model::action::{Outcome, Said};
use guanxi_model::text::{self, NameGap};
use guanxi_model::{Change, Error, Input, Problem, Record, Result, Status, Tx};

use super::customer::{Customer, CustomerKind};
use crate::settings::BusinessSettings;
use crate::settings::business::NamingConvention;

#[derive(Input)]
pub struct CheckNameInput {
    #[field(max = 120)]
    pub name: String,
}

fn code(gap: NameGap) -> &'static str {
    match gap {
        NameGap::Region => "name_lacks_region",
        NameGap::TradeName => "name_lacks_trade_name",
        NameGap::Industry => "name_lacks_industry",
        NameGap::LegalForm => "name_lacks_legal_form",
    }
}

/// Refuses a company name with gaps where the settings say so and the actor may not override.
// Rule: customer.naming_convention
pub fn convention(change: &mut Change<'_>, tx: &mut dyn Tx) -> Result<()> {
    let company = change.new.get(Customer::KIND) == Some(CustomerKind::Organisation);
    let entered = change.by.is_none() || change.by == Some("lead.convert");
    if !entered || !company || !change.touches(Customer::NAME) {
        return Ok(());
    }
    if BusinessSettings::of(tx)?.naming_convention != NamingConvention::Refuse || tx.may("customer:override")? {
        return Ok(());
    }
    let gaps = text::naming_gaps(&change.new.get(Customer::NAME).unwrap_or_default());
    if gaps.is_empty() {
        return Ok(());
    }
    let refused = Problem::new(Status::Invalid, "invalid");
    Err(gaps.into_iter().fold(refused, |problem, gap| problem.field("name", code(gap))).into())
}

/// The parts of a name, and what it lacks.
// Rule: customer.check_name
pub fn check_name(tx: &mut dyn Tx, _: &Record, input: &Record) -> Result<Outcome> {
    let input = CheckNameInput::from_record(input).ok_or_else(|| Error::invalid("name", "required"))?;
    let parts = text::name_parts(&input.name);
    let policy = BusinessSettings::of(tx)?.naming_convention;
    let mut outcome = Outcome::default()
        .value("convention", guanxi_model::Choice::code(policy))
        .value("region", parts.region)
        .value("trade_name", parts.trade_name)
        .value("industry", parts.industry)
        .value("legal_form", parts.legal_form)
        .value("branch", parts.branch);
    for gap in text::naming_gaps(&input.name) {
        outcome = match gap {
            NameGap::Region => outcome.says("no_region", Said::new("error.name_lacks_region")),
            NameGap::TradeName => outcome.says("no_trade_name", Said::new("error.name_lacks_trade_name")),
            NameGap::Industry => outcome.says("no_industry", Said::new("error.name_lacks_industry")),
            NameGap::LegalForm => outcome.says("no_legal_form", Said::new("error.name_lacks_legal_form")),
        };
    }
    Ok(outcome)
}
