//! Lists of ops as WGSL functions.

use super::{
    ops::{ChannelKernel, Finite, Op},
    processor::simplify,
    scalar::expr::Recorder,
};

/// The text of some functions and the numbers they look up.
#[derive(Clone, Debug, PartialEq)]
pub struct Wgsl {
    /// Functions `fn NAME(px: vec3<f32>) -> vec3<f32>`. They read a buffer that the including shader declares:
    /// `@group(G) @binding(B) var<storage, read> color_tables: array<f32>;`
    pub source: String,
    /// The content of `color_tables`; never empty.
    pub tables: Vec<f32>,
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
    pub fn function(&mut self, name: &str, ops: &[Op]) {
        let text = self.recorder.record(name, |px| {
            let px = px.map(|x| Finite.eval(x));
            simplify(ops).iter().fold(px, |px, op| op.eval(px))
        });
        self.source += &text;
    }

    pub fn finish(self) -> Wgsl {
        Wgsl { source: self.source, tables: self.recorder.into_tables() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What naga makes of `source` inside a whole shader.
    fn validate(wgsl: &Wgsl) -> Result<(), String> {
        let shader = format!("@group(0) @binding(0) var<storage, read> color_tables: array<f32>;\n{}", wgsl.source);
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
            builder.function(&format!("transform_{i}"), ops);
        }
        let wgsl = builder.finish();
        assert!(!wgsl.tables.is_empty());
        if let Err(e) = validate(&wgsl) {
            panic!("{e}\n{}", wgsl.source);
        }
    }

    #[test]
    fn no_ops_still_make_numbers_of_what_is_none() {
        let mut builder = WgslBuilder::new();
        builder.function("nothing", &[]);
        let wgsl = builder.finish();
        assert_eq!(validate(&wgsl), Ok(()));
        assert!(wgsl.source.contains("select"));
    }

    #[test]
    fn equal_values_are_computed_once() {
        let mut builder = WgslBuilder::new();
        builder.function("twice", &[Op::scale(2.0), Op::clamp(0.0, 1.0)]);
        let source = builder.finish().source;
        assert_eq!(source.matches("bitcast<u32>").count(), 3, "{source}");
    }
}
