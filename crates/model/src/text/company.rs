//! Company names: the kernel by which two spellings of one firm are found to be the same.
//!
//! A registered name is region + trade name (字号) + industry + legal form, as in
//! 靖江市 + 春意 + 空调 + 有限公司. People write it with and without brackets, region and form.

use std::sync::LazyLock;

use super::beginnings::Beginnings;
use super::endings::Endings;
use super::industries::split_industry;
use super::normal::{Script, normalise, only, script};
use super::regions::{is_region, lowest_region, split_region};

/// Legal forms that say nothing about which firm it is, the longer ones first.
const LEGAL_FORMS: [&str; 16] = [
    "股份有限责任公司",
    "有限责任公司",
    "股份有限公司",
    "股份合作公司",
    "特殊普通合伙",
    "个人独资企业",
    "股份合作企业",
    "有限公司",
    "合伙企业",
    "有限合伙",
    "普通合伙",
    "集团",
    "总公司",
    "股份公司",
    "公司",
    "厂",
];
/// Endings of units of a firm, which tell them apart and so stay in the kernel.
const BRANCH_ENDINGS: [&str; 13] =
    ["分公司", "子公司", "办事处", "代表处", "营业部", "经营部", "分厂", "分店", "分部", "分行", "支行", "分所", "分院"];
/// Endings of other organisations: they complete a name but belong to its kernel.
pub(super) const ORGANISATION_ENDINGS: [&str; 34] = [
    "律师事务所",
    "会计师事务所",
    "事务所",
    "合作社",
    "联合社",
    "工作室",
    "研究院",
    "研究所",
    "设计院",
    "委员会",
    "管理局",
    "出版社",
    "俱乐部",
    "基金会",
    "协会",
    "商会",
    "学会",
    "大学",
    "学院",
    "学校",
    "中学",
    "小学",
    "幼儿园",
    "医院",
    "卫生院",
    "诊所",
    "政府",
    "银行",
    "商行",
    "商店",
    "中心",
    "店",
    "局",
    "部",
];
/// What marks a public body anywhere in its name. Its region is part of its name: 北京大学 and
/// 吉林大学 are not one.
const PUBLIC_MARKS: [&str; 14] =
    ["大学", "学院", "学校", "中学", "小学", "幼儿园", "医院", "卫生院", "政府", "委员会", "管理局", "协会", "商会", "研究院"];
static FORMS: LazyLock<Endings> = LazyLock::new(|| Endings::of(LEGAL_FORMS));
static BRANCHES: LazyLock<Endings> = LazyLock::new(|| Endings::of(BRANCH_ENDINGS));
pub(super) static ORGANISATIONS: LazyLock<Endings> = LazyLock::new(|| Endings::of(ORGANISATION_ENDINGS));
static PUBLIC: LazyLock<Beginnings<()>> = LazyLock::new(|| Beginnings::of(PUBLIC_MARKS.map(|mark| (mark, ()))));
/// Latin words of legal form, without punctuation.
const LATIN_FORMS: [&str; 24] = [
    "co",
    "company",
    "ltd",
    "limited",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "llc",
    "llp",
    "lp",
    "plc",
    "gmbh",
    "ag",
    "sa",
    "sas",
    "srl",
    "spa",
    "bv",
    "nv",
    "kk",
    "pte",
    "pty",
    "group",
];
/// Fewest Chinese characters that count as a trade name when deciding what may be cut off.
const TRADE_NAME_CHARS_MIN: usize = 2;
/// Opening brackets as they stand after normalising, and their counterparts.
const BRACKETS: [(char, char); 11] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('<', '>'),
    ('【', '】'),
    ('〔', '〕'),
    ('《', '》'),
    ('〈', '〉'),
    ('「', '」'),
    ('『', '』'),
    ('〖', '〗'),
];

/// The comparable kernel of a company name: two names with equal kernels are likely the same
/// firm. Legal forms, regions at the beginning or in brackets, and punctuation are gone;
/// branches stay. Empty only if the name holds nothing but white space.
pub fn company_key(name: &str) -> String {
    let dissected = dissect(name);
    let body = letters(&dissected.body);
    let (region, rest) = split_region(&body);
    let region = if is_distinctive(rest) { "" } else { lowest_region(region) };
    if !region.is_empty() || !rest.is_empty() {
        return format!("{region}{rest}{}", dissected.branch);
    }
    let whole = normalise(name);
    let bare = letters(&whole);
    if bare.is_empty() { whole } else { bare }
}

