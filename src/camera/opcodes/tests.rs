//! Each opcode against values worked out by hand from DNG 1.7 chapter 7.

use super::*;
use crate::image::Cfa;

/// An opcode list of `(id, flags, parameters)`.
pub fn list(opcodes: &[(u32, u32, Vec<u8>)]) -> Vec<u8> {
    let mut out = (opcodes.len() as u32).to_be_bytes().to_vec();
    for (id, flags, parameters) in opcodes {
        [*id, 0x0103_0000, *flags, parameters.len() as u32].iter().for_each(|v| out.extend(v.to_be_bytes()));
        out.extend(parameters);
    }
    out
}

fn u32s(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_be_bytes()).collect()
}
fn f64s(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_be_bytes()).collect()
}
fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_be_bytes()).collect()
}

/// Top, left, bottom, right; pitch down and across; plane 0.
fn area(rect: [u32; 4], pitch: [u32; 2]) -> Vec<u8> {
    u32s(&[rect[0], rect[1], rect[2], rect[3], 0, 1, pitch[0], pitch[1]])
}

fn linear(width: u32, height: u32, samples: Vec<f32>) -> CfaPlane {
    CfaPlane { size: Size::new(width, height), samples, cfa: Cfa::Rggb }
}

fn on_linear(opcode: (u32, Vec<u8>), mut plane: CfaPlane) -> Vec<f32> {
    let bytes = list(&[(opcode.0, 0, opcode.1)]);
    Opcodes::parse([None, Some(&bytes), None]).unwrap().apply_to_linear(&mut plane).unwrap();
    plane.samples
}

fn mosaic(width: u32, height: u32, samples: Vec<u16>) -> Mosaic {
    Mosaic::new(Size::new(width, height), 16, samples)
}

fn on_stored(opcode: (u32, Vec<u8>), mut m: Mosaic) -> Result<Vec<u16>> {
    let bytes = list(&[(opcode.0, 0, opcode.1)]);
    Opcodes::parse([Some(&bytes), None, None])?.apply_to_stored(&mut m)?;
    Ok(m.samples)
}

fn on_rgb(opcode: (u32, Vec<u8>), mut image: Image) -> Image {
    let bytes = list(&[(opcode.0, 0, opcode.1)]);
    let size = image.size();
    Opcodes::parse([None, None, Some(&bytes)]).unwrap().apply_to_rgb(&mut image, size, 1, true).unwrap();
    image
}

#[test]
fn map_table() {
    // 0 -> 6554, 1 -> 13107, 2 and beyond -> 32768; whole numbers in list 1.
    let table = [area([0, 0, 1, 3], [1, 2]), u32s(&[3]), vec![0x19, 0x9a, 0x33, 0x33, 0x80, 0x00]].concat();
    assert_eq!(on_stored((7, table.clone()), mosaic(4, 1, vec![1, 1, 9, 1])).unwrap(), [13107, 1, 32768, 1]);
    let out = on_linear((7, table), linear(4, 1, vec![1.2 / 65535.0, 0.5, -1.0 / 65535.0, 0.5]));
    assert_eq!(out[0], 13107.0 / 65535.0);
    // Below black: 2 f(0) - f(-x).
    assert!((out[2] - (2.0 * 6554.0 - 13107.0) / 65535.0).abs() < 1e-7, "{}", out[2]);
    assert_eq!([out[1], out[3]], [0.5; 2]);
}

#[test]
fn map_polynomial() {
    // 0.1 + 0.5 x + 2 x^2 on the lower right pixels.
    let p = [area([1, 1, 2, 3], [1, 1]), u32s(&[2]), f64s(&[0.1, 0.5, 2.0])].concat();
    let out = on_linear((8, p), linear(3, 2, vec![0.25, 0.25, 0.25, 0.25, 0.25, 0.9]));
    assert_eq!(out, [0.25, 0.25, 0.25, 0.25, 0.35, 1.0]);
    // Below black it is mirrored through f(0): 0.2 - f(0.25) = -0.15.
    let p = [area([0; 4], [1, 1]), u32s(&[2]), f64s(&[0.1, 0.5, 2.0])].concat();
    assert!((on_linear((8, p), linear(1, 1, vec![-0.25]))[0] + 0.15).abs() < 1e-7);
    // List 1 takes codes: 100 + 2 x.
    let p = [area([0; 4], [1, 1]), u32s(&[1]), f64s(&[100.0, 2.0])].concat();
    assert_eq!(on_stored((8, p), mosaic(3, 1, vec![0, 7, 65000])).unwrap(), [100, 114, 65535]);
}

