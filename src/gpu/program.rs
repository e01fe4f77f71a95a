//! What a GPU is to compute: generated functions, and the numbers they read.

use crate::{
    color::{MultiplyAdd, Numbers, Op, Wgsl, WgslBuilder},
    error::Result,
    pipeline::{Plan, Stage},
};

/// The bind group of a program's numbers; what a shader reads besides is group 0.
pub const GROUP: u32 = 1;

/// Generated WGSL functions, `fn NAME(px: vec3<f32>) -> vec3<f32>` each, and their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub source: String,
    pub numbers: Numbers,
}

impl Program {
    /// `to_aces`, `look` and `to_display` of a plan. A stage that cannot be rendered is left out; nobody may ask for it.
    pub fn of(plan: &Plan) -> Result<Self> {
        let mut builder = WgslBuilder::new();
        for (name, from, to) in
            [("to_aces", Stage::Raw, Stage::Aces), ("look", Stage::Aces, Stage::Look), ("to_display", Stage::Look, Stage::Display)]
        {
            builder.function(name, &plan.ops(from, to).unwrap_or_default())?;
        }
        Ok(builder.finish().into())
    }

    /// One function `transform` that does `ops`.
    pub fn transform(ops: &[Op]) -> Result<Self> {
        let mut builder = WgslBuilder::new();
        builder.function("transform", ops)?;
        Ok(builder.finish().into())
    }

    /// Whether one pipeline can run both: only numbers differ.
    pub fn is_compiled_as(&self, other: &Self) -> bool {
        let (a, b) = (&self.numbers, &other.numbers);
        self.source == other.source && a.live.len() == b.live.len() && a.lattices.len() == b.lattices.len()
    }

    /// Whether one upload of tables and lattices serves both: only what controls move differs, and constants.
    pub fn reads_the_same(&self, other: &Self) -> bool {
        self.is_compiled_as(other) && self.numbers.tables == other.numbers.tables && self.numbers.lattices == other.numbers.lattices
    }

    /// The whole shader: `frame`, whose entry point calls the functions, with them and what they read.
    pub fn shader(&self, frame: &str, multiply_add: MultiplyAdd) -> String {
        [frame, &self.numbers.declarations(GROUP), multiply_add.wgsl(), &self.source].join("\n")
    }
}

impl From<Wgsl> for Program {
    fn from(Wgsl { source, numbers }: Wgsl) -> Self {
        Self { source, numbers }
    }
}
