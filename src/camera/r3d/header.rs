//! Blocks, header and directory of an R3D file. Numbers are big-endian.

use crate::{
    camera::{Field, Metadata, Rational, Timecode},
    error::{Error, Result},
    image::{Rect, Size},
};

/// Most blocks that are walked: a frame has a few.
const MAX_BLOCKS: usize = 1 << 20;
/// Most entries of a directory.
const MAX_ENTRIES: usize = 4096;
/// Blocks of RED2 begin at multiples of this.
const BLOCK: usize = 4096;

/// 1 for RED1 (RED One), 2 for RED2 (all since EPIC).
pub fn version(head: &[u8]) -> Option<u8> {
    match head.get(4..8)? {
        b"RED1" => Some(1),
        b"RED2" => Some(2),
        _ => None,
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at.checked_add(2)?)?.first_chunk::<2>().map(|b| u16::from_be_bytes(*b))
}
fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at.checked_add(4)?)?.first_chunk::<4>().map(|b| u32::from_be_bytes(*b))
}

/// How many frames a further part of a clip holds.
pub fn count(data: &[u8]) -> Result<u32> {
    let version = version(data).ok_or_else(|| Error::invalid("not an R3D file"))?;
    Ok(frames(data, version).0)
}

/// Metadata of a file, and how many frames it holds as far as its blocks show (0: none seen).
pub fn read(data: &[u8]) -> Result<(Metadata, u32)> {
    let version = version(data).ok_or_else(|| Error::invalid("not an R3D file"))?;
    let cut = || Error::invalid("the file ends within its header").field("R3D header");
    let length = u32_at(data, 0).ok_or_else(cut)? as usize;
    let header = data.get(..length.min(data.len())).ok_or_else(cut)?;
    let mut m = Metadata {
        make: Some(Field::derived("RED".into(), "R3D")),
        codec: Some(Field::derived("REDCODE".into(), "R3D")),
        ..Metadata::default()
    };
    let (size, rate) = if version == 1 {
        let size = u16_at(header, 0x36).zip(u16_at(header, 0x3a)).ok_or_else(cut)?;
        if let Some(name) = text(header.get(0x43..).map_or(&[][..], |b| &b[..b.len().min(32)])) {
            m.keep("R3D file name", name);
        }
        ((size.0.into(), size.1.into()), u16_at(header, 0x3e).zip(u16_at(header, 0x40)).map(|(n, d)| (i64::from(n), i64::from(d))))
    } else {
        let size = u32_at(header, 0x4c).zip(u32_at(header, 0x50)).ok_or_else(cut)?;
        let word = |at| u16_at(header, at).map(i64::from);
        (size, word(0x56).zip(word(0x58)).zip(word(0x5a)).map(|((a, b), c)| (b * 65536 + c, a)))
    };
    if size.0 == 0 || size.1 == 0 || size.0 > 1 << 16 || size.1 > 1 << 16 {
        return Err(Error::invalid("not the size of a picture").field("R3D size").value(format!("{}x{}", size.0, size.1)));
    }
    m.resolution = Some(Field::stated(Size::new(size.0, size.1), "R3D header"));
    m.frame_rate = rate
        .and_then(|(n, d)| Rational::new(n, d))
        .filter(|r| (0.5..10_000.0).contains(&r.to_f64()))
        .map(|r| Field::stated(r, "R3D header"));
    if version == 2 {
        // Records of 18h, 14h and 10h bytes stand before the directory.
        let count = |at: usize| header.get(at).copied().map_or(0, usize::from);
        let at = 0x44 + count(0x40) * 0x18 + count(0x41) * 0x14 + count(0x42) * 0x10;
        directory(&mut m, header, at);
    }
    let (frames, first) = frames(data, version);
    if let Some(rdi) = first {
        // What is said of every frame adds to what is said of the clip.
        directory(&mut m, rdi, 94);
    }
    let (exposure, rate) = (m.exposure_time.as_ref(), m.frame_rate.as_ref());
    if let (Some(time), Some(rate)) = (exposure, rate) {
        let angle = 360.0 * time.value * rate.value.to_f64();
        if angle <= 360.5 {
            m.shutter_angle = Some(Field::derived(angle.min(360.0), format!("{} x {}", time.key, rate.key)));
        }
    }
    Ok((m, frames))
}

/// Counts the video blocks of a file, and finds the first block of per-frame metadata.
fn frames(data: &[u8], version: u8) -> (u32, Option<&[u8]>) {
    let (mut at, mut count, mut first) = (0usize, 0, None);
    for _ in 0..MAX_BLOCKS {
        let (Some(size), Some(kind)) = (u32_at(data, at), data.get(at + 4..at + 8)) else { break };
        let size = size as usize;
        if size < 8 {
            break;
        }
        match kind {
            b"REDV" => count += 1,
            b"RDI\x01" if first.is_none() => first = data.get(at..at.saturating_add(size).min(data.len())),
            _ => {}
        }
        at = at.saturating_add(if version == 2 { size.next_multiple_of(BLOCK) } else { size });
    }
    (count, first)
}

