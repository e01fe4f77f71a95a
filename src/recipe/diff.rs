//! What changed between two recipes, in a colourist's words.

use super::{ClipRecipe, Engine, Field, Golden, Output, Recipe, RoadStep, Tolerance, Waiver, scope::NOT_STATED};
use crate::{camera::FrameNumber, check::matched_in_words};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One change. `before` or `after` is empty where there is nothing on that side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The clip, or empty for the recipe as a whole.
    pub clip: String,
    /// `recipe`, `decode`, `colour`, `framing`, `picture`, `scope`, `checks`, `people`, `engine`, `clips`, `delivery`.
    pub about: &'static str,
    /// What it is.
    pub what: String,
    pub before: String,
    pub after: String,
}

/// Every change from one recipe to another, clip by clip in the order of `after`. Clips are the same where they have one name.
/// Two recipes that lead to the same pictures with the same reasons have none, whenever they were made.
pub fn diff(before: &Recipe, after: &Recipe) -> Vec<Change> {
    let mut changes = Changes { clip: String::new(), list: vec![] };
    changes.add("recipe", "title", text(&before.title), text(&after.title));
    changes.add("recipe", "production", text(&before.production), text(&after.production));
    changes.engine((&before.engine, before.tolerance.as_ref()), (&after.engine, after.tolerance.as_ref()));
    let people =
        |r: &Recipe| r.approvals.iter().map(|a| format!("{}, {}{}", a.name, a.role, noted(&a.note))).collect::<Vec<_>>().join("; ");
    changes.add("people", "approved by", people(before), people(after));
    changes.output(before.output.as_ref(), after.output.as_ref());
    for clip in &after.clips {
        changes.clip = clip.name.clone();
        match before.clips.iter().find(|c| c.name == clip.name) {
            None => changes.add("clips", "clip", "", format!("added, frames {}", clip.frames)),
            Some(old) => {
                changes.clip(old, clip);
                changes.golden(&old.golden_frames(), &clip.golden_frames());
            }
        }
    }
    for clip in before.clips.iter().filter(|c| !after.clips.iter().any(|n| n.name == c.name)) {
        changes.clip = clip.name.clone();
        changes.add("clips", "clip", format!("frames {}", clip.frames), "removed");
    }
    changes.clip.clear();
    let of_lists = |r: &Recipe| -> Texts {
        let lists = r.show.iter().flat_map(|s| &s.cut_lists);
        lists
            .map(|l| {
                let matched = matched_in_words(l.matched, l.events);
                (l.name.clone(), format!("{matched}, SHA-256 {}", l.sha256.as_deref().unwrap_or("unknown")))
            })
            .collect()
    };
    changes.maps("checks", &of_lists(before), &of_lists(after), |name| format!("cut list {name}"));
    let of_show = |r: &Recipe| r.show.as_ref().map(|s| waived(&s.waivers)).unwrap_or_default();
    changes.maps("checks", &of_show(before), &of_show(after), |check| format!("waiver of {check} for the show"));
    changes.list
}

/// A clip, with what its recipe says of every clip.
pub(super) struct Side<'a> {
    pub engine: &'a Engine,
    pub tolerance: Option<&'a Tolerance>,
    pub output: Option<&'a Output>,
    pub clip: &'a ClipRecipe,
    pub golden: Vec<FrameNumber>,
}

/// Every change of one clip, of the engine and of what is delivered.
pub(super) fn diff_clip(before: &Side, after: &Side) -> Vec<Change> {
    let mut changes = Changes { clip: after.clip.name.clone(), list: vec![] };
    changes.engine((before.engine, before.tolerance), (after.engine, after.tolerance));
    changes.output(before.output, after.output);
    changes.clip(before.clip, after.clip);
    changes.golden(&before.golden, &after.golden);
    changes.list
}

fn waived(waivers: &[Waiver]) -> Texts {
    waivers.iter().map(|w| (w.check.clone(), format!("{} ({})", w.reason, w.by))).collect()
}

