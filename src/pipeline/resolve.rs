//! From what an AMF calls a transform to its arithmetic.

use super::{
    Settings,
    looks::{LookFile, Looks},
};
use crate::{
    color::{self, CdlStyle, Named, Op},
    error::{Error, Result},
    sidecar::{
        amf::{CdlLook, Correction, Hash, Reference, Transform, states_direction},
        cdl::Cdl,
        lut,
    },
};
use std::sync::Arc;

/// Resolves transforms, and notes the files they came from.
pub(super) struct Resolver<'a> {
    settings: &'a Settings,
    looks: &'a Looks,
    files: Vec<Arc<LookFile>>,
}

/// What a transform does, and by which files.
pub(super) struct Resolved {
    pub ops: Result<Vec<Op>>,
    pub files: Vec<Arc<LookFile>>,
    /// The row of the catalogue that it is, in the direction of its slot.
    pub named: Option<&'static Named>,
}

/// Resolves one transform of a pipeline.
pub(super) fn resolve(transform: &Transform, settings: &Settings, looks: &Looks) -> Resolved {
    let mut resolver = Resolver { settings, looks, files: vec![] };
    let ops = resolver.transform(transform, Way::Named);
    Resolved { ops, files: resolver.files, named: row(transform, settings) }
}

/// What a person chose for a reference that cannot be resolved, or is to be resolved otherwise.
pub(super) fn choice<'a>(settings: &'a Settings, transform: &Transform) -> Option<&'a str> {
    settings.transforms.get(transform.choice_key()?).map(String::as_str)
}

fn row(transform: &Transform, settings: &Settings) -> Option<&'static Named> {
    match (&transform.reference, choice(settings, transform)) {
        (Reference::TransformId(id), None) => color::named(id),
        (Reference::TransformId(_) | Reference::File(_) | Reference::Uuid(_), Some(choice)) => color::named(choice),
        (Reference::OutputPair { device, .. }, _) => row(device, settings),
        _ => None,
    }
}

/// Which way a slot takes what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// As the catalogue names it.
    Named,
    /// The opposite: where an output is undone, and to the working space of a CDL, which is named for the way back. What states its
    /// direction itself is taken at its word.
    Opposite,
}

impl Way {
    /// Whether `spec` means the opposite of its row here.
    fn inverts(self, spec: &str) -> bool {
        self == Way::Opposite && !states_direction(spec)
    }
}

