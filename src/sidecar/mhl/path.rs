//! Paths in manifests: relative, with `/`, and never out of the folder.

use crate::error::{Error, Result};

/// Whether a path of a manifest stays in the folder it is about: relative, without `.` and `..`, without empty steps (but for one
/// `/` at the end, which some tools write after folders), and no drive or backslash path where the system would follow one.
pub fn check_path(path: &str) -> Result<()> {
    let refuse = |why: &str| Err(Error::invalid(why).field("path").value(excerpt(path)));
    if path.is_empty() {
        return refuse("is empty");
    }
    if path.starts_with('/') {
        return refuse("is absolute");
    }
    if path.contains('\0') {
        return refuse("holds a zero byte");
    }
    if cfg!(windows) && path.contains(['\\', ':']) {
        return refuse("holds a character that leads elsewhere on Windows");
    }
    let steps = path.strip_suffix('/').unwrap_or(path).split('/');
    for step in steps {
        match step {
            "" => return refuse("has an empty step"),
            "." | ".." => return refuse("leaves the folder or names it in a second way"),
            _ => {}
        }
    }
    Ok(())
}

/// Enough of a path to recognise it.
fn excerpt(path: &str) -> String {
    path.chars().take(200).collect()
}
