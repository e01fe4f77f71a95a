//! From JSON objects to the model, member by member.

use super::{
    geometry,
    ids::{self, Place},
    json::Node,
    model::*,
    reader::{self as read, Findings, Object},
};
use crate::sidecar::Level;

/// Versions with a published schema, and 1.1, which was published without one.
const VERSIONS: [(u32, u32); 4] = [(0, 1), (1, 0), (1, 1), (2, 0)];

/// A size of 0 in a target: no schema allows it, the coming edition and [`crate::framing::template`] give it a meaning.
pub const TARGET_ZERO: &str = "TARGET_ZERO";

pub fn fdl(mut o: Object, f: &mut Findings) -> Fdl {
    let version = o.required(f, "version", version).unwrap_or_default();
    // Without a version, the newest one's rules.
    f.version = if version == Version::default() { (2, 0) } else { (version.major, version.minor) };
    let uuid = o.required(f, "uuid", uuid).unwrap_or_default();
    let fdl_creator = o.optional(f, "fdl_creator", read::string);
    let default_framing_intent = o.optional(f, "default_framing_intent", read::id);
    let framing_intents = o.objects(f, "framing_intents", framing_intent);
    let contexts = o.objects(f, "contexts", context);
    let canvas_templates = o.objects(f, "canvas_templates", canvas_template);
    if let Some(id) = &default_framing_intent {
        f.tree.intent_uses.push(Place::new(id, &o, "default_framing_intent"));
    }
    let other = o.rest(f);
    ids::check(f);
    Fdl { uuid, version, fdl_creator, default_framing_intent, framing_intents, contexts, canvas_templates, other }
}

fn version(node: Node, path: &str, f: &mut Findings) -> Option<Version> {
    let line = node.line;
    let mut o = Object::new(node, path, f)?;
    let (major, minor) = (o.required(f, "major", read::whole(0)), o.required(f, "minor", read::whole(0)));
    f.version = (2, 0);
    let version = Version { major: major?, minor: minor?, other: o.rest(f) };
    if !VERSIONS.contains(&(version.major, version.minor)) {
        f.error("VERSION", line, path, format!("{}.{}: known are 0.1, 1.0, 1.1 and 2.0", version.major, version.minor));
    }
    Some(version)
}

fn uuid(node: Node, path: &str, f: &mut Findings) -> Option<String> {
    let line = node.line;
    let text = read::string(node, path, f)?;
    if uuid::Uuid::try_parse(&text).is_err() {
        f.add(Level::Warning, "UUID_FORM", line, path, format!("{text:?} is not a UUID"));
    }
    Some(text)
}

fn whole_dimensions(least: u32) -> impl Fn(Node, &str, &mut Findings) -> Option<DimensionsInt> {
    move |node, path, f| {
        let mut o = Object::new(node, path, f)?;
        let (width, height) = (o.required(f, "width", read::whole(least)), o.required(f, "height", read::whole(least)));
        let other = o.rest(f);
        Some(DimensionsInt { width: width?, height: height?, other })
    }
}

fn dimensions(node: Node, path: &str, f: &mut Findings) -> Option<Dimensions> {
    let mut o = Object::new(node, path, f)?;
    let (width, height) = (o.required(f, "width", read::positive), o.required(f, "height", read::positive));
    let other = o.rest(f);
    Some(Dimensions { width: width?, height: height?, other })
}

fn point(node: Node, path: &str, f: &mut Findings) -> Option<Point> {
    let mut o = Object::new(node, path, f)?;
    let (x, y) = (o.required(f, "x", read::not_negative), o.required(f, "y", read::not_negative));
    let other = o.rest(f);
    Some(Point { x: x?, y: y?, other })
}

fn framing_intent(mut o: Object, f: &mut Findings) -> Option<FramingIntent> {
    let label = o.optional(f, "label", read::string);
    let id = o.required(f, "id", read::id);
    let aspect_ratio = o.required(f, "aspect_ratio", whole_dimensions(1));
    let protection = o.optional(f, "protection", read::not_negative);
    if f.version < (1, 1) && protection.as_ref().is_some_and(|p| p.to_f64() > 0.0) {
        let text = "FDL 1.0 measures it outward from the frame, later editions inward; the rectangles of its decisions stand as written";
        f.add(Level::Warning, "PROTECTION_SENSE", o.line, &o.path_of("protection"), text);
    }
    if let Some(id) = &id {
        f.tree.intents.push(Place::new(id, &o, "id"));
    }
    let other = o.rest(f);
    Some(FramingIntent { label, id: id?, aspect_ratio: aspect_ratio?, protection, other })
}

