//! A job: frames to plates and receipts.
pub mod exr;
