//! Looking for duplicates before a record is entered, without giving away what the reader may
//! not see.

use guanxi_model::entity::{EntityDef, ID};
use guanxi_model::filter::Test;
use guanxi_model::labels;
use guanxi_model::rule::DuplicateProbe;
use guanxi_model::system::Verb;
use guanxi_model::{Actor, Error, Filter, Kind, Query, Record, Result, Value, wire};
use serde_json::{Map, Value as Json, json};

use crate::engine::{Engine, entity_of};
use crate::rights::Access;

/// Matches told for each reason, and of all that only resemble.
const MATCHES: usize = 5;

/// A record that may be the same, why, and what may be told of it.
struct Twin {
    record: Record,
    reason: &'static str,
    told: &'static [&'static str],
}

impl Engine {
    /// Records that may be the same as the one with these values, with the reason and what may be
    /// disclosed of each.
    pub fn duplicates(&self, actor: &Actor, entity: &str, values: Map<String, Json>, except: Option<i64>) -> Result<Vec<Json>> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        access.require(&def, Verb::See)?;
        let Some(rule) = self.behaviour(&def.name).and_then(|behaviour| behaviour.duplicates) else { return Ok(Vec::new()) };
        let mut record = Record::empty(def.clone());
        for (name, json) in &values {
            let Some((index, field)) = def.position(name).and_then(|index| Some((index, def.fields.get(index)?))) else { continue };
            // Half-typed values simply match nothing yet.
            if let Ok(value) = wire::read_operand(field, json, &access.org.catalog) {
                record.put(index, value);
            }
        }
        let mut twins = self.twins(&def, (rule.probes)(&record), rule.similar.map(|similar| similar(&record)), except, rule.disclosed)?;
        for other in rule.elsewhere {
            let Some(def) = access.org.catalog.get(other.entity).filter(|def| access.require(def, Verb::See).is_ok()) else { continue };
            let told = self.behaviour(&def.name).and_then(|behaviour| behaviour.duplicates).map_or(&[][..], |rule| rule.disclosed);
            twins.extend(self.twins(def, (other.probes)(&record), other.similar.map(|similar| similar(&record)), None, told)?);
        }
        twins.into_iter().map(|twin| self.twin_json(&access, &twin)).collect()
    }

    /// Those of one entity, the ones that only resemble last.
    fn twins(
        &self,
        def: &EntityDef,
        probes: Vec<DuplicateProbe>,
        similar: Option<Vec<DuplicateProbe>>,
        except: Option<i64>,
        told: &'static [&'static str],
    ) -> Result<Vec<Twin>> {
        let mut found = Vec::new();
        for probe in probes {
            self.add_twins(def, &mut found, (probe, MATCHES), except)?;
        }
        let same = found.len();
        for probe in similar.unwrap_or_default() {
            let wanted = MATCHES.saturating_sub(found.len() - same);
            self.add_twins(def, &mut found, (probe, wanted), except)?;
        }
        Ok(found.into_iter().map(|(record, reason)| Twin { record, reason, told }).collect())
    }

    fn add_twins(
        &self,
        def: &EntityDef,
        found: &mut Vec<(Record, &'static str)>,
        (probe, wanted): (DuplicateProbe, usize),
        except: Option<i64>,
    ) -> Result<()> {
        let known: Vec<Value> = found.iter().map(|(twin, _)| twin.id()).chain(except).map(Value::Int).collect();
        let others = Filter::is(ID, Test::NotIn(known.into()));
        let query = Query::of(&def.name, probe.filter.and(others)).limit(wanted);
        found.extend(self.reading(|reader| reader.find(&query))?.into_iter().map(|twin| (twin, probe.reason)));
        Ok(())
    }

    fn twin_json(&self, access: &Access, twin: &Twin) -> Result<Json> {
        let Twin { record: twin, reason, told } = twin;
        let def = twin.entity().clone();
        let of = access.of(&def)?;
        let visible = self.reading(|reader| of.read.matches(twin, reader))?;
        let mut item = Map::new();
        item.insert("entity".into(), json!(def.plural));
        item.insert("id".into(), if visible { json!(twin.id().to_string()) } else { Json::Null });
        // The title is what was typed, or nearly so: telling it gives nothing away.
        item.insert("title".into(), json!(twin.title()));
        item.insert("reason".into(), json!(labels::text(access.actor.lang, &format!("duplicate.{reason}"))));
        item.insert("visible".into(), json!(visible));
        for name in *told {
            let Some(field) = def.field(name) else { continue };
            let value = twin.named(name);
            let shown = match (value, &field.target) {
                (Value::Ref(id), Some(target)) => json!({"id": id.to_string(), "title": self.title(access, target, *id)?}),
                _ if field.values() == Kind::Choice => {
                    json!(value.as_text().map(|code| crate::meta::choice_label(&access.org, access.actor.lang, &def, field, code)))
                }
                _ => wire::to_json(field.values(), value, &access.org.catalog),
            };
            item.insert((*name).to_owned(), shown);
        }
        Ok(Json::Object(item))
    }

    /// Where a merged record's identity leads, for those who may see the record kept.
    pub fn merged_into(&self, actor: &Actor, entity: &str, id: i64) -> Result<Option<i64>> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let key = crate::write::merged_key(&def.name, id);
        let kept = self.inner.store.read(|conn| guanxi_store::kept::meta(conn, &key))?;
        let Some(kept) = kept.and_then(|text| text.parse().ok()) else { return Ok(None) };
        // An un-merged record is live again and leads nowhere.
        let live = self.reading(|reader| reader.load(&def.name, id))?.is_some();
        Ok((!live && self.load_visible(&access, &def, kept).is_ok()).then_some(kept))
    }

    /// The name in the API of an entity, where the actor may see this record of it.
    pub fn visible(&self, actor: &Actor, entity: &str, id: i64) -> Result<Option<String>> {
        let access = self.access(actor)?;
        let def = access.org.catalog.get(entity).cloned().ok_or_else(Error::not_found)?;
        Ok(self.load_visible(&access, &def, id).is_ok().then(|| def.plural.clone()))
    }
}
