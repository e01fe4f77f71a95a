use super::*;
use crate::image::{BlackLevel, Cfa, CfaColor, CfaPlane, Mosaic};

/// Reproducible noise from -0.1 to 1.1.
fn noise(size: Size, cfa: Cfa) -> CfaPlane {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 24) as f32 * 1.2 - 0.1
    };
    CfaPlane { size, samples: (0..size.area()).map(|_| next()).collect(), cfa }
}

fn channel(cfa: Cfa, x: u32, y: u32) -> usize {
    match cfa.color(x, y) {
        CfaColor::Red => 0,
        CfaColor::Green => 1,
        CfaColor::Blue => 2,
    }
}

/// Every option that changes pixels.
fn variants() -> Vec<(Tier, Options)> {
    let mut all = vec![];
    for tier in Tier::ALL {
        for domain in [Domain::Linear, Domain::LOG] {
            for limit_overshoot in [false, true] {
                all.push((tier, Options { domain, white_balance: [2.0, 1.0, 1.5], limit_overshoot, ..Options::CODED }));
            }
        }
    }
    all
}

/// The published filters (and means), written down as the papers print them and applied by the dumbest loop.
fn oracle(plane: &CfaPlane, tier: Tier) -> Image {
    const GREEN: [[f64; 5]; 5] =
        [[0., 0., -1., 0., 0.], [0., 0., 2., 0., 0.], [-1., 2., 4., 2., -1.], [0., 0., 2., 0., 0.], [0., 0., -1., 0., 0.]];
    const ROW: [[f64; 5]; 5] =
        [[0., 0., 0.5, 0., 0.], [0., -1., 0., -1., 0.], [-1., 4., 5., 4., -1.], [0., -1., 0., -1., 0.], [0., 0., 0.5, 0., 0.]];
    const OTHER: [[f64; 5]; 5] =
        [[0., 0., -1.5, 0., 0.], [0., 2., 0., 2., 0.], [-1.5, 0., 6., 0., -1.5], [0., 2., 0., 2., 0.], [0., 0., -1.5, 0., 0.]];
    let (w, h) = (plane.size.width as i64, plane.size.height as i64);
    let reflect = |i: i64, n: i64| {
        if i < 0 {
            -i
        } else if i >= n {
            2 * (n - 1) - i
        } else {
            i
        }
    };
    let at = |x: i64, y: i64| f64::from(plane.samples[(reflect(y, h) * w + reflect(x, w)) as usize]);
    let mut out = Image::new(plane.size);
    for y in 0..h {
        for x in 0..w {
            let here = channel(plane.cfa, x as u32, y as u32);
            for c in 0..3 {
                let in_row = channel(plane.cfa, (x + 1) as u32, y as u32) == c;
                let mut sum = 0.0;
                for dy in -2..=2i64 {
                    for dx in -2..=2i64 {
                        let (i, j) = ((dy + 2) as usize, (dx + 2) as usize);
                        let mhc = match (here, c) {
                            (1, _) if in_row => ROW[i][j],
                            (1, _) => ROW[j][i],
                            (_, 1) => GREEN[i][j],
                            _ => OTHER[i][j],
                        } / 8.0;
                        let near = (dx.abs() <= 1 && dy.abs() <= 1) && channel(plane.cfa, (x + dx) as u32 & 1, (y + dy) as u32 & 1) == c;
                        let count = match (here, c) {
                            (1, _) => 2.0,
                            _ => 4.0,
                        };
                        sum += at(x + dx, y + dy) * if tier == Tier::Mhc { mhc } else { f64::from(u8::from(near)) / count };
                    }
                }
                out.planes[c][(y * w + x) as usize] = if here == c { at(x, y) as f32 } else { sum as f32 };
            }
        }
    }
    out
}

