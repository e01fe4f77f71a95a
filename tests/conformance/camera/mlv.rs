//! MLV: recordings written by these tests from the description of the format, and compared with FFmpeg where it is there.

use super::{
    builder::{Jpeg, Random, lossless_jpeg, scene},
    open_bytes,
};
use prelight::{
    ErrorKind,
    camera::{self, Certainty, Encoding, Picture, fuzz},
    image::{Cfa, Mosaic},
};
use std::{path::Path, process::Command};

/// Bytes of a block, by place.
pub struct Block(Vec<u8>);

impl Block {
    pub fn new(kind: &[u8; 4], size: usize, timestamp: u64) -> Self {
        let mut b = vec![0; size.max(16)];
        b[..4].copy_from_slice(kind);
        b[8..16].copy_from_slice(&timestamp.to_le_bytes());
        Self(b)
    }
    pub fn put(mut self, at: usize, bytes: &[u8]) -> Self {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }
    pub fn two(self, at: usize, v: u16) -> Self {
        self.put(at, &v.to_le_bytes())
    }
    pub fn four(self, at: usize, v: u32) -> Self {
        self.put(at, &v.to_le_bytes())
    }
    pub fn done(mut self) -> Vec<u8> {
        let size = self.0.len() as u32;
        self.0[4..8].copy_from_slice(&size.to_le_bytes());
        self.0
    }
}

/// The recording of the tests: its files are put together from blocks.
#[derive(Clone, Copy)]
pub struct Recording {
    pub width: usize,
    pub height: usize,
    pub bits: usize,
    pub class: u16,
    pub white_balance: u32,
}

impl Recording {
    pub const PLAIN: Self = Self { width: 32, height: 16, bits: 14, class: 1, white_balance: 9 };

    pub fn file_header(&self, number: u16, count: u16, frames: u32) -> Vec<u8> {
        Block::new(b"MLVI", 52, 0)
            .put(8, b"v2.0\0\0\0\0")
            .put(16, &0x0123_4567_89ab_cdefu64.to_le_bytes())
            .two(24, number)
            .two(26, count)
            .two(32, self.class)
            .four(36, frames)
            .four(44, 23976)
            .four(48, 1000)
            .done()
    }

    pub fn describing(&self) -> Vec<u8> {
        let matrix = [6722, -635, -963, -4287, 12460, 2028, -908, 2162, 5668];
        let mut rawi = Block::new(b"RAWI", 180, 1)
            .two(16, self.width as u16)
            .two(18, self.height as u16)
            .four(20, 1)
            .four(28, self.height as u32)
            .four(32, self.width as u32)
            .four(44, self.bits as u32)
            .four(48, 128)
            .four(52, (1 << self.bits) - 1)
            .four(96, 0x0201_0100)
            .four(100, 21);
        for (i, v) in matrix.into_iter().enumerate() {
            rawi = rawi.four(104 + 8 * i, v as u32).four(108 + 8 * i, 10_000);
        }
        [
            rawi.done(),
            Block::new(b"EXPO", 40, 2).four(20, 400).four(32, 20_833).done(),
            Block::new(b"LENS", 96, 2).two(16, 50).two(18, 1500).two(20, 280).put(32, b"EF50mm f/1.8").done(),
            Block::new(b"IDNT", 84, 2).put(16, b"Canon EOS 5D Mark III").put(52, b"0123456789").done(),
            Block::new(b"RTCI", 44, 2).two(16, 5).two(18, 4).two(20, 3).two(22, 26).two(24, 10).two(26, 126).done(),
            Block::new(b"WBAL", 44, 2).four(16, self.white_balance).four(20, 5200).four(24, 512).four(28, 1024).four(32, 640).done(),
            Block::new(b"ELVL", 24, 2).four(16, 150).four(20, 0u32.wrapping_sub(25)).done(),
            Block::new(b"INFO", 24, 2).put(16, b"Take 3").done(),
            Block::new(b"XYZW", 32, 2).done(),
        ]
        .concat()
    }

    pub fn samples(&self, frame: u32) -> Vec<u16> {
        scene(self.width, self.height, self.bits as u32, u64::from(frame) + 5)
    }

    pub fn frame(&self, number: u32, data: &[u8]) -> Vec<u8> {
        // Four dummy bytes before the data.
        Block::new(b"VIDF", 36 + data.len(), 1000 + u64::from(number) * 41_708).four(16, number).four(28, 4).put(36, data).done()
    }

