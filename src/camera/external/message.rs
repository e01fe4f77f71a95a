//! The messages of the decoder protocol, version 1: `PROTOCOL.md`.

use crate::{
    camera::{
        CameraColor, Encoding, Metadata, Rational, Reading, SignalRange, Timecode, YcbcrMatrix,
        samples::{Layout, Model, Sample, SensorLevels, Signal, Siting, Subsampling},
    },
    color::Op,
    error::{Error, ErrorKind, Result},
    image::{BlackLevel, Cfa, Rect, Size},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{self, Read, Write};

pub const VERSION: u16 = 1;
const MAGIC: [u8; 4] = *b"PLDP";
/// Longest JSON part of a message.
pub const MAX_JSON: u32 = 4 << 20;
/// Most frames of a clip.
const MAX_FRAMES: u32 = 1 << 24;

/// The 24 bytes before every message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub version: u16,
    pub json: u32,
    /// Of the request; the answer repeats it.
    pub id: u32,
    pub payload: u64,
}

impl Header {
    pub const BYTES: usize = 24;

    fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut b = [0; Self::BYTES];
        b[..4].copy_from_slice(&MAGIC);
        b[4..6].copy_from_slice(&self.version.to_le_bytes());
        b[8..12].copy_from_slice(&self.json.to_le_bytes());
        b[12..16].copy_from_slice(&self.id.to_le_bytes());
        b[16..].copy_from_slice(&self.payload.to_le_bytes());
        b
    }

    /// Checks everything but whether the payload is one that is expected.
    pub fn parse(b: &[u8; Self::BYTES]) -> Result<Self> {
        let u32_at = |at: usize| u32::from_le_bytes([b[at], b[at + 1], b[at + 2], b[at + 3]]);
        if b[..4] != MAGIC {
            return Err(broken("does not speak the decoder protocol").field("header").value(format!("{:02x?}", &b[..4])));
        }
        let header = Self {
            version: u16::from_le_bytes([b[4], b[5]]),
            json: u32_at(8),
            id: u32_at(12),
            payload: u64::from(u32_at(16)) | u64::from(u32_at(20)) << 32,
        };
        if header.version != VERSION || b[6..8] != [0, 0] {
            return Err(broken("another version of the decoder protocol").field("header.version").value(header.version));
        }
        if header.json > MAX_JSON {
            return Err(broken("longer than any message").field("header.json").value(header.json));
        }
        Ok(header)
    }
}

/// Writes a message.
pub fn write(to: &mut impl Write, id: u32, json: &impl Serialize, payload: &[u8]) -> io::Result<()> {
    let json = serde_json::to_vec(json)?;
    let length = u32::try_from(json.len()).map_err(io::Error::other)?;
    to.write_all(&Header { version: VERSION, json: length, id, payload: payload.len() as u64 }.to_bytes())?;
    to.write_all(&json)?;
    to.write_all(payload)?;
    to.flush()
}

/// Reads a message whose payload has at most `payload` bytes; `None` at the end of input.
pub fn read(from: &mut impl Read, payload: u64) -> Result<Option<(u32, Value, Vec<u8>)>> {
    let mut header = [0; Header::BYTES];
    match from.read_exact(&mut header) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(broken(e.to_string())),
    }
    let header = Header::parse(&header)?;
    if header.payload > payload {
        return Err(broken(format!("more than the {payload} bytes that were asked for")).field("header.payload").value(header.payload));
    }
    let mut part = |length: u64| {
        // Memory grows with what really comes.
        let mut bytes = Vec::with_capacity(length.min(1 << 24) as usize);
        match from.by_ref().take(length).read_to_end(&mut bytes) {
            Ok(n) if n as u64 == length => Ok(Some(bytes)),
            Ok(_) => Ok(None),
            Err(e) => Err(broken(e.to_string())),
        }
    };
    let (Some(json), Some(payload)) = (part(header.json.into())?, part(header.payload)?) else { return Ok(None) };
    let json = serde_json::from_slice(&json).map_err(|e| broken(format!("a message that is no JSON: {e}")))?;
    Ok(Some((header.id, json, payload)))
}