#[test]
fn kernels_equal_the_published_filters() {
    for cfa in Cfa::ALL {
        for size in [Size::new(3, 3), Size::new(16, 9), Size::new(7, 12), Size::new(1031, 5)] {
            let plane = noise(size, cfa);
            for tier in [Tier::Bilinear, Tier::Mhc] {
                let (ours, exact) = (debayer(&plane, tier, &Options::CODED).unwrap(), oracle(&plane, tier));
                for (a, b) in ours.planes.iter().flatten().zip(exact.planes.iter().flatten()) {
                    assert!((a - b).abs() < 5e-7, "{tier} {cfa} {size}: {a} is not {b}");
                }
            }
        }
    }
}

#[test]
fn samples_come_through_unchanged() {
    for cfa in Cfa::ALL {
        let mut plane = noise(Size::new(37, 21), cfa);
        plane.samples[40] = 5.5;
        for (tier, options) in variants().into_iter().filter(|(t, _)| t.reduction() == 1) {
            let image = debayer(&plane, tier, &options).unwrap();
            for y in 0..21 {
                for x in 0..37 {
                    let sample = plane.samples[(y * 37 + x) as usize];
                    assert_eq!(image.pixel(x, y)[channel(cfa, x, y)].to_bits(), sample.to_bits(), "{tier} {x} {y}");
                }
            }
        }
    }
}

/// A grey field stays grey in every domain, whatever the gains: an error here would be a colour cast.
#[test]
fn a_flat_field_stays_flat() {
    for (tier, options) in variants() {
        for level in [-0.01f32, 0.0, 1e-4, 0.18, 1.0, 3.0] {
            let options = Options { white_balance: [1.0; 3], ..options };
            let plane = CfaPlane { size: Size::new(9, 7), samples: vec![level; 63], cfa: Cfa::Grbg };
            let image = debayer(&plane, tier, &options).unwrap();
            for v in image.planes.iter().flatten() {
                assert!((v - level).abs() <= 2e-6 * level.abs(), "{tier} {options:?}: {level} became {v}");
            }
        }
    }
}

/// The half picture of a ramp is the ramp at the block centres, in all three colours: nothing is half a pixel off.
#[test]
fn half_size_has_no_colour_shift() {
    for cfa in Cfa::ALL {
        let size = Size::new(40, 30);
        let ramp = |x: f32, y: f32| 0.1 + 0.01 * x + 0.02 * y;
        let samples = (0..size.area()).map(|i| ramp((i % 40) as f32, (i / 40) as f32)).collect();
        let image = debayer(&CfaPlane { size, samples, cfa }, Tier::Half, &Options::for_tier(Tier::Half)).unwrap();
        assert_eq!(image.size(), Size::new(20, 15));
        for y in 1..14 {
            for x in 1..19 {
                let exact = ramp(2.0 * x as f32 + 0.5, 2.0 * y as f32 + 0.5);
                assert!(image.pixel(x, y).iter().all(|v| (v - exact).abs() < 1e-6), "{cfa} {x} {y}");
            }
        }
    }
}

#[test]
fn any_thread_count_and_strip_gives_the_same_bits() {
    let (plane, small) = (noise(Size::new(211, 67), Cfa::Gbrg), noise(Size::new(19, 13), Cfa::Gbrg));
    for (tier, options) in variants() {
        // Their tiles have 32 pixels around them, however small they are.
        let plane = if matches!(tier, Tier::Mlri2 | Tier::Premium) { &small } else { &plane };
        let whole = debayer(plane, tier, &options).unwrap();
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            for (rows, columns) in [(1, 512), (8, 2), (7, 34), (1000, 96)] {
                let mut image = Image::new(Size::new(1, 1));
                pool.install(|| debayer_tiled(plane.into(), tier, &options, None, Tiling { rows, columns }, &mut image)).unwrap();
                assert!(image == whole, "{tier} {options:?} threads {threads} tiles of {rows} {columns}");
            }
        }
    }
}

