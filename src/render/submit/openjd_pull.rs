//! A pull as an Open Job Description template: every range of the cut in a task of its own, then the pull itself, which finds them done and
//! leaves list, report and statement, then a step that verifies.

use super::{
    chunks, is_address,
    openjd::{Bundle, MOST_VALUES, Parameters, name_of_job, script},
};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
};
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// A pull that was resolved.
#[derive(Clone, Debug, Default)]
pub struct PullJob {
    /// Absolute paths, or addresses, as in a [`Submission`](super::Submission).
    pub recipe: String,
    pub trust: Option<String>,
    pub out: String,
    pub list: String,
    pub library: String,
    pub proxy: Option<String>,
    pub handles: u32,
    /// As the command line has it.
    pub rate: Option<String>,
    /// Whether what is refused is left out.
    pub partial: bool,
    pub ranges: Vec<PullRange>,
}

/// Frames of a clip that are rendered at once.
#[derive(Clone, Debug)]
pub struct PullRange {
    pub clip: String,
    /// The folder that its deliveries go to, in that of the pull.
    pub delivery: String,
    pub frames: RangeInclusive<FrameNumber>,
    /// The first of them that the cut shows.
    pub begin: FrameNumber,
    pub shot: Option<String>,
}

impl PullJob {
    /// The call that finds the ranges done, and leaves list, report and statement.
    pub fn pull(&self) -> Vec<String> {
        self.pull_by(|_, place| place.to_owned())
    }
    /// `place`: how a place is given, by its name and what it is.
    pub(super) fn pull_by(&self, place: impl Fn(&str, &str) -> String) -> Vec<String> {
        let mut call = words(&["pull", "--edl", &place("List", &self.list), "--library", &place("Library", &self.library)]);
        call.extend(words(&["--handles", &self.handles.to_string()]));
        call.extend(self.renders(&place));
        if let Some(rate) = &self.rate {
            call.extend(words(&["--rate", rate]));
        }
        if let Some(proxy) = &self.proxy {
            call.extend(words(&["--proxy", &place("Proxy", proxy)]));
        }
        if self.partial {
            call.push("--partial".into());
        }
        call
    }
    /// What every call is told that renders: by which recipe, and where to.
    fn renders(&self, place: &impl Fn(&str, &str) -> String) -> Vec<String> {
        let mut told = words(&["--recipe", &place("Recipe", &self.recipe), "--out", &place("Out", &self.out)]);
        told.extend(self.trusts(place));
        told
    }
    /// Whose approvals count, where a policy says it.
    fn trusts(&self, place: &impl Fn(&str, &str) -> String) -> Vec<String> {
        self.trust.as_ref().map_or_else(Vec::new, |trust| words(&["--trust", &place("Trust", trust)]))
    }
    /// What it is called: by its list.
    pub(super) fn name(&self) -> String {
        crate::recipe::safe_name(self.list.rsplit('/').next().unwrap_or_default())
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Describes the job. `program`: as for [`bundle`](super::bundle).
///
/// # Errors
/// Unsupported: more ranges than a template holds, or names in them that it would read as its own.
pub fn pull_bundle(job: &PullJob, program: &str) -> Result<Bundle> {
    if job.ranges.len() > MOST_VALUES {
        let why = format!("too many ranges; a template holds {MOST_VALUES}: submit parts of the list");
        return Err(Error::unsupported(why).field("ranges").value(job.ranges.len()).file(&job.list));
    }
    let mut parameters = Parameters::default();
    parameters.path("Recipe", &job.recipe, "What was approved", "IN");
    if let Some(trust) = &job.trust {
        parameters.path("Trust", trust, "Who may approve what", "IN");
    }
    parameters.path("List", &job.list, "The cut", "IN");
    parameters.path("Library", &job.library, "Where its clips are", "IN");
    parameters.path("Out", &job.out, "Where the deliveries go", "OUT");
    parameters.text("Prelight", program, "The program: a name on the path of a worker, or its path there");
    if let Some(proxy) = &job.proxy {
        parameters.path("Proxy", proxy, "The editorial movie", "IN");
    }
    let place = |name: &str, _: &str| format!("{{{{Param.{name}}}}}");
    let shots = job.ranges.iter().filter_map(|range| range.shot.as_deref()).collect::<Vec<_>>();
    let has_shots = shots.len() == job.ranges.len();
    let shot: &[&str] = if has_shots { &["--shot", "{{Task.Param.Shot}}"] } else { &[] };
    let render = ["render", "--clip", "{{Task.Param.Clip}}", "--frames", "{{Task.Param.Frames}}", "--begin", "{{Task.Param.Begin}}"];
    let render = [words(&render), words(shot), job.renders(&place), words(&["--openjd"])].concat();
    let verify = words(&["verify", "{{Param.Out}}", "--openjd", "--recipe", "{{Param.Recipe}}"]);
    let verify = [verify, job.trusts(&place)].concat();
    let pull = job.pull_by(place);
    let template = json!({
        "specificationVersion": "jobtemplate-2023-09",
        "name": name_of_job(&format!("Prelight pull {}", job.name())),
        "parameterDefinitions": parameters.definitions,
        "steps": [
            {
                "name": "Render",
                "description": "The ranges of the cut",
                "parameterSpace": ranges(&job.ranges, has_shots)?,
                "script": script(&render),
            },
            { "name": "Pull", "description": "List, report and statement", "dependencies": [{ "dependsOn": "Render" }], "script": script(&pull) },
            { "name": "Seal", "dependencies": [{ "dependsOn": "Pull" }], "script": script(&verify) },
        ],
    });
    Ok(Bundle { template, values: parameters.values })
}

/// A task a range.
fn ranges(list: &[PullRange], has_shots: bool) -> Result<Value> {
    // A farm maps paths; an address is none.
    let kind = if list.iter().any(|range| is_address(&range.clip)) { "STRING" } else { "PATH" };
    let clips = list.iter().map(|range| plain(&range.clip)).collect::<Result<Vec<_>>>()?;
    let frames: Vec<String> = list.iter().map(|range| chunks::text(&range.frames)).collect();
    let begins: Vec<String> = list.iter().map(|range| range.begin.to_string()).collect();
    let mut definitions = vec![
        json!({ "name": "Clip", "type": kind, "range": clips }),
        json!({ "name": "Frames", "type": "STRING", "range": frames }),
        json!({ "name": "Begin", "type": "STRING", "range": begins }),
    ];
    let mut names = vec!["Clip", "Frames", "Begin"];
    if has_shots {
        let shots = list.iter().filter_map(|range| range.shot.as_deref()).map(plain).collect::<Result<Vec<_>>>()?;
        definitions.push(json!({ "name": "Shot", "type": "STRING", "range": shots }));
        names.push("Shot");
    }
    Ok(json!({ "taskParameterDefinitions": definitions, "combination": format!("({})", names.join(", ")) }))
}

/// A value that no engine reads as more than it is.
fn plain(text: &str) -> Result<&str> {
    match text.contains("{{") {
        true => Err(Error::unsupported("a template would read it as a reference").field("value").value(text)),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_task_and_the_pull_comes_after_all() {
        let range = |clip: &str, frames: RangeInclusive<u32>, shot: &str| PullRange {
            clip: clip.into(),
            delivery: clip.trim_start_matches('/').into(),
            begin: *frames.start() + 1,
            frames,
            shot: Some(shot.into()),
        };
        let job = PullJob {
            recipe: "/a.recipe".into(),
            out: "/out".into(),
            list: "/cut.edl".into(),
            library: "s3://cards".into(),
            trust: Some("/t.toml".into()),
            proxy: Some("/cut.mov".into()),
            rate: Some("24".into()),
            ranges: vec![range("/A", 0..=4, "SH010"), range("/A", 3..=9, "SH020")],
            ..PullJob::default()
        };
        let template = pull_bundle(&job, "prelight").unwrap().template;
        let space = &template["steps"][0]["parameterSpace"];
        assert_eq!(
            (&space["combination"], &space["taskParameterDefinitions"][1]["range"]),
            (&json!("(Clip, Frames, Begin, Shot)"), &json!(["0-4", "3-9"]))
        );
        let call = |i: usize| template["steps"][i]["script"]["actions"]["onRun"]["args"].to_string();
        assert!(
            call(0).contains("--begin")
                && call(0).contains("--trust")
                && call(1).contains(r#""--rate","24""#)
                && call(2).contains("--trust")
        );
        // Whatever a call names is a parameter of the job.
        let defined: Vec<&str> = template["parameterDefinitions"].as_array().unwrap().iter().filter_map(|p| p["name"].as_str()).collect();
        let calls = template["steps"].to_string();
        let used = calls.split("{{Param.").skip(1).filter_map(|rest| rest.split("}}").next());
        let other: Vec<&str> = used.filter(|name| !defined.contains(name)).collect();
        assert!(other.is_empty() && defined.len() == 7, "{other:?} {defined:?}");
        assert_eq!(template["steps"][2]["dependencies"], json!([{ "dependsOn": "Pull" }]));
        let odd = PullJob { ranges: vec![range("/A", 0..=4, "{{Job.Name}}")], ..job.clone() };
        assert_eq!(pull_bundle(&odd, "p").unwrap_err().exit_code(), 10);
        let many = PullJob { ranges: vec![range("/A", 0..=4, "S"); MOST_VALUES + 1], ..job };
        assert_eq!(pull_bundle(&many, "p").unwrap_err().exit_code(), 10);
    }
}
