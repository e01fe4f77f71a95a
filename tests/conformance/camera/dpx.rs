//! DPX: corpus files sample for sample as OpenImageIO reads them, and every packing built in memory, byte for byte as
//! OpenImageIO and FFmpeg write it.

use super::open_bytes;
use crate::corpus;
use prelight::{
    camera::{self, Clip, Encoding, Picture, Reading, SignalRange},
    image::Image,
};

/// File, width, height, BLAKE3 of the samples. Printed by `tests/tools/oiio_dpx.py` with OpenImageIO 3.2.2.
const OIIO: &[(&str, u32, u32, &str)] = &[
    ("real/oiio_nuke10.dpx", 512, 512, "6ba832d399093046a791137e951306ad16b7f016a0bcf1e553a4e218b404dbb4"),
    ("real/oiio_nuke16.dpx", 512, 512, "64308670c10066b180a7029e503387d63b498643654e411d13fddbc663dcf327"),
    ("synthetic/cineonlog_10bit_720p.dpx", 1280, 720, "c576b6c48009f2e066cb0ebc4405aedf7f436b8fe8035d5026ad63521e7f2c57"),
];

/// Bits, packing, big-endian, components, BLAKE3 of the picture's bytes for [`code`]. Printed by the same script.
const WRITTEN: &[(u8, u16, bool, usize, &str)] = &[
    (8, 0, true, 1, "71999cefafa84e01033386d39dc2516cc866b6932dc8bf6e47edee799bfa6ef9"),
    (8, 0, true, 3, "c4e8232fc952ef893d6c6d423e6076b98d3149482111795fa8f7b81fcecbe9eb"),
    (8, 0, true, 4, "e6e18293e874b92d828613f49340821ffb860f1e887586d217b722f2a8a04cd0"),
    (8, 0, false, 1, "71999cefafa84e01033386d39dc2516cc866b6932dc8bf6e47edee799bfa6ef9"),
    (8, 0, false, 3, "c4e8232fc952ef893d6c6d423e6076b98d3149482111795fa8f7b81fcecbe9eb"),
    (8, 0, false, 4, "e6e18293e874b92d828613f49340821ffb860f1e887586d217b722f2a8a04cd0"),
    (10, 0, true, 1, "a9b60f370a4572012f8243d2a9e9a438ededc233341d87995ec490a8057c9511"),
    (10, 0, true, 3, "a8e3190bf9374792136fdfc4427f4c5d5fe57aeafd846f67f2b4d58a4f4acf4d"),
    (10, 0, true, 4, "665193f9cfe14cf232b1775e504bb7dc12b095eebe4ad3f03730d044c292985d"),
    (10, 0, false, 1, "c949377ac4ae44fabcae03853aaf403aa8a3ad5a5ee5aa43931bc8032347bba0"),
    (10, 0, false, 3, "39934dbfe29c484570d7c71eb1d0b02642d9f98ec192fa58a409223b9056e92c"),
    (10, 0, false, 4, "720092509fc6d83e68eed0f51ae2903b18d20e7d51b6f8426212ee39c465df8c"),
    (10, 1, true, 3, "49c405257e454d3dba58ffa03c9e360c6595618d0893f76c7b50f001e1fa8b86"),
    (10, 1, false, 3, "33053404b7b836fefd6943145d02db96f970b8db1b076cb43e8c1f61fc00fcd3"),
    (10, 2, true, 3, "af63d6457a3b192d30d26725ddb27e189984f762cdf489460d10cadd18deeb17"),
    (10, 2, false, 3, "59eb83792f3e5d86c7360bff067a47f924ab4820a23f11421a020813033b67ad"),
    (12, 0, true, 1, "a67507f9f2a9fbcb5c8b76d02de6ea939bf0541ba3a44588ab94ca0fa75ec5a4"),
    (12, 0, true, 3, "bd285e660e95080c3a266587bca00e62d2637622b07a99d9d3c2af6e3c1c8801"),
    (12, 0, true, 4, "171ae685bba21963a1ad1b695e4be754d370105183422f72b7f6d640fb61093e"),
    (12, 0, false, 1, "b72ef2b7b3dd93f2192643136e077d57b306b5e2d1c0a8e70eb27bb660853d57"),
    (12, 0, false, 3, "b5f521fa9ebc64d3229119c5a8c262144a7ca06c6741d84d606e2380dd86143c"),
    (12, 0, false, 4, "e0ef5e09c6fb2ebca1d05198ec36043d9dde044e1367776acab74f91074d1dc2"),
    (16, 0, true, 1, "ffb8e73b12dfa45afb4a86fd5676d734311a04048d103f280892d273ceeb6fb4"),
    (16, 0, true, 3, "bd8ca12b3e6d29d31de81a7cff67c855d7c020c3ebc8ee5adb1948310f38f7c7"),
    (16, 0, true, 4, "71bb4ffa0505545a1d4b0d18e8b74f83312d94b8c0384863a10acc569ad43084"),
    (16, 0, false, 1, "421cac47215589401b82c33df9adc4eb888732725961d9590f7af1cedcf98c91"),
    (16, 0, false, 3, "a689371d1c142e33734c8f8c4a66a3abc0e7888b33c819a98a305f7bed2c5a82"),
    (16, 0, false, 4, "76f56c89e74703f29933750cb80d83effd500c79b4c0b07811a24500b750ab30"),
    (12, 1, true, 3, "34045b1a331b87523207f109ae6fa79e4e8313075fc73342159d06e022c89820"), // FFmpeg
    (12, 1, false, 3, "19faa48e3cd3ce4b86670fbb33ca2855017c2b493ea0ae8bbb1f3833d1d4174c"), // FFmpeg
];