/// Plain loops for SSE2, AVX2, AVX-512: what differs is how many values are made at a time.
#[test]
fn any_instruction_set_gives_the_same_bits() {
    let plane = noise(Size::new(211, 37), Cfa::Grbg);
    for (tier, options) in variants() {
        let widest = debayer(&plane, tier, &options).unwrap();
        for level in simd::Level::ALL {
            let used = simd::hold_at(level);
            let image = debayer(&plane, tier, &options).unwrap();
            assert!(image == widest, "{tier} {options:?} {used:?}");
        }
    }
}

/// Code values debayered directly are those made linear first, whatever the levels look like.
#[test]
fn a_mosaic_needs_no_plane() {
    let size = Size::new(45, 31);
    let area = Rect::new(1, 2, 41, 27);
    let black = |repeat: (u32, u32)| BlackLevel {
        repeat,
        levels: (0..repeat.0 * repeat.1).map(|i| 60.0 + i as f32).collect(),
        delta_h: if repeat.0 == 3 { (0..41).map(|i| i as f32 / 8.0).collect() } else { vec![] },
        delta_v: if repeat.1 == 2 { (0..27).map(|i| i as f32 / 8.0).collect() } else { vec![] },
    };
    for (repeat, linearization) in [((1, 1), None), ((2, 2), Some((0..900u16).map(|i| i * 2).collect())), ((3, 1), None), ((1, 2), None)] {
        let samples = (0..size.area() as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 22) as u16).collect();
        let plain = Mosaic::new(size, 10, samples).lit(area);
        let mosaic = Mosaic { cfa: Cfa::Gbrg, linearization, black: black(repeat), white: 1000.0, ..plain };
        for (x, y) in [(0, 0), (40, 26), (17, 9)] {
            let code = mosaic.samples[(y + 2) * 45 + x + 1];
            let code = mosaic.linearization.as_ref().map_or(code, |t| t[usize::from(code).min(t.len() - 1)]);
            let pattern = mosaic.black.levels[y % repeat.1 as usize * repeat.0 as usize + x % repeat.0 as usize];
            let exact = (f32::from(code) - mosaic.black.at(x as u32, y as u32)) / (1000.0 - pattern);
            assert_eq!(mosaic.linear().samples[y * 41 + x], exact);
        }
        for tier in Tier::ALL {
            let options = Options::for_tier(tier);
            let (direct, planes) = (debayer(&mosaic, tier, &options).unwrap(), debayer(&mosaic.linear(), tier, &options).unwrap());
            assert!(direct == planes, "{tier} {repeat:?}");
        }
        let beyond = Mosaic { active_area: Rect::new(5, 2, 41, 27), ..mosaic.clone() };
        assert!(debayer(&beyond, Tier::Mhc, &Options::default()).is_err());
        let short = Mosaic { black: BlackLevel { levels: vec![], ..black(repeat) }, ..mosaic };
        assert!(debayer(&short, Tier::Mhc, &Options::default()).is_err());
    }
}

