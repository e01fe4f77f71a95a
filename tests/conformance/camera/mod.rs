//! Conformance of `camera`.

mod mosaics;
