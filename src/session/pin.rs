//! The pixel whose values are followed, without a pointer.

use super::Session;

impl Session {
    /// So many columns and rows from a pixel of the selected clip, and within it; from none, the one in the middle.
    pub(super) fn pin_moved(&self, from: Option<[u32; 2]>, [across, down]: [i32; 2]) -> Option<[u32; 2]> {
        let size = self.selected_opened()?.clip.size();
        let moved = |at: u32, by: i32, count: u32| at.saturating_add_signed(by).min(count.saturating_sub(1));
        Some(match from {
            Some([x, y]) => [moved(x, across, size.width), moved(y, down, size.height)],
            None => [size.width / 2, size.height / 2],
        })
    }
}