const WIDTH: usize = 7;
const HEIGHT: usize = 3;

/// The test picture: component `c` of pixel `x`, `y`.
fn code(x: usize, y: usize, c: usize, bits: u32) -> u32 {
    ((37 * x + 101 * y + 211 * c + 13 * x * y) % (1 << bits)) as u32
}

/// A DPX file of one element or several, built from the standard for the tests alone.
#[derive(Clone)]
pub struct Dpx {
    pub big: bool,
    pub bits: u8,
    pub packing: u16,
    pub orientation: u16,
    pub transfer: u8,
    pub colorimetric: u8,
    /// Descriptor and samples, by line, of each element.
    pub elements: Vec<(u8, Vec<Vec<u32>>)>,
}

/// The lines of the test picture with `components` a pixel.
pub fn lines(components: usize, bits: u32) -> Vec<Vec<u32>> {
    let line = |y| (0..WIDTH * components).map(|i| code(i / components, y, i % components, bits)).collect();
    (0..HEIGHT).map(line).collect()
}

impl Dpx {
    pub fn new(bits: u8, packing: u16, big: bool, components: usize) -> Self {
        let descriptor = match components {
            1 => 6,
            3 => 50,
            _ => 51,
        };
        let elements = vec![(descriptor, lines(components, bits.into()))];
        Self { big, bits, packing, orientation: 0, transfer: 3, colorimetric: 1, elements }
    }

    fn line(&self, samples: &[u32], components: usize) -> Vec<u8> {
        let half = |v: u32| if self.big { (v as u16).to_be_bytes() } else { (v as u16).to_le_bytes() };
        let word = |v: u32| if self.big { v.to_be_bytes() } else { v.to_le_bytes() };
        match (self.bits, self.packing) {
            (8, _) => samples.iter().map(|&v| v as u8).collect(),
            (16, _) | (12, 2) => samples.iter().flat_map(|&v| half(v)).collect(),
            (12, 1) => samples.iter().flat_map(|&v| half(v << 4)).collect(),
            (10, 1 | 2) => {
                let up = if self.packing == 1 { 2 } else { 0 };
                let place = |i: usize| 10 * if components == 1 { i } else { 2 - i };
                let pack = |three: &[u32]| word(three.iter().enumerate().map(|(i, v)| v << (place(i) + up)).sum());
                samples.chunks(3).flat_map(pack).collect()
            }
            _ => {
                let bits = usize::from(self.bits);
                let mut words = vec![0u32; (samples.len() * bits).div_ceil(32)];
                for (i, v) in samples.iter().enumerate() {
                    (0..bits).filter(|b| v >> b & 1 == 1).for_each(|b| words[(i * bits + b) / 32] |= 1 << ((i * bits + b) % 32));
                }
                words.into_iter().flat_map(word).collect()
            }
        }
    }

