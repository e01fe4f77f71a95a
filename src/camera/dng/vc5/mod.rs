//! VC-5 (SMPTE ST 2073-1 and -3) as GoPro's GPR files hold it: one Bayer picture, four channels, three wavelet levels.
//!
//! The stream is a list of 32-bit segments, tag and value, big-endian; some tags are followed by a chunk of data. Facts:
//! ST 2073-1, -3, gopro/gpr (the reference decoder), cross-checked with rawspeed's description of the same streams. What
//! those streams do not use (layers, other image formats, other transforms) is refused by name.

mod bayer;
mod codebook;
mod wavelet;

use crate::{
    camera::tiff::{Ifd, Tag},
    error::{Error, Result},
    image::Size,
};
pub use bayer::Arrangement;
use bayer::COMPONENT_BITS;
use codebook::Codebook;
use rayon::prelude::*;
use wavelet::{LEAST, Level, Plane, Scaling};

impl Arrangement {
    /// From the tags of the picture: the CFA, and the white level whose bits are those of the result.
    pub fn read(ifd: &Ifd) -> Result<Self> {
        let cfa = super::picture::cfa(ifd)?;
        let white = match ifd.f64s(Tag::WHITE_LEVEL)?.as_deref() {
            Some([one]) => *one as u32,
            _ => return Err(Error::unsupported("VC-5 needs one white level").field(Tag::WHITE_LEVEL.to_string())),
        };
        Self::new(cfa, u32::BITS - white.leading_zeros()).map_err(|e| e.field(Tag::WHITE_LEVEL.to_string()))
    }
}

const CHANNELS: usize = 4;
const LEVELS: usize = 3;
const SUBBANDS: usize = 1 + 3 * LEVELS;

/// Tags of ST 2073-1 and -3.
mod tag {
    pub const CHANNEL_COUNT: u16 = 12;
    pub const SUBBAND_COUNT: u16 = 14;
    pub const IMAGE_WIDTH: u16 = 20;
    pub const IMAGE_HEIGHT: u16 = 21;
    pub const LOWPASS_PRECISION: u16 = 35;
    pub const SUBBAND_NUMBER: u16 = 48;
    pub const QUANTIZATION: u16 = 53;
    pub const CHANNEL_NUMBER: u16 = 62;
    pub const IMAGE_FORMAT: u16 = 84;
    pub const BITS_PER_COMPONENT: u16 = 101;
    pub const MAX_BITS_PER_COMPONENT: u16 = 102;
    pub const PATTERN_WIDTH: u16 = 106;
    pub const PATTERN_HEIGHT: u16 = 107;
    pub const COMPONENTS_PER_SAMPLE: u16 = 108;
    pub const PRESCALE_SHIFT: u16 = 109;
    pub const INVERSE_PERMUTATION: u16 = 0x4001;
    pub const INVERSE_TRANSFORM: u16 = 0x4002;
    pub const INVERSE_TRANSFORM_16: u16 = 0x4003;
    /// Low byte: bits 16 to 23 of the size.
    pub const CODEBLOCK: u16 = 0x60;
    /// Chunk tags: a size of 16 bits; one of 24 bits.
    pub const SMALL_CHUNK: u16 = 0x4000;
    pub const LARGE_CHUNK: u16 = 0x2000;
}

/// Start of a stream.
const START: &[u8] = b"VC-5";
/// The image format "raw" of ST 2073-3.
const RAW: u16 = 4;

/// A band as it is stored.
#[derive(Clone, Copy)]
struct Block<'a> {
    data: &'a [u8],
    /// Bits of a coefficient of the lowpass band (subband 0), the quantization of any other.
    parameter: u16,
}

