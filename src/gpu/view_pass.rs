//! The pass from the developed picture to the viewport, into a texture of the viewport's size.

use super::color_pass::texture;
use crate::{
    image::{RectF, Size},
    scope::{BANDS, Conversion, KNOTS, Marks, Warning},
};
use bytemuck::{Pod, Zeroable};
use std::sync::Arc;
use wgpu::util::DeviceExt as _;

/// How the picture is placed and shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewParams {
    /// The viewport in screen pixels.
    pub viewport: Size,
    /// The picture in the viewport, screen pixels.
    pub rect: RectF,
    /// 0 all, then red, green, blue, luma, alpha as grey.
    pub channel: u32,
    /// Whether values go through the sRGB curve: at every stage but the display.
    pub curve: bool,
    /// Code values are shown to the power of 1 over it.
    pub gamma: f32,
    /// What is painted over.
    pub marks: Marks,
    /// To the colour of the monitor, of what is not painted over.
    pub monitor: Option<Arc<Conversion>>,
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
    /// 1 over the view gamma.
    power: f32,
    bands: u32,
    sensor: f32,
    top: f32,
    bottom: f32,
    gamut: f32,
    marks: u32,
    /// Whether the picture is converted to the monitor's colour.
    monitor: u32,
    weights: [f32; 4],
    to_ap1: [[f32; 4]; 3],
    warnings: [[f32; 4]; 3],
    band: [[f32; 4]; BANDS],
    /// Rows of the matrix from the display's light to the monitor's.
    to_monitor: [[f32; 4]; 3],
}

impl Uniform {
    fn of(params: &ViewParams) -> Self {
        let (r, m) = (params.rect, &params.marks);
        let wide = |[x, y, z]: [f32; 3]| [x, y, z, 0.0];
        Self {
            rect: [r.x, r.y, r.width, r.height].map(|v| v as f32),
            channel: params.channel,
            curve: u32::from(params.curve),
            dither: u32::from(params.dither),
            surround: params.surround,
            power: 1.0 / params.gamma,
            bands: m.count,
            sensor: m.sensor,
            top: m.top,
            bottom: m.bottom,
            gamut: m.gamut,
            marks: u32::from(!m.is_none()),
            monitor: u32::from(params.monitor.is_some()),
            weights: wide(m.weights),
            to_ap1: m.to_ap1.map(wide),
            warnings: Warning::ALL.map(|w| wide(w.color().map(|v| f32::from(v) / 255.0))),
            band: m.bands,
            to_monitor: params.monitor.as_ref().map_or([[0.0; 4]; 3], |c| c.matrix.map(wide)),
        }
    }
}

#[derive(Clone)]
pub struct ViewPass {
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::RenderPipeline,
    target: Option<wgpu::Texture>,
    /// The tables of a conversion, one row each; one texel where nothing is converted yet.
    tables: (Option<Arc<Conversion>>, wgpu::Texture),
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
        let pixels = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: false },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("view"),
            entries: &[
                entry(
                    0,
                    wgpu::BindingType::Buffer { ty: wgpu::BufferBindingType::Uniform, has_dynamic_offset: false, min_binding_size: None },
                ),
                entry(1, pixels),
                entry(2, pixels),
                entry(3, pixels),
                entry(4, pixels),
                entry(5, pixels),
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
        let tables = (None, table_texture(device, Size::new(1, 1)));
        Self { layout, pipeline, target: None, tables }
    }

    /// Draws a point somewhere, which has a driver that compiles at the first draw do it: on whatever thread calls this.
    pub fn warm_up(&self, device: &wgpu::Device, queue: &wgpu::Queue) {
        let mut twin = Self { target: None, ..self.clone() };
        let point = table_texture(device, Size::new(1, 1));
        let params = ViewParams {
            viewport: Size::new(1, 1),
            rect: RectF::new(0.0, 0.0, 1.0, 1.0),
            channel: 0,
            curve: false,
            gamma: 1.0,
            marks: Marks::NONE,
            monitor: None,
            dither: true,
            surround: 0.0,
        };
        twin.draw(device, queue, &point, [&point; 3], &params);
    }

    /// The texture last drawn into.
    pub fn target(&self) -> Option<&wgpu::Texture> {
        self.target.as_ref()
    }

    /// Draws `picture`, with its planes at the raw stage; `true` when the target is a new texture (the viewport's size changed).
    pub fn draw(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        picture: &wgpu::Texture,
        raw: [&wgpu::Texture; 3],
        params: &ViewParams,
    ) -> bool {
        let size = params.viewport;
        let fresh = self.target.as_ref().is_none_or(|t| (t.width(), t.height()) != (size.width, size.height));
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_SRC;
        if fresh {
            self.target = None;
        }
        let target = self.target.get_or_insert_with(|| texture(device, "viewport", size, FORMAT, usage)).create_view(&Default::default());
        let uniform = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("view"),
            contents: bytemuck::bytes_of(&Uniform::of(params)),
            usage: wgpu::BufferUsages::UNIFORM,
        });
        if let Some(conversion) = &params.monitor
            && self.tables.0.as_ref() != Some(conversion)
        {
            self.tables = (Some(conversion.clone()), upload(device, queue, &conversion.tables));
        }
        let views = [picture, raw[0], raw[1], raw[2], &self.tables.1].map(|t| t.create_view(&Default::default()));
        let view = |i: usize| wgpu::BindGroupEntry { binding: i as u32 + 1, resource: wgpu::BindingResource::TextureView(&views[i]) };
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("view"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() },
                view(0),
                view(1),
                view(2),
                view(3),
                view(4),
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

fn table_texture(device: &wgpu::Device, size: Size) -> wgpu::Texture {
    let usage = wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST;
    texture(device, "monitor", size, wgpu::TextureFormat::R32Float, usage)
}

/// Tables of [`KNOTS`] numbers as the rows of a texture.
fn upload(device: &wgpu::Device, queue: &wgpu::Queue, tables: &[f32]) -> wgpu::Texture {
    let made = table_texture(device, Size::new(KNOTS as u32, (tables.len() / KNOTS) as u32));
    let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(KNOTS as u32 * 4), rows_per_image: None };
    queue.write_texture(made.as_image_copy(), bytemuck::cast_slice(tables), layout, made.size());
    made
}
