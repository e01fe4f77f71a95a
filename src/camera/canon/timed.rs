//! Canon's timed metadata (track `CTMD`): little-endian records of size, type, six bytes and a value.

use super::acquisition;
use crate::camera::{Field, Metadata};

/// Most records of a sample: cameras write about a dozen.
const MAX_RECORDS: usize = 256;

/// Fills what the first sample says where nothing better does.
pub fn describe(sample: &[u8], m: &mut Metadata) {
    let mut rest = sample;
    for _ in 0..MAX_RECORDS {
        let Some(&[s0, s1, s2, s3, t0, t1, ..]) = rest.first_chunk::<12>() else { return };
        let size = u32::from_le_bytes([s0, s1, s2, s3]) as usize;
        let Some(value) = rest.get(12..size) else { return };
        record(u16::from_le_bytes([t0, t1]), value, m);
        rest = &rest[size..];
    }
}

fn record(kind: u16, value: &[u8], m: &mut Metadata) {
    let u16_at = |at: usize| Some(u16::from_le_bytes(*value.get(at..)?.first_chunk()?));
    let ratio = |at: usize| {
        let (n, d) = (u16_at(at)?, u16_at(at + 2)?);
        (n > 0 && d > 0).then(|| f64::from(n) / f64::from(d))
    };
    let key = || format!("CTMD {kind}");
    match kind {
        1 => {
            if let Some(&[_, _, y0, y1, month, day, hour, minute, second, hundredth]) = value.first_chunk::<10>() {
                let year = u16::from_le_bytes([y0, y1]);
                let text = format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}.{hundredth:02}");
                m.keep(key(), text.clone());
                m.date_time.get_or_insert_with(|| Field::stated(text, key()));
            }
        }
        4 => fill(&mut m.focal_length, ratio(0), key()),
        5 => {
            fill(&mut m.f_number, ratio(0), key());
            fill(&mut m.exposure_time, ratio(4), key());
            // What the top bit says is not known (ExifTool).
            let iso = value.get(8..).and_then(|v| v.first_chunk()).map(|b| u32::from_le_bytes(*b) & 0x7fff_ffff);
            if let Some(iso) = iso.filter(|&v| v > 0) {
                m.exposure_index.get_or_insert_with(|| Field::stated(iso, key()));
            }
        }
        0x0d => acquisition::describe(value, m),
        _ => m.keep(key(), format!("{} bytes", value.len())),
    }
}

fn fill(slot: &mut Option<Field<f64>>, value: Option<f64>, key: String) {
    if let Some(value) = value {
        slot.get_or_insert_with(|| Field::stated(value, key));
    }
}
