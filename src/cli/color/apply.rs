//! `prelight color apply`: pictures through a road of transforms.

use super::{
    out,
    picture::{self, Depth},
    road::Road,
};
use crate::{
    cli::{bench, overwrite::Overwrite},
    color::{
        Processor, named,
        rgb::{AP0, AP1, Chromaticities},
    },
    error::{Error, Result},
    image::Census,
};
use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub struct Args {
    /// The picture: .exr, .tif, .png or .jpg; with --frames its number as # signs
    input: PathBuf,
    /// Where the result goes: .exr, .tif, .png or .jpg; with --frames its number as # signs
    output: PathBuf,
    #[command(flatten)]
    road: Road,
    /// Frames of a sequence: a-b, or one number
    #[arg(long, value_parser = crate::cli::render::parse_range)]
    frames: Option<RangeInclusive<u32>>,
    /// Samples of the result: half or float in EXR (half if not given), 8, 16 or float in TIFF, 8 or 16 in PNG
    #[arg(long, value_enum)]
    depth: Option<Depth>,
    #[command(flatten)]
    overwrite: Overwrite,
    /// Worker threads; all cores where absent. The pixels are the same for any number
    #[arg(long)]
    threads: Option<usize>,
}

pub fn run(args: &Args) -> Result<()> {
    args.road.refuse_unknown()?;
    let pool = bench::pool(args.threads)?;
    let Some(frames) = args.frames.clone() else {
        return pool.install(|| apply(args, &args.input, &args.output));
    };
    if frames.is_empty() {
        let range = format!("{}-{}", frames.start(), frames.end());
        return Err(Error::usage("the last frame is before the first").field("--frames").value(range));
    }
    for frame in frames {
        let (input, output) = (numbered(&args.input, frame)?, numbered(&args.output, frame)?);
        pool.install(|| apply(args, &input, &output))?;
    }
    Ok(())
}

/// The path with the last run of # signs in its file name replaced by the frame's number, padded to as many digits.
fn numbered(path: &Path, frame: u32) -> Result<PathBuf> {
    let no_signs = || Error::usage("with --frames, the file name has # signs where the number stands").file(path);
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(no_signs)?;
    let end = name.rfind('#').ok_or_else(no_signs)? + 1;
    let start = name[..end].trim_end_matches('#').len();
    Ok(path.with_file_name(format!("{}{frame:0digits$}{}", &name[..start], &name[end..], digits = end - start)))
}

fn apply(args: &Args, input: &Path, output: &Path) -> Result<()> {
    let (mut image, stated) = picture::read(input)?;
    if args.road.from.is_none() && stated.is_none() {
        return Err(Error::usage("the file does not say what its values are: give --from").file(input));
    }
    let census = image.census();
    Processor::new(&args.road.ops(stated)?).apply_image(&mut image);
    let clipped = picture::write(output, &image, args.depth, primaries(&args.road.to), args.overwrite.existing())?;
    report(input, census, output, clipped);
    Ok(())
}

fn report(input: &Path, census: Census, output: &Path, clipped: u64) {
    if !census.is_clean() {
        out::message(format_args!("prelight: {}: {census}, made 0 and the largest number", input.display()));
    }
    if clipped > 0 {
        out::message(format_args!("prelight: {}: {clipped} samples outside 0..1 were clipped", output.display()));
    }
}

/// The chromaticities that an EXR of this space states. Of encodings none: the attribute speaks of linear values.
fn primaries(to: &str) -> Option<&'static Chromaticities> {
    match named(to)?.name {
        "aces2065-1" => Some(&AP0),
        "acescg" => Some(&AP1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_place_of_signs() {
        let of = |path: &str| numbered(Path::new(path), 37).map(|p| p.display().to_string()).ok();
        assert_eq!(of("in/a.####.exr").as_deref(), Some("in/a.0037.exr"));
        assert_eq!(of("a#b.##.exr").as_deref(), Some("a#b.37.exr"));
        assert_eq!(of("#/a.exr"), None);
        assert_eq!(numbered(Path::new("#.png"), 1234).unwrap(), Path::new("1234.png"));
    }
}
