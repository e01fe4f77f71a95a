//! Doors for fuzz targets: decoders on bytes in memory. Whatever the bytes are, each returns in bounded time and memory.

use super::{
    Opcodes, Picture, arriraw,
    dng::{self, vc5},
    ending, external, isobmff, mlv, movie,
};
use crate::{
    error::Result,
    image::{Cfa, Mosaic, Size},
};

/// A DNG file, with the corrections it asks for.
pub fn dng(bytes: &[u8]) -> Result<(Picture, Opcodes)> {
    dng::decode_dng(bytes)
}

/// A VC-5 stream of a picture of that size, to 14 bits.
pub fn vc5(bytes: &[u8], size: Size) -> Result<Vec<u16>> {
    vc5::decode(bytes, size, vc5::Arrangement::new(Cfa::Rggb, 14)?)
}

/// An ARRIRAW file.
pub fn arriraw(bytes: &[u8]) -> Result<Mosaic> {
    arriraw::decode(bytes)
}

/// An MLV file; how many of its frames decode.
pub fn mlv(bytes: &[u8]) -> Result<usize> {
    mlv::decode_all(bytes)
}

/// A QuickTime or MP4 file, its metadata.
pub fn isobmff(bytes: &[u8]) -> Result<usize> {
    isobmff::describe(bytes).map(|d| d.metadata.rows().len())
}

/// The end of a file of any container.
pub fn container_end(bytes: &[u8]) -> Option<String> {
    // Reading from memory does not fail.
    ending::of(&mut std::io::Cursor::new(bytes), bytes.len() as u64).ok().flatten()
}

/// What FFprobe says of a movie.
pub fn ffprobe(bytes: &[u8]) -> Result<()> {
    movie::fuzz(bytes)
}

/// A message of a decoder.
pub fn decoder_message(bytes: &[u8]) -> Result<()> {
    external::fuzz(bytes)
}
