//! Sequences and tracks.

use super::{
    clip,
    elements::{child, children, flag, rate, text, time, timecode},
};
use crate::{
    camera::Rational,
    error::{Error, Result},
    sidecar::{
        Diagnostic, Level,
        timeline::{
            Base, Budget, Child, Content, Fraction, Item, Marker, MarkerColor, Time, TimeRange, Timeline, Transition, fraction,
            set_drop_frame, string,
        },
        xml::Element,
    },
    words::count,
};
use std::collections::HashMap;

/// Items of a document in all, nested sequences counted wherever they are used.
const MAX_ITEMS: usize = 1 << 18;
/// Sequences within sequences.
const MAX_DEPTH: usize = 32;

pub(super) struct Reader<'a> {
    /// Files and sequences by id: later mentions are empty elements.
    files: HashMap<&'a str, &'a Element>,
    sequences: HashMap<&'a str, &'a Element>,
    /// Those being read, so that none contains itself.
    open: Vec<*const Element>,
    items: usize,
    budget: Budget,
    pub found: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub fn new(root: &'a Element, found: &'a mut Vec<Diagnostic>) -> Self {
        let (mut files, mut sequences) = (HashMap::new(), HashMap::new());
        let mut rest = vec![root];
        while let Some(element) = rest.pop() {
            let map = match element.name.local.as_str() {
                "file" => Some(&mut files),
                "sequence" => Some(&mut sequences),
                _ => None,
            };
            if let (Some(map), Some(id), true) = (map, element.get("id"), element.elements().next().is_some()) {
                map.entry(id).or_insert(element);
            }
            rest.extend(element.elements());
        }
        Self { files, sequences, open: vec![], items: 0, budget: Budget::new(), found }
    }

    pub fn warn(&mut self, code: &'static str, message: String, element: &Element) {
        self.found.push(Diagnostic { level: Level::Warning, code, message, line: element.line.0, path: String::new() });
    }

    /// The file itself, or the one that its id means.
    pub fn file(&mut self, file: &'a Element) -> Result<&'a Element> {
        if file.elements().next().is_some() {
            return Ok(file);
        }
        let whole = file.get("id").and_then(|id| self.files.get(id).copied()).unwrap_or(file);
        self.budget.spend(whole, &[])?;
        Ok(whole)
    }

    /// The element itself, or the one that its id means.
    fn whole(&self, sequence: &'a Element) -> Result<&'a Element> {
        if sequence.elements().next().is_some() {
            return Ok(sequence);
        }
        let id = sequence.get("id").unwrap_or_default();
        let missing = || Error::invalid("a sequence that the document does not hold").field("sequence").value(id).line(sequence.line.0);
        self.sequences.get(id).copied().ok_or_else(missing)
    }

    pub fn timeline(&mut self, sequence: &'a Element) -> Result<Timeline> {
        let sequence = self.whole(sequence)?;
        let rate = sequence_rate(sequence)?;
        let (start, drop) = timecode(sequence, rate)?.map_or((None, None), |(t, d)| (Some(t), d));
        let tracks = self.stack(sequence)?;
        let mut base = Base::named(text(sequence, "name"), sequence.line.0);
        if drop == Some(true) {
            set_drop_frame(&mut base.metadata, true, rate);
        }
        Ok(Timeline { base, start, tracks })
    }

    /// The tracks of a sequence, video first.
    pub fn stack(&mut self, sequence: &'a Element) -> Result<Item> {
        let sequence = self.whole(sequence)?;
        let here: *const Element = sequence;
        if self.open.contains(&here) {
            return Err(Error::invalid("a sequence that contains itself")
                .field("sequence")
                .value(text(sequence, "name"))
                .line(sequence.line.0));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Error::unsupported(format!("sequences nested deeper than {MAX_DEPTH}")).line(sequence.line.0));
        }
        self.open.push(here);
        self.budget.spend(sequence, &["track"])?;
        let rate = sequence_rate(sequence)?;
        let mut tracks = vec![];
        for (element, kind) in [("video", "Video"), ("audio", "Audio")] {
            let media = child(sequence, "media").and_then(|m| child(m, element));
            // Premiere writes a stereo track once a channel.
            let first_channel = |t: &&Element| t.get("currentExplodedTrackIndex").is_none_or(|i| i == "0");
            for track in media.into_iter().flat_map(|m| children(m, "track")).filter(first_channel) {
                tracks.push(Child::Item(self.track(track, kind, rate)?));
            }
        }
        self.open.pop();
        let mut stack = Item::new(Base::named(text(sequence, "name"), sequence.line.0), None, Content::Stack { children: tracks });
        let zero = Time::frames(0, rate)?;
        stack.markers = children(sequence, "marker").map(|m| marker(m, rate, &zero)).collect::<Result<_>>()?;
        Ok(stack)
    }

    fn track(&mut self, track: &'a Element, kind: &str, rate: Rational) -> Result<Item> {
        self.budget.spend(track, &["clipitem", "generatoritem", "transitionitem"])?;
        let elements: Vec<&Element> =
            track.elements().filter(|e| matches!(e.name.local.as_str(), "clipitem" | "generatoritem" | "transitionitem")).collect();
        let transitions: Vec<Option<Blend>> = elements
            .iter()
            .map(|e| if e.name.local == "transitionitem" { blend(e, rate).map(Some) } else { Ok(None) })
            .collect::<Result<_>>()?;
        let mut children = vec![];
        let mut end = Time::frames(0, rate)?;
        for (i, element) in elements.iter().enumerate() {
            self.items += 1;
            if self.items > MAX_ITEMS {
                return Err(Error::unsupported(format!("more clips than {MAX_ITEMS}, nested sequences counted where they are used")));
            }
            self.budget.spend(element, &["sequence"])?;
            if let Some(Some(blend)) = transitions.get(i) {
                children.push(Child::Transition(blend.transition.clone()));
                continue;
            }
            let beside = |at: Option<usize>| at.and_then(|at| transitions.get(at)).and_then(Option::as_ref);
            let (head, tail) = (beside(i.checked_sub(1)), beside(Some(i + 1)));
            let placed = clip::item(self, element, rate, head, tail).map_err(|e| e.line(element.line.0))?;
            let gap = placed.start.minus(&end)?;
            if gap.is_negative() {
                self.shorten(&mut children, &gap, element)?;
            }
            if gap.value.number.is_positive() {
                // A transition out of nothing stands behind the gap, one into nothing before it.
                let leads = head.is_some_and(|blend| blend.cut == placed.start);
                let at = children.len() - usize::from(leads);
                let range = TimeRange { start: Time::frames(0, rate)?, duration: gap };
                children.insert(at, Child::Item(Item::new(Base::default(), Some(range), Content::Gap)));
            }
            end = placed.start.plus(&placed.length)?;
            children.push(Child::Item(placed.item));
        }
        let mut item = Item::new(Base::named(text(track, "name"), track.line.0), None, Content::Track { kind: kind.into(), children });
        item.enabled = flag(track, "enabled")?.unwrap_or(true);
        Ok(item)
    }
}

