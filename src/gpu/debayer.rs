//! The debayer's tiers on the GPU, for the preview: the CPU's arithmetic in the same order, a tile in workgroup memory.
//!
//! Fusion takes two passes: green minus chroma at the chroma sites, then everything else. Both read the mosaic; between them
//! goes one number a pair of columns. Results differ from the CPU's by the rounding that WGSL leaves to a GPU.

use super::{
    color_pass::{output, texture},
    device::Headless,
    library::{Library, Loaded, guarded},
    program::{GROUP, Program},
    readback::Readback,
};
use crate::{
    color::WgslBuilder,
    debayer::{Constants, Curve, Options, Tier},
    error::{Error, Result},
    image::{Cfa, CfaPlane, Image, Size},
    progress::Progress,
};
use bytemuck::{Pod, Zeroable};
use std::sync::{Arc, atomic::AtomicU64};
use wgpu::util::DeviceExt as _;

/// Pixels of a workgroup; stands in `debayer.wgsl` too.
const TILE: Size = Size::new(32, 16);
/// Invocations of a workgroup, and bytes of its memory that the larger of the passes takes.
const INVOCATIONS: u32 = 256;
const WORKGROUP_MEMORY: u32 = 4 * (1380 + 936 + 840);
/// Pixels read back at a time.
const BAND: u32 = 1 << 20;

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Params {
    size: [u32; 2],
    log: u32,
    limit: u32,
    channels: [u32; 4],
    gain: [f32; 4],
    inverse: [f32; 4],
    clip: [f32; 4],
    floors: [f32; 2],
    tier: u32,
    pad: u32,
}

/// Interpolates the missing colours of `cfa`: what [`debayer`](crate::debayer::debayer) does, to the rounding.
///
/// Errors: what the CPU refuses; a tier that is not computed here (only bilinear, MHC and fusion are), repairs of the mosaic; a
/// picture narrower or lower than 2 pixels; a GPU that cannot.
pub fn debayer(headless: &Headless, cfa: &CfaPlane, tier: Tier, options: &Options) -> Result<Image> {
    let Headless { device, queue, library, .. } = headless;
    crate::debayer::Source::from(cfa).check()?;
    let pass = DebayerPass::new(device, queue, library, tier)?;
    let size = cfa.size;
    let picture = guarded(device, || {
        let usage = wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST;
        let mosaic = texture(device, "mosaic", size, wgpu::TextureFormat::R32Float, usage);
        queue.write_texture(
            mosaic.as_image_copy(),
            bytemuck::cast_slice(&cfa.samples),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(size.width * 4), rows_per_image: None },
            mosaic.size(),
        );
        let picture = output(device, size);
        pass.run(device, queue, &mosaic, cfa.cfa, options, &picture)?;
        Ok(picture)
    })?;
    let readback =
        Readback { device: device.clone(), queue: queue.clone(), texture: picture, generation: Arc::new(AtomicU64::new(0)), of: 0 };
    let mut image = Image::new(size);
    let rows = (BAND / size.width).clamp(1, size.height);
    for first in (0..size.height).step_by(rows as usize) {
        let start = first as usize * size.width as usize;
        for (i, pixel) in readback.rows(first, rows.min(size.height - first), &Progress::default())?.iter().enumerate() {
            for (plane, v) in image.planes.iter_mut().zip(pixel) {
                plane[start + i] = *v;
            }
        }
    }
    Ok(image)
}

/// A tier, compiled for a device.
pub struct DebayerPass {
    tier: Tier,
    /// Group 0 of the first pass and, for fusion, of the second.
    layouts: Vec<wgpu::BindGroupLayout>,
    pipelines: Vec<wgpu::ComputePipeline>,
    loaded: Loaded,
}

