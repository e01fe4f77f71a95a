//! Conformance of `sidecar`.
