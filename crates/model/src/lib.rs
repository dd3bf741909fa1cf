//! The vocabulary of Guanxi: entity, field, filter, rule, action, job, actor, transaction.
//!
//! Business code (`guanxi-crm`) sees nothing but this crate. It holds values and definitions,
//! never SQL, HTTP or threads.

extern crate self as guanxi_model;

pub mod action;
pub mod actor;
pub mod catalog;
pub mod entity;
pub mod error;
pub mod field;
pub mod fields;
pub mod filter;
pub mod id;
pub mod job;
pub mod kind;
pub mod labels;
pub mod lines;
pub mod money;
pub mod query;
pub mod record;
pub mod rule;
pub mod system;
pub mod tally;
pub mod text;
pub mod time;
pub mod tx;
pub mod value;
pub mod wire;

pub use action::{Action, ActionOn, Input, Outcome};
pub use actor::{Actor, AdminLevel};
pub use catalog::Catalog;
pub use entity::{Entity, EntityDef, EntityType};
pub use error::{Error, FieldProblem, Problem, Result, Status};
pub use field::{Choice, ChoiceDef, Field, FieldDef, FieldType, Options};
pub use filter::{Filter, Test};
pub use guanxi_model_derive::{Choice, Entity, Input};
pub use id::Id;
pub use kind::Kind;
pub use lines::Lines;
pub use money::{Currency, Money};
pub use query::{Order, Query};
pub use record::Record;
pub use rule::{Change, Op, Rules};
pub use tally::Tally;
pub use time::{Clock, Date, Instant, Zone};
pub use tx::Tx;
pub use value::{AnyRef, Value};
