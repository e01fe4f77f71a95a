//! Look files.

pub mod clf;
