//! A connection to PostgreSQL of one thread that says several things before it listens: what nothing is asked of goes
//! together with the next question, and the way there and back is gone once.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use futures_util::future::join_all;
use futures_util::{FutureExt, StreamExt};
use guanxi_model::{Error, Result};
use postgres::{Error as Fault, NoTls, Row, Statement};
use tokio::runtime::{Builder, Runtime};

use super::postgres::{Param, explain, unreachable};
use super::tls::Target;
use crate::sql::Bind;

/// Most statements said before listening.
const AHEAD: usize = 32;
/// Most rows heard before they are handed over.
const AT_ONCE: usize = 256;

type Running = Pin<Box<dyn Future<Output = std::result::Result<(), Fault>> + Send>>;

/// What is said before the next question.
enum Before {
    Text(&'static str),
    Statement { statement: Statement, text: String, values: Vec<Bind> },
}

pub struct Client {
    runtime: Runtime,
    client: tokio_postgres::Client,
    /// Carries everything there and back, while somebody waits.
    connection: Option<Running>,
    before: Vec<Before>,
}

impl Client {
    pub fn connect(target: &Target) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        let (client, connection): (_, Running) = match &target.tls {
            Some(tls) => {
                let (client, connection) = runtime.block_on(target.config.connect(tls.clone())).map_err(|error| unreachable(&error))?;
                (client, Box::pin(connection))
            }
            None => {
                let (client, connection) = runtime.block_on(target.config.connect(NoTls)).map_err(|error| unreachable(&error))?;
                (client, Box::pin(connection))
            }
        };
        Ok(Self { runtime, client, connection: Some(connection), before: Vec::new() })
    }

    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub fn prepare(&mut self, text: &str) -> Result<Statement> {
        let Self { runtime, client, connection, .. } = self;
        wait(runtime, connection, client.prepare(text)).map_err(|error| explain(&error, text))
    }

    /// Says a text without parameters before the next question.
    pub fn say_before(&mut self, text: &'static str) {
        self.before.push(Before::Text(text));
    }

    /// Runs a statement before the next question; what stands in its way is told there.
    pub fn execute_before(&mut self, statement: Statement, text: &str, values: &[Bind]) -> Result<()> {
        self.before.push(Before::Statement { statement, text: text.to_owned(), values: values.to_vec() });
        if self.before.len() < AHEAD { Ok(()) } else { self.say_all() }
    }

    /// Forgets the statements that were not said yet.
    pub fn forget_statements(&mut self) {
        self.before.retain(|before| matches!(before, Before::Text(_)));
    }

    /// Forgets what was not said yet; whether a text was among it.
    pub fn forget(&mut self, text: &'static str) -> bool {
        let unsaid = self.before.iter().any(|before| matches!(before, Before::Text(said) if *said == text));
        self.before.clear();
        unsaid
    }

    /// Says what was to be said before a question, without one.
    pub fn say_all(&mut self) -> Result<()> {
        if self.before.is_empty() {
            return Ok(());
        }
        self.together("", |_| std::future::ready(Ok(())))
    }

    /// Runs texts without parameters.
    pub fn say(&mut self, text: &str) -> Result<()> {
        self.together(text, |client| client.batch_execute(text))
    }

    /// Runs a statement; returns how many rows it changed.
    pub fn execute(&mut self, statement: &Statement, text: &str, values: &[Bind]) -> Result<u64> {
        self.together(text, |client| client.execute_raw(statement, values.iter().map(Param)))
    }

    /// Runs a query and hands over each row, until told to stop by `false`.
    pub fn rows(&mut self, statement: &Statement, text: &str, values: &[Bind], mut each: impl FnMut(&Row) -> Result<bool>) -> Result<()> {
        let stream = self.together(text, |client| client.query_raw(statement, values.iter().map(Param)))?;
        let mut stream = pin!(stream.ready_chunks(AT_ONCE));
        let Self { runtime, connection, .. } = self;
        while let Some(rows) = wait(runtime, connection, stream.next()) {
            for row in rows {
                if !each(&row.map_err(|error| explain(&error, text))?)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn together<'c, T, F>(&'c mut self, text: &str, question: impl FnOnce(&'c tokio_postgres::Client) -> F) -> Result<T>
    where
        F: Future<Output = std::result::Result<T, Fault>>,
    {
        let before = std::mem::take(&mut self.before);
        let Self { runtime, client, connection, .. } = self;
        let client = &*client;
        let said = before.iter().map(|before| match before {
            Before::Text(text) => client.batch_execute(text).boxed(),
            Before::Statement { statement, values, .. } => {
                client.execute_raw(statement, values.iter().map(Param)).map(|done| done.map(|_| ())).boxed()
            }
        });
        // In this order, for the first failure is the cause of the others.
        let (said, answer) = wait(runtime, connection, futures_util::future::join(join_all(said), question(client)));
        for (before, outcome) in before.iter().zip(said) {
            let text = match before {
                Before::Text(text) => text,
                Before::Statement { text, .. } => text.as_str(),
            };
            outcome.map_err(|error| explain(&error, text))?;
        }
        answer.map_err(|error| explain(&error, text))
    }
}

/// Waits for an answer, and carries what is said there and back meanwhile.
fn wait<T>(runtime: &Runtime, connection: &mut Option<Running>, answer: impl Future<Output = T>) -> T {
    let mut answer = pin!(answer);
    runtime.block_on(poll_fn(|context| {
        if let Poll::Ready(value) = answer.as_mut().poll(context) {
            return Poll::Ready(value);
        }
        if connection.as_mut().is_some_and(|running| running.as_mut().poll(context).is_ready()) {
            *connection = None;
        }
        answer.as_mut().poll(context)
    }))
}
