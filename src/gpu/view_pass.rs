//! The pass from the developed picture to the viewport, into a texture of the viewport's size.

use super::color_pass::texture;
use crate::image::{RectF, Size};
use bytemuck::{Pod, Zeroable};
use wgpu::util::DeviceExt as _;

/// How the picture is placed and shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewParams {
    /// The viewport in screen pixels.
    pub viewport: Size,
    /// The picture in the viewport, screen pixels.
    pub rect: RectF,
    /// 0 all, then red, green, blue, luma, alpha as grey.
    pub channel: u32,
    /// Whether values go through the sRGB curve: at every stage but the display.
    pub curve: bool,
    pub dither: bool,
    /// Grey around the picture, display code value 0..1.
    pub surround: f32,
}

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Uniform {
    rect: [f32; 4],
    channel: u32,
    curve: u32,
    dither: u32,
    surround: f32,
}

pub struct ViewPass {
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::RenderPipeline,
    target: Option<wgpu::Texture>,
}

/// What windows take without converting: display code values are written as they are.
pub const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

impl ViewPass {
    pub fn new(device: &wgpu::Device) -> Self {
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("view"),
            source: wgpu::ShaderSource::Wgsl(include_str!("../../shaders/view.wgsl").into()),
        });
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::FRAGMENT, ty, count: None };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("view"),
            entries: &[
                entry(
                    0,
                    wgpu::BindingType::Buffer { ty: wgpu::BufferBindingType::Uniform, has_dynamic_offset: false, min_binding_size: None },
                ),
                entry(
                    1,
                    wgpu::BindingType::Texture {
                        sample_type: wgpu::TextureSampleType::Float { filterable: false },
                        view_dimension: wgpu::TextureViewDimension::D2,
                        multisampled: false,
                    },
                ),
            ],
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("view"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("view"),
            layout: Some(&pipeline_layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("corner"),
                buffers: &[],
                compilation_options: Default::default(),
            },
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some("show"),
                targets: &[Some(FORMAT.into())],
                compilation_options: Default::default(),
            }),
            primitive: Default::default(),
            depth_stencil: None,
            multisample: Default::default(),
            multiview_mask: None,
            cache: None,
        });
        Self { layout, pipeline, target: None }
    }

    /// The texture last drawn into.
    pub fn target(&self) -> Option<&wgpu::Texture> {
        self.target.as_ref()
    }

    /// Draws `picture`; `true` when the target is a new texture (the viewport's size changed).
    pub fn draw(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, picture: &wgpu::Texture, params: &ViewParams) -> bool {
        let size = params.viewport;
        let fresh = self.target.as_ref().is_none_or(|t| (t.width(), t.height()) != (size.width, size.height));
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_SRC;
        if fresh {
            self.target = None;
        }
        let target = self.target.get_or_insert_with(|| texture(device, "viewport", size, FORMAT, usage)).create_view(&Default::default());
        let r = params.rect;
        let uniform = Uniform {
            rect: [r.x, r.y, r.width, r.height].map(|v| v as f32),
            channel: params.channel,
            curve: u32::from(params.curve),
            dither: u32::from(params.dither),
            surround: params.surround,
        };
        let uniform = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("view"),
            contents: bytemuck::bytes_of(&uniform),
            usage: wgpu::BufferUsages::UNIFORM,
        });
        let picture = picture.create_view(&Default::default());
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("view"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&picture) },
            ],
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("view"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &target,
                    resolve_target: None,
                    depth_slice: None,
                    ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store },
                })],
                ..Default::default()
            });
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.draw(0..3, 0..1);
        }
        queue.submit([encoder.finish()]);
        fresh
    }
}
