//! Filters in SQL. Memory says the same in `guanxi_model::filter`.

use guanxi_model::entity::{DELETED_AT, EntityDef};
use guanxi_model::field::Options;
use guanxi_model::filter::{Filter, Test};
use guanxi_model::text::{TITLE_END, Term, Token};
use guanxi_model::wire::cells_of;
use guanxi_model::{Catalog, Error, Result, Value, text};

use super::Held;
use crate::dialect::{Dialect, SEARCH_TEXT, SORT_TITLE};
use crate::schema::is_found_by_sort_title;
use crate::sql::{Alias, Bind, Sql, is_plain};

/// Lists longer than this become one parameter.
const INLINE_LIST: usize = 8;

/// Writes filters into a statement.
pub struct Compiler<'a> {
    pub catalog: &'a Catalog,
    pub sql: Sql,
    /// Tables named so far.
    next_alias: usize,
    /// Searches go through the text index; otherwise the text of each row is looked at.
    pub text_index: bool,
    /// Tests of the driving table must not choose the index …
    pub unindexed: bool,
    /// … which is the outermost one as a rule …
    pub driving: Alias,
    /// … but those of the field along whose order it is walked.
    pub walked: Option<usize>,
    /// The newest are asked for: of one value of a field with an index for that, it has them in order.
    pub newest: bool,
    /// Only live rows of the outermost table are asked for.
    pub live_only: bool,
    /// The reader's scope as the text index knows it.
    pub held: Option<Held>,
}

/// Whether a test names few records by an index.
fn is_key(filter: &Filter, def: &EntityDef) -> bool {
    match filter {
        Filter::Is(field, Test::Eq(_) | Test::In(_)) => def.fields.get(*field).is_some_and(|field| field.index || field.unique),
        Filter::And(parts) => parts.iter().any(|part| is_key(part, def)),
        Filter::Has { .. } => true,
        _ => false,
    }
}

impl<'a> Compiler<'a> {
    /// A compiler of an empty statement.
    pub fn new(catalog: &'a Catalog, sql: Sql) -> Self {
        Self {
            catalog,
            sql,
            next_alias: 0,
            text_index: true,
            unindexed: false,
            driving: Alias(0),
            walked: None,
            newest: false,
            live_only: false,
            held: None,
        }
    }

    /// A table alias not used yet.
    pub fn fresh(&mut self) -> Alias {
        let alias = Alias(self.next_alias);
        self.next_alias += 1;
        alias
    }

    /// Writes a condition on the table `alias` of `def`.
    pub fn filter(&mut self, filter: &Filter, def: &EntityDef, alias: Alias) -> Result<()> {
        match filter {
            Filter::All => {
                self.sql.push("1 = 1");
            }
            Filter::Nothing => {
                self.sql.push("1 = 0");
            }
            Filter::And(list) => self.joined(list, " AND ", def, alias)?,
            Filter::Or(list) if self.has_live_keys(list, def, alias) => self.any_key(list, def, alias)?,
            Filter::Or(list) => self.joined(list, " OR ", def, alias)?,
            Filter::Is(field, test) => self.test(*field, test, def, alias)?,
            Filter::Via { field, entity, filter } => {
                let target = self.entity(entity)?;
                let inner = self.fresh();
                self.hide(alias);
                self.sql.column(alias, column_of(def, *field)?).push(" IN (SELECT ");
                self.sql.column(inner, "id").push(" FROM ").name(&target.name).push(" AS ").alias(inner).push(" WHERE ");
                self.live(inner).push(" AND ");
                self.filter(filter, &target, inner)?;
                self.sql.push(")");
            }
            Filter::Has { entity, link, filter } => {
                let target = self.entity(entity)?;
                let inner = self.fresh();
                self.hide(alias);
                self.sql.column(alias, "id").push(" IN (SELECT ");
                self.sql.column(inner, column_of(&target, *link)?).push(" FROM ").name(&target.name).push(" AS ");
                self.sql.alias(inner).push(" WHERE ");
                self.live(inner).push(" AND ");
                self.filter(filter, &target, inner)?;
                self.sql.push(")");
            }
            Filter::Text(terms) => self.text(terms, def, alias)?,
        }
        Ok(())
    }

    /// Whether each of several tests names few live records by an index of its own.
    fn has_live_keys(&self, list: &[Filter], def: &EntityDef, alias: Alias) -> bool {
        let outermost = alias == Alias(0) && self.live_only && !self.unindexed;
        outermost && self.sql.dialect == Dialect::Sqlite && !list.is_empty() && list.iter().all(|test| is_key(test, def))
    }

