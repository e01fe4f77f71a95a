//! The test scene: a chart on a grid of 18 columns, framed by the clip's own framing decision, with a slate that moves.
//!
//! Laid out in design units from the centre of the decision; one unit is a pixel where the decision is 1792x750.
//! Scene coordinates are desqueezed: pixels as high as the canvas, `squeeze` times as many across.

use super::{
    clips::{ClipSpec, Framing},
    colorimetry::{Vec3, cos_turns, sin_turns},
    paint::{Drawing, Light},
    patches::{self, GREY, RAMP_STEPS, RAMP_TOP, Swatch},
};
use crate::{
    camera::FrameNumber,
    image::{Rect, RectF, glyphs},
};

/// Width of a grid column; every block is a whole number of columns wide.
const COLUMN: f64 = 96.0;
/// Left edge of the grid.
const LEFT: f64 = -9.0 * COLUMN;
/// Top edges of the three rows.
const RAMP_Y: f64 = -336.0;
const MAIN_Y: f64 = -192.0;
const BOTTOM_Y: f64 = 240.0;
/// Left columns of the three blocks, 6, 4 and 6 columns wide.
const BLOCKS: [f64; 3] = [LEFT, LEFT + 7.0 * COLUMN, LEFT + 12.0 * COLUMN];
/// Half the gap between two patches.
const GAP: f64 = 4.0;
const LABEL: f64 = 11.0;
/// Cells of the slate's running light and ticks of its dial: one second.
const SECOND: u32 = 24;

/// Centre and radius of the dial.
const DIAL: ([f64; 2], f64) = ([726.0, -54.0], 138.0);
/// The slate's timecode: right end and top; its running light: left and top.
const SLATE: RectF = RectF::new(288.0, 108.0, 576.0, 84.0);
const SLATE_TEXT: f64 = 16.0;
const CELL: RectF = RectF::new(SLATE.x + 12.0, SLATE.y + 48.0, 19.0, 20.0);
const CELL_PITCH: f64 = 23.0;

const INK: Light = [0.42; 3];
const BRIGHT: Light = [0.75; 3];
const DIM: Light = [0.22; 3];
const DARK: Light = [0.02; 3];
/// Ground within the decision: between two steps of the ramp, so that none of them vanishes into it.
const GROUND: f32 = 0.064;

/// A flat area of the picture whose scene light is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    pub name: String,
    /// Canvas pixels; a few pixels inside the painted edge.
    pub area: RectF,
    /// Scene-linear ACES2065-1.
    pub aces: Vec3,
}

pub struct Scene {
    place: Place,
    /// All that does not move.
    pub still: Drawing,
    pub patches: Vec<Patch>,
}

/// From design units to scene coordinates.
#[derive(Clone, Copy)]
struct Place {
    center: [f64; 2],
    unit: f64,
    squeeze: f64,
}

impl Place {
    fn new(f: &Framing) -> Self {
        let squeeze = f64::from(f.squeeze);
        let fit = (f.decision.width * squeeze / 1792.0).min(f.decision.height / 750.0);
        Self {
            center: [(f.decision.x + f.decision.width / 2.0) * squeeze, f.decision.y + f.decision.height / 2.0],
            // Twelfths keep the column and the gaps on whole pixels.
            unit: (fit * 12.0).floor() / 12.0,
            squeeze,
        }
    }
    fn point(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.center[0] + x * self.unit, self.center[1] + y * self.unit]
    }
    fn area(&self, a: RectF) -> RectF {
        let [x, y] = self.point([a.x, a.y]);
        RectF::new(x, y, a.width * self.unit, a.height * self.unit)
    }
    /// The whole canvas pixels that an area in design units can touch: strokes stick out by half their width, the
    /// low-pass spreads by one photosite.
    fn canvas_window(&self, a: RectF) -> Rect {
        let a = self.area(a);
        const MARGIN: f64 = 4.0;
        let (left, right) = ((a.x / self.squeeze).floor() - MARGIN, (a.right() / self.squeeze).ceil() + MARGIN);
        let (top, bottom) = (a.y.floor() - MARGIN, a.bottom().ceil() + MARGIN);
        Rect::new(left as i32, top as i32, (right - left) as u32, (bottom - top) as u32)
    }
    fn canvas_area(&self, a: RectF) -> RectF {
        let a = self.area(a);
        RectF::new(a.x / self.squeeze, a.y, a.width / self.squeeze, a.height)
    }
}

