//! The head of the chain, kept in a second place. The chain alone shows what was altered, not that
//! its newest links were cut off.

use std::io::Write;
use std::path::Path;

use guanxi_store::change_log;

use crate::engine::Engine;

/// A link of the chain: its number and its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    pub number: i64,
    pub chain: String,
}

impl Anchor {
    /// Reads `NUMBER:HASH`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, chain) = text.trim().split_once(':')?;
        let number = number.parse().ok().filter(|number| *number > 0)?;
        let hash = chain.len() == 64 && chain.bytes().all(|byte| byte.is_ascii_hexdigit());
        hash.then(|| Self { number, chain: chain.to_lowercase() })
    }
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.chain)
    }
}

impl Engine {
    /// The head noted beside the database; none where nothing was noted yet.
    ///
    /// # Errors
    /// In words for an operator, where the file is there and makes no sense.
    pub(super) fn noted_head(&self) -> Result<Option<Anchor>, String> {
        let Some(path) = &self.inner.head_file else { return Ok(None) };
        match std::fs::read_to_string(path) {
            Ok(text) => Anchor::parse(&text).map(Some).ok_or_else(|| format!("{}: no head of a chain", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    /// Notes the head beside the database. A head that the chain no longer leads through is
    /// evidence and stays.
    pub(super) fn note_head(&self, head: &Anchor) {
        let Some(path) = &self.inner.head_file else { return };
        let stands = match self.noted_head() {
            Ok(None) => true,
            Ok(Some(noted)) => {
                let link = self.inner.store.read(|conn| change_log::link(conn, noted.number));
                // Another node may have noted a later one in a shared folder.
                link.is_ok_and(|link| link.as_ref() == Some(&noted.chain)) && noted.number <= head.number
            }
            Err(_) => false,
        };
        if !stands {
            tracing::error!("the chain of the change log does not lead through the head noted in {}: run guanxi verify", path.display());
            return;
        }
        if let Err(error) = replace(path, &head.to_string()) {
            tracing::warn!("{}: {error}", path.display());
        }
    }
}

/// Writes a file so that there is always the old one or the new one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let half = path.with_extension("half");
    let mut file = std::fs::File::create(&half)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    std::fs::rename(&half, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = Anchor { number: 7, chain: "ab".repeat(32) };
        assert_eq!(Anchor::parse(&head.to_string()), Some(head));
        for bad in ["", "7", "7:", "7:xyz", "0:", ":", "-1:aa", "7:ab"] {
            assert_eq!(Anchor::parse(bad), None, "{bad}");
        }
    }
}
