//! The other way round: light to camera codes, ACES2065-1 to working spaces, display codes to XYZ. OpenColorIO is the only
//! witness here; our f64 is compared with it, and the kernels with our f64.

use super::{
    gates::{in_code_or_light, relative, worst},
    golden::{Golden, group, named},
};
use prelight::color::invert;

/// OpenColorIO in f32, where nothing is wrong with it.
const PEER: f64 = 2e-6;

/// Where OpenColorIO is further off: how far, at most and for 99 of 100, and why.
const PEER_DIFFERS: [(&str, f64, f64, &str); 7] = [
    ("canon_clog2", f64::INFINITY, f64::INFINITY, "codes below 0 are clamped: its curve is a table over 0..1"),
    ("canon_clog3", f64::INFINITY, f64::INFINITY, "codes below 0 are clamped: its curve is a table over 0..1"),
    ("panasonic_vlog", 2e-5, 1e-5, "its line is the tangent of the log, Panasonic prints rounded constants"),
    ("dji_dlog", 2e-4, 1e-4, "its line is the tangent of the log, DJI prints rounded constants"),
    ("apple_log", 1e-5, 1e-5, "a table over half floats"),
    ("davinci_intermediate", 1e-3, PEER, "black is -7e-9, not 0"),
    ("acescc_to_ap0", 5e-6, 5e-6, "a table over half floats"),
];

fn compare(name: &str) {
    for file in group(name) {
        let case = Golden::open(&file).unwrap();
        let ops = named(&case.meta).unwrap_or_else(|e| panic!("{file}: {e}"));
        let decode = invert(&ops).unwrap();
        let (exact, fast) = (case.exact(&ops), case.fast(&ops));
        let peer = worst(case.column("ocio").unwrap(), &exact, in_code_or_light(&decode));
        let differs = PEER_DIFFERS.iter().find(|(part, ..)| file.contains(part));
        let (most, p99, why) = differs.map_or((PEER, PEER, ""), |(_, most, p99, why)| (*most, *p99, *why));
        assert!(peer.error <= most && peer.p99 <= p99, "{file}: OpenColorIO {peer:?} {:?} {why}", case.input[peer.sample]);
        let cpu = worst(&fast, &exact, in_code_or_light(&decode));
        assert!(cpu.error < 2e-6, "{file}: cpu {cpu:?} {:?}", case.input[cpu.sample]);
    }
}

#[test]
fn camera_inputs_encode() {
    compare("idt_inverse");
}

#[test]
fn spaces_encode() {
    compare("space_inverse");
}

// Curves that decode have no infinite slope: the gate holds as written.
#[test]
fn displays_decode() {
    for file in group("display_inverse") {
        let case = Golden::open(&file).unwrap();
        let ops = named(&case.meta).unwrap_or_else(|e| panic!("{file}: {e}"));
        let exact = case.exact(&ops);
        let peer = worst(case.column("ocio").unwrap(), &exact, relative);
        assert!(peer.error < PEER, "{file}: OpenColorIO {peer:?} {:?}", case.input[peer.sample]);
        let cpu = worst(&case.fast(&ops), &exact, relative);
        assert!(cpu.error < 2e-6, "{file}: cpu {cpu:?} {:?}", case.input[cpu.sample]);
    }
}
