#![no_main]

use prelight::{
    camera::Rational,
    sidecar::{
        edl::{self, Edl},
        timeline::{Content, Object, Timeline, items},
    },
};
use std::collections::BTreeMap;

/// How many clips each track has, by kind. A channel without a word of its own gets another name.
fn clips(timeline: Timeline) -> BTreeMap<String, Vec<usize>> {
    let object = Object::Timeline(timeline);
    let mut tracks = BTreeMap::<(String, String), usize>::new();
    for placed in items(&object).expect("times of frames").iter().filter(|p| matches!(p.item.content, Content::Clip(_))) {
        *tracks.entry((placed.kind.into(), placed.path.concat())).or_default() += 1;
    }
    let mut counts = BTreeMap::<String, Vec<usize>>::new();
    tracks.into_iter().for_each(|((kind, _), n)| counts.entry(kind).or_default().push(n));
    counts.values_mut().for_each(|c| c.sort_unstable());
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
        // A list notes what it has no word for.
        if notes.iter().all(|n| n.code != "LEFT_OUT") {
            assert_eq!(clips(again), clips(timeline), "{text}");
        }
    }
});
