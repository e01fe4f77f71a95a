//! ACES Metadata Files 1.0 and 2.0.
