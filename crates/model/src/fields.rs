//! The fields of an entity, with what is asked of them most often worked out once: a record has
//! many fields, and most questions concern few of them.

use std::ops::Deref;

use foldhash::HashMap;

use crate::field::FieldDef;
use crate::kind::Kind;
use crate::value::Value;

/// The fields of an entity in the order of their positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields {
    list: Vec<FieldDef>,
    by_name: HashMap<String, usize>,
    lines: Vec<usize>,
    searched: Vec<usize>,
    required: Vec<bool>,
    initial: Vec<(usize, Value)>,
}

impl Fields {
    /// Position of a field.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Positions of the fields that hold lines.
    pub fn lines(&self) -> &[usize] {
        &self.lines
    }

    /// Positions of the fields that the search box looks at.
    pub fn searched(&self) -> &[usize] {
        &self.searched
    }

    /// Whether the field at a position must be present.
    pub fn is_required(&self, index: usize) -> bool {
        self.required.get(index).copied().unwrap_or(false)
    }

    /// What a new record has that says nothing else, with its positions.
    pub fn initial(&self) -> &[(usize, Value)] {
        &self.initial
    }

    /// Changes the fields.
    pub fn change(&mut self, change: impl FnOnce(&mut Vec<FieldDef>)) {
        let mut list = std::mem::take(&mut self.list);
        change(&mut list);
        *self = list.into();
    }
}

impl Deref for Fields {
    type Target = [FieldDef];

    fn deref(&self) -> &[FieldDef] {
        &self.list
    }
}

impl From<Vec<FieldDef>> for Fields {
    fn from(list: Vec<FieldDef>) -> Self {
        let mut by_name = HashMap::default();
        for (index, field) in list.iter().enumerate() {
            by_name.entry(field.name.clone()).or_insert(index);
        }
        let positions = list.iter().enumerate();
        let of = |is: fn(&FieldDef) -> bool| positions.clone().filter(|(_, field)| is(field)).map(|(index, _)| index).collect();
        Self {
            by_name,
            lines: of(|field| field.kind == Kind::Lines),
            searched: of(|field| field.search),
            required: list.iter().map(|field| field.required).collect(),
            initial: positions.clone().map(|(index, field)| (index, field.initial())).filter(|(_, value)| !value.is_null()).collect(),
            list,
        }
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = &'a FieldDef;
    type IntoIter = std::slice::Iter<'a, FieldDef>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_fields_follows_their_changes() {
        let mut fields = Fields::from(vec![FieldDef::new("name", Kind::Text)]);
        assert_eq!((fields.position("name"), fields.position("open")), (Some(0), None));
        let open = FieldDef { required: true, ..FieldDef::new("open", Kind::Boolean) };
        fields.change(|list| list.extend([open, FieldDef::new("rows", Kind::Lines)]));
        assert_eq!((fields.position("open"), fields.lines()), (Some(1), &[2][..]));
        assert_eq!(fields.initial(), [(1, Value::Bool(false))]);
        assert_eq!([0, 1, 2, 3].map(|index| fields.is_required(index)), [false, true, false, false]);
    }
}
