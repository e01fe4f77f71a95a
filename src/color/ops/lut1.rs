//! One-dimensional lookup tables: a row of values for each channel, linear between them.

mod backward;
mod forward;

use super::{ChannelKernel, Finite, PixelKernel, Visitor};
use crate::{
    color::scalar::Scalar,
    error::{Error, Result},
};
use std::sync::Arc;

/// Where the entries of a table lie on the input axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lut1Domain {
    /// Evenly over 0..=1; inputs are clamped to it. Tables over another domain have a [`Matrix`](super::Matrix) or a
    /// [`Range`](super::Range) before them.
    Uniform,
    /// One for each half-precision number, in the order of the bit patterns; linear between neighbouring halves, clamped to
    /// the largest finite ones. The entries of infinities and NaN are not used.
    Half,
}

/// The tables of the three channels, forward or undone. Cheap to clone.
///
/// The inverse is that of the piecewise linear function, exact where that is strictly monotone. Reversals are first made
/// flat (running maximum from the first entry of a table that ascends from first to last, minimum of one that descends).
/// Of a flat piece the inverse is its beginning, but the end of one that the table begins with; values outside the
/// range of the table are clamped to it. These are the conventions of OpenColorIO.
#[derive(Clone, Debug)]
pub struct Lut1 {
    domain: Lut1Domain,
    hue_adjust: bool,
    inverse: bool,
    values: Arc<[Vec<f64>; 3]>,
    /// What the direction looks up.
    channels: Arc<Channels>,
}

#[derive(Debug)]
enum Channels {
    Forward([forward::Channel; 3]),
    Backward(Box<[backward::Channel; 3]>),
}

/// Entries of a half-domain table: one for each bit pattern.
pub const HALF_DOMAIN: usize = 1 << 16;

impl Lut1 {
    /// The most entries of a table.
    pub const MAX_ENTRIES: usize = 1 << 20;

    /// Tables of red, green and blue, of the same length: 2 to [`MAX_ENTRIES`](Self::MAX_ENTRIES) values, or
    /// [`HALF_DOMAIN`] over [`Lut1Domain::Half`]. Normalised values; of what is not finite, NaN becomes 0 and an infinity
    /// 2^64, as everywhere at the entrance of the engine.
    ///
    /// `hue_adjust` keeps, of each pixel, the place of its middle channel between the lowest and the highest
    /// (`hueAdjust="dw3"` of CTF).
    ///
    /// # Errors
    /// Another number of values.
    pub fn new(domain: Lut1Domain, values: [Vec<f64>; 3], hue_adjust: bool) -> Result<Self> {
        let count = values[0].len();
        let fits = match domain {
            Lut1Domain::Uniform => (2..=Self::MAX_ENTRIES).contains(&count),
            Lut1Domain::Half => count == HALF_DOMAIN,
        };
        if !fits || values.iter().any(|v| v.len() != count) {
            return Err(Error::invalid("not a number of entries that a 1D table has").field("entries").value(count));
        }
        let values = values.map(|channel| channel.into_iter().map(|v| Finite.eval(v)).collect());
        Ok(Self::prepared(domain, hue_adjust, false, Arc::new(values)))
    }