impl Scene {
    pub fn new(clip: &ClipSpec) -> Self {
        let mut scene = Self { place: Place::new(&clip.framing), still: Drawing::default(), patches: vec![] };
        scene.framing(&clip.framing);
        scene.ramp();
        scene.swatches(BLOCKS[0], MAIN_Y, 6, &patches::chart());
        scene.zone_plate();
        scene.slanted_edges();
        scene.slate(clip);
        scene.swatches(BLOCKS[0], BOTTOM_Y, 6, &patches::skin());
        scene.lights();
        scene.swatches(BLOCKS[2], BOTTOM_Y, 6, &patches::led());
        for (x, label) in BLOCKS.into_iter().zip(["SKIN TONES", "LIGHTS", "LED PRIMARIES"]) {
            scene.label(label, [x, BOTTOM_Y - 12.0 - LABEL]);
        }
        scene
    }

    /// What has moved in `frame`, and the parts of the canvas that it touches.
    pub fn moving(&self, clip: &ClipSpec, frame: FrameNumber) -> (Drawing, [Rect; 3]) {
        let mut d = Drawing::default();
        let timecode = clip.timecode(frame);
        let ([cx, cy], radius) = DIAL;

        let turn = f64::from(timecode.frames) / f64::from(SECOND);
        let (sin, cos) = (sin_turns(turn), cos_turns(turn));
        // A hand that points up at 0 and turns clockwise: across (cos, sin), along (sin, -cos).
        let hand = |across: f64, along: f64| self.place.point([cx + across * cos + along * sin, cy + across * sin - along * cos]);
        d.convex(&[hand(0.0, 112.0), hand(7.0, 0.0), hand(0.0, -30.0), hand(-7.0, 0.0)], [0.9; 3]);
        d.disc(self.place.point([cx, cy]), 4.0 * self.place.unit, DARK);

        let length = glyphs::width("00:00:00:00", SLATE_TEXT);
        let text = RectF::new(SLATE.right() - 12.0 - length, SLATE.y + 16.0, length, SLATE_TEXT);
        let right = self.place.point([text.right(), text.y]);
        d.text_right(&timecode.to_string(), right, SLATE_TEXT * self.place.unit, BRIGHT);

        let cell = cell(u32::from(timecode.frames) % SECOND);
        d.rect(self.place.area(cell), BRIGHT);

        let dial = RectF::new(cx - radius, cy - radius, 2.0 * radius, 2.0 * radius);
        (d, [dial, text, cell].map(|a| self.place.canvas_window(a)))
    }

    fn rect(&mut self, area: RectF, light: Light) {
        self.still.rect(self.place.area(area), light);
    }

    fn label(&mut self, text: &str, at: [f64; 2]) {
        self.still.text(text, self.place.point(at), LABEL * self.place.unit, INK);
    }

    /// Grounds and lines of the framing chart. A line lies within its rectangle: its outer edge is the rectangle.
    fn framing(&mut self, f: &Framing) {
        let squeeze = self.place.squeeze;
        let desqueezed = |r: RectF| RectF::new(r.x * squeeze, r.y, r.width * squeeze, r.height);
        let (effective, protection, decision) = (desqueezed(f.effective), desqueezed(f.protection), desqueezed(f.decision));
        let line = (2.0 * squeeze, 2.0);
        let d = &mut self.still;
        let (w, h) = (f64::from(f.canvas.width) * squeeze, f64::from(f.canvas.height));
        d.rect(RectF::new(-64.0, -64.0, w + 128.0, h + 128.0), [0.03; 3]);
        for (area, ground) in [(effective, 0.04), (protection, 0.05), (decision, GROUND)] {
            d.rect(area, [ground; 3]);
        }
        d.frame(protection, line, DIM);
        d.frame(decision, line, BRIGHT);

        // Corners of the effective area and, heavier, of the decision.
        for (area, arm, weight, light) in [(effective, 48.0, 2.0, DIM), (decision, 40.0, 6.0, BRIGHT)] {
            // At least two photosites wide, as the lines are.
            let weight_x = (weight / squeeze).max(2.0) * squeeze;
            for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                let corner = |w: f64, h: f64| RectF::new(area.x + x * (area.width - w), area.y + y * (area.height - h), w, h);
                d.rect(corner(arm, weight), light);
                d.rect(corner(weight_x, arm), light);
            }
        }
        // Arrows whose tips touch the middles of the decision's edges from within.
        let (cx, cy) = (decision.x + decision.width / 2.0, decision.y + decision.height / 2.0);
        let (long, half) = (18.0 * self.place.unit, 9.0 * self.place.unit);
        let arrows = [
            ([cx, decision.y], [0.0, 1.0]),
            ([cx, decision.bottom()], [0.0, -1.0]),
            ([decision.x, cy], [1.0, 0.0]),
            ([decision.right(), cy], [-1.0, 0.0]),
        ];
        for ([x, y], [dx, dy]) in arrows {
            let base = |side: f64| [x + dx * long - dy * side * half, y + dy * long + dx * side * half];
            d.convex(&[[x, y], base(-1.0), base(1.0)], BRIGHT);
        }

