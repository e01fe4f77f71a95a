//! A recipe on paper: one A4 page where it is of one pipeline, to be read, mailed and signed by hand.
//!
//! It is made of the recipe folder alone, whose files are verified as they are read, and says which `recipe.json` it is of.

mod font;
mod sheet;

use super::{ClipRecipe, Golden, OpenRecipe, Output, Waiver, diff, sign};
use crate::{
    check::{Finding, Outcome, Severity, matched_in_words, report::Picture},
    error::{Error, InFile, Result},
    files,
    words::{agree, count},
};
use sheet::Sheet;
use std::{io::Cursor, path::Path};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Bytes of a golden picture, at most.
const LARGEST: u64 = 512 << 20;
/// Pixels a side, at most.
const WIDEST: u32 = 32_768;
/// Pictures of one pipeline, at most.
const MOST_PICTURES: usize = 10;
/// Pictures of the sheet, at most: it is mailed.
const MOST_OF_ALL: usize = 60;

/// A signed approval, and how it stands under a trust policy.
pub type Judged = (sign::Signed, sign::Standing);

/// The sheet as a PDF 1.7 file. `signed`: the signatures, where there is a policy to judge them by. The same recipe has the same bytes.
///
/// # Errors
/// Those of reading the golden pictures.
pub fn pdf(recipe: &OpenRecipe, signed: Option<&[Judged]>) -> Result<Vec<u8>> {
    let r = &recipe.recipe;
    let groups = groups(&r.clips);
    let title = match groups.as_slice() {
        [one] => format!("Recipe of {}", names(one)),
        _ => format!("Recipe of {}", count(r.clips.len(), "clip")),
    };
    let mut sheet = Sheet::new();
    sheet.title(&title);
    sheet.space(4.0);
    sheet.small("What was approved: a renderer that follows this recipe makes these pictures, or refuses.");
    sheet.space(4.0);
    if let Some(title) = &r.title {
        sheet.row("Title", title);
    }
    if let Some(production) = &r.production {
        sheet.row("Production", production);
    }
    sheet.row("Recipe", &format!("{}, made {}", r.id, seconds(&r.created)));
    sheet.row("Engine", &r.engine.rule());
    if let Some(tolerance) = &r.tolerance {
        sheet.row("Tolerance", &format!("golden frames may differ by {tolerance}"));
    }
    sheet.digest("SHA-256", &recipe.digest);
    if let Some(old) = &r.supersedes {
        sheet.row("Supersedes", &old.id);
        sheet.digest("", &old.digest);
    }
    for d in r.output.iter().flat_map(|o| &o.deliverables) {
        sheet.row("Delivered", &d.to_string());
    }
    if let Some(said) = r.output.as_ref().and_then(Output::naming_in_words) {
        sheet.row("Delivery", &said);
    }
    people(&mut sheet, recipe, signed);
    let mut room = MOST_OF_ALL;
    for group in &groups {
        pipeline(&mut sheet, &recipe.folder, group, &mut room).map_err(|e| recipe.named(e))?;
    }
    if let Some(show) = &r.show {
        sheet.heading("The show as a whole", 30.0);
        findings(&mut sheet, "", &show.checks, &show.waivers, "");
        for list in &show.cut_lists {
            let digest = list.sha256.as_ref().map(|d| format!(", SHA-256 {}…", start(d, 16))).unwrap_or_default();
            let matched = matched_in_words(list.matched, list.events) + &digest;
            sheet.heading(&format!("Cut list {}", list.name), 30.0);
            sheet.row("Events", &matched);
            findings(&mut sheet, "", &list.checks, &show.waivers, "");
        }
        // Of cut lists that are not of the show.
        let judged = |w: &&Waiver| show.checks.iter().chain(show.cut_lists.iter().flat_map(|l| &l.checks)).all(|f| f.id != w.check);
        for w in show.waivers.iter().filter(judged) {
            sheet.row(&w.check, &waived(w));
        }
    }
    sheet.keep(60.0);
    sheet.space(14.0);
    sheet.signatures(&[("Name", 150.0), ("Role", 110.0), ("Date", 80.0), ("Signature", 127.0)], 2);
    Ok(sheet.finish(&title, &format!("Recipe {}  ·  SHA-256 of recipe.json {}…", r.id, start(&recipe.digest, 16))))
}

