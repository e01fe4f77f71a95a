//! `prelight verify`: whether a delivery or a recipe is what it claims to be, offline.

use super::{
    out,
    recipe::Trust,
    signals,
    watch::{in_words, watched},
};
use crate::{
    error::{Error, Result},
    progress::Progress,
    recipe::{
        DOCUMENT,
        sign::{self, PublicKey},
    },
    render::{Absent, Against, Only, Verified, open_recipe, openjd_lines, store::Store, verify_delivery, verify_recipe},
    words::{agree, count},
};
use serde_json::json;
use std::path::PathBuf;
use time::OffsetDateTime;

#[derive(clap::Args)]
pub struct Args {
    /// A delivery (that of a clip, or several), a folder or s3://, gs://, az://; or a recipe
    path: String,
    /// The recipe that a delivery has to be of
    #[arg(long)]
    recipe: Option<String>,
    #[command(flatten)]
    trust: Trust,
    /// Public key that the statements of how a delivery came about have to be signed with
    #[arg(long, value_name = "KEY.pub")]
    signed_by: Option<PathBuf>,
    #[arg(long)]
    json: bool,
    /// Print progress in the lines of Open Job Description
    #[arg(long, conflicts_with = "json")]
    openjd: bool,
}

/// Exit codes: 11 where a claim does not hold, 12 where a trust policy does not admit the recipe.
pub fn run(args: &Args) -> Result<()> {
    if args.openjd {
        let outcome = openjd_lines::followed(std::io::stdout(), "Files", &signals::progress(), |progress| verify(args, Some(progress)));
        return outcome.inspect_err(|error| openjd_lines::failed(std::io::stdout(), error));
    }
    verify(args, None)
}

/// `told` hears of the progress; where nobody does, a terminal shows it.
fn verify(args: &Args, told: Option<&Progress>) -> Result<()> {
    let place = Store::open(&args.path)?;
    let is_recipe = place.as_folder().is_some_and(|path| path.is_file() || path.join(DOCUMENT).is_file());
    let fetched = if is_recipe { Some(&args.path) } else { args.recipe.as_ref() }.map(|place| open_recipe(place)).transpose()?;
    let opened = fetched.as_ref().map(|(recipe, _)| recipe);
    let policy = args.trust.policy()?;
    if is_recipe && args.recipe.is_some() {
        return Err(Error::usage("a recipe is verified by itself").field("--recipe"));
    }
    if policy.is_some() && opened.is_none() {
        let why = "approvals are in the recipe, and a trust policy holds here: name the recipe with --recipe";
        return Err(Error::usage(why).field(args.trust.named_by()));
    }
    let key = args.signed_by.as_deref().map(PublicKey::open).transpose()?;
    if is_recipe && key.is_some() {
        return Err(Error::usage("approvals of a recipe are judged by a policy (--trust)").field("--signed-by"));
    }
    let hold = |progress: &Progress| match opened {
        Some(open) if is_recipe => verify_recipe(open, progress),
        open => verify_delivery(&place, &Against { recipe: open, signed_by: key.as_ref() }, progress),
    };
    let verified = told.map_or_else(|| watched(in_words, hold), hold)?;
    let admitted = match (opened, &policy) {
        (Some(open), Some(policy)) => Some(sign::admit(open, policy, OffsetDateTime::now_utc())),
        (Some(open), None) => sign::admit_by(open, None).err().map(Err),
        (None, _) => None,
    };
    let refused = admitted.as_ref().and_then(|a| a.as_ref().err());
    let ok = verified.broken.is_empty() && refused.is_none();
    if args.json {
        let approvals = admitted.as_ref().map(|a| a.as_ref().map_or(0, Vec::len));
        let refused = refused.map(ToString::to_string);
        out::json(&json!({ "path": args.path, "ok": ok, "verified": verified, "good_approvals": approvals, "not_admitted": refused }))?;
    } else {
        print((ok, is_recipe), &verified, opened.is_some().then_some(admitted.as_ref()), key.is_some())?;
    }
    if !verified.broken.is_empty() {
        let n = verified.broken.len();
        let message = format!("{} {} not hold", count(n, "claim"), agree(&n, "does", "do"));
        return Err(Error::verification(message).file(&args.path));
    }
    admitted.transpose().map(drop)
}

/// `admitted`: where there is a recipe, what a trust policy says of it, where there is one. `signed`: whether statements had to be.
fn print(
    (ok, is_recipe): (bool, bool),
    verified: &Verified,
    admitted: Option<Option<&Result<Vec<sign::Signed>>>>,
    signed: bool,
) -> Result<()> {
    verified.broken.iter().try_for_each(|broken| out::line(format_args!("BROKEN {broken}")))?;
    verified.unclaimed.iter().try_for_each(|path| out::line(format_args!("nothing speaks of {}", path.display())))?;
    verified.absent.iter().try_for_each(|absent| out::line(format_args!("no receipt speaks of {absent}")))?;
    let statements = if ok && signed { ", signed by the key" } else { "" };
    let approvals = match admitted {
        Some(Some(Ok(approvals))) => format!(", {}", count(approvals.len(), "good approval")),
        Some(Some(Err(_))) => ", not admitted".into(),
        Some(None) => "; approvals of the recipe not judged, for want of a trust policy".into(),
        None => String::new(),
    };
    let ok = if ok { "OK" } else { "NOT OK" };
    // A recipe brings along what it need not name: its reports, templates of farms.
    let besides = if is_recipe { String::new() } else { besides(verified) };
    let (frames, files) = (count(verified.frames, "frame"), count(verified.files, "file"));
    out::line(format_args!("{ok}{besides}: {frames}, {files}{statements}{approvals}"))
}

/// What was not held against anything, which the verdict says nothing of.
fn besides(verified: &Verified) -> String {
    let mut said = String::new();
    if !verified.unclaimed.is_empty() {
        // A folder of which nothing is claimed is one.
        let (one, more) =
            if verified.unclaimed.iter().any(|path| path.is_dir()) { ("file or folder", "files or folders") } else { ("file", "files") };
        let number = verified.unclaimed.len();
        said += &format!(", and {number} {} that no receipt claims", agree(&number, one, more));
    }
    for (half, of) in [(Only::Frames, ""), (Only::Movies, "movies of ")] {
        let number: u64 = verified.absent.iter().filter(|absent| absent.half == half).map(Absent::count).sum();
        if number > 0 {
            said += &format!(", and {of}{} that no receipt speaks of", count(number, "frame number"));
        }
    }
    said
}
