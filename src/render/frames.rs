//! Frames to files: one is computed while another is written, and no more of them are in memory.

use super::{
    FileReceipt, FrameReceipt, Job, Kept, Watch,
    deliver::{self, Delivering, Finished, Made, Movie, Only, What},
    events::Event,
    receipt::GoldenReceipt,
    records::{self, Records},
    sources::Sources,
    store::{Put, Store},
};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    files,
    pipeline::plate_exr,
};
use bytes::Bytes;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// Bytes of a file of one frame, at most: of 65,535 x 65,535 pixels it would not be read again anyway.
const LARGEST: u64 = 8 << 30;
/// Frames that are on their way to an object store at once: each waits more than it works.
const SENDERS: usize = 3;

/// What was rendered.
pub(super) struct Rendered {
    pub range: (FrameNumber, FrameNumber),
    pub plates: Vec<FrameReceipt>,
    /// Golden frames that came out otherwise, within the tolerance.
    pub golden: Vec<GoldenReceipt>,
    /// Every file of pictures.
    pub files: Vec<FileReceipt>,
    /// Frames that were already there.
    pub kept: u32,
}

/// What the work on every frame has at hand.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub job: &'a Job<'a>,
    /// Of the plan.
    pub key: &'a str,
    pub place: &'a Store,
    pub records: &'a Records,
    pub watch: &'a Watch<'a>,
}

/// A frame that is there.
struct Done {
    frame: FrameNumber,
    plate: Option<FrameReceipt>,
    files: Vec<FileReceipt>,
    kept: Kept,
}

/// A frame on its way to the store.
struct Computed {
    frame: FrameNumber,
    source: String,
    picture: deliver::Frame,
    took: Duration,
}

