//! Names of files by a template: `{shot}_{plate}_v{version:03}.{frame:04}`.

use super::{Format, Naming};
use crate::{
    camera::{FrameNumber, Metadata},
    error::{Error, Result},
    recipe::safe_name,
};

/// The name of a plate where nobody says another.
pub const PLAIN: &str = "{clip}.{frame:06}";
/// Characters of a template, and of a name that comes out, at most.
const LONGEST: usize = 500;
/// Digits of a number, at most.
const WIDEST: usize = 12;

/// The name that a deliverable has where nobody says another.
pub fn usual(format: &Format) -> &'static str {
    match format {
        Format::Movie(_) => "{deliverable}/{clip}.{first:06}-{last:06}",
        _ => "{deliverable}/{clip}.{frame:06}",
    }
}

/// What a name may be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Clip,
    Reel,
    Camera,
    Scene,
    Take,
    Shot,
    Plate,
    Version,
    Frame,
    First,
    Last,
    Deliverable,
    Recipe,
}

impl Field {
    const ALL: [(&'static str, Self); 13] = [
        ("clip", Self::Clip),
        ("reel", Self::Reel),
        ("camera", Self::Camera),
        ("scene", Self::Scene),
        ("take", Self::Take),
        ("shot", Self::Shot),
        ("plate", Self::Plate),
        ("version", Self::Version),
        ("frame", Self::Frame),
        ("first", Self::First),
        ("last", Self::Last),
        ("deliverable", Self::Deliverable),
        ("recipe", Self::Recipe),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, field)| *field == self).map_or("", |(word, _)| word)
    }
    fn is_number(self) -> bool {
        matches!(self, Self::Version | Self::Frame | Self::First | Self::Last)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// With as many digits at least, for a number.
    Field(Field, usize),
}

/// A template that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

/// What is known of a file that needs a name.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub clip: &'a str,
    pub metadata: &'a Metadata,
    pub naming: &'a Naming,
    /// Of an event of a cut list: goes before that of the naming.
    pub shot: Option<&'a str>,
    /// Id of the recipe.
    pub recipe: &'a str,
    pub deliverable: &'a str,
    /// Of a file of one frame.
    pub frame: Option<FrameNumber>,
    /// Of what is rendered.
    pub first: FrameNumber,
    pub last: FrameNumber,
    /// The first frame of the cut, or of the clip where there is no cut: what [`Naming::first_frame`] numbers.
    pub begin: FrameNumber,
}

impl Template {
    /// # Errors
    /// Invalid: a field that is not known, a bracket that is not closed, a character that not every system takes, a path that leaves its
    /// folder.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |what: String| Error::invalid(what).value(text);
        if text.is_empty() || text.len() > LONGEST {
            return Err(bad(format!("has to have 1 to {LONGEST} characters")));
        }
        let mut parts = vec![];
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(open);
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            let inside = from.strip_prefix('{').and_then(|f| f.split_once('}'));
            let (inside, after) = inside.ok_or_else(|| bad("a { without its }, or a } without its {".into()))?;
            parts.push(field(inside).map_err(bad)?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        let template = Self { source: text.into(), parts };
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        for part in &template.parts {
            if let Part::Text(text) = part
                && let Some(c) = text.chars().find(|c| !plain(*c))
            {
                return Err(bad(format!("{c:?} stands in no name: letters, digits, . _ - and / do")));
            }
        }
        well_formed(&template.sample("x")).map_err(|e| e.value(text))?;
        Ok(template)
    }