    /// 16-bit words, little-endian, filled from the most significant bit: one bit at a time.
    pub fn pack(&self, samples: &[u16]) -> Vec<u8> {
        let mut words = vec![0u16; (samples.len() * self.bits).div_ceil(16)];
        for (i, s) in samples.iter().enumerate() {
            for b in 0..self.bits {
                let at = i * self.bits + b;
                words[at / 16] |= (s >> (self.bits - 1 - b) & 1) << (15 - at % 16);
            }
        }
        words.iter().flat_map(|w| w.to_le_bytes()).collect()
    }

    pub fn jpeg(&self, samples: &[u16]) -> Vec<u8> {
        let (columns, rows) = (self.width / 2, self.height);
        lossless_jpeg(samples, Jpeg { columns, rows, components: 2, precision: self.bits as u8, predictor: 1, restart_rows: 0 })
    }

    /// Three frames.
    pub fn file(&self, data: impl Fn(&[u16]) -> Vec<u8>) -> Vec<u8> {
        let frames = (0..3).flat_map(|n| self.frame(n, &data(&self.samples(n))));
        [self.file_header(0, 1, 3), self.describing()].concat().into_iter().chain(frames).collect()
    }
}

fn mosaic(picture: Picture) -> Mosaic {
    match picture {
        Picture::Mosaic(m) => m,
        _ => panic!("a mosaic"),
    }
}

#[test]
fn every_depth_decodes_packed_and_as_lossless_jpeg() {
    for bits in [10, 12, 14] {
        let r = Recording { bits, ..Recording::PLAIN };
        // The flags of the class differ between programs: the data decide.
        for (class, jpeg) in [(1, false), (0x21, false), (1, true), (0x21, true), (0x101, true)] {
            let r = Recording { class, ..r };
            let bytes = if jpeg { r.file(|s| r.jpeg(s)) } else { r.file(|s| r.pack(s)) };
            let (_dir, clip) = open_bytes(&bytes);
            let clip = clip.unwrap();
            assert_eq!(clip.frames().present, [0, 1, 2]);
            for n in 0..3 {
                let m = mosaic(clip.read(n, &Default::default()).unwrap());
                assert!(m.samples == r.samples(n), "{bits} bits, class {class:#x}, {jpeg}, frame {n}");
                assert_eq!((m.cfa, m.bits, m.white), (Cfa::Rggb, bits as u32, ((1 << bits) - 1) as f32));
                assert_eq!(m.black.at(0, 0), 128.0);
            }
            let codec = &clip.metadata().codec.as_ref().unwrap().value;
            assert_eq!(codec, if jpeg { "MLV, lossless JPEG" } else { "MLV, uncompressed" });
        }
    }
}

#[test]
fn the_blocks_are_read() {
    let r = Recording::PLAIN;
    let (_dir, clip) = open_bytes(&r.file(|s| r.pack(s)));
    let clip = clip.unwrap();
    let rows: Vec<String> = clip.metadata().rows().iter().map(|r| format!("{} = {} [{}]", r.name, r.value, r.key)).collect();
    for row in [
        "frame_rate = 24000/1001 fps [MLVI sourceFps]",
        "frame_count = 3 [VIDF blocks]",
        "make = Canon [IDNT cameraName]",
        "model = Canon EOS 5D Mark III [IDNT cameraName]",
        "serial = 0123456789 [IDNT cameraSerial]",
        "resolution = 32x16 px [RAWI xRes, yRes]",
        "bit_depth = 14 bit [RAWI bits_per_pixel]",
        "cfa = RGGB [RAWI cfa_pattern]",
        "exposure_index = 400 [EXPO isoValue]",
        "exposure_time = 0.020833 s [EXPO shutterValue]",
        "shutter_angle = 179.817° [EXPO shutterValue x MLVI sourceFps]",
        "white_balance = 5200 K [WBAL kelvin]",
        "lens = EF50mm f/1.8 [LENS lensName]",
        "focal_length = 50 mm [LENS focalLength]",
        "f_number = 2.8 [LENS aperture]",
        "focus_distance = 1.5 m [LENS focalDist]",
        "transfer = linear [MLVI videoClass]",
        "date_time = 2026-11-26 03:04:05 [RTCI]",
    ] {
        assert!(rows.iter().any(|r| r == row), "{row} is not in {rows:#?}");
    }
    let unmapped = &clip.metadata().unmapped;
    for (key, value) in [
        ("Blocks XYZW", "1, not read"),
        ("Info", "Take 3"),
        ("Level roll, pitch", "1.5 -0.25"),
        ("White balance mode", "kelvin"),
        ("Recording ID", "0123456789abcdef"),
    ] {
        assert_eq!(unmapped.get(key).map(String::as_str), Some(value), "{key} in {unmapped:#?}");
    }
}

