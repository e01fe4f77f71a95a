//! ASC Framing Decision Lists 1.0 to 2.0.1.
