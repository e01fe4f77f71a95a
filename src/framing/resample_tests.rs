use super::*;

fn noise(size: Size) -> Image {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 24) as f32 * 1.2 - 0.1
    };
    let mut image = Image::new(size);
    image.planes.iter_mut().flatten().for_each(|v| *v = next());
    image
}

const PLAIN: AntiRing = AntiRing::Off;

/// The definition, in f64: for every target pixel a sum over the plane of filter times filter.
fn reference(src: &Image, plane: usize, source: RectF, target: Size, filter: Filter) -> Vec<f64> {
    let axis = |pixels: u32, start: f64, length: f64, target: u32| -> Vec<Vec<(usize, f64)>> {
        let ratio = length / f64::from(target);
        (0..target)
            .map(|i| {
                let centre = start + (f64::from(i) + 0.5) * ratio;
                let stretch = ratio.max(1.0);
                let taps: Vec<(usize, f64)> = (-400..1200)
                    .map(|j| {
                        let x = f64::from(j) + 0.5 - centre;
                        let weight = match filter {
                            _ if ratio == 1.0 && start.fract() == 0.0 => f64::from(u8::from(x == 0.0)),
                            Filter::Area => ((x + 0.5).min(ratio / 2.0) - (x - 0.5).max(-ratio / 2.0)).max(0.0),
                            Filter::Lanczos3 if x == 0.0 => 1.0,
                            Filter::Lanczos3 if (x / stretch).abs() < 3.0 => {
                                let p = std::f64::consts::PI * x / stretch;
                                3.0 * p.sin() * (p / 3.0).sin() / (p * p)
                            }
                            Filter::Lanczos3 => 0.0,
                            cubic => cubic.weight(x / stretch),
                        };
                        (j.clamp(0, pixels as i32 - 1) as usize, weight)
                    })
                    .filter(|t| t.1 != 0.0)
                    .collect();
                let sum: f64 = taps.iter().map(|t| t.1).sum();
                taps.iter().map(|(j, w)| (*j, w / sum)).collect()
            })
            .collect()
    };
    let size = src.size();
    let (across, down) =
        (axis(size.width, source.x, source.width, target.width), axis(size.height, source.y, source.height, target.height));
    let at = |x: usize, y: usize| f64::from(src.planes[plane][y * size.width as usize + x]);
    let sum = |ys: &Vec<(usize, f64)>, xs: &Vec<(usize, f64)>| -> f64 {
        ys.iter().map(|(y, v)| v * xs.iter().map(|(x, h)| h * at(*x, *y)).sum::<f64>()).sum()
    };
    down.iter().flat_map(|ys| across.iter().map(|xs| sum(ys, xs)).collect::<Vec<_>>()).collect()
}

#[test]
fn equals_an_f64_reference() {
    let image = noise(Size::new(67, 43));
    let cases = [
        (RectF::new(0.0, 0.0, 67.0, 43.0), Size::new(31, 20)),
        (RectF::new(0.0, 0.0, 67.0, 43.0), Size::new(134, 43)),
        (RectF::new(3.37, 2.811, 51.29, 33.03), Size::new(40, 57)),
        (RectF::new(-2.5, -1.25, 72.0, 45.5), Size::new(9, 140)),
        (RectF::new(1.0, 0.25, 66.0, 40.0), Size::new(66, 40)),
    ];
    for filter in Filter::ALL {
        for (source, target) in cases {
            let out = resample(&image, source, target, &ResampleSettings { filter, anti_ring: PLAIN }).unwrap();
            let exact = reference(&image, 1, source, target, filter);
            let worst = out.planes[1].iter().zip(&exact).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
            assert!(worst <= 1e-6, "{filter} {source:?} to {target}: {worst}");
        }
    }
}

#[test]
fn the_whole_at_its_own_size_is_the_same_bits() {
    let mut image = noise(Size::new(45, 70));
    image.planes[0][3] = 1e9;
    image.alpha = Some(image.planes[2].clone());
    for filter in Filter::ALL {
        let settings = ResampleSettings { filter, ..Default::default() };
        assert_eq!(resample(&image, RectF::new(0.0, 0.0, 45.0, 70.0), image.size(), &settings).unwrap(), image);
        let part = resample(&image, RectF::new(5.0, 7.0, 20.0, 30.0), Size::new(20, 30), &settings).unwrap();
        assert_eq!(part.pixel(19, 29), image.pixel(24, 36));
    }
}

