//! The picture of a DNG, and what its samples mean: CFA, linearization, black and white.

use super::{
    decode,
    layout::{Frame, Storage},
};
use crate::{
    camera::{
        Picture,
        tiff::{Ifd, Tag, Tiff, wrong_count},
    },
    error::{Error, Result},
    image::{BlackLevel, Cfa, CfaPlane, Image, Mosaic, Rect},
};

/// Decodes the picture of a DNG file in memory.
pub fn read(tiff: &Tiff, ifd: &Ifd, frame: &Frame) -> Result<Picture> {
    let photometric = ifd.u32(Tag::PHOTOMETRIC)?;
    let storage = Storage::read(ifd, tiff, frame.size)?;
    let levels = Levels::read(ifd, frame, &storage)?;
    match (photometric, storage.samples_per_pixel) {
        (Some(super::CFA), 1) => {
            let cfa = cfa(ifd)?;
            let masked = if ifd.has(Tag::BLACK_LEVEL) { None } else { masked_areas(ifd, frame)? };
            let mut levels = levels;
            if storage.is_float {
                let samples = decode::floats(&storage, tiff)?;
                if let Some(rects) = masked {
                    levels.take_black_from(&rects, frame, |at| samples[at].into())?;
                }
                let plane = levels.linear_plane(frame, 0, 1, |at| samples[at]);
                let plane = CfaPlane { size: frame.active_area.size(), samples: plane, cfa };
                return Ok(Picture::Plane { plane, pixel_aspect: frame.pixel_aspect });
            }
            let samples = decode::samples(&storage, tiff)?;
            if let Some(rects) = masked {
                let table = levels.linearization.clone();
                let linear = |at: usize| linearized(table.as_deref(), samples[at]);
                levels.take_black_from(&rects, frame, |at| linear(at).into())?;
            }
            Ok(Picture::Mosaic(levels.into_mosaic(frame, &storage, cfa, samples)))
        }
        (Some(super::LINEAR_RAW), 3) => {
            let planes: [Vec<f32>; 3] = if storage.is_float {
                let samples = decode::floats(&storage, tiff)?;
                std::array::from_fn(|c| levels.linear_plane(frame, c, 3, |at| samples[at]))
            } else {
                let samples = decode::samples(&storage, tiff)?;
                std::array::from_fn(|c| {
                    levels.linear_plane(frame, c, 3, |at| linearized(levels.linearization.as_deref(), samples[at]).into())
                })
            };
            let mut image = Image::from_planes(frame.active_area.size(), planes);
            image.pixel_aspect = frame.pixel_aspect;
            Ok(Picture::Rgb(image))
        }
        (Some(super::CFA | super::LINEAR_RAW), n) => {
            Err(Error::unsupported("only 1 (mosaic) and 3 (RGB) are read").field(Tag::SAMPLES_PER_PIXEL.to_string()).value(n))
        }
        (other, _) => Err(Error::unsupported("not sensor data: 32803 (CFA) and 34892 (LinearRaw) are read")
            .field(Tag::PHOTOMETRIC.to_string())
            .value(other.map_or_else(|| "missing".to_owned(), |v| v.to_string()))),
    }
}

/// The code values of a picture and how they become linear. One element of `black` and `white` for each sample of a pixel.
pub struct Levels {
    pub linearization: Option<Vec<u16>>,
    pub black: Vec<BlackLevel>,
    pub white: Vec<f32>,
    /// The least that white is taken to lie above black: a code value.
    least: f32,
}