fn people(sheet: &mut Sheet, recipe: &OpenRecipe, signed: Option<&[Judged]>) {
    for a in &recipe.recipe.approvals {
        let note = if a.note.is_empty() { String::new() } else { format!(". {}", a.note) };
        sheet.row("Approved by", &format!("{}, {}, {}{note}", a.name, a.role, seconds(&a.at)));
    }
    let Some(signed) = signed else {
        let text = match sign::envelopes(&recipe.folder).map_or(0, |found| found.len()) {
            0 => "none yet".into(),
            n => format!("{} in the recipe, not verified for this sheet", count(n, "signature")),
        };
        return sheet.row("Signatures", &text);
    };
    if signed.is_empty() {
        sheet.row("Signatures", "none yet");
    }
    for (s, standing) in signed {
        let verdict = match standing {
            sign::Standing::Good => "good".to_owned(),
            sign::Standing::Bad(why) => format!("does not count: {why}"),
        };
        let at = s.at.format(&Rfc3339).unwrap_or_default();
        sheet.row("Signature", &format!("{}, {}, {at}: {verdict}", s.name, s.role));
        sheet.digest("Key", &s.key);
    }
}

/// Clips that one pipeline makes, in their order.
fn groups(clips: &[ClipRecipe]) -> Vec<Vec<&ClipRecipe>> {
    let alike = |a: &ClipRecipe, b: &ClipRecipe| {
        let documents = |c: &ClipRecipe| {
            let looks: Vec<_> = c.looks.iter().map(|l| (l.reference.clone(), l.sha256.clone())).collect();
            (c.amf.sha256.clone(), c.fdl.as_ref().map(|f| f.sha256.clone()), looks)
        };
        a.scope == b.scope
            && a.decoder == b.decoder
            && a.settings == b.settings
            && a.plate == b.plate
            && a.road == b.road
            && documents(a) == documents(b)
    };
    let mut groups: Vec<Vec<&ClipRecipe>> = vec![];
    for clip in clips {
        match groups.iter_mut().find(|group| alike(group[0], clip)) {
            Some(group) => group.push(clip),
            None => groups.push(vec![clip]),
        }
    }
    groups
}

fn names(group: &[&ClipRecipe]) -> String {
    match group {
        [one] => one.name.clone(),
        _ => count(group.len(), "clip"),
    }
}

/// `room`: how many pictures the sheet may still have.
fn pipeline(sheet: &mut Sheet, folder: &Path, group: &[&ClipRecipe], room: &mut usize) -> Result<()> {
    let clip = group[0];
    let pictures = pictures(folder, group, *room)?;
    *room -= pictures.len();
    sheet.heading(&names(group), 90.0);
    let captioned: Vec<(&Picture, Vec<String>)> =
        pictures.iter().map(|(clip, golden, picture)| (picture, caption(clip, golden, group.len() > 1))).collect();
    sheet.pictures(&captioned);
    let left = group.iter().map(|c| c.golden.len()).sum::<usize>() - captioned.len();
    if left > 0 {
        sheet.small(&format!("{left} more golden {} in the recipe", agree(&left, "frame is", "frames are")));
    }
    sheet.space(2.0);
    for c in group.iter().filter(|_| group.len() > 1) {
        sheet.row("Clip", &format!("{}, frames {}", c.name, c.frames));
        sheet.digest("Plan", &c.plan);
    }
    if group.len() == 1 {
        sheet.row("Frames", &clip.frames.to_string());
    }
    sheet.row("Admits", &clip.scope.to_string());
    if let Some(decoder) = &clip.decoder {
        sheet.row("Decoder", &decoder.to_string());
    }
    sheet.row("Decode", &choices(&clip.settings.decode));
    for s in &clip.road {
        let applied = if s.applied { ", already in the pixels" } else { "" };
        sheet.row(&s.step, &format!("{}{applied}  [{}]", s.detail, s.source));
    }
    framing(sheet, clip);
    checks(sheet, group);
    sheet.digest("AMF", &clip.amf.sha256);
    for look in &clip.looks {
        sheet.row("Look file", &look.reference);
        sheet.digest("", &look.sha256);
    }
    if let Some(fdl) = &clip.fdl {
        sheet.digest("FDL", &fdl.sha256);
    }
    if group.len() == 1 {
        sheet.digest("Plan", &clip.plan);
    }
    Ok(())
}

