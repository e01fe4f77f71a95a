//! Room for a white that is not the projector's.

use super::super::ChannelKernel;
use crate::color::scalar::Scalar;

/// Bends what is within `width` of 1 by a parabola, so that 1 becomes `white`, and holds it there (Academy ACESlib.ODT_Common,
/// `roll_white_fwd`). With a white of less than 1 and a width below 1 it grows everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WhiteRolloff {
    pub white: f64,
    pub width: f64,
    pub inverse: bool,
}

impl WhiteRolloff {
    pub(in super::super) fn inverse(self) -> Self {
        Self { inverse: !self.inverse, ..self }
    }
    /// Of the parabola `white - slope t - bend t²` with t from 1 down in widths.
    fn parabola(&self) -> (f64, f64) {
        (2.0 * (self.white - 1.0) + self.width, 1.0 - self.white)
    }
}

impl ChannelKernel for WhiteRolloff {
    #[inline(always)]
    fn eval<S: Scalar>(&self, x: S) -> S {
        let (slope, bend) = self.parabola();
        let (slope, zero) = (S::constant(slope), S::constant(0.0));
        let bent = if self.inverse {
            let rest = (S::constant(self.white) - x).max(zero);
            let root = rest.fma(S::constant(4.0 * bend), slope * slope).sqrt();
            ((rest + rest) / (slope + root)).fma(S::constant(-self.width), S::constant(1.0))
        } else {
            let t = ((S::constant(1.0) - x) * S::constant(1.0 / self.width)).max(zero);
            S::constant(self.white) - t * t.fma(S::constant(bend), slope)
        };
        S::select(x.lt(S::constant(1.0 - self.width)), x, bent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolls_off_and_back() {
        let roll = WhiteRolloff { white: 0.918, width: 0.5, inverse: false };
        assert_eq!((roll.eval(0.3), roll.eval(1.0), roll.eval(7.0)), (0.3, 0.918, 0.918));
        for x in [0.1, 0.49, 0.51, 0.8, 0.99, 1.0] {
            assert!((roll.inverse().eval(roll.eval(x)) - x).abs() < 1e-12, "{x}");
        }
        assert_eq!(roll.inverse().eval(3.0), 1.0);
    }
}
