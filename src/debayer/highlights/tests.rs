//! Hard edges of clipped highlights: what lifting the mosaic does for the picture, after the pixel's own rule.

use super::Highlights;
use crate::{
    color::{ClippedHighlights, Op, Processor},
    debayer::{Domain, Options, Tier, debayer, debayer_lifted, debayer_tiled, simd, strips::Tiling},
    image::{Cfa, CfaPlane, Image, Size},
};

const NEUTRAL: [f64; 3] = [0.5, 1.0, 0.6];
const SIDE: usize = 40;
const SIZE: Size = Size::new(SIDE as u32, SIDE as u32);

fn channel(cfa: Cfa, i: usize) -> usize {
    cfa.color((i % SIDE) as u32, (i / SIDE) as u32) as usize
}

/// What the sensor records of `light` (RGB, 1 = green clips).
fn mosaic(cfa: Cfa, light: impl Fn(f32, f32) -> [f32; 3]) -> CfaPlane {
    let sample = |i: usize| {
        let c = channel(cfa, i);
        (light((i % SIDE) as f32, (i / SIDE) as f32)[c] * NEUTRAL[c] as f32).min(1.0)
    };
    CfaPlane { size: SIZE, samples: (0..SIDE * SIDE).map(sample).collect(), cfa }
}

/// Balanced RGB of every pixel after the colour road's rule for clipped channels.
fn balanced(mut image: Image) -> Vec<[f32; 3]> {
    Processor::new(&[Op::ClippedHighlights(ClippedHighlights { neutral: NEUTRAL })]).apply_image(&mut image);
    let [r, g, b] = &image.planes;
    let pixels = r.iter().zip(g).zip(b);
    pixels.map(|((r, g), b)| [r / NEUTRAL[0] as f32, g / NEUTRAL[1] as f32, b / NEUTRAL[2] as f32]).collect()
}

/// How far red and blue both stand above green, but for the outermost pixels: what is mirrored there is another shape.
fn magenta(image: Image) -> f32 {
    let side = image.size().width as usize;
    let inner = 2..side - 2;
    let pixels = balanced(image).into_iter().enumerate().filter(|(i, _)| inner.contains(&(i % side)) && inner.contains(&(i / side)));
    pixels.map(|(_, [r, g, b])| r.min(b) - g).fold(0.0, f32::max)
}

type Shape = Box<dyn Fn(f32, f32) -> bool>;

/// Edges and bars at several angles, discs: 1 to 8 pixels wide. A bar of one pixel on a diagonal and a disc of one pixel can lie
/// on red and blue sites alone: nobody can tell them from magenta ones.
fn shapes() -> Vec<(String, Shape)> {
    let middle = SIDE as f32 / 2.0;
    let mut all: Vec<(String, Shape)> = vec![];
    for angle in [0.0f32, 10.0, 26.6, 45.0, 90.0, 135.0] {
        let (s, c) = angle.to_radians().sin_cos();
        let distance = move |x: f32, y: f32| (x - middle) * c + (y - middle) * s;
        all.push((format!("edge at {angle}"), Box::new(move |x, y| distance(x, y) > 0.3)));
        for width in [if angle % 90.0 == 45.0 { 1.42f32 } else { 1.0 }, 2.0, 3.0, 5.0, 8.0] {
            all.push((format!("bar at {angle}, {width} wide"), Box::new(move |x, y| distance(x, y).abs() < width / 2.0 + 0.01)));
        }
    }
    for width in [2.0f32, 3.0, 5.0, 8.0] {
        all.push((format!("disc, {width} wide"), Box::new(move |x, y| (x - middle).hypot(y - middle) < width / 2.0 + 0.01)));
    }
    all
}

/// Neutral light that clips in green, and in green and blue, beside dark. Lifted, no pixel of any tier is magenta by more than a
/// tenth of the clip of green (a reduced one by a fifth); as recorded, the worst are by 0.4 to 1.3.
#[test]
fn hard_edges_show_no_magenta() {
    for tier in Tier::ALL {
        let options = Options::for_tier(tier);
        let (mut before, mut after) = (0.0f32, 0.0f32);
        for (name, inside) in shapes() {
            for (bright, dark) in [(1.3, 0.02), (2.0, 0.2)] {
                for cfa in [Cfa::Rggb, Cfa::Gbrg] {
                    let plane = mosaic(cfa, |x, y| [if inside(x, y) { bright } else { dark }; 3]);
                    before = before.max(magenta(debayer(&plane, tier, &options).unwrap()));
                    let lifted = magenta(debayer_lifted(&plane, NEUTRAL, tier, &options).unwrap());
                    // The mean of a pixel that is too red and one that is too blue is magenta.
                    let limit = if tier.reduction() > 1 { 0.2 } else { 0.1 };
                    assert!(lifted <= limit, "{tier}, {cfa}, {name}, {bright} beside {dark}: {lifted}");
                    after = after.max(lifted);
                }
            }
        }
        eprintln!("{tier}: {before:.2} became {after:.3}");
        assert!(before > 0.3, "{tier}: {before}, nothing to mend");
    }
}