impl Levels {
    pub fn read(ifd: &Ifd, frame: &Frame, storage: &Storage) -> Result<Self> {
        let spp = storage.samples_per_pixel as usize;
        let linearization = linearization(ifd)?;
        if storage.is_float && linearization.is_some() {
            let message = "a table of code values does not go with floating-point samples";
            return Err(Error::invalid(message).field(Tag::LINEARIZATION_TABLE.to_string()));
        }
        let black = black(ifd, frame, spp)?;
        // DNG 50717: 1.0 for floating point.
        let largest = if storage.is_float { 1.0 } else { ((1u32 << storage.bits) - 1) as f32 };
        let white = white(ifd, spp, largest)?;
        for (black, &white) in black.iter().zip(&white) {
            above_black(black, white)?;
        }
        Ok(Self { linearization, black, white, least: if storage.is_float { 0.0 } else { 1.0 } })
    }

    /// Optical black where the file states none: the mean of the masked pixels of each site of the 2x2 pattern, counted
    /// from the top left of the active area. A site that no mask covers takes the mean of all.
    fn take_black_from(&mut self, masked: &[Rect], frame: &Frame, linear: impl Fn(usize) -> f64) -> Result<()> {
        let width = frame.size.width as usize;
        // Sums of code values are exact: there are less than 2^53 / 2^16 of them.
        let (mut sums, mut counts) = ([0f64; 4], [0u64; 4]);
        for rect in masked {
            for y in rect.y as usize..rect.y as usize + rect.height as usize {
                for x in rect.x as usize..rect.x as usize + rect.width as usize {
                    let site = ((y as i32 - frame.active_area.y) & 1) * 2 + ((x as i32 - frame.active_area.x) & 1);
                    sums[site as usize] += linear(y * width + x);
                    counts[site as usize] += 1;
                }
            }
        }
        let mean = |sum: f64, count: u64| sum / count as f64;
        let all = mean(sums.iter().sum(), counts.iter().sum());
        let levels: Vec<f32> = (0..4).map(|i| if counts[i] > 0 { mean(sums[i], counts[i]) } else { all } as f32).collect();
        let black = &mut self.black[0];
        (black.repeat, black.levels) = ((2, 2), levels);
        above_black(black, self.white[0])
    }

    /// A mosaic of `samples`.
    pub fn into_mosaic(mut self, frame: &Frame, storage: &Storage, cfa: Cfa, samples: Vec<u16>) -> Mosaic {
        Mosaic {
            size: frame.size,
            samples,
            bits: storage.bits,
            cfa,
            linearization: self.linearization,
            black: self.black.swap_remove(0),
            white: self.white[0],
            active_area: frame.active_area,
            default_crop: frame.default_crop,
            pixel_aspect: frame.pixel_aspect,
        }
    }

    /// The active area of sample `c` of the `spp` of a pixel, made linear: 0.0 = black, 1.0 = white. `stored` gives the samples of the
    /// stored picture, after the linearization table.
    fn linear_plane(&self, frame: &Frame, c: usize, spp: usize, stored: impl Fn(usize) -> f32) -> Vec<f32> {
        let Rect { x, y, width, height } = frame.active_area;
        let row_len = frame.size.width as usize * spp;
        let (black, white) = (&self.black[c], self.white[c]);
        let mut plane = Vec::with_capacity(frame.active_area.size().area());
        for j in 0..height {
            let row = (y as usize + j as usize) * row_len;
            plane.extend((0..width).map(|i| {
                let value = stored(row + (x as usize + i as usize) * spp + c);
                let repeat = (j % black.repeat.1) * black.repeat.0 + i % black.repeat.0;
                (value - black.at(i, j)) / (white - black.levels[repeat as usize]).max(self.least)
            }));
        }
        plane
    }
}

/// A code value after the linearization table.
fn linearized(table: Option<&[u16]>, code: u16) -> u16 {
    table.map_or(code, |t| t[usize::from(code).min(t.len() - 1)])
}

/// Refuses a white level that no value can lie below.
fn above_black(black: &BlackLevel, white: f32) -> Result<()> {
    let highest = black.max() + black.delta_h.iter().copied().fold(0.0, f32::max) + black.delta_v.iter().copied().fold(0.0, f32::max);
    if white <= highest {
        return Err(Error::invalid(format!("does not lie above black ({highest})")).field(Tag::WHITE_LEVEL.to_string()).value(white));
    }
    Ok(())
}

