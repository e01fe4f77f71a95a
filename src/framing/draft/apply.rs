//! Edits to the numbers of a draft.

use super::{
    Draft,
    edit::{CanvasEdit, DecisionEdit, Edit, IntentEdit, Rounding, TemplateEdit},
    place::{Placed, across, down},
};
use crate::{
    error::{Error, Result},
    framing::{
        fraction::Fraction,
        intent::decide,
        template::{Mode, free_id},
    },
    image::RectF,
    sidecar::fdl::{
        Canvas, CanvasTemplate, Dimensions, DimensionsInt, FitMethod, FramingDecision, Layer, Number, Point, ProtectionSense, Round,
    },
};

impl Draft {
    /// Changes it. What an FDL may not hold is taken and said by [`Draft::problems`].
    ///
    /// Errors, with nothing changed: what no FDL could even say, such as an effective area of half a pixel; an intent that leads to
    /// no decision.
    pub fn edit(&mut self, edit: &Edit) -> Result<()> {
        let mut next = self.clone();
        if !matches!(edit, Edit::Template(_) | Edit::UseTemplate(_)) {
            // The arithmetic in view is no longer how the decision came about.
            next.decided = None;
        }
        next.apply(edit)?;
        next.changed |= next.fdl != self.fdl;
        next.check();
        next.note(self, edit);
        *self = next;
        Ok(())
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        let area = self.area();
        match edit {
            Edit::Intent(edit) => self.edit_intent(edit),
            Edit::Canvas(edit) => self.edit_canvas(edit),
            Edit::Decision(edit) => self.edit_decision(edit),
            Edit::FromIntent(round) => self.decide(*round),
            Edit::Align(to) => {
                let placed = self.places().aligned(area, [to.horizontal.map(across), to.vertical.map(down)]);
                self.put(placed)
            }
            Edit::Place(to) => self.put(self.places().placed(area, finite("place", *to)?)),
            Edit::Move(by) => {
                let (by, now) = (finite("move", *by)?, self.places());
                self.put(now.placed(area, [now.decision.x + by[0], now.decision.y + by[1]]))
            }
            Edit::Edge(edge) => {
                let [at] = finite("edge.at", [edge.at])?;
                self.put(self.places().edged(area, edge.side, at, edge.centered))
            }
            Edit::Corner(corner) => {
                let at = finite("corner.at", corner.at)?;
                if corner.sides[0].axis() == corner.sides[1].axis() {
                    return Err(Error::usage("a corner is of a side across and a side down").field("corner.sides"));
                }
                let placed = corner.sides.into_iter().fold(self.places(), |p, side| p.edged(area, side, at[side.axis()], corner.centered));
                self.put(placed)
            }
            Edit::UseTemplate(None) => {
                self.template = None;
                Ok(())
            }
            Edit::UseTemplate(Some(id)) => {
                let known = self.fdl.canvas_templates.iter().position(|t| t.id == *id);
                self.template = Some(known.unwrap_or_else(|| self.add_template(id)));
                Ok(())
            }
            Edit::Template(edit) => self.edit_template(edit),
        }
    }

    fn canvas_mut(&mut self) -> &mut Canvas {
        &mut self.fdl.contexts[self.at[0]].canvases[self.at[1]]
    }
    fn decision_mut(&mut self) -> &mut FramingDecision {
        let at = self.at[2];
        &mut self.canvas_mut().framing_decisions[at]
    }

    fn edit_intent(&mut self, edit: &IntentEdit) -> Result<()> {
        let intent = &mut self.fdl.framing_intents[self.intent];
        relabel(&mut intent.label, &edit.label);
        if let Some(aspect) = edit.aspect {
            resize(&mut intent.aspect_ratio, aspect);
        }
        if let Some(percent) = edit.protection {
            let [percent] = finite("intent.protection", [percent])?;
            let share = Fraction::shortest(percent)?.over(&Fraction::whole(100))?;
            intent.protection = if percent == 0.0 { None } else { Some(number(share.to_f64())?) };
        }
        Ok(())
    }

    fn edit_canvas(&mut self, edit: &CanvasEdit) -> Result<()> {
        let canvas = self.canvas_mut();
        relabel(&mut canvas.label, &edit.label);
        if let Some(size) = edit.dimensions {
            resize(&mut canvas.dimensions, size);
        }
        if let Some(squeeze) = edit.squeeze {
            canvas.anamorphic_squeeze = Some(number(squeeze)?);
        }
        match edit.effective {
            None => {}
            Some(None) => (canvas.effective_dimensions, canvas.effective_anchor_point) = (None, None),
            Some(Some(r)) => {
                let size = [whole("canvas.effective_dimensions", r.width)?, whole("canvas.effective_dimensions", r.height)?];
                moved(canvas.effective_anchor_point.get_or_insert(point(r)?), r)?;
                resize(canvas.effective_dimensions.get_or_insert(DimensionsInt { width: 0, height: 0, other: vec![] }), size);
            }
        }
        Ok(())
    }

    fn edit_decision(&mut self, edit: &DecisionEdit) -> Result<()> {
        let mut placed = self.places();
        relabel(&mut self.decision_mut().label, &edit.label);
        if let Some(rect) = edit.rect {
            placed.decision = rect;
        }
        if let Some(protection) = edit.protection {
            placed.protection = protection;
        }
        self.put(placed)
    }

