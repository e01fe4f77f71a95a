//! The clip that an AMF or an FDL says it is of: where a clip is rendered as another was approved, the documents of its delivery have
//! to name the clip that was rendered.

use crate::{
    camera::{self, Clip, FrameNumber},
    sidecar::{
        amf::{self, Amf, ClipId, Media},
        fdl::{self, Fdl, FileSequence},
    },
};
use std::ops::RangeInclusive;

/// What may stand for a digit of a frame number, where the name itself does not have it.
const DIGITS: [char; 5] = ['#', '@', '%', '*', '?'];

/// A clip as documents name it.
pub(crate) struct NamedClip {
    name: String,
    files: Files,
}

/// The files of a clip; names without a folder, as documents lie beside them or anywhere else.
enum Files {
    /// Of several parts, the first.
    One(String),
    /// `template` with runs of `idx` where the frame number stands.
    Numbered { template: String, idx: char, frames: RangeInclusive<FrameNumber> },
}

impl NamedClip {
    /// `name`: what the clip goes by.
    pub fn new(clip: &dyn Clip, name: &str) -> Self {
        let (files, frames) = (clip.files(), clip.frames());
        let called = |path: &std::path::Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let first = files.first().map_or_else(|| called(clip.path()), |file| called(file));
        let digits = camera::frame_number(&first).filter(|n| n.number == frames.first() && files.len() == frames.present.len());
        let files = match digits.zip(DIGITS.into_iter().find(|c| !first.contains(*c))) {
            Some((numbered, idx)) => {
                let run: String = numbered.digits.clone().map(|_| idx).collect();
                let template = format!("{}{run}{}", &first[..numbered.digits.start], &first[numbered.digits.end..]);
                Files::Numbered { template, idx, frames: frames.first()..=frames.last() }
            }
            None => Files::One(first),
        };
        Self { name: name.to_owned(), files }
    }

    /// Has an AMF name this clip, and nothing else that it says of another. One for any clip stays so.
    pub fn name_in_amf(&self, amf: &mut Amf) {
        let media = match &self.files {
            Files::One(file) => Media::File(amf::encode_path(file)),
            Files::Numbered { template, idx, frames } => Media::Sequence {
                template: template.clone(),
                idx: idx.to_string(),
                min: (*frames.start()).into(),
                max: (*frames.end()).into(),
            },
        };
        if let Some(id) = &mut amf.clip_id {
            *id = ClipId::new(&self.name, media);
        }
    }

