//! VC-5 (GPR): streams written by hand, what is refused, damage.

use super::{
    builder::{Dng, Random, V},
    open_bytes,
};
use crate::corpus;
use prelight::{
    camera::{self, Picture, fuzz},
    image::{Mosaic, Size},
};
use std::time::{Duration, Instant};

const SIDE: u32 = 48;
/// Bands of 48 x 48: 24 a component, then halves.
const BANDS: [usize; 3] = [3, 6, 12];

/// A stream as the encoder of a camera lays it out: header, then for each channel the bands from the smallest on.
pub struct Stream {
    /// Value of each channel's lowpass band.
    pub low: [u16; 4],
    /// What follows the code of each other band's zeros: bits as text. Empty: the rest of the band in zeros.
    pub first: &'static str,
    pub header: Vec<(u16, u16)>,
    /// Bands that are left out and doubled: channel and subband.
    pub skip: Option<(u16, u16)>,
    pub double: Option<(u16, u16)>,
}

impl Stream {
    /// All components at these values of the log curve, by the scaling that cameras use (a lowpass of four times the value).
    pub fn flat(components: [u16; 4]) -> Self {
        let header = vec![(12, 4), (20, SIDE as u16), (21, SIDE as u16), (84, 4), (106, 2), (107, 2), (108, 1), (102, 12), (109, 0x2800)];
        Self { low: components.map(|c| 4 * c), first: "", header, skip: None, double: None }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"VC-5".to_vec();
        let segment = |out: &mut Vec<u8>, tag: u16, value: u16| out.extend([tag.to_be_bytes(), value.to_be_bytes()].concat());
        self.header.iter().for_each(|&(tag, value)| segment(&mut out, tag, value));
        // An optional chunk that no decoder has to know: one word.
        segment(&mut out, (0x4004u16).wrapping_neg(), 1);
        out.extend([1, 2, 3, 4]);
        for channel in 0..4u16 {
            segment(&mut out, 62, channel);
            for subband in 0..10u16 {
                if self.skip == Some((channel, subband)) {
                    continue;
                }
                let side = BANDS[usize::from(subband.saturating_sub(1) / 3)];
                let bits: String = if subband == 0 {
                    format!("{:016b}", self.low[usize::from(channel)]).repeat(side * side)
                } else {
                    // A magnitude of one takes two bits and its sign; a zero takes one; then the end mark.
                    let coded = self.first.len() / 3;
                    format!("{}{}{:026b}", self.first, "0".repeat((side * side).saturating_sub(coded)), 0x0311_4ba3)
                };
                let bits = format!("{bits:0<width$}", width = bits.len().next_multiple_of(32));
                let block: Vec<u8> = bits.as_bytes().chunks(8).map(|b| b.iter().fold(0, |w, c| w << 1 | (c - b'0'))).collect();
                for _ in 0..1 + u8::from(self.double == Some((channel, subband))) {
                    segment(&mut out, 48, subband);
                    segment(&mut out, 53, 12);
                    segment(&mut out, (0x6000u16).wrapping_neg(), (block.len() / 4) as u16);
                    out.extend(&block);
                }
            }
        }
        out
    }

    pub fn dng(&self) -> Dng {
        Dng::mosaic(SIDE, SIDE, 16, vec![self.bytes()])
            .with(259, V::Short(vec![9]))
            .with(50714, V::Short(vec![0]))
            .with(50717, V::Long(vec![16383]))
            .tiled(SIDE, SIDE)
    }
}

fn mosaic(bytes: &[u8]) -> Mosaic {
    let (_dir, clip) = open_bytes(bytes);
    match clip.unwrap().read(0, &Default::default()).unwrap() {
        Picture::Mosaic(m) => m,
        _ => panic!("a mosaic"),
    }
}

/// The curve of the codec, to 14 bits.
fn linear(code: f64) -> u16 {
    (65_535.0 * (113f64.powf(code / 4095.0) - 1.0) / 112.0) as u16 >> 2
}

#[test]
fn components_become_the_sites_of_the_pattern() {
    // Green 2000, red half of 2 x 150 above, blue 2 x 100 below, the first green 40 above, the second 40 below.
    let stream = Stream::flat([2000, 2048 + 150, 2048 - 100, 2048 + 40]);
    let [red, blue, upper, lower] = [2300.0, 1800.0, 2040.0, 1960.0].map(linear);
    let rggb = mosaic(&stream.dng().build());
    let gbrg = mosaic(&stream.dng().with(33422, V::Byte(vec![1, 2, 0, 1])).build());
    for (mosaic, wanted) in [(rggb, [[red, upper], [lower, blue]]), (gbrg, [[upper, blue], [red, lower]])] {
        for (i, &s) in mosaic.samples.iter().enumerate() {
            let (x, y) = (i % SIDE as usize, i / SIDE as usize);
            assert_eq!(s, wanted[y % 2][x % 2], "{x}, {y}");
        }
        assert_eq!((mosaic.bits, mosaic.white, mosaic.linearization), (16, 16383.0, None));
    }
}

#[test]
fn the_result_has_the_bits_of_the_white_level() {
    let stream = Stream::flat([4095, 2048, 2048, 2048]);
    assert_eq!(mosaic(&stream.dng().build()).samples[0], 16383);
    assert_eq!(mosaic(&stream.dng().with(50717, V::Long(vec![4095])).build()).samples[0], 4095);
}