/// What golden frames have to have without a tolerance.
pub(super) const SAME_BITS: &str = "the same bits";

fn text(said: &Option<String>) -> String {
    said.clone().unwrap_or_else(|| NOT_SET.into())
}

/// What a value says that is not there.
pub(super) const NOT_SET: &str = "not set";

/// Every value of a document by its path in words.
pub(super) fn leaves(document: &impl Serialize) -> Texts {
    let mut leaves = Texts::new();
    // What cannot be written as JSON cannot be in a recipe.
    collect(&serde_json::to_value(document).unwrap_or(Value::Null), String::new(), &mut leaves);
    leaves
}

/// Texts by their names.
pub(super) type Texts = BTreeMap<String, String>;

struct Changes {
    clip: String,
    list: Vec<Change>,
}

impl Changes {
    fn add(&mut self, about: &'static str, what: impl Into<String>, before: impl ToString, after: impl ToString) {
        let (before, after) = (before.to_string(), after.to_string());
        if before != after {
            self.list.push(Change { clip: self.clip.clone(), about, what: what.into(), before, after });
        }
    }

    /// Who may render, and how near the golden frames have to come.
    fn engine(&mut self, old: (&Engine, Option<&Tolerance>), new: (&Engine, Option<&Tolerance>)) {
        self.add("engine", "engine", old.0.rule(), new.0.rule());
        let allowed = |t: Option<&Tolerance>| t.map_or_else(|| SAME_BITS.to_owned(), Tolerance::to_string);
        self.add("engine", "golden frames", allowed(old.1), allowed(new.1));
    }

    fn clip(&mut self, old: &ClipRecipe, new: &ClipRecipe) {
        self.add("scope", "frames", old.frames, new.frames);
        for field in Field::ALL {
            self.add("scope", field.label(), old.scope.words(field), new.scope.words(field));
        }
        let decoder = |c: &ClipRecipe| c.decoder.as_ref().map_or_else(|| "the engine itself".into(), ToString::to_string);
        self.add("decode", "decoder", decoder(old), decoder(new));
        self.leaves("decode", &old.settings.decode, &new.settings.decode);
        self.colour(old, new);
        self.leaves("framing", &old.settings.framing, &new.settings.framing);
        self.leaves("framing", &old.settings.resample, &new.settings.resample);
        let fdl = |c: &ClipRecipe| c.fdl.as_ref().map_or_else(|| "none".into(), |f| short(&f.sha256));
        self.add("framing", "FDL", fdl(old), fdl(new));
        let source = |c: &ClipRecipe| format!("{} of {}", c.plate.source, c.plate.canvas);
        self.add("framing", "plate is taken from", source(old), source(new));
        self.add("framing", "plate size", old.plate.size, new.plate.size);
        self.add("framing", "plate pixel aspect", old.plate.pixel_aspect, new.plate.pixel_aspect);
        self.add("picture", "plate format", &old.plate.format, &new.plate.format);
        self.pictures(old, new);
        self.checks(old, new);
    }

    /// Deliverables by their ids, then what names and folders have besides.
    fn output(&mut self, old: Option<&Output>, new: Option<&Output>) {
        let (old, new) = (Output::or_plain(old), Output::or_plain(new));
        for d in &new.deliverables {
            match old.deliverables.iter().find(|o| o.id == d.id) {
                None => self.add("delivery", &d.id, "", d),
                Some(was) => self.add("delivery", &d.id, was, d),
            }
        }
        for gone in old.deliverables.iter().filter(|o| new.deliverables.iter().all(|d| d.id != o.id)) {
            self.add("delivery", &gone.id, gone, "");
        }
        self.leaves("delivery", &old.naming, &new.naming);
        self.add("delivery", "handles", old.handles, new.handles);
        let yes = |mhl| if mhl { "yes" } else { "no" };
        self.add("delivery", "ASC MHL", yes(old.mhl), yes(new.mhl));
    }

