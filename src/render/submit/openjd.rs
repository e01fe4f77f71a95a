//! An Open Job Description template (2023-09): frames in chunks, movies in tasks of their own beside them, and a step after them that
//! verifies what came out.
//!
//! Paths are parameters, so that a farm can say where they are on its machines; a template with its values is a job bundle, which
//! Deadline Cloud takes as it is.

use super::{Halves, Shot, Submission, chunks, is_address};
use crate::{
    camera::runs,
    error::{Error, Result},
    recipe::safe_name,
    render::Only,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

/// Of the specification: parameters of a job, values of a parameter, characters of a value, of a job's name (128, less what is put behind), of a step's.
const MOST_PARAMETERS: usize = 50;
pub(super) const MOST_VALUES: usize = 1024;
const LONGEST_VALUE: usize = 1024;
const LONGEST_JOB: usize = 100;
const LONGEST_STEP: usize = 64;
/// Recipe, trust policy, place of delivery, program, frames, secret key, public key.
const OTHER_PARAMETERS: usize = 7;

/// How a task is told its frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chunking {
    /// The engine divides them (extension TASK_CHUNKING); a person may give another number when submitting.
    #[default]
    Engine,
    /// Every chunk is a value of its own: for engines without the extension.
    Listed,
}

/// A template and the values of its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    pub template: Value,
    pub values: BTreeMap<String, String>,
}

impl Bundle {
    /// `parameter_values.json` of a job bundle.
    pub fn parameter_values(&self) -> Value {
        let values: Vec<Value> = self.values.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        json!({ "parameterValues": values })
    }
}

/// Describes the job. `program` is what a worker calls: a name on its path, or the path of the binary.
///
/// # Errors
/// Unsupported: more clips, gaps or chunks than a template may hold.
pub fn bundle(submission: &Submission, program: &str, chunking: Chunking) -> Result<Bundle> {
    let most = MOST_PARAMETERS - OTHER_PARAMETERS;
    if submission.clips.len() > most {
        let error = Error::unsupported(format!("a template holds {most} clips at most; submit several jobs"));
        return Err(error.field("clips").value(submission.clips.len()));
    }
    let mut parameters = Parameters::default();
    parameters.path("Recipe", &submission.recipe, "What was approved", "IN");
    if let Some(trust) = &submission.trust {
        parameters.path("Trust", trust, "Who may approve what", "IN");
    }
    if let Some(key) = &submission.sign_with {
        // No data that flows: a farm copies it nowhere.
        parameters.path("SignWith", key, "The secret key that statements are signed with, where workers have it", "NONE");
    }
    if let Some(key) = &submission.signed_by {
        parameters.path("SignedBy", key, "The public key that statements are held against", "IN");
    }
    let single = submission.clips.len() == 1;
    let mut steps = vec![];
    for (i, shot) in submission.clips.iter().enumerate() {
        let number = if single { String::new() } else { (i + 1).to_string() };
        let clip = format!("Clip{number}");
        parameters.path(&clip, &shot.path, &format!("The camera original {}", safe_name(&shot.name)), "IN");
        if shot.halves != Halves::Movies {
            let frames = frames(shot, chunking, single, &mut parameters)?;
            let (name, what) = (step_name("Render", &number, shot), format!("Plates of {}", shot.delivery()));
            steps.push(render_step(&name, &what, &clip, frames, shot.halves.only(Only::Frames), submission));
        }
        let movies: Vec<String> = shot.movies().iter().map(chunks::text).collect();
        if !movies.is_empty() {
            let frames = listed(shot, movies)?;
            let (name, what) = (step_name("Movies", &number, shot), format!("Movies of {}", shot.delivery()));
            steps.push(render_step(&name, &what, &clip, frames, shot.halves.only(Only::Movies), submission));
        }
    }
    parameters.path("Out", &submission.out, "Where the plates go", "OUT");
    parameters.text("Prelight", program, "The program: a name on the path of a worker, or its path there");
    let deliveries: Vec<String> = submission.clips.iter().map(Shot::delivery).collect();
    let rendered: Vec<Value> = steps.iter().map(|step| json!({ "dependsOn": step["name"] })).collect();
    steps.push(after("Seal", &deliveries, json!(rendered), &seal_arguments(submission)));
    if submission.hash_list {
        let list = ["mhl", "create", DELIVERY].map(String::from);
        steps.push(after("List", &deliveries, json!([{ "dependsOn": "Seal" }]), &list));
    }
    let first = submission.clips.first().map(Shot::delivery).unwrap_or_default();
    let more = if single { String::new() } else { format!(" and {} more", submission.clips.len().saturating_sub(1)) };
    let mut template = json!({
        "specificationVersion": "jobtemplate-2023-09",
        "name": name_of_job(&format!("Prelight {first}")) + &more,
        "parameterDefinitions": parameters.definitions,
        "steps": steps,
    });
    if chunking == Chunking::Engine {
        template["extensions"] = json!(["TASK_CHUNKING"]);
    }
    Ok(Bundle { template, values: parameters.values })
}

