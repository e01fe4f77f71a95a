//! Every shader parses and validates; no GPU is needed.

use super::prelight::color::{MultiplyAdd, Numbers};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use std::{fs, path::Path};

/// What a program appends to the frames.
fn generated() -> String {
    let functions = "
fn transform(px: vec3<f32>) -> vec3<f32> { return px * color_tables[0] + color_live[0].xyz; }
fn to_aces(px: vec3<f32>) -> vec3<f32> { return transform(px); }
fn look(px: vec3<f32>) -> vec3<f32> { return px; }
fn to_display(px: vec3<f32>) -> vec3<f32> { return px; }
";
    Numbers { live: vec![0.0; 4], ..Numbers::default() }.declarations(1) + MultiplyAdd::Separate.wgsl() + functions
}

/// What is put beside the debayer's passes.
const CURVE: &str = "
fn encode(px: vec3<f32>) -> vec3<f32> { return px; }
fn decode(px: vec3<f32>) -> vec3<f32> { return px; }
const SHARPEN = 0.1875;
const TAPS = array<f32, 5>(0.4, 0.28, 0.2, 0.08, 0.04);
const MOST = 10000000000.0;
";

#[test]
fn shaders_are_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    let debayer = fs::read_to_string(folder.join("debayer.wgsl")).unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut source = fs::read_to_string(&path).unwrap();
        match path.file_name().unwrap().to_str().unwrap() {
            "view.wgsl" => {}
            "debayer.wgsl" => source += CURVE,
            name if name.starts_with("debayer_") => source = [&debayer, CURVE, &source].concat(),
            _ => source += &generated(),
        }
        let module = naga::front::wgsl::parse_str(&source)
            .unwrap_or_else(|e| panic!("{}", e.emit_to_string_with_path(&source, &path.to_string_lossy())));
        Validator::new(ValidationFlags::all(), Capabilities::empty())
            .validate(&module)
            .unwrap_or_else(|e| panic!("{}: {}", path.display(), e.emit_to_string(&source)));
        seen += 1;
    }
    assert!(seen >= 3, "{seen} shaders");
}