    /// One of several keys. The indexes cover live rows: SQLite uses them only where each test
    /// says so itself, and reads the whole table otherwise.
    fn any_key(&mut self, list: &[Filter], def: &EntityDef, alias: Alias) -> Result<()> {
        self.sql.push("(");
        for (i, test) in list.iter().enumerate() {
            self.sql.push(if i > 0 { " OR (" } else { "(" });
            self.live(alias).push(" AND ");
            self.filter(test, def, alias)?;
            self.sql.push(")");
        }
        self.sql.push(")");
        Ok(())
    }

    /// Writes "not in the recycle bin".
    pub fn live(&mut self, alias: Alias) -> &mut Sql {
        self.sql.column(alias, "deleted_at").push(" IS NULL")
    }

    /// Keeps the next column from choosing the index, where tests must not.
    fn hide(&mut self, alias: Alias) {
        if self.unindexed && alias == self.driving {
            self.sql.no_index();
        }
    }

    fn entity(&self, name: &str) -> Result<std::sync::Arc<EntityDef>> {
        self.catalog.get(name).cloned().ok_or_else(|| Error::internal(format!("no entity {name}")))
    }

    fn joined(&mut self, list: &[Filter], word: &'static str, def: &EntityDef, alias: Alias) -> Result<()> {
        self.sql.push("(");
        for (i, part) in list.iter().enumerate() {
            if i > 0 {
                self.sql.push(word);
            }
            self.filter(part, def, alias)?;
        }
        self.sql.push(")");
        Ok(())
    }

    fn test(&mut self, field: usize, test: &Test, def: &EntityDef, alias: Alias) -> Result<()> {
        let column = column_of(def, field)?;
        // Deletion is asked by every statement already; a partial index answers it.
        if field == DELETED_AT && matches!(test, Test::Empty) {
            self.live(alias);
            return Ok(());
        }
        let plain = match def.fields.get(field).is_some_and(|field| field.newest) {
            true => !(self.newest && alias == Alias(0) && matches!(test, Test::Eq(_))),
            false => self.unindexed && alias == self.driving && self.walked != Some(field),
        };
        let distinct = self.sql.dialect.is_distinct();
        let sql = &mut self.sql;
        let mut compare = |op: &'static str, value: &Value| {
            if plain {
                sql.no_index();
            }
            sql.column(alias, column).push(op).bind(bind(value));
        };
        match test {
            Test::Eq(Value::Text(title)) if !plain && def.fields.get(field).is_some_and(|field| is_found_by_sort_title(def, field)) => {
                sql.push("(").column(alias, SORT_TITLE).push(" = ").bind(text::sort_key(title)).push(" AND ");
                sql.column(alias, column).push(" = ").bind(title.as_str()).push(")");
            }
            Test::Eq(Value::Text(word)) if is_one_of_few(def, field, word) => {
                if plain {
                    sql.no_index();
                }
                sql.column(alias, column).push(" = ").word(word);
            }
            Test::Eq(value) => compare(" = ", value),
            Test::Ne(value) => compare(distinct, value),
            Test::Lt(value) => compare(" < ", value),
            Test::Le(value) => compare(" <= ", value),
            Test::Gt(value) => compare(" > ", value),
            Test::Ge(value) => compare(" >= ", value),
            Test::Between(from, to) => {
                sql.push("(");
                if plain {
                    sql.no_index();
                }
                sql.column(alias, column).push(" >= ").bind(bind(from)).push(" AND ");
                if plain {
                    sql.no_index();
                }
                sql.column(alias, column).push(" <= ").bind(bind(to)).push(")");
            }
            Test::In(list) => {
                if list.iter().all(Value::is_empty) {
                    sql.push("1 = 0");
                    return Ok(());
                }
                if plain {
                    sql.no_index();
                }
                sql.column(alias, column);
                among(sql, list);
            }
            Test::NotIn(list) => {
                if list.iter().all(Value::is_empty) {
                    sql.push("1 = 1");
                    return Ok(());
                }
                sql.push("(").column(alias, column).push(" IS NULL OR NOT (");
                sql.column(alias, column);
                among(sql, list);
                sql.push("))");
            }
            Test::Contains(part) => position(sql, alias, column, part, " > 0"),
            Test::Starts(part) => position(sql, alias, column, part, " = 1"),
            Test::Empty => {
                if plain {
                    sql.no_index();
                }
                sql.column(alias, column).push(" IS NULL");
            }
            Test::NotEmpty => {
                sql.column(alias, column).push(" IS NOT NULL");
            }
            Test::Overlaps(codes) => overlaps(sql, alias, column, codes),
            Test::Disjoint(codes) => {
                sql.push("(").column(alias, column).push(" IS NULL OR NOT ");
                overlaps(sql, alias, column, codes);
                sql.push(")");
            }
        }
        Ok(())
    }

    /// Every term is in the index, and its text in the row: tokens of pieces are necessary, not
    /// sufficient.
    fn text(&mut self, terms: &[Term], def: &EntityDef, alias: Alias) -> Result<()> {
        self.sql.push("(1 = 1");
        let tokens: Vec<Token> = terms.iter().flat_map(|term| term.tokens.clone()).collect();
        if self.text_index && !tokens.is_empty() {
            self.sql.push(" AND ");
            self.found(&tokens, def, alias)?;
        }
        for term in terms {
            self.sql.push(" AND ");
            let find = self.sql.dialect.position_function();
            self.sql.push(find);
            if term.in_title {
                self.sql.push("substr(").column(alias, SEARCH_TEXT).push(", 1, ").push(find);
                self.sql.column(alias, SEARCH_TEXT).push(", ").bind(TITLE_END.to_string()).push("))");
            } else {
                self.sql.column(alias, SEARCH_TEXT);
            }
            self.sql.push(", ").bind(term.text.as_str()).push(") > 0");
        }
        self.sql.push(")");
        Ok(())
    }

    /// What the text index finds; of what the reader may see alone, where the index knows that.
    fn found(&mut self, tokens: &[Token], def: &EntityDef, alias: Alias) -> Result<()> {
        let Some(held) = self.held.take() else {
            self.sql.search(alias, &def.name, tokens, &[]);
            return Ok(());
        };
        self.sql.push("(").search(alias, &def.name, tokens, &held.tokens());
        if held.shared != Filter::Nothing {
            self.sql.push(" OR ");
            self.filter(&held.shared, def, alias)?;
        }
        self.sql.push(")");
        self.held = Some(held);
        Ok(())
    }
}

