//! What is wrong with the AMF of a clip as it is rendered: of the active pipeline, with what a person chose in place of what the
//! document leaves open.

use crate::{
    pipeline::{Document, Settings},
    sidecar::{
        Diagnostic, Level,
        amf::{self, Amf, Reference, Transform},
    },
};

/// The findings on a document, by what they mean for the picture.
#[derive(Default)]
pub(super) struct Judged<'a> {
    /// Of what is rendered.
    pub open: Vec<&'a Diagnostic>,
    /// Errors that a choice has settled.
    pub settled: usize,
    /// Errors of pipelines that are on record only.
    pub archived: usize,
}

impl<'a> Judged<'a> {
    /// `settings` are those of the plan; without a plan nothing is chosen.
    pub fn new(document: &'a Document<Amf>, amf: &Amf, settings: Option<&Settings>) -> Self {
        let chosen: Vec<Choice> = settings.map(|settings| choices(amf, settings)).unwrap_or_default();
        let mut judged = Self::default();
        for found in &document.diagnostics {
            let counted = usize::from(found.level == Level::Error);
            if amf::is_archived(found) {
                judged.archived += counted;
            } else if chosen.iter().any(|choice| choice.settles(found)) {
                judged.settled += counted;
            } else {
                judged.open.push(found);
            }
        }
        judged
    }

    /// What is not held against the picture, for the evidence; empty where there is no such thing.
    pub fn notes(&self) -> String {
        let settled = if self.settled == 0 { String::new() } else { format!("; {} settled by what was chosen", errors(self.settled)) };
        let archived = if self.archived == 0 { String::new() } else { format!("; {} in pipelines on record only", errors(self.archived)) };
        settled + &archived
    }
}

fn errors(n: usize) -> String {
    super::count(n, "error")
}

/// Something that a person chose for a step of the active pipeline.
struct Choice<'a> {
    /// Path of the element of the step.
    path: String,
    what: What<'a>,
}

enum What<'a> {
    /// What stands in place of an ID.
    Id(&'a str),
    /// What stands in place of the step's own file.
    File,
    /// The space of a CDL that names none.
    Space,
}

fn choices<'a>(amf: &'a Amf, settings: &Settings) -> Vec<Choice<'a>> {
    let mut all = vec![];
    for (element, step) in amf.pipeline.elements() {
        let path = format!("/acesMetadataFile/pipeline/{element}");
        let mut add = |what| all.push(Choice { path: path.clone(), what });
        if let Reference::Cdl(look) = &step.reference
            && look.working_space.is_none()
            && settings.working_space.is_some()
        {
            add(What::Space);
        }
        step.visit_all(&mut |part: &Transform| {
            let chosen = part.choice_key().filter(|key| settings.transforms.contains_key(*key));
            match (&part.reference, chosen) {
                (_, None) => {}
                (Reference::TransformId(_), Some(id)) => add(What::Id(id)),
                (Reference::File(_) | Reference::Uuid(_) | Reference::Cdl(_), Some(_)) if std::ptr::eq(part, step) => add(What::File),
                _ => {}
            }
        });
    }
    all
}

