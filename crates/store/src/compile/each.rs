//! The records of a scope in the order of their creation: one question for each owner, whose index has them in that order, merged
//! row by row until there are enough. What others made is never passed over, however much and however new it is.

use guanxi_model::Result;
use guanxi_model::entity::{CREATED_AT, EntityDef};
use guanxi_model::filter::Filter;

use super::Held;
use super::filter::{Compiler, column_of};
use super::select::{Bin, Drive, Select, after, descending};
use crate::dialect::Dialect;
use crate::sql::{Alias, Bind, Sql};

/// Owners are asked for by so many at a time, so that few texts are ever made of them.
const STEP: usize = 4;
/// Whom nothing belongs to.
const NOBODY_AT_ALL: i64 = 0;

/// A part of a scope that an index finds.
enum Part {
    Everything,
    Of(Vec<i64>),
    OfOne(i64),
    Nobodys,
    /// What was shared and is in none of the others.
    Shared,
}

/// The parts of a scope.
fn parts(held: &Held) -> Vec<Part> {
    let owners: Vec<i64> = held.owners.iter().copied().flatten().collect();
    let owned = (!owners.is_empty()).then_some(Part::Of(owners));
    owned.into_iter().chain(unowned(held)).collect()
}

/// The same with each owner apart; of a scope that is no matter of owners it is all there is.
fn parts_apart(held: Option<&Held>) -> Vec<Part> {
    let Some(held) = held else { return vec![Part::Everything] };
    let owners = held.owners.iter().copied().flatten();
    let missing = owners.clone().count().next_multiple_of(STEP) - owners.clone().count();
    let apart = owners.chain(std::iter::repeat_n(NOBODY_AT_ALL, missing)).map(Part::OfOne);
    apart.chain(unowned(held)).collect()
}

fn unowned(held: &Held) -> impl Iterator<Item = Part> {
    let nobodys = held.owners.contains(&None).then_some(Part::Nobodys);
    nobodys.into_iter().chain((held.shared != Filter::Nothing).then_some(Part::Shared))
}

/// The scope of a question that is answered so.
pub(super) fn scope_of(question: &Select<'_>) -> Option<Held> {
    let by_creation = matches!(question.order, [only] if only.field == CREATED_AT);
    let owners = question.drive == Drive::Owners && question.bin == Bin::Live && by_creation;
    owners.then(|| Held::of(question.access, question.def)).flatten()
}

/// Writes, as the table of a question, the first ones of the scope that have what is asked for.
pub(super) fn first_ones(c: &mut Compiler<'_>, question: &Select<'_>, held: &Held, columns: &[String], limit: usize) -> Result<()> {
    let down = descending(question.order);
    let shown = |c: &mut Compiler<'_>, _: &Part, one: Alias| {
        key(c, columns, one);
        Ok(())
    };
    c.sql.push("(");
    each_part(c, question.def, Some(held), &parts_apart(Some(held)), Some((down, limit)), shown, |c, part, one| {
        within(c, question, Some(held), part, one)?;
        asked(c, question, one)?;
        if let Some(keys) = question.after {
            c.sql.push(" AND ");
            after(c, question, one, keys)?;
        }
        Ok(())
    })?;
    in_order(&mut c.sql, down);
    c.sql.limit(limit).push(")");
    Ok(())
}

/// The same of the newest, of which only so many are looked at.
pub(super) fn first_of_newest(
    c: &mut Compiler<'_>,
    question: &Select<'_>,
    columns: &[String],
    (looked_at, limit): (usize, usize),
) -> Result<()> {
    let held = Held::of(question.access, question.def).filter(Held::is_merged);
    let seen = c.fresh();
    let hit = |c: &mut Compiler<'_>, part: &Part, one: Alias| {
        key(c, columns, one);
        c.sql.push(", (");
        within(c, question, held.as_ref(), part, one)?;
        asked(c, question, one)?;
        c.sql.push(") AS \"hit\"");
        Ok(())
    };
    c.sql.push("(SELECT ").alias(seen).push(".* FROM (");
    each_part(c, question.def, held.as_ref(), &parts_apart(held.as_ref()), Some((true, looked_at)), hit, |c, _, one| {
        c.live(one);
        Ok(())
    })?;
    in_order(&mut c.sql, true);
    c.sql.limit(looked_at).push(") AS ").alias(seen).push(" WHERE ").column(seen, "hit").limit(limit).push(")");
    Ok(())
}

/// The scope of a question whose few records are found by whose they are. PostgreSQL would find nothing by an index under an OR with a
/// subquery, and walk over everybody's in the order asked for.
pub(super) fn few_of(dialect: Dialect, question: &Select<'_>) -> Option<Held> {
    let few = dialect == Dialect::Postgres && question.drive == Drive::Filter && question.bin == Bin::Live;
    few.then(|| Held::of(question.access, question.def)).flatten()
}

