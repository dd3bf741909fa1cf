//! What is computed in the catalog in force, ready to run.

use std::collections::HashMap;
use std::sync::Arc;

use guanxi_model::system::Right;
use guanxi_model::time::Zone;
use guanxi_model::{Catalog, EntityDef, FieldDef, Kind, Record, Value};

use super::formula::Formula;
use super::roll_up::RollUp;
use super::serial::Serial;
use crate::engine::Engine;

/// Computed fields of one entity, each with its position.
#[derive(Debug, Default)]
pub(crate) struct Own {
    pub(super) serials: Vec<(usize, Serial)>,
    /// In the order in which they are computed: a formula reads only those before it.
    pub(super) formulas: Vec<(usize, Formula)>,
    pub(super) roll_ups: Vec<Arc<RollUp>>,
}

/// Computed fields of all entities.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    own: HashMap<String, Own>,
    /// Roll-ups by the entity of their children, each with the entity it belongs to.
    over: HashMap<String, Vec<(String, Arc<RollUp>)>>,
}

impl Derived {
    /// Reads the definitions of a catalog. One that no longer fits (a field it reads was taken out
    /// of use) rests: its values stay as they are.
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut derived = Self::default();
        for def in catalog.entities() {
            let mut own = Own::default();
            for (index, field) in def.fields.iter().enumerate().filter(|(_, field)| !field.hidden) {
                let Some(text) = &field.formula else { continue };
                match field.kind {
                    Kind::Serial => own.serials.extend(Serial::kept(text).map(|serial| (index, serial))),
                    Kind::Formula => own.formulas.extend(formula(def, index, field, text).map(|formula| (index, formula))),
                    Kind::RollUp => own.roll_ups.extend(roll_up(catalog, def, index, text).map(Arc::new)),
                    _ => {}
                }
            }
            for roll_up in &own.roll_ups {
                derived.over.entry(roll_up.child.name.clone()).or_default().push((def.name.clone(), roll_up.clone()));
            }
            if !own.is_empty() {
                derived.own.insert(def.name.clone(), own);
            }
        }
        derived
    }

    /// What is computed on an entity.
    pub(super) fn own(&self, entity: &str) -> Option<&Own> {
        self.own.get(entity)
    }

    /// The roll-ups of an entity.
    pub(super) fn roll_ups(&self, entity: &str) -> &[Arc<RollUp>] {
        self.own.get(entity).map_or(&[], |own| &own.roll_ups)
    }

    /// The roll-ups over the records of an entity, each with the entity it belongs to.
    pub(super) fn over(&self, child: &str) -> &[(String, Arc<RollUp>)] {
        self.over.get(child).map_or(&[], Vec::as_slice)
    }

    /// Whether a field is a roll-up, or computed from one.
    pub(super) fn relies_on_roll_up(&self, entity: &str, index: usize) -> bool {
        let Some(own) = self.own.get(entity) else { return false };
        own.roll_ups.iter().any(|roll_up| roll_up.index == index)
            || own
                .formulas
                .iter()
                .any(|(at, formula)| *at == index && formula.sources.iter().any(|source| self.relies_on_roll_up(entity, *source)))
    }

    /// Entities whose roll-ups read formulas of this one.
    pub(super) fn parents_of_formulas(&self, entity: &str) -> Vec<String> {
        let computed = |index: &usize| self.own.get(entity).is_some_and(|own| own.formulas.iter().any(|(at, _)| at == index));
        let reading = self.over(entity).iter().filter(|(_, roll_up)| roll_up.sources.iter().any(computed));
        reading.map(|(parent, _)| parent.clone()).collect()
    }

    /// Takes away the right to read what is computed from fields that may not be read in full.
    /// `of_child` tells the rights on the fields of another entity.
    pub(crate) fn limit(&self, def: &EntityDef, rights: &mut [Right], of_child: &dyn Fn(&EntityDef) -> Option<Vec<Right>>) {
        let Some(own) = self.own.get(&def.name) else { return };
        let reads = |rights: &[Right], index: usize| rights.get(index).is_some_and(|right| *right >= Right::Read);
        for roll_up in &own.roll_ups {
            let of_child = of_child(&roll_up.child);
            let open = of_child.is_some_and(|rights| roll_up.sources.iter().all(|source| reads(&rights, *source)));
            if !open && let Some(right) = rights.get_mut(roll_up.index) {
                *right = Right::Hidden;
            }
        }
        for (index, formula) in &own.formulas {
            let open = formula.sources.iter().all(|source| reads(rights, *source));
            if !open && let Some(right) = rights.get_mut(*index) {
                *right = Right::Hidden;
            }
        }
    }

    /// Computes the formulas of a record and of its lines.
    pub(super) fn run_formulas(&self, record: &mut Record, zone: &Zone) {
        let def = record.entity().clone();
        for (index, field) in def.lines() {
            let Some(own) = field.target.as_deref().and_then(|line| self.own.get(line)) else { continue };
            let mut rows = record.at(index).as_lines().to_vec();
            rows.iter_mut().for_each(|row| own.run_formulas(row, zone));
            record.put(index, Value::lines(rows));
        }
        if let Some(own) = self.own.get(&def.name) {
            own.run_formulas(record, zone);
        }
    }

    /// A record of the past: its formulas follow from its values then; figures over others are not
    /// known of the past.
    pub(crate) fn as_of(&self, record: &mut Record, zone: &Zone) {
        for roll_up in self.roll_ups(&record.entity().name) {
            record.put(roll_up.index, Value::Null);
        }
        self.run_formulas(record, zone);
    }
}

impl Own {
    fn is_empty(&self) -> bool {
        self.serials.is_empty() && self.formulas.is_empty() && self.roll_ups.is_empty()
    }

    fn run_formulas(&self, record: &mut Record, zone: &Zone) {
        for (index, formula) in &self.formulas {
            let value = formula.value(record, zone);
            record.put(*index, value);
        }
    }
}

fn formula(def: &EntityDef, index: usize, field: &FieldDef, text: &str) -> Option<Formula> {
    Formula::parse(text, def, field.result?, field.decimals, &|source| comes_before(def, source, index)).ok()
}

/// A formula reads what is given, and of formulas those before it: circles cannot be written.
pub(super) fn comes_before(def: &EntityDef, source: usize, index: usize) -> bool {
    source != index && (source < index || def.fields.get(source).is_some_and(|field| field.kind != Kind::Formula))
}

fn roll_up(catalog: &Catalog, def: &EntityDef, index: usize, text: &str) -> Option<RollUp> {
    RollUp::read(&serde_json::from_str(text).ok()?, catalog, def, index).ok()
}

/// The computed fields of the catalog last asked for.
pub(crate) struct Known {
    catalog: Arc<Catalog>,
    derived: Arc<Derived>,
}

impl Engine {
    /// What is computed under a catalog.
    pub(crate) fn derived(&self, catalog: &Arc<Catalog>) -> Arc<Derived> {
        if let Some(known) = self.inner.derived.load_full()
            && Arc::ptr_eq(&known.catalog, catalog)
        {
            return known.derived.clone();
        }
        let derived = Arc::new(Derived::of(catalog));
        self.inner.derived.store(Some(Arc::new(Known { catalog: catalog.clone(), derived: derived.clone() })));
        derived
    }
}
