//! Pictures that travel within the page.

use crate::{
    camera::{FrameList, FrameNumber},
    check::{Finding, Proof, Subject, still::Beside},
    error::{Error, Result},
    image::{Image, Size},
    pipeline::Stage,
    progress::Progress,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::collections::BTreeSet;

/// Pixels of width, at most: the page is read, not graded.
const WIDTH: u32 = 640;
/// Pixels of height, at most, of a picture that is higher than wide.
const TALLEST: u32 = 4 * WIDTH;
const QUALITY: u8 = 85;
/// Pictures of a clip that findings speak of, at most; one from its middle comes besides.
const MOST: usize = 12;

/// A display picture, made small.
#[derive(Clone, Debug)]
pub struct Picture {
    pub frame: FrameNumber,
    pub caption: String,
    /// What proofs measure in.
    pub canvas: Size,
    /// Width of a canvas pixel over its height.
    pub pixel_aspect: f64,
    /// What it is where it shows a reference still beside the frame; else the frame.
    pub beside: Option<Beside>,
    /// Of the small picture, pixels.
    size: Size,
    jpeg: Vec<u8>,
}

impl Picture {
    /// `display` holds code values, 0 to 1.
    ///
    /// # Errors
    /// A picture without pixels.
    pub fn of(display: &Image, frame: FrameNumber, caption: impl Into<String>) -> Result<Self> {
        let canvas = display.size();
        let whole = ::image::RgbImage::from_raw(canvas.width, canvas.height, display.to_rgb8());
        let whole = whole.ok_or_else(|| Error::invalid("no pixels").field("picture").value(canvas))?;
        Self::small(&whole, display.pixel_aspect, frame, caption)
    }

    /// Of a picture of 8 bits a channel; `pixel_aspect` is the width of one of its pixels over its height.
    ///
    /// # Errors
    /// A picture without pixels.
    pub fn small(whole: &::image::RgbImage, pixel_aspect: f64, frame: FrameNumber, caption: impl Into<String>) -> Result<Self> {
        let canvas = Size::new(whole.width(), whole.height());
        if whole.is_empty() {
            return Err(Error::invalid("no pixels").field("picture").value(canvas));
        }
        let width = WIDTH.min(canvas.width);
        let shown = f64::from(canvas.width) * pixel_aspect;
        let height = (f64::from(width) * f64::from(canvas.height) / shown).round().clamp(1.0, f64::from(TALLEST)) as u32;
        let small = ::image::imageops::thumbnail(whole, width, height);
        let mut jpeg = vec![];
        let encoder = ::image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
        small.write_with_encoder(encoder).map_err(|e| Error::invalid(e.to_string()).field("picture"))?;
        Ok(Self { frame, caption: caption.into(), canvas, pixel_aspect, beside: None, size: Size::new(width, height), jpeg })
    }

    /// The same as one of those that show a still beside the frame.
    pub fn beside(self, which: Beside) -> Self {
        Self { beside: Some(which), ..self }
    }

    /// The small picture as JPEG, three channels.
    pub fn jpeg(&self) -> &[u8] {
        &self.jpeg
    }
    /// Size of the small picture, pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    pub(super) fn data_uri(&self) -> String {
        format!("data:image/jpeg;base64,{}", STANDARD.encode(&self.jpeg))
    }
}

/// The frames of a clip that findings speak of, as they are seen, and one from its middle. What has no picture has a finding of its
/// own, and is left out here.
///
/// # Errors
/// Cancelled.
pub fn pictures(subject: &Subject, findings: &[Finding], progress: &Progress) -> Result<Vec<Picture>> {
    let Ok(plan) = subject.plan else { return Ok(vec![]) };
    let frames = spoken_of(subject.clip.frames(), findings);
    progress.begin(frames.len() as u64, &format!("{}: pictures of the report", subject.name));
    let mut pictures = vec![];
    for frame in frames {
        if let Ok(display) = plan.picture(subject.clip, frame, Stage::Display) {
            pictures.extend(Picture::of(&display, frame, "").ok());
        }
        progress.step()?;
    }
    pictures.extend(subject.still_pictures().iter().cloned());
    Ok(pictures)
}

/// The frame in the middle, and the first that findings speak of, each once.
fn spoken_of(list: &FrameList, findings: &[Finding]) -> BTreeSet<FrameNumber> {
    let mut frames = BTreeSet::new();
    let named = findings.iter().flat_map(|f| f.frame.into_iter().chain(f.proofs.iter().filter_map(Proof::frame)));
    for frame in named.filter(|f| list.contains(*f)) {
        if frames.len() == MOST {
            break;
        }
        frames.insert(frame);
    }
    frames.extend(list.middle());
    frames
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Outcome, Severity};

    fn about(frame: FrameNumber, areas: &[FrameNumber]) -> Finding {
        let area = |f: &FrameNumber| Proof::Area { frame: *f, rect: [0.0; 4], caption: String::new() };
        Finding {
            id: "R-1".into(),
            title: String::new(),
            severity: Severity::Warn,
            outcome: Outcome::Fail,
            measured: String::new(),
            limit: String::new(),
            evidence: String::new(),
            frame: Some(frame),
            mend: None,
            proofs: areas.iter().map(area).collect(),
            source: String::new(),
        }
    }

    #[test]
    fn a_frame_that_is_spoken_of_often_takes_one_place() {
        let list = FrameList::new((0..100).collect());
        let shown = |findings: &[Finding]| Vec::from_iter(spoken_of(&list, findings));
        assert_eq!(shown(&[]), [50]);
        // One that the clip has not cannot be shown.
        assert_eq!(shown(&[about(3, &[3; 2 * MOST]), about(7, &[200])]), [3, 7, 50]);
        let all: Vec<Finding> = (60..100).map(|frame| about(frame, &[])).collect();
        assert_eq!(shown(&all), Vec::from_iter([50].into_iter().chain((60..100).take(MOST))));
    }
}
