//! Conformance of `debayer`.
