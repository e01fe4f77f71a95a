//! Ops over samples in memory, computed by the GPU: the instance of the engine that the preview runs, for any numbers.

use super::{
    device::Headless,
    library::{self, Loaded},
    program::{GROUP, Program},
};
use crate::{
    color::Op,
    error::{Error, Result},
};
use std::sync::mpsc;

/// A list of ops, compiled for a GPU. Results differ from the CPU's by the rounding that WGSL leaves to a GPU: fused or
/// separate multiply-add, division within 2.5 ulp.
pub struct GpuProcessor<'a> {
    headless: &'a Headless,
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::ComputePipeline,
    loaded: Loaded,
}

/// Pixels of a workgroup; stands in `apply.wgsl` too.
const WORKGROUP: u64 = 64;
/// Pixels on their way at a time, where the device takes as many.
const CHUNK: u64 = 1 << 20;
/// Three f32.
const PIXEL: u64 = 12;

impl<'a> GpuProcessor<'a> {
    /// Compiles `ops`, which may take the driver seconds, unless the device runs others that differ in numbers only. Fails where an op has no GPU form or the device refuses.
    pub fn new(headless: &'a Headless, ops: &[Op]) -> Result<Self> {
        let (device, queue) = (&headless.device, &headless.queue);
        let program = Program::transform(ops)?;
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("samples"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Storage { read_only: false },
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            }],
        });
        let loaded = Loaded::new(device, queue, &program.numbers, &headless.library, 0)?;
        let shader = program.shader(include_str!("../../shaders/apply.wgsl"), headless.library.multiply_add(device, queue));
        let pipeline = headless.library.pipeline(device, shader, "apply", &layout, &loaded.layout)?;
        Ok(Self { headless, layout, pipeline, loaded })
    }

    /// Transforms pixels in place. Fails where the GPU does, and leaves the pixels after that as they were. Panics if the
    /// planes differ in length.
    pub fn apply(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]) -> Result<()> {
        assert!(r.len() == g.len() && g.len() == b.len(), "planes of different length");
        if r.is_empty() {
            return Ok(());
        }
        let limits = self.headless.device.limits();
        let most = (limits.max_buffer_size.min(limits.max_storage_buffer_binding_size) / PIXEL)
            .min(u64::from(limits.max_compute_workgroups_per_dimension) * WORKGROUP)
            .clamp(1, CHUNK) as usize;
        let size = most.min(r.len());
        let chunk = Chunk::new(self, size)?;
        for ((r, g), b) in r.chunks_mut(size).zip(g.chunks_mut(size)).zip(b.chunks_mut(size)) {
            chunk.apply(self, [r, g, b])?;
        }
        Ok(())
    }
}

/// Buffers for some pixels.
struct Chunk {
    samples: wgpu::Buffer,
    results: wgpu::Buffer,
}

impl Chunk {
    fn new(processor: &GpuProcessor<'_>, pixels: usize) -> Result<Self> {
        use wgpu::BufferUsages as Usage;
        let device = &processor.headless.device;
        let buffer = |label, usage| {
            let size = pixels as u64 * PIXEL;
            device.create_buffer(&wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false })
        };
        library::guarded(device, || {
            Ok(Self {
                samples: buffer("samples", Usage::STORAGE | Usage::COPY_SRC | Usage::COPY_DST),
                results: buffer("results", Usage::MAP_READ | Usage::COPY_DST),
            })
        })
    }

    /// No more pixels than the buffers have room for.
    fn apply(&self, processor: &GpuProcessor<'_>, planes: [&mut [f32]; 3]) -> Result<()> {
        let Headless { device, queue, .. } = processor.headless;
        let pixels = planes[0].len();
        let bytes = pixels as u64 * PIXEL;
        for (plane, offset) in planes.iter().zip((0..).step_by(std::mem::size_of_val(planes[0]))) {
            queue.write_buffer(&self.samples, offset, bytemuck::cast_slice(plane));
        }
        let binding = wgpu::BufferBinding { buffer: &self.samples, offset: 0, size: std::num::NonZero::new(bytes) };
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("samples"),
            layout: &processor.layout,
            // The shader takes the number of pixels from the size of the binding.
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(binding) }],
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&processor.pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.set_bind_group(GROUP, &processor.loaded.group, &[]);
            pass.dispatch_workgroups((pixels as u64).div_ceil(WORKGROUP) as u32, 1, 1);
        }
        encoder.copy_buffer_to_buffer(&self.samples, 0, &self.results, 0, bytes);
        queue.submit([encoder.finish()]);

        let lost = |what: String| Error::new(crate::ErrorKind::TryAgain, "the GPU gave nothing back").value(what);
        let (done, mapped) = mpsc::channel();
        self.results.map_async(wgpu::MapMode::Read, ..bytes, move |r| {
            let _ = done.send(r);
        });
        device.poll(wgpu::PollType::wait_indefinitely()).map_err(|e| lost(e.to_string()))?;
        mapped.recv().map_err(|e| lost(e.to_string()))?.map_err(|e| lost(e.to_string()))?;
        {
            let results = self.results.get_mapped_range(..bytes).map_err(|e| lost(e.to_string()))?;
            let results: &[f32] = bytemuck::cast_slice(&results);
            for (plane, result) in planes.into_iter().zip(results.chunks_exact(pixels)) {
                plane.copy_from_slice(result);
            }
        }
        self.results.unmap();
        Ok(())
    }
}