#[test]
fn lines_are_added_and_multiplied() {
    let rows = |id, values: &[f32]| (id, [area([1, 0, 4, 2], [2, 1]), u32s(&[2]), f32s(values)].concat());
    let columns = |id, values: &[f32]| (id, [area([0, 1, 2, 4], [1, 2]), u32s(&[2]), f32s(values)].concat());
    let half = |w, h| linear(w, h, vec![0.5; 8]);
    assert_eq!(on_linear(rows(10, &[0.25, -0.75]), half(2, 4)), [0.5, 0.5, 0.75, 0.75, 0.5, 0.5, -0.25, -0.25]);
    assert_eq!(on_linear(rows(12, &[1.5, 4.0]), half(2, 4)), [0.5, 0.5, 0.75, 0.75, 0.5, 0.5, 1.0, 1.0]);
    assert_eq!(on_linear(columns(11, &[0.25, -0.25]), half(4, 2)), [0.5, 0.75, 0.5, 0.25, 0.5, 0.75, 0.5, 0.25]);
    assert_eq!(on_linear(columns(13, &[0.5, 2.0]), half(4, 2)), [0.5, 0.25, 0.5, 1.0, 0.5, 0.25, 0.5, 1.0]);
    // In list 1 the numbers are codes.
    assert_eq!(on_stored(rows(10, &[3.0, -600.0]), mosaic(2, 4, vec![500; 8])).unwrap(), [500, 500, 503, 503, 500, 500, 0, 0]);
    let short = [area([1, 0, 4, 2], [2, 1]), u32s(&[3]), f32s(&[1.0; 3])].concat();
    assert!(on_stored((10, short), mosaic(2, 4, vec![0; 8])).unwrap_err().to_string().contains("3 numbers for 2 lines"));
}

#[test]
fn gain_map() {
    // 2 x 2 points at 0.25 and 0.75 of either side of a 4 x 4 picture: pixel centres lie at 1/8, 3/8, 5/8, 7/8.
    let map = [area([0, 0, 4, 4], [1, 1]), u32s(&[2, 2]), f64s(&[0.5, 0.5, 0.25, 0.25]), u32s(&[1]), f32s(&[1.0, 2.0, 3.0, 4.0])].concat();
    let out = on_linear((9, map), linear(4, 4, vec![0.125; 16]));
    // Constant up to the first point, then linear: 1, 1.25, 1.75, 2 across and +0, +0.5, +1.5, +2 down.
    let want: Vec<f32> = [0.0, 0.5, 1.5, 2.0].iter().flat_map(|d| [1.0, 1.25, 1.75, 2.0].map(|a| 0.125 * (a + d))).collect();
    assert_eq!(out, want);
    // Sensor clip stays 1.
    let map = [area([0; 4], [1, 1]), u32s(&[1, 1]), f64s(&[0.0; 4]), u32s(&[1]), f32s(&[3.0])].concat();
    assert_eq!(on_linear((9, map), linear(2, 1, vec![0.5, -0.25])), [1.0, -0.75]);
    let long = [area([0; 4], [1, 1]), u32s(&[u32::MAX, u32::MAX]), f64s(&[1.0; 4]), u32s(&[1]), f32s(&[3.0])].concat();
    assert!(Opcodes::parse([None, Some(&list(&[(9, 0, long)])), None]).unwrap_err().to_string().contains("do not fit"));
}