#[test]
fn a_constant_stays_the_same_bits() {
    let mut image = Image::new(Size::new(50, 40));
    image.planes.iter_mut().flatten().for_each(|v| *v = 0.183_217_3);
    for filter in Filter::ALL {
        let settings = ResampleSettings { filter, ..Default::default() };
        let out = resample(&image, RectF::new(-3.3, 1.7, 49.1, 37.7), Size::new(83, 17), &settings).unwrap();
        assert!(out.planes.iter().flatten().all(|v| *v == 0.183_217_3), "{filter}");
    }
}

#[test]
fn any_thread_count_gives_the_same_bits() {
    let image = noise(Size::new(311, 290));
    let source = RectF::new(2.5, 1.5, 300.0, 280.0);
    for target in [Size::new(150, 141), Size::new(600, 200), Size::new(120, 400)] {
        let settings = ResampleSettings::default();
        let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = on(1).install(|| resample(&image, source, target, &settings)).unwrap();
        assert_eq!(on(3).install(|| resample(&image, source, target, &settings)).unwrap(), one);
    }
}

#[test]
fn any_instruction_set_gives_the_same_bits() {
    let mut image = noise(Size::new(1207, 150));
    image.planes[0][3] = 1e9;
    image.alpha = Some(image.planes[1].clone());
    let source = RectF::new(2.5, 1.5, 1200.0, 146.0);
    // Both passes either way round, one of them, several runs of columns, odd sizes, few columns.
    let sizes = [(600, 73), (601, 290), (1200, 50), (200, 301), (3, 146), (2400, 146), (13, 2)];
    for anti_ring in [AntiRing::default(), AntiRing::Always { strength: 0.5 }, PLAIN] {
        for (width, height) in sizes {
            let settings = ResampleSettings { filter: Filter::Lanczos3, anti_ring };
            let [first, others @ ..] = Isa::available() else { unreachable!() };
            let with = |isa: Isa, mut out: Image| {
                resample_with(isa, &image, source, Size::new(width, height), &settings, &mut out).unwrap();
                out
            };
            let widest = with(*first, Image::new(Size::new(0, 0)));
            for isa in others {
                // Into memory that was used before.
                let out = with(*isa, noise(Size::new(40, 9)));
                assert!(out == widest, "{isa:?} to {width} x {height}, {anti_ring:?}");
            }
        }
    }
}

#[test]
fn a_picture_that_is_given_away_becomes_the_same() {
    let mut image = noise(Size::new(50, 40));
    image.alpha = Some(image.planes[1].clone());
    image.pixel_aspect = 2.0;
    let settings = ResampleSettings::default();
    for (source, target) in [((0.0, 0.0, 50.0, 40.0), (50, 40)), ((1.0, 0.0, 49.0, 40.0), (49, 40)), ((0.5, 2.0, 40.0, 30.0), (70, 20))] {
        let (source, target) = (RectF::new(source.0, source.1, source.2, source.3), Size::new(target.0, target.1));
        let kept = resample(&image, source, target, &settings).unwrap();
        assert!(resample_owned(image.clone(), source, target, &settings).unwrap() == kept, "{target}");
    }
    assert!(resample_owned(image, RectF::new(0.0, 0.0, 0.0, 40.0), Size::new(4, 4), &settings).is_err());
}

/// What a value is made of does not depend on where in its strip, run or pair it stands: the same source under a shifted
/// target gives the same bits.
#[test]
fn any_tiling_gives_the_same_bits() {
    let image = noise(Size::new(700, 400));
    let settings = ResampleSettings::default();
    let whole = resample(&image, RectF::new(0.0, 0.0, 700.0, 400.0), Size::new(350, 200), &settings).unwrap();
    let part = resample(&image, RectF::new(26.0, 38.0, 600.0, 300.0), Size::new(300, 150), &settings).unwrap();
    for y in 0..150 {
        for x in 0..300 {
            assert_eq!(part.pixel(x, y), whole.pixel(x + 13, y + 19), "{x}, {y}");
        }
    }
}

