//! The first of several owners' records: the first ones of each, merged. An index has each owner's records in the order of
//! their creation, so that many records of others cost nothing.

use guanxi_model::Result;
use guanxi_model::entity::{CREATED_AT, EntityDef};
use guanxi_model::filter::Filter;

use super::Held;
use super::filter::{Compiler, column_of};
use super::select::{Bin, Drive, Select, after, descending};
use crate::dialect::Dialect;
use crate::sql::{Alias, Bind, Sql};

/// The scope of a question that is answered so.
pub(super) fn scope_of(question: &Select<'_>) -> Option<Held> {
    let by_creation = matches!(question.order, [only] if only.field == CREATED_AT);
    let owners = question.drive == Drive::Owners && question.bin == Bin::Live && by_creation;
    owners.then(|| Held::of(question.access, question.def)).flatten()
}

/// Writes that a record is among the newest that have what is asked for: of each readable owner, or of all where the scope is no
/// matter of owners, so many are looked at, until there are enough. Nothing is taken that is older than the last one looked at of
/// anybody's.
pub(super) fn among_newest(c: &mut Compiler<'_>, question: &Select<'_>, of_each: usize, limit: usize, base: Alias) -> Result<()> {
    let def = question.def;
    let (found, edge, each) = (c.fresh(), c.fresh(), c.fresh());
    c.sql.column(base, "id").push(" IN (WITH found AS MATERIALIZED (");
    match Held::of(question.access, def) {
        None => looked_at(c, question, question.access, None, (of_each, limit))?,
        Some(held) => {
            let owners: Vec<i64> = held.owners.iter().copied().flatten().collect();
            let mut between = "";
            if !owners.is_empty() {
                let some = c.fresh();
                c.sql.push("SELECT ").alias(some).push(".* FROM ").each_of(Bind::Ints(owners), each).push(" CROSS JOIN LATERAL (");
                looked_at(c, question, &held.of_some(def, true), Some(Some(each)), (of_each, limit))?;
                c.sql.push(") AS ").alias(some);
                between = " UNION ALL ";
            }
            if held.owners.contains(&None) {
                c.sql.push(between).push("(");
                looked_at(c, question, &held.of_some(def, false), Some(None), (of_each, limit))?;
                c.sql.push(")");
            }
        }
    }
    c.sql.push(") SELECT ").column(found, "id").push(" FROM found AS ").alias(found).push(" WHERE ").column(found, "hit");
    c.sql.push(" AND NOT EXISTS (SELECT 1 FROM found AS ").alias(edge).push(" WHERE ").column(edge, "last").push(" AND (");
    c.sql.column(edge, "created_at").push(", ").column(edge, "id").push(") > (");
    c.sql.column(found, "created_at").push(", ").column(found, "id").push(")) ORDER BY ");
    keys(&mut c.sql, found, true, true);
    c.sql.limit(limit).push(")");
    Ok(())
}

/// The newest ones of an owner, of nobody or of all, one after the other until enough have what is asked for. The last of those that
/// may be looked at is told, too.
fn looked_at(
    c: &mut Compiler<'_>,
    question: &Select<'_>,
    scope: &Filter,
    owner: Option<Option<Alias>>,
    (of_each, limit): (usize, usize),
) -> Result<()> {
    let def = question.def;
    let (one, row, seen) = (c.fresh(), c.fresh(), c.fresh());
    c.sql.push("SELECT ").alias(seen).push(".* FROM (SELECT ").alias(row).push(".*, row_number() OVER () = ").number(of_each);
    c.sql.push(" AS \"last\" FROM (SELECT ").key_of_creation(one).push(", (");
    // Whose they are is said already.
    if owner.is_none() || !matches!(scope, Filter::Is(field, _) if Some(*field) == def.owner) {
        self::scope(c, scope, def, one)?;
        c.sql.push(" AND ");
    }
    asked(c, question, one)?;
    c.sql.push(") AS \"hit\" FROM ");
    match owner {
        Some(owner) => live_ones(&mut c.sql, def, one, owner, true)?,
        None => {
            c.sql.name(&def.name).push(" AS ").alias(one).push(" WHERE ").column(one, "deleted_at").push(" IS NULL ORDER BY ");
            keys(&mut c.sql, one, true, false);
        }
    }
    c.sql.limit(of_each).push(") AS ").alias(row).push(") AS ").alias(seen);
    c.sql.push(" WHERE ").column(seen, "hit").push(" OR ").column(seen, "last").limit(limit);
    Ok(())
}