/// The stream taken apart: every band of every channel.
struct Stream<'a> {
    blocks: [[Block<'a>; SUBBANDS]; CHANNELS],
    prescale: u16,
}

fn unsupported(what: &str, value: impl std::fmt::Display) -> Error {
    Error::unsupported("not a value that VC-5 is read with").field(format!("VC-5 {what}")).value(value)
}

impl<'a> Stream<'a> {
    /// Reads tags until every band is there. Each step goes on by four bytes at least.
    fn read(bytes: &'a [u8], size: Size) -> Result<Self> {
        let mut rest = bytes.strip_prefix(START).ok_or_else(|| Error::invalid("not a VC-5 stream"))?;
        let mut blocks: [[Option<Block>; SUBBANDS]; CHANNELS] = [[None; SUBBANDS]; CHANNELS];
        let mut missing = CHANNELS * SUBBANDS;
        // The default of ST 2073-1; the two others have none.
        let (mut precision, mut quantization, mut prescale) = (16u16, 0u16, None::<u16>);
        let (mut channel, mut subband) = (0usize, 0usize);
        let mut header = Header::new(size);
        while missing > 0 {
            let (segment, after) = rest
                .split_first_chunk::<4>()
                .ok_or_else(|| Error::invalid(format!("the VC-5 stream ends, {missing} of {} bands are missing", CHANNELS * SUBBANDS)))?;
            rest = after;
            let signed = i16::from_be_bytes([segment[0], segment[1]]);
            let value = u16::from_be_bytes([segment[2], segment[3]]);
            // A negative tag may be skipped by a decoder that does not know it.
            let (tag, optional) = (signed.unsigned_abs(), signed < 0);
            match tag {
                tag::LOWPASS_PRECISION if (8..=16).contains(&value) => precision = value,
                tag::LOWPASS_PRECISION => return Err(unsupported("lowpass precision", value)),
                tag::QUANTIZATION => quantization = value,
                tag::CHANNEL_NUMBER if usize::from(value) < CHANNELS => channel = value.into(),
                tag::CHANNEL_NUMBER => return Err(unsupported("channel", value)),
                tag::SUBBAND_NUMBER if usize::from(value) < SUBBANDS => subband = value.into(),
                tag::SUBBAND_NUMBER => return Err(unsupported("subband", value)),
                tag::PRESCALE_SHIFT => match prescale.replace(value) {
                    Some(before) if before != value => return Err(unsupported("prescale that changes", value)),
                    _ => {}
                },
                tag::BITS_PER_COMPONENT => {}
                tag if tag >> 8 == tag::CODEBLOCK => {
                    let words = usize::from(tag & 0xff) << 16 | usize::from(value);
                    let data = take(&mut rest, words)?;
                    let place = blocks.get_mut(channel).and_then(|c| c.get_mut(subband));
                    let place = place.ok_or_else(|| unsupported("channel", channel))?;
                    let parameter = if subband == 0 { precision } else { quantization };
                    if place.replace(Block { data, parameter }).is_some() {
                        let error = Error::invalid(format!("subband {subband} is there twice"));
                        return Err(error.field("VC-5 channel").value(channel));
                    }
                    missing -= 1;
                    subband += 1;
                    if subband == SUBBANDS {
                        (channel, subband) = (channel + 1, 0);
                    }
                }
                tag::INVERSE_PERMUTATION | tag::INVERSE_TRANSFORM | tag::INVERSE_TRANSFORM_16 => {
                    return Err(Error::unsupported("transforms of its own are not read").field("VC-5 tag").value(format!("{tag:#06x}")));
                }
                // Sections: what they hold follows as segments.
                tag if tag & (tag::SMALL_CHUNK | tag::LARGE_CHUNK) == tag::LARGE_CHUNK => {}
                tag if header.take(tag, value)? => {}
                tag if optional => {
                    if tag & tag::SMALL_CHUNK != 0 {
                        let high = if tag & tag::LARGE_CHUNK != 0 { usize::from(tag & 0xff) << 16 } else { 0 };
                        take(&mut rest, high | usize::from(value))?;
                    }
                }
                tag => return Err(Error::unsupported("a required element that is not known").field("VC-5 tag").value(tag)),
            }
        }
        header.complete()?;
        let blocks = blocks.map(|channel| channel.map(|block| block.unwrap_or(Block { data: &[], parameter: 0 })));
        Ok(Self { blocks, prescale: prescale.unwrap_or(0) })
    }

    /// Scaling of a level; level 0 is the one next to the picture.
    fn scaling(&self, level: usize) -> Result<Scaling> {
        match self.prescale >> (14 - 2 * level) & 3 {
            0 => Ok(Scaling::None),
            2 => Ok(Scaling::Quarter),
            _ => Err(unsupported("prescale", format!("{:#06x}", self.prescale))),
        }
    }
}

/// Takes a chunk of 32-bit words.
fn take<'a>(rest: &mut &'a [u8], words: usize) -> Result<&'a [u8]> {
    let (chunk, after) = rest
        .split_at_checked(words * 4)
        .ok_or_else(|| Error::invalid("goes past the end of the VC-5 stream").field("VC-5 chunk size").value(words * 4))?;
    *rest = after;
    Ok(chunk)
}