/// DNG 50830: rectangles of pixels that saw no light (top, left, bottom, right), within the stored picture and without
/// a pixel of the active area. `None` where there are none.
pub fn masked_areas(ifd: &Ifd, frame: &Frame) -> Result<Option<Vec<Rect>>> {
    let tag = Tag::MASKED_AREAS;
    let Some(values) = ifd.u32s(tag)?.filter(|v| !v.is_empty()) else { return Ok(None) };
    if !values.len().is_multiple_of(4) || values.len() / 4 > MAX_MASKED {
        return Err(Error::invalid(format!("has to hold 4 values for each of at most {MAX_MASKED} areas"))
            .field(format!("count of {tag}"))
            .value(values.len()));
    }
    let (whole, active) = (Rect::of(frame.size), frame.active_area);
    let rect = |v: &[u32]| {
        let [top, left, bottom, right] = [v[0], v[1], v[2], v[3]];
        let inside = top < bottom && left < right && bottom <= whole.height && right <= whole.width;
        let rect = Rect::new(left as i32, top as i32, right.wrapping_sub(left), bottom.wrapping_sub(top));
        let apart = || {
            let (ax, ay) = (active.x as u32, active.y as u32);
            right <= ax || left >= ax + active.width || bottom <= ay || top >= ay + active.height
        };
        let error = || {
            let message = format!("top, left, bottom, right do not lie within {} and outside the active area", frame.size);
            Error::invalid(message).field(tag.to_string()).value(format!("{v:?}"))
        };
        if inside && apart() { Ok(rect) } else { Err(error()) }
    };
    values.chunks_exact(4).map(rect).collect::<Result<_>>().map(Some)
}

/// Most areas of masked pixels: the four sides of a sensor, each in parts.
const MAX_MASKED: usize = 64;

/// DNG 50712: not empty where present.
fn linearization(ifd: &Ifd) -> Result<Option<Vec<u16>>> {
    let tag = Tag::LINEARIZATION_TABLE;
    let Some(values) = ifd.u32s(tag)? else { return Ok(None) };
    if !(1..=65_536).contains(&values.len()) {
        return Err(Error::invalid("has to hold 1 to 65536 values").field(format!("count of {tag}")).value(values.len()));
    }
    let table = values.iter().map(|&v| u16::try_from(v)).collect::<std::result::Result<_, _>>();
    table.map(Some).map_err(|_| Error::invalid("holds a value above 65535").field(tag.to_string()))
}

/// DNG 50713 to 50716, one a sample of a pixel.
fn black(ifd: &Ifd, frame: &Frame, spp: usize) -> Result<Vec<BlackLevel>> {
    let [rows, cols] = ifd.u32_array::<2>(Tag::BLACK_LEVEL_REPEAT_DIM)?.unwrap_or([1, 1]);
    if !(1..=MAX_REPEAT).contains(&rows) || !(1..=MAX_REPEAT).contains(&cols) {
        let error = Error::invalid(format!("has to be 1 to {MAX_REPEAT} each"));
        return Err(error.field(Tag::BLACK_LEVEL_REPEAT_DIM.to_string()).value(format!("{rows}x{cols}")));
    }
    let cells = (rows * cols) as usize;
    let levels = match ifd.f64s(Tag::BLACK_LEVEL)? {
        None => vec![0.0; cells * spp],
        // A single level for all is not what the standard says (it asks for rows x cols), but what cameras write.
        Some(v) if v.len() == 1 => vec![v[0]; cells * spp],
        Some(v) if v.len() == cells * spp => v,
        Some(v) => return Err(wrong_count(Tag::BLACK_LEVEL, cells * spp, v.len())),
    };
    in_range(Tag::BLACK_LEVEL, &levels)?;
    let delta = |tag: Tag, wanted: u32| match ifd.f64s(tag)? {
        None => Ok(vec![]),
        Some(v) if v.len() == wanted as usize => {
            in_range(tag, &v)?;
            Ok(v.into_iter().map(|d| d as f32).collect())
        }
        Some(v) => Err(wrong_count(tag, wanted as usize, v.len())),
    };
    let delta_h: Vec<f32> = delta(Tag::BLACK_LEVEL_DELTA_H, frame.active_area.width)?;
    let delta_v: Vec<f32> = delta(Tag::BLACK_LEVEL_DELTA_V, frame.active_area.height)?;
    let one = |sample: usize| BlackLevel {
        repeat: (cols, rows),
        levels: levels.iter().skip(sample).step_by(spp).map(|&l| l as f32).collect(),
        delta_h: delta_h.clone(),
        delta_v: delta_v.clone(),
    };
    Ok((0..spp).map(one).collect())
}

