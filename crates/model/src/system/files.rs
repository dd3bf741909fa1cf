//! Stored files, and the records they are kept with.

use crate::error::{Error, Result};
use crate::rule::{Change, Rules};
use crate::tx::Tx;
use crate::value::AnyRef;
use crate::{Entity, Id};

/// A stored file (文件). Its content lies under its hash in the data folder; the record never
/// changes. Nobody reaches it but through the records that hold it.
#[derive(Clone, Entity)]
#[entity(area = "settings", title = "name", held)]
pub struct File {
    #[field(list, max = 255, readonly)]
    pub name: String,
    /// Bytes.
    #[field(list, readonly)]
    pub size: i64,
    /// SHA-256 of the content, in hexadecimal.
    #[field(max = 64, readonly, index)]
    pub hash: String,
    #[field(list, max = 100, readonly)]
    pub media_type: String,
}

/// A file kept with a record (附件).
#[derive(Entity)]
#[entity(area = "settings", title = "name", held)]
pub struct Attachment {
    #[field(list, max = 255, readonly)]
    pub name: String,
    #[field(list, index, readonly)]
    pub file: Id<File>,
    /// The record it belongs to.
    #[field(list, index, readonly)]
    pub about: AnyRef,
}

/// Files come by upload, attachments by attaching: no caller writes the records.
// Rule: file.by_upload
pub(super) fn rules() -> Rules {
    Rules::new().check(by_upload)
}

fn by_upload(change: &mut Change<'_>, _: &mut dyn Tx) -> Result<()> {
    if change.by.is_none() { Err(Error::forbidden("made_by_upload")) } else { Ok(()) }
}
