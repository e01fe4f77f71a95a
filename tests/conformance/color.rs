//! Conformance of `color`.
