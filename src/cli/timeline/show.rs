//! The clips of a timeline, as a table and as JSON.

use super::{out, report};
use crate::{
    camera::{Rational, Timecode},
    error::Result,
    sidecar::{
        Diagnostic, amf, cut_list,
        timeline::{
            self, CMX, Content, EffectKind, Format, Fraction, Item, MediaKind, Object, Placed, Time, Timeline, Transition,
            link::{By, Link, Linker, Target},
        },
    },
    words::count,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A clip, as it is shown.
struct Row<'a> {
    placed: &'a Placed<'a>,
    /// Record in and out.
    record: Option<[String; 2]>,
    source: Option<[String; 2]>,
    speed: Option<String>,
    /// Those that lead into it and out of it.
    blends: [Option<Blend>; 2],
    link: Option<Link>,
    /// Whether a clip comes right after it.
    followed: bool,
}

/// A transition, as it is shown.
struct Blend {
    /// `SMPTE_Dissolve`, `SMPTE_Wipe` …
    kind: String,
    /// The code that an EDL has for it: `D`, `W001`.
    code: Option<String>,
    /// Frames of the record side, and how many of them lie before the cut.
    frames: Fraction,
    before: Fraction,
}

pub(super) fn run(file: &Path, object: &Object, format: Format, found: &[Diagnostic], amfs: &[PathBuf], json: bool) -> Result<()> {
    let targets = amfs.iter().map(|path| target(path)).collect::<Result<Vec<_>>>()?;
    let linker = Linker::new(&targets);
    let items = timeline::items(object)?;
    let timelines = timeline::timelines(object);
    let single = if let [one] = timelines.as_slice() { Some(*one) } else { None };
    let drop = single.is_some_and(Timeline::drop_frame);
    let rate = single.and_then(|t| cut_list::rate_of(t, &items).ok());
    let start = match single.and_then(|t| t.start.as_ref()) {
        Some(start) => start.seconds()?,
        None => Fraction::ZERO,
    };
    let mut rows = vec![];
    for (i, placed) in items.iter().enumerate().filter(|(_, p)| is_clip(p)) {
        let link = (!targets.is_empty()).then(|| linker.link(placed.item));
        rows.push(Row {
            record: record(placed, start, rate, drop)?,
            source: source(placed.item, drop)?,
            speed: speed(placed.item),
            blends: blends(placed, rate)?,
            placed,
            link,
            followed: items.get(i + 1).is_some_and(|next| is_clip(next) && next.path == placed.path),
        });
    }
    let name = single.map_or("", |t| t.base.name.as_str());
    if json {
        let clips: Vec<Value> = rows.iter().map(|r| describe(r, &targets)).collect::<Result<_>>()?;
        return out::json(&json!({
            "format": format, "name": name, "timelines": timelines.len(), "rate": rate, "clips": clips, "diagnostics": found,
        }));
    }
    let at = rate.map_or(String::new(), |r| format!(", {r} frames per second"));
    out::line(format_args!("{} {name:?}: {}{at}", format.label(), count(rows.len(), "clip")))?;
    for row in &rows {
        out::line(text(row, &targets)?)?;
    }
    report(file, found);
    Ok(())
}

fn is_clip(placed: &Placed) -> bool {
    matches!(placed.item.content, Content::Clip(_))
}

fn target(path: &Path) -> Result<Target> {
    let (amf, _) = amf::read(path)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Target { label: path.display().to_string(), ..Target::amf(&name, &amf) })
}

fn text(row: &Row, targets: &[Target]) -> Result<String> {
    let item = row.placed.item;
    let range = |r: &Option<[String; 2]>| r.as_ref().map_or("-".to_owned(), |[a, b]| format!("{a} - {b}"));
    let mut line = format!("{:<6} {:<27} {:<27} {}", row.placed.path.join("/"), range(&row.record), range(&row.source), item.base.name);
    let mut add = |what: &str, text: Option<String>| {
        if let Some(text) = text {
            line.push_str(&format!("  {what}{text}"));
        }
    };
    add("reel ", item.reel().map(str::to_owned));
    let [into, out_of] = &row.blends;
    add("", into.as_ref().map(Blend::words));
    add("", row.speed.clone());
    // Where a clip follows, it is said there.
    add("out by ", out_of.as_ref().filter(|_| !row.followed).map(Blend::words));
    add("", (!item.enabled).then(|| "disabled".into()));
    add("CDL ", item.cdl()?.map(|cdl| format!("{} {}", timeline::sop_text(&cdl), cdl.saturation)));
    let amf = item.amf();
    add("AMF ", amf.uuid.or(amf.name));
    add("markers ", (!item.markers.is_empty()).then(|| item.markers.len().to_string()));
    add("-> ", row.link.as_ref().map(|l| words(l, targets)));
    Ok(line)
}

fn describe(row: &Row, targets: &[Target]) -> Result<Value> {
    let item = row.placed.item;
    let media = item.media().map(|m| match &m.kind {
        MediaKind::Missing => json!({ "kind": "missing" }),
        MediaKind::External(url) => json!({ "kind": "external", "url": url }),
        MediaKind::Generator { kind, .. } => json!({ "kind": "generator", "generator": kind }),
        MediaKind::Sequence(s) => {
            json!({ "kind": "sequence", "folder": s.folder, "prefix": s.prefix, "suffix": s.suffix, "first": s.first })
        }
        MediaKind::Unknown(_) => json!({ "kind": "unknown" }),
    });
    let cdl = item.cdl()?.map(|c| json!({ "slope": c.slope, "offset": c.offset, "power": c.power, "saturation": c.saturation }));
    let amf = item.amf();
    let part = |r: &Option<[String; 2]>, i: usize| r.as_ref().map(|r| r[i.min(1)].clone());
    Ok(json!({
        "track": row.placed.path, "kind": row.placed.kind, "name": item.base.name, "line": item.base.line.0, "enabled": item.enabled,
        "record_in": part(&row.record, 0), "record_out": part(&row.record, 1),
        "source_in": part(&row.source, 0), "source_out": part(&row.source, 1),
        "transition_in": row.blends[0].as_ref().map(Blend::value), "transition_out": row.blends[1].as_ref().map(Blend::value),
        "reel": item.reel(), "speed": row.speed, "cdl": cdl, "amf_uuid": amf.uuid, "amf_name": amf.name, "media": media,
        "markers": item.markers.len(), "link": row.link.as_ref().map(|l| link(l, targets)),
    }))
}

