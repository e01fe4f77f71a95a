//! Stored code values to R'G'B': planes and packings, range, matrix, chroma siting. One arithmetic for every decoder that
//! runs in a process of its own.
//!
//! In f32 and in this order: chroma is interpolated on code values, which is exact up to 16 bits (weights are quarters and
//! halves); then black is taken off (exact) and the span divided by; then the matrix, each product and sum rounded by itself.

use super::{Reading, SignalRange, YcbcrMatrix};
use crate::{
    error::{Error, Result},
    image::{BlackLevel, Cfa, Image, Mosaic, Rect, RectF, Size},
};
use rayon::prelude::*;

/// Largest picture that is taken from another process: 16384 x 8192.
pub const MAX_PIXELS: u64 = 1 << 27;
/// Largest frame that is taken from another process, in bytes.
pub const MAX_FRAME_BYTES: u64 = 1 << 30;

/// What the planes hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// One plane: a sensor's mosaic.
    Mosaic(Cfa),
    /// One plane: all three of R'G'B'.
    Gray,
    Rgb,
    /// Y', Cb, Cr.
    Ycbcr(Subsampling),
}

/// How many luma samples share a pair of colour differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subsampling {
    S444,
    S422,
    S420,
}

/// Where the colour differences of 4:2:2 and 4:2:0 lie (ITU-T H.273 figure 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Siting {
    /// On the even columns, midway between two rows (type 0): MPEG-2, H.264, ProRes.
    Left,
    /// Midway between columns and rows (type 1): JPEG, MPEG-1.
    Center,
    /// On the even columns and rows (type 2): BT.2020.
    TopLeft,
    /// Midway between columns, on the even rows (type 3).
    Top,
}

impl Siting {
    const fn on_columns(self) -> bool {
        matches!(self, Siting::Left | Siting::TopLeft)
    }
    const fn on_rows(self) -> bool {
        matches!(self, Siting::TopLeft | Siting::Top)
    }
    pub const fn name(self) -> &'static str {
        match self {
            Siting::Left => "left",
            Siting::Center => "center",
            Siting::TopLeft => "top left",
            Siting::Top => "top",
        }
    }
}

/// How a sample is stored, always little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    U8,
    U16,
    F16,
    F32,
}

impl Sample {
    pub const fn bytes(self) -> usize {
        match self {
            Sample::U8 => 1,
            Sample::U16 | Sample::F16 => 2,
            Sample::F32 => 4,
        }
    }
    pub const fn is_float(self) -> bool {
        matches!(self, Sample::F16 | Sample::F32)
    }
}

/// The bytes of a frame: rows without padding, top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub size: Size,
    pub model: Model,
    pub sample: Sample,
    /// Significant bits of an integer sample.
    pub bits: u32,
    /// Zero bits below the significant ones.
    pub shift: u32,
    pub alpha: bool,
    /// Whether a pixel's samples stand side by side instead of in planes.
    pub packed: bool,
    /// Where the model's channels (and alpha, last) stand among the planes or within a pixel.
    pub order: [u8; 4],
}

/// What integer code values of a picture mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    pub range: SignalRange,
    /// Of Y'CbCr.
    pub matrix: YcbcrMatrix,
    /// Of 4:2:2 and 4:2:0.
    pub siting: Siting,
}

impl Signal {
    /// With what a person says instead.
    pub fn read_as(self, reading: &Reading) -> Self {
        Self { range: reading.range.unwrap_or(self.range), matrix: reading.matrix.unwrap_or(self.matrix), ..self }
    }
}

/// A mosaic's levels and geometry, beside its samples.
#[derive(Clone, Debug, PartialEq)]
pub struct SensorLevels {
    pub black: BlackLevel,
    pub white: f32,
    pub active_area: Rect,
}

impl Layout {
    /// Planes in the model's order.
    pub const fn planar(size: Size, model: Model, sample: Sample, bits: u32) -> Self {
        Self { size, model, sample, bits, shift: 0, alpha: false, packed: false, order: [0, 1, 2, 3] }
    }

    fn channels(&self) -> usize {
        let colour = if matches!(self.model, Model::Rgb | Model::Ycbcr(_)) { 3 } else { 1 };
        colour + usize::from(self.alpha)
    }