#[test]
fn coefficients_make_detail() {
    let flat = mosaic(&Stream::flat([2000, 2048, 2048, 2048]).dng().build());
    let stream = Stream { first: "100101100", ..Stream::flat([2000, 2048, 2048, 2048]) };
    let detailed = mosaic(&stream.dng().build());
    assert_ne!(flat.samples[..8], detailed.samples[..8]);
}

#[test]
fn what_is_not_read_is_named() {
    let error = |bytes: Vec<u8>| {
        let (_dir, clip) = open_bytes(&bytes);
        clip.and_then(|c| c.read(0, &Default::default())).unwrap_err().to_string()
    };
    let flat = || Stream::flat([2000; 4]);
    let header = |tag: u16, value: u16| {
        let mut s = flat();
        s.header.iter_mut().filter(|h| h.0 == tag).for_each(|h| h.1 = value);
        error(s.dng().build())
    };
    for (tag, value, words) in [
        (102, 14, "VC-5 bits per component = 14: only 12 is read here"),
        (20, 50, "VC-5 image width = 50: only 48 is read here"),
        (84, 3, "VC-5 image format = 3"),
        (109, 0x1000, "VC-5 prescale = 0x1000"),
    ] {
        let e = header(tag, value);
        assert!(e.contains(words), "{e}");
    }
    let mut s = flat();
    s.header.retain(|h| h.0 != 102);
    assert!(error(s.dng().build()).contains("VC-5 bits per component: missing"));
    let mut s = flat();
    s.header.push((0x4002, 0));
    assert!(error(s.dng().build()).contains("VC-5 tag = 0x4002: transforms of its own"));
    let mut s = flat();
    s.header.push((99, 0));
    assert!(error(s.dng().build()).contains("VC-5 tag = 99: a required element"));
    assert!(error(Stream { skip: Some((2, 4)), ..flat() }.dng().build()).contains("1 of 40 bands are missing"));
    assert!(error(Stream { double: Some((2, 4)), ..flat() }.dng().build()).contains("subband 4 is there twice"));
    // 65 codes for the 9 coefficients of the smallest bands.
    let long = Stream { first: "1000000000000000000000000000000000000000000000000", ..flat() };
    assert!(error(long.dng().build()).contains("VC-5 subband of channel 0 = 1: "));
    let e = error(flat().dng().with(33422, V::Byte(vec![1, 0, 2, 1])).build());
    assert!(e.contains("CFA = GRBG") || e.contains("VC-5 is read in the patterns"), "{e}");
}

#[test]
fn damage_never_panics() {
    let whole = Stream { first: "100101100", ..Stream::flat([2000, 2100, 1990, 2050]) }.bytes();
    let size = Size::new(SIDE, SIDE);
    let mut random = Random(0x1357_9bdf_0246_8ace);
    let (mut survived, start) = (0, Instant::now());
    for round in 0..10_000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + round % 3 {
            let at = random.below(bytes.len());
            match round % 5 {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = random.next() as u8,
                // Segments: where tags and sizes stand.
                2 => bytes[at & !3] = 0x60,
                _ => bytes[at] ^= 1 << random.below(8),
            }
        }
        if let Ok(samples) = fuzz::vc5(&bytes, size) {
            assert_eq!(samples.len(), size.area());
            assert!(samples.iter().all(|&s| s < 1 << 14));
            survived += 1;
        }
    }
    assert!(survived > 1000, "{survived}");
    assert!(start.elapsed() < Duration::from_secs(120));
}

#[test]
fn a_stream_does_not_claim_more_than_it_holds() {
    let whole = Stream::flat([2000; 4]).bytes();
    for side in [4096u32, 65_534] {
        // The header says so too.
        let mut bytes = whole.clone();
        for (at, _) in whole.chunks(4).enumerate().filter(|(_, s)| matches!(s, [0, 20 | 21, 0, 48])) {
            bytes[4 * at + 2..4 * at + 4].copy_from_slice(&(side as u16).to_be_bytes());
        }
        let error = fuzz::vc5(&bytes, Size::new(side, side)).unwrap_err().to_string();
        assert!(error.contains("cannot hold"), "{error}");
    }
}

#[test]
fn the_fusion_decodes() {
    let Some(path) = corpus("camera/real/gopro_fusion_front_GPFR7066.gpr") else { return };
    let clip = camera::open_single(&path).unwrap();
    assert_eq!(clip.metadata().codec.as_ref().unwrap().value, "VC-5");
    let Picture::Mosaic(m) = clip.read(0, &Default::default()).unwrap() else { panic!("a mosaic") };
    assert_eq!((m.size, m.white), (Size::new(3104, 3000), 16383.0));
    // No other decoder of it was at hand; the picture was looked at. A fisheye: the corners saw nothing, the middle did.
    let mean = |x0: usize, y0: usize| {
        let rows = (y0..y0 + 100).map(|y| &m.samples[y * 3104 + x0..][..100]);
        rows.flatten().map(|&s| u64::from(s)).sum::<u64>() / 10_000
    };
    let corners = [mean(0, 0), mean(3004, 0), mean(0, 2900), mean(3004, 2900)];
    assert!(corners.iter().all(|&c| c * 8 < mean(1500, 1450)), "{corners:?} {}", mean(1500, 1450));
}
