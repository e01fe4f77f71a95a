//! Numbers an op looks up: in f64 for the oracle, in f32 for pictures and the GPU.

use std::{fmt, sync::Arc};

/// An immutable row of numbers, never empty, cheap to clone. Equal by content.
#[derive(Clone)]
pub struct Table(Arc<Data>);

struct Data {
    wide: Vec<f64>,
    narrow: Vec<f32>,
}

impl Table {
    /// Takes at least one value, and no more than an f32 can count (2^24).
    pub fn new(values: Vec<f64>) -> Self {
        assert!(!values.is_empty() && values.len() <= 1 << 24, "a table has 1 to 2^24 values, not {}", values.len());
        let narrow = values.iter().map(|&v| v as f32).collect();
        Self(Arc::new(Data { wide: values, narrow }))
    }
    pub fn wide(&self) -> &[f64] {
        &self.0.wide
    }
    pub fn narrow(&self) -> &[f32] {
        &self.0.narrow
    }
    pub fn len(&self) -> usize {
        self.0.wide.len()
    }
    pub fn is_empty(&self) -> bool {
        false
    }
    /// Whether both are the same memory.
    pub fn is(&self, other: &Table) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
    /// `row` held within the whole rows of eight; NaN is 0.
    pub(super) fn clamp_row(&self, row: f64) -> usize {
        (row as usize).min(self.len() / 8 - 1)
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || self.wide() == other.wide()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} values)", self.len())
    }
}
