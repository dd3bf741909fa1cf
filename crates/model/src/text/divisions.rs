//! Administrative divisions by code (行政区划代码, GB/T 2260): the name of a code, and the code of
//! what people write.

use std::sync::LazyLock;

use foldhash::HashMap;
use serde_json::Value as Json;

/// `[[code, name, [below]]]`, made by `npm run regions` from the same list the browser offers.
const TABLE: &str = include_str!("../../../../web/src/fields/region/divisions.json");
/// Divisions that are only there to keep the levels; names are read and written without them.
const LEVELS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];
/// What a division is called, left out in its short name.
const ENDINGS: [&str; 11] = ["特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "区", "县", "盟"];
/// Peoples in the names of autonomous areas, left out in their short names.
const PEOPLES: [&str; 50] = [
    "维吾尔",
    "壮族",
    "回族",
    "蒙古族",
    "蒙古",
    "藏族",
    "苗族",
    "彝族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "哈萨克",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯",
    "普米族",
    "塔吉克",
    "怒族",
    "鄂温克族",
    "保安族",
    "裕固族",
    "独龙族",
    "鄂伦春",
    "满族",
    "朝鲜族",
    "布依族",
    "各族",
    "塔塔尔族",
    "门巴族",
    "珞巴族",
];
/// What people write between the levels.
const SEPARATORS: [char; 11] = ['/', '\\', '-', '>', '|', ',', '，', '、', '·', '—', '_'];

struct Division {
    code: String,
    name: String,
    /// The ways to write it, the full name first.
    forms: Vec<String>,
    above: Option<usize>,
    /// 0 for a province, 1 for a prefecture, 2 for a county.
    level: usize,
}

struct Divisions {
    all: Vec<Division>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    longest: usize,
}

static DIVISIONS: LazyLock<Divisions> = LazyLock::new(|| {
    let mut divisions = Divisions { all: Vec::new(), by_code: HashMap::default(), by_name: HashMap::default(), longest: 0 };
    let table: Json = serde_json::from_str(TABLE).unwrap_or_default();
    divisions.add(&table, None, 0);
    divisions
});

impl Divisions {
    fn add(&mut self, below: &Json, above: Option<usize>, level: usize) {
        for entry in below.as_array().into_iter().flatten() {
            let (Some(code), Some(name)) = (entry[0].as_str(), entry[1].as_str()) else { continue };
            let (index, forms) = (self.all.len(), forms(name));
            for form in &forms {
                self.by_name.entry(form.clone()).or_default().push(index);
                self.longest = self.longest.max(form.chars().count());
            }
            self.by_code.insert(code.to_owned(), index);
            self.all.push(Division { code: code.to_owned(), name: name.to_owned(), forms, above, level });
            self.add(&entry[2], Some(index), level + 1);
        }
    }

    /// Whether a text is made of names of divisions above, each there or left out.
    fn leads_to(&self, text: &str, above: Option<usize>) -> bool {
        if text.is_empty() {
            return true;
        }
        let Some(division) = above.and_then(|index| self.all.get(index)) else { return false };
        let mut stripped = division.forms.iter().filter_map(|form| text.strip_suffix(form.as_str()));
        stripped.any(|rest| self.leads_to(rest, division.above)) || self.leads_to(text, division.above)
    }

    /// The divisions a text may mean.
    fn meant(&self, text: &str) -> Vec<usize> {
        let ends = text.char_indices().map(|(at, _)| at).rev().take(self.longest);
        let mut meant: Vec<usize> = Vec::new();
        for at in ends {
            let (before, own) = text.split_at(at);
            let found = self.by_name.get(own).into_iter().flatten().copied();
            meant.extend(found.filter(|index| self.all.get(*index).is_some_and(|division| self.leads_to(before, division.above))));
        }
        meant
    }
}

/// 江苏省, 江苏; 恩施土家族苗族自治州, 恩施, 恩施州. Names that would become a single character are not
/// shortened.
fn forms(name: &str) -> Vec<String> {
    let mut short = ENDINGS.into_iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    while let Some(rest) = PEOPLES.into_iter().find_map(|people| short.strip_suffix(people)).filter(|rest| rest.chars().count() > 1) {
        short = rest;
    }
    let mut forms = vec![name.to_owned()];
    if short.chars().count() > 1 && short != name {
        forms.push(short.to_owned());
        if name.ends_with("自治州") {
            forms.push(format!("{short}州"));
        }
    }
    forms
}

/// 321282 → 江苏省泰州市靖江市.
pub fn region_name(code: &str) -> Option<String> {
    let divisions = &*DIVISIONS;
    let mut next = divisions.by_code.get(code).copied();
    let mut path: Vec<&str> = Vec::new();
    while let Some(division) = next.and_then(|index| divisions.all.get(index)) {
        // The level itself is said where it is what is meant.
        if path.is_empty() || !LEVELS.contains(&division.name.as_str()) {
            path.push(&division.name);
        }
        next = division.above;
    }
    path.reverse();
    (!path.is_empty()).then(|| path.concat())
}

/// The code of a division as people write it: its code, 江苏省泰州市靖江市, 江苏/靖江, or 靖江 where no
/// other division of the same level is called so.
pub fn region_code(text: &str) -> Option<&'static str> {
    let divisions = &*DIVISIONS;
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !SEPARATORS.contains(c)).collect();
    if let Some(division) = divisions.by_code.get(&plain).and_then(|index| divisions.all.get(*index)) {
        return Some(&division.code);
    }
    let meant = divisions.meant(&plain);
    // 吉林 is the province, not the city in it.
    let level = meant.iter().filter_map(|index| divisions.all.get(*index)).map(|division| division.level).min()?;
    let mut highest = meant.iter().filter_map(|index| divisions.all.get(*index)).filter(|division| division.level == level);
    let found = highest.next()?;
    highest.all(|other| other.code == found.code).then_some(found.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_division_is_found_again_by_its_name() {
        for division in &DIVISIONS.all {
            let name = region_name(&division.code).unwrap();
            assert_eq!(region_code(&name), Some(division.code.as_str()), "{name}");
        }
    }

    #[test]
    fn what_people_write_is_understood() {
        for (written, code) in [
            ("江苏省泰州市靖江市", "321282"),
            ("江苏 靖江", "321282"),
            ("江苏/泰州/靖江", "321282"),
            ("靖江市", "321282"),
            ("321282", "321282"),
            ("上海", "310000"),
            ("北京市朝阳区", "110105"),
            ("广西南宁", "450100"),
            ("新疆维吾尔自治区", "650000"),
            ("内蒙古-呼和浩特市", "150100"),
            ("吉林", "220000"),
            ("吉林市", "220200"),
            ("恩施州", "422800"),
            ("湖北恩施", "422800"),
        ] {
            assert_eq!(region_code(written), Some(code), "{written}");
        }
    }

    #[test]
    fn what_names_several_or_none_is_not_guessed() {
        for written in ["朝阳区", "鼓楼区", "火星", "", "江苏省北京市", "靖江市人民路1号"] {
            assert_eq!(region_code(written), None, "{written}");
        }
    }
}
