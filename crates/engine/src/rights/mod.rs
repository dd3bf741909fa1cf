//! Who may do what. A scope is a filter: lists add it as SQL, the write path evaluates it in
//! memory, `explain` tells it in words. One definition.

mod access;
mod can;
mod explain;
mod org;
mod scope;

pub(crate) use access::forbidden;
pub use access::{Access, ActorScope, EntityAccess, FEW, Few, VerbSet};
pub use can::Can;
pub use explain::{Explanation, Verdict};
pub use org::{ONLY, Org, Person};
pub use scope::{Because, Reach};
