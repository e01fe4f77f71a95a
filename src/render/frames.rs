//! Frames to plates: one is computed while another is written, and no more of them are in memory.

use super::{
    FrameReceipt, Job, Kept, Watch,
    beside::Beside,
    events::Event,
    records::Records,
    store::{Put, Store},
};
use crate::{
    camera::{self, Clip, FrameNumber, Picture, Reading},
    error::{Error, Result},
    files,
    image::{PixelHash, hash_pixels},
    pipeline::{
        Plan,
        plate_exr::{self, Compression, FrameInfo},
    },
    recipe::safe_name,
};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// Bytes of a plate, at most: one of 65,535 x 65,535 pixels would not be read again anyway.
const LARGEST: u64 = 8 << 30;
/// Plates that are on their way to an object store at once: each waits more than it works.
const SENDERS: usize = 3;

/// A frame that is there.
pub(super) struct Rendered {
    pub receipt: FrameReceipt,
    pub kept: Kept,
}

/// A plate on its way to the store.
struct Made {
    receipt: FrameReceipt,
    bytes: Vec<u8>,
    took: Duration,
}

/// What the work on every frame has at hand.
struct Work<'a> {
    job: &'a Job<'a>,
    plan: &'a Plan,
    beside: &'a Beside,
    place: &'a Store,
    records: &'a Records,
    name: &'a str,
    watch: &'a Watch<'a>,
}

/// Renders frames in order, and returns them in order. At the first failure what is being written is brought to its end.
#[expect(clippy::too_many_arguments, reason = "all of them are what a frame is made of")]
pub(super) fn render(
    job: &Job,
    plan: &Plan,
    beside: &Beside,
    place: &Store,
    records: &Records,
    name: &str,
    frames: &[FrameNumber],
    watch: &Watch,
) -> Result<Vec<Rendered>> {
    let work = Work { job, plan, beside, place, records, name, watch };
    watch.progress.begin(frames.len() as u64, &format!("Rendering {name}"));
    let stop = AtomicBool::new(false);
    let (send, made) = crossbeam_channel::bounded::<Made>(0);
    let (report, reported) = crossbeam_channel::unbounded();
    let senders = if place.is_remote() { SENDERS } else { 1 };
    let computed = std::thread::scope(|scope| {
        for _ in 0..senders {
            let (made, report, work, stop) = (made.clone(), report.clone(), &work, &stop);
            scope.spawn(move || {
                for made in made {
                    let frame = made.receipt.frame;
                    let outcome = work.write(made).inspect_err(|_| work.records.lost(frame));
                    stop.fetch_or(outcome.is_err(), Ordering::Relaxed);
                    _ = report.send(outcome);
                }
            });
        }
        drop((made, report));
        // The sending end goes with this closure, and with it the writers.
        let send = send;
        let mut found = vec![];
        for &frame in frames {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            watch.progress.check()?;
            records.making(frame);
            match work.found(frame)? {
                Some(rendered) => found.push(rendered),
                None => {
                    // Nobody takes it where a writer has failed: its error is told below.
                    _ = send.send(work.make(frame)?);
                }
            }
        }
        Ok(found)
    });
    let mut rendered: Vec<Rendered> = reported.into_iter().collect::<Result<_>>()?;
    rendered.extend(computed?);
    rendered.sort_by_key(|r| r.receipt.frame);
    Ok(rendered)
}

impl Work<'_> {
    /// A frame that an earlier task has left, if what lies there is what its record says.
    fn found(&self, frame: FrameNumber) -> Result<Option<Rendered>> {
        if self.job.overwrite {
            return Ok(None);
        }
        let Some(record) = self.records.of(frame, self.plan.key())? else { return Ok(None) };
        let begun = Instant::now();
        let Some(bytes) = self.place.get(&record.receipt.file, LARGEST)? else { return Ok(None) };
        // Where it is not, the frame is made again and held against it.
        if record.receipt.file != self.file(frame) || files::sha256(&bytes) != record.sha256 {
            return Ok(None);
        }
        self.there(record.receipt, Kept::Found, begun.elapsed()).map(Some)
    }

    fn make(&self, frame: FrameNumber) -> Result<Made> {
        let begun = Instant::now();
        let clip: &dyn Clip = self.job.clip;
        let (plate, census) = self.plan.counted_plate(clip, frame)?;
        let not_numbers = Some(census).filter(|census| !census.is_clean());
        let receipt =
            FrameReceipt { frame, timecode: clip.timecode(frame)?, file: self.file(frame), pixels: hash_pixels(&plate), not_numbers };
        let info = FrameInfo { metadata: Some(clip.metadata()), timecode: receipt.timecode, fdl: self.beside.fdl.as_deref() };
        let bytes = plate_exr::encode(&plate, &info, Compression::None)?;
        Ok(Made { receipt, bytes, took: begun.elapsed() })
    }

    fn write(&self, made: Made) -> Result<Rendered> {
        let begun = Instant::now();
        let Made { receipt, bytes, took } = made;
        let sha256 = files::sha256(&bytes);
        let bytes = bytes::Bytes::from(bytes);
        let kept = if self.job.overwrite {
            self.place.put(&receipt.file, bytes)?;
            Kept::Written
        } else {
            match self.place.put_new(&receipt.file, bytes)? {
                Put::Written => Kept::Written,
                Put::Exists => {
                    self.verify_existing(&receipt, &sha256)?;
                    Kept::Same
                }
            }
        };
        let took = took + begun.elapsed();
        if kept == Kept::Written || self.records.of(receipt.frame, self.plan.key())?.is_none() {
            self.records.done(self.plan.key(), &receipt, sha256, took)?;
        }
        self.there(receipt, kept, took)
    }

    fn there(&self, receipt: FrameReceipt, kept: Kept, took: Duration) -> Result<Rendered> {
        let seconds = took.as_secs_f64();
        self.watch.tell(&Event::Frame { frame: receipt.frame, file: &receipt.file, pixels: &receipt.pixels, kept, seconds });
        self.watch.progress.step()?;
        Ok(Rendered { receipt, kept })
    }

    /// A file of an earlier run counts only if it holds exactly these pixels.
    fn verify_existing(&self, receipt: &FrameReceipt, sha256: &str) -> Result<()> {
        let place = self.place.location(&receipt.file);
        let gone = || Error::verification("was there, and is gone").file(&place);
        let file = self.place.local_file(&receipt.file, LARGEST)?.ok_or_else(gone)?;
        if files::sha256_of_file(file.path())? == sha256 {
            return Ok(());
        }
        let damaged =
            |e: Error| Error::verification(format!("already there, and no plate; use --overwrite to replace it ({e})")).file(&place);
        let found = pixels_of(file.path()).map_err(damaged)?;
        if found == receipt.pixels {
            return Ok(());
        }
        Err(Error::verification("already there with other pixels; use --overwrite to replace it").file(&place).field("pixels").value(found))
    }

    fn file(&self, frame: FrameNumber) -> String {
        format!("{}.{frame:06}.exr", safe_name(self.name))
    }
}

fn pixels_of(path: &std::path::Path) -> Result<PixelHash> {
    let there = camera::open_single(path)?;
    match there.read(there.frames().first(), &Reading::default())? {
        Picture::Rgb(image) => Ok(hash_pixels(&image)),
        _ => Err(Error::verification("not a plate")),
    }
}
