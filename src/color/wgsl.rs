//! Lists of ops as WGSL functions.

use super::{
    ops::{ChannelKernel, Finite, Op},
    optimize::{Controls, optimize},
    scalar::expr::{Numbers, Recorder},
};
use crate::error::{Error, Result};

/// The text of some functions and the numbers they look up.
#[derive(Clone, Debug, PartialEq)]
pub struct Wgsl {
    /// Functions `fn NAME(px: vec3<f32>) -> vec3<f32>`. They read what the including shader declares:
    ///
    ///     var<storage, read> color_tables: array<f32>;
    ///     var<storage, read> color_live: array<f32>;
    ///     var color_lattice_0: texture_3d<f32>;    // and on, one for each lattice
    ///
    /// Ops that a control moves (exposure, CDL) read their parameters from `color_live`: other values, the same source.
    pub source: String,
    pub numbers: Numbers,
}

/// Collects functions that share one table buffer.
#[derive(Default)]
pub struct WgslBuilder {
    recorder: Recorder,
    source: String,
}

impl WgslBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `fn name(px: vec3<f32>) -> vec3<f32>` that does `ops`. `name` is a WGSL identifier of the caller's choice.
    ///
    /// # Errors
    /// `Unsupported` where an op runs on the CPU only (see [`Op::has_wgsl`]); nothing is added then.
    pub fn function(&mut self, name: &str, ops: &[Op]) -> Result<()> {
        if !ops.iter().all(Op::has_wgsl) {
            return Err(Error::unsupported("the inverse of a 3D lookup table runs on the CPU only").field("transform").value(name));
        }
        let text = self.recorder.record(name, |px| {
            let px = px.map(|x| Finite.eval(x));
            optimize(ops, Controls::Live).iter().fold(px, |px, op| op.eval(px))
        });
        self.source += &text;
        Ok(())
    }

    pub fn finish(self) -> Wgsl {
        Wgsl { source: self.source, numbers: self.recorder.into_numbers() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{Cdl, CdlStyle};

    /// What naga makes of `source` inside a whole shader.
    fn validate(wgsl: &Wgsl) -> Result<(), String> {
        let mut shader = String::from(
            "@group(0) @binding(0) var<storage, read> color_tables: array<f32>;\n@group(0) @binding(1) var<storage, read> color_live: array<f32>;\n",
        );
        for i in 0..wgsl.numbers.lattices.len() {
            shader += &format!("@group(1) @binding({i}) var color_lattice_{i}: texture_3d<f32>;\n");
        }
        shader += &wgsl.source;
        let module = naga::front::wgsl::parse_str(&shader).map_err(|e| e.emit_to_string(&shader))?;
        naga::valid::Validator::new(naga::valid::ValidationFlags::all(), naga::valid::Capabilities::empty())
            .validate(&module)
            .map_err(|e| e.emit_to_string(&shader))?;
        Ok(())
    }

    #[test]
    fn every_op_prints_valid_wgsl() {
        let mut builder = WgslBuilder::new();
        for (i, (_, ops)) in super::super::test_chains().iter().enumerate() {
            if !ops.iter().all(Op::has_wgsl) {
                assert!(builder.function("nothing", ops).is_err());
                continue;
            }
            builder.function(&format!("transform_{i}"), ops).unwrap();
        }
        let wgsl = builder.finish();
        assert!(!wgsl.numbers.tables.is_empty());
        if let Err(e) = validate(&wgsl) {
            panic!("{e}\n{}", wgsl.source);
        }
    }

    #[test]
    fn other_control_values_are_the_same_source() {
        let wgsl = |stops: f64, slope: f64, power: f64, saturation: f64| {
            let grade = Cdl::new([slope, 1.0, 0.9], [0.1, slope - 1.0, 0.0], [1.0, 1.0, power], saturation, CdlStyle::NoClamp);
            let mut builder = WgslBuilder::new();
            builder.function("graded", &[Op::exposure(stops), Op::Cdl(grade)]).unwrap();
            builder.finish()
        };
        let (neutral, graded) = (wgsl(0.0, 1.0, 1.0, 1.0), wgsl(-1.5, 1.2, 0.8, 1.3));
        assert_eq!(neutral.source, graded.source);
        assert_ne!(neutral.numbers.live, graded.numbers.live);
    }

    #[test]
    fn no_ops_still_make_numbers_of_what_is_none() {
        let mut builder = WgslBuilder::new();
        builder.function("nothing", &[]).unwrap();
        let wgsl = builder.finish();
        assert_eq!(validate(&wgsl), Ok(()));
        assert!(wgsl.source.contains("select"));
    }

    #[test]
    fn equal_values_are_computed_once() {
        let mut builder = WgslBuilder::new();
        builder.function("twice", &[Op::scale(2.0), Op::clamp(0.0, 1.0)]).unwrap();
        let source = builder.finish().source;
        assert_eq!(source.matches("bitcast<u32>").count(), 3, "{source}");
    }
}
