//! Which tokens of a search tell records apart.
//!
//! An index has to walk through all records of every token it is asked for: "zhangwei" asked by each of its
//! pieces walks through everybody with an "ang" in the name. What is in a great part of the records narrows
//! nothing that the rarer pieces leave over, and the substring check is the judge in any case.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use guanxi_model::entity::EntityDef;
use guanxi_model::text::{self, Term, Token};
use guanxi_model::{Error, Instant, Result};
use guanxi_store::records;

use crate::engine::Engine;

/// Newest records whose tokens are counted.
const SAMPLE: usize = 2_000;
/// Tokens in fewer records of the sample are all equally rare.
const RARE: u32 = 8;
/// A token in so many times more records than the rarest one is not asked for.
const TELLING: u32 = 8;
/// What stands in so many records of the sample is common: a hundredth.
const MANY: usize = 20;
/// How long a sample holds, in milliseconds.
const FRESH: i64 = 60 * 60 * 1000;

/// The samples of all entities, taken when first needed.
#[derive(Default)]
pub(crate) struct Samples {
    of: Mutex<HashMap<String, Arc<Sample>>>,
}

/// In how many of an entity's newest records the common tokens stand.
struct Sample {
    taken: Instant,
    common: HashMap<String, u32>,
    /// Their search texts, and those of others, where somebody asks what stands in them.
    newest: Vec<String>,
    any: Vec<String>,
}

/// In how many records something stands, as far as is known without asking an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Common {
    /// In many of the newest: in one of so many.
    Lately(usize),
    /// In many, but not of the newest.
    Formerly,
    /// In few.
    Never,
}

/// Of how many of the texts one has it, where many do.
fn one_in(texts: &[String], terms: &[Term]) -> Option<usize> {
    let mut having = texts.iter().enumerate().filter(|(_, text)| terms.iter().all(|term| term.is_in(text)));
    having.nth(MANY - 1).map(|(last, _)| (last + 1).div_ceil(MANY))
}

impl Engine {
    /// The terms of a search without the tokens that tell little.
    pub(crate) fn telling(&self, def: &EntityDef, mut terms: Vec<Term>) -> Result<Vec<Term>> {
        if terms.iter().map(|term| term.tokens.len()).sum::<usize>() > 1 {
            self.sample(def)?.thin(&mut terms);
        }
        Ok(terms)
    }

    /// How common what is searched for is.
    pub(crate) fn common(&self, def: &EntityDef, terms: &[Term]) -> Result<Common> {
        let sample = self.sample(def)?;
        Ok(match (one_in(&sample.newest, terms), one_in(&sample.any, terms)) {
            // Where it was rarer before, it is so among what lies behind others' newest.
            (Some(newest), any) => Common::Lately(newest.max(any.unwrap_or(SAMPLE))),
            (None, Some(_)) => Common::Formerly,
            (None, None) => Common::Never,
        })
    }

    fn sample(&self, def: &EntityDef) -> Result<Arc<Sample>> {
        let now = self.now();
        let samples = || self.inner.samples.of.lock().map_err(|_| Error::internal("samples lock"));
        if let Some(sample) = samples()?.get(&def.name).filter(|sample| now.0.saturating_sub(sample.taken.0) < FRESH) {
            return Ok(sample.clone());
        }
        let texts = self.inner.store.read(|conn| records::newest_texts(conn, &def.name, SAMPLE))?;
        let mut sample = Sample::of(now, &texts);
        if !self.inner.store.dialect().streams() {
            sample.any = self.inner.store.read(|conn| records::some_texts(conn, &def.name, SAMPLE))?;
            sample.newest = texts;
        }
        let sample = Arc::new(sample);
        samples()?.insert(def.name.clone(), sample.clone());
        Ok(sample)
    }
}

impl Sample {
    fn of(taken: Instant, texts: &[String]) -> Self {
        let mut common: HashMap<String, u32> = HashMap::new();
        for token in texts.iter().flat_map(|text| text::index_tokens(text)) {
            *common.entry(token).or_default() += 1;
        }
        common.retain(|_, records| *records > RARE);
        common.shrink_to_fit();
        Self { taken, common, newest: Vec::new(), any: Vec::new() }
    }

    fn thin(&self, terms: &mut [Term]) {
        let rarest = terms.iter().flat_map(|term| &term.tokens).map(|token| self.records(token)).min().unwrap_or(RARE);
        for term in terms {
            term.tokens.retain(|token| self.records(token) <= rarest.saturating_mul(TELLING));
        }
    }

    fn records(&self, token: &Token) -> u32 {
        let found = if token.prefix {
            self.common.iter().filter(|(known, _)| known.starts_with(&token.text)).map(|(_, records)| records).sum()
        } else {
            self.common.get(&token.text).copied().unwrap_or(0)
        };
        found.max(RARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(sample: &Sample, q: &str) -> Vec<String> {
        let mut terms = text::parse_query(q);
        sample.thin(&mut terms);
        terms.into_iter().flat_map(|term| term.tokens).map(|token| token.text).collect()
    }

    fn sample() -> Sample {
        let texts: Vec<String> = (0..400)
            .map(|i| match i % 20 {
                0 => text::search_text(&["张伟"]),
                _ => text::search_text(&["杭州汉钢有限公司"]),
            })
            .collect();
        Sample::of(Instant(0), &texts)
    }

    #[test]
    fn pieces_that_most_records_have_are_not_asked_of_the_index() {
        assert_eq!(asked(&sample(), "zhangwei"), ["zha", "ngw", "gwe", "wei"]);
    }

    #[test]
    fn where_all_pieces_are_common_all_are_asked() {
        assert_eq!(asked(&sample(), "有限公司"), ["有限", "限公", "公司"]);
    }

    #[test]
    fn what_is_common_is_known_by_how_many_have_it() {
        let texts: Vec<String> = (0..400).map(|i| text::search_text(&[if i % 5 == 4 { "张伟" } else { "杭州汉钢" }])).collect();
        assert_eq!(one_in(&texts, &text::parse_query("zw")), Some(5));
        assert_eq!(one_in(&texts, &text::parse_query("杭州 hg")), Some(2));
        assert_eq!(one_in(&texts, &text::parse_query("张伟 汉钢")), None);
    }

    #[test]
    fn the_rarest_piece_is_asked_always() {
        assert_eq!(asked(&sample(), "杭州 张伟"), ["张伟"]);
        assert_eq!(asked(&sample(), "有限公司 鼋"), ["鼋"]);
    }
}
