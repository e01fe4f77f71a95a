//! `prelight color`: pictures applied, roads baked, what is refused.

use crate::{json, prelight, run_to, text};
use std::fs;

/// A float EXR of four pixels in a row.
fn write_exr(path: &std::path::Path, pixels: [[f32; 3]; 4]) {
    use exr::prelude::*;
    write_rgb_file(path, 4, 1, |x, _| (pixels[x][0], pixels[x][1], pixels[x][2])).unwrap();
}

fn red_of(path: &std::path::Path) -> Vec<f32> {
    use exr::prelude::*;
    let image = read_first_flat_layer_from_file(path).unwrap();
    let red = image.layer_data.channel_data.list.iter().find(|c| c.name == *"R").unwrap();
    red.sample_data.values_as_f32().collect()
}

#[test]
fn pictures_are_applied_and_what_is_no_number_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.exr"), folder.path().join("out.exr"));
    write_exr(&input, [[0.18; 3], [f32::NAN, 0.0, 0.0], [f32::INFINITY, 1.0, f32::NEG_INFINITY], [1.0; 3]]);
    let arguments = ["color", "apply", text(&input), text(&output), "--from", "aces2065-1", "--to", "acescct", "--depth", "float"];
    let mut of_threads = Vec::new();
    for threads in ["1", "3"] {
        let _ = fs::remove_file(&output);
        let run = prelight(&[&arguments[..], &["--threads", threads]].concat());
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.success() && said.contains("1 NaN and 2 infinite samples"), "{said}");
        of_threads.push((said, red_of(&output)));
    }
    assert_eq!(of_threads[0], of_threads[1]);
    let red = &of_threads[0].1;
    assert!((red[0] - 0.413_588_4).abs() < 1e-6 && red.iter().all(|x| x.is_finite()), "{red:?}");

    // Nothing is overwritten unless asked.
    let before = fs::read(&output).unwrap();
    run_to(20, &arguments);
    assert_eq!(fs::read(&output).unwrap(), before);
    run_to(0, &[&arguments[..], &["--force"]].concat());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn sequences_and_formats() {
    let folder = tempfile::tempdir().unwrap();
    for frame in 8..=11 {
        write_exr(&folder.path().join(format!("a.{frame:04}.exr")), [[0.18; 3], [0.0; 3], [4.0; 3], [1.0; 3]]);
    }
    let (input, output) = (folder.path().join("a.####.exr"), folder.path().join("b_##.png"));
    let arguments = ["color", "apply", text(&input), text(&output), "--from", "acescg", "--to", "srgb", "--frames", "8-11"];
    let run = prelight(&arguments);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(String::from_utf8_lossy(&run.stderr).contains("3 samples outside 0..1 were clipped"));
    assert!(folder.path().join("b_08.png").is_file() && folder.path().join("b_11.png").is_file());
    // Back through the same display is the picture again, as far as 16 bits and the clip hold it.
    let back = folder.path().join("back.tif");
    let one = folder.path().join("b_08.png");
    run_to(0, &["color", "apply", text(&one), text(&back), "--from", "srgb", "--to", "acescg", "--depth", "float"]);
    // A picture that does not say what it is needs --from; a missing frame is an error.
    run_to(2, &["color", "apply", text(&one), text(&folder.path().join("c.png")), "--to", "acescg"]);
    run_to(20, &["color", "apply", text(&input), text(&output), "--from", "acescg", "--to", "srgb", "--frames", "12", "--force"]);
}

#[test]
fn baked_roads_are_look_files() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["cube", "clf"] {
        let file = folder.path().join(format!("show.{format}"));
        let arguments = ["color", "bake", text(&file), "--from", "arri-logc4", "--to", "rec709-bt1886", "--size", "9", "--format", format];
        let run = prelight(&arguments);
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.success() && said.contains("p99"), "{said}");
        run_to(20, &arguments);
        assert!(run_to(0, &["color", "show", text(&file)]).contains("3D LUT"));
    }
    run_to(2, &["color", "bake", text(&folder.path().join("x.cube")), "--from", "arri-logc4", "--to", "srgb", "--size", "1"]);
}

#[test]
fn unknown_names_are_refused_with_near_ones() {
    let run = prelight(&["color", "show", "S-Log3"]);
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2));
    assert!(said.contains("sony-slog3-sgamut3"), "{said}");
    let list = json(&["color", "list", "logc4", "--json"]);
    assert_eq!(list[0]["name"], "arri-logc4");
    let shown = json(&["color", "show", "arri-logc4", "--json"]);
    assert_eq!((shown["ops"].as_array().unwrap().len(), shown["kind"].as_str()), (2, Some("input")));
}