/// A neutral light that brightens past clip, which green meets first, stays neutral once clipped channels are lifted: nothing that
/// fusion puts between the samples turns it to magenta, or beyond clip.
#[test]
fn clipped_highlights_run_to_white() {
    use crate::color::{ClippedHighlights, Op, Processor};
    const NEUTRAL: [f32; 3] = [0.5, 1.0, 0.8];
    let op = Op::ClippedHighlights(ClippedHighlights { neutral: NEUTRAL.map(f64::from) });
    let size = Size::new(160, 64);
    let ramp = |x: f32, _: f32| 0.1 + 2.2 * x / 160.0;
    let disc = |x: f32, y: f32| 0.2 + 3.0 * (1.0 - ((x - 80.0).hypot(y - 32.0) - 20.0) / 4.0).clamp(0.0, 1.0);
    let worst = |light: &dyn Fn(f32, f32) -> f32, cfa: Cfa| {
        let at = |i: u32| (i % 160, i / 160);
        let sample = |i: u32| (light(at(i).0 as f32, at(i).1 as f32) * NEUTRAL[channel(cfa, at(i).0, at(i).1)]).min(1.0);
        let plane = CfaPlane { size, samples: (0..size.area() as u32).map(sample).collect(), cfa };
        let recorded = debayer(&plane, Tier::Fusion, &Options::for_tier(Tier::Fusion)).unwrap();
        assert!(recorded.planes.iter().flatten().all(|v| *v <= 1.000_01), "{cfa}: above the clip of all samples");
        let neutral = NEUTRAL.map(f64::from);
        let mut image = debayer_lifted(&plane, neutral, Tier::Fusion, &Options::for_tier(Tier::Fusion)).unwrap();
        Processor::new(std::slice::from_ref(&op)).apply_image(&mut image);
        // Magenta: how far red and blue, once balanced, both stand above green.
        let magenta = |i: u32| {
            let [r, g, b] = image.pixel(at(i).0, at(i).1);
            (r / NEUTRAL[0]).min(b / NEUTRAL[2]) / g - 1.0
        };
        (0..size.area() as u32).map(magenta).fold(f32::MIN, f32::max)
    };
    for cfa in Cfa::ALL {
        let (ramp, disc) = (worst(&ramp, cfa), worst(&disc, cfa));
        // A tenth of the dark beside the disc.
        assert!(ramp < 1e-3 && disc < 0.12, "{cfa}: {ramp} {disc}");
    }
}

/// Of a flat field with the noise of photons and of reading, a fifth of the light at 0.2 % of clip, every tier keeps the mean of the
/// mosaic. Logarithms lower it, by the square of the noise; with three times as much, half of the light, it is the slope that keeps it:
/// at 4096 fusion loses 2.7 % there, MLRI 5.6 %. MHC loses most to its limit, not to the curve.
#[test]
fn noise_in_the_shadows_keeps_its_mean() {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    // Near enough to a Gaussian: the sum of twelve, whose variance is 1.
    let mut gaussian = || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    let size = Size::new(256, 256);
    for (noise, light) in [(0.006, 0.002), (0.006, 0.005), (0.006, 0.02), (0.018, 0.002), (0.018, 0.005), (0.018, 0.02)] {
        let variance = |x: f64| noise * noise * (x + 0.002);
        let sigma = variance(light).sqrt();
        let plane = CfaPlane { size, samples: (0..size.area()).map(|_| (light + sigma * gaussian()) as f32).collect(), cfa: Cfa::Gbrg };
        let mean = |values: &mut dyn Iterator<Item = f32>| {
            let (sum, n) = values.fold((0.0, 0.0), |(sum, n), v| (sum + f64::from(v), n + 1.0));
            sum / n
        };
        for tier in Tier::ALL {
            let mut options = Options::for_tier(tier);
            if options.domain.is_open() {
                options.domain = Domain::Log { slope: Slope::for_variance(variance(Slope::DARKEST)) };
            }
            let limit = match tier {
                Tier::Mhc if noise > 0.01 => 0.013,
                Tier::Mlri2 if noise > 0.01 => 0.011,
                _ if noise > 0.01 => 0.01,
                _ => 0.005,
            };
            let image = debayer(&plane, tier, &options).unwrap();
            for c in 0..3 {
                let recorded = |i: &u32| channel(plane.cfa, i % 256, i / 256) == c;
                let mosaic = mean(&mut (0..256 * 256).filter(recorded).map(|i| plane.samples[i as usize]));
                let off = mean(&mut image.planes[c].iter().copied()) / mosaic - 1.0;
                eprintln!("{tier}, channel {c} at {light}, noise {noise}: {off:.4}");
                assert!(off.abs() < limit, "{tier}, channel {c} at {light}, noise {noise}: {off:.4}");
            }
        }
    }
}