impl Choice<'_> {
    fn settles(&self, found: &Diagnostic) -> bool {
        let Some(inner) = found.path.strip_prefix(&self.path).filter(|rest| rest.is_empty() || rest.starts_with('/')) else { return false };
        match &self.what {
            What::Id(id) => match found.code {
                "INVALID_TRANSFORM_ID" => found.message.ends_with(id),
                "MALFORMED_TRANSFORM_ID" | "VERSION_MISMATCH_TRANSFORM_ID" => found.message.contains(id),
                "SCHEMA_VIOLATION" => inner.ends_with("/transformId") && found.message.contains(id),
                _ => false,
            },
            What::File => match found.code {
                "MISSING_REFERENCED_FILE" | "NON_CLF_TRANSFORM_FILE" | "CCC_PARSE_ERROR" | "CCC_MISSING_ID" | "UUID_FILE_NOT_FOUND" => {
                    inner.is_empty()
                }
                "HASH_MISMATCH" | "HASH_FILE_NOT_FOUND" | "HASH_ENCODING" => inner.is_empty() || inner == "/hash",
                _ => false,
            },
            What::Space => match found.code {
                "MISSING_CDL_WORKING_SPACE" => inner.is_empty(),
                "SCHEMA_VIOLATION" => found.message.contains("<cdlWorkingSpace>"),
                _ => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::{
        amf::{Author, Role, WorkingSpace},
        cdl::Cdl,
    };

    const CUSTOM: &str = "urn:ampas:aces:transformId:v1.5:LMT.Acme.Show.a1.v1";

    fn bare() -> Transform {
        let mut look = Transform::cdl(Cdl { saturation: 0.8, ..Cdl::default() }, WorkingSpace::acescct());
        if let Reference::Cdl(cdl) = &mut look.reference {
            cdl.working_space = None;
        }
        look
    }

    fn document() -> Document<Amf> {
        let now = time::macros::datetime!(2026-11-26 12:00 UTC);
        let mut amf = Amf::new_v2("d", Author::new("n", "n@n.n"), None, now, uuid::Uuid::from_u128(7));
        amf.pipeline.push_look(Transform::id(CUSTOM).described("Show"));
        amf.pipeline.push_look(bare().described("Grade"));
        amf.pipeline.push_look(Transform::file("gone.clf", None).described("Gone"));
        amf.pipeline.set_output(Transform::named("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Role::Output).unwrap());
        let folder = tempfile::tempdir().unwrap();
        Document::parsed(folder.path().join("a.amf"), amf::write(&amf).into_bytes(), amf::parse)
    }

    fn errors(judged: &Judged) -> Vec<(&'static str, String)> {
        judged.open.iter().filter(|d| d.level == Level::Error).map(|d| (d.code, d.path.clone())).collect()
    }

    #[test]
    fn a_choice_settles_what_it_is_for_and_nothing_else() {
        let document = document();
        let amf = document.content.as_ref().unwrap();
        let with = |transforms: &[(&str, &str)], space: Option<&str>| {
            let transforms = transforms.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            let settings = Settings { transforms, working_space: space.map(str::to_owned), ..Settings::default() };
            let judged = Judged::new(&document, amf, Some(&settings));
            (errors(&judged), judged.settled)
        };
        let look = |n: usize, code: &'static str| (code, format!("/acesMetadataFile/pipeline/lookTransform[{n}]"));
        let (unknown, bare, gone) =
            (look(1, "INVALID_TRANSFORM_ID"), look(2, "MISSING_CDL_WORKING_SPACE"), look(3, "MISSING_REFERENCED_FILE"));
        let (all, settled) = with(&[], None);
        for wanted in [&unknown, &bare, &gone] {
            assert!(all.contains(wanted), "{wanted:?} in {all:?}");
        }
        assert_eq!(settled, 0);
        let (left, _) = with(&[(CUSTOM, "blue-light-fix")], None);
        assert!(!left.contains(&unknown) && left.contains(&bare) && left.contains(&gone), "{left:?}");
        let (left, _) = with(&[], Some("acescct"));
        assert!(left.contains(&unknown) && left.contains(&gone) && left.len() == 2, "the schema asks for it too: {left:?}");
        let (left, settled) = with(&[(CUSTOM, "blue-light-fix"), ("gone.clf", "blue-light-fix")], Some("acescct"));
        assert!(left.is_empty() && settled == all.len(), "{left:?}");
        // Somebody else's ID.
        assert_eq!(with(&[("urn:ampas:aces:transformId:v1.5:LMT.Acme.Show.a1.v", "blue-light-fix")], None).0, all);
        assert_eq!(errors(&Judged::new(&document, amf, None)), all);
    }

    #[test]
    fn what_is_on_record_only_is_counted_apart() {
        let document = document();
        let mut amf = document.content.clone().unwrap();
        amf.archive_pipeline(time::macros::datetime!(2026-11-27 12:00 UTC), uuid::Uuid::from_u128(8));
        amf.pipeline.steps.clear();
        let delivered = Document::parsed("a.amf".into(), amf::write(&amf).into_bytes(), |bytes, _| amf::parse(bytes, None));
        let judged = Judged::new(&delivered, delivered.content.as_ref().unwrap(), None);
        assert_eq!(errors(&judged), []);
        assert!(judged.archived >= 2 && judged.notes().contains("on record only"), "{} {}", judged.archived, judged.notes());
    }
}
