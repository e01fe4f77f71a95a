//! TIFF 6 of a display picture: 16 bits, RGB, uncompressed, one strip, little-endian.

use super::quantised::Codes;
use crate::{
    error::{Error, Result},
    image::{Image, PixelHash},
};

/// The file, and the hash of what a reader gets. `description` says what it is of; `icc` is the profile of its colours, where there is one.
///
/// # Errors
/// Unsupported: more than 4 GiB.
pub fn encode(image: &Image, description: &str, icc: Option<&[u8]>) -> Result<(Vec<u8>, PixelHash)> {
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    let codes = Codes::of(image, 16);
    let pixels = codes.little_endian();
    let too_large = || Error::unsupported("a TIFF file has less than 4 GiB").field("size").value(image.size());
    let long = |n: usize| u32::try_from(n).map(|n| n.to_le_bytes().to_vec()).map_err(|_| too_large());
    let short = |n: u16| n.to_le_bytes().to_vec();
    let shorts = |n: [u16; 3]| n.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let ascii = |text: &str| super::ascii(text).into_bytes().into_iter().chain([0]).collect::<Vec<u8>>();
    let ratio = |n: f64| [(n * 10_000.0).round() as u32, 10_000].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let (description, software) = (ascii(description), ascii(concat!("Prelight ", env!("CARGO_PKG_VERSION"))));
    // Pixels lie behind the header of 8 bytes, then what does not fit into the directory, then that.
    let strip = 8;
    let mut tags: Vec<(u16, u16, u32, Vec<u8>)> = vec![
        (256, LONG, 1, long(codes.width)?),
        (257, LONG, 1, long(codes.height)?),
        (258, SHORT, 3, shorts([16; 3])),
        (259, SHORT, 1, short(1)),
        (262, SHORT, 1, short(2)),
        (270, 2, description.len() as u32, description),
        (273, LONG, 1, long(strip)?),
        (274, SHORT, 1, short(1)),
        (277, SHORT, 1, short(3)),
        (278, LONG, 1, long(codes.height)?),
        (279, LONG, 1, long(pixels.len())?),
        // Without a unit, both together say the shape of a pixel.
        (282, 5, 1, ratio(1.0)),
        (283, 5, 1, ratio(image.pixel_aspect)),
        (284, SHORT, 1, short(1)),
        (296, SHORT, 1, short(1)),
        (305, 2, software.len() as u32, software),
        (339, SHORT, 3, shorts([1; 3])),
    ];
    if let Some(icc) = icc {
        tags.push((34675, 7, icc.len() as u32, icc.to_vec()));
    }
    let mut file = b"II*\0\0\0\0\0".to_vec();
    file.extend(pixels);
    let mut directory = (tags.len() as u16).to_le_bytes().to_vec();
    for (tag, kind, count, mut value) in tags {
        directory.extend(tag.to_le_bytes());
        directory.extend(kind.to_le_bytes());
        directory.extend(count.to_le_bytes());
        if value.len() > 4 {
            align(&mut file);
            let at = long(file.len())?;
            file.extend(value);
            value = at;
        }
        value.resize(4, 0);
        directory.extend(value);
    }
    directory.extend([0; 4]);
    align(&mut file);
    let at = long(file.len())?;
    file[4..8].copy_from_slice(&at);
    file.extend(directory);
    long(file.len())?;
    Ok((file, codes.hash()))
}

/// Offsets are even.
fn align(file: &mut Vec<u8>) {
    if !file.len().is_multiple_of(2) {
        file.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{icc, tags};
    use super::*;
    use crate::{camera, image::Size, pipeline::plate_exr::pixels_of};

    #[test]
    fn our_reader_gets_the_pixels_the_words_and_the_profile() {
        let folder = tempfile::tempdir().unwrap();
        let size = Size::new(5, 3);
        let plane = |k: f32| (0..size.area()).map(|i| i as f32 * k - 0.1).collect();
        let image = Image { pixel_aspect: 1.3, ..Image::from_planes(size, [plane(0.07), plane(0.05), plane(0.11)]) };
        let tags = tags::Tags { primaries: tags::Primaries::Rec709, transfer: tags::Transfer::Bt1886 };
        let profile = icc::profile(tags).unwrap();
        let (bytes, pixels) = encode(&image, "A001C002, Größe", profile.as_deref()).unwrap();
        let path = folder.path().join("a.tif");
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(pixels_of(&path).unwrap(), pixels);
        let clip = camera::open_single(&path).unwrap();
        assert_eq!(clip.metadata().unmapped.get("TIFF ICC profile").map(String::as_str), Some("Rec.709 gamma 2.4"));
        assert_eq!(clip.metadata().bit_depth.as_ref().unwrap().value, 16);
    }
}
