use crate::{
    debayer::{Options, Tier, debayer},
    image::{Cfa, CfaPlane, Image, Size},
};

/// A picture in f64 with a margin; coordinates are pixels of the mosaic.
#[derive(Clone)]
struct Field {
    size: [isize; 2],
    values: Vec<f64>,
}

const MARGIN: isize = 40;

impl Field {
    fn of(size: [isize; 2], f: impl Fn(isize, isize) -> f64) -> Field {
        let (columns, rows) = (-MARGIN..size[0] + MARGIN, -MARGIN..size[1] + MARGIN);
        Field { size, values: rows.flat_map(|y| columns.clone().map(move |x| (x, y))).map(|(x, y)| f(x, y)).collect() }
    }

    /// Beyond the margin nothing is known, and nothing of it reaches the picture.
    fn at(&self, x: isize, y: isize) -> f64 {
        let (x, y, w) = (x + MARGIN, y + MARGIN, self.size[0] + 2 * MARGIN);
        if x < 0 || x >= w || y < 0 { 0.0 } else { self.values.get((y * w + x) as usize).copied().unwrap_or(0.0) }
    }

    fn map(&self, f: impl Fn(isize, isize) -> f64) -> Field {
        Field::of(self.size, f)
    }
}

/// Offsets and weights of a mean over sites of one colour: around a site of it, or between two.
fn window(odd: bool) -> &'static [(isize, f64)] {
    if odd { &[(-3, 0.25), (-1, 0.25), (1, 0.25), (3, 0.25)] } else { &[(-4, 0.125), (-2, 0.25), (0, 0.25), (2, 0.25), (4, 0.125)] }
}

fn mean(f: &Field, (x, y): (isize, isize), odd: [bool; 2]) -> f64 {
    window(odd[1]).iter().map(|(j, v)| window(odd[0]).iter().map(|(i, w)| v * w * f.at(x + i, y + j)).sum::<f64>()).sum()
}

/// Slopes (less 1) and intercepts at every pixel, fitted to the pixels at even distances.
fn lines(guide: &Field, difference: &Field, laplacian: &dyn Fn(&Field, isize, isize) -> f64, reach: [isize; 2]) -> [Field; 2] {
    let products = [0, 1].map(|i| {
        guide.map(|x, y| {
            let (g, d) = (laplacian(guide, x, y), laplacian(difference, x, y));
            if i == 0 { g * d - 0.05 * (g + d).powi(2) } else { g * g + 0.05 * (g + d).powi(2) }
        })
    });
    let count = ((2 * reach[0] + 1) * (2 * reach[1] + 1)) as f64;
    let average = |f: &Field, x: isize, y: isize| {
        let sum: f64 =
            (-reach[1]..=reach[1]).flat_map(|j| (-reach[0]..=reach[0]).map(move |i| (i, j))).map(|(i, j)| f.at(x + 2 * i, y + 2 * j)).sum();
        sum / count
    };
    let slope = guide.map(|x, y| average(&products[0], x, y) / (average(&products[1], x, y) + 0.0046));
    let intercept = guide.map(|x, y| average(difference, x, y) - slope.at(x, y) * average(guide, x, y));
    [slope, intercept]
}

