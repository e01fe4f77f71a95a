//! `prelight demo`: the demo show, and the whole road on it without a window.

use super::{
    check::{self, Checked},
    out,
    subject::{self, Chosen, Opened},
    watch::{in_words, watched},
};
use crate::{
    camera,
    check::{Finding, Outcome, Profile, Rolls, Severity},
    demo::{self, Expected, Options, Show, StillRequest},
    error::{Error, Result},
    files,
    pipeline::{Plan, Settings, Sidecars, Stage},
    recipe::{self, Approval, Approved},
    render::{Also, Job, Order, Watch, render, store::Store},
    words::count,
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(clap::Args)]
pub struct Args {
    /// Folder of the show
    #[arg(default_value = "prelight-demo")]
    dir: PathBuf,
    /// Make a show anew that was changed since it was made
    #[arg(long)]
    force: bool,
    /// Plant no fault
    #[arg(long)]
    clean: bool,
    /// Check every clip, and that exactly the planted faults are found
    #[arg(long)]
    check: bool,
    /// Approve the clips that pass, and render them from the recipe
    #[arg(long)]
    render: bool,
}

pub fn run(args: Args) -> Result<()> {
    let show = make(&args.dir, &Options { replace: args.force, clean: args.clean, ..Options::default() })?;
    print_show(&show)?;
    if args.check {
        check_show(&show)?;
    }
    if args.render {
        render_show(&show)?;
    }
    Ok(())
}

/// The demo of a machine without a display: makes, checks, approves and renders the show, and says where things are.
pub(super) fn headless(folder: &Path) -> Result<()> {
    let show = make(folder, &Options::default())?;
    print_show(&show)?;
    check_show(&show)?;
    render_show(&show)
}

/// Where the demo show lives when nobody says where: the user's cache.
pub fn default_folder() -> PathBuf {
    files::user_cache().unwrap_or_else(|| std::env::temp_dir().join("prelight")).join("demo")
}

/// Makes the show, or finds it unchanged, with reference stills seen through our own pipeline.
pub fn make(folder: &Path, options: &Options) -> Result<Show> {
    demo::write(folder, options, Some(&still))
}

/// A reference still: the display picture as it was seen on the set.
fn still(request: StillRequest) -> Result<::image::RgbImage> {
    let clip = camera::open(&request.clip.folder)?;
    let sidecars = Sidecars::default().with_amf(request.amf);
    let plan = Plan::new(&*clip, &sidecars, &Settings::default())?;
    let display = plan.picture(&*clip, request.frame, Stage::Display)?;
    let size = display.size();
    ::image::RgbImage::from_raw(size.width, size.height, display.to_rgb8())
        .ok_or_else(|| Error::invalid("the still has no pixels").value(size))
}

fn print_show(show: &Show) -> Result<()> {
    out::line(format_args!("Demo show: {}", show.root.display()))?;
    for clip in &show.clips {
        out::line(format_args!("  {}  {}", clip.folder.display(), count(clip.frames.len(), "frame")))?;
        for sidecar in [&clip.amf, &clip.fdl, &clip.cdl].into_iter().chain(&clip.still) {
            out::line(format_args!("    {}", sidecar.display()))?;
        }
    }
    for (_, folder) in &show.plates {
        out::line(format_args!("  {}", folder.display()))?;
    }
    out::line(format_args!("  {}\n  {}", show.edl.display(), show.expected.display()))
}

/// Checks every clip and compares with what was planted.
fn check_show(show: &Show) -> Result<()> {
    let expected = show.read_expected()?;
    let rolls = Arc::new(Rolls::default());
    let folders = show.clips.iter().map(|clip| &clip.folder).chain(show.plates.iter().map(|(_, folder)| folder));
    for folder in folders {
        let opened = subject::open(folder, &Chosen::default(), &Settings::default())?;
        let (checked, _) = check::check_opened(&opened, folder, &rolls, &Profile::neutral(), false)?;
        out::line("")?;
        out::write(check::text(&checked))?;
        compare(&checked, &expected)?;
    }
    let planted: usize = expected.clips.iter().map(|c| c.findings.len()).sum();
    match planted {
        0 => out::line("\nNothing was planted, and nothing was found.")?,
        n => out::line(format_args!("\nEvery planted fault was found, {n} of {n}, and nothing else."))?,
    }
    Ok(())
}