fn framing(sheet: &mut Sheet, clip: &ClipRecipe) {
    let p = &clip.plate;
    sheet.row("Framing", &format!("{} of {}; {}", p.source, p.canvas, p.steps.join("; ")));
    sheet.row("Resampling", &choices(&clip.settings.resample));
    sheet.row("Plate", &format!("{}, pixel aspect {}, {}", p.size, p.pixel_aspect, p.format));
}

/// Every setting that is one, in words.
fn choices(settings: &impl serde::Serialize) -> String {
    let leaves = diff::leaves(settings);
    let said = leaves.iter().filter(|(_, value)| *value != diff::NOT_SET);
    said.map(|(name, value)| format!("{} {value}", name.strip_prefix("options ").unwrap_or(name))).collect::<Vec<_>>().join(", ")
}

fn checks(sheet: &mut Sheet, group: &[&ClipRecipe]) {
    for clip in group {
        let profile = clip.profile.as_ref().map_or_else(String::new, |p| format!("; profile {p}"));
        let of_which = if group.len() == 1 { String::new() } else { format!("{}: ", clip.name) };
        findings(sheet, &of_which, &clip.checks, &clip.waivers, &profile);
    }
}

/// How many checks came out how, and each that fails.
fn findings(sheet: &mut Sheet, of_which: &str, checks: &[Finding], waivers: &[Waiver], profile: &str) {
    let of = |outcome| checks.iter().filter(|f| f.outcome == outcome).count();
    let [pass, fail, other] = [Outcome::Pass, Outcome::Fail, Outcome::NotApplicable].map(of);
    sheet.row("Checks", &format!("{of_which}{pass} pass, {fail} fail, {other} {} not apply{profile}", agree(&other, "does", "do")));
    for f in checks.iter().filter(|f| f.outcome == Outcome::Fail) {
        let outcome = match waivers.iter().find(|w| w.check == f.id) {
            Some(w) => waived(w),
            None if f.severity == Severity::Inform => "informs".into(),
            None => "not waived".into(),
        };
        sheet.row(&f.id, &format!("{}: {} (limit {}); {outcome}", f.title, f.measured, f.limit));
    }
}

fn waived(w: &Waiver) -> String {
    format!("waived by {}: {}", w.by, w.reason)
}

/// The golden frames that are shown: all of one clip, else one of each.
fn pictures<'a>(folder: &Path, group: &[&'a ClipRecipe], room: usize) -> Result<Vec<(&'a ClipRecipe, &'a Golden, Picture)>> {
    let shown: Vec<(&ClipRecipe, &Golden)> = match group {
        [one] => one.golden.iter().map(|g| (*one, g)).collect(),
        several => several.iter().filter_map(|c| Some((*c, c.golden.get(c.golden.len() / 2)?))).collect(),
    };
    shown.into_iter().take(MOST_PICTURES.min(room)).map(|(c, g)| Ok((c, g, picture(folder, c, g)?))).collect()
}

fn picture(folder: &Path, clip: &ClipRecipe, golden: &Golden) -> Result<Picture> {
    let path = super::open::inside(folder, &golden.display_file)?;
    let bytes = files::read_bounded(&path, LARGEST)?;
    if let Some(approved) = &golden.display_sha256 {
        super::open::as_approved(&golden.display_file, &files::sha256(&bytes), approved).in_file(&path)?;
    }
    let mut reader = ::image::ImageReader::with_format(Cursor::new(bytes), ::image::ImageFormat::Png);
    let mut limits = ::image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(WIDEST), Some(WIDEST));
    reader.limits(limits);
    let whole = reader.decode().map_err(|e| Error::invalid(format!("no golden picture: {e}"))).in_file(&path)?;
    // Of a scope that admits many it is not known which the golden frames have.
    let squeeze = clip.scope.squeeze.named().and_then(|s| s.first().copied()).filter(|s| s.is_finite() && *s > 0.0).unwrap_or(1.0);
    Picture::small(&whole.into_rgb8(), squeeze, golden.frame, "").in_file(&path)
}

fn caption(clip: &ClipRecipe, golden: &Golden, named: bool) -> Vec<String> {
    let timecode = golden.timecode.map_or_else(String::new, |t| format!("  {t}"));
    let frame = format!("frame {}{timecode}", golden.frame);
    let name = named.then(|| clip.name.clone());
    name.into_iter().chain([frame, format!("{}…", start(golden.plate.as_str(), 16))]).collect()
}