/// The method as its formulas say it, pixel by pixel, for values from 0 to 1 (the linear domain).
fn oracle(plane: &CfaPlane, premium: bool, limit: bool) -> Image {
    let size = [plane.size.width as isize, plane.size.height as isize];
    let mirror = |i: isize, n: isize| {
        let i = i.rem_euclid((2 * n - 2).max(1));
        i.min(2 * n - 2 - i)
    };
    let v = Field::of(size, |x, y| f64::from(plane.samples[(mirror(y, size[1]) * size[0] + mirror(x, size[0])) as usize]));
    let (rx, ry) = plane.cfa.red();
    // Columns and rows from red, odd or not.
    let site = |x: isize, y: isize| [(x - rx as isize) & 1 == 1, (y - ry as isize) & 1 == 1];
    let is_green = |x: isize, y: isize| site(x, y)[0] != site(x, y)[1];
    let top = v.map(|x, y| {
        let around = (-2..=2).flat_map(|j| (-2..=2).map(move |i| (i, j)));
        if limit { around.map(|(i, j)| v.at(x + i, y + j)).fold(f64::MIN, f64::max) } else { f64::MAX }
    });

    let sides = [(1, 0), (0, 1)].map(|(sx, sy)| {
        let beside = |f: &Field, x: isize, y: isize, k: isize| f.at(x + k * sx, y + k * sy);
        let guide = v.map(|x, y| 0.5 * (beside(&v, x, y, -1) + beside(&v, x, y, 1)));
        let difference = v.map(|x, y| v.at(x, y) - guide.at(x, y));
        let laplacian = move |f: &Field, x: isize, y: isize| 2.0 * f.at(x, y) - beside(f, x, y, -2) - beside(f, x, y, 2);
        let [slope, intercept] = lines(&guide, &difference, &laplacian, [1 + sx, 1 + sy]);
        let own = [false; 2];
        let residual = v.map(|x, y| difference.at(x, y) - mean(&slope, (x, y), own) * guide.at(x, y) - mean(&intercept, (x, y), own));
        let other = [sx == 1, sy == 1];
        let green_minus_chroma = v.map(|x, y| {
            let line = mean(&slope, (x, y), other) * v.at(x, y) + mean(&intercept, (x, y), other);
            let mut d = line + 0.5 * (beside(&residual, x, y, -1) + beside(&residual, x, y, 1));
            if premium {
                let hamilton_adams = 0.5 * (beside(&v, x, y, -1) + beside(&v, x, y, 1)) + 0.75 / 4.0 * laplacian(&v, x, y);
                d = 0.5 * (d + hamilton_adams - v.at(x, y));
            }
            if is_green(x, y) { -d } else { d }
        });
        let gradient = v.map(|x, y| (beside(&green_minus_chroma, x, y, -1) - beside(&green_minus_chroma, x, y, 1)).abs());
        let change = v.map(|x, y| {
            let kernel = [1.0, 2.0, 1.0];
            (0..9).map(|k| kernel[k / 3] * kernel[k % 3] / 16.0 * gradient.at(x + (k % 3) as isize - 1, y + (k / 3) as isize - 1)).sum()
        });
        (green_minus_chroma, change, sx, sy)
    });
    let taps = if premium { [0.35, 0.3, 0.2, 0.1, 0.05] } else { [0.5, 0.45, 0.05, 0.0, 0.0] };
    let green = v.map(|x, y| {
        if is_green(x, y) {
            return v.at(x, y);
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for (d, change, sx, sy) in &sides {
            for k in [-1, 1] {
                let at = |f: &Field, n: isize| f.at(x + n * k * sx, y + n * k * sy);
                let weight = 1.0 / (at(change, 2).powi(2) + 2e-9);
                weights += weight;
                sum += weight * (0..5).map(|n| taps[n as usize] * at(d, n)).sum::<f64>();
            }
        }
        (v.at(x, y) + sum / weights).min(top.at(x, y))
    });

    let difference = v.map(|x, y| v.at(x, y) - green.at(x, y));
    let laplacian = |f: &Field, x: isize, y: isize| 4.0 * f.at(x, y) - f.at(x - 2, y) - f.at(x + 2, y) - f.at(x, y - 2) - f.at(x, y + 2);
    let [slope, intercept] = lines(&green, &difference, &laplacian, [2, 2]);
    let own = [false; 2];
    let residual = v.map(|x, y| difference.at(x, y) - mean(&slope, (x, y), own) * green.at(x, y) - mean(&intercept, (x, y), own));
    // The mean over four neighbours of what a colour differs from green by.
    let by_edges = |colour: &Field, x: isize, y: isize, neighbours: [(isize, isize); 4]| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (i, j) in neighbours {
            let (there, opposite) = (colour.at(x + i, y + j), colour.at(x - i, y - j));
            let weight = 1.0 / (1e-5 + (there - opposite).abs() + (green.at(x, y) - green.at(x + 2 * i, y + 2 * j)).abs());
            weights += weight;
            sum += weight * (there - green.at(x + i, y + j));
        }
        green.at(x, y) + sum / weights
    };
    let at_chroma = [[false; 2], [true; 2]].map(|colour| {
        v.map(|x, y| match site(x, y) {
            here if here == colour => v.at(x, y),
            _ if is_green(x, y) => 0.0,
            _ => by_edges(&v, x, y, [(-1, -1), (1, -1), (-1, 1), (1, 1)]),
        })
    });
    let chroma = |x: isize, y: isize, at: [bool; 2]| {
        if site(x, y) == at {
            return v.at(x, y);
        }
        let here = site(x, y);
        let odd = [here[0] != at[0], here[1] != at[1]];
        let line = mean(&slope, (x, y), odd) * green.at(x, y) + mean(&intercept, (x, y), odd);
        let steps = |odd: bool| if odd { vec![-1, 1] } else { vec![0] };
        let around: Vec<f64> = steps(odd[1])
            .iter()
            .flat_map(|j| steps(odd[0]).into_iter().map(move |i| (i, *j)))
            .map(|(i, j)| residual.at(x + i, y + j))
            .collect();
        let mut value = green.at(x, y) + line + around.iter().sum::<f64>() / around.len() as f64;
        if premium {
            let colour = &at_chroma[usize::from(at[0])];
            let edges = if is_green(x, y) { by_edges(colour, x, y, [(-1, 0), (1, 0), (0, -1), (0, 1)]) } else { colour.at(x, y) };
            value = 0.5 * (value + edges);
        }
        value.min(top.at(x, y))
    };
    let mut image = Image::new(plane.size);
    for y in 0..size[1] {
        for x in 0..size[0] {
            let i = (y * size[0] + x) as usize;
            image.planes[0][i] = chroma(x, y, [false, false]) as f32;
            image.planes[1][i] = green.at(x, y) as f32;
            image.planes[2][i] = chroma(x, y, [true, true]) as f32;
        }
    }
    image
}

