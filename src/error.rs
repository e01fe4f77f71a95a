//! One error for the whole program: what went wrong, in which file, at which field, with which value.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is. The kind alone decides the exit code, which farms retry by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The call itself is wrong: options, names.
    Usage,
    /// The input is damaged, contradicts itself or is not allowed by its standard.
    Invalid,
    /// The input may be fine, but this program does not know how to treat it.
    Unsupported,
    /// Something that had to be equal is not.
    Verification,
    /// The recipe does not allow this.
    Refused,
    /// The operating system said no.
    Io,
    /// The same call may go through later.
    TryAgain,
    /// The user cancelled.
    Cancelled,
}

impl ErrorKind {
    /// The kind that an exit code of the binary stands for; none of another's.
    pub fn of_exit_code(code: i32) -> Option<Self> {
        use ErrorKind::{Invalid, Io, Refused, TryAgain, Usage, Verification};
        let named = [Usage, Invalid, Verification, Refused, Io, TryAgain];
        named.into_iter().find(|kind| i32::from(kind.exit_code()) == code)
    }
    /// What can be done about one of this kind; nothing where somebody wanted it so.
    pub const fn remedy(self) -> Option<&'static str> {
        match self {
            Self::Usage => Some("Ask for it in another way: the message says what is not as it has to be."),
            Self::Invalid => Some("Have the file written again by what made it, or go on without it. Nothing was changed."),
            Self::Unsupported => Some("The file may be fine, but is of a kind that is not known here: convert it, or go on without it."),
            Self::Verification => Some("Find out which of the two is right: hold the copy against its source, or copy it again."),
            Self::Refused => Some("Do first what the message asks for, then try again."),
            Self::Io => Some("See whether the file is there and may be read or written, and whether the disk has room; then try again."),
            Self::TryAgain => Some("Try again in a while."),
            Self::Cancelled => None,
        }
    }
    /// The exit codes of the binary (an interface: farms retry by them).
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Invalid | Self::Unsupported => 10,
            Self::Verification => 11,
            Self::Refused => 12,
            Self::Io => 20,
            Self::TryAgain | Self::Cancelled => 75,
        }
    }
}

