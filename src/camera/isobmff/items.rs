//! Metadata items: keys and values of `meta` (QTFF "Metadata", handler `mdta`), iTunes items (handler `mdir`), and the
//! user data of QuickTime.

use super::{
    atom::{Atom, Atoms, Fields},
    entry::text,
};
use crate::error::Result;
use std::fmt;

/// Most items of one list that are read, and the most bytes of a text.
const MAX_ITEMS: usize = 4096;
/// Longest key that is kept: each item has its own copy.
const MAX_KEY: usize = 256;
const MAX_TEXT: usize = 4096;

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// `com.arri.camera.ReelName`, `©day`.
    pub key: String,
    pub value: Value,
}

/// A value, by the well-known types of QTFF ("Well-Known Types").
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Integer(i64),
    Unsigned(u64),
    Real(f64),
    /// Points, dimensions, rectangles, matrices.
    Reals(Vec<f64>),
    /// Anything else: how long, and of which type.
    Bytes {
        len: usize,
        kind: u32,
    },
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(v) => f.write_str(v),
            Self::Integer(v) => write!(f, "{v}"),
            Self::Unsigned(v) => write!(f, "{v}"),
            Self::Real(v) => write!(f, "{v}"),
            Self::Reals(v) => f.write_str(&v.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")),
            Self::Bytes { len, .. } => write!(f, "{len} bytes"),
        }
    }
}

impl Value {
    /// As a number: an integer, a real, or text that is nothing else.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(v) => Some(*v as f64),
            Self::Unsigned(v) => Some(*v as f64),
            Self::Real(v) => Some(*v),
            Self::Text(t) => t.trim().parse().ok(),
            _ => None,
        }
        .filter(|v: &f64| v.is_finite())
    }

    /// As text; empty is nothing.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Bytes { .. } | Self::Reals(_) => None,
            other => Some(other.to_string().trim().to_owned()).filter(|t| !t.is_empty()),
        }
    }

    /// Two numbers.
    pub fn pair(&self) -> Option<(f64, f64)> {
        match self {
            Self::Reals(v) => <[f64; 2]>::try_from(v.as_slice()).ok().map(|[a, b]| (a, b)),
            _ => None,
        }
    }

    /// From the payload of a `data` box. The decimal an f32 stands for is kept: 0.02 rather than 0.0199999996.
    fn read(kind: u32, body: &[u8]) -> Self {
        let bytes = || Self::Bytes { len: body.len(), kind };
        let unsigned = || (1..=8).contains(&body.len()).then(|| body.iter().fold(0u64, |v, &b| v << 8 | u64::from(b)));
        let signed = || {
            unsigned().map(|v| {
                // At most eight bytes, so that this is not below zero.
                let unused = 64 - 8 * body.len() as u32;
                ((v << unused) as i64) >> unused
            })
        };
        let reals = |wide: bool, count: usize| {
            let width = if wide { 8 } else { 4 };
            (body.len() == width * count).then(|| body.chunks_exact(width).map(real).collect::<Vec<f64>>())
        };
        let finite = |v: &Vec<f64>| v.iter().all(|v| v.is_finite());
        match kind {
            1 | 4 => Some(Self::Text(text(&body[..body.len().min(MAX_TEXT)]))),
            2 | 5 => {
                let units = body.chunks_exact(2).take(MAX_TEXT).map(|u| u16::from_be_bytes([u[0], u[1]])).take_while(|&u| u != 0);
                Some(Self::Text(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()))
            }
            21 | 65 | 66 | 67 | 74 => signed().map(Self::Integer),
            22 | 75 | 76 | 77 | 78 => unsigned().map(Self::Unsigned),
            23 => reals(false, 1).filter(finite).map(|v| Self::Real(v[0])),
            24 => reals(true, 1).filter(finite).map(|v| Self::Real(v[0])),
            70 | 71 => reals(false, 2).filter(finite).map(Self::Reals),
            72 => reals(false, 4).filter(finite).map(Self::Reals),
            79 => reals(true, 9).filter(finite).map(Self::Reals),
            _ => None,
        }
        .unwrap_or_else(bytes)
    }
}

fn real(bytes: &[u8]) -> f64 {
    match bytes {
        &[a, b, c, d] => {
            let v = f32::from_be_bytes([a, b, c, d]);
            v.to_string().parse().unwrap_or(f64::from(v))
        }
        _ => bytes.first_chunk().map_or(f64::NAN, |b| f64::from_be_bytes(*b)),
    }
}

