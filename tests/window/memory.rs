//! Pictures are kept within the memory that the settings allow, and no longer.

use super::ui::{Driven, window_with};
use prelight::{
    app::Scripted,
    image::Image,
    session::{Config, FrameKey, ScreenPicture},
};
use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

/// Bytes: of frames of 320x240, some eight with their pictures for the screen.
const CACHE: usize = 8 << 20;
/// Twice as many as fit.
const FRAMES: u32 = 16;

/// Every picture that was in view, as long as somebody keeps it.
#[derive(Default)]
struct Seen {
    frames: HashMap<FrameKey, Weak<Image>>,
    screens: Vec<Weak<ScreenPicture>>,
}

impl Seen {
    fn look(&mut self, d: &Driven) {
        let shown = d.session().shown().expect("a frame is in view");
        self.frames.insert(shown.key.clone(), Arc::downgrade(&shown.raw));
        self.screens.push(Arc::downgrade(d.session().screen_picture().expect("it is on screen")));
    }
    /// Frames that the cache does not name, and that are in memory nonetheless.
    fn lost(&self, d: &Driven) -> usize {
        self.frames.iter().filter(|(key, image)| !d.session().cache().contains(key) && image.strong_count() > 0).count()
    }
    /// Bytes of all that is in memory of what was seen.
    fn bytes(&self) -> usize {
        let image = |i: Arc<Image>| i.planes.iter().map(|p| p.len() * 4).sum::<usize>();
        let screen = |s: Arc<ScreenPicture>| s.levels.iter().map(|l| l.bytes.len()).sum::<usize>();
        let mut screens: Vec<Arc<ScreenPicture>> = self.screens.iter().filter_map(Weak::upgrade).collect();
        screens.sort_by_key(|s| Arc::as_ptr(s) as usize);
        screens.dedup_by_key(|s| Arc::as_ptr(s) as usize);
        self.frames.values().filter_map(Weak::upgrade).map(image).sum::<usize>() + screens.into_iter().map(screen).sum::<usize>()
    }
}

#[test]
fn a_walk_through_more_frames_than_fit_keeps_to_the_set_memory() {
    let config = Config { cache_bytes: CACHE, ..Config::default() };
    let mut d = window_with(&["small.chart"], config, |paths| Box::new(Scripted(paths)));
    d.key(egui::Modifiers::COMMAND, egui::Key::O);
    d.until("it is open", |s| s.selected_opened().is_some() && s.is_settled());
    let mut seen = Seen::default();
    let mut most = 0;
    for _ in 0..FRAMES {
        seen.look(&d);
        d.button("Next frame");
        d.settle();
        let cache = d.session().cache();
        assert_eq!(cache.budget(), CACHE);
        assert!(cache.in_use() <= CACHE, "{} bytes are kept", cache.in_use());
        most = most.max(cache.in_use());
    }
    assert_eq!(d.frame(), FRAMES);
    assert!(most > CACHE / 2, "{most} bytes at most: the memory is there to be used");
    // What was let go is given back elsewhere, a moment later.
    let deadline = Instant::now() + Duration::from_secs(60);
    while seen.lost(&d) > 0 || seen.bytes() > CACHE {
        assert!(Instant::now() < deadline, "{} frames are kept beside the cache, {} bytes in all", seen.lost(&d), seen.bytes());
        std::thread::sleep(Duration::from_millis(2));
    }
    let kept = seen.frames.values().filter(|image| image.strong_count() > 0).count();
    assert!((1..10).contains(&kept), "{kept} of {FRAMES} frames are in memory");
}
