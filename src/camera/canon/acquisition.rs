//! Canon's acquisition metadata (CTMD record 13): sets in KLV coding (SMPTE ST 336) with two-byte tags, after SMPTE RDD 18.
//! Tags from 0xE000 are Canon's own.
//!
//! Source: telemetry-parser's table (MIT OR Apache-2.0). No file of a camera was at hand: the tests build theirs.

use crate::{
    camera::{Field, Metadata, mxf},
    image::Size,
};

/// Most sets of a record, and most tags of a set.
const MAX_ENTRIES: usize = 1024;
/// Container of further tags.
const CONTAINER: u16 = 0x8300;

/// Fills what the sets say where nothing better does.
pub fn describe(mut data: &[u8], m: &mut Metadata) {
    for _ in 0..MAX_ENTRIES {
        // Sets are named by universal labels.
        let Some((label, rest)) = data.split_first_chunk::<16>() else { return };
        let Some((len, taken)) = mxf::ber(rest).filter(|_| label.starts_with(&[0x06, 0x0e, 0x2b, 0x34])) else { return };
        let Some(len) = usize::try_from(len).ok() else { return };
        let rest = &rest[taken..];
        let Some(set) = rest.get(..len) else { return };
        tags(set, true, m);
        data = &rest[len..];
    }
}

fn tags(mut set: &[u8], nested: bool, m: &mut Metadata) {
    // Height and width of the sensor are two tags, in this order.
    let mut height = None;
    for _ in 0..MAX_ENTRIES {
        let Some((&[t0, t1, l0, l1], rest)) = set.split_first_chunk::<4>() else { return };
        let (tag, len) = (u16::from_be_bytes([t0, t1]), usize::from(u16::from_be_bytes([l0, l1])));
        let Some(value) = rest.get(..len).filter(|_| tag != 0 && tag != 0xffff) else { return };
        if tag == CONTAINER && nested {
            tags(value, false, m);
        } else {
            self::value(tag, value, &mut height, m);
        }
        set = &rest[len..];
    }
}

fn value(tag: u16, body: &[u8], height: &mut Option<u16>, m: &mut Metadata) {
    let key = || format!("Canon {tag:04X}");
    let u16_at = |at: usize| Some(u16::from_be_bytes(*body.get(at..)?.first_chunk()?));
    let u32_at = |at: usize| Some(u32::from_be_bytes(*body.get(at..)?.first_chunk()?));
    let f32_at = |at: usize| Some(f32::from_bits(u32_at(at)?)).and_then(|v| v.to_string().parse::<f64>().ok());
    let above = |v: Option<f64>| v.filter(|v| v.is_finite() && *v > 0.0);
    let text = || Some(crate::camera::isobmff::text(body)).filter(|t| !t.is_empty());
    let done = match tag {
        0xe108 => put(&mut m.lens_serial, text(), key()),
        0xe109 => put(&mut m.lens, text(), key()),
        0xe10d => put(&mut m.focal_length, above(u32_at(0).map(|v| f64::from(v) / 100.0)), key()),
        0xe11e => put(&mut m.focal_length, above(f32_at(0)), key()),
        0xe115 => put(&mut m.focus_distance, above(f32_at(0)).filter(|v| *v < 1e5), key()),
        0xe11f => put(&mut m.imager_width, above(f32_at(0)), key()),
        0xe120 => put(&mut m.imager_height, above(f32_at(0)), key()),
        0xe204 => {
            *height = u16_at(0);
            height.is_some()
        }
        0xe205 => {
            let size = u16_at(0).zip(*height).map(|(w, h)| Size::new(w.into(), h.into())).filter(|s| s.area() > 0);
            put(&mut m.sensor_size, size, key())
        }
        0xe20a => put(&mut m.exposure_time, above(u32_at(0).map(|ns| f64::from(ns) * 1e-9)), key()),
        0xe210 => put(&mut m.lut, text(), key()),
        0xe211 => put(&mut m.transfer, mxf::transfer_of(body), key()),
        0xe212 => put(&mut m.gamut, mxf::primaries_of(body), key()),
        0xe227 => put(&mut m.date_time, date(body), key()),
        0xe228 => put(&mut m.model, text(), key()),
        0xe229 => put(&mut m.serial, text(), key()),
        0xe22a => put(&mut m.firmware, text(), key()),
        0xe22b => put(&mut m.squeeze, above(u16_at(0).map(|v| f64::from(v) / 100.0)).filter(|v| (1.0..=3.0).contains(v)), key()),
        // What the standard defines.
        ..0xe000 => mxf::rdd18(m, tag, body, &format!("RDD 18 {tag:04X}")),
        _ => false,
    };
    if !done {
        let shown = match text() {
            Some(t) if t.chars().all(|c| c.is_ascii_graphic() || c == ' ') => t,
            _ if body.len() <= 16 => body.iter().map(|b| format!("{b:02x}")).collect(),
            _ => format!("{} bytes", body.len()),
        };
        m.keep(if tag >= 0xe000 { key() } else { format!("RDD 18 {tag:04X}") }, shown);
    }
}