/// What is magenta stays so: of lights that clip in red and blue but not in green, and of one that clips in red alone.
#[test]
fn coloured_lights_keep_their_colour() {
    for tier in Tier::ALL {
        for light in [[3.0f32, 0.2, 3.0], [4.0, 0.1, 0.05], [0.1, 0.3, 4.0]] {
            for cfa in Cfa::ALL {
                let plane = mosaic(cfa, |x, _| if x > 20.0 { light } else { [0.05; 3] });
                let (recorded, lifted) =
                    (debayer(&plane, tier, &Options::for_tier(tier)), debayer_lifted(&plane, NEUTRAL, tier, &Options::for_tier(tier)));
                let side = SIDE / tier.reduction();
                let at = |image: Image| balanced(image)[side / 2 * side + side * 7 / 8];
                let (recorded, lifted) = (at(recorded.unwrap()), at(lifted.unwrap()));
                assert!(recorded.iter().zip(lifted).all(|(a, b)| (a - b).abs() < 1e-5), "{tier} {light:?}: {recorded:?} became {lifted:?}");
            }
        }
    }
}

fn noise(size: Size, most: f32) -> CfaPlane {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 24) as f32 * (most + 0.1) - 0.1
    };
    CfaPlane { size, samples: (0..size.area()).map(|_| next()).collect(), cfa: Cfa::Grbg }
}

fn variants() -> impl Iterator<Item = (Tier, Options)> {
    Tier::ALL.into_iter().flat_map(|tier| {
        let domains = [Domain::Linear, Domain::LOG].into_iter();
        domains.map(move |domain| (tier, Options { domain, limit_overshoot: true, white_balance: [2.0, 1.0, 1.5], ..Options::CODED }))
    })
}

#[test]
fn without_clipped_samples_nothing_changes() {
    let plane = noise(Size::new(61, 37), 0.899);
    for (tier, options) in variants() {
        let (recorded, lifted) = (debayer(&plane, tier, &options).unwrap(), debayer_lifted(&plane, NEUTRAL, tier, &options).unwrap());
        assert!(recorded == lifted, "{tier} {options:?}");
    }
}

#[test]
fn any_tiling_thread_count_and_instruction_set_gives_the_same_bits() {
    let plane = noise(Size::new(83, 29), 1.2);
    let highlights = Highlights::new(NEUTRAL).unwrap();
    for (tier, options) in variants() {
        let whole = debayer_lifted(&plane, NEUTRAL, tier, &options).unwrap();
        assert!(whole != debayer(&plane, tier, &options).unwrap());
        for (rows, columns) in [(1, 512), (8, 10), (7, 34)] {
            let mut image = Image::new(Size::new(1, 1));
            let pool = rayon::ThreadPoolBuilder::new().num_threads(rows % 3 + 1).build().unwrap();
            let run = || debayer_tiled((&plane).into(), tier, &options, Some(highlights), Tiling { rows, columns }, &mut image);
            pool.install(run).unwrap();
            assert!(image == whole, "{tier} {options:?} tiles of {rows} {columns}");
        }
        for level in simd::Level::ALL {
            simd::hold_at(level);
            assert!(debayer_lifted(&plane, NEUTRAL, tier, &options).unwrap() == whole, "{tier} {options:?} {level:?}");
        }
    }
}

#[test]
fn tiny_and_hostile_mosaics_do_not_panic() {
    for (w, h) in (1..=4).flat_map(|w| (1..=4).map(move |h| (w, h))) {
        let mut plane = noise(Size::new(w, h), 1.5);
        for odd in [f32::NAN, f32::INFINITY, f32::MAX] {
            plane.samples[0] = odd;
            for (tier, options) in variants() {
                assert_eq!(debayer_lifted(&plane, NEUTRAL, tier, &options).unwrap().size(), tier.output_size(plane.size));
            }
        }
    }
    let plane = noise(Size::new(4, 4), 1.0);
    for neutral in [[0.0, 1.0, 1.0], [1.0, f64::NAN, 1.0], [1.0, 1.0, f64::INFINITY]] {
        assert!(debayer_lifted(&plane, neutral, Tier::Mhc, &Options::default()).is_err());
    }
}
