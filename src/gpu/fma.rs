//! Whether a device fuses multiply-adds.

use super::library::guarded;
use crate::{
    color::MultiplyAdd,
    error::{Error, Result},
};
use wgpu::util::DeviceExt as _;

const SHADER: &str = "
@group(0) @binding(0) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(1)
fn probe() {
    x[2] = fma(x[0], x[0], -x[1]);
}
";

/// Tries it out; a device on which that fails is taken for one that does not fuse, which is right on any.
pub fn probe(device: &wgpu::Device, queue: &wgpu::Queue) -> MultiplyAdd {
    match residue(device, queue) {
        Ok(residue) if residue != 0.0 => MultiplyAdd::Fused,
        _ => MultiplyAdd::Separate,
    }
}

/// The square of 1 + 2^-12 less its nearest f32: 2^-24 where the product is not rounded, else 0.
fn residue(device: &wgpu::Device, queue: &wgpu::Queue) -> Result<f32> {
    let factor = 1.0 + f32::EPSILON * 2048.0;
    let values = [factor, factor * factor, 0.0f32];
    let size = size_of_val(&values) as u64;
    let results = guarded(device, || {
        use wgpu::BufferUsages as Usage;
        let label = Some("probe");
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label, source: wgpu::ShaderSource::Wgsl(SHADER.into()) });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label,
            layout: None,
            module: &module,
            entry_point: Some("probe"),
            compilation_options: Default::default(),
            cache: None,
        });
        let contents = bytemuck::cast_slice(&values);
        let buffer =
            device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label, contents, usage: Usage::STORAGE | Usage::COPY_SRC });
        let usage = Usage::MAP_READ | Usage::COPY_DST;
        let results = device.create_buffer(&wgpu::BufferDescriptor { label, size, usage, mapped_at_creation: false });
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.dispatch_workgroups(1, 1, 1);
        }
        encoder.copy_buffer_to_buffer(&buffer, 0, &results, 0, size);
        queue.submit([encoder.finish()]);
        Ok(results)
    })?;
    let lost = |what: String| Error::unsupported("the GPU gave nothing back").value(what);
    results.map_async(wgpu::MapMode::Read, .., |_| {});
    device.poll(wgpu::PollType::wait_indefinitely()).map_err(|e| lost(e.to_string()))?;
    let bytes = results.get_mapped_range(..).map_err(|e| lost(e.to_string()))?;
    Ok(bytemuck::cast_slice::<u8, f32>(&bytes)[2])
}
