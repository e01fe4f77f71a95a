//! Acquisition metadata of cameras (SMPTE RDD 18): sets of lens, camera and maker, in ancillary packets (SMPTE ST 436,
//! DID 43h, SDID 05h) or as KLV of their own. Tags as EBU Tech 3349 and MediaInfo name them.

use super::{
    klv::{Klv, Label},
    names,
    sets::{Set, number},
};
use crate::camera::{Field, Metadata, Rational};

/// Most bytes of ancillary packets put together.
const MAX_BYTES: usize = 1 << 20;
/// Most sets of one frame.
const MAX_SETS: usize = 256;
const LENS: u8 = 1;
const CAMERA: u8 = 2;
const USER: u8 = 0x7f;

/// Which of the sets a key names: 1 lens, 2 camera, 7Fh user-defined.
pub fn set_of(key: &Label) -> Option<u8> {
    let is_set = key.is_smpte() && key.0[4..6] == [0x02, 0x53] && key.item().starts_with(&[0x0c, 0x02, 0x01, 0x01]);
    (is_set && matches!(key.0[12], LENS | CAMERA | USER)).then_some(key.0[12])
}

/// Whether an essence element holds ancillary packets (ST 436: item type 17h, element type 02h).
pub fn is_ancillary(key: &Label) -> bool {
    key.item().starts_with(&[0x0d, 0x01, 0x03, 0x01, 0x17]) && key.0[14] == 2
}

/// Fills in what the ancillary packets of a frame say.
pub fn from_ancillary(m: &mut Metadata, element: &[u8]) {
    let bytes = packets(element);
    let mut at = 0;
    for _ in 0..MAX_SETS {
        let Ok(Some(klv)) = Klv::read(&bytes, at) else { return };
        let Ok(value) = klv.bytes(&bytes) else { return };
        fill(m, &klv.key, value);
        at = klv.value.end;
    }
}

/// The user data of the RDD 18 packets, put together. ST 436: a count of packets; each a line number (2 bytes), wrapping,
/// sample coding (4: bytes of 8 bits), sample count (2), then an array: count, size of an element, elements.
fn packets(element: &[u8]) -> Vec<u8> {
    let mut out = vec![];
    let mut rest = element.get(2..).unwrap_or_default();
    while let Some((head, body)) = rest.split_first_chunk::<14>() {
        let length = number(&head[6..10]).saturating_mul(number(&head[10..14]));
        let Some(packet) = usize::try_from(length).ok().and_then(|l| body.get(..l)) else { break };
        // DID, SDID, data count, the number of the packet, and the data.
        if let [0x43, 0x05, count, _, data @ ..] = packet
            && head[3] == 4
            && out.len() < MAX_BYTES
        {
            out.extend(&data[..data.len().min(usize::from(*count).saturating_sub(1))]);
        }
        rest = &body[packet.len()..];
    }
    out
}

/// Fills in what one set says; what an earlier set said stays.
pub fn fill(m: &mut Metadata, key: &Label, value: &[u8]) {
    let Some(which) = set_of(key) else { return };
    let set = Set::read(*key, value);
    let mut maker = String::new();
    for &(tag, value) in set.items() {
        let key = format!("RDD 18 {tag:04X}{maker}");
        let kept = match (which, tag) {
            (USER, 0xe000) => {
                maker = Label::from_slice(value).map_or_else(String::new, |l| format!(" {l}"));
                true
            }
            (USER, _) => false,
            _ => standard(m, tag, value, &key),
        };
        if !kept {
            m.keep(key, describe(tag, value));
        }
    }
}

/// Fills in what a tag of the lens and camera sets says, whoever wrote it; false where the schema has no place for it.
pub fn standard(m: &mut Metadata, tag: u16, value: &[u8], key: &str) -> bool {
    let whole = (1..=8).contains(&value.len()).then(|| number(value));
    match tag {
        0x8000 => put(&mut m.f_number, stop(value), key),
        0x8008 => put(&mut m.t_stop, stop(value), key),
        0x8001 => put(&mut m.focus_distance, small_float(value), key),
        // Metres.
        0x8005 => put(&mut m.focal_length, small_float(value).map(|v| (v * 1e6).round() / 1e3), key),
        0x8007 => put(&mut m.lens, text(value), key),
        0x3210 => put(&mut m.transfer, Label::from_slice(value).map(|l| names::transfer(&l)), key),
        0x3219 => put(&mut m.gamut, Label::from_slice(value).map(|l| names::primaries(&l)), key),
        0x8108 => put(&mut m.shutter_angle, whole.map(|v| v as f64 / 60.0).filter(|a| *a > 0.0 && *a <= 360.0), key),
        0x8109 => put(&mut m.exposure_time, ratio(value).map(Rational::to_f64), key),
        0x810b => put(&mut m.exposure_index, positive(whole), key),
        // The exposure index is what the material is meant for; it comes after the sensitivity in a set.
        0x8115 => {
            m.exposure_index = positive(whole).map(|v| Field::stated(v, key)).or(m.exposure_index.take());
            true
        }
        0x810e => put(&mut m.white_balance, positive(whole).map(f64::from), key),
        // Model and serial number, by a space.
        0x8114 => match text(value) {
            Some(attributes) => {
                let (model, serial) = attributes.split_once(' ').unwrap_or((&attributes, ""));
                put(&mut m.model, Some(model.to_owned()), key);
                put(&mut m.serial, Some(serial.trim().to_owned()).filter(|s| !s.is_empty()), key)
            }
            None => false,
        },
        _ => false,
    }
}

/// Sets a field that is not set yet; `false` where there is no value for it.
fn put<T>(field: &mut Option<Field<T>>, value: Option<T>, key: &str) -> bool {
    let there = value.is_some();
    if let (None, Some(value)) = (&field, value) {
        *field = Some(Field::stated(value, key));
    }
    there
}

