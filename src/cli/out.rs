//! Results, to standard output; messages, to standard error.

use crate::error::{Error, Result};
use std::{
    fmt::Display,
    io::{self, Write},
    path::Path,
};

/// Prints one line of a result.
pub(super) fn line(text: impl Display) -> Result<()> {
    write(format_args!("{text}\n"))
}

/// Prints a value as an indented JSON document.
pub(super) fn json(value: &impl serde::Serialize) -> Result<()> {
    line(serde_json::to_string_pretty(value).map_err(|e| Error::invalid(e.to_string()))?)
}

/// Prints text that brings its own line ends.
pub(super) fn write(text: impl Display) -> Result<()> {
    write_to(&mut io::stdout().lock(), text)
}

/// Prints one line of a message. That nobody reads it is no failure: `eprintln!` would panic where standard error is closed.
pub(super) fn message(text: impl Display) {
    _ = writeln!(io::stderr(), "{text}");
}

/// What went wrong, as every JSON result says it.
pub(super) fn error_object(error: &Error) -> serde_json::Value {
    serde_json::json!({ "kind": format!("{:?}", error.kind()).to_lowercase(), "message": error.to_string() })
}

/// A reader that has gone away (`| head`) is no failure of ours; a full disk is.
fn write_to(out: &mut impl Write, text: impl Display) -> Result<()> {
    match out.write_all(text.to_string().as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::io(Path::new("standard output"), &e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_no_error_a_full_disk_is() {
        assert_eq!(write_to(&mut Broken(io::ErrorKind::BrokenPipe), "a"), Ok(()));
        assert_eq!(write_to(&mut Broken(io::ErrorKind::StorageFull), "a").unwrap_err().exit_code(), 20);
    }
}
