//! The preview: the plan's pictures computed by the GPU, and how far they are from the CPU's.
//!
//! Knows wgpu and nothing of a window: whoever has one hands over a device. The picture is a preview only; whatever is
//! exported, checked or reported comes from the CPU.

mod color_pass;
mod compare;
mod debayer;
mod device;
mod engine;
mod fma;
mod library;
mod preview;
mod program;
mod readback;
mod view_pass;

pub use compare::{Difference, Distance, compare, difference};
pub use debayer::debayer;
pub use device::{Headless, can_preview, describe, descriptor};
pub use engine::GpuProcessor;
pub use preview::{Preview, Target};
pub use program::Program;
pub use readback::Readback;
pub use view_pass::ViewParams;