fn compare(checked: &Checked, expected: &Expected) -> Result<()> {
    // By its folder: of plates that are named wrongly, the name is the fault.
    let clip = expected.clips.iter().find(|c| checked.path.ends_with(&c.folder));
    let planted: BTreeSet<&str> = clip.iter().flat_map(|c| &c.findings).map(|f| f.check.as_str()).collect();
    // What informs is no fault unless it was planted: the chart has colours that are meant to lie outside of every gamut.
    let is_fault = |f: &&Finding| f.outcome == Outcome::Fail && (f.severity > Severity::Inform || planted.contains(f.id.as_str()));
    let failed = checked.findings.iter().filter(is_fault);
    let found: BTreeSet<&str> = failed.map(|f| f.id.as_str()).collect();
    if planted == found {
        return Ok(());
    }
    Err(Error::verification(format!("planted {planted:?}, found {found:?}")).field(&checked.clip).file(&checked.path))
}

/// Approves the clips without an open finding and renders them from the recipe.
fn render_show(show: &Show) -> Result<()> {
    let out = show.root.with_file_name(format!("{}-out", show.root.file_name().unwrap_or_default().to_string_lossy()));
    let recipe_folder = out.join("demo.recipe");
    if recipe_folder.join(recipe::DOCUMENT).is_file() {
        // The demo's own output of an earlier run: each run approves anew.
        fs::remove_dir_all(&recipe_folder).map_err(|e| Error::io(&recipe_folder, &e))?;
    }
    files::create_folder(&out)?;
    let planted = show.read_expected()?;
    let clean = |name: &str| planted.clips.iter().any(|c| c.name == name && c.findings.is_empty());
    let clips: Vec<Opened> = show
        .clips
        .iter()
        .filter(|c| clean(&c.name))
        .map(|c| subject::open(&c.folder, &Chosen::default(), &Settings::default()))
        .collect::<Result<_>>()?;
    let approved: Vec<Approved> = clips
        .iter()
        .map(|c| Approved { subject: c.subject(Profile::neutral()), golden: Default::default(), waivers: vec![], found: vec![] })
        .collect();
    let approval =
        Approval { name: "Demo".into(), role: "workflow specialist".into(), note: "Made by prelight demo".into(), at: String::new() };
    let exported = watched(in_words, |progress| recipe::export(&recipe_folder, &approved, &approval, progress))?;
    out::line(format_args!("\nRecipe: {}", exported.folder.display()))?;
    out::line(format_args!("Report: {}", exported.folder.join("evidence/report.html").display()))?;
    out::line(format_args!("Pictures:"))?;
    for golden in exported.recipe.clips.iter().flat_map(|c| &c.golden) {
        out::line(format_args!("  {}", exported.folder.join(&golden.display_file).display()))?;
    }
    let recipe = recipe::open(&recipe_folder)?;
    out::line(format_args!("Plates:"))?;
    let store = Store::folder(&out);
    for clip in &clips {
        let order = Order::Recipe(&recipe);
        let job = Job {
            order,
            clip: &*clip.clip,
            approvals: &[],
            frames: None,
            out: &store,
            overwrite: true,
            cache: None,
            also: Also::default(),
        };
        let delivery = watched(in_words, |progress| render(&job, &Watch::new(progress)))?;
        out::line(format_args!("  {}  {}", delivery.place, count(delivery.frames, "frame")))?;
    }
    Ok(())
}
