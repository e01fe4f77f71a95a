//! The camera: light through the optical low-pass, the colour filters and the photosites to 12-bit codes.

use super::{
    clips::{BeforeLens, ClipSpec, HOT, Light, SensorFaults},
    colorimetry::{ACES_WHITE, Matrix, Vec3, aces_to_xyz, adaptation, apply, multiply, xyz},
    paint::{self, Drawing},
};
use crate::image::{Cfa, CfaColor, Rect, Size};
use rayon::prelude::*;
use std::sync::LazyLock;

/// XYZ to camera RGB under standard illuminant A and under D65, in ten-thousandths (DNG ColorMatrix1, ColorMatrix2).
/// Invented, after the shape that calibrations of silicon sensors have.
pub const COLOR_MATRIX_A: [[i32; 3]; 3] = [[8400, -500, -500], [-4200, 12600, 1400], [-600, 1500, 6800]];
pub const COLOR_MATRIX_D65: [[i32; 3]; 3] = [[7600, -500, -500], [-4000, 12400, 1600], [-500, 1400, 6000]];
pub const CFA: Cfa = Cfa::Rggb;

/// Stops from scene-linear 1.0 up to sensor clip, in quarters (DNG BaselineExposure 3.25): clip is 5.7 stops above
/// 18 % grey.
pub const BASELINE_QUARTERS: i32 = 13;
/// Electrons at clip, and read noise in electrons (standard deviation).
pub const FULL_WELL: f32 = 60_000.0;
pub const READ_NOISE: f32 = 3.0;
/// Sensor black, both as a code and as a linear level; the linear level of clip.
pub const BLACK: u16 = 256;
pub const WHITE: u16 = 65_535;

/// Codes up to here are linear levels; above, steps grow with the level, as the shot noise they carry does.
const KNEE: u16 = 512;
const CODES: u16 = 4096;
/// Levels by which the last code lies above a straight line, spread over the square of the codes above the knee.
const BEND: f32 = (WHITE - (CODES - 1)) as f32 / ((CODES - 1 - KNEE) as f32 * (CODES - 1 - KNEE) as f32);

/// Code to linear level (DNG LinearizationTable).
pub static LINEARIZATION: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let level = |code: u16| {
        let above = f32::from(code.saturating_sub(KNEE));
        (f32::from(code) + BEND * above * above + 0.5) as u16
    };
    (0..CODES).map(level).collect()
});

/// The code whose linear level is nearest to `level`.
fn encode(level: f32) -> u16 {
    let above = level - f32::from(KNEE);
    let code = if above <= 0.0 { level } else { f32::from(KNEE) + ((1.0 + 4.0 * BEND * above).sqrt() - 1.0) / (2.0 * BEND) };
    (code + 0.5).clamp(0.0, f32::from(CODES - 1)) as u16
}

/// A camera balanced to a light.
pub struct Sensor {
    /// Camera RGB of white, the largest 1 (DNG AsShotNeutral).
    pub neutral: Vec3,
    /// Scene-linear ACES2065-1 to electrons, one row a filter colour.
    to_electrons: [[f32; 3]; 3],
}

impl Sensor {
    pub fn new(light: Light) -> Self {
        let matrix = match light {
            Light::Tungsten => COLOR_MATRIX_A,
            Light::Daylight => COLOR_MATRIX_D65,
        }
        .map(|row| row.map(|v| f64::from(v) / 10_000.0));
        let white = apply(&matrix, xyz(light.white(), 1.0));
        let largest = white.into_iter().fold(0.0, f64::max);
        // The scene is stated as adapted to the ACES white; on the set it stood under the clip's own light.
        let on_set = multiply(&adaptation(ACES_WHITE, light.white()), &aces_to_xyz());
        let to_camera: Matrix = multiply(&matrix, &on_set);
        let gain = f64::from(FULL_WELL) / (largest * super::colorimetry::exp2(f64::from(BASELINE_QUARTERS) / 4.0));
        Self { neutral: white.map(|v| v / largest), to_electrons: to_camera.map(|row| row.map(|v| (v * gain) as f32)) }
    }