#[test]
fn bad_pixels() {
    // A red site at 2, 2 and its green neighbour at 3, 2 of an RGGB mosaic.
    let samples = |f: &dyn Fn(usize, usize) -> u16| (0..36).map(|i| f(i % 6, i / 6)).collect::<Vec<u16>>();
    let base = |x: usize, y: usize| (100 * x + y) as u16;
    let broken = samples(&|x, y| if (x, y) == (2, 2) || (x, y) == (3, 2) { 0 } else { base(x, y) });
    for opcode in [(4, u32s(&[0, 0])), (5, u32s(&[0, 1, 1, 2, 2, 2, 3, 3, 4]))] {
        // Site 0, 0 is 0 as well: the mean of the reds two to the right and two below.
        let constant = opcode.0 == 4;
        let out = on_stored(opcode, mosaic(6, 6, broken.clone())).unwrap();
        assert_eq!(out[2 * 6 + 2], (base(2, 0) + base(0, 2) + base(4, 2) + base(2, 4)) / 4);
        assert_eq!(out[2 * 6 + 3], (base(2, 1) + base(4, 1) + base(2, 3) + base(4, 3)) / 4);
        assert_eq!(out[0], if constant { (base(2, 0) + base(0, 2)) / 2 } else { 0 });
        let touched = out.iter().zip(&broken).filter(|(a, b)| a != b).count();
        assert_eq!(touched, if constant { 3 } else { 2 });
    }
    let outside = u32s(&[0, 1, 0, 6, 0]);
    assert!(on_stored((5, outside), mosaic(6, 6, broken.clone())).unwrap_err().to_string().contains("outside the 6x6"));
    // Nothing good within reach: it stays.
    assert_eq!(on_stored((4, u32s(&[7, 0])), mosaic(2, 2, vec![7; 4])).unwrap(), [7; 4]);
}

#[test]
fn vignette() {
    // 5 x 3 pixels, centre in the middle: the corner pixel is at r = 1, the one two to the right of the middle at r^2 = 4/5.
    let image = Image::from_planes(Size::new(5, 3), std::array::from_fn(|_| vec![0.25; 15]));
    let out = on_rgb((3, f64s(&[0.5, 0.25, 0.0, 0.0, 0.25, 0.5, 0.5])), image).planes[2].clone();
    assert_eq!((out[7], out[0], out[14]), (0.25, 0.5, 0.5));
    let r2: f64 = 0.8;
    let want = 0.25 * (1.0 + 0.5 * r2 + 0.25 * r2 * r2 + 0.25 * r2.powi(5));
    assert!((f64::from(out[9]) - want).abs() < 1e-7, "{} {want}", out[9]);
}

/// Red holds x, green y of a 9 x 7 picture: a warp shows where each pixel came from.
fn coordinates() -> Image {
    let plane = |f: fn(usize) -> usize| (0..63).map(|i| f(i) as f32).collect::<Vec<_>>();
    Image::from_planes(Size::new(9, 7), [plane(|i| i % 9), plane(|i| i / 9), plane(|i| i % 9)])
}

#[test]
fn rectilinear_warp() {
    // Centre 4, 3; radius 5 to the corner. One model: k = 0.5, 0.2 and tangential 0.05, 0.1.
    let out = on_rgb((1, [u32s(&[1]), f64s(&[0.5, 0.2, 0.0, 0.0, 0.05, 0.1, 0.5, 0.5])].concat()), coordinates());
    for (x, y) in [(4u32, 3u32), (7, 5), (6, 3), (2, 5)] {
        let (dx, dy) = ((f64::from(x) - 4.0) / 5.0, (f64::from(y) - 3.0) / 5.0);
        let r2 = dx * dx + dy * dy;
        let f = 0.5 + 0.2 * r2;
        let sx = 4.0 + 5.0 * (f * dx + 0.05 * 2.0 * dx * dy + 0.1 * (r2 + 2.0 * dx * dx));
        let sy = 3.0 + 5.0 * (f * dy + 0.1 * 2.0 * dx * dy + 0.05 * (r2 + 2.0 * dy * dy));
        // The cubic is exact for planes of slope 1 away from the edges.
        let [r, g, b] = out.pixel(x, y).map(f64::from);
        assert!((r - sx).abs() < 1e-5 && (g - sy).abs() < 1e-5 && r == b, "{x},{y}: {r} {sx}, {g} {sy}");
    }
    // A model for each plane: blue is left alone.
    let models = f64s(&[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5]);
    let out = on_rgb((1, [u32s(&[3]), models].concat()), coordinates());
    assert_eq!(out.pixel(8, 3), [6.0, 3.0, 8.0]);
    assert_eq!(out.planes[2], coordinates().planes[2]);
    // What lies beyond the edge repeats it.
    let out = on_rgb((1, [u32s(&[1]), f64s(&[9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5])].concat()), coordinates());
    assert_eq!(out.pixel(8, 0), [8.0, 0.0, 8.0]);
}

