//! Conformance of `framing`.