/// A name without brackets, taken apart at its legal form.
pub(super) struct Dissected {
    /// Region, trade name and industry.
    pub(super) body: String,
    /// All legal forms in order, 集团有限公司.
    pub(super) legal_form: String,
    /// The unit of the firm, 上海分公司.
    pub(super) branch: String,
    /// A region that stood in brackets.
    pub(super) bracketed_region: String,
}

/// Takes a company name apart at its legal forms.
pub(super) fn dissect(name: &str) -> Dissected {
    let (text, bracketed_region, bracketed_form) = without_brackets(&normalise(name));
    let (head, branch) = split_branch(&text);
    let mut body = head;
    let mut forms: Vec<&str> = Vec::new();
    while let Some((before, form)) = split_form(body) {
        forms.push(form);
        body = before;
    }
    if !bracketed_form.is_empty() {
        forms.push(&bracketed_form);
    }
    forms.reverse();
    Dissected {
        body: body.trim_matches(|c: char| script(c) == Script::Other).to_owned(),
        legal_form: forms.concat(),
        branch: letters(branch),
        bracketed_region,
    }
}

/// Opens the brackets of a normalised name: regions and legal forms inside go, all else stays
/// in place. Gives the text, the region and the form that were taken out.
fn without_brackets(text: &str) -> (String, String, String) {
    let (mut out, mut region, mut form) = (String::with_capacity(text.len()), String::new(), String::new());
    let mut rest = text;
    while let Some((at, open, close)) =
        rest.char_indices().find_map(|(at, c)| BRACKETS.iter().find(|(open, _)| *open == c).map(|(open, close)| (at, *open, *close)))
    {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + open.len_utf8()..).unwrap_or_default();
        let Some((inside, after)) = rest.split_once(close) else {
            continue;
        };
        if is_region(inside.trim()) {
            region = inside.trim().to_owned();
        } else if LEGAL_FORMS.contains(&inside.trim()) {
            form = inside.trim().to_owned();
        } else {
            // What stands inside may hold brackets again.
            out.push_str(&without_brackets_of_one_kind(inside));
        }
        rest = after;
    }
    out.push_str(rest);
    (out, region, form)
}

fn without_brackets_of_one_kind(inside: &str) -> String {
    inside.chars().filter(|c| !BRACKETS.iter().any(|(open, close)| c == open || c == close)).collect()
}

/// Cuts off the branch, which begins after the firm's own legal form: the firm and the branch.
fn split_branch(text: &str) -> (&str, &str) {
    let whole = (text, "");
    if BRANCHES.split(text).is_none() {
        return whole;
    }
    let firm_end = LEGAL_FORMS
        .iter()
        .filter(|form| form.ends_with("公司") || form.ends_with("企业"))
        .filter_map(|form| {
            let at = text.find(form)?;
            let end = at + form.len();
            let own = !["分", "子"].iter().any(|unit| text.get(..at).is_some_and(|before| before.ends_with(unit)));
            (own && at > 0 && end < text.len()).then_some(end)
        })
        .min();
    firm_end.and_then(|end| text.split_at_checked(end)).unwrap_or(whole)
}

/// Cuts one legal form off the end, Chinese or Latin, if something distinctive stays.
fn split_form(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end_matches(|c: char| script(c) == Script::Other);
    if BRANCHES.split(text).is_some() {
        return None;
    }
    if let Some((before, form)) = FORMS.split(text) {
        // 厂 alone is a weak sign: a trade name must stay before it.
        let enough = if form == "厂" { TRADE_NAME_CHARS_MIN } else { 0 };
        return (before.chars().count() >= enough).then_some((before, form));
    }
    let word_start = text
        .rfind(|c: char| !c.is_ascii_alphanumeric())
        .map_or(0, |at| at + text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8));
    let (before, word) = text.split_at_checked(word_start)?;
    (!letters(before).is_empty() && LATIN_FORMS.contains(&word)).then_some((before, word))
}