    /// Whether every frame has a name of its own.
    pub fn tells_frames(&self) -> bool {
        self.has(Field::Frame)
    }
    /// Whether parts of a clip have names of their own.
    pub fn tells_parts(&self) -> bool {
        self.has(Field::First) && self.has(Field::Last)
    }
    fn has(&self, wanted: Field) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Field(field, _) if *field == wanted))
    }

    /// A name as it could be, the same for two templates that could lead to one file.
    pub(super) fn sample(&self, deliverable: &str) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(Field::Deliverable, _) => deliverable.to_owned(),
            Part::Field(field, _) => format!("{}0", field.word()),
        };
        self.parts.iter().map(part).collect()
    }

    /// The name, without its extension. Texts are written as file names are ([`safe_name`]).
    ///
    /// # Errors
    /// Invalid: something that it asks for is not known, which is named.
    pub fn fill(&self, facts: &Facts) -> Result<String> {
        let name = self.parts.iter().map(|part| self.part(part, facts)).collect::<Result<String>>()?;
        well_formed(&name).map_err(|e| e.field("output name").value(&name))?;
        Ok(name)
    }

    fn part(&self, part: &Part, facts: &Facts) -> Result<String> {
        let (field, width) = match part {
            Part::Text(text) => return Ok(text.clone()),
            Part::Field(field, width) => (*field, *width),
        };
        let missing = |what: &str| Error::invalid(format!("the name {} asks for it, and {what}", self.source)).field(field.word());
        if field.is_number() {
            let frame = |n: FrameNumber| facts.naming.number(n, facts.begin);
            let number = match field {
                Field::Version => facts.naming.version.map(i64::from),
                Field::Frame => facts.frame.map(frame),
                Field::First => Some(frame(facts.first)),
                _ => Some(frame(facts.last)),
            };
            return match number {
                Some(number) if number < 0 => Err(missing("it would be below 0").value(number)),
                Some(number) => Ok(format!("{number:0width$}")),
                None => Err(missing("the recipe does not say it")),
            };
        }
        let stated = |field: &Option<crate::camera::Field<String>>| field.as_ref().map(|f| f.value.clone());
        let m = facts.metadata;
        let (text, who) = match field {
            Field::Clip => (Some(facts.clip.to_owned()), "the clip"),
            Field::Reel => (stated(&m.reel), "the clip"),
            Field::Camera => (stated(&m.camera_index).or_else(|| stated(&m.camera_label)), "the clip"),
            Field::Scene => (stated(&m.scene), "the clip"),
            Field::Take => (stated(&m.take), "the clip"),
            Field::Shot => (facts.shot.map(str::to_owned).or_else(|| facts.naming.shot.clone()), "neither cut list nor recipe"),
            Field::Plate => (facts.naming.plate.clone(), "the recipe"),
            Field::Deliverable => (Some(facts.deliverable.to_owned()), "the recipe"),
            // Enough to tell recipes apart, and short enough to be read.
            _ => (facts.recipe.get(..8).map(str::to_owned), "the recipe"),
        };
        match text.filter(|t| !t.trim().is_empty()) {
            Some(text) => Ok(safe_name(text.trim())),
            None if who.starts_with("neither") => Err(missing(&format!("{who} says it"))),
            None => Err(missing(&format!("{who} does not say it"))),
        }
    }
}

fn field(inside: &str) -> Result<Part, String> {
    let (word, width) = inside.split_once(':').map_or((inside, None), |(word, width)| (word, Some(width)));
    let Some((_, field)) = Field::ALL.iter().find(|(known, _)| *known == word) else {
        let known: Vec<&str> = Field::ALL.iter().map(|(word, _)| *word).collect();
        return Err(format!("{{{word}}} is not known; these are: {}", known.join(", ")));
    };
    let Some(width) = width else { return Ok(Part::Field(*field, 0)) };
    let digits = width.strip_prefix('0').unwrap_or(width).parse::<usize>().ok().filter(|w| (1..=WIDEST).contains(w));
    match digits {
        Some(digits) if field.is_number() => Ok(Part::Field(*field, digits)),
        Some(_) => Err(format!("{{{word}}} is no number: it has no count of digits")),
        None => Err(format!("{{{inside}}}: a count of digits is 01 to 0{WIDEST}")),
    }
}