pub fn broken(message: impl Into<String>) -> Error {
    Error::invalid(format!("decoder: {}", message.into()))
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    Hello {
        client: String,
        protocol: Vec<u16>,
    },
    Open {
        path: String,
    },
    Read {
        clip: u32,
        frame: u32,
        #[serde(default)]
        reading: Reading,
    },
    Close {
        clip: u32,
    },
    /// Has no answer of its own: the one that is waited for comes sooner.
    Cancel {},
}

/// An answer: what was asked for, or why not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Ok(Value),
    Error(Fault),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub kind: FaultKind,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    Usage,
    Invalid,
    Unsupported,
    Io,
    TryAgain,
    Cancelled,
}

impl Fault {
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), field: None, value: None }
    }
    pub fn into_error(self) -> Error {
        let kind = match self.kind {
            FaultKind::Usage => ErrorKind::Usage,
            FaultKind::Invalid => ErrorKind::Invalid,
            FaultKind::Unsupported => ErrorKind::Unsupported,
            FaultKind::Io => ErrorKind::Io,
            FaultKind::TryAgain => ErrorKind::TryAgain,
            FaultKind::Cancelled => ErrorKind::Cancelled,
        };
        let short = |s: String| s.chars().take(500).collect::<String>();
        let error = Error::new(kind, short(self.message));
        let error = self.field.map(short).into_iter().fold(error, |e, f| e.field(f));
        self.value.map(short).into_iter().fold(error, |e, v| e.value(v))
    }
}

/// What a decoder is, and which files are its.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    pub protocol: u16,
    pub name: String,
    pub version: String,
    /// Whether it listens for `cancel` while it reads.
    #[serde(default)]
    pub cancel: bool,
    pub formats: Vec<Claim>,
}

/// A file is claimed where its extension is in the list, if there is one, and its bytes are one of `magic`, if there are any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub name: String,
    /// In lower case, without a dot.
    #[serde(default)]
    pub extensions: Vec<String>,
    #[serde(default)]
    pub magic: Vec<Magic>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Magic {
    pub offset: u32,
    /// Two hexadecimal digits a byte.
    pub hex: String,
}

impl Claim {
    pub fn takes(&self, extension: &str, head: &[u8]) -> bool {
        let by_name = self.extensions.is_empty() || self.extensions.iter().any(|e| e.eq_ignore_ascii_case(extension));
        let by_bytes = self.magic.is_empty() || self.magic.iter().any(|m| m.is_in(head));
        by_name && by_bytes && !(self.extensions.is_empty() && self.magic.is_empty())
    }
}

impl Magic {
    fn is_in(&self, head: &[u8]) -> bool {
        let digits: Option<Vec<u8>> = self.hex.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
        let Some(digits) = digits.filter(|d| !d.is_empty() && d.len().is_multiple_of(2)) else { return false };
        let bytes = digits.chunks_exact(2).map(|d| d[0] << 4 | d[1]);
        let Some(there) = head.get(self.offset as usize..) else { return false };
        there.len() >= digits.len() / 2 && bytes.zip(there).all(|(a, b)| a == *b)
    }
}

/// A clip, as `open` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    pub clip: u32,
    pub size: Size,
    #[serde(default)]
    pub first_frame: u32,
    pub frames: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<Rational>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timecode: Option<Timecode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squeeze: Option<f64>,
    pub pixels: Pixels,
    pub encoding: Coding,
    #[serde(default)]
    pub metadata: Metadata,
}

/// The bytes of every frame of a clip: planes in the model's order, rows without padding, little-endian.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pixels {
    pub model: ModelName,
    pub sample: SampleName,
    /// Significant bits of an integer sample; all of them where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    #[serde(default)]
    pub alpha: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subsampling: Option<SubsamplingName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siting: Option<SitingName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<SignalRange>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<YcbcrMatrix>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cfa: Option<Cfa>,
    /// Of a mosaic: one level, or four of the 2x2 at the top left, row by row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub black: Vec<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub white: Option<f32>,
}

