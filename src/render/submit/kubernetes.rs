//! An Indexed Job of Kubernetes: an index a chunk, and our exit codes say which are tried again.

use super::{
    Halves, PullJob, Shot, Submission, is_address,
    payload::{payloads, payloads_of_cut},
};
use crate::{
    camera::runs,
    error::{Error, ErrorKind, Result},
    recipe::{safe_name, sign::TRUST_VARIABLE},
    render::{invoke::Payload, wall::Until},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::Path, str::FromStr};

/// Bytes that a ConfigMap may hold, less what its own members take.
const LARGEST: usize = (1 << 20) - (16 << 10);
/// Completions of an Indexed Job.
const MOST: usize = 100_000;
/// Where a pod finds its payloads.
const TASKS: &str = "/tasks";
/// The temporary folder of a pod.
const SCRATCH: &str = "/tmp";
const SEALS: &str = "waits until every part is sealed, and verifies";
const PULLS: &str = "waits until every range is sealed, leaves list, report and statement, and verifies";
/// Seconds that a job may wait for all parts to be sealed, and verify: a week. One whose parts fail before they leave word of it ends so.
const LONGEST: u32 = 7 * 24 * 3600;
/// Names of containers.
const RENDERS: &str = "prelight";
const WAITS: &str = "wait";
const VERIFIES: &str = "verify";
const LEAVES: &str = "pull";
const LISTS: &str = "list";
/// Of the files of a secret: read by the user of the image alone, and by its group.
const SECRET_MODE: u32 = 0o440;
/// The user of the image.
const NOBODY: u32 = 65532;

/// What a cluster has to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    pub image: String,
    /// Pods at a time, at most.
    pub parallel: u32,
    pub claims: Vec<Claim>,
    /// Secrets, and the folders that their members are files of.
    pub secrets: Vec<Claim>,
    /// Whose rights the pods have; those of the default account of the namespace where absent.
    pub account: Option<String>,
}

/// A PersistentVolumeClaim, and the path that it is mounted at: the same in the pod as here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub name: String,
    pub path: String,
}

/// `NAME:/PATH`.
impl FromStr for Claim {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::usage("is NAME:/PATH").value(text);
        let (name, path) = text.split_once(':').ok_or_else(wrong)?;
        // A colon is in no path that Kubernetes mounts at.
        if !is_label(name) || !path.starts_with('/') || path.contains(':') || path.split('/').any(|part| part == "..") {
            return Err(wrong());
        }
        // One path, one way to write it.
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        Ok(Self { name: name.into(), path: format!("/{}", parts.join("/")) })
    }
}

/// What Kubernetes takes as a name.
fn is_label(name: &str) -> bool {
    let inner = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (1..=63).contains(&name.len()) && inner && !name.starts_with('-') && !name.ends_with('-')
}