    /// Columns and rows of a channel.
    fn extent(&self, channel: usize) -> (usize, usize) {
        let (w, h) = (self.size.width as usize, self.size.height as usize);
        match self.model {
            Model::Ycbcr(Subsampling::S422) if channel == 1 || channel == 2 => (w.div_ceil(2), h),
            Model::Ycbcr(Subsampling::S420) if channel == 1 || channel == 2 => (w.div_ceil(2), h.div_ceil(2)),
            _ => (w, h),
        }
    }

    /// Bytes of a frame; `None` where that is more than is ever taken.
    pub fn frame_bytes(&self) -> Option<usize> {
        if u64::from(self.size.width) * u64::from(self.size.height) > MAX_PIXELS || self.size.area() == 0 {
            return None;
        }
        let samples: usize = (0..self.channels()).map(|c| self.extent(c)).map(|(w, h)| w * h).sum();
        Some(samples * self.sample.bytes()).filter(|b| *b as u64 <= MAX_FRAME_BYTES)
    }

    /// Byte offset of a channel's first sample, and bytes from one of its samples to the next.
    fn place(&self, channel: usize) -> (usize, usize) {
        let position = usize::from(self.order[channel]);
        let sample = self.sample.bytes();
        if self.packed {
            return (position * sample, self.channels() * sample);
        }
        let before = |c: &usize| usize::from(self.order[*c]) < position;
        let start: usize = (0..self.channels()).filter(before).map(|c| self.extent(c)).map(|(w, h)| w * h).sum();
        (start * sample, sample)
    }

    /// A row of a channel as code values, or as numbers where they are floats.
    fn row(&self, bytes: &[u8], channel: usize, y: usize, out: &mut Vec<f32>) {
        let (width, _) = self.extent(channel);
        let (start, step) = self.place(channel);
        let bytes = &bytes[start + y * width * step..];
        out.clear();
        let sample = self.sample.bytes();
        let at = bytes.chunks(step).take(width).map(|s| &s[..sample]);
        match self.sample {
            Sample::U8 => out.extend(at.map(|s| f32::from(s[0] >> self.shift))),
            Sample::U16 => out.extend(at.map(|s| f32::from(u16::from_le_bytes([s[0], s[1]]) >> self.shift))),
            Sample::F16 => out.extend(at.map(|s| half::f16::from_le_bytes([s[0], s[1]]).to_f32())),
            Sample::F32 => out.extend(at.map(|s| f32::from_le_bytes([s[0], s[1], s[2], s[3]]))),
        }
    }

    /// Whether the bits that have to be zero are.
    fn spare_bits_are_zero(&self, bytes: &[u8]) -> bool {
        let high = |code: u16| u32::from(code) >> (self.bits + self.shift) != 0;
        let low = (1u16 << self.shift) - 1;
        match self.sample {
            _ if self.bits + self.shift >= 8 * self.sample.bytes() as u32 && self.shift == 0 => true,
            Sample::U8 => bytes.par_chunks(1 << 16).all(|c| c.iter().all(|b| !high(u16::from(*b)) && u16::from(*b) & low == 0)),
            Sample::U16 => bytes.par_chunks(1 << 16).all(|c| {
                let used = c.chunks_exact(2).fold(0, |all, s| all | u16::from_le_bytes([s[0], s[1]]));
                !high(used) && used & low == 0
            }),
            Sample::F16 | Sample::F32 => true,
        }
    }
}

/// Black and the span from black to white, in code values.
fn levels(range: SignalRange, bits: u32) -> (f32, f32) {
    match range {
        SignalRange::Full => (0.0, ((1u32 << bits) - 1) as f32),
        SignalRange::Legal => ((16u32 << (bits - 8)) as f32, (219u32 << (bits - 8)) as f32),
    }
}

/// Code value of no colour, and the span of a colour difference.
fn difference_levels(range: SignalRange, bits: u32) -> (f32, f32) {
    let middle = (1u32 << (bits - 1)) as f32;
    match range {
        SignalRange::Full => (middle, ((1u32 << bits) - 1) as f32),
        SignalRange::Legal => (middle, (224u32 << (bits - 8)) as f32),
    }
}

