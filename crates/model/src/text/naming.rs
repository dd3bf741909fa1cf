//! The naming convention for companies: region + trade name (字号) + industry + legal form, as
//! in 靖江市 + 春意 + 空调 + 有限公司, and what a name lacks of it.

use super::company::{ORGANISATION_ENDINGS, ORGANISATIONS, dissect};
use super::industries::split_industry;
use super::normal::{is_han, normalise};
use super::regions::split_region;

/// The parts of a company name, each in normal form, each possibly empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameParts {
    /// Administrative region, 靖江市.
    pub region: String,
    /// Trade name (字号), 春意: the distinctive word to search for before entering a company.
    pub trade_name: String,
    /// Industry words, 空调.
    pub industry: String,
    /// Legal form or kind of organisation, 有限公司.
    pub legal_form: String,
    /// Unit of the firm, 上海分公司.
    pub branch: String,
}

/// What a company name lacks of the naming convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameGap {
    /// No administrative region.
    Region,
    /// No trade name.
    TradeName,
    /// No industry.
    Industry,
    /// No legal form.
    LegalForm,
}

/// The parts of a company name.
pub fn name_parts(name: &str) -> NameParts {
    let dissected = dissect(name);
    let national = dissected.body.strip_prefix("中国").map(|rest| ("中国", rest));
    let (region, rest) = national.unwrap_or_else(|| split_region(&dissected.body));
    let region = if region.is_empty() { dissected.bracketed_region.as_str() } else { region };
    let mut legal_form = dissected.legal_form;
    let mut body = rest;
    if legal_form.is_empty()
        && let Some((before, ending)) = ORGANISATIONS.split(rest)
    {
        legal_form = ending.to_owned();
        body = before;
    }
    let (trade_name, industry) = split_industry(body);
    NameParts {
        region: region.to_owned(),
        trade_name: trade_name.trim().to_owned(),
        industry: industry.to_owned(),
        legal_form,
        branch: dissected.branch,
    }
}

/// What a Chinese company name lacks of region + trade name + industry + legal form, in that
/// order. Names without Chinese characters follow other conventions and lack nothing.
// Rule: customer.naming_convention
pub fn naming_gaps(name: &str) -> Vec<NameGap> {
    let text = normalise(name);
    if !text.is_empty() && !text.chars().any(is_han) {
        return Vec::new();
    }
    let parts = name_parts(name);
    // A school or an authority says by its kind what it does.
    let organisation = ORGANISATION_ENDINGS.contains(&parts.legal_form.as_str());
    [
        (parts.region.is_empty(), NameGap::Region),
        (parts.trade_name.is_empty() && !organisation, NameGap::TradeName),
        (parts.industry.is_empty() && !organisation, NameGap::Industry),
        (parts.legal_form.is_empty(), NameGap::LegalForm),
    ]
    .into_iter()
    .filter_map(|(lacking, gap)| lacking.then_some(gap))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_has_its_four_parts() {
        assert_eq!(
            name_parts("靖江市春意空调有限公司"),
            NameParts {
                region: "靖江市".to_owned(),
                trade_name: "春意".to_owned(),
                industry: "空调".to_owned(),
                legal_form: "有限公司".to_owned(),
                branch: String::new(),
            }
        );
        assert_eq!(naming_gaps("靖江市春意空调有限公司"), []);
    }

    #[test]
    fn a_region_in_brackets_and_a_group_count() {
        let parts = name_parts("云杉（上海）信息技术（集团）有限公司北京分公司");
        assert_eq!(
            (parts.region.as_str(), parts.trade_name.as_str(), parts.industry.as_str(), parts.legal_form.as_str(), parts.branch.as_str()),
            ("上海", "云杉", "信息技术", "集团有限公司", "北京分公司")
        );
    }

    #[test]
    fn each_missing_part_is_named() {
        assert_eq!(naming_gaps("春意"), [NameGap::Region, NameGap::Industry, NameGap::LegalForm]);
        assert_eq!(naming_gaps("北京科技有限公司"), [NameGap::TradeName]);
        assert_eq!(naming_gaps("春意空调有限公司"), [NameGap::Region]);
        assert_eq!(naming_gaps("靖江市春意有限公司"), [NameGap::Industry]);
        assert_eq!(naming_gaps("靖江市春意空调"), [NameGap::LegalForm]);
        assert_eq!(naming_gaps(""), [NameGap::Region, NameGap::TradeName, NameGap::Industry, NameGap::LegalForm]);
    }

    #[test]
    fn schools_and_foreign_firms_follow_their_own_conventions() {
        assert_eq!(naming_gaps("靖江市第一中学"), []);
        assert_eq!(naming_gaps("Acme Trading"), []);
    }
}
