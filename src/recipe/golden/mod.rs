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
use std::{collections::BTreeSet, str::FromStr};

/// A frame that is to be golden, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    pub frame: FrameNumber,
    /// `first frame; most clipped: 3.1 % of the pixels`; none where nobody gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What somebody changed about the frames that are proposed. It holds whatever is proposed: so it can be said before that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edits {
    pub added: BTreeSet<FrameNumber>,
    pub removed: BTreeSet<FrameNumber>,
}

impl Edits {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
    /// Makes a frame golden, that is none.
    pub fn add(&mut self, frame: FrameNumber) {
        if !self.removed.remove(&frame) {
            self.added.insert(frame);
        }
    }
    /// Takes away a frame that is golden.
    pub fn remove(&mut self, frame: FrameNumber) {
        if !self.added.remove(&frame) {
            self.removed.insert(frame);
        }
    }
    /// The frames that are proposed, ascending, edited. Where all of them would be taken away they stay: a recipe needs one.
    pub fn of(&self, proposed: &[Chosen]) -> Vec<Chosen> {
        let mut frames: Vec<_> = proposed.iter().filter(|c| !self.removed.contains(&c.frame)).cloned().collect();
        for frame in &self.added {
            if let Err(at) = frames.binary_search_by_key(frame, |c| c.frame) {
                frames.insert(at, Chosen { frame: *frame, reason: Some("chosen by hand".into()) });
            }
        }
        if frames.is_empty() { proposed.to_vec() } else { frames }
    }
}

/// How the golden frames of a clip are chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// First, middle and last, and the worst cases that [`propose`] finds.
    #[default]
    Auto,
    /// The same, edited.
    Edited(Edits),
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
        let named: Vec<FrameNumber> = match self {
            Self::Frames(chosen) if chosen.is_empty() => {
                return Err(Error::usage(format!("{} has no golden frame", subject.name)).field("golden"));
            }
            Self::Frames(chosen) => chosen.iter().map(|c| c.frame).collect(),
            Self::Edited(edits) => edits.added.iter().copied().collect(),
            Self::Auto | Self::Even => vec![],
        };
        let frames = subject.clip.frames();
        let none = named.into_iter().find(|f| !frames.contains(*f));
        none.map_or(Ok(()), |f| Err(Error::usage(format!("{} has no such frame", subject.name)).field("golden").value(f)))
    }

    /// The golden frames of a clip, ascending, each once.
    ///
    /// # Errors
    /// A frame that the clip does not have; none at all; what [`propose`] fails with.
    pub fn of(&self, subject: &Subject, progress: &Progress) -> Result<Vec<Chosen>> {
        let frames = subject.clip.frames();
        match self {
            Self::Auto => propose(subject, progress),
            Self::Edited(edits) => {
                self.refuse_unknown(subject)?;
                Ok(edits.of(&propose(subject, progress)?))
            }
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
    fn edits_hold_whatever_is_proposed() {
        let proposed = |list: &[u32]| list.iter().map(|f| Chosen { frame: *f, reason: Some("worst".into()) }).collect::<Vec<_>>();
        let mut edits = Edits::default();
        let frames = |edits: &Edits, list: &[u32]| edits.of(&proposed(list)).iter().map(|c| c.frame).collect::<Vec<_>>();
        edits.add(7);
        edits.remove(3);
        assert_eq!(frames(&edits, &[1, 3, 9]), [1, 7, 9]);
        assert_eq!(frames(&edits, &[0, 7]), [0, 7]);
        assert_eq!(edits.of(&proposed(&[7]))[0].reason.as_deref(), Some("worst"), "it is proposed for a better reason");
        edits.remove(7);
        edits.add(3);
        assert!(edits.is_empty(), "{edits:?}");
        edits.remove(3);
        assert_eq!(frames(&edits, &[3]), [3], "a recipe needs one");
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
