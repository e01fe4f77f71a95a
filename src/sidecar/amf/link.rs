//! Whether an AMF is the one that a clip, an edit decision list or a log names.

use super::{Amf, ClipId, Media, files::decode};
use std::path::Path;

impl Amf {
    /// Whether the document has this UUID (`AMF_UUID` of EDL and ALE), with or without `urn:uuid:`, in any letter case.
    pub fn has_uuid(&self, uuid: &str) -> bool {
        self.info.uuid.as_deref().is_some_and(|own| is_same_uuid(own, uuid))
    }

    /// Whether its `clipId` means the clip of this name; see [`ClipId::is_of`].
    pub fn is_of_clip(&self, name: &str) -> bool {
        self.clip_id.as_ref().is_some_and(|id| id.is_of(name))
    }
}

impl ClipId {
    /// Whether it means the clip of this name or file name: by its own name, or by the name of its file or sequence, in any letter
    /// case. Of media files the extension does not count, of sequences the frame number: the rest has to be the same.
    pub fn is_of(&self, name: &str) -> bool {
        let wanted = stem(last(name)).to_lowercase();
        let is = |text: &str| !wanted.is_empty() && stem(last(text)).to_lowercase() == wanted;
        match &self.media {
            _ if is(&self.name) => true,
            Some(Media::File(uri)) => is(uri) || decode(uri).is_some_and(|uri| is(&uri)),
            Some(Media::Sequence { template, idx, .. }) => {
                let head = idx.chars().next().and_then(|c| template.split_once(c)).map_or(template.as_str(), |(head, _)| head);
                is(head.trim_end_matches(['.', '_', '-']))
            }
            Some(Media::Uuid(_)) | None => false,
        }
    }
}

/// Whether the AMF at `path` is the one called `name` (`AMF_NAME` of EDL and ALE): its file name with or without extension, in any
/// letter case.
pub fn is_called(path: &Path, name: &str) -> bool {
    let lower = |text: Option<&std::ffi::OsStr>| text.map(|t| t.to_string_lossy().to_lowercase());
    let wanted = name.trim().rsplit(['/', '\\']).next().unwrap_or("").to_lowercase();
    !wanted.is_empty() && (lower(path.file_name()).as_ref() == Some(&wanted) || lower(path.file_stem()).as_ref() == Some(&wanted))
}

/// Whether two texts are one UUID, with or without `urn:uuid:`, in any letter case.
pub fn is_same_uuid(a: &str, b: &str) -> bool {
    let plain = plain_uuid(a);
    !plain.is_empty() && plain == plain_uuid(b)
}

fn plain_uuid(text: &str) -> String {
    let lower = text.trim().to_ascii_lowercase();
    lower.strip_prefix("urn:uuid:").unwrap_or(&lower).trim_matches(['{', '}']).to_owned()
}

/// A name without the folders before it.
fn last(name: &str) -> &str {
    let name = name.trim().trim_end_matches('/');
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Extensions of camera originals and of what is made from them. What follows a dot otherwise is part of the name: `sc01.010` and
/// `sc01.020` are two clips.
const MEDIA: [&str; 37] = [
    "3gp", "ari", "arri", "arx", "avi", "braw", "cine", "crm", "cr2", "cr3", "dng", "dpx", "exr", "gpr", "hde", "j2c", "j2k", "jp2",
    "jpeg", "jpg", "jxl", "m4v", "mkv", "mlv", "mov", "mp4", "mxf", "nef", "nev", "png", "qt", "r3d", "raf", "rmf", "sxr", "tif", "tiff",
];

/// The name of a media file without its extension; any other name as it is.
fn stem(name: &str) -> &str {
    let known = |(stem, extension): &(&str, &str)| !stem.is_empty() && MEDIA.iter().any(|m| m.eq_ignore_ascii_case(extension));
    name.rsplit_once('.').filter(known).map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::amf::Author;

    fn amf(clip: ClipId) -> Amf {
        let uuid = uuid::Uuid::from_u128(0xABCD);
        Amf::new_v2("d", Author::new("n", "n@n"), Some(clip), time::macros::datetime!(2026-01-01 0:00 UTC), uuid)
    }

    #[test]
    fn uuids_are_written_in_several_ways() {
        let amf = amf(ClipId::new("A001", Media::File("A001.mov".into())));
        for good in [
            "urn:uuid:00000000-0000-0000-0000-00000000abcd",
            " 00000000-0000-0000-0000-00000000ABCD",
            "{00000000-0000-0000-0000-00000000abcd}",
        ] {
            assert!(amf.has_uuid(good), "{good}");
        }
        assert!(!amf.has_uuid("") && !amf.has_uuid("urn:uuid:") && !amf.has_uuid("00000000-0000-0000-0000-00000000abce"));
    }

    #[test]
    fn only_media_extensions_are_cut() {
        let id = ClipId::new("sc01.010", Media::File("media/sc01.010/".into()));
        assert!(id.is_of("sc01.010") && id.is_of("SC01.010.mov") && !id.is_of("sc01.020") && !id.is_of("sc01"));
        assert!(ClipId::new("x", Media::File("my%20clip.mxf".into())).is_of("my clip"));
        let sequence = Media::Sequence { template: "sc01.020.####.exr".into(), idx: "#".into(), min: 1, max: 9 };
        let id = ClipId::new("", sequence);
        assert!(id.is_of("sc01.020") && !id.is_of("sc01.010") && !id.is_of("sc01"));
    }

    #[test]
    fn a_clip_is_named_by_itself_or_its_media() {
        let file = amf(ClipId::new("take 3", Media::File("media/A001C003.mov".into())));
        assert!(["take 3", "a001c003", "/vol/A001C003.mxf"].iter().all(|n| file.is_of_clip(n)));
        assert!(!file.is_of_clip("A001C00") && !file.is_of_clip(""));
        let media = Media::Sequence { template: "A001_C012_AE0306_###.exr".into(), idx: "#".into(), min: 1, max: 240 };
        assert!(amf(ClipId::new("A001C012", media)).is_of_clip("A001_C012_AE0306"));
        let unnamed = amf(ClipId::new("", Media::Uuid("urn:uuid:1".into())));
        assert!(!unnamed.is_of_clip("") && !unnamed.is_of_clip("x"));
        assert!(
            is_called(Path::new("x/A001C003.amf"), "a001c003.AMF")
                && is_called(Path::new("A.amf"), "A")
                && !is_called(Path::new("A.amf"), "")
        );
    }
}