    /// The picture's bytes.
    pub fn data(&self) -> Vec<u8> {
        let lines = self.elements.iter().flat_map(|(_, lines)| lines.iter().map(|l| self.line(l, l.len() / WIDTH)));
        lines.flatten().collect()
    }

    pub fn build(&self) -> Vec<u8> {
        let mut f = vec![0u8; 2048];
        let put = |f: &mut Vec<u8>, at: usize, bytes: &[u8]| {
            let swapped: Vec<u8> = if self.big { bytes.to_vec() } else { bytes.iter().rev().copied().collect() };
            f[at..at + bytes.len()].copy_from_slice(&swapped);
        };
        put(&mut f, 0, b"SDPX");
        put(&mut f, 4, &2048u32.to_be_bytes());
        f[8..12].copy_from_slice(b"V2.0");
        put(&mut f, 660, &u32::MAX.to_be_bytes());
        put(&mut f, 768, &self.orientation.to_be_bytes());
        put(&mut f, 770, &(self.elements.len() as u16).to_be_bytes());
        put(&mut f, 772, &(WIDTH as u32).to_be_bytes());
        put(&mut f, 776, &(HEIGHT as u32).to_be_bytes());
        let mut offset = 2048;
        for (i, (descriptor, lines)) in self.elements.iter().enumerate() {
            let at = 780 + 72 * i;
            f[at + 20..at + 24].copy_from_slice(&[*descriptor, self.transfer, self.colorimetric, self.bits]);
            put(&mut f, at + 24, &self.packing.to_be_bytes());
            put(&mut f, at + 28, &(offset as u32).to_be_bytes());
            offset += lines.iter().map(|l| self.line(l, l.len() / WIDTH).len()).sum::<usize>();
        }
        f[1556..1563].copy_from_slice(b"Scanner");
        f[1588..1591].copy_from_slice(b"007");
        put(&mut f, 1628, &2u32.to_be_bytes());
        put(&mut f, 1632, &1u32.to_be_bytes());
        put(&mut f, 1724, &24f32.to_be_bytes());
        put(&mut f, 1920, &[0x01, 0x02, 0x03, 0x44]);
        put(&mut f, 1940, &23.976f32.to_be_bytes());
        f.extend(self.data());
        f
    }
}

fn picture(clip: &dyn Clip, reading: &Reading) -> Image {
    match clip.read(clip.frames().first(), reading).unwrap() {
        Picture::Rgb(image) => image,
        _ => panic!("RGB"),
    }
}

fn built(dpx: &Dpx) -> Image {
    let (_dir, clip) = open_bytes(&dpx.build());
    picture(&*clip.unwrap(), &Reading::default())
}

/// Full scale as a float, component `c` of the test picture.
fn plane(c: usize, bits: u32) -> Vec<f32> {
    let most = ((1u32 << bits) - 1) as f32;
    (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| code(x, y, c, bits) as f32 / most)).collect()
}

#[test]
fn scans_are_what_openimageio_reads() {
    for &(name, width, height, hash) in OIIO {
        let Some(path) = corpus(&format!("camera/{name}")) else { return };
        let clip = camera::open_single(&path).unwrap();
        let image = picture(&*clip, &Reading::default());
        assert_eq!((image.size().width, image.size().height), (width, height), "{name}");
        let bytes: Vec<u8> = image.planes.iter().chain(&image.alpha).flatten().flat_map(|v| v.to_le_bytes()).collect();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash, "{name}");
    }
}

