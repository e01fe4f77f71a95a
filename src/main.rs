use clap::Parser;
use std::process::ExitCode;

/// Shows camera originals through exactly the pipeline that will render them, checks it, and exports approved recipes.
#[derive(Parser)]
#[command(name = "prelight", version)]
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
            eprintln!("prelight: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