/// The manifest, for `kubectl apply -f`: payloads, the job, and a job a clip that waits for its parts, by what lies in the store, and
/// verifies them. No controller is needed that knows of both.
///
/// # Errors
/// Usage: a path that no claim covers, as no pod would see it, or that two are mounted at; Unsupported: more chunks than a job or a
/// ConfigMap holds.
pub fn manifest(submission: &Submission, cluster: &Cluster) -> Result<Value> {
    refuse_equal_mounts(cluster)?;
    let clips = submission.clips.iter().map(|shot| &shot.path);
    let places = [&submission.recipe, &submission.out].into_iter().chain(&submission.trust).chain(clips).chain(&submission.signed_by);
    refuse_hidden_paths(places, submission.sign_with.as_ref(), cluster)?;
    let first = submission.clips.first().map(|shot| safe_name(&shot.name)).unwrap_or_default();
    let (sign_with, trust) = (submission.sign_with.as_deref(), submission.trust.as_deref());
    let (name, mut items) = renders(&payloads(submission), &first, sign_with, trust, cluster)?;
    for (i, shot) in submission.clips.iter().enumerate() {
        let place = format!("{}/{}", submission.out.trim_end_matches('/'), shot.delivery());
        let mut verify = ["verify", &place, "--recipe", &submission.recipe].map(String::from).to_vec();
        if let Some(key) = &submission.signed_by {
            verify.extend(["--signed-by".to_owned(), key.clone()]);
        }
        let mut calls = vec![(WAITS, wait(&submission.out, [until(shot)])), (VERIFIES, verify)];
        if submission.hash_list {
            calls.push((LISTS, ["mhl", "create", &place].map(String::from).to_vec()));
        }
        items.push(after(&format!("{name}-seal-{i}"), SEALS, pod(cluster, trust, &calls, &[])));
    }
    Ok(json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}

/// The same for a cut: an index a range, and one job that waits for all of them, by what lies in the store. It is the pull itself then,
/// which finds them done; what is not there it would make.
///
/// # Errors
/// As of [`manifest`].
pub fn pull_manifest(job: &PullJob, cluster: &Cluster) -> Result<Value> {
    refuse_equal_mounts(cluster)?;
    let places = [&job.recipe, &job.out, &job.list, &job.library].into_iter().chain(&job.trust).chain(&job.proxy);
    refuse_hidden_paths(places.chain(job.ranges.iter().map(|range| &range.clip)), None, cluster)?;
    let trust = job.trust.as_deref();
    let (name, mut items) = renders(&payloads_of_cut(job), &job.name(), None, trust, cluster)?;
    let mut clips: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    job.ranges.iter().for_each(|range| clips.entry(&range.delivery).or_default().push(range.frames.clone()));
    let until = clips.into_iter().map(|(clip, frames)| Until { clip: clip.into(), frames, movies: vec![] });
    let verify = ["verify", &job.out, "--recipe", &job.recipe].map(String::from).to_vec();
    let calls = [(WAITS, wait(&job.out, until)), (LEAVES, job.pull()), (VERIFIES, verify)];
    items.push(after(&format!("{name}-pull"), PULLS, pod(cluster, trust, &calls, &[])));
    Ok(json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}

/// The payloads, and the job that has an index for each of them; what it is called.
fn renders(list: &[Payload], first: &str, sign_with: Option<&str>, trust: Option<&str>, cluster: &Cluster) -> Result<(String, Vec<Value>)> {
    let mut data = Map::new();
    for (i, payload) in list.iter().enumerate() {
        data.insert(format!("{i}.json"), crate::recipe::to_json(payload).map(|b| String::from_utf8_lossy(&b).into_owned())?.into());
    }
    let size: usize = data.iter().map(|(name, text)| name.len() + text.as_str().map_or(0, str::len)).sum();
    if list.len() > MOST || size > LARGEST {
        let message = "more tasks than a job of Kubernetes takes; take longer chunks, or submit several jobs";
        return Err(Error::unsupported(message).field("chunks").value(list.len()));
    }
    // Named by what is done: submitted twice it is one job.
    let digest = crate::files::sha256(Value::Object(data.clone()).to_string().as_bytes());
    let name = format!("prelight-{}{}", label(first), &digest[..10]);
    let tasks = json!({ "name": "tasks", "configMap": { "name": name } });
    let mut invoke = vec!["invoke".to_owned(), format!("{TASKS}/$(JOB_COMPLETION_INDEX).json")];
    if let Some(key) = sign_with {
        invoke.extend(["--sign-with", key].map(String::from));
    }
    let job = json!({
        "completionMode": "Indexed", "completions": list.len(), "parallelism": cluster.parallel,
        "backoffLimitPerIndex": 3, "podFailurePolicy": failure_policy("FailIndex"),
        "template": pod(cluster, trust, &[(RENDERS, invoke)], &[tasks]),
    });
    let payloads = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "immutable": true, "data": data });
    let job = document(&name, "renders", job);
    Ok((name, vec![payloads, job]))
}

/// A job that is over once its calls have ended well.
fn after(name: &str, what: &str, pod: Value) -> Value {
    let job = json!({
        "activeDeadlineSeconds": LONGEST, "completions": 1, "backoffLimit": 3, "podFailurePolicy": failure_policy("FailJob"),
        "template": pod,
    });
    document(name, what, job)
}

