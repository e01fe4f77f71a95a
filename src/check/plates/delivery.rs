//! What lies in the folder of plates: every header, and the receipts.

use crate::{
    camera::{FrameNumber, PlateHeader},
    check::Subject,
    error::{Error, InFile, Result},
    files,
    progress::Progress,
};
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Largest receipt, in bytes; most of them in a folder.
const LARGEST_RECEIPT: u64 = 64 << 20;
const MOST_RECEIPTS: usize = 1000;
/// How a receipt's name ends, and its schema begins: those that [`crate::render`] writes.
const ENDING: &str = ".receipt.json";
const SCHEMA: &str = "prelight-receipt/";

/// Plates, or none.
pub enum Delivery {
    None,
    Plates(Box<Plates>),
}

pub struct Plates {
    pub folder: PathBuf,
    pub frames: Vec<Plate>,
    pub receipts: Vec<Receipt>,
    /// Receipts that cannot be read.
    pub unreadable: Vec<String>,
}

pub struct Plate {
    pub frame: FrameNumber,
    pub path: PathBuf,
    /// Or why there is none.
    pub header: Result<PlateHeader>,
}

impl Plate {
    pub fn name(&self) -> String {
        file_name(&self.path)
    }
}

/// What of a receipt says which plates there are. It may say more.
#[derive(Deserialize)]
pub struct Receipt {
    schema: String,
    pub frames: Vec<Promised>,
}

#[derive(Deserialize)]
pub struct Promised {
    pub frame: FrameNumber,
    pub timecode: Option<crate::camera::Timecode>,
    pub file: String,
    pub pixels: String,
}

impl Plates {
    /// What the receipts say of the plates, in their order.
    pub fn promised(&self) -> impl Iterator<Item = &Promised> {
        self.receipts.iter().flat_map(|r| &r.frames)
    }
    /// The headers that could be read.
    pub fn headers(&self) -> impl Iterator<Item = (&Plate, &PlateHeader)> {
        self.frames.iter().filter_map(|plate| Some((plate, plate.header.as_ref().ok()?)))
    }
}

impl Delivery {
    pub fn of(subject: &Subject, progress: &Progress) -> Result<Self> {
        let clip = subject.clip;
        if !subject.is_plates() {
            return Ok(Self::None);
        }
        let files = clip.files();
        let Some(folder) = files.first().map(|f| f.parent().unwrap_or(Path::new("")).to_owned()) else { return Ok(Self::None) };
        progress.begin(files.len() as u64, &format!("{}: headers", subject.name));
        let mut frames = Vec::with_capacity(files.len());
        for (&frame, path) in clip.frames().present.iter().zip(files) {
            frames.push(Plate { frame, header: PlateHeader::of_file(&path), path });
            progress.step()?;
        }
        let mut plates = Plates { folder, frames, receipts: vec![], unreadable: vec![] };
        plates.read_receipts()?;
        Ok(Self::Plates(Box::new(plates)))
    }
}

impl Plates {
    fn read_receipts(&mut self) -> Result<()> {
        let shown = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        let mut paths: Vec<PathBuf> =
            fs::read_dir(shown).in_file(shown)?.filter_map(|e| Some(e.ok()?.path())).filter(|p| file_name(p).ends_with(ENDING)).collect();
        paths.sort();
        for path in paths.into_iter().take(MOST_RECEIPTS) {
            let read = || -> Result<Receipt> {
                let bytes = files::read_bounded(&path, LARGEST_RECEIPT)?;
                let receipt: Receipt =
                    serde_json::from_slice(&bytes).map_err(|e| Error::invalid(e.to_string()).line(e.line() as u32).file(&path))?;
                if !receipt.schema.starts_with(SCHEMA) {
                    return Err(Error::unsupported("not a receipt of ours").field("schema").value(&receipt.schema).file(&path));
                }
                Ok(receipt)
            };
            match read() {
                Ok(receipt) => self.receipts.push(receipt),
                Err(error) => self.unreadable.push(error.to_string()),
            }
        }
        Ok(())
    }
}

pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