/// Whether a filter asks for nothing that would have to be bound: a plan for all of the reader's scopes is one for this filter.
pub(super) fn is_of_words(filter: &Filter, def: &EntityDef) -> bool {
    match filter {
        Filter::All | Filter::Is(_, Test::Empty | Test::NotEmpty) => true,
        Filter::Is(field, Test::Eq(Value::Text(word))) => is_one_of_few(def, *field, word),
        Filter::And(parts) => parts.iter().all(|part| is_of_words(part, def)),
        _ => false,
    }
}

/// Longest word of a dictionary that a statement is told in its text, in bytes.
const WORD_BYTES: usize = 40;

/// Whether a field offers a list of words, of which this is one, or may be: the words of a dictionary are few too, and one that
/// is not in it finds nothing.
fn is_one_of_few(def: &EntityDef, field: usize, word: &str) -> bool {
    match def.fields.get(field).map(|field| &field.options) {
        Some(Options::Fixed(few)) => few.iter().any(|one| one.value == word),
        Some(Options::Dictionary(_)) => word.len() <= WORD_BYTES && is_plain(word),
        _ => false,
    }
}

/// The first column of a field.
pub(crate) fn column_of(def: &EntityDef, field: usize) -> Result<&str> {
    let field = def.fields.get(field).ok_or_else(|| Error::internal(format!("{} has no field {field}", def.name)))?;
    Ok(&field.name)
}

/// The first cell of a value, bound.
pub(crate) fn bind(value: &Value) -> Bind {
    Bind::from(&cells_of(value).0)
}

/// No value is never among others, and would make SQL's answer unknown.
fn among(sql: &mut Sql, list: &[Value]) {
    let list: Vec<&Value> = list.iter().filter(|value| !value.is_empty()).collect();
    if list.len() > INLINE_LIST {
        let binds: Vec<Bind> = list.into_iter().map(bind).collect();
        let ints: Option<Vec<i64>> = binds.iter().map(|b| if let Bind::Int(n) = b { Some(*n) } else { None }).collect();
        let list = ints
            .map(Bind::Ints)
            .unwrap_or_else(|| Bind::Texts(binds.into_iter().filter_map(|b| if let Bind::Text(t) = b { Some(t) } else { None }).collect()));
        sql.among(list);
        return;
    }
    sql.push(" IN (");
    for (i, value) in list.into_iter().enumerate() {
        if i > 0 {
            sql.push(", ");
        }
        sql.bind(bind(value));
    }
    sql.push(")");
}

/// Both databases fold ASCII letters alone here: SQLite by nature, PostgreSQL because the columns
/// are of collation "C".
fn position(sql: &mut Sql, alias: Alias, column: &str, part: &str, test: &'static str) {
    let find = sql.dialect.position_function();
    sql.push(find).push("lower(").column(alias, column).push("), ").bind(part.to_ascii_lowercase()).push(")").push(test);
}

fn overlaps(sql: &mut Sql, alias: Alias, column: &str, codes: &[String]) {
    sql.push("(1 = 0");
    for code in codes {
        let find = sql.dialect.position_function();
        sql.push(" OR ").push(find).column(alias, column).push(", ").bind(format!("|{code}|")).push(") > 0");
    }
    sql.push(")");
}
