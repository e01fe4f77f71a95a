//! PKG-04, PKG-05: whether what a recipe says is delivered can be made, and is what is asked of such files.

use super::{Delivering, Display, What, asked, movie, scaled, work::Work};
use crate::{
    camera::Clip,
    check::{Finding, Profile, Rule, Severity, Subject, Verdict, about_recipe, few},
    error::{Error, ErrorKind, Result},
    pipeline::clip_name,
    progress::Progress,
    recipe::{ClipRecipe, OpenRecipe, Output, output::Format},
    words::count,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Also held against a clip that is to be approved ([`check_clip`]).
pub const MADE: Rule<()> = about_recipe("PKG-04", "Deliverables can be made", Severity::Block);
const ASKED: Rule<()> = about_recipe("PKG-05", "Deliverables are as asked", Severity::Warn);
/// What `{shot}` is filled in with: a cut list is not known yet, and says it.
const SHOT: Option<&str> = Some("shot");

/// Holds what a recipe delivers against the clips at hand and the profile that each clip was checked by.
///
/// # Errors
/// Cancelled; everything else is a finding.
pub fn check(recipe: &OpenRecipe, clips: &[&dyn Clip], progress: &Progress) -> Result<Vec<Finding>> {
    let output = Output::or_plain(recipe.recipe.output.as_ref());
    let mut wrong = vec![];
    let folder = Profile::folder();
    let mut held = Held { other: asked::dpx(output)?, folder: folder.as_deref(), ..Held::default() };
    for entry in &recipe.recipe.clips {
        let clip = clips.iter().copied().find(|clip| clip_name(*clip) == entry.name);
        let found = match clip {
            Some(clip) => delivering(recipe, entry, clip, output, progress),
            None => sizes(entry, output).map(|()| Names::default()),
        };
        let names = match found {
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            found => found.unwrap_or_else(|error| {
                wrong.push(format!("{}: {error}", entry.name));
                Names::default()
            }),
        };
        held.clip(entry, clip, output, &names)?;
    }
    let at_hand = match clips.len() {
        0 => ", no clip at hand to fill in names with".to_owned(),
        n => format!(", with {} at hand", count(n, "clip")),
    };
    let evidence = if wrong.is_empty() { format!("{}{at_hand}", count(output.deliverables.len(), "deliverable")) } else { few(&wrong) };
    let made = made(wrong.len(), evidence).mend("approve again with deliverables that this clip can have");
    let neutral = Profile::neutral();
    Ok(vec![MADE.judge(Ok(made), &neutral)?, ASKED.judge(Ok(held.verdict(output)), &neutral)?])
}

/// PKG-04 on a clip that is to be approved: whether its names can be filled in, and it has the pictures that are asked for. What this
/// machine lacks is not asked: another one may deliver.
///
/// # Errors
/// Cancelled; everything else is in the finding.
pub fn check_clip(subject: &Subject, output: Option<&Output>) -> Result<Finding> {
    let output = Output::or_plain(output);
    let made = match makeable(subject, output) {
        Ok(()) => made(0, count(output.deliverables.len(), "deliverable")),
        Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
        Err(error) => made(1, error.to_string()),
    };
    MADE.judge(Ok(made.mend("choose deliverables that this clip can have")), &Profile::neutral())
}

fn made(wrong: usize, evidence: String) -> Verdict {
    Verdict::new(wrong == 0, format!("{wrong} cannot"), "each of each clip", evidence)
}

/// Fails where no machine could deliver the clip.
fn makeable(subject: &Subject, output: &Output) -> Result<()> {
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let scratch = std::env::temp_dir();
    let frames = &subject.clip.frames().present;
    let what = What { shot: SHOT, ..What::new(None, output, plan, (subject.clip, plan.clip_name()), frames, &scratch) };
    let delivering = Delivering::named(what)?;
    delivering.works.iter().try_for_each(Work::refuse_impossible)
}

/// What a clip at hand tells of its deliverables.
#[derive(Default)]
struct Names {
    /// Of the files of the first frame, by deliverable.
    files: BTreeMap<String, String>,
    /// The way to the display, where one of them is shown.
    display: Option<Display>,
}

/// What deliverables are held against, and what came of it.
#[derive(Default)]
struct Held<'a> {
    /// Where a studio's profiles are.
    folder: Option<&'a Path>,
    /// Profiles by which plates were looked at.
    profiles: BTreeSet<String>,
    /// Those that are not here, and why.
    unknown: BTreeSet<String>,
    /// What movies say.
    told: BTreeSet<String>,
    other: Vec<String>,
}

