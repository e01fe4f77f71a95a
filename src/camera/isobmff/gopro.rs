//! GoPro's metadata (GPMF): key, type, size, count, values padded to four bytes, nested where the type is 0. In the user
//! data of the movie it says what the camera is, in the samples of the track `gpmd` how it was set.
//!
//! Source: gopro/gpmf-parser (MIT OR Apache-2.0), ExifTool GoPro.pm for the keys.

use super::{Atoms, Movie, text};
use crate::camera::{Field, Metadata};

/// Deepest nesting: device, stream, value.
const MAX_DEPTH: usize = 4;
/// Most entries of a block that are looked at: the sensors of a second are some hundreds.
const MAX_ENTRIES: usize = 4096;

/// Fills what a GoPro says; leaves other movies alone.
pub fn describe(movie: &Movie, m: &mut Metadata) {
    let settings = movie.user_data.and_then(|udta| Atoms::within(udta).flatten().find(|a| a.kind == b"GPMF"));
    let telemetry = movie.track_of(b"gpmd");
    if settings.is_none() && telemetry.is_none() {
        return;
    }
    m.make = Some(Field::assumed("GoPro".into(), if telemetry.is_some() { "gpmd track" } else { "udta GPMF" }));
    if let Some(settings) = settings {
        let mut left = MAX_ENTRIES;
        walk(settings.body, 0, &mut left, &mut |key, kind, _, body| {
            let slot = match key {
                b"MINF" => &mut m.model,
                b"CASN" => &mut m.serial,
                b"FMWR" => &mut m.firmware,
                b"LINF" => &mut m.lens_serial,
                _ => return,
            };
            let value = text(body);
            if kind == b'c' && !value.is_empty() {
                slot.get_or_insert_with(|| Field::stated(value, format!("GPMF {}", String::from_utf8_lossy(key))));
            }
        });
    }
    if let Some(sample) = telemetry.and_then(|t| t.sample(movie.file, 0)) {
        let mut left = MAX_ENTRIES;
        walk(sample, 0, &mut left, &mut |key, kind, size, body| {
            let first = first_number(kind, size, body).filter(|v| v.is_finite() && *v > 0.0);
            let say = |v: f64| Field::stated(v, format!("gpmd {} (first)", String::from_utf8_lossy(key)));
            match (key, first) {
                (b"SHUT", Some(v)) => _ = m.exposure_time.get_or_insert_with(|| say(v)),
                (b"WBAL", Some(v)) => _ = m.white_balance.get_or_insert_with(|| say(v)),
                (b"ISOE", Some(v)) if v < 1e9 => {
                    m.exposure_index.get_or_insert_with(|| Field::stated(v.round() as u32, "gpmd ISOE (first)"));
                }
                (b"DVNM", _) if kind == b'c' => m.keep("gpmd DVNM", text(body)),
                _ => {}
            }
        });
    }
}

/// Calls `found` with key, type, size of one value, and the values of each entry that holds some.
fn walk(mut data: &[u8], depth: usize, left: &mut usize, found: &mut impl FnMut(&[u8; 4], u8, usize, &[u8])) {
    while let Some((head, rest)) = data.split_first_chunk::<8>() {
        let [k0, k1, k2, k3, kind, size, n0, n1] = *head;
        let len = usize::from(size) * usize::from(u16::from_be_bytes([n0, n1]));
        let Some(body) = rest.get(..len).filter(|_| *left > 0) else { return };
        *left -= 1;
        if kind != 0 {
            found(&[k0, k1, k2, k3], kind, size.into(), body);
        } else if depth < MAX_DEPTH {
            walk(body, depth + 1, left, found);
        }
        data = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
    }
}

/// The first value of an entry of numbers.
fn first_number(kind: u8, size: usize, body: &[u8]) -> Option<f64> {
    let body = body.get(..size)?;
    Some(match (kind, body) {
        (b'B', &[a, ..]) => a.into(),
        (b'S', &[a, b, ..]) => u16::from_be_bytes([a, b]).into(),
        (b'L', &[a, b, c, d, ..]) => u32::from_be_bytes([a, b, c, d]).into(),
        // The decimal an f32 stands for.
        (b'f', &[a, b, c, d, ..]) => f32::from_be_bytes([a, b, c, d]).to_string().parse().ok()?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &[u8; 4], kind: u8, size: u8, count: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = key.to_vec();
        bytes.extend([kind, size]);
        bytes.extend(count.to_be_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn nested_entries_are_found_and_damage_ends_the_walk() {
        let stream =
            [entry(b"STNM", b'c', 1, 5, b"speed"), entry(b"SHUT", b'f', 4, 2, &[0.02f32.to_be_bytes(), 0.01f32.to_be_bytes()].concat())]
                .concat();
        let device = entry(b"DEVC", 0, 1, stream.len() as u16, &stream);
        let read = |data: &[u8]| {
            let mut all = vec![];
            walk(data, 0, &mut 100, &mut |key, kind, size, body| all.push((*key, first_number(kind, size, body))));
            all
        };
        assert_eq!(read(&device), [(*b"STNM", None), (*b"SHUT", Some(0.02))]);
        assert_eq!(read(&device[..device.len() - 4]), []);
        let mut deep = entry(b"AAAA", b'B', 1, 1, &[1]);
        (0..10).for_each(|_| deep = entry(b"DEVC", 0, 1, deep.len() as u16, &deep));
        assert_eq!(read(&deep), []);
    }
}
