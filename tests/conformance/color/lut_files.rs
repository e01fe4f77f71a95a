//! The look files of OpenColorIO's own tests (`corpus/standards/clf_lut/ocio_luts`), against what it makes of them.

use prelight::{
    color::{Processor, eval_f64},
    sidecar::lut::{EXTENSIONS, transform},
};
use serde_json::Value;

#[test]
fn files_match() {
    let Some(folder) = crate::corpus("standards/clf_lut") else { return };
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("expected_ocio.json")).unwrap()).unwrap();
    let three = |v: &Value| -> [f64; 3] { [0, 1, 2].map(|c| v[c].as_f64().unwrap()) };
    let inputs: Vec<[f64; 3]> = expected["inputs"].as_array().unwrap().iter().map(three).collect();
    for (file, want) in expected["files"].as_object().unwrap() {
        let known = EXTENSIONS.iter().any(|e| file.ends_with(&format!(".{e}")));
        if !file.starts_with("ocio_luts/") || !known { continue; }
        let path = folder.join(file).display().to_string();
        for (direction, inverse) in [("forward", false), ("inverse", true)] {
            let want = &want[direction];
            let ops = transform(&path, inverse);
            if want.get("error").is_some() {
                println!("{file} {direction} error {:?}", ops.map(|_| ()).unwrap_err().to_string());
                continue;
            }
            let ops = ops.unwrap();
            let p = Processor::new(&ops);
            for (px, want) in inputs.iter().zip(want.as_array().unwrap()) {
                let want = three(want);
                let exact = eval_f64(&ops, px.map(|x| f64::from(x as f32)));
                let fast = p.pixel(px.map(|x| x as f32)).map(f64::from);
                for (n, got) in [("f64", exact), ("cpu", fast)] {
                    let d = (0..3).map(|c| (got[c] - want[c]).abs() / want[c].abs().max(1.0)).fold(0.0f64, f64::max);
                    if d > 1e-6 { println!("{file} {direction} {n} {px:?} got {got:.5?} want {want:.5?} d {d:e}"); }
                }
            }
        }
    }
}