fn put<T>(slot: &mut Option<Field<T>>, value: Option<T>, key: String) -> bool {
    match value {
        Some(value) if slot.is_none() => {
            *slot = Some(Field::stated(value, key));
            true
        }
        _ => false,
    }
}

/// Daylight saving, sign, hours and minutes from UTC (FF: not known), year, month, day, hour, minute, second.
fn date(body: &[u8]) -> Option<String> {
    let &[_, sign, hours, minutes, y0, y1, month, day, hour, minute, second] = body.first_chunk::<11>()?;
    let year = u16::from_be_bytes([y0, y1]);
    let plausible = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
    let zone = match (hours, minutes) {
        (0..=14, 0..=59) => format!("{}{hours:02}:{minutes:02}", if sign == 0 { '+' } else { '-' }),
        _ => String::new(),
    };
    plausible.then(|| format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(entries: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = vec![];
        for (tag, value) in entries {
            body.extend(tag.to_be_bytes());
            body.extend((value.len() as u16).to_be_bytes());
            body.extend(*value);
        }
        let mut bytes = vec![0x06, 0x0e, 0x2b, 0x34, 4, 1, 1, 0x0d, 0x0e, 0x15, 0, 4, 2, 0, 0, 0, 0x82];
        bytes.extend((body.len() as u16).to_be_bytes());
        bytes.extend(body);
        bytes
    }

    #[test]
    fn tags_fill_the_schema() {
        let label = [0x06, 0x0e, 0x2b, 0x34, 4, 1, 1, 0x0d, 0x0e, 0x15, 0, 1, 2, 0, 0, 0];
        let mut m = Metadata::default();
        let date = [0, 1, 5, 0, 0x07, 0xea, 11, 26, 9, 8, 7, 0xff, 0xff];
        let inner = [(0xe228u16, b"Canon EOS C500 Mark II\0".as_slice()), (0xe22b, &200u16.to_be_bytes()), (0x810b, &[0, 0, 3, 32])];
        let nested = &set(&inner)[19..];
        let lens = set(&[(0xe109, b"CN-E50mm T1.3"), (0xe10d, &5000u32.to_be_bytes()), (0xe115, &2.5f32.to_be_bytes())]);
        let camera = set(&[
            (0xe204, &2176u16.to_be_bytes()),
            (0xe205, &4112u16.to_be_bytes()),
            (0xe211, &label),
            (0xe227, &date),
            (CONTAINER, nested),
        ]);
        describe(&[lens, camera].concat(), &mut m);
        assert_eq!(m.lens.unwrap().value, "CN-E50mm T1.3");
        assert_eq!((m.focal_length.unwrap().value, m.focus_distance.unwrap().value), (50.0, 2.5));
        assert_eq!(m.sensor_size.unwrap().value, Size::new(4112, 2176));
        assert_eq!((m.transfer.unwrap().value.as_str(), m.squeeze.unwrap().value), ("Canon Log 2", 2.0));
        assert_eq!(m.model.unwrap().value, "Canon EOS C500 Mark II");
        assert_eq!(m.date_time.unwrap().value, "2026-11-26 09:08:07-05:00");
        let ei = m.exposure_index.unwrap();
        assert_eq!((ei.value, ei.key.as_str()), (800, "RDD 18 810B"));
    }

    #[test]
    fn lengths_that_lie_end_the_walk() {
        let whole = set(&[(0xe109, b"CN-E50mm T1.3")]);
        for len in 0..whole.len() {
            let mut m = Metadata::default();
            describe(&whole[..len], &mut m);
            assert!(m.lens.is_none());
        }
    }
}
