//! Whether a container makes what was approved: its golden frames, made in its root file system, with no network and nothing to write to.

use super::{Receipt, deliver};
use crate::{
    camera::Clip,
    check::{Finding, Profile, Rule, Severity, Verdict, about_recipe, few},
    error::{Error, ErrorKind, InFile, Result},
    files,
    pipeline::clip_name,
    progress::Progress,
    recipe::{self, OpenRecipe, sign::TrustPolicy},
};
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Names the root file system that the window validates in, too.
pub const CONTAINER_VARIABLE: &str = "PRELIGHT_CONTAINER";
/// The program in the image, and its user there.
const PROGRAM: &str = "/usr/bin/prelight";
const NOBODY: &str = "65532";
/// Where a container finds what it is given.
const GIVEN: &str = "/tmp/given";

const SAME: Rule<()> = about_recipe("ENG-04", "Container makes the golden frames", Severity::Block);

/// The root file system that the environment names, where it names one.
pub fn of_environment() -> Option<PathBuf> {
    files::named_by(CONTAINER_VARIABLE)
}

/// Holds a recipe against this engine ([`recipe::check`]), what it delivers against the clips ([`deliver::check`]) and, where one is given, against a container.
///
/// # Errors
/// Cancelled; those of [`validate`].
pub fn check(
    recipe: &OpenRecipe,
    clips: &[&dyn Clip],
    trust: Option<&TrustPolicy>,
    container: Option<&Path>,
    progress: &Progress,
) -> Result<Vec<Finding>> {
    let mut findings = recipe::check(recipe, clips, trust, progress)?;
    findings.extend(deliver::check(recipe, clips, progress)?);
    if let Some(root) = container {
        findings.push(validate(root, recipe, clips, progress)?);
    }
    Ok(findings)
}

/// Makes the golden frames of the clips that were approved, in the root file system `root` of a container (or the bundle that it lies in),
/// by bubblewrap.
///
/// # Errors
/// Unsupported: no bubblewrap, or a system that lets nobody make namespaces; Invalid: no program in the root; Cancelled. A frame that
/// comes out otherwise, or not at all, is a finding.
pub fn validate(root: &Path, recipe: &OpenRecipe, clips: &[&dyn Clip], progress: &Progress) -> Result<Finding> {
    let sandbox = Sandbox::new(root)?;
    let version = sandbox.version()?;
    let of_clip = |clip: &&dyn Clip| recipe.recipe.clips.iter().find(|entry| entry.name == clip_name(*clip));
    let pairs: Vec<_> = clips.iter().filter_map(|clip| Some((*clip, of_clip(clip)?))).collect();
    let total: usize = pairs.iter().map(|(_, entry)| entry.golden.len()).sum();
    progress.begin(total as u64, "Golden frames in the container");
    let mut wrong = vec![];
    for (clip, entry) in pairs {
        for golden in &entry.golden {
            let found = sandbox.render(recipe, clip, golden.frame);
            let differs = match found {
                // A recipe may deliver no plates: then the renderer has compared them, before it delivered what it does.
                Ok(None) => None,
                Ok(Some(pixels)) if pixels == golden.plate.to_string() => None,
                Ok(Some(pixels)) => Some(format!("{pixels}, approved {}", golden.plate)),
                Err(error) => Some(error.to_string()),
            };
            wrong.extend(differs.map(|what| format!("{} frame {}: {what}", entry.name, golden.frame)));
            progress.step()?;
        }
    }
    let evidence = format!("{version} in {}, without network", root.display());
    let verdict = match (total, wrong.as_slice()) {
        (0, _) => Verdict::not_applicable("no clip that was approved is at hand"),
        (_, []) => Verdict::new(true, format!("0 of {total} differ"), LIMIT, evidence),
        (_, some) => Verdict::new(false, format!("{} of {total} differ", some.len()), LIMIT, format!("{}; {evidence}", few(some))),
    };
    SAME.judge(Ok(verdict), &Profile::neutral())
}

const LIMIT: &str = "the hashes of the recipe";