/// Detail of pixel scale that is not noise alone, so that slopes, weights and residuals all count.
fn scene(size: Size, cfa: Cfa) -> CfaPlane {
    let mut state = 77u32;
    let samples = (0..size.area() as u32).map(|i| {
        let (x, y) = ((i % size.width) as f64, (i / size.width) as f64);
        let colour = cfa.color(i % size.width, i / size.width) as usize as f64;
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(state >> 8) / f64::from(1u32 << 24);
        (0.4 + (0.1 + 0.1 * colour) * ((0.9 * x + 0.3 * y).sin() + (0.02 * x * y).cos()) + 0.1 * noise) as f32
    });
    CfaPlane { size, samples: samples.collect(), cfa }
}

#[test]
fn the_kernel_equals_its_formulas() {
    let sizes = [Size::new(33, 18), Size::new(8, 29), Size::new(3, 2), Size::new(17, 16)];
    for (i, (cfa, size)) in Cfa::ALL.into_iter().zip(sizes).enumerate() {
        let (plane, limit_overshoot) = (scene(size, cfa), i % 2 == 1);
        for tier in [Tier::Mlri2, Tier::Premium] {
            let ours = debayer(&plane, tier, &Options { limit_overshoot, ..Options::CODED }).unwrap();
            let exact = oracle(&plane, tier == Tier::Premium, limit_overshoot);
            for (i, (a, b)) in ours.planes.iter().flatten().zip(exact.planes.iter().flatten()).enumerate() {
                assert!((a - b).abs() < 1e-5, "{tier} {cfa} {size} {i}: {a} is not {b}");
            }
        }
    }
}

/// Where the guide is flat a slope has nothing to hold on to; neither black nor clip nor a lone sample makes it run away.
#[test]
fn flat_fields_with_one_sample_out_of_line_stay_near_it() {
    for level in [-0.001f32, 0.0, 0.2, 1.0] {
        for spike in [0.0f32, 1.0] {
            let mut plane = CfaPlane { size: Size::new(40, 40), samples: vec![level; 1600], cfa: Cfa::Rggb };
            plane.samples[20 * 40 + 20] = spike;
            for tier in [Tier::Mlri2, Tier::Premium] {
                let image = debayer(&plane, tier, &Options::CODED).unwrap();
                let (low, high) = (level.min(spike), level.max(spike));
                let reach = 1.5 * (high - low) + 0.01;
                assert!(image.planes.iter().flatten().all(|v| (low - reach..=high + reach).contains(v)), "{tier} {level} {spike}");
            }
        }
    }
}
