//! Bit depths: what the numbers of a document are scaled by.

use crate::error::{Error, Result};

/// The `inBitDepth` or `outBitDepth` of a node. They scale the numbers written in a document and do nothing else: no value
/// is quantised or clamped by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BitDepth {
    Integer(u32),
    Half,
    Single,
}

impl BitDepth {
    /// # Errors
    /// Not one of the six names.
    pub(super) fn parse(text: &str) -> Result<Self> {
        Ok(match text.trim() {
            "8i" => Self::Integer(8),
            "10i" => Self::Integer(10),
            "12i" => Self::Integer(12),
            "16i" => Self::Integer(16),
            "16f" => Self::Half,
            "32f" => Self::Single,
            _ => return Err(Error::invalid("not a bit depth").value(text)),
        })
    }

    /// The number that stands for 1.0.
    pub(super) fn scale(self) -> f64 {
        match self {
            Self::Integer(bits) => f64::from((1u32 << bits) - 1),
            Self::Half | Self::Single => 1.0,
        }
    }
}
