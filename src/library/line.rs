//! A clip that was found, in a line for people.

use super::Hit;
use crate::{camera::Field, words::number};

/// What stands in the columns of a list. Empty is what the clip does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// That of its file, where the clip has none.
    pub name: String,
    pub reel: String,
    /// The model, or who made it.
    pub camera: String,
    /// What it is called, and its focal length where that does not tell it.
    pub lens: String,
    pub exposure_index: String,
    /// Frames a second.
    pub rate: String,
    pub timecode: String,
    /// How many.
    pub frames: String,
}

impl Hit {
    pub fn line(&self) -> Line {
        let m = &self.metadata;
        let stated = |field: &Option<Field<String>>| field.as_ref().map(|f| f.value.clone());
        let lens = stated(&m.lens);
        let focal_length = m.focal_length.as_ref().map(|f| number(f.value));
        let focal_length = focal_length.filter(|mm| lens.as_ref().is_none_or(|lens| !tells(lens, mm))).map(|mm| format!("{mm} mm"));
        let file = || self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Line {
            name: if self.name.is_empty() { file() } else { self.name.clone() },
            reel: stated(&m.reel).unwrap_or_default(),
            camera: stated(&m.model).or_else(|| stated(&m.make)).unwrap_or_default(),
            lens: [lens, focal_length].into_iter().flatten().collect::<Vec<_>>().join(", "),
            exposure_index: m.exposure_index.as_ref().map(|f| f.value.to_string()).unwrap_or_default(),
            rate: m.frame_rate.as_ref().map(|f| number(f.value.to_f64())).unwrap_or_default(),
            timecode: m.start_timecode.as_ref().map(|f| f.value.to_string()).unwrap_or_default(),
            frames: if self.error.is_some() { String::new() } else { self.frames.count.to_string() },
        }
    }
}

/// Whether the name of a lens tells a focal length: `Prime 50 mm`, `50mm T2.8`.
fn tells(lens: &str, mm: &str) -> bool {
    let lens: String = lens.split_whitespace().collect();
    lens.match_indices(&format!("{mm}mm")).any(|(at, _)| !lens[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::{Metadata, Rational},
        library::Frames,
    };

    #[test]
    fn what_is_not_stated_is_told_by_what_is() {
        let stated = |text: &str| Some(Field::stated(text.to_owned(), "test"));
        let metadata = Metadata {
            make: stated("ARRI"),
            lens: stated("Signature"),
            focal_length: Some(Field::stated(47.5, "test")),
            frame_rate: Some(Field::stated(Rational::new(24000, 1001).unwrap(), "test")),
            ..Metadata::default()
        };
        let frames = Frames { first: 0, count: 48, missing: vec![] };
        let mut hit = Hit {
            path: "/cards/A001C001.mov".into(),
            name: String::new(),
            format: String::new(),
            frames,
            metadata,
            gone: false,
            error: None,
        };
        let line = hit.line();
        assert_eq!([&*line.name, &*line.camera, &*line.lens, &*line.rate], ["A001C001.mov", "ARRI", "Signature, 47.5 mm", "23.976"]);
        assert_eq!((&*line.frames, &*line.reel), ("48", ""));
        for (lens, said) in [("Prime 47.5 mm T2", "Prime 47.5 mm T2"), ("147.5mm", "147.5mm, 47.5 mm"), ("24-70 mm", "24-70 mm, 47.5 mm")] {
            hit.metadata.lens = stated(lens);
            assert_eq!(hit.line().lens, said);
        }
        (hit.metadata.model, hit.error) = (stated("ALEXA 35"), Some("cut off".into()));
        assert_eq!((&*hit.line().camera, &*hit.line().frames), ("ALEXA 35", ""));
    }
}