    fn colour(&mut self, old: &ClipRecipe, new: &ClipRecipe) {
        let words = |s: &RoadStep| format!("{}{} [{}]", s.detail, if s.applied { ", already in the pixels" } else { "" }, s.source);
        // The steps by name; several of one name are told apart by their place.
        let road = |c: &ClipRecipe| {
            let mut steps: BTreeMap<String, String> = BTreeMap::new();
            let mut order = vec![];
            for step in &c.road {
                let n = (1..).find(|n| !steps.contains_key(&numbered(&step.step, *n))).unwrap_or(1);
                steps.insert(numbered(&step.step, n), words(step));
                order.push(numbered(&step.step, n));
            }
            (steps, order)
        };
        let ((before, old_order), (after, new_order)) = (road(old), road(new));
        for step in new_order.iter().chain(old_order.iter().filter(|s| !after.contains_key(*s))) {
            let text = |steps: &BTreeMap<String, String>| steps.get(step).cloned().unwrap_or_default();
            self.add("colour", step, text(&before), text(&after));
        }
        let common = |order: &[String], other: &BTreeMap<String, String>| {
            order.iter().filter(|s| other.contains_key(*s)).cloned().collect::<Vec<_>>()
        };
        self.add("colour", "order of the steps", common(&old_order, &after).join(", "), common(&new_order, &before).join(", "));
        let looks = |c: &ClipRecipe| c.looks.iter().map(|l| (l.reference.clone(), short(&l.sha256))).collect::<BTreeMap<_, _>>();
        self.maps("colour", &looks(old), &looks(new), |name| format!("look file {name}"));
        self.add("colour", "AMF", short(&old.amf.sha256), short(&new.amf.sha256));
        let choices = |c: &ClipRecipe| {
            let s = &c.settings;
            serde_json::json!({ "input transform": s.input, "output transform": s.output, "mapped": s.transforms, "working space": s.working_space })
        };
        self.leaves("colour", &choices(old), &choices(new));
    }

    /// Which frames are golden.
    fn golden(&mut self, old: &[FrameNumber], new: &[FrameNumber]) {
        let words = |frames: &[FrameNumber]| frames.iter().map(FrameNumber::to_string).collect::<Vec<_>>().join(", ");
        self.add("picture", "golden frames", words(old), words(new));
    }

    /// Golden frames: what is recorded of each, and what the changes above come to.
    fn pictures(&mut self, old: &ClipRecipe, new: &ClipRecipe) {
        for golden in &new.golden {
            let Some(was) = old.golden.iter().find(|g| g.frame == golden.frame) else { continue };
            let timecode = |g: &Golden| g.timecode.map_or_else(|| NOT_STATED.to_owned(), |t| t.to_string());
            self.add("picture", format!("timecode of frame {}", golden.frame), timecode(was), timecode(golden));
            let reason = |g: &Golden| g.reason.clone().unwrap_or_default();
            self.add("picture", format!("why frame {} is golden", golden.frame), reason(was), reason(golden));
            let same = |a, b| if a == b { "the same" } else { "other pixels" };
            let text = format!("plate {}, display {}", same(&was.plate, &golden.plate), same(&was.display, &golden.display));
            if was.plate != golden.plate || was.display != golden.display {
                self.add("picture", format!("frame {}", golden.frame), "", text);
            }
        }
    }

    fn checks(&mut self, old: &ClipRecipe, new: &ClipRecipe) {
        let profile = |c: &ClipRecipe| c.profile.as_ref().map_or_else(|| "not written".into(), ToString::to_string);
        self.add("checks", "profile", profile(old), profile(new));
        for finding in &new.checks {
            let was = old.checks.iter().find(|f| f.id == finding.id);
            let text = |f: &crate::check::Finding| {
                if f.measured.is_empty() { f.outcome.to_string() } else { format!("{}, {}", f.outcome, f.measured) }
            };
            let changed = was.is_none_or(|w| w.outcome != finding.outcome || w.measured != finding.measured);
            if changed {
                let title = format!("{} {}", finding.id, finding.title);
                self.add("checks", title, was.map(text).unwrap_or_default(), text(finding));
            }
        }
        for gone in old.checks.iter().filter(|f| !new.checks.iter().any(|n| n.id == f.id)) {
            self.add("checks", format!("{} {}", gone.id, gone.title), gone.outcome, "not looked at");
        }
        self.maps("checks", &waived(&old.waivers), &waived(&new.waivers), |check| format!("waiver of {check}"));
    }

