//! Names that a command line, or a file of settings, gives: found wrong before any work begins.

use crate::{
    color::{self, known_unsupported, named},
    error::{Error, ErrorKind, Result},
    sidecar::lut,
};

/// Who gave a name, which decides what kind of error a wrong one is.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    /// An option, or an argument, of the command line: wrong use.
    Option(&'a str),
    /// A member of a document: an invalid document.
    Member(&'a str),
}

impl<'a> Given<'a> {
    fn name(self) -> &'a str {
        let (Self::Option(name) | Self::Member(name)) = self;
        name
    }

    fn error(self, message: impl Into<String>, value: &str) -> Error {
        match self {
            Self::Option(name) => Error::usage(message).field(name).value(value),
            Self::Member(name) => Error::invalid(message).field(name).value(value),
        }
    }
}

/// A transform by its name or ID.
///
/// # Errors
/// An unknown one, with the nearest known; one that is known and not supported (`Unsupported`).
pub(super) fn transform(given: Given, name: &str) -> Result<()> {
    // Nothing is built of a known one. That it has no inverse depends on what is asked of it.
    if named(name).is_some() {
        return Ok(());
    }
    color::transform(name, false).map(drop).map_err(|error| match known_unsupported(name) {
        Some(_) => Error::new(ErrorKind::Unsupported, error.message()).field(given.name()).value(name),
        None => given.error(error.message(), name),
    })
}

/// A transform by its name or ID, or a look file, which is judged when it is read.
///
/// # Errors
/// As [`transform`].
pub(super) fn transform_or_file(given: Given, spec: &str) -> Result<()> {
    if lut::file(spec).is_some() { Ok(()) } else { transform(given, spec) }
}

/// A working space by its name or ID.
///
/// # Errors
/// Anything else.
pub(super) fn working_space(given: Given, name: &str) -> Result<()> {
    match color::working_space(name) {
        Some(_) => Ok(()),
        None => Err(given.error("not a working space; `prelight color list --kind working-space` shows those there are", name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gave_a_name_decides_what_a_wrong_one_is() {
        let code = |done: Result<()>| done.map_err(|e| e.exit_code());
        let (option, member) = (Given::Option("--from"), Given::Member("input"));
        assert_eq!((code(transform(option, "arri-logc5")), code(transform(member, "arri-logc5"))), (Err(2), Err(10)));
        assert_eq!((code(transform(option, "arri-logc4")), code(transform_or_file(option, "a.cube"))), (Ok(()), Ok(())));
        assert_eq!((code(transform(option, "a.cube")), code(transform_or_file(option, "a.tiff"))), (Err(2), Err(2)));
        assert_eq!((code(working_space(option, "acescct")), code(working_space(option, "arri-logc4"))), (Ok(()), Err(2)));
        assert!(transform(option, "arri-logc5").unwrap_err().to_string().starts_with("--from = arri-logc5: unknown transform"));
    }
}
