//! Words looked for at the beginning of a text.

use foldhash::HashMap;

/// Words with what is known of them.
pub(super) struct Beginnings<T> {
    /// By first character, the longest first.
    by_first: HashMap<char, Vec<(&'static str, T)>>,
}

impl<T> Beginnings<T> {
    pub(super) fn of(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut by_first: HashMap<char, Vec<(&'static str, T)>> = HashMap::default();
        for (word, known) in words {
            by_first.entry(word.chars().next().unwrap_or_default()).or_default().push((word, known));
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        Self { by_first }
    }

    /// The words with which a text begins, the longest first.
    pub(super) fn of_text(&self, text: &str) -> impl Iterator<Item = (&'static str, &T)> {
        let same = text.chars().next().and_then(|first| self.by_first.get(&first)).into_iter().flatten();
        same.filter(move |(word, _)| text.starts_with(word)).map(|(word, known)| (*word, known))
    }

    /// Every word.
    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = &(&'static str, T)> {
        self.by_first.values().flatten()
    }
}