    /// Every value of two documents of one shape that differs, by its path in words.
    fn leaves<T: Serialize>(&mut self, about: &'static str, old: &T, new: &T) {
        self.maps(about, &leaves(old), &leaves(new), str::to_owned);
    }

    /// Every value of two maps that differs: what was there before in its order, then what is new.
    fn maps(&mut self, about: &'static str, before: &Texts, after: &Texts, what: impl Fn(&str) -> String) {
        for name in before.keys().chain(after.keys().filter(|k| !before.contains_key(*k))) {
            let text = |texts: &Texts| texts.get(name).cloned().unwrap_or_default();
            self.add(about, what(name), text(before), text(after));
        }
    }
}

fn collect(value: &Value, path: String, leaves: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('_', " ");
                collect(member, if path.is_empty() { name } else { format!("{path} {name}") }, leaves);
            }
        }
        Value::Null => {
            leaves.insert(path, NOT_SET.into());
        }
        Value::String(text) => {
            leaves.insert(path, text.clone());
        }
        Value::Bool(b) => {
            leaves.insert(path, if *b { "yes" } else { "no" }.into());
        }
        other => {
            leaves.insert(path, other.to_string());
        }
    }
}

fn numbered(step: &str, n: usize) -> String {
    if n == 1 { step.to_owned() } else { format!("{step} {n}") }
}

fn noted(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(" ({note})") }
}

