//! The bounded XML reader that every XML sidecar goes through.
