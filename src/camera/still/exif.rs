//! What a TIFF directory and its Exif directory say of a still.

use crate::camera::{
    Field, Metadata,
    tiff::{Ifd, Tag, Tiff},
};

/// Tags that say how the picture is stored.
const STRUCTURE: [Tag; 14] = [
    Tag::IMAGE_WIDTH,
    Tag::IMAGE_LENGTH,
    Tag::BITS_PER_SAMPLE,
    Tag::COMPRESSION,
    Tag::STRIP_OFFSETS,
    Tag::STRIP_BYTE_COUNTS,
    Tag::ROWS_PER_STRIP,
    Tag::TILE_OFFSETS,
    Tag::TILE_BYTE_COUNTS,
    Tag::SAMPLES_PER_PIXEL,
    Tag::SAMPLE_FORMAT,
    Tag::EXIF_IFD,
    Tag::GPS_INFO,
    Tag::SUB_IFDS,
];

fn directories(bytes: &[u8]) -> Vec<Ifd<'_>> {
    let Ok(tiff) = Tiff::new(bytes) else { return vec![] };
    let Ok(ifd0) = tiff.ifd(tiff.first_ifd(), "offset of IFD0") else { return vec![] };
    let exif = ifd0.u64(Tag::EXIF_IFD).ok().flatten().and_then(|offset| tiff.ifd(offset, "Exif 34665 ExifIFD").ok());
    [Some(ifd0), exif].into_iter().flatten().collect()
}

/// TIFF 274 Orientation; 1 where it is not stated.
pub fn orientation(bytes: Option<&[u8]>) -> u32 {
    let read = |bytes| directories(bytes).first()?.u32(Tag::ORIENTATION).ok().flatten().filter(|o| (1..=8).contains(o));
    bytes.and_then(read).unwrap_or(1)
}

/// Fills in what the directories of a TIFF file or an Exif block say. What cannot be read is left out.
pub fn fill(m: &mut Metadata, bytes: &[u8]) {
    let ifds = directories(bytes);
    let mut used = STRUCTURE.to_vec();
    let mut text = |tags: &[Tag]| {
        tags.iter().find_map(|&tag| {
            let value = ifds.iter().find_map(|ifd| ifd.text(tag).ok().flatten())?;
            used.push(tag);
            Some(Field::stated(value, tag.to_string()))
        })
    };
    m.make = text(&[Tag::MAKE]);
    m.model = text(&[Tag::MODEL]);
    m.serial = text(&[Tag::BODY_SERIAL_NUMBER]);
    m.software = text(&[Tag::SOFTWARE]);
    m.lens = text(&[Tag::LENS_MODEL]);
    m.date_time = text(&[Tag::DATE_TIME_ORIGINAL, Tag::DATE_TIME]);
    let mut positive = |tag: Tag| {
        let value = ifds.iter().find_map(|ifd| ifd.rational(tag).ok().flatten())?.to_f64();
        used.push(tag);
        (value > 0.0 && value < f64::from(u32::MAX)).then(|| Field::stated(value, tag.to_string()))
    };
    m.exposure_time = positive(Tag::EXPOSURE_TIME);
    m.f_number = positive(Tag::F_NUMBER);
    m.focal_length = positive(Tag::FOCAL_LENGTH);
    m.focus_distance = positive(Tag::SUBJECT_DISTANCE);
    let iso = ifds.iter().find_map(|ifd| ifd.u32s(Tag::ISO_SPEED_RATINGS).ok().flatten()?.first().copied()).filter(|&v| v > 0);
    if let Some(iso) = iso {
        used.push(Tag::ISO_SPEED_RATINGS);
        m.exposure_index = Some(Field::stated(iso, Tag::ISO_SPEED_RATINGS.to_string()));
    }
    for ifd in &ifds {
        for entry in ifd.entries().iter().filter(|e| !used.contains(&e.tag)) {
            if let Ok(value) = ifd.describe(entry)
                && !value.is_empty()
            {
                m.keep(entry.tag.to_string(), value);
            }
        }
    }
}
