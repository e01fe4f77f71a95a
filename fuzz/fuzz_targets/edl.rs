#![no_main]

use prelight::{
    camera::Rational,
    sidecar::{
        edl::{self, Edl},
        timeline::{Content, Object, Timeline, items},
    },
};
use std::collections::BTreeMap;

/// How many clips a track has.
fn clips(timeline: Timeline) -> BTreeMap<String, usize> {
    let object = Object::Timeline(timeline);
    let mut counts = BTreeMap::new();
    for placed in items(&object).expect("times of frames").iter().filter(|p| matches!(p.item.content, Content::Clip(_))) {
        *counts.entry(placed.path.concat()).or_default() += 1;
    }
    counts
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = edl::parse(bytes) else { return };
    for (n, d) in [(24, 1), (30000, 1001)] {
        let Some(rate) = Rational::new(n, d) else { continue };
        let Ok(timeline) = list.to_timeline(rate) else { continue };
        let Ok((written, notes)) = Edl::from_timeline(&timeline, rate, Default::default()) else { continue };
        let text = edl::write(&written);
        let again = edl::parse(text.as_bytes()).expect("what is written is read");
        let again = again.to_timeline(rate).expect("what is converted is a timeline again");
        // A list has one track of pictures, whatever that was called, and notes what sound it has no channel for.
        if notes.iter().all(|n| n.code != "LEFT_OUT") {
            let named = |t| clips(t).into_iter().map(|(name, n)| (if name.starts_with('A') { name } else { "V".into() }, n)).collect::<Vec<_>>();
            assert_eq!(named(again), named(timeline), "{text}");
        }
    }
});