fn wait(out: &str, until: impl IntoIterator<Item = Until>) -> Vec<String> {
    let until = until.into_iter().flat_map(|until| ["--until".to_owned(), until.to_string()]);
    ["wall", out].map(String::from).into_iter().chain(until).collect()
}

/// What has to be sealed of a clip before it is verified.
fn until(shot: &Shot) -> Until {
    let of_frames = shot.halves != Halves::Movies;
    let frames = if of_frames { runs(&shot.present).collect() } else { vec![] };
    // Those that make movies only say so; where there is nothing else, they are sealed as frames are.
    let (frames, movies) = if of_frames { (frames, shot.movies()) } else { (shot.movies(), vec![]) };
    Until { clip: shot.delivery(), frames, movies }
}

fn document(name: &str, what: &str, spec: Value) -> Value {
    let metadata = json!({
        "name": name, "labels": { "app.kubernetes.io/name": "prelight" }, "annotations": { "prelight/about": what },
    });
    json!({ "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec })
}

/// What no second try mends ends it at once; a pod that was evicted does not count; a full disk or a store that is busy is tried again.
fn failure_policy(hopeless: &str) -> Value {
    use ErrorKind::{Invalid, Io, Refused, TryAgain, Usage, Verification};
    let codes = |kinds: &[ErrorKind]| -> Vec<u8> { kinds.iter().map(|kind| kind.exit_code()).collect() };
    let on = |values| json!({ "operator": "In", "values": values });
    json!({ "rules": [
        { "action": hopeless, "onExitCodes": on(codes(&[Usage, Invalid, Verification, Refused])) },
        { "action": "Ignore", "onPodConditions": [{ "type": "DisruptionTarget", "status": "True" }] },
        { "action": "Count", "onExitCodes": on(codes(&[Io, TryAgain])) },
    ] })
}

/// A pod that may do nothing but this: no root, no writing but into its claims and its own temporary folder, no token of the cluster.
/// Calls are made one after the other, each once those before it have ended well.
fn pod(cluster: &Cluster, trust: Option<&str>, calls: &[(&str, Vec<String>)], volumes: &[Value]) -> Value {
    let (claims, secrets) = (cluster.claims.iter().enumerate(), cluster.secrets.iter().enumerate());
    let mut mounts = vec![json!({ "name": "tmp", "mountPath": SCRATCH })];
    mounts.extend(volumes.iter().map(|v| json!({ "name": v["name"], "mountPath": TASKS, "readOnly": true })));
    mounts.extend(claims.clone().map(|(i, c)| json!({ "name": format!("claim-{i}"), "mountPath": c.path })));
    mounts.extend(secrets.clone().map(|(i, s)| json!({ "name": format!("secret-{i}"), "mountPath": s.path, "readOnly": true })));
    let mut all = vec![json!({ "name": "tmp", "emptyDir": {} })];
    all.extend(volumes.iter().cloned());
    all.extend(claims.map(|(i, c)| json!({ "name": format!("claim-{i}"), "persistentVolumeClaim": { "claimName": c.name } })));
    let secret = |s: &Claim| json!({ "secretName": s.name, "defaultMode": SECRET_MODE });
    all.extend(secrets.map(|(i, s)| json!({ "name": format!("secret-{i}"), "secret": secret(s) })));
    let container = |(name, arguments): &(&str, Vec<String>)| {
        let mut made = json!({
            "name": name, "image": cluster.image, "args": arguments,
            "securityContext": { "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } },
            "volumeMounts": mounts,
        });
        if let Some(trust) = trust {
            made["env"] = json!([{ "name": TRUST_VARIABLE, "value": trust }]);
        }
        made
    };
    let (last, before) = calls
        .split_last()
        .map_or((vec![], vec![]), |(last, before)| (vec![container(last)], before.iter().map(container).collect::<Vec<_>>()));
    let mut spec = json!({
        "restartPolicy": "Never",
        "automountServiceAccountToken": false,
        "securityContext": {
            "runAsNonRoot": true, "runAsUser": NOBODY, "runAsGroup": NOBODY, "fsGroup": NOBODY,
            "seccompProfile": { "type": "RuntimeDefault" },
        },
        "containers": last,
        "volumes": all,
    });
    if !before.is_empty() {
        spec["initContainers"] = json!(before);
    }
    if let Some(account) = &cluster.account {
        spec["serviceAccountName"] = json!(account);
    }
    json!({ "spec": spec })
}

/// Kubernetes takes no pod with two volumes at one path, and what is mounted at the root hides the program.
fn refuse_equal_mounts(cluster: &Cluster) -> Result<()> {
    let own = [("/", "the image"), (SCRATCH, "the temporary folder of the pod"), (TASKS, "the folder of the payloads")];
    let mut taken: BTreeMap<&str, String> = own.into_iter().map(|(path, what)| (path, what.to_owned())).collect();
    let claims = cluster.claims.iter().map(|claim| ("--claim", claim));
    for (option, volume) in claims.chain(cluster.secrets.iter().map(|secret| ("--secret", secret))) {
        if let Some(other) = taken.insert(volume.path.as_str(), format!("{option} {}", volume.name)) {
            let why = format!("{other} is there already, and a pod takes one volume at a path");
            return Err(Error::usage(why).field(option).value(&volume.path));
        }
    }
    Ok(())
}

fn refuse_hidden_paths<'a>(mut places: impl Iterator<Item = &'a String>, sign_with: Option<&'a String>, cluster: &Cluster) -> Result<()> {
    let seen = || cluster.claims.iter().chain(&cluster.secrets);
    let hidden = |place: &&String| !is_address(place) && !seen().any(|claim| Path::new(place).starts_with(&claim.path));
    if let Some(key) = sign_with.filter(hidden) {
        return Err(Error::usage("no pod sees it: name the secret that it is in").field("--secret").file(key));
    }
    match places.find(hidden) {
        None => Ok(()),
        Some(place) => Err(Error::usage("no pod sees it: name the claim that it is on").field("--claim").file(place)),
    }
}

/// A name as a part of those of Kubernetes, with a hyphen at its end.
fn label(name: &str) -> String {
    let text: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).take(24).collect();
    let text = text.trim_matches('-');
    if text.is_empty() { String::new() } else { format!("{text}-") }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{PullRange, testing::submission},
        *,
    };
    use std::ops::RangeInclusive;

    fn cluster() -> Cluster {
        let claims = vec!["show:/show".parse().unwrap(), "plates:/plates/".parse().unwrap()];
        Cluster { image: "prelight:1".into(), parallel: 4, claims, secrets: vec![], account: Some("renderer".into()) }
    }

    #[test]
    fn an_index_a_chunk_and_the_exit_codes_decide() {
        let manifest = manifest(&submission(), &cluster()).unwrap();
        let [payloads, job, seal, other] = manifest["items"].as_array().unwrap().as_slice() else { panic!("{manifest}") };
        assert_eq!(payloads["data"].as_object().unwrap().len(), 5);
        assert!(payloads["data"]["4.json"].as_str().unwrap().contains("\"5-5\""));
        let spec = &job["spec"];
        assert_eq!((&spec["completions"], &spec["completionMode"]), (&json!(5), &json!("Indexed")));
        let rules = &spec["podFailurePolicy"]["rules"];
        assert_eq!((&rules[0]["action"], &rules[0]["onExitCodes"]["values"]), (&json!("FailIndex"), &json!([2, 10, 11, 12])));
        assert_eq!(rules[2]["onExitCodes"]["values"], json!([20, 75]));
        let pod = &spec["template"]["spec"];
        assert_eq!(pod["containers"][0]["args"], json!(["invoke", "/tasks/$(JOB_COMPLETION_INDEX).json"]));
        assert_eq!(pod["volumes"].as_array().unwrap().len(), 4);
        let policy = &seal["spec"]["podFailurePolicy"]["rules"][0];
        assert_eq!((&policy["action"], &policy["onExitCodes"].get("containerName")), (&json!("FailJob"), &None), "of what waits, too");
        assert!(seal["spec"].get("suspend").is_none() && seal["spec"]["activeDeadlineSeconds"] == LONGEST);
        let wait = |job: &Value| job["spec"]["template"]["spec"]["initContainers"][0]["args"].clone();
        assert_eq!(wait(seal), json!(["wall", "/plates", "--until", "A001=0-7"]));
        assert_eq!(wait(other), json!(["wall", "/plates", "--until", "B_001=1-2,5-5"]));
        assert!(wait(job).is_null());
        let args = &other["spec"]["template"]["spec"]["containers"][0]["args"];
        assert_eq!(args, &json!(["verify", "/plates/B_001", "--recipe", "/show/a.recipe"]));
        for item in manifest["items"].as_array().unwrap() {
            assert!(is_label(item["metadata"]["name"].as_str().unwrap()), "{item}");
        }
    }

    #[test]
    fn a_delivery_is_listed_once_it_is_verified() {
        let mut submission = Submission { hash_list: true, trust: Some("/show/trust.toml".into()), ..submission() };
        submission.clips.truncate(1);
        submission.clips[0].halves = Halves::Both;
        let manifest = manifest(&submission, &cluster()).unwrap();
        assert_eq!(manifest["items"][1]["spec"]["completions"], 4);
        assert!(manifest["items"][0]["data"]["3.json"].as_str().unwrap().contains("\"movies\""));
        let pod = &manifest["items"][2]["spec"]["template"]["spec"];
        let arguments = |kind: &str| -> Vec<String> {
            pod[kind]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["args"].as_array().unwrap().iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
                .collect()
        };
        let before = ["wall /plates --until A001=0-7,movies:0-7", "verify /plates/A001 --recipe /show/a.recipe"];
        assert_eq!(
            (arguments("initContainers"), arguments("containers")),
            (before.map(String::from).to_vec(), vec!["mhl create /plates/A001".to_owned()])
        );
        assert_eq!(pod["initContainers"][1]["env"][0]["value"], "/show/trust.toml", "who verifies judges approvals");
    }

    #[test]
    fn a_cut_is_an_index_a_range_and_a_pull_that_waits_for_all() {
        let range = |clip: &str, frames: RangeInclusive<u32>, shot: &str| PullRange {
            clip: format!("/show/{clip}"),
            delivery: clip.into(),
            begin: *frames.start(),
            frames,
            shot: Some(shot.into()),
        };
        let job = PullJob {
            recipe: "/show/a.recipe".into(),
            trust: Some("/show/trust.toml".into()),
            out: "/plates".into(),
            list: "/show/Reel 1.edl".into(),
            library: "/show".into(),
            handles: 8,
            partial: true,
            ranges: vec![range("B", 5..=9, "S1"), range("A", 1..=4, "S2"), range("B", 20..=24, "S3")],
            ..PullJob::default()
        };
        let manifest = pull_manifest(&job, &cluster()).unwrap();
        let [payloads, renders, pull] = manifest["items"].as_array().unwrap().as_slice() else { panic!("{manifest}") };
        assert!(payloads["data"]["2.json"].as_str().unwrap().contains("\"shot\": \"S3\""), "{payloads}");
        assert_eq!((&renders["spec"]["completions"], &pull["spec"]["completions"]), (&json!(3), &json!(1)));
        let pod = &pull["spec"]["template"]["spec"];
        assert_eq!(pod["initContainers"][0]["args"], json!(["wall", "/plates", "--until", "A=1-4", "--until", "B=5-9,20-24"]));
        let line = pod["initContainers"][1]["args"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect::<Vec<_>>().join(" ");
        let wanted = "pull --edl /show/Reel 1.edl --library /show --handles 8 --recipe /show/a.recipe --out /plates --trust /show/trust.toml --partial";
        assert_eq!(line, wanted);
        assert_eq!(pod["containers"][0]["args"], json!(["verify", "/plates", "--recipe", "/show/a.recipe"]));
        let hidden = PullJob { library: "/cards".into(), ..job };
        assert_eq!(pull_manifest(&hidden, &cluster()).unwrap_err().path(), Some(Path::new("/cards")));
    }

    #[test]
    fn a_key_is_a_secret_of_the_cluster() {
        let mut submission = Submission { sign_with: Some("/keys/a.pem".into()), ..submission() };
        let error = manifest(&submission, &cluster()).unwrap_err();
        assert_eq!((error.field_name(), error.path()), (Some("--secret"), Some(Path::new("/keys/a.pem"))));
        submission.signed_by = Some("/keys/a.pem.pub".into());
        let cluster = Cluster { secrets: vec!["signer:/keys".parse().unwrap()], ..cluster() };
        let manifest = manifest(&submission, &cluster).unwrap();
        let pod = &manifest["items"][1]["spec"]["template"]["spec"];
        assert_eq!(pod["containers"][0]["args"][3], "/keys/a.pem");
        let secret = pod["volumes"].as_array().unwrap().iter().find(|v| v["name"] == "secret-0").unwrap();
        assert_eq!(secret["secret"], json!({ "secretName": "signer", "defaultMode": 0o440 }));
        let mount = pod["containers"][0]["volumeMounts"].as_array().unwrap().iter().find(|m| m["name"] == "secret-0").unwrap();
        assert_eq!(mount, &json!({ "name": "secret-0", "mountPath": "/keys", "readOnly": true }));
        let seal = manifest["items"][2]["spec"]["template"]["spec"]["containers"][0]["args"].to_string();
        assert!(seal.contains("--signed-by") && seal.contains("/keys/a.pem.pub"), "{seal}");
    }

    #[test]
    fn a_path_that_no_pod_sees_is_refused() {
        let mut cluster = cluster();
        cluster.claims.pop();
        let error = manifest(&submission(), &cluster).unwrap_err();
        assert_eq!((error.exit_code(), error.path()), (2, Some(Path::new("/plates"))));
        // A path that only begins with the same letters.
        cluster.claims.push(Claim { name: "p".into(), path: "/pla".into() });
        assert!(manifest(&submission(), &cluster).is_err());
        let addresses = Submission { out: "s3://plates".into(), ..submission() };
        assert!(manifest(&addresses, &cluster).is_ok());
    }

    #[test]
    fn a_claim_is_a_name_and_a_path() {
        for wrong in ["", "show", "Show:/a", "-a:/a", "a:b", "a:/b/../c", ":/a", "a:/b:c"] {
            assert_eq!(wrong.parse::<Claim>().map_err(|e| e.exit_code()), Err(2), "{wrong}");
        }
        for (text, path) in [("a:/", "/"), ("a:/b/", "/b"), ("a://b/./c//", "/b/c")] {
            assert_eq!(text.parse::<Claim>().unwrap().path, path);
        }
    }

    #[test]
    fn a_path_is_mounted_once() {
        let refused = |claims: &[&str], secrets: &[&str]| {
            let parsed = |list: &[&str]| list.iter().map(|text| text.parse().unwrap()).collect::<Vec<Claim>>();
            let own = cluster();
            let cluster = Cluster { claims: [own.claims.clone(), parsed(claims)].concat(), secrets: parsed(secrets), ..own };
            let error = manifest(&submission(), &cluster).err()?;
            assert_eq!(error.exit_code(), 2, "{error}");
            assert_eq!(pull_manifest(&PullJob::default(), &cluster).unwrap_err(), error);
            Some(format!("{} {}", error.field_name().unwrap_or_default(), error.found().unwrap_or_default()))
        };
        assert_eq!(refused(&["a:/a", "b:/a/b"], &["k:/keys"]), None, "one within another is none of these");
        for (claims, secrets, told) in [
            (&["a:/"][..], &[][..], "--claim /"),
            (&["a:/tmp/"], &[], "--claim /tmp"),
            (&[], &["k:/tasks"], "--secret /tasks"),
            (&["a:/x", "b:/x"], &[], "--claim /x"),
            (&["a:/x"], &["k:/./x"], "--secret /x"),
        ] {
            assert_eq!(refused(claims, secrets).as_deref(), Some(told));
        }
    }

    #[test]
    fn too_many_chunks_are_refused() {
        let mut submission = submission();
        submission.clips[0].present = (0..50_000).collect();
        submission.clips[0].most = 1;
        assert_eq!(manifest(&submission, &cluster()).unwrap_err().exit_code(), 10);
    }
}
