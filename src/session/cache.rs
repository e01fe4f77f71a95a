//! Decoded frames, kept up to a number of bytes. What lies farthest from the playhead goes first.

use super::ClipId;
use crate::{camera::FrameNumber, image::Image};
use std::{collections::HashMap, sync::Arc};

/// How much of a frame was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quality {
    /// A quick, smaller picture: while opening, stepping and playing.
    Draft,
    /// Every pixel, as it will be rendered.
    Full,
}

/// Names decoded pixels: which frame, decoded how.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FrameKey {
    pub clip: ClipId,
    /// [`Opened::opening`](super::Opened::opening).
    pub opening: u64,
    pub frame: FrameNumber,
    pub quality: Quality,
    /// Content key of everything that changes the decode.
    pub decode: Arc<str>,
}

/// A byte-bounded cache of frames at the raw stage.
pub struct FrameCache {
    frames: HashMap<FrameKey, Arc<Image>>,
    bytes: usize,
    /// Bytes of what is kept elsewhere on the same budget.
    reserved: usize,
    budget: usize,
}

impl FrameCache {
    pub fn new(budget: usize) -> Self {
        Self { frames: HashMap::new(), bytes: 0, reserved: 0, budget }
    }
    pub fn get(&self, key: &FrameKey) -> Option<&Arc<Image>> {
        self.frames.get(key)
    }
    pub fn contains(&self, key: &FrameKey) -> bool {
        self.frames.contains_key(key)
    }
    /// The frames of a clip that are here, decoded one way; in no order, some twice.
    pub fn frames_of<'a>(&'a self, clip: ClipId, decode: &'a str) -> impl Iterator<Item = FrameNumber> + 'a {
        self.frames.keys().filter(move |k| k.clip == clip && *k.decode == *decode).map(|k| k.frame)
    }
    pub fn bytes(&self) -> usize {
        self.bytes
    }
    /// Bytes of frames, and of what is kept elsewhere on the same budget.
    pub fn in_use(&self) -> usize {
        self.bytes + self.reserved
    }
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// Sets how many bytes may be kept; what is too much goes with the next [`Self::reserve`].
    pub fn set_budget(&mut self, budget: usize) {
        self.budget = budget;
    }

    /// Bytes that there are for other frames than the one in view.
    pub fn room_beside(&self, at: (ClipId, FrameNumber)) -> usize {
        let of_view: usize = self.frames.iter().filter(|(k, _)| (k.clip, k.frame) == at).map(|(_, image)| bytes_of(image)).sum();
        self.budget.saturating_sub(self.reserved + of_view)
    }

    /// Leaves room for `bytes` that are kept elsewhere, and drops what is too much. `at` is the frame in view.
    pub fn reserve(&mut self, bytes: usize, at: (ClipId, FrameNumber)) {
        self.reserved = bytes;
        self.shrink(at);
    }

    /// Keeps a frame and drops others until the budget holds. `at` is the frame in view; its pictures stay, whatever their size.
    pub fn insert(&mut self, key: FrameKey, image: Arc<Image>, at: (ClipId, FrameNumber)) {
        self.bytes += bytes_of(&image);
        if let Some(old) = self.frames.insert(key, image) {
            self.bytes -= bytes_of(&old);
            let_go(vec![old]);
        }
        self.shrink(at);
    }

    fn shrink(&mut self, at: (ClipId, FrameNumber)) {
        let mut gone = vec![];
        while self.in_use() > self.budget {
            let victim = self.frames.keys().filter(|k| (k.clip, k.frame) != at).max_by_key(|k| distance(k, at)).cloned();
            let Some(old) = victim.and_then(|v| self.frames.remove(&v)) else { break };
            self.bytes -= bytes_of(&old);
            gone.push(old);
        }
        let_go(gone);
    }

    /// Drops what no longer belongs to the show.
    pub fn retain(&mut self, keep: impl Fn(&FrameKey) -> bool) {
        let gone: Vec<_> = self.frames.extract_if(|k, _| !keep(k)).map(|(_, image)| image).collect();
        self.bytes -= gone.iter().map(|image| bytes_of(image)).sum::<usize>();
        let_go(gone);
    }
}

/// Drops what is large elsewhere: giving the memory of a frame back takes milliseconds, which a window has not.
pub fn let_go<T: Send + 'static>(gone: Vec<T>) {
    if !gone.is_empty() {
        rayon::spawn(move || drop(gone));
    }
}

pub fn bytes_of(image: &Image) -> usize {
    (image.planes.iter().map(Vec::len).sum::<usize>() + image.alpha.as_ref().map_or(0, Vec::len)) * size_of::<f32>()
}

/// Frames of other clips are farthest; at the same distance the larger picture goes first.
fn distance(key: &FrameKey, at: (ClipId, FrameNumber)) -> (bool, u32, Quality, FrameNumber) {
    (key.clip != at.0, key.frame.abs_diff(at.1), key.quality, key.frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    fn key(clip: u64, frame: FrameNumber) -> FrameKey {
        FrameKey { clip: ClipId(clip), opening: 1, frame, quality: Quality::Full, decode: "k".into() }
    }
    fn image() -> Arc<Image> {
        Arc::new(Image::new(Size::new(10, 10))) // 1200 bytes
    }

    #[test]
    fn the_farthest_frame_goes_first() {
        let mut cache = FrameCache::new(4 * 1200);
        let at = (ClipId(1), 10);
        for k in [key(2, 10), key(1, 2), key(1, 9), key(1, 10)] {
            cache.insert(k, image(), at);
        }
        cache.insert(key(1, 11), image(), at);
        assert!(!cache.contains(&key(2, 10)), "another clip is farthest");
        cache.insert(key(1, 12), image(), at);
        assert!(!cache.contains(&key(1, 2)));
        assert_eq!(cache.bytes(), 4 * 1200);
    }

    #[test]
    fn what_is_kept_elsewhere_counts() {
        let mut cache = FrameCache::new(4 * 1200);
        let at = (ClipId(1), 10);
        for k in [key(1, 9), key(1, 10), key(1, 14)] {
            cache.insert(k, image(), at);
        }
        cache.reserve(2 * 1200, at);
        assert_eq!((cache.bytes(), cache.in_use(), cache.contains(&key(1, 14))), (2 * 1200, 4 * 1200, false));
        cache.reserve(1200, at);
        cache.insert(key(1, 11), image(), at);
        assert_eq!((cache.bytes(), cache.room_beside(at)), (3 * 1200, 2 * 1200));
    }

    #[test]
    fn a_smaller_budget_lets_frames_go_at_once() {
        let mut cache = FrameCache::new(4 * 1200);
        let at = (ClipId(1), 10);
        for k in [key(1, 9), key(1, 10), key(1, 14)] {
            cache.insert(k, image(), at);
        }
        cache.set_budget(2 * 1200);
        cache.reserve(0, at);
        assert_eq!((cache.bytes(), cache.budget()), (2400, 2400));
        assert!(!cache.contains(&key(1, 14)) && cache.contains(&key(1, 10)));
    }

    #[test]
    fn the_frame_in_view_stays_even_over_budget() {
        let mut cache = FrameCache::new(100);
        cache.insert(key(1, 1), image(), (ClipId(1), 1));
        assert!(cache.contains(&key(1, 1)));
        cache.insert(key(1, 2), image(), (ClipId(1), 1));
        assert!(!cache.contains(&key(1, 2)));
    }
}
