//! What is noted though nothing changes: who signed in, and who took what out.

use guanxi_model::{Actor, AdminLevel, Error, Instant, Result};
use guanxi_store::kept::{self, Kept, Where};
use guanxi_store::{Bind, Conn};
use serde_json::{Value as Json, json};

use crate::engine::Engine;
use crate::rights::Access;

const TABLE: &str = "read_log";
/// Entries of one page.
const PAGE: usize = 100;
/// Exports of one person in one day that are added up.
const EXPORTS_A_DAY: usize = 10_000;

/// One thing to note.
pub(crate) struct Noted<'a> {
    pub kind: &'static str,
    pub entity: &'a str,
    pub record: Option<i64>,
    pub detail: String,
}

/// Which entries to tell.
#[derive(Clone, Debug, Default)]
pub struct ReadsRequest {
    pub user: Option<i64>,
    pub kind: Option<String>,
    pub before: Option<i64>,
}

impl Engine {
    /// Notes that somebody read or took out what is worth noting; gives the entry.
    pub(crate) fn note_read(&self, actor: &Actor, read: Noted<'_>) -> Result<i64> {
        let id = self.new_id();
        let values: [(&'static str, Bind); 7] = [
            ("id", id.into()),
            ("at", self.now().0.into()),
            ("user", actor.user.into()),
            ("kind", read.kind.into()),
            ("entity", read.entity.into()),
            ("record", read.record.into()),
            ("detail", read.detail.into()),
        ];
        let noted = self.inner.store.write(move |conn| kept::insert(conn, TABLE, &values));
        // An audit entry that cannot be written stops what it would have noted.
        noted.map(|()| id).map_err(|error| match error {
            Error::Internal(what) => Error::Internal(format!("audit: {what}")),
            refused => refused,
        })
    }

    /// Takes back the note of what did not happen.
    pub(super) fn forget_read(&self, id: i64) -> Result<()> {
        self.inner.store.write(move |conn| kept::delete(conn, TABLE, &[Where::Is("id", id.into())]).map(|_| ()))
    }

    /// Rows that somebody has taken out since an instant, of exports that nobody allowed and that stated no purpose.
    pub(super) fn rows_taken(&self, user: i64, since: Instant) -> Result<i64> {
        let theirs = [Where::Is("user", user.into()), Where::Is("kind", "export".into()), Where::AtLeast("at", since.0)];
        let found = self.inner.store.read(|conn: &mut dyn Conn| kept::find(conn, TABLE, &theirs, true, EXPORTS_A_DAY))?;
        let counted = |row: &Kept| {
            let detail: Json = serde_json::from_str(row.text("detail")).ok()?;
            detail["purpose"].is_null().then(|| detail["rows"].as_i64()).flatten()
        };
        Ok(found.iter().filter_map(counted).fold(0, i64::saturating_add))
    }

    /// Who signed in and who took what out, the newest first; for those who administer the whole company.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub fn reads(&self, actor: &Actor, request: &ReadsRequest) -> Result<Json> {
        let access = self.access(actor)?;
        if access.administration() != AdminLevel::Full {
            return Err(Error::forbidden("needs_administration"));
        }
        if request.kind.as_deref().is_some_and(|kind| kind.chars().any(char::is_control)) {
            return Err(Error::malformed("kind", "control_character"));
        }
        let mut which: Vec<Where> = Vec::new();
        which.extend(request.user.map(|user| Where::Is("user", user.into())));
        which.extend(request.kind.as_deref().map(|kind| Where::Is("kind", kind.into())));
        which.extend(request.before.map(|before| Where::Below("id", before)));
        let rows = self.inner.store.read(|conn| kept::find(conn, TABLE, &which, true, PAGE))?;
        let items: Vec<Json> = rows.iter().map(|row| told(&access, row)).collect();
        let next = (rows.len() == PAGE).then(|| rows.last().map(|row| row.int("id").to_string())).flatten();
        Ok(json!({"items": items, "next": next}))
    }
}

fn told(access: &Access, row: &Kept) -> Json {
    let user = row.opt_int("user").and_then(|id| access.org.people.get(&id));
    let entity = row.text("entity");
    let mut item = json!({
        "id": row.int("id").to_string(),
        "at": Instant(row.int("at")).to_rfc3339(),
        "actor": user.map(|person| json!({"id": person.id.to_string(), "title": person.name})),
        "kind": row.text("kind"),
        "entity": access.org.catalog.get(entity).map_or(entity, |def| def.plural.as_str()),
        "record": row.opt_int("record").map(|id| id.to_string()),
    });
    // An export says how much, which and what for; everything else a word.
    match serde_json::from_str(row.text("detail")) {
        Ok(Json::Object(detail)) => {
            if let Some(item) = item.as_object_mut() {
                item.extend(detail);
            }
        }
        _ => item["detail"] = json!(row.text("detail")),
    }
    item
}
