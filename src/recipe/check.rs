//! ENG, PKG: a recipe against this engine, and against what a recipe has to be.

use super::{
    Admitted, ClipRecipe, Engine, OpenRecipe, Waiver, probe,
    sign::{self, TrustPolicy},
};
use crate::{
    camera::{Clip, FrameNumber},
    check::{Finding, Profile, Rule, Severity, Verdict, about_recipe, engine, few},
    error::{Error, Result},
    files,
    image::{Image, PixelHash, hash_pixels},
    pipeline::{Plan, Stage, clip_name, plate_exr},
    progress::Progress,
    sidecar::amf,
    words::count,
};
use std::path::{Component, Path};

const ENGINE: Rule<()> = about_recipe("ENG-01", "Engine is the one that was approved with", Severity::Block);
const GOLDEN: Rule<()> = about_recipe("ENG-02", "Golden frames come out as approved", Severity::Block);
const REPRODUCIBLE: Rule<()> = about_recipe("ENG-03", "Engine makes the same bits in every way", Severity::Block);
const SIGNED: Rule<()> = about_recipe("PKG-01", "Recipe is signed by somebody who may", Severity::Block);
const WAIVED: Rule<()> = about_recipe("PKG-02", "Every finding that is accepted has a name", Severity::Block);
const CONTAINED: Rule<()> = about_recipe("PKG-03", "Recipe needs nothing from elsewhere", Severity::Warn);

/// Runs the rules of engine and package on a recipe. `clips` are camera originals that it was approved with: their golden frames are
/// made again. `trust` says whose approvals count.
///
/// # Errors
/// Cancelled; everything else is a finding.
pub fn check(recipe: &OpenRecipe, clips: &[&dyn Clip], trust: Option<&TrustPolicy>, progress: &Progress) -> Result<Vec<Finding>> {
    let profile = Profile::neutral();
    let mut findings = vec![];
    let mut judge = |rule: &Rule<()>, verdict: Result<Verdict>| -> Result<()> {
        findings.push(rule.judge(verdict, &profile)?);
        Ok(())
    };
    judge(&ENGINE, same_engine(recipe, clips))?;
    judge(&GOLDEN, golden(recipe, clips, progress))?;
    judge(&REPRODUCIBLE, reproducible(recipe, progress))?;
    judge(&SIGNED, Ok(signed(recipe, trust)))?;
    judge(&WAIVED, Ok(waived(recipe)))?;
    judge(&CONTAINED, Ok(contained(recipe)))?;
    Ok(findings)
}

/// ENG-01: name, version and arithmetic, and the very program where the recipe names some. Its decoders and the catalogue of transforms are
/// part of it, and so of its version; a decoder beside it is named by the entry of the clip, and asked for with its plan. Another one proves itself on the clips at hand, where the recipe allows that.
fn same_engine(recipe: &OpenRecipe, clips: &[&dyn Clip]) -> Result<Verdict> {
    let (wanted, this) = (&recipe.recipe.engine, format!("this is {}", Engine::this()));
    let mend = "use the engine that the recipe was approved with, or approve again with this one";
    let why = match recipe.admitted() {
        Ok(Admitted::AsApproved) => {
            return Ok(Verdict::new(true, this, wanted.rule(), "recipe.json: engine; decoders and transforms are in it"));
        }
        Err(error) => return Ok(Verdict::new(false, this, wanted.rule(), error.to_string()).mend(mend)),
        Ok(Admitted::OnProof(why)) => why,
    };
    let pairs: Vec<_> = recipe.recipe.clips.iter().filter_map(|entry| Some((entry, at_hand(entry, clips)?))).collect();
    let mut wrong = vec![];
    for (entry, clip) in &pairs {
        let plan = recipe.plan(entry, *clip, &entry.name)?;
        let made = probe(&entry.settings, &plan.ops(Stage::Aces, Stage::Display)?)?;
        // With a tolerance it is the golden frames that are measured.
        if recipe.recipe.tolerance.is_none() && entry.probe.as_ref() != Some(&made) {
            wrong.push(format!("{}: of the engine's own picture it makes {made}", entry.name));
        }
    }
    let verdict = match (pairs.len(), wrong.as_slice()) {
        (0, _) => {
            Verdict::new(false, "not proved here", wanted.rule(), format!("{why}; no clip that was approved is at hand to prove it by"))
        }
        (n, []) => {
            Verdict::new(true, format!("{this}, proved on {}", count(n, "clip")), wanted.rule(), format!("{why}; golden frames: ENG-02"))
        }
        (_, some) => Verdict::new(false, "other pixels", wanted.rule(), format!("{why}; {}", few(some))),
    };
    Ok(verdict.mend(mend))
}

fn at_hand<'a>(entry: &ClipRecipe, clips: &[&'a dyn Clip]) -> Option<&'a dyn Clip> {
    clips.iter().copied().find(|clip| clip_name(*clip) == entry.name)
}

