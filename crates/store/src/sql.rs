//! Statements in the making. Text comes from literals in this crate alone, names are quoted,
//! everything else is bound: there is no way to put a caller's text into a statement.

use guanxi_model::wire::Cell;

use crate::dialect::Dialect;

/// A bound parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Bind {
    Null,
    Int(i64),
    Text(String),
    /// A list of integers as one parameter.
    Ints(Vec<i64>),
    /// A list of texts as one parameter.
    Texts(Vec<String>),
}

impl From<&Cell<'_>> for Bind {
    fn from(cell: &Cell<'_>) -> Self {
        cell.clone().into()
    }
}

impl From<Cell<'_>> for Bind {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Int(n) => Self::Int(n),
            Cell::Text(text) => Self::Text(text.into_owned()),
        }
    }
}

impl From<i64> for Bind {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<&str> for Bind {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Bind {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Bind>> From<Option<T>> for Bind {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Sql {
    text: String,
    binds: Vec<Bind>,
    pub dialect: Dialect,
    /// Asks SQLite's text index.
    pub(crate) asks_texts: bool,
    pub(crate) plans: Plans,
}

/// For which parameters PostgreSQL makes a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plans {
    /// For those of each question where it thinks that they differ: then it takes longer for that than for many an answer.
    AsItThinks,
    /// One does for all of them.
    Once,
    /// It would come to the same in either way: what was said before need not be said otherwise.
    Either,
}

impl Sql {
    /// An empty statement.
    pub fn new(dialect: Dialect) -> Self {
        Self { text: String::with_capacity(256), binds: Vec::new(), dialect, asks_texts: false, plans: Plans::AsItThinks }
    }

    /// A statement that starts with this text.
    pub fn of(dialect: Dialect, text: &'static str) -> Self {
        let mut sql = Self::new(dialect);
        sql.push(text);
        sql
    }

    /// Adds literal text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a quoted name.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.text.push('"');
        if name.contains('"') {
            self.text.push_str(&name.replace('"', "\"\""));
        } else {
            self.text.push_str(name);
        }
        self.text.push('"');
        self
    }

    /// Adds `alias."column"`.
    pub fn column(&mut self, alias: Alias, name: &str) -> &mut Self {
        self.alias(alias);
        self.text.push('.');
        self.name(name)
    }

    /// Adds a table alias.
    pub fn alias(&mut self, alias: Alias) -> &mut Self {
        self.text.push('t');
        self.text.push_str(&alias.0.to_string());
        self
    }

    /// Adds a parameter.
    pub fn bind(&mut self, value: impl Into<Bind>) -> &mut Self {
        self.binds.push(value.into());
        self.dialect.placeholder(&mut self.text, self.binds.len());
        self
    }

    /// Adds one of few words: PostgreSQL is told it in the text, so that it plans once for each,
    /// and as is right for each. Whatever is made of more than small letters, digits and `_` is bound.
    pub fn word(&mut self, word: &str) -> &mut Self {
        if self.dialect == Dialect::Sqlite || !is_plain(word) {
            return self.bind(word);
        }
        self.text.push('\'');
        self.text.push_str(word);
        self.text.push('\'');
        self
    }

    /// Adds a whole number as it is.
    pub fn number(&mut self, number: usize) -> &mut Self {
        self.text.push_str(&number.to_string());
        self
    }

    /// Adds names separated by commas.
    pub fn names<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> &mut Self {
        for (i, name) in names.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.name(name);
        }
        self
    }

    /// The question how the database would answer this one.
    pub fn explained(&self) -> Self {
        let word = if self.dialect == Dialect::Sqlite { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " };
        Self { text: format!("{word}{}", self.text), ..self.clone() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parameters.
    pub fn binds(&self) -> &[Bind] {
        &self.binds
    }
}

/// The number of a table in one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias(pub usize);

/// Whether a word is of small letters, digits and `_` alone.
pub(crate) fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
