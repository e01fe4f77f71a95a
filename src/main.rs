use clap::Parser;
use std::{io::Write, process::ExitCode};

#[global_allocator]
static ALLOCATOR: prelight::memory::LargePages = prelight::memory::LargePages;

/// Shows camera originals through exactly the pipeline that will render them, checks it, and exports approved recipes.
#[derive(Parser)]
#[command(
    name = "prelight",
    version,
    after_help = "Exit codes: 0 done; 2 usage; 10 input invalid or not supported; 11 verification failed; 12 recipe refused; 20 input or output failed; 75 try again."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<prelight::cli::Command>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Some(command) => prelight::cli::run(command),
        None => prelight::cli::start(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Unlike `eprintln!`, also where standard error is closed.
            _ = writeln!(std::io::stderr(), "prelight: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
