//! The algorithm of a canvas template (FDL 2.0.1, section 7.4), written once for every kind of number.
//!
//! Layers in order: canvas, effective area, protection, framing decision. Everything happens an axis at a time; axis 0
//! is x.

use super::{number::Real, trace::Trace};
use crate::{
    error::{Error, Result},
    framing::{Frame, frame::ExactRect},
    sidecar::fdl::{AlignHorizontal, AlignVertical, CanvasTemplate, Even, FitMethod, Layer, RoundMode},
};

/// What the published implementations do differently.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Scaled by `v n / d`; else by `v s` with `s = n / d`.
    pub ratio: bool,
    /// Every layer is rounded once it is scaled; else only the canvas is, at the end.
    pub rounds_early: bool,
    /// Where the template gives no `round`.
    pub default_round: (Even, RoundMode),
    /// What leaves the canvas is cut off on both sides, the maximum binds the rounded canvas too, and a layer to preserve
    /// that lies within the one to fit changes nothing.
    pub strict: bool,
    /// 0 in `target_dimensions` is the size that the fit gives that axis; 0 as target squeeze keeps the source's.
    pub zero_is_open: bool,
}

/// A rectangle: sizes and anchors of both axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Rect<T> {
    pub size: [T; 2],
    pub at: [T; 2],
}

impl<T: Real> Rect<T> {
    fn from_exact(r: &ExactRect) -> Self {
        Rect { size: [T::from_exact(&r.width), T::from_exact(&r.height)], at: [T::from_exact(&r.x), T::from_exact(&r.y)] }
    }
}

/// What a template makes of a frame.
pub struct Outcome<T> {
    pub scale: T,
    /// The outermost layer that is kept, in pixels of the source: what is cut out of the picture.
    pub source: Rect<T>,
    /// Its size after scaling, and where its corner comes to lie in the new canvas.
    pub bounding_box: [T; 2],
    pub translation: [T; 2],
    pub canvas: [T; 2],
    pub effective: Rect<T>,
    pub protection: Option<Rect<T>>,
    pub framing: Rect<T>,
    pub squeeze: T,
}

type Layers<T> = [Option<Rect<T>>; 4];

pub const LAYERS: [Layer; 4] = [Layer::Canvas, Layer::Effective, Layer::Protection, Layer::Framing];
const AXES: [&str; 2] = ["x", "y"];