#[test]
fn fisheye_warp() {
    let out = on_rgb((2, [u32s(&[1]), f64s(&[0.8, 0.1, 0.0, 0.0, 0.5, 0.5])].concat()), coordinates());
    let r: f64 = 3.0 / 5.0;
    let t = r.atan();
    let want = 4.0 + 5.0 * (0.8 * t + 0.1 * t.powi(3));
    assert!((f64::from(out.pixel(7, 3)[0]) - want).abs() < 1e-5, "{:?} {want}", out.pixel(7, 3));
    assert_eq!(out.pixel(4, 3), [4.0, 3.0, 4.0]);
}

#[test]
fn the_arc_tangent_is_exact_to_the_last_bits() {
    for i in 0..20_000 {
        let x = f64::from(i) / 1000.0;
        assert!((warp::atan(x) - x.atan()).abs() < 1.5e-15, "{x}");
    }
}

#[test]
fn what_is_trimmed_is_black() {
    let trim = (6, u32s(&[1, 2, 6, 9]));
    let out = on_rgb(trim.clone(), coordinates());
    assert_eq!((out.pixel(2, 1), out.pixel(8, 5)), ([2.0, 1.0, 2.0], [8.0, 5.0, 8.0]));
    assert_eq!([out.pixel(1, 1), out.pixel(8, 6), out.pixel(4, 0)], [[0.0; 3]; 3]);
    // Stored samples are trimmed only beyond the active area.
    let mut m = mosaic(9, 7, vec![1; 63]);
    assert!(on_stored(trim.clone(), m.clone()).unwrap_err().to_string().contains("TrimBounds"));
    m.active_area = Rect::new(2, 2, 6, 4);
    assert_eq!(on_stored(trim, m).unwrap(), [1; 63]);
}

#[test]
fn unknown_opcodes_are_refused_unless_optional() {
    let unknown = |flags| list(&[(99, flags, vec![1, 2, 3])]);
    let e = Opcodes::parse([None, None, Some(&unknown(0))]).unwrap_err();
    assert_eq!(e.kind(), crate::ErrorKind::Unsupported);
    assert!(e.to_string().starts_with("DNG OpcodeList3 = opcode 99: "), "{e}");
    assert!(Opcodes::parse([None, None, Some(&unknown(1))]).unwrap().is_empty());
    // A version of DNG still to come.
    let mut newer = list(&[(6, 0, u32s(&[0, 0, 1, 1]))]);
    newer[8] = 2;
    assert!(Opcodes::parse([None, None, Some(&newer)]).is_err());
    let misplaced = list(&[(1, 0, [u32s(&[1]), f64s(&[0.0; 8])].concat())]);
    assert!(Opcodes::parse([Some(&misplaced), None, None]).unwrap_err().to_string().contains("WarpRectilinear does not act here"));
    // Cut anywhere, it is an error.
    let whole = list(&[(8, 0, [area([0; 4], [1, 1]), u32s(&[1]), f64s(&[0.0, 1.0])].concat())]);
    assert!((0..whole.len()).all(|n| Opcodes::parse([None, Some(&whole[..n]), None]).is_err()));
}

#[test]
fn lists_are_described() {
    let gain = [area([0; 4], [1, 1]), u32s(&[1, 1]), f64s(&[0.0; 4]), u32s(&[1]), f32s(&[1.0])].concat();
    let bytes = list(&[(9, 0, gain.clone()), (9, 0, gain), (99, 1, vec![])]);
    assert_eq!(describe(&bytes), "GainMap x2, opcode 99 (optional); applied but for what is optional and not known");
    assert_eq!(describe(&list(&[(99, 0, vec![])])).split(':').next(), Some("opcode 99; not applied"));
    assert_eq!(describe(&[0, 0]), "empty");
    assert_eq!(describe(&bytes[..10]), "empty");
}

