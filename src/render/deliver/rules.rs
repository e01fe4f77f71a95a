//! PKG-04, PKG-05: whether what a recipe says is delivered can be made, and is what its profile asks for.

use super::{Delivering, What, movie, scaled};
use crate::{
    camera::Clip,
    check::{Finding, Profile, Rule, Severity, Verdict, about_recipe, few, name_fits},
    error::{Error, ErrorKind, Result},
    pipeline::clip_name,
    progress::Progress,
    recipe::{
        ClipRecipe, OpenRecipe, Output,
        output::{Compression, ExrColour, Format},
    },
    words::count,
};
use std::collections::BTreeMap;

const MADE: Rule<()> = about_recipe("PKG-04", "Deliverables can be made", Severity::Block);
const ASKED: Rule<()> = about_recipe("PKG-05", "A plate is as the profile asks", Severity::Warn);

/// Holds what a recipe delivers against the clips at hand and the profile that each clip was checked by.
///
/// # Errors
/// Cancelled; everything else is a finding.
pub fn check(recipe: &OpenRecipe, clips: &[&dyn Clip], progress: &Progress) -> Result<Vec<Finding>> {
    let plain = Output::plain();
    let output = recipe.recipe.output.as_ref().unwrap_or(&plain);
    let (mut wrong, mut other) = (vec![], vec![]);
    let mut profiles = vec![];
    for entry in &recipe.recipe.clips {
        let clip = clips.iter().copied().find(|clip| clip_name(*clip) == entry.name);
        let found = match clip {
            Some(clip) => names(recipe, entry, clip, output, progress),
            None => sizes(entry, output).map(|()| BTreeMap::new()),
        };
        let names = match found {
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            found => found.unwrap_or_else(|error| {
                wrong.push(format!("{}: {error}", entry.name));
                BTreeMap::new()
            }),
        };
        let known = Profile::built_in().iter().find(|profile| Some(profile.mark()) == entry.profile);
        if let Some(profile) = known {
            profiles.push(profile.id.clone());
            other.extend(as_asked(profile, output, &names)?.map(|why| format!("{}: {why}", entry.name)));
        }
    }
    let at_hand = match clips.len() {
        0 => ", no clip at hand to fill in names with".to_owned(),
        n => format!(", with {} at hand", count(n, "clip")),
    };
    let evidence = if wrong.is_empty() { format!("{}{at_hand}", count(output.deliverables.len(), "deliverable")) } else { few(&wrong) };
    let made = Verdict::new(wrong.is_empty(), format!("{} cannot", wrong.len()), "each of each clip", evidence);
    profiles.dedup();
    let has_plates = output.deliverables.iter().any(|d| matches!(d.format, Format::Exr(_)));
    let asked = match (has_plates, profiles.is_empty()) {
        (false, _) => Verdict::not_applicable("no OpenEXR is delivered"),
        (_, true) => Verdict::not_applicable("checked by no profile that comes with the program"),
        _ => {
            let evidence = if other.is_empty() { "EXR-01, EXR-02 and EXR-11 of the profile".to_owned() } else { few(&other) };
            Verdict::new(other.is_empty(), format!("{} without", count(other.len(), "clip")), profiles.join(", "), evidence)
        }
    };
    let neutral = Profile::neutral();
    Ok(vec![
        MADE.judge(Ok(made.mend("approve again with deliverables that this clip can have")), &neutral)?,
        ASKED.judge(Ok(asked.mend("approve again with a plate of the profile among the deliverables")), &neutral)?,
    ])
}

/// What the files of the first frame would be called, by deliverable; fails as rendering would.
fn names(
    recipe: &OpenRecipe,
    entry: &ClipRecipe,
    clip: &dyn Clip,
    output: &Output,
    progress: &Progress,
) -> Result<BTreeMap<String, String>> {
    let plan = recipe.plan(entry, clip, &entry.name)?;
    let frames = &clip.frames().present;
    let scratch = std::env::temp_dir();
    let what = What {
        recipe: &recipe.recipe.id,
        output,
        plan: &plan,
        clip,
        name: &entry.name,
        frames,
        begin: clip.frames().first(),
        shot: Some("shot"),
        fdl: None,
        scratch: &scratch,
    };
    let first = *frames.first().ok_or_else(|| Error::invalid("the clip has no frames").file(clip.path()))?;
    let delivering = Delivering::new(what, progress)?;
    let works = delivering.works.iter().filter(|work| !work.is_movie() && work.is_of(&what, first));
    works.map(|work| Ok((work.deliverable.id.clone(), work.name(&what, Some(first))?))).collect()
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

/// Why none of the deliverables is a plate that a profile allows; `None` where one is. `names`: of files of a frame, by deliverable, where
/// they are known.
fn as_asked(profile: &Profile, output: &Output, names: &BTreeMap<String, String>) -> Result<Option<String>> {
    let compressions = profile.list("EXR-01", "compressions")?;
    let (types, patterns) = (profile.list("EXR-01", "types")?, profile.list("EXR-11", "names")?);
    let (ap0, container) = (profile.flag("EXR-02", "ap0")?, profile.flag("EXR-02", "container")?);
    let mut why = vec![];
    for deliverable in &output.deliverables {
        let Format::Exr(exr) = &deliverable.format else { continue };
        let packed = exr.compression.name();
        let is_aces = exr.colour == ExrColour::Aces;
        let name = names.get(&deliverable.id).map(|name| name.rsplit('/').next().unwrap_or(name));
        let mut wrong = vec![];
        if !compressions.contains(&packed) {
            wrong.push(format!("{packed}, not {}", compressions.join(" or ")));
        }
        if !types.contains(&"half") {
            wrong.push(format!("half float, not {}", types.join(" or ")));
        }
        if (ap0 || container) && !is_aces {
            wrong.push("primaries of the camera, not ACES2065-1".into());
        }
        if container && is_aces && exr.compression != Compression::None {
            wrong.push("no ACES image container (SMPTE ST 2065-4)".into());
        }
        if let Some(name) = name.filter(|name| !patterns.is_empty() && !patterns.iter().any(|pattern| name_fits(pattern, name))) {
            wrong.push(format!("{name}, not {}", patterns.join(" or ")));
        }
        if wrong.is_empty() {
            return Ok(None);
        }
        why.push(format!("{} is {}", deliverable.id, wrong.join(", ")));
    }
    Ok((!why.is_empty()).then(|| why.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plate_has_to_be_what_a_profile_asks_for() {
        let why = |profile: &str, deliver: &[&str], names: &[(&str, &str)]| {
            let names = names.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
            as_asked(&Profile::find(profile).unwrap(), &Output::of_presets(deliver.iter().copied()).unwrap(), &names).unwrap()
        };
        assert_eq!(why("neutral", &["plate-dwab", "plate-zip"], &[]), None);
        assert!(why("neutral", &["plate-dwab"], &[]).unwrap().contains("plate-dwab is DWAB, not uncompressed"));
        assert_eq!(why("aces-st2065-4", &["plate"], &[]), None);
        assert!(why("aces-st2065-4", &["plate-zip"], &[]).unwrap().contains("ST 2065-4"));
        assert!(why("aces-st2065-4", &["camera-linear"], &[]).unwrap().contains("primaries of the camera"));
        assert_eq!(why("netflix-vfx", &["h264", "plate-zip"], &[("plate-zip", "a/SH010_PL01_v001.1001.exr")]), None);
        assert!(
            why("netflix-vfx", &["plate-zip"], &[("plate-zip", "plate-zip/A001.000001.exr")]).unwrap().contains("A001.000001.exr, not")
        );
    }
}
