//! `prelight invoke`: a call as functions take it, one JSON payload in and one JSON document out.

use super::{
    out,
    recipe::Trust,
    render::{SignWith, Told, Working, observed},
    signals,
    watch::{in_words, watched},
};
use crate::{
    error::{Error, Result},
    files,
    render::{
        Cache, Delivery, Watch,
        invoke::{LARGEST, Terms, invoke, parse},
    },
};
use serde_json::{Value, json};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Holds the payload where no file is named.
const VARIABLE: &str = "PRELIGHT_PAYLOAD";
/// Names the folder that paths lie in.
const WITHIN: &str = "PRELIGHT_WITHIN";

#[derive(clap::Args)]
pub struct Args {
    /// File with the payload, or - for standard input; else the variable PRELIGHT_PAYLOAD, else standard input.
    /// {"input_clip", "output_location", "frame_range", "amf_path", "fdl_path", "recipe", "container", "only",
    /// "shot", "begin"}; container is {"width", "height"}: without an FDL, what the picture is scaled to fit into
    payload: Option<PathBuf>,
    /// Refuse paths of this machine that lie outside of this folder; else of the one that PRELIGHT_WITHIN names
    #[arg(long, value_name = "FOLDER")]
    within: Option<PathBuf>,
    #[command(flatten)]
    working: Working,
    #[command(flatten)]
    signing: SignWith,
    #[command(flatten)]
    trust: Trust,
}

/// What stops a call is told on standard output, too: whoever calls reads one document in any case.
pub fn run(args: &Args) -> Result<()> {
    match observed(false, |told| answer(args, told)) {
        Ok(delivery) => {
            delivery.receipt.notes.iter().for_each(|said| out::message(format_args!("prelight: {said}")));
            out::json(&done(&delivery))
        }
        Err(error) => {
            out::json(&failed(&error))?;
            Err(error)
        }
    }
}

fn answer(args: &Args, told: &Told) -> Result<Delivery> {
    let payload = parse(&read(args.payload.as_deref())?)?;
    // Not before: nothing is to be cancelled while it waits for a payload.
    signals::heed();
    let policy = args.trust.policy()?;
    let key = args.signing.key()?;
    let cache = Cache::of_user();
    let within = args.within.clone().or_else(|| files::named_by(WITHIN));
    let terms = Terms {
        policy: policy.as_ref(),
        within: within.as_deref(),
        sign_with: key.as_ref(),
        cache: cache.as_ref(),
        overwrite: args.working.overwrite,
    };
    let pool = args.working.pool()?;
    watched(in_words, |progress| pool.install(|| invoke(&payload, &terms, &Watch::with_events(progress, told))))
}

fn done(delivery: &Delivery) -> Value {
    json!({ "ok": true, "place": delivery.place, "frames": delivery.frames, "kept": delivery.kept, "receipt": delivery.receipt })
}

/// `retry`: whether the same call may go through later.
fn failed(error: &Error) -> Value {
    let code = error.exit_code();
    json!({ "ok": false, "error": error.to_string(), "exit_code": code, "retry": error.is_worth_a_retry() })
}

fn read(path: Option<&Path>) -> Result<Vec<u8>> {
    match (path, std::env::var_os(VARIABLE).filter(|v| !v.is_empty())) {
        (Some(path), _) if path.as_os_str() != "-" => files::read_bounded(path, LARGEST),
        (None, Some(text)) => text.into_string().map(String::into_bytes).map_err(|_| Error::invalid("not UTF-8").field(VARIABLE)),
        _ => {
            let mut bytes = vec![];
            io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| Error::io(Path::new("standard input"), &e))?;
            Ok(bytes)
        }
    }
}