    /// The same table for the three channels.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn same(domain: Lut1Domain, values: Vec<f64>) -> Result<Self> {
        Self::new(domain, [values.clone(), values.clone(), values], false)
    }

    fn prepared(domain: Lut1Domain, hue_adjust: bool, inverse: bool, values: Arc<[Vec<f64>; 3]>) -> Self {
        let channels = if inverse {
            Channels::Backward(Box::new(shared(&values, |v| backward::Channel::new(domain, v))))
        } else {
            Channels::Forward(shared(&values, |v| forward::Channel::new(domain, v)))
        };
        Self { domain, hue_adjust, inverse, values, channels: Arc::new(channels) }
    }

    /// The lookup that undoes this one.
    pub fn inverse(&self) -> Self {
        Self::prepared(self.domain, self.hue_adjust, !self.inverse, self.values.clone())
    }
    pub fn domain(&self) -> Lut1Domain {
        self.domain
    }
    pub fn hue_adjust(&self) -> bool {
        self.hue_adjust
    }
    /// Whether this undoes the tables.
    pub fn is_inverse(&self) -> bool {
        self.inverse
    }
    /// Entries of each channel.
    pub fn len(&self) -> usize {
        self.values[0].len()
    }
    pub fn is_empty(&self) -> bool {
        false
    }
    /// The tables of red, green and blue, as they were given.
    pub fn values(&self) -> &[Vec<f64>; 3] {
        &self.values
    }

    pub(super) fn visit(&self, to: &mut impl Visitor) {
        macro_rules! kernels {
            ($channels:expr, $kernel:ident) => {{
                let [r, g, b] = <[_; 3]>::clone($channels);
                if self.hue_adjust {
                    to.pixels(&HueAdjusted([$kernel(r), $kernel(g), $kernel(b)]));
                } else {
                    to.channel(0, &$kernel(r));
                    to.channel(1, &$kernel(g));
                    to.channel(2, &$kernel(b));
                }
            }};
        }
        use {backward::*, forward::*};
        match (&*self.channels, self.domain) {
            (Channels::Forward(c), Lut1Domain::Uniform) => kernels!(c, Interpolate),
            (Channels::Forward(c), Lut1Domain::Half) => kernels!(c, InterpolateHalf),
            (Channels::Backward(c), Lut1Domain::Uniform) => kernels!(c, Search),
            (Channels::Backward(c), Lut1Domain::Half) => kernels!(c, SearchHalf),
        }
    }
}

impl PartialEq for Lut1 {
    fn eq(&self, other: &Self) -> bool {
        let flags = |l: &Self| (l.domain, l.hue_adjust, l.inverse);
        flags(self) == flags(other) && (Arc::ptr_eq(&self.values, &other.values) || self.values == other.values)
    }
}

/// `make` of each channel, once for equal ones, so that equal channels share their tables.
fn shared<T: Clone>(values: &[Vec<f64>; 3], make: impl Fn(&[f64]) -> T) -> [T; 3] {
    let r = make(&values[0]);
    let g = if values[1] == values[0] { r.clone() } else { make(&values[1]) };
    let b = match () {
        () if values[2] == values[0] => r.clone(),
        () if values[2] == values[1] => g.clone(),
        () => make(&values[2]),
    };
    [r, g, b]
}

/// Bits of a half: 5 of exponent, 10 of mantissa. Finite magnitudes have the patterns 0..=31743, the negative ones begin at 32768.
const HALF_LAST: usize = 31743;
const HALF_NEGATIVE: usize = 32768;

/// A lookup of each channel, then the middle channel of the pixel put where it was between the two others.
struct HueAdjusted<K>([K; 3]);

impl<K: ChannelKernel> PixelKernel for HueAdjusted<K> {
    #[inline(always)]
    fn eval<S: Scalar>(&self, [r, g, b]: [S; 3]) -> [S; 3] {
        let out = [self.0[0].eval(r), self.0[1].eval(g), self.0[2].eval(b)];
        let middle = r.max(g).min(r.min(g).max(b));
        let low = r.min(g).min(b);
        let chroma = r.max(g).max(b) - low;
        let zero = S::constant(0.0);
        let place = S::select(zero.lt(chroma), (middle - low) / chroma, zero);

        // Of equal channels the later one counts as the higher.
        let (rg, rb, gb) = (r.le(g), r.le(b), g.le(b));
        let at_high = S::select(rb, S::select(gb, out[2], out[1]), S::select(rg, out[1], out[0]));
        let at_low = S::select(rg, S::select(rb, out[0], out[2]), S::select(gb, out[1], out[2]));
        let adjusted = place.fma(at_high - at_low, at_low);
        [
            S::select(rg, S::select(rb, out[0], adjusted), S::select(rb, adjusted, out[0])),
            S::select(rg, S::select(gb, adjusted, out[1]), S::select(gb, out[1], adjusted)),
            S::select(rb, S::select(gb, out[2], adjusted), S::select(gb, adjusted, out[2])),
        ]
    }
}

#[cfg(test)]
mod tests;
