//! Whether a decoder keeps to the protocol: `prelight decoder-test`.

use super::{
    called,
    connection::{Connection, Failure, answer_time},
    describe,
    message::{Request, VERSION},
};
use crate::{
    error::{Error, ErrorKind, Result},
    files,
    progress::Progress,
};
use serde_json::json;
use std::{io::Read, path::Path, time::Duration};

/// One thing that has to hold.
#[derive(Clone, Debug)]
pub struct Step {
    pub what: &'static str,
    /// What was seen, or why it does not hold.
    pub outcome: Result<String>,
}

/// Goes through the protocol with one decoder and one file. Steps that need an earlier one that failed are left out.
pub fn test(program: &Path, path: &Path) -> Vec<Step> {
    let mut steps = vec![];
    if let Err(e) = walk(program, path, &mut steps) {
        steps.push(Step { what: "goes on", outcome: Err(e) });
    }
    steps
}

fn walk(program: &Path, path: &Path, steps: &mut Vec<Step>) -> Result<()> {
    let progress = Progress::default();
    let time = answer_time();
    let wrong = |message: String| Error::verification(message);
    let mut done = |what, outcome: Result<String>| {
        let failed = outcome.is_err();
        steps.push(Step { what, outcome });
        !failed
    };

    let started = Connection::start(program);
    let said = started.as_ref().map(|c| format!("{} {}", c.capabilities.name, c.capabilities.version)).map_err(Error::clone);
    done("says what it is", said);
    let Ok(mut c) = started else { return Ok(()) };

    let mut head = vec![];
    files::open(path)?.take(4096).read_to_end(&mut head).map_err(|e| Error::io(path, &e))?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let claim = c.capabilities.formats.iter().find(|f| f.takes(&extension, &head)).map(|f| f.name.clone());
    done("claims the file", claim.ok_or_else(|| wrong("no format of its list takes it".into())));

    let missing = path.with_file_name("no such file, surely");
    let request = Request::Open { path: missing.display().to_string() };
    done("says that a file is missing", refuses(&mut c, &request, &[ErrorKind::Io, ErrorKind::Invalid, ErrorKind::Usage]));
    done(
        "refuses an unknown request and goes on",
        refuses(&mut c, &json!({ "op": "no_such_request" }), &[ErrorKind::Unsupported, ErrorKind::Usage]),
    );

    let described = describe(&mut c, path, &progress).map_err(Failure::into_error).and_then(|d| d.check().map(|checked| (d, checked)));
    let summary = described.as_ref().map(|(d, _)| format!("{}, {} frames", d.size, d.frames)).map_err(Error::clone);
    done("opens it", summary);
    let Ok((d, checked)) = described else { return Ok(()) };
    let bytes = checked.layout.frame_bytes().unwrap_or(0) as u64;

    let (clip, first, last) = (d.clip, d.first_frame, d.first_frame + d.frames - 1);
    let middle = first + d.frames / 2;
    let read = |c: &mut Connection, frame| {
        let request = Request::Read { clip, frame, reading: Default::default() };
        let (_, payload) = c.call(&request, bytes, time, &progress).map_err(Failure::into_error)?;
        if payload.len() as u64 == bytes { Ok(payload) } else { Err(wrong(format!("{} bytes instead of {bytes}", payload.len()))) }
    };
    let mut hashes = vec![];
    let mut all = Ok(String::new());
    for frame in [first, middle, last] {
        match read(&mut c, frame) {
            Ok(payload) => hashes.push((frame, blake3::hash(&payload))),
            Err(e) => all = Err(e.field("frame").value(frame)),
        }
    }
    let frames = hashes.iter().map(|(f, _)| f.to_string()).collect::<Vec<_>>().join(", ");
    if !done("reads first, middle and last", all.map(|_| format!("frames {frames}, {bytes} bytes each"))) {
        return Ok(());
    }
    let again = hashes.iter().rev().try_for_each(|(frame, hash)| match read(&mut c, *frame) {
        Ok(payload) if blake3::hash(&payload) == *hash => Ok(()),
        Ok(_) => Err(wrong("other bytes than before".into()).field("frame").value(frame)),
        Err(e) => Err(e),
    });
    done("reads them again, backwards, to the same bytes", again.map(|()| String::new()));
    if let Some(beyond) = last.checked_add(1) {
        let request = Request::Read { clip, frame: beyond, reading: Default::default() };
        done("refuses a frame that does not exist", refuses(&mut c, &request, &[ErrorKind::Usage, ErrorKind::Invalid]));
    }
    let cancelled = c.cancel().and_then(|()| read(&mut c, first)).map(|_| String::new());
    done("ignores a cancel that comes too late", cancelled);
    let closed = c.call(&Request::Close { clip }, 0, time, &progress).map(|_| String::new()).map_err(Failure::into_error);
    done("closes the clip", closed);
    let request = Request::Read { clip, frame: first, reading: Default::default() };
    done("refuses a clip that was closed", refuses(&mut c, &request, &[ErrorKind::Usage, ErrorKind::Invalid]));
    let ends = c.ends_by_itself(Duration::from_secs(5));
    done(
        "ends when its input does",
        if ends { Ok(format!("protocol {VERSION}")) } else { Err(wrong(format!("{} runs on", called(program)))) },
    );
    Ok(())
}

/// Asks for what cannot be: an error of one of these kinds has to come, and the process has to live.
fn refuses(c: &mut Connection, request: &impl serde::Serialize, kinds: &[ErrorKind]) -> Result<String> {
    match c.call(request, 0, answer_time(), &Progress::default()) {
        Err(Failure::Said(e)) if kinds.contains(&e.kind()) => Ok(e.to_string()),
        Err(Failure::Said(e)) => Err(Error::verification(format!("an error of another kind: {e}"))),
        Err(Failure::Broken(e)) => Err(e),
        Ok(_) => Err(Error::verification("no error")),
    }
}
