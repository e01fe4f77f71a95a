//! What a draft begins with: a copy of a document, or nothing but a canvas.

use super::{Checked, Draft, apply, place, refuse_invalid};
use crate::{
    error::{Error, Result},
    framing::{Selection, fraction::gcd},
    image::Size,
    sidecar::fdl::{self, Canvas, ClipId, Context, DimensionsInt, Edition, Fdl, FramingDecision, FramingIntent, Version},
};

/// Longest aspect ratio that is taken from a canvas as it is; others are counted in thousandths.
const SIMPLE: u32 = 100_000;

impl Draft {
    /// A copy of a document, with the decision that `selection` names; of a canvas that has none, the whole of it. Another edition
    /// becomes 2.0, see [`Draft::notes`].
    ///
    /// Errors: not a valid FDL; none or several decisions that fit.
    pub fn of(source: &Fdl, selection: &Selection) -> Result<Self> {
        let converted = fdl::convert(source, Edition::V2_0)?;
        let same = source.version.major == converted.fdl.version.major && source.version.minor == converted.fdl.version.minor;
        let (mut document, notes) = (converted.fdl, if same { vec![] } else { converted.notes });
        refuse_invalid(&document, "not")?;
        let none = || selection.decision.is_none() && selection.canvas(source).is_ok_and(|c| c.framing_decisions.is_empty());
        let ids = match selection.decision(source) {
            Ok((canvas, decision)) => (canvas.id.clone(), decision.id.clone()),
            Err(_) if none() => {
                let canvas = selection.canvas(source)?.clone();
                let intent = intent_for(&mut document, &canvas);
                let decision = whole(&canvas, &intent)?;
                let ids = (canvas.id.clone(), decision.id.clone());
                let canvases = document.contexts.iter_mut().flat_map(|c| &mut c.canvases);
                canvases.filter(|c| c.id == ids.0).for_each(|c| c.framing_decisions.push(decision.clone()));
                ids
            }
            Err(error) => return Err(error),
        };
        let at = places(&document, &ids).ok_or_else(|| Error::invalid("is not in the FDL").field("framing decision").value(&ids.1))?;
        let wanted = &document.contexts[at[0]].canvases[at[1]].framing_decisions[at[2]].framing_intent_id;
        let intent = document.framing_intents.iter().position(|i| i.id == *wanted);
        let intent = intent.ok_or_else(|| Error::invalid("is not in the FDL").field("framing intent").value(wanted))?;
        let template = (!document.canvas_templates.is_empty()).then_some(0);
        Ok(Self::new(document, at, intent, template, notes))
    }

    /// A new document: a canvas of `size` with the whole of it as its decision. `squeeze` is the width of a pixel over its height
    /// when displayed.
    ///
    /// Errors: no pixels, a squeeze that is not above 0.
    pub fn from_nothing(size: Size, squeeze: f64, clip_name: Option<&str>) -> Result<Self> {
        if size.area() == 0 {
            return Err(Error::invalid("has no pixels").field("canvas").value(size));
        }
        if !(squeeze.is_finite() && squeeze > 0.0) {
            return Err(Error::invalid("must be above 0").field("squeeze").value(squeeze));
        }
        let canvas = Canvas {
            label: clip_name.map(|name| format!("{name} {size}")),
            id: "CANVAS".into(),
            source_canvas_id: "CANVAS".into(),
            dimensions: DimensionsInt { width: size.width, height: size.height, other: vec![] },
            effective_dimensions: None,
            effective_anchor_point: None,
            photosite_dimensions: None,
            physical_dimensions: None,
            anamorphic_squeeze: Some(apply::number(squeeze)?),
            framing_decisions: vec![],
            other: vec![],
        };
        let clip_id = clip_name.map(|name| ClipId { clip_name: name.to_owned(), file: None, sequence: None, other: vec![] });
        let creator = format!("Prelight {}", env!("CARGO_PKG_VERSION"));
        let mut document = Fdl {
            version: Version { major: 2, minor: 0, other: vec![] },
            fdl_creator: Some(creator.clone()),
            default_framing_intent: Some("INTENT".into()),
            ..Fdl::default()
        };
        let intent = intent_for(&mut document, &canvas);
        let decision = whole(&canvas, &intent)?;
        let canvas = Canvas { framing_decisions: vec![decision], ..canvas };
        let label = clip_name.map(str::to_owned);
        document.contexts.push(Context { label, context_creator: Some(creator), clip_id, canvases: vec![canvas], other: vec![] });
        Ok(Self::new(document, [0; 3], 0, None, vec![]))
    }

    pub(super) fn new(fdl: Fdl, at: [usize; 3], intent: usize, template: Option<usize>, notes: Vec<crate::sidecar::Diagnostic>) -> Self {
        let nothing = Checked { problems: vec![], frame: Err(Error::invalid("not checked")), derived: None };
        let mut draft = Self { fdl, at, intent, template, notes, changed: false, decided: None, unsound: None, checked: nothing };
        draft.check();
        draft
    }
}

fn places(fdl: &Fdl, (canvas, decision): &(String, String)) -> Option<[usize; 3]> {
    fdl.contexts.iter().enumerate().find_map(|(i, context)| {
        context.canvases.iter().enumerate().filter(|(_, c)| c.id == *canvas).find_map(|(j, c)| {
            let k = c.framing_decisions.iter().position(|d| d.id == *decision)?;
            Some([i, j, k])
        })
    })
}

/// The default intent of a document, else its first; where it has none, the shape of the canvas.
fn intent_for(fdl: &mut Fdl, canvas: &Canvas) -> FramingIntent {
    let known = fdl.framing_intents.iter().find(|i| fdl.default_framing_intent.as_ref() == Some(&i.id)).or(fdl.framing_intents.first());
    if let Some(known) = known {
        return known.clone();
    }
    let (w, h) = (f64::from(canvas.dimensions.width) * canvas.squeeze(), canvas.dimensions.height);
    let simple = w.fract() == 0.0 && w < f64::from(SIMPLE) && h < SIMPLE;
    let (w, h) = if simple { (w as u32, h) } else { ((w / f64::from(h) * 1000.0).round().max(1.0) as u32, 1000) };
    let common = gcd(w.into(), h.into()) as u32;
    let aspect_ratio = DimensionsInt { width: w / common, height: h / common, other: vec![] };
    let made = FramingIntent { label: None, id: "INTENT".into(), aspect_ratio, protection: None, other: vec![] };
    fdl.framing_intents.push(made.clone());
    made
}

fn whole(canvas: &Canvas, intent: &FramingIntent) -> Result<FramingDecision> {
    let r = place::area(canvas);
    Ok(FramingDecision {
        label: intent.label.clone(),
        id: format!("{}-{}", canvas.id, intent.id),
        framing_intent_id: intent.id.clone(),
        dimensions: apply::dimensions(r)?,
        anchor_point: apply::point(r)?,
        protection_dimensions: None,
        protection_anchor_point: None,
        other: vec![],
    })
}
