//! Everything in which the two databases differ, on one page.

use guanxi_model::kind::Storage;
use guanxi_model::text::Token;

use crate::compile::Bucket;
use crate::sql::{Alias, Bind, Sql};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// What a row is held for until the end of the transaction. SQLite has one writer and needs no locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Something is to point at it: it may be changed meanwhile, but it must not go.
    Link,
    /// It is to be changed, by nobody else meanwhile; others may point at it.
    Change,
    /// It is to go: nobody changes it or begins to point at it.
    Remove,
}

impl Dialect {
    /// `?` or `$1`.
    pub(crate) fn placeholder(self, text: &mut String, number: usize) {
        match self {
            Self::Sqlite => text.push('?'),
            Self::Postgres => {
                text.push('$');
                text.push_str(&number.to_string());
            }
        }
    }

    /// The column type of a storage class.
    pub fn column_type(self, storage: Storage) -> &'static str {
        match (self, storage) {
            (Self::Sqlite, Storage::Int) => "INTEGER",
            (Self::Postgres, Storage::Int) => "BIGINT",
            (Self::Sqlite, Storage::Text) => "TEXT",
            (Self::Postgres, Storage::Text) => "TEXT COLLATE \"C\"",
        }
    }

    /// The type of the primary key.
    pub fn key_type(self) -> &'static str {
        match self {
            Self::Sqlite => "INTEGER PRIMARY KEY",
            Self::Postgres => "BIGINT PRIMARY KEY",
        }
    }

    /// What follows the closing bracket of a table.
    pub fn table_end(self) -> &'static str {
        match self {
            Self::Sqlite => ") STRICT",
            Self::Postgres => ")",
        }
    }

    /// Different from, where no value differs from every value.
    pub fn is_distinct(self) -> &'static str {
        match self {
            Self::Sqlite => " IS NOT ",
            Self::Postgres => " IS DISTINCT FROM ",
        }
    }

    /// The function that finds a text in another: `position(text, part)`.
    pub fn position_function(self) -> &'static str {
        match self {
            Self::Sqlite => "instr(",
            Self::Postgres => "strpos(",
        }
    }

    /// One order for missing values in both: first when ascending, last when descending.
    pub fn nulls(self, descending: bool) -> &'static str {
        match (self, descending) {
            (Self::Sqlite, _) => "",
            (Self::Postgres, false) => " NULLS FIRST",
            (Self::Postgres, true) => " NULLS LAST",
        }
    }

    /// Exact integer sums: PostgreSQL's `sum` of integers is numeric.
    pub fn sum_end(self) -> &'static str {
        match self {
            Self::Sqlite => ")",
            Self::Postgres => ")::BIGINT",
        }
    }
}

