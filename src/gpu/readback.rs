//! What the GPU computed, back in memory, a band of rows at a time.

use crate::{
    error::{Error, Result},
    image::Size,
    progress::Progress,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

/// A developed picture that can be read on any thread. Reading fails once the preview has moved on to another picture.
pub struct Readback {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) texture: wgpu::Texture,
    pub(super) generation: Arc<AtomicU64>,
    pub(super) of: u64,
}

/// Rows of a texture copied to a buffer start at multiples of this.
const ALIGN: u32 = wgpu::COPY_BYTES_PER_ROW_ALIGNMENT;
const PIXEL: u32 = 16;

impl Readback {
    pub fn size(&self) -> Size {
        Size::new(self.texture.width(), self.texture.height())
    }

    /// Rows `first..first + count` as RGBA. Waits for the GPU without keeping others from it.
    pub fn rows(&self, first: u32, count: u32, progress: &Progress) -> Result<Vec<[f32; 4]>> {
        let width = self.texture.width();
        let stride = (width * PIXEL).next_multiple_of(ALIGN);
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("readback"),
            size: u64::from(stride) * u64::from(count),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_texture_to_buffer(
            wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x: 0, y: first, z: 0 }, ..self.texture.as_image_copy() },
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(stride), rows_per_image: None },
            },
            wgpu::Extent3d { width, height: count, depth_or_array_layers: 1 },
        );
        self.queue.submit([encoder.finish()]);
        let (tx, mapped) = mpsc::channel();
        buffer.map_async(wgpu::MapMode::Read, .., move |r| {
            let _ = tx.send(r);
        });
        let lost = |what: String| Error::new(crate::ErrorKind::TryAgain, "the GPU gave nothing back").value(what);
        loop {
            progress.check()?;
            self.device.poll(wgpu::PollType::Poll).map_err(|e| lost(e.to_string()))?;
            match mapped.recv_timeout(Duration::from_millis(2)) {
                Ok(r) => break r.map_err(|e| lost(e.to_string()))?,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(e) => return Err(lost(e.to_string())),
            }
        }
        let bytes = buffer.get_mapped_range(..).map_err(|e| lost(e.to_string()))?;
        let mut out = Vec::with_capacity(width as usize * count as usize);
        for row in bytes.chunks_exact(stride as usize) {
            out.extend_from_slice(bytemuck::cast_slice(&row[..(width * PIXEL) as usize]));
        }
        if self.generation.load(Ordering::SeqCst) != self.of {
            return Err(Error::cancelled());
        }
        Ok(out)
    }
}