pub fn run<T: Real>(source: &Frame, template: &CanvasTemplate, rules: &Rules, trace: &mut Trace) -> Result<Outcome<T>> {
    let exact = &source.exact;
    let given: Layers<T> = [
        Some(Rect::from_exact(&ExactRect::of(source.canvas))),
        exact.effective.as_ref().map(Rect::from_exact),
        exact.protection.as_ref().map(Rect::from_exact),
        Some(Rect::from_exact(&exact.decision)),
    ];
    for (layer, rect) in LAYERS.iter().zip(&given) {
        note(trace, "source", *layer, rect);
    }
    let source_squeeze = T::from_exact(&exact.squeeze);
    let squeeze = target_squeeze(template, &source_squeeze, rules)?;
    trace.note("source", "squeeze", &[("source", &source_squeeze), ("target", &squeeze)]);

    let fit = existing(&given, template.fit_source, "fit_source")?;
    let preserve = template.preserve_from_source_canvas.filter(|l| *l != Layer::None);
    let preserve = preserve.map(|l| existing(&given, l, "preserve_from_source_canvas")).transpose()?;
    let (mut layers, kept, offset) = populate(given, fit, preserve, rules);
    for (layer, rect) in LAYERS.iter().zip(&layers) {
        note(trace, "populated", *layer, rect);
    }
    for rect in layers.iter_mut().flatten() {
        rect.at = std::array::from_fn(|k| rect.at[k].minus(&offset[k]).at_least(&T::zero()));
    }
    trace.note("offset", "of every anchor", &[("x", &offset[0]), ("y", &offset[1])]);

    let target = template.target_dimensions.size();
    let mut wanted = [T::whole(target.width), T::whole(target.height)];
    let fitted = layers[fit].clone().ok_or_else(|| Error::invalid("the layer to fit is empty").field("fit_source"))?;
    let scaling = Scaling::new(&fitted, &source_squeeze, &wanted, &squeeze, template.fit_method, rules)?;
    let factor = scaling.n.over(&scaling.d)?;
    trace.note("scale", template.fit_method.word(), &[("target", &scaling.n), ("fit", &scaling.d), ("factor", &factor)]);
    let (even, mode) = template.round.as_ref().map_or(rules.default_round, |r| (r.even, r.mode));
    for (layer, rect) in LAYERS.iter().zip(&mut layers) {
        if let Some(r) = rect {
            for v in [&mut r.size, &mut r.at] {
                let scaled = scaling.both(v)?;
                *v = if rules.rounds_early { scaled.map(|v| v.to_grid(even, mode)) } else { scaled };
            }
        }
        note(trace, if rules.rounds_early { "scaled and rounded" } else { "scaled" }, *layer, rect);
    }

    let [Some(canvas), Some(effective), protection, Some(framing)] = layers.clone() else {
        return Err(Error::invalid("a layer that every canvas has is empty").field("canvas template"));
    };
    let bounding_box = canvas.size.clone();
    let fitted = layers[fit].clone().unwrap_or(canvas.clone());
    let maximum = template.maximum_dimensions.as_ref().map(|d| [T::whole(d.width), T::whole(d.height)]);
    let pad = template.pad_to_maximum == Some(true);
    let (mut out, mut shift) = (canvas.size.clone(), [T::zero(), T::zero()]);
    for k in 0..2 {
        out[k] = output_size(&canvas.size[k], maximum.as_ref().map(|m| &m[k]), pad);
        if wanted[k] == T::zero() {
            // An open axis has no size of its own: the scaled picture's, or what the maximum leaves of it.
            wanted[k] = bounding_box[k].clone().at_most(&out[k]);
        }
        shift[k] = alignment_shift(&fitted, k, (&canvas.size[k], &out[k], &wanted[k]), alignment(template)[k], pad);
        trace.note("placed", AXES[k], &[("canvas", &out[k]), ("target", &wanted[k]), ("shift", &shift[k])]);
    }

    let inner = [Some(effective), protection, Some(framing)];
    let placed = if rules.rounds_early {
        let mut inner = inner.map(|r| r.map(|r| visible(r, &shift, &out)));
        nest(&mut inner, &out);
        Placed { canvas: out, inner, translation: shift }
    } else if rules.strict {
        strict_end(inner, shift, out, maximum, (even, mode))
    } else {
        deferred_end(inner, shift, out, (even, mode))
    };
    trace.note("rounded", "canvas", &[("width", &placed.canvas[0]), ("height", &placed.canvas[1])]);
    let [Some(effective), protection, Some(framing)] = placed.inner else {
        return Err(Error::invalid("a layer that every canvas has is empty").field("canvas template"));
    };
    let outcome = Outcome {
        scale: factor,
        source: kept,
        bounding_box,
        translation: placed.translation,
        canvas: placed.canvas,
        effective,
        protection,
        framing,
        squeeze,
    };
    let layers = [
        (Layer::Effective, Some(&outcome.effective)),
        (Layer::Protection, outcome.protection.as_ref()),
        (Layer::Framing, Some(&outcome.framing)),
    ];
    for (layer, rect) in layers {
        note(trace, "result", layer, &rect.cloned());
    }
    trace.note(
        "result",
        "picture",
        &[
            ("width", &outcome.bounding_box[0]),
            ("height", &outcome.bounding_box[1]),
            ("x", &outcome.translation[0]),
            ("y", &outcome.translation[1]),
        ],
    );
    Ok(outcome)
}

fn note<T: Real>(trace: &mut Trace, step: &'static str, layer: Layer, rect: &Option<Rect<T>>) {
    let of = layer.word();
    match rect {
        Some(r) => trace.note(step, of, &[("width", &r.size[0]), ("height", &r.size[1]), ("x", &r.at[0]), ("y", &r.at[1])]),
        None => trace.note::<T>(step, of, &[]),
    }
}

fn target_squeeze<T: Real>(template: &CanvasTemplate, source: &T, rules: &Rules) -> Result<T> {
    let number = &template.target_anamorphic_squeeze;
    let wanted = T::from_exact(&crate::framing::fraction::Fraction::decimal(number.as_str())?);
    match wanted.partial_cmp(&T::zero()) {
        Some(std::cmp::Ordering::Greater) => Ok(wanted),
        Some(std::cmp::Ordering::Equal) if rules.zero_is_open => Ok(source.clone()),
        _ => Err(Error::invalid("must be above 0").field("target_anamorphic_squeeze").value(number)),
    }
}