/// ENG-02: the golden plates in the folder are those that were approved, and come out again of the clips at hand.
fn golden(recipe: &OpenRecipe, clips: &[&dyn Clip], progress: &Progress) -> Result<Verdict> {
    let tolerance = recipe.recipe.tolerance.as_ref();
    let limit = tolerance.map_or_else(|| "the hashes of the recipe".to_owned(), |t| format!("the hashes of the recipe, or {t}"));
    let entries = &recipe.recipe.clips;
    let without = entries.iter().find(|entry| entry.golden.is_empty()).map(|entry| format!("{} has no golden frame", entry.name));
    if let Some(why) = without.or_else(|| entries.is_empty().then(|| "the recipe has no clip".to_owned())) {
        return Ok(Verdict::new(false, "nothing to compare", limit, why));
    }
    let total: usize = entries.iter().map(|c| c.golden.len()).sum();
    progress.begin(total as u64, "Golden frames");
    let (mut wrong, mut off, mut made) = (vec![], vec![], 0);
    for entry in entries {
        let clip = at_hand(entry, clips);
        let planned = clip.map(|clip| (clip, recipe.plan(entry, clip, &entry.name)));
        for g in &entry.golden {
            let mut say = |what: String| wrong.push(format!("{} frame {}: {what}", entry.name, g.frame));
            match plate_exr::pixels_of(&recipe.folder.join(&g.plate_file)) {
                Ok(found) if found == g.plate => {}
                Ok(found) => say(format!("the file has {found}, approved {}", g.plate)),
                Err(error) => say(recipe.named(error).to_string()),
            }
            if let Some(approved) = &g.display_sha256 {
                let picture = files::sha256_of_file(&recipe.folder.join(&g.display_file));
                match picture.and_then(|found| super::open::as_approved(&g.display_file, &found, approved)) {
                    Ok(()) => {}
                    Err(error) => say(recipe.named(error).to_string()),
                }
            }
            if let Some((clip, plan)) = &planned {
                match again(plan, *clip, g.frame) {
                    Ok((plate, display)) => {
                        let found = hash_pixels(&plate);
                        let measured = match (tolerance, plan) {
                            (Some(t), Ok(plan)) if found != g.plate => {
                                Some(t.measure(plan, (&recipe.folder.join(&g.plate_file), &g.plate), &plate).map(|d| (t.admits(&d), d)))
                            }
                            _ => None,
                        };
                        match measured {
                            Some(Ok((true, by))) => off.push(format!("{} frame {} is off by {by}", entry.name, g.frame)),
                            Some(Ok((false, by))) => say(format!("made again it is off by {by}")),
                            Some(Err(error)) => say(error.to_string()),
                            None if found != g.plate => say(format!("made again it is {found}, approved {}", g.plate)),
                            None if display != g.display && tolerance.is_none() => {
                                say(format!("made again it is seen as {display}, approved {}", g.display));
                            }
                            None => {}
                        }
                    }
                    Err(error) => say(error.to_string()),
                }
                made += 1;
            }
            progress.step()?;
        }
    }
    let again = match made {
        0 => "none made again: no clip that was approved is at hand".to_owned(),
        n => format!("{n} made again here"),
    };
    let within = if off.is_empty() { String::new() } else { format!("; within the tolerance: {}", few(&off)) };
    let evidence = if wrong.is_empty() { format!("{total} files, {again}{within}") } else { format!("{}; {again}{within}", few(&wrong)) };
    let differ = format!("{} of {total} differ", wrong.len());
    let measured = if made == 0 { format!("{differ}, none made again") } else { differ };
    Ok(Verdict::new(wrong.is_empty(), measured, limit, evidence))
}

/// The plate, and the hash of the display picture.
fn again(plan: &Result<Plan>, clip: &dyn Clip, frame: FrameNumber) -> Result<(Image, PixelHash)> {
    let (plate, display) = plan.as_ref().map_err(Error::clone)?.plate_and_display(clip, frame)?;
    Ok((plate, hash_pixels(&display)))
}

/// ENG-03: with the debayer of every entry.
fn reproducible(recipe: &OpenRecipe, progress: &Progress) -> Result<Verdict> {
    let mut seen = vec![];
    let (mut ways, mut different) = (0, vec![]);
    for entry in &recipe.recipe.clips {
        let decode = &entry.settings.decode;
        if !seen.contains(&decode) {
            let compared = engine::compare(decode, progress)?;
            ways += compared.ways;
            different.extend(compared.different);
            seen.push(decode);
        }
    }
    let evidence = if different.is_empty() {
        format!("debayer, ACES 2 output and resampling of a test picture in {ways} ways: 1 and more threads, every instruction set here")
    } else {
        few(&different)
    };
    Ok(Verdict::new(different.is_empty(), format!("{} of {ways} ways differ", different.len()), "the same bits", evidence))
}

