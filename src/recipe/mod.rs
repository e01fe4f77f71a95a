//! The recipe document and its folder.
