//! A pull: the frames of the library that a cut uses, found, with handles, and rendered by a recipe.
//!
//! An event is matched to a clip by exact reel (or name) and timecode; else by what editing systems are known to do to names and
//! timecode, with a score; else, where there is an editorial proxy, by picture. Each match says why, and what fits several clips is
//! refused with all of them: nobody guesses which take was meant.

mod admit;
mod clock;
mod cut;
mod events;
mod names;
mod opened;
mod perceptual;
mod picture;
mod planned;
mod proxy;
mod rates;
mod report;
mod resolve;
mod run;
mod shot;
#[cfg(test)]
mod tests;
mod there;

pub use admit::admit;
pub use events::{Event, Events, RecordClock, events};
pub use planned::Files;
pub use report::report;
pub use run::{Made, Pulled, STEM, hold, look, run};
pub use shot::{Said, Shot};

use crate::{
    camera::{Clip, FrameNumber},
    error::Result,
    library::Source,
    progress::Progress,
    render::{refuse_originals, submit},
};
use opened::Opened;
use resolve::Resolver;
use serde::Serialize;
use std::{collections::BTreeSet, ops::RangeInclusive, path::PathBuf, sync::Arc};

/// What an event was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The whole reel or name, and the timecode.
    Exact,
    /// A name or timecode that was changed in a known way.
    Fuzzy,
    /// The frames of an editorial proxy.
    Picture,
}

impl Tier {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Fuzzy => "fuzzy",
            Self::Picture => "picture",
        }
    }
}

/// An event and the clip that it was cut from.
#[derive(Clone, Debug)]
pub struct Matched {
    /// Its place among the events.
    pub event: usize,
    /// Place of the clip among the sources.
    pub source: usize,
    /// Frames that the cut shows, transitions with them.
    pub frames: RangeInclusive<FrameNumber>,
    /// Frames of handle that there are, before and behind; of what was asked for, or fewer where the clip ends.
    pub handles: [u32; 2],
    pub tier: Tier,
    /// In a few words.
    pub reason: String,
    /// What speaks for it, a sentence each.
    pub evidence: Vec<String>,
    /// 1: nothing had to be changed.
    pub score: f64,
}

/// An event that nothing is pulled for.
#[derive(Clone, Debug)]
pub struct Refused {
    pub event: usize,
    pub why: String,
    /// Places among the sources of all that it could have been.
    pub possible: Vec<usize>,
    /// The first of these.
    pub candidates: Vec<Offer>,
    /// What else was found out, a sentence each.
    pub evidence: Vec<String>,
}

impl Refused {
    fn new(event: usize, why: String) -> Self {
        Self { event, why, possible: vec![], candidates: vec![], evidence: vec![] }
    }
}

/// A clip that an event could have been cut from.
#[derive(Clone, Debug, Serialize)]
pub struct Offer {
    pub clip: String,
    pub path: PathBuf,
    pub score: f64,
    pub reason: String,
}

/// Frames of a clip that are rendered at once: those of all events of one shot that touch or overlap, with their handles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    pub source: usize,
    pub frames: RangeInclusive<FrameNumber>,
    /// The first of them that the cut shows: before it are handles.
    pub begin: FrameNumber,
    /// Their places, in the order of the cut.
    pub events: Vec<usize>,
    /// What they will be called, or why they cannot be; none where no recipe was asked.
    pub files: Option<Result<Vec<Files>>>,
    /// What the recipe asks for and is not made of these frames, in words.
    pub left_out: Vec<String>,
}

/// A cut, resolved.
#[derive(Clone, Debug)]
pub struct Pull {
    pub events: Vec<Event>,
    pub sources: Vec<Source>,
    pub matched: Vec<Matched>,
    pub refused: Vec<Refused>,
    pub ranges: Vec<Range>,
    /// Frames of handle that were asked for.
    pub handles: u32,
    /// What is odd about the list.
    pub warnings: Vec<String>,
    /// Clips that are open, as they are asked again.
    opened: Arc<Opened>,
}

impl Pull {
    /// Fails where what was found could not be rendered: files that cannot be named, or that would be one.
    ///
    /// # Errors
    /// As rendering: invalid where a name asks for what the clip does not say, refused where two files would be one.
    pub fn check(&self) -> Result<()> {
        run::refuse_one_folder(self)?;
        let failed = self.ranges.iter().find_map(|range| Some((range, range.files.as_ref()?.as_ref().err()?)));
        failed.map_or(Ok(()), |(range, error)| Err(error.clone().file(&self.sources[range.source].path)))
    }

    /// Fails where `out` is a folder that holds files of a clip that is pulled.
    ///
    /// # Errors
    /// Refused, as rendering; those of opening the clips.
    pub fn refuse_originals(&self, out: &str, progress: &Progress) -> Result<()> {
        let Some(folder) = submit::folder(out)? else { return Ok(()) };
        let used: BTreeSet<usize> = self.ranges.iter().map(|range| range.source).collect();
        used.into_iter().try_for_each(|source| {
            let source = &self.sources[source];
            refuse_originals(&folder, &source.name, &self.opened.clip(source, progress)?.files())
        })
    }

    /// Clips among its sources that are open already need not be opened again.
    pub fn keep_open(&self, clips: impl IntoIterator<Item = Arc<dyn Clip>>) {
        clips.into_iter().for_each(|clip| self.opened.keep(clip));
    }

    /// The shot that these events of one range are named for: the first that the list names, else that of the recipe, else the number of
    /// the first event.
    pub fn shot(&self, events: &[usize], of_recipe: Option<&str>) -> Option<Shot> {
        let events = || events.iter().filter_map(|event| self.events.get(*event));
        let recipe = || of_recipe.map(|name| Shot { name: name.to_owned(), from: Said::Recipe });
        events().find_map(|event| event.shot.clone()).or_else(recipe).or_else(|| events().next().map(|event| Shot::of_number(event.number)))
    }
}

/// Resolves events to the clips of a library, with `handles` frames at both sides. `proxy`: the editorial movie of the whole cut, by a
/// path or an address of an object store, for what names and timecode do not tell.
///
/// # Errors
/// Cancelled; the proxy cannot be opened.
pub fn resolve(cut: Events, sources: Vec<Source>, handles: u32, proxy: Option<&str>, progress: &Progress) -> Result<Pull> {
    let Events { events, mut warnings, record, .. } = cut;
    let resolver = Resolver::new(&sources);
    warnings.extend(resolver.cut_reels(&events));
    let mut proxy = proxy.map(|location| proxy::Proxy::open(location, record.as_ref(), progress)).transpose()?;
    let (mut matched, mut refused) = (vec![], vec![]);
    progress.begin(events.len() as u64, "Resolving events");
    for (i, event) in events.iter().enumerate() {
        progress.step()?;
        let mut found = resolver.resolve(i, event);
        if let (Err(why), Some(proxy)) = (&found, &mut proxy) {
            found = picture::resolve(event, why, &resolver, proxy, progress)?;
        }
        match found.and_then(|found| cut::fit(found, event, &sources, handles)) {
            Ok(mut found) => {
                // What is found by picture is found because its names are of no use.
                let doubt = if found.tier == Tier::Picture { None } else { resolver.contradiction(event, found.source) };
                if let Some(doubt) = doubt {
                    warnings.push(format!("event {}: {doubt}", event.number));
                    found.evidence.push(doubt);
                }
                matched.push(found);
            }
            Err(why) => refused.push(why),
        }
    }
    let ranges = cut::ranges(&matched, &events);
    let opened = resolver.opened;
    Ok(Pull { events, sources, matched, refused, ranges, handles, warnings, opened })
}