/// `2 (1 - Kr)`, `2 Kb (1 - Kb) / Kg`, `2 Kr (1 - Kr) / Kg`, `2 (1 - Kb)`: Cr to R, Cb and Cr off G, Cb to B.
fn ycbcr_factors(matrix: YcbcrMatrix) -> [f32; 4] {
    let (kr, kb) = matrix.luma();
    let kg = 1.0 - kr - kb;
    [2.0 * (1.0 - kr), 2.0 * kb * (1.0 - kb) / kg, 2.0 * kr * (1.0 - kr) / kg, 2.0 * (1.0 - kb)].map(|v| v as f32)
}

/// The picture of a frame's bytes, which are exactly [`Layout::frame_bytes`].
pub fn picture(layout: &Layout, signal: Signal, bytes: &[u8]) -> Result<Image> {
    let expected = layout.frame_bytes().ok_or_else(|| Error::unsupported("more than any picture has").field("size").value(layout.size))?;
    if bytes.len() != expected {
        return Err(Error::invalid(format!("a frame has {expected} bytes")).field("bytes of the frame").value(bytes.len()));
    }
    if !layout.spare_bits_are_zero(bytes) {
        return Err(Error::invalid("the samples use more bits than were said").field("bits").value(layout.bits));
    }
    let (width, area) = (layout.size.width as usize, layout.size.area());
    let mut image = Image::new(layout.size);
    let [r, g, b] = &mut image.planes;
    let (black, span) = if layout.sample.is_float() { (0.0, 1.0) } else { levels(signal.range, layout.bits) };
    let code = |v: f32| (v - black) / span;
    r.par_chunks_mut(width).zip(g.par_chunks_mut(width)).zip(b.par_chunks_mut(width)).enumerate().for_each_init(
        Rows::default,
        |rows, (y, ((r, g), b))| match layout.model {
            Model::Ycbcr(subsampling) => {
                let (zero, difference) = difference_levels(signal.range, layout.bits);
                let [cr_r, cb_g, cr_g, cb_b] = ycbcr_factors(signal.matrix);
                layout.row(bytes, 0, y, &mut rows.luma);
                rows.chroma(layout, subsampling, signal.siting, bytes, y);
                let pixels = rows.luma.iter().zip(&rows.cb).zip(&rows.cr);
                for (((luma, cb), cr), ((r, g), b)) in pixels.zip(r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut())) {
                    let (luma, cb, cr) = (code(*luma), (cb - zero) / difference, (cr - zero) / difference);
                    *r = luma + cr_r * cr;
                    *g = luma - cb_g * cb - cr_g * cr;
                    *b = luma + cb_b * cb;
                }
            }
            Model::Rgb => {
                for (channel, out) in [r, g, b].into_iter().enumerate() {
                    layout.row(bytes, channel, y, &mut rows.luma);
                    out.iter_mut().zip(&rows.luma).for_each(|(o, v)| *o = code(*v));
                }
            }
            Model::Gray | Model::Mosaic(_) => {
                layout.row(bytes, 0, y, &mut rows.luma);
                r.iter_mut().zip(&rows.luma).for_each(|(o, v)| *o = code(*v));
                g.copy_from_slice(r);
                b.copy_from_slice(r);
            }
        },
    );
    if layout.alpha {
        // Transparency has no headroom: full range whatever the picture's.
        let (black, span) = if layout.sample.is_float() { (0.0, 1.0) } else { levels(SignalRange::Full, layout.bits) };
        let mut alpha = vec![0.0f32; area];
        alpha.par_chunks_mut(width).enumerate().for_each_init(Vec::new, |row, (y, out)| {
            layout.row(bytes, layout.channels() - 1, y, row);
            out.iter_mut().zip(row).for_each(|(o, v)| *o = (*v - black) / span);
        });
        image.alpha = Some(alpha);
    }
    Ok(image)
}

/// The mosaic of a frame's bytes.
pub fn mosaic(layout: &Layout, cfa: Cfa, levels: &SensorLevels, bytes: &[u8]) -> Result<Mosaic> {
    if layout.frame_bytes() != Some(bytes.len()) || layout.sample.is_float() || layout.channels() != 1 {
        return Err(Error::invalid("not the bytes of a mosaic").field("bytes of the frame").value(bytes.len()));
    }
    if !layout.spare_bits_are_zero(bytes) {
        return Err(Error::invalid("the samples use more bits than were said").field("bits").value(layout.bits));
    }
    let samples = match layout.sample {
        Sample::U8 => bytes.iter().map(|b| u16::from(*b)).collect(),
        _ => bytes.chunks_exact(2).map(|s| u16::from_le_bytes([s[0], s[1]]) >> layout.shift).collect(),
    };
    let area = levels.active_area;
    Ok(Mosaic {
        size: layout.size,
        samples,
        bits: layout.bits,
        cfa,
        linearization: None,
        black: levels.black.clone(),
        white: levels.white,
        active_area: area,
        default_crop: RectF::new(0.0, 0.0, area.width.into(), area.height.into()),
        pixel_aspect: 1.0,
    })
}

