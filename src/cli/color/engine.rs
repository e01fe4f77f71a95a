//! A transform on the engine that was asked for.

use super::Engine;
#[cfg(feature = "gpu")]
use crate::gpu::{GpuProcessor, Headless};
use crate::{
    color::{Op, Processor, eval_f64},
    error::Result,
    image::Image,
};

/// Ops, ready on an engine.
pub enum Ready {
    F64(Vec<Op>),
    Cpu(Processor),
    #[cfg(feature = "gpu")]
    Gpu(GpuProcessor<'static>),
}

impl Ready {
    /// Fails where this build or this machine has no such engine.
    pub fn new(ops: &[Op], engine: Engine) -> Result<Self> {
        Ok(match engine {
            Engine::F64 => Self::F64(ops.to_vec()),
            Engine::Cpu => Self::Cpu(Processor::new(ops)),
            #[cfg(feature = "gpu")]
            Engine::Gpu => Self::Gpu(GpuProcessor::new(Headless::shared()?, ops)?),
            #[cfg(not(feature = "gpu"))]
            Engine::Gpu => {
                use crate::error::Error;
                return Err(Error::unsupported("this build has no GPU engine; use f64 or cpu").field("--engine").value("gpu"));
            }
        })
    }

    /// Samples of f32 in place.
    pub fn apply(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]) -> Result<()> {
        match self {
            Self::F64(ops) => exact(ops, [r, g, b]),
            Self::Cpu(processor) => processor.apply(r, g, b),
            #[cfg(feature = "gpu")]
            Self::Gpu(processor) => processor.apply(r, g, b)?,
        }
        Ok(())
    }

    /// A picture in place; the CPU uses the threads of the current pool.
    pub fn apply_image(&self, image: &mut Image) -> Result<()> {
        if let Self::Cpu(processor) = self {
            processor.apply_image(image);
            return Ok(());
        }
        let [r, g, b] = &mut image.planes;
        self.apply(r, g, b)
    }
}

fn exact(ops: &[Op], [r, g, b]: [&mut [f32]; 3]) {
    for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
        let out = eval_f64(ops, [*r, *g, *b].map(f64::from));
        [*r, *g, *b] = out.map(|x| x as f32);
    }
}