#[test]
fn white_balance_makes_the_road() {
    let road = |mode: u32| {
        let r = Recording { white_balance: mode, ..Recording::PLAIN };
        let (_dir, clip) = open_bytes(&r.file(|s| r.pack(s)));
        let clip = clip.unwrap();
        (clip.encoding().clone(), clip.metadata().white_balance.as_ref().map(|f| f.certainty))
    };
    let (Encoding::Camera(kelvin), Some(Certainty::Stated)) = road(9) else { panic!("kelvin") };
    assert!((kelvin.kelvin - 5200.0).abs() < 10.0, "{}", kelvin.kelvin);
    let (Encoding::Camera(custom), None) = road(6) else { panic!("gains") };
    assert_eq!(custom.neutral, [0.5, 1.0, 0.625]);
    let (Encoding::Camera(auto), Some(Certainty::Assumed)) = road(0) else { panic!("auto") };
    assert_eq!(auto, kelvin);
    // A preset has a name only, which is no white.
    let (Encoding::Uncalibrated { why }, None) = road(1) else { panic!("sunny") };
    assert!(why.contains("sunny"), "{why}");
}

#[test]
fn further_files_are_of_the_clip() {
    let dir = tempfile::tempdir().unwrap();
    let r = Recording::PLAIN;
    let frame = |n: u32| r.frame(n, &r.pack(&r.samples(n)));
    let write = |name: &str, bytes: Vec<Vec<u8>>| std::fs::write(dir.path().join(name), bytes.concat()).unwrap();
    // Frames lie in the files in any order; number 3 was dropped.
    write("A.MLV", vec![r.file_header(0, 4, 2), r.describing(), frame(0), frame(4)]);
    write("A.M00", vec![r.file_header(1, 4, 2), frame(2), frame(1)]);
    write("A.M01", vec![r.file_header(2, 4, 1), frame(5)]);
    let mut other = r.file_header(3, 4, 1);
    other[16] ^= 1;
    write("A.M02", vec![other, frame(6)]);
    let clip = camera::open(dir.path()).unwrap();
    assert_eq!(clip.files().len(), 3);
    assert_eq!((clip.frames().present.as_slice(), clip.frames().missing.as_slice()), ([0, 1, 2, 4, 5].as_slice(), [3..=3].as_slice()));
    assert_eq!(clip.frames().foreign, [dir.path().join("A.M02")]);
    assert_eq!(clip.metadata().unmapped["Parts missing"], "1");
    assert!(clip.metadata().warnings[0].starts_with("1 of the 4 files"), "{:?}", clip.metadata().warnings);
    // A further file stands for the recording; one of another recording has nothing to describe it.
    let by_part = camera::open(&dir.path().join("A.M01")).unwrap();
    assert_eq!((by_part.files(), by_part.frames()), (clip.files(), clip.frames()));
    assert!(camera::open(&dir.path().join("A.M02")).err().unwrap().to_string().contains("RAWI"));
    // One that is not there at all is named.
    std::fs::remove_file(dir.path().join("A.M02")).unwrap();
    assert_eq!(camera::open(dir.path()).unwrap().frames().lost, [dir.path().join("A.M02")]);
    for n in [0, 1, 2, 4, 5] {
        assert!(mosaic(clip.read(n, &Default::default()).unwrap()).samples == r.samples(n), "{n}");
    }
    assert!(clip.read(3, &Default::default()).unwrap_err().to_string().contains("frame = 3"));
}

