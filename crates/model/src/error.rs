//! Refusals: stable codes, named fields, no text. Text comes from the locales at the edge.

/// The result of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How a refusal is answered over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 400: the request makes no sense.
    Malformed,
    /// 401
    Unauthenticated,
    /// 403
    Forbidden,
    /// 404, also for what the actor may not see.
    NotFound,
    /// 409
    Conflict,
    /// 412: changed by someone else meanwhile.
    Stale,
    /// 413
    TooLarge,
    /// 415
    UnsupportedType,
    /// 422: understood, but the values are not acceptable.
    Invalid,
    /// 429
    TooMany,
    /// 503
    Busy,
    /// 507: no space is left to write.
    Full,
}

impl Status {
    /// The HTTP status code.
    pub fn code(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::UnsupportedType => 415,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Busy => 503,
            Self::Full => 507,
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Name of the field or parameter.
    pub field: String,
    /// Stable code, key of the text `error.<code>`.
    pub code: &'static str,
    /// Values the text names.
    pub args: Vec<(&'static str, String)>,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: Status,
    /// Stable code, key of the text `error.<code>`.
    pub code: &'static str,
    /// Values the text names.
    pub args: Vec<(&'static str, String)>,
    pub fields: Vec<FieldProblem>,
}

impl Problem {
    /// A refusal without fields.
    pub fn new(status: Status, code: &'static str) -> Self {
        Self { status, code, args: Vec::new(), fields: Vec::new() }
    }

    /// Names a value for the text.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Names a field that is at fault.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, code: &'static str) -> Self {
        self.fields.push(FieldProblem { field: field.into(), code, args: Vec::new() });
        self
    }
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The caller's doing: nothing was written.
    Refused(Box<Problem>),
    /// Ours: logged in full, told in short.
    Internal(String),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl Error {
    /// A fault of ours.
    pub fn internal(what: impl ToString) -> Self {
        Self::Internal(what.to_string())
    }

    /// 400 for one parameter.
    pub fn malformed(field: &str, code: &'static str) -> Self {
        Problem::new(Status::Malformed, code).field(field, code).into()
    }

    /// 422 for one field.
    pub fn invalid(field: &str, code: &'static str) -> Self {
        Problem::new(Status::Invalid, "invalid").field(field, code).into()
    }

    /// 404; the same for what is not there and what the actor may not see.
    pub fn not_found() -> Self {
        Problem::new(Status::NotFound, "not_found").into()
    }

    /// 403
    pub fn forbidden(code: &'static str) -> Self {
        Problem::new(Status::Forbidden, code).into()
    }

    /// 409: a rule of business refuses.
    pub fn conflict(code: &'static str) -> Self {
        Problem::new(Status::Conflict, code).into()
    }

    /// The refusal, where it is one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            Self::Internal(_) => None,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(problem) => write!(f, "{} ({})", problem.code, problem.status.code()),
            Self::Internal(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}
