//! The command line: thin subcommands over the rooms below. Results go to stdout, progress and messages to stderr.

// `eprintln!` panics where standard error is closed; `out::message` does not.
#![deny(clippy::print_stderr)]

mod amf;
mod bench;
mod check;
mod choices;
pub mod color;
mod columns;
mod debayer_raw;
mod decoder;
mod demo;
mod fdl;
mod find;
mod index;
mod inspect;
mod invoke;
mod mhl;
mod named;
#[cfg(feature = "gui")]
mod open;
mod out;
mod overwrite;
mod pull;
mod recipe;
mod render;
mod resample_raw;
mod rules;
mod signals;
mod start;
mod subject;
mod submit;
mod telemetry;
mod timeline;
mod validate;
mod verify;
mod wall;
mod watch;

pub use start::run as start;

/// Makes the demo show in a folder, or finds it there unchanged.
pub fn make_demo(folder: &std::path::Path) -> Result<crate::demo::Show> {
    demo::make(folder, &crate::demo::Options::default())
}

use crate::error::Result;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Open the window on these clips
    #[cfg(feature = "gui")]
    Open(open::Args),
    /// What opens the window, in a build that has none
    #[cfg(not(feature = "gui"))]
    #[command(hide = true)]
    Open(NoWindow),
    /// Colour transforms: list, show, evaluate, measure
    Color(color::Args),
    /// Normalised metadata of clips, one object a clip
    Inspect(inspect::Args),
    /// Debayer a headerless mosaic (conformance door)
    #[command(hide = true)]
    DebayerRaw(debayer_raw::Args),
    /// Resample a headerless picture (conformance door)
    #[command(hide = true)]
    ResampleRaw(resample_raw::Args),
    /// Check that a decoder keeps to the decoder protocol
    DecoderTest(decoder::TestArgs),
    /// Serve the protocol's sample format (for authors of decoders)
    #[command(hide = true)]
    DecodeSample(decoder::SampleArgs),
    /// ACES Metadata Files: validate, show, apply, convert, edit
    Amf(amf::Args),
    /// ASC Framing Decision Lists: validate, explain, apply templates, decide framings
    Fdl(fdl::Args),
    /// ASC Media Hash Lists: create, verify, diff, flatten, show
    Mhl(mhl::Args),
    /// EDL, ALE, OTIO, FCP7 XML and FCPXML: validate, show, convert
    Timeline(timeline::Args),
    /// Make the demo show, check it, render it
    Demo(demo::Args),
    /// Check clips against their sidecars
    Check(check::Args),
    /// Make and read recipes
    Recipe(recipe::Args),
    /// Hold a delivery or a recipe against what it claims, offline
    Verify(verify::Args),
    /// Render what a recipe approves
    Render(render::Args),
    /// How far a job is, by what lies in its store
    Wall(wall::Args),
    /// Describe a job to the engine of a farm: Open Job Description, Kubernetes, AWS Lambda
    Submit(Box<submit::Args>),
    /// Serve the events of a function of AWS Lambda
    #[command(hide = true)]
    Function(submit::FunctionArgs),
    /// Render what one JSON payload says: for functions and farms
    Invoke(invoke::Args),
    /// Read cards and disks into the library
    Index(index::Args),
    /// Search the library
    Find(find::Args),
    /// Find the frames of a cut in the library, and render them by a recipe
    Pull(pull::Args),
}

/// Whatever is asked of a window.
#[cfg(not(feature = "gui"))]
#[derive(clap::Args)]
pub struct NoWindow {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _asked: Vec<std::ffi::OsString>,
}

pub fn run(command: Command) -> Result<()> {
    match command {
        #[cfg(feature = "gui")]
        Command::Open(args) => open::run(args),
        #[cfg(not(feature = "gui"))]
        Command::Open(_) => Err(crate::error::Error::unsupported("this program is built without a window (feature gui)").field("open")),
        Command::Color(args) => color::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::DebayerRaw(args) => debayer_raw::run(args),
        Command::ResampleRaw(args) => resample_raw::run(args),
        Command::DecoderTest(args) => decoder::test(&args),
        Command::DecodeSample(args) => decoder::sample(&args),
        Command::Amf(args) => amf::run(args),
        Command::Fdl(args) => fdl::run(args),
        Command::Mhl(args) => mhl::run(args),
        Command::Timeline(args) => timeline::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Check(args) => check::run(args),
        Command::Recipe(args) => recipe::run(args),
        Command::Verify(args) => verify::run(&args),
        Command::Render(args) => render::run(&args),
        Command::Wall(args) => wall::run(&args),
        Command::Submit(args) => submit::run(&args),
        Command::Function(args) => submit::function(&args),
        Command::Invoke(args) => invoke::run(&args),
        Command::Index(args) => index::run(&args),
        Command::Find(args) => find::run(&args),
        Command::Pull(args) => pull::run(&args),
    }
}
