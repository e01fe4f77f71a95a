//! Deliverables as people say them.

use super::{BurnIn, Codec, Compression, Deliverable, ExrColour, Format, Frames, Output};
use std::fmt;

impl Codec {
    pub const ALL: [Self; 11] = [
        Self::H264,
        Self::Prores422Proxy,
        Self::Prores422Lt,
        Self::Prores422,
        Self::Prores422Hq,
        Self::Prores4444,
        Self::DnxhrLb,
        Self::DnxhrSq,
        Self::DnxhrHq,
        Self::DnxhrHqx,
        Self::Dnxhr444,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::H264 => "H.264",
            Self::Prores422 => "ProRes 422",
            Self::Prores422Hq => "ProRes 422 HQ",
            Self::Prores422Lt => "ProRes 422 LT",
            Self::Prores422Proxy => "ProRes 422 Proxy",
            Self::Prores4444 => "ProRes 4444",
            Self::DnxhrLb => "DNxHR LB",
            Self::DnxhrSq => "DNxHR SQ",
            Self::DnxhrHq => "DNxHR HQ",
            Self::DnxhrHqx => "DNxHR HQX",
            Self::Dnxhr444 => "DNxHR 444",
        }
    }
}

impl Compression {
    /// The word that profiles of checks have for it, too.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "uncompressed",
            Self::Zip => "ZIP",
            Self::Piz => "PIZ",
            Self::Dwab => "DWAB",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exr(exr) => {
                let colour = match exr.colour {
                    ExrColour::Aces => "ACES2065-1",
                    ExrColour::CameraLinear => "camera-linear",
                };
                let note = match exr.compression {
                    Compression::None if exr.colour == ExrColour::Aces => " (SMPTE ST 2065-4)",
                    Compression::Dwab => " (lossy)",
                    _ => "",
                };
                write!(f, "OpenEXR, half float, {colour}, {}{note}", exr.compression.name())
            }
            Self::Dpx(dpx) => write!(f, "DPX, {} bit, {}", dpx.bits, dpx.encoding),
            Self::Tiff(_) => f.write_str("TIFF, 16 bit"),
            Self::Png(png) => write!(f, "PNG, {} bit", png.bits),
            Self::Jpeg(jpeg) => write!(f, "JPEG, quality {}", jpeg.quality),
            Self::Movie(movie) => f.write_str(movie.codec.name()),
        }
    }
}

impl fmt::Display for Deliverable {
    /// `dpx10: DPX, 10 bit, acescct: dpx10/{clip}.{frame:06}.dpx`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.format)?;
        if let Some(width) = self.width {
            write!(f, ", {width} pixels wide")?;
        }
        match self.frames {
            Frames::Every => {}
            Frames::First => f.write_str(", the first frame")?,
            Frames::Middle => f.write_str(", the frame in the middle")?,
            Frames::Last => f.write_str(", the last frame")?,
        }
        if !self.burn_in.is_empty() {
            let lines: Vec<String> = self.burn_in.iter().map(ToString::to_string).collect();
            write!(f, ", with {} burnt in", lines.join(", "))?;
        }
        write!(f, ": {}.{}", self.name, self.extension())
    }
}

impl fmt::Display for BurnIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clip => f.write_str("clip"),
            Self::Recipe => f.write_str("recipe"),
            Self::Timecode => f.write_str("timecode"),
            Self::Frame => f.write_str("frame"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl Output {
    /// What it says besides its deliverables, where it says anything.
    pub fn naming_in_words(&self) -> Option<String> {
        let n = &self.naming;
        let mut said = vec![];
        said.extend(n.shot.as_ref().map(|s| format!("shot {s}")));
        said.extend(n.plate.as_ref().map(|p| format!("plate {p}")));
        said.extend(n.version.map(|v| format!("version {v}")));
        if n.first_frame_offset != 0 {
            said.push(format!("frame numbers {:+}", n.first_frame_offset));
        }
        said.extend(n.first_frame.map(|first| format!("each shot begins at {first}, less handles")));
        if self.handles > 0 {
            said.push(format!("handles of {}", self.handles));
        }
        if self.mhl {
            said.push("ASC MHL".into());
        }
        (!said.is_empty()).then(|| said.join(", "))
    }
}