    fn decide(&mut self, round: Rounding) -> Result<()> {
        let decided = decide(self.canvas(), self.intent(), ProtectionSense::Inward, (round.even, round.mode), Mode::Exact)?;
        self.put(Placed { decision: decided.framing, protection: decided.protection })?;
        self.decided = Some(decided);
        Ok(())
    }

    /// Writes what moved; numbers that stay keep their digits.
    fn put(&mut self, placed: Placed) -> Result<()> {
        let now = self.places();
        let decision = self.decision_mut();
        if placed.decision != now.decision {
            resized(&mut decision.dimensions, placed.decision)?;
            moved(&mut decision.anchor_point, placed.decision)?;
        }
        match placed.protection {
            to if to == now.protection => {}
            None => (decision.protection_dimensions, decision.protection_anchor_point) = (None, None),
            Some(r) => {
                resized(decision.protection_dimensions.get_or_insert(dimensions(r)?), r)?;
                moved(decision.protection_anchor_point.get_or_insert(point(r)?), r)?;
            }
        }
        Ok(())
    }

    fn add_template(&mut self, id: &str) -> usize {
        let taken = self.fdl.canvas_templates.iter().map(|t| t.id.clone()).collect();
        let target = self.canvas().dimensions.clone();
        self.fdl.canvas_templates.push(CanvasTemplate {
            label: None,
            id: free_id(id, &taken),
            target_dimensions: DimensionsInt { other: vec![], ..target },
            target_anamorphic_squeeze: Number::from(1),
            fit_source: Layer::Framing,
            fit_method: FitMethod::FitAll,
            alignment_method_vertical: None,
            alignment_method_horizontal: None,
            preserve_from_source_canvas: None,
            maximum_dimensions: None,
            pad_to_maximum: None,
            round: Some(Round { even: Rounding::default().even, mode: Rounding::default().mode, other: vec![] }),
            other: vec![],
        });
        self.fdl.canvas_templates.len() - 1
    }

    fn edit_template(&mut self, edit: &TemplateEdit) -> Result<()> {
        let at = self.template.unwrap_or_else(|| self.add_template("TEMPLATE"));
        self.template = Some(at);
        let t = &mut self.fdl.canvas_templates[at];
        relabel(&mut t.label, &edit.label);
        if let Some(size) = edit.target {
            resize(&mut t.target_dimensions, size);
        }
        if let Some(squeeze) = edit.squeeze {
            t.target_anamorphic_squeeze = number(squeeze)?;
        }
        t.fit_source = edit.fit_source.unwrap_or(t.fit_source);
        t.fit_method = edit.fit_method.unwrap_or(t.fit_method);
        t.alignment_method_horizontal = edit.horizontal.or(t.alignment_method_horizontal);
        t.alignment_method_vertical = edit.vertical.or(t.alignment_method_vertical);
        // The word "none" was dropped by FDL 2.0.1.
        t.preserve_from_source_canvas = edit.preserve.unwrap_or(t.preserve_from_source_canvas).filter(|l| *l != Layer::None);
        match edit.maximum {
            None => {}
            Some(None) => t.maximum_dimensions = None,
            Some(Some(size)) => resize(t.maximum_dimensions.get_or_insert(DimensionsInt { width: 0, height: 0, other: vec![] }), size),
        }
        t.pad_to_maximum = edit.pad.or(t.pad_to_maximum);
        if let Some(Rounding { even, mode }) = edit.round {
            let other = t.round.take().map(|r| r.other).unwrap_or_default();
            t.round = Some(Round { even, mode, other });
        }
        Ok(())
    }
}

fn relabel(label: &mut Option<String>, edit: &Option<String>) {
    if let Some(text) = edit {
        *label = Some(text.clone()).filter(|text| !text.is_empty());
    }
}

fn resize(d: &mut DimensionsInt, [width, height]: [u32; 2]) {
    (d.width, d.height) = (width, height);
}

fn finite<const N: usize>(field: &str, v: [f64; N]) -> Result<[f64; N]> {
    match v.iter().find(|v| !v.is_finite()) {
        None => Ok(v),
        Some(wrong) => Err(Error::invalid("not a finite number").field(field).value(wrong)),
    }
}

fn whole(field: &str, v: f64) -> Result<u32> {
    let fits = v.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&v);
    if fits { Ok(v as u32) } else { Err(Error::invalid("not a whole number of pixels").field(field).value(v)) }
}

/// Whole numbers without a point, others in the fewest digits that read back the same.
pub(super) fn number(v: f64) -> Result<Number> {
    let short = v.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&v);
    if short { Ok(Number::from(v as u32)) } else { Number::try_from(v) }
}

pub(super) fn dimensions(r: RectF) -> Result<Dimensions> {
    Ok(Dimensions { width: number(r.width)?, height: number(r.height)?, other: vec![] })
}

pub(super) fn point(r: RectF) -> Result<Point> {
    Ok(Point { x: number(r.x)?, y: number(r.y)?, other: vec![] })
}

/// A number that stays keeps its digits.
fn renumber(to: &mut Number, v: f64) -> Result<()> {
    if to.to_f64() != v {
        *to = number(v)?;
    }
    Ok(())
}

fn resized(d: &mut Dimensions, r: RectF) -> Result<()> {
    renumber(&mut d.width, r.width)?;
    renumber(&mut d.height, r.height)
}

fn moved(p: &mut Point, r: RectF) -> Result<()> {
    renumber(&mut p.x, r.x)?;
    renumber(&mut p.y, r.y)
}