impl Resolver<'_> {
    fn transform(&mut self, transform: &Transform, way: Way) -> Result<Vec<Op>> {
        let chosen = choice(self.settings, transform);
        match (&transform.reference, chosen) {
            (Reference::Cdl(look), _) => self.cdl(look, transform.hash.as_ref(), chosen),
            (Reference::TransformId(id), None) => color::transform(id, way.inverts(id)).map_err(choose),
            (Reference::TransformId(id), Some(choice)) if color::named(id).is_some() => {
                let message = "this transform is known: nothing else can be chosen for it";
                Err(Error::usage(message).field(format!("transforms.{id}")).value(choice))
            }
            (Reference::File(name) | Reference::Uuid(name), None) => {
                let file = self.looks.get(name).map_err(choose)?;
                self.file(&file, transform.hash.as_ref(), None)
            }
            (Reference::TransformId(_) | Reference::File(_) | Reference::Uuid(_), Some(choice)) => self.chosen(choice, way),
            (Reference::InverseOutput(output), _) => self.transform(output, Way::Opposite),
            (Reference::OutputPair { rendering, device }, _) => {
                academy_rendering(&rendering.reference, "referenceRenderingTransform")?;
                self.transform(device, way)
            }
            (Reference::InverseOutputPair { device, rendering }, _) => {
                academy_rendering(&rendering.reference, "inverseReferenceRenderingTransform")?;
                self.transform(device, Way::Opposite)
            }
            (Reference::Missing, _) => Err(Error::invalid("names no transform")),
        }
    }

    /// A name of the catalogue, or a look file, which does what it is chosen for.
    fn chosen(&mut self, choice: &str, way: Way) -> Result<Vec<Op>> {
        match lut::file(choice) {
            None => color::transform(choice, way.inverts(choice)).map_err(|e| e.field("transforms")),
            Some((path, part)) => {
                let file = self.looks.chosen(&path.to_string_lossy())?;
                self.file(&file, None, part)
            }
        }
    }

    /// A look file acts on ACES2065-1 (or on what its slot takes) as it stands; only CDL corrections need a space.
    fn file(&mut self, file: &Arc<LookFile>, hash: Option<&Hash>, part: Option<&str>) -> Result<Vec<Op>> {
        self.note(file, hash)?;
        if file.is_cdl() { self.in_chosen_space(&file.correction(part)?) } else { file.ops(part) }
    }

    fn note(&mut self, file: &Arc<LookFile>, hash: Option<&Hash>) -> Result<()> {
        self.files.push(file.clone());
        hash.map_or(Ok(()), |hash| hash.verify(file.bytes()).map_err(|e| e.file(&file.path)))
    }

    /// A CDL in its working space. Graded values may leave 0..1 in ACEScct, so nothing is clamped.
    fn cdl(&mut self, look: &CdlLook, hash: Option<&Hash>, chosen: Option<&str>) -> Result<Vec<Op>> {
        let from_file;
        let cdl = match (&look.correction, chosen) {
            (Correction::Values { cdl, .. }, _) => {
                cdl.validate()?;
                cdl
            }
            (Correction::File { id, file, .. }, None) => {
                let name = file.as_deref().ok_or_else(|| {
                    Error::invalid("the AMF does not say in which file the correction is; choose one for its id")
                        .option("--map")
                        .field("ColorCorrectionRef")
                        .value(id)
                })?;
                let file = self.looks.get(name).map_err(choose)?;
                self.note(&file, hash)?;
                from_file = file.correction(Some(id))?;
                &from_file
            }
            (Correction::File { id, .. }, Some(choice)) => {
                let (path, part) = lut::file(choice)
                    .ok_or_else(|| Error::usage("a CDL is chosen as a .cc, .ccc or .cdl file").field("transforms").value(choice))?;
                let file = self.looks.chosen(&path.to_string_lossy())?;
                self.note(&file, None)?;
                from_file = file.correction(part.or(Some(id)))?;
                &from_file
            }
        };
        let Some(space) = &look.working_space else { return self.in_chosen_space(cdl) };
        let mut part = |part: &Option<Transform>, way| part.as_ref().map(|t| self.transform(t, way)).transpose();
        let (to, from) = match (part(&space.to, Way::Opposite)?, part(&space.from, Way::Named)?) {
            (Some(to), Some(from)) => (to, from),
            (None, Some(from)) => (inverted(&from)?, from),
            (Some(to), None) => {
                let from = inverted(&to)?;
                (to, from)
            }
            (None, None) => return Err(Error::invalid("neither to nor from the working space is given").field("fromCdlWorkingSpace")),
        };
        Ok(graded(to, cdl, from))
    }

    /// A CDL that does not say where it acts, in the space that a person chose.
    fn in_chosen_space(&self, cdl: &Cdl) -> Result<Vec<Op>> {
        let Some(name) = &self.settings.working_space else {
            return Err(Error::invalid(
                "the CDL does not say in which space it acts; it is shown, not rendered, unless a working space is chosen",
            )
            .option("--working-space")
            .field(NO_WORKING_SPACE));
        };
        let from = working_space(name)?;
        Ok(graded(inverted(&from)?, cdl, from))
    }
}

/// Says what helps where something that the AMF names is not there.
fn choose(error: Error) -> Error {
    error.hint("another can be chosen in its place").option("--map")
}

/// The field of the error of a CDL that acts in no known space: a person can choose one.
pub(super) const NO_WORKING_SPACE: &str = "cdlWorkingSpace";

/// From a working space to ACES2065-1.
fn working_space(name: &str) -> Result<Vec<Op>> {
    color::working_space(name)
        .map(|row| row.ops())
        .ok_or_else(|| Error::usage("not a working space; `prelight color list` shows those there are").field("working_space").value(name))
}

/// A CDL between the ways into its working space and back. Graded values may leave 0..1 there, so nothing is clamped.
pub(crate) fn graded(to: Vec<Op>, cdl: &Cdl, from: Vec<Op>) -> Vec<Op> {
    let grade = Op::Cdl(color::Cdl::new(cdl.slope, cdl.offset, cdl.power, cdl.saturation, CdlStyle::NoClamp));
    to.into_iter().chain([grade]).chain(from).collect()
}

fn inverted(ops: &[Op]) -> Result<Vec<Op>> {
    color::invert(ops).ok_or_else(|| Error::unsupported("this transform has no inverse"))
}

