//! What a GPU has to have, and how it is named.

use super::library::Library;
use crate::error::{Error, Result};
use std::sync::OnceLock;

/// Asks for all the adapter has. The defaults of window toolkits ask for WebGL's limits on GL, which has no compute.
pub fn descriptor(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    wgpu::DeviceDescriptor { label: Some("prelight"), required_limits: adapter.limits(), ..Default::default() }
}

/// Whether a device can compute the preview; the reason where it cannot.
pub fn can_preview(device: &wgpu::Device) -> Result<()> {
    let limits = device.limits();
    let need = |ok: bool, what| if ok { Ok(()) } else { Err(Error::unsupported("the GPU cannot compute the preview").field(what)) };
    need(limits.max_compute_invocations_per_workgroup >= 64, "compute shaders")?;
    need(limits.max_storage_textures_per_shader_stage >= 1, "storage textures")?;
    need(limits.max_storage_buffers_per_shader_stage >= 2, "storage buffers")
}

/// Name of the adapter and of its driver, as they report themselves.
pub fn describe(adapter: &wgpu::AdapterInfo) -> (String, String) {
    let driver =
        [adapter.driver.as_str(), adapter.driver_info.as_str()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
    (adapter.name.clone(), format!("{driver} ({})", adapter.backend))
}

/// A device without a window.
pub struct Headless {
    pub adapter: wgpu::Adapter,
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    pub(super) library: Library,
}

impl Headless {
    /// The device that work without a window shares; found once. The error says why there is none.
    pub fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<Headless>> = OnceLock::new();
        SHARED.get_or_init(Self::new).as_ref().map_err(Error::clone)
    }

    /// The adapter that `WGPU_BACKEND` and the like ask for, or the first.
    pub fn new() -> Result<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        pollster::block_on(async {
            let adapter = instance
                .request_adapter(&wgpu::RequestAdapterOptions::default())
                .await
                .map_err(|e| Error::unsupported("no GPU adapter").value(e))?;
            let (device, queue) =
                adapter.request_device(&descriptor(&adapter)).await.map_err(|e| Error::unsupported("no GPU device").value(e))?;
            can_preview(&device)?;
            Ok(Self { adapter, device, queue, library: Library::default() })
        })
    }
}