impl DebayerPass {
    /// Compiles a tier unless `library` has it. Errors: a tier that is not computed here; a device that cannot.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, library: &Library, tier: Tier) -> Result<Self> {
        let limits = device.limits();
        if limits.max_compute_invocations_per_workgroup < INVOCATIONS || limits.max_compute_workgroup_storage_size < WORKGROUP_MEMORY {
            return Err(Error::unsupported("the GPU cannot debayer").field("workgroup"));
        }
        // Entry point, text and, besides the parameters and the mosaic, what the pass reads and writes.
        let passes: &[(&str, &str, bool, wgpu::TextureFormat)] = match tier {
            Tier::Fusion => &[
                ("green", include_str!("../../shaders/debayer_green.wgsl"), false, wgpu::TextureFormat::R32Float),
                ("chromas", include_str!("../../shaders/debayer_chroma.wgsl"), true, wgpu::TextureFormat::Rgba32Float),
            ],
            Tier::Bilinear | Tier::Mhc => {
                &[("local", include_str!("../../shaders/debayer_local.wgsl"), false, wgpu::TextureFormat::Rgba32Float)]
            }
            _ => return Err(Error::unsupported("not debayered on the GPU; the CPU computes it").field("tier").value(tier)),
        };
        let mut builder = WgslBuilder::new();
        Curve::wgsl(&mut builder);
        let program = Program::from(builder.finish());
        let loaded = Loaded::new(device, queue, &program.numbers, library, 2)?;
        let (mut layouts, mut pipelines) = (vec![], vec![]);
        for (entry, text, reads, writes) in passes {
            let layout = guarded(device, || Ok(layout(device, *reads, *writes)))?;
            let frame = [include_str!("../../shaders/debayer.wgsl"), text, &constants()].join("\n");
            let shader = program.shader(&frame, library.multiply_add(device, queue));
            pipelines.push(library.pipeline(device, shader, entry, &layout, &loaded.layout)?);
            layouts.push(layout);
        }
        Ok(Self { tier, layouts, pipelines, loaded })
    }

    /// Debayers `mosaic` (linear samples, one channel of f32) into `picture`, a storage texture of RGBA f32 of its size, in
    /// one submission. Errors: options out of range, a picture too small.
    pub fn run(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        mosaic: &wgpu::Texture,
        cfa: Cfa,
        options: &Options,
        picture: &wgpu::Texture,
    ) -> Result<()> {
        let size = Size::new(mosaic.width(), mosaic.height());
        if size.width < 2 || size.height < 2 {
            return Err(Error::unsupported("too small for the GPU; the CPU debayers it").field("size").value(size));
        }
        let params = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("debayer"),
            contents: bytemuck::bytes_of(&self.params(size, cfa, options)?),
            usage: wgpu::BufferUsages::UNIFORM,
        });
        let view = |texture: &wgpu::Texture| texture.create_view(&Default::default());
        let mosaic = view(mosaic);
        // One a pair of columns; only fusion has it.
        let between = (self.pipelines.len() > 1).then(|| {
            let usage = wgpu::TextureUsages::STORAGE_BINDING | wgpu::TextureUsages::TEXTURE_BINDING;
            let half = Size::new(size.width.div_ceil(2), size.height);
            view(&texture(device, "differences", half, wgpu::TextureFormat::R32Float, usage))
        });
        let picture = view(picture);
        let bound: Vec<Vec<&wgpu::TextureView>> = match &between {
            Some(between) => vec![vec![&mosaic, between], vec![&mosaic, between, &picture]],
            None => vec![vec![&mosaic, &picture]],
        };
        let mut encoder = device.create_command_encoder(&Default::default());
        for ((layout, pipeline), bound) in self.layouts.iter().zip(&self.pipelines).zip(bound) {
            let textures = bound.into_iter().map(wgpu::BindingResource::TextureView);
            let entries: Vec<_> = (0..)
                .zip([params.as_entire_binding()].into_iter().chain(textures))
                .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
                .collect();
            let group = device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("debayer"), layout, entries: &entries });
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.set_bind_group(GROUP, &self.loaded.group, &[]);
            pass.dispatch_workgroups(size.width.div_ceil(TILE.width), size.height.div_ceil(TILE.height), 1);
        }
        queue.submit([encoder.finish()]);
        Ok(())
    }

    fn params(&self, size: Size, cfa: Cfa, options: &Options) -> Result<Params> {
        options.check()?;
        if options.repair_pixels || options.equilibrate_greens {
            return Err(Error::unsupported("not done on the GPU; the CPU repairs the mosaic").field("repair_pixels, equilibrate_greens"));
        }
        let curve = Curve::new(options);
        let three = |[a, b, c]: [f32; 3]| [a, b, c, 0.0];
        let (gain, inverse) = curve.gains();
        Ok(Params {
            size: [size.width, size.height],
            log: u32::from(curve.is_log()),
            limit: u32::from(options.limit_overshoot),
            channels: [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| cfa.color(x, y) as u32),
            gain: three(gain),
            inverse: three(inverse),
            clip: three([0, 1, 2].map(|channel| curve.clip(channel))),
            floors: Constants::floors(&curve),
            tier: u32::from(self.tier != Tier::Bilinear),
            pad: 0,
        })
    }
}

/// Parameters and mosaic, then a texture to read where the pass has one, and one to write.
fn layout(device: &wgpu::Device, reads: bool, writes: wgpu::TextureFormat) -> wgpu::BindGroupLayout {
    let uniform = wgpu::BindingType::Buffer { ty: wgpu::BufferBindingType::Uniform, has_dynamic_offset: false, min_binding_size: None };
    let read = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: false },
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    let write = wgpu::BindingType::StorageTexture {
        access: wgpu::StorageTextureAccess::WriteOnly,
        format: writes,
        view_dimension: wgpu::TextureViewDimension::D2,
    };
    let types = [uniform, read].into_iter().chain(reads.then_some(read)).chain([write]);
    let entries: Vec<_> = (0..)
        .zip(types)
        .map(|(binding, ty)| wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::COMPUTE, ty, count: None })
        .collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some("debayer"), entries: &entries })
}

/// The constants of fusion as the CPU has them.
fn constants() -> String {
    let Constants { sharpen, taps, most } = Constants::FUSION;
    let taps = taps.map(|t| t.to_string()).join(", ");
    format!("const SHARPEN = {sharpen:?};\nconst TAPS = array<f32, 5>({taps});\nconst MOST = {most:?};\n")
}