/// What the header has to say, each once or more: there is one kind of picture that is read.
struct Header {
    wanted: [(u16, &'static str, u16); 9],
    seen: u16,
}

impl Header {
    fn new(size: Size) -> Self {
        let wanted = [
            (tag::IMAGE_WIDTH, "image width", size.width as u16),
            (tag::IMAGE_HEIGHT, "image height", size.height as u16),
            (tag::CHANNEL_COUNT, "channel count", CHANNELS as u16),
            (tag::IMAGE_FORMAT, "image format", RAW),
            (tag::PATTERN_WIDTH, "pattern width", 2),
            (tag::PATTERN_HEIGHT, "pattern height", 2),
            (tag::COMPONENTS_PER_SAMPLE, "components per sample", 1),
            (tag::MAX_BITS_PER_COMPONENT, "bits per component", COMPONENT_BITS as u16),
            (tag::SUBBAND_COUNT, "subband count", SUBBANDS as u16),
        ];
        // The number of subbands has a default.
        Self { wanted, seen: 1 << 8 }
    }

    /// Whether the tag is one of the header.
    fn take(&mut self, tag: u16, value: u16) -> Result<bool> {
        let Some(i) = self.wanted.iter().position(|w| w.0 == tag) else { return Ok(false) };
        let (_, name, wanted) = self.wanted[i];
        if value != wanted {
            return Err(Error::unsupported(format!("only {wanted} is read here")).field(format!("VC-5 {name}")).value(value));
        }
        self.seen |= 1 << i;
        Ok(true)
    }

    fn complete(&self) -> Result<()> {
        match self.wanted.iter().enumerate().find(|(i, _)| self.seen & 1 << i == 0) {
            Some((_, (_, name, _))) => Err(Error::invalid("missing").field(format!("VC-5 {name}"))),
            None => Ok(()),
        }
    }
}

/// Decodes a Bayer picture of `size` to linear code values, the log curve of the codec undone. Memory: five bytes a sample,
/// taken only where the stream is long enough to hold the picture.
pub fn decode(bytes: &[u8], size: Size, arrangement: Arrangement) -> Result<Vec<u16>> {
    if !size.width.is_multiple_of(2) || !size.height.is_multiple_of(2) || size.width.max(size.height) > u32::from(u16::MAX) {
        return Err(Error::unsupported("has to be even both ways").field("VC-5 image size").value(size));
    }
    // Bands of each level: half of what is below, rounded up.
    let mut sizes = [(0, 0); LEVELS];
    let mut below = (size.width as usize / 2, size.height as usize / 2);
    for s in &mut sizes {
        below = (below.0.div_ceil(2), below.1.div_ceil(2));
        *s = below;
    }
    if below.0.min(below.1) < LEAST {
        return Err(Error::unsupported("too small for three wavelet levels").field("VC-5 image size").value(size));
    }
    let stream = Stream::read(bytes, size)?;
    let scaling = [stream.scaling(0)?, stream.scaling(1)?, stream.scaling(2)?];
    // The level of a subband: 0 to 3 are the smallest bands.
    let size_of = |subband: usize| sizes[LEVELS - 1 - subband.saturating_sub(1) / 3];
    for (channel, blocks) in stream.blocks.iter().enumerate() {
        for (subband, block) in blocks.iter().enumerate() {
            let (w, h) = size_of(subband);
            let needed = if subband == 0 { (w * h * usize::from(block.parameter)).div_ceil(8) } else { codebook::least_bytes(w * h) };
            if block.data.len() < needed {
                let error = Error::invalid(format!("{} bytes cannot hold {w} x {h} coefficients", block.data.len()));
                return Err(error.field(format!("VC-5 subband of channel {channel}")).value(subband));
            }
        }
    }

    let book = Codebook::new();
    let all: Vec<(usize, usize)> = (0..CHANNELS).flat_map(|c| (0..SUBBANDS).map(move |s| (c, s))).collect();
    let bands = all.into_par_iter().map(|(channel, subband)| {
        let block = stream.blocks[channel][subband];
        let (width, height) = size_of(subband);
        let data = if subband == 0 { Ok(lowpass(block, width * height)) } else { highpass(&book, block, width * height) };
        data.map(|data| Plane { width, height, data }).map_err(|e| e.field(format!("VC-5 subband of channel {channel}")).value(subband))
    });
    let mut bands = bands.collect::<Result<Vec<Plane>>>()?.into_iter();
    let channels: [Vec<Plane>; CHANNELS] = std::array::from_fn(|_| bands.by_ref().take(SUBBANDS).collect());
    let channels = channels.map(|bands| {
        let mut bands = bands.into_iter();
        let mut next = move || bands.next().unwrap_or_else(|| unreachable!("ten bands of each channel"));
        let mut low_low = next();
        let mut level = LEVELS - 1;
        loop {
            let bands = Level { low_low, low_high: next(), high_low: next(), high_high: next() };
            if level == 0 {
                return bands;
            }
            let (width, height) = sizes[level - 1];
            low_low = bands.invert(scaling[level], width, height);
            level -= 1;
        }
    });
    Ok(arrangement.mosaic(&channels, scaling[0], size))
}

/// The smallest lowpass band: coefficients of a fixed number of bits.
fn lowpass(block: Block, count: usize) -> Vec<i16> {
    let bits = u32::from(block.parameter);
    let (mut held, mut available) = (0u64, 0);
    let mut bytes = block.data.iter();
    let mut next = || {
        while available < bits {
            held = held << 8 | u64::from(bytes.next().copied().unwrap_or(0));
            available += 8;
        }
        available -= bits;
        (held >> available) as u16 & (u32::MAX >> (32 - bits)) as u16
    };
    (0..count).map(|_| next() as i16).collect()
}

/// Any other band.
fn highpass(book: &Codebook, block: Block, count: usize) -> Result<Vec<i16>> {
    if block.parameter == 0 {
        return Err(Error::invalid("a quantization of 0"));
    }
    let scale: [i16; 256] = std::array::from_fn(|m| {
        let m = m as i64;
        // Magnitudes are companded by a cubic curve (ST 2073-1, codebook 17): 255 stands for 1023.
        let magnitude = m + m * m * m * 768 / (255 * 255 * 255);
        (magnitude * i64::from(block.parameter)).min(i16::MAX.into()) as i16
    });
    let mut out = vec![0; count];
    book.decode(block.data, &scale, &mut out)?;
    Ok(out)
}