#[test]
fn every_packing_is_read_as_it_is_written() {
    for &(bits, packing, big, components, hash) in WRITTEN {
        let dpx = Dpx::new(bits, packing, big, components);
        let case = format!("{bits} bit, packing {packing}, big {big}, {components}");
        assert_eq!(blake3::hash(&dpx.data()).to_hex().as_str(), hash, "the test's own writer: {case}");
    }
    for bits in [8u8, 10, 12, 16] {
        for packing in [0, 1, 2] {
            for big in [false, true] {
                for components in [1, 3, 4] {
                    let image = built(&Dpx::new(bits, packing, big, components));
                    for c in 0..3 {
                        let from = if components == 1 { 0 } else { c };
                        assert_eq!(image.planes[c], plane(from, bits.into()), "{bits} {packing} {big} {components}");
                    }
                    assert_eq!(image.alpha, (components == 4).then(|| plane(3, bits.into())));
                    assert_eq!(image.pixel_aspect, 2.0);
                }
            }
        }
    }
}

#[test]
fn elements_and_orientations() {
    let bits = 10;
    let apart = |d: u8, c: usize| (d, (0..HEIGHT).map(|y| (0..WIDTH).map(|x| code(x, y, c, bits)).collect()).collect());
    // R, G, B and alpha as elements of their own, in any order.
    let planar = Dpx { elements: vec![apart(3, 2), apart(1, 0), apart(2, 1), apart(4, 3)], ..Dpx::new(10, 1, true, 1) };
    let image = built(&planar);
    assert_eq!(image.planes, [plane(0, bits), plane(1, bits), plane(2, bits)]);
    assert_eq!(image.alpha, Some(plane(3, bits)));
    // ABGR: component 0 is alpha, 3 is red.
    let mut abgr = Dpx::new(10, 1, false, 4);
    abgr.elements[0].0 = 52;
    let image = built(&abgr);
    assert_eq!((image.planes[0].clone(), image.planes[2].clone(), image.alpha), (plane(3, bits), plane(1, bits), Some(plane(0, bits))));
    // 2: bottom to top; 1: right to left.
    let upright = built(&Dpx::new(12, 1, true, 3));
    let flipped = built(&Dpx { orientation: 2, ..Dpx::new(12, 1, true, 3) });
    let mirrored = built(&Dpx { orientation: 1, ..Dpx::new(12, 1, true, 3) });
    for (x, y) in [(0, 0), (6, 2), (3, 1), (2, 0)] {
        assert_eq!(flipped.pixel(x, y), upright.pixel(x, 2 - y));
        assert_eq!(mirrored.pixel(x, y), upright.pixel(6 - x, y));
    }
    // Lines of bytes that start at 32-bit words, as ImageMagick writes them: the length shows it.
    let mut bytes = Dpx::new(8, 0, true, 3).build();
    let data = bytes.split_off(2048);
    data.chunks(21).for_each(|l| bytes.extend(l.iter().chain(&[0; 3])));
    let (_dir, clip) = open_bytes(&bytes);
    assert_eq!(picture(&*clip.unwrap(), &Reading::default()).planes[1], plane(1, 8));
}

#[test]
fn the_header_says_what_the_values_mean_or_nothing_does() {
    let encoding = |bits: u8, transfer: u8, colorimetric: u8| {
        let (_dir, clip) = open_bytes(&Dpx { transfer, colorimetric, ..Dpx::new(bits, 1, true, 3) }.build());
        match clip.unwrap().encoding() {
            Encoding::Coded { transform, .. } => {
                prelight::color::transform(transform, false).unwrap();
                Some(transform.clone())
            }
            Encoding::Unknown => None,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(encoding(10, 13, 13).as_deref(), Some("adx10"));
    assert_eq!(encoding(16, 13, 255).as_deref(), Some("adx16"));
    assert_eq!(encoding(12, 13, 13), None);
    assert_eq!(encoding(16, 2, 6).as_deref(), Some("linear-rec709"));
    // Printing density, logarithmic, video, undefined; linear without primaries.
    for (transfer, colorimetric) in [(1, 1), (3, 6), (6, 6), (255, 255), (2, 0)] {
        assert_eq!(encoding(10, transfer, colorimetric), None);
    }
}

#[test]
fn legal_range_is_what_a_person_says() {
    let (_dir, clip) = open_bytes(&Dpx::new(10, 1, true, 3).build());
    let image = picture(&*clip.unwrap(), &Reading { range: Some(SignalRange::Legal), matrix: None });
    let expected: Vec<f32> = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (code(x, y, 0, 10) as f32 - 64.0) / 876.0)).collect();
    assert_eq!(image.planes[0], expected);
}

