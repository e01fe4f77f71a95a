//! An Indexed Job of Kubernetes: an index a chunk, and our exit codes say which are tried again.

use super::{Submission, chunks, is_address, payload::payloads};
use crate::{
    camera::runs,
    error::{Error, ErrorKind, Result},
    recipe::{safe_name, sign::TRUST_VARIABLE},
};
use serde_json::{Map, Value, json};
use std::{path::Path, str::FromStr};

/// Bytes that a ConfigMap may hold, less what its own members take.
const LARGEST: usize = (1 << 20) - (16 << 10);
/// Completions of an Indexed Job.
const MOST: usize = 100_000;
/// Where a pod finds its payloads.
const TASKS: &str = "/tasks";
const SEALS: &str = "waits until every part is sealed, and verifies";
/// Seconds that a job may wait for all parts to be sealed, and verify: a week. One whose parts fail before they leave word of it ends so.
const LONGEST: u32 = 7 * 24 * 3600;
const CONTAINER: &str = "prelight";
const WAITS: &str = "wait";
/// The user of the image.
const NOBODY: u32 = 65532;

/// What a cluster has to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    pub image: String,
    /// Pods at a time, at most.
    pub parallel: u32,
    pub claims: Vec<Claim>,
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
        let wrong = || Error::usage("a claim is NAME:/PATH").field("--claim").value(text);
        let (name, path) = text.split_once(':').ok_or_else(wrong)?;
        let path = path.strip_suffix('/').filter(|p| !p.is_empty()).unwrap_or(path);
        if !is_label(name) || !path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return Err(wrong());
        }
        Ok(Self { name: name.into(), path: path.into() })
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
/// Usage: a path that no claim covers, as no pod would see it; Unsupported: more chunks than a job or a ConfigMap holds.
pub fn manifest(submission: &Submission, cluster: &Cluster) -> Result<Value> {
    refuse_hidden_paths(submission, cluster)?;
    let list = payloads(submission);
    let mut data = Map::new();
    for (i, payload) in list.iter().enumerate() {
        data.insert(format!("{i}.json"), crate::recipe::to_json(payload).map(|b| String::from_utf8_lossy(&b).into_owned())?.into());
    }
    let size: usize = data.iter().map(|(name, text)| name.len() + text.as_str().map_or(0, str::len)).sum();
    if list.len() > MOST || size > LARGEST {
        let message = "more chunks than a job of Kubernetes takes; take longer chunks, or submit several jobs";
        return Err(Error::unsupported(message).field("chunks").value(list.len()));
    }
    // Named by what is done: submitted twice it is one job.
    let digest = crate::files::sha256(Value::Object(data.clone()).to_string().as_bytes());
    let first = submission.clips.first().map(|shot| safe_name(&shot.name)).unwrap_or_default();
    let name = format!("prelight-{}{}", label(&first), &digest[..10]);
    let tasks = json!({ "name": "tasks", "configMap": { "name": name } });
    let invoke = ["invoke".to_owned(), format!("{TASKS}/$(JOB_COMPLETION_INDEX).json")];
    let trust = submission.trust.as_deref();
    let job = json!({
        "completionMode": "Indexed", "completions": list.len(), "parallelism": cluster.parallel,
        "backoffLimitPerIndex": 3, "podFailurePolicy": failure_policy("FailIndex"),
        "template": pod(cluster, trust, None, &invoke, &[tasks]),
    });
    let mut items = vec![
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "immutable": true, "data": data }),
        document(&name, "renders", job),
    ];
    for (i, shot) in submission.clips.iter().enumerate() {
        let name = format!("{name}-seal-{i}");
        let place = format!("{}/{}", submission.out.trim_end_matches('/'), shot.delivery());
        let arguments = ["verify", &place, "--recipe", &submission.recipe].map(String::from);
        let frames: Vec<_> = runs(&shot.present).collect();
        let until = format!("{}={}", shot.delivery(), chunks::list(&frames));
        let wait = ["wall", &submission.out, "--until", &until].map(String::from);
        let job = json!({
            "activeDeadlineSeconds": LONGEST, "completions": 1, "backoffLimit": 3, "podFailurePolicy": failure_policy("FailJob"),
            "template": pod(cluster, trust, Some(&wait), &arguments, &[]),
        });
        items.push(document(&name, SEALS, job));
    }
    Ok(json!({ "apiVersion": "v1", "kind": "List", "items": items }))
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
/// `before` has to end well first.
fn pod(cluster: &Cluster, trust: Option<&str>, before: Option<&[String]>, arguments: &[String], volumes: &[Value]) -> Value {
    let claims = cluster.claims.iter().enumerate();
    let mut mounts = vec![json!({ "name": "tmp", "mountPath": "/tmp" })];
    mounts.extend(volumes.iter().map(|v| json!({ "name": v["name"], "mountPath": TASKS, "readOnly": true })));
    mounts.extend(claims.clone().map(|(i, c)| json!({ "name": format!("claim-{i}"), "mountPath": c.path })));
    let mut all = vec![json!({ "name": "tmp", "emptyDir": {} })];
    all.extend(volumes.iter().cloned());
    all.extend(claims.map(|(i, c)| json!({ "name": format!("claim-{i}"), "persistentVolumeClaim": { "claimName": c.name } })));
    let container = |name: &str, arguments: &[String]| {
        json!({
            "name": name, "image": cluster.image, "args": arguments,
            "securityContext": { "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } },
            "volumeMounts": mounts,
        })
    };
    let mut spec = json!({
        "restartPolicy": "Never",
        "automountServiceAccountToken": false,
        "securityContext": {
            "runAsNonRoot": true, "runAsUser": NOBODY, "runAsGroup": NOBODY, "fsGroup": NOBODY,
            "seccompProfile": { "type": "RuntimeDefault" },
        },
        "containers": [container(CONTAINER, arguments)],
        "volumes": all,
    });
    if let Some(before) = before {
        spec["initContainers"] = json!([container(WAITS, before)]);
    }
    if let Some(trust) = trust {
        spec["containers"][0]["env"] = json!([{ "name": TRUST_VARIABLE, "value": trust }]);
    }
    if let Some(account) = &cluster.account {
        spec["serviceAccountName"] = json!(account);
    }
    json!({ "spec": spec })
}

fn refuse_hidden_paths(submission: &Submission, cluster: &Cluster) -> Result<()> {
    let clips = submission.clips.iter().map(|shot| &shot.path);
    let places = [&submission.recipe, &submission.out].into_iter().chain(&submission.trust).chain(clips);
    let hidden = |place: &&String| !is_address(place) && !cluster.claims.iter().any(|claim| Path::new(place).starts_with(&claim.path));
    match places.into_iter().find(hidden) {
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
    use super::super::testing::submission;
    use super::*;

    fn cluster() -> Cluster {
        let claims = vec!["show:/show".parse().unwrap(), "plates:/plates/".parse().unwrap()];
        Cluster { image: "prelight:1".into(), parallel: 4, claims, account: Some("renderer".into()) }
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
        for wrong in ["", "show", "Show:/a", "-a:/a", "a:b", "a:/b/../c", ":/a"] {
            assert_eq!(wrong.parse::<Claim>().map_err(|e| e.exit_code()), Err(2), "{wrong}");
        }
        assert_eq!("a:/".parse::<Claim>().unwrap().path, "/");
    }

    #[test]
    fn too_many_chunks_are_refused() {
        let mut submission = submission();
        submission.clips[0].present = (0..50_000).collect();
        submission.clips[0].most = 1;
        assert_eq!(manifest(&submission, &cluster()).unwrap_err().exit_code(), 10);
    }
}
