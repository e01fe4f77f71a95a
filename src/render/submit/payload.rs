//! The payloads of the tasks, which `prelight invoke` takes.

use super::{PullJob, PullRange, Shot, Submission, is_here};
use crate::render::invoke::Payload;
use std::collections::BTreeSet;

/// A payload for every task, clip by clip.
pub fn payloads(submission: &Submission) -> Vec<Payload> {
    let of = |shot: &Shot| -> Vec<Payload> {
        let payload = |(range, only)| Payload {
            input_clip: shot.path.clone(),
            output_location: submission.out.clone(),
            frame_range: Some(range),
            only,
            recipe: Some(submission.recipe.clone()),
            amf_path: None,
            fdl_path: None,
            container: None,
            shot: None,
            begin: None,
        };
        shot.tasks().map(payload).collect()
    };
    submission.clips.iter().flat_map(of).collect()
}

/// The same for every range of a cut.
pub fn payloads_of_cut(job: &PullJob) -> Vec<Payload> {
    let of = |range: &PullRange| Payload {
        input_clip: range.clip.clone(),
        output_location: job.out.clone(),
        frame_range: Some(range.frames.clone()),
        only: None,
        recipe: Some(job.recipe.clone()),
        amf_path: None,
        fdl_path: None,
        container: None,
        shot: range.shot.clone(),
        begin: Some(range.begin),
    };
    job.ranges.iter().map(of).collect()
}

/// The places of this machine that payloads name, each once: a function sees them only where a file system is mounted there.
pub fn local_places(payloads: &[Payload]) -> BTreeSet<&str> {
    let places = payloads.iter().flat_map(|payload| [Some(&payload.input_clip), payload.recipe.as_ref(), Some(&payload.output_location)]);
    places.flatten().map(String::as_str).filter(|place| is_here(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::submission;
    use super::*;

    #[test]
    fn a_payload_a_chunk() {
        let list = payloads(&submission());
        let ranges = [0..=2, 3..=5, 6..=7, 1..=2, 5..=5].map(Some);
        assert!(list.iter().map(|p| p.frame_range.clone()).eq(ranges));
        assert_eq!(
            serde_json::to_value(&list[3]).unwrap(),
            serde_json::json!({
                "input_clip": "/show/B 001", "output_location": "/plates", "frame_range": "1-2", "recipe": "/show/a.recipe",
            })
        );
    }

    #[test]
    fn places_of_this_machine_are_told() {
        let local = |recipe: &str, out: &str| {
            let mut submission = Submission { recipe: recipe.into(), out: out.into(), ..submission() };
            submission.clips.truncate(1);
            submission.clips[0].path = "s3://cards/A001".into();
            local_places(&payloads(&submission)).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(local("s3://show/a.recipe", "gs://plates"), [""; 0]);
        assert_eq!(local("/show/a.recipe", "file:///plates"), ["/show/a.recipe", "file:///plates"]);
    }
}