/// A shift of the picture by whole pixels is a shift of the result: nothing depends on where a pixel lies.
#[test]
fn a_pan_only_shifts_the_picture() {
    /// As far as any tier looks.
    const REACH: u32 = 32;
    let wide = noise(Size::new(88, 80), Cfa::Rggb);
    for (dx, dy) in [(1, 0), (0, 1), (1, 1)] {
        let size = Size::new(80, 74);
        let samples = (0..size.area() as u32).map(|i| wide.samples[((i / 80 + dy) * 88 + i % 80 + dx) as usize]);
        let part = CfaPlane { size, samples: samples.collect(), cfa: wide.cfa.shifted(dx, dy) };
        for (tier, options) in variants().into_iter().filter(|(t, _)| t.reduction() == 1) {
            let (a, b) = (debayer(&wide, tier, &options).unwrap(), debayer(&part, tier, &options).unwrap());
            for y in REACH..size.height - REACH {
                for x in REACH..size.width - REACH {
                    assert_eq!(a.pixel(x + dx, y + dy), b.pixel(x, y), "{tier} {options:?}");
                }
            }
        }
    }
}

#[test]
fn tiny_and_hostile_mosaics_do_not_panic() {
    for cfa in Cfa::ALL {
        for w in 1..=5 {
            for h in 1..=5 {
                let mut plane = noise(Size::new(w, h), cfa);
                plane.samples[0] = f32::NAN;
                *plane.samples.last_mut().unwrap() = f32::INFINITY;
                for (tier, options) in variants() {
                    assert_eq!(debayer(&plane, tier, &options).unwrap().size(), tier.output_size(plane.size));
                }
            }
        }
    }
    let none = CfaPlane { size: Size::new(0, 4), samples: vec![], cfa: Cfa::Rggb };
    assert!(debayer(&none, Tier::Mhc, &Options::default()).is_err());
    let short = CfaPlane { size: Size::new(4, 4), samples: vec![0.0; 15], cfa: Cfa::Rggb };
    assert!(debayer(&short, Tier::Mhc, &Options::default()).is_err());
    let bad = Options { white_balance: [1.0, f64::NAN, 1.0], ..Options::default() };
    assert!(debayer(&noise(Size::new(4, 4), Cfa::Rggb), Tier::Mhc, &bad).is_err());
}

/// In a log domain the filter's overshoot beside a highlight would be stops above sensor clip.
#[test]
fn an_edge_to_clip_does_not_burn() {
    let size = Size::new(32, 8);
    let samples = (0..size.area()).map(|i| if i % 32 < 15 { 1e-3 } else { 1.0 }).collect();
    let plane = CfaPlane { size, samples, cfa: Cfa::Rggb };
    let largest = |options: &Options| {
        let image = debayer(&plane, Tier::Mhc, options).unwrap();
        image.planes.iter().flatten().fold(0.0f32, |a, b| a.max(*b))
    };
    let limited = Options::default();
    assert!(largest(&limited) <= 1.000_01);
    assert!(largest(&Options { limit_overshoot: false, ..limited }) > 1.5);
}

#[test]
fn options_are_written_out_and_read_back() {
    for (tier, options) in variants() {
        let text = serde_json::to_string(&(tier, options)).unwrap();
        assert_eq!(serde_json::from_str::<(Tier, Options)>(&text).unwrap(), (tier, options), "{text}");
        assert_eq!(tier.to_string().parse::<Tier>().unwrap(), tier);
    }
    let text = serde_json::to_string(&Options::default()).unwrap();
    // As recipes had it when the slope was the same for all.
    let before = text.replace(r#""auto""#, "4096.0");
    let read = serde_json::from_str::<Options>(&before).unwrap();
    assert_eq!(read.domain, Domain::Log { slope: Slope::Fixed(4096.0) });
    assert_eq!(serde_json::to_string(&read).unwrap(), before);
    assert_eq!(
        text,
        r#"{"domain":{"log":{"slope":"auto"}},"white_balance":[1.0,1.0,1.0],"limit_overshoot":true,"repair_pixels":false,"equilibrate_greens":false}"#
    );
}
