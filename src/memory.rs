//! Large pages for what is as large as a picture. The only unsafe code besides SIMD and mapped files.
//!
//! A plane of a 4.6K frame is 58 MB, which the system hands out in 14,000 pages, each with a fault of its own: of a rendered frame a third of
//! the processor time was the kernel's. Where it is told that a stretch is wanted in pages of 2 MB, it is a fiftieth of the faults.

use std::alloc::{GlobalAlloc, Layout, System};

/// Bytes from which a stretch is worth large pages: wherever it begins, one of 2 MB lies within. A plane of 1080 lines is 8 MB.
const LARGE: usize = 4 << 20;

/// The allocator of the system, which asks for large pages where it gives out much at once. Where there are none, nothing differs.
pub struct LargePages;

// SAFETY: every call is handed to the allocator of the system as it came, and what that returns is returned as it is; `advise` changes neither
// the bytes nor who owns them.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the one that is asked for.
        let start = unsafe { System.alloc(layout) };
        advise(start, layout.size());
        start
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let start = unsafe { System.alloc_zeroed(layout) };
        advise(start, layout.size());
        start
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(start, layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let start = unsafe { System.realloc(start, layout, size) };
        advise(start, size);
        start
    }
}

#[cfg(target_os = "linux")]
fn advise(start: *mut u8, size: usize) {
    use rustix::mm::{Advice, madvise};
    /// Of the smallest page: advice begins and ends with one.
    const PAGE: usize = 4096;
    if size < LARGE || start.is_null() {
        return;
    }
    let before = start.align_offset(PAGE);
    let length = (size - before) / PAGE * PAGE;
    // SAFETY: the stretch lies within what was given out just now, and this advice changes no byte of it. That it fails (no large pages,
    // pages of another size) is no error: it is advice.
    _ = unsafe { madvise(start.add(before).cast(), length, Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: *mut u8, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_out_is_whole_and_keeps_its_bytes() {
        for size in [1, LARGE - 1, LARGE, LARGE + 4097] {
            let layout = Layout::from_size_align(size, 64).unwrap();
            let grown = Layout::from_size_align(size + LARGE, 64).unwrap();
            // SAFETY: of sizes that are not 0; each stretch is read and written within its size, and freed once by what gave it out.
            unsafe {
                let start = LargePages.alloc_zeroed(layout);
                assert!(!start.is_null() && start.align_offset(64) == 0);
                assert_eq!((*start, *start.add(size - 1)), (0, 0));
                *start.add(size - 1) = 7;
                let start = LargePages.realloc(start, layout, grown.size());
                assert_eq!(*start.add(size - 1), 7);
                *start.add(grown.size() - 1) = 8;
                LargePages.dealloc(start, grown);
                let start = LargePages.alloc(layout);
                *start.add(size - 1) = 9;
                LargePages.dealloc(start, layout);
            }
        }
    }
}