    /// Has an FDL name this clip in the context of a canvas, and in those of the same clip. Other contexts are of other clips, and one
    /// for any clip stays so.
    pub fn name_in_fdl(&self, fdl: &mut Fdl, canvas: &str) {
        let of_canvas = fdl.contexts.iter().find(|context| context.canvases.iter().any(|c| c.id == canvas));
        let Some(was) = of_canvas.and_then(|context| Some(context.clip_id.as_ref()?.clip_name.clone())) else { return };
        let (file, sequence) = match &self.files {
            Files::One(file) => (Some(file.clone()), None),
            Files::Numbered { template, idx, frames } => {
                let (min, max) = (*frames.start(), *frames.end());
                (None, Some(FileSequence { value: template.clone(), idx: idx.to_string(), min, max, other: Default::default() }))
            }
        };
        let id = fdl::ClipId { clip_name: self.name.clone(), file, sequence, other: Default::default() };
        for context in fdl.contexts.iter_mut().filter(|context| context.clip_id.as_ref().is_some_and(|id| id.clip_name == was)) {
            context.clip_id = Some(id.clone());
            if context.label.as_ref() == Some(&was) {
                context.label = Some(self.name.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::{Encoding, FrameList, Metadata, Picture, Reading, Timecode},
        error::{Error, Result},
        image::Size,
    };
    use std::path::{Path, PathBuf};

    /// A clip of these files.
    struct Named(Vec<PathBuf>, FrameList, Metadata);

    impl Clip for Named {
        fn format(&self) -> &'static str {
            "test"
        }
        fn path(&self) -> &Path {
            &self.0[0]
        }
        fn metadata(&self) -> &Metadata {
            &self.2
        }
        fn frames(&self) -> &FrameList {
            &self.1
        }
        fn size(&self) -> Size {
            Size::new(4, 4)
        }
        fn timecode(&self, _: FrameNumber) -> Result<Option<Timecode>> {
            Ok(None)
        }
        fn read(&self, _: FrameNumber, _: &Reading) -> Result<Picture> {
            Err(Error::invalid("no picture"))
        }
        fn encoding(&self) -> &Encoding {
            &Encoding::Unknown
        }
        fn files(&self) -> Vec<PathBuf> {
            self.0.clone()
        }
    }

    fn clip(files: &[&str], frames: &[FrameNumber]) -> NamedClip {
        let files = files.iter().map(|file| PathBuf::from("/card").join(file)).collect();
        NamedClip::new(&Named(files, FrameList::new(frames.to_vec()), Metadata::default()), "B002")
    }

    fn amf_of(named: &NamedClip) -> Option<ClipId> {
        let now = time::macros::datetime!(2026-01-01 0:00 UTC);
        let id = ClipId::new("A001", Media::Uuid("urn:uuid:1".into()));
        let mut amf = Amf::new_v2("d", amf::Author::new("n", "n@n"), Some(id), now, uuid::Uuid::from_u128(1));
        named.name_in_amf(&mut amf);
        amf.clip_id
    }

    #[test]
    fn a_sequence_is_named_by_its_pattern_and_its_range() {
        let media = |files: &[&str], frames: &[FrameNumber]| amf_of(&clip(files, frames)).unwrap().media.unwrap();
        let sequence = |template: &str, idx: &str, min, max| Media::Sequence { template: template.into(), idx: idx.into(), min, max };
        let two = media(&["B002_0007.dng", "B002_0009.dng"], &[7, 9]);
        assert_eq!(two, sequence("B002_####.dng", "#", 7, 9));
        assert_eq!(media(&["B#2_0007.dng"], &[7]), sequence("B#2_@@@@.dng", "@", 7, 7));
        // A movie whose name ends in a number has frames from 0 on.
        assert_eq!(media(&["my 0007.mov"], &[0, 1]), Media::File("my%200007.mov".into()));
        assert_eq!(media(&["B002_001.R3D", "B002_002.R3D"], &[0, 1, 2]), Media::File("B002_001.R3D".into()));
        assert_eq!(amf_of(&clip(&["B002.mov"], &[0])).unwrap().name, "B002");
    }

    #[test]
    fn a_document_for_any_clip_stays_one() {
        let now = time::macros::datetime!(2026-01-01 0:00 UTC);
        let mut amf = Amf::new_v2("d", amf::Author::new("n", "n@n"), None, now, uuid::Uuid::from_u128(1));
        clip(&["B002.mov"], &[0]).name_in_amf(&mut amf);
        assert_eq!(amf.clip_id, None);
        let mut fdl = fdl(&[(None, "a")]);
        let before = fdl.clone();
        clip(&["B002.mov"], &[0]).name_in_fdl(&mut fdl, "a");
        assert_eq!(fdl, before);
    }

    /// Contexts by the clip that they name and their canvas.
    fn fdl(contexts: &[(Option<&str>, &str)]) -> Fdl {
        let context = |(clip, canvas): &(Option<&str>, &str)| {
            let id = clip.map_or(String::new(), |clip| format!("\"clip_id\": {{\"clip_name\": \"{clip}\", \"_mark\": 1}}, "));
            let size = "{\"width\": 4, \"height\": 4}";
            format!(
                "{{\"label\": \"{}\", \"context_creator\": \"t\", {id}\"canvases\": [{{\"label\": \"c\", \"id\": \"{canvas}\", \"source_canvas_id\": \"{canvas}\", \
                 \"dimensions\": {size}, \"anamorphic_squeeze\": 1.0, \"framing_decisions\": []}}]}}",
                clip.unwrap_or("any")
            )
        };
        let contexts: Vec<String> = contexts.iter().map(context).collect();
        let text = format!(
            "{{\"uuid\": \"6f0f5b1a-8f0f-4f0f-9f0f-0f0f0f0f0f0f\", \"version\": {{\"major\": 2, \"minor\": 0}}, \"fdl_creator\": \"t\", \
             \"framing_intents\": [], \"contexts\": [{}], \"canvas_templates\": []}}",
            contexts.join(", ")
        );
        fdl::parse(text.as_bytes()).unwrap().0
    }

    #[test]
    fn the_contexts_of_the_approved_clip_are_of_the_rendered_one_and_no_other() {
        let mut fdl = fdl(&[(Some("A001"), "a"), (Some("C003"), "b"), (Some("A001"), "d"), (None, "e")]);
        let before = fdl.clone();
        clip(&["B002_000010.dng", "B002_000011.dng"], &[10, 11]).name_in_fdl(&mut fdl, "d");
        let named: Vec<_> = fdl.contexts.iter().map(|c| c.clip_id.as_ref().map(|id| id.clip_name.as_str())).collect();
        assert_eq!(named, [Some("B002"), Some("C003"), Some("B002"), None]);
        let sequence = fdl.contexts[0].clip_id.as_ref().unwrap().sequence.as_ref().unwrap();
        assert_eq!((sequence.value.as_str(), sequence.idx.as_str(), sequence.min, sequence.max), ("B002_######.dng", "#", 10, 11));
        assert_eq!(fdl.contexts[2].label.as_deref(), Some("B002"));
        assert_eq!(fdl.contexts[2].clip_id.as_ref().unwrap().other, [], "what was said of the other clip");
        let canvases = |fdl: &Fdl| fdl.contexts.iter().flat_map(|c| c.canvases.clone()).collect::<Vec<_>>();
        assert_eq!(canvases(&fdl), canvases(&before), "what was drawn stays");
        assert_eq!(fdl.contexts[1], before.contexts[1]);
    }
}