#[test]
fn metadata_of_a_header() {
    let (_dir, clip) = open_bytes(&Dpx::new(10, 1, true, 3).build());
    let clip = clip.unwrap();
    let m = clip.metadata();
    assert_eq!(m.start_timecode.as_ref().unwrap().value.to_string(), "01:02:03;04");
    assert_eq!(m.frame_rate.as_ref().unwrap().value.to_string(), "24000/1001");
    assert_eq!(m.squeeze.as_ref().unwrap().value, 2.0);
    assert_eq!((m.model.as_ref().unwrap().value.as_str(), m.serial.as_ref().unwrap().value.as_str()), ("Scanner", "007"));
    assert_eq!(m.transfer.as_ref().unwrap().value, "logarithmic");
    assert_eq!(m.bit_depth.as_ref().unwrap().value, 10);
}

/// A real scanner's header without its picture (ExifTool's test file).
#[test]
fn a_header_without_its_picture_inspects() {
    let Some(path) = corpus("camera/real/exiftool_DPX.dpx") else { return };
    let clip = camera::open_single(&path).unwrap();
    let m = clip.metadata();
    assert_eq!(m.model.as_ref().unwrap().value, "SPIRIT-4K DATACINE");
    assert_eq!(m.serial.as_ref().unwrap().value, "01018");
    assert_eq!(m.date_time.as_ref().unwrap().value, "2010:08:03:08:38:16");
    assert_eq!(m.transfer.as_ref().unwrap().value, "printing density");
    assert_eq!(m.start_timecode.as_ref().unwrap().value.to_string(), "00:00:10:15");
    assert_eq!(m.unmapped["DPX 260 project name"], "Project name");
    let error = clip.read(0, &Default::default()).unwrap_err();
    assert_eq!(error.exit_code(), 10);
    assert!(error.to_string().contains("2048x1556 need"), "{error}");
    // The header of FFmpeg's file ends at 1664: picture is not taken for film and television fields.
    let Some(path) = corpus("camera/synthetic/cineonlog_10bit_720p.dpx") else { return };
    let m = camera::open_single(&path).unwrap().metadata().clone();
    assert_eq!((m.start_timecode, m.frame_rate, m.shutter_angle), (None, None, None));
    assert!(m.unmapped.keys().all(|k| !k.contains("slate")), "{:?}", m.unmapped);
}

#[test]
fn what_is_not_read_is_named() {
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Dpx::new(10, 1, true, 3).build();
        change(&mut bytes);
        let (_dir, clip) = open_bytes(&bytes);
        let error = clip.unwrap().read(0, &Default::default()).unwrap_err();
        assert_eq!(error.exit_code(), 10);
        error.to_string()
    };
    assert!(refused(&|b| b[807] = 1).contains("DPX 806 encoding = 1: run-length"));
    assert!(refused(&|b| b[800] = 100).contains("CbYCrY"));
    assert!(refused(&|b| b[803] = 32).contains("DPX 803 bit size = 32"));
    assert!(refused(&|b| b[805] = 5).contains("DPX 804 packing = 5"));
    assert!(refused(&|b| b[769] = 4).contains("top to bottom, left to right"));
    assert!(refused(&|b| b[8..15].copy_from_slice(b"V2.0HDR")).contains("ST 268-2"));
    assert!(refused(&|b| b[783] = 1).contains("signed"));
    assert!(refused(&|b| b.truncate(2048 + 83)).contains("DPX 808 offset to data = 2048"));
}
