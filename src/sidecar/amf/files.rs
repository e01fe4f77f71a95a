//! The files an AMF names: where they are.

use super::{Amf, Reference, hash::hex_digit};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files,
};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Read,
    path::{Component, Path, PathBuf},
};

/// Whether a reference leaves the folder of the AMF when taken literally: absolute, with a drive or a scheme, or with `..`.
pub fn is_portable(reference: &str) -> bool {
    !is_absolute(reference) && !reference.contains('\\') && !climbs(reference)
}

/// What an AMF names lies below its folder: written elsewhere, it would name what is not there, or another file.
///
/// # Errors
/// `Usage`: the AMF `file` names something, and `out` lies in another folder. `Io`: a folder that is not there.
pub fn refuse_elsewhere(amf: &Amf, file: &Path, out: &Path) -> Result<()> {
    let mut names = None;
    amf.pipeline.visit(&mut |_, transform| {
        let uuid = if let Reference::Uuid(uuid) = &transform.reference { Some(uuid.as_str()) } else { None };
        names = names.or(transform.file_reference()).or(uuid);
    });
    let Some(name) = names else { return Ok(()) };
    let real = |path: &Path| files::folder_of(path).canonicalize().in_file(files::folder_of(path));
    if real(file)? == real(out)? {
        return Ok(());
    }
    let message = format!("{} names {name} in its folder, and does not lie beside {}", file.display(), out.display());
    Err(Error::usage(message))
}

pub(super) fn is_absolute(reference: &str) -> bool {
    let scheme = reference.split_once(':').is_some_and(|(s, _)| !s.is_empty() && !s.contains(['/', '\\']));
    scheme || reference.starts_with(['/', '\\'])
}

pub(super) fn climbs(reference: &str) -> bool {
    reference.split(['/', '\\']).any(|part| part == "..")
}

/// The file that a `file` reference means: relative to `folder`, percent-encoded or literal.
///
/// # Errors
/// `Refused` where it lies outside the folder, also by way of a symbolic link; `Invalid` where it does not exist or is no
/// regular file. Nothing outside the folder is opened.
pub fn resolve(folder: &Path, reference: &str) -> Result<PathBuf> {
    let outside = || Error::refused("lies outside the folder of the AMF").field("file").value(reference);
    let missing = || Error::invalid("file not found").field("file").value(reference);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for name in [decode(reference), Some(reference.to_owned())].into_iter().flatten() {
        if !is_portable(&name) || !Path::new(&name).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir)) {
            return Err(outside());
        }
        if name.contains('\0') {
            return Err(missing());
        }
        let path = folder.join(&name);
        let Ok(real) = path.canonicalize() else { continue };
        if !real.starts_with(folder.canonicalize().in_file(folder)?) {
            return Err(outside());
        }
        if real.is_file() {
            return Ok(path);
        }
    }
    Err(missing())
}

/// Most files that are looked into for the id of a CLF, and how far into each: the root element stands at its start.
const MOST_CLFS: usize = 1000;
const HEAD_BYTES: u64 = 64 << 10;

/// The CLFs of a folder by the id of their `ProcessList`. Files in folders below are not looked into.
#[derive(Debug)]
pub struct ClfIds(Result<BTreeMap<String, Vec<PathBuf>>>);

impl ClfIds {
    /// Looks into each file once.
    pub fn of(folder: &Path) -> Self {
        Self(Self::read(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }))
    }

    fn read(folder: &Path) -> Result<BTreeMap<String, Vec<PathBuf>>> {
        let is_clf = |path: &PathBuf| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("clf") || e.eq_ignore_ascii_case("ctf"));
        let entries = std::fs::read_dir(folder).in_file(folder)?.filter_map(|e| e.ok());
        let mut files: Vec<_> = entries.filter(|e| e.file_type().is_ok_and(|t| t.is_file())).map(|e| e.path()).filter(is_clf).collect();
        files.sort();
        let mut ids: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for path in files.into_iter().take(MOST_CLFS) {
            let mut head = vec![];
            files::open(&path)?.take(HEAD_BYTES).read_to_end(&mut head).in_file(&path)?;
            if let Some(id) = process_list_id(&String::from_utf8_lossy(&head)) {
                ids.entry(plain(&id)).or_default().push(path);
            }
        }
        Ok(ids)
    }

    /// The CLF with the id `uuid`, in any letter case, with or without `urn:uuid:`.
    ///
    /// # Errors
    /// `Invalid` where there is none, or more than one.
    pub fn find(&self, uuid: &str) -> Result<PathBuf> {
        let wanted = plain(uuid);
        let found = self.0.as_ref().map_err(Error::clone)?.get(&wanted).map_or(&[][..], Vec::as_slice);
        match found {
            [] => Err(Error::invalid("no CLF in the folder of the AMF has this id").field("uuid").value(uuid)),
            [only] if !wanted.is_empty() => Ok(only.clone()),
            several => {
                let names: Vec<_> = several.iter().filter_map(|p| p.file_name()).map(|n| n.to_string_lossy()).collect();
                Err(Error::invalid(format!("several files have this id: {}", names.join(", "))).field("uuid").value(uuid))
            }
        }
    }
}