/// Whether a name without region still tells a firm apart: more than words for its industry
/// and kind, and no public body.
fn is_distinctive(rest: &str) -> bool {
    if rest.char_indices().any(|(at, _)| PUBLIC.of_text(rest.get(at..).unwrap_or_default()).next().is_some()) {
        return false;
    }
    let before = ORGANISATIONS.split(rest).or_else(|| BRANCHES.split(rest)).map_or(rest, |(before, _)| before);
    let (trade_name, _) = split_industry(before);
    trade_name.chars().count() >= TRADE_NAME_CHARS_MIN
}

/// Letters, digits and Chinese characters only.
fn letters(text: &str) -> String {
    only(text, |c| script(c) != Script::Other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_to_write_a_company_has_the_same_kernel() {
        for name in [
            "靖江市春意空调有限公司",
            "靖江春意空调",
            "江苏靖江春意空调有限责任公司",
            "春意空调（靖江）有限公司",
            "【春意空调】公司",
            "春意空調股份有限公司",
            "江苏省春意空调（集团）有限公司",
            "春意空调集团公司",
            "春意空调厂",
            " 春意 空调 ",
        ] {
            assert_eq!(company_key(name), "春意空调", "{name}");
        }
    }

    #[test]
    fn latin_legal_forms_are_removed_however_punctuated() {
        for name in
            ["ACME Trading Co., Ltd.", "Acme Trading Co.Ltd", "acme trading LLC", "Acme Trading, Inc.", "ＡＣＭＥ　Trading Corporation"]
        {
            assert_eq!(company_key(name), "acmetrading", "{name}");
        }
        assert_eq!(company_key("云杉科技 Co., Ltd"), "云杉科技");
        assert_eq!(company_key("Ltd"), "ltd");
        assert_eq!(company_key("Cisco"), "cisco");
    }

    #[test]
    fn branches_stay_apart() {
        assert_eq!(company_key("云杉科技有限公司上海分公司"), "云杉科技上海分公司");
        assert_eq!(company_key("云杉科技有限公司（上海分公司）"), "云杉科技上海分公司");
        assert_eq!(company_key("云杉科技上海分公司"), "云杉科技上海分公司");
        assert_eq!(company_key("北京云杉科技股份有限公司驻沪办事处"), "云杉科技驻沪办事处");
    }

    #[test]
    fn a_region_stays_when_nothing_distinctive_follows() {
        assert_eq!(company_key("北京科技有限公司"), "北京科技");
        assert_eq!(company_key("上海汽车集团股份有限公司"), "上海汽车");
        assert_eq!(company_key("上海"), "上海");
        assert_eq!(company_key("中国移动通信集团有限公司"), "中国移动通信");
    }

    #[test]
    fn public_bodies_keep_their_region() {
        assert_ne!(company_key("北京大学"), company_key("吉林大学"));
        assert_eq!(company_key("江苏省靖江市人民医院"), company_key("靖江人民医院"));
        assert_eq!(company_key("北京市海淀区中关村街道办事处"), "海淀办事处");
    }

    #[test]
    fn a_kernel_is_never_empty() {
        for (name, key) in [
            ("有限公司", "有限公司"),
            ("（上海）", "上海"),
            ("公司", "公司"),
            ("集团有限公司", "集团有限公司"),
            ("***", "***"),
            ("厂", "厂"),
        ] {
            assert_eq!(company_key(name), key, "{name}");
        }
        assert_eq!(company_key("  "), "");
    }

    #[test]
    fn unbalanced_and_nested_brackets_do_no_harm() {
        assert_eq!(company_key("云杉科技（上海有限公司"), "云杉科技上海");
        assert_eq!(company_key("云杉（科技【新】）有限公司"), "云杉科技新");
        assert_eq!(company_key("）云杉（"), "云杉");
    }

    proptest! {
        #[test]
        fn no_name_breaks_the_kernel(name in "([省市区县上海靖江云杉科技有限公司厂集团分()（）【】 a-z.,]|\\PC){0,16}") {
            let key = company_key(&name);
            prop_assert_eq!(key.is_empty(), normalise(&name).is_empty());
            crate::text::naming_gaps(&name);
        }
    }
}
