//! The catalog: every entity in force, built-in and custom alike.

use std::sync::Arc;

use crate::entity::EntityDef;
use crate::field::FieldDef;
use foldhash::HashMap;

/// All definitions in force. Immutable: a change makes a new catalog with a higher version.
#[derive(Debug, Default)]
pub struct Catalog {
    entities: Vec<Arc<EntityDef>>,
    by_name: HashMap<String, usize>,
    by_plural: HashMap<String, usize>,
    /// Grows with every change of a definition.
    pub version: i64,
}

impl Catalog {
    /// A catalog of these entities, in this order.
    pub fn new(entities: impl IntoIterator<Item = EntityDef>, version: i64) -> Self {
        let mut catalog = Self { version, ..Self::default() };
        for entity in entities {
            let index = catalog.entities.len();
            catalog.by_name.insert(entity.name.clone(), index);
            catalog.by_plural.insert(entity.plural.clone(), index);
            catalog.entities.push(Arc::new(entity));
        }
        catalog
    }

    /// The entity of a singular name.
    pub fn get(&self, name: &str) -> Option<&Arc<EntityDef>> {
        self.by_name.get(name).and_then(|index| self.entities.get(*index))
    }

    /// The entity of a name in the API.
    pub fn by_plural(&self, plural: &str) -> Option<&Arc<EntityDef>> {
        self.by_plural.get(plural).and_then(|index| self.entities.get(*index))
    }

    /// Every entity, in the order of registration.
    pub fn entities(&self) -> &[Arc<EntityDef>] {
        &self.entities
    }

    /// The entity a reference field points at.
    pub fn target_of(&self, field: &FieldDef) -> Option<&Arc<EntityDef>> {
        field.target.as_deref().and_then(|name| self.get(name))
    }

    /// The entity that holds lines of this kind, and the field they stand in.
    pub fn holder_of(&self, line: &EntityDef) -> Option<(&Arc<EntityDef>, usize)> {
        let holder = self.get(line.line_of.as_deref()?)?;
        let found = holder.lines().find(|(_, field)| field.target.as_deref() == Some(line.name.as_str()));
        found.map(|(index, _)| (holder, index))
    }

    /// Every reference field that points at an entity.
    pub fn references_to(&self, name: &str) -> Vec<(&Arc<EntityDef>, usize)> {
        let mut found = Vec::new();
        for entity in &self.entities {
            for (index, field) in entity.fields.iter().enumerate() {
                if field.kind.is_reference() && field.target.as_deref() == Some(name) {
                    found.push((entity, index));
                }
            }
        }
        found
    }

    /// The known name nearest to one that is not known, for error texts.
    pub fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        known.map(|name| (distance(wanted, name), name)).min().filter(|(d, _)| *d <= 3).map(|(_, name)| name)
    }
}

/// Edits needed to make one name of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut previous = i;
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let left = next.last().copied().unwrap_or(usize::MAX - 1);
            let cost = previous + usize::from(x != *y);
            next.push(cost.min(above + 1).min(left + 1));
            previous = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let known = ["name", "mobile", "owner"];
        assert_eq!(Catalog::nearest("onwer", known.into_iter()), Some("owner"));
        assert_eq!(Catalog::nearest("zzzzzzz", known.into_iter()), None);
    }
}