/// Rows at work on, kept from one to the next.
#[derive(Default)]
struct Rows {
    luma: Vec<f32>,
    cb: Vec<f32>,
    cr: Vec<f32>,
    stored: Vec<f32>,
    other: Vec<f32>,
}

impl Rows {
    /// Colour differences for every column of row `y`.
    fn chroma(&mut self, layout: &Layout, subsampling: Subsampling, siting: Siting, bytes: &[u8], y: usize) {
        let width = layout.size.width as usize;
        for (channel, out) in [(1, &mut self.cb), (2, &mut self.cr)] {
            match subsampling {
                Subsampling::S444 => layout.row(bytes, channel, y, out),
                Subsampling::S422 => {
                    layout.row(bytes, channel, y, &mut self.stored);
                    widen(&self.stored, siting.on_columns(), width, out);
                }
                Subsampling::S420 => {
                    layout.row(bytes, channel, y / 2, &mut self.stored);
                    let last = layout.extent(channel).1 - 1;
                    // The stored row beyond this one, and how much of this one there is in the sum.
                    let (beyond, own) = match (siting.on_rows(), y % 2) {
                        (true, 0) => (y / 2, 1.0),
                        (true, _) => ((y / 2 + 1).min(last), 0.5),
                        (false, 0) => ((y / 2).saturating_sub(1), 0.75),
                        (false, _) => ((y / 2 + 1).min(last), 0.75),
                    };
                    layout.row(bytes, channel, beyond, &mut self.other);
                    self.stored.iter_mut().zip(&self.other).for_each(|(s, o)| *s = *s * own + o * (1.0 - own));
                    widen(&self.stored, siting.on_columns(), width, out);
                }
            }
        }
    }
}

