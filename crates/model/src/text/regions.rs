//! Administrative divisions at the beginning of a name.

use std::sync::LazyLock;

use foldhash::HashMap;

use super::beginnings::Beginnings;

/// The list of divisions; its own head says how it is written.
const LIST: &str = include_str!("regions.txt");
/// Most divisions at the beginning of one name: province, prefecture, county, zone or town.
const STEPS_MAX: usize = 5;
/// Longest name of a town before 镇, 乡 or 街道, in characters.
const TOWN_CHARS_MAX: usize = 3;
/// Fewest characters that must follow a town, lest 古镇酒业 lose its name.
const AFTER_TOWN_CHARS_MIN: usize = 3;
/// What may follow a division without being one of the list.
const ZONES: [&str; 12] = [
    "经济技术开发区",
    "高新技术产业开发区",
    "高新技术开发区",
    "经济开发区",
    "自由贸易试验区",
    "工业园区",
    "高新区",
    "经开区",
    "开发区",
    "保税区",
    "自贸区",
    "工业区",
];
/// Endings of towns.
const TOWN_ENDINGS: [&str; 3] = ["街道", "镇", "乡"];
/// Short names of small cities that are common words in names of firms: only their
/// full names count as regions.
const WORDLIKE: [&str; 15] =
    ["阿里", "东方", "永安", "平安", "安达", "高安", "永康", "宁安", "新乐", "三河", "双河", "兴平", "新民", "新星", "同仁"];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Level {
    Province,
    Prefecture,
    County,
}

#[derive(Clone, Copy, Debug)]
struct Division {
    level: Level,
    /// Number of the province, counted from 1.
    province: usize,
    /// Number of the prefecture, counted from 1 over the whole country.
    prefecture: usize,
    /// Whether this name of the division counts only after a division it belongs to.
    dependent: bool,
}

static DIVISIONS: LazyLock<Beginnings<Vec<Division>>> = LazyLock::new(|| {
    let mut divisions: HashMap<&'static str, Vec<Division>> = HashMap::default();
    let mut add = |name: &'static str, division: Division| {
        if name.chars().count() >= 2 {
            divisions.entry(name).or_default().push(division);
        }
    };
    let mut province = 0;
    let mut prefecture = 0;
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(kind), Some(name), Some(short)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        prefecture += 1;
        let level = if kind == "省" {
            province += 1;
            Level::Province
        } else {
            Level::Prefecture
        };
        add(name, Division { level, province, prefecture, dependent: false });
        let dependent = WORDLIKE.contains(&short);
        add(short, Division { level, province, prefecture, dependent });
        for county in fields.next().into_iter().flat_map(str::split_whitespace) {
            let county_level = |dependent| Division { level: Level::County, province, prefecture, dependent };
            add(county, county_level(false));
            if let Some(short) = county.strip_suffix('市') {
                add(short, county_level(WORDLIKE.contains(&short)));
            } else if let Some(short) = county.strip_suffix('县').filter(|_| !county.ends_with("自治县")) {
                add(short, county_level(true));
            }
        }
    }
    Beginnings::of(divisions)
});

/// The longest division at the beginning of `text` that may follow `above`.
fn division_at_start_of(text: &str, above: Option<Division>) -> Option<(&'static str, Division)> {
    let mut names = DIVISIONS.of_text(text);
    names.find_map(|(name, divisions)| Some((name, *divisions.iter().find(|division| division.may_follow(above))?)))
}

impl Division {
    fn may_follow(&self, above: Option<Division>) -> bool {
        let Some(above) = above else {
            return !self.dependent;
        };
        above.level < self.level
            && above.province == self.province
            && (above.level == Level::Province || above.prefecture == self.prefecture)
    }
}

/// Cuts the regions off the beginning of a normalised text: the regions and the rest.
/// Either may be empty.
pub(super) fn split_region(text: &str) -> (&str, &str) {
    let mut at = 0;
    let mut above: Option<Division> = None;
    for _ in 0..STEPS_MAX {
        let Some(rest) = text.get(at..) else { break };
        if let Some((name, division)) = division_at_start_of(rest, above) {
            at += name.len();
            above = Some(division);
        } else if above.is_some()
            && let Some(length) = zone_length(rest).or_else(|| town_length(rest))
        {
            at += length;
        } else {
            break;
        }
    }
    text.split_at_checked(at).unwrap_or(("", text))
}

