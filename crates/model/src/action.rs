//! Actions: named verbs with a validated input. Each appears as API route, button and dialog.

use crate::error::Result;
use crate::field::FieldDef;
use crate::record::Record;
use crate::tx::{Asking, Tx};

/// What an action works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionOn {
    /// One record.
    Record,
    /// One record at a time, offered for many.
    Records,
    /// The entity as a whole.
    Collection,
}

/// The validated input of an action.
pub trait Input: Sized {
    /// The fields asked for.
    fn fields() -> Vec<FieldDef>;
    /// The struct of the values; `None` where one does not fit.
    fn from_record(record: &Record) -> Option<Self>;
}

/// A sentence for people: key of a text and the values it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Key of the text in the locales.
    pub key: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Said {
    /// A sentence without values.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Names a value.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// What an action gives back besides the record.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Named values shown to the caller.
    pub values: Vec<(&'static str, String)>,
    /// Named sentences, told in the caller's language.
    pub sentences: Vec<(&'static str, Said)>,
    /// A table: named values a row.
    pub items: Vec<Vec<(&'static str, String)>>,
}

impl Outcome {
    /// Nothing to tell.
    pub fn done() -> Result<Self> {
        Ok(Self::default())
    }

    /// Tells a named value.
    #[must_use]
    pub fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Tells a named sentence.
    #[must_use]
    pub fn says(mut self, name: &'static str, said: Said) -> Self {
        self.sentences.push((name, said));
        self
    }
}

/// Runs an action on a record (an empty one for collection actions) with its input.
pub type ActionFn = fn(&mut dyn Tx, &Record, &Record) -> Result<Outcome>;

/// Refuses where an action cannot be done with a record now, in the words of the action itself.
pub type GuardFn = fn(&mut dyn Asking, &Record) -> Result<()>;

/// A named verb.
pub struct Action {
    /// Name in the API, e.g. `apply-for-extension`.
    pub name: &'static str,
    pub on: ActionOn,
    /// What the actor must be allowed: `see` for actions that decide for themselves, `edit`, or a
    /// named permission such as `assign`.
    pub needs: &'static str,
    /// Fields of the input.
    pub input: fn() -> Vec<FieldDef>,
    /// Filter in the JSON of the API: the records it is offered for.
    pub when: Option<&'static str>,
    /// Asks twice and is drawn as a warning.
    pub danger: bool,
    /// Reads only and is no button: an explanation, a dry run.
    pub quiet: bool,
    /// Asked before the action is offered for a record; the action asks it again when it runs.
    pub guard: Option<GuardFn>,
    pub run: ActionFn,
}

/// The input of actions that ask nothing.
pub fn no_input() -> Vec<FieldDef> {
    Vec::new()
}

impl Action {
    /// An action on one record, offered for many too, for those who may edit it.
    pub fn new(name: &'static str, run: ActionFn) -> Self {
        Self { name, on: ActionOn::Records, needs: "edit", input: no_input, when: None, danger: false, quiet: false, guard: None, run }
    }

    /// Says what the actor must be allowed.
    #[must_use]
    pub fn needs(mut self, verb: &'static str) -> Self {
        self.needs = verb;
        self
    }

    /// Asks for the fields of `I`.
    #[must_use]
    pub fn input<I: Input>(mut self) -> Self {
        self.input = I::fields;
        self
    }

    /// Offered only for records that match.
    #[must_use]
    pub fn when(mut self, filter: &'static str) -> Self {
        self.when = Some(filter);
        self
    }

    /// Says beforehand what will be refused.
    #[must_use]
    pub fn guard(mut self, guard: GuardFn) -> Self {
        self.guard = Some(guard);
        self
    }

    /// For one record at a time only.
    #[must_use]
    pub fn single(mut self) -> Self {
        self.on = ActionOn::Record;
        self
    }

    /// For the entity as a whole.
    #[must_use]
    pub fn collection(mut self) -> Self {
        self.on = ActionOn::Collection;
        self
    }

    /// Drawn as a warning.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Reads only and is no button.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self.needs = "see";
        self
    }
}
