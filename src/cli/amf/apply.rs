//! `prelight amf apply`: samples through the road of an AMF.

use super::{
    super::named::{self, Given},
    AmfChoices, color, out,
};
use crate::{
    color::{Op, invert},
    error::{Error, Result},
    pipeline::{Settings, amf_road},
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    file: PathBuf,
    /// From the output back to the first stage
    #[arg(long)]
    inverse: bool,
    #[arg(long, value_enum, default_value = "cpu")]
    engine: color::Engine,
    /// Output transform instead of the AMF's
    #[arg(long, value_name = "NAME")]
    output_transform: Option<String>,
    #[command(flatten)]
    choices: AmfChoices,
}

pub(super) fn run(args: &Args) -> Result<()> {
    if let Some(name) = &args.output_transform {
        named::transform(Given::Option("--output-transform"), name)?;
    }
    let amf = super::read(&args.file)?;
    let mut settings = Settings { output: args.output_transform.clone(), ..Settings::default() };
    args.choices.put(&mut settings, || Ok(amf.pipeline.choice_keys()))?;
    let steps = amf_road(&amf, &args.file, &settings)?;
    let mut ops: Vec<Op> = vec![];
    for step in steps {
        if step.applied {
            out::message(format_args!("{}: in the pixels already, {}", step.label, step.detail));
        } else {
            ops.extend(step.ops?);
        }
    }
    if args.inverse {
        ops = invert(&ops).ok_or_else(|| Error::unsupported("the road has no inverse").file(&args.file))?;
    }
    color::eval_standard_input(&ops, args.engine)
}
