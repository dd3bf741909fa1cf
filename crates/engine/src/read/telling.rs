//! Which tokens of a search tell records apart.
//!
//! An index has to walk through all records of every token it is asked for: "zhangwei" asked by each of its
//! pieces walks through everybody with an "ang" in the name. What is in a great part of the records narrows
//! nothing that the rarer pieces leave over, and the substring check is the judge in any case.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use guanxi_model::entity::EntityDef;
use guanxi_model::text::{self, Term, Token};
use guanxi_model::{Error, Instant, Result};
use guanxi_store::records::{self, Sampled};

use crate::engine::Engine;

/// Newest records whose tokens are counted, and as many others where the index does not begin with those.
const SAMPLE: usize = 2_000;
/// Tokens in fewer records of the sample are all equally rare, and taken to be in half as many.
const RARE: usize = 8;
/// To look at a record takes an index so many times longer than to pass over one of those that have a token: 2 µs against 25 ns
/// in SQLite, 6 against 20 in PostgreSQL.
const WORTH: f64 = 150.0;
/// What stands in so many records of the sample is common: a hundredth.
const MANY: usize = 20;
/// How long a sample holds, in milliseconds.
const FRESH: i64 = 60 * 60 * 1000;

/// The samples of all entities, taken when first needed.
#[derive(Default)]
pub(crate) struct Samples {
    of: Mutex<HashMap<String, Arc<Sample>>>,
}

/// What an entity's newest records are found by, and any of them where the index gives them in no order.
struct Sample {
    taken: Instant,
    newest: Found,
    any: Option<Found>,
}

/// Some records by their tokens.
#[derive(Default)]
struct Found {
    records: usize,
    /// The records that have a token, in order; of tokens that are not rare.
    having: BTreeMap<String, Vec<u16>>,
    /// Their search texts, where somebody asks what stands in them.
    texts: Vec<String>,
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

impl Engine {
    /// The terms of a search without the tokens that tell little.
    pub(crate) fn telling(&self, def: &EntityDef, mut terms: Vec<Term>) -> Result<Vec<Term>> {
        if terms.iter().map(|term| term.tokens.len()).sum::<usize>() > 1 {
            self.sample(def)?.all().thin(&mut terms);
        }
        Ok(terms)
    }

    /// Whether an index that is asked for some tokens should be asked, too, whose the records are.
    pub(crate) fn tells_whose(&self, def: &EntityDef, tokens: &[Token], holders: &[String]) -> Result<bool> {
        Ok(self.sample(def)?.all().tells_whose(tokens, holders))
    }