impl Sql {
    /// `column IN (list)` with the list as one parameter, so that the text of the statement does
    /// not depend on its length.
    pub fn among(&mut self, list: Bind) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => self.push(" IN (SELECT value FROM json_each(").bind(list).push("))"),
            Dialect::Postgres => self.push(" = ANY(").bind(list).push(")"),
        }
    }

    /// The rows whose search index has all tokens, and one of the holders where any are named.
    pub fn search(&mut self, alias: Alias, table: &str, tokens: &[Token], holders: &[String]) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => {
                let index = search_table(table);
                self.column(alias, "id").push(" IN (SELECT rowid FROM ").name(&index).push(" WHERE ");
                self.matches(&index, tokens, holders).push(")")
            }
            Dialect::Postgres => {
                let quoted = |token: &Token| format!("'{}'{}", token.text, if token.prefix { ":*" } else { "" });
                let query = all_and_one(tokens.iter().map(quoted), holders.iter().map(|holder| format!("'{holder}'")), " & ", " | ");
                self.column(alias, SEARCH_TOKENS).push(" @@ CAST(").bind(query).push("::TEXT AS TSQUERY)")
            }
        }
    }

    /// The rows of SQLite's full-text table that have all tokens, and one of the holders.
    pub fn matches(&mut self, index: &str, tokens: &[Token], holders: &[String]) -> &mut Self {
        let one = |token: &Token| format!("\"{}\"{}", token.text, if token.prefix { "*" } else { "" });
        let quoted = |token: &Token| match token.spelled_out() {
            Some(any) => format!("({})", any.iter().map(one).collect::<Vec<_>>().join(" OR ")),
            None => one(token),
        };
        let query = all_and_one(tokens.iter().map(quoted), holders.iter().map(|holder| format!("\"{holder}\"")), " AND ", " OR ");
        self.asks_texts = true;
        self.name(index).push(" MATCH ").bind(query)
    }

    /// An instant's local day, month or year as text, from milliseconds UTC.
    pub fn bucket(&mut self, alias: Alias, column: &str, bucket: Bucket, offset_seconds: i64) -> &mut Self {
        let (lite, pg) = match bucket {
            Bucket::Year => ("strftime('%Y', ", "to_char("),
            Bucket::Month => ("strftime('%Y-%m', ", "to_char("),
            Bucket::Day | Bucket::Value => ("strftime('%Y-%m-%d', ", "to_char("),
        };
        let format = match bucket {
            Bucket::Year => ", 'YYYY')",
            Bucket::Month => ", 'YYYY-MM')",
            Bucket::Day | Bucket::Value => ", 'YYYY-MM-DD')",
        };
        match self.dialect {
            Dialect::Sqlite => self.push(lite).column(alias, column).push(" / 1000 + ").bind(offset_seconds).push(", 'unixepoch')"),
            Dialect::Postgres => {
                self.push(pg).push("to_timestamp(").column(alias, column).push(" / 1000 + ").bind(offset_seconds);
                self.push("::BIGINT)").push(format)
            }
        }
    }

    /// Holds the rows found until the end of the transaction.
    pub fn hold_rows(&mut self, hold: Hold) -> &mut Self {
        match (self.dialect, hold) {
            (Dialect::Sqlite, _) => self,
            (Dialect::Postgres, Hold::Link) => self.push(" FOR KEY SHARE"),
            (Dialect::Postgres, Hold::Change) => self.push(" FOR NO KEY UPDATE"),
            (Dialect::Postgres, Hold::Remove) => self.push(" FOR UPDATE"),
        }
    }

    /// Begins to choose rows of a table among those that several questions find. SQLite looks them up by their identity;
    /// PostgreSQL carries along what they are ordered by.
    pub fn among_found(&mut self, table: &str, all: Alias) -> &mut Self {
        self.push("SELECT ").column(all, "id").push(" FROM ");
        match self.dialect {
            Dialect::Sqlite => self.name(table).push(" AS ").alias(all).push(" WHERE ").column(all, "id").push(" IN ("),
            Dialect::Postgres => self.push("("),
        }
    }

    /// Between two of the questions.
    pub fn or_found(&mut self) -> &mut Self {
        self.push(if self.dialect == Dialect::Sqlite { " UNION ALL " } else { " UNION " })
    }

    /// Ends them.
    pub fn among_found_end(&mut self, all: Alias) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => self.push(")"),
            Dialect::Postgres => self.push(") AS ").alias(all),
        }
    }

    /// What each of the questions asks for.
    pub fn key_of_creation(&mut self, one: Alias) -> &mut Self {
        self.column(one, "id");
        match self.dialect {
            Dialect::Sqlite => self,
            Dialect::Postgres => self.push(", ").column(one, "created_at"),
        }
    }

    /// What a question finds for each of a list, which is asked as `each."value"`. The question
    /// follows, and then the end.
    pub fn for_each(&mut self, list: Bind, each: Alias, found: Alias) -> &mut Self {
        self.push("SELECT ");
        match self.dialect {
            Dialect::Sqlite => {
                self.column(found, "value").push(" FROM json_each(").bind(list).push(") AS ").alias(each);
                self.push(" CROSS JOIN json_each((SELECT json_group_array(\"id\") FROM (")
            }
            Dialect::Postgres => {
                self.key_of_creation(found)
                    .push(" FROM unnest(CAST(")
                    .bind(list)
                    .push(" AS BIGINT[])) AS ")
                    .alias(each)
                    .push("(\"value\")");
                self.push(" CROSS JOIN LATERAL (")
            }
        }
    }

    /// Ends it.
    pub fn for_each_end(&mut self, found: Alias) -> &mut Self {
        self.push(if self.dialect == Dialect::Sqlite { "))) AS " } else { ") AS " }).alias(found)
    }

    /// Hides a column from SQLite's choice of index, so that the other one drives.
    pub fn no_index(&mut self) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => self.push("+"),
            Dialect::Postgres => self,
        }
    }
}

/// A question to a text index.
fn all_and_one(all: impl Iterator<Item = String>, one: impl Iterator<Item = String>, and: &str, or: &str) -> String {
    let (mut query, one) = (all.collect::<Vec<_>>().join(and), one.collect::<Vec<_>>().join(or));
    if !one.is_empty() {
        query = if query.is_empty() { one } else { format!("{query}{and}({one})") };
    }
    query
}

/// The full-text table of an entity's table, in SQLite.
pub fn search_table(table: &str) -> String {
    format!("search_{table}")
}

/// The column with the tokens, in PostgreSQL.
pub const SEARCH_TOKENS: &str = "search_tokens";
/// The column with the normalised searchable text, in both.
pub const SEARCH_TEXT: &str = "search_text";
/// The column by which titles are ordered (pinyin), in both.
pub const SORT_TITLE: &str = "sort_title";