/// A relative path of names that are not hidden.
fn well_formed(name: &str) -> Result<()> {
    if name.len() > LONGEST {
        return Err(Error::invalid(format!("has more than {LONGEST} characters")));
    }
    if name.split('/').any(|part| part.is_empty() || part.starts_with('.') || part.ends_with('.')) {
        return Err(Error::invalid("leaves its folder, or has a part that is empty, or begins or ends with a dot"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Field as Stated;
    use proptest::prelude::*;

    fn filled(template: &str, change: impl FnOnce(&mut Metadata, &mut Naming)) -> Result<String> {
        let (mut metadata, mut naming) = (Metadata::default(), Naming::default());
        change(&mut metadata, &mut naming);
        let facts = Facts {
            clip: "A001 C002",
            metadata: &metadata,
            naming: &naming,
            shot: None,
            recipe: "8f4e35b0-9a9d",
            deliverable: "plate",
            frame: Some(7),
            first: 1,
            last: 9,
            begin: 3,
        };
        Template::parse(template)?.fill(&facts)
    }

    #[test]
    fn names_are_filled_in() {
        let name = filled("{clip}/{reel}_{shot}_{plate}_v{version:03}.{frame:04}", |m, n| {
            m.reel = Some(Stated::stated("A/001".to_owned(), "test"));
            *n = Naming {
                shot: Some("sh010".into()),
                plate: Some("pl01".into()),
                version: Some(2),
                first_frame_offset: 1000,
                first_frame: None,
            };
        });
        assert_eq!(name.unwrap(), "A001_C002/A_001_sh010_pl01_v002.1007");
        assert_eq!(filled("{deliverable}/{recipe}.{first:06}-{last}", |_, _| ()).unwrap(), "plate/8f4e35b0.000001-9");
        // The cut begins at frame 3, with two frames of handle before it.
        assert_eq!(filled("{frame}.{first:04}-{last}", |_, n| n.first_frame = Some(1001)).unwrap(), "1005.0999-1007");
    }

    #[test]
    fn what_is_not_known_is_named_and_never_left_out() {
        for (template, field) in
            [("{reel}", "reel"), ("{scene}", "scene"), ("{shot}", "shot"), ("{plate}", "plate"), ("{version}", "version")]
        {
            let error = filled(template, |_, _| ()).unwrap_err();
            assert_eq!((error.field_name(), error.exit_code()), (Some(field), 10), "{error}");
        }
        let empty = filled("{reel}", |m, _| m.reel = Some(Stated::stated(" ".to_owned(), "test")));
        assert_eq!(empty.unwrap_err().field_name(), Some("reel"));
        assert!(filled("{frame}", |_, n| n.first_frame_offset = -8).is_err());
        assert_eq!(filled("{first}", |_, n| n.first_frame = Some(1)).unwrap_err().found(), Some("-1"));
    }

    #[test]
    fn what_leaves_the_folder_or_is_no_template_is_refused() {
        for bad in [
            "",
            "/x",
            "../x",
            "a//b",
            "a/",
            "{clip",
            "clip}",
            "{what}",
            "{clip:03}",
            "{frame:0}",
            "{frame:099}",
            "a b",
            "a\\b",
            ".x",
            "a/./b",
        ] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
        // A clip may be called anything.
        assert!(filled("{scene}/x", |m, _| m.scene = Some(Stated::stated("..".to_owned(), "test"))).is_ok_and(|n| n == "clip/x"));
        assert!(filled("{scene}", |m, _| m.scene = Some(Stated::stated(".hidden".to_owned(), "test"))).is_err());
    }

    proptest! {
        #[test]
        fn no_template_and_no_clip_leads_out(template in "[{}a-z:0-9/._\\-]{0,30}", scene in any::<String>()) {
            if let Ok(name) = filled(&template, |m, _| m.scene = Some(Stated::stated(scene, "test"))) {
                let path = std::path::Path::new(&name);
                prop_assert!(path.components().all(|c| matches!(c, std::path::Component::Normal(_))), "{name}");
            }
        }
    }
}
