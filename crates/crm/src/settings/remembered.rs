//! Settings as their type, read anew only where they changed: several rules of one save ask for the same ones.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use guanxi_model::{Entity, Record};

/// Settings a thread keeps.
const KNOWN_MAX: usize = 64;

/// A record, and what was read of it.
type Known = (Record, Rc<dyn Any>);

thread_local! {
    static KNOWN: RefCell<HashMap<(TypeId, i64), Known>> = RefCell::default();
}

/// A settings record as its type; nothing where it does not fit.
pub fn remembered<T: Entity>(record: &Record) -> Option<Rc<T>> {
    let key = (TypeId::of::<T>(), record.id());
    KNOWN.with_borrow_mut(|known| {
        if let Some((read, settings)) = known.get(&key)
            && read.is_clone_of(record)
        {
            return settings.clone().downcast().ok();
        }
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        let settings = Rc::new(T::from_record(record)?);
        known.insert(key, (record.clone(), settings.clone()));
        Some(settings)
    })
}
