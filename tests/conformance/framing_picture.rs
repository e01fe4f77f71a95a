//! The picture of a canvas template: circles stay round, wherever they lie and however they are squeezed.

use crate::corpus;
use prelight::{
    camera::{self, Clip},
    debayer,
    framing::{
        Frame, ResampleSettings, Selection, make_plate,
        template::{Mode, TemplateChoice, apply, template_geometry},
    },
    image::{Image, Size},
    pipeline::{Plan, Settings, Sidecars, Stage},
    sidecar::fdl,
};
use std::path::Path;

const TEMPLATE: &str = r#"{ "id": "t", "target_dimensions": { "width": WIDTH, "height": HEIGHT }, "target_anamorphic_squeeze": TARGET,
    "fit_source": "framing_decision.dimensions", "fit_method": "fit_all", "preserve_from_source_canvas": "canvas.dimensions",
    "maximum_dimensions": { "width": WIDTH, "height": HEIGHT }, "pad_to_maximum": true, "round": { "even": "even", "mode": "up" } }"#;

fn template(width: u32, height: u32, squeeze: f64) -> String {
    let text = TEMPLATE.replace("WIDTH", &width.to_string()).replace("HEIGHT", &height.to_string());
    text.replace("TARGET", &squeeze.to_string())
}

fn document(size: Size, squeeze: f64, decision: [f64; 4]) -> String {
    let [x, y, w, h] = decision;
    format!(
        r#"{{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": {{ "major": 2, "minor": 0 }},
        "framing_intents": [ {{ "id": "f", "aspect_ratio": {{ "width": 1, "height": 1 }} }} ],
        "contexts": [ {{ "canvases": [ {{ "id": "c", "source_canvas_id": "c", "dimensions": {{ "width": {}, "height": {} }},
          "anamorphic_squeeze": {squeeze}, "framing_decisions": [ {{ "id": "c-f", "framing_intent_id": "f",
            "dimensions": {{ "width": {w}, "height": {h} }}, "anchor_point": {{ "x": {x}, "y": {y} }} }} ] }} ] }} ] }}"#,
        size.width, size.height
    )
}

/// Centre and standard deviations of the light of a plane: x, y, sigma x, sigma y.
fn moments(image: &Image) -> [f64; 4] {
    let (mut sum, mut first, mut second) = (0.0, [0.0; 2], [0.0; 2]);
    for (y, row) in image.planes[1].chunks_exact(image.size().width as usize).enumerate() {
        for (x, v) in row.iter().enumerate() {
            let (v, at) = (f64::from(*v), [x as f64 + 0.5, y as f64 + 0.5]);
            sum += v;
            (0..2).for_each(|k| first[k] += v * at[k]);
            (0..2).for_each(|k| second[k] += v * at[k] * at[k]);
        }
    }
    let mean = first.map(|m| m / sum);
    let sigma = [0, 1].map(|k| (second[k] / sum - mean[k] * mean[k]).sqrt());
    [mean[0], mean[1], sigma[0], sigma[1]]
}

/// A disc of light, `radius` lines high, squeezed across, with the share of each pixel that it covers.
fn disc(size: Size, centre: [f64; 2], radius: f64, squeeze: f64) -> Image {
    const PARTS: usize = 8;
    let mut plane = vec![0.0f32; size.area()];
    for (i, v) in plane.iter_mut().enumerate() {
        let (x, y) = (i % size.width as usize, i / size.width as usize);
        let inside = (0..PARTS * PARTS).filter(|j| {
            let at = |p: usize, k: usize| p as f64 + (k as f64 + 0.5) / PARTS as f64;
            let (dx, dy) = ((at(x, j % PARTS) - centre[0]) * squeeze, at(y, j / PARTS) - centre[1]);
            dx * dx + dy * dy <= radius * radius
        });
        *v = inside.count() as f32 / (PARTS * PARTS) as f32;
    }
    Image::from_planes(size, [plane.clone(), plane.clone(), plane])
}