/// Twice as many columns, by the line through the neighbours; the outermost sample stands for what lies beyond it.
fn widen(stored: &[f32], on_columns: bool, width: usize, out: &mut Vec<f32>) {
    out.clear();
    let last = stored.len().saturating_sub(1);
    for (i, here) in stored.iter().enumerate() {
        let next = stored[(i + 1).min(last)];
        if on_columns {
            out.extend([*here, (here + next) * 0.5]);
        } else {
            let before = stored[i.saturating_sub(1)];
            out.extend([here * 0.75 + before * 0.25, here * 0.75 + next * 0.25]);
        }
    }
    out.truncate(width);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNAL: Signal = Signal { range: SignalRange::Legal, matrix: YcbcrMatrix::Bt709, siting: Siting::Left };

    fn words(codes: &[u16]) -> Vec<u8> {
        codes.iter().flat_map(|c| c.to_le_bytes()).collect()
    }

    #[test]
    fn legal_black_white_and_primaries_land_where_bt709_says() {
        // Black, white, and BT.709 red at full amplitude: Y' 250, Cb 409, Cr 960 (EBU bars of 10 bit).
        let layout = Layout::planar(Size::new(3, 1), Model::Ycbcr(Subsampling::S444), Sample::U16, 10);
        let image = picture(&layout, SIGNAL, &words(&[64, 940, 250, 512, 512, 409, 512, 512, 960])).unwrap();
        assert_eq!([image.pixel(0, 0), image.pixel(1, 0)], [[0.0; 3], [1.0; 3]]);
        let red = image.pixel(2, 0);
        assert!((red[0] - 1.0).abs() < 1.5e-3 && red[1].abs() < 1.5e-3 && red[2].abs() < 1.5e-3, "{red:?}");
        // Headroom and footroom are picture.
        let image = picture(&layout, SIGNAL, &words(&[4, 1019, 64, 512, 512, 512, 512, 512, 512])).unwrap();
        assert!(image.pixel(0, 0)[0] < -0.06 && image.pixel(1, 0)[0] > 1.09);
        let full = Signal { range: SignalRange::Full, ..SIGNAL };
        let image = picture(&layout, full, &words(&[0, 1023, 512, 512, 512, 512, 512, 512, 512])).unwrap();
        assert_eq!([image.pixel(0, 0), image.pixel(1, 0)], [[0.0; 3], [1.0; 3]]);
    }

    /// Cr of every pixel, from red and luma.
    fn cr(image: &Image, y: u32) -> Vec<f32> {
        let factor = ycbcr_factors(YcbcrMatrix::Bt709)[0];
        (0..image.size().width).map(|x| (image.pixel(x, y)[0] * 896.0 / factor).round()).collect()
    }

    #[test]
    fn chroma_is_interpolated_from_where_it_lies() {
        let luma = [64u16; 5];
        let flat = [512u16; 3];
        let ramp = [512u16, 512 + 80, 512 + 160];
        let layout = Layout::planar(Size::new(5, 1), Model::Ycbcr(Subsampling::S422), Sample::U16, 10);
        let bytes = words(&[&luma[..], &flat, &ramp].concat());
        let left = picture(&layout, SIGNAL, &bytes).unwrap();
        assert_eq!(cr(&left, 0), [0.0, 40.0, 80.0, 120.0, 160.0]);
        let center = picture(&layout, Signal { siting: Siting::Center, ..SIGNAL }, &bytes).unwrap();
        assert_eq!(cr(&center, 0), [0.0, 20.0, 60.0, 100.0, 140.0]);
        // 4:2:0: rows of 0 and 80.
        let layout = Layout::planar(Size::new(1, 4), Model::Ycbcr(Subsampling::S420), Sample::U16, 10);
        let bytes = words(&[64, 64, 64, 64, 512, 512, 512, 592]);
        let rows = |siting| (0..4).map(|y| cr(&picture(&layout, Signal { siting, ..SIGNAL }, &bytes).unwrap(), y)[0]).collect::<Vec<_>>();
        assert_eq!(rows(Siting::Left), [0.0, 20.0, 60.0, 80.0]);
        assert_eq!(rows(Siting::TopLeft), [0.0, 40.0, 80.0, 80.0]);
    }

    #[test]
    fn planes_and_packings_find_their_channels() {
        let gbr = Layout { alpha: true, order: [2, 0, 1, 3], ..Layout::planar(Size::new(1, 1), Model::Rgb, Sample::U8, 8) };
        let full = Signal { range: SignalRange::Full, ..SIGNAL };
        let image = picture(&gbr, full, &[51, 102, 255, 0]).unwrap();
        assert_eq!((image.pixel(0, 0), image.alpha.unwrap()[0]), ([1.0, 0.2, 0.4], 0.0));
        let bgra = Layout { packed: true, order: [2, 1, 0, 3], ..gbr };
        assert_eq!(picture(&bgra, full, &[102, 51, 255, 0]).unwrap().pixel(0, 0), [1.0, 0.2, 0.4]);
        // 12 bits at the top of 16: white is white.
        let high = Layout { packed: true, shift: 4, ..Layout::planar(Size::new(1, 1), Model::Rgb, Sample::U16, 12) };
        assert_eq!(picture(&high, full, &words(&[0xfff0, 0x8000, 0])).unwrap().pixel(0, 0), [1.0, 2048.0 / 4095.0, 0.0]);
        assert!(picture(&high, full, &words(&[0xfff1, 0x8000, 0])).is_err());
        let floats = Layout::planar(Size::new(1, 1), Model::Rgb, Sample::F32, 32);
        let bytes: Vec<u8> = [1.5f32, -0.25, 0.0].iter().flat_map(|v| v.to_le_bytes()).collect();
        assert_eq!(picture(&floats, full, &bytes).unwrap().pixel(0, 0), [1.5, -0.25, 0.0]);
    }

    #[test]
    fn wrong_lengths_and_codes_are_refused() {
        let layout = Layout::planar(Size::new(2, 1), Model::Gray, Sample::U16, 10);
        assert!(picture(&layout, SIGNAL, &words(&[1])).is_err());
        assert!(picture(&layout, SIGNAL, &words(&[1, 1024])).is_err());
        assert!(Layout::planar(Size::new(1 << 16, 1 << 16), Model::Gray, Sample::U8, 8).frame_bytes().is_none());
        assert!(Layout::planar(Size::new(0, 4), Model::Gray, Sample::U8, 8).frame_bytes().is_none());
    }
}