struct Sandbox {
    root: PathBuf,
}

impl Sandbox {
    fn new(root: &Path) -> Result<Self> {
        let inner = root.join("rootfs");
        let root = std::path::absolute(if inner.is_dir() { &inner } else { root }).in_file(root)?;
        let program = root.join(PROGRAM.trim_start_matches('/'));
        match files::refuse_other(&program) {
            Ok(()) => Ok(Self { root }),
            Err(_) => Err(Error::invalid(format!("no root file system of a container: it has no {PROGRAM}")).file(root)),
        }
    }

    /// Runs the program, with folders of this machine to read below [`GIVEN`].
    fn run(&self, given: &[(&Path, &str)], arguments: &[&OsStr]) -> Result<Output> {
        let mut command = Command::new("bwrap");
        command.args(["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--setenv", "HOME", "/tmp"]);
        command.args(["--uid", NOBODY, "--gid", NOBODY, "--ro-bind"]).arg(&self.root).arg("/");
        command.args(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp"]);
        for (folder, place) in given {
            command.arg("--ro-bind").arg(folder).arg(place);
        }
        let missing = |e: std::io::Error| Error::unsupported(format!("a container is run by bubblewrap: {e}")).file("bwrap");
        command.arg("--").arg(PROGRAM).args(arguments).output().map_err(missing)
    }

    fn version(&self) -> Result<String> {
        let output = self.run(&[], &["--version".as_ref()])?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(Error::unsupported(format!("no container can be run here: {}", last_line(&output))).file(&self.root))
    }

    /// The hash of a plate that was made inside, where plates are delivered.
    fn render(&self, recipe: &OpenRecipe, clip: &dyn Clip, frame: u32) -> Result<Option<String>> {
        let path = std::path::absolute(clip.path()).in_file(clip.path())?;
        let folder = if path.is_dir() { &*path } else { files::folder_of(&path) };
        // A clip may be named by its folder.
        let name = folder.file_name().map_or("clip".into(), OsStr::to_string_lossy);
        let place = format!("{GIVEN}/clip/{name}");
        let inside = match path.strip_prefix(folder) {
            Ok(file) if !file.as_os_str().is_empty() => Path::new(&place).join(file),
            _ => PathBuf::from(&place),
        };
        let (of_recipe, range) = (format!("{GIVEN}/recipe"), format!("{frame}-{frame}"));
        let recipe_folder = std::path::absolute(&recipe.folder).in_file(&recipe.folder)?;
        let mut arguments: Vec<&OsStr> = ["render", "--json", "--out", "/tmp/out", "--frames", &range].map(OsStr::new).to_vec();
        arguments.extend([OsStr::new("--recipe"), of_recipe.as_ref(), OsStr::new("--clip"), inside.as_os_str()]);
        let output = self.run(&[(&recipe_folder, &of_recipe), (folder, &place)], &arguments)?;
        if !output.status.success() {
            let code = output.status.code().map_or("ended from outside".to_owned(), |code| format!("exit code {code}"));
            return Err(Error::new(ErrorKind::Verification, format!("{} ({code})", last_line(&output))));
        }
        let receipt: Receipt = serde_json::from_slice(&output.stdout).map_err(|e| Error::invalid(format!("no receipt: {e}")))?;
        if receipt.frames.is_empty() {
            return Ok(None);
        }
        let made = receipt.frames.iter().find(|f| f.frame == frame);
        made.map(|f| Some(f.pixels.to_string())).ok_or_else(|| Error::invalid("the receipt has another frame"))
    }
}

fn last_line(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no word").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_program_is_no_container() {
        let work = tempfile::tempdir().unwrap();
        let error = Sandbox::new(work.path()).err().unwrap();
        assert!(error.exit_code() == 10 && error.path() == Some(work.path()), "{error}");
        let program = work.path().join("rootfs/usr/bin/prelight");
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        std::fs::write(&program, "").unwrap();
        assert_eq!(Sandbox::new(work.path()).unwrap().root, work.path().join("rootfs"));
    }
}