/// The transitions of a clip, in frames of the timeline, or of their own rate where that has none.
fn blends(placed: &Placed, rate: Option<Rational>) -> Result<[Option<Blend>; 2]> {
    let blend = |transition: &Transition| -> Result<Blend> {
        let fps = rate.map_or(Ok(transition.after.rate.number), timeline::fraction)?;
        let (before, after) = (transition.before.count(fps)?, transition.after.count(fps)?);
        let code = transition.base.metadata.text(CMX, "transition").map(str::to_owned);
        Ok(Blend { kind: transition.kind.clone(), code, frames: before.plus(after)?, before })
    };
    let [into, out_of] = placed.transitions;
    Ok([into.map(blend).transpose()?, out_of.map(blend).transpose()?])
}

impl Blend {
    /// `dissolve 12`, `wipe W001 10`; another kind under its own name.
    fn words(&self) -> String {
        match (self.kind.as_str(), &self.code) {
            ("SMPTE_Dissolve", _) => format!("dissolve {}", self.frames),
            ("SMPTE_Wipe", Some(code)) => format!("wipe {code} {}", self.frames),
            ("SMPTE_Wipe", None) => format!("wipe {}", self.frames),
            (kind, _) => format!("{kind} {}", self.frames),
        }
    }

    fn value(&self) -> Value {
        json!({ "kind": self.kind, "code": self.code, "frames": number(self.frames), "before_cut": number(self.before) })
    }
}

/// A whole number where it is one.
fn number(frames: Fraction) -> Value {
    match i64::try_from(frames.numerator()) {
        Ok(whole) if frames.denominator() == 1 => json!(whole),
        _ => json!(frames.to_f64()),
    }
}

fn record(placed: &Placed, start: Fraction, rate: Option<Rational>, drop: bool) -> Result<Option<[String; 2]>> {
    // What stands in no track has no record side.
    let (Some(at), Some(length), Some(rate), false) = (placed.start, placed.length, rate, placed.path.is_empty()) else { return Ok(None) };
    let fps = timeline::fraction(rate)?;
    let at = at.plus(start)?;
    Ok(Some([code(at.times(fps)?, rate, drop), code(at.plus(length)?.times(fps)?, rate, drop)]))
}

/// The frames that are shown: of a retime those it reads, of a freeze frame one. A source that does not say how it counts counts as the
/// timeline does, as it does in an EDL.
fn source(item: &Item, drop: bool) -> Result<Option<[String; 2]>> {
    let Some(range) = item.source_range()? else { return Ok(None) };
    let drop = item.drop_frame().unwrap_or(drop);
    let code = |time: &Time| match timeline::frame_rate(time.rate.number) {
        Ok(rate) => code(time.value.number, rate, drop),
        Err(_) => format!("{}/{}", time.value.number, time.rate.number),
    };
    Ok(Some([code(&range.start), code(&range.end()?)]))
}

/// Timecode where it is a whole frame of a day, else the number of frames.
fn code(frames: Fraction, rate: Rational, drop: bool) -> String {
    let day = (24.0 * 3600.0 * rate.to_f64().round()) as i128;
    if frames.denominator() == 1 && (0..=day).contains(&frames.numerator()) {
        return Timecode::from_frame_count(u64::try_from(frames.numerator()).unwrap_or(0), rate, drop && Timecode::can_drop(rate))
            .to_string();
    }
    frames.to_string()
}

fn speed(item: &Item) -> Option<String> {
    match item.retime()? {
        EffectKind::Speed(scalar) => Some(format!("x{}", scalar.number)),
        _ => Some("freeze".into()),
    }
}

fn by(by: By) -> &'static str {
    match by {
        By::AmfUuid => "AMF_UUID",
        By::AmfName => "AMF_NAME",
        By::File => "file",
        By::ClipName => "clip name",
        By::Reel => "reel",
    }
}

fn label(targets: &[Target], at: usize) -> &str {
    targets.get(at).map_or("", |t| t.label.as_str())
}

fn words(link: &Link, targets: &[Target]) -> String {
    match link {
        Link::One { target, by: found, notes } => {
            let notes: String = notes.iter().map(|n| format!("; {n}")).collect();
            format!("{} (by {}{notes})", label(targets, *target), by(*found))
        }
        Link::Ambiguous { targets: several, by: found } => {
            let names = several.iter().map(|t| label(targets, *t)).collect::<Vec<_>>().join(" or ");
            format!("{names}: ambiguous (by {})", by(*found))
        }
        Link::None { reason } => format!("none: {reason}"),
    }
}

fn link(link: &Link, targets: &[Target]) -> Value {
    match link {
        Link::One { target, by: found, notes } => json!({ "target": label(targets, *target), "by": by(*found), "notes": notes }),
        Link::Ambiguous { targets: several, by: found } => {
            let names: Vec<&str> = several.iter().map(|t| label(targets, *t)).collect();
            json!({ "target": null, "by": by(*found), "ambiguous": names })
        }
        Link::None { reason } => json!({ "target": null, "reason": reason }),
    }
}