/// Adds the items of a `meta` box. Of a list that is damaged, what stands before the damage.
pub fn of_meta(meta: &Atom, items: &mut Vec<Item>) -> Result<()> {
    // A full box in ISO files, a plain one in QuickTime's: there the handler follows at once.
    let body = if meta.body.get(4..8) == Some(b"hdlr") { meta.body } else { meta.body.get(4..).unwrap_or_default() };
    let Some(handler) = Atoms::within(body).find(b"hdlr")? else { return Ok(()) };
    let handler = handler.body.get(8..12).unwrap_or_default();
    let keys = match Atoms::within(body).find(b"keys")? {
        Some(keys) => read_keys(&keys)?,
        None => vec![],
    };
    let Some(list) = Atoms::within(body).find(b"ilst")? else { return Ok(()) };
    for item in Atoms::within(list.body) {
        // Of a movie in all: `meta` boxes may come by the thousand.
        if items.len() >= MAX_ITEMS {
            break;
        }
        let item = item?;
        let key = match handler {
            b"mdta" => {
                let index = u32::from_be_bytes(item.kind.0) as usize;
                let Some(key) = index.checked_sub(1).and_then(|i| keys.get(i)) else { continue };
                key.clone()
            }
            _ if item.kind == b"----" => freeform(&item)?,
            _ => item.kind.to_string(),
        };
        // Several values (languages): the first.
        let Some(data) = Atoms::within(item.body).find(b"data")? else { continue };
        let mut f = Fields::of(&data);
        let kind = f.u32()?;
        f.skip(4)?;
        items.push(Item { key, value: Value::read(kind, f.rest()) });
    }
    Ok(())
}

/// Keys of `mdta`: a name space and a name each.
fn read_keys(keys: &Atom) -> Result<Vec<String>> {
    let mut f = Fields::of(keys);
    f.version()?;
    let count = f.u32()? as usize;
    // Each is laid out as a box whose type is the name space.
    let names = Atoms::within(f.rest()).take(count.min(MAX_ITEMS));
    names.map(|key| key.map(|k| text(&k.body[..k.body.len().min(MAX_KEY)]))).collect()
}

/// iTunes' own: `mean` and `name` tell the key.
fn freeform(item: &Atom) -> Result<String> {
    let part = |kind: &[u8; 4]| -> Result<String> {
        let found = Atoms::within(item.body).find(kind)?;
        Ok(found.and_then(|a| a.body.get(4..)).map(|b| text(&b[..b.len().min(MAX_TEXT)])).unwrap_or_default())
    };
    Ok(format!("{}.{}", part(b"mean")?, part(b"name")?))
}

/// Adds the items of a `udta` box.
pub fn of_user_data(udta: &Atom, items: &mut Vec<Item>) -> Result<()> {
    for atom in Atoms::within(udta.body).take(MAX_ITEMS) {
        // What follows a damaged entry is not to be told from it; what stands before is good.
        let Ok(atom) = atom else { break };
        match &atom.kind.0 {
            b"meta" => of_meta(&atom, items)?,
            b"free" | b"skip" => {}
            _ => items.push(Item { key: atom.kind.to_string(), value: user_value(&atom) }),
        }
    }
    Ok(())
}

fn user_value(atom: &Atom) -> Value {
    let bytes = Value::Bytes { len: atom.body.len(), kind: 0 };
    if atom.kind.0[0] == 0xa9 {
        // International text (QTFF "User Data Text Strings"): length, language, text; the first language.
        let Some(len) = atom.body.first_chunk().map(|b| usize::from(u16::from_be_bytes(*b))) else { return bytes };
        return atom.body.get(4..).map_or(bytes, |t| Value::Text(text(&t[..len.min(t.len()).min(MAX_TEXT)])));
    }
    // Others have no common form: text where they hold nothing else.
    let len = atom.body.iter().rposition(|&b| b != 0).map_or(0, |p| p + 1);
    let plain = |b: &u8| matches!(b, 0x20..=0x7e | b'\t' | b'\n' | b'\r');
    if len > 0 && len <= MAX_TEXT && atom.body[..len].iter().all(plain) { Value::Text(text(atom.body)) } else { bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_types() {
        let read = |kind, body: &[u8]| Value::read(kind, body);
        assert_eq!(read(1, b"A001\0"), Value::Text("A001".into()));
        assert_eq!(read(2, b"\0A\0B"), Value::Text("AB".into()));
        assert_eq!(read(21, &[0xff]), Value::Integer(-1));
        assert_eq!(read(21, &[0, 0x5d, 0xc0]), Value::Integer(24000));
        assert_eq!(read(74, &(-5i64).to_be_bytes()), Value::Integer(-5));
        assert_eq!(read(22, &[0xff, 0xff]), Value::Unsigned(65535));
        assert_eq!(read(23, &0.02f32.to_be_bytes()), Value::Real(0.02));
        assert_eq!(read(24, &172.8f64.to_be_bytes()), Value::Real(172.8));
        assert_eq!(read(71, &[4112f32.to_be_bytes(), 2176f32.to_be_bytes()].concat()).pair(), Some((4112.0, 2176.0)));
        assert_eq!(read(77, &800u32.to_be_bytes()).number(), Some(800.0));
        // Of the wrong length, not a number, or not known: only how long.
        for (kind, body) in [(23, vec![0; 3]), (23, f32::NAN.to_be_bytes().to_vec()), (21, vec![]), (22, vec![0; 9]), (9999, vec![1, 2])] {
            assert_eq!(read(kind, &body), Value::Bytes { len: body.len(), kind });
        }
    }
}
