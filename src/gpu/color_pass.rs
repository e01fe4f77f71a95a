//! The compute pass from raw planes to the developed picture: the plan's own functions, generated, in a fixed frame.

use super::{
    library::{Library, Loaded},
    program::{GROUP, Program},
};
use crate::{
    error::Result,
    image::{Image, Size},
};
use bytemuck::{Pod, Zeroable};
use std::{ops::Range, sync::Arc};
use wgpu::util::DeviceExt as _;

/// Pixels of a row that one workgroup takes; stands in `color.wgsl` too.
const WORKGROUP: u32 = 64;

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Params {
    size: [u32; 2],
    first_row: u32,
    stage: u32,
    gain: f32,
    has_alpha: u32,
    pad: [u32; 2],
}

/// The fixed part: the layout of a frame, and what programs share.
#[derive(Clone)]
pub struct ColorPass {
    layout: wgpu::BindGroupLayout,
    pub library: Library,
}

/// A program that the GPU can run.
pub struct Compiled {
    pub program: Arc<Program>,
    pipeline: wgpu::ComputePipeline,
    loaded: Loaded,
}

/// A frame at the raw stage on its way to the GPU: one texture a plane, rows uploaded as bands need them.
pub struct Source {
    pub image: Arc<Image>,
    planes: Vec<wgpu::Texture>,
    uploaded: u32,
}

/// Textures of a frame that the shader reads.
const PLANES: u32 = 4;

/// Where and how a band is developed.
pub struct Band<'a> {
    /// `color_live` of the program.
    pub live: &'a [f32],
    pub source: &'a mut Source,
    pub output: &'a wgpu::Texture,
    pub rows: Range<u32>,
    pub stage: u32,
    pub gain: f32,
}

impl ColorPass {
    pub fn new(device: &wgpu::Device, library: Library) -> Self {
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::COMPUTE, ty, count: None };
        let plane = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: false },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let buffer = |ty| wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("color"),
            entries: &[
                entry(0, buffer(wgpu::BufferBindingType::Uniform)),
                entry(1, plane),
                entry(2, plane),
                entry(3, plane),
                entry(4, plane),
                entry(
                    5,
                    wgpu::BindingType::StorageTexture {
                        access: wgpu::StorageTextureAccess::WriteOnly,
                        format: wgpu::TextureFormat::Rgba32Float,
                        view_dimension: wgpu::TextureViewDimension::D2,
                    },
                ),
            ],
        });
        Self { layout, library }
    }

    fn shader(&self, device: &wgpu::Device, queue: &wgpu::Queue, program: &Program) -> String {
        program.shader(include_str!("../../shaders/color.wgsl"), self.library.multiply_add(device, queue))
    }

    /// Whether the program's pipeline was compiled before, for it or for one that differs in numbers.
    pub fn is_compiled(&self, device: &wgpu::Device, queue: &wgpu::Queue, program: &Program) -> bool {
        self.library.has(&self.shader(device, queue, program))
    }

    /// Compiles a program where needed, and uploads its numbers; what the driver objects to is an error.
    pub fn compile(&self, device: &wgpu::Device, queue: &wgpu::Queue, program: Arc<Program>) -> Result<Compiled> {
        let loaded = Loaded::new(device, queue, &program.numbers, &self.library, PLANES)?;
        let pipeline = self.library.pipeline(device, self.shader(device, queue, &program), "develop", &self.layout, &loaded.layout)?;
        Ok(Compiled { program, pipeline, loaded })
    }

    /// Uploads what the band still needs and develops it, as one submission.
    pub fn develop(&self, device: &wgpu::Device, queue: &wgpu::Queue, compiled: &Compiled, band: Band<'_>) {
        band.source.upload(queue, band.rows.end);
        compiled.loaded.set_live(queue, band.live);
        let size = band.source.image.size();
        let params = Params {
            size: [size.width, size.height],
            first_row: band.rows.start,
            stage: band.stage,
            gain: band.gain,
            has_alpha: u32::from(band.source.image.alpha.is_some()),
            pad: [0; 2],
        };
        let params = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("color band"),
            contents: bytemuck::bytes_of(&params),
            usage: wgpu::BufferUsages::UNIFORM,
        });
        let views: Vec<_> = band.source.planes.iter().map(|t| t.create_view(&Default::default())).collect();
        let output = band.output.create_view(&Default::default());
        let entry = |binding, resource| wgpu::BindGroupEntry { binding, resource };
        let plane = |i: usize| wgpu::BindingResource::TextureView(&views[i.min(views.len() - 1)]);
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("color band"),
            layout: &self.layout,
            entries: &[
                entry(0, params.as_entire_binding()),
                entry(1, plane(0)),
                entry(2, plane(1)),
                entry(3, plane(2)),
                entry(4, plane(3)),
                entry(5, wgpu::BindingResource::TextureView(&output)),
            ],
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&compiled.pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.set_bind_group(GROUP, &compiled.loaded.group, &[]);
            pass.dispatch_workgroups(size.width.div_ceil(WORKGROUP), band.rows.len() as u32, 1);
        }
        queue.submit([encoder.finish()]);
    }
}

impl Source {
    pub fn new(device: &wgpu::Device, image: Arc<Image>) -> Self {
        let count = 3 + usize::from(image.alpha.is_some());
        let usage = wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST;
        let planes = (0..count).map(|_| texture(device, "raw plane", image.size(), wgpu::TextureFormat::R32Float, usage)).collect();
        Self { image, planes, uploaded: 0 }
    }

    /// How many rows from `first` on to develop at once, `most` at most: what is not on the GPU yet is copied by the caller's thread,
    /// which is a window's.
    pub fn rows_at_once(&self, first: u32, most: u32) -> u32 {
        /// Copied in about two milliseconds.
        const BYTES: usize = 12 << 20;
        let fresh = BYTES / (self.image.size().width.max(1) as usize * size_of::<f32>() * self.planes.len());
        most.min(self.uploaded.saturating_sub(first) + (fresh as u32).max(8))
    }

    /// Red, green and blue.
    pub fn colors(&self) -> [&wgpu::Texture; 3] {
        [0, 1, 2].map(|c| &self.planes[c])
    }

    /// Sees to it that the rows above `end` are on the GPU.
    fn upload(&mut self, queue: &wgpu::Queue, end: u32) {
        if end <= self.uploaded {
            return;
        }
        let width = self.image.size().width;
        let rows = self.uploaded as usize * width as usize..end as usize * width as usize;
        for (texture, plane) in self.planes.iter().zip(self.image.planes.iter().chain(&self.image.alpha)) {
            queue.write_texture(
                wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x: 0, y: self.uploaded, z: 0 }, ..texture.as_image_copy() },
                bytemuck::cast_slice(&plane[rows.clone()]),
                wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
                wgpu::Extent3d { width, height: end - self.uploaded, depth_or_array_layers: 1 },
            );
        }
        self.uploaded = end;
    }
}

/// A texture the color pass writes and the view pass reads.
pub fn output(device: &wgpu::Device, size: Size) -> wgpu::Texture {
    let usage = wgpu::TextureUsages::STORAGE_BINDING | wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_SRC;
    texture(device, "developed picture", size, wgpu::TextureFormat::Rgba32Float, usage)
}

pub fn texture(device: &wgpu::Device, label: &str, size: Size, format: wgpu::TextureFormat, usage: wgpu::TextureUsages) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d { width: size.width, height: size.height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    })
}
