//! Builds small ISO base media files.

/// A box.
pub fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = ((8 + body.len()) as u32).to_be_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend(body);
    bytes
}

/// A box of 32-bit words.
pub fn words(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
    atom(kind, &words.iter().flat_map(|w| w.to_be_bytes()).collect::<Vec<_>>())
}

/// A visual sample entry with boxes after it.
pub fn visual(codec: &[u8; 4], width: u16, height: u16, boxes: &[Vec<u8>]) -> Vec<u8> {
    let mut body = vec![0; 6];
    body.extend([0, 1]);
    body.extend([0; 16]);
    body.extend(width.to_be_bytes());
    body.extend(height.to_be_bytes());
    body.extend([0; 14]);
    body.extend([0; 32]);
    body.extend([0, 24, 0xff, 0xff]);
    if codec == b"CRAW" {
        body.extend([0, 1, 0, 1]);
    }
    boxes.iter().for_each(|b| body.extend(b));
    atom(codec, &body)
}

/// A sample entry of a timecode track: flags, rate.
pub fn tmcd(flags: u32, scale: u32, duration: u32, frames: u8) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    for word in [flags, scale, duration] {
        body.extend(word.to_be_bytes());
    }
    body.extend([frames, 0]);
    atom(b"tmcd", &body)
}

/// A track: its samples go into the media data.
pub struct Track {
    pub handler: [u8; 4],
    pub scale: u32,
    pub delta: u32,
    pub entry: Vec<u8>,
    pub samples: Vec<Vec<u8>>,
}

/// Metadata of QuickTime: key, type, payload. `full`: as ISO files have it.
pub fn meta(full: bool, items: &[(&str, u32, Vec<u8>)]) -> Vec<u8> {
    let mut keys = (items.len() as u32).to_be_bytes().to_vec();
    keys.splice(0..0, [0; 4]);
    let mut list = vec![];
    for (i, (key, kind, payload)) in items.iter().enumerate() {
        keys.extend(atom(b"mdta", key.as_bytes()));
        let mut data = kind.to_be_bytes().to_vec();
        data.extend([0; 4]);
        data.extend(payload);
        list.extend(atom(&((i + 1) as u32).to_be_bytes(), &atom(b"data", &data)));
    }
    let mut body = if full { vec![0; 4] } else { vec![] };
    body.extend(atom(b"hdlr", b"\0\0\0\0\0\0\0\0mdta\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    body.extend(atom(b"keys", &keys));
    body.extend(atom(b"ilst", &list));
    atom(b"meta", &body)
}

/// A file: `ftyp` (if any), media data, movie box with the tracks and further boxes.
pub fn movie(brands: &[&[u8; 4]], tracks: &[Track], boxes: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![];
    if let Some(first) = brands.first() {
        let mut body = first.to_vec();
        body.extend([0; 4]);
        brands.iter().for_each(|b| body.extend(*b));
        file.extend(atom(b"ftyp", &body));
    }
    let mut moov = words(b"mvhd", &[0, 3_847_000_000, 3_847_000_000, 1000, 1000]);
    let mut media = vec![];
    let start = file.len() + 8;
    for (i, track) in tracks.iter().enumerate() {
        let count = track.samples.len() as u32;
        let mut sizes = vec![0, 0, count];
        sizes.extend(track.samples.iter().map(|s| s.len() as u32));
        let offset = (start + media.len()) as u32;
        track.samples.iter().for_each(|s| media.extend(s));
        let stbl = [
            atom(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1], track.entry.as_slice()].concat()),
            words(b"stts", &[0, 1, count, track.delta]),
            words(b"stsz", &sizes),
            words(b"stsc", &[0, 1, 1, count.max(1), 1]),
            words(b"stco", &[0, 1, offset]),
        ]
        .concat();
        let handler = [&[0; 8], track.handler.as_slice(), &[0; 13]].concat();
        let mdia = [
            words(b"mdhd", &[0, 0, 0, track.scale, count * track.delta, 0]),
            atom(b"hdlr", &handler),
            atom(b"minf", &atom(b"stbl", &stbl)),
        ]
        .concat();
        let trak = [words(b"tkhd", &[1, 0, 0, i as u32 + 1, 0, 1000]), atom(b"mdia", &mdia)].concat();
        moov.extend(atom(b"trak", &trak));
    }
    boxes.iter().for_each(|b| moov.extend(b));
    file.extend(atom(b"mdat", &media));
    file.extend(atom(b"moov", &moov));
    file
}

/// A TIFF file of one little-endian directory, as Canon's CMT boxes hold: ASCII, SHORT and RATIONAL fields.
pub fn directory(fields: &[(u16, Value)]) -> Vec<u8> {
    let mut head = b"II\x2a\0\x08\0\0\0".to_vec();
    head.extend((fields.len() as u16).to_le_bytes());
    let mut tail = vec![];
    let tail_at = 8 + 2 + 12 * fields.len() + 4;
    for (tag, value) in fields {
        let (kind, count, bytes): (u16, u32, Vec<u8>) = match value {
            Value::Text(t) => (2, t.len() as u32 + 1, [t.as_bytes(), &[0]].concat()),
            Value::Short(v) => (3, v.len() as u32, v.iter().flat_map(|v| v.to_le_bytes()).collect()),
            Value::Ratio(n, d) => (5, 1, [n.to_le_bytes(), d.to_le_bytes()].concat()),
        };
        head.extend(tag.to_le_bytes());
        head.extend(kind.to_le_bytes());
        head.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            let mut inline = bytes.clone();
            inline.resize(4, 0);
            head.extend(inline);
        } else {
            head.extend(((tail_at + tail.len()) as u32).to_le_bytes());
            tail.extend(bytes);
        }
    }
    head.extend([0; 4]);
    head.extend(tail);
    head
}

pub enum Value {
    Text(&'static str),
    Short(Vec<u16>),
    Ratio(u32, u32),
}
