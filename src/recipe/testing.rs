//! A small recipe folder to try things on.

use super::*;
use crate::image::hash_pixels;
use std::{fs, path::Path};

/// The bytes that stand for the AMF of every clip.
pub const AMF: &[u8] = b"<amf/>";

/// A recipe of clips with these names, of one pipeline; each has a golden frame.
pub fn recipe(names: &[&str]) -> Recipe {
    Recipe {
        schema: SCHEMA.into(),
        id: "8f4e35b0-9a9d-4f7e-a17e-3a5f1b0d1c11".into(),
        title: None,
        production: None,
        supersedes: None,
        created: "2026-11-26T09:00:00Z".into(),
        engine: Engine::this(),
        tolerance: None,
        clips: names.iter().map(|name| clip(name)).collect(),
        show: None,
        approvals: vec![Approval { name: "Ada".into(), role: "DP".into(), at: "then".into(), ..Approval::default() }],
        output: None,
    }
}

fn clip(name: &str) -> ClipRecipe {
    let pixels = hash_pixels(&crate::image::Image::from_planes(Size::new(1, 1), std::array::from_fn(|_| vec![0.5])));
    ClipRecipe {
        name: name.into(),
        scope: Scope {
            make: Some(Match::Is("ARRI".into())),
            model: None,
            serial: None,
            mode: None,
            codec: None,
            resolution: Match::Is(Size::new(40, 30)),
            ei: None,
            squeeze: Match::Is(1.0),
        },
        frames: FrameRange { first: 1, last: 3, count: 3 },
        settings: Settings::default(),
        plan: "p".into(),
        amf: FileDigest { path: format!("colour/{name}.amf"), sha256: crate::files::sha256(AMF) },
        looks: vec![],
        fdl: None,
        decoder: None,
        road: vec![],
        plate: PlateShape {
            canvas: Size::new(40, 30),
            source: RectF::new(0.0, 0.0, 40.0, 30.0),
            size: Size::new(40, 30),
            pixel_aspect: 1.0,
            steps: vec![],
            format: "EXR".into(),
        },
        probe: None,
        golden: vec![Golden {
            frame: 2,
            timecode: None,
            reason: None,
            plate: pixels.clone(),
            display: pixels,
            plate_file: format!("golden/{name}.000002.exr"),
            display_file: format!("golden/{name}.000002.png"),
            display_sha256: None,
        }],
        profile: None,
        checks: vec![],
        waivers: vec![],
    }
}

/// Writes the folder: the document, the AMFs, and pictures; the plates are not there.
pub fn write(folder: &Path, recipe: &Recipe) {
    for sub in ["colour", "golden"] {
        fs::create_dir_all(folder.join(sub)).unwrap();
    }
    for clip in &recipe.clips {
        fs::write(folder.join(&clip.amf.path), AMF).unwrap();
        let picture = ::image::RgbImage::from_pixel(40, 30, ::image::Rgb([90, 90, 90]));
        clip.golden.iter().for_each(|g| picture.save(folder.join(&g.display_file)).unwrap());
    }
    fs::write(folder.join(DOCUMENT), canonical(recipe).unwrap()).unwrap();
}