/// PKG-01: the approvals that a trust policy asks for are there, and good.
fn signed(recipe: &OpenRecipe, trust: Option<&TrustPolicy>) -> Verdict {
    match sign::admit_by(recipe, trust) {
        Ok(_) if trust.is_none() => Verdict::not_applicable("no trust policy says whose approvals count"),
        Ok(approvals) => {
            let names: Vec<String> = approvals.iter().map(|a| format!("{}, {}", a.name, a.role)).collect();
            Verdict::new(true, count(names.len(), "good approval"), "what the trust policy asks for", few(&names))
        }
        Err(error) => Verdict::new(false, "not admitted", "what the trust policy asks for", error.to_string())
            .mend("prelight recipe sign, by somebody whom the policy names"),
    }
}

/// PKG-02: what failed and was accepted has a reason and a person; nothing that stands in the way was left over.
fn waived(recipe: &OpenRecipe) -> Verdict {
    let mut wrong = vec![];
    let mut waivers = 0;
    let of_clips = recipe.recipe.clips.iter().map(|c| (c.name.as_str(), &c.checks, &c.waivers));
    let of_show = recipe.recipe.show.iter().map(|show| ("the show", &show.checks, &show.waivers));
    let left_over = |name: &str, checks: &[Finding], accepted: &[Waiver]| -> Vec<String> {
        let open = checks.iter().filter(|f| f.stands_in_the_way() && !accepted.iter().any(|w| w.check == f.id));
        open.map(|f| format!("{name} {}: fails, and nobody accepted it", f.id)).collect()
    };
    if let Some(show) = &recipe.recipe.show {
        wrong.extend(show.cut_lists.iter().flat_map(|list| left_over(&list.name, &list.checks, &show.waivers)));
    }
    for (name, checks, accepted) in of_clips.chain(of_show) {
        for w in accepted {
            waivers += 1;
            for (what, text) in [("name", &w.by), ("reason", &w.reason)] {
                if text.trim().is_empty() {
                    wrong.push(format!("{name} {}: no {what}", w.check));
                }
            }
        }
        wrong.extend(left_over(name, checks, accepted));
    }
    let approvals = &recipe.recipe.approvals;
    if !recipe.recipe.has_names() {
        wrong.push("the approval has no name or no role".into());
    }
    let evidence = if wrong.is_empty() { format!("{waivers} waivers, {} approvals", approvals.len()) } else { few(&wrong) };
    Verdict::new(wrong.is_empty(), format!("{} without", wrong.len()), "a name and a reason for each", evidence)
}

/// PKG-03: no path of the recipe or of its documents leads out of the folder, or into a network.
fn contained(recipe: &OpenRecipe) -> Verdict {
    let mut outside = vec![];
    for entry in &recipe.recipe.clips {
        let mut say = |what: &str, path: &str| {
            if leads_away(path) {
                outside.push(format!("{} {what}: {path}", entry.name));
            }
        };
        entry.looks.iter().for_each(|look| say("look", &look.reference));
        entry.settings.transforms.values().for_each(|path| say("transform", path));
        let document = recipe.sidecars(entry).ok().and_then(|s| s.amf.as_ref()?.content.as_ref().ok());
        if let Some(document) = document {
            document.pipeline.visit(&mut |_, transform: &amf::Transform| {
                if let Some(file) = transform.file_reference() {
                    say("AMF", file);
                }
            });
        }
    }
    outside.sort();
    outside.dedup();
    let evidence = if outside.is_empty() { "every reference is relative and inside".into() } else { few(&outside) };
    let verdict = Verdict::new(outside.is_empty(), format!("{} lead away", outside.len()), "none leads away", evidence);
    verdict.mend("put the files beside the AMF, name them from there, and approve again")
}

/// Whether a reference is absolute, goes up, or names a server. `C:` is a drive; other schemes than these are names of the catalogue.
fn leads_away(reference: &str) -> bool {
    let lower = reference.to_lowercase();
    let scheme = ["file:", "http:", "https:", "ftp:", "smb:", "s3:", "//", "\\\\"].iter().any(|start| lower.starts_with(start));
    let drive = matches!(lower.as_bytes(), [b'a'..=b'z', b':', ..]);
    let path = Path::new(reference);
    scheme || drive || path.is_absolute() || reference.starts_with('/') || path.components().any(|c| c == Component::ParentDir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_that_lead_away_are_known() {
        for path in ["/x.cube", "../x.cube", "a/../../b", "C:\\x.cube", "file:///x.cube", "HTTPS://x.y/z.cube", "\\\\server\\x"] {
            assert!(leads_away(path), "{path}");
        }
        for path in ["x.cube", "looks/x.cube", "acescct", "urn:ampas:aces:transformId:v2.0:Look.X.a2.v1", "a..b.cube"] {
            assert!(!leads_away(path), "{path}");
        }
    }
}