#[test]
fn what_is_not_read_is_named() {
    let r = Recording::PLAIN;
    let error = |bytes: &[u8], frame: u32| {
        let (_dir, clip) = open_bytes(bytes);
        let e = clip.and_then(|c| c.read(frame, &Default::default())).unwrap_err();
        assert!(matches!(e.kind(), ErrorKind::Unsupported | ErrorKind::Invalid), "{e}");
        e.to_string()
    };
    for (class, words) in [
        (0x41, "MLVI videoClass = 0x41: frames stored as differences"),
        (0x81, "MLVI videoClass = 0x81: LZMA"),
        (2, "MLVI videoClass = 0x2: only raw video"),
    ] {
        let r = Recording { class, ..r };
        let e = error(&r.file(|s| r.pack(s)), 0);
        assert!(e.contains(words), "{e}");
    }
    let deep = Recording { bits: 16, ..r };
    assert!(error(&deep.file(|s| s.iter().flat_map(|v| v.to_le_bytes()).collect()), 0).contains("RAWI bits_per_pixel = 16"));
    assert!(error(&r.file(|s| r.pack(&s[1..])[..r.width * r.height * 14 / 8 - 2].to_vec()), 0).contains("VIDF data = "));
    let dual = [r.file(|s| r.pack(s)), Block::new(b"DISO", 24, 2).four(16, 1).four(20, 1600).done()].concat();
    assert!(error(&dual, 0).contains("DISO dualMode = 1"));
    // The white balance changes between the first frame and the second.
    let change = Block::new(b"WBAL", 44, 20_000).four(16, 9).four(20, 3200).done();
    let changed = [r.file(|s| r.pack(s)), change].concat();
    assert!(error(&changed, 1).contains("frame = 1: a WBAL block before this frame differs"));
    let (_dir, clip) = open_bytes(&changed);
    assert!(clip.unwrap().read(0, &Default::default()).is_ok());
    let only_header = [r.file_header(0, 1, 0), r.describing()].concat();
    assert!(error(&only_header, 0).contains("VIDF block: missing"));
}

#[test]
fn a_recording_that_was_cut_short_keeps_its_frames() {
    let r = Recording::PLAIN;
    let whole = r.file(|s| r.pack(s));
    let (_dir, clip) = open_bytes(&whole[..whole.len() - 100]);
    let clip = clip.unwrap();
    assert_eq!(clip.frames().present, [0, 1]);
    assert!(clip.metadata().unmapped.contains_key("File 0 ends within a block"), "{:?}", clip.metadata().unmapped);
}

/// FFmpeg's mosaic of each frame; `None` where there is no FFmpeg.
fn ffmpeg(path: &Path, frames: usize, samples: usize) -> Option<Vec<Vec<u16>>> {
    let out =
        Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(path).args(["-f", "rawvideo", "-pix_fmt", "bayer_rggb16le", "-"]).output();
    let out = out.ok()?;
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.stdout.len(), frames * samples * 2, "{}", String::from_utf8_lossy(&out.stderr));
    let values: Vec<u16> = out.stdout.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b)).collect();
    Some(values.chunks(samples).map(<[u16]>::to_vec).collect())
}

#[test]
fn ffmpeg_sees_the_same_mosaics() {
    let dir = tempfile::tempdir().unwrap();
    for bits in [10, 12, 14] {
        let r = Recording { bits, width: 64, height: 32, ..Recording::PLAIN };
        let path = dir.path().join(format!("A{bits}.MLV"));
        std::fs::write(&path, r.file(|s| r.pack(s))).unwrap();
        let Some(theirs) = ffmpeg(&path, 3, 64 * 32) else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "no ffmpeg");
            return eprintln!("skipped: no ffmpeg");
        };
        let clip = camera::open_single(&path).unwrap();
        for (n, theirs) in theirs.iter().enumerate() {
            let ours = mosaic(clip.read(n as u32, &Default::default()).unwrap()).samples;
            // FFmpeg stretches to 16 bits: the sample, and below it its first bits again.
            let stretched: Vec<u16> = ours.iter().map(|s| s << (16 - bits) | s >> (2 * bits - 16)).collect();
            assert!(stretched == *theirs, "{bits} bits: {:04x?} {:04x?}", &stretched[..8], &theirs[..8]);
        }
    }
}

#[test]
fn damage_never_panics() {
    let r = Recording::PLAIN;
    let kinds = [r.file(|s| r.pack(s)), r.file(|s| r.jpeg(s))];
    let mut random = Random(0x0f1e_2d3c_4b5a_6978);
    let mut survived = 0;
    for round in 0..10_000 {
        let mut bytes = kinds[round % 2].clone();
        for _ in 0..1 + round % 3 {
            let at = random.below(if round % 4 < 2 { 800 } else { bytes.len() });
            match round % 7 {
                0 => bytes.truncate(at),
                1 if at + 4 <= bytes.len() => {
                    bytes[at..at + 4].copy_from_slice(&[0, 1, 16, u32::MAX, 0x8000_0000][random.below(5)].to_le_bytes());
                }
                _ if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
                _ => {}
            }
        }
        survived += usize::from(fuzz::mlv(&bytes).is_ok_and(|frames| frames > 0));
        if round % 20 == 0
            && let (_dir, Ok(clip)) = open_bytes(&bytes)
        {
            clip.frames().present.iter().for_each(|&n| drop(clip.read(n, &Default::default())));
        }
    }
    assert!(survived > 1000, "{survived}");
}