/// Every squeeze to square pixels and to another squeeze, onto a padded canvas, from decisions between pixels.
#[test]
fn squeezed_circles_come_out_round_and_in_their_place() {
    let size = Size::new(360, 300);
    for squeeze in [1.0, 1.25, 1.3, 1.33, 1.5, 1.65, 1.8, 2.0] {
        let centre = [170.3, 141.7];
        let image = disc(size, centre, 90.0, squeeze);
        let before = moments(&image);
        let (fdl, found) = fdl::parse(document(size, squeeze, [20.25, 10.6, 310.5, 270.3]).as_bytes()).unwrap();
        assert!(found.is_empty(), "{found:?}");
        let frame = Frame::select(&fdl, &Selection::default()).unwrap();
        for (target, mode) in [(1.0, Mode::Exact), (1.5, Mode::Exact), (1.0, Mode::AscMain), (1.0, Mode::Asc102)] {
            let template = fdl::parse_template(template(512, 288, target).as_bytes()).unwrap();
            let geometry = template_geometry(&frame, &template, mode).unwrap();
            assert_eq!(geometry.target, Size::new(512, 288));
            let plate = make_plate(image.clone(), geometry.source, &geometry, &ResampleSettings::default()).unwrap();
            let [x, y, across, down] = moments(&plate);
            let round = across * target / down;
            // 1.0.2 rounds both sides of the picture to whole pixels, up to one of 288, and the circle with them.
            let limit = if mode == Mode::Asc102 { 1.0 / 200.0 } else { 0.001 };
            assert!((round - 1.0).abs() < limit, "{squeeze} to {target}, {mode}: {round}");
            // In its place to a fiftieth of a pixel.
            let picture = apply(&frame, &template, mode).unwrap().picture;
            let scale = [picture.width / 360.0, picture.height / 300.0];
            let place = [picture.x + before[0] * scale[0], picture.y + before[1] * scale[1]];
            assert!((x - place[0]).abs() < 0.02 && (y - place[1]).abs() < 0.02, "{squeeze}, {mode}: {x}, {y}, not {place:?}");
            // No light is lost or made: the filter keeps the mean.
            let light = |i: &Image| i.planes[1].iter().map(|v| f64::from(*v)).sum::<f64>();
            let expected = light(&image) * scale[0] * scale[1];
            assert!((light(&plate) / expected - 1.0).abs() < 2e-3, "{squeeze}, {mode}");
        }
    }
}

/// A plan for `clip` as square pixels of a template, with the squeeze that `squeeze` says.
fn plan(clip: &dyn Clip, squeeze: f64, folder: &Path, to: [u32; 2]) -> Plan {
    let size = clip.size();
    let path = folder.join("clip.fdl");
    std::fs::write(&path, document(size, squeeze, [0.0, 0.0, size.width.into(), size.height.into()])).unwrap();
    let mut settings = Settings::default();
    settings.decode.tier = debayer::Tier::Bilinear;
    settings.decode.options = debayer::Options::for_tier(debayer::Tier::Bilinear);
    settings.framing.template = Some(TemplateChoice { file: "t.fdl".into(), template: template(to[0], to[1], 1.0), mode: Mode::Exact });
    Plan::new(clip, &Sidecars::default().with_fdl(&path), &settings).unwrap()
}

/// The circle of a fisheye, recorded squeezed by two: its light is spread twice as far across as it was, and as far down.
/// (Its edge is blurred by more than 0.1 %, and the file was made 2.00258 times narrower, 2234.88 columns to 1116.)
#[test]
fn an_anamorphic_original_is_stretched_by_its_squeeze() {
    let Some(path) = corpus("camera/synthetic/anamorphic2x_circle_12bit.dng") else { return };
    let clip = camera::open_single(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(&*clip, 2.0, folder.path(), [2048, 1858]);
    let frame = clip.frames().first();
    let before = moments(&plan.picture(&*clip, frame, Stage::Aces).unwrap());
    let plate = plan.plate(&*clip, frame).unwrap();
    assert_eq!((plate.size(), plate.pixel_aspect), (Size::new(2048, 1858), 1.0));
    let after = moments(&plate);
    let stretch = (after[2] / before[2]) / (after[3] / before[3]);
    assert!((stretch / 2.0 - 1.0).abs() < 1e-4, "{stretch}");
}