/// The place of a layer that the source has.
fn existing<T>(given: &Layers<T>, layer: Layer, field: &str) -> Result<usize> {
    let place = LAYERS.iter().position(|l| *l == layer);
    place
        .filter(|i| given[*i].is_some())
        .ok_or_else(|| Error::invalid("the template asks for a layer that the source has not").field(field).value(layer.word()))
}

/// The layers from those to preserve and to fit inwards, with canvas and effective area made up from the outermost of
/// them; that one as it is in the source; and the offset of the anchors. Protection is never made up.
fn populate<T: Real>(given: Layers<T>, fit: usize, preserve: Option<usize>, rules: &Rules) -> (Layers<T>, Rect<T>, [T; 2]) {
    let outermost = preserve.unwrap_or(fit).min(fit);
    let empty = || Rect { size: [T::zero(), T::zero()], at: [T::zero(), T::zero()] };
    let kept = given[outermost].clone().unwrap_or_else(empty);
    let origin = if rules.strict { outermost } else { preserve.unwrap_or(fit) };
    let offset = given[origin].clone().unwrap_or_else(empty).at;
    let mut layers = given;
    layers[..outermost].fill(None);
    if layers[0].is_none() {
        // Its anchor is that of the offset, so it goes to 0 with the others.
        layers[0] = Some(kept.clone());
    }
    if layers[1].is_none() {
        layers[1] = Some(kept.clone());
    }
    (layers, kept, offset)
}

/// Pixels of the target for one of the desqueezed source: `n / d`.
struct Scaling<T> {
    n: T,
    d: T,
    ratio: bool,
    from: T,
    to: T,
}

impl<T: Real> Scaling<T> {
    fn new(fit: &Rect<T>, from: &T, wanted: &[T; 2], to: &T, method: FitMethod, rules: &Rules) -> Result<Self> {
        let axes = [(wanted[0].times(to), fit.size[0].times(from)), (wanted[1].clone(), fit.size[1].clone())];
        let zero = T::zero();
        if axes.iter().any(|(_, d)| *d <= zero) {
            return Err(Error::invalid("must be above 0").field("dimensions of fit_source"));
        }
        let open = axes.each_ref().map(|(n, _)| *n == zero);
        if open.contains(&true) && !rules.zero_is_open {
            return Err(Error::invalid("0 is refused by this mode").field("target_dimensions"));
        }
        let driving = match (method, open) {
            (FitMethod::Width, [false, _]) | (FitMethod::FitAll | FitMethod::Fill, [false, true]) => 0,
            (FitMethod::Height, [_, false]) | (FitMethod::FitAll | FitMethod::Fill, [true, false]) => 1,
            (FitMethod::FitAll | FitMethod::Fill, [false, false]) => {
                let (x, y) = (axes[0].0.over(&axes[0].1)?, axes[1].0.over(&axes[1].1)?);
                usize::from(if method == FitMethod::FitAll { x > y } else { x < y })
            }
            _ => return Err(Error::invalid(format!("0 on the axis that {} goes by", method.word())).field("target_dimensions")),
        };
        let [x, y] = axes;
        let (n, d) = if driving == 0 { x } else { y };
        Ok(Scaling { n, d, ratio: rules.ratio, from: from.clone(), to: to.clone() })
    }

    fn one(&self, v: &T) -> Result<T> {
        if self.ratio { v.times(&self.n).over(&self.d) } else { Ok(v.times(&self.n.over(&self.d)?)) }
    }

    /// A size or an anchor, whose x is desqueezed first and squeezed again last.
    fn both(&self, v: &[T; 2]) -> Result<[T; 2]> {
        Ok([self.one(&v[0].times(&self.from))?.over(&self.to)?, self.one(&v[1])?])
    }
}

fn output_size<T: Real>(size: &T, maximum: Option<&T>, pad: bool) -> T {
    maximum.filter(|limit| pad || size > *limit).unwrap_or(size).clone()
}

/// Halves of the space left over that go before the picture.
fn alignment(t: &CanvasTemplate) -> [u32; 2] {
    let x = match t.alignment_method_horizontal {
        Some(AlignHorizontal::Left) => 0,
        Some(AlignHorizontal::Center) | None => 1,
        Some(AlignHorizontal::Right) => 2,
    };
    let y = match t.alignment_method_vertical {
        Some(AlignVertical::Top) => 0,
        Some(AlignVertical::Center) | None => 1,
        Some(AlignVertical::Bottom) => 2,
    };
    [x, y]
}

