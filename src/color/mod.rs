//! Colour transforms as lists of ops (stand-in, replaced by the colour engine).
#[derive(Clone, Debug, PartialEq)]
pub enum Op {}
