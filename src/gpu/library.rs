//! Programs on a device: their pipelines, and their numbers as one bind group.

use super::fma;
use crate::{
    color::{Lattice, MultiplyAdd, Numbers},
    error::{Error, Result},
};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use wgpu::util::DeviceExt as _;

/// The numbers of a program on the GPU.
pub struct Loaded {
    pub layout: wgpu::BindGroupLayout,
    pub group: wgpu::BindGroup,
    live: wgpu::Buffer,
    /// Held so that another program finds them.
    _lattices: Vec<Arc<LatticeTexture>>,
}

/// A lattice on the GPU: RGBA, red along x, green along y, blue along z.
struct LatticeTexture {
    lattice: Lattice,
    texture: wgpu::Texture,
}

/// What programs of one device share: their pipelines, by the text of the shader, and the lattices they hold at present.
#[derive(Clone, Default)]
pub struct Library {
    pipelines: Arc<Mutex<Pipelines>>,
    lattices: Arc<Mutex<Vec<Weak<LatticeTexture>>>>,
    multiply_add: Arc<OnceLock<MultiplyAdd>>,
}

#[derive(Default)]
struct Pipelines {
    /// Latest first.
    made: Vec<(String, wgpu::ComputePipeline)>,
    compilations: u32,
}

/// Pipelines kept.
const PIPELINES: usize = 32;

impl Loaded {
    /// Uploads the numbers. Fails where they are more than the device takes; `textures` says how many the shader reads besides.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, numbers: &Numbers, library: &Library, textures: u32) -> Result<Self> {
        guarded(device, || Self::unguarded(device, queue, numbers, library, textures))
    }

    fn unguarded(device: &wgpu::Device, queue: &wgpu::Queue, numbers: &Numbers, library: &Library, textures: u32) -> Result<Self> {
        let limits = device.limits();
        let bytes = size_of_val(&numbers.tables[..]) as u64;
        let most = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
        within("bytes of lookup tables", bytes, most)?;
        let bytes = size_of_val(&numbers.live[..]) as u64;
        within("bytes of parameters", bytes, limits.max_uniform_buffer_binding_size)?;
        let count = numbers.lattices.len() as u64;
        within("3D LUTs in one pipeline", count, limits.max_sampled_textures_per_shader_stage.saturating_sub(textures).into())?;

        let storage = wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only: true },
            has_dynamic_offset: false,
            min_binding_size: None,
        };
        let cube = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: false },
            view_dimension: wgpu::TextureViewDimension::D3,
            multisampled: false,
        };
        let uniform = wgpu::BindingType::Buffer { ty: wgpu::BufferBindingType::Uniform, has_dynamic_offset: false, min_binding_size: None };
        let types = [storage, uniform].into_iter().chain(numbers.lattices.iter().map(|_| cube));
        let entries: Vec<_> = (0..)
            .zip(types)
            .map(|(binding, ty)| wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::COMPUTE, ty, count: None })
            .collect();
        let label = Some("color numbers");
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label, entries: &entries });

        let buffer = |values: &[f32], usage| {
            device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label, contents: bytemuck::cast_slice(values), usage })
        };
        let tables = buffer(&numbers.tables, wgpu::BufferUsages::STORAGE);
        let live = buffer(&numbers.live, wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST);
        let held = numbers.lattices.iter().map(|l| library.lattice(device, queue, l)).collect::<Result<Vec<_>>>()?;
        let views: Vec<_> = held.iter().map(|l| l.texture.create_view(&Default::default())).collect();
        let resources =
            [tables.as_entire_binding(), live.as_entire_binding()].into_iter().chain(views.iter().map(wgpu::BindingResource::TextureView));
        let entries: Vec<_> = (0..).zip(resources).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor { label, layout: &layout, entries: &entries });
        Ok(Self { layout, group, live, _lattices: held })
    }

    /// Sets the live parameters for what is submitted from now on.
    pub fn set_live(&self, queue: &wgpu::Queue, live: &[f32]) {
        queue.write_buffer(&self.live, 0, bytemuck::cast_slice(live));
    }
}

