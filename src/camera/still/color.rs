//! What stills say of their colours, as metadata: the colour chunks of PNG, and the name of an ICC profile.

use crate::camera::{Field, Metadata, h273};

/// Colour chunks stand before the picture; there are few.
const MAX_CHUNKS: usize = 256;

/// cICP (PNG third edition; codes of ITU-T H.273) and sRGB chunks.
pub fn png(m: &mut Metadata, file: &[u8]) {
    let mut rest = file.get(8..).unwrap_or_default();
    for _ in 0..MAX_CHUNKS {
        let Some((length, after)) = rest.split_first_chunk::<4>() else { return };
        let Some((kind, after)) = after.split_first_chunk::<4>() else { return };
        let length = u32::from_be_bytes(*length) as usize;
        let Some(content) = after.get(..length) else { return };
        match (kind, content) {
            (b"cICP", &[primaries, transfer, matrix, full]) => {
                let word = |name: Option<&str>| name.map(|n| Field::stated(n.to_owned(), "PNG cICP"));
                m.transfer = word(h273::transfer(transfer.into()));
                m.gamut = word(h273::primaries(primaries.into()));
                m.keep("PNG cICP", format!("{primaries} {transfer} {matrix} {full}"));
            }
            (b"sRGB", &[_]) if m.transfer.is_none() => {
                m.transfer = Some(Field::stated(h273::SRGB.into(), "PNG sRGB"));
                m.gamut = Some(Field::stated(h273::BT_709.into(), "PNG sRGB"));
            }
            (b"gAMA", &[a, b, c, d]) => {
                let value = f64::from(u32::from_be_bytes([a, b, c, d])) / 100_000.0;
                m.keep("PNG gAMA", value.to_string());
            }
            (b"IDAT" | b"IEND", _) => return,
            _ => {}
        }
        // Past the content and its checksum.
        rest = after.get(length + 4..).unwrap_or_default();
    }
}

/// The profile description of an ICC profile (ICC.1:2022 section 9.2.41; `desc` of version 2, `mluc` of version 4).
pub fn icc_description(icc: &[u8]) -> Option<String> {
    let word = |at: usize| Some(u32::from_be_bytes(*icc.get(at..at.checked_add(4)?)?.first_chunk::<4>()?) as usize);
    let count = word(128)?.min(256);
    let entry = (0..count).map(|i| 132 + i * 12).find(|&at| icc.get(at..at + 4) == Some(b"desc"))?;
    let at = word(entry + 4)?;
    let bytes = match icc.get(at..at.checked_add(4)?)? {
        b"desc" => icc.get(at + 12..(at + 12).checked_add(word(at + 8)?)?)?.to_vec(),
        b"mluc" => {
            let (length, offset) = (word(at + 20)?, word(at + 24)?);
            let text = icc.get(at.checked_add(offset)?..at.checked_add(offset)?.checked_add(length)?)?;
            let units: Vec<u16> = text.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect();
            String::from_utf16_lossy(&units).into_bytes()
        }
        _ => return None,
    };
    let text: String = String::from_utf8_lossy(&bytes).trim_end_matches('\0').trim().chars().take(256).collect();
    (!text.is_empty()).then_some(text)
}
