//! What contradicts itself in a timeline.

use super::{
    Fraction,
    model::{Child, Content, EffectKind, Item, MediaKind, Object, Transition},
    place::length,
};
use crate::{
    error::Result,
    sidecar::{Diagnostic, Level},
    words::count,
};

/// Judges a file.
///
/// Errors: `NO_MEDIA_KEY`, `TRANSITION_TOO_LONG`, `TRANSITION_BESIDE_TRANSITION`, `CDL_INVALID_VALUES`, `TIMES_TOO_LONG`.
/// Warnings: `NO_LENGTH`, `BEYOND_MEDIA`, `MIXED_RATES`. Notes: `UNKNOWN_SCHEMA` (kept, and without a meaning here).
/// Of each level the first 1000 are listed, and `MORE_FINDINGS` says how many there are besides. Long paths are cut.
pub fn check(object: &Object) -> Vec<Diagnostic> {
    let mut judge = Judge { found: vec![], rates: vec![], counts: [0; 3] };
    judge.object(object, "");
    if judge.rates.len() > 1 {
        let rates = judge.rates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        judge.report(Level::Warning, "MIXED_RATES", format!("clips of several rates: {rates} a second"), 0, "");
    }
    for (level, count) in LEVELS.into_iter().zip(judge.counts) {
        if count > MAX_FINDINGS {
            let message = format!("{} more like these", count - MAX_FINDINGS);
            judge.found.push(Diagnostic { level, code: "MORE_FINDINGS", message, line: 0, path: String::new() });
        }
    }
    judge.found
}

/// Findings of a level that are listed.
const MAX_FINDINGS: usize = 1000;
/// Bytes of a path in a finding: every item has one, and it holds the names of all that it stands in.
const MAX_PATH: usize = 1000;
const LEVELS: [Level; 3] = [Level::Error, Level::Warning, Level::Info];

/// `path/name`, cut where it gets too long.
fn below(path: &str, name: &str) -> String {
    if path.ends_with('…') {
        return path.to_owned();
    }
    let room = MAX_PATH.saturating_sub(path.len());
    match name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= room).last() {
        Some(end) if end < name.len() => format!("{path}/{}…", name.get(..end).unwrap_or_default()),
        None if !name.is_empty() => format!("{path}/…"),
        _ => format!("{path}/{name}"),
    }
}

struct Judge {
    found: Vec<Diagnostic>,
    /// How many there are of each of [`LEVELS`].
    counts: [usize; 3],
    rates: Vec<Fraction>,
}

impl Judge {
    fn report(&mut self, level: Level, code: &'static str, message: String, line: u32, path: &str) {
        if let Some((_, count)) = LEVELS.into_iter().zip(&mut self.counts).find(|(l, _)| *l == level) {
            *count += 1;
            if *count > MAX_FINDINGS {
                return;
            }
        }
        self.found.push(Diagnostic { level, code, message, line, path: path.into() });
    }

    fn object(&mut self, object: &Object, path: &str) {
        match object {
            Object::Timeline(timeline) => self.item(&timeline.tracks, &below(path, &timeline.base.name)),
            Object::Collection(collection) => collection.children.iter().for_each(|c| self.object(c, path)),
            Object::Child(child) => self.child(child, path),
        }
    }

    fn child(&mut self, child: &Child, path: &str) {
        match child {
            Child::Item(item) => self.item(item, &below(path, &item.base.name)),
            Child::Transition(_) => {}
            Child::Unknown(node) => {
                let schema = node.value.member("OTIO_SCHEMA").and_then(|s| s.value.text()).unwrap_or_default();
                self.report(Level::Info, "UNKNOWN_SCHEMA", format!("{schema} is kept, and without a meaning here"), node.line, path);
            }
        }
    }

    fn item(&mut self, item: &Item, path: &str) {
        let line = item.base.line.0;
        for effect in &item.effects {
            if let EffectKind::Unknown(node) = &effect.kind {
                self.report(
                    Level::Info,
                    "UNKNOWN_SCHEMA",
                    format!("effect {:?} is kept, and without a meaning here", effect.name),
                    node.line,
                    path,
                );
            }
        }
        match item.cdl() {
            Ok(Some(cdl)) => {
                for finding in cdl.findings() {
                    let code = if finding.level == Level::Error { "CDL_INVALID_VALUES" } else { "CDL_EXTREME_VALUES" };
                    self.report(finding.level, code, finding.message, line, path);
                }
            }
            Ok(None) => {}
            Err(error) => self.report(Level::Error, "CDL_INVALID_VALUES", error.to_string(), line, path),
        }
        if let Content::Clip(sources) = &item.content {
            let media = sources.active();
            if media.is_none() {
                self.report(Level::Error, "NO_MEDIA_KEY", format!("no media of key {:?}", sources.active), line, path);
            }
            if let Err(error) = self.range(item, path) {
                self.report(Level::Error, "TIMES_TOO_LONG", error.to_string(), line, path);
            }
            if let Some(MediaKind::Unknown(node)) = media.map(|m| &m.kind) {
                let schema = node.value.member("OTIO_SCHEMA").and_then(|s| s.value.text()).unwrap_or_default();
                self.report(Level::Info, "UNKNOWN_SCHEMA", format!("{schema} is kept, and without a meaning here"), node.line, path);
            }
        }
        let children = item.children();
        for (i, child) in children.iter().enumerate() {
            if let Child::Transition(transition) = child {
                let before = i.checked_sub(1).and_then(|i| children.get(i));
                if let Err(error) = self.transition(transition, before, children.get(i + 1), path) {
                    self.report(Level::Error, "TIMES_TOO_LONG", error.to_string(), transition.base.line.0, path);
                }
            }
            self.child(child, path);
        }
    }

