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

    /// The form of what records are found by. A release that stores another one raises this, and every database
    /// follows in the background.
    pub fn search_form(self) -> &'static str {
        match self {
            Self::Sqlite => "2",
            Self::Postgres => "3",
        }
    }

    /// Whether the text index gives the newest records first, one by one, and is counted up to a limit; the other one
    /// looks at all that have what was asked for.
    pub fn streams(self) -> bool {
        self == Self::Sqlite
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

    /// Begins a statement that adds rows in a transaction that is taken back as a whole where one fails. SQLite would
    /// keep a journal to take back the statement alone.
    pub fn add_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "INSERT OR FAIL INTO ",
            Self::Postgres => "INSERT INTO ",
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

    /// From a table, where a column is one of a list: SQLite looks for one after the other, and finds its way quicker where
    /// the list is in order.
    pub fn from_any(&mut self, table: &str, alias: Alias, column: &str, list: Bind) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => {
                let each = Alias(alias.0 + 1);
                self.push(" FROM json_each(")
                    .bind(list)
                    .push(") AS ")
                    .alias(each)
                    .push(" CROSS JOIN ")
                    .name(table)
                    .push(" AS ")
                    .alias(alias);
                self.push(" WHERE ").column(alias, column).push(" = ").column(each, "value")
            }
            Dialect::Postgres => {
                self.push(" FROM ").name(table).push(" AS ").alias(alias).push(" WHERE ").column(alias, column).among(list)
            }
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
            // As a list: what it takes to be a common word, PostgreSQL would look up for each record of the order.
            Dialect::Postgres => {
                self.column(alias, "id").any_of().push("SELECT \"id\" FROM ").name(&search_table(table)).push(" WHERE ");
                self.has_tokens(tokens, holders).any_of_end()
            }
        }
    }

    /// A row of PostgreSQL's table of tokens has all of these, and one of the holders.
    fn has_tokens(&mut self, tokens: &[Token], holders: &[String]) -> &mut Self {
        let quoted = |token: &Token| format!("'{}'{}", token.text, if token.prefix { ":*" } else { "" });
        let query = all_and_one(tokens.iter().map(quoted), holders.iter().map(|holder| format!("'{holder}'")), " & ", " | ");
        self.name(TOKENS).push(" @@ CAST(").bind(query).push("::TEXT AS TSQUERY)")
    }

    /// Begins to choose rows of a table that have all tokens and one of the holders, newest first, as `found`. The table follows,
    /// and [`Self::streamed_as`] among its conditions.
    pub fn streamed(&mut self, found: Alias, table: &str, tokens: &[Token], holders: &[String]) -> &mut Self {
        let index = search_table(table);
        match self.dialect {
            Dialect::Sqlite => self.name(&index).push(" AS ").alias(found),
            // By a sum, for by the identity itself it might read the whole table in order. What is found is in order then, and
            // looked up until there are enough.
            Dialect::Postgres => {
                self.push("(SELECT \"id\" + 0 AS \"rowid\" FROM ").name(&index).push(" WHERE ").has_tokens(tokens, holders);
                self.push(" ORDER BY 1 DESC) AS ").alias(found)
            }
        };
        self.push(" CROSS JOIN ")
    }

    /// A row of the table is one of those.
    pub fn streamed_as(&mut self, base: Alias, found: Alias, table: &str, tokens: &[Token], holders: &[String]) -> &mut Self {
        self.column(base, "id").push(" = ").column(found, "rowid");
        match self.dialect {
            Dialect::Sqlite => self.push(" AND ").alias(found).push(".").matches(&search_table(table), tokens, holders),
            Dialect::Postgres => self,
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

    /// At most so many rows. PostgreSQL is told the number itself: where it is a parameter, it takes a plan for an unknown
    /// number, a tenth of all rows, to be so much dearer that it plans every question anew.
    pub fn limit(&mut self, rows: usize) -> &mut Self {
        self.push(" LIMIT ");
        match self.dialect {
            Dialect::Sqlite => self.bind(rows as i64),
            Dialect::Postgres => self.number(rows),
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

    /// Begins a question for the list of identities among which a column is. PostgreSQL makes it first, and looks them up one by one
    /// whatever it believes of how many they are.
    pub fn any_of(&mut self) -> &mut Self {
        self.push(if self.dialect == Dialect::Sqlite { " IN (" } else { " = ANY(ARRAY(" })
    }

    /// Ends it.
    pub fn any_of_end(&mut self) -> &mut Self {
        self.push(if self.dialect == Dialect::Sqlite { ")" } else { "))" })
    }

    /// Begins one of several questions whose answers, each in the order of creation, are merged row by row. SQLite does so of itself.
    pub fn merged(&mut self) -> &mut Self {
        self.push(if self.dialect == Dialect::Sqlite { "" } else { "SELECT * FROM (" })
    }

    /// Ends it.
    pub fn merged_end(&mut self, one: Alias, all: Alias, down: bool, limit: usize) -> &mut Self {
        if self.dialect == Dialect::Sqlite {
            return self;
        }
        let (way, nulls) = (if down { " DESC" } else { " ASC" }, self.dialect.nulls(down));
        self.push(" ORDER BY ").column(one, "created_at").push(way).push(nulls).push(", ").column(one, "id").push(way).push(nulls);
        self.limit(limit).push(") AS ").alias(all)
    }

    /// The records of one owner. Said twice, PostgreSQL takes them to be next to none, and will not look for them along the order of
    /// everybody's.
    pub fn of_one(&mut self, one: Alias, column: &str, owner: i64) -> &mut Self {
        self.column(one, column).push(" = ").bind(owner);
        match self.dialect {
            Dialect::Sqlite => self,
            Dialect::Postgres => self.push(" AND ").column(one, column).push(" BETWEEN ").bind(owner).push(" AND ").bind(owner),
        }
    }

    /// From about so many live rows of a table, from anywhere in it; from all of them in SQLite, which nobody asks for it.
    pub fn some_of(&mut self, table: &str, rows: usize) -> &mut Self {
        self.push(" FROM ").name(table);
        if self.dialect == Dialect::Postgres {
            self.push(" TABLESAMPLE SYSTEM ((SELECT least(100, 100.0 * ").number(rows).push(" / greatest(reltuples, 1)) FROM pg_class");
            self.push(" WHERE oid = CAST(").bind(format!("\"{table}\"")).push("::TEXT AS REGCLASS)))");
        }
        self.push(" WHERE \"deleted_at\" IS NULL").limit(rows.saturating_mul(4))
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

/// The table of what an entity's records are found by: SQLite's full-text index itself; in PostgreSQL an ordinary table with an
/// index, apart from the records', because every change of a record writes all its indexes anew.
pub fn search_table(table: &str) -> String {
    format!("search_{table}")
}

/// The column with the tokens.
pub const TOKENS: &str = "tokens";
/// The column with the normalised searchable text, in both.
pub const SEARCH_TEXT: &str = "search_text";
/// The column by which titles are ordered (pinyin), in both.
pub const SORT_TITLE: &str = "sort_title";
