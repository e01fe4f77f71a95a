//! The payload of a task: one JSON object, which `prelight invoke` takes.

use super::{Submission, chunks};
use serde::Serialize;

/// Everything that a task has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payload {
    pub input_clip: String,
    pub output_location: String,
    /// `0-7`.
    pub frame_range: String,
    pub recipe: String,
}

/// A payload for every chunk, clip by clip.
pub fn payloads(submission: &Submission) -> Vec<Payload> {
    let of = |shot: &super::Shot| -> Vec<Payload> {
        let payload = |range| Payload {
            input_clip: shot.path.clone(),
            output_location: submission.out.clone(),
            frame_range: chunks::text(&range),
            recipe: submission.recipe.clone(),
        };
        shot.chunks().into_iter().map(payload).collect()
    };
    submission.clips.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::submission;
    use super::*;

    #[test]
    fn a_payload_a_chunk() {
        let list = payloads(&submission());
        let ranges: Vec<&str> = list.iter().map(|p| &*p.frame_range).collect();
        assert_eq!(ranges, ["0-2", "3-5", "6-7", "1-2", "5-5"]);
        assert_eq!(
            serde_json::to_value(&list[3]).unwrap(),
            serde_json::json!({
                "input_clip": "/show/B 001", "output_location": "/plates", "frame_range": "1-2", "recipe": "/show/a.recipe",
            })
        );
    }
}