    /// How common what is searched for is.
    pub(crate) fn common(&self, def: &EntityDef, terms: &[Term]) -> Result<Common> {
        let sample = self.sample(def)?;
        Ok(match (sample.newest.one_in(terms), sample.any.as_ref().and_then(|any| any.one_in(terms))) {
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
        let streams = self.inner.store.dialect().streams();
        let newest = self.inner.store.read(|conn| records::newest_texts(conn, def, SAMPLE))?;
        let any = match streams {
            true => None,
            false => Some(self.inner.store.read(|conn| records::some_texts(conn, def, SAMPLE))?),
        };
        let sample = Sample { taken: now, newest: Found::of(newest, !streams), any: any.map(|any| Found::of(any, true)) };
        let sample = Arc::new(sample);
        samples()?.insert(def.name.clone(), sample.clone());
        Ok(sample)
    }
}

impl Sample {
    /// What is like everything that the index has to go through.
    fn all(&self) -> &Found {
        self.any.as_ref().unwrap_or(&self.newest)
    }
}

/// The records of a sample that have everything asked for so far.
struct Left {
    /// Which; nothing where something rare was asked for.
    which: Option<Vec<u16>>,
    /// How many, about; less than one where the sample has none.
    about: f64,
}

impl Found {
    fn of(sampled: Vec<Sampled>, texts: bool) -> Self {
        let mut found = Self { records: sampled.len(), ..Self::default() };
        let numbered = || sampled.iter().zip(0_u16..);
        for (record, number) in numbered() {
            for token in text::index_tokens(&record.text) {
                found.having.entry(token).or_default().push(number);
            }
        }
        found.having.retain(|_, records| records.len() > RARE);
        for (record, number) in numbered() {
            if let Some(holder) = &record.holder {
                found.having.entry(holder.clone()).or_default().push(number);
            }
        }
        found.having.values_mut().for_each(Vec::shrink_to_fit);
        if texts {
            found.texts = sampled.into_iter().map(|record| record.text).collect();
        }
        found
    }

    /// Of how many of the records one has it, where many do.
    fn one_in(&self, terms: &[Term]) -> Option<usize> {
        let has = |number: usize| self.texts.get(number).is_some_and(|text| terms.iter().all(|term| term.is_in(text)));
        let mut whole = terms.iter().flat_map(|term| &term.tokens).filter(|token| !token.prefix).peekable();
        let last = if whole.peek().is_some() {
            // What many have is not made of what few have.
            let lists: Option<Vec<&Vec<u16>>> = whole.map(|token| self.having.get(&token.text)).collect();
            let lists = lists?;
            let (first, rest) = lists.split_first()?;
            let in_all = first.iter().filter(|number| rest.iter().all(|list| list.binary_search(number).is_ok()));
            in_all.map(|number| usize::from(*number)).filter(|number| has(*number)).nth(MANY - 1)
        } else {
            (0..self.texts.len()).filter(|number| has(*number)).nth(MANY - 1)
        };
        last.map(|last| (last + 1).div_ceil(MANY))
    }

    /// Leaves the rarest token, and those that leave over so much less that they are worth asking for.
    fn thin(&self, terms: &mut [Term]) {
        let tokens: Vec<&Token> = terms.iter().flat_map(|term| &term.tokens).collect();
        let lists: Vec<Option<Cow<'_, [u16]>>> = tokens.iter().map(|token| self.list(token)).collect();
        let mut open: Vec<usize> = (0..lists.len()).collect();
        open.sort_by_key(|at| lists.get(*at).map_or(0, count));
        let mut asked: Vec<usize> = open.drain(..1.min(open.len())).collect();
        let mut left = self.left(asked.iter().filter_map(|at| lists.get(*at)));
        loop {
            let each = open.iter().filter_map(|at| {
                let list = lists.get(*at)?;
                let then = self.less(&left, list);
                Some((count(list) as f64 - (left.about - then.about) * WORTH, *at, then))
            });
            let Some((loss, at, then)) = each.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
            if loss >= 0.0 {
                break;
            }
            asked.push(at);
            open.retain(|other| *other != at);
            left = then;
        }
        let mut at = 0;
        for token in terms.iter_mut().map(|term| &mut term.tokens) {
            token.retain(|_| {
                at += 1;
                asked.contains(&(at - 1))
            });
        }
    }

    fn tells_whose(&self, tokens: &[Token], holders: &[String]) -> bool {
        let lists: Vec<Option<Cow<'_, [u16]>>> = tokens.iter().map(|token| self.list(token)).collect();
        let mut held: Vec<u16> = holders.iter().filter_map(|holder| self.having.get(holder)).flatten().copied().collect();
        held.sort_unstable();
        let (left, passed) = (self.left(lists.iter()), held.len() as f64);
        (left.about - self.less(&left, &Some(held.into())).about) * WORTH >= passed
    }

    /// What all of some tokens leave over.
    fn left<'l, 's: 'l>(&self, mut lists: impl Iterator<Item = &'l Option<Cow<'s, [u16]>>>) -> Left {
        let first = lists.next().and_then(Option::as_ref);
        let about = first.map_or(RARE as f64 / 2.0, |list| list.len() as f64);
        lists.fold(Left { which: first.map(|list| list.to_vec()), about }, |left, list| self.less(&left, list))
    }

    fn less(&self, left: &Left, list: &Option<Cow<'_, [u16]>>) -> Left {
        let share = (count(list) as f64 / self.records.max(1) as f64).min(1.0);
        let which: Option<Vec<u16>> = match (&left.which, list) {
            (Some(which), Some(list)) => Some(which.iter().filter(|number| list.binary_search(number).is_ok()).copied().collect()),
            _ => None,
        };
        let about = match &which {
            Some(which) if !which.is_empty() => which.len() as f64,
            Some(_) => (left.about * share).min(0.5),
            None => left.about * share,
        };
        Left { which, about }
    }

    /// The records that have a token; nothing where it is rare.
    fn list(&self, token: &Token) -> Option<Cow<'_, [u16]>> {
        if !token.prefix {
            return self.having.get(&token.text).map(|list| Cow::Borrowed(list.as_slice()));
        }
        let begin = self.having.range(token.text.clone()..).take_while(|(known, _)| known.starts_with(&token.text));
        let mut all: Vec<u16> = begin.flat_map(|(_, list)| list).copied().collect();
        all.sort_unstable();
        all.dedup();
        (!all.is_empty()).then_some(Cow::Owned(all))
    }
}

/// How many records of a sample have a token.
fn count(list: &Option<Cow<'_, [u16]>>) -> usize {
    list.as_ref().map_or(RARE, |list| list.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: impl Iterator<Item = String>) -> Found {
        let sampled = texts.zip(0..).map(|(text, number)| Sampled { text, holder: Some(format!("\u{9fc0}{}", number % 4)) });
        Found::of(sampled.collect(), true)
    }

    fn asked(found: &Found, q: &str) -> Vec<String> {
        let mut terms = text::parse_query(q);
        found.thin(&mut terms);
        terms.into_iter().flat_map(|term| term.tokens).map(|token| token.text).collect()
    }

    fn firms() -> Found {
        found((0..400).map(|i| match i % 20 {
            0 => text::search_text(&["张伟"]),
            1 => text::search_text(&["杭州王维有限公司"]),
            _ => text::search_text(&["杭州汉钢有限公司"]),
        }))
    }

    #[test]
    fn pieces_that_leave_over_nothing_less_are_not_asked_of_the_index() {
        assert_eq!(asked(&firms(), "zhangwei"), ["zha"]);
        assert_eq!(asked(&firms(), "有限公司"), ["有限"]);
        assert_eq!(asked(&firms(), "杭州 王维"), ["王维"]);
    }

    #[test]
    fn pieces_that_tell_apart_only_together_are_both_asked() {
        let both = |i: usize| text::search_text(&[["张伟", "王炸", "章紫"][i % 3], ["k777777", "k123123"][i % 2]]);
        let found = found((0..600).map(both));
        assert_eq!(asked(&found, "章紫 k123123").len(), 2, "{:?}", asked(&found, "章紫 k123123"));
    }

    #[test]
    fn rare_pieces_are_asked_until_next_to_nothing_is_left() {
        assert_eq!(asked(&firms(), "zwkj"), ["zwk", "wkj"]);
        assert_eq!(asked(&firms(), "有限公司 鼋"), ["鼋"]);
    }

    #[test]
    fn whose_records_are_is_asked_where_many_have_what_is_searched_for() {
        let (found, mine) = (firms(), ["\u{9fc0}1".to_owned()]);
        let tells = |q: &str| found.tells_whose(&text::parse_query(q).into_iter().flat_map(|term| term.tokens).collect::<Vec<_>>(), &mine);
        assert!(tells("有限"));
        assert!(!tells("zwkj"));
        assert!(found.tells_whose(&text::parse_query("zwkj").into_iter().flat_map(|term| term.tokens).collect::<Vec<_>>(), &[]));
    }

    #[test]
    fn what_is_common_is_known_by_how_many_have_it() {
        let found = found((0..400).map(|i| text::search_text(&[if i % 5 == 4 { "张伟" } else { "杭州汉钢" }])));
        assert_eq!(found.one_in(&text::parse_query("zw")), Some(5));
        assert_eq!(found.one_in(&text::parse_query("zhangwei")), Some(5));
        assert_eq!(found.one_in(&text::parse_query("杭州 hg")), Some(2));
        assert_eq!(found.one_in(&text::parse_query("张伟 汉钢")), None);
    }
}