macro_rules! names {
    ($name:ident of $of:ty: $($word:literal $variant:ident = $value:expr),*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $(#[serde(rename = $word)] $variant),* }
        impl $name {
            pub const fn get(self) -> $of {
                match self { $($name::$variant => $value),* }
            }
        }
    };
}
names!(SampleName of Sample: "u8" U8 = Sample::U8, "u16" U16 = Sample::U16, "f16" F16 = Sample::F16, "f32" F32 = Sample::F32);
names!(SubsamplingName of Subsampling: "444" S444 = Subsampling::S444, "422" S422 = Subsampling::S422, "420" S420 = Subsampling::S420);
names!(SitingName of Siting: "left" Left = Siting::Left, "center" Center = Siting::Center, "top_left" TopLeft = Siting::TopLeft, "top" Top = Siting::Top);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelName {
    Mosaic,
    Gray,
    Rgb,
    Ycbcr,
}

/// What the values mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Coding {
    /// Linear sensor RGB: `CameraColor`.
    Camera {
        neutral: [f64; 3],
        to_aces: [[f64; 3]; 3],
        baseline_exposure: f64,
        kelvin: f64,
    },
    /// Linear RGB, and its matrix to ACES2065-1.
    Linear {
        name: String,
        to_aces: [[f64; 3]; 3],
    },
    /// An input transform, by ACES transform ID or catalogue name.
    Coded {
        transform: String,
        key: String,
    },
    Unknown,
}

/// A description that holds.
pub struct Checked {
    pub layout: Layout,
    pub signal: Signal,
    pub sensor: Option<(Cfa, SensorLevels)>,
    pub encoding: Encoding,
}

impl Description {
    /// Checks all that is said against each other and the bounds; the parent trusts nothing.
    pub fn check(&self) -> Result<Checked> {
        let p = &self.pixels;
        let wrong = |field: &'static str, message: &str| broken(message).field(field);
        let sample = p.sample.get();
        let is_mosaic = p.model == ModelName::Mosaic;
        let model = match (p.model, p.cfa, p.subsampling) {
            (ModelName::Mosaic, Some(cfa), None) => Model::Mosaic(cfa),
            (ModelName::Mosaic, ..) => return Err(wrong("pixels.cfa", "a mosaic has a CFA and no subsampling")),
            (_, Some(_), _) => return Err(wrong("pixels.cfa", "only a mosaic has one")),
            (ModelName::Ycbcr, None, Some(s)) => Model::Ycbcr(s.get()),
            (ModelName::Ycbcr, None, None) => return Err(wrong("pixels.subsampling", "Y'CbCr has to state it")),
            (_, _, Some(_)) => return Err(wrong("pixels.subsampling", "only Y'CbCr has one")),
            (ModelName::Gray, ..) => Model::Gray,
            (ModelName::Rgb, ..) => Model::Rgb,
        };
        let most = 8 * sample.bytes() as u32;
        let bits = p.bits.unwrap_or(most);
        if !(8..=most).contains(&bits) || (sample.is_float() && p.bits.is_some()) {
            return Err(wrong("pixels.bits", "8 or more of an integer sample").value(bits));
        }
        if sample.is_float() && (is_mosaic || p.model == ModelName::Ycbcr) {
            return Err(wrong("pixels.sample", "floats are for gray and RGB"));
        }
        if is_mosaic && p.alpha {
            return Err(wrong("pixels.alpha", "a mosaic has none"));
        }
        if p.model == ModelName::Ycbcr && (p.range.is_none() || p.matrix.is_none()) {
            return Err(wrong("pixels.range", "Y'CbCr has to state range and matrix"));
        }
        let is_subsampled = matches!(p.subsampling, Some(SubsamplingName::S422 | SubsamplingName::S420));
        if is_subsampled != p.siting.is_some() {
            return Err(wrong("pixels.siting", "4:2:2 and 4:2:0 have to state it, others have none"));
        }
        let layout = Layout { alpha: p.alpha, ..Layout::planar(self.size, model, sample, bits) };
        if layout.frame_bytes().is_none() {
            return Err(wrong("size", "not the size of a picture").value(self.size));
        }
        if self.frames == 0 || self.frames > MAX_FRAMES || self.first_frame.checked_add(self.frames).is_none() {
            return Err(wrong("frames", "no clip has so many").value(self.frames));
        }
        if self.squeeze.is_some_and(|s| !(0.1..=10.0).contains(&s)) {
            return Err(wrong("squeeze", "not the shape of a pixel"));
        }
        if self.frame_rate.is_some_and(|r| !(r.to_f64() > 0.0 && r.to_f64() < 10_000.0)) {
            return Err(wrong("frame_rate", "not a rate"));
        }
        let signal = Signal {
            range: p.range.unwrap_or(SignalRange::Full),
            matrix: p.matrix.unwrap_or(YcbcrMatrix::Bt709),
            siting: p.siting.map_or(Siting::Left, SitingName::get),
        };
        let sensor = match (model, p.white, p.black.as_slice()) {
            (Model::Mosaic(cfa), Some(white), black @ ([_] | [_, _, _, _])) => {
                let top = ((1u64 << bits) - 1) as f32;
                if black.iter().any(|b| !(0.0..white).contains(b)) || !(white > 0.0 && white <= top) {
                    return Err(wrong("pixels.white", "levels have to be 0 <= black < white <= the largest code"));
                }
                let n = if black.len() == 1 { 1 } else { 2 };
                let black = BlackLevel { repeat: (n, n), levels: black.to_vec(), delta_h: vec![], delta_v: vec![] };
                Some((cfa, SensorLevels { black, white, active_area: Rect::of(self.size) }))
            }
            (Model::Mosaic(_), ..) => return Err(wrong("pixels.black", "a mosaic has one or four black levels, and a white level")),
            (_, None, []) => None,
            _ => return Err(wrong("pixels.black", "only a mosaic has levels")),
        };
        Ok(Checked { layout, signal, sensor, encoding: self.encoding.check(is_mosaic)? })
    }