/// Largest side of a repeating black pattern.
const MAX_REPEAT: u32 = 64;

/// DNG 50717; `largest` where absent.
fn white(ifd: &Ifd, spp: usize, largest: f32) -> Result<Vec<f32>> {
    let Some(v) = ifd.f64s(Tag::WHITE_LEVEL)? else { return Ok(vec![largest; spp]) };
    in_range(Tag::WHITE_LEVEL, &v)?;
    match v.as_slice() {
        [one] => Ok(vec![*one as f32; spp]),
        all if all.len() == spp => Ok(all.iter().map(|&w| w as f32).collect()),
        other => Err(wrong_count(Tag::WHITE_LEVEL, spp, other.len())),
    }
}

/// Levels of samples of at most 16 bits: anything far beyond is damage, and would overflow an f32.
fn in_range(tag: Tag, levels: &[f64]) -> Result<()> {
    match levels.iter().find(|l| l.abs() > MAX_LEVEL) {
        Some(level) => Err(Error::invalid("not a level of 16-bit samples").field(tag.to_string()).value(level)),
        None => Ok(()),
    }
}

/// Largest level, either way: 16 times the largest sample.
const MAX_LEVEL: f64 = 16.0 * 65_536.0;

/// The Bayer pattern at the top left of the active area (TIFF/EP 33421, 33422; DNG 50710, 50711).
pub fn cfa(ifd: &Ifd) -> Result<Cfa> {
    let unsupported = |tag: Tag, message: &str, value: String| Error::unsupported(message).field(tag.to_string()).value(value);
    let dim = ifd.u32_array::<2>(Tag::CFA_REPEAT_PATTERN_DIM)?;
    if let Some([rows, cols]) = dim
        && (rows, cols) != (2, 2)
    {
        return Err(unsupported(Tag::CFA_REPEAT_PATTERN_DIM, "only 2x2 Bayer patterns are read", format!("{rows}x{cols}")));
    }
    if let Some(layout) = ifd.u32(Tag::CFA_LAYOUT)?
        && layout != 1
    {
        return Err(unsupported(Tag::CFA_LAYOUT, "only rectangular layouts (1) are read", layout.to_string()));
    }
    if let Some(planes) = ifd.u32s(Tag::CFA_PLANE_COLOR)?
        && planes != [0, 1, 2]
    {
        return Err(unsupported(Tag::CFA_PLANE_COLOR, "only red, green, blue (0 1 2) is read", format!("{planes:?}")));
    }
    let pattern = ifd.u32s(Tag::CFA_PATTERN)?.ok_or_else(|| Error::invalid("missing").field(Tag::CFA_PATTERN.to_string()))?;
    match pattern.as_slice() {
        [0, 1, 1, 2] => Ok(Cfa::Rggb),
        [2, 1, 1, 0] => Ok(Cfa::Bggr),
        [1, 0, 2, 1] => Ok(Cfa::Grbg),
        [1, 2, 0, 1] => Ok(Cfa::Gbrg),
        other => Err(unsupported(Tag::CFA_PATTERN, "not a Bayer pattern", format!("{other:?}"))),
    }
}
