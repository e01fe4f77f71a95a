//! The compute pass from raw planes to the developed picture: the plan's own functions, generated, in a fixed frame.

use crate::{
    color::{Wgsl, WgslBuilder},
    error::{Error, Result},
    image::{Image, Size},
    pipeline::{Plan, Stage},
};
use bytemuck::{Pod, Zeroable};
use std::{ops::Range, sync::Arc};
use wgpu::util::DeviceExt as _;

/// A plan as shader text: defines `to_aces`, `look` and `to_display`, each `fn(px: vec3<f32>) -> vec3<f32>`, which may
/// read the storage array `color_tables`.
#[derive(Clone)]
pub struct Program {
    /// Content key of the plan.
    pub key: Arc<str>,
    pub source: String,
    pub tables: Vec<f32>,
}

impl Program {
    /// The program of a plan. A stage that cannot be rendered is left out; nobody may ask for it.
    pub fn of(plan: &Plan) -> Self {
        let mut builder = WgslBuilder::new();
        for (name, from, to) in
            [("to_aces", Stage::Raw, Stage::Aces), ("look", Stage::Aces, Stage::Look), ("to_display", Stage::Look, Stage::Display)]
        {
            builder.function(name, &plan.ops(from, to).unwrap_or_default());
        }
        let Wgsl { source, tables } = builder.finish();
        Self { key: plan.key().into(), source, tables }
    }
}

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

/// The fixed part: layouts, and the shader around a program.
#[derive(Clone)]
pub struct ColorPass {
    layout: wgpu::BindGroupLayout,
    pipeline_layout: wgpu::PipelineLayout,
}

/// A program that the GPU can run.
pub struct Compiled {
    pub key: Arc<str>,
    pipeline: wgpu::ComputePipeline,
    tables: wgpu::Buffer,
}

/// A frame at the raw stage on its way to the GPU: one texture a plane, rows uploaded as bands need them.
pub struct Source {
    pub image: Arc<Image>,
    planes: Vec<wgpu::Texture>,
    uploaded: u32,
}

/// Where and how a band is developed.
pub struct Band<'a> {
    pub source: &'a mut Source,
    pub output: &'a wgpu::Texture,
    pub rows: Range<u32>,
    pub stage: u32,
    pub gain: f32,
}

impl ColorPass {
    pub fn new(device: &wgpu::Device) -> Self {
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
                entry(5, buffer(wgpu::BufferBindingType::Storage { read_only: true })),
                entry(
                    6,
                    wgpu::BindingType::StorageTexture {
                        access: wgpu::StorageTextureAccess::WriteOnly,
                        format: wgpu::TextureFormat::Rgba32Float,
                        view_dimension: wgpu::TextureViewDimension::D2,
                    },
                ),
            ],
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("color"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        Self { layout, pipeline_layout }
    }

    /// Compiles a program; what the driver objects to is an error.
    pub fn compile(&self, device: &wgpu::Device, program: &Program) -> Result<Compiled> {
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("color"),
            source: wgpu::ShaderSource::Wgsl(format!("{}\n{}", include_str!("../../shaders/color.wgsl"), program.source).into()),
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some("color"),
            layout: Some(&self.pipeline_layout),
            module: &module,
            entry_point: Some("develop"),
            compilation_options: Default::default(),
            cache: None,
        });
        // A binding may not be empty.
        let tables = if program.tables.is_empty() { &[0.0][..] } else { &program.tables };
        let tables = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("color tables"),
            contents: bytemuck::cast_slice(tables),
            usage: wgpu::BufferUsages::STORAGE,
        });
        match pollster::block_on(scope.pop()) {
            Some(error) => Err(Error::unsupported("the GPU refuses the pipeline").value(error)),
            None => Ok(Compiled { key: program.key.clone(), pipeline, tables }),
        }
    }

    /// Uploads what the band still needs and develops it, as one submission.
    pub fn develop(&self, device: &wgpu::Device, queue: &wgpu::Queue, compiled: &Compiled, band: Band<'_>) {
        band.source.upload(queue, band.rows.end);
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
                entry(5, compiled.tables.as_entire_binding()),
                entry(6, wgpu::BindingResource::TextureView(&output)),
            ],
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&compiled.pipeline);
            pass.set_bind_group(0, &group, &[]);
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