/// Writes that a record is among the first ones.
pub(super) fn among(c: &mut Compiler<'_>, question: &Select<'_>, held: &Held, limit: usize, base: Alias) -> Result<()> {
    let def = question.def;
    let (all, each, found) = (c.fresh(), c.fresh(), c.fresh());
    c.sql.column(base, "id").push(" IN (").among_found(&def.name, all);
    let owners: Vec<i64> = held.owners.iter().copied().flatten().collect();
    let mut first = true;
    if !owners.is_empty() {
        c.sql.for_each(Bind::Ints(owners), each, found);
        first_of(c, question, &held.of_some(def, true), Some(each), limit)?;
        c.sql.for_each_end(found);
        first = false;
    }
    if held.owners.contains(&None) {
        if !first {
            c.sql.or_found();
        }
        c.sql.push("SELECT ").key_of_creation(found).push(" FROM (");
        first_of(c, question, &held.of_some(def, false), None, limit)?;
        c.sql.push(") AS ").alias(found);
    }
    // A scope names somebody or nobody before it names what was shared.
    if held.shared != Filter::Nothing {
        let one = c.fresh();
        c.sql.or_found().push("SELECT ").key_of_creation(one).push(" FROM ").name(&def.name).push(" AS ").alias(one).push(" WHERE ");
        c.filter(&held.shared, def, one)?;
        c.sql.push(" AND ");
        rest(c, question, one)?;
    }
    c.sql.among_found_end(all);
    c.sql.push(" ORDER BY ");
    keys(&mut c.sql, all, descending(question.order), true);
    c.sql.limit(limit).push(")");
    Ok(())
}

/// The scope of a question whose few records are found by whose they are. PostgreSQL would find nothing by an index under an OR with a
/// subquery, and walk over everybody's in the order asked for.
pub(super) fn few_of(dialect: Dialect, question: &Select<'_>) -> Option<Held> {
    let few = dialect == Dialect::Postgres && question.drive == Drive::Filter && question.bin == Bin::Live;
    few.then(|| Held::of(question.access, question.def)).flatten()
}

/// Writes that a record is one of the scope, and what was asked for. As a list: whatever else the planner believes of how many there are,
/// it looks them up.
pub(super) fn among_few(c: &mut Compiler<'_>, question: &Select<'_>, held: &Held, base: Alias) -> Result<()> {
    c.sql.column(base, "id").push(" = ANY(ARRAY(");
    each_part(c, question, held, |sql, one| _ = sql.column(one, "id"))?;
    c.sql.push("))");
    Ok(())
}

/// Counts the records of the scope.
pub(super) fn counted(c: &mut Compiler<'_>, question: &Select<'_>, held: &Held, limit: Option<usize>) -> Result<()> {
    c.sql.push("SELECT count(*) FROM (SELECT 1 FROM (");
    each_part(c, question, held, |sql, _| _ = sql.push("1"))?;
    c.sql.push(") AS all_of_them");
    if let Some(limit) = limit {
        c.sql.limit(limit);
    }
    c.sql.push(") AS found");
    Ok(())
}

/// Something of the records of the scope, owner by owner; of what was shared of others besides.
fn each_part(c: &mut Compiler<'_>, question: &Select<'_>, held: &Held, what: impl Fn(&mut Sql, Alias)) -> Result<()> {
    let def = question.def;
    let mut between = "";
    let mut begin = |c: &mut Compiler<'_>| {
        let one = c.fresh();
        c.sql.push(between).push("SELECT ");
        what(&mut c.sql, one);
        c.sql.push(" FROM ").name(&def.name).push(" AS ").alias(one).push(" WHERE ");
        between = " UNION ALL ";
        one
    };
    for somebody in [true, false].into_iter().filter(|somebody| held.owners.iter().any(|owner| owner.is_some() == *somebody)) {
        let one = begin(c);
        c.sql.column(one, owner_column(def)?);
        if somebody {
            c.sql.among(Bind::Ints(held.owners.iter().copied().flatten().collect()));
        } else {
            c.sql.push(" IS NULL");
        }
        c.sql.push(" AND ");
        scope(c, &held.of_some(def, somebody), def, one)?;
        c.sql.push(" AND ");
        asked(c, question, one)?;
    }
    if held.shared != Filter::Nothing {
        let one = begin(c);
        c.filter(&held.shared, def, one)?;
        c.sql.push(" AND (");
        scope(c, &held.filter, def, one)?;
        c.sql.push(") IS NOT TRUE AND ");
        asked(c, question, one)?;
    }
    Ok(())
}

