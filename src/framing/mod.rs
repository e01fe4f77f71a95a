//! FDL geometry and the resampler.