impl Held<'_> {
    fn clip(&mut self, entry: &ClipRecipe, clip: Option<&dyn Clip>, output: &Output, names: &Names) -> Result<()> {
        let mut other = vec![];
        match entry.profile.as_ref().map(|mark| mark.find_in(self.folder)) {
            Some(Ok(profile)) => {
                self.profiles.insert(profile.id.clone());
                other.extend(asked::plates(&profile, output, &names.files)?);
                if let Some(recorded) = clip.and_then(|clip| clip.metadata().bit_depth.as_ref()) {
                    other.extend(asked::dpx_bits(&profile, output, recorded.value)?);
                }
            }
            Some(Err(why)) => _ = self.unknown.insert(why.to_string()),
            None => {}
        }
        if let Some(display) = &names.display {
            other.extend(asked::movies(output, display.tags, &display.title));
            self.told.extend(asked::movies_told(output, display.tags));
        }
        self.other.extend(other.into_iter().map(|why| format!("{}: {why}", entry.name)));
        Ok(())
    }

    fn verdict(self, output: &Output) -> Verdict {
        let any = |of: fn(&Format) -> bool| output.deliverables.iter().any(|d| of(&d.format));
        let has_dpx = any(|format| matches!(format, Format::Dpx(_)));
        let has_plates = any(|format| matches!(format, Format::Exr(_)));
        let (mut limits, mut looked_at) = (vec![], vec![]);
        if has_plates && !self.profiles.is_empty() {
            limits.extend(self.profiles);
            looked_at.push("EXR-01, EXR-02 and EXR-11 of the profile".to_owned());
        }
        if has_dpx {
            limits.push("DPX is logarithmic".into());
            looked_at.push("the encodings of DPX".into());
        }
        if !self.told.is_empty() {
            limits.push("movies say their colours".into());
            looked_at.extend(self.told);
        }
        if limits.is_empty() {
            let unknown: Vec<String> = self.unknown.into_iter().collect();
            return match has_plates {
                true if unknown.is_empty() => Verdict::not_applicable("the recipe names no profile that its clips were checked by"),
                true => Verdict::not_applicable(few(&unknown)),
                false => Verdict::not_applicable("neither OpenEXR nor DPX is delivered, nor a movie of a clip at hand"),
            };
        }
        looked_at.extend(self.unknown.into_iter().map(|why| format!("not looked at: {why}")));
        let evidence = few(if self.other.is_empty() { &looked_at } else { &self.other });
        let verdict = Verdict::new(self.other.is_empty(), count(self.other.len(), "deviation"), limits.join(", "), evidence);
        verdict.mend("approve again with deliverables that are as asked, or with another output transform")
    }
}

/// Decides what is delivered of a clip; fails as rendering would.
fn delivering(recipe: &OpenRecipe, entry: &ClipRecipe, clip: &dyn Clip, output: &Output, progress: &Progress) -> Result<Names> {
    let plan = recipe.plan(entry, clip, &entry.name)?;
    let frames = &clip.frames().present;
    let scratch = std::env::temp_dir();
    let what = What { shot: SHOT, ..What::new(Some(recipe), output, &plan, (clip, &entry.name), frames, &scratch) };
    let first = *frames.first().ok_or_else(|| Error::invalid("the clip has no frames").file(clip.path()))?;
    let delivering = Delivering::new(what, progress)?;
    let works = delivering.works.iter().filter(|work| !work.is_movie() && work.is_of(&what, first));
    let files = works.map(|work| Ok((work.deliverable.id.clone(), work.name(&what, Some(first))?))).collect::<Result<_>>()?;
    Ok(Names { files, display: delivering.display })
}

/// What can be told without the clip: whether movies take the size of its plate.
fn sizes(entry: &ClipRecipe, output: &Output) -> Result<()> {
    for deliverable in &output.deliverables {
        let Format::Movie(made) = &deliverable.format else { continue };
        let plate = &entry.plate;
        let size = deliverable.width.map_or(plate.size, |width| scaled(plate.size, plate.pixel_aspect, width));
        movie::fits(made.codec, size).map_err(|e| e.hint(&format!("the deliverable {} asks for it", deliverable.id)))?;
    }
    Ok(())
}