/// The folder of one delivery, in a step that goes over all.
const DELIVERY: &str = "{{Param.Out}}/{{Task.Param.Delivery}}";

#[derive(Default)]
pub(super) struct Parameters {
    pub definitions: Vec<Value>,
    pub values: BTreeMap<String, String>,
}

impl Parameters {
    /// An address is no path: no engine may map it.
    pub fn path(&mut self, name: &str, value: &str, description: &str, flow: &str) {
        if is_address(value) {
            return self.text(name, value, description);
        }
        let kind = if flow == "OUT" || Path::new(value).is_dir() { "DIRECTORY" } else { "FILE" };
        self.definitions.push(json!({ "name": name, "type": "PATH", "objectType": kind, "dataFlow": flow, "description": description }));
        self.values.insert(name.into(), value.into());
    }
    pub fn text(&mut self, name: &str, value: &str, description: &str) {
        self.definitions.push(json!({ "name": name, "type": "STRING", "description": description }));
        self.values.insert(name.into(), value.into());
    }
}

/// Names are unique by their number.
fn step_name(work: &str, number: &str, shot: &Shot) -> String {
    if number.is_empty() { work.into() } else { cut(&format!("{work} {number} {}", shot.delivery()), LONGEST_STEP) }
}

/// The name of a job, as long as it may be.
pub(super) fn name_of_job(text: &str) -> String {
    cut(text, LONGEST_JOB)
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The definition of the task parameter `Frames`.
fn frames(shot: &Shot, chunking: Chunking, single: bool, parameters: &mut Parameters) -> Result<Value> {
    if chunking == Chunking::Listed {
        return listed(shot, shot.chunks().iter().map(chunks::text).collect());
    }
    let list = chunks::list(&runs(&shot.present).collect::<Vec<_>>());
    if list.len() > LONGEST_VALUE {
        return Err(too_many(shot, "too many gaps for a list of frames", LONGEST_VALUE, list.len()));
    }
    let range = if single {
        parameters.text("Frames", &list, "Frames to render: 0-95, or 0-7,16-23");
        "{{Param.Frames}}".to_owned()
    } else {
        list
    };
    let chunks = json!({ "defaultTaskCount": shot.most, "rangeConstraint": "CONTIGUOUS" });
    Ok(json!({ "name": "Frames", "type": "CHUNK[INT]", "range": range, "chunks": chunks }))
}

/// The same with a value for each task.
fn listed(shot: &Shot, tasks: Vec<String>) -> Result<Value> {
    if tasks.len() > MOST_VALUES {
        return Err(too_many(shot, "too many chunks: take longer ones", MOST_VALUES, tasks.len()));
    }
    Ok(json!({ "name": "Frames", "type": "STRING", "range": tasks }))
}

fn too_many(shot: &Shot, what: &str, most: usize, found: usize) -> Error {
    Error::unsupported(format!("{what}; a template holds {most}")).field("frames").value(found).file(&shot.path)
}

fn render_step(name: &str, what: &str, clip: &str, frames: Value, only: Option<Only>, submission: &Submission) -> Value {
    let clip = format!("{{{{Param.{clip}}}}}");
    let mut arguments = vec!["render", "--recipe", "{{Param.Recipe}}", "--clip", &clip, "--frames", "{{Task.Param.Frames}}"];
    arguments.extend(["--out", "{{Param.Out}}", "--openjd"]);
    if let Some(only) = only {
        arguments.extend(["--only", only.word()]);
    }
    if submission.trust.is_some() {
        arguments.extend(["--trust", "{{Param.Trust}}"]);
    }
    if submission.sign_with.is_some() {
        arguments.extend(["--sign-with", "{{Param.SignWith}}"]);
    }
    json!({
        "name": name,
        "description": what,
        "parameterSpace": { "taskParameterDefinitions": [frames] },
        "script": script(&arguments),
    })
}

fn seal_arguments(submission: &Submission) -> Vec<String> {
    let mut arguments = vec!["verify", DELIVERY, "--recipe", "{{Param.Recipe}}", "--openjd"];
    if submission.trust.is_some() {
        arguments.extend(["--trust", "{{Param.Trust}}"]);
    }
    if submission.signed_by.is_some() {
        arguments.extend(["--signed-by", "{{Param.SignedBy}}"]);
    }
    arguments.into_iter().map(String::from).collect()
}

/// A step that goes over the deliveries once others have ended well.
fn after(name: &str, deliveries: &[String], dependencies: Value, arguments: &[String]) -> Value {
    json!({
        "name": name,
        "dependencies": dependencies,
        "parameterSpace": { "taskParameterDefinitions": [{ "name": "Delivery", "type": "STRING", "range": deliveries }] },
        "script": script(arguments),
    })
}

pub(super) fn script(arguments: &[impl AsRef<str>]) -> Value {
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    json!({ "actions": { "onRun": { "command": "{{Param.Prelight}}", "args": arguments } } })
}

#[cfg(test)]
mod tests {
    use super::super::testing::submission;
    use super::*;

    fn one() -> Submission {
        let mut submission = submission();
        submission.clips.truncate(1);
        submission
    }

    #[test]
    fn one_clip_has_its_frames_as_a_parameter() {
        let bundle = bundle(&one(), "prelight", Chunking::Engine).unwrap();
        let render = &bundle.template["steps"][0];
        let frames = &render["parameterSpace"]["taskParameterDefinitions"][0];
        assert_eq!((&frames["range"], &frames["chunks"]["defaultTaskCount"]), (&json!("{{Param.Frames}}"), &json!(3)));
        assert_eq!(bundle.values["Frames"], "0-7");
        assert_eq!(bundle.template["steps"][1]["dependencies"], json!([{ "dependsOn": "Render" }]));
        let first = &bundle.parameter_values()["parameterValues"][0];
        assert_eq!(first, &json!({ "name": "Clip", "value": "/show/A001" }));
        assert!(!bundle.template.to_string().contains("Trust"));
    }

    #[test]
    fn several_clips_have_a_step_each_and_are_sealed_after_all() {
        let submission = Submission { trust: Some("/t.toml".into()), hash_list: true, ..submission() };
        let bundle = bundle(&submission, "prelight", Chunking::Engine).unwrap();
        let steps = bundle.template["steps"].as_array().unwrap();
        let names: Vec<&str> = steps.iter().map(|s| s["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Render 1 A001", "Render 2 B_001", "Seal", "List"]);
        assert_eq!(steps[1]["parameterSpace"]["taskParameterDefinitions"][0]["range"], "1-2,5-5");
        assert_eq!(steps[2]["dependencies"].as_array().unwrap().len(), 2);
        assert_eq!(steps[2]["parameterSpace"]["taskParameterDefinitions"][0]["range"], json!(["A001", "B_001"]));
        for step in &steps[..3] {
            assert!(step.to_string().contains("{{Param.Trust}}"), "{step}");
        }
    }

    #[test]
    fn movies_are_a_step_beside_that_of_the_frames() {
        let mut submission = submission();
        submission.clips[0].halves = Halves::Both;
        submission.clips[1].halves = Halves::Movies;
        submission.sign_with = Some("/keys/a.pem".into());
        submission.signed_by = Some("/keys/a.pem.pub".into());
        let template = bundle(&submission, "prelight", Chunking::Engine).unwrap().template;
        let steps = template["steps"].as_array().unwrap();
        let names: Vec<&str> = steps.iter().map(|s| s["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Render 1 A001", "Movies 1 A001", "Movies 2 B_001", "Seal"]);
        let range = |i: usize| &steps[i]["parameterSpace"]["taskParameterDefinitions"][0]["range"];
        assert_eq!((range(0), range(1), range(2)), (&json!("0-7"), &json!(["0-7"]), &json!(["1-2", "5-5"])));
        let arguments = |i: usize| steps[i]["script"]["actions"]["onRun"]["args"].to_string();
        assert!(arguments(0).contains(r#""--only","frames""#) && arguments(1).contains(r#""--only","movies""#));
        assert!(!arguments(2).contains("--only"), "there is nothing else");
        assert!(arguments(0).contains(r#""--sign-with","{{Param.SignWith}}""#) && arguments(3).contains("--signed-by"));
        assert_eq!(steps[3]["dependencies"].as_array().unwrap().len(), 3);
        let flows = template["parameterDefinitions"].as_array().unwrap();
        assert_eq!(flows.iter().find(|d| d["name"] == "SignWith").unwrap()["dataFlow"], "NONE", "a key is copied nowhere");
    }

    #[test]
    fn chunks_are_listed_for_engines_that_do_not_divide() {
        let template = bundle(&submission(), "prelight", Chunking::Listed).unwrap().template;
        assert!(template.get("extensions").is_none());
        let range = |i: usize| template["steps"][i]["parameterSpace"]["taskParameterDefinitions"][0]["range"].clone();
        assert_eq!((range(0), range(1)), (json!(["0-2", "3-5", "6-7"]), json!(["1-2", "5-5"])));
    }

    #[test]
    fn an_address_is_text() {
        let submission = Submission { out: "s3://plates/today".into(), ..one() };
        let bundle = bundle(&submission, "prelight", Chunking::Engine).unwrap();
        let definitions = bundle.template["parameterDefinitions"].as_array().unwrap();
        let out = definitions.iter().find(|d| d["name"] == "Out").unwrap();
        assert_eq!(out["type"], "STRING");
    }

    #[test]
    fn what_a_template_cannot_hold_is_refused() {
        let many = |clips: usize, present: Vec<u32>, most| {
            let shot = Shot { present, most, ..one().clips[0].clone() };
            Submission { clips: vec![shot; clips], ..one() }
        };
        let code = |submission: &Submission, chunking| bundle(submission, "prelight", chunking).map_err(|e| e.exit_code()).err();
        assert_eq!(code(&many(43, vec![1], 1), Chunking::Engine), None);
        assert_eq!(code(&many(44, vec![1], 1), Chunking::Engine), Some(10));
        assert_eq!(code(&many(1, (0..1024).collect(), 1), Chunking::Listed), None);
        assert_eq!(code(&many(1, (0..1025).collect(), 1), Chunking::Listed), Some(10));
        assert_eq!(code(&many(1, (0..1000).map(|f| f * 2).collect(), 1), Chunking::Engine), Some(10));
        let long = Shot { name: "{{".repeat(200), ..one().clips[0].clone() };
        let template = bundle(&Submission { clips: vec![long.clone(), long], ..one() }, "p", Chunking::Engine).unwrap().template;
        assert!(template["name"].as_str().unwrap().len() <= 128 && template["steps"][0]["name"].as_str().unwrap().len() <= LONGEST_STEP);
        assert!(!template["name"].as_str().unwrap().contains('{'));
    }
}