fn positive(value: Option<u64>) -> Option<u32> {
    value.and_then(|v| u32::try_from(v).ok()).filter(|&v| v > 0)
}

/// 2^(8 (1 - v / 65536)), two decimals; 0 and FFFFh mean that it is not known.
fn stop(value: &[u8]) -> Option<f64> {
    let v = Some(number(value)).filter(|v| value.len() == 2 && (1..0xffff).contains(v))?;
    Some(((8.0 * (1.0 - v as f64 / 65536.0)).exp2() * 100.0).round() / 100.0)
}

/// A power of ten in 4 bits, a mantissa in 12, both signed; positive values.
fn small_float(value: &[u8]) -> Option<f64> {
    let v = Some(number(value) as i64).filter(|v| value.len() == 2 && *v != 0xffff)?;
    let signed = |v: i64, bits: u32| if v >> (bits - 1) & 1 == 1 { v - (1 << bits) } else { v };
    let (exponent, mantissa) = (signed(v >> 12, 4), signed(v & 0xfff, 12));
    let power = 10f64.powi(exponent.unsigned_abs() as i32);
    let value = if exponent < 0 { mantissa as f64 / power } else { mantissa as f64 * power };
    (value > 0.0).then_some(value)
}

fn ratio(value: &[u8]) -> Option<Rational> {
    let v = Some(value).filter(|v| v.len() == 8)?;
    Rational::new(number(&v[..4]) as i64, number(&v[4..]) as i64).filter(|r| r.to_f64() > 0.0)
}

fn text(value: &[u8]) -> Option<String> {
    let end = value.iter().position(|&b| b == 0).unwrap_or(value.len()).min(256);
    let text = String::from_utf8_lossy(&value[..end]).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// A value without a place in the schema, as text.
fn describe(tag: u16, value: &[u8]) -> String {
    // Text by the standard: setting file, country, lens and camera attributes, and what Sony adds.
    let is_text = matches!(tag, 0x8007 | 0x8113 | 0x8114 | 0xe109 | 0xe10b);
    match (value.len(), is_text) {
        (_, true) => text(value).unwrap_or_default(),
        (1..=4, _) => number(value).to_string(),
        (16, _) => Label::from_slice(value).map(|l| l.to_string()).unwrap_or_default(),
        (8, _) => format!("{}/{}", number(&value[..4]), number(&value[4..])),
        (n, _) => format!("{n} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(which: u8) -> Label {
        Label([6, 14, 43, 52, 2, 0x53, 1, 1, 12, 2, 1, 1, which, 1, 0, 0])
    }
    fn item(tag: u16, value: &[u8]) -> Vec<u8> {
        [&tag.to_be_bytes()[..], &(value.len() as u16).to_be_bytes(), value].concat()
    }
    fn klv(which: u8, items: &[Vec<u8>]) -> Vec<u8> {
        let value = items.concat();
        [&key(which).0[..], &[0x82], &(value.len() as u16).to_be_bytes(), &value].concat()
    }

    #[test]
    fn sets_in_ancillary_packets_are_put_together() {
        let lens = klv(1, &[item(0x8008, &0xb000u16.to_be_bytes()), item(0x8001, &[0xe0, 0xfa]), item(0x8005, &[0xd0, 0x32])]);
        let slog3 = [6, 14, 43, 52, 4, 1, 1, 13, 14, 6, 4, 1, 1, 1, 6, 5];
        let cine = [6, 14, 43, 52, 4, 1, 1, 13, 14, 6, 4, 1, 1, 3, 1, 5];
        let camera = klv(
            2,
            &[
                item(0x3210, &slog3),
                item(0x3219, &cine),
                item(0x810b, &800u16.to_be_bytes()),
                item(0x8115, &500u16.to_be_bytes()),
                item(0x810e, &4300u16.to_be_bytes()),
                item(0x8108, &10800u32.to_be_bytes()),
                item(0x8114, b"PXW-FS7 0123456"),
                item(0x8103, &1u16.to_be_bytes()),
            ],
        );
        let all = [lens, camera].concat();
        // In packets of 200 bytes, among one that is not RDD 18.
        let mut element = ((all.len().div_ceil(200) + 1) as u16).to_be_bytes().to_vec();
        let mut packet = |did: u8, sdid: u8, data: &[u8]| {
            let body = [&[did, sdid, data.len() as u8 + 1, 1][..], data].concat();
            element.extend([&[0, 9, 1, 4, 0, 0][..], &(body.len() as u32).to_be_bytes(), &1u32.to_be_bytes(), &body].concat());
        };
        packet(0x61, 0x01, b"captions");
        all.chunks(200).for_each(|c| packet(0x43, 0x05, c));
        let mut m = Metadata::default();
        from_ancillary(&mut m, &element);
        assert_eq!(m.t_stop.unwrap().value, 5.66);
        assert_eq!(m.focus_distance.unwrap().value, 2.5);
        assert_eq!(m.focal_length.unwrap().value, 50.0);
        assert_eq!((m.transfer.unwrap().value.as_str(), m.gamut.unwrap().value.as_str()), ("S-Log3", "S-Gamut3.Cine"));
        assert_eq!((m.exposure_index.unwrap().value, m.white_balance.unwrap().value), (500, 4300.0));
        assert_eq!(m.shutter_angle.unwrap().value, 180.0);
        assert_eq!((m.model.unwrap().value.as_str(), m.serial.unwrap().value.as_str()), ("PXW-FS7", "0123456"));
        assert_eq!(m.unmapped["RDD 18 8103"], "1");
    }
}