/// A failure with its place. Built up from the inside out:
/// `Error::invalid("not a multiple of 2").field("ImageWidth").value(13)`, then `.file(path)` by the caller that knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: ErrorKind,
    message: String,
    file: Option<PathBuf>,
    line: Option<u32>,
    field: Option<String>,
    value: Option<String>,
    exit_code: Option<u8>,
    option: Option<&'static str>,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            file: None,
            line: None,
            field: None,
            value: None,
            exit_code: None,
            option: None,
        }))
    }
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }
    pub fn verification(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Verification, message)
    }
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, message)
    }
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled")
    }
    /// An operating-system error on `path`.
    pub fn io(path: &Path, error: &io::Error) -> Self {
        Self::new(ErrorKind::Io, error.to_string()).file(path)
    }

    /// Names the file, unless an inner caller already did.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.0.file.get_or_insert_with(|| path.as_ref().to_owned());
        self
    }
    /// Names a file within `from` as what lies at the same place within `to`: where it was read from a copy.
    pub fn moved(mut self, from: &Path, to: &Path) -> Self {
        if let Some(inner) = self.0.file.as_ref().and_then(|file| file.strip_prefix(from).ok()) {
            self.0.file = Some(if inner.as_os_str().is_empty() { to.to_owned() } else { to.join(inner) });
        }
        self
    }
    /// Names the line (from 1) in a text file, unless an inner caller already did.
    pub fn line(mut self, line: u32) -> Self {
        self.0.line.get_or_insert(line);
        self
    }
    /// Names the field, unless an inner caller already did.
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.0.field.get_or_insert_with(|| name.into());
        self
    }
    /// Quotes the offending value, unless an inner caller already did.
    pub fn value(mut self, value: impl fmt::Display) -> Self {
        self.0.value.get_or_insert_with(|| value.to_string());
        self
    }

    /// Adds what can be done about it.
    pub fn hint(mut self, what: &str) -> Self {
        self.0.message = format!("{}; {what}", self.0.message);
        self
    }

    /// Names the option of the command line that mends it, unless an inner caller already did.
    pub fn option(mut self, name: &'static str) -> Self {
        self.0.option.get_or_insert(name);
        self
    }
    /// For callers who have no such option.
    pub fn without_option(mut self) -> Self {
        self.0.option = None;
        self
    }

    /// Sets the exit code, for commands whose codes are those of another program.
    pub fn exit(mut self, code: u8) -> Self {
        self.0.exit_code.get_or_insert(code);
        self
    }

    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
    /// The message alone, without file, field and value.
    pub fn message(&self) -> &str {
        &self.0.message
    }
    /// What it is about: a member, an option, a column.
    pub fn field_name(&self) -> Option<&str> {
        self.0.field.as_deref()
    }
    /// The value that was found there.
    pub fn found(&self) -> Option<&str> {
        self.0.value.as_deref()
    }
    /// The line in a text file, from 1.
    pub fn line_number(&self) -> Option<u32> {
        self.0.line
    }
    pub fn path(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }

    /// Whether the same call may go through later: not where the call, the input or the recipe is at fault.
    pub fn is_worth_a_retry(&self) -> bool {
        !matches!(self.exit_code(), 2 | 10..=12)
    }

    /// That of its kind, or the one that was set.
    pub fn exit_code(&self) -> u8 {
        self.0.exit_code.unwrap_or_else(|| self.0.kind.exit_code())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = &self.0;
        if let Some(file) = &d.file {
            write!(f, "{}", file.display())?;
            if let Some(line) = d.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        }
        if let Some(field) = &d.field {
            write!(f, "{field}")?;
            if let Some(value) = &d.value {
                write!(f, " = {value}")?;
            }
            write!(f, ": {}", d.message)?;
        } else {
            write!(f, "{}", d.message)?;
            if let Some(value) = &d.value {
                write!(f, " ({value})")?;
            }
        }
        d.option.map_or(Ok(()), |option| write!(f, " ({option})"))
    }
}

impl std::error::Error for Error {}

/// Names the file on the error of a whole expression.
pub trait InFile<T> {
    fn in_file(self, path: &Path) -> Result<T>;
}
impl<T> InFile<T> for Result<T> {
    fn in_file(self, path: &Path) -> Result<T> {
        self.map_err(|e| e.file(path))
    }
}
impl<T> InFile<T> for io::Result<T> {
    fn in_file(self, path: &Path) -> Result<T> {
        self.map_err(|e| Error::io(path, &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_file_field_and_value() {
        let e = Error::invalid("larger than the file").field("StripByteCounts").value(4_000_000_000u32).file("a.dng");
        assert_eq!(e.to_string(), "a.dng: StripByteCounts = 4000000000: larger than the file");
        assert_eq!(e.exit_code(), 10);
        let moved = |from: &str| e.clone().file("/tmp/x/a.dng").moved(Path::new(from), Path::new("pack")).to_string();
        assert!(moved("/").starts_with("a.dng:"), "a relative path lies within nothing");
        assert!(Error::invalid("bad").file("/tmp/x/a").moved(Path::new("/tmp/x"), Path::new("pack")).to_string().starts_with("pack/a:"));
        assert!(e.hint("bring another").to_string().ends_with(": larger than the file; bring another"));
    }

    #[test]
    fn the_option_that_mends_it_is_told_to_those_who_have_it() {
        let e = Error::invalid("choose an input transform").field("input transform").option("--input-transform").option("--map");
        assert_eq!(e.to_string(), "input transform: choose an input transform (--input-transform)");
        assert_eq!(e.without_option().to_string(), "input transform: choose an input transform");
    }

    #[test]
    fn the_innermost_place_wins() {
        let e = Error::invalid("bad").file("inner.amf").line(3).file("outer");
        assert_eq!(e.to_string(), "inner.amf:3: bad");
    }
}