impl Library {
    /// What the device's `fma` does; tried out once.
    pub fn multiply_add(&self, device: &wgpu::Device, queue: &wgpu::Queue) -> MultiplyAdd {
        *self.multiply_add.get_or_init(|| fma::probe(device, queue))
    }

    /// The pipeline of a shader, compiled if it was not before: `entry` with group 0 laid out as `frame`. What the driver objects
    /// to is an error.
    pub fn pipeline(
        &self,
        device: &wgpu::Device,
        shader: String,
        entry: &str,
        frame: &wgpu::BindGroupLayout,
        numbers: &wgpu::BindGroupLayout,
    ) -> Result<wgpu::ComputePipeline> {
        // The list is whole at any time; it is not locked while the driver compiles.
        let lock = || self.pipelines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = lock().made.iter().find(|(text, _)| *text == shader) {
            return Ok(found.clone());
        }
        let made = compile(device, &shader, entry, frame, numbers)?;
        let mut pipelines = lock();
        pipelines.compilations += 1;
        pipelines.made.insert(0, (shader, made.clone()));
        pipelines.made.truncate(PIPELINES);
        Ok(made)
    }

    /// Whether a shader was compiled and is kept.
    pub fn has(&self, shader: &str) -> bool {
        self.pipelines.lock().unwrap_or_else(PoisonError::into_inner).made.iter().any(|(text, _)| text == shader)
    }

    /// How many shaders were compiled so far.
    pub fn compilations(&self) -> u32 {
        self.pipelines.lock().unwrap_or_else(PoisonError::into_inner).compilations
    }

    fn lattice(&self, device: &wgpu::Device, queue: &wgpu::Queue, lattice: &Lattice) -> Result<Arc<LatticeTexture>> {
        within("nodes along the edge of a 3D LUT", lattice.size() as u64, device.limits().max_texture_dimension_3d.into())?;
        // A list of references is whole at any time.
        let mut known = self.lattices.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|l| l.strong_count() > 0);
        if let Some(found) = known.iter().filter_map(Weak::upgrade).find(|l| l.lattice == *lattice) {
            return Ok(found);
        }
        let edge = lattice.size() as u32;
        let texture = device.create_texture_with_data(
            queue,
            &wgpu::TextureDescriptor {
                label: Some("color lattice"),
                size: wgpu::Extent3d { width: edge, height: edge, depth_or_array_layers: edge },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D3,
                format: wgpu::TextureFormat::Rgba32Float,
                usage: wgpu::TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            },
            wgpu::util::TextureDataOrder::LayerMajor,
            bytemuck::cast_slice(lattice.nodes().narrow()),
        );
        let made = Arc::new(LatticeTexture { lattice: lattice.clone(), texture });
        known.push(Arc::downgrade(&made));
        Ok(made)
    }
}

fn within(what: &str, wanted: u64, most: u64) -> Result<()> {
    if wanted > most {
        return Err(Error::unsupported(format!("the GPU takes no more than {most}")).field(what).value(wanted));
    }
    Ok(())
}

fn compile(
    device: &wgpu::Device,
    shader: &str,
    entry: &str,
    frame: &wgpu::BindGroupLayout,
    numbers: &wgpu::BindGroupLayout,
) -> Result<wgpu::ComputePipeline> {
    guarded(device, || {
        let label = Some("color");
        let source = wgpu::ShaderSource::Wgsl(shader.into());
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label, source });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &[Some(frame), Some(numbers)],
            immediate_size: 0,
        });
        Ok(device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label,
            layout: Some(&layout),
            module: &module,
            entry_point: Some(entry),
            compilation_options: Default::default(),
            cache: None,
        }))
    })
}

/// What `make` makes of device objects, or why the driver refused one.
pub fn guarded<T>(device: &wgpu::Device, make: impl FnOnce() -> Result<T>) -> Result<T> {
    let memory = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let validation = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let made = make();
    let refused = pollster::block_on(validation.pop());
    let full = pollster::block_on(memory.pop());
    match (refused, full) {
        (Some(error), _) => Err(Error::unsupported("the GPU refuses this").value(error)),
        (None, Some(error)) => Err(Error::new(crate::ErrorKind::TryAgain, "the GPU has not enough memory").value(error)),
        (None, None) => made,
    }
}