/// A directory at `at`: its length (2 bytes), then entries of a length, a tag and a value.
fn directory(m: &mut Metadata, block: &[u8], at: usize) {
    let Some(length) = u16_at(block, at) else { return };
    let end = block.len().min(at.saturating_add(usize::from(length)).saturating_add(2));
    let mut at = at + 2;
    let (mut letter, mut reel, mut date, mut time) = (None, None, None, None);
    for _ in 0..MAX_ENTRIES {
        let (Some(length), Some(tag)) = (u16_at(block, at), u16_at(block, at + 2)) else { break };
        let next = at + usize::from(length);
        if length < 4 || next > end {
            break;
        }
        let value = &block[at + 4..next];
        at = next;
        let key = format!("R3D {tag:04X}");
        let number = number(tag, value);
        let positive = number.filter(|v| *v > 0.0 && v.is_finite());
        let said = || text(value);
        match tag {
            0x1001 => put(&mut m.start_timecode, said().and_then(|t| t.parse::<Timecode>().ok()), &key),
            0x1006 => put(&mut m.serial, said(), &key),
            0x1019 => letter = said(),
            0x101a => reel = said(),
            0x1023 => date = said(),
            0x1024 => time = said(),
            0x1025 => put(&mut m.firmware, said(), &key),
            0x1056 => {
                let name = said().map(|n| super::clip_of(n.trim_end_matches(".R3D")).to_owned());
                put(&mut m.clip_name, name, &key);
            }
            0x1070 => put(&mut m.lens, said(), &key),
            0x1071 | 0x10a0 => put(&mut m.model, said(), &key),
            0x1086 => put(&mut m.sensor_mode, said(), &key),
            0x200d => put(&mut m.white_balance, positive, &key),
            0x4037 => {
                let edge = |i: usize| u16_at(value, i * 2);
                let rect = edge(0).zip(edge(1)).zip(edge(2).zip(edge(3)));
                let rect = rect.map(|((x, y), (w, h))| Rect::new(x.into(), y.into(), w.into(), h.into()));
                put(&mut m.crop, rect.filter(|r| r.width > 0 && r.height > 0), &key);
            }
            0x403b => put(&mut m.exposure_index, positive.map(|v| v as u32), &key),
            // Tenths of an f-number.
            0x406a => put(&mut m.f_number, positive.map(|v| v / 10.0), &key),
            0x406b => put(&mut m.focal_length, positive, &key),
            // Millimetres.
            0x606c => put(&mut m.focus_distance, positive.map(|v| v / 1000.0), &key),
            // Microseconds.
            0x2008 => put(&mut m.exposure_time, positive.map(|v| v / 1e6), &key),
            _ => {
                let shown = if tag >> 12 == 1 { said() } else { number.map(|v| v.to_string()) };
                let shown = shown.unwrap_or_else(|| format!("{} bytes", value.len()));
                m.keep(key, shown);
            }
        }
    }
    // Camera letter and reel number are the roll: A106.
    if let (Some(letter), Some(reel)) = (letter, reel) {
        put(&mut m.reel, Some(format!("{letter}{reel}")), "R3D 1019, 101A");
    }
    if let (Some(date), Some(time)) = (date, time) {
        let is_digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        if is_digits(&date, 8) && is_digits(&time, 6) {
            let shown = format!("{}-{}-{} {}:{}:{}", &date[..4], &date[4..6], &date[6..], &time[..2], &time[2..4], &time[4..]);
            put(&mut m.date_time, Some(shown), "R3D 1023, 1024");
        }
    }
}

fn put<T>(field: &mut Option<Field<T>>, value: Option<T>, key: &str) {
    if let (None, Some(value)) = (&field, value) {
        *field = Some(Field::stated(value, key));
    }
}

/// The number of an entry, by the type in the tag's top four bits.
fn number(tag: u16, value: &[u8]) -> Option<f64> {
    match (tag >> 12, value) {
        (0 | 3 | 5, [v]) => Some(f64::from(*v)),
        (2, &[a, b, c, d]) => {
            let v = f32::from_be_bytes([a, b, c, d]);
            // The decimal the f32 stands for.
            v.is_finite().then(|| v.to_string().parse().unwrap_or(f64::from(v)))
        }
        (4, &[a, b]) => Some(f64::from(u16::from_be_bytes([a, b]))),
        (6, &[a, b, c, d]) => Some(f64::from(i32::from_be_bytes([a, b, c, d]))),
        _ => None,
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len()).min(256);
    let text = String::from_utf8_lossy(&bytes[..end]).trim().to_owned();
    (!text.is_empty()).then_some(text)
}