/// Writes that a record is one of the scope, and what was asked for.
pub(super) fn among_few(c: &mut Compiler<'_>, question: &Select<'_>, held: &Held, base: Alias) -> Result<()> {
    c.sql.column(base, "id").any_of();
    each_part(
        c,
        question.def,
        Some(held),
        &parts(held),
        None,
        |c, _, one| Ok(_ = c.sql.column(one, "id")),
        |c, part, one| {
            within(c, question, Some(held), part, one)?;
            asked(c, question, one)
        },
    )?;
    c.sql.any_of_end();
    Ok(())
}

/// Counts the records of the scope.
pub(super) fn counted(c: &mut Compiler<'_>, question: &Select<'_>, held: &Held, limit: Option<usize>) -> Result<()> {
    c.sql.push("SELECT count(*) FROM (SELECT 1 FROM (");
    each_part(
        c,
        question.def,
        Some(held),
        &parts(held),
        None,
        |c, _, _| Ok(_ = c.sql.push("1")),
        |c, part, one| {
            within(c, question, Some(held), part, one)?;
            asked(c, question, one)
        },
    )?;
    c.sql.push(") AS all_of_them");
    if let Some(limit) = limit {
        c.sql.limit(limit);
    }
    c.sql.push(") AS found");
    Ok(())
}