/// Length in bytes of a zone at the beginning of `text`, with a name of its own or without.
fn zone_length(text: &str) -> Option<usize> {
    let starts = text.char_indices().map(|(at, _)| at).take(TOWN_CHARS_MAX + 1);
    starts.enumerate().filter(|(chars, _)| *chars != 1).find_map(|(_, at)| {
        let zone = ZONES.iter().find(|zone| text.get(at..).is_some_and(|t| t.starts_with(**zone)))?;
        Some(at + zone.len())
    })
}

/// Length in bytes of a town at the beginning of `text`, if there is one.
fn town_length(text: &str) -> Option<usize> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).take(TOWN_CHARS_MAX + 1).collect();
    (2..=TOWN_CHARS_MAX).find_map(|chars| {
        let name_end = *starts.get(chars)?;
        let ending = TOWN_ENDINGS.iter().find(|e| text.get(name_end..).is_some_and(|t| t.starts_with(**e)))?;
        let end = name_end + ending.len();
        (text.get(end..)?.chars().count() >= AFTER_TOWN_CHARS_MIN).then_some(end)
    })
}

/// The lowest division at the beginning of a normalised text, without 省, 市, 县 or 区, so that
/// 江苏省靖江市 and 靖江 come out alike.
pub(super) fn lowest_region(region: &str) -> &str {
    let mut rest = region;
    let mut above: Option<Division> = None;
    let mut lowest = region;
    while let Some((name, division)) = division_at_start_of(rest, above) {
        lowest = name;
        above = Some(division);
        rest = rest.get(name.len()..).unwrap_or_default();
    }
    match lowest.strip_suffix(['省', '市', '县', '区']) {
        Some(short) if short.chars().count() >= 2 => short,
        _ => lowest,
    }
}

/// Whether the whole normalised text names a region, the country included.
pub(super) fn is_region(text: &str) -> bool {
    if text == "中国" {
        return true;
    }
    let (region, rest) = split_region(text);
    !region.is_empty() && rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let provinces = LIST.lines().filter(|line| line.starts_with("省")).count();
        assert_eq!(provinces, 34);
        assert!(DIVISIONS.all().count() > 3000);
    }

    #[test]
    fn regions_are_cut_off_with_and_without_their_endings() {
        for (name, region, rest) in [
            ("靖江市春意空调", "靖江市", "春意空调"),
            ("靖江春意空调", "靖江", "春意空调"),
            ("江苏省泰州市靖江市生祠镇春意空调", "江苏省泰州市靖江市生祠镇", "春意空调"),
            ("江苏靖江春意空调", "江苏靖江", "春意空调"),
            ("上海市浦东新区云杉科技", "上海市浦东新区", "云杉科技"),
            ("苏州工业园区云杉科技", "苏州工业园区", "云杉科技"),
            ("内蒙古呼和浩特云杉", "内蒙古呼和浩特", "云杉"),
            ("延边朝鲜族自治州延吉市云杉", "延边朝鲜族自治州延吉市", "云杉"),
            ("新疆云杉", "新疆", "云杉"),
            ("昆山市花桥经济开发区好孩子", "昆山市花桥经济开发区", "好孩子"),
            ("阿里巴巴", "", "阿里巴巴"),
            ("云杉科技", "", "云杉科技"),
            ("", "", ""),
        ] {
            assert_eq!(split_region(name), (region, rest), "{name}");
        }
    }

    #[test]
    fn a_region_counts_only_under_its_own_superior() {
        assert_eq!(split_region("北京永安科技"), ("北京", "永安科技"));
        assert_eq!(split_region("北京上海菜馆"), ("北京", "上海菜馆"));
    }

    #[test]
    fn words_that_happen_to_be_cities_are_left() {
        assert_eq!(split_region("东方雨虹防水"), ("", "东方雨虹防水"));
        assert_eq!(split_region("东方市雨虹防水"), ("东方市", "雨虹防水"));
        assert_eq!(split_region("泰和机械"), ("", "泰和机械"));
    }

    #[test]
    fn the_lowest_region_is_told_without_its_ending() {
        assert_eq!(lowest_region("江苏省泰州市靖江市"), "靖江");
        assert_eq!(lowest_region("北京"), "北京");
        assert_eq!(lowest_region("苏州工业园区"), "苏州");
        assert_eq!(lowest_region(""), "");
    }

    #[test]
    fn whole_regions_are_recognised() {
        for name in ["上海", "上海市", "江苏省苏州市", "香港", "中国"] {
            assert!(is_region(name), "{name}");
        }
        for name in ["", "上海滩", "集团"] {
            assert!(!is_region(name), "{name}");
        }
    }
}
