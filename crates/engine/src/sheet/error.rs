//! Why a file cannot be read or written. Codes and data only; the words for users stand in
//! the locale files under the code.

use std::fmt;

/// Why a table file cannot be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum SheetError {
    /// The file system or the receiving end failed.
    Io(std::io::Error),
    /// The content is of a kind that is not read: `pdf`, `html`, `ods`, `binary` and so on.
    Unsupported {
        /// What the content is.
        found: &'static str,
    },
    /// The workbook is protected by a password.
    Encrypted,
    /// The content breaks the rules of its format.
    Damaged {
        /// What the parser said, for the log.
        detail: String,
    },
    /// The content would take more room unpacked than is allowed.
    TooLarge {
        /// Which measure is exceeded: `entries`, `bytes`, `ratio`, `shared_strings`, `markup`,
        /// `cells`, `file`.
        measure: &'static str,
        /// The most allowed of it.
        allowed: u64,
    },
    /// There is no row with content, so no header.
    Empty,
    /// The workbook has no worksheet of the name asked for.
    SheetNotFound {
        /// The name asked for.
        name: String,
    },
    /// The header has more columns than are read.
    TooManyColumns {
        /// The most allowed.
        allowed: usize,
    },
    /// The format holds no more rows.
    TooManyRows {
        /// The most rows a worksheet holds, header included.
        allowed: u32,
    },
    /// One record of a text file is longer than is read; most likely a quote is not closed.
    RecordTooLong {
        /// Line on which the record begins.
        line: u64,
        /// The most bytes allowed.
        allowed: u64,
    },
}

impl SheetError {
    /// The stable code of the error, also the key of its text in the locale files.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "sheet.io",
            Self::Unsupported { .. } => "sheet.unsupported",
            Self::Encrypted => "sheet.encrypted",
            Self::Damaged { .. } => "sheet.damaged",
            Self::TooLarge { .. } => "sheet.too_large",
            Self::Empty => "sheet.empty",
            Self::SheetNotFound { .. } => "sheet.sheet_not_found",
            Self::TooManyColumns { .. } => "sheet.too_many_columns",
            Self::TooManyRows { .. } => "sheet.too_many_rows",
            Self::RecordTooLong { .. } => "sheet.record_too_long",
        }
    }

    /// A format error in the words of the parser that met it.
    pub(super) fn damaged(detail: impl fmt::Display) -> Self {
        Self::Damaged { detail: detail.to_string() }
    }
}

impl fmt::Display for SheetError {
    /// For logs, not for users.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())?;
        match self {
            Self::Io(error) => write!(f, ": {error}"),
            Self::Unsupported { found } => write!(f, ": {found}"),
            Self::Damaged { detail } => write!(f, ": {detail}"),
            Self::TooLarge { measure, allowed } => write!(f, ": {measure} > {allowed}"),
            Self::SheetNotFound { name } => write!(f, ": {name}"),
            Self::TooManyColumns { allowed } => write!(f, ": > {allowed}"),
            Self::TooManyRows { allowed } => write!(f, ": > {allowed}"),
            Self::RecordTooLong { line, allowed } => write!(f, ": line {line} > {allowed} bytes"),
            Self::Encrypted | Self::Empty => Ok(()),
        }
    }
}

impl std::error::Error for SheetError {}

impl From<std::io::Error> for SheetError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