    /// Electrons of what is no scene: behind a cap none, of an evenly lit wall a third of the well and a little less at the corners.
    pub fn without_scene(&self, size: Size, seen: BeforeLens) -> Vec<f32> {
        let (width, height) = (size.width as f32, size.height as f32);
        let wall = |x: u32, y: u32| {
            let (dx, dy) = (2.0 * x as f32 / width - 1.0, 2.0 * y as f32 / height - 1.0);
            let colour = match CFA.color(x, y) {
                CfaColor::Red => self.neutral[0],
                CfaColor::Green => self.neutral[1],
                CfaColor::Blue => self.neutral[2],
            };
            FULL_WELL / 3.0 * colour as f32 * (1.0 - 0.1 * (dx * dx + dy * dy))
        };
        let site = |i: u32| if seen == BeforeLens::Wall { wall(i % size.width, i / size.width) } else { 0.0 };
        (0..size.area() as u32).map(site).collect()
    }

    /// Electrons that `window` of the canvas collects on average, row by row; not clipped.
    pub fn expose(&self, drawings: &[&Drawing], window: Rect, squeeze: u32) -> Vec<f32> {
        // One more photosite on each side for the low-pass.
        let (width, height) = (window.width as usize + 2, window.height as usize + 2);
        let n = squeeze as usize;
        let seen = Rect::new((window.x - 1) * squeeze as i32, window.y - 1, (width * n) as u32, height as u32);
        let light = paint::render(drawings, seen);

        // The lens squeezes: a photosite sees `squeeze` scene pixels side by side. Then across: 1 4 1.
        let inner = width - 2;
        let mut across = vec![[0.0f32; 3]; inner * height];
        across.par_chunks_mut(inner).zip(light.par_chunks(width * n)).for_each(|(out, row)| {
            let site = |x: usize, c: usize| row[x * n..(x + 1) * n].iter().map(|p| p[c]).sum::<f32>() / n as f32;
            for (x, o) in out.iter_mut().enumerate() {
                *o = std::array::from_fn(|c| low_pass(site(x, c), site(x + 1, c), site(x + 2, c)));
            }
        });

        let mut electrons = vec![0.0; window.size().area()];
        electrons.par_chunks_mut(inner).enumerate().for_each(|(y, out)| {
            let [above, here, below] = std::array::from_fn(|k| &across[(y + k) * inner..][..inner]);
            for (x, o) in out.iter_mut().enumerate() {
                let rgb: [f32; 3] = std::array::from_fn(|c| low_pass(above[x][c], here[x][c], below[x][c]));
                // Parity is that of the canvas, wherever the window starts.
                let [r, g, b] = match CFA.color((window.x + x as i32) as u32, (window.y + y as i32) as u32) {
                    CfaColor::Red => self.to_electrons[0],
                    CfaColor::Green => self.to_electrons[1],
                    CfaColor::Blue => self.to_electrons[2],
                };
                *o = r * rgb[0] + g * rgb[1] + b * rgb[2];
            }
        });
        electrons
    }
}

/// What is wrong with the sensor, done to the electrons it collects.
pub fn spoil(electrons: &mut [f32], size: Size, faults: &SensorFaults) {
    let gain = (1u32 << faults.over) as f32;
    for (y, row) in electrons.chunks_exact_mut(size.width as usize).enumerate() {
        let of_row = faults.row.filter(|(line, _)| *line as usize == y).map_or(0.0, |(_, e)| e);
        for (x, e) in row.iter_mut().enumerate() {
            let column = if faults.column.is_some_and(|c| c as usize == x) { 0.97 } else { 1.0 };
            // Halves every 50 photosites or so, without an exponential of the platform.
            let (fx, fy) = (1.0 / (1.0 + x as f32 / 120.0), 1.0 / (1.0 + y as f32 / 120.0));
            *e = *e * gain * column + faults.pedestal + of_row + faults.glow * (fx * fx) * (fy * fy);
        }
    }
    let at = |(x, y): (u32, u32)| y as usize * size.width as usize + x as usize;
    faults.hot.iter().for_each(|&site| electrons[at(site)] += HOT);
    faults.dead.iter().for_each(|&site| electrons[at(site)] *= 0.1);
}

/// The optical low-pass along one axis: weights 1 4 1.
fn low_pass(before: f32, here: f32, after: f32) -> f32 {
    (before + 4.0 * here + after) / 6.0
}

