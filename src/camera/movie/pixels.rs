//! FFmpeg's names of pixel formats, as far as decoders of camera files make them.

use crate::{
    camera::samples::{Layout, Model, Sample, Subsampling},
    error::{Error, Result},
    image::Size,
};

/// The layout of a pixel format. `raw_bits`: significant bits where the file says that there are fewer than the format has;
/// decoders put them at the top (JPEG 2000 of 12 bit in `rgb48`).
pub fn layout(pix_fmt: &str, size: Size, raw_bits: Option<u32>) -> Result<Layout> {
    let layout = named(pix_fmt, size).ok_or_else(|| {
        let message = match pix_fmt {
            f if f.starts_with("xyz") => "X'Y'Z' of a cinema package is a deliverable, not a camera original: it is not decoded",
            f if f.starts_with("yuv411") || f.starts_with("yuv410") || f.starts_with("yuv440") => {
                "this subsampling of colour is not decoded"
            }
            _ => "this pixel format is not decoded",
        };
        Error::unsupported(message).field("pix_fmt").value(pix_fmt)
    })?;
    let spare = layout.bits.saturating_sub(raw_bits.unwrap_or(layout.bits).max(8));
    let at_the_top = layout.sample == Sample::U16 && layout.bits == 16 && matches!(layout.model, Model::Rgb | Model::Gray);
    let layout = if spare > 0 && at_the_top { Layout { bits: layout.bits - spare, shift: spare, ..layout } } else { layout };
    if layout.frame_bytes().is_none() {
        return Err(Error::unsupported("larger than any picture that is decoded").field("size").value(size));
    }
    Ok(layout)
}

fn named(pix_fmt: &str, size: Size) -> Option<Layout> {
    let packed = |bits, order, alpha| Layout {
        packed: true,
        order,
        alpha,
        ..Layout::planar(size, Model::Rgb, if bits > 8 { Sample::U16 } else { Sample::U8 }, bits)
    };
    match pix_fmt {
        "rgb24" => return Some(packed(8, [0, 1, 2, 3], false)),
        "bgr24" => return Some(packed(8, [2, 1, 0, 3], false)),
        "rgba" => return Some(packed(8, [0, 1, 2, 3], true)),
        "bgra" => return Some(packed(8, [2, 1, 0, 3], true)),
        "argb" => return Some(packed(8, [1, 2, 3, 0], true)),
        "abgr" => return Some(packed(8, [3, 2, 1, 0], true)),
        "rgb48le" => return Some(packed(16, [0, 1, 2, 3], false)),
        "bgr48le" => return Some(packed(16, [2, 1, 0, 3], false)),
        "rgba64le" => return Some(packed(16, [0, 1, 2, 3], true)),
        "bgra64le" => return Some(packed(16, [2, 1, 0, 3], true)),
        "gbrpf32le" => return Some(Layout { order: [2, 0, 1, 3], ..Layout::planar(size, Model::Rgb, Sample::F32, 32) }),
        _ => {}
    }
    // `yuv422p10le` is `yuv422p`, 10, `le`; without a number it is 8 bit.
    let plain = pix_fmt.strip_suffix("le").unwrap_or(pix_fmt);
    let stem = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let bits = match &plain[stem.len()..] {
        "" => 8,
        digits => digits.parse().ok().filter(|b| matches!(b, 9..=16))?,
    };
    // More than a byte is little-endian, which the name has to say.
    let wide = bits > 8;
    let planar = |model| Layout::planar(size, model, if wide { Sample::U16 } else { Sample::U8 }, bits);
    if wide != pix_fmt.ends_with("le") {
        return None;
    }
    Some(match stem {
        "yuv420p" | "yuvj420p" => planar(Model::Ycbcr(Subsampling::S420)),
        "yuv422p" | "yuvj422p" => planar(Model::Ycbcr(Subsampling::S422)),
        "yuv444p" | "yuvj444p" => planar(Model::Ycbcr(Subsampling::S444)),
        "yuva420p" => Layout { alpha: true, ..planar(Model::Ycbcr(Subsampling::S420)) },
        "yuva422p" => Layout { alpha: true, ..planar(Model::Ycbcr(Subsampling::S422)) },
        "yuva444p" => Layout { alpha: true, ..planar(Model::Ycbcr(Subsampling::S444)) },
        // FFmpeg's planes are green, blue, red.
        "gbrp" => Layout { order: [2, 0, 1, 3], ..planar(Model::Rgb) },
        "gbrap" => Layout { order: [2, 0, 1, 3], alpha: true, ..planar(Model::Rgb) },
        "gray" => planar(Model::Gray),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size::new(6, 4);

    #[test]
    fn names_say_model_bits_and_planes() {
        let of = |name| layout(name, SIZE, None).unwrap();
        assert_eq!(of("yuv422p10le"), Layout::planar(SIZE, Model::Ycbcr(Subsampling::S422), Sample::U16, 10));
        assert_eq!(of("yuvj420p"), Layout::planar(SIZE, Model::Ycbcr(Subsampling::S420), Sample::U8, 8));
        assert_eq!((of("yuva444p12le").alpha, of("yuva444p12le").bits), (true, 12));
        assert_eq!(of("gbrp12le").order, [2, 0, 1, 3]);
        assert_eq!(of("yuv422p10le").frame_bytes(), Some(6 * 4 * 2 * 2));
        assert_eq!(of("rgba64le").frame_bytes(), Some(6 * 4 * 8));
    }

    #[test]
    fn fewer_bits_stand_at_the_top() {
        let jpeg2000 = layout("rgb48le", SIZE, Some(12)).unwrap();
        assert_eq!((jpeg2000.bits, jpeg2000.shift), (12, 4));
        // Planar formats have a name of their own for each number of bits.
        assert_eq!(layout("yuv422p10le", SIZE, Some(8)).unwrap().shift, 0);
    }

    #[test]
    fn others_are_refused_by_name() {
        for name in ["yuv411p", "xyz12le", "pal8", "nv12", "p010le", "yuv422p10be", "yuv422p17le", "gbrp99le", "", "yuv420ple", "yuv444p10"]
        {
            let error = layout(name, SIZE, None).unwrap_err().to_string();
            assert!(error.contains(&format!("pix_fmt = {name}")), "{error}");
        }
        assert!(layout("yuv422p", Size::new(60000, 60000), None).is_err());
    }
}