    pub fn frame_bytes(&self) -> Option<usize> {
        self.check().ok()?.layout.frame_bytes()
    }
}

impl Coding {
    fn check(&self, is_mosaic: bool) -> Result<Encoding> {
        let wrong = |message: &str| broken(message).field("encoding");
        let finite = |m: &[[f64; 3]; 3]| m.iter().flatten().all(|v| v.is_finite() && v.abs() < 1e6);
        Ok(match self {
            Coding::Unknown => Encoding::Unknown,
            _ if is_mosaic != matches!(self, Coding::Camera { .. }) => return Err(wrong("a mosaic has camera colour, a picture has not")),
            Coding::Camera { neutral, to_aces, baseline_exposure, kelvin } => {
                let ranges = neutral.iter().all(|n| (1e-6..=1.0).contains(n)) && baseline_exposure.abs() < 100.0 && *kelvin > 0.0;
                if !ranges || !finite(to_aces) {
                    return Err(wrong("not the calibration of a camera"));
                }
                Encoding::Camera(CameraColor {
                    neutral: *neutral,
                    to_aces: *to_aces,
                    baseline_exposure: *baseline_exposure,
                    kelvin: *kelvin,
                })
            }
            Coding::Linear { name, to_aces } if finite(to_aces) => {
                Encoding::Known { name: name.clone(), to_aces: vec![Op::matrix(*to_aces)] }
            }
            Coding::Linear { .. } => return Err(wrong("not a matrix")),
            Coding::Coded { transform, key } => {
                crate::color::transform(transform, false)?;
                Encoding::Coded { transform: transform.clone(), key: key.clone() }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages of a decoder with a mosaic and of one with Y'CbCr.
    fn answers() -> Vec<Vec<u8>> {
        let mosaic = r#"{"ok":{"clip":3,"size":{"width":8,"height":4},"first_frame":7,"frames":24,"frame_rate":[24000,1001],"timecode":"01:02:03:04",
            "squeeze":2.0,"pixels":{"model":"mosaic","sample":"u16","bits":12,"cfa":"RGGB","black":[256.0,256.0,257.0,256.0],"white":4095.0},
            "encoding":{"kind":"camera","neutral":[0.5,1.0,0.7],"to_aces":[[1.0,0.1,0.2],[0.0,1.0,0.0],[0.0,0.0,1.4]],"baseline_exposure":0.5,"kelvin":5600.0},
            "metadata":{"reel":{"value":"A001","key":"k","certainty":"stated"},"unmapped":{"a":"b"}}}}"#;
        let ycbcr = r#"{"ok":{"clip":0,"size":{"width":7,"height":3},"frames":1,"pixels":{"model":"ycbcr","sample":"u16","bits":10,"alpha":true,
            "subsampling":"420","siting":"left","range":"legal","matrix":"bt2020"},"encoding":{"kind":"unknown"}}}"#;
        let fault = r#"{"error":{"kind":"io","message":"no","field":"f","value":"v"}}"#;
        [(mosaic, 0), (ycbcr, 40), (fault, 0)]
            .map(|(json, payload)| {
                let mut bytes = vec![];
                write(&mut bytes, 5, &serde_json::from_str::<Value>(json).unwrap(), &vec![9; payload]).unwrap();
                bytes
            })
            .to_vec()
    }

    /// What a parent does with what comes.
    fn take(bytes: &[u8]) -> Result<Option<Checked>> {
        let Some((_, json, payload)) = read(&mut &bytes[..], 1000)? else { return Ok(None) };
        assert!(payload.len() <= 1000);
        match serde_json::from_value(json).map_err(|e| broken(e.to_string()))? {
            Answer::Error(fault) => Err(fault.into_error()),
            Answer::Ok(value) => {
                let description: Description = serde_json::from_value(value).map_err(|e| broken(e.to_string()))?;
                let checked = description.check()?;
                assert!(checked.layout.frame_bytes().unwrap() as u64 <= crate::camera::samples::MAX_FRAME_BYTES);
                Ok(Some(checked))
            }
        }
    }

    #[test]
    fn descriptions_are_understood() {
        let all = answers();
        let mosaic = take(&all[0]).unwrap().unwrap();
        assert_eq!((mosaic.sensor.unwrap().0, mosaic.layout.frame_bytes()), (Cfa::Rggb, Some(64)));
        assert_eq!(take(&all[1]).unwrap().unwrap().layout.frame_bytes(), Some((7 * 3 * 2 + 4 * 2 * 2) * 2));
        assert_eq!(take(&all[2]).err().unwrap().to_string(), "f = v: no");
    }

    #[test]
    fn contradictions_are_refused() {
        let sound = String::from_utf8(answers()[1][Header::BYTES..].to_vec()).unwrap();
        let sound = &sound[..sound.len() - 40];
        for (from, to) in [
            (r#""subsampling":"420","#, ""),
            (r#""siting":"left","#, ""),
            (r#""range":"legal","#, ""),
            (r#""bits":10"#, r#""bits":17"#),
            (r#""frames":1"#, r#""frames":0"#),
            (r#""width":7"#, r#""width":99999999"#),
            (r#""sample":"u16""#, r#""sample":"f32""#),
            (r#"{"kind":"unknown"}"#, r#"{"kind":"coded","transform":"no such","key":""}"#),
            (r#""model":"ycbcr""#, r#""model":"rgb""#),
        ] {
            // Members come sorted by name.
            assert!(sound.contains(from.trim_end_matches(',')), "{from} in {sound}");
            let changed = sound.replace(from.trim_end_matches(','), to);
            let changed = changed.replace(",,", ",").replace(",}", "}").replace("{,", "{");
            let mut bytes = vec![];
            write(&mut bytes, 1, &serde_json::from_str::<Value>(&changed).unwrap(), &[]).unwrap();
            assert!(take(&bytes).is_err(), "{from} to {to}");
        }
    }

    #[test]
    fn damaged_messages_never_panic() {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let mut survived = 0;
        for sound in answers() {
            for round in 0..3500 {
                let mut bytes = sound.clone();
                match round % 3 {
                    0 => bytes.truncate(random(sound.len())),
                    1 => (0..1 + random(3)).for_each(|_| bytes[random(sound.len())] ^= 1 << random(8)),
                    // Other digits, so that the JSON stays one.
                    _ => {
                        let digits: Vec<usize> = (Header::BYTES..bytes.len()).filter(|i| bytes[*i].is_ascii_digit()).collect();
                        if !digits.is_empty() {
                            bytes[digits[random(digits.len())]] = b"0123456789e-."[random(13)];
                        }
                    }
                }
                survived += usize::from(matches!(take(&bytes), Ok(Some(_))));
            }
        }
        assert!(survived > 300, "{survived}");
    }
}
