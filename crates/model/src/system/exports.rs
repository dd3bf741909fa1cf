//! Leave to take many records out of the system.

use super::people::User;
use crate::field::LongText;
use crate::{Choice, Entity, Id, Instant};

/// Where something that somebody has to decide stands.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalState {
    Pending,
    Approved,
    Rejected,
    Withdrawn,
}

/// An export that somebody asks leave for, with its purpose and its range (导出申请, IMP-03).
#[derive(Entity)]
#[entity(area = "settings", title = "subject", owner = "applicant")]
pub struct ExportApplication {
    /// What is taken out, in the words of who asked.
    #[field(list, readonly, max = 60)]
    pub subject: String,
    /// The plural of the entity.
    #[field(readonly, max = 60)]
    pub entity: String,
    #[field(list, readonly)]
    pub purpose: LongText,
    /// Which records and columns: filter, search text, order and columns in the JSON of the API.
    #[field(readonly)]
    pub range: LongText,
    /// Records in that range when it was asked for.
    #[field(list, readonly)]
    pub rows: i64,
    #[field(list, index, readonly)]
    pub applicant: Option<Id<User>>,
    #[field(list, index, readonly, default = "pending")]
    pub state: ApprovalState,
    /// Superior or leader who decides; empty means whoever holds the right to approve.
    #[field(list, index, readonly)]
    pub approver: Option<Id<User>>,
    #[field(list, readonly)]
    pub decided_by: Option<Id<User>>,
    #[field(list, readonly)]
    pub decided_at: Option<Instant>,
    /// What the approver said.
    #[field(list, readonly)]
    pub note: Option<LongText>,
    /// The file may be fetched until then.
    #[field(list, readonly)]
    pub valid_until: Option<Instant>,
}
