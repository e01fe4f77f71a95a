//! A function of AWS Lambda: the program as a custom runtime, with the libraries that it was linked with, so that no image has to have them.

use crate::{
    error::{Error, InFile, Result},
    files::{self, Existing},
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// Bytes that a function may have once it is unpacked.
const LARGEST: u64 = 250 << 20;

/// Calls the program by the loader that lies beside it. The runtime asks for events, and calls the program again for each: one that
/// fails, however it does, takes no other along.
const BOOTSTRAP: &str = "#!/bin/sh
# prelight: the custom runtime of a function
here=${LAMBDA_TASK_ROOT:-$(dirname \"$0\")}
set -- \"$here/lib/LOADER\" --library-path \"$here/lib\" \"$here/prelight\"
exec \"$@\" function -- \"$@\" invoke -
";

/// A program with the libraries that it was linked with, as a function can take it.
#[derive(Clone, Debug)]
pub struct Package {
    program: PathBuf,
    libraries: Vec<PathBuf>,
    /// The name of the one that loads it.
    loader: String,
}

impl Package {
    /// Looks at the program; nothing is written.
    ///
    /// # Errors
    /// Unsupported: a program that is not linked to a C library as on Linux, or is too large for a function; I/O.
    pub fn of(program: &Path) -> Result<Self> {
        let libraries = libraries(program)?;
        let loader = libraries.iter().filter_map(|path| path.file_name()?.to_str()).find(|name| name.starts_with("ld-linux"));
        let loader = loader.ok_or_else(|| Error::unsupported("is not linked to a loader").file(program))?.to_owned();
        let size = libraries
            .iter()
            .map(PathBuf::as_path)
            .chain([program])
            .try_fold(0u64, |sum, path| Ok::<_, Error>(sum.saturating_add(fs::metadata(path).in_file(path)?.len())))?;
        if size > LARGEST {
            let error = Error::unsupported(format!("a function has {LARGEST} bytes at most; build with --release --no-default-features"));
            return Err(error.field("size").value(size).file(program));
        }
        Ok(Self { program: program.to_owned(), libraries, loader })
    }

    /// Writes it: the program, its libraries and how they are called.
    ///
    /// # Errors
    /// I/O.
    pub fn write(&self, file: &Path, existing: Existing) -> Result<()> {
        files::write(file, existing, |out| {
            let of_zip = |e: ZipError| Error::invalid(e.to_string()).file(file);
            let mut archive = ZipWriter::new(out);
            let mut put = |name: &str, bytes: &[u8]| -> Result<()> {
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Deflated)
                    .last_modified_time(DateTime::default())
                    .unix_permissions(0o755);
                archive.start_file(name, options).map_err(of_zip)?;
                archive.write_all(bytes).in_file(file)
            };
            put("bootstrap", BOOTSTRAP.replace("LOADER", &self.loader).as_bytes())?;
            put("prelight", &files::read_bounded(&self.program, LARGEST)?)?;
            for library in &self.libraries {
                let name = library.file_name().unwrap_or_default().to_string_lossy();
                put(&format!("lib/{name}"), &files::read_bounded(library, LARGEST)?)?;
            }
            archive.finish().map_err(of_zip)?.flush().in_file(file)
        })
    }
}

/// The loader of a program and the libraries that it names, as the loader of this machine finds them.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let unknown = |why: String| Error::unsupported(format!("what it is linked with cannot be told: {why}")).file(program);
    files::refuse_other(program)?;
    let output = Command::new("ldd").arg(program).output().map_err(|e| unknown(format!("ldd: {e}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(unknown(format!("ldd: {} {}", text.trim(), String::from_utf8_lossy(&output.stderr).trim())));
    }
    let mut found = vec![];
    for line in text.lines() {
        if line.contains("not found") {
            return Err(unknown(line.trim().to_owned()));
        }
        // `libc.so.6 => /lib/libc.so.6 (0x...)`, `/lib64/ld-linux-x86-64.so.2 (0x...)`; the kernel's own has no path.
        let path = line.split_once(" => ").map_or(line, |(_, path)| path).trim();
        let path = path.split_once(" (").map_or(path, |(path, _)| path);
        if path.starts_with('/') {
            found.push(PathBuf::from(path));
        }
    }
    if found.is_empty() { Err(unknown(text.trim().to_owned())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_program_is_refused_by_name() {
        let work = tempfile::tempdir().unwrap();
        let text = work.path().join("text");
        fs::write(&text, "no program").unwrap();
        let error = Package::of(&text).unwrap_err();
        assert!(error.exit_code() == 10 && error.path() == Some(&text), "{error}");
        let error = Package::of(&work.path().join("nothing")).unwrap_err();
        assert_eq!(error.exit_code(), 20, "{error}");
    }
}
