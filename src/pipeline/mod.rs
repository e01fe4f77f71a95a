//! Clip, sidecars and settings to the plan; the plan to pictures.