/// The scope itself, which chooses no index.
fn scope(c: &mut Compiler<'_>, scope: &Filter, def: &EntityDef, one: Alias) -> Result<()> {
    (c.unindexed, c.driving) = (true, one);
    let written = c.filter(scope, def, one);
    (c.unindexed, c.driving) = (false, Alias(0));
    written
}

/// The first ones of an owner, or of nobody.
fn first_of(c: &mut Compiler<'_>, question: &Select<'_>, scope: &Filter, owner: Option<Alias>, limit: usize) -> Result<()> {
    let def = question.def;
    let one = c.fresh();
    c.sql.push("SELECT ").key_of_creation(one).push(" FROM ");
    c.sql.name(&def.name).push(" AS ").alias(one).push(" WHERE ");
    whose(&mut c.sql, def, one, owner)?;
    c.sql.push(" AND ");
    // Whose they are is said already.
    if !matches!(scope, Filter::Is(field, _) if Some(*field) == def.owner) {
        self::scope(c, scope, def, one)?;
        c.sql.push(" AND ");
    }
    rest(c, question, one)?;
    in_order(&mut c.sql, def, one, descending(question.order))?;
    c.sql.limit(limit);
    Ok(())
}

/// The live records of an owner or of nobody, in the order of their creation.
fn live_ones(sql: &mut Sql, def: &EntityDef, one: Alias, owner: Option<Alias>, down: bool) -> Result<()> {
    sql.name(&def.name).push(" AS ").alias(one).push(" WHERE ");
    whose(sql, def, one, owner)?;
    sql.push(" AND ").column(one, "deleted_at").push(" IS NULL");
    in_order(sql, def, one, down)
}

fn whose(sql: &mut Sql, def: &EntityDef, one: Alias, owner: Option<Alias>) -> Result<()> {
    match owner {
        Some(each) => sql.of_each(one, owner_column(def)?, each),
        None => sql.column(one, owner_column(def)?).push(" IS NULL"),
    };
    Ok(())
}

fn in_order(sql: &mut Sql, def: &EntityDef, one: Alias, down: bool) -> Result<()> {
    sql.push(" ORDER BY ").key_of_owner(one, owner_column(def)?, down);
    keys(sql, one, down, false);
    Ok(())
}

/// What was asked for besides, of live records.
fn asked(c: &mut Compiler<'_>, question: &Select<'_>, one: Alias) -> Result<()> {
    c.live(one).push(" AND ");
    (c.unindexed, c.driving, c.walked) = (true, one, Some(CREATED_AT));
    let written = c.filter(question.filter, question.def, one);
    (c.unindexed, c.driving, c.walked) = (false, Alias(0), None);
    written
}

/// The same, behind the page before.
fn rest(c: &mut Compiler<'_>, question: &Select<'_>, one: Alias) -> Result<()> {
    asked(c, question, one)?;
    if let Some(keys) = question.after {
        c.sql.push(" AND ");
        after(c, question, one, keys)?;
    }
    Ok(())
}

fn keys(sql: &mut Sql, of: Alias, down: bool, sorted: bool) {
    if sorted {
        sql.no_index();
    }
    let nulls = sql.dialect.nulls(down);
    sql.column(of, "created_at").push(if down { " DESC" } else { " ASC" }).push(nulls).push(", ");
    sql.column(of, "id").push(if down { " DESC" } else { " ASC" }).push(nulls);
}

