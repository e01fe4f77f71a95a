//! A file mapped read-only. The only unsafe code of the camera room.

use crate::{
    error::{InFile, Result},
    files,
};
use memmap2::Mmap;
use std::{ops::Deref, path::Path};

/// The bytes of a file, paged in as they are touched.
pub struct MappedFile {
    /// `None` for an empty file, which cannot be mapped.
    map: Option<Mmap>,
}

impl MappedFile {
    pub fn open(path: &Path) -> Result<Self> {
        let file = files::open(path)?;
        if file.metadata().in_file(path)?.len() == 0 {
            return Ok(Self { map: None });
        }
        // SAFETY: the mapping is read-only and private to this process. Camera originals are not written to while they
        // are open here; should another program do so, we read other bytes than before, which every reader above checks
        // like any hostile input (it copies a value before it validates it). A file cut short under us raises SIGBUS,
        // which ends the process without writing anything: accepted, as it is by every raw tool that maps its input.
        let map = unsafe { Mmap::map(&file) }.in_file(path)?;
        Ok(Self { map: Some(map) })
    }
}

impl Deref for MappedFile {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.map.as_deref().unwrap_or_default()
    }
}