/// A time without its fractions; what is no time as it stands.
fn seconds(text: &str) -> String {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok().and_then(|t| t.replace_nanosecond(0).ok());
    at.and_then(|t| t.format(&Rfc3339).ok()).unwrap_or_else(|| text.to_owned())
}

fn start(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn holds(pdf: &[u8], text: &str) -> usize {
        pdf.windows(text.len()).filter(|w| *w == text.as_bytes()).count()
    }

    #[test]
    fn a_recipe_of_one_pipeline_is_one_page() {
        let folder = tempfile::tempdir().unwrap();
        testing::write(folder.path(), &testing::recipe(&["A001", "A002"]));
        let open = crate::recipe::open(folder.path()).unwrap();
        let sheet = pdf(&open, None).unwrap();
        assert!(sheet.starts_with(b"%PDF-1.7"));
        assert_eq!((holds(&sheet, "/Count 1"), holds(&sheet, "(Page 1 of 1)")), (1, 1));
        for text in ["(A001, frames 1 to 3 (3))", "(Ada, DP, then)", &open.digest, &open.recipe.clips[0].amf.sha256, "(none yet)"] {
            assert!(holds(&sheet, text) > 0, "{text}");
        }
        // A picture of each clip, and no choice that was not made.
        assert_eq!((holds(&sheet, "/DCTDecode"), holds(&sheet, diff::NOT_SET)), (2, 0));
        assert_eq!(pdf(&open, None).unwrap(), sheet, "the same recipe has the same bytes");
        assert_eq!(holds(&pdf(&open, Some(&[])).unwrap(), "(none yet)"), 1);
    }

    #[test]
    fn what_was_found_on_the_show_and_waived_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut recipe = testing::recipe(&["A001"]);
        let of_list = Waiver { check: "EDL-02".into(), reason: "known".into(), by: "Ada".into() };
        recipe.show = Some(crate::recipe::ShowRecord { checks: vec![], waivers: vec![of_list], cut_lists: vec![] });
        testing::write(folder.path(), &recipe);
        let sheet = pdf(&crate::recipe::open(folder.path()).unwrap(), None).unwrap();
        for text in ["(The show as a whole)", "(EDL-02)", "(waived by Ada: known)"] {
            assert_eq!(holds(&sheet, text), 1, "{text}");
        }
    }

    #[test]
    fn many_pipelines_go_on_and_say_on_which_page() {
        let folder = tempfile::tempdir().unwrap();
        let mut recipe = testing::recipe(&["A", "B", "C", "D", "E", "F"]);
        for (i, clip) in recipe.clips.iter_mut().enumerate() {
            clip.settings.decode.exposure = i as f64;
        }
        testing::write(folder.path(), &recipe);
        let sheet = pdf(&crate::recipe::open(folder.path()).unwrap(), None).unwrap();
        let pages = holds(&sheet, "/Contents");
        assert!(pages > 1);
        assert_eq!((holds(&sheet, &format!("of {pages})")), holds(&sheet, "(exposure 5.0")), (pages, 1));
    }

    #[test]
    fn a_golden_picture_that_is_none_is_an_error_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut recipe = testing::recipe(&["A001"]);
        recipe.clips[0].golden[0].display_sha256 = None;
        testing::write(folder.path(), &recipe);
        let path = folder.path().join(&recipe.clips[0].golden[0].display_file);
        let whole = std::fs::read(&path).unwrap();
        // Cut, not a PNG, and one that says it is larger than anything.
        let mut huge = whole.clone();
        huge[16..24].fill(0x7f);
        for bytes in [&whole[..40], b"no picture", &huge] {
            std::fs::write(&path, bytes).unwrap();
            let error = pdf(&crate::recipe::open(folder.path()).unwrap(), None).unwrap_err();
            assert_eq!((error.path(), error.exit_code()), (Some(&*path), 10), "{error}");
        }
        // A picture, but not the one that was approved.
        recipe.clips[0].golden[0].display_sha256 = Some(files::sha256(b"another"));
        testing::write(folder.path(), &recipe);
        assert_eq!(pdf(&crate::recipe::open(folder.path()).unwrap(), None).unwrap_err().exit_code(), 11);
    }
}
