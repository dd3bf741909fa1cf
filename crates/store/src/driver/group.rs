//! The one writer of the embedded database: what waits is written in one transaction, and each answered alone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use guanxi_model::{Error, Result};
use rusqlite::Connection;

use super::sqlite::{LiteConn, fault};
use super::{Conn, Held};

/// Most writes put into one transaction.
const GROUP: usize = 128;

pub(super) type Job = Box<dyn FnOnce(&mut LiteConn<'_>, Turn) -> Done + Send>;
/// Called after the commit with its result.
type Completion = Box<dyn FnOnce(Result<()>) + Send>;

/// When a write has its turn.
pub(super) enum Turn {
    /// First in its transaction: then it needs no savepoint, which would copy each page it touches.
    First,
    Later,
    /// No transaction can begin.
    Never(Error),
}

/// A write whose work is done, or refused and to be taken back.
pub(super) struct Done {
    well: bool,
    completion: Completion,
}

/// Work for the writer, and where its answer comes.
pub(super) fn job<T: Send + 'static>(work: impl FnOnce(&mut dyn Conn) -> Result<T> + Send + 'static) -> (Job, Receiver<Result<T>>) {
    let (answer, answered) = sync_channel::<Result<T>>(1);
    let job: Job = Box::new(move |conn, turn| {
        let _held = Held::one();
        let outcome = match turn {
            Turn::First => conn.guarded(work),
            Turn::Later => conn.in_savepoint(work),
            Turn::Never(error) => Err(error),
        };
        let well = outcome.is_ok();
        let completion = move |committed: Result<()>| {
            // What went wrong in it says more than that its transaction is gone.
            let outcome = outcome.and_then(|value| committed.map(|()| value));
            // The caller may have gone away; the write stands all the same.
            let _ = answer.send(outcome);
        };
        Done { well, completion: Box::new(completion) }
    });
    (job, answered)
}

/// Takes what waits, commits once, answers all. A write that is refused is taken back alone.
pub(super) fn write_loop(connection: Connection, jobs: &Receiver<Job>, waiting: &AtomicUsize) {
    while let Ok(first) = jobs.recv() {
        waiting.fetch_sub(1, Ordering::Relaxed);
        let mut conn = LiteConn::over(&connection, Some(waiting));
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            (first(&mut conn, Turn::Never(fault(error))).completion)(Ok(()));
            continue;
        }
        let first = first(&mut conn, Turn::First);
        if !first.well {
            let taken_back = connection.execute_batch("ROLLBACK").map_err(fault);
            (first.completion)(taken_back);
            continue;
        }
        let mut done = vec![first.completion];
        while done.len() < GROUP && !conn.is_given_up() {
            match jobs.try_recv() {
                Ok(job) => {
                    waiting.fetch_sub(1, Ordering::Relaxed);
                    done.push(job(&mut conn, Turn::Later).completion);
                }
                Err(_) => break,
            }
        }
        let committed = conn.still().and_then(|()| conn.change_texts()).and_then(|()| connection.execute_batch("COMMIT").map_err(fault));
        if committed.is_err() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        for completion in done {
            completion(committed.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sqlite::tests::{add, found, texts};
    use super::*;
    use crate::dialect::Dialect;
    use crate::sql::Sql;

    /// A full disk lets SQLite roll back everything in the middle of a group: what was done before is refused with it, and what
    /// comes after neither stands there though it was refused nor writes the texts of the others.
    #[test]
    fn of_a_group_that_a_full_disk_ends_nothing_stays_that_was_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let connection = Connection::open(file.path()).unwrap();
        connection.execute_batch("CREATE TABLE kept (id INTEGER, what TEXT)").unwrap();
        let _ = texts(&connection);
        connection.execute_batch("COMMIT").unwrap();
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        connection.execute_batch(&format!("PRAGMA max_page_count = {}", pages + 20)).unwrap();
        let (queue, jobs) = sync_channel::<Job>(8);
        let answers = [(1, 10), (2, 1_000_000), (3, 10), (4, 10)].map(|(id, bytes): (i64, usize)| {
            let (job, answered) = job(move |conn| {
                let mut sql = Sql::of(Dialect::Sqlite, "INSERT INTO kept (id, what) VALUES (");
                sql.bind(id).push(", ").bind("x".repeat(bytes)).push(")");
                conn.execute_late(add(id))?;
                conn.execute(&sql).map(|_| ())
            });
            assert!(queue.send(job).is_ok());
            answered
        });
        drop(queue);
        write_loop(connection, &jobs, &AtomicUsize::new(answers.len()));
        let told = answers.map(|answer| answer.recv().unwrap().map_err(|error| error.problem().map(|problem| problem.code)));
        assert_eq!(told, [Err(Some("busy")), Err(Some("disk_full")), Ok(()), Ok(())]);
        let connection = Connection::open(file.path()).unwrap();
        let conn: &mut dyn Conn = &mut LiteConn::over(&connection, None);
        let kept = conn.collect(&Sql::of(Dialect::Sqlite, "SELECT id FROM kept"), |row| row.cell(0).int().unwrap_or(0)).unwrap();
        assert_eq!((kept, found(conn)), (vec![3, 4], vec![3, 4]));
    }
}