fn owner_column(def: &EntityDef) -> Result<&str> {
    column_of(def, def.owner.unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use guanxi_model::entity::{CREATED_AT, Entity};
    use guanxi_model::filter::Test;
    use guanxi_model::query::Order;
    use guanxi_model::system::View;
    use guanxi_model::{Catalog, Filter, Value};

    use crate::compile::{Bin, Drive, Out, Select, count, select};
    use crate::dialect::Dialect;

    /// The page and the count of whoever sees two people's records and some that are nobody's.
    fn texts(dialect: Dialect) -> [String; 2] {
        asked(dialect, Drive::Owners, &scope())
    }

    fn scope() -> Filter {
        let nobodys = Filter::is(View::OWNER.index, Test::Empty).and(Filter::is(View::SHARED.index, Test::Eq(Value::Bool(true))));
        Filter::refers_to(View::OWNER.index, [7, 8]).or(nobodys)
    }

    fn asked(dialect: Dialect, drive: Drive, scope: &Filter) -> [String; 2] {
        let def = View::def();
        let question = Select {
            def: &def,
            outs: vec![Out::id()],
            joins: Vec::new(),
            filter: &Filter::All,
            access: scope,
            order: &[Order { field: CREATED_AT, descending: true }],
            after: None,
            limit: Some(51),
            bin: Bin::Live,
            drive,
            text_index: true,
        };
        let catalog = Catalog::default();
        [select(dialect, &catalog, &question).unwrap(), count(dialect, &catalog, &question, Some(9)).unwrap()]
            .map(|sql| sql.text().to_owned())
    }

    /// What stands in the text, piece by piece, in this order.
    fn says(text: &str, pieces: &[&str]) {
        pieces
            .iter()
            .fold(text, |rest, piece| rest.split_once(piece).unwrap_or_else(|| panic!("no {piece} where it should be in {text}")).1);
    }

    #[test]
    fn the_first_ones_of_each_owner_are_merged_in_sqlite() {
        let [page, count] = texts(Dialect::Sqlite);
        says(
            &page,
            &[
                r#"WHERE t0."id" IN (SELECT t1."id" FROM "view" AS t1 WHERE t1."id" IN (SELECT t3."value" FROM json_each(?) AS t2"#,
                r#" CROSS JOIN json_each((SELECT json_group_array("id") FROM (SELECT t4."id" FROM "view" AS t4 WHERE t4."owner" = t2."value""#,
                r#" AND t4."deleted_at" IS NULL AND 1 = 1"#,
                r#" ORDER BY t4."created_at" DESC, t4."id" DESC LIMIT ?))) AS t3 UNION ALL SELECT t3."id" FROM ("#,
                r#" WHERE t5."owner" IS NULL AND (+t5."owner" IS NULL AND +t5."shared" = ?) AND t5."deleted_at" IS NULL"#,
                r#" ORDER BY t5."created_at" DESC, t5."id" DESC LIMIT ?) AS t3) ORDER BY +t1."created_at" DESC, t1."id" DESC LIMIT ?)"#,
                // Rights and what was asked for are decided again of what is shown.
                r#" AND t0."deleted_at" IS NULL AND 1 = 1 AND (+t0."owner" IN (?, ?) OR (+t0."owner" IS NULL AND +t0."shared" = ?))"#,
                r#" ORDER BY +t0."created_at" DESC, t0."id" DESC LIMIT ?"#,
            ],
        );
        says(&count, &[r#"t0."owner" IN (SELECT value FROM json_each(?))"#, " UNION ALL ", r#"t1."owner" IS NULL"#, " LIMIT ?) AS found"]);
    }

    #[test]
    fn the_first_ones_of_each_owner_are_merged_in_postgresql() {
        let [page, count] = texts(Dialect::Postgres);
        says(
            &page,
            &[
                r#"WHERE t0."id" IN (SELECT t1."id" FROM (SELECT t3."id", t3."created_at" FROM unnest(CAST($1 AS BIGINT[])) AS t2("value")"#,
                r#" CROSS JOIN LATERAL (SELECT t4."id", t4."created_at" FROM "view" AS t4 WHERE t4."owner" BETWEEN t2."value" AND t2."value""#,
                r#" ORDER BY t4."owner" DESC NULLS LAST, t4."created_at" DESC NULLS LAST, t4."id" DESC NULLS LAST LIMIT 51) AS t3 UNION SELECT t3."id", t3."created_at" FROM ("#,
                r#" WHERE t5."owner" IS NULL"#,
                r#" ORDER BY t5."owner" DESC NULLS LAST, t5."created_at" DESC NULLS LAST, t5."id" DESC NULLS LAST LIMIT 51)"#,
                r#" AS t3) AS t1 ORDER BY t1."created_at" DESC NULLS LAST, t1."id" DESC NULLS LAST LIMIT 51)"#,
                r#" AND (t0."owner" IN ($3, $4) OR (t0."owner" IS NULL AND t0."shared" = $5))"#,
                r#" ORDER BY t0."created_at" DESC NULLS LAST, t0."id" DESC NULLS LAST LIMIT 51"#,
            ],
        );
        says(&count, &[r#"t0."owner" = ANY($1)"#, " UNION ALL ", r#"t1."owner" IS NULL"#, " LIMIT 9) AS found"]);
    }

    #[test]
    fn the_newest_of_each_owner_are_looked_at_until_enough_have_it() {
        let drive = Drive::Newest { of_each: 300 };
        let [page, _] = asked(Dialect::Postgres, drive, &scope());
        says(
            &page,
            &[
                r#"WHERE t0."id" IN (WITH found AS MATERIALIZED (SELECT t4.* FROM unnest(CAST($1 AS BIGINT[])) AS t3("value")"#,
                r#" CROSS JOIN LATERAL (SELECT t7.* FROM (SELECT t6.*, row_number() OVER () = 300 AS "last" FROM (SELECT t5."id", t5."created_at", ("#,
                r#") AS "hit" FROM "view" AS t5 WHERE t5."owner" BETWEEN t3."value" AND t3."value" AND t5."deleted_at" IS NULL ORDER BY"#,
                r#" LIMIT 300) AS t6) AS t7 WHERE t7."hit" OR t7."last" LIMIT 51) AS t4 UNION ALL (SELECT t10.*"#,
                r#"AS t8 WHERE t8."owner" IS NULL AND t8."deleted_at" IS NULL"#,
                r#") SELECT t1."id" FROM found AS t1 WHERE t1."hit" AND NOT EXISTS (SELECT 1 FROM found AS t2 WHERE t2."last" AND"#,
                r#" (t2."created_at", t2."id") > (t1."created_at", t1."id")) ORDER BY t1."created_at" DESC NULLS LAST, t1."id" DESC NULLS LAST LIMIT 51)"#,
                r#" AND t0."deleted_at" IS NULL"#,
            ],
        );
        let [page, _] = asked(Dialect::Postgres, drive, &Filter::All);
        says(
            &page,
            &[
                r#"(WITH found AS MATERIALIZED (SELECT t6.* FROM (SELECT t5.*, row_number() OVER () = 300 AS "last""#,
                r#"FROM "view" AS t4 WHERE t4."deleted_at" IS NULL ORDER BY t4."created_at" DESC NULLS LAST, t4."id" DESC NULLS LAST LIMIT 300)"#,
            ],
        );
    }

    #[test]
    fn few_records_are_looked_up_by_whose_they_are_in_postgresql() {
        let [page, count] = asked(Dialect::Postgres, Drive::Filter, &scope());
        says(
            &page,
            &[
                r#"WHERE t0."id" = ANY(ARRAY(SELECT t1."id" FROM "view" AS t1 WHERE t1."owner" = ANY($1) AND t1."owner" IN ($2, $3)"#,
                r#" UNION ALL SELECT t2."id" FROM "view" AS t2 WHERE t2."owner" IS NULL AND "#,
                r#")) AND t0."deleted_at" IS NULL"#,
                r#"(t0."owner" IN ("#,
            ],
        );
        says(&count, &[r#"SELECT 1 FROM "view" AS t0 WHERE t0."owner" = ANY($1)"#, " LIMIT 9) AS found"]);
        let [page, _] = asked(Dialect::Sqlite, Drive::Filter, &scope());
        assert!(!page.contains("UNION"), "{page}");
    }
}
