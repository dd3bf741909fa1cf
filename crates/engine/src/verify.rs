//! The hash chain over the change log, and the check of everything.

mod anchor;
mod search;
mod tables;

use guanxi_model::{Actor, Error, Result};
use guanxi_store::change_log::{self, ChangeRow, ChangeSet, Seal};
use guanxi_store::tally;
use sha2::{Digest, Sha256};

use crate::engine::Engine;

pub use anchor::Anchor;

/// Change sets sealed or checked in one transaction.
const BATCH: usize = 500;
/// Faults told in full; more are only counted.
const FAULTS_TOLD: usize = 1000;

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a text, as hexadecimal.
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// What of a change set its hash covers, besides its rows.
pub(crate) fn set_head(set: &ChangeSet) -> String {
    let parts =
        [set.id, set.at, set.actor.unwrap_or(0), set.token.unwrap_or(0), set.source.unwrap_or(0), set.undo_of.unwrap_or(0), set.rows];
    format!("{parts:?}{:?}{:?}", set.kind, set.reason)
}

/// Adds to a hash what it covers of a row.
pub(crate) fn add_row(hash: &mut Sha256, row: &ChangeRow) {
    let (id, record, version) = (row.id.to_string(), row.record.to_string(), row.version.to_string());
    let rule = row.rule.as_deref().unwrap_or_default();
    let parts: [&str; 8] = [&id, &row.entity, &record, &row.op, rule, &version, &row.old, &row.new];
    for (place, part) in parts.into_iter().enumerate() {
        hash.update(if place > 0 { "\u{1f}" } else { "" });
        hash.update(part);
    }
    hash.update("\u{1e}");
}

/// What a check found.
#[derive(Debug, Default)]
pub struct Verification {
    pub change_sets: i64,
    /// The last link of the chain, to be noted elsewhere.
    pub head: Anchor,
    /// Heads noted earlier that the chain was held against.
    pub anchors: usize,
    /// Records compared with the change log.
    pub records: i64,
    /// Records compared with the search index.
    pub searched: i64,
    /// Faults, in words for an operator; the first of them only.
    pub faults: Vec<String>,
    pub fault_count: usize,
}

impl Verification {
    /// Notes something that is not as it should be.
    pub fn fault(&mut self, what: String) {
        self.fault_count += 1;
        if self.faults.len() < FAULTS_TOLD {
            self.faults.push(what);
        }
    }
}

impl Engine {
    /// Puts new change sets into the chain; run every few seconds. Returns how many.
    pub fn seal(&self) -> Result<usize> {
        // Looked for first: a quiet company's disk stays quiet.
        if self.inner.store.read(|conn| change_log::unsealed(conn, 1))?.is_empty() {
            return Ok(0);
        }
        let (sealed, head) = self.inner.store.write(|conn| {
            guanxi_store::kept::lock(conn, "seal")?;
            let (mut number, mut chain) = change_log::last_seal(conn)?;
            let mut seals: Vec<Seal> = Vec::new();
            for set in change_log::unsealed(conn, BATCH)? {
                number += 1;
                chain = digest(&format!("{chain}{number}{}", set.hash));
                seals.push((set.id, number, chain.clone()));
            }
            change_log::seal(conn, &seals)?;
            Ok((seals.len(), Anchor { number, chain }))
        })?;
        self.note_head(&head);
        Ok(sealed)
    }

    /// Checks the database's own files, every hash, the chain, the records and the search index.
    pub fn verify(&self, actor: &Actor) -> Result<Verification> {
        self.verify_against(actor, &[])
    }

    /// The same, with heads of the chain that were noted elsewhere.
    pub fn verify_against(&self, actor: &Actor, noted: &[Anchor]) -> Result<Verification> {
        if !actor.is_system() && self.access(actor)?.administration() != guanxi_model::AdminLevel::Full {
            return Err(Error::forbidden("needs_administration"));
        }
        // Before anything is sealed: what was noted must still be there.
        let mut anchors = noted.to_vec();
        let mut found = Verification::default();
        match self.noted_head() {
            Ok(head) => anchors.extend(head),
            Err(what) => found.fault(what),
        }
        while self.seal()? == BATCH {}
        for what in self.inner.store.integrity()? {
            found.fault(what);
        }
        for def in self.catalog().entities() {
            if !self.inner.store.read_long(|conn| tally::is_right(conn, &self.catalog(), def))? {
                found.fault(format!("tally of {}: not what its records say", def.name));
            }
        }
        self.walk_chain(&anchors, &mut found)?;
        self.compare_records(&mut found)?;
        self.compare_search(&mut found)?;
        Ok(found)
    }

    fn walk_chain(&self, anchors: &[Anchor], found: &mut Verification) -> Result<()> {
        let (mut at, mut chain) = (0, String::new());
        loop {
            let sets = self.inner.store.read(|conn| change_log::sealed(conn, at, BATCH))?;
            if sets.is_empty() {
                break;
            }
            for set in &sets {
                if set.seal != Some(at + 1) {
                    found.fault(format!("chain: number {} is missing before change set {}", at + 1, set.id));
                }
                at = set.seal.unwrap_or(at + 1);
                chain = digest(&format!("{chain}{at}{}", set.hash));
                if chain != set.chain {
                    found.fault(format!("chain: change set {} does not follow the one before", set.id));
                    chain.clone_from(&set.chain);
                }
                if self.hash_of(set)? != set.hash {
                    found.fault(format!("change set {}: its content was altered", set.id));
                }
                if anchors.iter().any(|anchor| anchor.number == at && anchor.chain != chain) {
                    found.fault(format!("chain: number {at} is not what was noted: everything up to it may have been written anew"));
                }
                found.change_sets += 1;
            }
        }
        for anchor in anchors.iter().filter(|anchor| anchor.number > at) {
            found.fault(format!("chain: numbers {} to {} were noted and are gone", at + 1, anchor.number));
        }
        found.anchors = anchors.len();
        found.head = Anchor { number: at, chain };
        Ok(())
    }

    fn hash_of(&self, set: &ChangeSet) -> Result<String> {
        let mut hash = Sha256::new();
        let mut after = None;
        loop {
            let rows = self.inner.store.read(|conn| change_log::rows_of_set(conn, set.id, after, 1000))?;
            for row in &rows {
                add_row(&mut hash, row);
            }
            match rows.last() {
                Some(last) if rows.len() == 1000 => after = Some(last.id),
                _ => break,
            }
        }
        hash.update(set_head(set).as_bytes());
        Ok(hex(&hash.finalize()))
    }
}
