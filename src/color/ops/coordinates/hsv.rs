//! Hue, saturation, value, extended to negative channels (OpenColorIO 2.0, RGB_TO_HSV): of colours within 0 and 1 it is the classic.

use super::{PixelKernel, hexagon, pure, wrap};
use crate::color::scalar::Scalar;

/// Above, the way back would run away: a saturation of 2 has the largest channel at minus the smallest.
const MOST_SATURATION: f64 = 1.999;

pub(super) struct ToHsv;

impl PixelKernel for ToHsv {
    #[inline(always)]
    fn eval<S: Scalar>(&self, px: [S; 3]) -> [S; 3] {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        let (high, low) = (px[0].max(px[1]).max(px[2]), px[0].min(px[1]).min(px[2]));
        let sixths = hexagon(px, high, low, zero);
        let sixths = S::select(sixths.lt(zero), sixths + S::constant(6.0), sixths);
        let size = high.max(-low);
        let black = size.le(zero);
        let saturation = (high - low) / S::select(black, one, size);
        [sixths * S::constant(1.0 / 6.0), S::select(black, zero, saturation), high + low.min(zero)]
    }
}

pub(super) struct FromHsv;

impl PixelKernel for FromHsv {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [hue, saturation, value]: [S; 3]) -> [S; 3] {
        let (zero, one) = (S::constant(0.0), S::constant(1.0));
        let saturation = saturation.max(zero).min(S::constant(MOST_SATURATION));
        let rest = one - saturation;
        // Value is the sum of the largest channel and of the smallest one that is negative.
        let per = one / (S::constant(2.0) - saturation);
        let mixed = one.lt(saturation);
        let low = value * rest * S::select(mixed, per, one);
        let low = S::select(value.lt(zero), value * per, low);
        let high = S::select(value.lt(zero), value - low, S::select(mixed, value - low, value));
        let [r, g, b] = pure(wrap(hue) * S::constant(6.0));
        let range = high - low;
        [r.fma(range, low), g.fma(range, low), b.fma(range, low)]
    }
}
