//! Conformance of `camera`.