/// As much of a digest as tells it from others at a glance.
fn short(sha256: &str) -> String {
    format!("SHA-256 {}…", sha256.get(..12).unwrap_or(sha256))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{LookDigest, testing};

    fn step(name: &str, detail: &str) -> RoadStep {
        RoadStep { step: name.into(), detail: detail.into(), source: "AMF".into(), applied: false }
    }

    fn recipe() -> Recipe {
        let mut recipe = testing::recipe(&["A001"]);
        recipe.clips[0].road =
            vec![step("Input Transform", "LogC4"), step("Look", "CDL 1"), step("Look", "CDL 2"), step("Output Transform", "Rec.709")];
        recipe
    }

    #[test]
    fn another_profile_is_told() {
        let mark = crate::check::Profile::neutral().mark();
        let told = told(|r| r.clips[0].profile = Some(mark.clone()));
        assert_eq!(told, [format!("checks profile: not written -> {mark}")]);
    }

    fn told(change: impl FnOnce(&mut Recipe)) -> Vec<String> {
        let mut after = recipe();
        change(&mut after);
        diff(&recipe(), &after).iter().map(|c| format!("{} {}: {} -> {}", c.about, c.what, c.before, c.after)).collect()
    }

    #[test]
    fn the_same_again_has_no_changes() {
        assert!(told(|r| (r.id, r.created) = ("2".into(), "now".into())).is_empty());
    }

    #[test]
    fn changes_are_told_one_by_one() {
        assert_eq!(told(|r| r.clips[0].settings.decode.exposure = 0.5), ["decode exposure: 0.0 -> 0.5"]);
        assert_eq!(told(|r| r.clips[0].road[2] = step("Look", "CDL 3")), ["colour Look 2: CDL 2 [AMF] -> CDL 3 [AMF]"]);
        assert_eq!(
            told(|r| r.clips[0].road.swap(0, 3)),
            [
                "colour order of the steps: Input Transform, Look, Look 2, Output Transform -> Output Transform, Look, Look 2, Input Transform"
            ]
        );
        assert_eq!(told(|r| r.clips[0].road.truncate(3)), ["colour Output Transform: Rec.709 [AMF] -> "]);
        assert_eq!(told(|r| r.clips[0].settings.framing.desqueeze = false), ["framing desqueeze: yes -> no"]);
        assert_eq!(told(|r| r.clips[0].settings.output = Some("P3".into())), ["colour output transform: not set -> P3"]);
        assert_eq!(told(|r| r.clips[0].scope.make = None), ["scope make: ARRI -> not stated"]);
        let range = crate::recipe::Match::Range { min: 400, max: 1600 };
        assert_eq!(told(|r| r.clips[0].scope.ei = Some(range)), ["scope EI: any -> 400 to 1600"]);
        assert_eq!(told(|r| r.title = Some("Camera test".into())), ["recipe title: not set -> Camera test"]);
        assert_eq!(
            told(|r| r.tolerance = "itp:1,0.25".parse().ok()),
            ["engine golden frames: the same bits -> 1 dE ITP at most, 0.25 for 99.9 % of the pixels"]
        );
        let pinned = told(|r| r.engine.digests = vec!["ab".repeat(32)]);
        assert!(pinned[0].ends_with(", the program with SHA-256 abababababababab…"), "{pinned:?}");
        assert_eq!(told(|r| r.approvals[0].role = "colourist".into()), ["people approved by: Ada, DP -> Ada, colourist"]);
        let look = LookDigest { reference: "show.cube".into(), path: "x".into(), sha256: "cd".repeat(32) };
        assert_eq!(told(|r| r.clips[0].looks.push(look)), ["colour look file show.cube:  -> SHA-256 cdcdcdcdcdcd…"]);
        let of_show = Waiver { check: "META-05".into(), reason: "free run".into(), by: "Ada".into() };
        let show = crate::recipe::ShowRecord { checks: vec![], waivers: vec![of_show], cut_lists: vec![] };
        assert_eq!(told(|r| r.show = Some(show)), ["checks waiver of META-05 for the show:  -> free run (Ada)"]);
        let dailies = told(|r| r.output = Some(Output::of_presets(["plate", "still-jpeg"]).unwrap()));
        assert_eq!(
            dailies,
            ["delivery still-jpeg:  -> still-jpeg: JPEG, quality 95, the frame in the middle: {deliverable}/{clip}.{frame:06}.jpg"]
        );
        assert_eq!(told(|r| r.output = Some(Output { mhl: false, ..Output::plain() })), ["delivery ASC MHL: yes -> no"]);
        let mut versioned = Output::plain();
        versioned.naming.version = Some(2);
        let mut numbered = versioned.clone();
        numbered.naming.first_frame = Some(1001);
        assert_eq!(told(|r| r.output = Some(versioned)), ["delivery version:  -> 2"]);
        assert_eq!(told(|r| r.output = Some(numbered)), ["delivery first frame:  -> 1001", "delivery version:  -> 2"]);
        assert_eq!(told(|r| r.clips[0].golden.clear()), ["picture golden frames: 2 -> "]);
        let timecode = crate::camera::Timecode::new(10, 0, 0, 22, false);
        let golden = told(|r| (r.clips[0].golden[0].timecode, r.clips[0].golden[0].reason) = (timecode, Some("last frame".into())));
        assert_eq!(golden, ["picture timecode of frame 2: not stated -> 10:00:00:22", "picture why frame 2 is golden:  -> last frame"]);
        let waiver = Waiver { check: "META-07".into(), reason: "no lens data".into(), by: "Ada".into() };
        assert_eq!(told(|r| r.clips[0].waivers.push(waiver)), ["checks waiver of META-07:  -> no lens data (Ada)"]);
        assert_eq!(
            told(|r| r.clips[0].name = "B".into()),
            ["clips clip:  -> added, frames 1 to 3 (3)", "clips clip: frames 1 to 3 (3) -> removed"]
        );
    }
}
