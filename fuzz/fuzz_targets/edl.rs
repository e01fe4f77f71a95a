#![no_main]

use prelight::{
    camera::Rational,
    sidecar::edl::{self, Edl},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = edl::parse(bytes) else { return };
    for (n, d) in [(24, 1), (30000, 1001)] {
        let Some(rate) = Rational::new(n, d) else { continue };
        if let Ok(timeline) = list.to_timeline(rate) {
            let _ = Edl::from_timeline(&timeline, rate, Default::default());
        }
    }
});