#[test]
fn damaged_lists_do_not_panic() {
    let gain = [area([0, 0, 4, 4], [1, 1]), u32s(&[2, 2]), f64s(&[0.5, 0.5, 0.25, 0.25]), u32s(&[1]), f32s(&[1.0; 4])].concat();
    let table = [area([0, 0, 1, 3], [1, 2]), u32s(&[3]), vec![0; 6]].concat();
    let rows = [area([1, 0, 4, 2], [2, 1]), u32s(&[2]), f32s(&[0.5; 2])].concat();
    let polynomial = [area([0; 4], [1, 1]), u32s(&[2]), f64s(&[0.1, 0.5, 2.0])].concat();
    let values = vec![(7, 0, table), (8, 0, polynomial), (9, 0, gain), (10, 0, rows)];
    let first = list(&[(4, 0, u32s(&[0, 0])), (5, 0, u32s(&[0, 1, 1, 2, 2, 2, 3, 3, 4])), (6, 0, u32s(&[0, 0, 6, 6]))]);
    let second = list(&values);
    let warps = [
        (1, 0, [u32s(&[1]), f64s(&[1.0, 0.2, 0.0, 0.0, 0.0, 0.1, 0.5, 0.5])].concat()),
        (2, 0, [u32s(&[1]), f64s(&[0.8, 0.1, 0.0, 0.0, 0.5, 0.5])].concat()),
    ];
    let third = list(&[vec![(3, 0, f64s(&[0.5, 0.25, 0.0, 0.0, 0.25, 0.5, 0.5]))], warps.to_vec(), values].concat());
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 20) as usize % n
    };
    let mut applied = 0;
    for round in 0..6000 {
        let mut lists = [first.clone(), second.clone(), third.clone()];
        let hurt = &mut lists[round % 3];
        for _ in 0..1 + random(3) {
            let at = random(hurt.len());
            match random(3) {
                0 => hurt[at] ^= 1 << random(8),
                1 => hurt[at] = [0, 0x7f, 0x80, 0xff][random(4)],
                _ => hurt.truncate(at.max(1)),
            }
        }
        let Ok(opcodes) = Opcodes::parse([Some(&lists[0]), Some(&lists[1]), Some(&lists[2])]) else { continue };
        let mut m = mosaic(6, 6, vec![9; 36]);
        let mut plane = linear(6, 6, vec![0.5; 36]);
        let mut image = Image::from_planes(Size::new(6, 6), std::array::from_fn(|_| vec![0.5; 36]));
        let done = opcodes.apply_to_stored(&mut m).and_then(|()| opcodes.apply_to_linear(&mut plane));
        let done = done.and_then(|()| opcodes.apply_to_rgb(&mut image, Size::new(6, 6), 1, true));
        applied += usize::from(done.is_ok());
        assert!(plane.samples.iter().chain(image.planes.iter().flatten()).all(|v| v.is_finite()));
    }
    assert!(applied > 500, "{applied}");
}

/// A mosaic narrower than a reduced debayer's pixel, of which only the lower part is left.
#[test]
fn a_narrow_picture_of_a_reduced_debayer_is_warped_within_itself() {
    let int = |v: u32| v.to_be_bytes().to_vec();
    let real = |v: f64| v.to_be_bytes().to_vec();
    let trim = [int(60), int(0), int(100), int(1)].concat();
    let warp = [int(1), real(1.0), real(0.2), real(0.0), real(0.0), real(0.0), real(0.0), real(0.5), real(0.5)].concat();
    let bytes = list(&[(6, 0, trim), (1, 0, warp)]);
    let opcodes = Opcodes::parse([None, None, Some(&bytes)]).unwrap();
    for step in [1, 2, 4, 8] {
        let full = Size::new(1, 100);
        let size = Size::new(1, 100u32.div_ceil(step));
        let mut image = Image::from_planes(size, std::array::from_fn(|_| vec![0.5; size.area()]));
        opcodes.apply_to_rgb(&mut image, full, step, true).unwrap();
        assert!(image.planes.iter().flatten().all(|v| v.is_finite()));
    }
}
