//! A job: frames to plates and receipts.