/// The ID of an ACES 1 output device transform names the whole output, the Academy's rendering transform included; with another
/// one it would be another output.
fn academy_rendering(rendering: &Reference, field: &'static str) -> Result<()> {
    let row = |id: &str| color::named(id).map(|row| row.name);
    match rendering {
        Reference::TransformId(id) if row(id).is_some() && row(id) == row("RRT") => Ok(()),
        Reference::TransformId(id) => {
            Err(Error::unsupported("only the Academy's reference rendering transform is rendered").field(field).value(id))
        }
        _ => Err(Error::unsupported("a reference rendering transform that is not named by its ID is not rendered").field(field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::amf::WorkingSpace;

    fn named(id: &str) -> Box<Transform> {
        let reference = Reference::TransformId(format!("urn:ampas:aces:transformId:v1.5:{id}"));
        Box::new(Transform { reference, ..Transform::default() })
    }

    fn ops(reference: Reference) -> Result<Vec<Op>> {
        resolve(&Transform { reference, ..Transform::default() }, &Settings::default(), &Looks::default()).ops
    }

    const REC709: &str = "ODT.Academy.Rec709_100nits_dim.a1.0.3";

    #[test]
    fn a_pair_is_the_whole_output() {
        let pair = |rendering, device| ops(Reference::OutputPair { rendering: named(rendering), device: named(device) });
        let grey = color::eval_f64(&pair("RRT.a1.0.3", REC709).unwrap(), [0.18; 3])[1];
        // 4.8 of 48 nit, brightened for the dim surround, by BT.1886.
        let want = ((4.8f64 - 0.02) / 47.98).powf(0.9811 / 2.4);
        assert!((grey - want).abs() < 1e-6, "{grey}, not {want}");
        assert!(pair("RRT.a1.0.9", REC709).is_err());
        assert!(pair("ODT.Academy.P3D65_48nits.a1.1.0", REC709).is_err());
        assert!(pair("RRT.a1.0.3", "ODT.Acme.Monitor.a1.v1").is_err());
    }

    #[test]
    fn inverses_are_undone_once() {
        let id = format!("Inv{REC709}");
        let pair = Reference::InverseOutputPair { device: named(&id), rendering: named("InvRRT.a1.0.3") };
        let inverse = color::transform(REC709, true).unwrap();
        assert_eq!(ops(pair).unwrap(), inverse);
        for id in [REC709, &id] {
            assert_eq!(ops(Reference::InverseOutput(named(id))).unwrap(), inverse, "{id}");
        }
    }

    #[test]
    fn a_choice_in_an_opposite_slot_means_the_opposite() {
        let output = "aces2-rec709-d65-100nit-in-rec709-d65-bt1886";
        let stated = "urn:ampas:aces:transformId:v2.0:InvOutput.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1";
        let inverse = color::transform(output, true).unwrap();
        let inner = |id: &str| Box::new(Transform::id(id));
        let with = |reference, id: &str, choice: &str| {
            let settings = Settings { transforms: [(id.to_owned(), choice.to_owned())].into(), ..Settings::default() };
            resolve(&Transform { reference, ..Transform::default() }, &settings, &Looks::default()).ops.unwrap()
        };
        for id in ["InvRRTODT.Acme.Monitor.a1.v1", "RRTODT.Acme.Monitor.a1.v1"] {
            for choice in [output, stated] {
                assert_eq!(with(Reference::InverseOutput(inner(id)), id, choice), inverse, "{id} {choice}");
            }
        }
        let id = "InvODT.Acme.Monitor.a1.v1";
        let pair = Reference::InverseOutputPair { device: inner(id), rendering: named("InvRRT.a1.0.3") };
        assert_eq!(with(pair, id, REC709), color::transform(REC709, true).unwrap());

        let look = |to: &str, from: &str| {
            let space = WorkingSpace { to: Some(Transform::id(to)), from: Some(Transform::id(from)), ..WorkingSpace::default() };
            Transform::cdl(Cdl { saturation: 0.5, ..Cdl::default() }, space).reference
        };
        let known = WorkingSpace::acescct();
        let id = |part: &Option<Transform>| match &part.as_ref().unwrap().reference {
            Reference::TransformId(id) => id.clone(),
            other => panic!("{other:?}"),
        };
        let (to, from) = (id(&known.to), id(&known.from));
        let want = with(look(&to, &from), "x", "x");
        for choice in ["acescct", &to] {
            assert_eq!(with(look("Acme.there", &from), "Acme.there", choice), want, "{choice}");
        }
        for choice in ["acescct", &from] {
            assert_eq!(with(look(&to, "Acme.back"), "Acme.back", choice), want, "{choice}");
        }
    }

    #[test]
    fn what_is_known_keeps_its_meaning() {
        let logc4 = "urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC4_to_ACES.a2.v1";
        let custom = "urn:ampas:aces:transformId:v1.5:LMT.Acme.Show.a1.v1";
        let settings = Settings {
            transforms: [(logc4, "acescct"), (custom, "blue-light-fix")].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
            ..Settings::default()
        };
        let ops = |id: &str| resolve(&Transform::id(id), &settings, &Looks::default()).ops;
        assert_eq!(ops(logc4).unwrap_err().exit_code(), 2);
        assert_eq!(ops(custom).unwrap(), color::transform("blue-light-fix", false).unwrap());
        assert!(resolve(&Transform::id(custom), &Settings::default(), &Looks::default()).ops.is_err());
    }
}