/// Reads a frame out: shot noise, read noise, pedestal, clip, code. The same seed, clip and frame give the same codes
/// in whatever order they are made. `crush` levels are taken off first, and what is then below black is cut.
pub fn read_out(electrons: &[f32], size: Size, key: NoiseKey, crush: f32) -> Vec<u16> {
    let per_electron = f32::from(WHITE - BLACK) / FULL_WELL;
    let mut codes = vec![0; size.area()];
    let width = size.width as usize;
    codes.par_chunks_mut(width).zip(electrons.par_chunks(width)).enumerate().for_each(|(y, (out, row))| {
        for (x, (code, &mean)) in out.iter_mut().zip(row).enumerate() {
            let mean = mean.max(0.0);
            let deviation = (mean + READ_NOISE * READ_NOISE).sqrt();
            let collected = mean + deviation * key.gaussian((y * width + x) as u64);
            let level = f32::from(BLACK) + collected.min(FULL_WELL) * per_electron;
            *code = encode(if crush > 0.0 && level < f32::from(WHITE) { (level - crush).max(f32::from(BLACK)) } else { level });
        }
    });
    codes
}

/// The noise of one frame, as a function of the photosite.
#[derive(Clone, Copy)]
pub struct NoiseKey(u64);

impl NoiseKey {
    pub fn new(seed: u64, clip: &ClipSpec, frame: u32) -> Self {
        let name = clip.name.bytes().fold(seed, |h, b| mix(h ^ u64::from(b)));
        Self(mix(name ^ u64::from(frame)))
    }

    /// Close to a normal deviate (mean 0, variance 1): a binomial of 32 coins, made continuous by a triangle.
    fn gaussian(self, site: u64) -> f32 {
        // 32 fair coins have variance 8, the sum of two uniforms on 0..1 has 1/6.
        const PER_DEVIATION: f32 = 0.349_927_1;
        let bits = mix(self.0.wrapping_add(site.wrapping_mul(GOLDEN)));
        let coins = (bits as u32).count_ones() as f32 - 16.0;
        let triangle = ((bits >> 32 & 0xffff) as f32 + (bits >> 48) as f32 - 65_535.0) / 65_536.0;
        (coins + triangle) * PER_DEVIATION
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{clips::CLIPS, patches};

    #[test]
    fn every_code_decodes_to_the_level_it_encodes() {
        assert!(LINEARIZATION.windows(2).all(|w| w[0] < w[1]));
        assert_eq!((LINEARIZATION[usize::from(BLACK)], LINEARIZATION[4095]), (BLACK, WHITE));
        for (code, &level) in LINEARIZATION.iter().enumerate() {
            assert_eq!(usize::from(encode(f32::from(level))), code, "{level}");
        }
        assert_eq!((encode(-5.0), encode(1e9)), (0, 4095));
    }

    #[test]
    fn the_noise_is_normal_and_repeatable() {
        let key = NoiseKey::new(1, &CLIPS[0], 0);
        let n = 400_000;
        let values: Vec<f64> = (0..n).map(|i| key.gaussian(i).into()).collect();
        let moment = |p: i32| values.iter().map(|v| v.powi(p)).sum::<f64>() / n as f64;
        assert!(moment(1).abs() < 0.005 && (moment(2) - 1.0).abs() < 0.01 && moment(3).abs() < 0.02, "{} {}", moment(1), moment(2));
        // A binomial of 32 has kurtosis 3 - 2/32.
        assert!((moment(4) - 2.94).abs() < 0.05, "{}", moment(4));
        assert_ne!(key.gaussian(0), NoiseKey::new(1, &CLIPS[0], 1).gaussian(0));
        assert_ne!(key.gaussian(0), NoiseKey::new(1, &CLIPS[1], 0).gaussian(0));
    }

    #[test]
    fn grey_lands_where_the_baseline_exposure_says() {
        for light in [Light::Daylight, Light::Tungsten] {
            let sensor = Sensor::new(light);
            for c in 0..3 {
                let white: f32 = sensor.to_electrons[c].iter().sum();
                let expected = f64::from(FULL_WELL) * sensor.neutral[c] / 2f64.powf(3.25);
                assert!((f64::from(white) / expected - 1.0).abs() < 1e-5, "{white} {expected}");
            }
        }
    }

    #[test]
    fn every_colour_of_the_chart_is_seen_as_light() {
        for light in [Light::Daylight, Light::Tungsten] {
            let sensor = Sensor::new(light);
            let swatches = patches::chart().into_iter().chain(patches::skin()).chain(patches::led()).chain(patches::lights());
            for (name, aces) in swatches {
                for row in sensor.to_electrons {
                    let e = row[0] * aces[0] as f32 + row[1] * aces[1] as f32 + row[2] * aces[2] as f32;
                    assert!(e > 0.0, "{name} {e}");
                }
            }
        }
    }
}
