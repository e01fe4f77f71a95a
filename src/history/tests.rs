//! Unit tests of the histories.