fn context(mut o: Object, f: &mut Findings) -> Option<Context> {
    let label = o.optional(f, "label", read::string);
    let context_creator = o.optional(f, "context_creator", read::string);
    let clip_id = o.optional(f, "clip_id", |node, path, f| {
        if f.version < (2, 0) {
            f.error("NOT_IN_VERSION", node.line, path, "clip_id came with FDL 2.0");
        }
        Object::new(node, path, f).and_then(|o| clip_id(o, f))
    });
    let canvases = o.objects(f, "canvases", canvas);
    Some(Context { label, context_creator, clip_id, canvases, other: o.rest(f) })
}

fn clip_id(mut o: Object, f: &mut Findings) -> Option<ClipId> {
    let clip_name = o.required(f, "clip_name", read::string);
    let file = o.optional(f, "file", read::string);
    let sequence = o.optional(f, "sequence", |node, path, f| Object::new(node, path, f).and_then(|o| file_sequence(o, f)));
    if file.is_some() && sequence.is_some() {
        f.error("CLIP_ID", o.line, &o.path, "either file or sequence");
    }
    let other = o.rest(f);
    Some(ClipId { clip_name: clip_name?, file, sequence, other })
}

fn file_sequence(mut o: Object, f: &mut Findings) -> Option<FileSequence> {
    let value = o.required(f, "value", read::string);
    let idx = o.required(f, "idx", read::string);
    if idx.as_ref().is_some_and(|idx| idx.chars().count() != 1) {
        f.error("CLIP_ID", o.line, &o.path_of("idx"), "must be one character");
    }
    let (min, max) = (o.required(f, "min", read::whole(0)), o.required(f, "max", read::whole(0)));
    let other = o.rest(f);
    Some(FileSequence { value: value?, idx: idx?, min: min?, max: max?, other })
}

fn canvas(mut o: Object, f: &mut Findings) -> Option<Canvas> {
    let label = o.optional(f, "label", read::string);
    let id = o.required(f, "id", read::id);
    let source_canvas_id = o.required(f, "source_canvas_id", read::id);
    let dimensions = o.required(f, "dimensions", whole_dimensions(1));
    let effective_dimensions = o.optional(f, "effective_dimensions", whole_dimensions(1));
    let effective_anchor_point = o.optional(f, "effective_anchor_point", point);
    with_anchor(&o, f, "effective", effective_dimensions.is_some(), effective_anchor_point.is_some());
    let photosite_dimensions = o.optional(f, "photosite_dimensions", whole_dimensions(1));
    let physical_dimensions = o.optional(f, "physical_dimensions", self::dimensions);
    let anamorphic_squeeze = o.optional(f, "anamorphic_squeeze", read::positive);
    if let Some(id) = &id {
        f.tree.canvases.push(Place::new(id, &o, "id"));
    }
    if let Some(id) = &source_canvas_id {
        f.tree.source_canvases.push(Place::new(id, &o, "source_canvas_id"));
    }
    let (mut places, mut ids) = (vec![], vec![]);
    let canvas_id = id.clone();
    let read = o.objects(f, "framing_decisions", |d, f| {
        let (line, path) = (d.line, d.path.clone());
        framing_decision(d, f, canvas_id.as_deref())
            .map(|d| (Place { id: d.id.clone(), line, path: format!("{path}.id") }, (line, path), d))
    });
    let mut framing_decisions = vec![];
    for (id, place, decision) in read {
        ids.push(id);
        places.push(place);
        framing_decisions.push(decision);
    }
    ids::once(&ids, "framing decision of this canvas", f);
    let (line, path) = (o.line, o.path.clone());
    let other = o.rest(f);
    let canvas = Canvas {
        label,
        id: id?,
        source_canvas_id: source_canvas_id?,
        dimensions: dimensions?,
        effective_dimensions,
        effective_anchor_point,
        photosite_dimensions,
        physical_dimensions,
        anamorphic_squeeze,
        framing_decisions,
        other,
    };
    geometry::check(&canvas, (line, &path), &places, f);
    Some(canvas)
}

/// Dimensions of an inner rectangle need its anchor.
fn with_anchor(o: &Object, f: &mut Findings, which: &str, dimensions: bool, anchor: bool) {
    if dimensions && !anchor {
        f.error("MISSING_MEMBER", o.line, &o.path_of(&format!("{which}_anchor_point")), format!("required by {which}_dimensions"));
    }
}