    fn range(&mut self, item: &Item, path: &str) -> Result<()> {
        let line = item.base.line.0;
        let available = item.media().and_then(|m| m.available.as_ref());
        let Some(range) = &item.range else {
            if available.is_none() {
                self.report(Level::Warning, "NO_LENGTH", "neither the clip nor its media says how long it is".into(), line, path);
            }
            return Ok(());
        };
        let rate = range.duration.rate.number;
        if !self.rates.contains(&rate) && self.rates.len() < 100 {
            self.rates.push(rate);
        }
        // A retime reads another length of the media than the item has.
        let retimed = item.effects.iter().any(|e| matches!(e.kind, EffectKind::Speed(_) | EffectKind::Freeze));
        if let Some(available) = available.filter(|_| !retimed) {
            let early = range.start.seconds()?.compare(available.start.seconds()?)?.is_lt();
            let late = range.end()?.seconds()?.compare(available.end()?.seconds()?)?.is_gt();
            if early || late {
                let side = if early { "begins before" } else { "ends after" };
                self.report(Level::Warning, "BEYOND_MEDIA", format!("{side} its media"), line, path);
            }
        }
        Ok(())
    }

    fn transition(&mut self, transition: &Transition, before: Option<&Child>, after: Option<&Child>, path: &str) -> Result<()> {
        let line = transition.base.line.0;
        if let Some(Child::Transition(_)) = after {
            let message = "two transitions beside each other".into();
            self.report(Level::Error, "TRANSITION_BESIDE_TRANSITION", message, line, path);
        }
        for (offset, side, what) in [(&transition.before, before, "before"), (&transition.after, after, "after")] {
            let Some(Child::Item(side)) = side else { continue };
            if let Some(length) = length(side)?
                && offset.seconds()?.compare(length)?.is_gt()
            {
                let message = format!("{} of transition in the shorter item {what} it", count(offset.value.number.to_f64(), "frame"));
                self.report(Level::Error, "TRANSITION_TOO_LONG", message, line, path);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::timeline::{Base, Media, Sources};

    fn nested(name: &str, levels: usize, children: Vec<Child>) -> Item {
        let inner = Item::new(Base::named(name, 0), None, Content::Stack { children });
        (1..levels).fold(inner, |item, _| Item::new(Base::named(name, 0), None, Content::Stack { children: vec![Child::Item(item)] }))
    }

    #[test]
    fn findings_are_bounded_and_no_error_is_hidden() {
        let clip = |media| Child::Item(Item::new(Base::default(), None, Content::Clip(Sources { active: "x".into(), media })));
        // Each has no length; the last has no media under its key besides.
        let fine = || vec![("x".to_owned(), Media::new(MediaKind::Missing))];
        let mut children: Vec<Child> = (0..2500).map(|_| clip(fine())).collect();
        children.push(clip(vec![]));
        let found = check(&Object::Child(Child::Item(nested("ä", 100, children))));
        assert_eq!(found.len(), 1002);
        assert!(found.iter().any(|d| d.level == Level::Error && d.code == "NO_MEDIA_KEY"));
        let more: Vec<_> = found.iter().filter(|d| d.code == "MORE_FINDINGS").map(|d| (d.level, d.message.as_str())).collect();
        assert_eq!(more, [(Level::Warning, "1501 more like these")]);
    }

    #[test]
    fn a_path_is_cut() {
        let clip = Item::new(Base::named("c", 0), None, Content::Clip(Sources::one(Media::new(MediaKind::Missing))));
        for (name, levels) in [("ä".repeat(1 << 20), 3), ("ab".into(), 120), ("ä".repeat(499), 9), ("x".repeat(500), 9)] {
            let found = check(&Object::Child(Child::Item(nested(&name, levels, vec![Child::Item(clip.clone())]))));
            let path = &found[0].path;
            assert!(path.len() <= MAX_PATH + 8 && path.starts_with('/'), "{}", path.len());
            assert_eq!(path.ends_with('…'), name.len() * levels > MAX_PATH, "{}", path.len());
        }
    }
}