        let size = (9.0 * self.place.unit).round();
        let top = decision.y - ((decision.y - protection.y - 2.0 + size) / 2.0).round();
        let name = |r: RectF| format!("{}X{}", r.width, r.height);
        d.text(&format!("FRAMING DECISION 2.39:1  {}", name(f.decision)), [decision.x, top], size, INK);
        d.text_right(&format!("PROTECTION  {}", name(f.protection)), [decision.right(), top], size, INK);
        let left = effective.x + 8.0 * squeeze;
        d.text("EFFECTIVE", [left, effective.bottom() - 12.0 - 2.5 * size], size, DIM);
        d.text(&name(f.effective), [left, effective.bottom() - 12.0 - size], size, DIM);
    }

    /// One stop a column, and beneath it the same range without steps.
    fn ramp(&mut self) {
        let width = f64::from(RAMP_STEPS) * COLUMN;
        self.rect(RectF::new(LEFT, RAMP_Y, width, COLUMN), DARK);
        for i in 0..RAMP_STEPS {
            let stops = RAMP_TOP - i as i32;
            let level = patches::grey(stops.into());
            let x = LEFT + f64::from(i) * COLUMN;
            // The outer steps leave the dark edge that all blocks have.
            let (left, right) = (x.max(LEFT + GAP), (x + COLUMN).min(LEFT + width - GAP));
            let area = RectF::new(left, RAMP_Y + GAP, right - left, 58.0);
            self.rect(area, [level as f32; 3]);
            self.known(&format!("grey {stops:+}"), area, [level; 3]);
            let label = if stops == 0 { "0".to_owned() } else { format!("{stops:+}") };
            let middle = self.place.point([x + COLUMN / 2.0, RAMP_Y + COLUMN + 12.0]);
            self.still.text_centered(&label, middle, LABEL * self.place.unit, INK);
        }
        let smooth = self.place.area(RectF::new(LEFT + GAP, RAMP_Y + GAP + 58.0, width - 2.0 * GAP, 30.0));
        // The middle of each column has the level of the step above it.
        let left = self.place.point([LEFT, 0.0])[0];
        let (top, per_pixel) = (f64::from(RAMP_TOP) + 0.5, 1.0 / (COLUMN * self.place.unit));
        self.still.field(smooth, move |x, _| [patches::grey(top - (x - left) * per_pixel) as f32; 3]);
    }

    /// Rows of patches on a dark ground, `across` to a row.
    fn swatches(&mut self, x: f64, y: f64, across: usize, swatches: &[Swatch]) {
        let rows = swatches.len().div_ceil(across);
        self.rect(RectF::new(x, y, across as f64 * COLUMN, rows as f64 * COLUMN), DARK);
        for (i, (name, aces)) in swatches.iter().enumerate() {
            let (column, row) = ((i % across) as f64, (i / across) as f64);
            let side = COLUMN - 2.0 * GAP;
            let area = RectF::new(x + column * COLUMN + GAP, y + row * COLUMN + GAP, side, side);
            self.rect(area, aces.map(|v| v as f32));
            self.known(name, area, *aces);
        }
    }

    fn known(&mut self, name: &str, area: RectF, aces: Vec3) {
        const INSET: f64 = 10.0;
        let inner = RectF::new(area.x + INSET, area.y + INSET, area.width - 2.0 * INSET, area.height - 2.0 * INSET);
        self.patches.push(Patch { name: name.to_owned(), area: self.place.canvas_area(inner), aces });
    }

    /// Rings whose frequency grows with the radius, to 0.45 cycles a photosite at the edges of the square.
    fn zone_plate(&mut self) {
        let side = 4.0 * COLUMN;
        let area = self.place.area(RectF::new(BLOCKS[1], MAIN_Y, side, side));
        let [cx, cy] = self.place.point([BLOCKS[1] + side / 2.0, MAIN_Y + side / 2.0]);
        let squeeze = self.place.squeeze;
        let rate = 0.45 / (area.width / 2.0);
        self.still.field(area, move |x, y| {
            let (dx, dy) = (x - cx, y - cy);
            let amplitude = pass(dx.abs() * rate * squeeze) * pass(dy.abs() * rate);
            [(GREY * (1.0 + 0.9 * amplitude * cos_turns(0.5 * rate * (dx * dx + dy * dy)))) as f32; 3]
        });
        let mut cross = |w: f64, h: f64| {
            let [x, y] = [cx - w / 2.0, cy - h / 2.0];
            self.still.rect(RectF::new(x, y, w, h), BRIGHT);
        };
        cross(32.0, 2.0);
        cross(2.0 * squeeze, 32.0);
    }

    /// A dark square turned by 5 degrees, 4:1 (ISO 12233, e-SFR chart).
    fn slanted_edges(&mut self) {
        let (side, half) = (276.0, 78.0);
        self.rect(RectF::new(BLOCKS[2], MAIN_Y, side, side), [0.36; 3]);
        let (cx, cy) = (BLOCKS[2] + side / 2.0, MAIN_Y + side / 2.0);
        let (sin, cos) = (sin_turns(5.0 / 360.0), cos_turns(5.0 / 360.0));
        let corner = |x: f64, y: f64| self.place.point([cx + (x * cos - y * sin) * half, cy + (x * sin + y * cos) * half]);
        let square = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        self.still.convex(&square, [0.09; 3]);
    }

    /// The dial and the slate without what moves.
    fn slate(&mut self, clip: &ClipSpec) {
        let (center, radius) = DIAL;
        let unit = self.place.unit;
        let middle = self.place.point(center);
        self.still.disc(middle, radius * unit, DIM);
        self.still.disc(middle, (radius - 2.0) * unit, [0.03; 3]);
        for i in 0..SECOND {
            let turn = f64::from(i) / f64::from(SECOND);
            let at = |r: f64| self.place.point([center[0] + r * sin_turns(turn), center[1] - r * cos_turns(turn)]);
            let (inner, width, light) = if i.is_multiple_of(6) { (114.0, 4.0, BRIGHT) } else { (120.0, 2.0, INK) };
            self.still.stroke(at(inner), at(128.0), width * unit, light);
        }
        self.rect(SLATE, [0.03; 3]);
        let at = self.place.point([SLATE.x + 12.0, SLATE.y + 16.0]);
        self.still.text(clip.name, at, SLATE_TEXT * unit, BRIGHT);
        for i in 0..SECOND {
            self.rect(cell(i), [0.08; 3]);
        }
    }

    /// Four lights that fall off smoothly from far above clip: what highlight handling shows itself on.
    fn lights(&mut self) {
        self.rect(RectF::new(BLOCKS[1], BOTTOM_Y, 4.0 * COLUMN, COLUMN), DARK);
        for (i, (_, peak)) in patches::lights().iter().enumerate() {
            let side = COLUMN - 2.0 * GAP;
            let area = self.place.area(RectF::new(BLOCKS[1] + i as f64 * COLUMN + GAP, BOTTOM_Y + GAP, side, side));
            let (cx, cy, radius) = (area.x + area.width / 2.0, area.y + area.height / 2.0, area.width / 2.0);
            let peak = *peak;
            self.still.field(area, move |x, y| {
                let square = ((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (radius * radius);
                // 1 at the centre, 0 with a level tangent at the rim.
                let fall = (1.0 - square).max(0.0);
                let fall = fall * fall * fall * fall;
                peak.map(|v| (v * fall + 0.02) as f32)
            });
        }
    }
}

/// Cell `i` of the running light.
fn cell(i: u32) -> RectF {
    RectF { x: CELL.x + f64::from(i) * CELL_PITCH, ..CELL }
}

/// 1 below 0.30 cycles a photosite, 0 above 0.46, smooth between.
fn pass(frequency: f64) -> f64 {
    let t = ((0.46 - frequency) / 0.16).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