/// Something of the records of each part; of the first ones of each, where they are to be merged.
fn each_part(
    c: &mut Compiler<'_>,
    def: &EntityDef,
    held: Option<&Held>,
    parts: &[Part],
    merged: Option<(bool, usize)>,
    what: impl Fn(&mut Compiler<'_>, &Part, Alias) -> Result<()>,
    ask: impl Fn(&mut Compiler<'_>, &Part, Alias) -> Result<()>,
) -> Result<()> {
    let owner = || column_of(def, def.owner.unwrap_or(usize::MAX));
    for (place, part) in parts.iter().enumerate() {
        let one = c.fresh();
        c.sql.push(if place > 0 { " UNION ALL " } else { "" });
        if merged.is_some() {
            c.sql.merged();
        }
        c.sql.push("SELECT ");
        what(c, part, one)?;
        c.sql.push(" FROM ").name(&def.name).push(" AS ").alias(one).push(" WHERE ");
        match part {
            Part::Everything => &mut c.sql,
            Part::Of(owners) => c.sql.column(one, owner()?).among(Bind::Ints(owners.clone())).push(" AND "),
            Part::OfOne(id) => c.sql.of_one(one, owner()?, *id).push(" AND "),
            Part::Nobodys => c.sql.column(one, owner()?).push(" IS NULL AND "),
            Part::Shared => shared(c, def, held, one)?,
        };
        ask(c, part, one)?;
        if let Some((down, limit)) = merged {
            let all = c.fresh();
            c.sql.merged_end(one, all, down, limit);
        }
    }
    Ok(())
}

/// Writes that a record was shared, and would not be seen otherwise.
fn shared<'c>(c: &'c mut Compiler<'_>, def: &EntityDef, held: Option<&Held>, one: Alias) -> Result<&'c mut Sql> {
    let (shared, others) = held.map_or((&Filter::Nothing, &Filter::Nothing), |held| (&held.shared, &held.filter));
    let other = c.fresh();
    c.sql.column(one, "id").any_of().push("SELECT ").column(other, "id").push(" FROM ").name(&def.name).push(" AS ").alias(other);
    c.sql.push(" WHERE ");
    c.filter(shared, def, other)?;
    c.sql.any_of_end().push(" AND (");
    unindexed(c, one, |c| c.filter(others, def, one))?;
    Ok(c.sql.push(") IS NOT TRUE AND "))
}

/// Writes what the scope asks of a part besides whose it is.
fn within(c: &mut Compiler<'_>, question: &Select<'_>, held: Option<&Held>, part: &Part, one: Alias) -> Result<()> {
    let def = question.def;
    let scope = match (part, held) {
        (Part::Everything, _) => question.access.clone(),
        (Part::Shared, _) | (_, None) => return Ok(()),
        (_, Some(held)) => held.of_some(def, !matches!(part, Part::Nobodys)),
    };
    let said = matches!(scope, Filter::All) || matches!(&scope, Filter::Is(field, _) if Some(*field) == def.owner);
    if !said {
        unindexed(c, one, |c| c.filter(&scope, def, one))?;
        c.sql.push(" AND ");
    }
    Ok(())
}

/// Writes what was asked for, of live records.
fn asked(c: &mut Compiler<'_>, question: &Select<'_>, one: Alias) -> Result<()> {
    c.live(one).push(" AND ");
    c.walked = Some(CREATED_AT);
    let written = unindexed(c, one, |c| c.filter(question.filter, question.def, one));
    c.walked = None;
    written
}

/// Writes conditions that choose no index.
fn unindexed<T>(c: &mut Compiler<'_>, one: Alias, write: impl FnOnce(&mut Compiler<'_>) -> Result<T>) -> Result<T> {
    (c.unindexed, c.driving) = (true, one);
    let written = write(c);
    (c.unindexed, c.driving) = (false, Alias(0));
    written
}

/// The columns of an answer, behind those by which it is ordered.
fn key(c: &mut Compiler<'_>, columns: &[String], one: Alias) {
    c.sql.column(one, "created_at").push(", ").column(one, "id");
    for column in columns.iter().filter(|column| !matches!(column.as_str(), "created_at" | "id")) {
        c.sql.push(", ").column(one, column);
    }
}

/// The order of [`key`].
fn in_order(sql: &mut Sql, down: bool) {
    let (way, nulls) = (if down { " DESC" } else { " ASC" }, sql.dialect.nulls(down));
    sql.push(" ORDER BY 1").push(way).push(nulls).push(", 2").push(way).push(nulls);
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
    fn the_records_of_each_owner_are_merged_in_sqlite() {
        let [page, count] = texts(Dialect::Sqlite);
        says(
            &page,
            &[
                r#"SELECT t0."id", t0."created_at", t0."id" FROM (SELECT t1."created_at", t1."id" FROM "view" AS t1 WHERE t1."owner" = ? AND"#,
                r#" t1."deleted_at" IS NULL AND 1 = 1 UNION ALL SELECT t3."created_at", t3."id" FROM "view" AS t3 WHERE t3."owner" = ? AND"#,
                r#" UNION ALL SELECT t9."created_at", t9."id" FROM "view" AS t9 WHERE t9."owner" IS NULL AND"#,
                r#" (+t9."owner" IS NULL AND +t9."shared" = ?) AND t9."deleted_at" IS NULL AND 1 = 1 ORDER BY 1 DESC, 2 DESC LIMIT ?) AS t0"#,
                r#" ORDER BY +t0."created_at" DESC, t0."id" DESC LIMIT ?"#,
            ],
        );
        says(&count, &[r#"t0."owner" IN (SELECT value FROM json_each(?))"#, " UNION ALL ", r#"t1."owner" IS NULL"#, " LIMIT ?) AS found"]);
    }

    #[test]
    fn the_records_of_each_owner_are_merged_in_postgresql() {
        let [page, count] = texts(Dialect::Postgres);
        says(
            &page,
            &[
                r#"FROM (SELECT * FROM (SELECT t1."created_at", t1."id" FROM "view" AS t1 WHERE t1."owner" = $1 AND t1."owner" BETWEEN $2 AND $3 AND"#,
                r#" ORDER BY t1."created_at" DESC NULLS LAST, t1."id" DESC NULLS LAST LIMIT 51) AS t2 UNION ALL SELECT * FROM (SELECT"#,
                r#"WHERE t9."owner" IS NULL AND (t9."owner" IS NULL AND t9."shared" = $13) AND"#,
                r#" ORDER BY t9."created_at" DESC NULLS LAST, t9."id" DESC NULLS LAST LIMIT 51) AS t10"#,
                r#" ORDER BY 1 DESC NULLS LAST, 2 DESC NULLS LAST LIMIT 51) AS t0"#,
                r#" ORDER BY t0."created_at" DESC NULLS LAST, t0."id" DESC NULLS LAST LIMIT 51"#,
            ],
        );
        says(&count, &[r#"t0."owner" = ANY($1)"#, " UNION ALL ", r#"t1."owner" IS NULL"#, " LIMIT 9) AS found"]);
    }

    #[test]
    fn so_many_of_the_newest_are_looked_at_until_enough_have_it() {
        let drive = Drive::Newest { looked_at: 300 };
        let [page, _] = asked(Dialect::Postgres, drive, &scope());
        says(
            &page,
            &[
                r#"FROM (SELECT t1.* FROM (SELECT * FROM (SELECT t2."created_at", t2."id", (t2."deleted_at" IS NULL AND 1 = 1) AS "hit" FROM "view" AS t2"#,
                r#" WHERE t2."owner" = $1"#,
                r#" AND t2."deleted_at" IS NULL ORDER BY"#,
                r#" LIMIT 300) AS t3 UNION ALL SELECT"#,
                r#" ORDER BY 1 DESC NULLS LAST, 2 DESC NULLS LAST LIMIT 300) AS t1 WHERE t1."hit" LIMIT 51) AS t0"#,
            ],
        );
        let [page, _] = asked(Dialect::Postgres, drive, &Filter::All);
        says(
            &page,
            &[
                r#"FROM (SELECT * FROM (SELECT t2."created_at", t2."id", ("#,
                r#"AS "hit" FROM "view" AS t2 WHERE t2."deleted_at" IS NULL ORDER BY"#,
            ],
        );
    }

    #[test]
    fn few_records_are_looked_up_by_whose_they_are_in_postgresql() {
        let [page, count] = asked(Dialect::Postgres, Drive::Filter, &scope());
        says(
            &page,
            &[
                r#"WHERE t0."id" = ANY(ARRAY(SELECT t1."id" FROM "view" AS t1 WHERE t1."owner" = ANY($1) AND t1."deleted_at" IS NULL"#,
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
