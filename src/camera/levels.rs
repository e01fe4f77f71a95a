//! From code values to signal.

use super::{Reading, SignalRange};

/// Code values of black and white at `bits` bits a sample: signal = (code - black) / (white - black).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    pub black: f32,
    pub white: f32,
}

impl Levels {
    /// Of R'G'B' or luma: full range unless `reading` says otherwise (see [`SignalRange`] for the numbers).
    pub fn of(reading: &Reading, bits: u32) -> Self {
        match reading.range {
            None | Some(SignalRange::Full) => Self { black: 0.0, white: ((1u64 << bits) - 1) as f32 },
            Some(SignalRange::Legal) => {
                let unit = (1u32 << bits) as f32 / 256.0;
                Self { black: 16.0 * unit, white: 235.0 * unit }
            }
        }
    }

    pub fn signal(self, code: f32) -> f32 {
        (code - self.black) / (self.white - self.black)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_are_zero_and_one() {
        let legal = Levels::of(&Reading { range: Some(SignalRange::Legal), matrix: None }, 10);
        assert_eq!((legal.signal(64.0), legal.signal(940.0)), (0.0, 1.0));
        let full = Levels::of(&Reading::default(), 10);
        assert_eq!((full.signal(0.0), full.signal(1023.0)), (0.0, 1.0));
    }
}
