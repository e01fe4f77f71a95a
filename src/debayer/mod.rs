//! Mosaic to sensor-linear RGB.
