//! `prelight timeline`: what an EDL, ALE, OTIO, FCP7 XML or FCPXML says, whether it may, and the same in another format.

mod show;

use super::{
    bench::Stopwatch,
    out,
    overwrite::Overwrite,
    validate::{self, line, validate},
};
use crate::{
    camera::Rational,
    error::{Error, InFile, Result},
    files,
    sidecar::{
        Diagnostic, cut_list,
        edl::{self, Edl, Options, Reels},
        is_valid, otio,
        timeline::{self, Format, Object},
    },
};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check a timeline against its format and itself
    Validate {
        #[command(flatten)]
        input: Input,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// List its clips, with places, reels, retimes, corrections and AMFs
    Show {
        #[command(flatten)]
        input: Input,
        /// Say which of these AMFs each clip means
        #[arg(long, num_args = 1.., value_name = "AMF")]
        amf: Vec<PathBuf>,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Time reading a file to a timeline, in memory (conformance door)
    #[command(hide = true)]
    Bench {
        #[command(flatten)]
        input: Input,
        #[arg(long, default_value_t = 50)]
        passes: u32,
    },
    /// Write it in another format
    Convert {
        #[command(flatten)]
        input: Input,
        #[arg(long, value_enum)]
        to: To,
        /// Write here instead of to standard output
        #[arg(short, long, value_name = "OUT")]
        out: Option<PathBuf>,
        #[command(flatten)]
        overwrite: Overwrite,
        /// Reel names of an EDL
        #[arg(long, value_enum, default_value_t = ReelNames::Whole)]
        reels: ReelNames,
        /// Which video track goes into an EDL, from 1
        #[arg(long, value_name = "N")]
        track: Option<usize>,
        /// Count the timecode of an EDL with drop-frame
        #[arg(long)]
        drop_frame: bool,
    },
}

#[derive(clap::Args)]
struct Input {
    /// EDL, ALE, OTIO, FCP7 XML or FCPXML
    file: PathBuf,
    /// Frames per second of an EDL, which does not say: 24, 23.976, 30000/1001
    #[arg(long)]
    rate: Option<Rational>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum To {
    Otio,
    Edl,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ReelNames {
    /// As they are
    Whole,
    /// 8 characters (CMX3600)
    Cmx8,
    /// 32 characters (Avid's file32)
    File32,
}

pub fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Validate { input, json } => validate(&input.file, "timeline", findings(&input), validate::unreadable, json),
        Command::Show { input, amf, json } => {
            let (object, format, mut found) = timeline::open(&input.file, input.rate)?;
            found.extend(timeline::check(&object));
            show::run(&input.file, &object, format, &found, &amf, json)
        }
        Command::Bench { input, passes } => bench(&input, passes),
        Command::Convert { input, to, out, overwrite, reels, track, drop_frame } => {
            let (object, _, mut found) = timeline::open(&input.file, input.rate)?;
            let text = match to {
                To::Otio => {
                    let (text, left_out) = otio::write(&object, otio::Target::Release018);
                    found.extend(left_out);
                    text
                }
                To::Edl => {
                    let reels = match reels {
                        ReelNames::Whole => Reels::Whole,
                        ReelNames::Cmx8 => Reels::Cmx8,
                        ReelNames::File32 => Reels::File32,
                    };
                    let track = track
                        .map(|n| n.checked_sub(1).ok_or_else(|| Error::usage("tracks are counted from 1").field("--track").value(n)))
                        .transpose()?;
                    let options = Options { reels, track, drop_frame: drop_frame.then_some(true) };
                    let (edl, left_out) = to_edl(&object, input.rate, options).in_file(&input.file)?;
                    found.extend(left_out);
                    edl::write(&edl)
                }
            };
            report(&input.file, &found);
            match out {
                Some(path) => files::write_bytes(&path, overwrite.existing(), text.as_bytes()),
                None => out::write(text),
            }
        }
    }
}

fn to_edl(object: &Object, rate: Option<Rational>, options: Options) -> Result<(Edl, Vec<Diagnostic>)> {
    let timeline = cut_list::only_timeline(object)?;
    let rate = match rate {
        Some(rate) => rate,
        None => cut_list::rate_of(timeline, &timeline::items(object)?)?,
    };
    Edl::from_timeline(timeline, rate, options)
}

/// Prints `{"ms": f, "cpu_ms": f}` a pass.
fn bench(input: &Input, passes: u32) -> Result<()> {
    if passes == 0 {
        return Err(Error::usage("not one pass").field("--passes"));
    }
    let bytes = files::read_bounded(&input.file, otio::MAX_BYTES)?;
    let watch = Stopwatch::start();
    for _ in 0..passes {
        std::hint::black_box(timeline::parse(&bytes, input.rate).in_file(&input.file)?);
    }
    let each = |d: std::time::Duration| d.as_secs_f64() * 1e3 / f64::from(passes);
    out::json(&json!({ "ms": each(watch.wall()), "cpu_ms": watch.cpu().map(each) }))
}

fn findings(input: &Input) -> Result<Vec<Diagnostic>> {
    let bytes = files::read_bounded(&input.file, otio::MAX_BYTES)?;
    // Of an EDL, every contradiction and not the first.
    if timeline::recognise(&bytes)? == Format::Edl {
        let contradictions = edl::parse(&bytes)?.check(input.rate.unwrap_or(timeline::ASSUMED_RATE));
        if !is_valid(&contradictions) {
            return Ok(contradictions);
        }
    }
    let (object, _, mut found) = timeline::parse(&bytes, input.rate)?;
    found.extend(timeline::check(&object));
    Ok(found)
}

/// Findings, to standard error.
fn report(file: &Path, found: &[Diagnostic]) {
    for finding in found {
        out::message(line(file, finding));
    }
}
