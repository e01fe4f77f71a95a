//! Templates of Open Job Description (2023-09) that lie in the folder of a recipe, for farms that take it as it is: dailies of one clip, and
//! a pull by a cut list. What is rendered is said by the recipe alone; these say how a worker is called.

use super::{Halves, openjd::script, yaml};
use crate::{recipe::Output, render::deliver::Only};
use serde_json::{Value, json};

/// Folder within a recipe.
pub const FOLDER: &str = "openjd";
/// Frames of a task where nobody says another number when submitting.
const USUAL_CHUNK: u32 = 24;

/// The files of [`FOLDER`] for what a recipe delivers, by their paths in it.
pub fn templates(output: Option<&Output>) -> Vec<(String, Vec<u8>)> {
    let output = Output::or_plain(output);
    [("dailies", dailies(output)), ("pull", pull(output))]
        .map(|(name, template)| (format!("{FOLDER}/{name}.yaml"), yaml::text(&template).into_bytes()))
        .into()
}

/// The clip in chunks, then a look at what came out. A movie is of all its frames in their order, so that movies are a task of their own.
fn dailies(output: &Output) -> Value {
    let halves = Halves::of(output);
    let mut parameters = vec![recipe(), path("Clip", "DIRECTORY", "IN", "The camera original: the folder of its frames")];
    let mut steps = vec![];
    if halves != Halves::Movies {
        let which =
            if halves == Halves::Both { "Frames to render, each after the other: 0-95" } else { "Frames to render: 0-95, or 0-7,16-23" };
        parameters.push(text("Frames", which, None));
        let mut render = step(
            "Render",
            "Files of frames that the recipe delivers of the clip",
            Some("{{Task.Param.Frames}}"),
            halves.only(Only::Frames),
        );
        let chunks = json!({ "defaultTaskCount": USUAL_CHUNK, "rangeConstraint": "CONTIGUOUS" });
        let frames = json!({ "name": "Frames", "type": "CHUNK[INT]", "range": "{{Param.Frames}}", "chunks": chunks });
        render["parameterSpace"] = json!({ "taskParameterDefinitions": [frames] });
        steps.push(render);
    }
    if halves != Halves::Frames {
        let frames = (halves == Halves::Both).then_some("{{Param.Frames}}");
        steps.push(step("Movies", "Movies that the recipe delivers of the clip", frames, halves.only(Only::Movies)));
    }
    let mut template = job("Dailies", parameters, steps);
    if halves != Halves::Movies {
        template["extensions"] = json!(["TASK_CHUNKING"]);
    }
    template
}

/// A step that renders, and of what.
fn step(name: &str, description: &str, frames: Option<&str>, only: Option<Only>) -> Value {
    let mut arguments = vec!["render", "--recipe", "{{Param.Recipe}}", "--clip", "{{Param.Clip}}", "--out", "{{Param.Out}}", "--openjd"];
    if let Some(frames) = frames {
        arguments.extend(["--frames", frames]);
    }
    if let Some(only) = only {
        arguments.extend(["--only", only.word()]);
    }
    json!({ "name": name, "description": description, "script": script(&arguments) })
}

/// Every event of a cut list, resolved against a library.
fn pull(output: &Output) -> Value {
    let handles = json!({
        "name": "Handles", "type": "INT", "minValue": 0, "default": output.handles,
        "description": "Frames before and behind each event",
    });
    let parameters = vec![
        recipe(),
        path("Cut", "FILE", "IN", "The cut list: EDL, OTIO, FCPXML, ALE"),
        path("Library", "DIRECTORY", "IN", "Camera originals, searched now"),
        handles,
    ];
    let arguments =
        ["pull", "--edl", "{{Param.Cut}}", "--library", "{{Param.Library}}", "--recipe", "{{Param.Recipe}}", "--out", "{{Param.Out}}"];
    let arguments = [&arguments[..], &["--handles", "{{Param.Handles}}"]].concat();
    let pull = json!({ "name": "Pull", "description": "What the recipe delivers of every event", "script": script(&arguments) });
    job("Pull", parameters, vec![pull])
}

/// What `steps` leave is looked at once they have all ended.
fn job(name: &str, mut parameters: Vec<Value>, mut steps: Vec<Value>) -> Value {
    let after: Vec<Value> = steps.iter().map(|step| json!({ "dependsOn": step["name"] })).collect();
    steps.push(json!({
        "name": "Seal",
        "description": "Every file is what its receipt says",
        "dependencies": after,
        "script": script(&["verify", "{{Param.Out}}", "--recipe", "{{Param.Recipe}}", "--openjd"]),
    }));
    parameters.push(path("Out", "DIRECTORY", "OUT", "Where the delivery goes"));
    parameters.push(text("Prelight", "The program: a name on the path of a worker, or its path there", Some("prelight")));
    json!({
        "specificationVersion": "jobtemplate-2023-09",
        "name": format!("Prelight {name}"),
        "description": "PRELIGHT_TRUST on a worker names the policy of who may approve what.",
        "parameterDefinitions": parameters,
        "steps": steps,
    })
}

fn recipe() -> Value {
    path("Recipe", "DIRECTORY", "IN", "What was approved: the folder that this template lies in")
}

fn path(name: &str, kind: &str, flow: &str, description: &str) -> Value {
    json!({ "name": name, "type": "PATH", "objectType": kind, "dataFlow": flow, "description": description })
}

fn text(name: &str, description: &str, usual: Option<&str>) -> Value {
    let mut parameter = json!({ "name": name, "type": "STRING", "description": description });
    if let Some(usual) = usual {
        parameter["default"] = usual.into();
    }
    parameter
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(presets: &[&str]) -> [Value; 2] {
        let output = Output::of_presets(presets.iter().copied()).unwrap();
        [dailies(&output), pull(&output)]
    }

    #[test]
    fn frames_are_divided_unless_a_movie_needs_all_of_them() {
        let [plates, pull] = of(&["plate"]);
        let frames = &plates["steps"][0]["parameterSpace"]["taskParameterDefinitions"][0];
        assert_eq!((&frames["type"], &frames["range"]), (&json!("CHUNK[INT]"), &json!("{{Param.Frames}}")));
        assert!(plates.to_string().contains("\"--frames\"") && plates["extensions"] == json!(["TASK_CHUNKING"]));
        assert_eq!(pull["steps"][1]["dependencies"], json!([{ "dependsOn": "Pull" }]));
        let [both, _] = of(&["plate", "h264"]);
        let arguments = |step: usize| both["steps"][step]["script"].to_string();
        assert!(arguments(0).contains(r#""{{Task.Param.Frames}}","--only","frames""#), "{both}");
        assert!(
            arguments(1).contains(r#""--frames","{{Param.Frames}}","--only","movies""#) && both["steps"][1].get("parameterSpace").is_none()
        );
        assert_eq!(both["steps"][2]["dependencies"], json!([{ "dependsOn": "Render" }, { "dependsOn": "Movies" }]));
        let [movies, _] = of(&["h264"]);
        assert!(!movies.to_string().contains("rames}}") && movies.get("extensions").is_none(), "{movies}");
        assert!(!movies.to_string().contains("--only"), "there is nothing else");
    }

    #[test]
    fn the_files_are_of_no_job_and_always_the_same() {
        let files = templates(None);
        assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["openjd/dailies.yaml", "openjd/pull.yaml"]);
        assert_eq!(files, templates(Some(&Output::plain())));
    }
}