impl<'a> Reader<'a> {
    /// Premiere writes a cross-fade of sound as an overlap: the later clip holds, the one before it ends where it begins.
    fn shorten(&mut self, children: &mut [Child], by: &Time, element: &'a Element) -> Result<()> {
        let error =
            || Error::invalid("overlaps more than the clip before it").field("start").value(text(element, "name")).line(element.line.0);
        let Some(Child::Item(Item { range: Some(range), base, .. })) = children.last_mut() else { return Err(error()) };
        range.duration = range.duration.plus(by)?;
        if range.duration.is_negative() {
            return Err(error());
        }
        let message =
            format!("{:?} is cut by {}, where {:?} begins", base.name, count(-by.value.number.to_f64(), "frame"), text(element, "name"));
        self.warn("OVERLAP", message, element);
        Ok(())
    }
}

pub(super) fn sequence_rate(sequence: &Element) -> Result<Rational> {
    rate(sequence)?.ok_or_else(|| Error::invalid("a sequence without a rate").field("rate").line(sequence.line.0))
}

/// A transition and where it cuts.
pub(super) struct Blend {
    pub transition: Transition,
    /// The cut, on the record side.
    pub cut: Time,
}

fn blend(element: &Element, rate_of: Rational) -> Result<Blend> {
    let rate = rate(element)?.unwrap_or(rate_of);
    let place = |name| time(element, name, rate)?.ok_or_else(|| Error::invalid("a transition without it").field(name).line(element.line.0));
    let (start, end) = (place("start")?, place("end")?);
    let length = end.minus(&start)?;
    if length.is_negative() {
        return Err(Error::invalid("a transition that ends before it begins").field("end").line(element.line.0));
    }
    let alignment = text(element, "alignment");
    let before = match alignment.as_str() {
        "start" | "start-black" => Fraction::ZERO,
        "end" | "end-black" => length.value.number,
        // An odd frame goes behind the cut.
        "center" | "" => {
            let half = length.value.number.half()?;
            Fraction::new(half.numerator().div_euclid(half.denominator()), 1)?
        }
        other => return Err(Error::unsupported("an unknown alignment").field("alignment").value(other).line(element.line.0)),
    };
    let before = Time { value: before.into(), rate: fraction(rate)?.into() };
    let effect = child(element, "effect");
    let word = |name| effect.map(|e| text(e, name)).unwrap_or_default();
    let (name, id) = (word("name"), word("effectid"));
    let kind = if word("effecttype") == "transition" && id.contains("Wipe") { "SMPTE_Wipe" } else { "SMPTE_Dissolve" };
    let kind = if id.is_empty() || id == "Cross Dissolve" || kind == "SMPTE_Wipe" { kind } else { "Custom_Transition" };
    let mut base = Base::named(name, element.line.0);
    base.metadata.set("fcp_xml", "effectid", string(id));
    base.metadata.set("fcp_xml", "alignment", string(alignment));
    let cut = start.plus(&before)?;
    let after = length.minus(&before)?;
    Ok(Blend { transition: Transition { base, kind: kind.into(), before, after }, cut })
}

/// `offset` leads from the element's count to the time of what it is on.
pub(super) fn marker(element: &Element, rate: Rational, offset: &Time) -> Result<Marker> {
    let start = time(element, "in", rate)?.unwrap_or(Time::frames(0, rate)?);
    let end = time(element, "out", rate)?.unwrap_or_else(|| start.clone());
    let duration = end.minus(&start)?;
    if duration.is_negative() {
        return Err(Error::invalid("a marker that ends before it begins").field("out").line(element.line.0));
    }
    let range = TimeRange { start: start.plus(offset)?, duration };
    let base = Base::named(text(element, "name"), element.line.0);
    Ok(Marker { base, color: MarkerColor::Name("RED".into()), range: Some(range), comment: text(element, "comment") })
}
