//! Leave for large exports (IMP-03): asked for with a purpose, fetched once a superior gave it.

use std::sync::Arc;

use guanxi_model::entity::EntityDef;
use guanxi_model::field::LongText;
use guanxi_model::system::{ApprovalState, ExportApplication, Verb};
use guanxi_model::tx::record_of;
use guanxi_model::{Actor, Error, Id, Problem, Query, Record, Result, Status, Tx};
use serde_json::{Value as Json, json};

use super::export::ExportRequest;
use super::list::{Selected, Selection};
use super::read_log::Noted;
use crate::engine::{Engine, entity_of};
use crate::rights::Access;
use crate::write::{Purpose, Saved};

/// Records are counted up to here for an application.
const MOST_COUNTED: usize = 10_000_000;

/// What was asked for and granted.
pub(super) struct Granted {
    pub range: ExportRequest,
    pub purpose: String,
}

impl Engine {
    /// Asks for leave to export a range, saying what for. The superior is told.
    ///
    /// # Errors
    /// Without a purpose, and where the range needs no leave.
    pub fn apply_for_export(&self, actor: &Actor, entity: &str, range: &ExportRequest, purpose: &str) -> Result<Saved> {
        let access = self.access(actor)?;
        let def = entity_of(&access.org.catalog, entity)?;
        let question = self.export_question(&access, &def, range)?;
        let exempt = needs_no_leave(&access, &def)?;
        access.require_writing(&def)?;
        if purpose.trim().is_empty() {
            return Err(Error::invalid("purpose", "required"));
        }
        let limit = limit_of(&access).filter(|_| !exempt).ok_or_else(|| Error::conflict("export_needs_no_approval"))?;
        let rows = self.rows_of(&access, &def, &question.selected, MOST_COUNTED)?;
        if rows.saturating_add(self.rows_today(&access)?) <= limit {
            return Err(Error::conflict("export_needs_no_approval"));
        }
        let asked = ExportApplication {
            subject: crate::meta::entity_label(actor.lang, &def),
            entity: def.plural.clone(),
            purpose: LongText(purpose.trim().to_owned()),
            range: LongText(range_json(range).to_string()),
            rows,
            applicant: actor.user.map(Id::new),
            state: ApprovalState::Pending,
            approver: None,
            decided_by: None,
            decided_at: None,
            note: None,
            valid_until: None,
        };
        let asked = record_of(&access.org.catalog, asked)?;
        self.write(actor, Purpose::new("edit", "export application"), move |tx| {
            let saved = tx.insert(asked, "export_application.apply")?;
            tx.saved(&saved)
        })
    }

    /// The range of an application, where it was granted to the caller and is still valid.
    pub(super) fn granted_export(&self, access: &Access, def: &EntityDef, id: i64) -> Result<Granted> {
        let found: Option<Record> = self.reading(|reader| reader.load("export_application", id))?;
        let asked = found.filter(|asked| asked.find(ExportApplication::APPLICANT).map(Id::raw) == access.actor.user);
        let asked = asked.ok_or_else(|| Error::malformed("approval", "no_such_record"))?;
        if asked.get(ExportApplication::ENTITY).as_deref() != Some(def.plural.as_str()) {
            return Err(Error::malformed("approval", "no_such_record"));
        }
        if asked.get(ExportApplication::STATE) != Some(ApprovalState::Approved) {
            return Err(Error::conflict("export_not_approved"));
        }
        if asked.find(ExportApplication::VALID_UNTIL).is_none_or(|until| until < self.now()) {
            return Err(Error::conflict("export_leave_over"));
        }
        let text = |field: Option<LongText>| field.map(|text| text.0).unwrap_or_default();
        let range: Json = serde_json::from_str(&text(asked.get(ExportApplication::RANGE))).map_err(Error::internal)?;
        Ok(Granted { range: range_of(&range), purpose: text(asked.get(ExportApplication::PURPOSE)) })
    }

    /// Lets an export go, and notes it before its first row leaves. Large ones need the approval of a superior where
    /// the company says so; slices of one day count together. Whoever holds the verb to approve needs nobody's leave,
    /// but says what for.
    pub(super) fn let_out(
        &self,
        access: &Access,
        def: &Arc<EntityDef>,
        selected: &Selected,
        range: &ExportRequest,
        granted: Option<&Granted>,
    ) -> Result<()> {
        let rows = self.rows_of(access, def, selected, MOST_COUNTED)?;
        let exempt = needs_no_leave(access, def)?;
        let said = range.purpose.as_deref().map(str::trim).filter(|purpose| exempt && !purpose.is_empty());
        let purpose = granted.map(|granted| granted.purpose.as_str()).or(said);
        let detail = json!({"rows": rows, "range": range_json(range), "purpose": purpose}).to_string();
        // Noted first, then added up: of two at the same time, none can overlook the other.
        let entry = self.note_read(&access.actor, Noted { kind: "export", entity: &def.name, record: None, detail })?;
        let Some(limit) = limit_of(access).filter(|_| purpose.is_none()) else { return Ok(()) };
        if self.rows_today(access)? > limit {
            self.forget_read(entry)?;
            let code = if exempt { "export_needs_purpose" } else { "export_needs_approval" };
            return Err(Problem::new(Status::Forbidden, code).arg("limit", limit).into());
        }
        Ok(())
    }

    /// Rows that count against the limit of the caller's day.
    fn rows_today(&self, access: &Access) -> Result<i64> {
        let today = access.org.zone.start_of(access.org.zone.date_of(self.now()));
        access.actor.user.map_or(Ok(0), |user| self.rows_taken(user, today))
    }

    fn rows_of(&self, access: &Access, def: &Arc<EntityDef>, selected: &Selected, most: usize) -> Result<i64> {
        let query = Query::of(&def.name, selected.filter.clone().and(access.of(def)?.read.clone())).limit(most);
        self.reading(|reader| reader.count(&query))
    }
}

/// Rows that may be exported in a day without leave or purpose; none where nobody asks.
fn limit_of(access: &Access) -> Option<i64> {
    let limit = access.org.settings().ok()?.export_approval_rows;
    (limit > 0 && !access.actor.is_system()).then_some(limit)
}

fn needs_no_leave(access: &Access, def: &Arc<EntityDef>) -> Result<bool> {
    Ok(access.of(def)?.verbs.has(Verb::Approve))
}

/// A range in the words of the API.
pub(super) fn range_json(range: &ExportRequest) -> Json {
    let Selection { filter, q, sort, bin } = &range.selection;
    let mut json = json!({"filter": filter, "q": q, "sort": sort, "fields": range.fields, "bin": bin.then_some(true)});
    if let Some(object) = json.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    json
}

fn range_of(json: &Json) -> ExportRequest {
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let bin = json.get("bin").and_then(Json::as_bool).unwrap_or(false);
    let selection = Selection { filter: text("filter"), q: text("q"), sort: text("sort"), bin };
    ExportRequest { selection, fields: text("fields"), approval: None, purpose: None }
}