fn framing_decision(mut o: Object, f: &mut Findings, canvas_id: Option<&str>) -> Option<FramingDecision> {
    let label = o.optional(f, "label", read::string);
    let id = o.required(f, "id", read::decision_id);
    let framing_intent_id = o.required(f, "framing_intent_id", read::id);
    let dimensions = o.required(f, "dimensions", self::dimensions);
    let anchor_point = o.required(f, "anchor_point", point);
    let protection_dimensions = o.optional(f, "protection_dimensions", self::dimensions);
    let protection_anchor_point = o.optional(f, "protection_anchor_point", point);
    with_anchor(&o, f, "protection", protection_dimensions.is_some(), protection_anchor_point.is_some());
    if let Some(intent) = &framing_intent_id {
        f.tree.intent_uses.push(Place::new(intent, &o, "framing_intent_id"));
    }
    if let (Some(id), Some(canvas), Some(intent)) = (&id, canvas_id, &framing_intent_id) {
        let expected = format!("{canvas}-{intent}");
        if *id != expected {
            f.error("DECISION_ID", o.line, &o.path_of("id"), format!("{id:?} should be {expected:?}: <canvas id>-<framing intent id>"));
        }
    }
    let other = o.rest(f);
    Some(FramingDecision {
        label,
        id: id?,
        framing_intent_id: framing_intent_id?,
        dimensions: dimensions?,
        anchor_point: anchor_point?,
        protection_dimensions,
        protection_anchor_point,
        other,
    })
}

pub fn canvas_template(mut o: Object, f: &mut Findings) -> Option<CanvasTemplate> {
    let label = o.optional(f, "label", read::string);
    let id = o.required(f, "id", read::id);
    let target_dimensions = o.required(f, "target_dimensions", whole_dimensions(0));
    if target_dimensions.as_ref().is_some_and(|d| d.width == 0 || d.height == 0) {
        f.error(TARGET_ZERO, o.line, &o.path_of("target_dimensions"), "0 is not allowed by any published edition");
    }
    let target_anamorphic_squeeze = o.required(f, "target_anamorphic_squeeze", read::not_negative);
    if target_anamorphic_squeeze.as_ref().is_some_and(|s| s.to_f64() == 0.0) {
        let text =
            "0 keeps the source's squeeze by the specification, but its JSON Schema does not allow it: other tools may refuse this file";
        f.add(Level::Warning, "SQUEEZE_ZERO", o.line, &o.path_of("target_anamorphic_squeeze"), text);
    }
    let fit_source = o.required(f, "fit_source", read::word::<Layer>);
    if fit_source == Some(Layer::None) {
        f.error("UNKNOWN_WORD", o.line, &o.path_of("fit_source"), "\"none\" cannot be fitted");
    }
    let fit_method = o.required(f, "fit_method", read::word);
    let alignment_method_vertical = o.optional(f, "alignment_method_vertical", read::word);
    let alignment_method_horizontal = o.optional(f, "alignment_method_horizontal", read::word);
    let preserve_from_source_canvas = o.optional(f, "preserve_from_source_canvas", read::word::<Layer>);
    if preserve_from_source_canvas == Some(Layer::None) && f.version >= (2, 0) {
        let text = "\"none\" was dropped by FDL 2.0.1: leave the member out";
        f.add(Level::Warning, "PRESERVE_NONE", o.line, &o.path_of("preserve_from_source_canvas"), text);
    }
    let maximum_dimensions = o.optional(f, "maximum_dimensions", whole_dimensions(1));
    let pad_to_maximum = o.optional(f, "pad_to_maximum", read::boolean);
    let round = o.optional(f, "round", |node, path, f| {
        let mut o = Object::new(node, path, f)?;
        let (even, mode) = (o.required(f, "even", read::word), o.required(f, "mode", read::word));
        let other = o.rest(f);
        Some(Round { even: even?, mode: mode?, other })
    });
    if let Some(id) = &id {
        f.tree.templates.push(Place::new(id, &o, "id"));
    }
    let other = o.rest(f);
    Some(CanvasTemplate {
        label,
        id: id?,
        target_dimensions: target_dimensions?,
        target_anamorphic_squeeze: target_anamorphic_squeeze?,
        fit_source: fit_source.filter(|l| *l != Layer::None)?,
        fit_method: fit_method?,
        alignment_method_vertical,
        alignment_method_horizontal,
        preserve_from_source_canvas: preserve_from_source_canvas.filter(|l| *l != Layer::None),
        maximum_dimensions,
        pad_to_maximum,
        round,
        other,
    })
}
