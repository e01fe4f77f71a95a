//! Which frames of a clip are golden: those whose pixels the renderer has to make again before it makes any other.
//!
//! First, middle and last say that the clip is the one. The frames that strain the pipeline most say that the pixels are right where
//! they are most easily wrong, so [`propose`] looks for them.

mod measure;
mod propose;

pub use propose::propose;

use crate::{
    camera::{FrameList, FrameNumber},
    check::{self, Subject},
    error::{Error, Result},
    progress::Progress,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A frame that is to be golden, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    pub frame: FrameNumber,
    /// `first frame; most clipped: 3.1 % of the pixels`; none where nobody gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How the golden frames of a clip are chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// First, middle and last, and the worst cases that [`propose`] finds.
    #[default]
    Auto,
    /// First, middle and last.
    Even,
    /// These.
    Frames(Vec<Chosen>),
}

/// `auto`, `even`, or frame numbers with commas between them: `12,40,99`.
impl FromStr for Choice {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        let wrong = || Error::usage("is not auto, even or frame numbers such as 12,40,99").field("golden").value(s);
        match s.trim() {
            "auto" => Ok(Self::Auto),
            "even" => Ok(Self::Even),
            list => {
                let number = |text: &str| text.trim().parse().map_err(|_| wrong());
                let frames = list.split(',').map(|text| Ok(Chosen { frame: number(text)?, reason: None }));
                Ok(Self::Frames(frames.collect::<Result<_>>()?))
            }
        }
    }
}

impl Choice {
    /// Fails where frames are named that are not there: before anything that takes long.
    pub fn refuse_unknown(&self, subject: &Subject) -> Result<()> {
        let Self::Frames(chosen) = self else { return Ok(()) };
        let frames = subject.clip.frames();
        match chosen.iter().find(|c| !frames.contains(c.frame)) {
            Some(none) => Err(Error::usage(format!("{} has no such frame", subject.name)).field("golden").value(none.frame)),
            None if chosen.is_empty() => Err(Error::usage(format!("{} has no golden frame", subject.name)).field("golden")),
            None => Ok(()),
        }
    }

    /// The golden frames of a clip, ascending, each once.
    ///
    /// # Errors
    /// A frame that the clip does not have; none at all; what [`propose`] fails with.
    pub fn of(&self, subject: &Subject, progress: &Progress) -> Result<Vec<Chosen>> {
        let frames = subject.clip.frames();
        match self {
            Self::Auto => propose(subject, progress),
            Self::Even => Ok(even(frames)),
            Self::Frames(chosen) => {
                self.refuse_unknown(subject)?;
                let mut chosen = chosen.clone();
                chosen.sort_by_key(|c| c.frame);
                chosen.dedup_by_key(|c| c.frame);
                Ok(chosen)
            }
        }
    }
}

/// First, middle and last, with the words for them.
pub fn even(frames: &FrameList) -> Vec<Chosen> {
    let called = |frame: FrameNumber| match frame {
        f if f == frames.first() => "first frame",
        f if f == frames.last() => "last frame",
        _ => "middle frame",
    };
    let sample = check::sample_frames(&frames.present);
    sample.into_iter().map(|frame| Chosen { frame, reason: Some(called(frame).into()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_a_word_or_numbers() {
        let frames = |list: &[u32]| Choice::Frames(list.iter().map(|f| Chosen { frame: *f, reason: None }).collect());
        assert_eq!("auto".parse::<Choice>().unwrap(), Choice::Auto);
        assert_eq!(" even ".parse::<Choice>().unwrap(), Choice::Even);
        assert_eq!("12, 40,7".parse::<Choice>().unwrap(), frames(&[12, 40, 7]));
        for wrong in ["", "1,", "1-3", "-1", "all", "99999999999"] {
            assert_eq!(wrong.parse::<Choice>().unwrap_err().exit_code(), 2, "{wrong}");
        }
    }

    #[test]
    fn even_frames_are_called_by_their_places() {
        let words = |frames: Vec<u32>| -> Vec<(u32, String)> {
            even(&FrameList::new(frames)).into_iter().map(|c| (c.frame, c.reason.unwrap())).collect()
        };
        let said = |list: &[(u32, &str)]| list.iter().map(|(f, w)| (*f, format!("{w} frame"))).collect::<Vec<_>>();
        assert_eq!(words((10..20).collect()), said(&[(10, "first"), (15, "middle"), (19, "last")]));
        assert_eq!(words(vec![3, 4]), said(&[(3, "first"), (4, "last")]));
        assert_eq!(words(vec![7]), said(&[(7, "first")]));
    }
}