impl Work<'_> {
    /// Renders frames in order; they are told as they are there. At the first failure what is being written is brought to its end.
    pub(super) fn render(&self, what: &What, sources: &mut Sources, mut delivering: Delivering) -> Result<Rendered> {
        let progress = self.watch.progress;
        let range = what.range();
        let movies = self.movies_found(what, sources, &delivering)?;
        if movies.is_some() {
            delivering.leave_movies();
        }
        progress.begin(what.frames.len() as u64, &format!("Rendering {}", what.name));
        let stop = AtomicBool::new(false);
        let (send, computed) = crossbeam_channel::bounded::<Computed>(0);
        let (report, reported) = crossbeam_channel::unbounded();
        let senders = if self.place.is_remote() { SENDERS } else { 1 };
        let found = std::thread::scope(|scope| {
            for _ in 0..senders {
                let (computed, report, stop) = (computed.clone(), report.clone(), &stop);
                scope.spawn(move || {
                    for computed in computed {
                        let frame = computed.frame;
                        let outcome = self.write(computed).inspect_err(|_| self.records.lost(frame));
                        stop.fetch_or(outcome.is_err(), Ordering::Relaxed);
                        _ = report.send(outcome);
                    }
                });
            }
            drop((computed, report));
            // The sending end goes with this closure, and with it the writers.
            let send = send;
            let mut found = vec![];
            for (place, &frame) in what.frames.iter().enumerate() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                progress.check()?;
                self.records.making(Some(frame));
                let source = sources.of(frame)?;
                if let Some(next) = what.frames.get(place + 1) {
                    sources.expect(*next);
                }
                match self.found(frame, &source, &delivering)? {
                    Some((done, begun)) => {
                        // A movie has every frame, also those whose files are there.
                        if delivering.has_movies() {
                            delivering.feed(frame, progress)?;
                        }
                        found.push(self.there(done, begun.elapsed())?);
                    }
                    None => {
                        let begun = Instant::now();
                        let picture = delivering.frame(frame, progress)?;
                        // Nobody takes it where a writer has failed: its error is told below.
                        _ = send.send(Computed { frame, source, picture, took: begun.elapsed() });
                    }
                }
            }
            Ok(found)
        });
        let mut done: Vec<Done> = reported.into_iter().collect::<Result<_>>()?;
        done.extend(found?);
        done.sort_by_key(|done| done.frame);
        let kept = done.iter().filter(|done| done.kept != Kept::Written).count() as u32;
        let (plates, files): (Vec<_>, Vec<_>) = done.into_iter().map(|done| (done.plate, done.files)).unzip();
        let mut files: Vec<FileReceipt> = files.into_iter().flatten().collect();
        match movies {
            Some(movies) => files.extend(movies),
            None => {
                let movies = delivering.finish(progress)?.into_iter().map(|movie| self.movie(movie)).collect::<Result<Vec<_>>>()?;
                if !movies.is_empty() {
                    self.records.movies_done(self.key, sources.of_all(what.frames)?, range, what.begin, &movies)?;
                }
                files.extend(movies);
            }
        }
        Ok(Rendered { range, plates: plates.into_iter().flatten().collect(), golden: vec![], files, kept })
    }

    /// Whether nothing counts that an earlier task has left. Who signs has to have made what is signed: anybody may have left a record.
    fn makes_all(&self) -> bool {
        self.job.overwrite || self.job.also.sign_with.is_some()
    }

    /// The movies that an earlier task has left, if what lies there is what their record says.
    fn movies_found(&self, what: &What, sources: &mut Sources, delivering: &Delivering) -> Result<Option<Vec<FileReceipt>>> {
        if self.makes_all() || !delivering.has_movies() {
            return Ok(None);
        }
        let Some(record) = self.records.of_movies(what.range(), what.begin, self.key)? else { return Ok(None) };
        if !record.files.iter().map(|file| &file.file).eq(&delivering.movies()?) {
            return Ok(None);
        }
        for file in &record.files {
            self.watch.progress.check()?;
            // Where one is not, it is made again and held against it.
            if self.place.sha256(&file.file, u64::MAX)?.as_ref() != Some(&file.sha256) {
                return Ok(None);
            }
        }
        let is_same = sources.of_all(what.frames)? == record.source;
        Ok(is_same.then_some(record.files))
    }

    /// A frame that an earlier task has left, if what lies there is what its record says, and when it was looked at.
    fn found(&self, frame: FrameNumber, source: &str, delivering: &Delivering) -> Result<Option<(Done, Instant)>> {
        if self.makes_all() {
            return Ok(None);
        }
        let names = delivering.names(frame)?;
        let begun = Instant::now();
        if self.job.also.only == Some(Only::Movies) {
            // There is nothing of it to be found but in the movies.
            let done = || Done { frame, plate: None, files: vec![], kept: Kept::Found };
            return Ok((!delivering.has_movies()).then(|| (done(), begun)));
        }
        let Some(record) = self.records.of(frame, self.key, source)? else { return Ok(None) };
        if !record.files.iter().map(|file| &file.file).eq(&names) {
            return Ok(None);
        }
        for file in &record.files {
            // Where one is not, the frame is made again and held against it.
            if self.place.sha256(&file.file, LARGEST)?.as_ref() != Some(&file.sha256) {
                return Ok(None);
            }
        }
        Ok(Some((Done { frame, plate: record.plate, files: record.files, kept: Kept::Found }, begun)))
    }

    fn write(&self, computed: Computed) -> Result<Done> {
        let begun = Instant::now();
        let Computed { frame, source, picture, took } = computed;
        let not_numbers = Some(picture.census).filter(|census| !census.is_clean());
        let plate = picture.files.iter().find(|file| file.plate).map(|made| FrameReceipt {
            frame,
            timecode: picture.timecode,
            file: made.name.clone(),
            pixels: made.pixels.clone(),
            not_numbers,
        });
        let mut kept = if picture.files.is_empty() { Kept::Written } else { Kept::Same };
        let mut files = vec![];
        for made in picture.files {
            let (file, there) = self.file(frame, made)?;
            if !there {
                kept = Kept::Written;
            }
            files.push(file);
        }
        let took = took + begun.elapsed();
        let done = Done { frame, plate, files, kept };
        if kept == Kept::Written || self.records.of(frame, self.key, &source)?.is_none() {
            self.records.done(self.key, records::Made { frame, source: &source, plate: done.plate.as_ref(), files: &done.files }, took)?;
        }
        self.there(done, took)
    }

    /// Writes a file, and says whether it was there.
    fn file(&self, frame: FrameNumber, made: Made) -> Result<(FileReceipt, bool)> {
        let Made { deliverable, name, bytes, pixels, lossless, plate: _ } = made;
        let sha256 = files::sha256(&bytes);
        let receipt = FileReceipt { deliverable, frame: Some(frame), file: name, sha256, pixels, lossless };
        let bytes = Bytes::from(bytes);
        if self.job.overwrite {
            self.place.put(&receipt.file, bytes)?;
            return Ok((receipt, false));
        }
        match self.place.put_new(&receipt.file, bytes)? {
            Put::Written => Ok((receipt, false)),
            Put::Exists => {
                self.verify_existing(&receipt)?;
                Ok((receipt, true))
            }
        }
    }

    /// A file of an earlier run counts only if it is the same file: every run writes the same bytes, and of others nobody knows what they say
    /// beside the pixels.
    fn verify_existing(&self, made: &FileReceipt) -> Result<()> {
        let place = self.place.location(&made.file);
        let other = |what: &str| Error::verification(format!("already there, {what}; use --overwrite to replace it")).file(&place);
        let file = self.place.local_file(&made.file, LARGEST)?.ok_or_else(|| self.place.gone(&made.file))?;
        let sha256 = files::sha256_of_file(file.path())?;
        if sha256 == made.sha256 {
            return Ok(());
        }
        if !made.lossless {
            return Err(other("and another picture"));
        }
        let found = plate_exr::pixels_of(file.path()).map_err(|e| other(&format!("and no plate ({e})")))?;
        if found == made.pixels {
            return Err(other("with the same pixels in another file").field("SHA-256").value(sha256));
        }
        Err(other("with other pixels").field("pixels").value(found))
    }

    /// Gives a movie its name.
    fn movie(&self, finished: Finished) -> Result<FileReceipt> {
        let Finished { deliverable, name, movie } = finished;
        let Movie { file, sha256, pixels } = movie;
        if self.place.take_file(&name, file, self.job.overwrite)? == Put::Exists {
            let place = self.place.location(&name);
            if self.place.sha256(&name, u64::MAX)?.as_ref() != Some(&sha256) {
                return Err(Error::verification("already there, and another movie; use --overwrite to replace it").file(place));
            }
        }
        Ok(FileReceipt { deliverable, frame: None, file: name, sha256, pixels, lossless: false })
    }

    fn there(&self, done: Done, took: Duration) -> Result<Done> {
        let files = done.files.iter().map(|file| &*file.file).collect();
        let pixels = done.plate.as_ref().map(|plate| &plate.pixels);
        self.watch.tell(&Event::Frame { frame: done.frame, files, pixels, kept: done.kept, seconds: took.as_secs_f64() });
        self.watch.progress.step()?;
        Ok(done)
    }
}
