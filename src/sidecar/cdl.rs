//! The ASC Color Decision List: slope, offset, power and saturation of one correction.

/// One ASC CDL correction (ASC CDL v1.2, section 3): `out = (in * slope + offset) ^ power`, then saturation around Rec. 709 luma.
#[derive(Clone, Debug, PartialEq)]
pub struct Cdl {
    pub id: Option<String>,
    /// R, G, B; at least 0.
    pub slope: [f64; 3],
    /// R, G, B.
    pub offset: [f64; 3],
    /// R, G, B; above 0.
    pub power: [f64; 3],
    /// At least 0.
    pub saturation: f64,
    pub description: Option<String>,
}

impl Default for Cdl {
    /// The identity.
    fn default() -> Self {
        Self { id: None, slope: [1.0; 3], offset: [0.0; 3], power: [1.0; 3], saturation: 1.0, description: None }
    }
}

impl Cdl {
    /// Whether it changes nothing.
    pub fn is_identity(&self) -> bool {
        self.slope == [1.0; 3] && self.offset == [0.0; 3] && self.power == [1.0; 3] && self.saturation == 1.0
    }
}

/// The shortest text that reads back as the same number.
pub(in crate::sidecar) fn number(value: f64) -> String {
    format!("{value:?}")
}
