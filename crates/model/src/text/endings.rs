//! Words looked for at the end of a text.

use foldhash::HashMap;

/// Words by their last character, the longest first.
pub(super) struct Endings(HashMap<char, Vec<&'static str>>);

impl Endings {
    pub(super) fn of(words: impl IntoIterator<Item = &'static str>) -> Self {
        let mut by_last: HashMap<char, Vec<&'static str>> = HashMap::default();
        for word in words {
            by_last.entry(word.chars().next_back().unwrap_or_default()).or_default().push(word);
        }
        by_last.values_mut().for_each(|words| words.sort_by_key(|word| std::cmp::Reverse(word.len())));
        Self(by_last)
    }

    /// The longest word with which a text ends, behind what stands before it.
    pub(super) fn split<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let words = self.0.get(&text.chars().next_back()?)?;
        let word = words.iter().find(|word| text.ends_with(**word))?;
        text.split_at_checked(text.len() - word.len())
    }
}
