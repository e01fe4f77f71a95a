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
    /// Functions `fn NAME(px: vec3<f32>) -> vec3<f32>`. They read what the including shader declares
    /// ([`Numbers::declarations`]) and call a function it defines ([`MultiplyAdd::wgsl`]). Ops that a control moves (exposure, CDL) read their parameters from `color_live`: other
    /// values, the same source.
    pub source: String,
    pub numbers: Numbers,
}

/// What a GPU's `fma` does; WGSL allows both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MultiplyAdd {
    /// Rounds once.
    Fused,
    /// Rounds the product, then the sum.
    Separate,
}

impl MultiplyAdd {
    /// `cancelling_fma(a, b, c)`: a * b + c as if rounded once.
    pub const fn wgsl(self) -> &'static str {
        match self {
            Self::Fused => "fn cancelling_fma(a: f32, b: f32, c: f32) -> f32 {\n    return fma(a, b, c);\n}\n",
            // The product and its rounding error (Dekker 1971; factors split by bits), then the sum and its own (Knuth).
            Self::Separate => {
                "fn cancelling_fma(a: f32, b: f32, c: f32) -> f32 {
    let product = a * b;
    let a1 = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
    let a2 = a - a1;
    let b1 = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
    let b2 = b - b1;
    let product_error = ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;
    let sum = product + c;
    let moved = sum - product;
    let sum_error = (product - (sum - moved)) + (c - moved);
    return sum + (sum_error + product_error);
}
"
            }
        }
    }
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
    /// Fails where an op has no WGSL.
    pub fn function(&mut self, name: &str, ops: &[Op]) -> Result<()> {
        if let Some(op) = ops.iter().find_map(Op::without_wgsl) {
            return Err(Error::unsupported("this has no GPU form; the CPU computes it").value(op));
        }
        let text = self.recorder.record(name, |px| {
            let px = px.map(|x| Finite.eval(x));
            optimize(ops, Controls::Live).iter().fold(px, |px, op| op.eval(px))
        });
        self.source += &text;
        Ok(())
    }

    /// Adds `fn name(px: vec3<f32>) -> vec3<f32>` that does `f` to each channel: arithmetic of another room, written once as all is.
    #[cfg(feature = "gpu")]
    pub(crate) fn channels(&mut self, name: &str, f: impl Fn(super::scalar::expr::Expr) -> super::scalar::expr::Expr) {
        self.source += &self.recorder.record(name, |px| px.map(f));
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
        for multiply_add in [MultiplyAdd::Fused, MultiplyAdd::Separate] {
            parse(&(wgsl.numbers.declarations(0) + multiply_add.wgsl() + &wgsl.source))?;
        }
        Ok(())
    }

    fn parse(shader: &str) -> Result<(), String> {
        let module = naga::front::wgsl::parse_str(shader).map_err(|e| e.emit_to_string(shader))?;
        naga::valid::Validator::new(naga::valid::ValidationFlags::all(), naga::valid::Capabilities::empty())
            .validate(&module)
            .map_err(|e| e.emit_to_string(shader))?;
        Ok(())
    }

    #[test]
    fn every_op_prints_valid_wgsl() {
        let mut builder = WgslBuilder::new();
        for (i, (_, ops)) in super::super::test_chains().iter().enumerate() {
            if ops.iter().any(|op| op.without_wgsl().is_some()) {
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

    /// Each pipeline takes a driver seconds.
    #[test]
    fn transforms_that_differ_in_numbers_are_few_sources() {
        use crate::color::{Kind, catalogue, transform};
        let sources = |kind: Kind, inverse: bool| {
            let named = catalogue().iter().filter(|row| row.kind == kind);
            let texts: std::collections::HashSet<String> = named
                .filter_map(|row| transform(row.name, inverse).ok())
                .map(|ops| {
                    let mut builder = WgslBuilder::new();
                    builder.function("transform", &ops).unwrap();
                    builder.finish().source
                })
                .collect();
            texts.len()
        };
        let count = |kind: Kind| catalogue().iter().filter(|row| row.kind == kind).count();
        for inverse in [false, true] {
            let (outputs, inputs) = (sources(Kind::Output, inverse), sources(Kind::Input, inverse));
            eprintln!("{outputs} of {} outputs, {inputs} of {} inputs", count(Kind::Output), count(Kind::Input));
            assert!(outputs <= count(Kind::Output) / 2, "{outputs} outputs");
            assert!(inputs <= count(Kind::Input) / 2, "{inputs} inputs");
        }
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