fn plain(uuid: &str) -> String {
    uuid.trim().to_ascii_lowercase().trim_start_matches("urn:uuid:").to_owned()
}

/// The id of a CLF by the start of its text: the attribute of `ProcessList`, or the `Id` element of ST 2136-1.
fn process_list_id(head: &str) -> Option<String> {
    let (_, rest) = head.split_once("ProcessList")?;
    let (tag, body) = rest.split_once('>')?;
    let mut attributes = tag;
    while let Some((name, value)) = attributes.split_once('=') {
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, rest) = value.get(1..)?.split_once(quote)?;
        if name.trim() == "id" {
            return Some(value.to_owned());
        }
        attributes = rest;
    }
    Some(body.split_once("<Id>")?.1.split_once("</Id>")?.0.trim().to_owned())
}

/// The path below the folder of the AMF that a reference means, with `/`; none where it leaves that folder.
pub fn relative_path(reference: &str) -> Option<String> {
    let name = decode(reference).unwrap_or_else(|| reference.to_owned());
    let inside = is_portable(&name) && Path::new(&name).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    (inside && !parts.is_empty() && !name.contains('\0')).then(|| parts.join("/"))
}

/// Whether [`resolve`] refused because the file lies outside.
pub(super) fn is_outside(error: &Error) -> bool {
    error.kind() == ErrorKind::Refused
}

/// Percent-decoding (RFC 3986, 2.1); `None` where it is malformed or no UTF-8.
pub(super) fn decode(reference: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(reference.len());
    let mut rest = reference.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let (digits, tail) = tail.split_at_checked(2)?;
            bytes.push((hex_digit(digits[0])? << 4) | hex_digit(digits[1])?);
            rest = tail;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// A path with `/` as a relative URI reference.
pub fn encode_path(path: &str) -> String {
    path.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(b.into()),
            _ => _ = write!(out, "%{b:02X}"),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_looked_into_once() {
        let folder = tempfile::tempdir().unwrap();
        let clf = |name: &str, id: &str| {
            let text = format!("<ProcessList id='{id}'></ProcessList>");
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        clf("a.clf", "urn:uuid:AA");
        clf("b.clf", "bb");
        clf("c.ctf", "BB");
        let ids = ClfIds::of(folder.path());
        // What comes later is not seen: there is one look for all.
        clf("d.clf", "dd");
        assert_eq!(ids.find("aa").unwrap(), folder.path().join("a.clf"));
        assert!(ids.find("urn:uuid:bb").unwrap_err().message().contains("b.clf, c.ctf"));
        assert!(ids.find("dd").is_err() && ids.find("").is_err());
        assert!(ClfIds::of(&folder.path().join("none")).find("aa").is_err());
    }

    #[test]
    fn references_stay_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("amf");
        std::fs::create_dir_all(inside.join("looks")).unwrap();
        std::fs::write(inside.join("looks/my look.clf"), "x").unwrap();
        std::fs::write(inside.join("100%.clf"), "x").unwrap();
        std::fs::write(folder.path().join("secret.clf"), "x").unwrap();
        for good in ["looks/my look.clf", "looks/my%20look.clf", "./looks/my%20look.clf", "100%.clf"] {
            assert!(resolve(&inside, good).is_ok(), "{good}");
        }
        for bad in [
            "../secret.clf",
            "looks/../../secret.clf",
            "%2e%2e/secret.clf",
            "/etc/passwd",
            "file:///etc/passwd",
            "C:\\x.clf",
            "..\\secret.clf",
        ] {
            assert!(is_outside(&resolve(&inside, bad).unwrap_err()), "{bad}");
        }
        for missing in ["", ".", "looks", "none.clf", "a\0b", "a%00b"] {
            assert!(!is_outside(&resolve(&inside, missing).unwrap_err()), "{missing}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret.clf"), inside.join("link.clf")).unwrap();
            assert!(is_outside(&resolve(&inside, "link.clf").unwrap_err()));
        }
    }
}
