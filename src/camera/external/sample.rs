//! A decoder for the protocol's sample format, served by `prelight decode-sample`: what an author of a decoder can compare with.
//!
//! A sample file is a line of JSON, which is the answer to `open` without `clip`, and the bytes of its frames.

use super::message::{self, Answer, Capabilities, Claim, Description, Fault, FaultKind, Magic, Request, VERSION};
use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// Bytes that a sample file begins with.
const MAGIC: &str = r#"{"plsample":1,"#;
const MAX_LINE: u64 = 1 << 20;

/// What goes wrong at a frame, to test the parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The process ends at once.
    Crash(u32),
    /// No answer comes.
    Hang(u32),
    /// Bytes that are no message.
    Garbage(u32),
    /// An answer that promises more than a frame.
    Flood(u32),
    /// A frame that lacks bytes.
    Short(u32),
}

impl std::str::FromStr for Trouble {
    type Err = String;
    fn from_str(s: &str) -> std::result::Result<Self, String> {
        let (kind, frame) = s.split_once('@').ok_or("KIND@FRAME")?;
        let frame = frame.parse().map_err(|_| "not a frame number")?;
        Ok(match kind {
            "crash" => Trouble::Crash(frame),
            "hang" => Trouble::Hang(frame),
            "garbage" => Trouble::Garbage(frame),
            "flood" => Trouble::Flood(frame),
            "short" => Trouble::Short(frame),
            _ => return Err("crash, hang, garbage, flood or short".into()),
        })
    }
}

/// A clip that is open.
struct Open {
    file: File,
    start: u64,
    description: Description,
    frame_bytes: usize,
}

/// Answers until the input ends.
pub fn serve(mut input: impl Read, mut output: impl Write, trouble: Option<Trouble>) -> Result<()> {
    let mut clips: Vec<Option<Open>> = vec![];
    while let Some((id, json, _)) = message::read(&mut input, 0)? {
        let request: Request = match serde_json::from_value(json) {
            Ok(Request::Cancel {}) => continue,
            Ok(request) => request,
            Err(e) => {
                send(&mut output, id, &Answer::Error(Fault::new(FaultKind::Unsupported, e.to_string())), &[])?;
                continue;
            }
        };
        let wrong = match (&request, trouble) {
            (
                Request::Read { frame, .. },
                Some(t @ (Trouble::Crash(f) | Trouble::Hang(f) | Trouble::Garbage(f) | Trouble::Flood(f) | Trouble::Short(f))),
            ) if *frame == f => Some(t),
            _ => None,
        };
        match wrong {
            Some(Trouble::Crash(f)) => return Err(Error::invalid(format!("crash at frame {f}, as told"))),
            Some(Trouble::Hang(_)) => std::thread::sleep(std::time::Duration::from_secs(3600)),
            Some(Trouble::Garbage(_)) => output.write_all(&[0x55; 64]).and_then(|()| output.flush()).map_err(lost)?,
            Some(Trouble::Flood(_)) => {
                let header =
                    [&b"PLDP"[..], &VERSION.to_le_bytes(), &[0; 2], &2u32.to_le_bytes(), &id.to_le_bytes(), &u64::MAX.to_le_bytes(), b"{}"]
                        .concat();
                output.write_all(&header).and_then(|()| output.flush()).map_err(lost)?;
            }
            _ => {}
        }
        match answer(&request, &mut clips) {
            Ok((value, mut payload)) => {
                if matches!(wrong, Some(Trouble::Short(_))) {
                    payload.truncate(payload.len() / 2);
                }
                send(&mut output, id, &Answer::Ok(value), &payload)?;
            }
            Err(fault) => send(&mut output, id, &Answer::Error(fault), &[])?,
        }
    }
    Ok(())
}

fn send(output: &mut impl Write, id: u32, answer: &Answer, payload: &[u8]) -> Result<()> {
    message::write(output, id, answer, payload).map_err(lost)
}

fn lost(e: std::io::Error) -> Error {
    Error::io(Path::new("stdout"), &e)
}

fn answer(request: &Request, clips: &mut Vec<Option<Open>>) -> Result<(Value, Vec<u8>), Fault> {
    let no_clip = || Fault::new(FaultKind::Usage, "no such clip is open");
    match request {
        Request::Hello { protocol, .. } if !protocol.contains(&VERSION) => Err(Fault::new(FaultKind::Unsupported, "speaks version 1")),
        Request::Hello { .. } => Ok((json!(capabilities()), vec![])),
        Request::Open { path } => {
            let mut open = open(Path::new(path))?;
            open.description.clip = clips.len() as u32;
            let description = json!(open.description);
            clips.push(Some(open));
            Ok((description, vec![]))
        }
        Request::Read { clip, frame, .. } => {
            let open = clips.get_mut(*clip as usize).and_then(Option::as_mut).ok_or_else(no_clip)?;
            let d = &open.description;
            let Some(index) = frame.checked_sub(d.first_frame).filter(|i| *i < d.frames) else {
                return Err(Fault::new(FaultKind::Usage, format!("the clip has no frame {frame}")));
            };
            let io = |e: std::io::Error| Fault::new(FaultKind::Io, e.to_string());
            open.file.seek(SeekFrom::Start(open.start + u64::from(index) * open.frame_bytes as u64)).map_err(io)?;
            let mut bytes = vec![0; open.frame_bytes];
            open.file
                .read_exact(&mut bytes)
                .map_err(|e| Fault::new(FaultKind::Invalid, format!("the file ends within frame {frame}: {e}")))?;
            Ok((json!({ "frame": frame }), bytes))
        }
        Request::Close { clip } => match clips.get_mut(*clip as usize).and_then(Option::take) {
            Some(_) => Ok((json!({}), vec![])),
            None => Err(no_clip()),
        },
        Request::Cancel {} => Err(no_clip()),
    }
}

fn capabilities() -> Capabilities {
    let hex = MAGIC.bytes().map(|b| format!("{b:02x}")).collect();
    Capabilities {
        protocol: VERSION,
        name: "Prelight sample".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        cancel: false,
        formats: vec![Claim { name: "Prelight sample".into(), extensions: vec!["plsample".into()], magic: vec![Magic { offset: 0, hex }] }],
    }
}

fn open(path: &Path) -> Result<Open, Fault> {
    let io = |e: std::io::Error| Fault::new(FaultKind::Io, format!("{}: {e}", path.display()));
    let invalid = |message: String| Fault::new(FaultKind::Invalid, message);
    let mut line = String::new();
    let mut reader = BufReader::new(File::open(path).map_err(io)?);
    reader.by_ref().take(MAX_LINE).read_line(&mut line).map_err(io)?;
    let rest = line.strip_prefix(MAGIC).ok_or_else(|| invalid("not a sample file".into()))?;
    let description: Description = serde_json::from_str(&format!("{{\"clip\":0,{rest}")).map_err(|e| invalid(e.to_string()))?;
    let frame_bytes = description.frame_bytes().ok_or_else(|| invalid("describes no picture".into()))?;
    Ok(Open { file: File::open(path).map_err(io)?, start: line.len() as u64, description, frame_bytes })
}