fn alignment_shift<T: Real>(fit: &Rect<T>, k: usize, (size, out, target): (&T, &T, &T), halves: u32, pad: bool) -> T {
    let zero = T::zero();
    let overflow = size.minus(out);
    if overflow == zero && !pad {
        return zero;
    }
    let offset = if pad || halves == 1 { out.minus(target).half() } else { zero.clone() };
    let shift = offset.plus(&target.minus(&fit.size[k]).times(&T::whole(halves).half())).minus(&fit.at[k]);
    if !pad && overflow > zero { shift.at_least(&zero.minus(&overflow)).at_most(&zero) } else { shift }
}

/// The inner layers on the new canvas.
struct Placed<T> {
    canvas: [T; 2],
    inner: [Option<Rect<T>>; 3],
    translation: [T; 2],
}

/// The part of a layer that the canvas shows after the shift.
fn visible<T: Real>(mut r: Rect<T>, shift: &[T; 2], out: &[T; 2]) -> Rect<T> {
    let zero = T::zero();
    for k in 0..2 {
        let theoretical = r.at[k].plus(&shift[k]);
        let before = zero.minus(&theoretical).at_least(&zero);
        r.at[k] = theoretical.at_least(&zero);
        r.size[k] = r.size[k].minus(&before).at_most(&out[k].minus(&r.at[k])).at_least(&zero);
    }
    r
}

/// No layer is larger than the one around it.
fn nest<T: Real>(inner: &mut [Option<Rect<T>>; 3], canvas: &[T; 2]) {
    let mut around = canvas.clone();
    for rect in inner.iter_mut().flatten() {
        rect.size = std::array::from_fn(|k| rect.size[k].clone().at_most(&around[k]));
        around = rect.size.clone();
    }
}

/// The end that upstream's main has since 18f285e: the canvas is rounded, half of what that adds goes before everything,
/// the effective area becomes whole, the rest is held within both.
fn deferred_end<T: Real>(inner: [Option<Rect<T>>; 3], shift: [T; 2], out: [T; 2], (even, mode): (Even, RoundMode)) -> Placed<T> {
    let mut inner = inner.map(|r| r.map(|r| visible(r, &shift, &out)));
    nest(&mut inner, &out);
    let canvas = out.each_ref().map(|v| v.to_grid(even, mode));
    let added: [T; 2] = std::array::from_fn(|k| canvas[k].minus(&out[k]).half());
    let zero = T::zero();
    let mut around = canvas.clone();
    for (i, rect) in inner.iter_mut().enumerate() {
        let Some(r) = rect else { continue };
        for k in 0..2 {
            let at = r.at[k].plus(&added[k]);
            if i == 0 {
                let whole = r.size[k].ceil().at_most(&canvas[k]);
                let at = at.minus(&whole.minus(&r.size[k]).half());
                r.at[k] = at.at_least(&zero).at_most(&canvas[k].minus(&whole));
                r.size[k] = whole;
                around[k] = r.size[k].clone();
            } else {
                r.at[k] = at.at_least(&zero).at_most(&canvas[k]);
                r.size[k] = r.size[k].clone().at_most(&canvas[k].minus(&r.at[k])).at_most(&around[k]);
            }
        }
    }
    Placed { canvas, inner, translation: std::array::from_fn(|k| shift[k].plus(&added[k])) }
}

/// The same without its two surprises: the canvas never leaves the maximum, and what rounding down takes away is taken
/// on both sides.
fn strict_end<T: Real>(
    inner: [Option<Rect<T>>; 3],
    shift: [T; 2],
    out: [T; 2],
    maximum: Option<[T; 2]>,
    (even, mode): (Even, RoundMode),
) -> Placed<T> {
    let canvas: [T; 2] = std::array::from_fn(|k| {
        let rounded = out[k].to_grid(even, mode);
        maximum.as_ref().map_or(rounded.clone(), |m| rounded.at_most(&m[k]))
    });
    let translation: [T; 2] = std::array::from_fn(|k| shift[k].plus(&canvas[k].minus(&out[k]).half()));
    let mut inner = inner.map(|r| r.map(|r| visible(r, &translation, &canvas)));
    nest(&mut inner, &canvas);
    if let Some(r) = &mut inner[0] {
        let whole: [T; 2] = r.size.each_ref().map(T::ceil);
        r.at = std::array::from_fn(|k| {
            let at = r.at[k].minus(&whole[k].minus(&r.size[k]).half());
            at.at_most(&canvas[k].minus(&whole[k])).at_least(&T::zero())
        });
        r.size = whole;
    }
    Placed { canvas, inner, translation }
}

#[cfg(test)]
#[path = "vectors.rs"]
mod vectors;