/// A highlight far above diffuse white beside a dark field: the plain filter digs a hole, the held one does not.
#[test]
fn anti_ring_holds_highlights() {
    let mut image = Image::new(Size::new(64, 64));
    image.planes.iter_mut().for_each(|p| p.iter_mut().for_each(|v| *v = 0.1));
    (0..3).for_each(|c| image.planes[c][31 * 64 + 31] = 60.0);
    let (whole, target) = (RectF::new(0.0, 0.0, 64.0, 64.0), Size::new(40, 40));
    let smallest = |anti_ring| {
        let out = resample(&image, whole, target, &ResampleSettings { filter: Filter::Lanczos3, anti_ring }).unwrap();
        out.planes[0].iter().fold(f32::MAX, |a, b| a.min(*b))
    };
    assert!(smallest(PLAIN) < -0.5);
    assert!(smallest(AntiRing::default()) >= 0.1 - 1e-6);
}

/// A disc recorded through a 2x squeeze is round again: its width and height agree to a thousandth.
#[test]
fn desqueeze_makes_a_circle_round() {
    let (size, radius) = (Size::new(200, 400), 150.0);
    let mut image = Image::new(size);
    for y in 0..400u32 {
        for x in 0..200u32 {
            // Coverage by 8 x 8 points: the edge's area is what the measurement below integrates.
            let mut inside = 0;
            for k in 0..64 {
                let (px, py) = (f64::from(x) + (f64::from(k % 8) + 0.5) / 8.0, f64::from(y) + (f64::from(k / 8) + 0.5) / 8.0);
                inside += u32::from((2.0 * (px - 100.0)).hypot(py - 200.0) < radius);
            }
            image.planes.iter_mut().for_each(|p| p[(y * 200 + x) as usize] = inside as f32 / 64.0);
        }
    }
    image.pixel_aspect = 2.0;
    let out = resample(&image, RectF::new(0.0, 0.0, 200.0, 400.0), Size::new(400, 400), &ResampleSettings::default()).unwrap();
    assert_eq!(out.pixel_aspect, 1.0);
    // Second moments of area: equal in x and y for a circle, r^2/4 of them.
    let (mut area, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for y in 0..400u32 {
        for x in 0..400u32 {
            let v = f64::from(out.pixel(x, y)[1]);
            area += v;
            xx += v * (f64::from(x) + 0.5 - 200.0).powi(2);
            yy += v * (f64::from(y) + 0.5 - 200.0).powi(2);
        }
    }
    let (width, height) = ((4.0 * xx / area).sqrt(), (4.0 * yy / area).sqrt());
    assert!((width / height - 1.0).abs() < 1e-3 && (height / radius - 1.0).abs() < 1e-3, "{width} x {height}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let image = noise(Size::new(8, 8));
    let whole = RectF::new(0.0, 0.0, 8.0, 8.0);
    let ok = ResampleSettings::default();
    let with = |source, target| resample(&image, source, target, &ok).is_err();
    assert!(with(whole, Size::new(0, 4)) && with(whole, Size::new(u32::MAX, u32::MAX)));
    assert!(with(RectF { width: f64::NAN, ..whole }, Size::new(4, 4)) && with(RectF { x: f64::INFINITY, ..whole }, Size::new(4, 4)));
    assert!(with(RectF { width: 0.0, ..whole }, Size::new(4, 4)) && with(RectF { x: 1e12, ..whole }, Size::new(4, 4)));
    assert!(resample(&Image::new(Size::new(0, 0)), whole, Size::new(4, 4), &ok).is_err());
    let strong = ResampleSettings { anti_ring: AntiRing::Always { strength: 2.0 }, ..ok };
    assert!(resample(&image, whole, Size::new(4, 4), &strong).is_err());
}

#[test]
fn tiny_pictures_resample() {
    for (w, h) in [(1, 1), (2, 1), (1, 3), (5, 2)] {
        for filter in Filter::ALL {
            for target in [Size::new(1, 1), Size::new(7, 3)] {
                let whole = RectF::new(0.0, 0.0, f64::from(w), f64::from(h));
                let settings = ResampleSettings { filter, ..Default::default() };
                let out = resample(&noise(Size::new(w, h)), whole, target, &settings).unwrap();
                assert!(out.planes.iter().flatten().all(|v| v.is_finite()));
            }
        }
    }
}

#[test]
fn settings_are_written_out_in_full() {
    let text = serde_json::to_string(&ResampleSettings::default()).unwrap();
    assert_eq!(text, r#"{"filter":"lanczos3","anti_ring":{"shrink":{"strength":1.0}}}"#);
    assert_eq!(serde_json::from_str::<ResampleSettings>(&text).unwrap(), ResampleSettings::default());
}
